"""Judges a SOAP body as canonical XML: prefixes, quoting and blank space between elements count for nothing."""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import canonicalize

from lxml import etree

_BODY = "{http://schemas.xmlsoap.org/soap/envelope/}Body"
HERE = Path(__file__).parent


def payload(pms: str, name: str) -> bytes:
    return (HERE / pms / "payloads" / f"{name}.xml").read_bytes()


def operation(envelope: bytes) -> etree._Element:
    """The wrapper element in an envelope's body."""
    body = etree.fromstring(envelope).find(_BODY)
    assert body is not None
    assert len(body) == 1
    return body[0]


def canonical(envelope: bytes) -> str:
    """The operation in canonical form (C14N 2.0): its elements, their order, attributes, namespaces and texts."""
    text = etree.tostring(operation(envelope), encoding="unicode", with_tail=False)
    return canonicalize(xml_data=text, rewrite_prefixes=True, strip_text=True)
