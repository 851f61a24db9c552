"""Leases: terms, who holds them, moving out."""

from __future__ import annotations

from datetime import date

from rooftree.simulators.buildium import words
from rooftree.simulators.buildium.account import Account
from rooftree.simulators.buildium.errors import invalid
from rooftree.simulators.buildium.filters import (
    among,
    containing,
    created_between,
    since_of,
    updated_between,
    within_days,
)
from rooftree.simulators.buildium.forms import ADDRESS, PERSON, PHONES, person_back, phones_back, wire_time
from rooftree.simulators.buildium.routes import (
    Call,
    Route,
    Test,
    created,
    listing,
    one,
    page,
)
from rooftree.simulators.buildium.shapes import choice, day, flag, many, nested, number, text, whole, wholes
from rooftree.simulators.wire import Record, Response, json_response

LEASES = "Rentals > Leases"
TENANTS = "Rentals > Tenants"
_TYPES = words.LEASE_TYPES[1:]
_CYCLES = (
    "Monthly",
    "Weekly",
    "Every2Weeks",
    "Quarterly",
    "Yearly",
    "Every2Months",
    "Daily",
    "Every6Months",
    "OneTime",
)
_COSIGNER = {
    "FirstName": text(required=True),
    "LastName": text(required=True),
    "Email": text(),
    "AlternateEmail": text(),
    "PhoneNumbers": nested(PHONES),
    "Address": nested(ADDRESS),
    "AlternateAddress": nested(ADDRESS),
    "MailingPreference": choice(words.MAILING),
}
_CHARGE = {
    "Amount": number(required=True),
    "GlAccountId": whole(required=True),
    "NextDueDate": day(required=True),
    "Memo": text(),
}
_POST = {
    "LeaseType": choice(_TYPES, required=True),
    "UnitId": whole(required=True),
    "LeaseFromDate": day(required=True),
    "LeaseToDate": day(),
    "SendWelcomeEmail": flag(required=True),
    "Tenants": many(PERSON),
    "TenantIds": wholes(),
    "ApplicantIds": wholes(),
    "Cosigners": many(_COSIGNER),
    "Rent": nested({"Cycle": choice(_CYCLES, required=True), "Charges": many(_CHARGE, required=True)}),
    "SecurityDeposit": nested({"DueDate": day(required=True), "Amount": number(required=True)}),
    "ProratedFirstMonthRent": number(),
    "ProratedLastMonthRent": number(),
}
_PUT = {
    "LeaseType": choice(_TYPES, required=True),
    "UnitId": whole(required=True),
    "LeaseFromDate": day(required=True),
    "LeaseToDate": day(),
    "IsEvictionPending": flag(required=True),
    "AutomaticallyMoveOutTenants": flag(),
}
_MOVE_OUT = {"TenantId": whole(required=True), "MoveOutDate": day(required=True), "NoticeGivenDate": day()}


def lease_status(row: Record, today: date) -> str:
    """Past once the term is over or everyone has moved out; at will and with rollover a lease has no last day."""
    if row["LeaseFromDate"] > today.isoformat():
        return "Future"
    if row["MoveIns"] and all(_moved_out(row, tenant, today) for tenant in row["MoveIns"]):
        return "Past"
    ends = row["LeaseType"] == "Fixed" and row["LeaseToDate"] is not None
    return "Past" if ends and row["LeaseToDate"] < today.isoformat() else "Active"


def tenant_status(row: Record, tenant_id: int, today: date) -> str:
    """Where one tenant of a lease stands: Future, Current or MovedOut."""
    status = lease_status(row, today)
    if status == "Past" or _moved_out(row, tenant_id, today):
        return "MovedOut"
    return "Future" if status == "Future" else "Current"


def show_lease(account: Account, id: int, *, with_tenants: bool = True) -> Record:
    """LeaseMessage; inside a tenant it comes without the tenants' own data."""
    row, today = one(account.leases, id, "lease"), account.today()
    here = [tenant for tenant in row["MoveIns"] if account.tenants.has(tenant)]
    standing = {tenant: tenant_status(row, tenant, today) for tenant in here}
    current = [tenant for tenant, where in standing.items() if where == "Current"]
    return {
        "Id": id,
        "PropertyId": row["PropertyId"],
        "UnitId": row["UnitId"],
        "UnitNumber": account.unit_number(row["UnitId"]),
        "LeaseFromDate": row["LeaseFromDate"],
        "LeaseToDate": row["LeaseToDate"],
        "LeaseType": row["LeaseType"],
        "LeaseStatus": lease_status(row, today),
        "IsEvictionPending": row["IsEvictionPending"],
        "TermType": "MonthToMonth" if row["LeaseType"] == "AtWill" else "Standard",
        "RenewalOfferStatus": "NotSet",
        "CurrentTenants": _tenants(account, current) if with_tenants else None,
        "CurrentNumberOfOccupants": len(current),
        "AccountDetails": {"SecurityDeposit": row["SecurityDeposit"], "Rent": row["Rent"]},
        "Cosigners": row["Cosigners"],
        "AutomaticallyMoveOutTenants": row["AutomaticallyMoveOutTenants"],
        "CreatedDateTime": wire_time(account.leases.created(id)),
        "LastUpdatedDateTime": wire_time(account.leases.updated(id)),
        "MoveOutData": [_move_out(tenant, data) for tenant, data in row["MoveOuts"].items()],
        "PaymentDueDay": 1,
        "Tenants": [
            {"Id": tenant, "Status": status, "MoveInDate": row["MoveIns"][tenant]}
            for tenant, status in standing.items()
        ],
    }


