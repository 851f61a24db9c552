"""Writing work orders: one POST makes it, one PATCH changes it (contract 7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from rooftree.connectors.appfolio.changes import differing, marked, need, patching, post
from rooftree.connectors.appfolio.client import OVERLAP, every
from rooftree.connectors.appfolio.mapping_maintenance import PRIORITIES, SERVICE_REQUEST, STATUSES, TRADES
from rooftree.connectors.appfolio.wire import iso, iso_instant
from rooftree.connectors.base import Context, Found, Send, Wire
from rooftree.connectors.changes import overlay
from rooftree.connectors.values import filled, mark
from rooftree.model.maintenance import WorkOrder
from rooftree.model.vocabulary import EntryPermission, Priority, Trade, WorkOrderStatus

TEXT = 65_000
LONGEST_VISIT = timedelta(hours=12)
STATUS_WORDS = {
    WorkOrderStatus.NEW: "New",
    WorkOrderStatus.ASSIGNED: "Assigned",
    WorkOrderStatus.SCHEDULED: "Scheduled",
    WorkOrderStatus.IN_PROGRESS: "Assigned",
    WorkOrderStatus.ON_HOLD: "Waiting",
    WorkOrderStatus.COMPLETED: "Work Completed",
    WorkOrderStatus.CLOSED: "Completed",
    WorkOrderStatus.CANCELLED: "Canceled",
}
"""AppFolio has no word for work in progress: it is read back as ASSIGNED."""

DAY_OF = {"Work Completed": "WorkCompletedOn", "Completed": "CompletedOn", "Canceled": "CanceledOn"}
"""The day that goes with a final status."""

PRIORITY_WORDS = {Priority.EMERGENCY: "Urgent", Priority.URGENT: "Urgent", Priority.ROUTINE: "Normal"}
"""AppFolio knows no emergency: EMERGENCY is read back as URGENT."""

TRADE_WORDS = {
    Trade.PLUMBING: "Plumbing",
    Trade.GAS: "Plumbing",
    Trade.ELECTRICAL: "Electrical",
    Trade.HVAC: "HVAC",
    Trade.APPLIANCE: "Appliances",
    Trade.LOCKSMITH: "Keys/Locks",
    Trade.GENERAL: "Handyperson",
    Trade.ROOFING: "Roofing",
    Trade.PEST_CONTROL: "Pest Control",
    Trade.MOLD_REMEDIATION: "Fire/Water Damage",
    Trade.ELEVATOR: "Elevator Services",
    Trade.FIRE_SAFETY: "Smoke/Carbon Monoxide Detectors",
    Trade.GLAZING: "Doors/Windows",
    Trade.CLEANING: "Cleaning",
    Trade.LANDSCAPING: "Landscaping",
}
"""Our trades in AppFolio's words: it has none for gas, which plumbers work on."""

_ENTRY = {EntryPermission.YES: True, EntryPermission.NO: False}


def write_work_order(current: WorkOrder | None, desired: WorkOrder, ctx: Context) -> Send | None:
    """Makes a work order, or changes what differs."""
    if current is None:
        return _create(desired, ctx)
    wanted = _with_vendor(current, overlay(current, desired))
    return _change(current, wanted, desired, ctx)


def close_work_order(current: WorkOrder | None, desired: WorkOrder, ctx: Context) -> Send | None:
    """Sets the final status with its day; what the office closed or cancelled stays as it is."""
    if current is None or current.status in (WorkOrderStatus.CLOSED, WorkOrderStatus.CANCELLED):
        return None
    target = WorkOrderStatus.CLOSED if desired.status.is_open else desired.status
    stated = WorkOrder(id=current.id, title=current.title, status=target, completed_at=desired.completed_at)
    return _change(current, overlay(current, stated), stated, ctx)


def _with_vendor(current: WorkOrder, wanted: WorkOrder) -> WorkOrder:
    """A new work order that gets its vendor is thereby assigned, as AppFolio's own pages do it."""
    newly = wanted.vendor_id and not current.vendor_id
    if not newly or wanted.status is not WorkOrderStatus.NEW:
        return wanted
    return overlay(wanted, WorkOrder(id=wanted.id, title=wanted.title, status=WorkOrderStatus.ASSIGNED))


