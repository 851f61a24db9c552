"""From shadow to live: refused until zones, a test text and a test page are right; then by property and act."""

from __future__ import annotations

from typing import Any

import pytest
from tests.surfaces.office import ON_CALL, Office

from rooftree.channels.local import type_in
from rooftree.model.leasing import Resident
from rooftree.model.portfolio import Property
from rooftree.store import connections, going_live, messages

LEAK = "The kitchen sink is dripping"
PHONE = "+15550107777"


def ask(office: Office, verb: str, **given: Any) -> Any:
    path = f"/v1/connections/{office.connection.id}/{verb}"
    return office.browser.post(path, headers=office.signed, json=given)


def readiness(office: Office) -> Any:
    return office.browser.get(f"/v1/connections/{office.connection.id}/readiness", headers=office.signed).json()


@pytest.fixture
def shadow(office: Office) -> Office:
    assert ask(office, "shadow").json()["mode"] == "shadow"
    return office


def sent_to(office: Office, number: str) -> list[str]:
    with office.services.database.read() as conn:
        organization = office.connection.organization_id
        found = messages.recent(conn, office.services.keys, organization, person=number)
    return [text.text for text in found if text.direction == "out"]


def confirm_zones(office: Office) -> None:
    for home in office.all(Property):
        ask(office, "confirm-zone", property_id=home.id, zone="America/New_York")


def ready(office: Office) -> None:
    """Everything that must be shown, shown."""
    confirm_zones(office)
    ask(office, "test-text", to=PHONE)
    ask(office, "test-page")
    (text,) = sent_to(office, ON_CALL)
    office.browser.post(text.partition("rooftree.test")[2].split()[0], data={"answer": "take"})


def orders(office: Office) -> int:
    return len(office.pms.truth("tasks"))


def test_going_live_is_refused_with_each_thing_missing_and_its_command(shadow: Office) -> None:
    refused = ask(shadow, "go-live")
    assert (refused.status_code, refused.json()["title"]) == (409, "Refused by policy")
    for command in ("confirm-zone", "test-text", "test-page"):
        assert f"rooftree connections {command} {shadow.connection.id}" in refused.json()["detail"]
    assert shadow.connection.id in refused.text
    assert ask(shadow, "shadow").json()["mode"] == "shadow"


def test_each_thing_done_is_missing_no_more_and_then_it_goes_live(shadow: Office) -> None:
    told = [len(readiness(shadow)["missing"])]
    confirm_zones(shadow)
    told.append(len(readiness(shadow)["missing"]))
    assert ask(shadow, "test-text", to=PHONE).json()["delivered"] is True
    told.append(len(readiness(shadow)["missing"]))
    code = ask(shadow, "test-page").json()["code"]
    told.append(len(readiness(shadow)["missing"]))
    type_in(shadow.services.inbox(shadow.connection.organization_id), ON_CALL, f"OK {code}")
    shadow.settle()
    told.append(len(readiness(shadow)["missing"]))
    assert told == [3, 2, 1, 1, 0]
    live = ask(shadow, "go-live").json()
    assert (live["mode"], live["live_for"]) == ("live", ["* *"])


def test_a_page_is_not_taken_by_looking_nor_by_somebody_not_on_call(shadow: Office) -> None:
    code = ask(shadow, "test-page").json()["code"]
    (text,) = sent_to(shadow, ON_CALL)
    path = text.partition("rooftree.test")[2].split()[0]
    assert "This is a test" in shadow.browser.get(path).text
    type_in(shadow.services.inbox(shadow.connection.organization_id), PHONE, f"OK {code}")
    shadow.settle()
    assert readiness(shadow)["test_page_taken_at"] is None
    assert "Pages reach you" in shadow.browser.post(path, data={"answer": "take"}).text
    assert readiness(shadow)["test_page_taken_at"] is not None


