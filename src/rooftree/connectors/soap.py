"""SOAP 1.1 as the PMSs speak it: calls written in their exact order, answers read whatever their order.

Written for what the contracts of Yardi Voyager (ASMX, credentials in the body, one free XML document as answer) and
RealPage (WCF, an `auth` element) ask for. An answer becomes plain mappings: children by their local name, attributes
as `@Name`, text beside others as `#text`, several of one name as a list. Namespaces are ignored, as both PMSs mix
them; `many` and `text` look past one-or-many, past missing elements and past the case of names, which differs from
one method to the next (`getsitelist` answers with `SiteList`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from rooftree.connectors.base import Answer, Request
from rooftree.errors import Unreadable

Element: TypeAlias = Mapping[str, Any]
"""An element of an answer that has attributes or children, or text under `#text`."""

_ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
_DEEPEST = 64
_MOST_ELEMENTS = 3_000_000
_MOST_BYTES = 64 * 1024 * 1024
_SHOWN_TEXT = 4_000
_LINE = {"\n": "&#10;"}
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Node:
    """An element to be sent; its children stand in the order given, which a SOAP server may insist on."""

    name: str
    children: Sequence[Node] = ()
    text: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    bare: bool = False
    """True where a document without a namespace begins (`xmlns=""`); what is below it has none either."""


def node(name: str, *content: Node | str | None, **attributes: str | None) -> Node:
    """An element of children or of text; what is None is left out."""
    return Node(
        name,
        children=tuple(each for each in content if isinstance(each, Node)),
        text="".join(each for each in content if isinstance(each, str)),
        attributes={key: value for key, value in attributes.items() if value is not None},
    )


def document(name: str, *content: Node | None, **attributes: str | None) -> Node:
    """The root of an inner document, which has no namespace."""
    return replace(node(name, *content, **attributes), bare=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One operation before it is signed; `parts` are what stands in its wrapper element, in the order of the WSDL."""

    operation: str
    namespace: str
    parts: Sequence[Node] = ()
    action: str = ""
    """The SOAPAction; empty for namespace, slash, operation."""

    def __str__(self) -> str:
        """The call as it is kept beside a write: without credentials, a file's text only counted."""
        return _written(Node(self.operation, tuple(_without_bulk(part) for part in self.parts)), "")


def request(path: str, call: Call, *, reads: bool = True) -> Request:
    """The POST of a call to be signed; `reads` says that it changes nothing and may be repeated."""
    return Request(method="POST", path=path, call=call, reads=reads)


def posted(request: Request, call: Call) -> Request:
    """The request with its envelope, once the credentials stand in `call`."""
    action = call.action or f"{call.namespace.rstrip('/')}/{call.operation}"
    said = {"content-type": "text/xml; charset=utf-8", "accept": "text/xml", "soapaction": f'"{action}"'}
    return replace(request, call=None, content=envelope(call), headers={**request.headers, **said})


def envelope(call: Call) -> bytes:
    """The envelope on one line without an XML declaration: two clients saw Yardi break on line breaks (mits.md 7).

    A line break inside a text goes as a character reference, so that it arrives and yet stands on that line.
    """
    body = _written(Node(call.operation, tuple(call.parts)), "p:")
    head = f'<soap:Envelope xmlns:soap="{_ENVELOPE}" xmlns:p={quoteattr(call.namespace)}><soap:Body>'
    return f"{head}{body}</soap:Body></soap:Envelope>".encode()


def _written(part: Node, prefix: str) -> str:
    """Written by hand: lxml leaves out an `xmlns=""` that changes nothing, and Yardi wants to see it (mits.md 7)."""
    prefix, said = ("", ' xmlns=""') if part.bare else (prefix, "")
    said += "".join(f" {name}={quoteattr(_legal(value))}" for name, value in part.attributes.items())
    inside = escape(_legal(part.text), _LINE) + "".join(_written(child, prefix) for child in part.children)
    tag = prefix + part.name
    return f"<{tag}{said}>{inside}</{tag}>" if inside else f"<{tag}{said}/>"


def _without_bulk(part: Node) -> Node:
    said = part.text if len(part.text) <= _SHOWN_TEXT else f"({len(part.text)} characters)"
    return replace(part, text=said, children=tuple(_without_bulk(child) for child in part.children))


def _legal(text: str) -> str:
    """Without the characters that XML 1.0 forbids, and with plain line ends."""
    return _ILLEGAL.sub("", text).replace("\r\n", "\n").replace("\r", "\n")


class NotXml(ValueError):
    """The bytes are not XML we accept; the text says why."""


