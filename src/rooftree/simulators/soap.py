"""SOAP 1.1 for pretend PMSs: services with a WSDL of our own writing, dispatch on SOAPAction, faults, free XML answers.

A simulator lists its operations with their fields in order; from that one list come the WSDL that a client like zeep
reads, the check of what came in, and which calls count as reads where faults are armed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, TypeAlias
from xml.sax.saxutils import quoteattr

from lxml import etree

from rooftree.simulators.wire import Request, Response

Element: TypeAlias = etree._Element
Order: TypeAlias = Literal["any", "strict", "nulls"]
"""What a server does with fields out of the WSDL's order: takes them, refuses the call, or drops them in silence."""

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
_CONTENT = {"content-type": "text/xml; charset=utf-8"}


class Fault(Exception):
    """A SOAP fault, sent with HTTP 500 unless `status` says another."""

    def __init__(self, code: str, text: str, detail: Element | None = None, status: int = 500) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.detail = detail
        self.status = status


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a call: of a plain type, of fields of its own, or a free document (`type="any"`)."""

    name: str
    type: str = "string"
    fields: Sequence[Field] = ()
    many: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation; `reads` says that it changes nothing."""

    name: str
    fields: Sequence[Field]
    reads: bool = True


class Service:
    """One address with its operations. `action` is what precedes an operation's name in its SOAPAction."""

    def __init__(
        self,
        path: str,
        name: str,
        namespace: str,
        operations: Sequence[Operation],
        *,
        action: str = "",
        order: Order = "any",
    ) -> None:
        self.path = path
        self.name = name
        self.namespace = namespace
        self.operations = {operation.name: operation for operation in operations}
        self.action = action or f"{namespace.rstrip('/')}/"
        self.order = order

    def called(self, request: Request) -> Operation | None:
        """The operation that a request's SOAPAction names, None where it has none of that name."""
        said = request.headers.get("soapaction", "").strip().strip('"')
        return self.operations.get(said.removeprefix(self.action)) if said.startswith(self.action) else None

    def accept(self, request: Request) -> tuple[Operation, Element]:
        """The operation called and its wrapper element without namespaces. Raises Fault."""
        operation = self.called(request)
        if operation is None:
            raise Fault("a:ActionNotSupported", "ContractFilter mismatch at the EndpointDispatcher")
        wrapper = _wrapper(request.body)
        if wrapper.tag != f"{{{self.namespace}}}{operation.name}":
            raise Fault("soap:Client", f"Server did not recognize the element {wrapper.tag}.")
        _strip(wrapper)
        if self.order != "any":
            _ordered(wrapper, operation.fields, self.order)
        return operation, wrapper

    def wsdl(self, base: str) -> Response:
        """The description of exactly what this service does."""
        return Response(headers=_CONTENT, body=_wsdl(self, base).encode())


class Pace:
    """At most so many calls a second where a limit is given; neither SOAP system enforces one that we saw."""

    def __init__(self, limit: int | None, code: str) -> None:
        self._limit, self._code = limit, code
        self._recent: deque[datetime] = deque()

    def take(self, now: datetime) -> None:
        """Count a call; raises Fault with status 429 for one too many."""
        while self._recent and self._recent[0] <= now - timedelta(seconds=1):
            self._recent.popleft()
        if self._limit and len(self._recent) >= self._limit:
            raise Fault(self._code, "The rate limit was exceeded.", status=429)
        self._recent.append(now)


def service_at(services: Sequence[Service], request: Request) -> Service | None:
    """The service at a request's path, in letters of any case (IIS does not mind) and below any folder."""
    return next((each for each in services if request.path.lower().endswith(each.path.lower())), None)


def asks_wsdl(request: Request) -> bool:
    return request.method == "GET" and request.query.lower() in ("wsdl", "singlewsdl")


def meant(services: Sequence[Service]) -> Callable[[Request], Request]:
    """For `Faults`: the POST of an operation that reads counts as the GET it means."""

    def as_meant(request: Request) -> Request:
        service = service_at(services, request)
        operation = service.called(request) if service else None
        return replace(request, method="GET") if operation is not None and operation.reads else request

    return as_meant


def tree(name: str, *content: Element | str | None, **attributes: str | None) -> Element:
    """An element of children and text; what is None is left out."""
    made = etree.Element(name, {key: value for key, value in attributes.items() if value is not None})
    for each in content:
        if isinstance(each, str):
            made.text = (made.text or "") + each
        elif each is not None:
            made.append(each)
    return made


def leaves(**values: object) -> Iterator[Element]:
    """An element for each value; None is left out."""
    for name, value in values.items():
        if value is not None:
            yield tree(name, str(value))


def said(element: Element, path: str, default: str = "") -> str:
    """The text at a path below an element, stripped."""
    return (element.findtext(path) or default).strip()


def answer(service: Service, operation: str, inner: Element | str | None) -> Response:
    """A result; None sends a response without one (Yardi's answer to a wrong login)."""
    outer = etree.Element(f"{{{service.namespace}}}{operation}Response", nsmap={"r": service.namespace})
    if inner is not None:
        held = etree.SubElement(outer, f"{{{service.namespace}}}{operation}Result")
        if isinstance(inner, str):
            held.text = inner
        else:
            held.append(inner)
    return _sent(outer, 200)


