"""What a case's work order really is: from our effect rows, and from the PMS simulator asked past us."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from rooftree import outbound
from rooftree.connectors import registry
from rooftree.connectors.base import Context
from rooftree.connectors.transport import open_line
from rooftree.model.maintenance import WorkOrder
from rooftree.store.tables.effects import push

if TYPE_CHECKING:
    from rooftree.surfaces.demo.stage import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One line of evidence, and whether it shows what it should."""

    line: str
    good: bool


def prove(built: Stage, case: Mapping[str, Any]) -> Proof:
    """Every effect of the case's work order is verified, and the PMS holds it as done with its vendor."""
    order_id = case["work_order_id"]
    if not order_id:
        return Proof(line="no work order", good=False)
    with built.services.database.read() as conn:
        wanted = (push.c.connection_id == built.connection.id) & (push.c.record_id == order_id)
        states = sorted(row.state for row in conn.execute(select(push.c.state).where(wanted)))
    connector = registry.load(built.connection.pms)
    resource = connector.resource(WorkOrder)
    assert resource is not None
    line = open_line(
        connector,
        base_url=built.pms_url,
        credentials=built.pms.credentials,
        clock=built.clock,
        http=outbound.client([built.pms_url]),
    )
    held: WorkOrder = resource.read(resource.get(line, order_id), Context())  # type: ignore[operator]
    good = bool(states) and set(states) == {"verified"} and not held.status.is_open and held.vendor_id is not None
    said = f"work order {order_id} in the PMS: {held.status}, vendor {held.vendor_id}"
    return Proof(line=f"{said}; writes: {', '.join(states) or 'none'}", good=good)
