"""The command line as people and scripts meet it: words, JSON and exit codes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.surfaces.terminal import ANSWER, KEY, connected, rooftree, told
from typer.testing import CliRunner

from rooftree.simulators import registry
from rooftree.simulators.serve import Running
from rooftree.surfaces.cli.main import app

pytestmark = pytest.mark.usefixtures("home", "unpaced")


def jsonl(lines: Sequence[str]) -> tuple[int, list[dict[str, Any]]]:
    done = rooftree("triage", "--jsonl", input="\n".join(lines) + "\n")
    return done.exit_code, [json.loads(line) for line in done.stdout.splitlines()]


def test_triage_answers_each_line_in_order_with_these_keys_and_no_others() -> None:
    texts = ["I smell gas", "", "my door squeaks", "x" * 10_000, "no hay calefacción 🥶", "😀😀"]
    code, answers = jsonl([json.dumps({"id": n, "text": text}) for n, text in enumerate(texts)])
    assert code == 0
    assert [answer["id"] for answer in answers] == list(range(6))
    assert all(list(answer) == ANSWER for answer in answers)
    assert answers[0]["call_911_first"] is True
    assert answers[0]["safety_reply"]


def test_triage_heeds_the_context() -> None:
    cold = {"id": "a", "text": "no heat", "context": {"outdoor_f": 10}}
    _code, (answer,) = jsonl([json.dumps(cold)])
    assert answer["priority"] == "emergency"


@pytest.mark.parametrize(
    ("line", "id_"),
    [
        ("{", None),
        ("[1]", None),
        ('{"id": 7}', 7),
        ('{"id": "b", "text": 5}', "b"),
        ('{"id": "c", "text": "no heat", "context": {"moon": 1}}', "c"),
        ('{"id": "d", "text": "no heat", "context": "cold"}', "d"),
    ],
)
def test_a_broken_line_is_answered_and_the_others_too(line: str, id_: object) -> None:
    code, answers = jsonl(['{"id": 1, "text": "no heat"}', line, '{"id": 2, "text": "no heat"}'])
    assert code == 1
    assert [answer["id"] for answer in answers] == [1, id_, 2]
    assert list(answers[1]) == ["id", "error"]
    assert answers[1]["error"].startswith("line 2: ")


def test_triage_reads_a_file_and_names_one_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"id": 1, "text": "no heat"}\n\n')
    assert rooftree("triage", "--jsonl", str(tmp_path / "in.jsonl")).exit_code == 0
    missing = rooftree("triage", "--jsonl", "nowhere.jsonl")
    assert missing.exit_code == 2
    assert "nowhere.jsonl cannot be read" in missing.output


def test_connectors_says_level_verbs_and_each_gap_with_its_reason() -> None:
    found = {each["name"]: each for each in told("connectors")}
    assert (found["buildium"]["level"], found["embedded"]["level"]) == (3, 4)
    for each in found.values():
        assert set(each["verbs"]["work_order"]) == {"list", "get", "create", "update", "close"}
        for gap in each["gaps"]:
            assert gap["kind"] in ("not_built", "not_offered", "not_permitted")
            assert gap["reason"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("connect", "nosuch"), "There is no connector nosuch. Installed: "),
        (("connect", "buildium", "--base-url", "buildium"), "https://"),
        (("connect", "buildium", "--credential", "x"), "name=value"),
        (("connect", "buildium", "--credential", "x=1"), "client_id, client_secret"),
        (("sync", "nosuch"), "rooftree init"),
        (("simulate", "nosuch"), "There are: "),
        (("import-csv", "units", "nowhere.csv"), "cannot be read"),
        (("cases", "list", "--limit", "0"), "limit"),
        (("triage",), "Give the text"),
    ],
)
def test_wrong_use_is_exit_2_in_plain_words(words: tuple[str, ...], said: str) -> None:
    done = rooftree(*words)
    assert done.exit_code == 2
    assert said in re.sub(r"[│╭╮╰╯─\s]+", " ", done.output)


def test_an_address_where_nobody_answers_names_the_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rooftree.clock.SystemClock.wait", lambda *_: None)
    done = rooftree("connect", "buildium", "--base-url", "http://127.0.0.1:9", *KEY, "--yes")
    assert done.exit_code == 1
    assert "Reaching Buildium at http://127.0.0.1:9 and signing in failed" in done.output
    assert "Check the address" in done.output


def test_no_pms_is_needed_init_and_a_spreadsheet_are_enough(tmp_path: Path) -> None:
    assert told("init", "--sample")["new"] is True
    assert told("init")["new"] is False
    rows = "Property,Unit,Name,Phone\nLantern Court (sample),1A,Ann Test,(212) 555-0123\nNowhere,9,Bo,\n"
    (tmp_path / "rent roll.csv").write_text(rows)
    tried = rooftree("import-csv", "residents", "rent roll.csv", "--dry-run")
    assert (tried.exit_code, "would be 1 new" in tried.output) == (1, True)
    done = rooftree("import-csv", "residents", "rent roll.csv")
    assert "Row 3, Property: There is no property of this name." in done.output
    names = [item["data"].get("last_name") for item in told("residents", "list", "--limit", "100")["items"]]
    assert names.count("Test") == 1


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("ROOFTREE_PORT", "abc", "ROOFTREE_PORT"),
        ("ROOFTREE_DATABASE_URL", "nonsense", "ROOFTREE_DATABASE_URL"),
        ("ROOFTREE_DATABASE_URL", "mysql://x/y", "ROOFTREE_DATABASE_URL"),
        ("ROOFTREE_HOME", "/dev/null/x", "ROOFTREE_HOME"),
        ("ROOFTREE_TWILIO_NUMBER", "+15550100001", "ROOFTREE_TWILIO_ACCOUNT_SID"),
    ],
)
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, variable: str, value: str, said: str) -> None:
    monkeypatch.setenv(variable, value)
    done = rooftree("cases", "list")
    assert (done.exit_code, said in done.output) == (2, True), done.output


def test_a_database_that_cannot_be_used_is_exit_1_in_words(home: Path) -> None:
    home.mkdir()
    (home / "rooftree.db").mkdir()
    done = rooftree("cases", "list")
    assert done.exit_code == 1
    assert "database" in done.output


def test_every_command_shows_an_example() -> None:
    for command in app.registered_commands:
        assert (command.epilog or "").startswith("Example: "), command.callback
    for group in app.registered_groups:
        assert group.typer_instance is not None
        for command in group.typer_instance.registered_commands:
            assert (command.epilog or "").startswith("Example: "), command.name


def test_simulate_prints_its_credentials_on_the_first_line_and_arms_faults() -> None:
    words = [sys.executable, "-c", "from rooftree.surfaces.cli.main import main; main()", "simulate", "buildium"]
    with subprocess.Popen([*words, "--faults", "throttle:GET:3"], stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        first = json.loads(running.stdout.readline())
        running.terminate()
    assert set(first["credentials"]) == {"client_id", "client_secret"}
    assert first["base_url"].startswith("http://127.0.0.1:")


def test_help_and_triage_need_no_database_and_no_server() -> None:
    heavy = "sys.modules.keys() & {'sqlalchemy', 'fastapi', 'dbos', 'uvicorn', 'httpx2'}"
    for words in (["--help"], ["triage", "no heat"]):
        code = f"import sys; sys.argv[1:] = {words}\nfrom rooftree.surfaces.cli.main import main\n"
        code += f"try:\n    main()\nexcept SystemExit:\n    pass\nprint('HEAVY', {heavy} or '-')"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert "HEAVY -" in done.stdout


def test_a_secret_given_as_a_dash_is_read_from_standard_input(home: Path) -> None:
    assert rooftree("init", "--sample").exit_code == 0
    (found,) = json.loads(rooftree("connections", "list", "--json").stdout)["items"]
    done = CliRunner().invoke(app, ["connections", "webhook", found["id"], "--secret", "-"], input="made-up\n")
    assert (done.exit_code, "sends no webhooks" in done.output) == (2, True), done.output
    assert "made-up" not in done.output


def test_a_demo_where_no_work_order_can_be_made_says_so_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(registry.AGREED, "realpage")  # its writes are off until somebody turns them on
    done = rooftree("demo", "--pms", "realpage", "--fast")
    assert (done.exit_code, "RealPage cannot be played" in done.output) == (2, True), done.output


def test_a_job_is_read_from_a_file_or_standard_input_and_broken_json_is_told(tmp_path: Path) -> None:
    items = [{"operation": "work_orders.close", "input": {"id": "mir_none"}}]
    (tmp_path / "closing.json").write_text(json.dumps(items))
    made = told("jobs", "create", "closing.json")
    assert (made["state"], made["counts"]) == ("running", {"queued": 1})
    assert told("jobs", "get", made["id"])["items"][0]["operation"] == "work_orders.close"
    assert json.loads(rooftree("jobs", "create", "-", "--json", input=json.dumps(items)).stdout)["id"] != made["id"]
    for bad, why in (("[1", "not JSON"), ("nowhere.json", "nowhere.json cannot be read"), ("[]", "at least 1")):
        refused = rooftree("jobs", "create", bad)
        assert refused.exit_code == 2, refused.output
        assert why in refused.output


def test_reconcile_reports_in_words_as_json_and_as_a_page(buildium: Running, tmp_path: Path) -> None:
    assert connected(buildium, "--yes").exit_code == 0
    page = tmp_path / "drift.html"
    done = rooftree("reconcile", "--full", "--html", str(page))
    assert (done.exit_code, "100 % of" in done.stdout) == (0, True), done.output
    assert "<h1>" in page.read_text()
    (report,) = told("reconcile", "--sample", "5")["items"]
    assert (report["kind"], report["checked"], report["agreed_share"]) == ("sample", 5, 1.0)
    assert [each["id"] for each in told("drift", "reports", "--limit", "1")["items"]] == [report["id"]]


def test_a_mapping_pack_is_tried_and_put_in_force_from_its_file(buildium: Running, tmp_path: Path) -> None:
    done = connected(buildium, "--yes")
    assert done.exit_code == 0, done.output
    id_, file = told("connections", "list")["items"][0]["id"], tmp_path / "pack.yaml"
    file.write_text("fields:\n  unit:\n    floor: {path: UnitSize}\n    flor: {path: UnitSize}\n")
    refused = rooftree("connections", "mapping", "check", id_, str(file))
    assert refused.exit_code == 2
    assert "Error in mapping_pack: Mapping pack, line 4: there is no field 'flor'" in refused.output
    file.write_text("version: 5\nfields:\n  unit:\n    floor: {path: UnitSize}\n")
    assert "record unit, id" in rooftree("connections", "mapping", "check", id_, str(file), "--count", "1").output
    assert told("connections", "mapping", "set", id_, str(file))["version"] == "5"
    assert told("connections", "mapping", "show", id_)["text"] == file.read_text()
    assert told("connections", "mapping", "unset", id_)["version"] == ""
    assert rooftree("connections", "mapping", "set", id_, "nowhere.yaml").exit_code == 2
