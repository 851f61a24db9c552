"""The evaluation messages are well formed, true to the conditions, and what README.md says they are."""

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

Row = dict[str, Any]

HERE = Path(__file__).parent
HALVES = sorted(HERE.glob("messages_*.jsonl"))
TEST_HALF = HERE / "messages_test.jsonl"
README = (HERE / "README.md").read_text(encoding="utf-8")


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# The 48 conditions, grouped by the priority that each one carries before anything raises it.
CALL_911 = words("gas_smell co_alarm fire_smoke breakin lockout_danger elevator_trap downed_line medical_violence")
EMERGENCY = CALL_911 | words(
    """elec_spark elec_water elec_out_all flood ceiling_fall sewage toilet_only no_water no_hot_water scalding
    no_heat no_ac_vuln ext_lock smoke_alarm egress structure dryer_vent mold_large frozen_pipe"""
)
URGENT = words(
    """elec_out_part leak_contained toilet_second weak_heat no_heat_mild no_ac_hot elevator_out window_broken
    gas_off stove fridge mold_small pest_severe drain_slow lead_paint"""
)
ROUTINE = words("drip no_ac_mild appliance_minor pest_minor cosmetic")
POLICY = frozenset({"lockout"})
CONDITIONS = EMERGENCY | URGENT | ROUTINE | POLICY

# An only elevator or a resident who cannot climb; ground-floor glass or cold weather.
RAISED_BY_MODIFIER = frozenset({"elevator_out", "window_broken"})

PRIORITIES = frozenset({"emergency", "urgent", "routine", "not_maintenance"})
TRADES = words(
    """plumbing electrical hvac appliance locksmith general roofing pest_control mold_remediation elevator
    fire_safety gas glazing cleaning landscaping none"""
)
KINDS = words(
    """plain indirect negation past_resolved hypothetical idiom near_miss several_issues misspelling spanish
    spanglish esl slang emoji modifier vulnerable not_maintenance long_rambling terse dictated angry polite
    hostile_text"""
)
LANGUAGES = frozenset({"en", "es", "mixed"})
CONTEXT: dict[str, type] = {
    "outdoor_f": int,
    "indoor_f": int,
    "vulnerable_occupant_stated": bool,
    "toilets_in_unit": int,
}


def read(half: Path) -> list[Row]:
    return [json.loads(line) for line in half.read_text(encoding="utf-8").splitlines()]


def allowed(value: Any) -> list[Any]:
    """The answers a label admits, the first one preferred: most labels admit exactly one."""
    return value if isinstance(value, list) else [value]


def preferred(row: Row, label: str) -> Any:
    return allowed(row["expect"][label])[0]


def shape_faults(row: Row) -> list[str]:
    expect, context = row.get("expect", {}), row.get("context", {})
    checks = {
        "keys": row.keys() - {"context"} == {"id", "text", "expect", "kind", "lang"},
        "expect keys": expect.keys() == {"priority", "call_911_first", "condition", "trade"},
        "text": isinstance(row["text"], str) and bool(row["text"].strip()),
        "kind": row["kind"] in KINDS,
        "lang": row["lang"] in LANGUAGES,
        "priority": PRIORITIES.issuperset(allowed(expect["priority"])),
        "call_911_first": all(isinstance(answer, bool) for answer in allowed(expect["call_911_first"])),
        "condition": (CONDITIONS | {None}).issuperset(allowed(expect["condition"])),
        "trade": TRADES.issuperset(allowed(expect["trade"])),
        "lists": all(len(set(allowed(v))) == len(v) > 1 for v in expect.values() if isinstance(v, list)),
        "context": all(type(value) is CONTEXT.get(key) for key, value in context.items()),
    }
    return [f"{row['id']}: {name}" for name, holds in checks.items() if not holds]


def admissible_priorities(condition: str | None, vulnerable: bool) -> frozenset[str]:
    if condition is None:
        return frozenset({"not_maintenance", "routine", "urgent", "emergency"})
    if condition in URGENT:
        raised = vulnerable or condition in RAISED_BY_MODIFIER
        return frozenset({"urgent", "emergency"} if raised else {"urgent"})
    if condition in EMERGENCY:
        return frozenset({"emergency"})
    return frozenset({"routine"} if condition in ROUTINE else {"not_maintenance"})


def label_faults(row: Row) -> list[str]:
    expect = row["expect"]
    conditions = allowed(expect["condition"])
    calls = allowed(expect["call_911_first"])
    vulnerable = bool(row.get("context", {}).get("vulnerable_occupant_stated"))
    admissible = frozenset[str]().union(*(admissible_priorities(c, vulnerable) for c in conditions))
    checks = {
        "priority does not follow from the condition": admissible.issuperset(allowed(expect["priority"])),
        "911 first without a condition that asks for it": calls != [True] or CALL_911.issuperset(conditions),
        "911 withheld from a condition that asks for it": calls != [False] or CALL_911.isdisjoint(conditions),
        "an emergency has a condition": "emergency" not in expect["priority"] or conditions != [None],
    }
    return [f"{row['id']}: {name}" for name, holds in checks.items() if not holds]


def counts(rows: list[Row]) -> dict[str, Counter[str]]:
    return {
        "priority": Counter(preferred(row, "priority") for row in rows),
        "condition": Counter(preferred(row, "condition") or "no condition" for row in rows),
        "kind": Counter(row["kind"] for row in rows),
        "language": Counter(row["lang"] for row in rows),
    }


def table(name: str, counter: Counter[str]) -> str:
    body = (f"| {key} | {counter[key]} |" for key in sorted(counter))
    return "\n".join([f"| {name} | rows |", "| --- | ---: |", *body])


def test_there_are_forty_eight_conditions() -> None:
    assert len(CONDITIONS) == 48


@pytest.mark.parametrize("half", HALVES, ids=lambda half: half.stem)
def test_every_row_has_the_agreed_shape(half: Path) -> None:
    assert [fault for row in read(half) for fault in shape_faults(row)] == []


@pytest.mark.parametrize("half", HALVES, ids=lambda half: half.stem)
def test_every_label_follows_from_its_condition(half: Path) -> None:
    assert [fault for row in read(half) for fault in label_faults(row)] == []


def test_no_id_and_no_text_occurs_twice_in_either_half() -> None:
    rows = [row for half in HALVES for row in read(half)]
    ids = Counter(row["id"] for row in rows)
    texts = Counter(" ".join(row["text"].casefold().split()) for row in rows)
    assert [key for key, n in (ids | texts).items() if n > 1] == []


def test_the_test_half_covers_every_condition_at_least_three_times() -> None:
    seen = counts(read(TEST_HALF))["condition"]
    assert [condition for condition in sorted(CONDITIONS) if seen[condition] < 3] == []


def test_the_test_half_is_large_enough_to_judge_by() -> None:
    rows = read(TEST_HALF)
    by_priority = counts(rows)["priority"]
    assert len(rows) >= 300
    assert sum(row["expect"]["call_911_first"] is True for row in rows) >= 80
    assert by_priority["routine"] >= 60
    assert by_priority["not_maintenance"] >= 50


@pytest.mark.parametrize("name", ["priority", "condition", "kind", "language"])
def test_the_readme_counts_are_those_of_the_file(name: str) -> None:
    assert table(name, counts(read(TEST_HALF))[name]) in README


def test_the_test_half_is_the_one_the_readme_seals() -> None:
    digest = hashlib.sha256(TEST_HALF.read_bytes()).hexdigest()
    assert f"sha256 `{digest}`" in README, "an edited label needs its line under Corrections and a new seal"
