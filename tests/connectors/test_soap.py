"""The SOAP kit: what it writes is the founders' golden bodies, what it reads is whatever a PMS may send."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from lxml import etree
from tests.connectors.golden import HERE, canonical, operation, payload

from rooftree.connectors import soap, soap_dates
from rooftree.connectors.base import Request
from rooftree.errors import Unreadable

CHICAGO = ZoneInfo("America/Chicago")
SPACE = "http://tempuri.org/YSI.Interfaces.WebServices/ItfServiceRequests"


def _fixtures(ending: str) -> list[tuple[str, str]]:
    found = [(pms, path) for pms in ("yardi_voyager", "realpage") for path in (HERE / pms / "payloads").glob(ending)]
    assert len(found) > 10
    return [(pms, path.stem) for pms, path in sorted(found)]


def _said(element: etree._Element, above: str) -> soap.Node:
    """A golden element in the kit's words."""
    inside = etree.QName(element).namespace or ""
    made = soap.node(
        etree.QName(element).localname,
        (element.text or "").strip(),
        *(_said(child, inside) for child in element),
        **{str(name): str(value) for name, value in element.attrib.items()},
    )
    return soap.document(made.name, *made.children, **made.attributes) if above and not inside else made


def _decoded(pms: str, name: str) -> Any:
    return soap.decode(payload(pms, name))


def _envelope(*parts: soap.Node) -> bytes:
    return soap.envelope(soap.Call(operation="Op", namespace=SPACE, parts=parts))


@pytest.mark.parametrize(("pms", "name"), _fixtures("*.request.xml"))
def test_each_golden_body_is_written_as_it_stands(pms: str, name: str) -> None:
    golden = operation(payload(pms, name))
    wanted = etree.QName(golden)
    parts = tuple(_said(child, wanted.namespace or "") for child in golden)
    written = soap.envelope(soap.Call(operation=wanted.localname, namespace=wanted.namespace or "", parts=parts))
    assert canonical(written) == canonical(payload(pms, name))
    assert b"\n" not in written
    assert not written.startswith(b"<?xml")


def test_another_order_is_another_body() -> None:
    one, two = soap.node("A", "1"), soap.node("B", "2")
    assert canonical(_envelope(one, two)) != canonical(_envelope(two, one))


def test_an_inner_document_leaves_the_namespace_and_says_so() -> None:
    written = _envelope(soap.node("XmlDoc", soap.document("LeadManagement", soap.node("Prospects"))))
    assert b'<LeadManagement xmlns="">' in written
    inner = operation(written)[0][0]
    assert [etree.QName(each).namespace for each in inner.iter("*")] == [None, None]


@pytest.mark.parametrize("text", ['Tom & Jerry\'s <leak> "now"', "one\ntwo\r\nthree", "naïve 😀", "]]>"])
def test_any_text_arrives_as_it_was(text: str) -> None:
    written = _envelope(soap.node("Text", text, Attribute=text))
    assert b"\n" not in written
    found = operation(written)[0]
    assert found.text == text.replace("\r\n", "\n")
    assert found.get("Attribute") == text.replace("\r\n", "\n")


def test_characters_that_xml_forbids_are_left_out() -> None:
    assert operation(_envelope(soap.node("Text", "a\x00b\x0bc\ud800d\ufffee")))[0].text == "abcde"


def test_a_call_is_kept_without_the_text_of_a_file() -> None:
    call = soap.Call(operation="Op", namespace=SPACE, parts=(soap.node("File", "QUJD" * 5_000), soap.node("A", "b")))
    assert str(call) == "<Op><File>(20000 characters)</File><A>b</A></Op>"


def test_a_posted_call_names_its_action_in_quotes() -> None:
    call = soap.Call(operation="Ping", namespace=SPACE)
    sent = soap.posted(soap.request("/a.asmx", call), call)
    assert isinstance(sent, Request)
    assert sent.headers["soapaction"] == f'"{SPACE}/Ping"'
    assert sent.reads
    assert sent.call is None


def test_namespaces_prefixes_and_one_or_many_make_no_difference() -> None:
    plain = soap.decode(b"<a><b><c>1</c></b><b><c>2</c></b></a>")
    spaced = soap.decode(b'<x:a xmlns:x="urn:x"><x:b><c xmlns="urn:y">1</c></x:b><b><x:c>2</x:c></b></x:a>')
    assert plain == spaced
    assert soap.texts(plain, "a/b/c") == ["1", "2"]
    assert soap.texts(soap.decode(b"<a><b><c>1</c></b></a>"), "a/b/c") == ["1"]
    assert soap.texts(soap.decode(b"<a/>"), "a/b/c") == []


def test_names_are_found_in_any_case() -> None:
    assert (
        soap.text(soap.decode(b"<SiteList><Site><SITEID>7</SITEID></Site></SiteList>"), "sitelist/site/SiteId") == "7"
    )


def test_an_element_that_is_sometimes_text_is_read_both_ways() -> None:
    data = soap.decode(b'<a><e>told</e><e kind="x">more</e><e><e2>inner</e2></e><e/></a>')
    assert soap.texts(data, "a/e") == ["told", "more"]
    assert [soap.text(each, "#text", "e2") for each in soap.many(data, "a/e")] == ["told", "more", "inner", None]
    assert soap.text(data, "a/e/@kind") == "x"


