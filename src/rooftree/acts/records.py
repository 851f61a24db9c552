"""Acts that write into the PMS. All of them go through `sync.push`, keyed by the act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from rapidfuzz import fuzz

from rooftree.acts import vendors
from rooftree.acts.outcome import Outcome
from rooftree.acts.services import Services
from rooftree.connectors import levels, registry
from rooftree.connectors.base import Connector, Gap, Query, Write, not_offered
from rooftree.connectors.fitted import in_force
from rooftree.model.base import Record
from rooftree.model.cases import Case
from rooftree.model.maintenance import WorkOrder
from rooftree.model.messages import Note
from rooftree.model.vocabulary import Priority, Trade, WorkOrderStatus
from rooftree.store import codec, connections
from rooftree.store import records as stored
from rooftree.store.acts import Act
from rooftree.sync import push
from rooftree.sync.door import Adoption

FOR_STAFF = "For staff to enter:"
"""How a note begins that stands in for what a PMS cannot be told."""
KEPT = "Kept in Rooftree, with the case:"
"""How the reason begins where a PMS has neither a field nor notes on work orders."""
VENDOR_FIELD = "vendor_field"
"""A connection's setting: the custom field of a work order that holds the vendor where the PMS takes none."""
_ELSEWHERE = ("guest_card", "property")
"""Under what the notes of a PMS hang that are about leads and about no work order."""
_SAME_ENOUGH = 75
_JUST_BEFORE = timedelta(minutes=15)
"""Staff may have typed it before the text was read; what is older is another matter."""
_WORDS: dict[str, Callable[[Any], Any]] = {"status": WorkOrderStatus, "priority": Priority}
_STATES: dict[str, Any] = {
    "verified": "done",
    "waiting": "waiting",
    "needs_human": "needs_human",
    "rejected": "failed",
}


def create_work_order(services: Services, act: Act, case: Case) -> Outcome:
    """Create the case's work order; one that staff typed meanwhile about the same thing is adopted instead.

    The PMS is read right before the first call: when it is away, nothing is begun and the act waits.
    """
    wanted = codec.decode(WorkOrder, codec.dumps(act.proposal.details["record"]))
    place = {"property_id": case.property_id} if case.property_id else {}
    adopt = Adoption(query=Query(since=case.opened_at, filters=place), matches=_typed_meanwhile(case))
    return _pushed(services, act, case, WorkOrder, None, wanted, verb="create", adopt=adopt)


def change_work_order(services: Services, act: Act, case: Case) -> Outcome:
    """Change fields of the case's work order."""
    changes: Mapping[str, Any] = act.proposal.details["changes"]
    return _change(services, act, case, "update", changes)


def close_work_order(services: Services, act: Act, case: Case) -> Outcome:
    """Close the work order as far as it is ours to close: "work completed"."""
    return _change(services, act, case, "close", {"status": WorkOrderStatus.COMPLETED})


def assign_vendor(services: Services, act: Act, case: Case) -> Outcome:
    """Put the vendor who accepted on the work order, and into the customer's own field for it where one is set."""
    vendor = str(act.proposal.details["vendor_id"])
    changes = {"vendor_id": vendor, "status": WorkOrderStatus.ASSIGNED}
    return _change(services, act, case, "update", {**changes, **_in_own_field(services, case, vendor)})


def _in_own_field(services: Services, case: Case, vendor: str) -> dict[str, Any]:
    """The vendor by name for the custom field that the connection's setting names; nothing while updates are off."""
    with services.database.read() as conn:
        connection = connections.get(conn, case.connection)
        order = stored.by_external_id(conn, services.keys, case.connection, WorkOrder, case.work_order_id or "")
        chosen = vendors.find(conn, services.keys, case.connection, vendor)
    field, orders = connection.options.get(VENDOR_FIELD), registry.load(connection.pms).resource(WorkOrder)
    write = orders.update if orders is not None else None
    if not field or not isinstance(write, Write) or not levels.is_on(write, "work_order.update", connection.options):
        return {}
    said = f"{chosen.name} ({vendor})" if chosen else vendor
    return {"custom": {**(order.record.custom if order else {}), field: said}}


def add_note(services: Services, act: Act, case: Case) -> Outcome:
    """Write what was said to the work order as a note; kept in the case alone where the PMS takes no notes."""
    text = str(act.proposal.details["text"])
    if case.work_order_id is None:
        return Outcome(state="done", reason="Kept in the case: there is no work order yet.", facts={"text": text})
    connector = services.lines.connector(case.connection)
    if why := _no_notes(connector):
        return Outcome(state="done", reason=f"Kept in the case: {why}", facts={"text": text})
    note = Note(id="", about="work_order", about_id=case.work_order_id, text=text)
    return _pushed(services, act, case, Note, None, note, verb="create")


def _no_notes(connector: Connector) -> str:
    """Why a PMS takes no notes on work orders; empty where it does."""
    row = connector.resource(Note)
    if row is not None and isinstance(row.create, Gap):
        return row.create.reason
    elsewhere = row is None or row.parent in _ELSEWHERE
    return f"{connector.manifest.title} takes no notes on work orders." if elsewhere else ""


