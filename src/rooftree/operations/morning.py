"""The morning report: what Rooftree made of the night's texts, beside what staff did about the same matters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import Field
from sqlalchemy import Connection

from rooftree.agents.duplicates import Report, compare
from rooftree.model.cases import Case
from rooftree.model.maintenance import WorkOrder
from rooftree.operations.registry import Caller, Input, operation
from rooftree.store import acts, cases, connections, records, zones
from rooftree.store.records import Mirrored

_BEFORE, _AFTER = timedelta(hours=1), timedelta(hours=24)
"""How long before and after a text staff may have typed in what it is about."""
_MOST = 500
_RANK = {"routine": 1, "urgent": 2, "emergency": 3}


class MorningInput(Input):
    """Which night."""

    connection: str | None = Field(default=None, description="Only of this connection.")
    since: datetime | None = Field(default=None, description="From when on; a day ago where it is not said.")


@dataclass(frozen=True, slots=True)
class _Pair:
    case: Case
    proposed: Sequence[str]
    staff: Mirrored[WorkOrder] | None


@operation("reports.morning", "read", examples=("rooftree reports morning", "rooftree reports morning --json"))
def morning(caller: Caller, given: MorningInput) -> dict[str, Any]:
    """What Rooftree made of the texts since then, beside what staff did: in shadow, what it would have done."""
    since = given.since or caller.services.clock.now() - timedelta(days=1)
    with caller.services.database.read() as conn:
        if given.connection:
            connections.get(conn, given.connection, caller.organization_id)
        night = _cases(conn, caller, given.connection, since)
        orders = _by_staff(conn, caller, given.connection, night, since)
        pairs = [_pair(conn, caller, case, orders) for case in night]
        matched = {pair.staff.id for pair in pairs if pair.staff}
        return {
            "since": since,
            "summary": _summary(pairs, [order for order in orders if order.id not in matched]),
            "items": [_row(conn, caller, pair) for pair in pairs],
        }


def _cases(conn: Connection, caller: Caller, connection: str | None, since: datetime) -> list[Case]:
    page = cases.recent(conn, caller.services.keys, caller.organization_id, limit=_MOST)
    return [case for case in page if case.opened_at >= since and connection in (None, case.connection)]


def _by_staff(
    conn: Connection, caller: Caller, connection: str | None, night: Sequence[Case], since: datetime
) -> list[Mirrored[WorkOrder]]:
    """Work orders of these hours that are no work of ours."""
    newest = records.list_page(
        conn,
        caller.services.keys,
        WorkOrder,
        organization_id=caller.organization_id,
        connection_id=connection,
        limit=_MOST,
        newest_first=True,
    )
    ours = {(case.connection, case.work_order_id) for case in night}
    made = [each for each in newest if (each.connection_id, each.record.id) not in ours]
    return [each for each in made if _made_at(each) >= since - _BEFORE]


def _made_at(order: Mirrored[WorkOrder]) -> datetime:
    return order.record.created_at or order.first_seen_at


def _pair(conn: Connection, caller: Caller, case: Case, orders: Sequence[Mirrored[WorkOrder]]) -> _Pair:
    held = [act for act in acts.of_case(conn, caller.services.keys, case.id) if act.state == "refused"]
    proposed = [act.proposal.kind for act in held]
    said = Report(text=case.text or case.title, unit=case.unit_id or "", opened_at=case.opened_at)
    scored = [
        (compare(said, _report(order)), order)
        for order in orders
        if case.unit_id and (order.connection_id, order.record.unit_id) == (case.connection, case.unit_id)
        and -_BEFORE <= _made_at(order) - case.opened_at <= _AFTER
    ]  # fmt: skip
    same = [(told.score, order) for told, order in scored if told.relation in ("duplicate", "recurrence", "related")]
    return _Pair(case, proposed, max(same, key=lambda pair: pair[0])[1] if same else None)


def _report(order: Mirrored[WorkOrder]) -> Report:
    record = order.record
    text = f"{record.title} {record.description or ''}"
    return Report(text=text, unit=record.unit_id or "", opened_at=_made_at(order), status="")


def _verdict(pair: _Pair) -> str:
    """agreed | we_were_higher | we_were_lower | staff_did_nothing | no_repair."""
    ours = _RANK.get(pair.case.priority)
    if pair.staff is None:
        return "staff_did_nothing" if ours else "no_repair"
    theirs = _RANK.get(pair.staff.record.priority, _RANK["routine"])
    if (ours or 0) == theirs:
        return "agreed"
    return "we_were_higher" if (ours or 0) > theirs else "we_were_lower"


def _summary(pairs: Sequence[_Pair], unheard: Sequence[Mirrored[WorkOrder]]) -> dict[str, int]:
    told = [_verdict(pair) for pair in pairs]
    names = ("agreed", "we_were_higher", "we_were_lower", "staff_did_nothing", "no_repair")
    return {"texts": len(pairs), **{name: told.count(name) for name in names}, "staff_without_a_text": len(unheard)}


def _row(conn: Connection, caller: Caller, pair: _Pair) -> dict[str, Any]:
    case, staff = pair.case, pair.staff.record if pair.staff else None
    zone = zones.of_property(conn, case.connection, case.property_id)
    late = (_made_at(pair.staff) - case.opened_at).total_seconds() if pair.staff else None
    return {
        "at": case.opened_at.astimezone(zone),
        "verdict": _verdict(pair),
        "title": case.title,
        "our_priority": case.priority,
        "staff_priority": staff.priority if staff else None,
        "our_trade": case.trade,
        "staff_trade": staff.trade if staff else None,
        "staff_work_order": (staff.number or staff.id) if staff else None,
        "staff_minutes_later": round(late / 60) if late is not None else None,
        "we_would_have": list(pair.proposed),
        "case": case.id,
    }
