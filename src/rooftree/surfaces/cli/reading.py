"""Reading connections into the mirror and grading them, from the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import typer

from rooftree.acts.services import Services
from rooftree.clock import Clock
from rooftree.connectors import probe
from rooftree.connectors.base import Connector, Wire
from rooftree.errors import InvalidInput
from rooftree.model.names import plural
from rooftree.store import connections
from rooftree.store.connections import PmsConnection
from rooftree.surfaces.cli.output import FAILED, show
from rooftree.surfaces.home import local_caller, services
from rooftree.sync import pull
from rooftree.sync.freshness import span
from rooftree.sync.pull import Pulled
from rooftree.sync.source import parents_first

Step = Callable[[str, int, int | None], None]


def sync(connection: str | None, *, full: bool, as_json: bool) -> None:
    """Read the chosen connections; exit code 1 when something stopped."""
    with services(quiet=True) as ready:
        done = [(found, read(ready, found, full=full, quiet=as_json)) for found in chosen(ready, connection)]
    if as_json:
        show({"items": [{"connection": each.id, "name": each.name, "read": rows} for each, rows in done]}, True)
    else:
        for each, rows in done:
            print(f"{each.name} ({each.id})")
            report(rows)
    if any(row["problem"] for _each, rows in done for row in rows):
        raise typer.Exit(FAILED)


def freshness(connection: str | None, *, as_json: bool) -> None:
    """Print how fresh each kind of record is, hottest first."""
    from rooftree.operations.freshness import FreshnessInput, list_freshness

    with services(quiet=True) as ready:
        found = list_freshness(local_caller(ready), FreshnessInput(connection=connection))
    if as_json:
        show(found, True)
        return
    for each in found["items"]:
        lag = "not read" if each["lag"] is None else span(each["lag"])
        mark = "ok    " if each["met"] else "MISSED"
        words = f"{mark} {plural(each['record']):<13} {lag:>11} old, target {span(each['target'])}"
        print(f"{each['name']}: {words}. {each['why']}".rstrip(" ."))


def chosen(ready: Services, connection: str | None) -> list[PmsConnection]:
    """The connection of this id or name, or all; raises InvalidInput when there is none."""
    caller = local_caller(ready)
    with ready.database.read() as conn:
        known = connections.listed(conn, caller.organization_id)
    found = [each for each in known if connection in (None, each.id, each.name)]
    if not known:
        raise InvalidInput("Nothing is connected yet; `rooftree connect PMS` or `rooftree init` begins.")
    if not found:
        names = ", ".join(f"{each.id} ({each.name})" for each in known)
        raise InvalidInput(f"There is no connection {connection}. There are: {names}.", path="connection")
    return found


def read(ready: Services, found: PmsConnection, *, full: bool, quiet: bool) -> list[dict[str, Any]]:
    """Read one connection; a row for each kind of record."""
    source = ready.lines.source(found.id)
    with progress_of(quiet) as progress:
        if full:
            pulled = pull.full(source, progress=progress)
        else:
            pulled = pull.backfill(source, progress=progress)
            new = {each.record for each in pulled}
            rest = [row.name for row in parents_first(source.connector.resources) if row.name not in new]
            if rest and not any(each.error for each in pulled):
                pulled += pull.incremental(source, rest, progress=progress)
    return [_row(each) for each in pulled]


def report(rows: Sequence[dict[str, Any]]) -> None:
    """One compact table, then what stopped and what to do."""
    from rooftree.surfaces.cli.tables import table

    table([{**row, "record": plural(row["record"])} for row in rows if row["read"] or row["problem"] or row["gone"]])
    empty = [plural(row["record"]) for row in rows if not (row["read"] or row["problem"] or row["gone"])]
    if empty:
        print(f"None (or nothing new): {', '.join(empty)}.")
    if any(row["problem"] for row in rows):
        print("Reading stopped; `rooftree sync` goes on from there.")


def _row(pulled: Pulled) -> dict[str, Any]:
    return {
        "record": pulled.record,
        "read": pulled.seen,
        "new": pulled.created,
        "changed": pulled.updated,
        "gone": pulled.deleted,
        "unreadable": pulled.unreadable,
        "held": pulled.held,
        "problem": pulled.error,
    }


def evidence(connector: Connector, wire: Wire, clock: Clock) -> list[dict[str, Any]]:
    """What each verb showed, before the connection is kept."""
    return probe.to_rows(probe.probe(connector, wire, clock))


@contextmanager
def progress_of(quiet: bool) -> Iterator[Step | None]:
    """Bars on stderr, gone when all is read; nothing when quiet or nobody looks."""
    from rich.console import Console

    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield None
        return
    with progress_bars(console, transient=True) as step:
        yield step


@contextmanager
def progress_bars(console: Any, *, transient: bool = False) -> Iterator[Step]:
    """A bar per kind of record on a console; what is yielded takes (record, done, total)."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:<14}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=transient) as bars:
        tasks: dict[str, Any] = {}

        def step(record: str, done: int, total: int | None) -> None:
            if record not in tasks:
                tasks[record] = bars.add_task(plural(record), total=total)
            bars.update(tasks[record], completed=done, total=total or done)

        yield step
