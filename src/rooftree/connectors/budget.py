"""One call budget per connection, shared by every thread and process that talks to that PMS account.

A true sliding window over rows in our own database: a call is taken only when fewer than `calls` were taken in the
last `seconds`, so the PMS never sees more. Where a PMS counts its services separately, each has windows of its own (a
lane). A 429 all the same (somebody else uses the account too) pauses everybody.
Interactive calls leave nothing to backfill: backfill may fill only a part of the window. What it leaves is lent to it
while nobody waits for a call, and is back at once when somebody does.
"""

from __future__ import annotations

import fcntl
import os
import struct
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol, TypeAlias

from rooftree.clock import Clock
from rooftree.connectors.base import Budget

BACKFILL_SHARE = 0.9
"""How much of the budget backfill may spend; the rest is kept for calls somebody waits for. It calls evenly: two
bursts could be pressed into one of the PMS's windows by delays on the way.
"""
LENT_SHARE = 0.95
"""How much it may spend while nobody waits. The rest absorbs what delays on the way differ by (50 ms in a second)."""
_QUIET_SECONDS = 10.0
"""How long nobody must have waited for a call until what is kept for them is lent."""
_SOON = 0.125
"""Seconds. A call comes free again so fast, or nothing is lent: whoever comes first may have to wait so long."""
_NO_LOAN_SECONDS = 3600.0
"""How long nothing is lent after a 429 that came of it."""

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

    def ask(self, now: float) -> None:
        """Note that somebody waits for a call."""
        ...

    def asked(self) -> float:
        """When somebody last waited for a call; 0 for never."""
        ...


class LocalWindow:
    """A window for one process: tests, `connect`, `simulate`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken: deque[float] = deque()
        self._paused_until = 0.0
        self._asked_at = 0.0

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

    def ask(self, now: float) -> None:
        self._asked_at = now

    def asked(self) -> float:
        return self._asked_at


def _longest(allowance: Allowance) -> float:
    return max(seconds for _most, seconds in allowance)


def _wait(taken: Sequence[float], now: float, allowance: Allowance) -> float:
    """Seconds until each window has room; `taken` are the times of calls, oldest first."""
    full = [taken[-most] + seconds - now for most, seconds in allowance if len(taken) >= most]
    return max(0.0, *full) if full else 0.0


@dataclass(frozen=True, slots=True)
class _Lane:
    """One allowance, and before it two queues: of calls somebody waits for, and of the others."""

    window: Window
    interactive: threading.Lock = field(default_factory=threading.Lock)
    backfill: threading.Lock = field(default_factory=threading.Lock)


class Limiter:
    """Lets calls through at the budget's pace, at most `concurrent` of them at once in this process.

    `window` is that of every lane, or makes the one of a lane by its name.
    """

    def __init__(self, budget: Budget, clock: Clock, window: Window | Callable[[str], Window] | None = None) -> None:
        self._budget = budget
        self._clock = clock
        self._window_of = window if callable(window) else _always(window) if window else lambda _lane: LocalWindow()
        self._lanes: dict[str, _Lane] = {}
        self._places = threading.BoundedSemaphore(budget.concurrent)
        self._lock = threading.Lock()
        self._share = 1.0
        self._eased_at = self._lent_at = self._lends_from = float("-inf")

    @contextmanager
    def turn(self, *, interactive: bool = True, lane: str = "") -> Iterator[None]:
        """Wait for a place and a call within the budget of a lane."""
        its = self._lane(lane)
        with its.interactive if interactive else its.backfill:
            while wait := self._tried(its.window, interactive):
                self._clock.wait(max(wait, 0.001))
        try:
            yield
        finally:
            self._places.release()

    def slow_down(self, seconds: float, lane: str = "") -> None:
        """The PMS said 429: nobody calls in the lane for so long, and this process asks less for a while.

        A 429 within our budget means that somebody else spends from it, or that the PMS allows less than it says.
        One that came while the reserve was lent ends the loan first.
        """
        now = self._now()
        self._lane(lane).window.pause(now + seconds)
        with self._lock:
            if now - self._eased_at < self._budget.seconds:  # one lesson for a burst of refusals
                return
            self._eased_at = now
            if now - self._lent_at < 2 * self._budget.seconds:
                self._lends_from = now + _NO_LOAN_SECONDS
            else:
                self._share = max(_LEAST_SHARE, self._share * _LESS)

    def _tried(self, window: Window, interactive: bool) -> float:
        """0 when a place and a call are taken; else nothing is, and how many seconds to wait."""
        if interactive:
            window.ask(self._now())
        self._places.acquire()
        wait = float("inf")
        try:
            wait = window.take(self._now(), self._allowance(window, interactive))
        finally:
            if wait:
                self._places.release()
        return wait

    def _lane(self, name: str) -> _Lane:
        with self._lock:
            if name not in self._lanes:
                self._lanes[name] = _Lane(self._window_of(name))
            return self._lanes[name]

    def _allowance(self, window: Window, interactive: bool) -> Allowance:
        with self._lock:
            if self._share < 1.0 and self._now() - self._eased_at > _EASE_SECONDS:
                self._share, self._eased_at = min(1.0, self._share / _LESS), self._now()
            share = self._share
        windows = ((self._budget.calls, self._budget.seconds), *self._budget.longer)
        if interactive:
            return [(max(1, int(calls * share)), seconds) for calls, seconds in windows]
        part = share * self._backfill_share(window)
        steady = (1, self._budget.seconds / (self._budget.calls * part))
        return [*((max(1, round(calls * part)), seconds) for calls, seconds in windows), steady]

    def _backfill_share(self, window: Window) -> float:
        now = self._now()
        soon = self._budget.seconds <= self._budget.calls * _SOON
        with self._lock:
            if not soon or self._share < 1.0 or now < max(self._lends_from, window.asked() + _QUIET_SECONDS):
                return BACKFILL_SHARE
            self._lent_at = now
            return LENT_SHARE

    def _now(self) -> float:
        return self._clock.now().timestamp()


def _always(window: Window) -> Callable[[str], Window]:
    return lambda _lane: window


class FileWindow:
    """A window in a small file, for all processes of one machine: UNIX times as doubles, under a file lock."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._asked = path.with_name(f"{path.name}.asked")

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

    def ask(self, now: float) -> None:
        """Kept as the time of a file of its own, so that looking costs no lock."""
        self._asked.touch(mode=0o600)
        os.utime(self._asked, (now, now))

    def asked(self) -> float:
        try:
            return self._asked.stat().st_mtime
        except FileNotFoundError:
            return 0.0

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
