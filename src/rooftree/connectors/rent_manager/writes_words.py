"""Writing words around records: notes, and files on them (contract 3.7, 3.12)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rooftree.connectors.base import Answer, Context, Found, Request, Send, Wire, WireRecord
from rooftree.connectors.changes import marked
from rooftree.connectors.rent_manager.changes import TEXT, need
from rooftree.connectors.rent_manager.client import HOMES, every, files_of
from rooftree.connectors.rent_manager.wire import account, local
from rooftree.connectors.values import mark, mark_name
from rooftree.errors import InvalidInput, Unreadable
from rooftree.model.messages import Attachment, Note

WRITTEN = ("work_order", "guest_card")
FILE_NAME = 200


def add_note(current: Note | None, desired: Note, ctx: Context) -> Send | None:
    """Adds a note to an issue or a prospect. The answer does not tell its id: it is found by its marker."""
    if current is not None:
        return None
    about, id = _home(desired.about, desired.about_id)

    def find(wire: Wire, since: datetime) -> Sequence[Found]:
        return marked(
            _history(wire, about, id), ctx.marker, lambda row: row.get("Note"), lambda row: str(row["HistoryID"])
        )

    return Send(label="add note", request=_note(about, id, mark(desired.text, ctx.marker, TEXT) or "", ctx), find=find)


def upload_file(current: Attachment | None, desired: Attachment, ctx: Context) -> Send | None:
    """Hangs a file on an issue or a prospect: on a note that is made for it, for no other place takes one."""
    if current is not None:
        return None
    about, id = _home(desired.about, desired.about_id)
    need(desired.content, "content", "the file's content")
    name, media = mark_name(desired.file_name, ctx.marker, FILE_NAME), desired.media_type or "application/octet-stream"
    said = mark(f"File: {desired.file_name}", ctx.marker, TEXT) or ""

    def find(wire: Wire, since: datetime) -> Sequence[Found]:
        files = [file for row in _history(wire, about, id) for file in files_of({**row, "About": about, "AboutId": id})]
        return marked(files, ctx.marker, lambda row: row.get("Name"), lambda row: f"{row['HistoryID']}:{row['FileID']}")

    def send(wire: Wire) -> Answer:
        note = _own_note(wire, about, id, said, ctx)
        files = {"file": (name, desired.content or b"", media)}
        return wire.read(Request(method="POST", path=f"/HistoryNotes/{note}/UploadAttachments", files=files))

    return Send(label="upload file", request=send, find=find)


def _own_note(wire: Wire, about: str, id: str, said: str, ctx: Context) -> str:
    """The note that carries the file; the one an interrupted upload left behind is used again."""

    def held() -> list[WireRecord]:
        return [row for row in _history(wire, about, id) if ctx.marker and ctx.marker in str(row.get("Note") or "")]

    if not held():
        wire.read(_note(about, id, said, ctx))
    found = held()
    if not found:
        raise Unreadable("Rent Manager took the note for a file and does not show it yet.")
    return str(found[0]["HistoryID"])


def _home(about: str, about_id: str) -> tuple[str, str]:
    if about not in WRITTEN:
        raise InvalidInput(
            f"Rent Manager keeps notes and files of work orders and guest cards, not of a {about}.",
            path="about",
        )
    return about, str(need(account(about_id, "about_id"), "about_id", "the record"))


def _note(about: str, id: str, text: str, ctx: Context) -> Request:
    item = {"ParentID": int(id), "Note": text, "HistoryDate": local(ctx.now, ctx)}
    return Request(method="POST", path=f"/{HOMES[about]}/HistoryNotes", json=[item])


def _history(wire: Wire, about: str, id: str) -> list[WireRecord]:
    return list(every(wire, f"/{HOMES[about]}/{id}/History", "HistoryAttachments"))
