"""Rental properties and their units, with amenities and preferred vendors."""

from __future__ import annotations

from datetime import date

from rooftree.simulators.buildium import words
from rooftree.simulators.buildium.account import Account
from rooftree.simulators.buildium.errors import Refusal, invalid, missing
from rooftree.simulators.buildium.filters import among, containing, since_of, updated_between, with_id
from rooftree.simulators.buildium.forms import ADDRESS, UNIT
from rooftree.simulators.buildium.leases import lease_status
from rooftree.simulators.buildium.routes import (
    Call,
    Route,
    Test,
    created,
    listing,
    one,
    page,
)
from rooftree.simulators.buildium.shapes import Shape, choice, choices, many, nested, number, text, whole, wholes
from rooftree.simulators.wire import Record, Response, json_response

RENTALS = "Rentals > Rental properties and units"
_PROPERTY_PUT = {
    "Name": text(127, required=True),
    "StructureDescription": text(65535),
    "Address": nested(ADDRESS, required=True),
    "RentalSubType": choice(words.RENTAL_SUB_TYPES, required=True),
    "OperatingBankAccountId": whole(required=True),
    "PropertyManagerId": whole(),
    "Reserve": number(),
    "YearBuilt": whole(),
}
_PROPERTY_POST = {**_PROPERTY_PUT, "RentalOwnerIds": wholes(), "Units": many(UNIT)}
_UNIT_POST = {**UNIT, "PropertyId": whole(required=True)}
_VENDORS_PUT = {"VendorIds": wholes(required=True)}
_AMENITIES_PUT = {"Features": choices(words.PROPERTY_FEATURES), "IncludedInRent": choices(words.INCLUDED_IN_RENT)}
_UNIT_AMENITIES_PUT = {"Features": choices(words.UNIT_FEATURES)}


def show_property(account: Account, id: int) -> Record:
    """RentalMessage."""
    row = one(account.properties, id, "property")
    return {
        "Id": id,
        "Name": row["Name"],
        "StructureDescription": row["StructureDescription"],
        "NumberUnits": len(account.units_of(id)),
        "IsActive": row["IsActive"],
        "OperatingBankAccountId": row["OperatingBankAccountId"],
        "Reserve": row["Reserve"],
        "Address": row["Address"],
        "YearBuilt": row["YearBuilt"],
        "RentalType": _rental_type(row),
        "RentalSubType": row["RentalSubType"],
        "RentalManager": _manager(account, row["PropertyManagerId"]),
    }


def show_unit(account: Account, id: int) -> Record:
    """RentalUnitMessage; listed and occupied are worked out when asked."""
    row = one(account.units, id, "unit")
    shown = {name: value for name, value in row.items() if name != "Features"}
    return {
        "Id": id,
        **shown,
        "IsUnitListed": account.listings.has(id),
        "IsUnitOccupied": is_occupied(account, id),
    }


def is_occupied(account: Account, unit_id: int) -> bool:
    leases = (account.leases.get(lease) for lease in account.leases_of(unit_id))
    return any(lease is not None and lease_status(lease, account.today()) == "Active" for lease in leases)


