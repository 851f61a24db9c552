"""A PMS made up for tests: tickets and dispatches, two calls for one work order, no idempotency keys."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from rooftree.connectors.base import (
    Answer,
    Budget,
    Company,
    Connector,
    Context,
    Found,
    Manifest,
    Page,
    Query,
    Request,
    Resource,
    Send,
    Wire,
    WireRecord,
    Write,
    not_offered,
)
from rooftree.model.maintenance import WorkOrder
from rooftree.model.vocabulary import WorkOrderStatus
from rooftree.simulators import wire as sim
from rooftree.simulators.clock import Now, SimulatedClock
from rooftree.simulators.faults import Faults
from rooftree.simulators.kit import Simulator
from rooftree.simulators.store import Database
from rooftree.simulators.webhooks import Outbox

DESIRED = WorkOrder(
    id="", unit_id="12", title="Kitchen leak", description="Water under the sink.", vendor_id="7",
    status=WorkOrderStatus.IN_PROGRESS,
)  # fmt: skip


class Toy:
    """The behaviour: POST and GET of two tables, PATCH of tickets. `drops` are fields it silently ignores."""

    def __init__(self, clock: SimulatedClock) -> None:
        self.database = Database(clock)
        self.credentials: dict[str, str] = {}
        self.outbox: Outbox | None = None
        self.drops: set[str] = set()
        for name in ("tickets", "dispatches"):
            self.database.table(name)

    def answer(self, request: sim.Request) -> sim.Response:
        name, _, id = request.path.strip("/").partition("/")
        table = self.database.tables[name]
        if request.method == "POST":
            return sim.json_response({"id": table.add(self._kept(request))}, 201)
        if not id:
            return sim.json_response([{"id": each, **row} for each, row in table.rows()])
        row = table.get(int(id))
        if row is None:
            return self.error(404, "no such row")
        if request.method == "PATCH":
            row = table.put(int(id), {**row, **self._kept(request)})
        return sim.json_response({"id": int(id), **row})

    def _kept(self, request: sim.Request) -> dict[str, Any]:
        return {name: value for name, value in json.loads(request.body).items() if name not in self.drops}

    def error(self, status: int, message: str) -> sim.Response:
        return sim.json_response({"error": message}, status)

    def emptied(self, response: sim.Response, *, keep_total: bool) -> sim.Response:
        return sim.json_response([])

    def truth(self, collection: str) -> list[sim.Record]:
        return [{"id": id, **row} for id, row in self.database.tables[collection].rows()]

    def enter(self, place: str, fields: Mapping[str, object]) -> sim.Record:
        """What staff types: a row of the table named by the place."""
        id = self.database.tables[place].add(dict(fields))
        return {"id": id, **fields}

    def edit(self, collection: str, id: int, fields: Mapping[str, object]) -> sim.Record:
        table = self.database.tables[collection]
        return table.put(id, {**(table.get(id) or {}), **fields})

    def remove(self, collection: str, id: int) -> None:
        self.database.tables[collection].remove(id)


def build(now: Now) -> Simulator:
    clock = SimulatedClock(now)
    return Simulator("toy", Toy(clock), clock, Faults())


def held(rows: list[dict[str, Any]]) -> bool:
    ticket, dispatch = rows
    wanted = (ticket["unit"], ticket["title"], ticket["status"], dispatch["vendor"], dispatch["ticket"])
    return bool(wanted == ("12", "Kitchen leak", "in_progress", "7", ticket["id"]))


def step(current: WorkOrder | None, desired: WorkOrder, ctx: Context) -> Send | None:
    """Make the ticket, dispatch the vendor, then change what is left."""
    if current is None:
        body: dict[str, Any] = {
            "unit": desired.unit_id,
            "title": desired.title,
            "text": f"{desired.description} {ctx.marker}",
        }
        return _post("make ticket", "/tickets", body | {"status": "new"}, ctx, "text")
    if desired.vendor_id and not current.vendor_id:
        body = {"ticket": int(current.id), "vendor": desired.vendor_id, "note": ctx.marker}
        return _post("dispatch vendor", "/dispatches", body, ctx, "note")
    wanted = {"title": desired.title, "status": str(desired.status)}
    if wanted == {"title": current.title, "status": str(current.status)}:
        return None
    request = Request(method="PATCH", path=f"/tickets/{current.id}", json=wanted)
    return Send(label="change ticket", request=request, idempotent=True)


def _post(label: str, path: str, body: dict[str, Any], ctx: Context, field: str) -> Send:
    def find(wire: Wire, _since: datetime) -> Sequence[Found]:
        rows = wire.read(Request(method="GET", path=path)).data
        return [Found(id=str(row["id"]), exact=True) for row in rows if ctx.marker and ctx.marker in row[field]]

    return Send(label=label, request=Request(method="POST", path=path, json=body), id_of=_own_id, find=find)


def _own_id(answer: Answer) -> str | None:
    return str(answer.data["id"])


def get(wire: Wire, id: str) -> WireRecord:
    ticket: dict[str, Any] = wire.read(Request(method="GET", path=f"/tickets/{id}")).data
    dispatches = wire.read(Request(method="GET", path="/dispatches")).data
    return {**ticket, "dispatches": [row for row in dispatches if row["ticket"] == ticket["id"]]}


def listed(wire: Wire, query: Query, cursor: str | None) -> Page:
    rows = wire.read(Request(method="GET", path="/tickets")).data
    return Page(items=[{**row, "dispatches": []} for row in rows])


def to_work_order(wire: WireRecord, ctx: Context) -> WorkOrder:
    text, _, _ = str(wire.get("text", "")).partition(" #rt-")
    return WorkOrder(
        id=str(wire["id"]),
        unit_id=wire.get("unit"),
        title=wire.get("title", ""),
        description=text or None,
        status=WorkOrderStatus(wire.get("status", "unknown")),
        vendor_id=next((row["vendor"] for row in wire["dispatches"]), None),
    )


def sign(request: Request, credentials: Mapping[str, str]) -> Request:
    return replace(request, headers={**request.headers, "x-toy": "1"})


_WRITE = Write(step=step, marker_field="description")
CONNECTOR = Connector(
    manifest=Manifest(
        name="toy",
        title="Toy",
        wire="REST, JSON",
        base_urls={"production": "https://toy.invalid"},
        credentials=(),
        budget=Budget(calls=1_000, seconds=1.0, concurrent=4),
        page_size=100,
        read_timeout=10.0,
        write_timeout=30.0,
        read_lag=5.0,
        late_commit=40.0,
    ),
    resources=(
        Resource(
            record=WorkOrder,
            read=to_work_order,
            list=listed,
            get=get,
            create=_WRITE,
            update=_WRITE,
            close=not_offered("The toy closes nothing."),
            fixed={"unit_id": not_offered("A ticket stays where it is.")},
        ),
    ),
    sign=sign,
    identify=lambda wire: Company(name=str(wire.read(Request(method="GET", path="/tickets")).status)),
)
