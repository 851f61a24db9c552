"""What Rooftree writes of places and vendors: buildings, units and vendors (contract 3.2, 3.3, 3.6).

A PUT takes the whole record, and whether a field left out is kept is not known: every change sends along what the
record shows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from rooftree.connectors.base import Answer, Context, Found, ListVerb, Request, Send, Wire, WireRecord
from rooftree.connectors.changes import need, overlay
from rooftree.connectors.propertyware.client import BASE, every, listing, one_of
from rooftree.connectors.propertyware.writes import fill_custom, number, own_id
from rooftree.connectors.values import filled
from rooftree.model.base import Address
from rooftree.model.maintenance import Vendor
from rooftree.model.portfolio import Property, Unit
from rooftree.model.vocabulary import PropertyKind

KIND_WORDS = {
    PropertyKind.SINGLE_FAMILY: "HOUSE",
    PropertyKind.MULTI_FAMILY: "APARTMENT",
    PropertyKind.CONDO_TOWNHOME: "CONDO",
    PropertyKind.COMMERCIAL: "COMMERCIAL",
    PropertyKind.AFFORDABLE: "SECTION_8_AFFORDABLE",
    PropertyKind.SENIOR: "SENIOR",
    PropertyKind.STUDENT: "STUDENT",
    PropertyKind.OTHER: "OTHER",
}
_YES_NO = {"True": "Yes", "False": "No"}
SHORT = 12
"""How long an abbreviation may be."""
_BOTH = (
    "abbreviation availableDate floorNumber name neighborhood numberBathrooms numberBedrooms ready searchTag "
    "targetDeposit targetRent targetRentUnits totalArea type"
)
BUILDING_TAKES = (
    f"{_BOTH} baseYear countUnit featuredForRent moveInDays numberFloors petsAllowed propertyType publishedForRent "
    "rentable shortDescription syndicate yearBuilt"
).split()
UNIT_TAKES = f"{_BOTH} buildingID category county portfolioID".split()
"""What a change takes of what a read shows; beside it the address."""
_Body = Callable[[Any], dict[str, Any]]


def write_property(current: Property | None, desired: Property, ctx: Context) -> Send | None:
    """Makes a building or replaces it; a house is a building that is itself for rent."""
    if current is None:
        return _create_property(desired, ctx)
    change = _changed(current, desired, _property_body, f"{BASE}/buildings/{current.id}", BUILDING_TAKES)
    return change or fill_custom(current, desired, "buildings")


def _create_property(desired: Property, ctx: Context) -> Send:
    place = need(desired.portfolio_id, "portfolio_id", "Propertyware needs the portfolio of a building (portfolioID)")
    house = desired.kind is PropertyKind.SINGLE_FAMILY
    body = _property_body(desired) | {
        "portfolioID": number(place, "portfolio_id"),
        "category": "COMMERCIAL" if desired.kind is PropertyKind.COMMERCIAL else "RESIDENTIAL",
        "abbreviation": (desired.code or desired.name)[:SHORT],
        "rentable": house,
        "type": ctx.options.get("building_type") or ("House" if house else "Apartment Building"),
        "countUnit": desired.unit_count or 0,
        "propertyType": KIND_WORDS.get(desired.kind, "NONE"),
    }
    request = Request(method="POST", path=f"{BASE}/buildings", json=filled(body))
    return Send(label="create building", request=request, id_of=own_id, find=_named(listing("buildings"), desired.name))


def _property_body(record: Property) -> dict[str, Any]:
    """What a building says, in Propertyware's words; a kind it has no word for stays unsaid."""
    return {
        "name": record.name,
        "propertyType": KIND_WORDS.get(record.kind),
        "countUnit": record.unit_count,
        "yearBuilt": record.year_built,
        "address": address_body(record.address),
        "shortDescription": record.short_description,
    }


def write_unit(current: Unit | None, desired: Unit, ctx: Context) -> Send | None:
    """Makes a unit in its building's portfolio, or replaces it."""
    if current is None:
        return _create_unit(desired)
    change = _changed(current, desired, _unit_body, f"{BASE}/units/{current.id}", UNIT_TAKES)
    return change or fill_custom(current, desired, "units")


