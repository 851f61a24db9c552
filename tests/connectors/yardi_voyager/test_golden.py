"""Each body we send for guest cards and service requests is the founders' golden body, signed as an operator's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest
from lxml import etree
from tests.connectors.golden import canonical, operation, payload
from tests.connectors.yardi_voyager.account import CHICAGO

from rooftree.connectors import soap
from rooftree.connectors.base import Answer, Context, Request
from rooftree.connectors.yardi_voyager import client, guests
from rooftree.connectors.yardi_voyager.documents import Event, Guest, lead_management, service_request
from rooftree.connectors.yardi_voyager.manifest import sign
from rooftree.connectors.yardi_voyager.mapping_maintenance import to_work_order
from rooftree.connectors.yardi_voyager.writes_maintenance import close_work_order, write_work_order
from rooftree.errors import Unreachable
from rooftree.model.leasing import Wishes
from rooftree.model.vocabulary import WorkOrderStatus

LOGIN = {
    "username": "ws_user",
    "password": "ws_pass",
    "server_name": "aspdb01",
    "database": "demo_live",
    "platform": "SQL Server",
    "entity": "Acme AI",
    "license": "LICENSE\r\n-TEXT",
}
WISHES = Wishes(move_in_on=date(2026, 3, 1), bedrooms=Decimal(2), bathrooms=Decimal(1), occupants=2, pets=("Dog",))
ADA = Guest(
    code="demo1",
    prospect="p0001234",
    first_name="Ada",
    last_name="Tester",
    phones=["+15555550100"],
    email="ada.tester@example.com",
)
EVENT = Event(type="Other", at="2026-02-02T09:00:00", agent="Pat Agent", reason="Emailed")
NEW = replace(ADA, prospect=None, third_party="LEAD-0001", wishes=WISHES, comment="Asked about parking")
FIRST = replace(
    EVENT, type="Email", at="2026-02-01T10:00:00", comments="First inquiry", first=True, source="Property Website"
)
CARDS: dict[str, tuple[Guest, Event]] = {
    "guest-create": (NEW, FIRST),
    "guest-update-prefs": (
        replace(ADA, wishes=WISHES, comment="Asked about parking"),
        replace(EVENT, comments="Preferences updated"),
    ),
    "guest-text": (ADA, replace(EVENT, type="Text", comments="Outbound SMS: ...")),
    "guest-appointment": (
        ADA,
        replace(
            EVENT,
            type="Appointment",
            at="2026-02-05T14:30:00",
            reason="Made Appointment",
            comments="Tour booked",
            id="0",
            unit="101",
        ),
    ),
    "guest-show": (
        ADA,
        replace(EVENT, type="Show", at="2026-02-05T14:30:00", comments="Toured unit 101", id="0", unit="101"),
    ),
    "guest-cancel-appointment": (
        ADA,
        replace(
            EVENT, type="CancelAppointment", at="2026-02-04T12:00:00", comments="Guest asked to cancel", id="700001"
        ),
    ),
    "guest-cancel": (
        replace(ADA, type="canceled"),
        replace(EVENT, type="Cancel", at="2026-02-09T09:00:00", reason="Duplicate", comments="Spam lead"),
    ),
}


def _sent(request: Request) -> str:
    signed = sign(request, LOGIN)
    assert signed.content is not None
    return canonical(signed.content)


def _golden(name: str) -> str:
    return canonical(payload("yardi_voyager", f"{name}.request"))


def _edit(document: soap.Node) -> Request:
    wrapped = soap.node("ServiceRequestXml", document)
    return client.call("service_requests", "CreateOrEditServiceRequests", wrapped, code="demo1", reads=False)


@pytest.mark.parametrize("name", CARDS)
def test_each_call_on_a_guest_card_is_the_golden_one(name: str) -> None:
    guest, event = CARDS[name]
    document = soap.node("XmlDoc", lead_management(replace(guest, events=[event])))
    request = client.call("guest_card", "ImportYardiGuest_Login", document, reads=False)
    assert _sent(request) == _golden(name)


def test_a_new_service_request_is_the_golden_one_whatever_the_order_it_was_said_in() -> None:
    golden = operation(payload("yardi_voyager", "sr-create.request"))
    said = {str(etree.QName(each).localname): each.text or "" for each in golden.iterfind(".//ServiceRequest/*")}
    backwards = dict(reversed(said.items()))
    assert len(backwards) > 10
    assert _sent(_edit(service_request(backwards))) == _golden("sr-create")


def _order(**changed: Any) -> Any:
    answer = soap.result(soap.decode(payload("yardi_voyager", "sr-search.ok.response")))
    (wire,) = client.numbered(answer)
    return to_work_order({**wire, **changed}, CONTEXT)


WORDS = ("Call", "In Progress", "Scheduled", "Work Completed", "Canceled")
CONTEXT = Context(
    zone_of=lambda _id: CHICAGO,
    picks={"statuses": {word: word for word in WORDS}},
    now=datetime(2026, 2, 10, tzinfo=UTC),
)


def test_assigning_a_vendor_sends_the_golden_edit_and_nothing_else() -> None:
    current = _order(VendorCode="", CurrentStatus="Call")
    wanted = replace(
        current, vendor_id="v0000042", vendor_notes="Dispatched to Acme Plumbing", status=WorkOrderStatus.ASSIGNED
    )
    send = write_work_order(current, wanted, CONTEXT)
    assert send is not None
    assert _sent(send.request) == _golden("sr-assign-vendor")  # type: ignore[arg-type]


def test_closing_sends_the_golden_edit() -> None:
    current = _order()
    wanted = replace(current, status=WorkOrderStatus.COMPLETED, completion_notes="Trap replaced")
    send = close_work_order(current, wanted, CONTEXT)
    assert send is not None
    assert _sent(send.request) == _golden("sr-complete")  # type: ignore[arg-type]


def test_cancelling_sends_the_golden_edit() -> None:
    golden = operation(payload("yardi_voyager", "sr-cancel.request"))
    notes = golden.findtext(".//TechnicianNotes")
    current = _order()
    wanted = replace(current, status=WorkOrderStatus.CANCELLED, completion_notes=notes)
    send = close_work_order(current, wanted, CONTEXT)
    assert send is not None
    assert _sent(send.request) == _golden("sr-cancel")  # type: ignore[arg-type]


def test_reads_are_the_golden_ones() -> None:
    asked: dict[str, Request] = {
        "agents-sources": client.call("guest_card", "GetYardiAgentsSourcesResults_Login", code="demo1"),
        "sr-custom-values": client.call("service_requests", "GetCustomValues"),
        "unit-availability": client.call("guest_card", "UnitAvailability_Login", code="demo1"),
        "unit-information": client.call("resident_transactions", "GetUnitInformation_Login", code="demo1"),
        "vendors": client.call("resident_transactions", "GetVendors_Login", code="demo1"),
    }
    assert {name: _sent(request) for name, request in asked.items()} == {name: _golden(name) for name in asked}


class Listening:
    """A line that keeps what it is asked and hangs up."""

    options: Mapping[str, str] = MappingProxyType({})

    def __init__(self) -> None:
        self.asked: list[Request] = []

    def read(self, request: Request) -> Answer:
        self.asked.append(request)
        raise Unreachable("hung up")


def test_a_search_of_guests_says_every_field_and_never_a_birth_date() -> None:
    wire = Listening()
    with pytest.raises(Unreachable):
        guests.search(wire, "demo1", EmailAddress="ada.tester@example.com")
    assert _sent(wire.asked[0]) == _golden("guest-search")
