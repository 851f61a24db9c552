"""The page says what the table says, the templates what the import reads.

`python -m tests.connectors.embedded.test_page` writes both.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from rooftree.connectors.embedded.connector import CONNECTOR
from rooftree.connectors.matrix import written
from rooftree.embedded.csv_columns import KINDS, Kind, template

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / CONNECTOR.manifest.docs
TEMPLATES = ROOT / "docs" / "templates"
HEADINGS = ["Access", "What works", "Field mapping", "Webhooks", "Limits and quirks", "How it was proven"]


def test_the_page_equals_a_fresh_run() -> None:
    assert PAGE.read_text() == written(PAGE.read_text(), CONNECTOR)


def test_the_page_has_the_headings_of_every_connector() -> None:
    found = [line.removeprefix("## ") for line in PAGE.read_text().splitlines() if line.startswith("## ")]
    assert found == HEADINGS


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_is_what_the_import_reads(kind: Kind) -> None:
    assert (TEMPLATES / f"{kind}.csv").read_bytes() == template(kind).encode()


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(), CONNECTOR))
    for each in KINDS:
        (TEMPLATES / f"{each}.csv").write_bytes(template(each).encode())
