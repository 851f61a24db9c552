"""docs/model-fields.csv tells the truth: what it maps exists, and nothing of the measure is left out."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from rooftree.model.names import RECORDS
from rooftree.store.connections import PmsConnection
from rooftree.store.records import Mirrored

ROOT = Path(__file__).parents[2]
MEASURE = Path(os.environ.get("ROOFTREE_SHARED", ROOT.parent / "shared")) / "data" / "unified_api_fields.csv"
SERVED = (
    "amenities applicants applications appointments call-logs employees events floor-plans unit-types leads leases "
    "listings owners properties residents resident-charges resident-payments units units/details vendors "
    "service-requests service-request-history"
).split()
KINDS: dict[str, Any] = {**RECORDS, "mirrored": Mirrored, "connection": PmsConnection}
FORBIDDEN = re.compile(
    r"birth|ssn|passport|licen[cs]e_number|tax_id|bank|credit|criminal|evicted|felony", re.IGNORECASE
)


def rows() -> Iterator[dict[str, str]]:
    with (ROOT / "docs" / "model-fields.csv").open(newline="") as file:
        yield from csv.DictReader(file)


def exists(path: str) -> bool:
    """Whether `record.field` or `record.field.inner` names a field (or property) of the model."""
    kind, *names = KINDS.get(path.split(".")[0]), *path.split(".")[1:]
    for name in names:
        if kind is None or not hasattr(kind, name):
            return False
        kind = _dataclass_in(get_type_hints(kind).get(name))
    return bool(names)


def _dataclass_in(hint: Any) -> Any:
    if isinstance(hint, type) and is_dataclass(hint):
        return hint
    return next((found for found in map(_dataclass_in, get_args(hint)) if found), None)


def test_every_field_is_mapped_to_one_that_exists_or_omitted_with_a_reason() -> None:
    wrong = [
        row["theirs"]
        for row in rows()
        if bool(row["ours"]) == bool(row["omitted_because"]) or (row["ours"] and not exists(row["ours"]))
    ]
    assert wrong == []


def test_a_field_that_does_not_exist_would_be_noticed() -> None:
    assert exists("lease.rent")
    assert exists("unit.address.line1")
    assert not exists("lease.colour")
    assert not exists("unit.address.planet")


def test_no_field_of_ours_holds_what_is_never_kept() -> None:
    names = [f"{record}.{name}" for record, kind in RECORDS.items() for name in get_type_hints(kind)]
    assert [name for name in names if FORBIDDEN.search(name)] == []


def test_the_page_names_every_record() -> None:
    page = (ROOT / "docs" / "model.md").read_text()
    assert [name for name in RECORDS if f"| `{name}` |" not in page] == []


@pytest.mark.skipif(not MEASURE.exists(), reason=f"The list of fields to measure against is not here ({MEASURE}).")
def test_no_field_of_the_measure_is_left_out() -> None:
    known = {row["theirs"] for row in rows()}
    with MEASURE.open(newline="") as file:
        asked = [(re.sub(r"/\{[^}]*\}$", "", row["path"]), row["field"]) for row in csv.DictReader(file)]
    missing = {f"{path}.{field}" for path, field in asked if path in SERVED} - known
    assert missing == set()
