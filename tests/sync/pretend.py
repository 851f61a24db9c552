"""A PMS made up for these tests: units and work orders in a list, offset pages, and everything that can go wrong."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rooftree.clock import parse_iso
from rooftree.connectors.base import (
    Answer,
    Budget,
    Company,
    Connector,
    Context,
    Manifest,
    Page,
    Query,
    Request,
    Resource,
    Wire,
    WireRecord,
    not_built,
)
from rooftree.errors import NotFound, WebhookRefused
from rooftree.model.base import Address
from rooftree.model.events import Event
from rooftree.model.maintenance import WorkOrder
from rooftree.model.portfolio import Property, Unit
from rooftree.model.vocabulary import WorkOrderStatus

NO_WRITE = not_built("Made up for tests that read.")
SECRET = "whs-1"


@dataclass
class PretendPms:
    """State of the PMS and its wire; `before_read` runs before each call and may raise or change things."""

    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    page_size: int = 10
    reads: int = 0
    tells_total: bool = True
    tells_ahead: bool = False
    first_total_only: bool = False
    """The total stands on the first page and nowhere else."""
    before_read: Callable[[str, int], None] = lambda _path, _reads: None
    options: Mapping[str, str] = field(default_factory=dict)

    def read(self, request: Request) -> Answer:
        self.reads += 1
        self.before_read(request.path, self.reads)
        name, _, id = request.path.partition("/")
        rows = self.tables.get(name, [])
        if id:
            found = next((row for row in rows if row["id"] == id), None)
            if found is None:
                raise NotFound("There is none.")
            return Answer(status=200, headers={}, body=b"", data=found)
        asked = dict(request.params)
        rows = [row for row in rows if _matches(row, asked)]
        offset = int(asked["offset"])
        headers = {"x-total-count": str(len(rows))}
        return Answer(status=200, headers=headers, body=b"", data=rows[offset : offset + self.page_size])


def _matches(row: Mapping[str, Any], asked: Mapping[str, str]) -> bool:
    if "parent" in asked and row["property_id"] != asked["parent"]:
        return False
    return "since" not in asked or parse_iso(row["updated_at"]) >= parse_iso(asked["since"])


def lister(name: str, pms: PretendPms) -> Any:
    def list_(wire: Wire, query: Query, cursor: str | None) -> Page:
        params = [("offset", cursor or "0")]
        if query.since:
            params.append(("since", query.since.isoformat()))
        if query.parent:
            params.append(("parent", query.parent))
        answer = wire.read(Request(method="GET", path=name, params=params))
        total = int(answer.headers["x-total-count"])
        begin = int(cursor or "0")
        following = [str(offset) for offset in range(begin + pms.page_size, total, pms.page_size)]
        return Page(
            items=answer.data,
            next=following[0] if following and answer.data else None,
            total=total if pms.tells_total and not (pms.first_total_only and begin) else None,
            ahead=following if pms.tells_ahead else (),
        )

    return list_


def getter(name: str) -> Any:
    def get(wire: Wire, id: str) -> WireRecord:
        found: WireRecord = wire.read(Request(method="GET", path=f"{name}/{id}")).data
        return found

    return get


def to_property(wire: WireRecord, _ctx: Context) -> Property:
    return Property(id=wire["id"], name=wire["name"], address=Address(state=wire.get("state")))


def to_unit(wire: WireRecord, _ctx: Context) -> Unit:
    return Unit(id=wire["id"], property_id=wire["property_id"], number=wire["number"])


def to_work_order(wire: WireRecord, ctx: Context) -> WorkOrder:
    return WorkOrder(
        id=wire["id"],
        title=wire["title"],
        property_id=wire.get("property_id"),
        status=WorkOrderStatus(wire["status"]),
        updated_at=parse_iso(wire["updated_at"]).astimezone(ctx.zone_of(wire.get("property_id"))),
    )


class PretendWebhooks:
    """Signed with HMAC-SHA256 of the body in `x-signature`; the body is a list of events."""

    def verify(self, body: bytes, headers: Mapping[str, str], secrets: Sequence[str], now: datetime) -> None:
        if not any(hmac.compare_digest(sign(body, secret), headers.get("x-signature", "")) for secret in secrets):
            raise WebhookRefused("The signature is wrong.")

    def parse(self, body: bytes) -> Sequence[Event]:
        return [Event(**one) for one in json.loads(body)]


def sign(body: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def connector(pms: PretendPms, *, concurrent: int = 1, parent: bool = False, can_get: bool = True) -> Connector:
    """The connector of a pretend PMS: properties, units (by full scan) and work orders (by `since`)."""
    no: dict[str, Any] = {"create": NO_WRITE, "update": NO_WRITE, "close": NO_WRITE}

    def row(record: Any, mapping: Any, name: str, **facts: Any) -> Resource[Any]:
        get = getter(name) if can_get else NO_WRITE
        return Resource(record=record, read=mapping, list=lister(name, pms), get=get, **no, **facts)

    return Connector(
        manifest=Manifest(
            name="pretend",
            title="Pretend PMS",
            wire="none",
            base_urls={"test": "http://127.0.0.1:9"},
            credentials=(),
            budget=Budget(calls=100, seconds=1, concurrent=concurrent),
            page_size=10,
            read_timeout=1,
            write_timeout=1,
            read_lag=2,
            late_commit=1,
            never_keep=("ssn",),
            key_help="Make a new key in Settings.",
        ),
        resources=(
            row(Unit, to_unit, "units", parent="property" if parent else None),
            row(Property, to_property, "properties"),
            row(WorkOrder, to_work_order, "work_orders", changes_by="since"),
        ),
        sign=lambda request, _credentials: request,
        identify=lambda _wire: Company(name="Pretend"),
        webhooks=PretendWebhooks(),
    )


def properties(count: int) -> list[dict[str, Any]]:
    return [{"id": str(n), "name": f"Property {n}", "state": "TX"} for n in range(1, count + 1)]


def units(count: int, per_property: int = 10) -> list[dict[str, Any]]:
    return [
        {"id": str(n), "property_id": str(1 + n // per_property), "number": f"{n}A", "ssn": "078-05-1120"}
        for n in range(count)
    ]


def work_order(id: str, updated_at: str = "2026-01-15T07:00:00Z", **facts: Any) -> dict[str, Any]:
    return {"id": id, "title": "Leak", "status": "new", "property_id": "1", "updated_at": updated_at, **facts}
