"""Messages on their way to endpoints: made once per event and endpoint, kept until accepted or given up."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from rooftree.clock import iso
from rooftree.errors import NotAllowed
from rooftree.store import endpoints
from rooftree.store.endpoints import Endpoint
from rooftree.store.events import Happened
from rooftree.store.schema import new_id
from rooftree.store.tables.webhooks import endpoint, message

LEASE = timedelta(minutes=5)
"""A process that died while sending is followed by another after so long; the message keeps its id."""
KEEP = timedelta(days=35)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One event told to one endpoint; `attempts` counts those that failed."""

    id: str
    endpoint_id: str
    body: str
    attempts: int


def tell(conn: Connection, to: Sequence[Endpoint], event: Happened) -> None:
    """A message for each endpoint that wants this event and was there when it happened."""
    data = {
        "event": event.id,
        "connection": event.connection_id,
        "record": event.record,
        "id": event.record_id,
        "external_id": event.external_id,
        **event.data,
    }
    for each in to:
        if each.organization_id != event.organization_id or event.at < each.created_at or not each.wants(event.name):
            continue
        known = (message.c.endpoint_id == each.id) & (message.c.event_id == event.id)
        if conn.scalar(select(message.c.id).where(known)) is None:
            add(conn, each.id, event.name, data, at=event.at, now=event.at, event_id=event.id)


def add(
    conn: Connection,
    endpoint_id: str,
    name: str,
    data: Mapping[str, Any],
    *,
    at: datetime,
    now: datetime,
    event_id: int | None = None,
) -> str:
    """One message, due at once; its id."""
    id, sequence = new_id("msg"), endpoints.next_sequence(conn, endpoint_id)
    body = json.dumps({"type": name, "timestamp": iso(at), "sequence": sequence, "data": dict(data)})
    row = {"id": id, "endpoint_id": endpoint_id, "event_id": event_id, "sequence": sequence, "name": name}
    conn.execute(insert(message).values(**row, body=body, state="pending", attempts=0, due_at=now, made_at=now))
    return id


def endpoints_due(conn: Connection, now: datetime) -> list[str]:
    """Active endpoints that have something to be sent now."""
    query = select(message.c.endpoint_id).join(endpoint).where(endpoint.c.state == "active", _due(now)).distinct()
    return list(conn.scalars(query))


def claim(conn: Connection, endpoint_id: str, now: datetime, limit: int) -> list[Message]:
    """The next messages of one endpoint by sequence, for LEASE; two processes never claim the same."""
    columns = (message.c.id, message.c.endpoint_id, message.c.body, message.c.attempts)
    query = select(*columns).where(message.c.endpoint_id == endpoint_id, _due(now)).order_by(message.c.sequence)
    rows = conn.execute(query.limit(limit).with_for_update(skip_locked=True)).all()
    _change(conn, [row.id for row in rows], due_at=now + LEASE)
    return [Message(**row._mapping) for row in rows]


def delivered(conn: Connection, id: str, status: int, now: datetime) -> None:
    """The endpoint took it."""
    _change(conn, [id], state="delivered", status=status, error=None, due_at=None, done_at=now)


def again(conn: Connection, id: str, status: int | None, why: str, due_at: datetime) -> None:
    """The endpoint did not take it; to be tried again then."""
    counted = message.c.attempts + 1
    _change(conn, [id], status=status, error=why, attempts=counted, due_at=due_at)


def dead(conn: Connection, id: str, status: int | None, why: str, now: datetime) -> None:
    """Given up: kept, shown with the reason, and sent anew when a person says so."""
    counted = message.c.attempts + 1
    _change(conn, [id], state="dead", status=status, error=why, attempts=counted, due_at=None, done_at=now)


def put_back(conn: Connection, ids: Sequence[str], due_at: datetime) -> None:
    """Claimed and not tried, because their endpoint does not answer."""
    _change(conn, ids, due_at=due_at)


def replay(conn: Connection, now: datetime, *, id: str = "", endpoint_id: str = "") -> int:
    """Send one message once more, or all that an endpoint gave up; from the start of the schedule, the id kept."""
    chosen = message.c.id == id if id else (message.c.endpoint_id == endpoint_id) & (message.c.state == "dead")
    fresh = {"state": "pending", "attempts": 0, "due_at": now, "done_at": None}
    return conn.execute(update(message).where(chosen).values(fresh)).rowcount


def get(conn: Connection, id: str, organization_id: str) -> Row[Any]:
    """One message; raises NotAllowed."""
    query = select(message).join(endpoint).where(message.c.id == id, endpoint.c.organization_id == organization_id)
    row = conn.execute(query).first()
    if row is None:
        raise NotAllowed(f"There is no webhook message {id} here.")
    return row


def listed(
    conn: Connection,
    organization_id: str,
    *,
    endpoint_id: str | None,
    state: str | None,
    before: str | None,
    limit: int,
) -> list[Row[Any]]:
    """Messages, newest first; `before` is the id that ended the page before."""
    query = select(message).join(endpoint).where(endpoint.c.organization_id == organization_id)
    for column, wanted in ((message.c.endpoint_id, endpoint_id), (message.c.state, state)):
        query = query.where(column == wanted) if wanted else query
    query = query.where(message.c.id < before) if before else query
    return list(conn.execute(query.order_by(message.c.id.desc()).limit(limit)))


def forget_old(conn: Connection, now: datetime) -> int:
    """Drop what was accepted or given up longer than KEEP ago; how many."""
    return conn.execute(delete(message).where(message.c.done_at < now - KEEP)).rowcount


def _due(now: datetime) -> Any:
    return (message.c.state == "pending") & (message.c.due_at <= now)


def _change(conn: Connection, ids: Sequence[str], **values: Any) -> None:
    conn.execute(update(message).where(message.c.id.in_(list(ids))).values(**values))
