"""Guest cards: bodies as the golden ones, people found before they are made, codes and never words, whole changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from tests.connectors.golden import canonical, payload
from tests.connectors.realpage.account import CHICAGO, SITE, Office, answered, golden, row, sent

from rooftree.connectors import soap, writes
from rooftree.connectors.base import Answer, Context, Send
from rooftree.connectors.never_keep import cut
from rooftree.connectors.realpage import answers, client, prospects
from rooftree.connectors.realpage import writes_prospects as guest_cards
from rooftree.connectors.realpage.connector import CONNECTOR
from rooftree.errors import Conflict, InvalidInput, NotFound, Rejected, Unreachable
from rooftree.model.base import Address, Money, Phone
from rooftree.model.leasing import GuestCard, Wishes
from rooftree.model.portfolio import Floorplan
from rooftree.model.vocabulary import LeadStatus

MARKER = "#rt-7f3a9c"
ADA = GuestCard(
    id="",
    property_id=SITE,
    first_name="Ada",
    last_name="Tester",
    emails=("ada.tester@example.com",),
    phones=(Phone(number="+15125550142", kind="mobile"),),
    address=Address(line1="1 Demo Way", city="Austin", state="TX", postal_code="78701"),
    source="ILS",
    agent_id=f"{SITE}:47000002",
    wishes=Wishes(move_in_on=date(2026, 3, 1), lease_months=12, occupants=2),
    message="Is it still to be had?",
)


def _made(office: Office, card: GuestCard, marker: str = MARKER, **context: Any) -> tuple[Answer, Send]:
    send = row(GuestCard).create.step(None, card, replace(office.context(marker), **context))  # type: ignore[union-attr]
    assert send is not None
    return writes.run(office.line, send, CONNECTOR.manifest), send


def _changed(office: Office, verb: str, current: GuestCard, desired: GuestCard) -> GuestCard:
    send = getattr(row(GuestCard), verb).step(current, desired, office.context())
    assert send is not None
    writes.run(office.line, send, CONNECTOR.manifest)
    return _read(office, current.id)


def _read(office: Office, id: str) -> GuestCard:
    return prospects.to_guest_card(prospects.get_card(office.line, id), office.context())


def _ours(office: Office) -> list[Any]:
    return [each for each in office.simulator.truth("guest_cards") if each["prospects"][0]["lastname"] == "Tester"]


def test_a_search_by_email_and_one_for_what_changed_are_the_golden_ones() -> None:
    by_mail = prospects.criterion(email="ada.tester@example.com")
    assert sent(client.call("prospectsearch", by_mail, site=SITE)) == golden("prospectsearch")
    office = Office()
    prospects.cards(office.line, SITE, datetime(2026, 2, 1, 12, tzinfo=UTC))
    changed = prospects.criterion(
        lastactivitydate=prospects.period("lastactivitydate", "2026-01-31T00:00:00", prospects.LATEST)
    )
    assert sent(client.call("prospectsearch", changed, site=SITE)) == golden("prospectsearch-changed")
    assert b"2026-01-31T00:00:00" in dict(office.transport.sent)["prospectsearch"]


def test_the_founders_guest_card_is_written_field_by_field_in_its_order() -> None:
    asked = {
        "siteid": SITE,
        "guestcardid": "0",
        "contacttype": "R0000001",
        "datecontact": "2026-02-01T10:00:00",
        "datefollowup": "2026-02-04T10:00:00",
        "prospectcomment": "Asked about parking",
        "primaryleadsource": "P000000001",
        "leasingagentid": "0",
        "skipduplicatecheck": "false",
    }
    when = {"year": "2026", "month": "2", "day": "5", "hour": "14", "minute": "30", "leasingagentid": "0"}
    ada = {
        "siteid": SITE,
        "customerid": "0",
        "firstname": "Ada",
        "lastname": "Tester",
        "email": "ada.tester@example.com",
    }
    number = guest_cards.phones([Phone(number="5555550100", kind="mobile")])
    body = guest_cards.guestcard(
        {
            "preferences": guest_cards.preferences({"dateneeded": "2026-03-01"}),
            "prospects": soap.node("prospects", guest_cards.person({**ada, "relationshipid": "H", "numbers": number})),
            "appointment": guest_cards.element("appointment", list(when), when),
            **asked,
        }
    )
    assert sent(client.call("insertprospect", body, site=SITE, reads=False)) == golden("insertprospect")


def test_what_is_sent_for_a_new_lead_is_our_golden_body() -> None:
    office = Office()
    _made(office, replace(ADA, first_contact_at=office.clock.now()))
    body = dict(office.transport.sent)["insertprospect"].decode()
    for name in ("licensekey", "username", "password"):
        body = body.replace(f"<p:{name}>{office.simulator.credentials[name]}</p:{name}>", "")
    wanted = payload("realpage", "insertprospect-new.request").decode()
    key = "<tem:licensekey>00000000-0000-0000-0000-000000000000</tem:licensekey>"
    assert canonical(body.encode()) == canonical(wanted.replace(key, "").encode())


def test_a_change_sends_the_whole_card_with_each_person_under_the_own_number() -> None:
    wire = {**soap.one(answered("prospectsearch.ok"), "ProspectSearch/GuestCards/GuestCard"), "siteid": SITE}
    body = guest_cards.whole(wire, {"last_name": "Tester-Byron"}, {})
    assert sent(client.call("updateprospect", body, site=SITE, reads=False)) == golden("updateprospect")


def test_a_guest_card_of_the_payload_is_about_its_head_and_times_are_the_propertys() -> None:
    office = Office()
    office.answer("prospectsearch", "prospectsearch.ok")
    card = _read(office, f"{SITE}:9000001")
    assert (card.first_name, card.emails, card.ref("realpage.customer")) == (
        "Ada",
        ("ada.tester@example.com",),
        "8100001",
    )
    assert (card.source, card.agent_name, card.status) == ("Property Website", "Pat Agent", LeadStatus.NEW)
    assert (card.message, card.phones[0].number) == ("Asked about parking", "+15125550142")
    assert card.first_contact_at == datetime(2026, 2, 1, 10, tzinfo=CHICAGO)
    assert card.wishes == Wishes(move_in_on=date(2026, 3, 1), lease_months=12)


@pytest.mark.parametrize("as_attributes", [False, True])
def test_the_number_of_a_new_card_is_read_from_elements_and_attributes(as_attributes: bool) -> None:
    office = Office(as_attributes=as_attributes)
    answer, send = _made(office, ADA)
    assert send.id_of(answer) == f"{SITE}:{_ours(office)[0]['guestcardid']}"


def test_a_number_that_says_another_card_is_the_one_that_counts() -> None:
    office = Office()
    office.answer("insertprospect", "insertprospect-attributes")
    answer, send = _made(office, ADA)
    assert send.id_of(answer) == f"{SITE}:9000007"


def test_no_match_is_an_empty_list_and_no_error() -> None:
    office = Office()
    assert prospects.search(office.line, SITE, prospects.criterion(email="nobody@example.com")) == []


@pytest.mark.parametrize(
    ("method", "text", "refused"),
    [
        ("prospectsearch", "No prospects found.", False),
        ("prospectsearch", "The email is not valid.", True),
        ("updateprospect", "No matching guest card was found.", True),
        ("updateprospect", "SUCCESS", False),
    ],
)
def test_a_message_that_nothing_was_found_is_a_refusal_only_of_what_writes(
    method: str, text: str, refused: bool
) -> None:
    result = {f"{method}Result": {"X": {"message": text}}}
    answer = Answer(status=200, headers={}, body=b"", data={"Envelope": {"Body": {f"{method}Response": result}}})
    assert answers.explain(answer) == (text if refused else None)
    assert answers.kind_of(answer) is (Rejected if refused else None)


def test_who_wrote_before_is_left_to_realpages_own_check_which_looks_back_far_enough() -> None:
    office = Office()
    first, send = _made(office, replace(ADA, first_contact_at=datetime(2025, 11, 1, tzinfo=UTC)))
    again, _send = _made(office, replace(ADA, message="Me again"), marker="#rt-other1")
    assert send.id_of(first) == send.id_of(again)
    assert len(_ours(office)) == 1
    assert b"daysbackduplicatecheck>93<" in office.transport.sent[-1][1]


def test_namesakes_with_other_telephones_are_two_people() -> None:
    office = Office()
    _made(office, replace(ADA, emails=()))
    _made(office, replace(ADA, emails=(), phones=(Phone(number="+15125550143"),)), marker="#rt-other1")
    assert len(_ours(office)) == 2
    same = guest_cards.same_person(office.line, SITE, replace(ADA, emails=()), office.context())
    assert [each.phones[0].number for each in same] == ["+15125550142"]


def test_two_guest_cards_of_one_person_are_for_a_human() -> None:
    office = Office()
    _made(office, ADA)
    _made(office, replace(ADA, emails=("other@example.com",)), marker="#rt-other1")
    for each in _ours(office):
        people = [{**each["prospects"][0], "email": "ada.tester@example.com"}]
        office.simulator.edit("guest_cards", int(each["guestcardid"]), prospects=people)
    with pytest.raises(Conflict, match="2 guest cards"):
        _made(office, ADA, marker="#rt-other2")


def test_codes_are_sent_and_a_word_that_is_not_there_is_refused_with_those_that_are() -> None:
    office = Office()
    _made(office, replace(ADA, source="ils"))
    card = _ours(office)[0]
    assert (card["primaryleadsource"], card["contacttype"], card["leasingagentid"]) == (
        "P000000002",
        "R0000001",
        "47000002",
    )
    before = len(office.simulator.truth("guest_cards"))
    with pytest.raises(Rejected, match=r"no source 'Billboard'.*Property Website, ILS, Walk-In"):
        _made(office, replace(ADA, source="Billboard"))
    with pytest.raises(Rejected, match="another site"):
        _made(office, replace(ADA, agent_id="2000003:47000001"))
    assert len(office.simulator.truth("guest_cards")) == before


def test_a_customers_pack_says_which_source_and_contact_type_is_meant() -> None:
    pack = {"sources": {"zillow.com": "ILS"}, "contact_types": {"email": "Walk-In"}}
    office = Office()
    _made(office, replace(ADA, source="Zillow.com"), pack=pack)
    assert (_ours(office)[0]["primaryleadsource"], _ours(office)[0]["contacttype"]) == ("P000000002", "R0000003")


def test_a_lead_without_a_source_takes_the_connections() -> None:
    office = Office({"source": "Walk-In"})
    _made(office, replace(ADA, source=None))
    assert _ours(office)[0]["primaryleadsource"] == "P000000003"
    with pytest.raises(InvalidInput, match="primaryleadsource"):
        _made(Office(), replace(ADA, source=None))


def test_a_key_without_a_lists_own_method_reads_the_general_list() -> None:
    office = Office()
    office.answer("getmarketingsourcesbyproperty", "any.fault-unknown-op")
    _made(office, ADA)
    assert _ours(office)[0]["primaryleadsource"] == "P000000002"
    assert b"LIST_LEADSOURCE" in dict(office.transport.sent)["getpicklist"]


def test_a_name_too_long_is_refused_here_and_a_refusal_of_realpages_names_both_fields() -> None:
    office = Office()
    with pytest.raises(InvalidInput, match="30 letters") as caught:
        _made(office, replace(ADA, first_name="A" * 31))
    assert caught.value.path == "first_name"
    office.answer("insertprospect", "insertprospect-refused")
    with pytest.raises(Rejected, match=r"The last_name \(their lastname\) must have"):
        _made(office, ADA)


def test_gender_ssn_id_number_and_birth_date_are_neither_sent_nor_kept() -> None:
    office = Office()
    answer, send = _made(office, ADA)
    id = str(send.id_of(answer))
    _changed(office, "update", _read(office, id), replace(ADA, first_name="Ida"))
    told = b"".join(body for _method, body in office.transport.sent).lower()
    assert b"updateprospect" in told
    assert not any(name in told for name in (b"gender", b"ssn", b"idnumber", b"dateofbirth"))
    kept = cut(prospects.get_card(office.line, id), CONNECTOR.manifest.never_keep)
    assert "Gender" not in str(kept)


def test_a_change_keeps_what_a_colleague_changed_meanwhile_and_our_marker() -> None:
    office = Office()
    answer, send = _made(office, ADA)
    current = _read(office, str(send.id_of(answer)))
    office.simulator.edit("guest_cards", int(_ours(office)[0]["guestcardid"]), moveinreason="R0000004")
    after = _changed(office, "update", current, replace(current, message="Wants a garage", agent_id=f"{SITE}:47000001"))
    assert (after.message, after.agent_name, after.phones, after.wishes) == (
        "Wants a garage",
        "Pat Agent",
        current.phones,
        current.wishes,
    )
    assert _ours(office)[0]["moveinreason"] == "R0000004"
    assert _ours(office)[0]["prospectcomment"] == f"Wants a garage {MARKER}"


def test_a_card_whose_state_is_not_shown_is_not_sent_whole() -> None:
    wire = {**soap.one(answered("prospectsearch.ok"), "ProspectSearch/GuestCards/GuestCard"), "siteid": SITE}
    without = {name: value for name, value in wire.items() if name != "StatusIsActive"}
    with pytest.raises(Rejected, match="active"):
        guest_cards.whole(without, {}, {})


def test_closing_says_lost_and_changes_nothing_else() -> None:
    office = Office()
    answer, send = _made(office, ADA)
    current = _read(office, str(send.id_of(answer)))
    after = _changed(office, "close", current, current)
    assert after.status is LeadStatus.LOST
    assert replace(after, status=LeadStatus.NEW, updated_at=current.updated_at) == current
    assert (_ours(office)[0]["statusisactive"], _ours(office)[0]["statusislost"]) == ("false", "true")


def test_an_answer_that_never_came_is_found_by_the_marker_and_by_no_other() -> None:
    office = Office()
    send = row(GuestCard).create.step(None, ADA, office.context(MARKER))  # type: ignore[union-attr]
    assert send is not None
    assert send.find is not None
    office.simulator.faults.arm("timeout_after_commit", method="POST")
    with pytest.raises(Unreachable):
        writes.run(office.line, send, CONNECTOR.manifest)
    office.simulator.faults.clear()
    assert [each.id for each in send.find(office.line, office.clock.now())] == [
        f"{SITE}:{_ours(office)[0]['guestcardid']}"
    ]


def test_a_bare_number_is_looked_for_at_each_site() -> None:
    office = Office()
    last = office.simulator.truth("guest_cards")[-1]
    assert _read(office, last["guestcardid"]).id == f"{last['siteid']}:{last['guestcardid']}"
    for id in ("1", "0", f"9:{last['guestcardid']}", f"{SITE}:{last['guestcardid']}"):
        with pytest.raises(NotFound):
            prospects.get_card(office.line, id)


def test_a_card_that_was_not_asked_for_is_not_taken_for_the_one_that_was() -> None:
    office = Office()
    office.answer("prospectsearch", "prospectsearch.ok")
    for id in (f"{SITE}:9000002", "9000002"):
        with pytest.raises(NotFound):
            prospects.get_card(office.line, id)


def test_a_wished_rent_goes_as_a_price_range_and_a_floor_plan_as_its_group() -> None:
    office = Office()
    plan = office.listed(Floorplan, parent=SITE)[0]
    wishes = Wishes(rent_max=Money(amount=Decimal("1234.50")), floorplan_id=plan.id)
    _made(office, replace(ADA, wishes=wishes))
    held = _ours(office)[0]["preferences"]
    assert (held["pricerangeid"], held["floorplangroupid"]) == ("R0000012", plan.raw["FloorPlanGroupID"])
    _made(office, replace(ADA, emails=("b@example.com",), wishes=Wishes(rent_max=Money(amount=Decimal(20_000)))))
    assert _ours(office)[1]["preferences"]["pricerangeid"] is None
    office.answer("getpricerangesbyproperty", "any.fault-licence")
    _made(office, replace(ADA, emails=("c@example.com",), wishes=wishes))
    assert _ours(office)[2]["preferences"]["pricerangeid"] is None


def test_a_word_of_no_list_stays_readable_as_its_code() -> None:
    wire = {**soap.one(answered("prospectsearch.ok"), "ProspectSearch/GuestCards/GuestCard"), "siteid": SITE}
    assert prospects.to_guest_card(wire, Context()).source == "P000000001"


def test_a_guest_card_arrives_whole_where_a_description_has_its_fields_in_another_order() -> None:
    office = Office(alphabetical=True)
    office.learn()
    answer, send = _made(office, ADA)
    card = _read(office, str(send.id_of(answer)))
    assert (card.message, card.phones, card.address, card.wishes) == (ADA.message, ADA.phones, ADA.address, ADA.wishes)
    after = _changed(office, "update", card, replace(card, first_name="Ida"))
    assert replace(after, first_name="Ada", updated_at=card.updated_at) == card


def test_a_service_that_lacks_the_method_is_told_before_anything_is_asked() -> None:
    office = Office()
    office.learn()
    has = office.line.options["learned.methods"].replace("insertprospect", "")
    context = replace(office.context(), options={**office.line.options, "learned.methods": has})
    with pytest.raises(InvalidInput, match=r"no insertprospect .making guest cards."):
        row(GuestCard).create.step(None, ADA, context)  # type: ignore[union-attr]
