"""Work: vendor, work order (joined with its service request), note, attachment (contract 6 and 7)."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from rooftree.connectors.appfolio.mapping import is_active
from rooftree.connectors.appfolio.wire import (
    number_in,
    refs,
    to_address,
    to_custom,
    to_date,
    to_emails,
    to_instant,
    to_phones,
)
from rooftree.connectors.base import Context, WireRecord
from rooftree.connectors.values import to_text, unmark, unmark_name
from rooftree.model.base import Ref
from rooftree.model.maintenance import Vendor, WorkOrder
from rooftree.model.messages import Attachment, Note
from rooftree.model.vocabulary import EntryPermission, Priority, Trade, WorkOrderStatus

SERVICE_REQUEST = "appfolio.service_request"
"""System name of the request that a work order came of; several work orders may share one."""

STATUSES = {
    "New": WorkOrderStatus.NEW,
    "Assigned": WorkOrderStatus.ASSIGNED,
    "Scheduled": WorkOrderStatus.SCHEDULED,
    "Waiting": WorkOrderStatus.ON_HOLD,
    "Estimate Requested": WorkOrderStatus.ON_HOLD,
    "Estimated": WorkOrderStatus.ON_HOLD,
    "Work Completed": WorkOrderStatus.COMPLETED,
    "Completed": WorkOrderStatus.CLOSED,
    "Canceled": WorkOrderStatus.CANCELLED,
}
"""AppFolio's "Work Completed" is the vendor's word, "Completed" the office's."""

PRIORITIES = {"Urgent": Priority.URGENT, "Normal": Priority.ROUTINE, "Low": Priority.ROUTINE}
ENTRY = {True: EntryPermission.YES, False: EntryPermission.NO}
TRADES = {
    "Alarm/Security": Trade.FIRE_SAFETY,
    "Appliances": Trade.APPLIANCE,
    "Carpet/Flooring": Trade.GENERAL,
    "Cleaning": Trade.CLEANING,
    "Deck Repair": Trade.GENERAL,
    "Doors/Windows": Trade.GLAZING,
    "Drywall Repair": Trade.GENERAL,
    "Electrical": Trade.ELECTRICAL,
    "Elevator Services": Trade.ELEVATOR,
    "Fences/Gates": Trade.GENERAL,
    "Fire/Water Damage": Trade.MOLD_REMEDIATION,
    "Fireplace/Chimney": Trade.HVAC,
    "Garage Doors": Trade.GENERAL,
    "General Contractor": Trade.GENERAL,
    "Gutter Cleaning": Trade.ROOFING,
    "Handyperson": Trade.GENERAL,
    "HVAC": Trade.HVAC,
    "Keys/Locks": Trade.LOCKSMITH,
    "Landscaping": Trade.LANDSCAPING,
    "Painting": Trade.GENERAL,
    "Pest Control": Trade.PEST_CONTROL,
    "Plumbing": Trade.PLUMBING,
    "Repairs and Maintenance: Exterior": Trade.GENERAL,
    "Repairs and Maintenance: Interior": Trade.GENERAL,
    "Roofing": Trade.ROOFING,
    "Smoke/Carbon Monoxide Detectors": Trade.FIRE_SAFETY,
    "Snow Removal": Trade.LANDSCAPING,
}
"""AppFolio's closed list of trades, those that name one of ours; the rest are UNKNOWN and stay readable."""


def to_trade(word: str, ctx: Context) -> Trade:
    """What a trade's word means; the customer's mapping pack (`trades`) wins."""
    taught = {str(key).lower(): value for key, value in ctx.pack.get("trades", {}).items()}
    return Trade(taught[word.lower()]) if word.lower() in taught else TRADES.get(word, Trade.UNKNOWN)


def to_vendor(wire: WireRecord, ctx: Context) -> Vendor:
    """A vendor; trades, and whether it may be sent at all, come from the vendor report by the vendor's number."""
    number = number_in(wire.get("Link")) or ""
    told = ctx.picks.get("vendor_trades", {}).get(number, "")
    words = tuple(dict.fromkeys(part.strip() for part in told.split(",") if part.strip()))
    barred = ctx.picks.get("vendors_not_to_use", {}).get(number, "").lower() in ("yes", "true")
    return Vendor(
        id=str(wire["Id"]),
        refs=refs(wire),
        updated_at=to_instant(wire.get("LastUpdatedAt")),
        first_name=to_text(wire.get("FirstName")),
        last_name=to_text(wire.get("LastName")),
        company=to_text(wire.get("CompanyName")),
        emails=to_emails(wire),
        phones=to_phones(wire),
        address=to_address(wire),
        trades=tuple(dict.fromkeys(to_trade(word, ctx) for word in words)),
        trades_raw=words,
        is_active=False if barred else is_active(wire),
        insurance_expires_on=to_date(wire.get("LiabilityInsuranceExpiration")),
        workers_comp_expires_on=to_date(wire.get("WorkersCompExpiration")),
        custom=to_custom(wire),
        raw=wire,
    )


