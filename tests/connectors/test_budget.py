"""One call budget, never exceeded, shared by threads and processes."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest

from rooftree.clock import ManualClock
from rooftree.connectors.base import Budget
from rooftree.connectors.budget import FileWindow, Limiter, LocalWindow, Window


@pytest.fixture(params=["local", "file"])
def window(request: pytest.FixtureRequest, tmp_path: Path) -> Window:
    return LocalWindow() if request.param == "local" else FileWindow(tmp_path / "calls")


def test_no_window_ever_holds_more_calls_than_the_budget(window: Window, clock: ManualClock) -> None:
    limiter = Limiter(Budget(calls=5, seconds=1.0, concurrent=2), clock, window)
    moments = []
    for _ in range(23):
        with limiter.turn():
            moments.append(clock.now().timestamp())
    assert all(later - earlier >= 0.999 for earlier, later in zip(moments, moments[5:], strict=False))
    assert moments[-1] - moments[0] < 4.5


@pytest.mark.parametrize(("calls", "seconds", "taken"), [(10, 1.0, 9), (5, 5.0, 4)])
def test_backfill_leaves_room_for_a_call_somebody_waits_for(
    window: Window, clock: ManualClock, calls: int, seconds: float, taken: int
) -> None:
    limiter = Limiter(Budget(calls=calls, seconds=seconds, concurrent=1), clock, window)
    with limiter.turn():
        clock.advance(seconds)
    for _ in range(taken):
        with limiter.turn(interactive=False):
            pass
    before = clock.now()
    with limiter.turn():
        assert clock.now() == before


def test_backfill_calls_evenly_so_that_delays_on_the_way_press_no_two_bursts_together(
    window: Window, clock: ManualClock
) -> None:
    limiter = Limiter(Budget(calls=10, seconds=1.0, concurrent=1), clock, window)
    with limiter.turn():
        pass
    moments = _backfilled(limiter, clock, 20)
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    assert min(gaps) == pytest.approx(1 / 9, abs=0.002)
    assert max(gaps) == pytest.approx(1 / 9, abs=0.005)


def _backfilled(limiter: Limiter, clock: ManualClock, calls: int) -> list[float]:
    moments = []
    for _ in range(calls):
        with limiter.turn(interactive=False):
            moments.append(clock.now().timestamp())
    return moments


def _most_in(seconds: float, moments: list[float]) -> int:
    """The most calls that any window of so many seconds holds."""
    return max(sum(moment - seconds < each <= moment for each in moments) for moment in moments)


def test_while_nobody_waits_backfill_may_spend_what_is_kept_for_them(window: Window, clock: ManualClock) -> None:
    limiter = Limiter(Budget(calls=10, seconds=1.0, concurrent=1), clock, window)
    moments = _backfilled(limiter, clock, 200)
    assert moments[-1] - moments[0] < 1.06 * 200 / 10


def test_a_lent_reserve_draws_no_429_though_calls_are_delayed_differently_on_the_way(clock: ManualClock) -> None:
    moments = _backfilled(Limiter(Budget(calls=10, seconds=1.0, concurrent=1), clock), clock, 2_000)
    delays = random.Random(7)
    assert _most_in(1.0, [moment + delays.uniform(0.1, 0.15) for moment in moments]) == 10


def test_a_lent_reserve_is_back_within_one_window_of_the_first_call_somebody_waits_for(
    window: Window, clock: ManualClock
) -> None:
    limiter = Limiter(Budget(calls=10, seconds=1.0, concurrent=1), clock, window)
    _backfilled(limiter, clock, 30)
    for patience in (0.1, 0.0, 0.0, 0.0):
        before = clock.now()
        with limiter.turn():
            assert (clock.now() - before).total_seconds() <= patience
        assert _most_in(1.0, _backfilled(limiter, clock, 30)) == 9


def test_whoever_waits_is_seen_by_the_backfill_of_another_process(tmp_path: Path, clock: ManualClock) -> None:
    budget = Budget(calls=10, seconds=1.0, concurrent=1)
    backfill, somebody = (Limiter(budget, clock, FileWindow(tmp_path / "calls")) for _ in range(2))
    with somebody.turn():
        clock.advance(1)
    assert _most_in(1.0, _backfilled(backfill, clock, 80)) == 9
    clock.advance(10)
    assert _most_in(1.0, _backfilled(backfill, clock, 80)) == 10


def test_a_budget_whose_calls_come_free_slowly_lends_nothing(window: Window, clock: ManualClock) -> None:
    limiter = Limiter(Budget(calls=5, seconds=5.0, concurrent=1), clock, window)
    assert _most_in(5.0, _backfilled(limiter, clock, 30)) == 4


def test_a_429_while_the_reserve_is_lent_ends_the_loan_and_lowers_nothing_else(clock: ManualClock) -> None:
    limiter = Limiter(Budget(calls=10, seconds=1.0, concurrent=1), clock)
    _backfilled(limiter, clock, 30)
    limiter.slow_down(0.2)
    clock.advance(5)
    moments = _backfilled(limiter, clock, 90)
    assert moments[-1] - moments[0] == pytest.approx(89 / 9, abs=0.1)
    clock.advance(3600)
    assert _most_in(1.0, _backfilled(limiter, clock, 30)) == 10


class _Interrupted(ManualClock):
    """A clock on which something happens while somebody waits, once."""

    def __init__(self, start: datetime, meanwhile: Callable[[], None]) -> None:
        super().__init__(start)
        self._meanwhile: Callable[[], None] | None = meanwhile

    def wait(self, seconds: float) -> None:
        meanwhile, self._meanwhile = self._meanwhile, None
        if meanwhile is not None:
            meanwhile()
        super().wait(seconds)


def test_backfill_that_waits_for_its_pace_takes_no_place_from_a_call_somebody_waits_for(clock: ManualClock) -> None:
    served: list[datetime] = []

    def serve() -> None:
        with limiter.turn():
            served.append(slow.now())

    def in_a_thread() -> None:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        thread.join(timeout=10)

    slow = _Interrupted(clock.now(), in_a_thread)
    limiter = Limiter(Budget(calls=10, seconds=1.0, concurrent=1), slow)
    _backfilled(limiter, slow, 2)
    assert served == [clock.now()]


def test_a_small_budget_is_not_halved_by_what_is_kept_for_others(window: Window, clock: ManualClock) -> None:
    limiter = Limiter(Budget(calls=2, seconds=1.0, concurrent=1), clock, window)
    before = clock.now()
    for _ in range(10):
        with limiter.turn(interactive=False):
            pass
    assert (clock.now() - before).total_seconds() == pytest.approx(9 / 1.8, abs=0.05)


def test_longer_windows_hold_as_well(window: Window, clock: ManualClock) -> None:
    limiter = Limiter(Budget(calls=5, seconds=1.0, concurrent=1, longer=((7, 60.0),)), clock, window)
    before = clock.now()
    moments = []
    for _ in range(8):
        with limiter.turn():
            moments.append((clock.now() - before).total_seconds())
    assert moments[6] < 2
    assert moments[7] >= 59.999


def test_each_lane_has_a_budget_of_its_own(tmp_path: Path, clock: ManualClock) -> None:
    limiter = Limiter(Budget(calls=1, seconds=60.0, concurrent=1), clock, lambda lane: FileWindow(tmp_path / lane))
    before = clock.now()
    for lane in ("leases", "vendors", "leads"):
        with limiter.turn(lane=lane):
            assert clock.now() == before
    limiter.slow_down(90, "vendors")
    with limiter.turn(lane="leases"):
        assert (clock.now() - before).total_seconds() == pytest.approx(60.0, abs=0.01)


def test_a_429_makes_everybody_wait(window: Window, clock: ManualClock) -> None:
    limiter = Limiter(Budget(calls=10, seconds=1.0, concurrent=1), clock, window)
    limiter.slow_down(30)
    before = clock.now()
    with limiter.turn():
        assert (clock.now() - before).total_seconds() >= 30


def test_two_processes_share_one_file(tmp_path: Path) -> None:
    path = tmp_path / "calls"
    taker = f"from rooftree.connectors.budget import FileWindow as W; w=W(__import__('pathlib').Path({str(path)!r}));"
    count = "print(sum(w.take(1000.0 + i/1000, [(50, 60)]) == 0 for i in range(40)))"
    taken = [
        int(subprocess.run([sys.executable, "-c", taker + count], capture_output=True, text=True, check=True).stdout)
        for _ in range(2)
    ]
    assert taken == [40, 10]


def test_a_pms_that_allows_less_than_it_says_is_asked_less_and_refuses_no_more(clock: ManualClock) -> None:
    limiter, allowed = Limiter(Budget(calls=10, seconds=1.0, concurrent=1), clock), 7
    answered: list[float] = []
    refused_at: list[int] = []
    for number in range(400):
        with limiter.turn():
            now = clock.now().timestamp()
            if len([moment for moment in answered if moment > now - 1.0]) >= allowed:
                refused_at.append(number)
                limiter.slow_down(1.0)
            else:
                answered.append(now)
    assert len(refused_at) <= 3
    assert max(refused_at) < 40


def test_a_lowered_budget_is_tried_higher_after_ten_quiet_minutes(clock: ManualClock) -> None:
    limiter = Limiter(Budget(calls=10, seconds=1.0, concurrent=1), clock)
    limiter.slow_down(0.0)
    clock.advance(601)
    before = clock.now()
    for _ in range(10):
        with limiter.turn():
            assert clock.now() == before
