"""The simulators' SOAP kit, driven by zeep: a client that knows only the WSDL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import zeep
from lxml import etree
from tests.simulators.soap_client import opened

from rooftree.simulators import soap
from rooftree.simulators.asgi import AsgiApp
from rooftree.simulators.faults import Faults
from rooftree.simulators.soap import Field, Operation, Service
from rooftree.simulators.wire import Request, Response

SPACE = "http://tempuri.org/Toy"
OPERATIONS = (
    Operation("Echo", [*soap.fields("First Second"), Field("Doc", "any")]),
    Operation("Change", [Field("Person", fields=soap.fields("Name Age", {"Age": "int"}), many=True)], reads=False),
)


def _service(order: soap.Order = "any") -> Service:
    return Service("/Toy.asmx", "Toy", SPACE, OPERATIONS, order=order)


def _handled(service: Service, request: Request) -> Response:
    if soap.asks_wsdl(request):
        return service.wsdl(request.base)
    try:
        operation, wrapper = service.accept(request)
        if soap.said(wrapper, "First") == "fault":
            raise soap.Fault("soap:Server", "It broke.", soap.tree("Why", "no reason"))
        shown = [soap.tree(str(each.tag), etree.tostring(each, encoding="unicode", method="text")) for each in wrapper]
        return soap.answer(service, operation.name, soap.tree("Seen", *shown))
    except soap.Fault as fault:
        return soap.failed(fault)


@pytest.fixture
def toy() -> Iterator[zeep.Client]:
    service = _service()
    with opened(AsgiApp(lambda request: _handled(service, request)), "/toy.ASMX?wsdl") as client:
        yield client


def _asked(action: str, body: str, path: str = "/Toy.asmx") -> Request:
    envelope = f'<e:Envelope xmlns:e="{soap.ENVELOPE}"><e:Body>{body}</e:Body></e:Envelope>'
    return Request(method="POST", path=path, headers={"soapaction": f'"{action}"'}, body=envelope.encode())


def test_a_stranger_can_call_what_the_wsdl_describes(toy: zeep.Client) -> None:
    inner = etree.fromstring("<Lead><Name>Ada</Name></Lead>")
    seen = toy.service.Echo(First="one", Second="two", Doc={"_value_1": inner})
    assert [(each.tag, each.text) for each in seen] == [("First", "one"), ("Second", "two"), ("Doc", "Ada")]


def test_a_fault_reaches_a_stranger_as_a_fault(toy: zeep.Client) -> None:
    with pytest.raises(zeep.exceptions.Fault, match="It broke") as caught:
        toy.service.Echo(First="fault")
    assert caught.value.detail.findtext("Why") == "no reason"


def test_an_operation_the_service_has_not_is_a_fault() -> None:
    told = _handled(_service(), _asked(f"{SPACE}/Nothing", "<Nothing/>"))
    assert told.status == 500
    assert b"ContractFilter mismatch" in told.body


@pytest.mark.parametrize(
    ("order", "seen"), [("any", b"<Second>2</Second><First>1</First>"), ("nulls", b"<Second>2</Second></Seen>")]
)
def test_fields_out_of_order_are_taken_or_dropped_as_the_server_is(order: soap.Order, seen: bytes) -> None:
    body = f'<Echo xmlns="{SPACE}"><Second>2</Second><First>1</First></Echo>'
    assert seen in _handled(_service(order), _asked(f"{SPACE}/Echo", body)).body


def test_a_strict_server_refuses_fields_out_of_order() -> None:
    body = f'<Echo xmlns="{SPACE}"><Second>2</Second><First>1</First></Echo>'
    assert b"First is not expected there" in _handled(_service("strict"), _asked(f"{SPACE}/Echo", body)).body


def test_a_call_that_reads_counts_as_a_get_where_faults_are_armed() -> None:
    faults = Faults(soap.meant([_service()]))
    faults.arm("unavailable", method="GET", times=9)
    assert faults.take(_asked(f"{SPACE}/Echo", "")) is not None
    assert faults.take(_asked(f"{SPACE}/Change", "")) is None


def test_an_emptied_answer_keeps_its_document_and_loses_its_rows() -> None:
    full = soap.answer(_service(), "Echo", soap.tree("Rows", soap.tree("Row", "1"), soap.tree("Row", "2")))
    assert b"<Rows/>" in soap.emptied(full).body


def test_one_call_too_many_in_a_second_is_a_429_and_a_second_later_there_is_room() -> None:
    pace, now = soap.Pace(2, "s:Server"), datetime(2026, 1, 15, tzinfo=UTC)
    pace.take(now)
    pace.take(now)
    with pytest.raises(soap.Fault) as caught:
        pace.take(now + timedelta(milliseconds=900))
    assert caught.value.status == 429
    pace.take(now + timedelta(seconds=1))


def test_without_a_limit_every_call_is_taken() -> None:
    pace, now = soap.Pace(None, "s:Server"), datetime(2026, 1, 15, tzinfo=UTC)
    for _ in range(1_000):
        pace.take(now)