def _change(services: Services, act: Act, case: Case, verb: str, changes: Mapping[str, Any]) -> Outcome:
    """Change what the PMS takes; what it has no call or field for is left first as a note for staff.

    Where it takes no note either, a field that it lacks is kept in Rooftree alone, with the case.
    """
    if case.work_order_id is None:
        return Outcome(state="done", reason="There is no work order to change.")
    left = _left_to_staff(services, case, verb, changes)
    taken = {name: value for name, value in changes.items() if name not in left}
    noted = _noted(services, act, case, {name: changes[name] for name in left}, left) if left else None
    if noted is not None and (noted.state != "done" or not taken):
        return noted
    typed = {name: _WORDS[name](value) if name in _WORDS else value for name, value in taken.items()}
    outcome = _pushed(services, act, case, WorkOrder, case.work_order_id, typed, verb=verb)
    told = " ".join(filter(None, (outcome.reason, noted.reason if noted else "")))
    return replace(outcome, reason=told)


def _left_to_staff(services: Services, case: Case, verb: str, changes: Mapping[str, Any]) -> dict[str, Gap]:
    """The fields that this PMS cannot be told, each with its gap; no whole call where it takes no note either."""
    with services.database.read() as conn:
        connection = connections.get(conn, case.connection)
    connector, _pack = in_force(registry.load(connection.pms), connection.options)
    orders = connector.resource(WorkOrder)
    if orders is None:
        return {}
    found = orders.verb(verb)
    if isinstance(found, Write) and not levels.is_on(found, f"work_order.{verb}", connection.options):
        found = not_offered("This call is off until the operator turns it on.")
    if isinstance(found, Gap):
        return {} if _no_notes(connector) else dict.fromkeys(changes, found)
    if verb == "close":
        return {}
    gaps = {**orders.omits, **orders.read_only, **orders.fixed}
    return {name: gaps[name] for name in changes if name in gaps}


def _noted(services: Services, act: Act, case: Case, changes: Mapping[str, Any], gaps: Mapping[str, Gap]) -> Outcome:
    """The note on the work order by which staff learn what to enter; where there are none, it stays in Rooftree."""
    assert case.work_order_id is not None
    why = " ".join(dict.fromkeys(gap.reason for gap in gaps.values()))
    if _no_notes(services.lines.connector(case.connection)):
        return Outcome(state="done", reason=f"{KEPT} {why}", facts=dict(changes))
    text = "; ".join(_for_staff(services, case, name, value) for name, value in changes.items())
    note = Note(id="", about="work_order", about_id=case.work_order_id, text=f"{FOR_STAFF} {text}")
    outcome = _pushed(services, act, case, Note, None, note, verb="create", key=f"{act.id}/note")
    return replace(outcome, reason=outcome.reason or f"Left as a note for staff: {why}")


def _for_staff(services: Services, case: Case, name: str, value: Any) -> str:
    """A change in words; a vendor by its name too, as staff look vendors up by it."""
    words = name.removesuffix("_id").replace("_", " ")
    if name != "vendor_id":
        return f"{words} {value}"
    with services.database.read() as conn:
        found = vendors.find(conn, services.keys, case.connection, str(value))
    return f"{words} {found.name} ({value})" if found else f"{words} {value}"


def _pushed(
    services: Services,
    act: Act,
    case: Case,
    record: type[Record],
    record_id: str | None,
    desired: Record | Mapping[str, Any],
    *,
    verb: str,
    adopt: Adoption | None = None,
    key: str = "",
) -> Outcome:
    outcome = push.push(
        services.lines.door(case.connection),
        record,
        record_id,
        desired,
        verb=verb,
        op_key=key or act.id,
        actor="agent",
        natural_key=f"{case.id}:{verb}" if record is WorkOrder else key or act.id,
        adopt=adopt,
        decided_at=act.planned_at,
    )
    facts: dict[str, Any] = {"adopted": outcome.adopted}
    if record is WorkOrder:
        facts |= {"work_order_id": outcome.record_id, "number": getattr(outcome.record, "number", None)}
    return Outcome(state=_STATES[outcome.state], reason=outcome.reason, due_at=outcome.due_at, facts=facts)


def _typed_meanwhile(case: Case) -> Callable[[WorkOrder], bool]:
    """Whether a work order of the same unit says the same as the case: same words, or same trade and still open."""

    def matches(order: WorkOrder) -> bool:
        if order.unit_id != case.unit_id or not order.status.is_open:
            return False
        if order.created_at is None or order.created_at < case.opened_at - _JUST_BEFORE:
            return False
        text = f"{order.title} {order.description or ''}".casefold()
        same_trade = order.trade is case.trade and case.trade not in (Trade.NONE, Trade.UNKNOWN)
        return same_trade or fuzz.token_set_ratio(text, case.text.casefold()) >= _SAME_ENOUGH

    return matches
