"""One call budget, never exceeded, shared by threads and processes."""

from __future__ import annotations

import subprocess
import sys
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
    moments = []
    for _ in range(20):
        with limiter.turn(interactive=False):
            moments.append(clock.now().timestamp())
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    assert min(gaps) == pytest.approx(1 / 9, abs=0.002)
    assert max(gaps) == pytest.approx(1 / 9, abs=0.005)


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
