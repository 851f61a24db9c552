"""Files on records, trades, statuses, inspections, and the message threads that must not be looked at idly."""

from __future__ import annotations

from email import message_from_bytes
from email.message import Message

from rooftree.simulators.rentvine.account import Account
from rooftree.simulators.rentvine.calls import Call, found, id_in, page
from rooftree.simulators.rentvine.errors import Refusal, invalid
from rooftree.simulators.rentvine.words import OBJECTS, text
from rooftree.simulators.wire import Record, Response, json_response


def listed(account: Account, call: Call) -> Response:
    kind, id = call.param("objectTypeID"), call.param("objectID")
    if not kind or not id:
        raise invalid(objectTypeID="The objectTypeID field is required.", objectID="The objectID field is required.")
    keep = lambda _id, row: (row["objectTypeID"], row["objectID"]) == (kind, id)  # noqa: E731
    ids = [int(row["fileID"]) for id in account.attachments.select(keep) if (row := account.attachments.get(id))]
    return page(call, ids, lambda file: _shown(account, call, file))


def one(account: Account, call: Call) -> Response:
    return json_response(_shown(account, call, call.ids[0]))


def download(account: Account, call: Call) -> Response:
    row = found(account.files, call.ids[0], "File")
    return Response(headers={"content-type": row["fileType"]}, body=account.contents[call.ids[0]])


def upload(account: Account, call: Call) -> Response:
    kind, about = _object(account, call)
    part = _file_part(call)
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    id = account.files.add({})
    file = {"fileID": str(id), "fileName": part.get_filename(), "fileType": part.get_content_type(), "title": None}
    account.files.put(id, file)
    account.contents[id] = content
    attachment = account.attachments.add({})
    row = {"fileAttachmentID": attachment, "fileID": id, "objectTypeID": kind, "objectID": about}
    account.attachments.put(attachment, dict(text(row)))
    return json_response(_shown(account, call, id))


def delete(account: Account, call: Call) -> Response:
    found(account.files, call.ids[0], "File")
    for id, row in list(account.attachments.rows()):
        if row["fileID"] == str(call.ids[0]):
            account.attachments.remove(id)
    account.files.remove(call.ids[0])
    return json_response({})


def _object(account: Account, call: Call) -> tuple[int, str]:
    kind = call.param("objectTypeID") or ""
    if not kind.isdigit() or int(kind) not in OBJECTS:
        raise invalid(objectTypeID="The selected objectTypeID is invalid.")
    return int(kind), id_in(call.param("objectID"), account.database.tables[OBJECTS[int(kind)]], "objectID")


def _file_part(call: Call) -> Message:
    kind = call.request.headers.get("content-type", "")
    if not kind.startswith("multipart/form-data"):
        raise Refusal(400, "No file was uploaded.")
    letter = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + call.request.body)
    parts = [part for part in letter.walk() if part.get_param("name", header="content-disposition") == "file"]
    if not parts:
        raise invalid(file="The file field is required.")
    return parts[0]


def _shown(account: Account, call: Call, id: int) -> Record:
    file = found(account.files, id, "File")
    if "attachment" not in (call.param("includes") or ""):
        return {"file": file}
    row = next((row for _id, row in account.attachments.rows() if row["fileID"] == str(id)), None)
    return {"file": file, "attachment": row}


def trades(account: Account, call: Call) -> Response:
    """The one list without envelopes."""
    return page(call, account.trades.ids(), lambda id: account.trades.get(id))


def trade(account: Account, call: Call) -> Response:
    return json_response({"vendorTrade": found(account.trades, call.ids[0], "Vendor trade")})


def create_trade(account: Account, call: Call) -> Response:
    name = call.body().get("name")
    if not isinstance(name, str) or not name:
        raise invalid(name="The name field is required.")
    id = account.trades.add({})
    return json_response(account.trades.put(id, {"vendorTradeID": id, "name": name}))


def statuses(account: Account, call: Call) -> Response:
    return page(call, account.statuses.ids(), lambda id: {"workOrderStatus": account.statuses.get(id)})


def inspections(account: Account, call: Call) -> Response:
    return page(call, account.inspections.ids(), lambda id: {"inspection": account.inspections.get(id)})


def inspection(account: Account, call: Call) -> Response:
    return json_response({"inspection": found(account.inspections, call.ids[0], "Inspection")})


def create_inspection(account: Account, call: Call) -> Response:
    body = call.body()
    unit = id_in(body.get("unitID"), account.units, "unitID")
    given = {name: text(body.get(name)) for name in ("inspectionTypeID", "inspectionStatusID")}
    id = account.inspections.add({})
    row = {"inspectionID": str(id), "unitID": unit, **given}
    return json_response({"inspection": account.inspections.put(id, row)})


def messages(account: Account, call: Call) -> Response:
    """No thread is seeded; but whoever asks marks the thread as read for the managers."""
    account.read_threads.append(call.param("objectID") or "")
    return page(call, (), lambda _id: {}, 20)
