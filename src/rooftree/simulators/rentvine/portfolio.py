"""Properties, units, leases, people, portfolios: mostly read, a little written (contract 5)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from rooftree.simulators.rentvine.account import Account
from rooftree.simulators.rentvine.calls import Call, found, id_in, page
from rooftree.simulators.rentvine.errors import Refusal, invalid
from rooftree.simulators.rentvine.seed import PROPERTY, UNIT
from rooftree.simulators.rentvine.words import money, text
from rooftree.simulators.rentvine.work_orders import in_list
from rooftree.simulators.store import Table
from rooftree.simulators.wire import Record, Response, json_response

_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z")
_PROPERTY = (
    *("address", "address2", "city", "stateID", "postalCode", "county", "countryID", "propertyTypeID", "isMultiUnit"),
    *("portfolioID", "managementFeeSettingID", "reserveAmount", "isActive"),
)
_UNIT = ("rent", "deposit", "beds", "fullBaths", "size")
_REQUIRED = ("address", "city", "stateID", "postalCode", "portfolioID")


def properties(account: Account, call: Call) -> Response:
    return page(call, account.properties.ids(), lambda id: {"property": account.properties.get(id)})


def properties_export(account: Account, call: Call) -> Response:
    return page(call, account.properties.ids(), lambda id: _with_portfolio(account, id))


def _with_portfolio(account: Account, id: int) -> Record:
    row = found(account.properties, id, "Property")
    return {"property": row, "portfolio": account.portfolios.get(int(row["portfolioID"]))}


def property_(account: Account, call: Call) -> Response:
    return json_response({"property": found(account.properties, call.ids[0], "Property")})


def create_property(account: Account, call: Call) -> Response:
    """A property, with one unit where the body names one."""
    body = call.body()
    given = body.get("property")
    if not isinstance(given, dict):
        raise invalid(property="The property field is required.")
    lacking = {name: f"The {name} field is required." for name in _REQUIRED if not given.get(name)}
    if lacking:
        raise invalid(**lacking)
    fields = _property_fields(account, given)
    at = account.now_text()
    unsaid = dict.fromkeys(("latitude", "longitude", "county", "address2", "propertyTypeID", "managementFeeSettingID"))
    usual = {"countryID": "US", "isMultiUnit": "0", "isActive": "1", "reserveAmount": money(0)}
    number, _, street = str(given["address"]).partition(" ")
    named = {"name": given["address"], "streetNumber": number, "streetName": street}
    id = account.properties.add({})
    row = {"propertyID": str(id), **unsaid, **usual, **fields, **named, "dateTimeCreated": at, "dateTimeModified": at}
    account.properties.put(id, row)
    if isinstance(body.get("unit"), dict):
        _add_unit(account, row, body["unit"])
    return json_response({"property": row})


def _add_unit(account: Account, place: Record, given: Record) -> None:
    id = account.units.add({})
    address = {key: place[key] for key in ("address", "city", "stateID", "postalCode", "streetNumber", "streetName")}
    row = {"unitID": str(id), "propertyID": place["propertyID"], "isActive": "1", "name": "1", "halfBaths": "0"}
    row |= {"countryID": "US", "address2": None, **address, **dict.fromkeys(_UNIT)}
    row |= {name: text(value) for name, value in given.items() if name in _UNIT}
    row |= {"dateTimeCreated": account.now_text(), "dateTimeModified": account.now_text()}
    account.units.put(id, row)


def update_property(account: Account, call: Call) -> Response:
    return json_response({"property": change_property(account, call.ids[0], call.body())})


def change_property(account: Account, id: int, body: Record) -> Record:
    row = found(account.properties, id, "Property")
    fields = _property_fields(account, body)
    if not fields:
        return row
    if "address" in fields:
        number, _, street = str(fields["address"]).partition(" ")
        fields |= {"streetNumber": number, "streetName": street}
    return account.properties.put(id, {**row, **fields, "dateTimeModified": account.now_text()})


def _property_fields(account: Account, given: Record) -> Record:
    fields = {name: text(value) for name, value in given.items() if name in _PROPERTY}
    if "portfolioID" in fields:
        fields["portfolioID"] = id_in(fields["portfolioID"], account.portfolios, "portfolioID")
    return fields


def activate(account: Account, call: Call) -> Response:
    change_property(account, call.ids[0], {"isActive": True})
    return json_response({})


def deactivate(account: Account, call: Call) -> Response:
    change_property(account, call.ids[0], {"isActive": False})
    return json_response({})


def units_of(account: Account, call: Call) -> Response:
    found(account.properties, call.ids[0], "Property")
    return page(call, _units_of(account, call.ids[0]), lambda id: {"unit": account.units.get(id)})


def _units_of(account: Account, property_id: int) -> Sequence[int]:
    size = account.seeds.portfolio.units_per_property
    start = UNIT + (property_id - PROPERTY) * size
    seeded = range(start, start + size) if account.properties.is_seeded(property_id) else range(0)
    made = [id for id in account.units.ids() if not account.units.is_seeded(id)]
    ids = [*filter(account.units.has, seeded), *made]
    return [id for id in ids if found(account.units, id, "Unit")["propertyID"] == str(property_id)]


def unit(account: Account, call: Call) -> Response:
    row = found(account.units, call.ids[1], "Unit")
    if row["propertyID"] != str(call.ids[0]):
        raise Refusal(404, "Unit not found.")
    return json_response({"unit": row})


def units_export(account: Account, call: Call) -> Response:
    """The one list with a filter by change; days and times are the account's own."""
    low, high, active = (call.param(name) for name in ("dateTimeModifiedMin", "dateTimeModifiedMax", "isActive"))
    ids: Sequence[int] = account.units.ids()
    if low or high or active:
        keep = lambda _id, row: (  # noqa: E731
            (low or "") <= row["dateTimeModified"] <= (high or "9999") and active in (None, row["isActive"])
        )
        ids = account.units.select(keep, key=(low, high, active))
    return page(call, ids, lambda id: _with_property(account, id))


