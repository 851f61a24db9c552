"""One call budget per connection, shared by every thread and process that talks to that PMS account.

A true sliding window over rows in our own database: a call is taken only when fewer than `calls` were taken in the
last `seconds`, so the PMS never sees more. Where a PMS counts its services separately, each has windows of its own (a
lane). A 429 all the same (somebody else uses the account too) pauses everybody.
Interactive calls leave nothing to backfill: backfill may fill only a part of the window.
"""

from __future__ import annotations

import fcntl
import os
import struct
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol, TypeAlias

from rooftree.clock import Clock
from rooftree.connectors.base import Budget

BACKFILL_SHARE = 0.9
"""How much of the budget backfill may spend; the rest is kept for calls somebody waits for. It calls evenly: two
bursts could be pressed into one of the PMS's windows by delays on the way.
"""

_LESS = 0.8
_LEAST_SHARE = 0.1
_EASE_SECONDS = 600.0
"""How long without a 429 until a lowered budget is tried one step higher."""


Allowance: TypeAlias = Sequence[tuple[int, float]]
"""How many calls in how many seconds; all of them hold."""


class Window(Protocol):
    """Where the times of recent calls are kept; one for all processes of a connection."""

    def take(self, now: float, allowance: Allowance) -> float:
        """0 when a call was taken at `now`, else how many seconds to wait before asking again."""
        ...

    def pause(self, until: float) -> None:
        """Let nobody call before `until`."""
        ...


class LocalWindow:
    """A window for one process: tests, `connect`, `simulate`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken: deque[float] = deque()
        self._paused_until = 0.0

    def take(self, now: float, allowance: Allowance) -> float:
        with self._lock:
            if now < self._paused_until:
                return self._paused_until - now
            while self._taken and self._taken[0] <= now - _longest(allowance):
                self._taken.popleft()
            wait = _wait(self._taken, now, allowance)
            if not wait:
                self._taken.append(now)
            return wait

    def pause(self, until: float) -> None:
        with self._lock:
            self._paused_until = max(self._paused_until, until)


def _longest(allowance: Allowance) -> float:
    return max(seconds for _most, seconds in allowance)


def _wait(taken: Sequence[float], now: float, allowance: Allowance) -> float:
    """Seconds until each window has room; `taken` are the times of calls, oldest first."""
    full = [taken[-most] + seconds - now for most, seconds in allowance if len(taken) >= most]
    return max(0.0, *full) if full else 0.0


class Limiter:
    """Lets calls through at the budget's pace, at most `concurrent` of them at once in this process.

    `window` is that of every lane, or makes the one of a lane by its name.
    """

    def __init__(self, budget: Budget, clock: Clock, window: Window | Callable[[str], Window] | None = None) -> None:
        self._budget = budget
        self._clock = clock
        self._window_of = window if callable(window) else _always(window) if window else lambda _lane: LocalWindow()
        self._windows: dict[str, Window] = {}
        self._places = threading.BoundedSemaphore(budget.concurrent)
        self._lock = threading.Lock()
        self._share = 1.0
        self._eased_at = float("-inf")

    @contextmanager
    def turn(self, *, interactive: bool = True, lane: str = "") -> Iterator[None]:
        """Wait for a place and a call within the budget of a lane."""
        window = self._window(lane)
        with self._places:
            while wait := window.take(self._now(), self._allowance(interactive)):
                self._clock.wait(max(wait, 0.001))
            yield

    def slow_down(self, seconds: float, lane: str = "") -> None:
        """The PMS said 429: nobody calls in the lane for so long, and this process asks less for a while.

        A 429 within our budget means that somebody else spends from it, or that the PMS allows less than it says.
        """
        now = self._now()
        self._window(lane).pause(now + seconds)
        with self._lock:
            if now - self._eased_at >= self._budget.seconds:  # one lesson for a burst of refusals
                self._share = max(_LEAST_SHARE, self._share * _LESS)
                self._eased_at = now

    def _window(self, lane: str) -> Window:
        with self._lock:
            if lane not in self._windows:
                self._windows[lane] = self._window_of(lane)
            return self._windows[lane]

    def _allowance(self, interactive: bool) -> Allowance:
        with self._lock:
            if self._share < 1.0 and self._now() - self._eased_at > _EASE_SECONDS:
                self._share, self._eased_at = min(1.0, self._share / _LESS), self._now()
            share = self._share
        windows = ((self._budget.calls, self._budget.seconds), *self._budget.longer)
        if interactive:
            return [(max(1, int(calls * share)), seconds) for calls, seconds in windows]
        part = share * BACKFILL_SHARE
        steady = (1, self._budget.seconds / (self._budget.calls * part))
        return [*((max(1, round(calls * part)), seconds) for calls, seconds in windows), steady]

    def _now(self) -> float:
        return self._clock.now().timestamp()


def _always(window: Window) -> Callable[[str], Window]:
    return lambda _lane: window


class FileWindow:
    """A window in a small file, for all processes of one machine: UNIX times as doubles, under a file lock."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path

    def take(self, now: float, allowance: Allowance) -> float:
        with self._open() as file:
            paused, *taken = _read(file)
            if now < paused:
                return paused - now
            longest = _longest(allowance)
            taken = [moment for moment in taken if now - longest < moment <= now + longest]
            wait = _wait(taken, now, allowance)
            if not wait:
                _write(file, [paused, *taken, now])
            return wait

    def pause(self, until: float) -> None:
        with self._open() as file:
            paused, *taken = _read(file)
            _write(file, [max(paused, until), *taken])

    @contextmanager
    def _open(self) -> Iterator[BinaryIO]:
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+b", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file


def _read(file: BinaryIO) -> list[float]:
    body = file.read()
    count = len(body) // 8
    return list(struct.unpack(f"<{count}d", body[: count * 8])) or [0.0]


def _write(file: BinaryIO, moments: list[float]) -> None:
    file.seek(0)
    file.truncate()
    file.write(struct.pack(f"<{len(moments)}d", *moments))
