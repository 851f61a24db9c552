"""Prospects, charges and documents as Propertyware takes them (contract 3.8, 3.10, 3.11)."""

from __future__ import annotations

from email.parser import BytesParser
from typing import Any

from rooftree.simulators.propertyware.rows import Refusal, body_of, shown
from rooftree.simulators.store import Database
from rooftree.simulators.wire import Record, Request, Response, json_response

UPLOAD_KINDS = {
    "Building": ("BUILDING", "buildings"),
    "Lease": ("LEASE", "leases"),
    "Portfolio": ("PORTFOLIO", "portfolios"),
    "Prospect": ("PROSPECT", "prospects"),
    "Tenant": ("CONTACT", "contacts"),
    "Unit": ("UNIT", "units"),
    "Vendor": ("VENDOR", "vendors"),
    "Work Order": ("WORK_ORDER", "work_orders"),
}
"""How an upload names what it hangs on -> how a list names it, and the table; the two spellings are the PMS's own."""
LISTED_KINDS = {kind for kind, _table in UPLOAD_KINDS.values()}
_PROSPECT = (
    "buildingID comments hasPets moveInDate neighborhoodDesired numberBathrooms numberBedrooms numberOfPets petType "
    "rentMax rentMin reasonForMoving source status type typeOfInquiry preferredContactMethod"
).split()


def create_prospect(database: Database, request: Request, _ids: list[int]) -> Response:
    """Nothing is declared required but the names of each contact."""
    body, table = body_of(request), database.tables["prospects"]
    if body.get("buildingID") is not None and not database.tables["buildings"].has(int(body["buildingID"])):
        raise Refusal(400, "Validation failed.", [("buildingID", "Building does not exist")])
    people = body.get("contacts") or []
    lacking = [key for each in people for key in ("firstName", "lastName") if not each.get(key)]
    if lacking:
        raise Refusal(400, "Validation failed.", [(key, f"{key} is required") for key in lacking])
    row = {name: body.get(name) for name in _PROSPECT} | {"customFields": []}
    id = table.add({})
    contacts = [{"id": id * 10 + number, **_contact(each)} for number, each in enumerate(people)]
    table.put(id, {**row, "status": row["status"] or "New", "contacts": contacts})
    return json_response(shown(table, id), 201)


def _contact(given: Record) -> Record:
    return {
        name: given.get(name) for name in ("firstName", "lastName", "email", "homePhone", "mobilePhone", "workPhone")
    }


def create_charge(database: Database, request: Request, _ids: list[int]) -> Response:
    table = database.tables["charges"]
    return json_response(shown(table, table.add(_charge(database, body_of(request), 0.0) | {"payments": []})), 201)


def replace_charge(database: Database, request: Request, ids: list[int]) -> Response:
    """What was paid on it stays paid."""
    table = database.tables["charges"]
    row = table.get(ids[0])
    if row is None:
        raise Refusal(404, "The requested record was not found.")
    table.put(ids[0], {**row, **_charge(database, body_of(request), row["amountPaid"])})
    return json_response(shown(table, ids[0]))


def _charge(database: Database, body: Record, paid: float) -> Record:
    lacking = [name for name in ("amount", "date", "glAccountID", "leaseID") if not body.get(name)]
    if lacking:
        raise Refusal(400, "Validation failed.", [(name, f"{name} is required") for name in lacking])
    lease = database.tables["leases"].get(int(body["leaseID"]))
    if lease is None:
        raise Refusal(400, "Validation failed.", [("leaseID", "Lease does not exist")])
    given = {name: body.get(name) for name in ("amount", "date", "glAccountID", "leaseID", "comments", "refNo")}
    return given | {"portfolioID": lease["portfolioID"], "amountPaid": paid, "amountDue": body["amount"] - paid}


def upload(database: Database, request: Request, _ids: list[int]) -> Response:
    asked = dict(request.params)
    kind, place = UPLOAD_KINDS.get(asked.get("entityType", ""), ("", ""))
    id = asked.get("entityId", "")
    if not kind or not id.isdigit() or not database.tables[place].has(int(id)):
        raise Refusal(400, "Validation failed.", [("entityId", "Entity does not exist")])
    name, media, content = _part(request)
    row = {"_on": (kind, id), "_content": content, "entityType": kind, "entityId": int(id), "fileName": name}
    row |= {"fileType": media, "description": None, "publishToTenantPortal": False, "publishToOwnerPortal": False}
    table = database.tables["documents"]
    return json_response(shown(table, table.add(row)), 201)


def _part(request: Request) -> tuple[str, str, bytes]:
    """Name, media type and bytes of the form's part called `file`."""
    head = f"content-type: {request.headers.get('content-type', '')}\r\n\r\n".encode()
    message: Any = BytesParser().parsebytes(head + request.body)
    for part in message.get_payload() if message.is_multipart() else ():
        if part.get_param("name", header="content-disposition") == "file":
            return part.get_filename() or "file", part.get_content_type(), part.get_payload(decode=True)
    raise Refusal(400, "Required request part 'file' is not present")


def document(database: Database, request: Request, ids: list[int]) -> Response:
    _found(database, ids[0])
    return json_response(shown(database.tables["documents"], ids[0]))


def download(database: Database, request: Request, ids: list[int]) -> Response:
    row = _found(database, ids[0])
    headers = {"content-type": "application/octet-stream", "x-document-name": str(row["fileName"])}
    return Response(status=200, headers=headers, body=row["_content"])


def _found(database: Database, id: int) -> Record:
    row = database.tables["documents"].get(id)
    if row is None:
        raise Refusal(404, "The requested record was not found.")
    return row


def rename(database: Database, request: Request, ids: list[int]) -> Response:
    row, body, table = _found(database, ids[0]), body_of(request), database.tables["documents"]
    if not body.get("fileName"):
        raise Refusal(400, "Validation failed.", [("fileName", "fileName is required")])
    told = {"fileName": body["fileName"], "description": body.get("description")}
    told |= {name: bool(body.get(name)) for name in ("publishToOwnerPortal", "publishToTenantPortal")}
    table.put(ids[0], {**row, **told})
    return json_response(shown(table, ids[0]))