def _create_unit(desired: Unit) -> Send:
    place = str(number(desired.property_id, "property_id"))
    body = _unit_body(desired) | {
        "buildingID": int(place),
        "abbreviation": desired.number[:SHORT],
        "category": "RESIDENTIAL",
        "type": need(desired.kind_raw, "kind_raw", "Propertyware needs the type of a unit in its own word (type)"),
    }

    def request(wire: Wire) -> Answer:
        portfolio = one_of("buildings")(wire, place).get("portfolioID")
        return wire.read(Request(method="POST", path=f"{BASE}/units", json=filled({**body, "portfolioID": portfolio})))

    find = _named(listing("units", ("buildingID", place)), desired.number)
    return Send(label="create unit", request=request, id_of=own_id, find=find)


def _unit_body(record: Unit) -> dict[str, Any]:
    return {
        "name": record.number,
        "type": record.kind_raw,
        "numberBedrooms": int(record.bedrooms) if record.bedrooms is not None else None,
        "numberBathrooms": float(record.bathrooms) if record.bathrooms is not None else None,
        "totalArea": float(record.square_feet) if record.square_feet is not None else None,
        "targetRent": float(record.market_rent.amount) if record.market_rent else None,
        "targetRentUnits": "DOLLAR_PER_MONTH" if record.market_rent else None,
        "availableDate": record.available_on.isoformat() if record.available_on else None,
        "address": address_body(record.address),
    }


def _changed(current: Any, desired: Any, body_of: _Body, path: str, takes: Sequence[str]) -> Send | None:
    """A PUT of the whole record with what differs, None where nothing does."""
    before, after = body_of(current), body_of(overlay(current, desired))
    changed = {name: value for name, value in after.items() if value != before[name] and value is not None}
    if not changed:
        return None
    kept = {name: value for name, value in _shown(current.raw).items() if name in takes}
    body = filled({**kept, **filled(before), **changed})
    return Send(label="change place", request=Request(method="PUT", path=path, json=body), idempotent=True)


def _shown(row: WireRecord) -> dict[str, Any]:
    """What a building or unit shows, in the words of a save."""
    marketing = row.get("marketing") or {}
    return {
        **row,
        "numberBedrooms": row.get("numberOfBedrooms"),
        "numberBathrooms": row.get("numberOfBathrooms"),
        "availableDate": marketing.get("availableDate"),
        "petsAllowed": marketing.get("petsAllowed"),
        "shortDescription": marketing.get("shortDescription"),
        "publishedForRent": _YES_NO.get(str(marketing.get("publishedForRent"))),
    }


def write_vendor(current: Vendor | None, desired: Vendor, ctx: Context) -> Send | None:
    """A vendor by its company's name, then its custom fields; its trade is the organization's own word."""
    if current is not None:
        return fill_custom(current, desired, "vendors")
    name = need(desired.company, "company", "Propertyware needs the company of a vendor (companyName)")
    word = need(
        next(iter(desired.trades_raw), None), "trades_raw", "Propertyware needs the type of a vendor (vendorType)"
    )
    address = desired.address or Address()
    body = {
        "name": name,
        "companyName": name,
        "nameOnCheck": name,
        "vendorType": word,
        "email": next(iter(desired.emails), None),
        "alertEmail": next(iter(desired.emails[1:]), None),
        "phone": next((phone.number for phone in desired.phones), None),
        "website": desired.website,
        "address": address.line1,
        "address2": address.line2,
        "city": address.city,
        "state": address.state,
        "zip": address.postal_code,
        "country": address.country,
    }
    request = Request(method="POST", path=f"{BASE}/vendors", json=filled(body))
    return Send(label="create vendor", request=request, id_of=own_id, find=_named(listing("vendors"), name))


def address_body(address: Address | None) -> dict[str, Any] | None:
    """Country is required inside an address."""
    if address is None:
        return None
    parts = {
        "address": address.line1,
        "addressCont": address.line2,
        "city": address.city,
        "stateRegion": address.state,
        "postalCode": address.postal_code,
        "country": address.country or "United States",
    }
    return filled(parts)


def _named(verb: ListVerb, name: str) -> Callable[[Wire, datetime], Sequence[Found]]:
    """There is no text for a marker: one of the same name is likely ours, and a person decides."""

    def find(wire: Wire, since: datetime) -> Sequence[Found]:
        return [Found(id=str(row["id"]), exact=False) for row in every(wire, verb) if row.get("name") == name]

    return find
