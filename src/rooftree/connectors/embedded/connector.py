"""The embedded PMS: the table of what can be done with each record. Everything can, but unwriting history."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from rooftree.clock import iso
from rooftree.connectors.base import (
    Answer,
    Budget,
    Company,
    Connector,
    Context,
    Gap,
    GetVerb,
    ListVerb,
    Manifest,
    Page,
    Query,
    Request,
    Resource,
    Send,
    Step,
    Wire,
    WireRecord,
    Write,
    not_offered,
)
from rooftree.connectors.embedded.local import answer_for
from rooftree.connectors.embedded.mapping import COUNTED, changed, fields_of, to
from rooftree.embedded.rules import KINDS
from rooftree.errors import NotFound
from rooftree.model.base import Record
from rooftree.model.leasing import Balance
from rooftree.model.names import RECORDS, name_of
from rooftree.model.vocabulary import (
    ApplicationStatus,
    LeadStatus,
    LeaseStatus,
    ResidentStatus,
    ShowingStatus,
    WorkOrderStatus,
)

MANIFEST = Manifest(
    name="embedded",
    title="Rooftree's own PMS",
    wire="in process, on our own database",
    base_urls={},
    credentials=(),
    budget=Budget(calls=10_000, seconds=1.0, concurrent=8),
    page_size=200,
    read_timeout=30.0,
    write_timeout=30.0,
    read_lag=0.0,
    late_commit=0.0,
    marker_searchable=True,
    overlap=0.0,
    native=True,
    docs="docs/connectors/embedded.md",
)
CLOSED_BY: Mapping[str, Mapping[str, Any]] = {
    "property": {"is_active": False},
    "unit": {"is_active": False},
    "owner": {"is_active": False},
    "staff": {"is_active": False},
    "vendor": {"is_active": False},
    "listing": {"is_listed": False},
    "resident": {"status": ResidentStatus.PAST},
    "lease": {"status": LeaseStatus.ENDED},
    "charge": {"is_open": False},
    "lead": {"status": LeadStatus.LOST},
    "guest_card": {"status": LeadStatus.LOST},
    "showing": {"status": ShowingStatus.CANCELLED},
    "application": {"status": ApplicationStatus.WITHDRAWN},
    "applicant": {"status": ApplicationStatus.WITHDRAWN},
    "work_order": {"status": WorkOrderStatus.CLOSED},
}
"""What closing each record means."""
KEPT = not_offered("It has no end of its own, and nothing is deleted: its history stays.", instead="Update it.")
ADDED_UP = not_offered("It is added up from charges and payments.", instead="Create a charge or a payment.")


READ_ONLY = {"attachment": {name: not_offered("It is counted from the content.") for name in COUNTED}}


def list_of(kind: str) -> ListVerb:
    def read(wire: Wire, query: Query, cursor: str | None) -> Page:
        asked = {
            "after": cursor,
            "limit": str(query.page_size or MANIFEST.page_size),
            "since": iso(query.since) if query.since else None,
            "until": iso(query.until) if query.until else None,
            "parent_id": query.parent,
            **query.filters,
        }
        params = [(name, value) for name, value in asked.items() if value is not None]
        data = wire.read(Request(method="GET", path=f"/{kind}", params=params)).data
        following = data["next"]
        return Page(items=data["items"], next=None if following is None else str(following))

    return read


def get_of(kind: str) -> GetVerb:
    def read(wire: Wire, id: str) -> WireRecord:
        if not id.isdigit():
            raise NotFound(f"There is no {kind} {id[:40]!r}: ids are numbers.", record=kind)
        found: WireRecord = wire.read(Request(method="GET", path=f"/{kind}/{id}")).data
        return found

    return read


def write(current: Record | None, desired: Record, ctx: Context) -> Send | None:
    """A create under our marker as its key, so that repeating it makes nothing twice; or the fields that differ."""
    kind = name_of(desired)
    if current is None:
        body = {"fields": fields_of(desired), "client_key": ctx.marker or None}
        return Send(
            label=f"create {kind}",
            request=Request(method="POST", path=f"/{kind}", json=body),
            idempotent=bool(ctx.marker),
            id_of=_id_of,
        )
    return _change(current, changed(current, desired))


def close_of(kind: str) -> Step[Any]:
    """Sets what closing means; a status that is over already in `desired` stands."""

    def close(current: Record | None, desired: Record, _ctx: Context) -> Send | None:
        if current is None:
            return None
        ends = dict(CLOSED_BY[kind])
        if kind == "work_order" and not desired.status.is_open:  # type: ignore[attr-defined]
            ends["status"] = desired.status  # type: ignore[attr-defined]
        wanted = {**(changed(current, desired) if kind == "work_order" else {}), **ends}
        return _change(current, {name: value for name, value in wanted.items() if getattr(current, name) != value})

    return close


def _change(current: Record, fields: Mapping[str, Any]) -> Send | None:
    if not fields:
        return None
    kind = name_of(current)
    request = Request(method="PATCH", path=f"/{kind}/{current.id}", json={"fields": dict(fields)})
    return Send(label=f"change {kind}", request=request, idempotent=True, id_of=_id_of)


def _id_of(answer: Answer) -> str | None:
    return str(answer.data["id"]) if isinstance(answer.data, dict) and "id" in answer.data else None


def _row(kind: str) -> Resource[Any]:
    record = RECORDS[kind]
    close: Write[Any] | Gap = Write(step=close_of(kind)) if kind in CLOSED_BY else KEPT
    return Resource(
        record=record,
        read=to(record),
        list=list_of(kind),
        get=get_of(kind),
        create=Write(step=write),
        update=Write(step=write),
        close=close,
        read_only=READ_ONLY.get(kind, {}),
        changes_by="since",
    )


BALANCES = Resource(
    record=Balance,
    read=to(Balance),
    list=list_of("balance"),
    get=get_of("balance"),
    create=ADDED_UP,
    update=ADDED_UP,
    close=ADDED_UP,
    omits={
        "custom": not_offered("A sum has no fields of the customer's own."),
    },
)


def explain(answer: Answer) -> str | None:
    """The refusal of our own wire, with its field."""
    if answer.status < 400:
        return None
    said = json.loads(answer.body)
    return f"{said['field']}: {said['error']}" if said.get("field") else str(said["error"])


def identify(wire: Wire) -> Company:
    return Company(name="Rooftree's own books", id=str(wire.read(Request(method="GET", path="/account")).data["id"]))


CONNECTOR = Connector(
    manifest=MANIFEST,
    resources=(*(_row(kind) for kind in KINDS), BALANCES),
    sign=lambda request, _credentials: request,
    explain=explain,
    identify=identify,
    local=answer_for,
)
