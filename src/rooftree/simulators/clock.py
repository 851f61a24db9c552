"""The simulated clock: a given clock plus what was skipped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

Now: TypeAlias = Callable[[], datetime]


def utc_now() -> datetime:
    """The machine's time, aware, UTC."""
    return datetime.now(UTC)


class SimulatedClock:
    """Says the simulator's time; `advance` skips ahead without waiting."""

    def __init__(self, now: Now | None = None) -> None:
        self._now = now or utc_now
        self._skipped = timedelta()

    def __call__(self) -> datetime:
        return self._now() + self._skipped

    def advance(self, seconds: float) -> None:
        self._skipped += timedelta(seconds=seconds)