def test_attributes_of_the_wire_itself_are_left_out() -> None:
    nil = b'<a xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><b i:nil="true"/></a>'
    assert soap.decode(nil) == {"a": {"b": ""}}


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b'<!DOCTYPE a SYSTEM "https://example.com/a.dtd"><a/>',
        "<!DOCTYPE a><a/>".encode("utf-16"),
        b"<a>&undefined;</a>",
        b"<a>\xff\xfe</a>",
        b'<?xml version="1.0" encoding="no-such"?><a/>',
        b"<a><b></a>",
        b"<a>" * 65 + b"</a>" * 65,
        b"<a",
        b"",
        b"{}",
        b"\x00" * 100,
    ],
)
def test_what_is_no_plain_xml_is_refused_with_a_reason(body: bytes) -> None:
    with pytest.raises(soap.NotXml, match=r"^it "):
        soap.decode(body)


def test_an_entity_bomb_is_refused_before_it_grows() -> None:
    levels = b"".join(b'<!ENTITY e%d "%s">' % (n + 1, b"&e%d;" % n * 10) for n in range(12))
    started = time.monotonic()
    with pytest.raises(soap.NotXml, match="document type"):
        soap.decode(b'<!DOCTYPE a [<!ENTITY e0 "boom">' + levels + b"]><a>&e12;</a>")
    assert time.monotonic() - started < 1


def test_an_answer_of_too_many_elements_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soap, "_MOST_ELEMENTS", 1_000)
    with pytest.raises(soap.NotXml, match="too many elements"):
        soap.decode(b"<a>" + b"<b/>" * 1_000 + b"</a>")


def test_an_answer_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soap, "_MOST_BYTES", 1_000)
    with pytest.raises(soap.NotXml, match="larger than 1000 bytes"):
        soap.decode(b"<a>" + b" " * 1_000 + b"</a>")


def test_a_fault_tells_its_code_text_and_detail() -> None:
    found = soap.fault(_decoded("realpage", "any.fault-licence.response"))
    assert found is not None
    assert found.code == "s:inv_Param"
    assert str(found).startswith("LicenseKey is not authorized to call the method.")
    assert soap.text(found.detail, "RPXApplicationFault/MessageLogId") == "2026.1.00000000000000000000000000000000.1"
    unknown = soap.fault(_decoded("realpage", "any.fault-unknown-op.response"))
    assert unknown is not None
    assert unknown.code == "a:ActionNotSupported"


@pytest.mark.parametrize(("pms", "name"), [each for each in _fixtures("*.response.xml") if ".fault-" not in each[1]])
def test_each_recorded_answer_holds_one_document_or_nothing(pms: str, name: str) -> None:
    data = _decoded(pms, name)
    assert soap.fault(data) is None
    assert len(soap.result(data)) == (0 if "empty-result" in name else 1)


@pytest.mark.parametrize(
    "body", [b"<a/>", b"<Envelope/>", b"<Envelope><Body><OpResponse><x>1</x></OpResponse></Body></Envelope>"]
)
def test_an_answer_without_an_envelope_or_a_result_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        soap.result(soap.decode(body))


@pytest.mark.parametrize(
    "said",
    [
        "2026-02-05T14:30:00",
        "2026-02-05 14:30:00",
        "2026-02-05T14:30:00.000-06:00",
        "02/05/2026 14:30:00",
        "2/5/2026 2:30:00 PM",
        "02/05/2026 02:30 PM",
        "Feb  5 2026  2:30PM",
    ],
)
def test_a_time_is_the_propertys_own_in_each_spelling(said: str) -> None:
    assert soap_dates.to_moment(said, CHICAGO) == datetime(2026, 2, 5, 20, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "said", ["2026-02-05", "02/05/2026", "2/5/2026", "02-05-2026", "2026-02-05 00:00:00", "Feb 5 2026"]
)
def test_a_day_is_the_day_that_is_written(said: str) -> None:
    assert soap_dates.to_day(said) == date(2026, 2, 5)


@pytest.mark.parametrize("said", [None, "", "  ", "1900-01-01 00:00:00", "0001-01-01T00:00:00", "1/1/1900"])
def test_a_date_that_stands_for_none_is_none(said: str | None) -> None:
    assert soap_dates.to_day(said) is None
    assert soap_dates.to_moment(said, CHICAGO) is None


@pytest.mark.parametrize("said", ["soon", "2026-02-30", "13/45/2026", "20260"])
def test_a_date_that_nobody_can_read_is_an_error(said: str) -> None:
    with pytest.raises(ValueError, match="no date that we know"):
        soap_dates.to_day(said)


def test_what_we_write_is_local_and_without_an_offset() -> None:
    assert soap_dates.local(datetime(2026, 7, 1, 0, 5, tzinfo=UTC), CHICAGO) == "2026-06-30T19:05:00"
    assert soap_dates.us_day(date(2026, 2, 1)) == "02/01/2026"
