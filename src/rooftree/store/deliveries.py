"""Webhooks as they came, durable before they are acknowledged; each one once, however often it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from rooftree.db import insert_new
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


def keep(
    conn: Connection,
    keys: Keys,
    *,
    organization_id: str,
    connection_id: str,
    key: str,
    body: bytes,
    headers: Mapping[str, str],
    now: datetime,
) -> str | None:
    """Keep a verified delivery; its id, or None when this connection had one with this key already."""
    id = new_id("delivery")
    wrapped, sealing = keys.mint(id)
    row = {
        "id": id,
        "organization_id": organization_id,
        "connection_id": connection_id,
        "key": key,
        "body": sealing.seal(body, place("delivery", "body", id)),
        "headers": seal_json(sealing, dict(headers), "delivery", "headers", id),
        "received_at": now,
        "state": "received",
        "due_at": now,
        "attempts": 0,
        "repeats": 0,
    }
    if insert_new(conn, delivery, row):
        conn.execute(insert(data_key).values(subject=id, wrapped=wrapped))
        return id
    same = (delivery.c.connection_id == connection_id) & (delivery.c.key == key)
    conn.execute(update(delivery).where(same).values(repeats=delivery.c.repeats + 1))
    return None


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
