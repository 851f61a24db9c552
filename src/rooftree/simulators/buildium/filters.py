"""What Buildium lists can be asked for: each filter is a test of a row, or None where the caller did not ask."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from rooftree.simulators.buildium.forms import matches
from rooftree.simulators.buildium.routes import Call, Test
from rooftree.simulators.store import Table
from rooftree.simulators.wire import Record


def among(wanted: frozenset[Any] | set[Any] | None, of: Callable[[Record], Any]) -> Test | None:
    """Rows whose value is one of `wanted`."""
    return None if wanted is None else lambda _id, row: of(row) in wanted


def overlapping(wanted: frozenset[Any] | None, of: Callable[[Record], Iterable[Any]]) -> Test | None:
    """Rows with at least one value in `wanted`."""
    return None if wanted is None else lambda _id, row: not wanted.isdisjoint(of(row))


def with_id(wanted: frozenset[int] | None) -> Test | None:
    return None if wanted is None else lambda id, _row: id in wanted


def equal(wanted: Any, of: Callable[[Record], Any]) -> Test | None:
    return None if wanted is None else lambda _id, row: bool(of(row) == wanted)


def containing(wanted: str | None, of: Callable[[Record], Iterable[str | None]]) -> Test | None:
    """Rows where one of the texts contains `wanted`, whatever its case."""
    return None if wanted is None else lambda _id, row: matches(wanted, *of(row))


def updated_between(
    call: Call, table: Table, start: str = "lastupdatedfrom", end: str = "lastupdatedto"
) -> Test | None:
    """A date-time window over when rows last changed, to the second."""
    first, last = call.query.moment(start), call.query.moment(end)
    if first is None and last is None:
        return None
    return lambda id, _row: _within(table.updated(id).replace(microsecond=0), first, last)


def created_between(call: Call, table: Table) -> Test | None:
    """A date-time window over when rows were first stored."""
    first, last = call.query.moment("createddatetimefrom"), call.query.moment("createddatetimeto")
    if first is None and last is None:
        return None
    return lambda id, _row: _within(table.created(id).replace(microsecond=0), first, last)


def updated_on_days(call: Call, table: Table) -> Test | None:
    """Tasks and work orders know only days: both ends included."""
    first, last = call.query.day("lastupdatedfrom"), call.query.day("lastupdatedto")
    if first is None and last is None:
        return None
    return lambda id, _row: _within(table.updated(id).astimezone(UTC).date(), first, last)


def since_of(call: Call) -> datetime | None:
    """The earliest change a list asks for, whichever granularity it is given in."""
    text = call.query.text("lastupdatedfrom")
    if text is None:
        return None
    if len(text) == len("2026-01-01"):
        day = call.query.day("lastupdatedfrom")
        return datetime.combine(day, time(), UTC) if day else None
    moment = call.query.moment("lastupdatedfrom")
    return moment - timedelta(seconds=1) if moment else None


def within_days(call: Call, start: str, end: str, value: Callable[[Record], str | None]) -> Test | None:
    """A window over a date field of the row; rows without that date are outside."""
    first, last = call.query.day(start), call.query.day(end)
    if first is None and last is None:
        return None
    return lambda _id, row: bool(value(row)) and _within(date.fromisoformat(str(value(row))), first, last)


def _within(value: Any, first: Any, last: Any) -> bool:
    return (first is None or value >= first) and (last is None or value <= last)
