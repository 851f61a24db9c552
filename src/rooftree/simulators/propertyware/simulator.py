"""The Propertyware simulator: speaks the Open API of December 2024 as the contract describes it, with made-up data.

Its oddities are on: three headers, "1001" for every error, a total on the last page that counts only that page,
created times two hours behind, fields required though not declared, and closing that support has to switch on.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from rooftree.simulators.clock import Now, SimulatedClock
from rooftree.simulators.faults import Faults
from rooftree.simulators.kit import Simulator
from rooftree.simulators.propertyware import leases, leasing, saves, seed, seed_leasing
from rooftree.simulators.propertyware.rows import Refusal, body_of, granted, shown
from rooftree.simulators.propertyware.seed import Seeds
from rooftree.simulators.seed import Portfolio
from rooftree.simulators.store import Database, Table
from rooftree.simulators.webhooks import Outbox
from rooftree.simulators.wire import Record, Request, Response, json_response

BASE = "/pw/api/rest/v1"
DEFAULT_SIZE, MOST = 100, 500
_KEYS = ("client_id", "client_secret", "system_id")
_COLLECTIONS = {
    "portfolios": "portfolios",
    "buildings": "buildings",
    "units": "units",
    "leases": "leases",
    "contacts": "contacts",
    "vendors": "vendors",
    "workorders": "work_orders",
    "prospects": "prospects",
    "leases/charges": "charges",
    "leases/payments": "payments",
}
_LISTED_ONLY = ("leases/charges", "leases/payments")
"""No call tells a single one of these."""
_FILTERS = ("portfolioID", "buildingID", "unitID", "leaseID", "glAccountID", "status", "type", "priority")
_WRITTEN = (
    "buildingID category costEstimate description priority requiredMaterials scheduledEndDate source "
    "specificLocation startDate type unitIDs authorizeEnter searchTag publishToOwnerPortal publishToTenantPortal"
).split()
_CONTACT_NEEDS = {"country": "Country", "address": "Street", "city": "City", "stateRegion": "State"}


@dataclass
class Propertyware:
    """One organisation behind the wire. `beta` is whether support switched on closing and custom fields.

    `rights` is what the key may do in each group it is limited in: NONE, READ, WRITE or DELETE.
    """

    database: Database
    credentials: dict[str, str]
    budget: int | None
    beta: bool
    rights: Mapping[str, str] = field(default_factory=dict)
    outbox: Outbox | None = None

    def __post_init__(self) -> None:
        self._recent: list[datetime] = []
        self._tasks = self.database.table("tasks", first_id=900)
        self._conversations = self.database.table("conversations", first_id=700)
        self.routes: tuple[tuple[str, str, Callable[[Request, list[int]], Response]], ...] = (
            ("GET", r"/health", lambda _r, _i: json_response("Success")),
            ("POST", r"/workorders", self._create_order),
            ("POST", r"/contacts", self._create_contact),
            ("PUT", rf"/(?:{'|'.join(leases.CUSTOM)})/customfields", self._custom_fields),
            ("GET", r"/customfields/\w+/definitions", partial(leases.definitions, self.database)),
            ("POST", r"/leases", partial(leases.create, self.database)),
            ("PUT", r"/leases/(\d+)", partial(leases.replace, self.database)),
            ("PUT", r"/workorders/closeworkorder/(\d+)", self._close_order),
            ("GET", r"/workorders/(\d+)/tasks", self._list_tasks),
            ("POST", r"/workorders/(\d+)/tasks", self._create_task),
            ("PUT", r"/workorders/(\d+)/tasks/(\d+)", self._change_task),
            ("POST", r"/buildings", partial(saves.create, self.database, saves.BUILDINGS)),
            ("PUT", r"/buildings/(\d+)", partial(saves.replace, self.database, saves.BUILDINGS)),
            ("POST", r"/units", partial(saves.create, self.database, saves.UNITS)),
            ("PUT", r"/units/(\d+)", partial(saves.replace, self.database, saves.UNITS)),
            ("POST", r"/vendors", partial(saves.create, self.database, saves.VENDORS)),
            ("PUT", r"/contacts/(\d+)", partial(saves.replace, self.database, saves.CONTACTS)),
            ("POST", r"/leases/payments", partial(saves.create, self.database, saves.PAYMENTS)),
            ("POST", r"/prospects", partial(leasing.create_prospect, self.database)),
            ("POST", r"/leases/charges", partial(leasing.create_charge, self.database)),
            ("POST", r"/docs", partial(leasing.upload, self.database)),
            (
                "GET",
                r"/(?:leases|prospects|buildings|units|vendors|contacts)/(\d+)/conversations",
                self._list_conversations,
            ),
            ("POST", r"/(?:leases|prospects)/(\d+)/conversations", self._begin_conversation),
            ("POST", r"/leases/(\d+)/conversations/(\d+)/comments", self._comment),
            ("GET", r"/(?:leases|buildings)/(\d+)/notes", self._list_staff_notes),
            ("PUT", r"/leases/charges/(\d+)", partial(leasing.replace_charge, self.database)),
            ("PUT", r"/leases/payments/(\d+)", partial(saves.replace, self.database, saves.PAYMENTS)),
            ("PUT", r"/docs/(\d+)", partial(leasing.rename, self.database)),
            ("GET", r"/docs", self._list_documents),
            ("GET", r"/docs/(\d+)", partial(leasing.document, self.database)),
            ("GET", r"/docs/(\d+)/download", partial(leasing.download, self.database)),
        )

    def answer(self, request: Request) -> Response:
        try:
            self._admit(request)
            return self._route(request)
        except Refusal as refusal:
            return _refused(refusal.status, refusal.message, refusal.fields)

    def error(self, status: int, message: str) -> Response:
        return _refused(status, message)

    def emptied(self, response: Response, *, keep_total: bool) -> Response:
        if not response.body.startswith(b"["):
            return response
        headers = response.headers if keep_total else {**response.headers, "x-total-count": "0"}
        return Response(status=response.status, headers=headers, body=b"[]")

    def truth(self, collection: str) -> list[Record]:
        table = self.database.tables[collection]
        return [self._shown(table, id) for id, _row in table.rows()]

    def enter(self, place: str, fields: Mapping[str, object]) -> Record:
        """`place` is the path that records of this kind are posted to ("workorders")."""
        try:
            answer = self._route(Request(method="POST", path=f"{BASE}/{place}", body=json.dumps(fields).encode()))
        except Refusal as refusal:
            raise ValueError(str(refusal.fields or refusal.message)) from refusal
        made: Record = json.loads(answer.body)
        return made

    def edit(self, collection: str, id: int, fields: Mapping[str, object]) -> Record:
        table = self.database.tables[collection]
        row = table.get(id)
        if row is None:
            raise KeyError(f"{collection}/{id}")
        table.put(id, {**row, **fields})
        return self._shown(table, id)

    def remove(self, collection: str, id: int) -> None:
        table = self.database.tables[collection]
        if table.get(id) is None:
            raise KeyError(f"{collection}/{id}")
        table.remove(id)

    def _admit(self, request: Request) -> None:
        given = [request.headers.get(f"x-propertyware-{name.replace('_', '-')}") for name in _KEYS]
        if None in given:
            # Documented is 401; seen live is 400.
            raise Refusal(400, "Required authentication headers are missing.")
        if given != [self.credentials[name] for name in _KEYS]:
            raise Refusal(401, "Invalid credentials.")
        if not granted(self.rights, request.method, request.path.removeprefix(f"{BASE}/")):
            raise Refusal(403, "The key has no right to this.")
        now = self.database.now()
        self._recent = [at for at in self._recent if at > now - timedelta(seconds=1)]
        if self.budget is not None and len(self._recent) >= self.budget:
            raise Refusal(429, "Too many requests.")
        self._recent.append(now)

    def _route(self, request: Request) -> Response:
        path = request.path.removeprefix(BASE) if request.path.startswith(BASE) else ""
        for method, pattern, run in self.routes:
            match = re.fullmatch(pattern, path)
            if match and method == request.method:
                return run(request, [int(id) for id in match.groups()])
        name, _, id = path.removeprefix("/").partition("/")
        if f"{name}/{id}" in _LISTED_ONLY:
            name, id = f"{name}/{id}", ""
        if name not in _COLLECTIONS or request.method != "GET":
            return Response(status=404, headers={"content-type": "text/html"}, body=b"<html>404</html>")
        table = self.database.tables[_COLLECTIONS[name]]
        if not id:
            return self._list(request, table)
        if not id.isdigit():
            return Response(status=400)
        return json_response(self._shown(table, self._found(table, int(id))))

    def _shown(self, table: Table, id: int) -> Record:
        row = shown(table, id)
        return leases.joined(self.database, row) if table.name == "leases" else row

    def _found(self, table: Table, id: int) -> int:
        if table.get(id) is None:
            raise Refusal(404, "The requested record was not found.")
        return id

    def _list(self, request: Request, table: Table, of: tuple[str, object] | None = None) -> Response:
        asked = dict(request.params)
        since = _moment(asked.get("lastModifiedDateTimeStart"))
        until = _moment(asked.get("lastModifiedDateTimeEnd"))
        wanted = {name: asked[name] for name in _FILTERS if name in asked}
        inactive = asked.get("includeDeactivated") == "true" or table.name == "vendors"

        def keep(id: int, row: Record) -> bool:
            at = table.updated(id)
            in_time = (since is None or at >= since) and (until is None or at <= until)
            matches = all(str(row.get(name)) == value for name, value in wanted.items())
            shown = inactive or table.name not in ("buildings", "units", "portfolios") or row.get("active")
            return bool(in_time and matches and shown and (of is None or row.get(of[0]) == of[1]))

        ids = table.select(keep, since=since, key=(since, until, inactive, of, *sorted(wanted.items())))
        limit, offset = _whole(asked, "limit", DEFAULT_SIZE), _whole(asked, "offset", 0)
        size = min(max(1, limit), MOST)
        rows = [self._shown(table, id) for id in ids[offset : offset + size]]
        # Seen live: a last, partial page counts only itself.
        total = len(rows) if len(rows) < size else len(ids)
        return json_response(rows, headers={"x-total-count": str(total)})

    def _create_order(self, request: Request, _ids: list[int]) -> Response:
        body, table = body_of(request), self.database.tables["work_orders"]
        if not body.get("buildingID"):
            raise Refusal(400, "Validation failed.", [("buildingID", "Building ID is required")])
        if not self.database.tables["buildings"].has(int(body["buildingID"])):
            raise Refusal(400, "Validation failed.", [("buildingID", "Building does not exist")])
        if body.get("priority") not in (None, "HIGH", "MEDIUM", "LOW"):
            raise Refusal(400, None)
        units = body.get("unitIDs") or []
        if any(not self.database.tables["units"].has(int(unit)) for unit in units):
            raise Refusal(400, "Validation failed.", [("unitIDs", "Unit does not exist")])
        row = {name: body.get(name) for name in _WRITTEN} | {
            "status": "Open",
            "unitID": units[0] if units else None,
            "unitIDs": units,
            "requestedBy": self._person(body.get("requestedBy")),
            "assignedVendors": [],
            "customFields": [],
        }
        id = table.add(row)
        table.put(id, {**row, "number": id % 100_000})
        return json_response(shown(table, id), 201)

    def _person(self, id: Any) -> str | None:
        row = self.database.tables["contacts"].get(int(id)) if id else None
        if id and row is None:
            raise Refusal(400, "Validation failed.", [("requestedBy", "Contact does not exist")])
        return f"{row['firstName']} {row['lastName']}" if row else None

    def _create_contact(self, request: Request, _ids: list[int]) -> Response:
        body, table = body_of(request), self.database.tables["contacts"]
        address = body.get("address") or {}
        lacking = [(word, f"{word} is required") for key, word in _CONTACT_NEEDS.items() if not address.get(key)]
        if lacking:
            raise Refusal(400, "Validation failed.", lacking)
        return json_response(shown(table, table.add({"type": "OTHER", **body})), 201)

    def _close_order(self, request: Request, ids: list[int]) -> Response:
        table, id = self.database.tables["work_orders"], ids[0]
        self._opted_in()
        row, body = table.get(self._found(table, id)), body_of(request)
        cards = body.get("timeCardEntry") or []
        if not cards or any(not card.get("vendorID") for card in cards):
            raise Refusal(400, "Validation failed.", [("timeCardEntry", "Vendor ID is required")])
        if any(not self.database.tables["vendors"].has(int(card["vendorID"])) for card in cards):
            raise Refusal(400, "Validation failed.", [("vendorID", "Vendor does not exist")])
        day = body.get("completedDate") or table.today().isoformat()
        table.put(id, {**(row or {}), "status": "Closed", "completedDate": day, "closeComments": body.get("comments")})
        return json_response({"statusCode": "200"})

    def _custom_fields(self, request: Request, ids: list[int]) -> Response:
        self._opted_in()
        return leases.fill(self.database, request, ids)

    def _opted_in(self) -> None:
        if not self.beta:
            raise Refusal(404, None)

    def _list_tasks(self, request: Request, ids: list[int]) -> Response:
        self._found(self.database.tables["work_orders"], ids[0])
        return self._list(request, self._tasks, of=("_order", ids[0]))

    def _list_documents(self, request: Request, _ids: list[int]) -> Response:
        asked = dict(request.params)
        if asked.get("entityType") not in leasing.LISTED_KINDS:
            raise Refusal(400, None)
        row = (asked["entityType"], asked.get("entityId"))
        return self._list(request, self.database.tables["documents"], of=("_on", row))

    def _place(self, request: Request, id: int) -> tuple[str, int]:
        name = request.path.removeprefix(f"{BASE}/").partition("/")[0]
        return name, self._found(self.database.tables[name], id)

    def _list_conversations(self, request: Request, ids: list[int]) -> Response:
        return self._list(request, self._conversations, of=("_on", self._place(request, ids[0])))

    def _list_staff_notes(self, request: Request, ids: list[int]) -> Response:
        """Staff's own notes, put here by `edit` alone: no call makes one."""
        name, id = self._place(request, ids[0])
        return json_response((self.database.tables[name].get(id) or {}).get("_notes", []))

    def _begin_conversation(self, request: Request, ids: list[int]) -> Response:
        place, body, table = self._place(request, ids[0]), body_of(request), self._conversations
        if not body.get("text") or body.get("type") not in ("MANAGEMENT_TEAM", "OWNER", "TENANT"):
            raise Refusal(400, "Validation failed.", [("text", "Text and type are required")])
        row = {"_on": place, "entityID": ids[0], "type": body["type"], "subject": None}
        return json_response(shown(table, table.add(row | {"comments": [{"id": 1, "text": body["text"]}]})), 201)

    def _comment(self, request: Request, ids: list[int]) -> Response:
        place, body, table = self._place(request, ids[0]), body_of(request), self._conversations
        row = table.get(self._found(table, ids[1])) or {}
        if row["_on"] != place:
            raise Refusal(404, "The requested record was not found.")
        if not body.get("text"):
            raise Refusal(400, "Validation failed.", [("text", "Text is required")])
        made = {"id": len(row["comments"]) + 1, "text": body["text"]}
        table.put(ids[1], {**row, "comments": [*row["comments"], made]})
        return json_response(made, 201)

    def _create_task(self, request: Request, ids: list[int]) -> Response:
        self._found(self.database.tables["work_orders"], ids[0])
        id = self._tasks.add({"_order": ids[0], **_task_in(request)})
        return json_response(shown(self._tasks, id), 201)

    def _change_task(self, request: Request, ids: list[int]) -> Response:
        """Replaced as a whole, the stricter reading: whether a field left out is kept is not known."""
        row = self._tasks.get(self._found(self._tasks, ids[1])) or {}
        if row["_order"] != ids[0]:
            raise Refusal(404, "The requested record was not found.")
        self._tasks.put(ids[1], {"_order": ids[0], **_task_in(request)})
        return json_response(shown(self._tasks, ids[1]))


