"""Propertyware's records in our words; pure. Statuses and categories are the organization's own texts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from rooftree.connectors import trades
from rooftree.connectors.base import Context, WireRecord
from rooftree.connectors.values import to_e164, to_money, to_text, unmark
from rooftree.model.base import Address, Money, Phone, PhoneKind
from rooftree.model.leasing import Balance, Lease, Resident
from rooftree.model.maintenance import Vendor, WorkOrder
from rooftree.model.messages import Note
from rooftree.model.portfolio import Owner, Property, Unit
from rooftree.model.vocabulary import (
    EntryPermission,
    LeaseStatus,
    Priority,
    PropertyKind,
    ResidentStatus,
    Trade,
    WorkOrderStatus,
)

KINDS = {
    "house": PropertyKind.SINGLE_FAMILY,
    "apartment": PropertyKind.MULTI_FAMILY,
    "condo": PropertyKind.CONDO_TOWNHOME,
    "townhouse": PropertyKind.CONDO_TOWNHOME,
    "commercial": PropertyKind.COMMERCIAL,
    "du_four_plex": PropertyKind.MULTI_FAMILY,
    "section_8_affordable": PropertyKind.AFFORDABLE,
    "senior": PropertyKind.SENIOR,
    "student": PropertyKind.STUDENT,
    "other": PropertyKind.OTHER,
}
LEASE_STATUSES = {
    "active": LeaseStatus.ACTIVE,
    "active - notice given": LeaseStatus.NOTICE,
    "draft": LeaseStatus.PENDING,
    "eviction": LeaseStatus.EVICTION,
    "terminated": LeaseStatus.ENDED,
}
RESIDENT_STATUSES = {
    LeaseStatus.ACTIVE: ResidentStatus.CURRENT,
    LeaseStatus.EVICTION: ResidentStatus.CURRENT,
    LeaseStatus.NOTICE: ResidentStatus.NOTICE,
    LeaseStatus.PENDING: ResidentStatus.FUTURE,
    LeaseStatus.ENDED: ResidentStatus.PAST,
}
ORDER_STATUSES = {
    "open": WorkOrderStatus.NEW,
    "new": WorkOrderStatus.NEW,
    "assigned": WorkOrderStatus.ASSIGNED,
    "scheduled": WorkOrderStatus.SCHEDULED,
    "in progress": WorkOrderStatus.IN_PROGRESS,
    "on hold": WorkOrderStatus.ON_HOLD,
    "completed": WorkOrderStatus.COMPLETED,
    "closed": WorkOrderStatus.CLOSED,
    "cancelled": WorkOrderStatus.CANCELLED,
}
"""No read tells the organization's list: a text that is not here is UNKNOWN until the mapping pack teaches it."""
PRIORITIES = {"HIGH": Priority.URGENT, "MEDIUM": Priority.ROUTINE, "LOW": Priority.ROUTINE}
ENTRY = {"ANYTIME": EntryPermission.YES, "SPECIFIEDTIME": EntryPermission.YES, "NO": EntryPermission.NO}
_PHONES: tuple[tuple[str, PhoneKind], ...] = (
    ("mobilePhone", "mobile"),
    ("homePhone", "home"),
    ("workPhone", "work"),
    ("phone", "work"),
    ("otherPhone", "other"),
)


def to_id(value: Any) -> str | None:
    return str(value) if value else None


def to_day(value: Any) -> date | None:
    plain = to_text(value)
    return date.fromisoformat(plain[:10]) if plain else None


def to_instant(value: Any) -> datetime | None:
    """An aware time; labelled UTC. Raises ValueError."""
    plain = to_text(value)
    if plain is None:
        return None
    moment = datetime.fromisoformat(plain)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def times(wire: WireRecord) -> dict[str, Any]:
    """Seen live: the created time runs two hours behind the other clock, so the two are never compared."""
    return {
        "created_at": to_instant(wire.get("createdDateTime")),
        "updated_at": to_instant(wire.get("lastModifiedDateTime")),
        "custom": {str(row.get("fieldName")): to_text(row.get("value")) for row in wire.get("customFields") or ()},
        "raw": wire,
    }


def _address(wire: Mapping[str, Any] | None) -> Address | None:
    names = {
        "line1": "address",
        "line2": "addressCont",
        "city": "city",
        "state": "stateRegion",
        "postal_code": "postalCode",
        "country": "country",
    }
    parts = {ours: to_text((wire or {}).get(theirs)) for ours, theirs in names.items()}
    return Address(**parts) if any(parts.values()) else None


def phones(wire: WireRecord) -> tuple[Phone, ...]:
    told = [(to_text(wire.get(name)), kind) for name, kind in _PHONES]
    return tuple(Phone(number=to_e164(number), kind=kind) for number, kind in told if number)


