"""Two reports are compared by place, thing, trouble, time and whether the earlier one is still open."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from rooftree.agents.duplicates import Report, compare


def report(text: str, u: str = "4B", d: str = "11-01", s: str = "open", resident: str = "Ann") -> Report:
    return Report(
        text=text,
        unit=u,
        resident=resident,
        opened_at=datetime.fromisoformat(f"2026-{d if 'T' in d else d + 'T10'}:00:00Z"),
        status=s,
    )


PAIRS = [
    (
        "duplicate",
        report("kitchen sink is leaking"),
        report("the sink in the kitchen still drips water under cabinet", d="11-02"),
    ),
    (
        "duplicate",
        report("No heat in the apartment"),
        report("heater is not working its freezing", d="11-01T20"),
    ),
    (
        "recurrence",
        report("toilet clogged", s="completed"),
        report("toilet is backed up again", d="11-20"),
    ),
    ("different", report("toilet clogged"), report("fridge is warm", d="11-03")),
    ("different", report("kitchen sink leaking"), report("bathroom sink leaking", d="11-01T11")),
    ("different", report("kitchen sink leaking"), report("kitchen sink leaking", u="5C", d="11-01T11")),
    (
        "related",
        report("water coming through my ceiling", u="3A"),
        report("my tub overflowed, water everywhere", u="4A", d="11-01T11"),
    ),
    (
        "duplicate",
        report("AC blowing warm air"),
        report("the air conditioner is not cooling", d="11-02"),
    ),
    ("duplicate", report("La lavadora no funciona"), report("washing machine broken", d="11-02")),
    (
        "recurrence",
        report("roaches in kitchen", s="closed"),
        report("I still see cockroaches in the kitchen", d="12-05"),
    ),
    ("different", report("front door lock broken"), report("bedroom light flickers", d="11-02")),
    (
        "duplicate",
        report("smoke detector chirping in hallway"),
        report("beeping alarm in the hall wont stop", d="11-01T13"),
    ),
    (
        "related",
        report("leak under kitchen sink"),
        report("cabinet under the kitchen sink is swollen and moldy", d="11-05"),
    ),
    (
        "recurrence",
        report("garbage disposal jammed", s="completed"),
        report("disposal humming not spinning", d="11-15"),
    ),
    ("duplicate", report("no hot water"), report("shower only cold water this morning", d="11-01T12")),
    (
        "duplicate",
        report("window in bedroom wont close"),
        report("bedroom window stuck open", d="11-02"),
    ),
    ("related", report("elevator stuck", u="3A"), report("the elevator is out", u="9C", d="11-01T12")),
    (
        "different",
        report("dripping faucet in bathroom", s="completed"),
        report("toilet running in bathroom", d="12-01"),
    ),
]


@pytest.mark.parametrize(("relation", "a", "b"), PAIRS, ids=lambda value: getattr(value, "text", value)[:24])
def test_a_pair_of_reports_written_by_us_gets_its_relation(relation: str, a: Report, b: Report) -> None:
    assert compare(a, b).relation == relation


@pytest.mark.parametrize(("relation", "a", "b"), PAIRS, ids=lambda value: getattr(value, "text", value)[:24])
def test_the_order_in_which_they_are_given_does_not_matter(relation: str, a: Report, b: Report) -> None:
    assert compare(b, a).relation == relation


def test_without_units_the_same_resident_is_the_same_place() -> None:
    moment = datetime(2026, 11, 1, tzinfo=UTC)
    a = Report(text="sink leaks", resident="Ann", opened_at=moment)
    b = Report(text="the sink is leaking", resident="ann", opened_at=moment)
    assert compare(a, b).relation == "duplicate"


def test_nothing_is_assumed_of_reports_without_place() -> None:
    assert compare(Report(text="sink leaks"), Report(text="sink leaks")).relation == "different"
