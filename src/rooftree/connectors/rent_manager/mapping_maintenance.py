"""Work: vendor, work order (a Service Manager issue), appointment, note, file, call (contract 3.5 to 3.9, 3.12)."""

from __future__ import annotations

from typing import Any

from rooftree.connectors.base import Context, WireRecord
from rooftree.connectors.rent_manager.wire import (
    person,
    rows,
    times,
    to_custom,
    to_date,
    to_id,
    to_instant,
    to_refs,
    word,
)
from rooftree.connectors.trades import TRADES, to_trade
from rooftree.connectors.values import to_text, unmark, unmark_name
from rooftree.model.maintenance import Appointment, Vendor, WorkOrder
from rooftree.model.messages import Attachment, Note, PhoneLog
from rooftree.model.vocabulary import EntryPermission, Priority, Trade, WorkOrderStatus

STATUSES = {
    "<unassigned>": WorkOrderStatus.NEW,
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
PRIORITIES = {
    "low": Priority.ROUTINE,
    "medium": Priority.ROUTINE,
    "normal": Priority.ROUTINE,
    "high": Priority.URGENT,
    "emergency": Priority.EMERGENCY,
}
"""The customer's own words, in lower case; one that is not here is UNKNOWN, stays readable, and can be taught in the
mapping pack (`work_order_status_words`, `priority_words`).
"""
_ENTRY = {True: EntryPermission.YES, False: EntryPermission.NO}


def to_status(text: str | None, ctx: Context) -> WorkOrderStatus:
    """What a status word means; the customer's mapping wins."""
    taught = {str(key).lower(): value for key, value in ctx.pack.get("work_order_status_words", {}).items()}
    plain = (text or "").lower()
    return WorkOrderStatus(taught[plain]) if plain in taught else STATUSES.get(plain, WorkOrderStatus.UNKNOWN)


def to_priority(text: str | None, ctx: Context) -> Priority:
    """What a priority word means; the customer's mapping wins."""
    taught = {str(key).lower(): value for key, value in ctx.pack.get("priority_words", {}).items()}
    plain = (text or "").lower()
    return Priority(taught[plain]) if plain in taught else PRIORITIES.get(plain, Priority.UNKNOWN)


def to_vendor(wire: WireRecord, ctx: Context) -> Vendor:
    name = to_text(wire.get("Name")) or to_text(wire.get("Payee"))
    told = to_text(to_custom(wire).get(ctx.options.get("vendor_trade_field") or "Trade"))
    words = tuple(dict.fromkeys(part.strip() for part in (told or "").split(",") if part.strip()))
    return Vendor(
        id=str(wire["VendorID"]),
        refs=to_refs(payee_account=ctx.pack.get("payee_accounts", {}).get(str(wire["VendorID"]))),
        company=name,
        trades=_trades(str(wire["VendorID"]), name, words, ctx),
        trades_raw=words,
        is_active=wire.get("IsActive"),
        raw=wire,
        **person(wire),
        **times(wire, ctx),
    )


def _trades(id: str, name: str | None, words: tuple[str, ...], ctx: Context) -> tuple[Trade, ...]:
    """What the customer taught, else a field of the customer's own, else what the firm's name says."""
    taught = ctx.pack.get("vendor_trades", {}).get(id)
    if taught:
        return tuple(Trade(each) for each in taught)
    if words:
        return tuple(dict.fromkeys(to_trade(each, ctx) for each in words))
    plain = f" {(name or '').lower()} "
    return tuple(dict.fromkeys(trade for text, trade in TRADES.items() if f" {text} " in plain))


def to_work_order(wire: WireRecord, ctx: Context) -> WorkOrder:
    """A Service Manager issue; `IsClosed` outranks an open status."""
    status, priority, category = (word(wire.get(name)) for name in ("Status", "Priority", "Category"))
    known = to_status(status, ctx)
    is_closed = wire.get("IsClosed") is True and known.is_open and known is not WorkOrderStatus.UNKNOWN
    return WorkOrder(
        id=str(wire["ServiceManagerIssueID"]),
        refs=to_refs(project=wire.get("ProjectID")),
        property_id=_linked(wire, "LinkedProperties", "PropertyID"),
        unit_id=_linked(wire, "LinkedUnits", "UnitID"),
        resident_id=_linked(wire, "LinkedTenants", "TenantID"),
        title=to_text(wire.get("Title")) or "(no title)",
        description=unmark(wire.get("Description")),
        category=category,
        trade=to_trade(category, ctx),
        priority=to_priority(priority, ctx),
        priority_raw=priority,
        status=WorkOrderStatus.CLOSED if is_closed else known,
        status_raw=status,
        vendor_id=vendor_of(wire.get("PayeeAccountID"), ctx),
        assigned_staff_id=to_id(wire.get("AssignedToUserID")),
        entry_permission=_ENTRY.get(wire.get("IsAllowedToEnter"), EntryPermission.UNKNOWN),  # type: ignore[arg-type]
        due_on=to_date(wire.get("DueDate")),
        scheduled_start=to_instant(wire.get("AssignedOpenDate"), ctx),
        scheduled_end=to_instant(wire.get("AssignedCloseDate"), ctx),
        completed_at=to_instant(wire.get("CloseDate"), ctx),
        completion_notes=to_text(wire.get("Resolution")),
        custom=to_custom(wire),
        raw=wire,
        **times(wire, ctx),
    )


def vendor_of(account: Any, ctx: Context) -> str | None:
    """The vendor of a payee account: the same number, unless the mapping pack tells (`payee_accounts`: vendor ->
    account), because nobody documents that the two are the same.
    """
    told = {str(payee): str(vendor) for vendor, payee in ctx.pack.get("payee_accounts", {}).items()}
    own = to_id(account)
    return told.get(own, own) if own else None


def _linked(wire: WireRecord, embed: str, key: str) -> str | None:
    """The id of the first record linked; several are all in `raw`."""
    return next((str(row[key]) for row in rows(wire.get(embed)) if row.get(key)), None)


def to_appointment(wire: WireRecord, ctx: Context) -> Appointment:
    """An appointment for an issue; who comes stands on the issue."""
    starts = to_instant(wire["StartDate"], ctx)
    if starts is None:
        raise ValueError("an appointment has no start")
    return Appointment(
        id=str(wire["AppointmentID"]),
        work_order_id=str(wire.get("ServiceManagerIssueID") or wire["IssueID"]),
        starts_at=starts,
        ends_at=to_instant(wire.get("EndDate"), ctx),
        notes=unmark(wire.get("Description")),
        raw=wire,
        **times(wire, ctx),
    )


def to_note(wire: WireRecord, ctx: Context) -> Note:
    """A history item that is no call, with `About` and `AboutId` from where it was read."""
    return Note(
        id=str(wire["HistoryID"]),
        about=str(wire["About"]),
        about_id=str(wire["AboutId"]),
        text=unmark(wire.get("Note")) or "",
        kind_raw=to_text(wire.get("HistoryType")),
        raw=wire,
        **times(wire, ctx),
    )


def to_attachment(wire: WireRecord, ctx: Context) -> Attachment:
    """A file on a history item. Its download token is a key to it, and is not kept."""
    kept = {key: value for key, value in wire.items() if key not in ("Content", "Token", "DownloadURL")}
    name = unmark_name(wire.get("Name"))
    return Attachment(
        id=f"{wire['HistoryID']}:{wire['FileID']}",
        about=str(wire["About"]),
        about_id=str(wire["AboutId"]),
        file_name=name or str(wire["FileID"]),
        content=wire.get("Content"),
        raw=kept,
    )


def to_phone_log(wire: WireRecord, ctx: Context) -> PhoneLog:
    return PhoneLog(
        id=str(wire["HistoryID"]),
        about=str(wire["About"]),
        about_id=str(wire["AboutId"]),
        text=unmark(wire.get("Note")),
        called_at=to_instant(wire.get("HistoryDate"), ctx),
        raw=wire,
        **times(wire, ctx),
    )
