"""The Rent Manager simulator: WAPI12 as the contract gathers it, with made-up data and its traps on.

Where the evidence is silent it takes the stricter reading: a save replaces the record, and needs its lock.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from rooftree.simulators.clock import Now, SimulatedClock
from rooftree.simulators.faults import Faults
from rooftree.simulators.kit import Simulator
from rooftree.simulators.rent_manager import query
from rooftree.simulators.rent_manager.errors import (
    AUTHENTICATION,
    PRIVILEGE,
    Refusal,
    error_model,
    no_route,
    no_such_id,
    refused,
)
from rooftree.simulators.rent_manager.models import MODELS, NOTED, POSTED, VIEWS
from rooftree.simulators.rent_manager.rows import Rows
from rooftree.simulators.rent_manager.saves import Saves, items_in
from rooftree.simulators.rent_manager.seed import Seeds
from rooftree.simulators.rent_manager.sessions import LOGIN, Sessions
from rooftree.simulators.seed import Portfolio
from rooftree.simulators.store import Database
from rooftree.simulators.webhooks import Outbox
from rooftree.simulators.wire import Record, Request, Response, json_response

_WINDOW, _LIMIT = timedelta(seconds=60), 500
_LINKING = {
    "linkunit": ("LinkedUnits", "unitid"),
    "linkproperty": ("LinkedProperties", "propertyid"),
}
_CUSTOM_WRITTEN = ("Tenants", "Units", "ServiceManagerIssues")
_POSTED = {name.lower(): name for name in POSTED}
_DENIED_AS_500 = ("WebhookDetails", "Payments")


class RentManager:
    """One company behind the wire; `budget` calls in a rolling minute (documented: 500), `denied` resources."""

    def __init__(
        self,
        database: Database,
        credentials: dict[str, str],
        outbox: Outbox,
        budget: int | None,
        denied: Sequence[str],
        *,
        units_only: bool = False,
    ) -> None:
        self.database = database
        self.credentials = credentials
        self.outbox: Outbox | None = outbox
        self.sessions = Sessions(credentials, database.now)
        self.rows = Rows(database)
        self.saves = Saves(self.rows, outbox, units_only=units_only)
        self._budget = budget
        self._denied = frozenset(denied)
        self._recent: deque[datetime] = deque()

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
        return [self.rows.shown(collection, id, (*model.inline,)) for id in list(table.ids())]

    def enter(self, place: str, fields: Mapping[str, object]) -> Record:
        try:
            return self.rows.shown(place, self.saves.create(place, dict(fields)), MODELS[place].inline)
        except Refusal as refusal:
            raise ValueError(str(refusal)) from refusal

    def edit(self, collection: str, id: int, fields: Mapping[str, object]) -> Record:
        row, model = self.rows.row(collection, id), MODELS[collection]
        unknown = fields.keys() - {*model.fields, *model.inline}
        if unknown:
            raise KeyError(f"{collection} has no {', '.join(sorted(unknown))}")
        self.saves.put(collection, id, {**row, **fields})
        return self.rows.shown(collection, id, model.inline)

    def remove(self, collection: str, id: int) -> None:
        self.saves.remove(collection, id)

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
        if first.lower() == "download" and request.method == "GET" and rest:
            return self._download(rest[0])
        view = next((kind for each, kind in VIEWS.items() if each.lower() == first.lower()), None)
        if view is not None:
            return self._history(request, view, rest)
        name = next((each for each in MODELS if each.lower() == first.lower() and not MODELS[each].hidden), None)
        if name is None:
            raise no_route(request.path)
        if name in self._denied:
            # Some resources tell a missing privilege as a server error (contract 2.6).
            raise refused(500 if name in _DENIED_AS_500 else 403, PRIVILEGE, f"Required privilege: {name}.")
        return self._of(request, name, [part.lower() for part in rest])

    def _history(self, request: Request, kind: str, rest: Sequence[str]) -> Response:
        match request.method, [part.lower() for part in rest]:
            case "GET", []:
                return self._view(request, kind)
            case "GET", [id]:
                return self._one(request, "History", _id(id))
            case "POST", [id, "uploadattachments"] if kind == "NOTE":
                return self.saves.attach(request, _id(id))
        raise no_route(request.path)

    def _of(self, request: Request, name: str, rest: Sequence[str]) -> Response:
        match request.method, rest:
            case "GET", []:
                return self._list(request, name, list(self.database.tables[name].ids()))
            case "GET", ["currentuser"] if name == "Users":
                return self._one(request, name, next(iter(self.database.tables[name].ids())))
            case "GET", [id]:
                return self._one(request, name, _id(id))
            case "GET", [id, child]:
                return self._under(request, name, _id(id), child)
            case "POST", ["historynotes"] if name in NOTED:
                return self.saves.note(name, items_in(request))
            case "POST", [] | [_] if MODELS[name].saved:
                return self._save(request, name, items_in(request))
            case "POST", [id, action]:
                return self._called(request, name, _id(id), action)
            case "DELETE", [id] if MODELS[name].saved:
                self.rows.existing(name, _id(id))
                self.remove(name, _id(id))
                return Response(status=200)
        raise no_route(request.path)

    def _called(self, request: Request, name: str, id: int, action: str) -> Response:
        """A POST on one record: a link, custom values, a posting to a tenant, or a save of just this one."""
        if name == "ServiceManagerIssues" and action in _LINKING:
            embed, param = _LINKING[action]
            other = next((value for key, value in request.params if key.lower() == param), "")
            return self.saves.link(id, embed, _id(other))
        if action == "userdefinedvalues" and name in _CUSTOM_WRITTEN:
            return self.saves.values(name, id, items_in(request))
        if name == "Tenants" and action in _POSTED:
            self.rows.existing(name, id)
            owner = {"AccountID": id, "AccountType": "Customer"}
            return self._save(request, _POSTED[action], [{**item, **owner} for item in items_in(request)])
        if name == "Appointments" and action == "appointmentuser":
            self.rows.existing(name, id)
            return Response(status=200)
        raise no_route(request.path)

    def _one(self, request: Request, name: str, id: int) -> Response:
        self.rows.existing(name, id)
        return json_response(self.rows.cut(name, id, query.read(request, MODELS[name])))

    def _under(self, request: Request, name: str, id: int, child: str) -> Response:
        self.rows.existing(name, id)
        model = MODELS[name]
        pairs = {**model.children, **({"UserDefinedValues": ("UserDefinedValues", "ParentID")} if model.custom else {})}
        found = next((pair for embed, pair in pairs.items() if embed.lower() == child), None)
        if found is None:
            raise no_route(request.path)
        return self._list(request, found[0], self.rows.children(*found, id, name))

    def _list(self, request: Request, name: str, ids: Sequence[int]) -> Response:
        asked = query.read(request, MODELS[name])
        if asked.tests:
            ids = [id for id in ids if _kept(self.rows.shown(name, id), asked.tests)]
        start = (asked.number - 1) * asked.size
        page = ids[start : start + asked.size]
        headers = {"x-results": str(len(page)), "x-total-results": str(len(ids))}
        if not page:
            return Response(status=204, headers=headers)
        return json_response([self.rows.cut(name, id, asked) for id in page], headers=headers)

    def _view(self, request: Request, kind: str) -> Response:
        """History of one type: read-only."""
        ids = [id for id, row in self.database.tables["History"].rows() if row.get("HistoryType") == kind]
        return self._list(request, "History", ids)

    def _save(self, request: Request, name: str, items: Sequence[Record]) -> Response:
        ids, asked = self.saves.save(name, items), query.read(request, MODELS[name])
        tags = [{"MetaTag": item["MetaTag"]} if "MetaTag" in item else {} for item in items]
        return json_response([self.rows.cut(name, id, asked) | tag for id, tag in zip(ids, tags, strict=True)])

    def _download(self, token: str) -> Response:
        if token not in self.saves.files:
            raise no_such_id()
        return Response(headers={"content-type": "application/octet-stream"}, body=self.saves.files[token])


def _kept(row: Record, tests: Sequence[query.Test]) -> bool:
    return all(test(row) for test in tests)


def _meant(request: Request) -> Request:
    """A login is a POST that changes nothing: faults about writes let it pass."""
    return replace(request, method="GET") if request.path.lower() == LOGIN.lower() else request


def _id(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise no_such_id()
    return int(text)


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
    units_only: bool = False,
) -> Simulator:
    """A fresh company: `a_minute` is calls in a rolling minute (documented: 500; None: any number), `budget` the same
    as calls a second; `denied` names resources for which this user lacks the privilege;
    `units_only` lets a new issue take links to units alone, the one that is known to work (contract 3.6).
    """
    clock, faults = SimulatedClock(now), Faults(_meant)
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
    behaviour = RentManager(database, credentials, outbox, most, denied, units_only=units_only)
    return Simulator("rent_manager", behaviour, clock, faults, latency_ms / 1000)
