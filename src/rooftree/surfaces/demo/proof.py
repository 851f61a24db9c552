"""What a case's work order really is: from our effect rows, and from the PMS simulator asked past us."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from rooftree import outbound
from rooftree.acts.records import FOR_STAFF
from rooftree.connectors import levels, registry
from rooftree.connectors.base import Connector, Context, Gap, Query, Resource, Wire, Write
from rooftree.connectors.transport import open_line
from rooftree.model.maintenance import WorkOrder
from rooftree.model.messages import Note
from rooftree.store.tables.effects import push

if TYPE_CHECKING:
    from rooftree.surfaces.demo.stage import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One line of evidence, and whether it shows what it should."""

    line: str
    good: bool


def prove(built: Stage, case: Mapping[str, Any]) -> Proof:
    """Every effect of the case's work order is verified, and the PMS holds it as done with its vendor.

    What the connector declares that this PMS cannot be told must stand there as a note for staff instead; where it
    takes no notes on work orders, the vendor must stand in the case.
    """
    order_id = case["work_order_id"]
    if not order_id:
        return Proof(line="no work order", good=False)
    with built.services.database.read() as conn:
        wanted = (push.c.connection_id == built.connection.id) & (push.c.record_id == order_id)
        states = sorted(row.state for row in conn.execute(select(push.c.state).where(wanted)))
    connector = registry.load(built.connection.pms)
    orders = connector.resource(WorkOrder)
    assert orders is not None
    line = open_line(
        connector,
        base_url=built.pms_url,
        credentials=built.pms.credentials,
        clock=built.clock,
        http=outbound.client([built.pms_url]),
    )
    held: WorkOrder = orders.read(orders.get(line, order_id), Context())  # type: ignore[operator]
    notes = _notes(connector, line, order_id)
    options = built.connection.options
    closes, changes = (_on(orders.verb(verb), f"work_order.{verb}", options) for verb in ("close", "update"))
    status = _shown("status", held.status, not held.status.is_open, takes=closes, notes=notes)
    takes = changes and _takes_vendor(orders)
    vendor = _shown("vendor", held.vendor_id, held.vendor_id is not None, takes=takes, notes=notes)
    if notes is None and not takes and case["vendor_id"]:
        vendor = Proof(line=f"vendor {case['vendor_id']} kept in Rooftree, as its page declares", good=True)
    good = bool(states) and set(states) == {"verified"} and status.good and vendor.good
    said = f"work order {order_id} in the PMS: {status.line}, {vendor.line}"
    return Proof(line=f"{said}; writes: {', '.join(states) or 'none'}", good=good)


def _shown(what: str, held: object, is_there: bool, *, takes: bool, notes: str | None) -> Proof:
    """One fact as the PMS holds it; where it cannot be told, the note for staff that stands in for it."""
    if takes or is_there:
        return Proof(line=f"{what} {held}", good=is_there)
    noted = what in (notes or "")
    return Proof(line=f"{what} {'left to staff in a note, as its page declares' if noted else 'nowhere'}", good=noted)


def _on(verb: object, name: str, options: Mapping[str, str]) -> bool:
    return isinstance(verb, Write) and levels.is_on(verb, name, options)


def _takes_vendor(orders: Resource[WorkOrder]) -> bool:
    """Whether this PMS can be told the vendor of a work order that is there already."""
    return "vendor_id" not in {*orders.omits, *orders.read_only, *orders.fixed}


def _notes(connector: Connector, line: Wire, order_id: str) -> str | None:
    """The notes for staff on a work order, in one text; None where this PMS has none on work orders."""
    row = connector.resource(Note)
    if row is None or isinstance(row.list, Gap) or row.parent != "work_order":
        return None
    found = (row.read(each, Context()).text for each in row.list(line, Query(parent=order_id), None).items)
    return " ".join(text for text in found if text.startswith(FOR_STAFF))
