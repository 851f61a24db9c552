"""The Rentvine simulator: speaks the manager API as the contract describes it, with made-up data.

Where the contract is unsure the simulator takes the stricter reading and says so in a comment.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import uuid
from collections import deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from rooftree.simulators.clock import Now, SimulatedClock
from rooftree.simulators.faults import Faults
from rooftree.simulators.kit import Simulator
from rooftree.simulators.rentvine import files, portfolio, work_orders
from rooftree.simulators.rentvine.account import Account
from rooftree.simulators.rentvine.calls import Call
from rooftree.simulators.rentvine.errors import Refusal, error_response
from rooftree.simulators.rentvine.seed import Seeds
from rooftree.simulators.rentvine.words import text
from rooftree.simulators.seed import Portfolio
from rooftree.simulators.store import Database
from rooftree.simulators.webhooks import Outbox
from rooftree.simulators.wire import Record, Request, Response

BASE = "/api/manager"
Run: TypeAlias = Callable[[Account, Call], Response]
_ROUTES: tuple[tuple[str, str, Run], ...] = (
    ("GET", "/properties", portfolio.properties),
    ("POST", "/properties", portfolio.create_property),
    ("GET", "/properties/export", portfolio.properties_export),
    ("GET", "/properties/units/export", portfolio.units_export),
    ("GET", "/properties/{id}", portfolio.property_),
    ("POST", "/properties/{id}", portfolio.update_property),
    ("POST", "/properties/{id}/activate", portfolio.activate),
    ("POST", "/properties/{id}/deactivate", portfolio.deactivate),
    ("GET", "/properties/{id}/units", portfolio.units_of),
    ("GET", "/properties/{id}/units/{id}", portfolio.unit),
    ("GET", "/leases", portfolio.leases),
    ("GET", "/leases/export", portfolio.leases_export),
    ("GET", "/leases/{id}", portfolio.lease),
    ("POST", "/leases/{id}", portfolio.update_lease),
    ("GET", "/tenants", portfolio.people("tenants")),
    ("GET", "/tenants/search", portfolio.search_people("tenants")),
    ("GET", "/owners", portfolio.people("owners")),
    ("GET", "/owners/search", portfolio.search_people("owners")),
    ("GET", "/vendors", portfolio.people("vendors")),
    ("GET", "/vendors/search", portfolio.search_people("vendors")),
    ("GET", "/vendors/{id}", portfolio.vendor),
    ("GET", "/contacts/{id}", portfolio.contact),
    ("GET", "/portfolios", portfolio.portfolios),
    ("GET", "/portfolios/{id}", portfolio.portfolio),
    ("GET", "/screening/applications", portfolio.applications),
    ("GET", "/screening/applications/export", portfolio.applications),
    ("GET", "/maintenance/work-orders", work_orders.listed),
    ("POST", "/maintenance/work-orders", work_orders.create),
    ("GET", "/maintenance/work-orders/{id}", work_orders.one),
    ("POST", "/maintenance/work-orders/{id}", work_orders.update),
    ("DELETE", "/maintenance/work-orders/{id}", work_orders.delete),
    ("GET", "/maintenance/work-order/statuses", files.statuses),
    ("GET", "/maintenance/vendor-trades", files.trades),
    ("POST", "/maintenance/vendor-trades", files.create_trade),
    ("GET", "/maintenance/vendor-trades/{id}", files.trade),
    ("GET", "/maintenance/inspections", files.inspections),
    ("POST", "/maintenance/inspections", files.create_inspection),
    ("GET", "/maintenance/inspections/{id}", files.inspection),
    ("GET", "/files", files.listed),
    ("POST", "/files", files.upload),
    ("GET", "/files/{id}", files.one),
    ("GET", "/files/{id}/download", files.download),
    ("DELETE", "/files/{id}", files.delete),
    ("GET", "/chat/messages", files.messages),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """What the key's role may do: nothing below the paths in `closed`, and only read where `read_only`."""

    read_only: bool = False
    closed: Collection[str] = ()

    def check(self, request: Request) -> None:
        path = request.path.removeprefix(BASE)
        if (self.read_only and request.writes) or any(path.startswith(each) for each in self.closed):
            raise Refusal(403, "You do not have permission to perform this action.")