def show_tenant(account: Account, id: int, *, with_leases: bool = True) -> Record:
    """TenantMessage; inside a lease it comes without its leases."""
    row = one(account.tenants, id, "tenant")
    shown = {name: value for name, value in row.items() if name != "LeaseIds"}
    held = [lease for lease in row["LeaseIds"] if account.leases.has(lease)]
    leases = [show_lease(account, lease, with_tenants=False) for lease in held] if with_leases else None
    return {"Id": id, **shown, "CreatedDateTime": wire_time(account.tenants.created(id)), "Leases": leases}


def _tenants(account: Account, ids: list[int]) -> list[Record]:
    return [show_tenant(account, id, with_leases=False) for id in ids]


def add_tenant(account: Account, lease_id: int, person: Record) -> int:
    """A new tenant on a lease; moves in when the lease begins."""
    id = account.tenants.add({**person_back(person), "SMSOptInStatus": "NotSet", "LeaseIds": [lease_id]})
    lease = one(account.leases, lease_id, "lease")
    account.leases.put(lease_id, {**lease, "MoveIns": {**lease["MoveIns"], id: lease["LeaseFromDate"]}})
    account.emit("LeaseTenant.Created", TenantId=id)
    return id


def routes(account: Account) -> list[Route]:
    """The endpoints of 3.5 about terms and moving out."""
    both = (LEASES, TENANTS)
    return [
        Route("GET", "/v1/leases", (LEASES,), lambda call: _list(account, call)),
        Route("POST", "/v1/leases", both, lambda call: _post(account, call)),
        Route("GET", "/v1/leases/{id}", (LEASES,), lambda call: json_response(show_lease(account, call.ids[0]))),
        Route("PUT", "/v1/leases/{id}", (LEASES,), lambda call: _put(account, call)),
        Route("GET", "/v1/leases/{id}/moveouts", both, lambda call: _list_move_outs(account, call)),
        Route("POST", "/v1/leases/{id}/moveouts", both, lambda call: _post_move_out(account, call)),
        Route("DELETE", "/v1/leases/{id}/moveouts/{tenantId}", both, lambda call: _delete_move_out(account, call)),
    ]


def _moved_out(row: Record, tenant: int, today: date) -> bool:
    return tenant in row["MoveOuts"] and row["MoveOuts"][tenant]["MoveOutDate"] < today.isoformat()


def _move_out(tenant: int, data: Record) -> Record:
    return {"TenantId": tenant, **data}


def _list(account: Account, call: Call) -> Response:
    query, today = call.query, account.today()
    properties, unit, name = query.wholes("propertyids"), query.text("unitnumber"), query.text("tenantname")
    types = query.choices("leasetypes", words.LEASE_TYPES)
    statuses = query.choices("leasestatuses", words.LEASE_STATUSES)
    owned = account.owned_by(query.wholes("rentalownerids"))
    tests: list[Test | None] = [
        among(properties, lambda row: row["PropertyId"]),
        among(owned, lambda row: row["PropertyId"]),
        among(types, lambda row: row["LeaseType"]),
        among(statuses, lambda row: lease_status(row, today)),
        containing(unit, lambda row: [account.unit_number(row["UnitId"])]),
        containing(name, lambda row: [_name(account, tenant) for tenant in row["MoveIns"]]),
        within_days(call, "leasedatefrom", "leasedateto", lambda row: row["LeaseFromDate"]),
        created_between(call, account.leases),
        updated_between(call, account.leases),
    ]
    return listing(call, account.leases, lambda id: show_lease(account, id), tests, since_of(call))


def _name(account: Account, tenant: int) -> str | None:
    row = account.tenants.get(tenant)
    return None if row is None else f"{row['FirstName']} {row['LastName']}"


