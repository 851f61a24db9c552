"""The buyer's checklist: scored with reasons, red flags named, a bad file refused with its line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rooftree.errors import InvalidInput
from rooftree.surfaces.cli import vendor
from rooftree.surfaces.cli.main import app

GOOD = """vendor: Sample AI (made up)
write_back: read_back
timing: minutes
endpoints: named_with_versions
access: scoped_key
timeline: weeks_with_trial
training: never_in_contract
termination: exported_and_deleted
"""


def test_a_vendor_with_the_best_answers_earns_every_point() -> None:
    found = vendor.score(vendor.read(GOOD))
    assert (found["points"], found["of"], found["red_flags"], found["unanswered"]) == (21, 21, [], [])


@pytest.mark.parametrize(
    ("line", "worse", "says"),
    [
        ("timing: minutes", "timing: csv_only", "Files by hand"),
        ("write_back: read_back", "write_back: read_only", "read-only dashboard"),
        ("access: scoped_key", "access: staff_login", "PMS login"),
        ("timeline: weeks_with_trial", "timeline: same_day", "same-day promise"),
        ("endpoints: named_with_versions", "endpoints: named", "No versions"),
    ],
)
def test_a_red_flag_is_named_and_costs_points(line: str, worse: str, says: str) -> None:
    found = vendor.score(vendor.read(GOOD.replace(line, worse)))
    assert len(found["red_flags"]) == 1
    assert says in found["red_flags"][0]
    assert found["points"] < 21


def test_the_template_is_a_checklist_with_nothing_answered() -> None:
    found = vendor.score(vendor.read(vendor.template()))
    assert (found["points"], found["red_flags"], len(found["unanswered"])) == (0, [], 7)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("vendor: A\ntiming: soon", "Line 2: timing takes minutes"),
        ("vendor: A\n\nprice: low", "Line 3: there is no question price"),
        ("vendor: A\ntiming: hours\ntiming: minutes", "Line 3: timing is answered twice"),
        ("vendor: A\ntiming: [hours]", "Line 2: a line is"),
        ("vendor: [", "Line 1: this is no YAML"),
        ("", "Line 1: a checklist has lines"),
        ("timing: hours", "the vendor's name is missing"),
    ],
)
def test_a_bad_checklist_is_refused_with_line_and_reason(text: str, says: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        vendor.read(text)
    assert says in str(refused.value)


def test_the_command_prints_a_template_and_scores_a_file(tmp_path: Path) -> None:
    printed = CliRunner().invoke(app, ["assess", "--vendor-template"])
    file = tmp_path / "vendor.yaml"
    file.write_text(printed.stdout)
    done = CliRunner().invoke(app, ["assess", "--vendor", str(file), "--json"])
    assert (printed.exit_code, done.exit_code) == (0, 0)
    assert json.loads(done.stdout)["of"] == 21
    missing = CliRunner().invoke(app, ["assess", "--vendor", str(tmp_path / "none.yaml")])
    assert (missing.exit_code, "cannot be read" in missing.stderr) == (2, True)
