"""Writing words around records: notes and files (contract 6 and 7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rooftree.connectors.appfolio.changes import key_for, own_id, patching, post
from rooftree.connectors.appfolio.client import API
from rooftree.connectors.appfolio.client_words import FILE_HOMES, NOTE_HOMES, Homes, rows_of
from rooftree.connectors.base import Answer, Context, Found, Request, Send, Wire
from rooftree.connectors.values import mark, mark_name
from rooftree.errors import InvalidInput, Unsupported
from rooftree.model.messages import Attachment, Note

TEXT, FILE_NAME = 65_535, 255


def add_note(current: Note | None, desired: Note, ctx: Context) -> Send | None:
    """Adds a note to a record."""
    if current is not None:
        return None
    path = _path(NOTE_HOMES, desired.about, "notes")
    about, about_id = desired.about, desired.about_id

    def find(wire: Wire, since: datetime) -> Sequence[Found]:
        rows = rows_of(wire, NOTE_HOMES, "notes", about, about_id)
        return _carrying(rows, "Body", f"{about}:{about_id}", ctx.marker)

    def id_of(answer: Answer) -> str | None:
        own = own_id(answer)
        return f"{about}:{about_id}:{own}" if own else None

    body = {"Body": mark(desired.text, ctx.marker, TEXT)}
    return post("add note", f"{path}/{about_id}/notes", body, ctx, find=find, id_of=id_of)


def rewrite_note(current: Note | None, desired: Note, ctx: Context) -> Send | None:
    """Changes the text of a note."""
    if current is None or not desired.text or desired.text == current.text:
        return None
    path, own = _path(NOTE_HOMES, current.about, "notes"), current.id.rpartition(":")[2]
    return patching("change note", f"{path}/{current.about_id}/notes/{own}", {"Body": desired.text[:TEXT]})


def upload_file(current: Attachment | None, desired: Attachment, ctx: Context) -> Send | None:
    """Puts a file on a record; its name carries the marker, as AppFolio keeps no other text of it."""
    if current is not None:
        return None
    path = _path(FILE_HOMES, desired.about, "files")
    if desired.content is None:
        raise InvalidInput("A file needs its content.", path="content")
    about, about_id, name = desired.about, desired.about_id, mark_name(desired.file_name, ctx.marker, FILE_NAME)
    where = f"{path}/{about_id}/attachments"

    def find(wire: Wire, since: datetime) -> Sequence[Found]:
        rows = rows_of(wire, FILE_HOMES, "attachments", about, about_id)
        return _carrying(rows, "FileName", f"{about}:{about_id}", ctx.marker)

    def id_of(answer: Answer) -> str | None:
        own = own_id(answer)
        return f"{about}:{about_id}:{own}" if own else None

    request = Request(
        method="POST",
        path=API + where,
        files={"File": (name, desired.content, desired.media_type or "application/octet-stream")},
        headers=key_for(where, {"name": name}, ctx),
    )
    return Send(label="upload file", request=request, id_of=id_of, find=find)


def delete_file(current: Attachment | None, desired: Attachment, ctx: Context) -> Send | None:
    """Deletes a file of a work order."""
    if current is None:
        return None
    if current.about != "work_order":
        raise Unsupported("AppFolio deletes files of work orders only.", record="attachment", verb="close")
    own = current.id.rpartition(":")[2]
    request = Request(method="DELETE", path=f"{API}work_orders/{current.about_id}/attachments/{own}")
    return Send(label="delete file", request=request, idempotent=True)


def _path(homes: Homes, about: str, what: str) -> str:
    if about not in homes:
        raise InvalidInput(f"AppFolio keeps no {what} on a {about.replace('_', ' ')}.", path="about")
    return homes[about][0]


def _carrying(rows: Sequence[dict[str, object]], field: str, home: str, marker: str) -> list[Found]:
    return [
        Found(id=f"{home}:{row['Id']}", exact=True) for row in rows if marker and marker in str(row.get(field) or "")
    ]