def _post(account: Account, call: Call) -> Response:
    body = call.body(_POST)
    unit = one(account.units, body["UnitId"], "unit")
    people, known = body["Tenants"] or [], body["TenantIds"] or []
    applicants = body["ApplicantIds"] or []
    if len(people) + len(known) > 5 or len(applicants) > 5:
        raise invalid(("Tenants", "At most five tenants can be added per call."))
    _check_dates(body)
    approved = [_approved(account, applicant) for applicant in applicants]
    for tenant in known:
        one(account.tenants, tenant, "tenant")
    charges = (body["Rent"] or {}).get("Charges") or []
    id = account.leases.add(
        {
            "PropertyId": unit["PropertyId"],
            "UnitId": body["UnitId"],
            "LeaseFromDate": body["LeaseFromDate"],
            "LeaseToDate": body["LeaseToDate"],
            "LeaseType": body["LeaseType"],
            "IsEvictionPending": False,
            "AutomaticallyMoveOutTenants": False,
            "MoveIns": dict.fromkeys(known, body["LeaseFromDate"]),
            "MoveOuts": {},
            "Rent": sum(charge["Amount"] for charge in charges) if charges else None,
            "SecurityDeposit": (body["SecurityDeposit"] or {}).get("Amount"),
            "IsBehind": False,
            "Cosigners": [_cosigner(n, cosigner) for n, cosigner in enumerate(body["Cosigners"] or [], 1)],
        }
    )
    account.link("leases", body["UnitId"], id)
    for tenant in known:
        row = one(account.tenants, tenant, "tenant")
        account.tenants.put(tenant, {**row, "LeaseIds": [*row["LeaseIds"], id]})
    for person in people + approved:
        add_tenant(account, id, person)
    account.emit("Lease.Created", LeaseId=id)
    return created(call, id, show_lease(account, id))


def _check_dates(body: Record) -> None:
    if body["LeaseType"] != "AtWill" and not body["LeaseToDate"]:
        raise invalid(("LeaseToDate", "An end date is required unless the lease is at will."))
    if body["LeaseToDate"] and body["LeaseToDate"] < body["LeaseFromDate"]:
        raise invalid(("LeaseToDate", "The end date must follow the start date."))


def _approved(account: Account, applicant: int) -> Record:
    row = one(account.applicants, applicant, "applicant")
    if row["Status"] != "Approved":
        raise invalid(("ApplicantIds", f"Applicant {applicant} is not approved."))
    blank: Record = dict.fromkeys(PERSON)
    account.applicants.put(applicant, {**row, "Status": "AddedToLease"})
    named = {name: row[name] for name in ("FirstName", "LastName", "Email")}
    return {**blank, **named, "PhoneNumbers": None}


def _cosigner(id: int, body: Record) -> Record:
    return {
        "Id": id,
        **body,
        "PhoneNumbers": phones_back(body["PhoneNumbers"]),
        "CreatedDateTime": None,
        "MailingPreference": body["MailingPreference"] or "PrimaryAddress",
    }


def _put(account: Account, call: Call) -> Response:
    id = call.ids[0]
    row = one(account.leases, id, "lease")
    body = call.body(_PUT)
    unit = one(account.units, body["UnitId"], "unit")
    _check_dates(body)
    body["AutomaticallyMoveOutTenants"] = bool(body["AutomaticallyMoveOutTenants"])
    account.leases.put(id, {**row, **body, "PropertyId": unit["PropertyId"]})
    account.emit("Lease.Updated", LeaseId=id)
    return json_response(show_lease(account, id))


def _list_move_outs(account: Account, call: Call) -> Response:
    outs = one(account.leases, call.ids[0], "lease")["MoveOuts"]
    return page(call, list(outs), lambda tenant: _move_out(tenant, outs[tenant]))


def _post_move_out(account: Account, call: Call) -> Response:
    id = call.ids[0]
    row = one(account.leases, id, "lease")
    body = call.body(_MOVE_OUT)
    tenant = body.pop("TenantId")
    if tenant not in row["MoveIns"]:
        raise invalid(("TenantId", "The tenant is not on this lease."))
    account.leases.put(id, {**row, "MoveOuts": {**row["MoveOuts"], tenant: body}})
    account.emit("Lease.MoveOut.Created", LeaseId=id, TenantId=tenant)
    return created(call, tenant, _move_out(tenant, body))


def _delete_move_out(account: Account, call: Call) -> Response:
    id, tenant = call.ids
    row = one(account.leases, id, "lease")
    kept = {who: data for who, data in row["MoveOuts"].items() if who != tenant}
    account.leases.put(id, {**row, "MoveOuts": kept})
    account.emit("Lease.Updated", LeaseId=id)
    return Response(status=204)
