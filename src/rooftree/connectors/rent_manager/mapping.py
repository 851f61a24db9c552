"""Places and who stands behind them: property, unit, floor plan, listing, owner, staff (contract 3.1, 3.2, 3.5)."""

from __future__ import annotations

from datetime import date

from rooftree.connectors.base import Context, WireRecord
from rooftree.connectors.rent_manager.wire import (
    current,
    person,
    rows,
    times,
    to_address,
    to_custom,
    to_date,
    to_decimal,
    to_id,
    to_phones,
    to_refs,
    word,
    zone_of,
)
from rooftree.connectors.values import to_money, to_text, unmark
from rooftree.model.portfolio import Floorplan, Listing, Owner, Property, Staff, Unit
from rooftree.model.vocabulary import PropertyKind

KINDS = {
    "residential": PropertyKind.MULTI_FAMILY,
    "multi-family": PropertyKind.MULTI_FAMILY,
    "multifamily": PropertyKind.MULTI_FAMILY,
    "single family": PropertyKind.SINGLE_FAMILY,
    "single-family": PropertyKind.SINGLE_FAMILY,
    "condo": PropertyKind.CONDO_TOWNHOME,
    "commercial": PropertyKind.COMMERCIAL,
    "association": PropertyKind.ASSOCIATION,
    "student": PropertyKind.STUDENT,
}
"""PropertyType is free text in evidence; a word that is not here is UNKNOWN and stays readable."""


def today(ctx: Context) -> date:
    """The location's day."""
    return ctx.now.astimezone(zone_of(ctx)).date()


def to_property(wire: WireRecord, ctx: Context) -> Property:
    kind, owner = to_text(wire.get("PropertyType")), to_id(wire.get("PrimaryOwnerID"))
    return Property(
        id=str(wire["PropertyID"]),
        name=to_text(wire.get("Name")) or f"Property {wire['PropertyID']}",
        code=to_text(wire.get("ShortName")),
        kind=KINDS.get((kind or "").lower(), PropertyKind.UNKNOWN),
        kind_raw=kind,
        address=to_address(wire.get("Addresses")),
        is_active=wire.get("IsActive"),
        unit_count=wire.get("UnitCount"),
        manager_name=to_text(wire.get("ManagerName")),
        manager_email=to_text(wire.get("Email")),
        manager_phones=to_phones(wire.get("PhoneNumbers")),
        owner_ids=(owner,) if owner else (),
        notes=unmark(wire.get("Comment")),
        custom=to_custom(wire),
        raw=wire,
        **times(wire, ctx),
    )


def is_held(lease: WireRecord, day: date) -> bool:
    """Whether somebody has the unit: moved in, and not out (contract 3.2)."""
    into, out = to_date(lease.get("MoveInDate")), to_date(lease.get("MoveOutDate"))
    return into is not None and into <= day and (out is None or out > day)


def to_unit(wire: WireRecord, ctx: Context) -> Unit:
    """The unit itself tells no occupancy and no rent: its leases and its market rent of today do."""
    leases, day = wire.get("Leases"), today(ctx)
    held = any(is_held(lease, day) for lease in rows(leases))
    rent = current(rows(wire.get("MarketRent")), "FromDate", "ToDate", day)
    return Unit(
        id=str(wire["UnitID"]),
        property_id=str(wire["PropertyID"]),
        number=to_text(wire.get("Name")) or str(wire["UnitID"]),
        floorplan_id=to_id(wire.get("UnitTypeID")),
        floorplan_name=word(wire.get("UnitType")),
        address=to_address(wire.get("Addresses")),
        bedrooms=to_decimal(wire.get("Bedrooms")),
        bathrooms=to_decimal(wire.get("Bathrooms")),
        market_rent=to_money(rent.get("Amount")),
        is_vacant=None if leases is None else not held,
        notes=unmark(wire.get("Comment")),
        custom=to_custom(wire),
        raw=wire,
        **times(wire, ctx),
    )


def to_floorplan(wire: WireRecord, ctx: Context) -> Floorplan:
    name = to_text(wire.get("Name")) or str(wire["UnitTypeID"])
    text = unmark(wire.get("Comment"))
    return Floorplan(id=str(wire["UnitTypeID"]), name=name, description=text, raw=wire, **times(wire, ctx))


def to_listing(wire: WireRecord, ctx: Context) -> Listing:
    """A published unit; the register says that it is on offer and little more."""
    return Listing(
        id=str(wire["UnitID"]),
        property_id=str(wire["PropertyID"]),
        unit_id=str(wire["UnitID"]),
        title=to_text(wire.get("UnitName")),
        is_listed=True,
        raw=wire,
    )


def to_owner(wire: WireRecord, ctx: Context) -> Owner:
    return Owner(
        id=str(wire["OwnerID"]),
        company=to_text(wire.get("Name")) or to_text(wire.get("DisplayName")),
        is_active=wire.get("IsActive"),
        raw=wire,
        **person(wire),
        **times(wire, ctx),
    )


def to_staff(wire: WireRecord, ctx: Context) -> Staff:
    email = to_text(wire.get("Email"))
    return Staff(
        id=str(wire["UserID"]),
        refs=to_refs(user=wire.get("Username")),
        first_name=to_text(wire.get("Firstname")),
        last_name=to_text(wire.get("Lastname")),
        emails=(email,) if email else (),
        is_active=wire.get("IsActive"),
        raw=wire,
        **times(wire, ctx),
    )
