"""The AppFolio simulator: speaks the v0 API, one report and its webhooks as the contract describes them, made-up data.

Where the contract is unsure it takes the stricter reading: a create answers with the id alone, a note does not say
what it is about, and what no client has seen in an answer is never in one.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import uuid
from base64 import b64decode
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from rooftree.simulators.appfolio import papers, writes
from rooftree.simulators.appfolio.account import Account
from rooftree.simulators.appfolio.errors import Refusal, error_response, invalid
from rooftree.simulators.appfolio.lists import LISTS, PREFIX, Shelf, emptied
from rooftree.simulators.appfolio.seed import Seeds
from rooftree.simulators.appfolio.shapes import checked, many, nested
from rooftree.simulators.appfolio.signing import Signing
from rooftree.simulators.appfolio.words import number_of, uid
from rooftree.simulators.clock import Now, SimulatedClock
from rooftree.simulators.faults import Faults
from rooftree.simulators.kit import Simulator
from rooftree.simulators.seed import Portfolio
from rooftree.simulators.store import Database
from rooftree.simulators.webhooks import Outbox
from rooftree.simulators.wire import Record, Request, Response, json_response

CREDENTIALS = {
    "client_id": "simulated-client-1",
    "client_secret": "simulated-secret-1",
    "developer_id": "simulated-developer-1",
    "reports_client_id": "simulated-reports-client-1",
    "reports_client_secret": "simulated-reports-secret-1",
}
REPORTS = "/api/v2/reports/"
JWKS = "/.well-known/jwks.json"
_DAY = timedelta(hours=24)
_RETRIES = (60.0, 600.0, 3600.0)
Limits = Sequence[tuple[int, float]]


class AppFolio:
    """One customer database; `limits` are pairs of calls and seconds, `forbidden` names collections not granted."""

    def __init__(
        self, account: Account, shelf: Shelf, signing: Signing, limits: Limits, forbidden: Iterable[str], notes: bool
    ) -> None:
        self.account = account
        self.signing = signing
        self.database = account.database
        self.outbox: Outbox | None = account.outbox
        self.credentials = dict(CREDENTIALS)
        self.forbidden = set(forbidden)
        self._shelf = shelf
        self._notes_of_orders = notes
        self._limits = limits
        self._recent: deque[datetime] = deque()
        self._answered: dict[str, tuple[datetime, str, Response]] = {}

    def answer(self, request: Request) -> Response:
        try:
            response = self._answer(request)
        except Refusal as refusal:
            response = error_response(refusal.status, refusal.message, refusal.headers)
        return replace(response, headers={**response.headers, "x-request-id": str(uuid.uuid4())})

    def error(self, status: int, message: str) -> Response:
        return json_response({"code": status, "message": message}, status)

    def emptied(self, response: Response, *, keep_total: bool) -> Response:
        is_json = "json" in response.headers.get("content-type", "")
        return replace(response, body=emptied(response.body)) if is_json and response.status == 200 else response

    def truth(self, collection: str) -> list[Record]:
        return [self.account.shown(collection, number) for number in list(self.account.tables[collection].ids())]

    def enter(self, place: str, fields: Mapping[str, object]) -> Record:
        """`place` is a collection; "service_requests" is a resident's request, which comes with its work order."""
        try:
            return self._entered(place, dict(fields))
        except Refusal as refusal:
            raise ValueError(refusal.message) from refusal

    def edit(self, collection: str, id: int, fields: Mapping[str, object]) -> Record:
        """`id` is the number that ends the record's Link."""
        held = self.account.tables[collection].get(id)
        if held is None or fields.keys() - held.keys():
            raise KeyError(f"{collection}/{id} {sorted(fields.keys() - (held or {}).keys())}")
        self.account.change(collection, id, dict(fields))
        return self.account.shown(collection, id)

    def remove(self, collection: str, id: int) -> None:
        table = self.account.tables[collection]
        if table.get(id) is None:
            raise KeyError(f"{collection}/{id}")
        table.remove(id)
        self.account.emit(collection, id, "delete")

    def _entered(self, place: str, fields: Record) -> Record:
        if place != "service_requests":
            return self.account.shown(place, writes.create(self.account, place, fields))
        ours = ("RequestingTenantId", "TenantRemarks", "EntryInstructions", "PreferredTimes", "WorkOrderIssue")
        number = writes.create(
            self.account, "work_orders", {name: value for name, value in fields.items() if name not in ours}
        )
        request = {"ServiceRequestId": uid("service_requests", number), "Type": "Service Request"}
        self.account.change(
            "work_orders", number, {**request, **{name: fields[name] for name in ours if name in fields}}
        )
        return self.account.shown("work_orders", number)

    def _answer(self, request: Request) -> Response:
        if request.path == JWKS:
            return json_response(self.signing.published())
        if request.path.startswith(papers.FILES):
            return papers.stored(self.account, request)
        self._check_pace()
        if request.path.startswith(REPORTS):
            return self._report(request)
        if not request.path.startswith(PREFIX):
            raise Refusal(404, "Not Found")
        self._authorize(request, "client_id", "client_secret")
        if request.headers.get("x-appfolio-developer-id") != self.credentials["developer_id"]:
            raise Refusal(401, "X-AppFolio-Developer-ID is missing or unknown")
        parts = request.path.removeprefix(PREFIX).split("/")
        if parts[0] in self.forbidden:
            raise Refusal(403, f"The credential is not entitled to {parts[0]}")
        return self._read(parts, request) if request.method == "GET" else self._once(parts, request)

    def _report(self, request: Request) -> Response:
        self._authorize(request, "reports_client_id", "reports_client_secret")
        if request.method != "POST":
            raise Refusal(404, "Not Found")
        if "reports" in self.forbidden:
            raise Refusal(403, "The credential is not entitled to reports")
        return papers.report(self.account, request.path.removeprefix(REPORTS).removesuffix(".json"), request)

    def _authorize(self, request: Request, id: str, secret: str) -> None:
        """An unknown client is 401; a known one with a wrong secret is AppFolio's own 701."""
        client, _, password = _pair(request.headers.get("authorization", "")).partition(":")
        known = hmac.compare_digest(client.encode(), self.credentials[id].encode())
        if not known or not hmac.compare_digest(password.encode(), self.credentials[secret].encode()):
            raise Refusal(701 if known else 401, "Invalid credential")

    def _check_pace(self) -> None:
        now = self.account.now()
        longest = max((seconds for _calls, seconds in self._limits), default=0.0)
        while self._recent and self._recent[0] <= now - timedelta(seconds=longest):
            self._recent.popleft()
        for calls, seconds in self._limits:
            spent = [moment for moment in self._recent if moment > now - timedelta(seconds=seconds)]
            if len(spent) >= calls:
                wait = (spent[-calls] + timedelta(seconds=seconds) - now).total_seconds()
                raise Refusal(429, "Rate limit exceeded", {"retry-after": str(max(1, round(wait + 0.5)))})
        if self._limits:
            self._recent.append(now)

    def _read(self, parts: list[str], request: Request) -> Response:
        match parts:
            case [name] if name in LISTS:
                return self._shelf.page(name, request, LISTS[name])
            case ["work_orders", "notes"] if not self._notes_of_orders:
                raise Refusal(404, "Not Found")
            case [entity, "notes"] if entity in papers.NOTED:
                return papers.list_papers(self.account, "notes", entity, request)
            case [entity, "attachments"] if entity in papers.FILED:
                return papers.list_papers(self.account, "attachments", entity, request)
            case ["owners", id]:
                number = number_of("owners", id)
                if number is None or not self.account.tables["owners"].has(number):
                    raise Refusal(404, "Not Found")
                return json_response(self.account.show("owners", number))
        raise Refusal(404, "Not Found")

    def _once(self, parts: list[str], request: Request) -> Response:
        """A write; a POST under a key that was used within a day is answered from memory (contract 5)."""
        key = request.headers.get("idempotency-key") if request.method == "POST" else None
        if key is None:
            return self._written(parts, request)
        print_ = hashlib.sha256(f"{request.path}\0".encode() + _unbound(request)).hexdigest()
        at, known, response = self._answered.get(key, (None, "", None))
        if at is not None and response is not None and at > self.account.now() - _DAY:
            if known != print_:
                raise invalid("This Idempotency-Key was used with another body")
            return replace(response, headers={**response.headers, "Idempotent-Replayed": "true"})
        response = self._written(parts, request)
        self._answered[key] = (self.account.now(), print_, response)
        return response

    def _written(self, parts: list[str], request: Request) -> Response:
        account = self.account
        match (request.method, *parts):
            case ("PATCH", "tenants", "bulk"):
                return json_response({"data": self._many_tenants(_body(request))})
            case ("POST", kind) if kind in writes.WRITES:
                return json_response(writes.created(kind, writes.create(account, kind, _body(request))))
            case ("PATCH", kind, id) if kind in writes.WRITES and (number := number_of(kind, id)) is not None:
                writes.change(account, kind, number, _body(request))
                return json_response({})
            case ("POST", entity, id, "notes") if entity in papers.NOTED:
                return json_response(papers.add_note(account, entity, id, _body(request)))
            case ("PATCH", entity, id, "notes", note) if entity in papers.NOTED:
                return json_response(papers.change_note(account, entity, id, note, _body(request)))
            case ("POST", entity, id, "attachments") if entity in papers.FILED:
                return json_response(papers.add_file(account, entity, id, request))
            case ("DELETE", entity, id, "attachments", attachment):
                papers.drop_file(account, entity, id, attachment)
                return Response(status=204)
        raise Refusal(404, "Not Found")

    def _many_tenants(self, body: object) -> list[Record]:
        shape = writes.WRITES["tenants"].change
        rows = checked(body, {"data": many(nested(shape, ["Id"]))}, ["data"])["data"]
        for row in rows:
            number = number_of("tenants", row["Id"])
            if number is None:
                raise invalid("Id not found")
            writes.change(self.account, "tenants", number, {k: v for k, v in row.items() if k != "Id"})
        return [{"Id": row["Id"]} for row in rows]


