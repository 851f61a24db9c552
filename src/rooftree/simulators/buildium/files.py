"""Files: metadata first, then the bytes to a presigned address that lives five minutes. The simulator plays both.

Files of a task hang on an entry of its history and count their size in kilobytes, all others in bytes.
"""

from __future__ import annotations

import hashlib
import mimetypes
from datetime import UTC, datetime, timedelta

from rooftree.simulators.buildium import words
from rooftree.simulators.buildium.account import Account
from rooftree.simulators.buildium.errors import invalid, missing
from rooftree.simulators.buildium.filters import among, containing, equal, within_days
from rooftree.simulators.buildium.forms import wire_time
from rooftree.simulators.buildium.routes import Call, Route, Test, listing, one, page
from rooftree.simulators.buildium.shapes import choice, text, whole
from rooftree.simulators.buildium.task_history import TASKS, show_history
from rooftree.simulators.wire import Record, Request, Response, json_response

FILES = "Documents > Files"
STORAGE = "/simulated-storage/"
LIFETIME = timedelta(minutes=5)
UPLOAD_HEADERS = {"x-amz-meta-simulated": "true"}
_POST = {
    "EntityType": choice(words.FILE_ENTITIES, required=True),
    "EntityId": whole(),
    "FileName": text(255, required=True),
    "Title": text(255, required=True),
    "Description": text(1000),
    "CategoryId": whole(required=True),
}
_PUT = {"Title": text(255, required=True), "Description": text(65000), "CategoryId": whole(required=True)}
_CATEGORIES = {1: "Uncategorized", 2: "Leases", 3: "Photos"}
_PATHS = {"Rental": "rentals", "RentalUnit": "rentals/units", "RentalOwner": "rentals/owners", "Lease": "leases",
          "Tenant": "leases/tenants", "Vendor": "vendors"}  # fmt: skip


def show_file(account: Account, id: int) -> Record:
    """FileMessage."""
    row = one(account.files, id, "file")
    kind, entity = row["EntityType"], row["EntityId"]
    href = f"/v1/{_PATHS[kind]}/{entity}" if kind in _PATHS else None
    shown = ("CategoryId", "Title", "Description", "PhysicalFileName", "Size", "ContentType", "UploadedDateTime")
    return {
        "Id": id,
        "FileEntity": {"Id": entity, "EntityType": kind, "Href": href},
        **{name: row[name] for name in shown},
    }


def routes(account: Account) -> list[Route]:
    """The endpoints of 3.12 and the files of 3.9."""
    of_task = "/v1/tasks/{id}/history/{historyId}/files"
    return [
        Route("GET", "/v1/files", (FILES,), lambda call: _list(account, call)),
        Route("GET", "/v1/files/{id}", (FILES,), lambda call: json_response(show_file(account, call.ids[0]))),
        Route("PUT", "/v1/files/{id}", (FILES,), lambda call: _put(account, call)),
        Route("POST", "/v1/files/uploads", (FILES,), lambda call: _upload(account, call)),
        Route("POST", "/v1/files/{id}/downloadrequest", (FILES,), lambda call: _download(account, call)),
        Route("GET", "/v1/files/categories", (FILES,), lambda call: page(call, list(_CATEGORIES), _category)),
        Route("GET", of_task, (TASKS,), lambda call: _list_task_files(account, call)),
        Route("GET", f"{of_task}/{{fileId}}", (TASKS,), lambda call: _get_task_file(account, call)),
        Route("POST", f"{of_task}/uploads", (TASKS,), lambda call: _upload_to_task(account, call)),
        Route("POST", f"{of_task}/{{fileId}}/downloadrequest", (TASKS,), lambda call: _download_task(account, call)),
    ]


def storage(account: Account, request: Request) -> Response:
    """The presigned side: PUT stores the bytes once, GET gives them; 403 where the address or its headers fail."""
    name = request.path.removeprefix(STORAGE)
    if request.method == "GET":
        link = account.downloads.get(name)
        if link is None or link[1] < account.now():
            return Response(status=403)
        return Response(headers={"content-type": "application/octet-stream"}, body=account.contents[link[0]])
    pending = account.uploads.get(name)
    if request.method != "PUT" or pending is None or pending["Expires"] < account.now():
        return Response(status=403)
    expected = {"content-type": "application/octet-stream", **UPLOAD_HEADERS}
    if any(request.headers.get(header) != value for header, value in expected.items()):
        return Response(status=403)
    _store(account, name, request.body)
    return Response(status=200)


