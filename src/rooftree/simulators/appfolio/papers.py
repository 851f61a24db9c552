"""Notes, attachments and reports (contract 6, 10)."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from rooftree.simulators.appfolio.account import Account, written
from rooftree.simulators.appfolio.errors import Refusal, invalid
from rooftree.simulators.appfolio.seed import VENDORS
from rooftree.simulators.appfolio.shapes import checked, text
from rooftree.simulators.appfolio.words import VENDOR_TRADES, number_of, uid
from rooftree.simulators.wire import Record, Request, Response, json_response

NOTED = {
    "leads": "GuestCardId",
    "owners": "OwnerId",
    "properties": "PropertyId",
    "rental_applications": "RentalApplicationId",
    "tenants": "TenantId",
    "units": "UnitId",
    "vendors": "VendorId",
    "work_orders": "WorkOrderId",
}
FILED = {"work_orders": "WorkOrderId", "units": "UnitId", "properties": "PropertyId", "owners": "OwnerId"}
FILES = "/stored-files/"
_LINK_LIVES = timedelta(minutes=5)
_MOST_BYTES = 30 * 1024 * 1024
_REPORT_PAGE = 5000


def list_papers(account: Account, table: str, entity: str, request: Request) -> Response:
    """Notes or attachments of one record; attachments take the record or a day, never both."""
    names = NOTED if table == "notes" else FILED
    asked = {name.removeprefix("filters[").rstrip("]"): value for name, value in request.params}
    by_time = "LastUpdatedAtFrom" if table == "notes" else "CreatedAtFrom"
    if table == "attachments" and names[entity] in asked and by_time in asked:
        raise Refusal(400, f"{names[entity]} and {by_time} cannot be given together")
    if not asked.get(names[entity]) and not asked.get(by_time):
        raise Refusal(400, f"One of these filters is required: {names[entity]}, {by_time}")
    since = datetime.fromisoformat(asked[by_time]) if asked.get(by_time) else None
    kept = account.tables[table]
    ids = asked.get(names[entity], "").split(",")
    numbers = [
        number
        for number, row in kept.rows()
        if row["Entity"] == entity
        and (ids == [""] or row["EntityId"] in ids)
        and (since is None or kept.updated(number) >= since)
    ]
    return _page(account, table, f"{entity}/{table}", numbers, request, asked)


def _page(account: Account, table: str, path: str, numbers: Sequence[int], request: Request, asked: Record) -> Response:
    number, size = int(asked.get("page[number", 1)), int(asked.get("page[size", 1000))
    rows = [_shown(account, table, each, request) for each in numbers[(number - 1) * size : number * size]]
    query = re.sub(r"&?page(%5B|\[)number(%5D|\])=\d+", "", request.query)
    more = number * size < len(numbers)
    return json_response(
        {"data": rows, "next_page_path": f"/api/v0/{path}?{query}&page[number]={number + 1}" if more else None}
    )


def _shown(account: Account, table: str, number: int, request: Request) -> Record:
    row = account.shown(table, number)
    if table == "notes":
        return row
    expires = int((account.now() + _LINK_LIVES).timestamp())
    return {**row, "Url": f"{request.base}{FILES}{row['Id']}?expires={expires}"}


def add_note(account: Account, entity: str, id: str, body: object) -> Record:
    clean = checked(body, {"Body": text()}, ["Body"])
    _there(account, entity, id)
    number = account.tables["notes"].add({"Entity": entity, "EntityId": id, **clean})
    return {"Id": uid("notes", number)}


def change_note(account: Account, entity: str, id: str, note: str, body: object) -> Record:
    clean = checked(body, {"Body": text()}, ["Body"])
    number = number_of("notes", note)
    row = account.tables["notes"].get(number) if number is not None else None
    if number is None or row is None or (row["Entity"], row["EntityId"]) != (entity, id):
        raise Refusal(404, "Not Found")
    account.tables["notes"].put(number, {**row, **clean})
    return {"Id": note}


def add_file(account: Account, entity: str, id: str, request: Request) -> Record:
    """A multipart upload with one part named File."""
    _there(account, entity, id)
    boundary = re.search(r'boundary="?([^";]+)', request.headers.get("content-type", ""))
    parts = request.body.split(b"--" + boundary[1].encode()) if boundary else []
    part = next((each for each in parts if b'name="File"' in each.partition(b"\r\n\r\n")[0]), None)
    if part is None:
        raise invalid("File can't be blank")
    head, _, content = part.partition(b"\r\n\r\n")
    if len(content) > _MOST_BYTES:
        raise invalid("File is too large")
    named = re.search(r'filename="([^"]*)"', head.decode("utf-8", "replace"))
    row = {"Entity": entity, "EntityId": id, "FileName": named[1] if named else "file", "Content": content[:-2]}
    return {"Id": uid("attachments", account.tables["attachments"].add(row))}


def drop_file(account: Account, entity: str, id: str, attachment: str) -> None:
    number = number_of("attachments", attachment)
    row = account.tables["attachments"].get(number) if number is not None else None
    if number is None or row is None or (row["Entity"], row["EntityId"]) != (entity, id) or entity != "work_orders":
        raise Refusal(404, "Not Found")
    account.tables["attachments"].remove(number)


def stored(account: Account, request: Request) -> Response:
    """The bytes behind a presigned address; 403 once it has expired."""
    number = number_of("attachments", request.path.removeprefix(FILES))
    row = account.tables["attachments"].get(number) if number is not None else None
    if row is None:
        raise Refusal(404, "Not Found")
    expires = dict(request.params).get("expires", "0")
    if int(expires) < account.now().timestamp():
        raise Refusal(403, "Request has expired")
    return Response(headers={"content-type": "application/octet-stream"}, body=row["Content"])


def _there(account: Account, entity: str, id: str) -> None:
    number = number_of(entity, id)
    if number is None or not account.tables[entity].has(number):
        raise Refusal(404, "Not Found")


def report(account: Account, name: str, request: Request) -> Response:
    """A run of a report, or a further page of one; ids are numbers here."""
    if name != "vendor_directory":
        raise Refusal(404, "Not Found")
    filters = json.loads(request.body) if request.body else {}
    page = int(dict(request.params).get("page", "1"))
    rows = [row for number in account.tables["vendors"].ids() if (row := _vendor_row(account, number))]
    if filters.get("paginate_results") is False:
        return json_response(rows)
    more = page * _REPORT_PAGE < len(rows)
    following = f"{request.path}?page={page + 1}" if more else None
    return json_response({"results": rows[(page - 1) * _REPORT_PAGE : page * _REPORT_PAGE], "next_page_url": following})


def _vendor_row(account: Account, number: int) -> Record:
    vendor = account.shown("vendors", number)
    seeded = number < VENDORS
    return {
        "company_name": vendor["CompanyName"],
        "name": vendor["CompanyName"] or f"{vendor['LastName']}, {vendor['FirstName']}",
        "vendor_id": number,
        "vendor_trades": VENDOR_TRADES[number % len(VENDOR_TRADES)] if seeded else None,
        "do_not_use_for_work_order": "Yes" if number == len(VENDOR_TRADES) + 2 else "No",
        "created_by": written(account.tables["vendors"].created(number)),
    }
