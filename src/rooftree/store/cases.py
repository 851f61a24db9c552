"""Cases and their events: what happened, what is due, and who is at work on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, func, insert, or_, select, update

from rooftree.errors import NotAllowed
from rooftree.model.cases import Case, CaseEvent, CaseState
from rooftree.store import codec
from rooftree.store.keys import Keys, open_json, place, seal_json
from rooftree.store.schema import new_id
from rooftree.store.tables.cases import case_event, cases

_LEASE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """An event of a case with what was decided about it."""

    event: CaseEvent
    name: str
    handled_at: datetime | None
    remark: str


def phone_digest(keys: Keys, organization: str, phone: str) -> bytes:
    """The blind index by which a case is found from its household's number."""
    return keys.blind_index(organization, "case phone", phone)


def open_case(conn: Connection, keys: Keys, case: Case) -> None:
    """Keep a new case, under a key of its own."""
    keys.create(conn, case.id)
    conn.execute(
        insert(cases).values(
            id=case.id,
            organization_id=case.organization,
            connection_id=case.connection,
            phone_digest=phone_digest(keys, case.organization, case.phone),
            opened_at=case.opened_at,
            **_columns(conn, keys, case),
        )
    )


def save(conn: Connection, keys: Keys, case: Case) -> None:
    conn.execute(update(cases).where(cases.c.id == case.id).values(**_columns(conn, keys, case)))


def load(conn: Connection, keys: Keys, case_id: str, organization_id: str | None = None) -> Case:
    """The case; raises NotAllowed when there is none of this id, or it is another organization's."""
    row = conn.execute(select(cases).where(cases.c.id == case_id)).first()
    if row is None or organization_id not in (None, row.organization_id):
        raise NotAllowed(f"There is no case {case_id} here.")
    return _case(conn, keys, row)


def open_of_phone(
    conn: Connection, keys: Keys, organization: str, phone: str, closed_since: datetime | None = None
) -> list[Case]:
    """Open cases of the household behind a number, the newest first; then those closed since then, if asked for."""
    still = cases.c.state != CaseState.CLOSED
    chosen = and_(
        cases.c.organization_id == organization,
        cases.c.phone_digest == phone_digest(keys, organization, phone),
        or_(still, cases.c.updated_at >= closed_since) if closed_since else still,
    )
    rows = conn.execute(select(cases).where(chosen).order_by(cases.c.opened_at.desc())).all()
    return sorted((_case(conn, keys, row) for row in rows), key=lambda case: not case.is_open)


def open_work_orders(conn: Connection, connection: str, limit: int) -> list[str]:
    """The PMS's ids of the work orders that open cases are about, those last heard of first."""
    chosen = and_(
        cases.c.connection_id == connection, cases.c.state != CaseState.CLOSED, cases.c.work_order_id.is_not(None)
    )
    query = select(cases.c.work_order_id).where(chosen).group_by(cases.c.work_order_id)
    return list(conn.scalars(query.order_by(func.max(cases.c.updated_at).desc()).limit(limit)))


def of_work_order(conn: Connection, keys: Keys, connection: str, work_order_id: str) -> list[Case]:
    """Open cases about a work order of the PMS."""
    chosen = and_(
        cases.c.connection_id == connection,
        cases.c.work_order_id == work_order_id,
        cases.c.state != CaseState.CLOSED,
    )
    return [_case(conn, keys, row) for row in conn.execute(select(cases).where(chosen)).all()]


def recent(
    conn: Connection, keys: Keys, organization: str, *, limit: int = 50, before: datetime | None = None
) -> list[Case]:
    """Cases by their last change, the newest first; `before` continues a page."""
    query = select(cases).where(cases.c.organization_id == organization)
    if before:
        query = query.where(cases.c.updated_at < before)
    rows = conn.execute(query.order_by(cases.c.updated_at.desc()).limit(limit)).all()
    return [_case(conn, keys, row) for row in rows]


def add_event(
    conn: Connection,
    keys: Keys,
    case_id: str,
    kind: str,
    details: Mapping[str, Any],
    at: datetime,
    *,
    due_at: datetime | None = None,
    name: str = "",
) -> str:
    """Note that something happened, or will be due; the id of the event."""
    event_id = new_id("evt")
    body = seal_json(keys.get(conn, case_id), dict(details), "case_event", "body", event_id)
    values = {"id": event_id, "case_id": case_id, "kind": kind, "name": name, "body": body}
    conn.execute(insert(case_event).values(**values, at=at, due_at=due_at or at))
    return event_id


