"""One call budget per connection, shared by every thread and process that talks to that PMS account.

A true sliding window over rows in our own database: a call is taken only when fewer than `calls` were taken in the
last `seconds`, so the PMS never sees more. A 429 all the same (somebody else uses the account too) pauses everybody.
Interactive calls leave nothing to backfill: backfill may fill only a part of the window.
"""

from __future__ import annotations

import fcntl
import os
import struct
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from rooftree.clock import Clock
from rooftree.connectors.base import Budget

BACKFILL_SHARE = 0.9
"""How much of the window backfill may fill; the rest is kept for calls somebody waits for."""

_LESS = 0.8
_LEAST_SHARE = 0.1
_EASE_SECONDS = 600.0
"""How long without a 429 until a lowered budget is tried one step higher."""


class Window(Protocol):
    """Where the times of recent calls are kept; one for all processes of a connection."""

    def take(self, now: float, seconds: float, most: int) -> float:
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

    def take(self, now: float, seconds: float, most: int) -> float:
        with self._lock:
            if now < self._paused_until:
                return self._paused_until - now
            while self._taken and self._taken[0] <= now - seconds:
                self._taken.popleft()
            if len(self._taken) >= most:
                return self._taken[-most] + seconds - now
            self._taken.append(now)
            return 0.0

    def pause(self, until: float) -> None:
        with self._lock:
            self._paused_until = max(self._paused_until, until)


class Limiter:
    """Lets calls through at the budget's pace, at most `concurrent` of them at once in this process."""

    def __init__(self, budget: Budget, clock: Clock, window: Window | None = None) -> None:
        self._budget = budget
        self._clock = clock
        self._window = window or LocalWindow()
        self._places = threading.BoundedSemaphore(budget.concurrent)
        self._lock = threading.Lock()
        self._share = 1.0
        self._eased_at = float("-inf")

    @contextmanager
    def turn(self, *, interactive: bool = True) -> Iterator[None]:
        """Wait for a place and a call within the budget."""
        with self._places:
            while wait := self._window.take(self._now(), self._budget.seconds, self._most(interactive)):
                self._clock.wait(max(wait, 0.001))
            yield

    def slow_down(self, seconds: float) -> None:
        """The PMS said 429: nobody calls for so long, and this process asks less for a while.

        A 429 within our budget means that somebody else spends from it, or that the PMS allows less than it says.
        """
        now = self._now()
        self._window.pause(now + seconds)
        with self._lock:
            if now - self._eased_at >= self._budget.seconds:  # one lesson for a burst of refusals
                self._share = max(_LEAST_SHARE, self._share * _LESS)
                self._eased_at = now

    def _most(self, interactive: bool) -> int:
        with self._lock:
            if self._share < 1.0 and self._now() - self._eased_at > _EASE_SECONDS:
                self._share, self._eased_at = min(1.0, self._share / _LESS), self._now()
            share = self._share * (1.0 if interactive else BACKFILL_SHARE)
        return max(1, int(self._budget.calls * share))

    def _now(self) -> float:
        return self._clock.now().timestamp()


class FileWindow:
    """A window in a small file, for all processes of one machine: UNIX times as doubles, under a file lock."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path

    def take(self, now: float, seconds: float, most: int) -> float:
        with self._open() as file:
            paused, *taken = _read(file)
            if now < paused:
                return paused - now
            taken = [moment for moment in taken if now - seconds < moment <= now + seconds]
            if len(taken) >= most:
                return taken[-most] + seconds - now
            _write(file, [paused, *taken, now])
            return 0.0

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