def emails(*values: Any) -> tuple[str, ...]:
    return tuple(text for value in values if (text := to_text(value)))


def to_property(wire: WireRecord, ctx: Context) -> Property:
    """A building; one that is itself for rent (a house) has no units."""
    kind = to_text(wire.get("propertyType"))
    manager: WireRecord = next(iter(wire.get("propertyManagerList") or ()), {})
    return Property(
        id=str(wire["id"]),
        name=to_text(wire.get("name")) or f"Building {wire['id']}",
        code=to_text(wire.get("abbreviation")),
        kind=KINDS.get((kind or "").lower(), PropertyKind.UNKNOWN),
        kind_raw=kind,
        address=_address(wire.get("address")),
        is_active=wire.get("active"),
        unit_count=wire.get("countUnit"),
        year_built=wire.get("yearBuilt"),
        portfolio_id=to_id(wire.get("portfolioID")),
        manager_id=to_id(manager.get("id")),
        manager_name=to_text(manager.get("name")),
        manager_email=to_text(manager.get("email")),
        website=to_text(wire.get("website")),
        short_description=to_text((wire.get("marketing") or {}).get("shortDescription")),
        **times(wire),
    )


def to_unit(wire: WireRecord, ctx: Context) -> Unit:
    marketing = wire.get("marketing") or {}
    area = wire.get("totalArea") if wire.get("areaUnits") != "Sq M" else None
    return Unit(
        id=str(wire["id"]),
        property_id=str(wire["buildingID"]),
        number=to_text(wire.get("name")) or str(wire["id"]),
        kind_raw=to_text(wire.get("type")),
        address=_address(wire.get("address")),
        bedrooms=count(wire.get("numberOfBedrooms")),
        bathrooms=count(wire.get("numberOfBathrooms")),
        square_feet=int(area) if area else None,
        market_rent=to_money(wire.get("targetRent")) if wire.get("targetRentUnits") in (None, _MONTHLY) else None,
        is_vacant=not wire.get("leaseID"),
        is_listed=marketing.get("publishedForRent"),
        is_active=wire.get("active"),
        available_on=to_day(marketing.get("availableDate")),
        pets_allowed=marketing.get("petsAllowed"),
        **times(wire),
    )


_MONTHLY = "DOLLAR_PER_MONTH"


