"""Which kind of record of a connection is read when, and how fresh each is against its target, with the reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from rooftree.connectors.base import Connector
from rooftree.store import cursors, records
from rooftree.store.connections import PmsConnection
from rooftree.store.cursors import Cursor
from rooftree.sync import freshness
from rooftree.sync.freshness import Planned, span
from rooftree.sync.source import parents_first

Reason = Literal["", "connection", "unread", "error", "budget", "late"]
"""Why a target is missed: the connection does not work, nothing was read yet, the last reading failed, the PMS's call
budget does not reach, or nobody has read for too long.
"""
_HOT, _WARM = 300.0, 3_600.0
HEATS = ("hot", "warm", "cold")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How fresh one kind of record is; times in seconds."""

    record: str
    target: float
    as_of: datetime | None
    """Everything of this kind was true at this moment, as far as the PMS tells."""
    lag: float | None
    met: bool
    reason: Reason
    why: str
    every: float
    """How often it is read."""
    calls: int
    """What a reading costs."""


def planned(conn: Connection, connection: PmsConnection, connector: Connector, now: datetime) -> list[Planned]:
    """The plan of a connection, hottest first, from what the mirror holds and what its budget allows.

    Where the PMS counts its services apart, no kind takes from another.
    """
    known = _cursors(conn, connection.id)
    wanted = freshness.targets(connection.options.get(freshness.OPTION, ""))
    found = freshness.needs(connector, wanted, records.counts(conn, connection.id), known, now)
    allowed = freshness.rate(connector.budget_of(connection.options) or connector.manifest.budget)
    if _counts_apart(connector):
        each = [planned for need in found for planned in freshness.plan([need], allowed)]
        return sorted(each, key=lambda planned: (planned.target, planned.calls))
    return freshness.plan(found, allowed)


def due(
    conn: Connection,
    connection: PmsConnection,
    connector: Connector,
    plan: Sequence[Planned],
    heat: str,
    now: datetime,
    pace: float,
) -> list[str]:
    """What is to be read now of one heat. What never was read is cold whatever it is, so that parents come first."""
    known = _cursors(conn, connection.id)
    ready = {row.name for row in parents_first(connector.resources) if _was_read(row.name, known)}
    mine = [each for each in plan if heat == (_heat(each) if each.record in ready else "cold")]
    return freshness.due(mine, known, now, pace)


def standing(conn: Connection, connection: PmsConnection, connector: Connector, now: datetime) -> list[Standing]:
    """How fresh each kind is that can be read, hottest first."""
    known = _cursors(conn, connection.id)
    plan = planned(conn, connection, connector, now)
    return [_standing(connection, each, known.get(each.record), now) for each in plan]


def _standing(connection: PmsConnection, planned: Planned, cursor: Cursor | None, now: datetime) -> Standing:
    as_of = cursor.fresh_at if cursor else None
    lag = (now - as_of).total_seconds() if as_of else None
    met = lag is not None and lag <= planned.target
    good: tuple[Reason, str] = ("", "")
    reason, why = good if met and planned.met else _reason(connection, planned, cursor, lag)
    return Standing(
        record=planned.record,
        target=planned.target,
        as_of=as_of,
        lag=lag,
        met=met,
        reason=reason,
        why=why,
        every=planned.every,
        calls=planned.calls,
    )


def _reason(
    connection: PmsConnection, planned: Planned, cursor: Cursor | None, lag: float | None
) -> tuple[Reason, str]:
    """The first thing that stands in the way, in the order in which a person would look."""
    if connection.state != "ok":
        return "connection", connection.state_why or f"The connection is {connection.state.replace('_', ' ')}."
    if cursor is not None and cursor.last_error:
        return "error", f"The last reading failed: {cursor.last_error}"
    if not planned.met:
        return "budget", planned.why
    if lag is None:
        return "unread", "Nothing of this kind was read in full yet; `rooftree sync` or a running worker does it."
    return "late", f"The last reading is {span(lag)} old; it comes each {span(planned.every)} while a worker runs."


def _cursors(conn: Connection, connection_id: str) -> dict[str, Cursor]:
    return {cursor.record: cursor for cursor in cursors.listed(conn, connection_id)}


def _was_read(record: str, known: Mapping[str, Cursor]) -> bool:
    return record in known and known[record].full_at is not None


def _heat(planned: Planned) -> str:
    return "hot" if planned.target <= _HOT else "warm" if planned.target <= _WARM else "cold"


def _counts_apart(connector: Connector) -> bool:
    unsaid: Callable[..., str] = next(each.default for each in fields(Connector) if each.name == "lane")  # type: ignore[assignment]
    return connector.lane is not unsaid
