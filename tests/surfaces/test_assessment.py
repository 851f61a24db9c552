"""The report: levels with their evidence, what is missing, freshness, endpoints, the link, and what is kept."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from tests.surfaces.office import Office

from rooftree.acts import write_test
from rooftree.connectors import link, registry
from rooftree.model.portfolio import Unit
from rooftree.operations.assessments import assessed
from rooftree.store import connections
from rooftree.surfaces.cli import assessing
from rooftree.surfaces.console.pages import render


def row(report: dict[str, Any], record: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in report["resources"] if each["record"] == record)
    return found


def test_reading_alone_proves_level_1_and_a_write_test_level_3(office: Office) -> None:
    before = assessed(office.services, office.connection)
    assert (before["level"], before["proven_level"]) == (3, 1)
    assert [(each["verb"], each["state"]) for each in before["missing"]] == [("create", "allowed")]
    assert f"rooftree assess {office.connection.id} --write-test" in before["missing"][0]["why"]
    unit = office.some(Unit, lambda unit: unit.is_vacant is True)
    write_test.run(office.services, office.connection, unit.id, actor="test", guest_card=False, occupied=False)
    after = assessed(office.services, office.connection)
    assert (after["level"], after["proven_level"], after["missing"]) == (3, 3, [])
    assert row(after, "work_order")["verbs"]["close"]["lag"] is not None


def test_a_gap_in_the_way_is_named_with_its_kind_and_reason(office: Office) -> None:
    listing = row(assessed(office.services, office.connection), "listing")
    table = registry.load("buildium")
    gaps = {verb for verb, found in listing["verbs"].items() if found["state"].startswith("not_")}
    resource = next(each for each in table.resources if each.name == "listing")
    assert gaps == {verb for verb in listing["verbs"] if hasattr(resource.verb(verb), "kind")}
    assert all(each["why"] for each in listing["missing"])


def test_endpoints_link_and_data_are_what_was_used_and_kept(office: Office) -> None:
    office.clock.advance(3 * 86_400)
    with office.services.database.write() as conn:
        keys, at = office.services.keys, office.clock.now()
        connections.keep_credentials(conn, keys, office.connection.id, dict(office.pms.credentials), at)
    office.clock.advance(2 * 86_400)
    report = assessed(office.services, office.connection)
    assert "GET /v1/rentals/units" in {each["endpoint"] for each in report["endpoints"]}
    assert report["link"] | {"webhooks": ""} == {
        "encryption": "TLS, certificate checked (version not measured)",
        "signing": "header x-buildium-client-id, header x-buildium-client-secret",
        "key_days": 2,
        "webhooks": "",
        "webhook_secrets": 1,
        "webhook_secret_days": 5,
    }
    assert report["data"]["records"]["unit"] == len(office.all(Unit))
    assert {each["record"] for each in report["freshness"]} >= {"unit", "work_order"}


@pytest.mark.parametrize("name", registry.names())
def test_how_a_link_is_signed_is_told_of_every_connector_without_a_value(name: str) -> None:
    said = link.signing(registry.load(name))
    assert re.search("header|Basic|token|SOAP|inside", said)
    assert "x," not in said


class _Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.outside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        links = [value or "" for name, value in attrs if name in ("src", "href")]
        self.outside += [value for value in links if not value.startswith("#")]
        if tag not in ("meta", "br", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_needs_nothing_from_outside_and_shows_a_name_as_text(office: Office) -> None:
    report = assessed(office.services, replace(office.connection))
    hostile = {**report, "name": "<script>alert(1)</script>"}
    page = render("assessment.html", reports=[hostile, report], at=report["at"])
    seen = _Seen()
    seen.feed(page)
    assert (seen.open, seen.outside) == ([], [])
    assert "<script>" not in page
    assert "Level 1 proven" in page


def test_the_terminal_says_each_verb_and_several_are_compared(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    report = assessed(office.services, office.connection)
    lines = list(assessing._lines(report))
    assert lines[0] == "Simulated Buildium (buildium): Level 3, of which 1 is proven"
    assert any(re.match(r"    list   proven 200 in \d+ ms, 1 read", line) for line in lines)
    assert any(re.match(r"    create allowed: the key has the right; nothing was written", line) for line in lines)
    sandbox = list(assessing._lines({**report, "environment": "sandbox"}))
    assert sandbox[1] == "  sandbox: nothing here reaches a tenant"
    capsys.readouterr()
    assessing._compare([report, report])
    assert capsys.readouterr().out.count("Simulated Buildium") == 2