def to_work_order(wire: WireRecord, ctx: Context) -> WorkOrder:
    """A work order and what its service request says: who asked, in which words, how to enter."""
    status, priority = to_text(wire.get("Status")), to_text(wire.get("Priority"))
    return WorkOrder(
        id=str(wire["Id"]),
        refs=_refs(wire),
        created_at=to_instant(wire.get("CreatedAt")),
        updated_at=to_instant(wire.get("LastUpdatedAt")),
        property_id=to_text(wire.get("PropertyId")),
        unit_id=to_text(wire.get("UnitId")),
        lease_id=to_text(wire.get("OccupancyId")),
        resident_id=to_text(wire.get("RequestingTenantId")),
        number=to_text(wire.get("WorkOrderNumber")),
        title=unmark(wire.get("JobDescription")) or "(no job description)",
        description=unmark(wire.get("Description")) or to_text(wire.get("TenantRemarks")),
        category=to_text(wire.get("WorkOrderIssue")),
        priority=PRIORITIES.get(str(priority), Priority.UNKNOWN),
        priority_raw=priority,
        status=STATUSES.get(str(status), WorkOrderStatus.UNKNOWN),
        status_raw=status,
        trade=to_trade(str(wire.get("VendorTrade") or ""), ctx),
        vendor_id=to_text(wire.get("VendorId")),
        vendor_notes=to_text(wire.get("VendorInstructions")),
        assigned_staff_id=_first_user(wire),
        entry_permission=ENTRY.get(wire.get("PermissionToEnter"), EntryPermission.UNKNOWN),  # type: ignore[arg-type]
        entry_notes=to_text(wire.get("EntryInstructions")),
        scheduled_start=to_instant(wire.get("ScheduledStart")),
        scheduled_end=to_instant(wire.get("ScheduledEnd")),
        completed_at=_completed(wire, ctx),
        raw=wire,
    )


def _refs(wire: WireRecord) -> tuple[Ref, ...]:
    request = to_text(wire.get("ServiceRequestId"))
    return ((Ref(system=SERVICE_REQUEST, id=request),) if request else ()) + refs(wire)


def _first_user(wire: WireRecord) -> str | None:
    users = wire.get("AssignedUsers") or ()
    return to_text(users[0].get("Id")) if users else None


def _completed(wire: WireRecord, ctx: Context) -> datetime | None:
    """The beginning of the day on which the work was done, where the property is: AppFolio keeps no hour."""
    day = to_date(wire.get("WorkCompletedOn") or wire.get("CompletedOn"))
    return datetime.combine(day, time(), ctx.zone_of(to_text(wire.get("PropertyId")))) if day else None


def to_note(wire: WireRecord, ctx: Context) -> Note:
    """A note, with `About` and `AboutId` from where it was listed."""
    return Note(
        id=f"{wire['About']}:{wire['AboutId']}:{wire['Id']}",
        created_at=to_instant(wire.get("CreatedAt")),
        updated_at=to_instant(wire.get("LastUpdatedAt")),
        about=str(wire["About"]),
        about_id=str(wire["AboutId"]),
        text=unmark(wire.get("Body")) or "",
        raw=wire,
    )


def to_attachment(wire: WireRecord, ctx: Context) -> Attachment:
    """A file, with `About` and `AboutId` from where it was listed."""
    kept: dict[str, Any] = {key: value for key, value in wire.items() if key not in ("Content", "Url")}
    return Attachment(
        id=f"{wire['About']}:{wire['AboutId']}:{wire['Id']}",
        created_at=to_instant(wire.get("CreatedAt")),
        about=str(wire["About"]),
        about_id=str(wire["AboutId"]),
        file_name=unmark_name(wire.get("FileName")) or str(wire["Id"]),
        content=wire.get("Content"),
        raw=kept,
    )
