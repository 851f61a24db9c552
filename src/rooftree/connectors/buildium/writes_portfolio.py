"""Writing the portfolio: properties, units, amenities, listings, owners, vendors (contract 3.1-3.4, 3.7, 3.8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from rooftree.connectors.base import Answer, Context, Found, Request, Send, Wire, WireRecord
from rooftree.connectors.buildium.changes import need, post, put
from rooftree.connectors.buildium.client import checklist, every, fetch, record
from rooftree.connectors.buildium.mapping import BATHROOMS, BEDROOMS, KINDS
from rooftree.connectors.buildium.mapping_maintenance import to_trade
from rooftree.connectors.buildium.wire import from_address, from_phones, iso, iso_instant, to_int, to_number
from rooftree.connectors.changes import marked, overlay, pick
from rooftree.connectors.values import filled, mark
from rooftree.model.base import Person
from rooftree.model.maintenance import Vendor
from rooftree.model.portfolio import Amenity, Listing, Owner, Property, Unit
from rooftree.model.vocabulary import PropertyKind, Trade

NAME, COMMENT, UNIT_NUMBER, DESCRIPTION = 127, 65_535, 30, 65_535

KIND_WORDS = {
    PropertyKind.SINGLE_FAMILY: "SingleFamily",
    PropertyKind.MULTI_FAMILY: "MultiFamily",
    PropertyKind.CONDO_TOWNHOME: "CondoTownhome",
    PropertyKind.STUDENT: "MultiFamily",
    PropertyKind.SENIOR: "MultiFamily",
    PropertyKind.AFFORDABLE: "MultiFamily",
    PropertyKind.COMMERCIAL: "Office",
}
"""Buildium's words are about buildings: student, senior and affordable housing are read back as multi-family."""
INCLUDED = frozenset(
    ("Gas", "Electric", "Trash", "Water", "HotWater", "Telephone", "Heat", "Cable", "AirCon", "Satellite", "Sewer")
) | {"BroadbandInternet"}
"""The amenities that a property keeps on the list of what the rent includes."""


def write_property(current: Property | None, desired: Property, ctx: Context) -> Send | None:
    """Makes a rental; or changes it, its preferred vendors, whether it is active: one call each."""
    if current is None:
        return _create_property(desired, ctx)
    wanted = overlay(current, desired)
    return (
        _change_property(current, wanted)
        or _change_vendors(current, wanted)
        or _change_activity(current, wanted.is_active)
    )


def deactivate_property(current: Property | None, desired: Property, ctx: Context) -> Send | None:
    """A property is never deleted, only inactivated."""
    return _change_activity(current, False) if current else None


def _create_property(desired: Property, ctx: Context) -> Send:
    account = ctx.options.get("operating_bank_account_id") or ctx.picks.get("account", {}).get("default_bank_account")
    body = from_property(desired, {}) | {
        "OperatingBankAccountId": int(need(account, "options.operating_bank_account_id", "an operating bank account")),
        "RentalOwnerIds": [int(id) for id in desired.owner_ids] or None,
    }
    need(body["Address"], "address", "a postal address")
    find = _found_by_text("/v1/rentals", "StructureDescription", ctx.marker)
    body["StructureDescription"] = mark(desired.description, ctx.marker, DESCRIPTION)
    return post("create property", "/v1/rentals", filled(body), find=find)


def _found_by_text(path: str, field: str, marker: str) -> Callable[[Wire, datetime], Sequence[Found]]:
    def find(wire: Wire, since: datetime) -> Sequence[Found]:
        rows = list(every(wire, path, [("lastupdatedfrom", iso_instant(since - timedelta(minutes=5)))]))
        return marked(rows, marker, lambda row: row.get(field), lambda row: str(row["Id"]))

    return find


def from_property(place: Property, raw: WireRecord) -> dict[str, Any]:
    """A RentalPropertyPutMessage; bank account and reserve are sent back as they are."""
    held = str(raw.get("RentalSubType"))
    return {
        "Name": place.name[:NAME],
        "StructureDescription": place.description,
        "Address": from_address(place.address),
        "RentalSubType": held if KINDS.get(held) is place.kind else KIND_WORDS.get(place.kind, "MultiFamily"),
        "OperatingBankAccountId": raw.get("OperatingBankAccountId"),
        "PropertyManagerId": to_int(place.manager_id),
        "Reserve": raw.get("Reserve"),
        "YearBuilt": place.year_built,
    }


