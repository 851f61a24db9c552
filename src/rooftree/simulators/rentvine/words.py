"""Rentvine's numbers for words, and how it writes values: ids and amounts as text, booleans as "0" and "1"."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

OWNER_TYPE, TENANT_TYPE, VENDOR_TYPE = 1, 2, 3
LEASE_STATUSES = {"future": 1, "active": 2, "past": 3}
PENDING, OPEN, CLOSED, ON_HOLD = 1, 2, 3, 4
OBJECTS = {4: "leases", 6: "properties", 7: "units", 11: "portfolios", 16: "work_orders", 17: "inspections"}
"""Object type -> the table its objects are in, for the types files can be attached to here."""
STATUSES = (
    # name, primary status, a status of Rentvine's own; the rest is what an account makes up for itself
    ("New Request", PENDING, True),
    ("Open", OPEN, True),
    ("Waiting on Vendor", OPEN, False),
    ("Scheduled", OPEN, False),
    ("Done, Invoice Pending", CLOSED, False),
    ("Closed", CLOSED, True),
    ("Waiting on Owner", ON_HOLD, False),
)


def text(value: Any) -> Any:
    """A value as Rentvine's answers hold it."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, dict):
        return {key: text(each) for key, each in value.items()}
    return [text(each) for each in value] if isinstance(value, list) else value


def stamp_text(moment: datetime, zone: ZoneInfo) -> str:
    """A time as Rentvine writes it: local to the account, without a zone."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def money(amount: float) -> str:
    return f"{amount:.2f}"
