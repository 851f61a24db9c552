"""The page says what the table says; `python -m tests.connectors.realpage.test_page` writes it."""

from __future__ import annotations

from pathlib import Path

from rooftree.connectors.base import VERBS, Gap
from rooftree.connectors.matrix import written
from rooftree.connectors.realpage.connector import CONNECTOR

PAGE = Path(__file__).resolve().parents[3] / CONNECTOR.manifest.docs
HEADINGS = ["Access", "What works", "Field mapping", "Webhooks", "Limits and quirks", "How it was proven"]


def test_the_page_equals_a_fresh_run() -> None:
    assert PAGE.read_text() == written(PAGE.read_text(), CONNECTOR)


def test_the_page_has_the_headings_of_every_connector() -> None:
    found = [line.removeprefix("## ") for line in PAGE.read_text().splitlines() if line.startswith("## ")]
    assert found == HEADINGS


def test_nothing_the_contract_describes_is_left_unbuilt() -> None:
    gaps = [gap for row in CONNECTOR.resources for verb in VERBS if isinstance(gap := row.verb(verb), Gap)]
    fields = [
        gap for row in CONNECTOR.resources for held in (row.omits, row.read_only, row.fixed) for gap in held.values()
    ]
    assert [gap.reason for gap in (*gaps, *fields) if gap.kind == "not_built"] == []


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(), CONNECTOR))
