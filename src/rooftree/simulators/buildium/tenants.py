"""Tenants: people on leases."""

from __future__ import annotations

from rooftree.simulators.buildium import words
from rooftree.simulators.buildium.account import Account
from rooftree.simulators.buildium.errors import Refusal
from rooftree.simulators.buildium.filters import containing, overlapping, since_of, updated_between
from rooftree.simulators.buildium.forms import PERSON, person_back
from rooftree.simulators.buildium.leases import LEASES, TENANTS, add_tenant, lease_status, show_tenant
from rooftree.simulators.buildium.routes import Call, Route, Test, created, listing, one
from rooftree.simulators.buildium.shapes import whole
from rooftree.simulators.wire import Record, Response, json_response

_POST = {"LeaseId": whole(required=True), **PERSON}


def routes(account: Account) -> list[Route]:
    """The endpoints of 3.6."""
    return [
        Route("GET", "/v1/leases/tenants", (TENANTS,), lambda call: _list(account, call)),
        Route("POST", "/v1/leases/tenants", (TENANTS, LEASES), lambda call: _post(account, call)),
        Route(
            "GET",
            "/v1/leases/tenants/{id}",
            (TENANTS,),
            lambda call: json_response(show_tenant(account, call.ids[0])),
        ),
        Route("PUT", "/v1/leases/tenants/{id}", (TENANTS,), lambda call: _put(account, call)),
    ]


def _list(account: Account, call: Call) -> Response:
    query = call.query
    phone, email, name = query.text("phone"), query.text("email"), query.text("name")
    tests: list[Test | None] = [
        None if phone is None else (lambda _id, row: _has_phone(row, phone)),
        containing(email, lambda row: [row["Email"], row["AlternateEmail"]]),
        containing(name, lambda row: [f"{row['FirstName']} {row['LastName']}"]),
        *_by_lease(account, call),
        updated_between(call, account.tenants),
    ]
    return listing(call, account.tenants, lambda id: show_tenant(account, id), tests, since_of(call))


def _by_lease(account: Account, call: Call) -> list[Test | None]:
    query, today = call.query, account.today()
    units, properties, unit = query.wholes("unitids"), query.wholes("propertyids"), query.text("unitnumber")
    statuses = query.choices("leasetermstatuses", words.LEASE_STATUSES)
    buildings = query.choices("buildingstatuses", ("Active", "InActive"))

    def leases(row: Record) -> list[Record]:
        return [lease for lease in map(account.leases.get, row["LeaseIds"]) if lease is not None]

    return [
        overlapping(units, lambda row: [lease["UnitId"] for lease in leases(row)]),
        overlapping(properties, lambda row: [lease["PropertyId"] for lease in leases(row)]),
        overlapping(statuses, lambda row: [lease_status(lease, today) for lease in leases(row)]),
        overlapping(buildings, lambda row: [_standing(account, lease) for lease in leases(row)]),
        containing(unit, lambda row: [account.unit_number(lease["UnitId"]) for lease in leases(row)]),
    ]


def _standing(account: Account, lease: Record) -> str:
    row = account.properties.get(lease["PropertyId"])
    return "Active" if row and row["IsActive"] else "InActive"


def _has_phone(row: Record, wanted: str) -> bool:
    digits = "".join(filter(str.isdigit, wanted))
    numbers = ("".join(filter(str.isdigit, phone["Number"])) for phone in row["PhoneNumbers"])
    return any(digits in number for number in numbers) if digits else False


def _post(account: Account, call: Call) -> Response:
    body = call.body(_POST)
    lease_id = body.pop("LeaseId")
    lease = one(account.leases, lease_id, "lease")
    # A 409 is documented here and its cause is not; an ended lease is the likeliest state to conflict.
    if lease_status(lease, account.today()) == "Past":
        raise Refusal(409, "There is a request conflict with the current state of the target resource.")
    id = add_tenant(account, lease_id, body)
    return created(call, id, show_tenant(account, id))


def _put(account: Account, call: Call) -> Response:
    id = call.ids[0]
    row = one(account.tenants, id, "tenant")
    account.tenants.put(id, {**row, **person_back(call.body(PERSON))})
    account.emit("LeaseTenant.Updated", TenantId=id)
    return json_response(show_tenant(account, id))
