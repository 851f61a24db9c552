"""Work: vendor, work order (task and work order joined), note, attachment, phone log (contract 3.8-3.12, 3.16)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from rooftree.connectors import trades
from rooftree.connectors.base import Context, WireRecord
from rooftree.connectors.buildium.wire import to_address, to_date, to_emails, to_id, to_instant, to_phones
from rooftree.connectors.values import to_text, unmark, unmark_name, word_of
from rooftree.model.base import Money, Ref
from rooftree.model.maintenance import Vendor, WorkOrder
from rooftree.model.messages import Attachment, Note, PhoneLog
from rooftree.model.vocabulary import EntryPermission, Priority, Trade, WorkOrderStatus

WORK_ORDER = "buildium.work_order"
"""System name of the work order's own id beside the task's."""

STATUSES = {
    "New": WorkOrderStatus.NEW,
    "InProgress": WorkOrderStatus.IN_PROGRESS,
    "Deferred": WorkOrderStatus.ON_HOLD,
    "Completed": WorkOrderStatus.COMPLETED,
    "Closed": WorkOrderStatus.CLOSED,
}
PRIORITIES = {"Low": Priority.ROUTINE, "Normal": Priority.ROUTINE, "High": Priority.URGENT}
ENTRY = {"Yes": EntryPermission.YES, "No": EntryPermission.NO}
RESIDENT_ENTRY = {True: EntryPermission.YES, False: EntryPermission.NO}

NOTE_HOMES = {
    "property": "rentals/{id}/notes",
    "unit": "rentals/units/{id}/notes",
    "owner": "rentals/owners/{id}/notes",
    "lease": "leases/{id}/notes",
    "resident": "leases/tenants/{id}/notes",
    "vendor": "vendors/{id}/notes",
    "applicant": "applicants/{id}/notes",
}
TASK_NOTES = ("work_order", "lead")
"""Records that are tasks: their notes are the task's history."""

FILE_ENTITIES = {
    "property": "Rental",
    "unit": "RentalUnit",
    "owner": "RentalOwner",
    "lease": "Lease",
    "resident": "Tenant",
    "vendor": "Vendor",
    "account": "Account",
}
PARTICIPANTS = {"vendor": "Vendor", "owner": "RentalOwner", "resident": "RentalTenant"}
_FILE_RECORDS = {entity: record for record, entity in FILE_ENTITIES.items()}
_PARTICIPANT_RECORDS = {entity: record for record, entity in PARTICIPANTS.items()}


def to_trade(word: str | None, ctx: Context) -> Trade:
    """What a category word means, without Buildium's "Contractors - " in front."""
    return trades.to_trade((word or "").strip().lower().removeprefix("contractors").lstrip(" -:"), ctx)


def to_vendor(wire: WireRecord, ctx: Context) -> Vendor:
    """A VendorMessage; Buildium gives a vendor one category."""
    category = to_text((wire.get("Category") or {}).get("Name"))
    trade = to_trade(category, ctx)
    return Vendor(
        id=str(wire["Id"]),
        first_name=to_text(wire.get("FirstName")),
        last_name=to_text(wire.get("LastName")),
        company=to_text(wire.get("CompanyName")),
        emails=to_emails(wire.get("PrimaryEmail"), wire.get("AlternateEmail")),
        phones=to_phones(wire.get("PhoneNumbers")),
        address=to_address(wire.get("Address")),
        notes=unmark(wire.get("Comments")),
        trades=(trade,) if category else (),
        trades_raw=(category,) if category else (),
        is_active=wire.get("IsActive"),
        account_number=to_text(wire.get("AccountNumber")),
        website=to_text(wire.get("Website")),
        insurance_expires_on=to_date((wire.get("VendorInsurance") or {}).get("ExpirationDate")),
        raw=wire,
    )


def main_work_order(wire: WireRecord) -> WireRecord | None:
    """The work order that speaks for a task with several: the newest, which has the highest id."""
    return max(wire.get("WorkOrders") or (), key=lambda order: int(order["Id"]), default=None)