def count(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def to_owner(wire: WireRecord, ctx: Context) -> Owner:
    return Owner(id=str(wire["id"]), **_person(wire), **times(wire))


def _person(wire: WireRecord) -> dict[str, Any]:
    return {
        "first_name": to_text(wire.get("firstName")),
        "middle_name": to_text(wire.get("middleName")),
        "last_name": to_text(wire.get("lastName")),
        "company": to_text(wire.get("company")),
        "emails": emails(wire.get("email"), wire.get("altEmail")),
        "phones": phones(wire),
        "address": _address(wire.get("address")),
        "notes": to_text(wire.get("comments")),
    }


def to_lease(wire: WireRecord, ctx: Context) -> Lease:
    people, status = wire.get("contacts") or (), to_text(wire.get("status"))
    ids = [f"{wire['id']}:{each['id']}" for each in people]
    primary = [f"{wire['id']}:{each['id']}" for each in people if each.get("primary")]
    kind = LEASE_STATUSES.get((status or "").lower(), LeaseStatus.UNKNOWN)
    moved_in = to_day(wire.get("moveInDate"))
    return Lease(
        id=str(wire["id"]),
        property_id=to_id(wire.get("buildingID")),
        unit_id=to_id(wire.get("unitID")),
        resident_ids=tuple(ids),
        primary_resident_id=next(iter(primary), None),
        status=kind,
        status_raw=status,
        starts_on=to_day(wire.get("startDate")),
        ends_on=to_day(wire.get("endDate")),
        signed_on=to_day(wire.get("signedDate")),
        scheduled_move_in_on=moved_in if kind is LeaseStatus.PENDING else None,
        moved_in_on=None if kind is LeaseStatus.PENDING else moved_in,
        scheduled_move_out_on=to_day(wire.get("scheduleMoveOutDate")),
        moved_out_on=to_day(wire.get("moveOutDate")),
        rent=to_money(wire.get("baseRent")),
        balance=to_money(wire.get("leaseBalance")),
        **times(wire),
    )


def to_balance(wire: WireRecord, ctx: Context) -> Balance:
    """What the lease owes; the lease's id is the balance's."""
    return Balance(
        id=str(wire["id"]),
        lease_id=str(wire["id"]),
        property_id=to_id(wire.get("buildingID")),
        unit_id=to_id(wire.get("unitID")),
        total=to_money(wire["leaseBalance"]) or Money(amount=Decimal(0)),
        raw=wire,
    )


def to_resident(wire: WireRecord, ctx: Context) -> Resident:
    """A contact on a lease, as `client.residents_of` joins them."""
    lease, contact = to_lease(wire["Lease"], ctx), wire["Contact"]
    return Resident(
        id=f"{lease.id}:{contact['id']}",
        status=RESIDENT_STATUSES.get(lease.status, ResidentStatus.UNKNOWN),
        status_raw=lease.status_raw,
        property_id=lease.property_id,
        unit_id=lease.unit_id,
        lease_ids=(lease.id,),
        is_primary=contact.get("primary"),
        move_in_on=lease.moved_in_on or lease.scheduled_move_in_on,
        move_out_on=lease.moved_out_on or lease.scheduled_move_out_on,
        raw=wire,
        **_person(contact),
    )


def to_trade(word: str | None, ctx: Context) -> Trade:
    """A type or category without Propertyware's "Contractors - " in front."""
    return trades.to_trade((word or "").strip().lower().removeprefix("contractors").lstrip(" -:"), ctx)


def to_vendor(wire: WireRecord, ctx: Context) -> Vendor:
    word = to_text(wire.get("type"))
    flat = {"address": wire.get("address"), "addressCont": wire.get("address2"), "city": wire.get("city")}
    flat |= {"stateRegion": wire.get("state"), "postalCode": wire.get("zip"), "country": wire.get("country")}
    return Vendor(
        id=str(wire["id"]),
        company=to_text(wire.get("companyName")) or to_text(wire.get("name")),
        emails=emails(wire.get("email"), wire.get("alertEmail")),
        phones=phones(wire),
        address=_address(flat),
        notes=to_text(wire.get("comments")),
        trades=(to_trade(word, ctx),) if word else (),
        trades_raw=(word,) if word else (),
        is_active=wire.get("active"),
        website=to_text(wire.get("website")),
        **times(wire),
    )


def to_work_order(wire: WireRecord, ctx: Context) -> WorkOrder:
    """The first line of the description is our title; `lease` and `requestedBy` are names, not ids."""
    title, _, rest = (unmark(wire.get("description")) or "").partition("\n")
    status, category, priority = (to_text(wire.get(name)) for name in ("status", "category", "priority"))
    taught = ctx.pack.get("work_order_statuses", {}).get(status)
    vendor: WireRecord = next(iter(wire.get("assignedVendors") or ()), {})
    units = wire.get("unitIDs") if isinstance(wire.get("unitIDs"), list) else ()
    return WorkOrder(
        id=str(wire["id"]),
        property_id=to_id(wire.get("buildingID")),
        unit_id=to_id(wire.get("unitID")) or to_id(next(iter(units or ()), None)),
        number=to_text(wire.get("number")),
        title=title.strip() or f"Work order {wire.get('number') or wire['id']}",
        description=to_text(rest),
        category=category,
        location=to_text(wire.get("specificLocation")),
        priority=PRIORITIES.get(priority or "", Priority.UNKNOWN),
        priority_raw=priority,
        status=_taught(taught) or ORDER_STATUSES.get((status or "").lower(), WorkOrderStatus.UNKNOWN),
        status_raw=status,
        trade=to_trade(category, ctx),
        vendor_id=to_id(vendor.get("id")),
        entry_permission=ENTRY.get(str(wire.get("authorizeEnter")), EntryPermission.UNKNOWN),
        due_on=to_day(wire.get("scheduledEndDate")),
        requested_by=to_text(wire.get("requestedBy")),
        **times(wire),
    )


def _taught(word: str | None) -> WorkOrderStatus | None:
    return WorkOrderStatus(word) if word else None


def to_note(wire: WireRecord, ctx: Context) -> Note:
    """A task of a work order, a conversation, a comment in one, or staff's note, as `client` hands it over."""
    told = "About" in wire
    return Note(
        id=note_id(wire) if told else f"{wire['WorkOrderId']}:{wire['id']}",
        about=wire["About"] if told else "work_order",
        about_id=str(wire["AboutId"] if told else wire["WorkOrderId"]),
        text=note_text(wire) if told else unmark(wire.get("description")) or "",
        author=to_text(wire.get("createdBy")),
        created_at=to_instant(wire.get("createdDateTime")),
        updated_at=to_instant(wire.get("lastModifiedDateTime")),
        raw=wire,
    )


def note_id(wire: WireRecord) -> str:
    return f"{wire['About']}:{wire['AboutId']}:{wire['Kind']}:{wire['id']}"


def note_text(wire: WireRecord) -> str:
    """Subject, body, text, comments, each once: which of them shows what a conversation began with is not known."""
    said = [
        wire.get("subject"),
        wire.get("body"),
        wire.get("text"),
        *(each.get("text") for each in wire.get("comments") or ()),
    ]
    return "\n".join(dict.fromkeys(text for each in said if (text := unmark(each))))
