"""Time as a thing one is handed: the real clock, or one a test moves by hand."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Says what time it is; always aware, always UTC."""

    def now(self) -> datetime: ...

    def wait(self, seconds: float) -> None:
        """Let `seconds` pass."""


class SystemClock:
    """The machine's clock."""

    def __init__(self) -> None:
        self._woken = threading.Event()

    def now(self) -> datetime:
        return datetime.now(UTC)

    def wait(self, seconds: float) -> None:
        self._woken.wait(seconds)


class ManualClock:
    """A clock that moves only when told; waiting moves it at once."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def wait(self, seconds: float) -> None:
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


class ShiftedClock:
    """A clock that began at `start` and runs on from there in real time; `advance` skips time. For demos."""

    def __init__(self, start: datetime) -> None:
        self._offset = start.astimezone(UTC) - datetime.now(UTC)
        self._woken = threading.Event()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset

    def wait(self, seconds: float) -> None:
        self._woken.wait(seconds)

    def advance(self, seconds: float) -> None:
        self._offset += timedelta(seconds=seconds)


def local_date(moment: datetime, zone: ZoneInfo) -> date:
    """The calendar date at the property when `moment` happens."""
    return moment.astimezone(zone).date()


def iso(moment: datetime) -> str:
    """`moment` in UTC as ISO 8601 with microseconds and `Z`; sorts as text in time order."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def parse_iso(text: str) -> datetime:
    """The moment an ISO 8601 text names; a text without an offset is taken as UTC."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
