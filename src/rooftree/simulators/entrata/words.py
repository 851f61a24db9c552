"""Entrata's ways of writing: pick lists, Mountain Time, containers of one or many, refusals inside a 200."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from rooftree.simulators.wire import Record

MOUNTAIN = ZoneInfo("America/Denver")
STATUSES = (
    (11, "New", "OPEN"),
    (12, "In Progress", "INPR"),
    (13, "On Hold", "HOLD"),
    (14, "Completed", "COMP"),
    (15, "Cancelled", "CANC"),
)
DONE = ("Completed", "Cancelled")
PRIORITIES = ((21, "Emergency"), (22, "High"), (23, "Normal"))
CATEGORIES = ((31, "Plumbing"), (32, "Electrical"), (33, "HVAC"), (34, "Appliance"), (35, "General Maintenance"))
PROBLEMS = ((41, "Leak"), (42, "No power"), (43, "No heat"), (44, "Not working"), (45, "Other"))
LOCATIONS = ((51, "Unit"), (52, "Kitchen"), (53, "Common area"))
ORDER_TYPES = ((61, "Service Request"), (62, "Make Ready"))
EMPLOYEES = ((71, "Dana Field"), (72, "Rosa Quinn"))
LEASE_STATUSES = ((1, "Applicant"), (2, "Cancelled"), (3, "Future"), (4, "Current"), (5, "Notice"), (6, "Past"))
LEAD_STATUSES = ((81, "Guest Card"), (82, "Application Started"), (83, "Cancelled"))
LEAD_SOURCES = ((91, "Website"), (92, "Walk-in"))
EVENT_TYPES = ((8, "Notes"), (17, "Appointment"), (4, "Call-Out"))
EVENT_SUBTYPES = ((454, "Tour"), (560, "Self-guided tour"), (525, "Virtual tour"), (453, "Leasing appointment"))
EVENT_RESULTS = ((301, "Scheduled"), (302, "Completed"), (303, "Cancelled"), (304, "No Show"))
MOVE_OUT_TYPES = ((401, "Lease ended"), (402, "Skip"))
MOVE_OUT_REASONS = ((411, "Relocation", 401), (412, "Other", 401), (413, "Unknown", 402))
AR_CODES = ((7001, "Rent"), (7002, "Late fee"), (7003, "Utilities"))
AMENITIES = ((601, "Balcony"), (602, "Dishwasher"), (603, "Garden view"))


class Refusal(Exception):
    """An error envelope; Entrata sends it with HTTP 200."""

    def __init__(self, code: int, message: str, status: int = 200) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


def day(value: date) -> str:
    return value.strftime("%m/%d/%Y")


def moment(value: datetime) -> str:
    """A time as Entrata tells it: Mountain Time, without saying so."""
    return value.astimezone(MOUNTAIN).strftime("%m/%d/%YT%H:%M:%S")


def some(name: str, rows: Sequence[Record]) -> Any:
    """A container: empty text for none, the element itself for one, a list for more."""
    if not rows:
        return ""
    return {name: rows[0] if len(rows) == 1 else list(rows)}


def attributes(**values: Any) -> Record:
    return {"@attributes": {name: str(value) for name, value in values.items()}}


def named(pairs: Sequence[tuple[int, str]], **more: Any) -> list[Record]:
    """A pick list of the maintenance kind."""
    return [{"Id": str(id), "Name": name, **more} for id, name in pairs]


def word_of(pairs: Sequence[tuple[Any, ...]], id: Any, field: str) -> str:
    """The word behind an id of a pick list. Raises Refusal."""
    found = next((str(row[1]) for row in pairs if str(row[0]) == str(id)), None)
    if found is None:
        raise Refusal(301, f"{field} is invalid.")
    return found


def csv(value: Any) -> set[str]:
    return {part.strip() for part in str(value or "").split(",") if part.strip()}


def need(params: Record, *fields: str) -> None:
    missing = next((field for field in fields if params.get(field) in (None, "")), None)
    if missing:
        raise Refusal(301, f"{missing} is required.")