def test_a_test_text_that_cannot_be_sent_says_why_and_does_not_count(shadow: Office) -> None:
    refused = ask(shadow, "test-text", to="five")
    assert (refused.status_code, refused.json()["field"]) == (422, "to")
    assert readiness(shadow)["test_text_delivered_at"] is None


def test_a_text_the_carrier_only_took_is_not_delivered(shadow: Office) -> None:
    ask(shadow, "test-text", to=PHONE)
    with shadow.services.database.write() as conn:
        conn.exec_driver_sql("UPDATE message SET state = 'sent'")
        conn.exec_driver_sql("UPDATE live_test SET passed_at = NULL")
    assert readiness(shadow)["test_text_delivered_at"] is None


def test_in_shadow_the_case_is_made_and_nothing_is_written(shadow: Office) -> None:
    before = orders(shadow)
    shadow.texted(LEAK)
    assert orders(shadow) == before
    assert sent_to(shadow, shadow.resident().phones[0].number) == []


def test_live_for_one_property_leaves_the_others_in_shadow(shadow: Office) -> None:
    ready(shadow)
    person = shadow.resident()
    other = shadow.some(Property, lambda home: home.id != person.property_id)
    assert ask(shadow, "go-live", property_id=other.id).status_code == 200
    before = orders(shadow)
    shadow.texted(LEAK)
    assert orders(shadow) == before
    ask(shadow, "go-live", property_id=str(person.property_id))
    shadow.texted("The bathroom window is broken")
    assert orders(shadow) == before + 1


def test_live_for_work_orders_alone_texts_nobody(shadow: Office) -> None:
    ready(shadow)
    ask(shadow, "go-live", action="work_orders")
    before = orders(shadow)
    shadow.texted(LEAK)
    assert orders(shadow) == before + 1
    assert sent_to(shadow, shadow.resident().phones[0].number) == []


def test_a_case_older_than_going_live_is_left_to_people_until_it_is_handed_over(shadow: Office) -> None:
    case = shadow.texted(LEAK)
    ready(shadow)
    shadow.clock.advance(60)
    ask(shadow, "go-live")
    before = orders(shadow)
    assert shadow.texted("It drips more than before") == case
    assert orders(shadow) == before
    shadow.browser.post(f"/v1/cases/{case}/hand-over", headers=shadow.signed, json={})
    shadow.texted("It still drips")
    told = shadow.browser.get(f"/v1/cases/{case}", headers=shadow.signed).json()
    assert "older than going live" in str(told["timeline"])
    assert orders(shadow) + len(sent_to(shadow, shadow.resident().phones[0].number)) > before


def test_a_property_nobody_knows_is_refused(shadow: Office) -> None:
    ready(shadow)
    refused = ask(shadow, "go-live", property_id="999999")
    assert (refused.status_code, refused.json()["field"]) == (422, "property_id")


def test_only_the_named_propertys_zone_must_be_confirmed(shadow: Office) -> None:
    ready(shadow)
    home = shadow.some(Property)
    with shadow.services.database.write() as conn:
        conn.exec_driver_sql("UPDATE property_zone SET confirmed_at = NULL WHERE property_id = ?", (home.id,))
    assert ask(shadow, "go-live").status_code == 409
    assert ask(shadow, "go-live", property_id=home.id).status_code == 409
    other = shadow.some(Property, lambda each: each.id != home.id)
    assert ask(shadow, "go-live", property_id=other.id).status_code == 200


def test_back_in_shadow_all_that_was_granted_is_over(shadow: Office) -> None:
    ready(shadow)
    ask(shadow, "go-live")
    ask(shadow, "shadow")
    with shadow.services.database.read() as conn:
        found = connections.get(conn, shadow.connection.id)
        assert going_live.since(conn, found, "1", "residents") is None
        assert going_live.scopes(conn, found.id) == []


def test_safety_leaves_in_shadow(shadow: Office) -> None:
    shadow.texted("I smell gas in the kitchen")
    assert sent_to(shadow, shadow.some(Resident, lambda each: each == shadow.resident()).phones[0].number)
    assert sent_to(shadow, ON_CALL)
