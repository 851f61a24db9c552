"""The Rent Manager simulator: WAPI12 as the contract gathers it, with made-up data and its traps on.

Where the evidence is silent it takes the stricter reading: a save replaces the record, and needs its lock.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rooftree.simulators.clock import Now, SimulatedClock
from rooftree.simulators.faults import Faults
from rooftree.simulators.kit import Simulator
from rooftree.simulators.rent_manager import query
from rooftree.simulators.rent_manager.errors import (
    AUTHENTICATION,
    CONCURRENCY,
    PRIVILEGE,
    VALIDATION,
    Refusal,
    bad_parameter,
    error_model,
    no_route,
    no_such_id,
    refused,
)
from rooftree.simulators.rent_manager.models import LINKS, MODELS, Model
from rooftree.simulators.rent_manager.seed import Seeds
from rooftree.simulators.rent_manager.sessions import LOGIN, Sessions
from rooftree.simulators.seed import Portfolio
from rooftree.simulators.store import Database, Table
from rooftree.simulators.webhooks import Outbox
from rooftree.simulators.wire import Record, Request, Response, json_response

EASTERN = ZoneInfo("America/New_York")
_WINDOW, _LIMIT = timedelta(seconds=60), 500
_NOTED = {"ServiceManagerIssues": "ServiceIssueHistory", "Prospects": "ProspectHistory"}
_LINKING = {"linkunit": ("LinkedUnits", "unitid"), "linkproperty": ("LinkedProperties", "propertyid")}


class RentManager:
    """One company behind the wire; `budget` calls in a rolling minute (documented: 500), `denied` resources."""

    def __init__(
        self, database: Database, credentials: dict[str, str], outbox: Outbox, budget: int | None, denied: Sequence[str]
    ) -> None:
        self.database = database
        self.credentials = credentials
        self.outbox: Outbox | None = outbox
        self.sessions = Sessions(credentials, database.now)
        self._budget = budget
        self._denied = frozenset(denied)
        self._recent: deque[datetime] = deque()
        self._indexes: dict[tuple[str, str], tuple[int, dict[Any, list[int]]]] = {}

    def answer(self, request: Request) -> Response:
        try:
            response = self._counted(request)
        except Refusal as refusal:
            response = refusal.response
        return replace(response, headers={**response.headers, **self._rate_headers()})

    def error(self, status: int, message: str) -> Response:
        exception = AUTHENTICATION if status == 401 else "Exception"
        return replace(error_model(status, exception, message), headers=self._rate_headers())

    def emptied(self, response: Response, *, keep_total: bool) -> Response:
        if not response.body.startswith(b"["):
            return response
        total = response.headers.get("x-total-results", "0") if keep_total else "0"
        return replace(response, status=204, body=b"", headers={**response.headers, "x-total-results": total})

    def truth(self, collection: str) -> list[Record]:
        model, table = MODELS[collection], self.database.tables[collection]
        return [self._shown(collection, id, (*model.inline,)) for id in list(table.ids())]

    def enter(self, place: str, fields: Mapping[str, object]) -> Record:
        try:
            return self._shown(place, self._create(place, dict(fields)), MODELS[place].inline)
        except Refusal as refusal:
            raise ValueError(str(refusal)) from refusal

    def edit(self, collection: str, id: int, fields: Mapping[str, object]) -> Record:
        row, model = self._row(collection, id), MODELS[collection]
        unknown = fields.keys() - {*model.fields, *model.inline}
        if unknown:
            raise KeyError(f"{collection} has no {', '.join(sorted(unknown))}")
        self._put(collection, id, {**row, **fields})
        return self._shown(collection, id, model.inline)

    def remove(self, collection: str, id: int) -> None:
        self._row(collection, id)
        self.database.tables[collection].remove(id)
        self._tell(MODELS[collection].event, "Delete", id, None)

    def _row(self, collection: str, id: int) -> Record:
        row = self.database.tables[collection].get(id)
        if row is None:
            raise KeyError(f"{collection}/{id}")
        return row

    def _counted(self, request: Request) -> Response:
        now = self.database.now()
        while self._recent and self._recent[0] <= now - _WINDOW:
            self._recent.popleft()
        if self._budget is not None and len(self._recent) >= self._budget:
            raise refused(429, "RateLimitException", "The rate limit was exceeded.")
        self._recent.append(now)
        if request.path.lower() == LOGIN.lower():
            return self.sessions.login(request)
        self.sessions.check(request)
        return self._routed(request)

    def _rate_headers(self) -> dict[str, str]:
        """On every answer; a 429 has no Retry-After beside them."""
        limit, now = self._budget or _LIMIT, self.database.now()
        reset = (self._recent[0] if self._recent else now) + _WINDOW
        return {
            "x-api-version": "12.2607.9741.10976",
            "x-ratelimit-limit": str(limit),
            "x-ratelimit-observed": str(len(self._recent)),
            "x-ratelimit-remaining": str(max(0, limit - len(self._recent))),
            "x-ratelimit-reset": str(int(reset.timestamp()) + 1),
            "x-ratelimit-resettime": reset.strftime("%a, %d %b %Y %H:%M:%S GMT"),
        }

    def _routed(self, request: Request) -> Response:
        first, *rest = [part for part in request.path.split("/") if part] or [""]
        name = next((each for each in MODELS if each.lower() == first.lower()), None)
        if name is None:
            raise no_route(request.path)
        if name in self._denied:
            raise refused(403, PRIVILEGE, f"Required privilege: {name}.")
        match request.method, [part.lower() for part in rest]:
            case "GET", []:
                return self._list(request, name, list(self.database.tables[name].ids()))
            case "GET", [id]:
                return self._one(request, name, _id(id))
            case "GET", [id, child]:
                return self._under(request, name, _id(id), child)
            case "POST", ["historynotes"] if name in _NOTED:
                return self._note(request, name)
            case "POST", [] | [_] if MODELS[name].saved:
                return self._save(request, name)
            case "POST", [id, action] if name == "ServiceManagerIssues" and action in _LINKING:
                return self._link(request, _id(id), *_LINKING[action])
            case "DELETE", [id] if MODELS[name].saved:
                self._existing(name, _id(id))
                self.remove(name, _id(id))
                return Response(status=200)
        raise no_route(request.path)

    def _existing(self, name: str, id: int) -> Record:
        row = self.database.tables[name].get(id)
        if row is None:
            raise no_such_id()
        return row

    def _one(self, request: Request, name: str, id: int) -> Response:
        self._existing(name, id)
        return json_response(self._cut(name, id, query.read(request, MODELS[name])))

    def _under(self, request: Request, name: str, id: int, child: str) -> Response:
        self._existing(name, id)
        model = MODELS[name]
        found = next((pair for embed, pair in model.children.items() if embed.lower() == child), None)
        if found is None:
            raise no_route(request.path)
        return self._list(request, found[0], self._children(*found, id, name))

    def _list(self, request: Request, name: str, ids: Sequence[int]) -> Response:
        asked = query.read(request, MODELS[name])
        if asked.tests:
            ids = [id for id in ids if _kept(self._shown(name, id), asked.tests)]
        start = (asked.number - 1) * asked.size
        page = ids[start : start + asked.size]
        headers = {"x-results": str(len(page)), "x-total-results": str(len(ids))}
        if not page:
            return Response(status=204, headers=headers)
        return json_response([self._cut(name, id, asked) for id in page], headers=headers)

    def _children(self, child: str, key: str, id: int, parent: str) -> list[int]:
        """Rows of `child` whose `key` is `id`; ids of different parents are told apart by their type."""
        known = self._indexes.get((child, key))
        if known is None or known[0] != self.database.version or self.database.lag:
            index: dict[Any, list[int]] = {}
            for child_id, row in self.database.tables[child].rows():
                index.setdefault((row.get(key), row.get("ParentType") or row.get("EntityType")), []).append(child_id)
            known = self._indexes[child, key] = (self.database.version, index)
        return known[1].get((id, None)) or known[1].get((id, _singular(parent))) or []

    def _cut(self, name: str, id: int, asked: query.Query) -> Record:
        shown = self._shown(name, id, asked.embeds) | {embed: [] for embed in asked.silent}
        return {key: value for key, value in shown.items() if not asked.fields or key in asked.fields}

    def _shown(self, name: str, id: int, embeds: Sequence[str] = ()) -> Record:
        """A row as the wire shows it: nulls left out, times local to the location and without a zone."""
        model, table = MODELS[name], self.database.tables[name]
        row = self._row(name, id)
        plain = {key: row[key] for key in model.fields if row.get(key) is not None}
        lock = {"ConcurrencyID": row.get("ConcurrencyID", 1)} if model.counted else {}
        audit = {"CreateDate": _local(table.created(id)), "UpdateDate": _local(table.updated(id))}
        return {model.key: id, **plain, **lock, **audit, **self._embedded(name, model, id, row, embeds)}

    def _embedded(self, name: str, model: Model, id: int, row: Record, embeds: Sequence[str]) -> Record:
        found: Record = {}
        for embed in dict.fromkeys(each.partition(".")[0] for each in embeds):
            if embed in model.inline:
                found[embed] = row.get(embed) or []
                continue
            if embed in model.parents:
                parent, key = model.parents[embed]
                found |= {embed: self._shown(parent, row[key])} if row.get(key) else {}
                continue
            child, key = model.children[embed]
            deeper = [each.partition(".")[2] for each in embeds if each.startswith(f"{embed}.")]
            found[embed] = [self._shown(child, each, deeper) for each in self._children(child, key, id, name)]
        return found

    def _save(self, request: Request, name: str) -> Response:
        """An array; an item without its key, or with 0, is made, any other changed. All or none."""
        model, items = MODELS[name], _items(request)
        for item in items:
            self._check(name, model, item)
        ids = [self._update(name, item) if item.get(model.key) else self._create(name, item) for item in items]
        asked = query.read(request, model)
        tags = [{"MetaTag": item["MetaTag"]} if "MetaTag" in item else {} for item in items]
        return json_response([self._cut(name, id, asked) | tag for id, tag in zip(ids, tags, strict=True)])

    def _check(self, name: str, model: Model, item: Record) -> None:
        for needed in model.needs:
            if item.get(needed) in (None, ""):
                raise refused(400, VALIDATION, f"{needed} is required.")
        for link, (table, key) in LINKS.items():
            for each in item.get(link) or () if link in model.inline else ():
                if not self.database.tables[table].has(each.get(key) or 0):
                    raise refused(400, VALIDATION, f"{link}: {key} {each.get(key)} was not found.")
        if item.get(model.key):
            self._existing(name, item[model.key])
            held, lock = self._shown(name, item[model.key]), "ConcurrencyID" if model.counted else "UpdateDate"
            if item.get(lock) != held[lock]:
                raise refused(409, CONCURRENCY, "The record was changed by another user.")

    def _create(self, name: str, item: Record) -> int:
        model, table = MODELS[name], self.database.tables[name]
        self._check(name, model, {**item, model.key: 0})
        id = table.add(_kept_fields(model, item) | ({"ConcurrencyID": 1} if model.counted else {}))
        self._tell(model.event, "Add", id, item.get("ParentID"))
        return id

    def _update(self, name: str, item: Record) -> int:
        model = MODELS[name]
        id, held = int(item[model.key]), self._existing(name, int(item[model.key]))
        kept = {embed: held[embed] for embed in model.inline if embed in held}
        self._put(name, id, {**kept, "ConcurrencyID": held.get("ConcurrencyID", 1), **_kept_fields(model, item)})
        return id

    def _put(self, name: str, id: int, row: Record) -> None:
        table: Table = self.database.tables[name]
        table.put(id, {**row, "ConcurrencyID": row.get("ConcurrencyID", 1) + 1})
        self._tell(MODELS[name].event, "Edit", id, None)

    def _note(self, request: Request, name: str) -> Response:
        """The answer does not tell the new note's id (contract 3.7)."""
        items = _items(request)
        for item in items:
            self._existing(name, int(item.get("ParentID") or 0))
            if not item.get("Note"):
                raise refused(400, VALIDATION, "Note is required.")
        for item in items:
            row = {"HistoryType": "NOTE", "EntityType": _singular(name), "HistoryDate": _local(self.database.now())}
            id = self.database.tables["History"].add({**row, **_kept_fields(MODELS["History"], item)})
            self._tell(_NOTED[name], "Add", id, item["ParentID"])
        return json_response([{"ParentID": item["ParentID"], "Note": item["Note"]} for item in items])

    def _link(self, request: Request, id: int, embed: str, param: str) -> Response:
        row, (table, key) = self._existing("ServiceManagerIssues", id), LINKS[embed]
        other = next((value for name, value in request.params if name.lower() == param), "")
        self._existing(table, _id(other))
        linked = [*(row.get(embed) or ()), {key: int(other)}]
        if {key: int(other)} not in (row.get(embed) or ()):
            self._put("ServiceManagerIssues", id, {**row, embed: linked})
        return Response(status=200)

    def _tell(self, event: str, change: str, id: int, parent: object) -> None:
        if event and self.outbox is not None:
            said = {"EventType": f"{event}_{change}", "IDParentIDDict": {str(id): parent or id}}
            self.outbox.emit(said | {"CorporateID": "acme", "LocationID": 1, "LocationName": "Default"})


