"""The drift ledger: per field what the PMS says, what we say, when both last agreed, and how it was repaired."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from rooftree.errors import NotAllowed
from rooftree.sealed import CannotUnseal
from rooftree.store.keys import Keys, open_json, seal_json
from rooftree.store.schema import new_id
from rooftree.store.tables.drift import audit, drift

WHOLE = "*"
"""The field of a row that speaks of a whole record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """One field in which the PMS and the mirror differ; values as JSON takes them, `subject` our id of the record."""

    external_id: str
    field: str
    cause: str
    repair: str
    repaired: bool
    subject: str | None = None
    theirs: Any = None
    ours: Any = None
    agreed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """One kept row; `readable` is False for a row of a whole record, and once the record was erased."""

    id: str
    connection_id: str
    record: str
    external_id: str
    field: str
    theirs: Any
    ours: Any
    readable: bool
    cause: str
    repair: str
    agreed_at: datetime | None
    first_seen_at: datetime
    last_seen_at: datetime
    repaired_at: datetime | None


def keep(
    conn: Connection,
    keys: Keys,
    organization_id: str,
    connection_id: str,
    record: str,
    found: Sequence[Disagreement],
    now: datetime,
) -> None:
    """Write rows down; one that is still open is renewed."""
    whose = {"organization_id": organization_id, "connection_id": connection_id, "record": record}
    for one in found:
        query = select(drift.c.id).where(*_open(connection_id, record, [one.external_id]), drift.c.field == one.field)
        id = conn.scalar(query)
        content = _content(conn, keys, id or (new := new_id("drift")), one, now)
        if id is not None:
            conn.execute(update(drift).where(drift.c.id == id).values(content))
            continue
        facts = {"external_id": one.external_id, "field": one.field, "agreed_at": one.agreed_at, "first_seen_at": now}
        conn.execute(insert(drift).values(id=new, **whose, **facts, **content))


def _content(conn: Connection, keys: Keys, id: str, one: Disagreement, now: datetime) -> dict[str, Any]:
    sealed = None
    if one.subject is not None:
        sides = {"theirs": one.theirs, "ours": one.ours}
        sealed = seal_json(keys.get(conn, one.subject), sides, "drift", "sides", id)
    return {
        "subject": one.subject,
        "sides": sealed,
        "cause": one.cause,
        "repair": one.repair,
        "last_seen_at": now,
        "repaired_at": now if one.repaired else None,
    }


def settle(
    conn: Connection, connection_id: str, record: str, external_ids: Collection[str], repair: str, now: datetime
) -> int:
    """Close the open rows of these records; how many."""
    closed = {"repair": repair, "repaired_at": now}
    return conn.execute(update(drift).where(*_open(connection_id, record, external_ids)).values(closed)).rowcount


def open_ids(conn: Connection, connection_id: str, record: str) -> set[str]:
    """The PMS's ids of records of which something is not repaired."""
    query = select(drift.c.external_id).where(
        drift.c.connection_id == connection_id, drift.c.record == record, drift.c.repaired_at.is_(None)
    )
    return set(conn.scalars(query))


def get(conn: Connection, keys: Keys, id: str, organization_id: str) -> Drift:
    """One row; raises NotAllowed when there is none here."""
    row = conn.execute(select(drift).where(drift.c.id == id, drift.c.organization_id == organization_id)).first()
    if row is None:
        raise NotAllowed(f"There is no row of drift {id} here.")
    return _read(conn, keys, row)


def listed(
    conn: Connection,
    keys: Keys,
    organization_id: str,
    *,
    connection_id: str | None = None,
    repaired: bool | None = None,
    before: str | None = None,
    limit: int = 50,
) -> list[Drift]:
    """Rows, newest first; `before` is the id that ended the page before."""
    query = select(drift).where(drift.c.organization_id == organization_id)
    query = query.where(drift.c.connection_id == connection_id) if connection_id else query
    query = query.where(drift.c.id < before) if before else query
    if repaired is not None:
        query = query.where(drift.c.repaired_at.is_not(None) if repaired else drift.c.repaired_at.is_(None))
    return [_read(conn, keys, row) for row in conn.execute(query.order_by(drift.c.id.desc()).limit(limit)).all()]


def _open(connection_id: str, record: str, external_ids: Collection[str]) -> tuple[Any, ...]:
    return (
        drift.c.connection_id == connection_id,
        drift.c.record == record,
        drift.c.external_id.in_(list(external_ids)),
        drift.c.repaired_at.is_(None),
    )


def _read(conn: Connection, keys: Keys, row: Row[Any]) -> Drift:
    facts = {name: value for name, value in row._mapping.items() if name in Drift.__dataclass_fields__}
    sides: Mapping[str, Any] | None = None
    if row.subject is not None:
        try:
            sides = open_json(keys.get(conn, row.subject), row.sides, "drift", "sides", row.id)
        except CannotUnseal:
            sides = None  # erased with its record
    return Drift(**facts, **(sides or {"theirs": None, "ours": None}), readable=sides is not None)


def keep_audit(
    conn: Connection,
    id: str,
    organization_id: str,
    connection_id: str,
    kind: str,
    at: datetime,
    report: Mapping[str, Any],
) -> None:
    """Keep the report of one audit."""
    whose = {"organization_id": organization_id, "connection_id": connection_id}
    conn.execute(insert(audit).values(id=id, **whose, kind=kind, started_at=at, report=dict(report)))


def audits(conn: Connection, organization_id: str, connection_id: str | None, limit: int) -> list[Any]:
    """The reports of past audits, newest first."""
    query = select(audit.c.report).where(audit.c.organization_id == organization_id)
    query = query.where(audit.c.connection_id == connection_id) if connection_id else query
    return list(conn.scalars(query.order_by(audit.c.id.desc()).limit(limit)))


def last_audit(conn: Connection, connection_id: str, kinds: Collection[str]) -> datetime | None:
    """When the last audit of one of these kinds began."""
    query = select(audit.c.started_at).where(audit.c.connection_id == connection_id, audit.c.kind.in_(list(kinds)))
    found: datetime | None = conn.scalar(query.order_by(audit.c.started_at.desc()).limit(1))
    return found


def forget_old(conn: Connection, before: datetime) -> int:
    """Drop rows repaired and audits made before a moment; how many rows."""
    conn.execute(delete(audit).where(audit.c.started_at < before))
    return conn.execute(delete(drift).where(drift.c.repaired_at < before)).rowcount
