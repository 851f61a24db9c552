"""Writing work orders: a task is the request, a work order hangs on it from the moment a vendor is sent.

Contract 3.9 and 3.10. Status, priority, due date and assignee live on the task; vendor, entry and notes to the vendor
on the work order; a work order cannot exist without a vendor and has no status of its own to write.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from rooftree.connectors.base import Context, Found, Request, Send, Wire, WireRecord
from rooftree.connectors.buildium.changes import need, post, put
from rooftree.connectors.buildium.client import every
from rooftree.connectors.buildium.client_maintenance import TASK_PATHS
from rooftree.connectors.buildium.mapping_maintenance import PRIORITIES, STATUSES, main_work_order, to_trade, trade_of
from rooftree.connectors.buildium.wire import iso, to_int
from rooftree.connectors.changes import marked, overlay, pick
from rooftree.connectors.values import filled, mark
from rooftree.model.maintenance import WorkOrder
from rooftree.model.vocabulary import EntryPermission, Priority, Trade, WorkOrderStatus

STATUS_WORDS = {
    WorkOrderStatus.NEW: "New",
    WorkOrderStatus.ASSIGNED: "InProgress",
    WorkOrderStatus.SCHEDULED: "InProgress",
    WorkOrderStatus.IN_PROGRESS: "InProgress",
    WorkOrderStatus.ON_HOLD: "Deferred",
    WorkOrderStatus.COMPLETED: "Completed",
    WorkOrderStatus.CLOSED: "Closed",
    WorkOrderStatus.CANCELLED: "Closed",
}
"""Buildium has five words: ASSIGNED and SCHEDULED are read back as IN_PROGRESS, CANCELLED as CLOSED."""

PRIORITY_WORDS = {Priority.EMERGENCY: "High", Priority.URGENT: "High", Priority.ROUTINE: "Normal"}
"""Buildium knows no emergency: EMERGENCY is read back as URGENT."""

ENTRY_WORDS = {EntryPermission.YES: "Yes", EntryPermission.NO: "No", EntryPermission.UNKNOWN: "Unknown"}
_RESIDENT_ENTRY = {EntryPermission.YES: True, EntryPermission.NO: False}
TITLE, TEXT, ENTRY_TEXT = 127, 65_500, 65_535


def write_work_order(current: WorkOrder | None, desired: WorkOrder, ctx: Context) -> Send | None:
    """The next call towards `desired`: make the task, send the vendor, change the work order, change the task."""
    if current is None:
        return _create_task(desired, ctx)
    wanted = overlay(current, desired)
    order = main_work_order(current.raw)
    if order is None and wanted.vendor_id:
        return _assign_vendor(current, wanted, ctx)
    return (_change_order(current, wanted, order) if order else None) or _change_task(current, wanted, desired, ctx)


def close_work_order(current: WorkOrder | None, desired: WorkOrder, ctx: Context) -> Send | None:
    """Closes through the task, as the work order has no status to write; the rest of `desired` is left alone.

    What staff closed stays closed: it is never set back to completed.
    """
    if current is None or current.status is WorkOrderStatus.CLOSED:
        return None
    target = WorkOrderStatus.CLOSED if desired.status.is_open else desired.status
    stated = WorkOrder(id=current.id, title=current.title, status=target, completion_notes=desired.completion_notes)
    return _change_task(current, overlay(current, stated), stated, ctx)


def _create_task(desired: WorkOrder, ctx: Context) -> Send:
    """A resident request where resident and lease are known, else a to-do, which needs somebody to look after it."""
    kind = "ResidentRequest" if desired.lease_id and desired.resident_id else "Todo"
    body = filled(
        {
            "Title": need(desired.title, "title", "a title")[:TITLE],
            "Description": mark(desired.description, ctx.marker, TEXT),
            "TaskStatus": STATUS_WORDS.get(desired.status, "New"),
            "Priority": PRIORITY_WORDS.get(desired.priority, "Normal"),
            "DueDate": iso(_due(desired, ctx)),
            **_category(desired, ctx),
            **(_resident_part(desired, ctx) if kind == "ResidentRequest" else _todo_part(desired, ctx)),
        }
    )
    return post("create task", TASK_PATHS[kind], body, find=_find_task(TASK_PATHS[kind], desired, ctx.marker))


def _resident_part(desired: WorkOrder, ctx: Context) -> dict[str, Any]:
    return {
        "UnitAgreementId": to_int(desired.lease_id),
        "RequestedByEntityId": to_int(desired.resident_id),
        "AssignedToUserId": to_int(desired.assigned_staff_id),
        "IsEntryPermittedByResident": _RESIDENT_ENTRY.get(desired.entry_permission),
        "ResidentEntryNotes": desired.entry_notes[:ENTRY_TEXT] if desired.entry_notes else None,
    }


def _todo_part(desired: WorkOrder, ctx: Context) -> dict[str, Any]:
    return {
        "PropertyId": to_int(desired.property_id),
        "UnitId": to_int(desired.unit_id),
        "AssignedToUserId": to_int(desired.assigned_staff_id) or caretaker(ctx),
    }


def caretaker(ctx: Context) -> int:
    """The staff user who gets what nobody else was named for: the connection's choice, else the first active one.

    Raises InvalidInput where the account shows no staff user.
    """
    known = sorted(int(id) for id in ctx.picks.get("staff", {}).values())
    chosen = ctx.options.get("default_staff_id") or (known[0] if known else None)
    return int(need(chosen, "assigned_staff_id", "a staff user for this task: choose one in the connection's settings"))


def _category(record: WorkOrder, ctx: Context) -> dict[str, Any]:
    """Category ids by the record's own words, else by its trade; empty where the customer has no such word."""
    words, subs = ctx.picks.get("task_categories", {}), ctx.picks.get("task_subcategories", {})
    category, sub = record.category or "", record.subcategory or ""
    if pick(words, category) is None:
        category, _, sub = _word_for(record.trade, ctx).partition("/")
    found = pick(words, category)
    return {"CategoryId": found, "SubCategoryId": pick(subs, f"{category}/{sub}")} if found else {}


