"""Work orders (contract 7): names in, ids out, joined by the client's own pick lists."""

from __future__ import annotations

from rooftree.connectors.base import Context, WireRecord
from rooftree.connectors.entrata.mapping import meanings, word
from rooftree.connectors.entrata.wire import join, link, many, to_date, to_flag, to_moment, to_money, without_vendor
from rooftree.connectors.trades import to_trade
from rooftree.connectors.values import to_text, unmark
from rooftree.model.base import Money
from rooftree.model.maintenance import WorkOrder
from rooftree.model.vocabulary import EntryPermission, Priority, Trade, WorkOrderStatus

STATUSES = {
    "new": WorkOrderStatus.NEW,
    "open": WorkOrderStatus.NEW,
    "assigned": WorkOrderStatus.ASSIGNED,
    "scheduled": WorkOrderStatus.SCHEDULED,
    "in progress": WorkOrderStatus.IN_PROGRESS,
    "on hold": WorkOrderStatus.ON_HOLD,
    "completed": WorkOrderStatus.COMPLETED,
    "closed": WorkOrderStatus.CLOSED,
    "cancelled": WorkOrderStatus.CANCELLED,
    "canceled": WorkOrderStatus.CANCELLED,
}
"""Entrata has no words of its own: each client names its statuses. What is neither here nor in the client's mapping
pack (`work_order_status_words`, `priority_words`) is UNKNOWN and stays readable.
"""

PRIORITIES = {
    "emergency": Priority.EMERGENCY,
    "urgent": Priority.URGENT,
    "high": Priority.URGENT,
    "normal": Priority.ROUTINE,
    "medium": Priority.ROUTINE,
    "routine": Priority.ROUTINE,
    "low": Priority.ROUTINE,
}
STATUS_WORDS, PRIORITY_WORDS = "work_order_status_words", "priority_words"
ENTRY = {True: EntryPermission.YES, False: EntryPermission.NO}
BREAK = "\n\n"
"""Entrata has one text: our title stands before the first blank line, the description after it."""


def to_work_order(wire: WireRecord, ctx: Context) -> WorkOrder:
    place, status, priority = wire["propertyId"], wire.get("maintenanceStatus"), wire.get("maintenancePriority")
    problem = to_text(wire.get("maintenanceProblem"))
    text = without_vendor(unmark(wire.get("maintenanceDescription")) or "")
    title, _, rest = (text or problem or "(no title)").partition(BREAK)
    category = to_text(wire.get("maintenanceCategoryName"))
    name = " ".join(part for key in ("nameFirst", "nameLast") if (part := to_text(wire.get(key))))
    return WorkOrder(
        id=join(place, wire["maintenanceRequestId"]),
        created_at=to_moment(wire.get("createdOn")),
        number=str(wire["maintenanceRequestId"]),
        property_id=str(place),
        unit_id=link(place, wire.get("unitId")),
        unit_number=to_text(wire.get("unitNumber")),
        resident_id=link(place, wire.get("customerId")),
        vendor_id=to_text(wire.get("vendorId")),
        requested_by=name or None,
        title=title.strip(),
        description=to_text(rest),
        category=category,
        subcategory=problem,
        trade=trade_of(category, problem, ctx),
        status=meanings(STATUSES, STATUS_WORDS, ctx).get(word(status), WorkOrderStatus.UNKNOWN),
        status_raw=to_text(status),
        priority=meanings(PRIORITIES, PRIORITY_WORDS, ctx).get(word(priority), Priority.UNKNOWN),
        priority_raw=to_text(priority),
        assigned_staff_id=ctx.picks.get("staff", {}).get(to_text(wire.get("assignedTo")) or ""),
        entry_permission=ENTRY.get(to_flag(wire.get("permissionToEnter")), EntryPermission.UNKNOWN),  # type: ignore[arg-type]
        due_on=to_date(wire.get("dueDate")),
        scheduled_start=to_moment(wire.get("scheduledStartDate")),
        scheduled_end=to_moment(wire.get("scheduledEndDate")),
        amount=_labor(wire),
        raw=wire,
    )


def _labor(wire: WireRecord) -> Money | None:
    totals = many(wire.get("labors"), "subTotal")
    return to_money(totals[0].get("totalCharge")) if totals else None


def trade_of(category: str | None, problem: str | None, ctx: Context) -> Trade:
    """The category names the trade, else the problem does."""
    trades = (to_trade(each, ctx) for each in (category, problem))
    return next((trade for trade in trades if trade is not Trade.UNKNOWN), Trade.UNKNOWN)
