"""The Yardi simulator, driven by zeep from its own WSDLs: a client that shares no code with us."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
import requests
import zeep
from lxml import etree

from rooftree.simulators import registry, serve
from rooftree.simulators.kit import Simulator

FILES = ("ItfILSGuestCard", "ItfServiceRequests", "ItfResidentTransactions20", "ItfResidentData", "ItfVendorInvoicing")
Ask = Callable[..., Any]


@pytest.fixture
def simulator() -> Simulator:
    return registry.build("yardi_voyager", seed=7)


@pytest.fixture
def url(simulator: Simulator) -> Iterator[str]:
    running = serve.start(simulator)
    yield f"{running.url}/8223demo/Webservices"
    running.stop()


@pytest.fixture
def ask(simulator: Simulator, url: str) -> Iterator[Ask]:
    """Calls an operation of an interface with its own login."""
    held = simulator.credentials
    session = requests.Session()
    session.auth = (held["basic_username"], held["basic_password"])
    transport = zeep.Transport(session=session)  # type: ignore[no-untyped-call]

    def call(key: str, file: str, operation: str, **fields: Any) -> Any:
        client = zeep.Client(f"{url}/{file.lower()}.ASMX?WSDL", transport=transport)  # type: ignore[no-untyped-call]
        login = {
            "UserName": held[f"{key}_username"],
            "Password": held[f"{key}_password"],
            "ServerName": held["server_name"],
            "Database": held["database"],
            "Platform": held["platform"],
            "InterfaceEntity": held[f"{key}_entity"],
            "InterfaceLicense": held[f"{key}_license"],
        }
        return getattr(client.service, operation)(**{**login, **fields})

    yield call
    session.close()


@pytest.mark.parametrize("file", FILES)
def test_each_interface_describes_itself(simulator: Simulator, url: str, file: str) -> None:
    held = simulator.credentials
    answer = httpx2.get(f"{url}/{file}.asmx?wsdl", auth=(held["basic_username"], held["basic_password"]))
    names = etree.fromstring(answer.content).xpath("//*[local-name()='portType']/*/@name")
    assert "GetPropertyConfigurations" in names  # type: ignore[operator]


def test_a_stranger_makes_finds_and_closes_a_service_request(ask: Ask, simulator: Simulator) -> None:
    one = "<ServiceRequest><PropertyCode>prop1</PropertyCode><UnitCode>101</UnitCode>{}</ServiceRequest>"
    document = f"<ServiceRequests>{one}</ServiceRequests>"
    place = ("service_requests", "ItfServiceRequests")

    def edit(inner: str) -> Any:
        sent = {"_value_1": etree.fromstring(document.format(inner))}
        return ask(*place, "CreateOrEditServiceRequests", YardiPropertyId="prop1", ServiceRequestXml=sent)

    made = edit("<ServiceRequestBriefDescription>Sink leaks</ServiceRequestBriefDescription>")
    number = made.findtext("ServiceRequest/ServiceRequestId")
    assert number
    edit(f"<ServiceRequestId>{number}</ServiceRequestId><CurrentStatus>Work Completed</CurrentStatus>")
    seen = ask(*place, "GetServiceRequests", YardiPropertyId="prop1", ServiceRequestIdArray={"long": [int(number)]})
    assert seen.findtext("ServiceRequest/CurrentStatus") == "Work Completed"
    assert [each.get("Type") for each in seen.iterfind("ServiceRequest/StatusHistory/Status")] == [
        "Call",
        "Work Completed",
    ]
    closed = ask(*place, "GetServiceRequest_Search", YardiPropertyId="prop1", OpenOrClosed="Open")
    assert number not in [each.text for each in closed.iterfind(".//ServiceRequestId")]


def test_a_stranger_finds_a_guest_by_email_and_reads_the_lists(ask: Ask, simulator: Simulator) -> None:
    place = ("guest_card", "ItfILSGuestCard")
    mail = simulator.truth("guests")[0]["Email"]
    found = ask(*place, "GetYardiGuestActivity_Search", YardiPropertyId="prop1", EmailAddress=mail)
    assert found.find(".//Identification[@IDType='ProspectID']").get("IDValue") == "p0001000"
    lists = ask(*place, "GetYardiAgentsSourcesResults_Login", YardiPropertyId="prop1")
    assert lists.find(".//AgentName[@InactiveDate]").text == "Old Agent"


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"ServerName": "aspdb99"}, None),
        ({"Password": "wrong"}, "Login failed. Please check login credentials and try again."),
        ({"InterfaceEntity": "made-up ai"}, "License invalid for Vendor made-up ai"),
    ],
)
def test_a_wrong_login_is_told_as_yardi_tells_it(ask: Ask, changed: dict[str, str], text: str | None) -> None:
    found = ask("service_requests", "ItfServiceRequests", "GetCustomValues", **changed)
    assert (found if found is None else found.findtext("Message")) == text


def test_a_property_that_is_not_enabled_is_refused(ask: Ask) -> None:
    found = ask("common_data", "ItfResidentData", "GetResidentsByStatus", YardiPropertyId="other", Status="Current")
    assert found.findtext("Message") == "Invalid or no access to Yardi Property other"


def test_a_lagging_read_shows_the_past(ask: Ask, simulator: Simulator) -> None:
    simulator.faults.arm("read_lag", seconds=3600)
    simulator.enter("service_requests", {"PropertyCode": "prop1", "ServiceRequestBriefDescription": "New"})
    search = ("service_requests", "ItfServiceRequests", "GetServiceRequest_Search")
    seen = ask(*search, YardiPropertyId="prop1")
    assert "New" not in [each.text for each in seen.iterfind(".//ServiceRequestBriefDescription")]
    simulator.faults.clear()
    seen = ask(*search, YardiPropertyId="prop1")
    assert "New" in [each.text for each in seen.iterfind(".//ServiceRequestBriefDescription")]


def test_a_line_break_in_the_body_breaks_the_server(simulator: Simulator, url: str) -> None:
    held = simulator.credentials
    pair = base64.b64encode(f"{held['basic_username']}:{held['basic_password']}".encode()).decode()
    headers = {"authorization": f"Basic {pair}", "soapaction": '"x"', "content-type": "text/xml"}
    answer = httpx2.post(f"{url}/ItfServiceRequests.asmx", content=b"<Envelope><a>\n</a></Envelope>", headers=headers)
    assert answer.status_code == 500
    assert b"unable to process request" in answer.content
