"""From Rent Manager's words to ours (contract 3.1, 3.2, 3.5, 3.13)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rooftree.connectors.base import Context, WireRecord
from rooftree.model.base import Address
from rooftree.model.maintenance import Vendor, WorkOrder
from rooftree.model.portfolio import Floorplan, Property, Staff, Unit
from rooftree.model.vocabulary import EntryPermission, Priority, WorkOrderStatus

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
}
PRIORITIES = {
    "low": Priority.ROUTINE,
    "medium": Priority.ROUTINE,
    "normal": Priority.ROUTINE,
    "high": Priority.URGENT,
    "emergency": Priority.EMERGENCY,
}
"""The customer's own words, in lower case; one that is not here is UNKNOWN and stays readable."""
_ENTRY = {True: EntryPermission.YES, False: EntryPermission.NO}


def to_property(wire: WireRecord, ctx: Context) -> Property:
    return Property(
        id=str(wire["PropertyID"]),
        name=_text(wire.get("Name")) or f"Property {wire['PropertyID']}",
        code=_text(wire.get("ShortName")),
        address=_address(wire.get("Addresses")),
        is_active=wire.get("IsActive"),
        manager_name=_text(wire.get("ManagerName")),
        notes=_text(wire.get("Comment")),
        raw=wire,
    )


def to_unit(wire: WireRecord, ctx: Context) -> Unit:
    """Occupancy and rent are not on the unit; leases and market rents tell them."""
    return Unit(
        id=str(wire["UnitID"]),
        property_id=str(wire["PropertyID"]),
        number=_text(wire.get("Name")) or str(wire["UnitID"]),
        floorplan_id=_id(wire.get("UnitTypeID")),
        address=_address(wire.get("Addresses")),
        bedrooms=_decimal(wire.get("Bedrooms")),
        bathrooms=_decimal(wire.get("Bathrooms")),
        notes=_text(wire.get("Comment")),
        raw=wire,
    )


def to_floorplan(wire: WireRecord, ctx: Context) -> Floorplan:
    name = _text(wire.get("Name")) or str(wire["UnitTypeID"])
    return Floorplan(id=str(wire["UnitTypeID"]), name=name, description=_text(wire.get("Comment")), raw=wire)


def to_vendor(wire: WireRecord, ctx: Context) -> Vendor:
    """No trade is told: Rent Manager keeps none."""
    name = _text(wire.get("Name")) or _text(wire.get("Payee"))
    return Vendor(id=str(wire["VendorID"]), company=name, is_active=wire.get("IsActive"), raw=wire)


def to_work_order(wire: WireRecord, ctx: Context) -> WorkOrder:
    """A Service Manager issue; `IsClosed` outranks an open status. PayeeAccountID is read as the vendor (unsure)."""
    status, priority = _word(wire.get("Status")), _word(wire.get("Priority"))
    known = STATUSES.get((status or "").lower(), WorkOrderStatus.UNKNOWN)
    is_closed = wire.get("IsClosed") is True and (known.is_open and known is not WorkOrderStatus.UNKNOWN)
    return WorkOrder(
        id=str(wire["ServiceManagerIssueID"]),
        property_id=_linked(wire, "LinkedProperties", "PropertyID"),
        unit_id=_linked(wire, "LinkedUnits", "UnitID"),
        resident_id=_linked(wire, "LinkedTenants", "TenantID"),
        title=_text(wire.get("Title")) or "(no title)",
        description=_text(wire.get("Description")),
        category=_word(wire.get("Category")),
        priority=PRIORITIES.get((priority or "").lower(), Priority.UNKNOWN),
        priority_raw=priority,
        status=WorkOrderStatus.CLOSED if is_closed else known,
        status_raw=status,
        vendor_id=_id(wire.get("PayeeAccountID")),
        assigned_staff_id=_id(wire.get("AssignedToUserID")),
        entry_permission=_ENTRY.get(wire.get("IsAllowedToEnter"), EntryPermission.UNKNOWN),  # type: ignore[arg-type]
        completion_notes=_text(wire.get("Resolution")),
        raw=wire,
    )


def _word(row: Any) -> str | None:
    return _text(row.get("Name")) if isinstance(row, dict) else None


def _linked(wire: WireRecord, embed: str, key: str) -> str | None:
    """The id of the first record linked; several are all in `raw`."""
    return next((str(row[key]) for row in wire.get(embed) or () if row.get(key)), None)


def to_staff(wire: WireRecord, ctx: Context) -> Staff:
    email = _text(wire.get("Email"))
    return Staff(
        id=str(wire["UserID"]),
        first_name=_text(wire.get("Firstname")),
        last_name=_text(wire.get("Lastname")),
        emails=(email,) if email else (),
        is_active=wire.get("IsActive"),
        raw=wire,
    )


def _address(rows: Any) -> Address | None:
    """The primary address, else the first; its street may hold a line break."""
    found = [row for row in rows or () if isinstance(row, dict)]
    if not found:
        return None
    row = next((each for each in found if each.get("IsPrimary")), found[0])
    first, _, second = (_text(row.get("Street")) or "").partition("\n")
    return Address(
        line1=_text(first),
        line2=_text(second),
        city=_text(row.get("City")),
        state=_text(row.get("State")),
        postal_code=_text(row.get("PostalCode")),
    )


def _text(value: Any) -> str | None:
    return str(value).strip() or None if value is not None else None


def _id(value: Any) -> str | None:
    return str(value) if value else None


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))