def _kept(row: Record, tests: Sequence[query.Test]) -> bool:
    return all(test(row) for test in tests)


def _kept_fields(model: Model, item: Mapping[str, Any]) -> Record:
    return {name: item[name] for name in (*model.fields, *model.inline) if name in item}


def _items(request: Request) -> list[Record]:
    try:
        body = json.loads(request.body)
    except ValueError:
        raise bad_parameter("models", "The body is not JSON.") from None
    items = [body] if isinstance(body, dict) and request.path.rstrip("/")[-1:].isdigit() else body
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise bad_parameter("models", "An array of models is expected.")
    return items


def _id(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise no_such_id()
    return int(text)


def _singular(name: str) -> str:
    return {"ServiceManagerIssues": "ServiceManagerIssue"}.get(name, name.removesuffix("s"))


def _local(moment: datetime) -> str:
    return moment.astimezone(EASTERN).strftime("%Y-%m-%dT%H:%M:%S")


def _unsigned(event: Record, secret: str, sent_at: datetime) -> tuple[Mapping[str, str], bytes]:
    """There is no signature and no secret: anybody could have written it."""
    return {"content-type": "application/json"}, json.dumps(event).encode()


def build(
    *,
    seed: int = 1,
    properties: int = 3,
    units_per_property: int = 4,
    now: Now | None = None,
    latency_ms: float = 0.0,
    budget: int | None = None,
    a_minute: int | None = None,
    denied: Sequence[str] = (),
) -> Simulator:
    """A fresh company: `a_minute` is calls in a rolling minute (documented: 500; None: any number), `budget` the same
    as calls a second; `denied` names resources for which this user lacks the privilege.
    """
    clock, faults = SimulatedClock(now), Faults()
    database, born = Database(clock), clock()
    Seeds(Portfolio(seed, properties, units_per_property, born.date()), born).fill(database)
    credentials = {
        "corpid": "acme",
        "username": "rooftree-api",
        "password": f"pw-{seed}-made-up-for-the-simulator",
        "location_id": "1",
    }
    outbox = Outbox(clock, faults, _unsigned, retries=())
    most = a_minute or (budget * 60 if budget else None)
    behaviour = RentManager(database, credentials, outbox, most, denied)
    return Simulator("rent_manager", behaviour, clock, faults, latency_ms / 1000)
