"""Connecting a property system: ask for the key, check it stage by stage, show whose it is, keep it, read it in."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import typer

from rooftree import outbound
from rooftree.acts.services import Services
from rooftree.clock import Clock
from rooftree.connectors import registry
from rooftree.connectors.base import Connector, Credential, Local
from rooftree.connectors.environment import HARMLESS, environment
from rooftree.connectors.transport import Line, address_of, open_line
from rooftree.errors import ConnectorError, InvalidInput, RateLimited, Unauthorized, Unreachable
from rooftree.model.names import plural
from rooftree.operations.registry import Caller
from rooftree.store import connections, evidence
from rooftree.store.connections import Notifier, PmsConnection
from rooftree.surfaces.cli import before_key, reading
from rooftree.surfaces.cli.output import FAILED, show
from rooftree.surfaces.home import local_caller, services
from rooftree.sync import preview


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the person asked to connect."""

    pms: str
    base_url: str = ""
    name: str = ""
    credentials: tuple[str, ...] = ()
    from_stdin: bool = False
    replace: str = ""
    vendors_told_by: str = ""
    yes: bool = False
    live: bool = False
    as_json: bool = False


def connect(wanted: Wanted) -> None:
    """Do it; exit code 1 when the person says no or reading stopped."""
    connector = registry.load(wanted.pms)
    with services(quiet=True) as ready:
        caller = local_caller(ready)
        before = reading.chosen(ready, wanted.replace)[0] if wanted.replace else None
        url = _url(wanted.base_url or (before.base_url if before else ""), connector)
        given = _given(connector, wanted.credentials, wanted.from_stdin)
        _check_live(wanted, url)
        ask = not (wanted.yes or wanted.from_stdin or before)
        before_key.settle_plan(connector, ask=ask)
        told_by = before_key.who_tells_vendors(connector, wanted.vendors_told_by, ask=ask)
        credentials = {
            each.name: given.get(each.name) or _asked(connector, each) for each in connector.manifest.credentials
        }
        url = address_of(url, credentials)
        with closing(_line(ready, connector, url, credentials)) as line, _reaching(connector, url):
            learned = connector.learn(line)
        with closing(_line(ready, connector, url, credentials, learned)) as line:
            seen = {**_checked(connector, line, url, ready.clock), "learned": dict(learned)}
        _ask(seen, wanted)
        name = wanted.name or str(seen["company"])
        found = _keep(ready, caller, connector, url, credentials, name, told_by, wanted, before)
        _remember(ready, found, seen["evidence"], afresh=before is not None)
        with ready.database.write() as conn:
            connections.keep_learned(conn, found.id, seen["learned"])
        read = reading.read(ready, found, full=False, quiet=wanted.as_json)
        _tell(found, seen, read, wanted.as_json)
        if any(row["problem"] for row in read):
            raise typer.Exit(FAILED)


def _url(given: str, connector: Connector) -> str:
    url = given or next(iter(connector.manifest.base_urls.values()), "")
    if not connector.local and not url.startswith(("https://", "http://")):
        raise InvalidInput("Write the address with https:// in front.", path="base-url")
    return url.rstrip("/")


def _check_live(wanted: Wanted, url: str) -> None:
    """Raises InvalidInput where beginning live could reach real people; they go live once that was tested."""
    if wanted.live and urlsplit(url).hostname not in ("127.0.0.1", "localhost", "::1"):
        raise InvalidInput(
            "Only a simulator on this machine begins live; after connecting see `rooftree connections readiness`.",
            path="live",
        )


def _ask(seen: Mapping[str, Any], wanted: Wanted) -> None:
    if not wanted.as_json:
        _introduce(seen)
    if wanted.yes:
        return
    try:
        if typer.confirm("Is this yours?", err=wanted.as_json):
            return
        print("Nothing was kept.", file=sys.stderr)
    except typer.Abort:
        print("\nNothing was kept. Where nobody can answer, add --yes.", file=sys.stderr)
    raise typer.Exit(FAILED)


def _introduce(seen: Mapping[str, Any]) -> None:
    print(f"Company: {seen['company']}")
    if seen["environment"]:
        print(f"  NOTE: this address is the {seen['environment']}, not where the company really works: {HARMLESS}")
    for record, count in seen["counts"].items():
        print(f"  {plural(record)}: {count if count is not None else 'more than can be counted at a glance'}")
    print(f"  newest work order: {seen['newest_work_order'] or 'none'}")
    if note := seen["learned"].get("learned.note"):
        print(f"  NOTE: {note}")
    before_key.introduce_key(seen["evidence"])


