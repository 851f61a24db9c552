"""R14: what is waited for comes once, through a restart, a clock that jumps, and both changes of summer time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.workflows.town import AtOnce, Town, found

from rooftree.db import Database
from rooftree.model.cases import CaseState
from rooftree.policy.hours import quiet_until
from rooftree.store.keys import Keys
from rooftree.workflows.runner import Runner

DAY = datetime(2026, 1, 15, 16, 0, tzinfo=UTC)
ZONES = ("America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Indiana/Knox",
         "America/Los_Angeles", "America/Anchorage", "Pacific/Honolulu")  # fmt: skip
LEAK = "water is dripping under my kitchen sink"
START, END = time(21), time(8)


@pytest.fixture
def town(sqlite_database: Database, keys: Keys, tmp_path: Path) -> Town:
    return found(sqlite_database, keys, tmp_path, DAY)


def ticks(town: Town, times: int = 12) -> None:
    for _ in range(times):
        town.runner.tick()
        town.clock.advance(0.01)


def asked(town: Town) -> int:
    return sum(text.startswith("Has ") for text in town.inbox(town.resident))


def dispatched(town: Town) -> Town:
    town.text(town.resident, LEAK)
    town.answer("A")
    assert town.case().state is CaseState.DISPATCHED
    return town


def restarted(town: Town) -> None:
    """The process ended and another took its seat: nothing is known but what was stored."""
    town.runner.close()
    town.runner = Runner(town.services, durable=AtOnce())
    town.runner.durable.launch({"turn": town.runner.maintenance.turn, "act": town.runner.maintenance.act})


def leap(town: Town) -> None:
    town.clock.advance(timedelta(days=9).total_seconds())


def leap_and_restart(town: Town) -> None:
    leap(town)
    restarted(town)


def restart_and_leap(town: Town) -> None:
    restarted(town)
    leap(town)


@pytest.mark.parametrize("happening", [leap, leap_and_restart, restart_and_leap])
def test_a_wait_that_ended_while_nobody_looked_is_dealt_with_once(
    town: Town, happening: Callable[[Town], None]
) -> None:
    happening(dispatched(town))
    ticks(town)
    assert (asked(town), town.case().state) == (1, CaseState.CONFIRMING)
    restarted(town)
    ticks(town)
    assert asked(town) == 1


def test_a_clock_set_back_makes_nothing_happen_twice_and_nothing_be_forgotten(town: Town) -> None:
    leap(dispatched(town))
    ticks(town)
    before = town.sent()
    town.clock.advance(-timedelta(days=2).total_seconds())
    ticks(town)
    assert town.sent() == before
    town.text(town.resident, "yes it is fixed")
    town.recover(minutes=2)
    assert town.case().state is CaseState.CLOSED


def test_a_wait_set_before_a_clock_was_put_back_still_ends(town: Town) -> None:
    dispatched(town)
    town.clock.advance(-timedelta(hours=3).total_seconds())
    ticks(town)
    assert asked(town) == 0
    leap(town)
    ticks(town)
    assert asked(town) == 1


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2029, 12, 31)),
    st.sampled_from(ZONES),
)
def test_quiet_hours_end_at_the_wall_clock_of_the_property_every_night_of_the_year(moment: datetime, name: str) -> None:
    zone, now = ZoneInfo(name), moment.replace(tzinfo=UTC)
    local = now.astimezone(zone).time()
    until = quiet_until(now, zone, START, END)
    assert (until is None) == (END <= local < START)
    if until is not None:
        assert until.astimezone(zone).time().replace(tzinfo=None) == END
        assert timedelta(0) < until.astimezone(UTC) - now <= timedelta(hours=12)
        assert quiet_until(until, zone, START, END) is None


@pytest.mark.parametrize(
    ("night", "hours"),
    [
        (date(2026, 3, 7), 10),  # an hour is left out
        (date(2026, 10, 31), 12),  # an hour comes twice
        (date(2026, 7, 1), 11),
    ],
)
def test_the_night_of_a_change_is_an_hour_shorter_or_longer(night: date, hours: int) -> None:
    zone = ZoneInfo("America/Chicago")
    evening = datetime.combine(night, START, zone)
    until = quiet_until(evening, zone, START, END)
    assert until is not None
    assert until.astimezone(UTC) - evening.astimezone(UTC) == timedelta(hours=hours)
    assert quiet_until(evening.replace(tzinfo=ZoneInfo("America/Phoenix")), ZoneInfo("America/Phoenix"), START, END)
