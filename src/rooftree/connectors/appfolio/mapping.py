"""The portfolio: property, unit, amenity, listing, owner, staff (contract 6). Any field may be absent: entitlement."""

from __future__ import annotations

from rooftree.connectors.appfolio.wire import (
    refs,
    to_address,
    to_custom,
    to_date,
    to_decimal,
    to_emails,
    to_instant,
    to_money,
    to_phones,
    to_whole,
)
from rooftree.connectors.base import Context, WireRecord
from rooftree.connectors.values import to_text
from rooftree.model.base import Ref
from rooftree.model.portfolio import Amenity, Listing, Owner, Property, Staff, Unit
from rooftree.model.vocabulary import PropertyKind

KINDS = {
    "Single-Family": PropertyKind.SINGLE_FAMILY,
    "Multi-Family": PropertyKind.MULTI_FAMILY,
    "Student-Housing": PropertyKind.STUDENT,
    "Commercial": PropertyKind.COMMERCIAL,
    "Corporate": PropertyKind.COMMERCIAL,
    "Self-Storage": PropertyKind.COMMERCIAL,
    "Manufactured-Housing": PropertyKind.OTHER,
    "Mixed-Use": PropertyKind.OTHER,
    "Vacation": PropertyKind.OTHER,
}
UNIT = "appfolio.unit"
"""System name of a listing's unit beside it."""


def is_active(wire: WireRecord) -> bool | None:
    """Whether a record is not hidden; None where this key is not told."""
    return not wire["HiddenAt"] if "HiddenAt" in wire else None


def to_property(wire: WireRecord, ctx: Context) -> Property:
    """A property; some databases keep the city in the second line of the address."""
    kind = to_text(wire.get("PropertyType"))
    units = wire.get("UnitIds")
    return Property(
        id=str(wire["Id"]),
        refs=refs(wire),
        updated_at=to_instant(wire.get("LastUpdatedAt")),
        name=to_text(wire.get("Name")) or to_text(wire.get("Address1")) or f"Property {wire['Id']}",
        kind=KINDS.get(str(kind), PropertyKind.UNKNOWN),
        kind_raw=kind,
        address=to_address(wire),
        is_active=is_active(wire),
        unit_count=None if units is None else len(units),
        custom=to_custom(wire),
        raw=wire,
    )


def to_unit(wire: WireRecord, ctx: Context) -> Unit:
    """A unit; `is_available` is ours to compute, as a vacant unit may be let already."""
    occupied = "CurrentOccupancyId" in wire
    return Unit(
        id=str(wire["Id"]),
        refs=refs(wire),
        updated_at=to_instant(wire.get("LastUpdatedAt")),
        property_id=str(wire["PropertyId"]),
        number=to_text(wire.get("Name")) or str(wire["Id"]),
        address=to_address(wire),
        bedrooms=to_decimal(wire.get("Bedrooms")),
        bathrooms=to_decimal(wire.get("Bathrooms")),
        square_feet=to_whole(wire.get("SquareFeet")),
        market_rent=to_money(wire.get("MarketRent")),
        is_vacant=not wire.get("CurrentOccupancyId") if occupied else None,
        is_listed=wire.get("PostedToWebsite"),
        is_active=is_active(wire),
        available_on=to_date(wire.get("AvailableOn")),
        description=to_text(wire.get("MarketingDescription")),
        custom=to_custom(wire),
        raw=wire,
    )


def to_amenity(wire: WireRecord, ctx: Context) -> Amenity:
    """One appliance of a unit."""
    return Amenity(
        id=str(wire["Id"]),
        property_id=str(wire["PropertyId"]),
        unit_id=str(wire["UnitId"]),
        name=str(wire["Name"]),
        raw=wire,
    )


def to_listing(wire: WireRecord, ctx: Context) -> Listing:
    """A unit that is on the website, so that the unit's id is the listing's."""
    occupied = "CurrentOccupancyId" in wire
    return Listing(
        id=str(wire["Id"]),
        refs=(Ref(system=UNIT, id=str(wire["Id"])),),
        updated_at=to_instant(wire.get("LastUpdatedAt")),
        property_id=str(wire["PropertyId"]),
        unit_id=str(wire["Id"]),
        title=to_text(wire.get("MarketingTitle")),
        description=to_text(wire.get("MarketingDescription")),
        rent=to_money(wire.get("ListedRent")),
        bedrooms=to_decimal(wire.get("Bedrooms")),
        bathrooms=to_decimal(wire.get("Bathrooms")),
        square_feet=to_whole(wire.get("SquareFeet")),
        address=to_address(wire),
        is_listed=wire.get("PostedToWebsite"),
        is_vacant=not wire.get("CurrentOccupancyId") if occupied else None,
        available_on=to_date(wire.get("AvailableOn")),
        raw=wire,
    )


def to_owner(wire: WireRecord, ctx: Context) -> Owner:
    """An owner; the shape of the answer is assumed to mirror what is written (contract 6)."""
    places = wire.get("Addresses") or [wire]
    return Owner(
        id=str(wire["Id"]),
        refs=refs(wire),
        updated_at=to_instant(wire.get("LastUpdatedAt")),
        first_name=to_text(wire.get("FirstName")),
        last_name=to_text(wire.get("LastName")),
        company=to_text(wire.get("CompanyName")),
        emails=to_emails(wire),
        phones=to_phones(wire),
        address=to_address(places[0]),
        alternate_address=to_address(places[1]) if len(places) > 1 else None,
        is_active=is_active(wire),
        raw=wire,
    )


def to_staff(wire: WireRecord, ctx: Context) -> Staff:
    """A user of the management company."""
    return Staff(
        id=str(wire["Id"]),
        updated_at=to_instant(wire.get("LastUpdatedAt")),
        first_name=to_text(wire.get("FirstName")),
        last_name=to_text(wire.get("LastName")),
        emails=to_emails(wire),
        role=to_text(wire.get("UserRole")),
        is_active=wire.get("Active"),
        raw=wire,
    )