def set_timer(conn: Connection, keys: Keys, case_id: str, name: str, due_at: datetime | None, now: datetime) -> None:
    """Replace the wait called `name`; None cancels it."""
    waiting = and_(case_event.c.case_id == case_id, case_event.c.name == name, case_event.c.handled_at.is_(None))
    conn.execute(update(case_event).where(waiting).values(handled_at=now))
    if due_at:
        add_event(conn, keys, case_id, "timer_due", {"name": name}, now, due_at=due_at, name=name)


def ready(conn: Connection, now: datetime, limit: int = 100) -> list[tuple[str, str]]:
    """(event id, case id) of what is due, each case's first only, oldest first; cases at work are left out."""
    free = or_(cases.c.worker.is_(None), cases.c.worker_until < now)
    query = (
        select(case_event.c.id, case_event.c.case_id)
        .join(cases, cases.c.id == case_event.c.case_id)
        .where(case_event.c.handled_at.is_(None), case_event.c.due_at <= now, free)
        .order_by(case_event.c.seq)
        .limit(limit)
    )
    first: dict[str, str] = {}
    for row in conn.execute(query):
        first.setdefault(row.case_id, row.id)
    return [(event_id, case_id) for case_id, event_id in first.items()]


def next_due(conn: Connection, keys: Keys, case_id: str, now: datetime) -> CaseEvent | None:
    """The case's first event that is due and not handled."""
    chosen = and_(case_event.c.case_id == case_id, case_event.c.handled_at.is_(None), case_event.c.due_at <= now)
    row = conn.execute(select(case_event).where(chosen).order_by(case_event.c.seq).limit(1)).first()
    return _event(conn, keys, row) if row else None


def claim(conn: Connection, case_id: str, worker: str, now: datetime) -> bool:
    """Take a case for one turn; False when another worker has it."""
    free = or_(cases.c.worker.is_(None), cases.c.worker == worker, cases.c.worker_until < now)
    taken = update(cases).where(cases.c.id == case_id, free).values(worker=worker, worker_until=now + _LEASE)
    return conn.execute(taken).rowcount == 1


def release(conn: Connection, case_id: str, worker: str) -> None:
    mine = and_(cases.c.id == case_id, cases.c.worker == worker)
    conn.execute(update(cases).where(mine).values(worker=None, worker_until=None))


def handled(conn: Connection, keys: Keys, event_id: str, remark: str, now: datetime) -> None:
    """Mark an event as decided, with the reason in words."""
    case_id = conn.scalar(select(case_event.c.case_id).where(case_event.c.id == event_id))
    sealed = seal_json(keys.get(conn, str(case_id)), remark, "case_event", "remark", event_id)
    conn.execute(update(case_event).where(case_event.c.id == event_id).values(handled_at=now, remark=sealed))


def history(conn: Connection, keys: Keys, case_id: str) -> list[Handled]:
    """All that happened to a case, in order; cancelled waits are left out."""
    rows = conn.execute(select(case_event).where(case_event.c.case_id == case_id).order_by(case_event.c.seq)).all()
    key = keys.get(conn, case_id)
    return [
        Handled(
            event=_event(conn, keys, row),
            name=row.name,
            handled_at=row.handled_at,
            remark=open_json(key, row.remark, "case_event", "remark", row.id) if row.remark else "",
        )
        for row in rows
        if row.remark or row.handled_at is None
    ]


def _columns(conn: Connection, keys: Keys, case: Case) -> dict[str, Any]:
    key = keys.get(conn, case.id)
    return {
        "body": key.seal(codec.encode(case), place("case_file", "body", case.id)),
        "state": case.state,
        "priority": case.priority,
        "property_id": case.property_id,
        "unit_id": case.unit_id,
        "resident_id": case.resident_id,
        "work_order_id": case.work_order_id,
        "updated_at": case.updated_at,
    }


def _case(conn: Connection, keys: Keys, row: Row[Any]) -> Case:
    return codec.decode(Case, keys.get(conn, row.id).unseal(row.body, place("case_file", "body", row.id)))


def _event(conn: Connection, keys: Keys, row: Row[Any]) -> CaseEvent:
    details = open_json(keys.get(conn, row.case_id), row.body, "case_event", "body", row.id)
    return CaseEvent(id=row.id, kind=row.kind, at=row.due_at, details=details)
