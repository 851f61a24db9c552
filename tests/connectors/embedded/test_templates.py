"""The templates are what the import reads; `python -m tests.connectors.embedded.test_templates` writes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from rooftree.embedded.csv_columns import KINDS, Kind, template

TEMPLATES = Path(__file__).resolve().parents[3] / "docs" / "templates"


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_is_what_the_import_reads(kind: Kind) -> None:
    assert (TEMPLATES / f"{kind}.csv").read_bytes() == template(kind).encode()


if __name__ == "__main__":
    for each in KINDS:
        (TEMPLATES / f"{each}.csv").write_bytes(template(each).encode())