def _task_in(request: Request) -> Record:
    body = body_of(request)
    if not body.get("description"):
        raise Refusal(400, "Validation failed.", [("description", "Description is required")])
    flags = {"completed": "completed", "privateTask": "isPrivate", "starred": "starred"}
    return {
        **{name: body.get(name) for name in ("description", "dueDate", "delegates", "tags")},
        **{ours: bool(body.get(theirs)) for ours, theirs in flags.items()},
    }


def _refused(status: int, message: str | None, fields: Sequence[tuple[str, str]] = ()) -> Response:
    errors = [{"key": key, "message": text} for key, text in fields]
    return json_response({"userMessage": message, "errorCode": "1001", "errors": errors}, status)


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        raise Refusal(400, None) from None


def _whole(asked: Mapping[str, str], name: str, default: int) -> int:
    given = asked.get(name, str(default))
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        raise Refusal(400, None)
    return int(given)


def build(
    *,
    seed: int = 1,
    properties: int = 3,
    units_per_property: int = 4,
    now: Now | None = None,
    budget: int | None = None,
    latency_ms: float = 0.0,
    beta: bool = True,
    rights: Mapping[str, str] | None = None,
) -> Simulator:
    """A fresh organisation. `beta=False` is one for which support switched on neither closing nor custom fields;
    `rights` limits the key in some groups: `{"WORK ORDERS": "READ"}`."""
    clock, faults = SimulatedClock(now), Faults()
    database, born = Database(clock), clock()
    _furnish(database, Seeds(Portfolio(seed, properties, units_per_property, born.date()), born))
    keys = {"client_id": uuid.uuid4().hex, "client_secret": uuid.uuid4().hex, "system_id": "65535"}
    return Simulator(
        "propertyware", Propertyware(database, keys, budget, beta, rights or {}), clock, faults, latency_ms / 1000
    )


def _furnish(database: Database, seeds: Seeds) -> None:
    facts, table, stamp = seeds.portfolio, database.table, seeds.stamp
    owners = list(range(seed.OWNER, seed.OWNER + seed.OWNERS))
    table("portfolios", range(seed.PORTFOLIO, seed.PORTFOLIO + seed.PORTFOLIOS), seeds.portfolio_row, stamp)
    table("buildings", range(seed.BUILDING, seed.BUILDING + facts.properties), seeds.building_row, stamp)
    table("units", range(seed.UNIT, seed.UNIT + facts.units), seeds.unit_row, stamp)
    table("leases", seeds.lease_ids(), seeds.lease_row, stamp)
    table("contacts", [*owners, *seeds.tenant_ids()], seeds.contact_row, stamp)
    table("vendors", range(seed.VENDOR, seed.VENDOR + seed.VENDORS), seeds.vendor_row, stamp)
    table("work_orders", seeds.work_order_ids(), seeds.work_order_row, stamp)
    seed_leasing.furnish(seeds, database)