def _change_property(current: Property, wanted: Property) -> Send | None:
    before, after = from_property(current, current.raw), from_property(wanted, current.raw)
    return None if before == after else put("change property", f"/v1/rentals/{current.id}", filled(after))


def _change_vendors(current: Property, wanted: Property) -> Send | None:
    if set(current.preferred_vendor_ids) == set(wanted.preferred_vendor_ids):
        return None
    body = {"VendorIds": [int(id) for id in wanted.preferred_vendor_ids]}
    return put("change preferred vendors", f"/v1/rentals/{current.id}/vendors", body)


def _change_activity(current: Property, active: bool | None) -> Send | None:
    if active is None or active == current.is_active:
        return None
    verb = "reactivationrequest" if active else "inactivationrequest"
    request = Request(method="POST", path=f"/v1/rentals/{current.id}/{verb}")
    return Send(label="reactivate property" if active else "inactivate property", request=request, idempotent=True)


def write_unit(current: Unit | None, desired: Unit, ctx: Context) -> Send | None:
    """Makes or changes a unit."""
    if current is not None:
        before, after = from_unit(current, current.raw), from_unit(overlay(current, desired), current.raw)
        return None if before == after else put("change unit", f"/v1/rentals/units/{current.id}", filled(after))
    body = from_unit(desired, {}) | {
        "PropertyId": to_int(desired.property_id),
        "Description": mark(desired.description, ctx.marker, DESCRIPTION),
    }
    need(body["Address"], "address", "a postal address")
    find = _found_by_text("/v1/rentals/units", "Description", ctx.marker)
    return post("create unit", "/v1/rentals/units", filled(body), find=find)


def from_unit(unit: Unit, raw: WireRecord) -> dict[str, Any]:
    """A RentalUnitPutMessage."""
    return {
        "UnitNumber": unit.number[:UNIT_NUMBER],
        "UnitSize": unit.square_feet,
        "MarketRent": to_number(unit.market_rent),
        "Address": from_address(unit.address),
        "UnitBedrooms": word_for(unit.bedrooms, BEDROOMS) or raw.get("UnitBedrooms"),
        "UnitBathrooms": word_for(unit.bathrooms, BATHROOMS) or raw.get("UnitBathrooms"),
        "Description": unit.description,
    }


def word_for(count: Decimal | None, words: Mapping[str, Decimal]) -> str | None:
    """Buildium's word for a number of rooms; its last word ("nine or more") for any greater number."""
    if count is None:
        return None
    exact = next((word for word, value in words.items() if value == count), None)
    return exact or (list(words)[-1] if count > max(words.values()) else None)


def tick_amenity(current: Amenity | None, desired: Amenity, ctx: Context) -> Send | None:
    """Ticks a word of the checklist of a unit, or else of the property; Buildium refuses a word that it lacks."""
    if current is not None:
        return None
    word = need(desired.name, "name", "a word of its amenity checklist")
    home = f"unit/{desired.unit_id}" if desired.unit_id else f"property/{desired.property_id}"
    included = word in INCLUDED and not desired.unit_id

    def tick(key: str, words: Sequence[str]) -> list[str]:
        return list(dict.fromkeys([*words, word])) if (key == "IncludedInRent") is included else list(words)

    send = _put_checklist("add amenity", desired, tick)
    return replace(send, id_of=lambda _answer: f"{home}/{word}")


def untick_amenity(current: Amenity | None, desired: Amenity, ctx: Context) -> Send | None:
    """Takes the word off its checklist."""
    if current is None:
        return None
    word = current.name
    return _put_checklist("remove amenity", current, lambda _key, words: [each for each in words if each != word])


def _put_checklist(label: str, place: Amenity, change: Callable[[str, Sequence[str]], list[str]]) -> Send:
    """Buildium takes a checklist whole: it is read when we send, so that what staff ticked meanwhile stays."""
    path = checklist(place.property_id, place.unit_id)

    def send(wire: Wire) -> Answer:
        held = record(fetch(wire, path))
        body = {key: change(key, words or ()) for key, words in held.items()}
        return wire.read(Request(method="PUT", path=path, json=body))

    return Send(label=label, request=send, idempotent=True)