def _create(desired: WorkOrder, ctx: Context) -> Send:
    need(desired.title, "title", "a job description")
    body = _body(desired, {}, ctx)
    request = desired.ref(SERVICE_REQUEST)
    if request:
        body = _joined(body, request, ctx)
    else:
        body |= {"PropertyId": desired.property_id, "UnitId": desired.unit_id, "OccupancyId": desired.lease_id}
        body["Description"] = mark(desired.description, ctx.marker, TEXT)
        need(desired.unit_id or desired.property_id or desired.lease_id, "unit_id", "the unit or property")
    body |= _day(str(body.get("Status")), desired, ctx)
    return post("create work order", "work_orders", filled(body), ctx, find=_find(desired, ctx.marker))


def _joined(body: dict[str, Any], request: str, ctx: Context) -> dict[str, Any]:
    """A further work order of a service request: what the request says already must not be said again."""
    said = {name: value for name, value in body.items() if name not in ("Description", "PermissionToEnter", "Priority")}
    return {**said, "ServiceRequestId": request, "JobDescription": mark(body["JobDescription"], ctx.marker, TEXT)}


def _find(desired: WorkOrder, marker: str) -> Any:
    """Looks for our marker in what changed since, narrowed to the unit where known."""

    def find(wire: Wire, since: datetime) -> Sequence[Found]:
        params = [("filters[LastUpdatedAtFrom]", iso_instant(since - OVERLAP) or "")]
        if desired.unit_id:
            params.append(("filters[UnitId]", desired.unit_id))
        rows = list(every(wire, "work_orders", params))
        return marked(rows, marker, lambda row: f"{row.get('Description')} {row.get('JobDescription')}")

    return find


def _change(current: WorkOrder, wanted: WorkOrder, desired: WorkOrder, ctx: Context) -> Send | None:
    changed = differing(_body(current, current.raw, ctx), _body(wanted, current.raw, ctx))
    if not changed:
        return None
    changed |= _day(str(changed.get("Status")), desired, ctx)
    label = "close work order" if current.status.is_open and not wanted.status.is_open else "change work order"
    return patching(label, f"work_orders/{current.id}", _visit_together(changed, wanted))


def _visit_together(changed: dict[str, Any], wanted: WorkOrder) -> dict[str, Any]:
    """A new start goes with its end, as AppFolio compares the two."""
    if "ScheduledStart" not in changed and "ScheduledEnd" not in changed:
        return changed
    return {**changed, "ScheduledStart": iso_instant(wanted.scheduled_start), "ScheduledEnd": _end(wanted)}


def _body(order: WorkOrder, raw: Any, ctx: Context) -> dict[str, Any]:
    """The writable fields; a word of AppFolio's that already means what is wanted stays ("Low", "Estimated")."""
    status, priority, trade = (str(raw.get(name)) for name in ("Status", "Priority", "VendorTrade"))
    return {
        "JobDescription": order.title[:TEXT],
        "Description": order.description[:TEXT] if order.description else None,
        "Status": status if STATUSES.get(status) is order.status else STATUS_WORDS.get(order.status),
        "Priority": priority if PRIORITIES.get(priority) is order.priority else PRIORITY_WORDS.get(order.priority),
        "VendorTrade": trade if TRADES.get(trade) is order.trade else TRADE_WORDS.get(order.trade),
        "VendorId": order.vendor_id,
        "AssignedUsers": _users(order, raw),
        "PermissionToEnter": _ENTRY.get(order.entry_permission),
        "ScheduledStart": iso_instant(order.scheduled_start),
        "ScheduledEnd": _end(order),
    }


def _users(order: WorkOrder, raw: Any) -> list[str] | None:
    """Everybody assigned, as the array replaces; the one we name becomes the first."""
    held = [str(user.get("Id")) for user in raw.get("AssignedUsers") or ()]
    if order.assigned_staff_id is None or held[:1] == [order.assigned_staff_id]:
        return held or None
    return [order.assigned_staff_id, *(id for id in held if id != order.assigned_staff_id)]


def _end(order: WorkOrder) -> str | None:
    """The end of the visit; none means all day, which is what a visit beyond twelve hours becomes."""
    if order.scheduled_start is None or order.scheduled_end is None:
        return None
    length = order.scheduled_end - order.scheduled_start
    return iso_instant(order.scheduled_end) if timedelta() <= length <= LONGEST_VISIT else None


def _day(status: str, desired: WorkOrder, ctx: Context) -> dict[str, Any]:
    """The day of a final status, local to the property."""
    if status not in DAY_OF:
        return {}
    moment = desired.completed_at or ctx.now
    day: date = moment.astimezone(ctx.zone_of(desired.property_id)).date()
    return {DAY_OF[status]: iso(day)}
