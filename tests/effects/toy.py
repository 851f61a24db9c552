"""A server made up for tests of the machine: it keeps rows, follows a fate per call, and has no idempotency keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from rooftree.clock import ManualClock
from rooftree.errors import Conflict, RateLimited, Rejected, Unreachable, Unreadable

LATE = 50.0


@dataclass(frozen=True)
class Row:
    id: str
    text: str
    visible_at: datetime
    exact: bool = True


class ToyServer:
    """`fates` says what happens to each call in turn; calls beyond its end succeed."""

    def __init__(self, clock: ManualClock, *fates: str, read_lag: float = 0.0) -> None:
        self.clock = clock
        self.fates = list(fates)
        self.read_lag = read_lag
        self.rows: list[Row] = []
        self.calls = 0
        self.searches = 0
        self.down = False

    def create(self, text: str) -> str | None:
        self.calls += 1
        fate = self.fates.pop(0) if self.fates else "fine"
        answer: str | None = getattr(self, f"_{fate}")(text)
        return answer

    def search(self, text: str) -> list[Row]:
        self.searches += 1
        if self.down:
            raise Unreachable("The toy is down.")
        return [row for row in self.rows if text in row.text and row.visible_at <= self.clock.now()]

    def commit(self, text: str, delay: float = 0.0, *, exact: bool = True) -> str:
        visible = self.clock.now() + timedelta(seconds=delay + self.read_lag)
        self.rows.append(Row(str(len(self.rows) + 1), text, visible, exact))
        return self.rows[-1].id

    def _fine(self, text: str) -> str:
        return self.commit(text)

    def _lost_before(self, text: str) -> str:
        raise Unreachable("timeout")

    def _lost_after(self, text: str) -> str:
        self.commit(text)
        raise Unreachable("timeout")

    def _late(self, text: str) -> str:
        self.commit(text, LATE)
        raise Unreachable("timeout")

    def _much_too_late(self, text: str) -> str:
        self.commit(text, 3_000)
        raise Unreachable("timeout")

    def _twice(self, text: str) -> str:
        self.commit(text)
        return self.commit(text)

    def _twice_unheard(self, text: str) -> str:
        self._twice(text)
        raise Unreachable("reset")

    def _similar(self, text: str) -> str:
        self.commit(text, exact=False)
        raise Unreachable("reset")

    def _garbled(self, text: str) -> str:
        self.commit(text)
        raise Unreadable("half a body")

    def _throttled(self, text: str) -> str:
        raise RateLimited("slow down", retry_after=7)

    def _refused(self, text: str) -> str:
        raise Rejected("no such unit")

    def _conflict(self, text: str) -> str:
        self.commit(text)
        raise Conflict("it is there already", status=409)

    def _bug(self, text: str) -> str:
        self.commit(text)
        raise ZeroDivisionError


def until_quiet(step: Callable[[], object], clock: ManualClock, seconds: float, every: float = 5.0) -> None:
    """Call `step` again and again while `seconds` pass."""
    end = clock.now() + timedelta(seconds=seconds)
    while clock.now() < end:
        step()
        clock.advance(every)
