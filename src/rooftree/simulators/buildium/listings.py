"""Listings: one per unit, made or replaced by the same PUT."""

from __future__ import annotations

from rooftree.simulators.buildium.account import Account
from rooftree.simulators.buildium.errors import invalid, missing
from rooftree.simulators.buildium.filters import among
from rooftree.simulators.buildium.portfolio import RENTALS, show_property, show_unit
from rooftree.simulators.buildium.routes import Call, Route, created, listing, one, page
from rooftree.simulators.buildium.shapes import day, flag, number, phone_text, text, whole
from rooftree.simulators.wire import Record, Response, json_response

LISTINGS = "Rentals > Listings"
_PUT = {
    "Rent": number(required=True),
    "Deposit": number(),
    "LeaseTerms": text(),
    "AvailableDate": day(required=True),
    "ContactId": whole(),
    "IsManagedExternally": flag(required=True),
}
_CONTACT = {"Name": text(required=True), "Email": text(), "PhoneNumber": phone_text(), "Website": text()}


def show_listing(account: Account, unit_id: int) -> Record:
    """ListingMessage."""
    row = one(account.listings, unit_id, "listing")
    shown = {name: value for name, value in row.items() if name not in ("ContactId", "UnitId")}
    contact = show_contact(account, row["ContactId"]) if row["ContactId"] else None
    return {
        **shown,
        "RentalApplicationUrl": None,
        "Contact": contact,
        "Property": _property(account, one(account.units, unit_id, "unit")["PropertyId"]),
        "Unit": _unit(account, unit_id),
    }


def show_contact(account: Account, id: int) -> Record:
    """ListingContactMessage."""
    return {"Id": id, **one(account.listing_contacts, id, "listing contact")}


def routes(account: Account) -> list[Route]:
    """The endpoints of 3.4."""
    path, both = "/v1/rentals/units/{id}/listing", (LISTINGS, RENTALS)
    contacts = "/v1/rentals/units/listingcontacts"
    return [
        Route("GET", "/v1/rentals/units/listings", both, lambda call: _list(account, call)),
        Route("GET", path, both, lambda call: json_response(show_listing(account, call.ids[0]))),
        Route("PUT", path, both, lambda call: _put(account, call)),
        Route("DELETE", path, (LISTINGS,), lambda call: _delete(account, call)),
        Route("GET", contacts, (LISTINGS,), lambda call: _list_contacts(account, call)),
        Route(
            "GET",
            f"{contacts}/{{id}}",
            (LISTINGS,),
            lambda call: json_response(show_contact(account, call.ids[0])),
        ),
        Route("POST", contacts, (LISTINGS,), lambda call: _post_contact(account, call)),
    ]


def _property(account: Account, id: int) -> Record:
    whole_property = show_property(account, id)
    names = ("Id", "Name", "Address", "NumberUnits", "StructureDescription", "YearBuilt")
    row = one(account.properties, id, "property")
    kept = {name: whole_property[name] for name in names}
    return {**kept, "Features": row["Features"], "IncludedInRent": row["IncludedInRent"], "Files": []}


def _unit(account: Account, id: int) -> Record:
    whole_unit = show_unit(account, id)
    names = ("Id", "UnitNumber", "Address", "UnitBedrooms", "UnitBathrooms", "UnitSize", "Description", "MarketRent")
    kept = {name: whole_unit[name] for name in names}
    return {**kept, "Features": one(account.units, id, "unit")["Features"], "Files": []}


def _list(account: Account, call: Call) -> Response:
    kinds, id = call.query.choices("entitytype", ("Property", "RentalOwner")), call.query.whole("entityid")
    if (kinds is None) != (id is None):
        raise invalid(("entityid", "entityid and entitytype must be given together."))
    wanted = None if id is None else frozenset({id})
    if kinds and "RentalOwner" in kinds:
        wanted = account.owned_by(wanted)
    unit = account.units.get
    tests = [among(wanted, lambda row: (unit(row["UnitId"]) or {}).get("PropertyId"))]
    return listing(call, account.listings, lambda unit_id: show_listing(account, unit_id), tests)


def _put(account: Account, call: Call) -> Response:
    unit_id = call.ids[0]
    one(account.units, unit_id, "unit")
    body = call.body(_PUT)
    if body["ContactId"] and account.listing_contacts.get(body["ContactId"]) is None:
        raise missing("listing contact")
    known = account.listings.get(unit_id)
    listed = known["ListingDate"] if known else account.today().isoformat()
    account.listings.put(unit_id, {"ListingDate": listed, "UnitId": unit_id, **body})
    account.emit(f"Listing.{'Updated' if known else 'Created'}", UnitId=unit_id)
    shown = show_listing(account, unit_id)
    return json_response(shown) if known else created(call, unit_id, shown, call.request.path)


def _delete(account: Account, call: Call) -> Response:
    unit_id = call.ids[0]
    one(account.listings, unit_id, "listing")
    account.listings.remove(unit_id)
    account.emit("Listing.Deleted", UnitId=unit_id)
    return Response(status=204)


def _list_contacts(account: Account, call: Call) -> Response:
    return page(call, account.listing_contacts.ids(), lambda id: show_contact(account, id))


def _post_contact(account: Account, call: Call) -> Response:
    id = account.listing_contacts.add(call.body(_CONTACT))
    return created(call, id, show_contact(account, id))
