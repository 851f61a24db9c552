"""The end of a scan: does the count come out, and what is gone from the PMS?

A record counts as gone only after a complete and uninterrupted full scan did not show it, and then only when the
PMS says so itself on being asked for it, or, where it cannot be asked, when two such scans in a row agree. When
many vanish at once none is believed gone until a person says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from rooftree.connectors.base import Gap, Resource
from rooftree.errors import NotFound
from rooftree.model.base import Record
from rooftree.store import cursors, events, records
from rooftree.store.cursors import Cursor
from rooftree.store.mirroring import Change, bury, doubt, put_page
from rooftree.sync.source import Misfit, Source, read

BRAKE_SHARE = 0.1
BRAKE_FREE = 2
"""So many may vanish at once whatever share they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """How a scan ended: whether its count came out, how many are gone, how many the brake holds."""

    agrees: bool
    deleted: int = 0
    held: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Verdict:
    """What a full scan says of the records it did not show."""

    gone: Sequence[str] = ()
    back: Sequence[Record] = ()
    doubted: Sequence[str] = ()
    held: int = 0
    known: int = 0


def settle(
    source: Source, resource: Resource[Any], cursor: Cursor, *, release: bool = False, last: bool = False
) -> Settled | None:
    """End the scan; None when its count did not come out and it should be made again (unless it is the `last`)."""
    if cursor.scan == "since":
        return _finish(source, cursor, cursor.complete, _Verdict(), 0)
    with source.database.read() as conn:
        shown = set(cursors.seen(conn, cursor))
    counted = cursor.total_before is not None
    # Propertyware's total is true on the first page alone: where none was told at the end, the first must do.
    agrees = not counted or (cursor.total_before == len(shown) and cursor.total_after in (None, len(shown)))
    if not agrees and not last:
        return None
    sure = agrees and cursor.complete
    verdict = _Verdict()
    if sure and not cursor.resumed:
        verdict = _judge(source, resource, cursor, shown, counted=counted, release=release)
    return _finish(source, cursor, sure, verdict, len(shown))


def _judge(
    source: Source, resource: Resource[Any], cursor: Cursor, shown: set[str], *, counted: bool, release: bool
) -> _Verdict:
    vanished: list[str] = []
    fresh = known = 0
    assert cursor.started_at is not None
    with source.database.read() as conn:
        for id, doubted in records.living(conn, source.connection.id, resource.name, cursor.started_at):
            known += 1
            if id not in shown:
                vanished.append(id)
                fresh += not doubted
    known = max(known, len(shown))
    if not release and fresh > BRAKE_FREE and fresh > BRAKE_SHARE * known:
        return _Verdict(held=fresh, known=known)
    if not isinstance(resource.get, Gap):
        return _ask(source, resource, vanished)
    nameless = any(id.startswith("?") for id in shown)
    return _Verdict(doubted=vanished) if counted and not nameless else _Verdict()


def _ask(source: Source, resource: Resource[Any], vanished: Sequence[str]) -> _Verdict:
    """Ask the PMS for each: one it denies is gone, one it returns is only left out of its list."""
    gone, back = [], []
    for id in vanished:
        try:
            wire = resource.verb("get")(source.wire, id)
        except NotFound:
            gone.append(id)
            continue
        found = read(resource, source.clean(wire), replace(source.context, now=source.clock.now()))
        if not isinstance(found, Misfit):
            back.append(found)
    return _Verdict(gone=gone, back=back)


def _finish(source: Source, cursor: Cursor, sure: bool, verdict: _Verdict, shown: int) -> Settled:
    """Deletions, events and the end of the scan in one transaction."""
    now = source.clock.now()
    connection, name = source.connection, cursor.record
    with source.database.write() as conn:
        changes = _apply(conn, source, cursor, verdict)
        cursors.check_still_ours(conn, cursor)
        events.append_changes(conn, connection.organization_id, connection.id, name, changes, at=now, source="poll")
        _tell(conn, source, cursor, verdict, shown)
        cursors.forget_seen(conn, cursor)
        cursors.save(conn, _ended(cursor, sure, verdict, now))
    return Settled(agrees=sure, deleted=sum(one.kind == "deleted" for one in changes), held=verdict.held)


def _apply(conn: Connection, source: Source, cursor: Cursor, verdict: _Verdict) -> list[Change]:
    now = source.clock.now()
    where = (source.connection.id, cursor.record)
    found = put_page(conn, source.keys, *where, verdict.back, as_of=now, source="poll")
    doubt(conn, *where, [one.id for one in verdict.back], now)
    twice = doubt(conn, *where, verdict.doubted, now)
    reasons = dict.fromkeys(verdict.gone, "The PMS says it is not there.")
    reasons |= dict.fromkeys(sorted(twice), "Two complete scans did not show it.")
    buried = [bury(conn, *where, id, now=now, reason=reason) for id, reason in reasons.items()]
    return [*found.changed, *(one for one in buried if one is not None)]


def _tell(conn: Connection, source: Source, cursor: Cursor, verdict: _Verdict, shown: int) -> None:
    place = {"organization_id": source.connection.organization_id, "connection_id": source.connection.id}
    stem = f"{source.connection.id}:{cursor.record}"
    if cursor.scan == "full" and cursor.full_at is None:
        events.append(
            conn,
            name=f"{cursor.record}.loaded",
            at=source.clock.now(),
            record=cursor.record,
            data={"count": shown},
            key=f"{stem}:loaded",
            **place,
        )
    if verdict.held:
        events.append(
            conn,
            name="sync.deletes_held",
            at=source.clock.now(),
            record=cursor.record,
            data={"vanished": verdict.held, "known": verdict.known},
            key=f"{stem}:{cursor.epoch}:held",
            **place,
        )


def _ended(cursor: Cursor, sure: bool, verdict: _Verdict, now: Any) -> Cursor:
    is_full = cursor.scan == "full"
    baseline = sure and (is_full or cursor.fresh_at is not None)
    return replace(
        cursor,
        scan=None,
        parent=None,
        position=None,
        watermark=_watermark(cursor),
        held=verdict.held if is_full else cursor.held,
        fresh_at=cursor.started_at if baseline else cursor.fresh_at,
        full_at=now if is_full else cursor.full_at,
        finished_at=now,
        last_error=None,
        last_error_at=None,
    )


def _watermark(cursor: Cursor) -> Any:
    """Where the next `since` scan begins: the latest update the PMS showed, but never later than our start.

    Bounded by the PMS's own times, so that a clock of ours that runs ahead skips nothing; bounded by our start,
    so that what changed while we read is read again.
    """
    assert cursor.started_at is not None
    reached = min(cursor.started_at, cursor.newest) if cursor.newest else cursor.started_at
    if cursor.scan == "since" and cursor.newest is None and cursor.watermark is not None:
        return cursor.watermark
    return max(reached, cursor.watermark) if cursor.watermark else reached
