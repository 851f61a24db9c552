"""The command line as people and scripts meet it: words, JSON and exit codes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from rooftree.connectors import levels
from rooftree.connectors import registry as connectors
from rooftree.connectors.base import Budget, Connector
from rooftree.connectors.environment import environment
from rooftree.connectors.probe import ALLOWED, Evidence
from rooftree.simulators import registry, serve
from rooftree.simulators.serve import Running
from rooftree.surfaces.cli import operations
from rooftree.surfaces.cli.main import app
from rooftree.surfaces.home import services
from rooftree.workflows import inbox

operations.add_to(app)
KEY = ("--credential", "client_id=simulated-client-1", "--credential", "client_secret=simulated-secret-1")
ANSWER = ["id", "priority", "call_911_first", "condition", "trade", "confidence", "why", "safety_reply"]


def rooftree(*words: str, input: str | None = None) -> Result:
    return CliRunner().invoke(app, list(words), input=input)


def told(*words: str) -> Any:
    done = rooftree(*words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ROOFTREE_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


@pytest.fixture(autouse=True)
def unpaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """No PMS is asked more slowly than it answers: the pace is tested by a clock of its own, in test_budget."""
    load = connectors.load

    def loaded(name: str) -> Connector:
        found = load(name)
        budget = Budget(calls=10_000, seconds=1.0, concurrent=4)
        return replace(found, manifest=replace(found.manifest, budget=budget))

    monkeypatch.setattr(connectors, "load", loaded)


@pytest.fixture(scope="module")
def buildium() -> Iterator[Running]:
    running = serve.start(registry.build("buildium", properties=1, units_per_property=2))
    yield running
    running.stop()


def connected(buildium: Running, *more: str, input: str | None = None) -> Result:
    return rooftree("connect", "buildium", "--base-url", buildium.url, *KEY, *more, input=input)


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


def _show_that_it_is_ready(id_: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROOFTREE_PAGE_NUMBERS", '["+15550109999"]')
    for home in told("properties", "list")["items"]:
        told("connections", "confirm-zone", id_, home["external_id"], "--zone", "America/New_York")
    assert told("connections", "test-text", id_, "+15550107777")["delivered"] is True
    code = told("connections", "test-page", id_)["code"]
    told("inbox", "type-in", "+15550109999", f"OK {code}")
    with services(quiet=True) as ready:
        inbox.take_in(ready, lambda _act: None)
    assert told("connections", "readiness", id_)["missing"] == []


def test_beginning_live_is_for_what_is_on_this_machine_only() -> None:
    refused = rooftree("connect", "buildium", "--base-url", "https://pms.example", "--live", "--yes", *KEY)
    assert (refused.exit_code, "Only a simulator on this machine" in refused.output) == (2, True)
    assert (rooftree("init", "--live").exit_code, told("init", "--sample", "--live")["mode"]) == (2, "live")


def test_connect_shows_whose_it_is_asks_and_reads_it_in(buildium: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    done = connected(buildium, input="y\ny\n")
    assert done.exit_code == 0, done.output
    for words in ("Made-Up Property Management", "units: 2", "newest work order:", "Is this yours?", "shadow"):
        assert words in done.output
    again = connected(buildium, "--yes", "--json")
    connections = told("connections", "list")["items"]
    assert [each["id"] for each in connections] == [json.loads(again.stdout)["connection"]]
    id_ = connections[0]["id"]
    assert told("connections", "stop-writes", id_)["writes_enabled"] is False
    assert told("connections", "set", id_, "default_staff_id", "7")["settings"] == {"default_staff_id": "7"}
    strange = rooftree("connections", "set", id_, "colour", "red")
    assert (strange.exit_code, "default_staff_id" in strange.output) == (2, True)
    assert told("connections", "set", id_, "default_staff_id", "")["settings"] == {}
    refused = rooftree("work-orders", "create", id_, "Sink drips")
    assert (refused.exit_code, "writ" in refused.output) == (1, True)
    not_yet = rooftree("connections", "go-live", id_)
    assert (not_yet.exit_code, "Not yet" in not_yet.output) == (1, True)
    _show_that_it_is_ready(id_, monkeypatch)
    assert told("connections", "go-live", id_)["mode"] == "live"
    assert told("assess")["items"][0]["level"] == 3
    assert told("sync")["items"][0]["connection"] == id_
    kinds = {json.loads(line)["kind"] for line in rooftree("export").stdout.splitlines()}
    assert {"connection", "unit", "resident"} <= kinds
    person = told("residents", "list")["items"][0]["external_id"]
    assert told("erase", "--resident", person, "--yes")["records"] >= 1
    assert rooftree("erase", "--resident", person, "--yes").exit_code == 2


def test_connect_keeps_what_it_learned_of_the_account_apart_from_its_settings() -> None:
    simulator = registry.build("realpage", properties=1, units_per_property=1, alphabetical=True)
    running = serve.start(simulator)
    names = ("pmcid", "siteid", "service", "licensekey", "username", "password", "methods")
    key = json.dumps({name: simulator.credentials[name] for name in names})
    try:
        done = rooftree("connect", "realpage", "--base-url", running.url, "--credentials-stdin", "--yes", input=key)
    finally:
        running.stop()
    assert done.exit_code == 0, done.output
    (found,) = told("connections", "list")["items"]
    assert "getsitelist" in found["learned"]["learned.methods"]
    assert found["learned"]["learned.note"] == ""
    assert found["settings"] == {}


def test_connect_answered_no_keeps_nothing(buildium: Running) -> None:
    done = connected(buildium, input="y\nn\n")
    assert done.exit_code == 1
    assert "Nothing was kept" in done.output
    assert told("connections", "list")["items"] == []


def test_plan_and_licence_are_settled_before_any_key_is_asked_for(buildium: Running) -> None:
    """No credential is given: had one been asked for, the command would have failed for want of it."""
    done = rooftree("connect", "buildium", "--base-url", buildium.url, input="n\n")
    assert done.exit_code == 1
    assert "Only Premium has the API" in done.stderr
    assert "No key was asked for and nothing was kept" in done.stderr
    assert told("connections", "list")["items"] == []


@pytest.mark.parametrize(
    ("pms", "who", "says"),
    [("buildium", "pms", "tells no vendor of a job"), ("rentvine", "both", "Say `rooftree` or `pms`")],
)
def test_who_tells_vendors_is_one_of_two_who_can(pms: str, who: str, says: str) -> None:
    done = rooftree("connect", pms, "--vendors-told-by", who, "--yes")
    assert done.exit_code == 2
    assert says in done.stderr


@pytest.mark.parametrize(("answer", "kept"), [("", "rooftree"), ("pms", "pms")])
def test_who_tells_vendors_is_asked_where_the_property_system_can(answer: str, kept: str) -> None:
    simulator = registry.build("rentvine", properties=1, units_per_property=2)
    running = serve.start(simulator)
    try:
        given = [f"--credential={name}={value}" for name, value in simulator.credentials.items()]
        done = rooftree("connect", "rentvine", "--base-url", running.url, *given, input=f"y\n{answer}\ny\n")
    finally:
        running.stop()
    assert done.exit_code == 0, done.output
    assert told("connections", "list")["items"][0]["vendors_told_by"] == kept


def test_a_sandbox_is_told_from_where_the_company_works() -> None:
    buildium = connectors.load("buildium")
    addresses = list(buildium.manifest.base_urls.items())
    assert [environment(buildium, url) for _name, url in addresses] == ["", *(name for name, _url in addresses[1:])]


def test_a_sample_database_at_an_address_of_its_own_is_told_too() -> None:
    rent_manager = connectors.load("rent_manager")
    assert environment(rent_manager, "https://sample07.api.rentmanager.com") == "sample database"
    assert environment(rent_manager, "https://sampleton.api.rentmanager.com") == ""


def test_a_key_that_may_only_read_is_noticed_when_it_is_connected_and_graded_so() -> None:
    simulator = registry.build("buildium", properties=1, units_per_property=2)
    simulator.faults.arm("read_only_key")
    running = serve.start(simulator)
    try:
        done = connected(running, "--yes")
        assert "read-only" in done.output, done.output
        id_ = told("connections", "list")["items"][0]["id"]
        assert told("connections", "get", id_)["level"] == 1
        (graded,) = told("assess")["items"]
        assert (graded["level"], graded["proven_level"]) == (1, 1)
        simulator.faults.clear()
        given = [f"--credential={name}={value}" for name, value in simulator.credentials.items()]
        rooftree("connect", "buildium", "--replace", id_, "--yes", *given)
        shown = told("connections", "get", id_)
        assert (shown["level"], shown["proven_level"]) == (3, 1)
    finally:
        running.stop()


def test_what_nobody_has_seen_yet_is_graded_apart() -> None:
    rentvine = connectors.load("rentvine")
    reads = [Evidence(record="work_order", verb=verb, ok=True) for verb in ("list", "get")]
    allowed = Evidence(record="work_order", verb="create", ok=True, why=ALLOWED)
    for seen in (reads, [*reads, allowed]):
        assert (levels.level(rentvine, seen), levels.level(rentvine, seen, proven=True)) == (3, 1)
    assert levels.level(rentvine, [*reads, replace(allowed, why="it was made and read back")], proven=True) == 2


def test_connect_with_nobody_to_answer_says_how(buildium: Running) -> None:
    done = connected(buildium, input="")
    assert done.exit_code == 1
    assert "--yes" in done.output


def test_a_refused_key_says_where_to_look(buildium: Running) -> None:
    wrong = ("--credential", "client_id=a", "--credential", "client_secret=b")
    done = rooftree("connect", "buildium", "--base-url", buildium.url, *wrong, "--yes")
    assert done.exit_code == 1
    assert "Buildium refused the key: check client id and secret in Settings > Developer Tools" in done.output
    assert done.output.count("refused the key") == 1


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
