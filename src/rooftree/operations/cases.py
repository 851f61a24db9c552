"""Cases: what happened tonight, why, and taking one over."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from pydantic import Field
from sqlalchemy import Connection

from rooftree.model.base import Record
from rooftree.model.cases import Case, CaseState
from rooftree.model.leasing import Resident
from rooftree.model.portfolio import Property, Unit
from rooftree.operations.registry import Caller, Input, operation
from rooftree.operations.timeline import timeline
from rooftree.store import cases, records, zones
from rooftree.store.records import Mirrored

R = TypeVar("R", bound=Record)


class CasesInput(Input):
    """Which cases; pages follow each other by `before`."""

    before: datetime | None = Field(default=None, description="The `next` of the page before.")
    limit: int = Field(default=50, ge=1, le=200)


class OneCase(Input):
    """One case."""

    id: str = Field(description="The case's id.")


@operation("cases.list", "read", examples=("rooftree cases list --json",))
def list_cases(caller: Caller, given: CasesInput) -> dict[str, Any]:
    """Cases by their last change, the newest first."""
    services = caller.services
    with services.database.read() as conn:
        page = cases.recent(conn, services.keys, caller.organization_id, limit=given.limit, before=given.before)
        items = [_shown(conn, caller, case) for case in page]
    return {"items": items, "next": page[-1].updated_at if len(page) == given.limit else None}


@operation("cases.get", "read", examples=("rooftree cases get cas_...",))
def get_case(caller: Caller, given: OneCase) -> dict[str, Any]:
    """One case with its timeline: who did what, from which facts, what the property system answered, how long."""
    services = caller.services
    with services.database.read() as conn:
        case = _own(conn, caller, given.id)
        return {**_shown(conn, caller, case), "timeline": timeline(conn, caller.services.keys, case)}


@operation("cases.take_over", "write", examples=("rooftree cases take-over cas_...",))
def take_over(caller: Caller, given: OneCase) -> dict[str, Any]:
    """Take a case into your own hands: open offers end, and the assistant does nothing more on it by itself."""
    services = caller.services
    now = services.clock.now()
    with services.database.write() as conn:
        case = _own(conn, caller, given.id)
        cases.save(conn, services.keys, replace(case, state=CaseState.WITH_PERSON, updated_at=now))
        cases.add_event(conn, services.keys, case.id, "taken_over", {"by": caller.name}, now)
        return _shown(conn, caller, _own(conn, caller, given.id))


@operation("cases.hand_over", "write", examples=("rooftree cases hand-over cas_...",))
def hand_over(caller: Caller, given: OneCase) -> dict[str, Any]:
    """Give the assistant a case that is older than going live, and so was left to people."""
    services = caller.services
    with services.database.write() as conn:
        case = _own(conn, caller, given.id)
        cases.save(conn, services.keys, replace(case, handed_over=True, updated_at=services.clock.now()))
        return _shown(conn, caller, _own(conn, caller, given.id))


def _own(conn: Connection, caller: Caller, case_id: str) -> Case:
    return cases.load(conn, caller.services.keys, case_id, caller.organization_id)


def _shown(conn: Connection, caller: Caller, case: Case) -> dict[str, Any]:
    unit = _record(conn, caller, case, Unit, case.unit_id)
    home = _record(conn, caller, case, Property, case.property_id)
    resident = _record(conn, caller, case, Resident, case.resident_id)
    return {
        "id": case.id,
        "state": case.state,
        "priority": case.priority,
        "condition": case.condition,
        "trade": case.trade,
        "title": case.title,
        "why": case.why,
        "connection": case.connection,
        "work_order_id": case.work_order_id,
        "work_order_number": case.work_order_number,
        "vendor_id": case.vendor_id,
        "property": home.name if home else None,
        "unit": unit.number if unit else None,
        "resident": resident.name if resident else None,
        "as_of": found.as_of if (found := _mirrored(conn, caller, case, Unit, case.unit_id)) else None,
        "zone": str(zones.of_property(conn, case.connection, case.property_id)),
        "opened_at": case.opened_at,
        "updated_at": case.updated_at,
    }


def _record(conn: Connection, caller: Caller, case: Case, kind: type[R], id_: str | None) -> R | None:
    found = _mirrored(conn, caller, case, kind, id_)
    return found.record if found else None


def _mirrored(conn: Connection, caller: Caller, case: Case, kind: type[R], id_: str | None) -> Mirrored[R] | None:
    return records.by_external_id(conn, caller.services.keys, case.connection, kind, id_) if id_ else None
