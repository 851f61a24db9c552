"""A database on good and bad days: refusals in each shape, grants, lists, doubles, XML nobody should take."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.connectors.golden import payload
from tests.connectors.yardi_voyager.account import Office, asked, row

from rooftree import outbound
from rooftree.connectors import writes
from rooftree.connectors.base import Answer, Context, Query, Send
from rooftree.connectors.never_keep import cut
from rooftree.connectors.transport import open_line
from rooftree.connectors.yardi_voyager import client, guests, households, pack, search
from rooftree.connectors.yardi_voyager.connector import CONNECTOR, identify
from rooftree.connectors.yardi_voyager.mapping_maintenance import to_work_order
from rooftree.errors import (
    Conflict,
    InvalidInput,
    Rejected,
    Unauthorized,
    Unreachable,
)
from rooftree.model.base import Phone
from rooftree.model.leasing import GuestCard, Lease, Resident
from rooftree.model.maintenance import WorkOrder
from rooftree.model.portfolio import Property, Unit
from rooftree.model.vocabulary import Priority, Trade, WorkOrderStatus
from rooftree.simulators.yardi_voyager.words import Lists

MARKER = "#rt-7f3a9c"
ADA = GuestCard(
    id="",
    property_id="prop1",
    first_name="Ada",
    last_name="Tester",
    emails=("ada.tester@example.com",),
    phones=(Phone(number="+15125550142"),),
    source="ILS",
    message="Is it still to be had?",
)


def _listed(office: Office, record: type, **query: Any) -> list[Any]:
    found = row(record)
    page = found.list(office.line, Query(**query), None)  # type: ignore[operator]
    return [found.read(wire, office.context()) for wire in page.items]


def _send(record: Any, context: Context) -> Send:
    send: Send | None = row(type(record)).create.step(None, record, context)  # type: ignore[union-attr]
    assert send is not None
    return send


def _made(office: Office, record: Any, marker: str = MARKER) -> tuple[Answer, Send]:
    send = _send(record, office.context(marker))
    return writes.run(office.line, send, CONNECTOR.manifest), send


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"database": "other"}, "answered with nothing"),
        ({"service_requests_password": "wrong"}, "Login failed"),
        ({"service_requests_entity": "made-up ai"}, "License invalid"),
        ({"service_requests_license": "0" * 32}, "License invalid"),
    ],
)
def test_a_wrong_login_or_licence_says_what_to_check(changed: dict[str, str], text: str) -> None:
    with pytest.raises(Unauthorized, match=text) as caught:
        asked(Office(changed))
    assert CONNECTOR.manifest.key_help in str(caught.value)


def test_an_interface_without_its_own_login_uses_the_common_one() -> None:
    office = Office()
    held = office.simulator.credentials
    for name in ("username", "password", "entity", "license"):
        held[f"service_requests_{name}"] = held[name]
    alone = {f"service_requests_{name}": "" for name in ("username", "password", "entity", "license")}
    line = open_line(
        CONNECTOR,
        base_url="https://voyager.example.com/x/Webservices",
        credentials={**held, **alone},
        clock=office.clock,
        http=outbound.client(transport=office.transport),
    )
    assert client.orders(line, "prop1", None)


def test_each_interface_sees_its_own_properties_and_the_record_says_which() -> None:
    office = Office(closed={"guest_card": ["prop2"], "common_data": ["prop2"]})
    held = {each.id: each.custom["yardi_interfaces"] for each in _listed(office, Property)}
    assert "guest_card" in held["prop1"]
    assert held["prop2"] == "service_requests, resident_transactions, vendor_invoicing"
    assert _listed(office, Lease, parent="prop2") == []
    assert _listed(office, Unit, parent="prop2") != []


def test_a_refused_interface_leaves_the_others() -> None:
    office = Office({"common_data_license": "0" * 32})
    assert "common_data" not in _listed(office, Property)[0].custom["yardi_interfaces"]
    everything = {f"{key}_password": "wrong" for key in ("guest_card", "service_requests", "resident_transactions")}
    everything |= {"common_data_password": "wrong", "vendor_invoicing_password": "wrong"}
    with pytest.raises(Unauthorized):
        identify(Office(everything).line)


def test_birth_dates_bank_numbers_and_ssn_are_dropped_on_arrival() -> None:
    office = Office()
    for rows in (households.residents(office.line, "prop1", None), client.vendors(office.line, None)):
        assert rows
        told = json.dumps([cut(wire, CONNECTOR.manifest.never_keep) for wire in rows])
        assert not any(secret in told for secret in ("1990-01-01", "078-05-1120", "000123456789", "12-3456789"))


def test_roommates_are_people_of_their_own_in_one_lease() -> None:
    office = Office(units_per_property=12)
    lease = next(each for each in _listed(office, Lease, parent="prop1") if len(each.resident_ids) > 1)
    people = [each for each in _listed(office, Resident, parent="prop1") if each.id in lease.resident_ids]
    assert {each.is_primary for each in people} == {True, False}
    assert {each.lease_ids for each in people} == {(lease.id,)}
    assert lease.primary_resident_id == lease.id


def test_residents_are_the_same_people_without_a_common_data_licence() -> None:
    whole = Office(units_per_property=12)
    without = Office({"common_data_license": "0" * 32}, {"residents_from": "service_requests"}, units_per_property=12)
    for record in (Lease, Resident):
        ours, theirs = (_listed(office, record, parent="prop1") for office in (whole, without))
        facts = "id status unit_id first_name last_name emails phones lease_ids is_primary".split()
        if record is Lease:
            facts = "id status unit_id resident_ids starts_on ends_on rent moved_in_on".split()
        assert [[getattr(each, fact) for fact in facts] for each in ours] == [
            [getattr(each, fact) for fact in facts] for each in theirs
        ]


def test_a_recorded_search_of_residents_is_read_with_its_roommate() -> None:
    office = Office()
    office.next(payload("yardi_voyager", "resident-search.ok.response"))
    (file,) = search.households(office.line, "demo1")
    lease = row(Lease).read(file, Context())
    assert (lease.id, lease.unit_id, lease.resident_ids) == (
        "demo1:t0001234",
        "demo1:101",
        ("demo1:t0001234", "demo1:r0000055"),
    )
    ada, bo = (row(Resident).read(each, Context()) for each in households.people(file))
    assert (ada.emails, ada.phones[0].number, ada.status.value) == (
        ("ada.tester@example.com",),
        "+15555550100",
        "current",
    )
    assert (bo.first_name, bo.emails, bo.is_primary) == ("Bo", ("bo@example.com",), False)


def test_a_service_request_of_the_golden_answer_is_read_whole() -> None:
    office = Office()
    office.next(payload("yardi_voyager", "sr-search.ok.response"))
    order = to_work_order(asked(office)[0], office.context())
    seen = (order.id, order.vendor_id, order.status, order.priority, order.trade, order.number)
    urgent = (WorkOrderStatus.SCHEDULED, Priority.URGENT, Trade.PLUMBING)
    assert seen == ("demo1:10229", "v0000042", *urgent, "10229")
    assert order.updated_at == datetime(2026, 2, 1, 16, 5, tzinfo=UTC)


def test_a_long_title_comes_back_whole_though_yardi_keeps_35_characters() -> None:
    office = Office()
    title = "Water is coming through the ceiling of the second bathroom"
    answer, send = _made(office, WorkOrder(id="", unit_id="prop1:101", title=title, description="Since noon.\nWorse."))
    (wire,) = client.order(office.line, "prop1", str(send.id_of(answer)).split(":")[1])
    order = to_work_order(wire, office.context())
    assert (order.title, order.description) == (title, "Since noon.\nWorse.")
    assert len(office.simulator.truth("service_requests")[-1]["ServiceRequestBriefDescription"]) <= 35


def test_a_roommates_request_is_the_households_and_nobody_expects_another_tenant_back() -> None:
    office = Office(units_per_property=12)
    lease = next(each for each in _listed(office, Lease, parent="prop1") if len(each.resident_ids) > 1)
    roommate = next(id for id in lease.resident_ids if id != lease.primary_resident_id)
    asked = WorkOrder(id="", unit_id=lease.unit_id, lease_id=lease.id, resident_id=roommate, title="Leak")
    answer, send = _made(office, asked)
    (wire,) = client.order(office.line, "prop1", str(send.id_of(answer)).split(":")[1])
    assert to_work_order(wire, office.context()).resident_id == lease.primary_resident_id
    assert "resident_id" in row(WorkOrder).read_only


def test_a_timeout_after_commit_is_found_again_and_not_made_twice() -> None:
    office = Office()
    send = _send(WorkOrder(id="", unit_id="prop1:101", title="Leak"), office.context(MARKER))
    office.simulator.faults.arm("timeout_after_commit")
    with pytest.raises(Unreachable):
        writes.run(office.line, send, CONNECTOR.manifest)
    office.simulator.faults.clear()
    assert send.find is not None
    found = send.find(office.line, office.clock.now() - timedelta(hours=1))
    ours = [
        each for each in office.simulator.truth("service_requests") if MARKER in each.get("ProblemDescriptionNotes", "")
    ]
    assert [hit.id for hit in found] == [f"prop1:{each['ServiceRequestId']}" for each in ours]
    assert len(ours) == 1


def test_a_category_the_client_has_not_is_refused_with_the_list_before_anything_is_sent() -> None:
    office = Office(lists=Lists(categories={"Rohrbruch": ()}))
    with pytest.raises(InvalidInput, match="Rohrbruch"):
        _made(office, WorkOrder(id="", unit_id="prop1:101", title="Leak", category="Plumbing"))


def test_a_clients_own_words_are_understood_by_its_pack_and_checked_when_it_connects() -> None:
    lists = Lists(statuses=("Neu", "Fertig", "Canceled"), categories={"Rohre": ()})
    taught = "statuses: {Neu: new, Fertig: completed}\ncategories: {Rohre: plumbing}"
    office = Office(lists=lists, settings={"mapping_pack": taught})
    assert identify(office.line).name
    _made(office, WorkOrder(id="", unit_id="prop1:101", title="Leak", trade=Trade.PLUMBING, status=WorkOrderStatus.NEW))
    held = office.simulator.truth("service_requests")[-1]
    assert (held["Category"], held["CurrentStatus"]) == ("Rohre", "Neu")
    with pytest.raises(InvalidInput, match="statuses: Nue"):
        identify(Office(lists=lists, settings={"mapping_pack": "statuses: {Nue: new}"}).line)


@pytest.mark.parametrize(
    "text", ["[1]", "statuses: {Call: newish}", "colours: {a: b}", "statuses: [Call]", "a: b: c", "{"]
)
def test_a_pack_that_cannot_be_meant_is_refused_with_what_is_wrong(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        pack.read(text)
    assert caught.value.path == "mapping_pack"


def test_an_unknown_status_is_unknown_and_stays_readable() -> None:
    office = Office()
    wire = {**asked(office)[0], "CurrentStatus": "Waiting for parts"}
    order = to_work_order(wire, Context())
    assert (order.status, order.status_raw) == (WorkOrderStatus.UNKNOWN, "Waiting for parts")


def test_a_person_who_has_a_guest_card_gets_no_second_one() -> None:
    office = Office()
    first, send = _made(office, ADA)
    again, _send = _made(office, replace(ADA, message="Me again"), marker="#rt-other1")
    assert send.id_of(first) == send.id_of(again)
    held = [each for each in office.simulator.truth("guests") if each["LastName"] == "Tester"]
    assert len(held) == 1
    assert [each["First"] for each in held[0]["Events"]] == ["true", "false"]
    assert held[0]["Phone"] == "5125550142"


def test_two_guest_cards_of_one_person_are_for_a_human() -> None:
    office = Office()
    twin = {"Email": "ada.tester@example.com"}
    for id in (1000, _second(office)):
        office.simulator.edit("guests", id, **twin)
    with pytest.raises(Conflict, match="2 guest cards"):
        _made(office, ADA)


def _second(office: Office) -> int:
    """A second guest card in the first property."""
    _made(office, replace(ADA, emails=("other@example.com",), phones=()))
    return int(office.simulator.truth("guests")[-1]["ProspectID"][1:])


def test_a_source_the_property_has_not_is_refused_with_its_list() -> None:
    office = Office()
    with pytest.raises(Rejected, match="Property Website, ILS, Walk-In"):
        _made(office, replace(ADA, source="Carrier pigeon"))
    assert not [each for each in office.simulator.truth("guests") if each["LastName"] == "Tester"]


def test_a_source_added_in_voyager_a_moment_ago_is_known_at_once() -> None:
    office = Office()
    context = office.context(MARKER)
    office.simulator.behaviour.account.lists = Lists(sources=("Carrier Pigeon",))  # type: ignore[attr-defined]
    send = _send(replace(ADA, source="carrier pigeon"), context)
    writes.run(office.line, send, CONNECTOR.manifest)
    assert office.simulator.truth("guests")[-1]["Events"][0]["Source"] == "Carrier Pigeon"


def test_dead_agents_are_not_offered() -> None:
    office = Office()
    assert guests.words(office.line, "prop1")["agents"] == ["Pat Agent", "Lee"]


def test_a_credit_check_status_is_dropped_on_arrival() -> None:
    office = Office()
    body = (
        "<Envelope><Body><XResponse><XResult><LeadManagement><Prospects><Prospect><Customers><Customer Type='prospect'>"
        "<Identification IDType='ProspectID' IDValue='p1'/>"
        "<Identification IDType='CreditCheckStatus' IDValue='Denied'/>"
        "</Customer></Customers></Prospect></Prospects></LeadManagement></XResult></XResponse></Body></Envelope>"
    )
    office.next(body.encode())
    rows = guests.search(office.line, "prop1")
    assert guests.id_of(rows[0]) == "p1"
    assert "Denied" not in json.dumps(rows)


def test_a_slow_property_is_waited_for_and_a_very_slow_one_is_unreachable() -> None:
    assert asked(Office(slow={"prop1": 150.0}))
    with pytest.raises(Unreachable, match="180 s"):
        asked(Office(slow={"prop1": 200.0}))


def test_every_call_stands_on_one_line_and_asks_for_no_birth_date() -> None:
    office = Office()
    _made(office, WorkOrder(id="", unit_id="prop1:101", title="Leak", description="one\ntwo"))
    _made(office, ADA)
    assert office.transport.sent
    assert not any(b"\n" in body or b"\r" in body for body in office.transport.sent)
    assert not any(b"<p:DateOfBirth>" in body or b"<p:FederalId>" in body for body in office.transport.sent)
