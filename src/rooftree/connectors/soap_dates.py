"""Dates and times as the SOAP PMSs write them: six spellings, mostly without a zone, then the property's own time."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, tzinfo

_FORMS = (
    "%m/%d/%Y",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %I:%M %p",
    "%m-%d-%Y",
    "%b %d %Y %I:%M%p",
    "%b %d %Y",
    "%Y-%m-%d %H:%M:%S",
)
"""Yardi: ISO, `M/D/YYYY`, `MM-DD-YYYY` (its contract 2, 3); RealPage: `YYYY-MM-DD 00:00:00`, `MM/DD/YYYY` and
`Apr 18 2022 12:00AM` (its contract 4.3)."""
_SPACES = re.compile(r"\s+")
_NO_DATE = 1900
"""A year up to this one says that there is none (RealPage's 1900-01-01, .NET's 0001-01-01)."""


def to_moment(value: str | None, zone: tzinfo) -> datetime | None:
    """The time in UTC; one without an offset is the property's. Raises ValueError for what nobody can read."""
    found = _read(value)
    return None if found is None else (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)


def to_day(value: str | None) -> date | None:
    """The day as it is written, in the property's own calendar. Raises ValueError."""
    found = _read(value)
    return found.date() if found else None


def _read(value: str | None) -> datetime | None:
    plain = _SPACES.sub(" ", value or "").strip()
    if not plain:
        return None
    found = _parsed(plain)
    return found if found.year > _NO_DATE else None


def _parsed(plain: str) -> datetime:
    try:
        return datetime.fromisoformat(plain)
    except ValueError:
        pass
    for form in _FORMS:
        try:
            return datetime.strptime(plain, form)
        except ValueError:
            continue
    raise ValueError(f"{plain[:40]!r} is no date that we know")


def us_day(value: date) -> str:
    """`MM/DD/YYYY`, as string dates are written."""
    return value.strftime("%m/%d/%Y")


def local(value: datetime, zone: tzinfo) -> str:
    """`YYYY-MM-DDTHH:MM:SS` in the property's time, without an offset."""
    return value.astimezone(zone).strftime("%Y-%m-%dT%H:%M:%S")
