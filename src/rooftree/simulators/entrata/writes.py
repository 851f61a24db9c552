"""What Entrata's send and update methods do; each item of an answer says for itself whether it was taken."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from rooftree.simulators.entrata.account import Account
from rooftree.simulators.entrata.reads import known_property
from rooftree.simulators.entrata.seed import blank_order
from rooftree.simulators.entrata.words import (
    CATEGORIES,
    DONE,
    EMPLOYEES,
    EVENT_RESULTS,
    EVENT_SUBTYPES,
    LOCATIONS,
    PRIORITIES,
    PROBLEMS,
    STATUSES,
    Refusal,
    attributes,
    need,
    word_of,
)
from rooftree.simulators.wire import Record

NOTE, HAZARD = 8, 436
_COPIED = {
    "problemDescription": "maintenanceDescription",
    "mainPhoneNumber": "primaryPhoneNumber",
    "emailAddress": "emailAddress",
    "permissionToEnter": "permissionToEnter",
    "scheduledStartDate": "scheduledStartDate",
    "scheduledEndDate": "scheduledEndDate",
    "scheduledStartDateTime": "scheduledStartDate",
    "scheduledEndDateTime": "scheduledEndDate",
    "dueDate": "dueDate",
    "closingComments": "closingComments",
    "completedDateTime": "completedOn",
    "vendorId": "vendorId",
    "leaseId": "leaseId",
}
_WORDS: tuple[tuple[str, str, tuple[tuple[Any, ...], ...]], ...] = (
    ("maintenanceStatusTypeId", "maintenanceStatus", STATUSES),
    ("maintenancePriorityId", "maintenancePriority", PRIORITIES),
    ("maintenanceCategoryId", "maintenanceCategoryName", CATEGORIES),
    ("maintenanceProblemId", "maintenanceProblem", PROBLEMS),
    ("maintenanceLocationId", "location", LOCATIONS),
    ("assignedTo", "assignedTo", EMPLOYEES),
)


def send_order(account: Account, params: Record) -> Record:
    """No vendor at creation; a status cannot be set either."""
    try:
        row = _new_order(account, params)
    except Refusal as refusal:
        # A refused item inside a 200, with no reference.
        return {"Success": [attributes(message=refusal.message, node=0, reference_id="")]}
    id = account.orders.add(row)
    account.orders.put(id, {**row, "maintenanceRequestId": str(id)})
    return {"Success": [attributes(message="Success", node=0, reference_id=id)]}


def _new_order(account: Account, params: Record) -> Record:
    need(params, "propertyId", "mainPhoneNumber", "permissionToEnter", "maintenanceLocationId")
    need(params, "maintenanceCategoryId", "maintenanceProblemId", "problemDescription")
    known_property(account, params)
    if "vendorId" in params or "maintenanceStatusTypeId" in params:
        raise Refusal(301, "vendorId is not a valid parameter.")
    row = {**blank_order(0), "propertyId": str(params["propertyId"]), "createdOn": account.now_text()}
    row |= {"maintenanceStatus": "New", "maintenancePriority": "Normal"}
    return row | _place(account, params) | _who(account, params) | _said(params)


def _place(account: Account, params: Record) -> Record:
    if not params.get("unitNumber"):
        return {}
    homes = account.of(account.units, params["propertyId"])
    if not any(str(home["unitNumber"]) == str(params["unitNumber"]) for home in homes):
        raise Refusal(301, "unitNumber is invalid.")
    return {"unitNumber": str(params["unitNumber"]), "buildingName": str(params.get("buildingName") or "Main")}


def _who(account: Account, params: Record) -> Record:
    id = str(params.get("customerId") or "")
    if not id:
        return {}
    person = account.customers.get(int(id)) if id.isdigit() else None
    if person is None:
        raise Refusal(301, "customerId is invalid.")
    return {"customerId": id, "nameFirst": person["FirstName"], "nameLast": person["LastName"]}


def _said(params: Record) -> Record:
    said = {ours: str(params[theirs]) for theirs, ours in _COPIED.items() if theirs in params}
    words = {ours: word_of(pairs, params[theirs], theirs) for theirs, ours, pairs in _WORDS if params.get(theirs)}
    return said | words


def update_order(account: Account, params: Record) -> Record:
    id = str(params.get("workOrderId") or "")
    try:
        need(params, "propertyId", "workOrderId", "maintenanceProblemId", "maintenanceLocationId")
        need(params, "maintenanceCategoryId", "mainPhoneNumber", "problemDescription")
        row = account.orders.get(int(id)) if id.isdigit() else None
        if row is None or row["propertyId"] != str(params["propertyId"]):
            raise Refusal(301, "workOrderId is invalid.")
        changed = row | _who(account, params) | _said(params)
        if changed["maintenanceStatus"] == "Completed" and not changed["completedOn"]:
            raise Refusal(301, "completedDateTime is required.")
        if row["maintenanceStatus"] in DONE and changed["maintenanceStatus"] not in DONE:
            raise Refusal(301, "The work order is closed.")
    except Refusal as refusal:
        return _item("workOrders", "workOrder", workOrderId=id, status="Failed", message=refusal.message)
    account.orders.put(int(id), changed)
    return _item("workOrders", "workOrder", workOrderId=id, status="Success", message="Work order updated.")


def _item(container: str, name: str, **said: Any) -> Record:
    return {container: {name: [attributes(**said)]}}


def send_activity(account: Account, params: Record) -> Record:
    node: Record = {"node": 0, "leaseId": str(params.get("leaseId") or "")}
    try:
        need(params, "propertyId", "leaseId", "eventTypeId", "eventDateTime")
        if str(params["eventTypeId"]) == str(HAZARD):
            need(params, "hazardNote")
        lease = account.leases.get(int(params["leaseId"])) if str(params["leaseId"]).isdigit() else None
        if lease is None or lease["propertyId"] != str(params["propertyId"]):
            raise Refusal(301, "leaseId is invalid.")
    except Refusal as refusal:
        return {"events": {"event": {**node, "status": "Error", "message": refusal.message}}}
    row = {
        "propertyId": str(params["propertyId"]),
        "typeId": int(params["eventTypeId"]),
        "leaseId": int(params["leaseId"]),
        "leaseIntervalId": int(lease["leaseIntervalId"]),
        "type": "Notes" if int(params["eventTypeId"]) == NOTE else "Call",
        "date": str(params["eventDateTime"]),
        "Comments": str(params.get("comment") or ""),
    }
    id = account.activities.add(row)
    account.activities.put(id, {"eventId": id, **row})
    return {"events": {"event": {**node, "status": "Success", "message": "Event logged."}}}


def send_lead(account: Account, params: Record) -> Record:
    """A confirmation goes to the person unless it is switched off."""
    known_property(account, params)
    asked = (params.get("prospects") or {}).get("prospect") or {}
    person = (asked.get("customers") or {}).get("customer") or {}
    name, wishes = person.get("name") or {}, asked.get("customerPreferences") or {}
    if not name.get("firstName") or not name.get("lastName"):
        failed = {"node": 0, "applicationId": "", "status": "Error", "message": "lastName is required."}
        return {"prospects": {"prospect": [failed]}}
    now = account.database.now()
    row: Record = {
        "applicationId": "",
        "propertyId": str(params["propertyId"]),
        "status": "Guest Card",
        "statusId": "81",
        "leadSource": (asked.get("leadSource") or {}).get("leadSourceName") or "",
        "createdOn": account.now_text(),
        "createdDay": (now - timedelta(hours=7)).date().isoformat(),
        "customer": {
            "customerId": "",
            "firstName": name["firstName"],
            "middleName": name.get("middleName") or "",
            "lastName": name["lastName"],
            "email": person.get("email") or "",
            "personalPhoneNumber": (person.get("phone") or {}).get("personalPhoneNumber") or "",
        },
        "targetMoveInDate": wishes.get("desiredMoveInDate") or "",
        "comment": wishes.get("comment") or "",
        "events": [],
    }
    id = account.prospects.add(row)
    customer = {**row["customer"], "customerId": str(id + 10_000_000)}
    account.prospects.put(id, {**row, "applicationId": str(id), "customer": customer})
    if str(params.get("doNotSendConfirmationEmail")) != "1":
        account.mails.append({"to": customer["email"], "about": id})
    made = {"node": 0, "applicationId": str(id), "applicantId": str(id + 1), "status": "Success", "message": "Success"}
    return {"prospects": {"prospect": [made]}}


def update_lead(account: Account, params: Record) -> Record:
    """Logs an event on a lead, or amends one by `eventId`."""
    known_property(account, params)
    need(params, "applicationId", "typeId")
    id = int(params["applicationId"])
    row = account.prospects.get(id)
    if row is None:
        return {"prospects": [{"node": 0, "status": "Error", "message": "applicationId is invalid."}]}
    kind = word_of(EVENT_SUBTYPES, params.get("subtypeId") or 454, "subtypeId")
    result = word_of(EVENT_RESULTS, params.get("eventResultId") or 301, "eventResultId")
    event = {
        "eventId": str(params.get("eventId") or id * 100 + len(row["events"])),
        "type": "Appointment",
        "typeId": str(params["typeId"]),
        "subtypeId": str(params.get("subtypeId") or 454),
        "eventReasons": kind,
        "comments": str(params.get("comments") or ""),
        "date": account.now_text(),
        "appointmentDate": str(params.get("date") or account.now_text()),
        "eventResult": result,
    }
    others = [each for each in row["events"] if each["eventId"] != event["eventId"]]
    account.prospects.put(id, {**row, "events": [*others, event]})
    return {"prospects": [{"node": 0, "status": "Success", "message": "Success"}]}