def to_work_order(wire: WireRecord, ctx: Context) -> WorkOrder:
    """A task joined with its work orders: `{"Task": ..., "WorkOrders": [...]}`, as `reads` builds it.

    The task gives status, priority, place and requester; the newest work order gives vendor, entry and notes.
    """
    task, order = wire.get("Task") or {}, main_work_order(wire)
    if not task and order is None:
        raise KeyError("Task")
    category = task.get("Category") or {}
    return WorkOrder(
        id=str(task["Id"]) if task else f"work_order:{(order or {})['Id']}",
        refs=_work_order_refs(wire.get("WorkOrders") or ()),
        created_at=to_instant(task.get("CreatedDateTime")),
        updated_at=to_instant(task.get("LastUpdatedDateTime")),
        description=unmark(task.get("Description")) or unmark((order or {}).get("WorkDetails")),
        category=to_text(category.get("Name")),
        subcategory=to_text((category.get("SubCategory") or {}).get("Name")),
        trade=trade_of(category, ctx),
        assigned_staff_id=to_id(task.get("AssignedToUserId")),
        raw=wire,
        **_place(task),
        **_requester(task),
        **_state(task, order or {}),
        **_dispatch(task, order or {}),
        amount=_total(wire.get("WorkOrders") or ()),
    )


def trade_of(category: WireRecord, ctx: Context) -> Trade:
    """In Buildium's own lists the subcategory names the trade (Plumbing, Roofing), else the category does."""
    words = (to_text((category.get("SubCategory") or {}).get("Name")), to_text(category.get("Name")))
    trades = [to_trade(word, ctx) for word in words if word]
    return next((trade for trade in trades if trade is not Trade.UNKNOWN), Trade.UNKNOWN)


def _work_order_refs(orders: Sequence[WireRecord]) -> tuple[Ref, ...]:
    newest_first = sorted((int(order["Id"]) for order in orders), reverse=True)
    return tuple(Ref(system=WORK_ORDER, id=str(id)) for id in newest_first)


def _place(task: WireRecord) -> dict[str, Any]:
    """Where the work is; an association's id is no property id of ours."""
    place, agreement = task.get("Property") or {}, task.get("UnitAgreement") or {}
    return {
        "property_id": to_id(place.get("Id")) if place.get("Type", "Rental") == "Rental" else None,
        "unit_id": to_id(task.get("UnitId")),
        "lease_id": to_id(agreement.get("Id")) if agreement.get("Type", "Lease") == "Lease" else None,
    }


def _requester(task: WireRecord) -> dict[str, Any]:
    person = task.get("RequestedByUserEntity") or {}
    name = " ".join(part for part in (to_text(person.get("FirstName")), to_text(person.get("LastName"))) if part)
    return {
        "resident_id": to_id(person.get("Id")) if person.get("Type") == "RentalTenant" else None,
        "requested_by": name or None,
    }


def _state(task: WireRecord, order: WireRecord) -> dict[str, Any]:
    """Title, status, priority, due date: the task's, else what the work order repeats of them."""
    status = task.get("TaskStatus") or order.get("Status")
    priority = task.get("Priority") or order.get("Priority")
    return {
        "title": to_text(task.get("Title")) or to_text(order.get("Title")) or "(no title)",
        "status": STATUSES.get(str(status), WorkOrderStatus.UNKNOWN),
        "status_raw": to_text(status),
        "priority": PRIORITIES.get(str(priority), Priority.UNKNOWN),
        "priority_raw": to_text(priority),
        "due_on": to_date(task.get("DueDate") or order.get("DueDate")),
    }


def _dispatch(task: WireRecord, order: WireRecord) -> dict[str, Any]:
    """Vendor and entry: the work order's word to the vendor outranks what the resident ticked."""
    told = ENTRY.get(str(order.get("EntryAllowed")))
    ticked = RESIDENT_ENTRY.get(task.get("IsEntryPermittedByResident"))  # type: ignore[arg-type]
    return {
        "vendor_id": to_id(order.get("VendorId")),
        "vendor_notes": unmark(order.get("VendorNotes")),
        "entry_permission": told or ticked or EntryPermission.UNKNOWN,
        "entry_notes": to_text(order.get("EntryNotes")) or to_text(task.get("ResidentEntryNotes")),
    }


