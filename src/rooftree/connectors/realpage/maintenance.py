"""The rows of maintenance (contract 4.4, 4.5)."""

from __future__ import annotations

from rooftree.connectors.realpage import gaps
from rooftree.connectors.rows import absent
from rooftree.model.maintenance import Appointment, Vendor, WorkOrder
from rooftree.model.messages import Attachment

ROWS = (
    absent(Vendor, gaps.NO_VENDOR),
    absent(WorkOrder, gaps.ORDERS),
    absent(Appointment, gaps.NO_APPOINTMENT),
    absent(Attachment, gaps.NO_FILE),
)
