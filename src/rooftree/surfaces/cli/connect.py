"""Connecting, reading and assessing a property system from the command line."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import typer

from rooftree import outbound
from rooftree.acts.services import Services
from rooftree.connectors import levels, probe, registry
from rooftree.connectors.base import Connector, Credential, Local
from rooftree.connectors.transport import Line, open_line
from rooftree.errors import ConnectorError, InvalidInput, Unauthorized, Unreachable
from rooftree.operations.registry import Caller
from rooftree.store import connections
from rooftree.store.connections import PmsConnection
from rooftree.surfaces.cli.output import show
from rooftree.surfaces.home import local_caller, services
from rooftree.sync import preview, pull


def connect(
    pms: str,
    base_url: str,
    name: str,
    given: list[str],
    from_stdin: bool,
    *,
    yes: bool,
    live: bool,
    as_json: bool,
) -> None:
    """Ask, check stage by stage, show whose it is, keep it, read it in."""
    connector = registry.load(pms)
    url = base_url or next(iter(connector.manifest.base_urls.values()), "")
    credentials = _credentials(connector, given, from_stdin)
    with services() as ready:
        line = _line(ready, connector, url, credentials)
        seen = _checked(connector, line, url)
        if not as_json:
            _tell(seen)
        if not yes and not typer.confirm("Is this yours?"):
            print("Nothing was kept.")
            raise typer.Exit(1)
        caller = local_caller(ready)
        found = _keep(ready, caller, connector, url, credentials, name or str(seen["company"]), live=live)
        read = _read(ready, found, full=False, quiet=as_json)
        show({"connection": found.id, "mode": found.mode, **seen, "read": read}, as_json)
        if not as_json and not live:
            print(f"It begins in shadow: `rooftree connections go-live {found.id}` lets it write and text.")


def sync(connection: str | None, *, full: bool, as_json: bool) -> None:
    """Read the chosen connections."""
    with services() as ready:
        chosen = _chosen(ready, connection)
        read = {found.name: _read(ready, found, full=full, quiet=as_json) for found in chosen}
        show(read, as_json)
        if any(row["error"] for rows in read.values() for row in rows):
            raise typer.Exit(1)


def assess(connection: str | None, *, as_json: bool) -> None:
    """Probe and grade the chosen connections."""
    with services() as ready:
        reports = [_assessed(ready, found) for found in _chosen(ready, connection)]
    if as_json:
        show({"items": reports}, True)
        return
    for report in reports:
        print(f"{report['name']} ({report['pms']}): Level {report['level']}")
        for row in report["evidence"]:
            mark = "yes" if row["ok"] else "no "
            print(f"  {mark} {row['verb']:<6} {row['record']:<13} {row['why'] or ''}")


def _assessed(ready: Services, found: PmsConnection) -> dict[str, Any]:
    connector = registry.load(found.pms)
    evidence = probe.probe(connector, ready.lines.line(found.id), ready.clock)
    rows = [
        {"record": e.record, "verb": e.verb, "ok": e.ok, "status": e.status, "count": e.count, "why": e.why}
        for e in evidence
    ]
    return {"name": found.name, "pms": found.pms, "level": levels.level(connector), "evidence": rows}


def _chosen(ready: Services, connection: str | None) -> list[PmsConnection]:
    caller = local_caller(ready)
    with ready.database.read() as conn:
        known = connections.listed(conn, caller.organization_id)
    chosen = [found for found in known if connection in (None, found.id, found.name)]
    if not chosen:
        raise InvalidInput("There is no such connection; `rooftree connect PMS` makes one.", path="connection")
    return chosen


def _credentials(connector: Connector, given: list[str], from_stdin: bool) -> dict[str, str]:
    """From --credential, stdin, the environment, or by asking; secrets are typed unseen."""
    known: dict[str, str] = {}
    if from_stdin:
        known = {str(key): str(value) for key, value in _stdin_object().items()}
    for pair in given:
        key, equals, value = pair.partition("=")
        if not equals:
            raise InvalidInput("Write a credential as name=value.", path="credential")
        known[key] = value
    return {each.name: known.get(each.name) or _asked(connector, each) for each in connector.manifest.credentials}


def _stdin_object() -> Mapping[str, Any]:
    try:
        value = json.loads(sys.stdin.read())
    except json.JSONDecodeError:
        value = None
    if not isinstance(value, dict):
        raise InvalidInput("Standard input must hold one JSON object of credentials.", path="credentials-stdin")
    return value


def _asked(connector: Connector, wanted: Credential) -> str:
    variable = f"ROOFTREE_{connector.name}_{wanted.name}".upper().replace("-", "_")
    if os.environ.get(variable):
        return os.environ[variable]
    if wanted.default is not None:
        return wanted.default
    if not sys.stdin.isatty():
        raise InvalidInput(f"{wanted.label} is missing. {wanted.help} (or set {variable})", path=wanted.name)
    return str(typer.prompt(f"{wanted.label} ({wanted.help})", hide_input=wanted.secret))


def _line(ready: Services, connector: Connector, url: str, credentials: Mapping[str, str]) -> Line:
    return open_line(
        connector,
        base_url=url,
        credentials=credentials,
        clock=ready.clock,
        http=outbound.client(outbound.with_loopback(ready.settings.loopback_origins, url)),
        local=connector.local(_inside(ready)) if connector.local else None,
    )


@contextmanager
def _stage(name: str) -> Iterator[None]:
    """Name the stage that failed and what to do about it."""
    try:
        yield
    except Unauthorized as error:
        raise Unauthorized(f"{name} failed. {error}", status=error.status) from None
    except Unreachable as error:
        raise Unreachable(f"{name} failed. {error} Check the address and the network.", status=error.status) from None
    except ConnectorError as error:
        raise ConnectorError(f"{name} failed. {error}", status=error.status) from None


def _inside(ready: Services) -> Local:
    """What a PMS inside Rooftree stands on before its connection is kept."""
    return Local(database=ready.database, root=ready.keys.root, clock=ready.clock, account="")


def _checked(connector: Connector, line: Line, url: str) -> dict[str, Any]:
    with _stage(f"Reaching {connector.manifest.title} at {url or 'this machine'} and signing in"):
        company = connector.identify(line)
    with _stage("Counting and reading one work order"):
        return {"company": company.name, **preview.preview(connector, line)}


def _tell(seen: Mapping[str, Any]) -> None:
    print(f"Company: {seen['company']}")
    for record, count in seen["counts"].items():
        print(f"  {record.replace('_', ' ')}: {count if count is not None else 'some'}")
    if seen.get("newest_work_order"):
        print(f"Newest work order: {seen['newest_work_order']}")


def _keep(
    ready: Services,
    caller: Caller,
    connector: Connector,
    url: str,
    credentials: Mapping[str, str],
    name: str,
    *,
    live: bool,
) -> PmsConnection:
    with ready.database.write() as conn:
        return connections.create(
            conn,
            ready.keys,
            organization_id=caller.organization_id,
            name=name,
            pms=connector.name,
            base_url=url,
            credentials=credentials,
            now=ready.clock.now(),
            mode="live" if live else "shadow",
        )


def _read(ready: Services, found: PmsConnection, *, full: bool, quiet: bool) -> list[dict[str, Any]]:
    source = ready.lines.source(found.id)
    with _progress(quiet) as progress:
        pulled = pull.full(source, progress=progress) if full else pull.backfill(source, progress=progress)
        if not full:
            pulled += pull.incremental(source, progress=progress)
    return [
        {"record": p.record, "seen": p.seen, "created": p.created, "updated": p.updated, "error": p.error}
        for p in pulled
    ]


@contextmanager
def _progress(quiet: bool) -> Iterator[Any]:
    """A bar per kind of record on stderr; nothing when quiet."""
    if quiet:
        yield None
        return
    from rich.console import Console

    with progress_bars(Console(stderr=True)) as step:
        yield step


@contextmanager
def progress_bars(console: Any) -> Iterator[Any]:
    """Bars on a console; what is yielded takes (record, done, total)."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:<14}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bars:
        tasks: dict[str, Any] = {}

        def step(record: str, done: int, total: int | None) -> None:
            if record not in tasks:
                tasks[record] = bars.add_task(record.replace("_", " "), total=total)
            bars.update(tasks[record], completed=done, total=total or done)

        yield step
