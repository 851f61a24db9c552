"""Writing the portfolio: property, unit, listing, owner, vendor (contract 9)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from rooftree.connectors.appfolio.changes import (
    alike,
    custom_fields,
    differing,
    need,
    patch,
    patching,
    post,
)
from rooftree.connectors.appfolio.client import HIDDEN, OVERLAP, every
from rooftree.connectors.appfolio.wire import from_address, from_emails, from_money, from_phones, iso, iso_instant
from rooftree.connectors.base import Answer, Context, Found, Send, Wire
from rooftree.connectors.changes import overlay
from rooftree.connectors.values import filled
from rooftree.model.base import Address, Person
from rooftree.model.maintenance import Vendor
from rooftree.model.portfolio import Listing, Owner, Property, Unit


def write_property(current: Property | None, desired: Property, ctx: Context) -> Send | None:
    """Changes address and custom fields; a property is made and named in AppFolio."""
    if current is None:
        return None
    before, after = (_property(each, ctx) for each in (current, overlay(current, desired)))
    return patch("change property", f"properties/{current.id}", before, after)


def _property(place: Property, ctx: Context) -> dict[str, Any]:
    return {**from_address(place.address), "CustomFields": custom_fields("Property", place, ctx)}


def write_unit(current: Unit | None, desired: Unit, ctx: Context) -> Send | None:
    """Changes a unit; units are made in AppFolio."""
    if current is None:
        return None
    before, after = (_unit(each, ctx) for each in (current, overlay(current, desired)))
    return patch("change unit", f"units/{current.id}", before, after)


def _unit(unit: Unit, ctx: Context) -> dict[str, Any]:
    return {
        "Name": unit.number,
        **from_address(unit.address),
        "Bedrooms": None if unit.bedrooms is None else int(unit.bedrooms),
        "Bathrooms": None if unit.bathrooms is None else f"{unit.bathrooms.normalize():f}",
        "SquareFeet": unit.square_feet,
        "MarketRent": from_money(unit.market_rent),
        "PostedToWebsite": unit.is_listed,
        "AvailableOn": iso(unit.available_on),
        "MarketingDescription": unit.description,
        "CustomFields": custom_fields("Unit", unit, ctx),
    }


def write_listing(current: Listing | None, desired: Listing, ctx: Context) -> Send | None:
    """Puts a unit on the website or changes what is said of it there."""
    unit_id = need(desired.unit_id or (current and current.unit_id), "unit_id", "the unit")
    if current is not None:
        before, after = _listing(current), _listing(overlay(current, desired))
        return patch("change listing", f"units/{unit_id}", before, after)
    body = {**filled(_listing(desired)), "PostedToWebsite": True, "PostedToInternet": True}
    made = patching("list unit", f"units/{unit_id}", body)

    def id_of(_answer: Answer) -> str | None:
        return str(unit_id)

    return Send(label=made.label, request=made.request, idempotent=True, id_of=id_of)


def _listing(listing: Listing) -> dict[str, Any]:
    return {
        "ListedRent": from_money(listing.rent),
        "AvailableOn": iso(listing.available_on),
        "MarketingTitle": listing.title,
        "MarketingDescription": listing.description,
    }


def unlist(current: Listing | None, desired: Listing, ctx: Context) -> Send | None:
    """Takes a unit off the website."""
    if current is None:
        return None
    return patching("unlist unit", f"units/{current.id}", {"PostedToWebsite": False, "PostedToInternet": False})


def write_owner(current: Owner | None, desired: Owner, ctx: Context) -> Send | None:
    """Makes or changes an owner; bank and tax fields are never sent."""
    if current is not None:
        before, after = _owner(current), _owner(overlay(current, desired))
        return patch("change owner", f"owners/{current.id}", before, after)
    body = filled(_owner(desired))
    need(body.get("LastName") or body.get("CompanyName"), "last_name", "a name")
    return post("create owner", "owners", body, ctx, find=_namesakes("owners", body))


def _owner(owner: Owner) -> dict[str, Any]:
    return {**_person(owner), "Addresses": from_places(owner.address, owner.alternate_address)}


def from_places(*places: Address | None) -> list[dict[str, Any]] | None:
    """The Addresses of a person, None where there are none."""
    rows = [
        filled(
            {
                "Address1": place.line1,
                "Address2": place.line2,
                "City": place.city,
                "State": place.state,
                "PostalCode": place.postal_code,
                "CountryCode": place.country or "US",
                "IsPrimary": at == 0,
            }
        )
        for at, place in enumerate(places)
        if place is not None
    ]
    return rows or None


def write_vendor(current: Vendor | None, desired: Vendor, ctx: Context) -> Send | None:
    """Makes a vendor, then its custom fields; or changes one. Trades are set in AppFolio."""
    if current is not None:
        return _change_vendor(current, overlay(current, desired), ctx)
    body = filled(_vendor(desired)) | {"UseCompanyNameAsTaxpayerName": bool(desired.company)}
    need(desired.company or (desired.first_name and desired.last_name), "company", "a company or a full name")
    custom_fields("Vendor", desired, ctx)
    return post("create vendor", "vendors", body, ctx, find=_namesakes("vendors", body))


def _change_vendor(current: Vendor, wanted: Vendor, ctx: Context) -> Send | None:
    before, after = (
        {**_vendor(each), "CustomFields": custom_fields("Vendor", each, ctx)} for each in (current, wanted)
    )
    changed, place = differing(before, after), from_address(wanted.address)
    if changed.keys() & place.keys():
        changed |= place  # AppFolio takes street, city, state and ZIP together or not at all.
    return patching("change vendor", f"vendors/{current.id}", changed) if changed else None


def _vendor(vendor: Vendor) -> dict[str, Any]:
    return {
        **_person(vendor),
        **from_address(vendor.address),
        "IsCompany": bool(vendor.company),
        "LiabilityInsuranceExpiration": iso(vendor.insurance_expires_on),
        "WorkersCompExpiration": iso(vendor.workers_comp_expires_on),
    }


def _person(person: Person) -> dict[str, Any]:
    return {
        "FirstName": person.first_name,
        "LastName": person.last_name,
        "CompanyName": person.company,
        "Emails": from_emails(person.emails) or None,
        "PhoneNumbers": from_phones(person.phones) or None,
    }


def _namesakes(path: str, body: dict[str, Any]) -> Callable[[Wire, datetime], Sequence[Found]]:
    """Those of the same name that changed since: AppFolio keeps no text of ours on them, so a person must say."""

    def find(wire: Wire, since: datetime) -> Sequence[Found]:
        changed = [("filters[LastUpdatedAtFrom]", iso_instant(since - OVERLAP) or ""), HIDDEN]
        return alike(list(every(wire, path, changed)), body, ("FirstName", "LastName", "CompanyName"))

    return find
