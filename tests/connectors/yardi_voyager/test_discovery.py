"""Fields go in the order that the client's own Voyager describes, which is learned when it is connected."""

from __future__ import annotations

import base64

import pytest
from tests.connectors.yardi_voyager.account import Office, asked, row

from rooftree.connectors import soap_order, writes
from rooftree.connectors.yardi_voyager.connector import CONNECTOR
from rooftree.connectors.yardi_voyager.discovery import learn
from rooftree.errors import Rejected
from rooftree.model.base import Record
from rooftree.model.leasing import GuestCard
from rooftree.model.maintenance import WorkOrder
from rooftree.model.messages import Attachment

LEAK = WorkOrder(id="", property_id="prop1", unit_id="prop1:101", title="Leak")
ADA = GuestCard(
    id="", property_id="prop1", first_name="Ada", last_name="Tester", emails=("ada@example.com",), source="ILS"
)


def _learned() -> Office:
    """A Voyager that refuses what is out of its own order, known by what it says."""
    office = Office(alphabetical=True)
    office.line = office.opened(dict(learn(office.line)))
    return office


def _made(office: Office, record: Record) -> str:
    send = row(type(record)).create.step(None, record, office.context("#rt-7f3a9c"))  # type: ignore[union-attr]
    assert send is not None
    return str(send.id_of(writes.run(office.line, send, CONNECTOR.manifest)))


def test_an_order_of_its_own_is_refused_before_and_kept_after_it_is_learned() -> None:
    with pytest.raises(Rejected, match="not expected there"):
        asked(Office(alphabetical=True))
    office = _learned()
    assert asked(office)
    order = _made(office, LEAK)
    assert _made(office, ADA).startswith("prop1:p")
    photo = base64.b64decode("aGVsbG8=")
    file = Attachment(id="", about="work_order", about_id=order, file_name="photo.txt", content=photo)
    _made(office, file)
    held = {name: len(office.simulator.truth(name)) for name in ("service_requests", "guests", "attachments")}
    fresh = {name: len(Office().simulator.truth(name)) for name in held}
    assert {name: held[name] - fresh[name] for name in held} == {"service_requests": 1, "guests": 1, "attachments": 1}


def test_two_interfaces_with_a_method_of_one_name_have_an_order_each() -> None:
    known = soap_order._read(learn(Office().line)[soap_order.FACT])
    assert {"ItfILSGuestCard/GetPropertyConfigurations", "ItfServiceRequests/GetPropertyConfigurations"} <= set(known)
    assert list(known["ItfServiceRequests/GetServiceRequests"])[-1] == "ServiceRequestIdArray"


def test_an_interface_that_shows_no_description_is_named_and_stops_no_other() -> None:
    office = Office()
    assert learn(office.line)[soap_order.NOTE] == ""
    office.next(b"<html/>", 404)
    assert "No description of ILS / Guest Card: fields go in the order" in learn(office.line)[soap_order.NOTE]
