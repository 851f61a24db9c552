"""Writing words around records: notes, task history, files, phone logs (contract 3.9, 3.11, 3.12, 3.16)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from rooftree.connectors.base import Answer, Context, Found, Request, Send, Wire, WireRecord
from rooftree.connectors.buildium.changes import need, own_id, post, put
from rooftree.connectors.buildium.client import MAX_LIMIT, every, number, record
from rooftree.connectors.buildium.client_maintenance import TASK_PATHS, get_task, note_home, task_files
from rooftree.connectors.buildium.mapping_maintenance import FILE_ENTITIES, NOTE_HOMES, PARTICIPANTS, TASK_NOTES
from rooftree.connectors.buildium.wire import iso_instant, to_int
from rooftree.connectors.buildium.writes_maintenance import TEXT, current_category, unchanged
from rooftree.connectors.changes import marked, overlay, pick
from rooftree.connectors.values import filled, mark, mark_name
from rooftree.errors import InvalidInput, Unsupported
from rooftree.model.messages import Attachment, Note, PhoneLog

NOTE_TEXT, TITLE, DESCRIPTION, SUBJECT = 65_535, 255, 1000, 255


def add_note(current: Note | None, desired: Note, ctx: Context) -> Send | None:
    """Adds a note to a record, or a line to the history of a task."""
    if current is not None:
        return None
    if desired.about in TASK_NOTES:
        return _say_on_task(desired, ctx)
    if desired.about not in NOTE_HOMES:
        raise InvalidInput(f"Buildium keeps no notes on a {desired.about.replace('_', ' ')}", path="about")
    return _add_note(desired, ctx)


def _add_note(desired: Note, ctx: Context) -> Send:
    home = note_home(desired.about, desired.about_id)

    def find(wire: Wire, since: datetime) -> Sequence[Found]:
        rows = list(every(wire, home, [("updateddatetimefrom", iso_instant(since - timedelta(minutes=5)))]))
        return marked(rows, ctx.marker, lambda row: row.get("Note"), lambda row: _note_id(desired, row))

    def id_of(answer: Answer) -> str | None:
        return _note_id(desired, record(answer.data))

    return post("add note", home, {"Note": mark(desired.text, ctx.marker, NOTE_TEXT)}, find=find, id_of=id_of)


def _note_id(note: Note, row: WireRecord) -> str:
    return f"{note.about}:{note.about_id}:{row['Id']}"


def _say_on_task(desired: Note, ctx: Context) -> Send:
    """A history entry: Buildium writes one when the whole task is PUT with a `Message`, and returns no id for it.

    The task is read at the moment of sending, so that nothing staff changed meanwhile is put back.
    """
    task_id, message = number(desired.about_id), mark(desired.text, ctx.marker, TEXT)

    def find(wire: Wire, since: datetime) -> Sequence[Found]:
        rows = list(every(wire, f"/v1/tasks/{task_id}/history"))
        return marked(rows, ctx.marker, lambda row: row.get("Message"), lambda row: _note_id(desired, row))

    return Send(label="add note", request=lambda wire: _put_message(wire, task_id, message), find=find)


def _put_message(wire: Wire, task_id: str, message: str | None) -> Answer:
    task = get_task(wire, task_id)
    body = {
        "Title": task.get("Title"),
        **current_category(task),
        **{key: task.get(key) for key in ("AssignedToUserId", "TaskStatus", "Priority", "DueDate")},
        **unchanged(task),
        "Message": message,
    }
    return wire.read(Request(method="PUT", path=f"{TASK_PATHS[task['TaskType']]}/{task_id}", json=filled(body)))


def rewrite_note(current: Note | None, desired: Note, ctx: Context) -> Send | None:
    """Replaces the text of a note."""
    if current is None or desired.text in ("", current.text):
        return None
    if current.about == "applicant":
        raise Unsupported("Buildium cannot change a note on an applicant; add a new one.", record="note", verb="update")
    key = "Message" if current.about in TASK_NOTES else "Note"
    own = current.id.rpartition(":")[2]
    return put("change note", f"{note_home(current.about, current.about_id)}/{own}", {key: desired.text})


def upload_file(current: Attachment | None, desired: Attachment, ctx: Context) -> Send | None:
    """Uploads a file in two steps: onto a task's history, or to a record."""
    if current is not None:
        return None
    need(desired.content, "content", "the file's content")
    return _upload_to_task(desired, ctx) if desired.about in TASK_NOTES else _upload(desired, ctx)


def _upload(desired: Attachment, ctx: Context) -> Send:
    entity = FILE_ENTITIES.get(desired.about)
    if entity is None:
        raise InvalidInput(f"Buildium keeps no files on a {desired.about.replace('_', ' ')}", path="about")
    title = mark(desired.title or desired.file_name, ctx.marker, TITLE)
    place = [("entitytype", entity), ("entityid", desired.about_id)]
    ticket = {
        "EntityType": entity,
        "EntityId": None if entity == "Account" else to_int(desired.about_id),
        "FileName": desired.file_name[:255],
        "Title": title,
        "Description": desired.description[:DESCRIPTION] if desired.description else None,
        "CategoryId": file_category(desired, ctx),
    }

    def find(wire: Wire, since: datetime) -> Sequence[Found]:
        day = (since - timedelta(days=1)).date().isoformat()
        rows = list(every(wire, "/v1/files", [*place, ("uploadedfrom", day)]))
        return marked(rows, ctx.marker, lambda row: row.get("Title"), lambda row: str(row["Id"]))

    def send(wire: Wire) -> Answer:
        stored = _two_steps(wire, "/v1/files/uploads", ticket, desired.content or b"")
        # The upload returns no id; it is looked up by the physical name (contract 3.12).
        params = [("physicalfilenames", stored), ("limit", str(MAX_LIMIT))]
        return wire.read(Request(method="GET", path="/v1/files", params=params))

    return Send(label="upload file", request=send, id_of=_first_id, find=find)


