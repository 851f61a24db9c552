"""Writing work orders (Service Manager issues) and visits (contract 3.6, 3.9)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from rooftree.connectors.base import Context, Request, Send
from rooftree.connectors.changes import overlay, pick
from rooftree.connectors.rent_manager.changes import (
    TEXT,
    Kind,
    change,
    check_custom,
    create,
    custom,
    delete,
    need,
    picked,
    save,
)
from rooftree.connectors.rent_manager.mapping_maintenance import to_priority, to_status
from rooftree.connectors.rent_manager.wire import account, local, midnight, number
from rooftree.connectors.trades import to_trade
from rooftree.connectors.values import filled, mark, marker_in
from rooftree.model.leasing import Showing
from rooftree.model.maintenance import Appointment, WorkOrder
from rooftree.model.vocabulary import EntryPermission, Priority, Trade, WorkOrderStatus

ISSUE = Kind("/ServiceManagerIssues", "ServiceManagerIssueID", "work order", "Description")
APPOINTMENT = Kind("/Appointments", "AppointmentID", "appointment", "Description")
A_VISIT = timedelta(minutes=30)
_ENTRY = {EntryPermission.YES: True, EntryPermission.NO: False}
_NEXT_BEST: dict[Any, tuple[Any, ...]] = {
    WorkOrderStatus.CLOSED: (WorkOrderStatus.COMPLETED,),
    WorkOrderStatus.COMPLETED: (WorkOrderStatus.CLOSED,),
    WorkOrderStatus.SCHEDULED: (WorkOrderStatus.ASSIGNED, WorkOrderStatus.IN_PROGRESS),
    WorkOrderStatus.ASSIGNED: (WorkOrderStatus.IN_PROGRESS,),
    WorkOrderStatus.IN_PROGRESS: (WorkOrderStatus.ASSIGNED,),
    Priority.EMERGENCY: (Priority.URGENT,),
}
"""Which of our words stands in for one that an account's own list lacks."""


def write_work_order(current: WorkOrder | None, desired: WorkOrder, ctx: Context) -> Send | None:
    """Makes an issue; then links what the making did not, changes what differs, and sets custom values."""
    if current is None:
        return _create(desired, ctx)
    wanted = overlay(current, desired)
    return (
        _link(current, wanted)
        or change(ISSUE, current.id, _body(current, current, ctx), _marked(current, _body(wanted, current, ctx)))
        or custom("ServiceManagerIssues", current.id, current, wanted, ctx)
    )


def close_work_order(current: WorkOrder | None, desired: WorkOrder, ctx: Context) -> Send | None:
    """Closes an issue with its times and a status that means it, where the account has one."""
    if current is None or current.raw.get("IsClosed") is True:
        return None
    target = WorkOrderStatus.CANCELLED if desired.status is WorkOrderStatus.CANCELLED else WorkOrderStatus.CLOSED
    moment = local(desired.completed_at or ctx.now, ctx)
    body = {
        "IsClosed": True,
        "CloseDate": moment,
        "AssignedCloseDate": moment,
        "StatusID": _status_id(target, current, ctx),
        "Resolution": desired.completion_notes,
    }
    return save(ISSUE, current.id, filled(body), "close work order")


def _create(desired: WorkOrder, ctx: Context) -> Send:
    """One call makes the issue with its links; only that of units is known to be taken (contract 3.6)."""
    check_custom(desired, ctx)
    need(desired.title, "title", "a title")
    need(desired.unit_id or desired.property_id, "unit_id", "the unit or the property")
    links = {
        "LinkedUnits": _row("UnitID", number(desired.unit_id, "unit_id")),
        "LinkedProperties": _row("PropertyID", number(desired.property_id, "property_id")),
        "LinkedTenants": _row("TenantID", account(desired.resident_id, "resident_id")),
    }
    body = _body(desired, desired, ctx) | {"Description": desired.description or desired.title}
    return create(ISSUE, {**body, **links}, ctx)


def _row(key: str, id: int | None) -> list[dict[str, int]] | None:
    return None if id is None else [{key: id}]


def _link(current: WorkOrder, wanted: WorkOrder) -> Send | None:
    """The link that is wanted and missing; a link that is there is never taken away."""
    for name, have, want in (
        ("Unit", current.unit_id, wanted.unit_id),
        ("Property", current.property_id, wanted.property_id),
    ):
        if want and not have:
            params = [(f"{name.lower()}ID", str(number(want, f"{name.lower()}_id")))]
            request = Request(method="POST", path=f"{ISSUE.path}/{current.id}/Link{name}", params=params)
            return Send(label=f"link {name.lower()}", request=request, idempotent=True)
    return None