def decode(body: bytes) -> Element:
    """The document in an answer as `{root: ...}`; raises NotXml.

    No document type is taken, so that nothing can be defined, expanded or fetched; depth and size are bounded.
    """
    if len(body) > _MOST_BYTES:
        raise NotXml(f"it is larger than {_MOST_BYTES} bytes")
    target: Any = _Reader()
    parser = etree.XMLParser(target=target, resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
    try:
        return etree.fromstring(body, parser)  # type: ignore[return-value]  # what the target closes with
    except NotXml:
        raise
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise NotXml(f"it breaks off or is malformed at line {line}, column {column}") from None


class _Reader:
    """Builds the mappings while libxml2 reads, so that no second tree of a large answer is ever held."""

    def __init__(self) -> None:
        self._root: dict[str, Any] = {}
        self._open: list[dict[str, Any]] = [self._root]
        self._texts: list[list[str]] = [[]]
        self._count = 0

    def doctype(self, _name: str, _public: str | None, _system: str | None) -> None:
        raise NotXml("it has a document type, which we never take")

    def start(self, _tag: str, attributes: Mapping[str, str]) -> None:
        self._count += 1
        if len(self._open) > _DEEPEST or self._count > _MOST_ELEMENTS:
            raise NotXml("it is nested too deeply" if len(self._open) > _DEEPEST else "it has too many elements")
        # An attribute with a namespace (xsi:nil, msdata:rowOrder) belongs to the wire, not to the record.
        self._open.append({f"@{name}": value for name, value in attributes.items() if name[0] != "{"})
        self._texts.append([])

    def data(self, text: str) -> None:
        self._texts[-1].append(text)

    def end(self, tag: str) -> None:
        made, text = self._open.pop(), "".join(self._texts.pop()).strip()
        if text and made:
            made["#text"] = text
        _put(self._open[-1], tag.rpartition("}")[2], made or text)

    def close(self) -> dict[str, Any]:
        return self._root


def _put(parent: dict[str, Any], name: str, value: Any) -> None:
    if name not in parent:
        parent[name] = value
    elif isinstance(parent[name], list):
        parent[name].append(value)
    else:
        parent[name] = [parent[name], value]


def many(element: Any, path: str) -> list[Element]:
    """Everything at a path ("Properties/Property"), be it none, one or several; of plain text, its `#text`."""
    found = _as_list(element)
    for name in path.split("/"):
        found = [inner for each in found for inner in _children(each, name)]
    return [each if isinstance(each, Mapping) else ({"#text": each} if each else {}) for each in found]


def one(element: Any, path: str) -> Element:
    """The first at a path; empty where there is none."""
    return next(iter(many(element, path)), {})


def text(element: Any, *paths: str) -> str | None:
    """The first text that says something at any of the paths, in their order; the last name may be an `@attribute`."""
    return next((said for path in paths for said in texts(element, path)), None)


def texts(element: Any, path: str) -> list[str]:
    """All texts at a path that say something."""
    above, _, last = path.rpartition("/")
    holders = many(element, above) if above else _as_list(element)
    found = [inner for each in holders for inner in _children(each, last)]
    said = (each.get("#text", "") if isinstance(each, Mapping) else each for each in found)
    return [plain for each in said if (plain := str(each).strip())]


def _children(element: Any, name: str) -> list[Any]:
    if not isinstance(element, Mapping):
        return []
    if name in element:
        return _as_list(element[name])
    folded = name.casefold()
    return next((_as_list(value) for key, value in element.items() if key.casefold() == folded), [])


def _as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


@dataclass(frozen=True, slots=True)
class Fault:
    """A SOAP fault: its code ("s:inv_Param"), its text and what stands in its detail."""

    code: str
    text: str
    detail: Element

    def __str__(self) -> str:
        return f"{self.text or 'It gave no reason.'} (SOAP fault {self.code or 'without a code'})"


def fault(data: Any) -> Fault | None:
    """The fault in a decoded answer, of whatever HTTP status; SOAP 1.2's spelling is read too."""
    found = many(data, "Envelope/Body/Fault")
    if not found:
        return None
    code, said = text(found[0], "faultcode", "Code/Value"), text(found[0], "faultstring", "Reason/Text")
    return Fault(code or "", said or "", one(found[0], "detail"))


def result(data: Any) -> Element:
    """What stands in `<operation>Response/<operation>Result`; empty for an empty or missing result.

    Raises Unreadable for an answer that is no SOAP envelope.
    """
    bodies = many(data, "Envelope/Body")
    if not bodies:
        raise Unreadable("The answer is no SOAP envelope.")
    for name, answer in _elements(bodies[0], "Response"):
        for _name, inner in _elements(answer, "Result"):
            return inner
        if any(not key.startswith(("@", "#")) for key in answer):
            raise Unreadable(f"{name} holds no result.")
    return {}


def result_of(answer: Answer) -> Element:
    """The result of an answer; raises Unreadable."""
    return result(answer.data)


def _elements(parent: Element, ending: str) -> Iterator[tuple[str, Element]]:
    for name in parent:
        if name.casefold().endswith(ending.casefold()) and not name.startswith(("@", "#")):
            for found in many(parent, name):
                yield name, found
