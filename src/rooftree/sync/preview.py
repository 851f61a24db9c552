"""A first look at a property system before anything is kept: how much there is, and the newest work order."""

from __future__ import annotations

from typing import Any

from rooftree.connectors.base import Connector, Context, Gap, ListVerb, Page, Query, Wire
from rooftree.connectors.never_keep import cut
from rooftree.errors import Unreadable
from rooftree.model.maintenance import Vendor, WorkOrder
from rooftree.model.portfolio import Property, Unit

_COUNTED = (Property, Unit, Vendor, WorkOrder)
_MOST_PAGES = 10


def preview(connector: Connector, wire: Wire) -> dict[str, Any]:
    """`counts` by record (None where the PMS tells no total) and `newest_work_order` as one line.

    Raises the ConnectorErrors of reading.
    """
    counts: dict[str, int | None] = {}
    newest = None
    for kind in _COUNTED:
        row = connector.resource(kind)
        if row is None or isinstance(row.list, Gap) or row.parent is not None:
            continue
        page = row.list(wire, Query(page_size=50), None)
        counts[row.name] = page.total if page.total is not None else _counted(row.list, wire, page)
        if kind is WorkOrder and page.items:
            last = page if page.next is None or not page.ahead else row.list(wire, Query(page_size=50), page.ahead[-1])
            newest = _newest(connector, row.read, last.items or page.items)
    return {"counts": counts, "newest_work_order": newest}


def _counted(pages: ListVerb, wire: Wire, page: Page) -> int | None:
    """How many there are, by turning a few pages where the PMS tells no total; None: more than that."""
    count = len(page.items)
    for _ in range(_MOST_PAGES):
        if page.next is None:
            return count
        page = pages(wire, Query(page_size=50), page.next)
        count += len(page.items)
    return None


def _newest(connector: Connector, read: Any, items: Any) -> str | None:
    orders = []
    for wire in items:
        try:
            orders.append(read(cut(wire, connector.manifest.never_keep), Context()))
        except (KeyError, ValueError, TypeError, Unreadable):
            continue
    if not orders:
        return None
    order: WorkOrder = max(orders, key=lambda each: (each.created_at is not None, each.created_at, each.id))
    when = f", {order.created_at:%b %d, %Y}" if order.created_at else ""
    return f'{order.number or order.id}: "{order.title}" ({order.status}{when})'