def _body(order: WorkOrder, held: WorkOrder, ctx: Context) -> dict[str, Any]:
    """The fields of an issue, None where nothing is said."""
    return {
        "Title": order.title,
        "Description": order.description,
        "Resolution": order.completion_notes,
        "CategoryID": _category_id(order, held, ctx),
        "PriorityID": _priority_id(order.priority, held, ctx),
        "StatusID": _status_id(order.status, held, ctx),
        "AssignedToUserID": number(order.assigned_staff_id, "assigned_staff_id"),
        "PayeeAccountID": _payee(order.vendor_id, ctx),
        "IsAllowedToEnter": _ENTRY.get(order.entry_permission),
        "DueDate": midnight(order.due_on),
        "AssignedOpenDate": local(order.scheduled_start, ctx),
        "AssignedCloseDate": local(order.scheduled_end, ctx),
    }


def _marked(current: WorkOrder, body: dict[str, Any]) -> dict[str, Any]:
    """A changed description keeps the marker it carries."""
    if body["Description"] in (None, current.description):
        return body
    return {**body, "Description": mark(body["Description"], marker_in(current.raw.get("Description")), TEXT)}


def _payee(vendor_id: str | None, ctx: Context) -> int | None:
    """The payee account of a vendor: as the mapping pack tells, else the vendor's own number (unsure)."""
    told = ctx.pack.get("payee_accounts", {}).get(vendor_id or "")
    return number(str(told) if told else vendor_id, "vendor_id")


def _category_id(order: WorkOrder, held: WorkOrder, ctx: Context) -> int | None:
    """The account's category by its own name, else the first that means the wanted trade."""
    words = ctx.picks.get("categories", {})
    if order.category and (order.trade in (Trade.UNKNOWN, Trade.NONE) or to_trade(order.category, ctx) is order.trade):
        return picked("categories", order.category, "category", ctx)
    if order.trade in (Trade.UNKNOWN, Trade.NONE):
        return None
    taught = pick(words, ctx.pack.get("categories", {}).get(str(order.trade)))
    return taught or next((int(words[text]) for text in words if to_trade(text, ctx) is order.trade), None)


def _priority_id(priority: Priority, held: WorkOrder, ctx: Context) -> int | None:
    """A word that means it already stays ("Low"), else the account's first that means it or comes next."""
    if held.raw and held.priority is priority:
        return held.raw.get("PriorityID")
    return _meaning("priorities", priority, to_priority, ctx)


def _status_id(status: WorkOrderStatus, held: WorkOrder, ctx: Context) -> int | None:
    if held.raw and held.status is status and status.is_open:
        return held.raw.get("StatusID")
    taught = pick(ctx.picks.get("statuses", {}), ctx.pack.get("work_order_statuses", {}).get(str(status)))
    return taught or _meaning("statuses", status, to_status, ctx)


def _meaning(list_name: str, wanted: Any, meaning: Any, ctx: Context) -> int | None:
    words = ctx.picks.get(list_name, {})
    for each in (wanted, *_NEXT_BEST.get(wanted, ())):
        found = next((int(id) for text, id in words.items() if meaning(text, ctx) is each), None)
        if found is not None and each.value != "unknown":
            return found
    return None


def write_visit(current: Appointment | None, desired: Appointment, ctx: Context) -> Send | None:
    """Makes an appointment for an issue, or moves one."""
    whose = {"ServiceManagerIssueID": number(desired.work_order_id, "work_order_id")}
    return _appoint(current, desired, whose, "Visit", ctx)


def write_showing(current: Showing | None, desired: Showing, ctx: Context) -> Send | None:
    """Makes an appointment with a prospect, or moves one."""
    whose = {"ProspectID": need(number(desired.guest_card_id, "guest_card_id"), "guest_card_id", "the guest card")}
    return _appoint(current, desired, whose, "Showing", ctx)


def cancel_appointment(current: Any, desired: Any, ctx: Context) -> Send | None:
    """Deletes an appointment: Rent Manager has no status for one that does not take place."""
    return None if current is None else delete(APPOINTMENT, current.id)


def _appoint(current: Any, desired: Any, whose: dict[str, Any], subject: str, ctx: Context) -> Send | None:
    if current is None:
        return create(APPOINTMENT, {"Subject": subject, **_times(desired, ctx), **whose}, ctx)
    return change(APPOINTMENT, current.id, _times(current, ctx), _times(overlay(current, desired), ctx))


def _times(visit: Any, ctx: Context) -> dict[str, Any]:
    ends = visit.ends_at or visit.starts_at + A_VISIT
    return {"StartDate": local(visit.starts_at, ctx), "EndDate": local(ends, ctx), "Description": visit.notes}
