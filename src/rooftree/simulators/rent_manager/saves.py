"""Changing the tables: saves of arrays under their locks, links, notes, custom values, files (contract 2.7, 3)."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from email import message_from_bytes
from typing import Any

from rooftree.simulators.rent_manager.errors import CONCURRENCY, VALIDATION, bad_parameter, refused
from rooftree.simulators.rent_manager.models import LINKS, MODELS, NOTED, PARENT_TYPES, Model
from rooftree.simulators.rent_manager.rows import Rows, local
from rooftree.simulators.store import Table
from rooftree.simulators.webhooks import Outbox
from rooftree.simulators.wire import Record, Request, Response, json_response

_CONTACT_EVENTS = {"Tenant": "TenantContact", "Prospect": "ProspectContact"}
_HISTORY_EVENTS = {"ServiceManagerIssues": "ServiceIssueHistory", "Prospects": "ProspectHistory"}


class Saves:
    """What a company's users change; `units_only` takes no other link with a new issue than its units."""

    def __init__(self, rows: Rows, outbox: Outbox, *, units_only: bool = False) -> None:
        self.rows = rows
        self.tables = rows.database.tables
        self.outbox = outbox
        self.files: dict[str, bytes] = {}
        """What was uploaded, by its download token."""
        self._units_only = units_only

    def save(self, name: str, items: Sequence[Record]) -> list[int]:
        """An item without its key, or with 0, is made, any other changed. All or none."""
        model = MODELS[name]
        for item in items:
            self._check(name, model, item)
        return [self._update(name, item) if item.get(model.key) else self.create(name, item) for item in items]

    def create(self, name: str, item: Record) -> int:
        model, table = MODELS[name], self.tables[name]
        self._check(name, model, {**item, model.key: 0})
        kept = _kept_fields(model, item)
        if name == "ServiceManagerIssues" and self._units_only:
            kept = {key: value for key, value in kept.items() if key not in LINKS or key == "LinkedUnits"}
        id = table.add(kept | ({"ConcurrencyID": 1} if model.counted else {}))
        self.tell(name, "Add", id)
        return id

    def put(self, name: str, id: int, row: Record) -> None:
        table: Table = self.tables[name]
        table.put(id, {**row, "ConcurrencyID": row.get("ConcurrencyID", 1) + 1})
        self.tell(name, "Edit", id)

    def remove(self, name: str, id: int) -> None:
        row = self.rows.row(name, id)
        self.tables[name].remove(id)
        self.tell(name, "Delete", id, row)

    def _check(self, name: str, model: Model, item: Record) -> None:
        for needed in model.needs:
            if item.get(needed) in (None, ""):
                raise refused(400, VALIDATION, f"{needed} is required.")
        place = item.get("PropertyID")
        if place and name != "Properties" and not self.tables["Properties"].has(place):
            raise refused(400, VALIDATION, f"PropertyID {place} was not found.")
        for link, (table, key) in LINKS.items():
            for each in item.get(link) or () if link in model.inline else ():
                if not self.tables[table].has(each.get(key) or 0):
                    raise refused(400, VALIDATION, f"{link}: {key} {each.get(key)} was not found.")
        if item.get(model.key):
            self.rows.existing(name, item[model.key])
            held, lock = self.rows.shown(name, item[model.key]), "ConcurrencyID" if model.counted else "UpdateDate"
            if item.get(lock) != held[lock]:
                raise refused(409, CONCURRENCY, "The record was changed by another user.")

    def _update(self, name: str, item: Record) -> int:
        model = MODELS[name]
        id, held = int(item[model.key]), self.rows.existing(name, int(item[model.key]))
        kept = {embed: held[embed] for embed in model.inline if embed in held}
        self.put(name, id, {**kept, "ConcurrencyID": held.get("ConcurrencyID", 1), **_kept_fields(model, item)})
        return id

    def note(self, name: str, items: Sequence[Record]) -> Response:
        """The answer does not tell the new note's id (contract 3.7)."""
        for item in items:
            self.rows.existing(name, int(item.get("ParentID") or 0))
            if not item.get("Note"):
                raise refused(400, VALIDATION, "Note is required.")
        for item in items:
            row = {"HistoryType": "NOTE", "HistoryDate": local(self.rows.database.now())}
            kept = {**row, **_kept_fields(MODELS["History"], item), "EntityType": PARENT_TYPES[name]}
            self.tell("History", "Add", self.tables["History"].add(kept), kept)
        return json_response([{"ParentID": item["ParentID"], "Note": item["Note"]} for item in items])

    def link(self, id: int, embed: str, other: int) -> Response:
        """A further unit, tenant or property of an issue."""
        row, (table, key) = self.rows.existing("ServiceManagerIssues", id), LINKS[embed]
        self.rows.existing(table, other)
        if {key: other} not in (row.get(embed) or ()):
            self.put("ServiceManagerIssues", id, {**row, embed: [*(row.get(embed) or ()), {key: other}]})
        return json_response(True)

    def values(self, name: str, id: int, items: Sequence[Record]) -> Response:
        """Values of the customer's own fields; the record they stand on is not touched by it (contract 2.5)."""
        self.rows.existing(name, id)
        table, fields = self.tables["UserDefinedValues"], self.tables["UserDefinedFields"]
        for item in items:
            if not fields.has(item.get("UserDefinedFieldID") or 0):
                raise refused(400, VALIDATION, "UserDefinedFieldID is required.")
        saved = []
        for item in items:
            field = self.rows.row("UserDefinedFields", item["UserDefinedFieldID"])
            named = {"ParentID": id, "ParentType": PARENT_TYPES[name], "Name": field["Name"], "FieldType": "Text"}
            row = {**_kept_fields(MODELS["UserDefinedValues"], item), **named}
            held = self._value_of(name, id, item["UserDefinedFieldID"])
            saved.append(table.add(row) if held is None else held)
            table.put(saved[-1], row)
        return json_response([self.rows.shown("UserDefinedValues", each) for each in saved])

    def _value_of(self, name: str, id: int, field: int) -> int | None:
        held = self.rows.children("UserDefinedValues", "ParentID", id, name)
        return next(
            (each for each in held if self.rows.row("UserDefinedValues", each).get("UserDefinedFieldID") == field), None
        )

    def attach(self, request: Request, note: int) -> Response:
        """A multipart upload onto a note."""
        row, name, content = self.rows.existing("History", note), *_file_in(request)
        token, stem = secrets.token_hex(8), name.rpartition(".")
        file = {"FileID": len(self.files) + 1, "Name": name, "Extension": f".{stem[2]}", "Token": token}
        self.files[token] = content
        files = [*(row.get("HistoryAttachments") or ()), {**file, "DownloadURL": f"/Download/{token}"}]
        self.put("History", note, {**row, "HistoryAttachments": files, "HasAttachment": True})
        return Response(status=200)

    def tell(self, name: str, change: str, id: int, row: Record | None = None) -> None:
        """A hint to whoever listens: of certain things only, and ids only (contract 4)."""
        held = row or self.tables[name].get(id) or {}
        event = MODELS[name].event
        if name == "Contacts":
            event = _CONTACT_EVENTS.get(str(held.get("ParentType")), "")
        if name == "History":
            home = next((each for each in NOTED if PARENT_TYPES[each] == held.get("EntityType")), "")
            event = _HISTORY_EVENTS.get(home, "") if change == "Add" else ""
        if event:
            parent = held.get("ParentID") or held.get("ServiceManagerIssueID") or id
            said = {"EventType": f"{event}_{change}", "IDParentIDDict": {str(id): parent}}
            self.outbox.emit(said | {"CorporateID": "acme", "LocationID": 1, "LocationName": "Default"})


def items_in(request: Request) -> list[Record]:
    """The models in a body: an array, or one alone where the path names its id."""
    try:
        body = json.loads(request.body)
    except ValueError:
        raise bad_parameter("models", "The body is not JSON.") from None
    items = [body] if isinstance(body, dict) and request.path.rstrip("/")[-1:].isdigit() else body
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise bad_parameter("models", "An array of models is expected.")
    return items


def _kept_fields(model: Model, item: Mapping[str, Any]) -> Record:
    return {name: item[name] for name in (*model.fields, *model.inline) if name in item}


def _file_in(request: Request) -> tuple[str, bytes]:
    head = f"Content-Type: {request.headers.get('content-type', '')}\r\n\r\n".encode()
    form = message_from_bytes(head + request.body)
    for part in form.get_payload() if form.is_multipart() else ():
        if not isinstance(part, str) and part.get_param("name", header="content-disposition") == "file":
            content = part.get_payload(decode=True)
            return str(part.get_filename() or "file"), content if isinstance(content, bytes) else b""
    raise bad_parameter("file", "A multipart part named file is expected.")
