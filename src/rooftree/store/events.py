"""What happened, in order: append-only rows that others react to, each reader in its own time.

An event is appended in the transaction of its cause. A reader claims events for a while, and says when each is
done; one that is not done in time is claimed again, so whoever reacts must bear seeing an event twice (give the
work the event's id as its key).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from rooftree.db import insert_new
from rooftree.store.mirroring import Change, Source
from rooftree.store.tables.sync import event, event_claim, event_reader

_LATE_COMMIT = timedelta(minutes=10)
"""A transaction that took its number before others may become visible after them, for as long as it may run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One event; `name` is `<record>.created|updated|deleted`, or what its writer named it."""

    id: int
    organization_id: str
    connection_id: str | None
    name: str
    record: str | None
    record_id: str | None
    """Our id of the record."""
    external_id: str | None
    data: Mapping[str, Any]
    at: datetime
    key: str | None


def append(
    conn: Connection,
    *,
    organization_id: str,
    name: str,
    at: datetime,
    connection_id: str | None = None,
    record: str | None = None,
    record_id: str | None = None,
    external_id: str | None = None,
    data: Mapping[str, Any] | None = None,
    key: str | None = None,
) -> int | None:
    """One event; its number, or None when one with this `key` is there already. `data` holds nothing personal."""
    row = {
        "organization_id": organization_id,
        "connection_id": connection_id,
        "name": name,
        "record": record,
        "record_id": record_id,
        "external_id": external_id,
        "data": dict(data or {}),
        "at": at,
        "key": key,
    }
    if key is not None and not insert_new(conn, event, row):
        return None
    if key is not None:
        return conn.scalar(select(event.c.id).where(event.c.key == key))
    return int(conn.execute(insert(event).values(row).returning(event.c.id)).scalar_one())


def append_changes(
    conn: Connection,
    organization_id: str,
    connection_id: str,
    record_name: str,
    changes: Sequence[Change],
    *,
    at: datetime,
    source: Source,
) -> None:
    """One event per changed record; its data: `fields`, `before` and `after` of links and status, `source`."""
    rows = [
        {
            "organization_id": organization_id,
            "connection_id": connection_id,
            "name": f"{record_name}.{change.kind}",
            "record": record_name,
            "record_id": change.id,
            "external_id": change.external_id,
            "data": {
                "fields": list(change.fields),
                "before": dict(change.before),
                "after": dict(change.after),
                "source": source,
            },
            "at": at,
        }
        for change in changes
    ]
    if rows:
        conn.execute(insert(event), rows)


def begin_reader(conn: Connection, reader: str, now: datetime) -> None:
    """A reader that is not to see what happened before it: one there already is left as it is."""
    old = conn.scalar(select(func.max(event.c.id)).where(event.c.at < now - _LATE_COMMIT))
    insert_new(conn, event_reader, {"name": reader, "floor": old or 0})


def claim(
    conn: Connection,
    reader: str,
    *,
    now: datetime,
    names: Collection[str] = (),
    limit: int = 100,
    lease: timedelta = timedelta(minutes=1),
) -> list[Happened]:
    """The next events (of these names, or all) in order, for `lease`; two processes never claim the same one."""
    floor = _hold_reader(conn, reader)
    free = (event_claim.c.event_id.is_(None)) | (event_claim.c.done_at.is_(None) & (event_claim.c.until <= now))
    query = (
        select(event, event_claim.c.attempts)
        .outerjoin(event_claim, (event_claim.c.event_id == event.c.id) & (event_claim.c.reader == reader))
        .where(event.c.id > floor, free)
        .order_by(event.c.id)
        .limit(limit)
    )
    if names:
        query = query.where(event.c.name.in_(list(names)))
    rows = conn.execute(query).all()
    for row in rows:
        _take(conn, reader, row.id, row.attempts, now + lease)
    if not rows:
        _settle(conn, reader, floor, names, now)
    return [Happened(**{column.name: row._mapping[column.name] for column in event.c}) for row in rows]


def done(conn: Connection, reader: str, event_id: int, now: datetime, error: str | None = None) -> None:
    """The event is dealt with, or given up with `error`; it is not claimed again."""
    chosen = (event_claim.c.reader == reader) & (event_claim.c.event_id == event_id)
    conn.execute(update(event_claim).where(chosen).values(done_at=now, error=error))


def of_record(conn: Connection, record_id: str) -> list[Happened]:
    """Everything that happened to one record, oldest first."""
    rows = conn.execute(select(event).where(event.c.record_id == record_id).order_by(event.c.id))
    return [Happened(**row._mapping) for row in rows]


def since(
    conn: Connection, organization_id: str, after: int = 0, names: Collection[str] = (), limit: int = 100
) -> list[Happened]:
    """Events of an organization after a number, oldest first."""
    query = select(event).where(event.c.organization_id == organization_id, event.c.id > after)
    if names:
        query = query.where(event.c.name.in_(list(names)))
    return [Happened(**row._mapping) for row in conn.execute(query.order_by(event.c.id).limit(limit))]


def _hold_reader(conn: Connection, reader: str) -> int:
    chosen = select(event_reader.c.floor).where(event_reader.c.name == reader).with_for_update()
    floor = conn.scalar(chosen)
    if floor is None:
        insert_new(conn, event_reader, {"name": reader, "floor": 0})
        return int(conn.scalar(chosen) or 0)
    return int(floor)


def _take(conn: Connection, reader: str, event_id: int, attempts: int | None, until: datetime) -> None:
    if attempts is None:
        conn.execute(insert(event_claim).values(reader=reader, event_id=event_id, until=until, attempts=1))
        return
    chosen = (event_claim.c.reader == reader) & (event_claim.c.event_id == event_id)
    conn.execute(update(event_claim).where(chosen).values(until=until, attempts=attempts + 1))


def _settle(conn: Connection, reader: str, floor: int, names: Collection[str], now: datetime) -> None:
    """Raise the floor below which nothing needs looking at, and drop the claims under it."""
    unfinished = select(func.min(event_claim.c.event_id)).where(
        event_claim.c.reader == reader, event_claim.c.done_at.is_(None)
    )
    old = select(func.max(event.c.id)).where(event.c.id > floor, event.c.at < now - _LATE_COMMIT)
    first, last = conn.scalar(unfinished), conn.scalar(old)
    new = last if first is None else min(first - 1, last or 0)
    if new is None or new <= floor:
        return
    conn.execute(update(event_reader).where(event_reader.c.name == reader).values(floor=new))
    conn.execute(delete(event_claim).where(event_claim.c.reader == reader, event_claim.c.event_id <= new))
