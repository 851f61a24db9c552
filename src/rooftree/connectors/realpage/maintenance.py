"""The rows of maintenance (contract 4.4, 4.5): service requests, and what RealPage has none of."""

from __future__ import annotations

from rooftree.connectors.base import Resource, Write
from rooftree.connectors.realpage import gaps, requests
from rooftree.connectors.realpage import writes_requests as writes
from rooftree.connectors.realpage.client import one_of
from rooftree.connectors.rows import absent
from rooftree.model.maintenance import Appointment, Vendor, WorkOrder
from rooftree.model.messages import Attachment

ROWS = (
    absent(Vendor, gaps.NO_VENDOR),
    Resource(
        record=WorkOrder,
        read=requests.to_work_order,
        list=requests.list_orders,
        get=one_of(requests.orders, *requests.NUMBER),
        create=Write(step=writes.write_work_order, marker_field="description", experimental=True),
        update=Write(step=writes.write_work_order, experimental=True),
        close=Write(step=writes.close_work_order, experimental=True),
        omits=gaps.WORK_ORDER_OMITS,
        read_only=gaps.WORK_ORDER_READ,
        fixed=gaps.WORK_ORDER_FIXED,
    ),
    absent(Appointment, gaps.NO_APPOINTMENT),
    absent(Attachment, gaps.NO_FILE),
)