def _word_for(trade: Trade, ctx: Context) -> str:
    """The "category/subcategory" or "category" that means a trade: as the customer taught, else the first that fits."""
    if trade in (Trade.UNKNOWN, Trade.NONE):
        return ""
    taught = ctx.pack.get("categories", {}).get(str(trade))
    listed = [*sorted(ctx.picks.get("task_subcategories", {})), *sorted(ctx.picks.get("task_categories", {}))]
    return taught or next((word for word in listed if to_trade(word.rpartition("/")[2], ctx) is trade), "")


def _due(record: WorkOrder, ctx: Context) -> Any:
    """The due date; the local day of the visit where only a visit is known, as Buildium keeps no times."""
    if record.due_on or record.scheduled_start is None:
        return record.due_on
    return record.scheduled_start.astimezone(ctx.zone_of(record.property_id)).date()


def _find_task(path: str, desired: WorkOrder, marker: str) -> Any:
    """Looks for our marker among the tasks of this kind that changed since, narrowed to the unit where known."""

    def find(wire: Wire, since: datetime) -> Sequence[Found]:
        params = [("lastupdatedfrom", (since - timedelta(days=1)).date().isoformat())]
        if desired.unit_id:
            params.append(("unitid", desired.unit_id))
        rows = list(every(wire, path, params))
        return marked(rows, marker, lambda row: row.get("Description"), lambda row: str(row["Id"]))

    return find


def _assign_vendor(current: WorkOrder, wanted: WorkOrder, ctx: Context) -> Send:
    """A work order on the task; it carries the same marker, and is found again by the task's id."""
    task_id, vendor_id = current.id, to_int(wanted.vendor_id)
    body = filled(
        {
            "TaskId": to_int(task_id),
            "VendorId": vendor_id,
            "Title": wanted.title[:TITLE],
            "WorkDetails": mark(wanted.description, ctx.marker, TEXT),
            "VendorNotes": wanted.vendor_notes,
            "EntryAllowed": ENTRY_WORDS[wanted.entry_permission],
            "EntryNotes": wanted.entry_notes,
        }
    )

    def find(wire: Wire, since: datetime) -> Sequence[Found]:
        rows = list(every(wire, "/v1/workorders", [("taskids", task_id)]))
        return [
            Found(id=str(row["Id"]), exact=bool(ctx.marker) and ctx.marker in str(row.get("WorkDetails") or ""))
            for row in rows
        ]

    return post("assign vendor", "/v1/workorders", body, find=find)


def _change_order(current: WorkOrder, wanted: WorkOrder, order: WireRecord) -> Send | None:
    before, after = from_order(current, order), from_order(wanted, order)
    return None if before == after else put("change work order", f"/v1/workorders/{order['Id']}", after)