def routes(account: Account) -> list[Route]:
    """The endpoints of 3.1 and 3.3."""
    both = (RENTALS, "Maintenance > Vendors")
    return [
        Route("GET", "/v1/rentals", (RENTALS,), lambda call: _list_properties(account, call)),
        Route("POST", "/v1/rentals", (RENTALS,), lambda call: _post_property(account, call)),
        Route("GET", "/v1/rentals/{id}", (RENTALS,), lambda call: json_response(show_property(account, call.ids[0]))),
        Route("PUT", "/v1/rentals/{id}", (RENTALS,), lambda call: _put_property(account, call)),
        Route("POST", "/v1/rentals/{id}/inactivationrequest", (RENTALS,), lambda call: _activate(account, call, False)),
        Route("POST", "/v1/rentals/{id}/reactivationrequest", (RENTALS,), lambda call: _activate(account, call, True)),
        Route("GET", "/v1/rentals/{id}/amenities", (RENTALS,), lambda call: _property_amenities(account, call)),
        Route("PUT", "/v1/rentals/{id}/amenities", (RENTALS,), lambda call: _put_property_amenities(account, call)),
        Route("GET", "/v1/rentals/{id}/vendors", both, lambda call: _preferred(account, call)),
        Route("PUT", "/v1/rentals/{id}/vendors", both, lambda call: _put_preferred(account, call)),
        Route("GET", "/v1/rentals/{id}/images", (RENTALS,), lambda call: _no_images(account, call)),
        Route("GET", "/v1/propertygroups", (RENTALS,), lambda call: page(call, [], lambda _id: {})),
        Route("GET", "/v1/rentals/appliances", (), lambda call: _appliances(account, call)),
        Route("GET", "/v1/rentals/units", (RENTALS,), lambda call: _list_units(account, call)),
        Route("POST", "/v1/rentals/units", (RENTALS,), lambda call: _post_unit(account, call)),
        Route("GET", "/v1/rentals/units/{id}", (RENTALS,), lambda call: json_response(show_unit(account, call.ids[0]))),
        Route("PUT", "/v1/rentals/units/{id}", (RENTALS,), lambda call: _put_unit(account, call)),
        Route("GET", "/v1/rentals/units/{id}/amenities", (RENTALS,), lambda call: _unit_amenities(account, call)),
        Route("PUT", "/v1/rentals/units/{id}/amenities", (RENTALS,), lambda call: _put_unit_amenities(account, call)),
    ]


def _rental_type(row: Record) -> str:
    return "Residential" if row["RentalSubType"] in words.RESIDENTIAL else "Commercial"


def _manager(account: Account, id: int | None) -> Record | None:
    row = account.users.get(id) if id is not None else None
    if row is None:
        return None
    return {
        "Id": id,
        "FirstName": row["FirstName"],
        "LastName": row["LastName"],
        "CompanyName": None,
        "IsCompany": False,
        "ProfilePhotoUrl": None,
        "Email": row["Email"],
        "PhoneNumbers": row["PhoneNumbers"],
    }


def _list_properties(account: Account, call: Call) -> Response:
    query = call.query
    location, ids = query.text("location"), query.wholes("propertyids")
    types = query.choices("types", ("Residential", "Commercial"))
    subtypes = query.choices("subtypes", words.RENTAL_SUB_TYPES)
    status = query.choices("status", ("Active", "InActive"))
    owned = account.owned_by(query.wholes("rentalownerids"))
    tests: list[Test | None] = [
        with_id(ids),
        with_id(owned),
        among(types, _rental_type),
        among(subtypes, lambda row: row["RentalSubType"]),
        among(status, lambda row: "Active" if row["IsActive"] else "InActive"),
        containing(location, lambda row: row["Address"].values()),
        updated_between(call, account.properties),
    ]
    return listing(call, account.properties, lambda id: show_property(account, id), tests, since_of(call))


def _post_property(account: Account, call: Call) -> Response:
    body = call.body(_PROPERTY_POST)
    owners, units = body.pop("RentalOwnerIds") or [], body.pop("Units") or []
    for owner in owners:
        if account.owners.get(owner) is None:
            raise invalid(("RentalOwnerIds", f"Rental owner {owner} does not exist."))
    row = {
        **body,
        "Reserve": body["Reserve"] or 0.0,
        "IsActive": True,
        "VendorIds": [],
        "Features": [],
        "IncludedInRent": [],
    }
    id = account.properties.add(row)
    for owner in owners:
        held = one(account.owners, owner, "rental owner")
        account.owners.put(owner, {**held, "PropertyIds": [*held["PropertyIds"], id]})
    for unit in units:
        _add_unit(account, id, unit)
    account.emit("Rental.Created", PropertyId=id)
    return created(call, id, show_property(account, id))


def _put_property(account: Account, call: Call) -> Response:
    id = call.ids[0]
    row = one(account.properties, id, "property")
    body = call.body(_PROPERTY_PUT)
    account.properties.put(id, {**row, **body, "Reserve": body["Reserve"] or 0.0})
    account.emit("Rental.Updated", PropertyId=id)
    return json_response(show_property(account, id))


