"""The plan of readings: arithmetic by hand, and what holds whatever the numbers are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooftree.connectors import registry
from rooftree.connectors.base import Budget
from rooftree.errors import InvalidInput
from rooftree.model.names import RECORDS
from rooftree.store.cursors import Cursor
from rooftree.sync.freshness import Need, due, needs, plan, rate, span, targets

NOW = datetime(2026, 1, 15, 8, 0, tzinfo=UTC)
MINUTE, HOUR = 60.0, 3_600.0

NEEDS = st.lists(
    st.builds(
        Need,
        record=st.sampled_from(sorted(RECORDS)),
        target=st.sampled_from([30.0, 120.0, 900.0, 86_400.0]),
        calls=st.integers(1, 50_000),
        quiet=st.none() | st.floats(0, 1e7),
    ),
    min_size=1,
    max_size=20,
    unique_by=lambda need: need.record,
)
RATES = st.floats(0.01, 1_000)


def test_a_reading_that_costs_more_than_the_budget_gives_is_read_as_often_as_it_allows_and_says_the_sum() -> None:
    need = Need(record="lease", target=15 * MINUTE, calls=5_600, under="100 properties")
    (planned,) = plan([need], rate=1.0)
    assert not planned.met
    assert planned.every == 5_600
    assert planned.why == (
        "Leases of 100 properties need 5,600 calls per reading; the budget of 60 calls a minute allows one reading "
        "each 94 minutes."
    )


def test_a_target_is_met_when_the_wait_and_the_reading_itself_fit_in_it() -> None:
    fits = Need(record="unit", target=900, calls=405)
    assert plan([fits], rate=1.0)[0].met  # 405 s of waiting, 405 s of reading, 90 s until a worker looks: 900 s
    assert not plan([replace(fits, calls=406)], rate=1.0)[0].met


def test_what_is_cold_gives_way_to_what_is_hot() -> None:
    hot = Need(record="work_order", target=120, calls=50)
    cold = Need(record="unit", target=900, calls=450)
    (first, second) = plan([cold, hot], rate=1.0)
    assert (first.record, first.met) == ("work_order", True)
    assert (second.record, second.met) == ("unit", False)
    assert "of which hotter records leave" in second.why


def test_what_is_cheap_is_read_more_often_and_less_so_the_longer_it_is_quiet() -> None:
    busy = Need(record="vendor", target=86_400, calls=1, quiet=0)
    every = [plan([replace(busy, quiet=quiet)], rate=1.0)[0].every for quiet in (0, 5 * HOUR, 100 * 24 * HOUR)]
    assert every == [900, 1_800, 86_279]


@given(NEEDS, RATES)
def test_all_readings_together_never_ask_for_more_than_the_budget(found: list[Need], allowed: float) -> None:
    planned = plan(found, allowed)
    assert sum(each.calls / each.every for each in planned) <= allowed * (1 + 1e-9)
    assert {each.record for each in planned} == {need.record for need in found}


@given(NEEDS, RATES)
def test_a_target_counts_as_met_just_when_the_age_at_worst_is_within_it(found: list[Need], allowed: float) -> None:
    for each in plan(found, allowed):
        assert bool(each.why) == (not each.met)
        assert not each.met or each.lag <= each.target * (1 + 1e-9)


@given(NEEDS, RATES, st.integers(1, 50_000))
def test_a_colder_kind_more_takes_nothing_from_what_is_hotter_but_what_is_kept_for_it(
    found: list[Need], allowed: float, calls: int
) -> None:
    """More calls of the coldest change no promise above it."""
    hottest_first = sorted(found, key=lambda need: (need.target, need.calls))
    more = replace(hottest_first[-1], calls=max(calls, hottest_first[-1].calls))
    before = [each.met for each in plan(hottest_first, allowed)]
    after = [each.met for each in plan([*hottest_first[:-1], more], allowed)]
    assert before[:-1] == after[:-1]


@given(NEEDS)
def test_a_budget_without_end_meets_every_target(found: list[Need]) -> None:
    assert all(each.met for each in plan(found, 1e9))


def test_the_narrowest_window_of_a_budget_is_what_can_be_spent_for_ever() -> None:
    budget = Budget(calls=10, seconds=1, concurrent=1, longer=((5_000, 3_600), (10_000, 86_400)))
    assert rate(budget) == pytest.approx(0.9 * 10_000 / 86_400)


def test_a_kind_listed_under_parents_costs_a_call_for_each_until_a_reading_has_shown_what_it_costs() -> None:
    connector = registry.load("entrata")
    counts = {"property": 100, "lease": 120_000}
    found = {need.record: need for need in needs(connector, targets(""), counts, {}, NOW)}
    assert (found["lease"].calls, found["lease"].under) == (200, "100 properties")  # two pages of 1,000 each
    cursor = Cursor(connection_id="c", record="lease", pages=140, full_at=NOW, started_at=NOW)
    measured = {need.record: need for need in needs(connector, targets(""), counts, {"lease": cursor}, NOW)}
    assert measured["lease"].calls == 140


def test_due_is_what_was_never_read_what_was_cut_off_and_what_has_waited_long_enough() -> None:
    planned = plan([Need(record=name, target=120, calls=1) for name in ("lead", "unit", "work_order")], rate=10.0)
    read = Cursor(connection_id="c", record="unit", started_at=NOW, finished_at=NOW)
    cut = Cursor(connection_id="c", record="lead", scan="full", started_at=NOW)
    known = {"unit": read, "lead": cut}
    assert sorted(due(planned, known, NOW)) == ["lead", "work_order"]
    assert "unit" in due(planned, known, NOW + timedelta(seconds=61))
    assert "unit" in due(planned, known, NOW + timedelta(seconds=7), pace=0.1)


def test_a_reading_that_failed_is_tried_again_after_a_minute_at_most() -> None:
    planned = plan([Need(record="vendor", target=86_400, calls=100)], rate=1.0)
    failed = Cursor(connection_id="c", record="vendor", scan="full", started_at=NOW, last_error_at=NOW)
    assert due(planned, {"vendor": failed}, NOW + timedelta(seconds=59)) == []
    assert due(planned, {"vendor": failed}, NOW + timedelta(seconds=60)) == ["vendor"]


def test_targets_are_overridden_by_name_and_wrong_ones_are_refused_with_what_is_wrong() -> None:
    found = targets("work_order=60 vendor=3600")
    assert (found["work_order"], found["vendor"], found["unit"], found["lease"]) == (60, 3_600, 900, 86_400)
    for said, words in (
        ("wrok_order=60", "wrok_order"),
        ("unit=soon", "needs seconds"),
        ("unit=nan", "between"),
        ("unit=1", "between 30"),
        ("unit", "needs seconds"),
    ):
        with pytest.raises(InvalidInput, match=words):
            targets(said)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(30, "30 s"), (5_600, "94 minutes"), (7_300, "2.1 hours"), (86_400 * 3, "3 days")],
)
def test_a_span_is_said_in_words_and_never_rounded_down(seconds: float, words: str) -> None:
    assert span(seconds) == words
