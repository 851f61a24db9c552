"""Tours at times at which the agent is free, and what is logged on guest cards, in the property's own time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.connectors.realpage.account import CHICAGO, SITE, Office, golden, row, sent

from rooftree.connectors import levels, soap, writes
from rooftree.connectors.base import Answer, Gap, Query, Send
from rooftree.connectors.realpage import activities, client, tours
from rooftree.connectors.realpage.connector import CONNECTOR
from rooftree.errors import InvalidInput, NotFound, Rejected, Unauthorized, Unreadable
from rooftree.model.leasing import Showing
from rooftree.model.messages import Note, PhoneLog

MARKER = "#rt-7f3a9c"
PAT, LEE = f"{SITE}:47000001", f"{SITE}:47000002"
AT = datetime(2026, 2, 5, 14, 30, tzinfo=CHICAGO)


def _card(office: Office) -> str:
    return f"{SITE}:{office.simulator.truth('guest_cards')[0]['guestcardid']}"


def _tour(office: Office, **said: Any) -> Showing:
    return Showing(**{"id": "", "guest_card_id": _card(office), "agent_id": PAT, "starts_at": AT, **said})


def _written(office: Office, record: Any, current: Any = None) -> tuple[Answer, Send]:
    verb = row(type(record)).create if current is None else row(type(record)).update
    send = verb.step(current, record, office.context(MARKER))  # type: ignore[union-attr]
    assert send is not None
    return writes.run(office.line, send, CONNECTOR.manifest), send


def _booked(office: Office, **said: Any) -> Showing:
    answer, send = _written(office, _tour(office, **said))
    made: Showing = _read(office, Showing, str(send.id_of(answer)))
    return made


def _read(office: Office, record: Any, id: str) -> Any:
    found = row(record)
    return found.read(found.get(office.line, id), office.context())  # type: ignore[operator]


def _last(office: Office) -> bytes:
    return dict(office.transport.sent)["insertfollowup"]


def test_the_bodies_of_an_activity_and_of_an_appointment_are_the_golden_ones() -> None:
    called = {"guestcardid": "9000001", "propertyid": SITE, "actiondate": "2026-02-05"}
    logged = activities.activity({"typeid": "12", "creatorid": "47000001", **called})
    assert sent(client.call("insertactivity", logged, site=SITE, reads=False)) == golden("insertactivity")
    times = dict.fromkeys(("taskapptdatetime", "taskdurationstart", "taskcontactdatetime"), "2026-02-05T14:30:00")
    task = {"guestcardid": "9000001", "taskid": "0", "agentid": "47000001", "taskcategorycd": "R0000001"}
    booked = tours.followup({"taskdurationend": "2026-02-05T15:00:00", **times, **task})
    assert sent(client.call("insertfollowup", booked, site=SITE, reads=False)) == golden("insertfollowup")


def test_a_tour_is_booked_in_the_propertys_time_and_read_back_whole() -> None:
    office = Office()
    made = _booked(office, ends_at=AT + timedelta(minutes=45))
    assert (made.starts_at, made.ends_at, made.agent_id, made.agent_name) == (
        AT,
        AT + timedelta(minutes=45),
        PAT,
        "Pat Agent",
    )
    assert made.guest_card_id == _card(office)
    assert b"<p:taskapptdatetime>2026-02-05T14:30:00<" in _last(office)
    assert made.id in [each.id for each in office.listed(Showing, parent=SITE)]


def test_a_tour_without_an_end_takes_half_an_hour() -> None:
    assert _booked(Office()).ends_at == AT + timedelta(minutes=30)


def test_a_time_at_which_the_agent_is_not_free_is_refused_with_those_that_are_free() -> None:
    office = Office()
    _booked(office)
    with pytest.raises(Rejected, match="free is: Thu 05 Feb 08:00 to 14:30, Thu 05 Feb 15:00 to 18:00") as caught:
        _written(office, _tour(office))
    assert (caught.value.field, caught.value.wire_field) == ("starts_at", "taskapptdatetime")
    assert len(office.simulator.truth("tasks")) == 3
    assert _booked(office, agent_id=LEE).agent_name == "Lee"


def test_no_more_than_seven_days_are_asked_for_in_a_call() -> None:
    asked = soap.envelope(soap.Call(operation="x", namespace="y", parts=[tours.asked_times("1", AT, CHICAGO)]))
    assert b"<p:startdatetime>2026-02-05T14:30:00<" in asked
    assert b"<p:enddatetime>2026-02-12T14:30:00<" in asked


def test_free_times_are_read_as_elements_attributes_or_one_text_and_in_order() -> None:
    office = Office()
    office.answer("getagentsappointmenttimes", "getagentsappointmenttimes.ok")
    found = tours.free_times(office.line, SITE, "47000001", AT, CHICAGO)
    assert [(start.astimezone(CHICAGO).strftime("%d %H:%M"), end - start) for start, end in found] == [
        ("05 14:00", timedelta(hours=3)),
        ("06 09:00", timedelta(hours=3)),
        ("07 10:00", timedelta(minutes=30)),
    ]


def test_the_number_of_a_tour_is_read_from_an_attribute_too() -> None:
    office = Office()
    office.answer("insertfollowup", "insertfollowup.ok")
    answer, send = _written(office, _tour(office))
    assert send.id_of(answer) == f"{_card(office)}-5000001"


def test_a_tour_is_moved_under_its_number_and_keeps_its_length() -> None:
    office = Office()
    before = _booked(office, ends_at=AT + timedelta(hours=1))
    later = AT + timedelta(days=1)
    _written(office, replace(before, starts_at=later), before)
    after = _read(office, Showing, before.id)
    assert (after.id, after.starts_at, after.ends_at) == (before.id, later, later + timedelta(hours=1))
    nudged = replace(after, starts_at=later + timedelta(minutes=15))
    _written(office, nudged, after)
    assert _read(office, Showing, before.id).starts_at == nudged.starts_at
    assert len(office.simulator.truth("tasks")) == 3


def test_nobody_named_means_the_settings_agent_then_the_cards() -> None:
    assert _booked(Office(), agent_id=None).agent_name == "Pat Agent"
    assert _booked(Office({"agent": "lee"}), agent_id=None).agent_name == "Lee"
    with pytest.raises(Rejected, match="no agent 'Nobody'"):
        _booked(Office({"agent": "Nobody"}), agent_id=None)


def test_an_appointment_of_which_no_answer_came_is_shown_to_a_human_as_a_likely_one() -> None:
    office = Office()
    _answer, send = _written(office, _tour(office))
    assert send.find is not None
    assert [(each.id.startswith(_card(office)), each.exact) for each in send.find(office.line, AT)] == [(True, False)]
    _booked(office, starts_at=AT + timedelta(days=3))
    assert len(send.find(office.line, AT)) == 1


def test_an_appointment_without_a_card_spoils_no_other() -> None:
    office = Office()
    first = office.simulator.truth("tasks")[0]
    _booked(office)
    office.simulator.edit("tasks", int(first["taskid"]), guestcardid="")
    rows = tours.scheduled(office.line, SITE)
    assert len(rows) == 2
    with pytest.raises(Unreadable):
        tours.to_showing(rows[0], office.context())
    assert tours.to_showing(rows[1], office.context()).starts_at == AT


def test_tours_and_logging_are_off_until_turned_on_and_nothing_is_taken_back() -> None:
    assert {"showing.create", "showing.update", "note.create", "phone_log.create"} <= set(
        levels.experimental(CONNECTOR)
    )
    assert isinstance(row(Showing).close, Gap)


def test_a_conversation_is_logged_with_its_text_and_read_back_by_its_kind() -> None:
    office = Office()
    note = Note(id="", about="guest_card", about_id=_card(office), text="Wants a quiet side.\nHas a bike.")
    answer, send = _written(office, note)
    found = _read(office, Note, str(send.id_of(answer)))
    assert (found.text, found.kind_raw, found.author, found.about_id) == (
        "Wants a quiet side.\nHas a bike.",
        "Note",
        "Pat Agent",
        _card(office),
    )
    called = PhoneLog(id="", about="guest_card", about_id=_card(office), text="Rang back", called_at=AT, staff_id=LEE)
    answer, send = _written(office, called)
    rang = _read(office, PhoneLog, str(send.id_of(answer)))
    assert (rang.text, rang.called_at, rang.staff_id, rang.source) == ("Rang back", AT, LEE, "Phone call")
    with pytest.raises(NotFound):
        _read(office, Note, rang.id)


def test_a_log_is_found_again_by_its_marker_and_only_on_its_card() -> None:
    office = Office()
    answer, send = _written(office, Note(id="", about="guest_card", about_id=_card(office), text="Hello"))
    assert send.find is not None
    assert [(each.id, each.exact) for each in send.find(office.line, AT)] == [(send.id_of(answer), True)]
    listed = row(Note).list(office.line, Query(parent=_card(office)), None)  # type: ignore[operator]
    assert [each["TypeText"] for each in listed.items] == ["Note", "Note"]


def test_a_kind_that_is_not_there_and_a_record_without_a_log_are_refused() -> None:
    office = Office()
    note = Note(id="", about="guest_card", about_id=_card(office), text="Hello")
    with pytest.raises(Rejected, match=r"no activity type 'Fax'.*Note, Phone call, E-Mail"):
        _written(office, replace(note, kind_raw="Fax"))
    with pytest.raises(InvalidInput) as caught:
        _written(office, replace(note, about="lease"))
    assert caught.value.path == "about"


def test_a_customers_pack_says_which_activity_a_note_is() -> None:
    office = Office()
    note = Note(id="", about="guest_card", about_id=_card(office), text="Hello")
    context = replace(office.context(), pack={"activity_types": {"note": "E-Mail"}})
    send = row(Note).create.step(None, note, context)  # type: ignore[union-attr]
    assert send is not None
    answer = writes.run(office.line, send, CONNECTOR.manifest)
    assert _read(office, Note, str(send.id_of(answer))).kind_raw == "E-Mail"


def test_nothing_is_lost_where_a_description_has_its_fields_in_another_order() -> None:
    """WCF's own order is by name; what stands out of it is dropped without a word."""
    office = Office(alphabetical=True)
    with pytest.raises(Unauthorized):
        _booked(office)
    office.learn()
    made = _booked(office, ends_at=AT + timedelta(hours=1))
    assert (made.starts_at, made.ends_at, made.agent_name) == (AT, AT + timedelta(hours=1), "Pat Agent")
    note = Note(id="", about="guest_card", about_id=_card(office), text="Hello")
    answer, send = _written(office, note)
    assert _read(office, Note, str(send.id_of(answer))).text == "Hello"


def test_what_is_logged_at_a_site_is_read_with_its_guest_cards_and_not_card_by_card() -> None:
    office = Office()
    for text in ("one", "two"):
        _written(office, Note(id="", about="guest_card", about_id=_card(office), text=text))
    before = len(office.transport.sent)
    assert [note.text for note in office.listed(Note, parent=SITE)] == ["Likes the pool", "one", "two"]
    asked = [method for method, _body in office.transport.sent[before:]]
    assert asked.count("prospectsearch") == 1
    assert len(asked) <= 5
    assert office.listed(Note, parent=SITE, since=office.clock.now() + timedelta(days=3)) == []
