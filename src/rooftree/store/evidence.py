"""What connections were seen to do: evidence of verbs, and the endpoints that are called. Nothing of any record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from rooftree.store.tables.evidence import endpoint_use, verb_evidence

_SHOWN = ("record", "verb", "ok", "status", "seconds", "lag", "count", "why")


def keep(conn: Connection, connection_id: str, rows: Iterable[Mapping[str, Any]], at: datetime) -> None:
    """Keep what verbs showed, one row a verb: the latest that was tried stands.

    A row whose `ok` is None tried nothing, and replaces nothing; nor does a mere right replace what was really done.
    """
    for row in rows:
        mine = (
            (verb_evidence.c.connection_id == connection_id)
            & (verb_evidence.c.record == row["record"])
            & (verb_evidence.c.verb == row["verb"])
        )
        known = conn.execute(select(verb_evidence.c.ok).where(mine)).first()
        is_right = row.get("proof") == "allowed"
        if known and (row["ok"] is None or (is_right and known.ok)):
            continue
        conn.execute(delete(verb_evidence).where(mine))
        shown = {name: row[name] for name in _SHOWN}
        conn.execute(insert(verb_evidence).values(connection_id=connection_id, at=at, **shown))


def listed(conn: Connection, connection_id: str) -> list[dict[str, Any]]:
    """What each verb showed when it was last tried, by record and verb."""
    columns = [column for column in verb_evidence.c if column.name != "connection_id"]
    query = select(*columns).where(verb_evidence.c.connection_id == connection_id)
    return [dict(row._mapping) for row in conn.execute(query.order_by(verb_evidence.c.record, verb_evidence.c.verb))]


def forget(conn: Connection, connection_id: str) -> None:
    """Drop what a key showed, when another takes its place."""
    conn.execute(delete(verb_evidence).where(verb_evidence.c.connection_id == connection_id))


def count_calls(conn: Connection, connection_id: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Add calls to what is counted; each row has endpoint, calls, failed, last_status, tls and last_at."""
    for row in rows:
        mine = (endpoint_use.c.connection_id == connection_id) & (endpoint_use.c.endpoint == row["endpoint"])
        added = {
            "calls": endpoint_use.c.calls + row["calls"],
            "failed": endpoint_use.c.failed + row["failed"],
            **{name: row[name] for name in ("last_status", "tls", "last_at")},
        }
        if conn.execute(update(endpoint_use).where(mine).values(added)).rowcount == 0:
            conn.execute(insert(endpoint_use).values(connection_id=connection_id, **row))


def endpoints(conn: Connection, connection_id: str) -> list[dict[str, Any]]:
    """The endpoints that were called, by name."""
    columns = [column for column in endpoint_use.c if column.name != "connection_id"]
    query = select(*columns).where(endpoint_use.c.connection_id == connection_id)
    return [dict(row._mapping) for row in conn.execute(query.order_by(endpoint_use.c.endpoint))]