def _store(account: Account, name: str, body: bytes) -> None:
    pending = account.uploads.pop(name)
    account.contents[name] = body
    row = {**pending["Row"], "PhysicalFileName": name, "UploadedDateTime": wire_time(account.now()),
           "ContentType": mimetypes.guess_type(name)[0] or "application/octet-stream"}  # fmt: skip
    if "HistoryId" not in row:
        account.files.add({**row, "Size": len(body)})
        return
    id = account.task_files.add({**row, "Size": -(-len(body) // 1024)})
    entry = one(account.history, row["HistoryId"], "task history")
    account.history.put(row["HistoryId"], {**entry, "FileIds": [*entry["FileIds"], id]})


def _presign(account: Account, call: Call, file_name: str, row: Record, listed_at: str) -> Response:
    account.upload_count += 1
    stem = hashlib.sha256(f"{account.upload_count}/{file_name}".encode()).hexdigest()[:32]
    name = f"{stem}.{file_name.rsplit('.', 1)[-1].lower()}" if "." in file_name else stem
    account.uploads[name] = {"Expires": account.now() + LIFETIME, "Row": row}
    answer = {
        "UploadUrl": f"{call.request.base}{STORAGE}{name}",
        "PhysicalFileName": name,
        "Headers": dict(UPLOAD_HEADERS),
    }
    return json_response(answer, 201, {"Location": f"{call.request.base}{listed_at}"})


def _list(account: Account, call: Call) -> Response:
    query = call.query
    kinds, entity = query.choices("entitytype", words.FILE_ENTITIES), query.whole("entityid")
    if entity is not None and kinds is None:
        raise invalid(("entitytype", "entitytype is required with entityid."))
    names = frozenset(query.texts("physicalfilenames")) or None
    tests: list[Test | None] = [
        among(kinds, lambda row: row["EntityType"]),
        equal(entity, lambda row: row["EntityId"]),
        equal(query.whole("categoryid"), lambda row: row["CategoryId"]),
        containing(query.text("titleordescription"), lambda row: [row["Title"], row["Description"]]),
        among(names, lambda row: row["PhysicalFileName"]),
        within_days(call, "uploadedfrom", "uploadedto", _uploaded_on),
    ]
    return listing(call, account.files, lambda id: show_file(account, id), tests)


def _uploaded_on(row: Record) -> str:
    return datetime.fromisoformat(row["UploadedDateTime"]).astimezone(UTC).date().isoformat()


def _upload(account: Account, call: Call) -> Response:
    body = call.body(_POST)
    tables = {"Rental": account.properties, "RentalUnit": account.units, "RentalOwner": account.owners,
              "Lease": account.leases, "Tenant": account.tenants, "Vendor": account.vendors}  # fmt: skip
    kind, entity = body["EntityType"], body["EntityId"]
    if kind in tables and (entity is None or tables[kind].get(entity) is None):
        raise missing(kind)
    if body["CategoryId"] not in _CATEGORIES:
        raise invalid(("CategoryId", "The file category does not exist."))
    return _presign(account, call, body.pop("FileName"), body, "/v1/files")


def _put(account: Account, call: Call) -> Response:
    id = call.ids[0]
    row = one(account.files, id, "file")
    account.files.put(id, {**row, **call.body(_PUT)})
    return json_response(show_file(account, id))


def _category(id: int) -> Record:
    return {"Id": id, "Name": _CATEGORIES[id], "IsEditable": id != 1}


def _link(account: Account, call: Call, physical_name: str) -> Response:
    account.downloads[physical_name] = (physical_name, account.now() + LIFETIME)
    url = f"{call.request.base}{STORAGE}{physical_name}"
    return json_response({"DownloadUrl": url}, 201, {"Location": url})


def _download(account: Account, call: Call) -> Response:
    return _link(account, call, one(account.files, call.ids[0], "file")["PhysicalFileName"])


def _list_task_files(account: Account, call: Call) -> Response:
    entry = show_history(account, *call.ids)
    return page(call, entry["FileIds"], lambda id: _show_task_file(account, id))


def _show_task_file(account: Account, id: int) -> Record:
    row = one(account.task_files, id, "file")
    shown = ("Title", "PhysicalFileName", "Size", "ContentType", "UploadedDateTime")
    return {"Id": id, **{name: row[name] for name in shown}}


def _upload_to_task(account: Account, call: Call) -> Response:
    show_history(account, *call.ids)
    file_name = call.body({"FileName": text(255, required=True)})["FileName"]
    row = {"HistoryId": call.ids[1], "Title": file_name}
    return _presign(account, call, file_name, row, call.request.path.removesuffix("/uploads"))


def _get_task_file(account: Account, call: Call) -> Response:
    return json_response(_show_task_file(account, _of_entry(account, call)))


def _download_task(account: Account, call: Call) -> Response:
    return _link(account, call, one(account.task_files, _of_entry(account, call), "file")["PhysicalFileName"])


def _of_entry(account: Account, call: Call) -> int:
    task_id, history_id, file_id = call.ids
    if file_id not in show_history(account, task_id, history_id)["FileIds"]:
        raise missing("file")
    return file_id
