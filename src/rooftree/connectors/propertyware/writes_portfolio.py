"""What Rooftree writes of places and people: buildings, units, vendors and owners (contract 3.2, 3.3, 3.5, 3.6).

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
from rooftree.connectors.propertyware.writes import number, own_id
from rooftree.connectors.values import filled
from rooftree.errors import InvalidInput
from rooftree.model.base import Address, Person
from rooftree.model.maintenance import Vendor
from rooftree.model.portfolio import Owner, Property, Unit
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
_PERSON_KEPT = (
    "allowESignature category comments company email altEmail fax firstName homePhone jobTitle lastName middleName "
    "mobilePhone nameOnCheck namedOnLease otherPhone salutation suffix workPhone address"
).split()


def write_property(current: Property | None, desired: Property, ctx: Context) -> Send | None:
    """Makes a building or replaces it; a house is a building that is itself for rent."""
    if current is None:
        return _create_property(desired, ctx)
    return _changed(current, desired, _property_body, f"{BASE}/buildings/{current.id}", BUILDING_TAKES)


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
        "address": _address(record.address),
        "shortDescription": record.short_description,
    }


def write_unit(current: Unit | None, desired: Unit, ctx: Context) -> Send | None:
    """Makes a unit in its building's portfolio, or replaces it."""
    if current is None:
        return _create_unit(desired)
    return _changed(current, desired, _unit_body, f"{BASE}/units/{current.id}", UNIT_TAKES)


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
        "address": _address(record.address),
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


def create_vendor(current: Vendor | None, desired: Vendor, ctx: Context) -> Send | None:
    """A vendor by its company's name; its trade is the organization's own word."""
    if current is not None:
        return None
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


def write_owner(current: Owner | None, desired: Owner, ctx: Context) -> Send | None:
    """Replaces the contact of an owner; birth date and gender are read anew right before and go back untouched."""
    if current is None:
        return None
    before, after = _person_body(current), _person_body(overlay(current, desired))
    changed = {name: value for name, value in after.items() if value != before[name] and value is not None}
    if not changed:
        return None
    id = current.id

    def request(wire: Wire) -> Answer:
        row = one_of("contacts", "OWNER")(wire, id)
        kept = {name: row.get(name) for name in (*_PERSON_KEPT, "birthDate", "gender")}
        return wire.read(Request(method="PUT", path=f"{BASE}/contacts/{id}", json=filled({**kept, **changed})))

    return Send(label="change contact", request=request, idempotent=True)


def _person_body(record: Person) -> dict[str, Any]:
    """A person in Propertyware's words; a second phone of one kind has no place, which is refused by name."""
    kinds = [phone.kind for phone in record.phones]
    if len(set(kinds)) < len(kinds):
        raise InvalidInput("Propertyware keeps one phone of each kind", path="phones")
    phones = {f"{phone.kind}Phone": phone.number for phone in record.phones if phone.kind != "fax"}
    return {
        "firstName": record.first_name,
        "middleName": record.middle_name,
        "lastName": record.last_name,
        "company": record.company,
        "email": next(iter(record.emails), None),
        "altEmail": next(iter(record.emails[1:]), None),
        "comments": record.notes,
        "address": _address(record.address),
        **{name: phones.get(name) for name in ("mobilePhone", "homePhone", "workPhone", "otherPhone")},
    }


def _address(address: Address | None) -> dict[str, Any] | None:
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