def write_listing(current: Listing | None, desired: Listing, ctx: Context) -> Send | None:
    """Puts a unit on offer or changes the offer: one PUT per unit, which may be repeated."""
    unit_id = need(desired.unit_id or (current and current.unit_id), "unit_id", "the unit")
    wanted = overlay(current, desired) if current else desired
    raw: WireRecord = current.raw if current else {}
    after = from_listing(wanted, raw)
    if current and from_listing(current, raw) == after:
        return None

    def id_of(_answer: Answer) -> str | None:
        return str(unit_id)

    request = Request(method="PUT", path=f"/v1/rentals/units/{unit_id}/listing", json=filled(after))
    return Send(label="list unit", request=request, idempotent=True, id_of=id_of)


def from_listing(listing: Listing, raw: WireRecord) -> dict[str, Any]:
    """A ListingPutMessage."""
    return {
        "Rent": to_number(need(listing.rent, "rent", "the rent")),
        "Deposit": to_number(listing.deposit),
        "LeaseTerms": listing.lease_term,
        "AvailableDate": iso(need(listing.available_on, "available_on", "the day it is free")),
        "ContactId": (raw.get("Contact") or {}).get("Id"),
        "IsManagedExternally": bool(raw.get("IsManagedExternally")),
    }


def unlist(current: Listing | None, desired: Listing, ctx: Context) -> Send | None:
    """Takes a unit off offer."""
    if current is None:
        return None
    request = Request(method="DELETE", path=f"/v1/rentals/units/{current.id}/listing")
    return Send(label="unlist unit", request=request, idempotent=True)


def create_owner(current: Owner | None, desired: Owner, ctx: Context) -> Send | None:
    """An owner of at least one property."""
    if current is not None:
        return None
    body = _person(desired) | {
        "Email": next(iter(desired.emails), None),
        "Address": need(from_address(desired.address), "address", "a postal address"),
        "Comment": mark(desired.notes, ctx.marker, COMMENT),
        "PropertyIds": [int(id) for id in need(desired.property_ids, "property_ids", "a property")],
    }
    find = _found_by_text("/v1/rentals/owners", "Comment", ctx.marker)
    return post("create owner", "/v1/rentals/owners", filled(body), find=find)


def create_vendor(current: Vendor | None, desired: Vendor, ctx: Context) -> Send | None:
    """A vendor with the customer's category: by its word, else the first that means the trade."""
    if current is not None:
        return None
    body = _person(desired) | {
        "PrimaryEmail": next(iter(desired.emails), None),
        "Address": from_address(desired.address),
        "CategoryId": need(_vendor_category(desired, ctx), "trades_raw", "one of the customer's vendor categories"),
        "AccountNumber": desired.account_number,
        "Website": desired.website,
        "VendorInsurance": {"ExpirationDate": iso(desired.insurance_expires_on)}
        if desired.insurance_expires_on
        else None,
        "Comments": mark(desired.notes, ctx.marker, COMMENT),
    }
    find = _found_by_text("/v1/vendors", "Comments", ctx.marker)
    return post("create vendor", "/v1/vendors", filled(body), find=find)


def _vendor_category(vendor: Vendor, ctx: Context) -> int | None:
    words = ctx.picks.get("vendor_categories", {})
    named = next((id for word in vendor.trades_raw if (id := pick(words, word))), None)
    meant = [word for word in sorted(words) if to_trade(word, ctx) in set(vendor.trades) - {Trade.UNKNOWN, Trade.NONE}]
    return named or (int(words[meant[0]]) if meant else None)


def _person(person: Person) -> dict[str, Any]:
    """Names and contact of an owner or vendor; a company is one without a first name."""
    emails = [*person.emails, None, None]
    is_company = bool(person.company) and not person.first_name
    return {
        "IsCompany": is_company,
        "FirstName": person.first_name[:NAME] if person.first_name else None,
        "LastName": person.last_name[:NAME] if person.last_name else None,
        "CompanyName": person.company[:NAME] if person.company else None,
        "AlternateEmail": emails[1],
        "PhoneNumbers": from_phones(person.phones),
    }
