"""Connecting a property system from the command line: what is settled, asked, shown, kept and graded."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from tests.surfaces.terminal import KEY, connected, rooftree, told

from rooftree.connectors import levels
from rooftree.connectors import registry as connectors
from rooftree.connectors.environment import environment
from rooftree.connectors.probe import ALLOWED, Evidence
from rooftree.simulators import registry, serve
from rooftree.simulators.serve import Running
from rooftree.surfaces.home import services
from rooftree.workflows import inbox

pytestmark = pytest.mark.usefixtures("home", "unpaced")


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