def _pair(header: str) -> str:
    """What stands behind "Basic", decoded; empty where it cannot be."""
    try:
        return b64decode(header.removeprefix("Basic "), validate=True).decode()
    except ValueError:
        return ""


def _unbound(request: Request) -> bytes:
    """The body without the boundary of a multipart form, which each sending makes anew."""
    _, _, boundary = request.headers.get("content-type", "").partition("boundary=")
    return request.body.replace(boundary.encode(), b"") if boundary else request.body


def _body(request: Request) -> object:
    try:
        body: object = json.loads(request.body)
    except ValueError:
        raise Refusal(400, "The body is not JSON") from None
    return body


def build(
    *,
    seed: int = 1,
    properties: int = 3,
    units_per_property: int = 4,
    now: Now | None = None,
    budget: int | None = None,
    limits: Limits = (),
    latency_ms: float = 0.0,
    forbidden: Iterable[str] = (),
    absent: Mapping[str, Iterable[str]] | None = None,
    prepares: bool = True,
    too_big: bool = False,
    notes_of_orders: bool = True,
) -> Simulator:
    """A fresh customer database.

    `limits` are pairs of calls and seconds (documented: see the registry); `budget` is calls a second, counted over
    five seconds as databases are seen to do. `forbidden` names collections answered with 403 ("reports" too),
    `absent` fields left out by collection. `prepares` answers a long question about work orders with 533 at first,
    `too_big` always. `notes_of_orders` False takes away the one read of notes that the catalogue does not list.
    """
    clock, faults, signing = SimulatedClock(now), Faults(), Signing()
    database = Database(clock)
    born = clock()
    seeds = Seeds(Portfolio(seed, properties, units_per_property, born.date()), born)
    account = Account(database, seeds, Outbox(clock, faults, signing.sign, retries=_RETRIES), absent or {})
    shelf = Shelf(account, prepares=prepares, too_big=too_big)
    paces = [*limits, *([(budget * 5, 5.0)] if budget else [])]
    behaviour = AppFolio(account, shelf, signing, paces, forbidden, notes_of_orders)
    return Simulator("appfolio", behaviour, clock, faults, latency_ms / 1000)