def _with_property(account: Account, id: int) -> Record:
    row = found(account.units, id, "Unit")
    return {"unit": row, "property": account.properties.get(int(row["propertyID"]))}


def leases(account: Account, call: Call) -> Response:
    return page(call, account.leases.ids(), lambda id: {"lease": account.leases.get(id)})


def lease(account: Account, call: Call) -> Response:
    return json_response({"lease": found(account.leases, call.ids[0], "Lease")})


def leases_export(account: Account, call: Call) -> Response:
    wanted, statuses = call.several("leaseIDs[]"), call.several("primaryLeaseStatusIDs[]")
    ids: Sequence[int] = account.leases.ids()
    if wanted or statuses:
        among = {int(id) for id in wanted if id.isdigit()} if wanted else None
        known = None if among is None else [id for id in among if account.leases.has(id)]
        keep = lambda _id, row: not statuses or row["primaryLeaseStatusID"] in statuses  # noqa: E731
        ids = account.leases.select(keep, key=("export", wanted, statuses), among=known)
    return page(call, ids, lambda id: _exported(account, id))


def _exported(account: Account, id: int) -> Record:
    row, unpaid = found(account.leases, id, "Lease"), account.seeds.unpaid(id)
    rent = money(sum(float(charge["amount"]) for charge in unpaid if charge["isRent"] == "1"))
    total = money(sum(float(charge["amount"]) for charge in unpaid))
    place = found(account.properties, int(row["propertyID"]), "Property")
    return {
        "lease": row,
        "balances": {
            "unpaidTotalAmount": total,
            "unpaidRentAmount": rent,
            "pastDueTotalAmount": total,
            "pastDueRentAmount": rent,
        },
        "unpaidCharges": unpaid,
        "property": place,
        "unit": account.units.get(int(row["unitID"])),
        "portfolio": account.portfolios.get(int(place["portfolioID"])),
    }


def update_lease(account: Account, call: Call) -> Response:
    """Three dates and nothing else; without a start it is refused, whatever else the body holds."""
    body, row = call.body(), found(account.leases, call.ids[0], "Lease")
    given: Record = {name: body[name] for name in ("startDate", "endDate", "increaseEligibilityDate") if name in body}
    if not given.get("startDate"):
        raise invalid(startDate="The startDate field is required.")
    for name, value in given.items():
        if value is not None and not (isinstance(value, str) and _DAY.match(value)):
            raise invalid(**{str(name): f"The {name} is not a valid date."})
    new = {**row, **given, "dateTimeModified": account.now_text()}
    return json_response({"lease": account.leases.put(call.ids[0], new)})


def people(table: str) -> Any:
    """The list of tenants, owners or vendors."""

    def run(account: Account, call: Call) -> Response:
        rows: Table = getattr(account, table)
        return page(call, rows.ids(), lambda id: {"contact": in_list(rows.get(id) or {})})

    return run


def search_people(table: str) -> Any:
    def run(account: Account, call: Call) -> Response:
        rows: Table = getattr(account, table)
        said = (call.param("search") or "").casefold()
        ids = rows.select(lambda _id, row: said in str(row["name"]).casefold(), key=("search", said))
        return page(call, ids, lambda id: {"contact": in_list(rows.get(id) or {})})

    return run


def vendor(account: Account, call: Call) -> Response:
    return json_response({"contact": found(account.vendors, call.ids[0], "Vendor")})


def contact(account: Account, call: Call) -> Response:
    row = account.contact(call.ids[0])
    if row is None:
        raise Refusal(404, "Contact not found.")
    return json_response({"contact": row})


def portfolios(account: Account, call: Call) -> Response:
    return page(call, account.portfolios.ids(), lambda id: {"portfolio": _portfolio(account, call, id)})


def portfolio(account: Account, call: Call) -> Response:
    return json_response({"portfolio": _portfolio(account, call, call.ids[0])})


def _portfolio(account: Account, call: Call, id: int) -> Record:
    """Owners come only where `includes` asks for them."""
    row = found(account.portfolios, id, "Portfolio")
    asked = "owners" in (call.param("includes") or "").split(",")
    return row if asked else {key: value for key, value in row.items() if key != "owners"}


def applications(account: Account, call: Call) -> Response:
    return page(call, account.applications.ids(), lambda id: {"application": account.applications.get(id)})