def _activate(account: Account, call: Call, active: bool) -> Response:
    id = call.ids[0]
    account.properties.put(id, {**one(account.properties, id, "property"), "IsActive": active})
    account.emit("Rental.Updated", PropertyId=id)
    return Response(status=204)


def _property_amenities(account: Account, call: Call) -> Response:
    row = one(account.properties, call.ids[0], "property")
    return json_response({"Features": row["Features"], "IncludedInRent": row["IncludedInRent"]})


def _put_property_amenities(account: Account, call: Call) -> Response:
    """What a list leaves out is taken off, and a list left out is emptied."""
    id = call.ids[0]
    row = one(account.properties, id, "property")
    account.properties.put(id, {**row, **_ticked(call, _AMENITIES_PUT)})
    return _property_amenities(account, call)


def _ticked(call: Call, shape: Shape) -> Record:
    return {name: list(dict.fromkeys(held or ())) for name, held in call.body(shape).items()}


def _no_images(account: Account, call: Call) -> Response:
    one(account.properties, call.ids[0], "property")
    return page(call, [], lambda _id: {})


def _preferred(account: Account, call: Call) -> Response:
    row = one(account.properties, call.ids[0], "property")
    return page(call, [*filter(account.vendors.has, row["VendorIds"])], lambda id: _preferred_vendor(account, id))


def _put_preferred(account: Account, call: Call) -> Response:
    id = call.ids[0]
    row = one(account.properties, id, "property")
    vendors = call.body(_VENDORS_PUT)["VendorIds"]
    for vendor in vendors:
        if account.vendors.get(vendor) is None:
            raise missing("vendor")
    account.properties.put(id, {**row, "VendorIds": vendors})
    account.emit("Rental.Updated", PropertyId=id)
    return json_response([_preferred_vendor(account, vendor) for vendor in vendors])


def _preferred_vendor(account: Account, id: int) -> Record:
    row = one(account.vendors, id, "vendor")
    names = (
        "FirstName",
        "LastName",
        "CompanyName",
        "PrimaryEmail",
        "AlternateEmail",
        "PhoneNumbers",
        "Website",
        "IsCompany",
    )
    return {"Id": id, **{name: row[name] for name in names}}


def _list_units(account: Account, call: Call) -> Response:
    wanted = call.query.wholes("propertyids")
    tests: list[Test | None] = [
        among(wanted, lambda row: row["PropertyId"]),
        updated_between(call, account.units),
    ]
    near = None if wanted is None else [unit for property_id in wanted for unit in account.units_of(property_id)]
    return listing(call, account.units, lambda id: show_unit(account, id), tests, since_of(call), near)


def _post_unit(account: Account, call: Call) -> Response:
    body = call.body(_UNIT_POST)
    property_id = body.pop("PropertyId")
    one(account.properties, property_id, "property")
    id = _add_unit(account, property_id, body)
    return created(call, id, show_unit(account, id))


def _add_unit(account: Account, property_id: int, body: Record) -> int:
    id = account.units.add({"PropertyId": property_id, "BuildingName": None, **body, "Features": []})
    account.link("units", property_id, id)
    account.emit("RentalUnit.Created", UnitId=id)
    return id


def _put_unit(account: Account, call: Call) -> Response:
    id = call.ids[0]
    row = one(account.units, id, "unit")
    account.units.put(id, {**row, **call.body(UNIT)})
    account.emit("RentalUnit.Updated", UnitId=id)
    return json_response(show_unit(account, id))


def _appliances(account: Account, call: Call) -> Response:
    """Deprecated by Buildium in July 2026 and gone since 19 October 2026."""
    if account.today() >= date(2026, 10, 19):
        raise Refusal(410, "The resource is no longer available.")
    return page(call, [], lambda _id: {})


def _unit_amenities(account: Account, call: Call) -> Response:
    return json_response({"Features": one(account.units, call.ids[0], "unit")["Features"]})


def _put_unit_amenities(account: Account, call: Call) -> Response:
    id = call.ids[0]
    account.units.put(id, {**one(account.units, id, "unit"), **_ticked(call, _UNIT_AMENITIES_PUT)})
    return _unit_amenities(account, call)