class Rentvine:
    """One account behind the wire; `budget` is how many requests a second it takes, None for any number."""

    def __init__(self, account: Account, credentials: dict[str, str], role: Role, budget: int | None) -> None:
        self.account = account
        self.database = account.database
        self.credentials = credentials
        self.outbox: Outbox | None = None
        self._role = role
        self._budget = budget
        self._recent: deque[datetime] = deque()
        # Words before numbers: /properties/export is no property.
        ordered = sorted(_ROUTES, key=lambda route: route[1].count("{"))
        self._routes = [(method, re.compile(path.replace("{id}", r"(\d{1,15})")), run) for method, path, run in ordered]

    def answer(self, request: Request) -> Response:
        try:
            response = self._answer(request)
        except Refusal as refusal:
            response = refusal.response()
        return replace(response, headers={**response.headers, "x-request-id": str(uuid.uuid4())})

    def error(self, status: int, message: str) -> Response:
        return error_response(status, message)

    def emptied(self, response: Response, *, keep_total: bool) -> Response:
        if not response.body.startswith(b"["):
            return response
        none = {"pagination-total-items": "0", "pagination-total-pages": "1"}
        return replace(response, body=b"[]", headers=response.headers if keep_total else {**response.headers, **none})

    def truth(self, collection: str) -> list[Record]:
        if collection == "notices":
            return list(self.account.notices)
        return [row for _id, row in self.database.tables[collection].rows()]

    def enter(self, place: str, fields: Mapping[str, object]) -> Record:
        """`place` is the path that records of this kind are posted to; the answer is the record without envelope."""
        request = Request(method="POST", path=f"{BASE}/{place}", body=json.dumps(fields).encode())
        try:
            run, ids = self._find(request)
            made: Record = json.loads(run(self.account, Call(request, ids)).body)
        except Refusal as refusal:
            raise ValueError(refusal.message) from refusal
        return next((value for value in made.values() if isinstance(value, dict)), made)

    def edit(self, collection: str, id: int, fields: Mapping[str, Any]) -> Record:
        """Work orders and properties change as by the API, anything else by its fields."""
        table = self.database.tables[collection]
        row = table.get(id)
        if row is None or fields.keys() - row.keys():
            raise KeyError(f"{collection}/{id}")
        change = {"work_orders": work_orders.change, "properties": portfolio.change_property}.get(collection)
        try:
            changed = change(self.account, id, dict(fields)) if change else row
        except Refusal as refusal:
            raise ValueError(refusal.message) from refusal
        return table.put(id, {**changed, **text(dict(fields)), "dateTimeModified": self.account.now_text()})

    def remove(self, collection: str, id: int) -> None:
        table = self.database.tables[collection]
        if table.get(id) is None:
            raise KeyError(f"{collection}/{id}")
        table.remove(id)

    def _answer(self, request: Request) -> Response:
        if self._over_budget():
            raise Refusal(429, "Too many requests.")
        self._authorize(request)
        run, ids = self._find(request)
        self._role.check(request)
        return run(self.account, Call(request, ids))

    def _find(self, request: Request) -> tuple[Run, tuple[int, ...]]:
        path = request.path.removeprefix(BASE) if request.path.startswith(f"{BASE}/") else ""
        for method, pattern, run in self._routes:
            match = pattern.fullmatch(path)
            if match and method == request.method:
                return run, tuple(int(id) for id in match.groups())
        raise Refusal(404, "Not found.")

    def _authorize(self, request: Request) -> None:
        scheme, _, told = request.headers.get("authorization", "").partition(" ")
        known = f"{self.credentials['access_key']}:{self.credentials['secret']}"
        try:
            given = base64.b64decode(told, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            given = ""
        if scheme.lower() != "basic" or given != known:
            raise Refusal(401, "Unauthorized.")

    def _over_budget(self) -> bool:
        if self._budget is None:
            return False
        now = self.database.now()
        while self._recent and self._recent[0] <= now - timedelta(seconds=1):
            self._recent.popleft()
        if len(self._recent) >= self._budget:
            return True
        self._recent.append(now)
        return False


def build(
    *,
    seed: int = 1,
    properties: int = 3,
    units_per_property: int = 4,
    now: Now | None = None,
    budget: int | None = None,
    latency_ms: float = 0.0,
    read_only: bool = False,
    closed: Collection[str] = (),
    zone: str = "America/Denver",
) -> Simulator:
    """A fresh account.

    `budget` is requests a second; Rentvine publishes none, and two are what its clients live by. `read_only` and
    `closed` (paths as "/maintenance") limit the key's role. `zone` is where times without a zone are told.
    """
    clock, faults = SimulatedClock(now), Faults()
    database, born = Database(clock), clock()
    place = ZoneInfo(zone)
    seeds = Seeds(Portfolio(seed, properties, units_per_property, born.date()), born, place)
    key = {"account": "madeup", "access_key": f"rv_{uuid.uuid4().hex[:20]}", "secret": uuid.uuid4().hex}
    behaviour = Rentvine(Account(database, seeds, place), key, Role(read_only=read_only, closed=tuple(closed)), budget)
    return Simulator("rentvine", behaviour, clock, faults, latency_ms / 1000)
