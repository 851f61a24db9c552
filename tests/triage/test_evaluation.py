"""What must hold on both halves of our messages, and that docs/triage.md tells it truly."""

from pathlib import Path

import pytest

from rooftree.triage import evaluate

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "triage.md"
HALVES = {name: evaluate.load(HERE / f"messages_{name}.jsonl") for name in ("dev", "dev2", "test")}
FLOOR = {"dev": 0.98, "dev2": 0.98, "test": 0.90}
FLOOR_911 = {
    "dev": 1.0,
    "dev2": 1.0,
    "test": 1.0,
}


@pytest.mark.parametrize("half", HALVES)
def test_recall_of_emergencies_stays_above_its_floor(half: str) -> None:
    held, of = evaluate.figures(HALVES[half])["recall of emergencies"]
    assert held / of >= FLOOR[half]


@pytest.mark.parametrize("half", HALVES)
def test_recall_of_call_911_first_stays_above_its_floor(half: str) -> None:
    held, of = evaluate.figures(HALVES[half])["recall of call-911-first"]
    assert held / of >= FLOOR_911[half]


def test_the_figures_of_the_page_are_those_of_a_fresh_run() -> None:
    shown = PAGE.read_text(encoding="utf-8").partition(evaluate.BEGIN)[2].partition(evaluate.END)[0]
    assert shown.strip() == evaluate.table(HALVES), (
        "run: make triage-page, or python -m rooftree.triage.evaluate --write"
    )
