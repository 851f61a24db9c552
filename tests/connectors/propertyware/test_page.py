"""The page says what the table says; `python -m tests.connectors.propertyware.test_page` writes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from rooftree.connectors.matrix import written
from rooftree.connectors.propertyware.connector import CONNECTOR

PAGE = Path(__file__).resolve().parents[3] / CONNECTOR.manifest.docs
HEADINGS = ["Access", "What works", "Field mapping", "Webhooks", "Limits and quirks", "How it was proven"]


def test_the_page_equals_a_fresh_run() -> None:
    assert PAGE.read_text() == written(PAGE.read_text(), CONNECTOR)


def test_the_page_has_the_headings_of_every_connector() -> None:
    found = [line.removeprefix("## ") for line in PAGE.read_text().splitlines() if line.startswith("## ")]
    assert found == HEADINGS


def test_a_page_without_markers_is_refused() -> None:
    with pytest.raises(ValueError, match="lacks"):
        written("# Propertyware", CONNECTOR)


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(), CONNECTOR))