def _total(orders: Sequence[WireRecord]) -> Money | None:
    if not orders:
        return None
    return Money(amount=sum((Decimal(str(order.get("Amount") or 0)) for order in orders), Decimal(0)))


def to_note(wire: WireRecord, ctx: Context) -> Note:
    """A NoteMessage or task history entry, with `About` and `AboutId` from where it was listed."""
    author = wire.get("CreatedByUser") or wire.get("LastUpdatedByUser") or {}
    name = " ".join(part for part in (to_text(author.get("FirstName")), to_text(author.get("LastName"))) if part)
    return Note(
        id=f"{wire['About']}:{wire['AboutId']}:{wire['Id']}",
        # The capital I is Buildium's own spelling (contract 3.9, gotcha 5).
        created_at=to_instant(wire.get("CreatedDateTIme")),
        updated_at=to_instant(wire.get("LastUpdatedDateTime") or author.get("UpdatedDateTime")),
        about=str(wire["About"]),
        about_id=str(wire["AboutId"]),
        text=unmark(wire.get("Message") if "Message" in wire else wire.get("Note")) or "",
        author=name or None,
        raw=wire,
    )


def to_attachment(wire: WireRecord, ctx: Context) -> Attachment:
    """A FileMessage, or a TaskHistoryFileMessage with `TaskId` and `HistoryId` from where it was listed."""
    if "TaskId" in wire:
        return _task_file(wire)
    entity = wire.get("FileEntity") or {}
    return Attachment(
        id=str(wire["Id"]),
        created_at=to_instant(wire.get("UploadedDateTime")),
        about=_FILE_RECORDS.get(str(entity.get("EntityType")), str(entity.get("EntityType") or "unknown").lower()),
        about_id=to_id(entity.get("Id")) or "",
        file_name=to_text(wire.get("PhysicalFileName")) or str(wire["Id"]),
        title=unmark(wire.get("Title")),
        description=to_text(wire.get("Description")),
        category=_category_name(wire.get("CategoryId"), ctx),
        media_type=to_text(wire.get("ContentType")),
        size_bytes=wire.get("Size"),
        content=wire.get("Content"),
        raw=_without_content(wire),
    )


def _task_file(wire: WireRecord) -> Attachment:
    kilobytes, name = (
        wire.get("Size"),
        unmark_name(wire.get("Title") or wire.get("PhysicalFileName")) or str(wire["Id"]),
    )
    return Attachment(
        id=f"{wire['TaskId']}:{wire['HistoryId']}:{wire['Id']}",
        created_at=to_instant(wire.get("UploadedDateTime")),
        about="work_order",
        about_id=str(wire["TaskId"]),
        file_name=name,
        title=name,
        media_type=to_text(wire.get("ContentType")),
        # Task files are measured in kilobytes, all others in bytes (contract 3.12).
        size_bytes=None if kilobytes is None else int(kilobytes) * 1024,
        content=wire.get("Content"),
        raw=_without_content(wire),
    )


def _without_content(wire: WireRecord) -> WireRecord:
    return {key: value for key, value in wire.items() if key != "Content"}


def _category_name(id: Any, ctx: Context) -> str | None:
    return word_of(ctx.picks.get("file_categories", {}), id)


def to_phone_log(wire: WireRecord, ctx: Context) -> PhoneLog:
    """A PhoneLogMessage; a participant who is several things is named by the first we know."""
    who = wire.get("Participant") or {}
    kinds = [str(row.get("Type")) for row in who.get("EntityResources") or ()]
    return PhoneLog(
        id=str(wire["Id"]),
        about=next((_PARTICIPANT_RECORDS[kind] for kind in kinds if kind in _PARTICIPANT_RECORDS), "unknown"),
        about_id=to_id(who.get("EntityId")) or "",
        subject=to_text(wire.get("Subject")),
        text=unmark(wire.get("Description")),
        called_at=to_instant(wire.get("CallDateTime")),
        staff_id=to_id((wire.get("LoggedByStaffUser") or {}).get("Id")),
        raw=wire,
    )