def from_order(record: WorkOrder, order: WireRecord) -> dict[str, Any]:
    """A WorkOrderPutMessage: every field of the answer sent back, with the record's vendor, notes and entry."""
    contacts = [contact["Id"] for contact in order.get("EntryContacts") or ()]
    lines = [
        {key: line.get(key) for key in ("GlAccountId", "Quantity", "Memo", "UnitPrice")}
        for line in order.get("LineItems") or ()
    ]
    return {
        "Title": order.get("Title"),
        "WorkDetails": order.get("WorkDetails"),
        "InvoiceNumber": order.get("InvoiceNumber"),
        "ChargeableTo": order.get("ChargeableTo"),
        "EntryAllowed": ENTRY_WORDS[record.entry_permission],
        "EntryNotes": record.entry_notes,
        "VendorId": to_int(record.vendor_id),
        "VendorNotes": record.vendor_notes,
        "EntryContactId": (order.get("EntryContact") or {}).get("Id"),
        "EntryContactIds": contacts or None,
        "LineItems": lines,
    }


def _change_task(current: WorkOrder, wanted: WorkOrder, desired: WorkOrder, ctx: Context) -> Send | None:
    task = current.raw.get("Task")
    if not task:
        return None
    wanted = _with_due(wanted, desired, ctx)
    before, after = from_task(current, task, ctx), from_task(wanted, task, ctx)
    if before == after:
        return None
    label = "close task" if not wanted.status.is_open and current.status.is_open else "change task"
    return task_put(label, task, after, message=desired.completion_notes, marker=ctx.marker)


def _with_due(wanted: WorkOrder, desired: WorkOrder, ctx: Context) -> WorkOrder:
    due = _due(desired, ctx)
    return wanted if due is None else overlay(wanted, WorkOrder(id=wanted.id, title=wanted.title, due_on=due))


def from_task(record: WorkOrder, task: WireRecord, ctx: Context) -> dict[str, Any]:
    """The body of a task PUT of any type: what the answer had, with the record's fields over it.

    A word of Buildium's that already means what is wanted stays ("Low" is not rewritten as "Normal").
    """
    status, priority = str(task.get("TaskStatus")), str(task.get("Priority"))
    body = {
        "Title": record.title[:TITLE],
        **_category_in(record, task, ctx),
        "AssignedToUserId": to_int(record.assigned_staff_id),
        "TaskStatus": status if STATUSES.get(status) is record.status else STATUS_WORDS.get(record.status, status),
        "Priority": (
            priority if PRIORITIES.get(priority) is record.priority else PRIORITY_WORDS.get(record.priority, priority)
        ),
        "DueDate": iso(record.due_on),
    }
    return body | unchanged(task)


def _category_in(record: WorkOrder, task: WireRecord, ctx: Context) -> dict[str, Any]:
    """The wanted category, else what is there: a word the customer has not got must not empty the field.

    A category outranks a trade, and a trade that the held category already means changes nothing.
    """
    category = task.get("Category") or {}
    held = (category.get("Name"), (category.get("SubCategory") or {}).get("Name"))
    known = pick(ctx.picks.get("task_categories", {}), record.category)
    settled = (record.category, record.subcategory) == held or (not known and record.trade is trade_of(category, ctx))
    return current_category(task) | ({} if settled else _category(record, ctx))


def current_category(task: WireRecord) -> dict[str, Any]:
    category = task.get("Category") or {}
    return {"CategoryId": category.get("Id"), "SubCategoryId": (category.get("SubCategory") or {}).get("Id")}


def unchanged(task: WireRecord) -> dict[str, Any]:
    """What a typed PUT wants back and we never change: place, and the contact of a contact request."""
    if task.get("TaskType") == "ResidentRequest":
        return {}
    place = {"PropertyId": (task.get("Property") or {}).get("Id"), "UnitId": task.get("UnitId")}
    if task.get("TaskType") == "ContactRequest":
        return place | {"ContactDetail": task.get("ContactDetail")}
    return place


def task_put(label: str, task: WireRecord, body: dict[str, Any], *, message: str | None, marker: str) -> Send:
    """A PUT on the task's typed endpoint; with a message it also writes history, so it is not repeated blindly."""
    path = f"{TASK_PATHS[str(task['TaskType'])]}/{task['Id']}"
    if not message:
        return put(label, path, filled(body))
    task_id = str(task["Id"])
    request = Request(method="PUT", path=path, json=filled(body | {"Message": mark(message, marker, TEXT)}))

    def find(wire: Wire, since: datetime) -> Sequence[Found]:
        rows = list(every(wire, f"/v1/tasks/{task_id}/history"))
        return marked(rows, marker, lambda row: row.get("Message"), lambda row: str(row["Id"]))

    return Send(label=label, request=request, find=find)
