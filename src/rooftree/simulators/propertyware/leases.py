"""Leases as Propertyware saves them, and custom fields of any record (contract 3.4, 3.12)."""

from __future__ import annotations

from rooftree.simulators.propertyware.rows import Refusal, body_of, shown
from rooftree.simulators.store import Database
from rooftree.simulators.wire import Record, Request, Response, json_response

_NEEDS = ("endDate", "moveInDate", "primaryContactID", "startDate", "tenantIDs", "unitID")
_TOLD = (
    "baseRent comments endDate moveInDate moveOutDate noticeGivenDate paymentRestriction publicAssistanceProgram "
    "reasonForLeaving scheduleMoveOutDate searchTag signedDate startDate status unitID"
).split()
_BEGINS = {"leaseBalance": 0.0, "arBalance": 0.0, "customFields": []}
ON_LEASE = ("firstName", "lastName", "company", "email", "homePhone", "mobilePhone", "workPhone")
DEFINED = ("Rooftree sample", "Vendor chosen", "asset_id")
"""The custom fields this organization has defined, on every kind of record; the names are made up."""
CUSTOM = {
    "buildings": ("Building", "buildings"),
    "contacts": ("Contact", "contacts"),
    "leases": ("Lease", "leases"),
    "portfolios": ("Portfolio", "portfolios"),
    "prospects": ("Prospect", "prospects"),
    "units": ("Unit", "units"),
    "vendors": ("Vendor", "vendors"),
    "workorders": ("WorkOrder", "work_orders"),
}
"""Collection -> how its definitions are asked for, and the table."""


def create(database: Database, request: Request, _ids: list[int]) -> Response:
    table, saved = database.tables["leases"], _saved(database, body_of(request))
    id = table.add({})
    table.put(id, {**_BEGINS, "idNumber": id % 100_000, **saved})
    return json_response(joined(database, shown(table, id)), 201)


def replace(database: Database, request: Request, ids: list[int]) -> Response:
    """A field that is left out is empty afterwards; what no save can name stays."""
    table = database.tables["leases"]
    row = table.get(ids[0])
    if row is None:
        raise Refusal(404, "The requested record was not found.")
    table.put(ids[0], {**row, **_saved(database, body_of(request))})
    return json_response(joined(database, shown(table, ids[0])))


def _saved(database: Database, body: Record) -> Record:
    lacking = [(name, f"{name} is required") for name in _NEEDS if not body.get(name)]
    if lacking:
        raise Refusal(400, "Validation failed.", lacking)
    unit = database.tables["units"].get(int(body["unitID"]))
    if unit is None:
        raise Refusal(400, "Validation failed.", [("unitID", "Unit does not exist")])
    status = str(body.get("status") or "Draft")
    told = {name: body.get(name) for name in _TOLD} | {"status": status}
    place = {name: unit[name] for name in ("buildingID", "portfolioID")}
    return {**told, **place, "active": status.startswith("Active"), "contacts": _people(database, body)}


def _people(database: Database, body: Record) -> list[Record]:
    ids = [int(id) for id in body["tenantIDs"]]
    if any(not database.tables["contacts"].has(id) for id in (*ids, int(body["primaryContactID"]))):
        raise Refusal(400, "Validation failed.", [("tenantIDs", "Contact does not exist")])
    primary = int(body["primaryContactID"])
    return [{"id": id, "primary": id == primary, "namedOnLease": True, "role": "Tenant"} for id in ids]


def joined(database: Database, row: Record) -> Record:
    """A lease with its people as their contacts are now; whether that counts as a change of the lease is not known."""
    held = [(each, database.tables["contacts"].get(each["id"]) or {}) for each in row.get("contacts") or ()]
    return {**row, "contacts": [{**each, **{name: now.get(name) for name in ON_LEASE}} for each, now in held]}


def definitions(database: Database, request: Request, _ids: list[int]) -> Response:
    asked = request.path.split("/")[-2]
    if asked not in {kind for kind, _table in CUSTOM.values()}:
        raise Refusal(404, "The requested record was not found.")
    return json_response([{"fieldName": name, "dataType": "Text", "requiredField": "No"} for name in DEFINED])


def fill(database: Database, request: Request, _ids: list[int]) -> Response:
    """What is left out is empty afterwards, the harder of two readings of the contract."""
    body, table = body_of(request), database.tables[CUSTOM[request.path.split("/")[-2]][1]]
    given = body.get("fieldSetDTOS")
    if not isinstance(given, list):
        raise Refusal(400, "Validation failed.", [("fieldSetDTOS", "fieldSetDTOS is required")])
    strange = [each.get("name") for each in given if each.get("name") not in DEFINED]
    if strange:
        raise Refusal(400, "Validation failed.", [("name", f"Custom field {strange[0]} does not exist")])
    id = int(body.get("entityId") or 0)
    row = table.get(id)
    if row is None:
        raise Refusal(404, "The requested record was not found.")
    fields = [{"fieldName": each["name"], "dataType": "Text", "value": str(each["value"])} for each in given]
    table.put(id, {**row, "customFields": fields})
    return json_response({"statusCode": "200"})
