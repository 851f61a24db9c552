"""Documents are tested: generated parts are fresh, links lead somewhere, every setting is described."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.docs.write import ROOT, documents

from rooftree.config import Settings
from rooftree.connectors import registry
from rooftree.connectors.matrix import written

_HEADINGS = ["Access", "What works", "Field mapping", "Webhooks", "Limits and quirks", "How it was proven"]
_LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#]+)")


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_generated_parts_equal_a_fresh_run(path: Path) -> None:
    assert path.read_text() == documents()[path], "run `make docs`"


@pytest.mark.parametrize("page", [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))], ids=lambda p: p.name)
def test_every_link_between_our_pages_leads_somewhere(page: Path) -> None:
    broken = [link for link in _LINK.findall(page.read_text()) if not (page.parent / link.strip()).exists()]
    assert broken == []


def test_every_setting_says_what_it_is() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


@pytest.mark.parametrize("name", registry.names())
def test_the_page_of_every_connector_has_the_same_headings(name: str) -> None:
    page = (ROOT / registry.load(name).manifest.docs).read_text()
    assert [line.removeprefix("## ") for line in page.splitlines() if line.startswith("## ")] == _HEADINGS


def test_a_page_without_markers_is_refused() -> None:
    with pytest.raises(ValueError, match="lacks"):
        written("# Buildium", registry.load("buildium"))


@pytest.mark.parametrize("name", registry.names())
def test_every_connector_has_an_assessment_that_says_what_it_was_measured_against(name: str) -> None:
    page = (ROOT / f"docs/assessments/{name}.md").read_text()
    connector = registry.load(name)
    assert ("not the vendor's system" in page) == (not connector.manifest.native)
    assert all(f"| {row.name.replace('_', ' ')} |" in page for row in connector.resources)
