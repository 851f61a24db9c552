"""Webhooks as they came, durable before they are acknowledged; each one once, however often it is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, RowMapping, delete, insert, select, update

from rooftree.db import insert_or_nothing
from rooftree.store.keys import Keys, open_json, place, seal_json
from rooftree.store.schema import new_id
from rooftree.store.tables.keys import data_key
from rooftree.store.tables.sync import delivery

KEEP = timedelta(days=35)
"""A PMS may send again for 30 days; what is kept shorter would be taken as new."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One webhook request; `attempts` counts how often it was taken up."""

    id: str
    connection_id: str
    key: str
    body: bytes
    headers: Mapping[str, str]
    received_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A genuine webhook request that is to be kept; two with one `key` are the same."""

    organization_id: str
    connection_id: str
    key: str
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class Sealed:
    """An arrival ready for the database: its row, and the wrapped key that opens it."""

    row: Mapping[str, Any]
    wrapped: bytes


def sealed(keys: Keys, arrivals: Sequence[Arrival]) -> list[Sealed]:
    """Each under a key of its own; done before the transaction, so that it holds no writer up."""
    return [_sealed(keys, each) for each in arrivals]


def keep(conn: Connection, found: Sequence[Sealed]) -> list[str | None]:
    """Keep verified deliveries; each one's id, or None where its connection had one with this key already."""
    new = set(conn.scalars(_insert(conn.dialect.name), [each.row for each in found]))
    fresh = [each for each in found if each.row["id"] in new]
    if fresh:
        rows = [{"subject": each.row["id"], "wrapped": each.wrapped} for each in fresh]
        conn.execute(_KEEP_KEYS, rows)
    for each in found:
        if each.row["id"] not in new:
            _count_repeat(conn, each.row)
    return [each.row["id"] if each.row["id"] in new else None for each in found]


_KEEP_KEYS = insert(data_key)


@cache
def _insert(dialect: str) -> Any:
    """Built once: this statement stands in the way of every acknowledgement."""
    return insert_or_nothing(dialect, delivery).returning(delivery.c.id)


def _count_repeat(conn: Connection, row: Mapping[str, Any]) -> None:
    same = (delivery.c.connection_id == row["connection_id"]) & (delivery.c.key == row["key"])
    conn.execute(update(delivery).where(same).values(repeats=delivery.c.repeats + 1))


def _sealed(keys: Keys, arrival: Arrival) -> Sealed:
    id = new_id("delivery")
    wrapped, sealing = keys.mint(id)
    row = {
        "id": id,
        "organization_id": arrival.organization_id,
        "connection_id": arrival.connection_id,
        "key": arrival.key,
        "body": sealing.seal(arrival.body, place("delivery", "body", id)),
        "headers": seal_json(sealing, dict(arrival.headers), "delivery", "headers", id),
        "received_at": arrival.at,
        "state": "received",
        "due_at": arrival.at,
        "attempts": 0,
        "repeats": 0,
    }
    return Sealed(row, wrapped)


def waiting(conn: Connection, connection_id: str, now: datetime) -> bool:
    """Whether there is a delivery to deal with now."""
    due = (delivery.c.connection_id == connection_id) & (delivery.c.state == "received") & (delivery.c.due_at <= now)
    return conn.execute(select(delivery.c.id).where(due).limit(1)).first() is not None


def claim(
    conn: Connection, keys: Keys, connection_id: str, *, now: datetime, limit: int = 50, lease: float = 120.0
) -> list[Delivery]:
    """The next deliveries to deal with, in order of receipt, for `lease` seconds."""
    due = (delivery.c.connection_id == connection_id) & (delivery.c.state == "received") & (delivery.c.due_at <= now)
    query = select(delivery).where(due).order_by(delivery.c.received_at, delivery.c.id).limit(limit)
    rows = conn.execute(query.with_for_update(skip_locked=True)).all()
    taken = delivery.c.id.in_([row.id for row in rows])
    conn.execute(
        update(delivery).where(taken).values(due_at=now + timedelta(seconds=lease), attempts=delivery.c.attempts + 1)
    )
    return [_open(conn, keys, row._mapping) for row in rows]


def done(conn: Connection, id: str, now: datetime) -> None:
    """The delivery's news is in the mirror."""
    conn.execute(update(delivery).where(delivery.c.id == id).values(state="done", done_at=now, due_at=None, error=None))


def again(conn: Connection, id: str, due_at: datetime, why: str) -> None:
    """Not now: take it up again at `due_at`."""
    conn.execute(update(delivery).where(delivery.c.id == id).values(due_at=due_at, error=why))


def failed(conn: Connection, id: str, now: datetime, why: str) -> None:
    """It can never be dealt with; kept, and shown with the reason."""
    conn.execute(
        update(delivery).where(delivery.c.id == id).values(state="failed", done_at=now, due_at=None, error=why)
    )


def failures(conn: Connection, connection_id: str) -> list[tuple[str, datetime, str]]:
    """(id, received, why) of deliveries that could not be dealt with, newest first."""
    query = select(delivery.c.id, delivery.c.received_at, delivery.c.error).where(
        delivery.c.connection_id == connection_id, delivery.c.state == "failed"
    )
    return [(row[0], row[1], row[2]) for row in conn.execute(query.order_by(delivery.c.received_at.desc()))]


def replay(conn: Connection, organization_id: str, id: str, now: datetime) -> bool:
    """Deal with a given-up delivery once more, from its kept bytes; False when it was not given up."""
    given_up = (delivery.c.id == id) & (delivery.c.organization_id == organization_id) & (delivery.c.state == "failed")
    fresh = {"state": "received", "due_at": now, "done_at": None, "attempts": 0}
    return conn.execute(update(delivery).where(given_up).values(fresh)).rowcount == 1


def listed(
    conn: Connection,
    organization_id: str,
    *,
    state: str | None,
    connection_id: str | None,
    before: str | None,
    limit: int,
) -> list[Row[Any]]:
    """Deliveries without their bytes, newest first; `before` is the id that ended the page before."""
    query = select(*(delivery.c[name] for name in _SHOWN)).where(delivery.c.organization_id == organization_id)
    for column, wanted in ((delivery.c.state, state), (delivery.c.connection_id, connection_id)):
        query = query.where(column == wanted) if wanted else query
    query = query.where(delivery.c.id < before) if before else query
    return list(conn.execute(query.order_by(delivery.c.id.desc()).limit(limit)))


_SHOWN = ("id", "connection_id", "state", "received_at", "attempts", "repeats", "due_at", "done_at", "error")


def forget_old(conn: Connection, now: datetime) -> int:
    """Drop what was dealt with longer than KEEP ago, key and all; how many."""
    old = delivery.c.done_at < now - KEEP
    conn.execute(delete(data_key).where(data_key.c.subject.in_(select(delivery.c.id).where(old))))
    return conn.execute(delete(delivery).where(old)).rowcount


def _open(conn: Connection, keys: Keys, values: RowMapping) -> Delivery:
    id = values["id"]
    key = keys.get(conn, id)
    return Delivery(
        id=id,
        connection_id=values["connection_id"],
        key=values["key"],
        body=key.unseal(values["body"], place("delivery", "body", id)),
        headers=open_json(key, values["headers"], "delivery", "headers", id),
        received_at=values["received_at"],
        attempts=values["attempts"] + 1,
    )
