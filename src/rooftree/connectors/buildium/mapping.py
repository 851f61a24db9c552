"""The portfolio: property, unit, amenity, listing, owner, staff (contract 3.1-3.4, 3.7, 3.17)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rooftree.connectors.base import Context, WireRecord
from rooftree.connectors.buildium.wire import to_address, to_date, to_emails, to_id, to_phones
from rooftree.connectors.values import to_money, to_text, unmark
from rooftree.model.portfolio import Amenity, Listing, Owner, Property, Staff, Unit
from rooftree.model.vocabulary import PropertyKind

KINDS = {
    "CondoTownhome": PropertyKind.CONDO_TOWNHOME,
    "MultiFamily": PropertyKind.MULTI_FAMILY,
    "SingleFamily": PropertyKind.SINGLE_FAMILY,
    "Industrial": PropertyKind.COMMERCIAL,
    "Office": PropertyKind.COMMERCIAL,
    "Retail": PropertyKind.COMMERCIAL,
    "ShoppingCenter": PropertyKind.COMMERCIAL,
    "Storage": PropertyKind.COMMERCIAL,
    "ParkingSpace": PropertyKind.COMMERCIAL,
}
BEDROOMS = {
    "Studio": Decimal(0),
    "OneBed": Decimal(1),
    "TwoBed": Decimal(2),
    "ThreeBed": Decimal(3),
    "FourBed": Decimal(4),
    "FiveBed": Decimal(5),
    "SixBed": Decimal(6),
    "SevenBed": Decimal(7),
    "EightBed": Decimal(8),
    "NineBedPlus": Decimal(9),
}
BATHROOMS = {
    "OneBath": Decimal(1),
    "OnePointFiveBath": Decimal("1.5"),
    "TwoBath": Decimal(2),
    "TwoPointFiveBath": Decimal("2.5"),
    "ThreeBath": Decimal(3),
    "ThreePointFiveBath": Decimal("3.5"),
    "FourBath": Decimal(4),
    "FourPointFiveBath": Decimal("4.5"),
    "FiveBath": Decimal(5),
    "FivePlusBath": Decimal("5.5"),
}


def to_property(wire: WireRecord, ctx: Context) -> Property:
    """A RentalMessage; the preferred vendors ride along under `Vendors`."""
    kind = wire.get("RentalSubType")
    return Property(
        id=str(wire["Id"]),
        name=to_text(wire.get("Name")) or f"Property {wire['Id']}",
        kind=KINDS.get(str(kind), PropertyKind.UNKNOWN),
        kind_raw=to_text(kind),
        address=to_address(wire.get("Address")),
        is_active=wire.get("IsActive"),
        unit_count=wire.get("NumberUnits"),
        year_built=wire.get("YearBuilt"),
        description=unmark(wire.get("StructureDescription")),
        preferred_vendor_ids=tuple(str(vendor["Id"]) for vendor in wire.get("Vendors") or ()),
        raw=wire,
        **_manager(wire.get("RentalManager")),
    )


def _manager(wire: WireRecord | None) -> dict[str, Any]:
    if not wire:
        return {}
    person = " ".join(part for part in (to_text(wire.get("FirstName")), to_text(wire.get("LastName"))) if part)
    return {
        "manager_id": to_id(wire.get("Id")),
        "manager_name": person or to_text(wire.get("CompanyName")),
        "manager_email": to_text(wire.get("Email")),
        "manager_phones": to_phones(wire.get("PhoneNumbers")),
    }


def to_unit(wire: WireRecord, ctx: Context) -> Unit:
    """A RentalUnitMessage; `is_available` is ours to compute (listed or vacant says nothing about a signed lease)."""
    occupied = wire.get("IsUnitOccupied")
    return Unit(
        id=str(wire["Id"]),
        property_id=str(wire["PropertyId"]),
        number=to_text(wire.get("UnitNumber")) or str(wire["Id"]),
        building_name=to_text(wire.get("BuildingName")),
        address=to_address(wire.get("Address")),
        bedrooms=BEDROOMS.get(str(wire.get("UnitBedrooms"))),
        bathrooms=BATHROOMS.get(str(wire.get("UnitBathrooms"))),
        square_feet=wire.get("UnitSize"),
        market_rent=to_money(wire.get("MarketRent")),
        is_vacant=None if occupied is None else not occupied,
        is_listed=wire.get("IsUnitListed"),
        description=unmark(wire.get("Description")),
        raw=wire,
    )


def to_amenity(wire: WireRecord, ctx: Context) -> Amenity:
    """One word of a property's or unit's checklist, as `reads.list_amenities` spreads it."""
    owner = f"unit/{wire['UnitId']}" if wire.get("UnitId") else f"property/{wire['PropertyId']}"
    return Amenity(
        id=f"{owner}/{wire['Feature']}",
        property_id=str(wire["PropertyId"]),
        unit_id=to_id(wire.get("UnitId")),
        name=str(wire["Feature"]),
        raw=wire,
    )


def to_listing(wire: WireRecord, ctx: Context) -> Listing:
    """A ListingMessage; it has no id of its own, a unit has at most one, so the unit's id is the listing's."""
    unit, place, contact = wire["Unit"], wire["Property"], wire.get("Contact") or {}
    files = [*(unit.get("Files") or ()), *(place.get("Files") or ())]
    return Listing(
        id=str(unit["Id"]),
        property_id=str(place["Id"]),
        unit_id=str(unit["Id"]),
        description=unmark(unit.get("Description")),
        property_description=unmark(place.get("StructureDescription")),
        rent=to_money(wire.get("Rent")),
        deposit=to_money(wire.get("Deposit")),
        bedrooms=BEDROOMS.get(str(unit.get("UnitBedrooms"))),
        bathrooms=BATHROOMS.get(str(unit.get("UnitBathrooms"))),
        square_feet=unit.get("UnitSize"),
        address=to_address(unit.get("Address")) or to_address(place.get("Address")),
        is_listed=True,
        listed_on=to_date(wire.get("ListingDate")),
        available_on=to_date(wire.get("AvailableDate")),
        lease_term=to_text(wire.get("LeaseTerms")),
        application_url=to_text(wire.get("RentalApplicationUrl")),
        contact_name=to_text(contact.get("Name")),
        contact_email=to_text(contact.get("Email")),
        contact_phone=to_text(contact.get("PhoneNumber")),
        image_urls=tuple(file["Url"] for file in files if file.get("Type") == "Image" and file.get("Url")),
        video_urls=tuple(file["Url"] for file in files if file.get("Type") == "Video" and file.get("Url")),
        raw=wire,
    )


def to_owner(wire: WireRecord, ctx: Context) -> Owner:
    """A RentalOwnerMessage."""
    return Owner(
        id=str(wire["Id"]),
        first_name=to_text(wire.get("FirstName")),
        last_name=to_text(wire.get("LastName")),
        company=to_text(wire.get("CompanyName")),
        emails=to_emails(wire.get("Email"), wire.get("AlternateEmail")),
        phones=to_phones(wire.get("PhoneNumbers")),
        address=to_address(wire.get("Address")),
        notes=unmark(wire.get("Comment")),
        property_ids=tuple(str(id) for id in wire.get("PropertyIds") or ()),
        is_active=wire.get("IsActive"),
        raw=wire,
    )


def to_staff(wire: WireRecord, ctx: Context) -> Staff:
    """A UserMessage of type Staff."""
    return Staff(
        id=str(wire["Id"]),
        first_name=to_text(wire.get("FirstName")),
        last_name=to_text(wire.get("LastName")),
        company=to_text(wire.get("CompanyName")),
        emails=to_emails(wire.get("Email"), wire.get("AlternateEmail")),
        phones=to_phones(wire.get("PhoneNumbers")),
        role=to_text((wire.get("UserRole") or {}).get("Name")),
        is_active=wire.get("IsActive"),
        raw=wire,
    )
