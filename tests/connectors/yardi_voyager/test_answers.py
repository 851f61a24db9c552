"""What Yardi answers besides data: refusals in each shape, faults, XML nobody should take."""

from __future__ import annotations

import re

import pytest
from tests.connectors.golden import payload
from tests.connectors.yardi_voyager.account import Office, asked

from rooftree.errors import (
    ConnectorError,
    NotFound,
    Rejected,
    Unauthorized,
    Unreachable,
    Unreadable,
)


@pytest.mark.parametrize(
    ("name", "kind", "text"),
    [
        ("any.login-failed.response", Unauthorized, "Login failed"),
        ("any.empty-result.response", Unauthorized, "answered with nothing"),
        ("any.license-invalid.response", Unauthorized, "License invalid for Vendor Acme AI"),
        ("any.no-property-access.response", NotFound, "no access to Yardi property_id (their Property) demo9"),
        ("sr-create.error-not-configured.response", Rejected, "is not Configured for property 'demo1'"),
        ("sr-create.error-property.response", NotFound, "Could not find property_id (their Property):demo9."),
        ("guest-create.error-source.response", Rejected, "source (their Source) Name not found in Voyager"),
    ],
)
def test_each_refusal_inside_a_200_is_its_kind_with_yardis_words(
    name: str, kind: type[ConnectorError], text: str
) -> None:
    office = Office()
    office.next(payload("yardi_voyager", name))
    with pytest.raises(ConnectorError, match=re.escape(text)) as caught:
        asked(office)
    assert type(caught.value) is kind


@pytest.mark.parametrize("name", ["sr-search.none", "any.no-tenants", "guest-search.none"])
def test_nothing_found_is_an_empty_list(name: str) -> None:
    office = Office()
    office.next(payload("yardi_voyager", f"{name}.response"))
    assert asked(office) == []


@pytest.mark.parametrize(
    ("inner", "kind"),
    [
        ("<Messages><Message MessageType='ERROR'>Something else</Message></Messages>", Rejected),
        (
            "<ServiceRequests><ServiceRequest><ServiceRequestId>0</ServiceRequestId></ServiceRequest></ServiceRequests>",
            Rejected,
        ),
        ("<GetRentroll>Timeout expired.</GetRentroll>", Unreachable),
    ],
)
def test_other_shapes_of_an_error_are_errors(inner: str, kind: type[ConnectorError]) -> None:
    office = Office()
    body = f"<Envelope><Body><XResponse><XResult>{inner}</XResult></XResponse></Body></Envelope>".encode()
    for _ in range(4):
        office.next(body)
    with pytest.raises(kind):
        asked(office)


@pytest.mark.parametrize("kind", ["FYI", "Warning"])
def test_a_message_that_is_no_error_is_none(kind: str) -> None:
    office = Office()
    inner = f"<Messages><Message messageType='{kind}'>As you know</Message></Messages>"
    office.next(f"<Envelope><Body><XResponse><XResult>{inner}</XResult></XResponse></Body></Envelope>".encode())
    assert asked(office) == []


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><a>&b;</a>',
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b"<Envelope><Body>\xff\xfe</Body></Envelope>",
        b"<Envelope><Body/>",
        b"<other/>",
    ],
)
def test_xml_nobody_should_take_is_unreadable(body: bytes) -> None:
    office = Office()
    office.next(body)
    with pytest.raises(Unreadable):
        asked(office)


def test_an_answer_of_200_megabytes_is_cut_off() -> None:
    office = Office()
    body = b" " * (200 * 1024 * 1024)
    for _ in range(4):
        office.next(body)
    with pytest.raises(Unreachable, match="larger than"):
        asked(office)


def test_a_fault_of_the_server_is_unclear_and_one_of_ours_is_a_refusal() -> None:
    office = Office()
    fault = (
        b"<Envelope><Body><Fault><faultcode>soap:%s</faultcode><faultstring>Bad</faultstring></Fault></Body></Envelope>"
    )
    office.next(fault % b"Client", status=500)
    with pytest.raises(Rejected, match="Bad"):
        asked(office)
    for _ in range(4):
        office.next(fault % b"Server", status=200)
    with pytest.raises(Unreachable, match="Bad"):
        asked(office)