def _tell(found: PmsConnection, seen: Mapping[str, Any], read: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        show({"connection": found.id, "mode": found.mode, **seen, "read": read}, True)
        return
    print(f"Connected as {found.id} ({found.name}).")
    reading.report(read)
    if found.mode == "shadow":
        print("It begins in shadow: it reads and proposes, and writes and texts nothing but safety replies.")
        print(f"What is to be done before it may work: `rooftree connections readiness {found.id}`")


def _given(connector: Connector, given: tuple[str, ...], from_stdin: bool) -> dict[str, str]:
    """What --credential and stdin say already; raises InvalidInput before anybody is asked anything."""
    known = {str(key): str(value) for key, value in _stdin_object().items()} if from_stdin else {}
    for pair in given:
        key, equals, value = pair.partition("=")
        if not equals:
            raise InvalidInput("Write a credential as name=value.", path="credential")
        known[key] = value
    names = [each.name for each in connector.manifest.credentials]
    strange = [name for name in known if name not in names]
    if strange:
        takes = ", ".join(names) or "no credentials"
        raise InvalidInput(
            f"{connector.manifest.title} has no {', '.join(strange)}; it takes {takes}.", path="credential"
        )
    return known


def _stdin_object() -> Mapping[str, Any]:
    try:
        value = json.loads(sys.stdin.read())
    except json.JSONDecodeError:
        value = None
    if not isinstance(value, dict):
        raise InvalidInput("Standard input must hold one JSON object of credentials.", path="credentials-stdin")
    return value


def _asked(connector: Connector, wanted: Credential) -> str:
    """From the environment, or by asking; secrets are typed unseen."""
    variable = f"ROOFTREE_{connector.name}_{wanted.name}".upper().replace("-", "_")
    if os.environ.get(variable):
        return os.environ[variable]
    if wanted.default is not None:
        return wanted.default
    if not sys.stdin.isatty():
        raise InvalidInput(f"{wanted.label} is missing. {wanted.help} (or set {variable})", path=wanted.name)
    return str(typer.prompt(f"{wanted.label} ({wanted.help})", hide_input=wanted.secret))


def _line(
    ready: Services,
    connector: Connector,
    url: str,
    credentials: Mapping[str, str],
    learned: Mapping[str, str] | None = None,
) -> Line:
    return open_line(
        connector,
        base_url=url,
        credentials=credentials,
        options=learned,
        clock=ready.clock,
        http=outbound.client(outbound.with_loopback(ready.settings.loopback_origins, url)),
        local=connector.local(_inside(ready)) if connector.local else None,
    )


def _inside(ready: Services) -> Local:
    """What a PMS inside Rooftree stands on before its connection is kept."""
    return Local(database=ready.database, root=ready.keys.root, clock=ready.clock, account="")


def _checked(connector: Connector, line: Line, url: str, clock: Clock) -> dict[str, Any]:
    with _reaching(connector, url):
        company = connector.identify(line)
    with _stage("Counting and reading one work order"):
        seen = {"company": company.name, **preview.preview(connector, line)}
    with _stage("Trying each kind of reading"):
        shown = reading.evidence(connector, line, clock)
    return {**seen, "environment": environment(connector, url), "evidence": shown}


def _reaching(connector: Connector, url: str) -> AbstractContextManager[None]:
    return _stage(f"Reaching {connector.manifest.title} at {url} and signing in")


@contextmanager
def _stage(name: str) -> Iterator[None]:
    """Name the stage that failed and what to do about it."""
    try:
        yield
    except Unauthorized as error:
        raise Unauthorized(f"{name} failed. {error}", status=error.status) from None
    except (Unreachable, outbound.Forbidden) as error:
        raise Unreachable(f"{name} failed. {error} Check the address (--base-url) and the network.") from None
    except RateLimited as error:
        raise RateLimited(f"{name} failed. {error} Wait a minute and try again.") from None
    except ConnectorError as error:
        raise ConnectorError(f"{name} failed. {error}", status=error.status) from None


def _keep(
    ready: Services,
    caller: Caller,
    connector: Connector,
    url: str,
    credentials: Mapping[str, str],
    name: str,
    told_by: Notifier,
    wanted: Wanted,
    before: PmsConnection | None,
) -> PmsConnection:
    """A new connection; or the one that this account has already, with the key just checked."""
    with ready.database.write() as conn:
        known = before or _same_account(ready, conn, caller, connector, url, credentials)
        if known:
            if known.pms != connector.name:
                raise InvalidInput(f"{known.name} is a connection to {known.pms}.", path="replace")
            connections.keep_credentials(conn, ready.keys, known.id, credentials, ready.clock.now())
            return connections.get(conn, known.id)
        return connections.create(
            conn,
            ready.keys,
            organization_id=caller.organization_id,
            name=name,
            pms=connector.name,
            base_url=url,
            credentials=credentials,
            now=ready.clock.now(),
            mode="live" if wanted.live else "shadow",
            who_notifies_vendors=told_by,
        )


def _remember(ready: Services, found: PmsConnection, rows: list[dict[str, Any]], *, afresh: bool) -> None:
    """Keep what the key showed; `afresh` where it replaces another, of which nothing counts any more."""
    with ready.database.write() as conn:
        if afresh:
            evidence.forget(conn, found.id)
        evidence.keep(conn, found.id, rows, ready.clock.now())


def _same_account(
    ready: Services, conn: Any, caller: Caller, connector: Connector, url: str, credentials: Mapping[str, str]
) -> PmsConnection | None:
    """A connection with this very key: connected twice, an account would be mirrored and written to twice."""
    for found in connections.listed(conn, caller.organization_id):
        same = found.pms == connector.name and found.base_url == url
        if same and connections.credentials(conn, ready.keys, found.id) == dict(credentials):
            return found
    return None