def _first_id(answer: Answer) -> str | None:
    rows = answer.data or []
    return str(rows[0]["Id"]) if len(rows) == 1 else None


def file_category(desired: Attachment, ctx: Context) -> int:
    """The wanted category, else the customer's first: Buildium insists on one."""
    words = ctx.picks.get("file_categories", {})
    first = min((int(id) for id in words.values()), default=None)
    return int(need(pick(words, desired.category) or first, "category", "a file category, and shows none to this key"))


def _upload_to_task(desired: Attachment, ctx: Context) -> Send:
    """A file on a task goes onto its newest history entry; a task without one first gets a line to carry it."""
    task_id, name = number(desired.about_id), mark_name(desired.file_name, ctx.marker, 255)

    def find(wire: Wire, since: datetime) -> Sequence[Found]:
        rows = list(task_files(wire, task_id))
        return marked(rows, ctx.marker, _names, lambda row: f"{task_id}:{row['HistoryId']}:{row['Id']}")

    def send(wire: Wire) -> Answer:
        entry = _newest_entry(wire, task_id) or _opened_entry(wire, task_id)
        path = f"/v1/tasks/{task_id}/history/{entry}/files/uploads"
        _two_steps(wire, path, {"FileName": name}, desired.content or b"")
        return Answer(status=201, headers={}, body=b"")

    return Send(label="upload file", request=send, find=find)


def _names(row: WireRecord) -> str:
    return f"{row.get('Title') or ''} {row.get('PhysicalFileName') or ''}"


def _newest_entry(wire: Wire, task_id: str) -> str | None:
    ids = [int(entry["Id"]) for entry in every(wire, f"/v1/tasks/{task_id}/history")]
    return str(max(ids)) if ids else None


def _opened_entry(wire: Wire, task_id: str) -> str:
    _put_message(wire, task_id, "Files received")
    entry = _newest_entry(wire, task_id)
    if entry is None:
        raise InvalidInput(f"Buildium task {task_id} shows no history to attach a file to", path="about_id")
    return entry


def _two_steps(wire: Wire, path: str, ticket: dict[str, Any], content: bytes) -> str:
    """Asks for an upload address and puts the bytes there, with the headers it names in their order.

    Until the bytes arrive Buildium keeps nothing, so an unfinished upload leaves no trace. Returns the physical name.
    """
    place = record(wire.read(Request(method="POST", path=path, json=filled(ticket))).data)
    headers = {"Content-Type": "application/octet-stream"} | {
        str(key): str(value) for key, value in (place.get("Headers") or {}).items()
    }
    wire.read(Request(method="PUT", path=str(place["UploadUrl"]), content=content, headers=headers, auth=False))
    return str(place["PhysicalFileName"])


def change_file(current: Attachment | None, desired: Attachment, ctx: Context) -> Send | None:
    """Changes title, description or category of a file; of a file on a task nothing can be changed."""
    if current is None:
        return None
    before, after = (_file_body(each, current.raw, ctx) for each in (current, overlay(current, desired)))
    if before == after:
        return None
    if current.about in TASK_NOTES:
        raise Unsupported("Buildium cannot rename a file on a task.", record="attachment", verb="update")
    return put("change file", f"/v1/files/{current.id}", filled(after))


def _file_body(file: Attachment, raw: WireRecord, ctx: Context) -> dict[str, Any]:
    category = pick(ctx.picks.get("file_categories", {}), file.category) or raw.get("CategoryId")
    return {"Title": file.title, "Description": file.description, "CategoryId": category}


def write_phone_log(current: PhoneLog | None, desired: PhoneLog, ctx: Context) -> Send | None:
    """Logs a call with a resident, owner or vendor, or changes subject, text and time of one."""
    if current is not None:
        wanted = overlay(current, desired)
        before, after = _call_body(current, ""), _call_body(wanted, "")
        return None if before == after else put("change phone log", f"/v1/communications/phonelogs/{current.id}", after)
    entity = PARTICIPANTS.get(desired.about)
    if entity is None:
        raise InvalidInput("Buildium logs calls with residents, owners and vendors only", path="about")
    who = {"EntityType": entity, "EntityId": to_int(desired.about_id)}
    body = {"Participant": who, **_call_body(desired, ctx.marker)}
    return post(
        "log call", "/v1/communications/phonelogs", body, find=_find_call(desired, entity, ctx.marker), id_of=own_id
    )


def _call_body(log: PhoneLog, marker: str) -> dict[str, Any]:
    called_at = need(log.called_at, "called_at", "the time of the call")
    return {
        "Subject": (log.subject or "Phone call")[:SUBJECT],
        "Description": mark(log.text or log.subject or "Phone call", marker, NOTE_TEXT),
        "CallDateTime": iso_instant(called_at),
    }


def _find_call(desired: PhoneLog, entity: str, marker: str) -> Callable[[Wire, datetime], Sequence[Found]]:
    params = [("participantentitytype", entity), ("participantentityid", desired.about_id)]

    def find(wire: Wire, since: datetime) -> Sequence[Found]:
        rows = list(every(wire, "/v1/communications/phonelogs", params))
        return marked(rows, marker, lambda row: row.get("Description"), lambda row: str(row["Id"]))

    return find
