"""Acts: what was planned for a case, what came of it, and the decision ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, insert, or_, select, update

from rooftree.model.cases import Proposal
from rooftree.store import codec
from rooftree.store.keys import Keys, open_json, place, seal_json
from rooftree.store.schema import new_id
from rooftree.store.tables.cases import act, decision

OPEN = ("planned", "waiting")


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A proposal at the gate, and where it stands."""

    id: str
    case_id: str
    event_id: str
    proposal: Proposal
    state: str
    due_at: datetime
    attempts: int
    planned_at: datetime
    finished_at: datetime | None
    took_ms: int | None
    result: Mapping[str, Any]


def plan(
    conn: Connection, keys: Keys, case_id: str, event_id: str, proposals: Sequence[Proposal], now: datetime
) -> list[str]:
    """Keep proposals as acts to be done, in order; safety first. Their ids."""
    key = keys.get(conn, case_id)
    ids = []
    for position, proposal in enumerate(sorted(proposals, key=lambda p: not p.safety)):
        act_id = new_id("act")
        body = key.seal(codec.encode(proposal), place("act", "body", act_id))
        values = {"id": act_id, "case_id": case_id, "event_id": event_id, "position": position, "body": body}
        status = {"kind": proposal.kind, "safety": proposal.safety, "state": "planned", "attempts": 0}
        conn.execute(insert(act).values(**values, **status, due_at=now, planned_at=now))
        ids.append(act_id)
    return ids


def open_of_event(conn: Connection, event_id: str) -> list[str]:
    """Ids of an event's acts that are still planned, in order."""
    chosen = and_(act.c.event_id == event_id, act.c.state == "planned")
    return [row.id for row in conn.execute(select(act.c.id).where(chosen).order_by(act.c.position))]


def due(conn: Connection, now: datetime, planned_before: datetime, limit: int = 100) -> list[tuple[str, int]]:
    """(id, attempts so far) of acts to be tried now, safety first: waits that are over, and what was left behind.

    An act just planned is in the hands of the turn that planned it; one planned before `planned_before` and still
    not tried was left behind by a crash.
    """
    waited = and_(act.c.state == "waiting", act.c.due_at <= now)
    left = and_(act.c.state == "planned", act.c.planned_at <= planned_before)
    query = select(act.c.id, act.c.attempts).where(or_(waited, left))
    ordered = query.order_by(act.c.safety.desc(), act.c.due_at, act.c.position).limit(limit)
    return [(row.id, row.attempts) for row in conn.execute(ordered)]


def load(conn: Connection, keys: Keys, act_id: str) -> Act:
    row = conn.execute(select(act).where(act.c.id == act_id)).one()
    return _act(conn, keys, row)


def of_case(conn: Connection, keys: Keys, case_id: str) -> list[Act]:
    """All acts of a case in the order they were planned."""
    rows = conn.execute(select(act).where(act.c.case_id == case_id).order_by(act.c.planned_at, act.c.position)).all()
    return [_act(conn, keys, row) for row in rows]


def finish(
    conn: Connection,
    keys: Keys,
    done: Act,
    state: str,
    result: Mapping[str, Any],
    now: datetime,
    *,
    due_at: datetime | None = None,
    took_ms: int = 0,
) -> bool:
    """Note what came of an act (`waiting` with its `due_at` keeps it open); False when it was over already."""
    sealed = seal_json(keys.get(conn, done.case_id), dict(result), "act", "result", done.id)
    over = None if state == "waiting" else now
    values = {"state": state, "result": sealed, "due_at": due_at or now, "finished_at": over, "took_ms": took_ms}
    chosen = and_(act.c.id == done.id, or_(*(act.c.state == name for name in OPEN)))
    return conn.execute(update(act).where(chosen).values(**values, attempts=act.c.attempts + 1)).rowcount == 1


def record_decision(
    conn: Connection, keys: Keys, done: Act, organization: str, outcome: str, rule: str, why: str, now: datetime
) -> None:
    """Add the gate's decision to the ledger."""
    sealed = seal_json(keys.get(conn, done.case_id), why, "decision", "why", done.id)
    conn.execute(
        insert(decision).values(
            organization_id=organization,
            case_id=done.case_id,
            act_id=done.id,
            at=now,
            actor=f"agent:{done.proposal.made_by}",
            kind=done.proposal.kind,
            outcome=outcome,
            rule=rule,
            why=sealed,
            inputs_hash=keys.fingerprint(codec.encode(done.proposal)).hex(),
        )
    )


def _act(conn: Connection, keys: Keys, row: Row[Any]) -> Act:
    key = keys.get(conn, row.case_id)
    return Act(
        id=row.id,
        case_id=row.case_id,
        event_id=row.event_id,
        proposal=codec.decode(Proposal, key.unseal(row.body, place("act", "body", row.id))),
        state=row.state,
        due_at=row.due_at,
        attempts=row.attempts,
        planned_at=row.planned_at,
        finished_at=row.finished_at,
        took_ms=row.took_ms,
        result=open_json(key, row.result, "act", "result", row.id) if row.result else {},
    )


def record_direct(
    conn: Connection,
    keys: Keys,
    *,
    organization_id: str,
    actor: str,
    kind: str,
    outcome: str,
    op_key: str,
    pms_ref: str | None,
    now: datetime,
) -> None:
    """Add a write that belongs to no case to the ledger."""
    key = keys.ensure(conn, organization_id)
    conn.execute(
        insert(decision).values(
            organization_id=organization_id,
            at=now,
            actor=actor,
            kind=kind,
            outcome=outcome,
            rule="direct",
            why=seal_json(key, "asked for by the caller", "decision", "why", op_key),
            inputs_hash=keys.fingerprint(op_key.encode()).hex(),
            pms_ref=pms_ref,
        )
    )
