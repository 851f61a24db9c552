"""What Entrata's get methods answer; everything of one property comes at once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from rooftree.simulators.entrata import seed
from rooftree.simulators.entrata.account import Account
from rooftree.simulators.entrata.words import (
    AR_CODES,
    CATEGORIES,
    EMPLOYEES,
    EVENT_RESULTS,
    EVENT_SUBTYPES,
    EVENT_TYPES,
    LEAD_STATUSES,
    LEASE_STATUSES,
    LOCATIONS,
    ORDER_TYPES,
    PRIORITIES,
    PROBLEMS,
    STATUSES,
    Refusal,
    attributes,
    csv,
    day,
    named,
    need,
    some,
)
from rooftree.simulators.wire import Record

MOST_EVENT_TYPES = 5


def get_properties(account: Account, params: Record) -> Record:
    wanted = csv(params.get("propertyIds"))
    rows = [row for id, row in account.properties.rows() if not wanted or str(id) in wanted]
    return {"PhysicalProperty": some("Property", rows)}


def get_units(account: Account, params: Record) -> Record:
    need(params, "propertyIds")
    wanted = csv(params["propertyIds"])
    shown = []
    for id, place in account.properties.rows():
        if str(id) in wanted:
            units = [_without(unit, "propertyId") for unit in account.of(account.units, id)]
            head = {"propertyId": id, "propertyName": place["MarketingName"], "unitCount": len(units)}
            shown.append({**head, "units": some("unit", units)})
    return {"properties": some("property", shown)}


def get_leases(account: Account, params: Record) -> Record:
    known_property(account, params)
    wanted, customer = csv(params.get("leaseIds")), str(params.get("customerId") or "")
    rows = [
        row
        for row in account.of(account.leases, params["propertyId"])
        if (not wanted or row["id"] in wanted)
        and (not customer or customer in {str(each["id"]) for each in row["customers"]})
    ]
    return {"currencyCode": "USD", "leases": some("lease", [_lease(row) for row in rows])}


def _lease(row: Record) -> Record:
    interval = {
        "id": row["leaseIntervalId"],
        "startDate": row["startDate"],
        "endDate": row["endDate"],
        "leaseIntervalStatusTypeId": row["leaseStatusTypeId"],
    }
    return {
        **_without(row, "startDate", "endDate", "balance", "unitSpaceId"),
        "customers": some("customer", row["customers"]),
        "unitSpaces": {"unitSpace": {"unitSpaceId": row["unitSpaceId"], "unitSpace": ""}},
        "leaseIntervals": some("leaseInterval", [interval]),
    }


def get_customers(account: Account, params: Record) -> Record:
    known_property(account, params)
    wanted = csv(params.get("customerIds"))
    rows = [row for row in account.of(account.customers, params["propertyId"]) if not wanted or row["id"] in wanted]
    return {"Customers": some("Customer", [_customer(account, row) for row in rows])}


def _customer(account: Account, row: Record) -> Record:
    held = [lease for id in row["leases"] if (lease := account.leases.get(id))]
    here = [
        {
            "Identification": {
                "IDValue": lease["id"],
                "@attributes": {"IDType": "Lease ID", "Status": lease["leaseIntervalStatus"]},
            },
            "CustomerType": "Primary",
        }
        for lease in held
    ]
    shown = _without(row, "id", "propertyId", "leases")
    return {"LeaseId": here, **shown, "@attributes": {"Id": row["id"]}}


def get_vendors(account: Account, params: Record) -> Record:
    wanted = csv(params.get("vendorIds"))
    rows = [row for id, row in account.vendors.rows() if not wanted or str(id) in wanted]
    return {"vendors": some("vendor", rows)}


def get_orders(account: Account, params: Record) -> Record:
    """Names, no ids; neither the vendor nor the day of completion is shown, though orders can be asked by vendor."""
    known_property(account, params)
    id, vendor = str(params.get("workOrderId") or ""), str(params.get("vendorId") or "")
    rows = [
        _without(row, "vendorId", "closingComments", "completedOn", "leaseId", "location")
        for row in account.of(account.orders, params["propertyId"])
        if (not id or row["maintenanceRequestId"] == id) and (not vendor or row["vendorId"] == vendor)
    ]
    return {"workOrders": some("workOrder", rows)}


def get_order_picks(account: Account, params: Record) -> Record:
    need(params, "propertyIds")
    places = {
        "Locations": some("Location", named(LOCATIONS, Type="Unit")),
        "Priorities": some("Priority", named(PRIORITIES)),
        "StatusTypes": some("StatusType", [{"Id": str(id), "Name": name, "Code": code} for id, name, code in STATUSES]),
        "Categories": some("Category", named(CATEGORIES)),
        "Problems": some("Problem", named(PROBLEMS)),
    }
    return {
        "Property": places,
        "WorkOrderTypes": some("WorkOrderType", named(ORDER_TYPES)),
        "CompanyEmployees": some("CompanyEmployee", named(EMPLOYEES)),
    }


def get_lease_picks(_account: Account, _params: Record) -> Record:
    rows = [{"id": id, "name": name, "type": "lease"} for id, name in LEASE_STATUSES]
    return {"leaseStatusTypes": some("leaseStatusType", rows)}


def get_lead_picks(account: Account, params: Record) -> Record:
    known_property(account, params)
    return {
        "eventTypes": some("eventType", [attributes(id=id, name=name) for id, name in EVENT_TYPES]),
        "eventSubTypes": some("eventSubType", [attributes(id=id, name=name) for id, name in EVENT_SUBTYPES]),
        "eventResults": some("eventResult", [attributes(id=id, name=name) for id, name in EVENT_RESULTS]),
        "leadStatuses": some("leadStatus", [attributes(id=id, name=name) for id, name in LEAD_STATUSES]),
        "psProducts": "",
    }


def get_leads(account: Account, params: Record) -> Record:
    known_property(account, params)
    if len(csv(params.get("eventTypeIds"))) > MOST_EVENT_TYPES:
        raise Refusal(301, "No more than 5 eventTypeIds are allowed.")
    lead, first, last = str(params.get("leadId") or ""), params.get("fromDate"), params.get("toDate")
    if not lead and not (first and last) and not params.get("createdOnDateFrom") and not params.get("email"):
        raise Refusal(301, "fromDate and toDate are required.")
    kept = [row for row in account.of(account.prospects, params["propertyId"]) if _asked(row, lead, first, last)]
    types = csv(params.get("eventTypeIds"))
    shown = [_lead(row, types) for row in kept]
    return {"propertyId": str(params["propertyId"]), "currencyCode": "USD", "prospects": some("prospect", shown)}


def _asked(row: Record, lead: str, first: Any, last: Any) -> bool:
    if lead:
        return bool(row["applicationId"] == lead)
    created = str(row["createdDay"])
    return (not first or created >= _iso(first)) and (not last or created <= _iso(last))


def _iso(text: str) -> str:
    try:
        return datetime.strptime(text, "%m/%d/%Y").date().isoformat()
    except ValueError:
        raise Refusal(301, "fromDate is not a valid date.") from None


def _lead(row: Record, types: set[str]) -> Record:
    shown = _without(row, "customer", "targetMoveInDate", "comment", "events", "createdDay", "propertyId")
    shown["customers"] = {"customer": row["customer"]}
    shown["customerPreferences"] = {"targetMoveInDate": row["targetMoveInDate"]}
    events = [event for event in row["events"] if event["typeId"] in types]
    return {**shown, "events": some("event", events)}


def get_activities(account: Account, params: Record) -> Record:
    known_property(account, params)
    need(params, "leaseId")
    types = csv(params.get("eventTypeIds"))
    rows = [
        row
        for row in account.of(account.activities, params["propertyId"])
        if str(row["leaseId"]) == str(params["leaseId"]) and (not types or str(row["typeId"]) in types)
    ]
    return {"events": [_without(row, "propertyId") for row in rows]}


def get_transactions(account: Account, params: Record) -> Record:
    known_property(account, params)
    wanted = csv(params.get("leaseIds"))
    rows = [row for row in account.of(account.leases, params["propertyId"]) if not wanted or str(row["id"]) in wanted]
    return {"leases": some("lease", [_ledger(account, row) for row in rows])}


def _ledger(account: Account, row: Record) -> Record:
    owed, first = row["balance"], account.seeds.born.date().replace(day=1)
    charge = {
        "id": int(row["id"]) + 20_000_000,
        "transactionTypeId": 1,
        "arCodeId": 7001,
        "arCodeName": "Rent",
        "description": "Rent",
        "transactionDate": day(first),
        "postMonth": day(first + timedelta(days=0)),
        "amount": str(owed),
        "amountPaid": "0",
        "balanceDue": str(owed),
    }
    ledger = {"id": 1, "name": "Resident", "balance": str(owed), "pastDueBalance": str(owed), "writeOff": "0"}
    posted = [
        _without(each, "propertyId", "leaseId", "clientId")
        for each in account.of(account.transactions, row["propertyId"])
        if each["leaseId"] == row["id"]
    ]
    total = str(int(owed) + sum(float(each["amount"]) for each in posted))
    ledger |= {"balance": total, "transactions": some("transaction", [*([charge] if owed else []), *posted])}
    customer = _without(row["customers"][0], "emailAddress", "customerType")
    people = {"customer": customer, "ledgers": {"ledger": ledger}}
    return {"id": int(row["id"]), "propertyId": int(row["propertyId"]), "customers": people}


def get_ar_codes(_account: Account, _params: Record) -> Record:
    return {"arcodes": some("arcode", [{"id": id, "code": id, "name": name} for id, name in AR_CODES])}


def known_property(account: Account, params: Record) -> None:
    """Raises Refusal for a property that this key does not see."""
    need(params, "propertyId")
    text = str(params["propertyId"])
    if not text.isdigit() or not account.properties.has(int(text)):
        raise Refusal(304, f"Property {text[:20]} was not found.")


def _without(row: Record, *names: str) -> Record:
    return {name: value for name, value in row.items() if name not in names}


def clients(account: Account, _params: Record) -> Record:
    return {"orgs": [{"subdomain": "madeup", "id": seed.PROPERTY, "name": "Made-up Residential"}]}