def failed(fault: Fault) -> Response:
    outer = etree.Element(f"{{{ENVELOPE}}}Fault")
    outer.append(tree("faultcode", fault.code))
    outer.append(tree("faultstring", fault.text))
    if fault.detail is not None:
        outer.append(tree("detail", fault.detail))
    return _sent(outer, fault.status)


def emptied(response: Response) -> Response:
    """The same answer with nothing in the document of its result."""
    root = etree.fromstring(response.body, _parser())
    for result in root.iterfind("{*}Body/*/*"):
        for document in result:
            for row in list(document):
                document.remove(row)
    return replace(response, body=etree.tostring(root, xml_declaration=True, encoding="utf-8"))


def _sent(inner: Element, status: int) -> Response:
    root = etree.Element(f"{{{ENVELOPE}}}Envelope", nsmap={"soap": ENVELOPE})
    etree.SubElement(root, f"{{{ENVELOPE}}}Body").append(inner)
    body = etree.tostring(root, xml_declaration=True, encoding="utf-8")
    return Response(status=status, headers=_CONTENT, body=body)


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, remove_comments=True)


def _wrapper(body: bytes) -> Element:
    try:
        root = etree.fromstring(body, _parser())
    except etree.XMLSyntaxError as error:
        raise Fault("soap:Client", f"The request is not XML: {error.msg}") from None
    found = root.find(f"{{{ENVELOPE}}}Body")
    if found is None or len(found) != 1:
        raise Fault("soap:Client", "The request holds no single operation.")
    return found[0]


def _strip(element: Element) -> None:
    for each in element.iter("*"):
        each.tag = etree.QName(each).localname


def _ordered(element: Element, fields: Sequence[Field], order: Order) -> None:
    """Judge what stands out of order, here and in the fields of fields."""
    place, known = 0, [field.name for field in fields]
    for child in list(element):
        at = known.index(str(child.tag)) if child.tag in known else -1
        if at < place and order == "strict":
            raise Fault("soap:Client", f"The element {child.tag} is not expected there.")
        if at < place:
            element.remove(child)
            continue
        place = at
        if fields[at].fields:
            _ordered(child, fields[at].fields, order)


def _wsdl(service: Service, base: str) -> str:
    messages, ports, bindings, types = [], [], [], []
    for name, operation in service.operations.items():
        types.append(_element(name, _sequence(operation.fields)))
        types.append(_element(f"{name}Response", _sequence([Field(f"{name}Result", "any")])))
        for way, element in (("In", name), ("Out", f"{name}Response")):
            messages.append(f'<message name="{name}{way}"><part name="parameters" element="t:{element}"/></message>')
        ports.append(
            f'<operation name="{name}"><input message="t:{name}In"/><output message="t:{name}Out"/></operation>'
        )
        bindings.append(
            f'<operation name="{name}"><s:operation soapAction={quoteattr(service.action + name)} style="document"/>'
            '<input><s:body use="literal"/></input><output><s:body use="literal"/></output></operation>'
        )
    space, place = quoteattr(service.namespace), quoteattr(base + service.path)
    schema = f'<x:schema elementFormDefault="qualified" targetNamespace={space}>{"".join(types)}</x:schema>'
    return (
        '<?xml version="1.0" encoding="utf-8"?><definitions xmlns="http://schemas.xmlsoap.org/wsdl/" '
        'xmlns:s="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:x="http://www.w3.org/2001/XMLSchema" '
        f"xmlns:t={space} targetNamespace={space}><types>{schema}</types>{''.join(messages)}"
        f'<portType name="{service.name}Soap">{"".join(ports)}</portType>'
        f'<binding name="{service.name}Soap" type="t:{service.name}Soap">'
        f'<s:binding transport="http://schemas.xmlsoap.org/soap/http"/>{"".join(bindings)}</binding>'
        f'<service name="{service.name}"><port name="{service.name}Soap" binding="t:{service.name}Soap">'
        f"<s:address location={place}/></port></service></definitions>"
    )


def _sequence(fields: Sequence[Field]) -> str:
    return f"<x:complexType><x:sequence>{''.join(_field(field) for field in fields)}</x:sequence></x:complexType>"


def _field(field: Field) -> str:
    times = f'minOccurs="0"{" maxOccurs=" + quoteattr("unbounded") if field.many else ""}'
    if field.fields:
        return f'<x:element {times} name="{field.name}">{_sequence(field.fields)}</x:element>'
    if field.type == "any":
        free = '<x:complexType mixed="true"><x:sequence><x:any processContents="skip"/></x:sequence></x:complexType>'
        return f'<x:element {times} name="{field.name}">{free}</x:element>'
    return f'<x:element {times} name="{field.name}" type="x:{field.type}"/>'


def _element(name: str, inner: str) -> str:
    return f'<x:element name="{name}">{inner}</x:element>'


def fields(names: str, types: Mapping[str, str] | None = None) -> list[Field]:
    """Fields of the names in a text, all of them strings but for those in `types`."""
    return [Field(name, (types or {}).get(name, "string")) for name in names.split()]
