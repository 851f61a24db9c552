"""How Voyager is asked: one operation of one interface, mostly of one property (contract 1-3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from rooftree.connectors import soap, soap_dates
from rooftree.connectors.base import GetVerb, ListVerb, Page, Query, Request, Wire, WireRecord
from rooftree.connectors.soap_order import arranged
from rooftree.connectors.yardi_voyager.manifest import INTERFACES, SPACE
from rooftree.connectors.yardi_voyager.wire import join, split
from rooftree.errors import ConnectorError, NotFound, Unauthorized

Rows: TypeAlias = Callable[[Wire, str, datetime | None], Sequence[WireRecord]]
"""Everything of a kind in a property, or what changed in it since a moment."""

LOGIN = ("UserName", "Password", "ServerName", "Database", "Platform")
WHO = ("InterfaceEntity", "InterfaceLicense")
EARLIEST, LATEST = "1900-01-01T00:00:00", "2099-12-31T00:00:00"
_DAY = timedelta(days=1)


def call(
    interface: str,
    operation: str,
    *fields: soap.Node,
    code: str | None = None,
    before: Sequence[soap.Node] = (),
    login: Sequence[str] = LOGIN,
    reads: bool = True,
    learned: Mapping[str, str] | None = None,
) -> Request:
    """Login, property, who asks, then the operation's own fields; `before` are those that stand before who asks.

    The order is that of Yardi's older descriptions, or, where `learned` (the options) knows it, of the client's own;
    what `sign` fills in is blank here.
    """
    place = (soap.node("YardiPropertyId", code),) if code else ()
    parts = (*map(soap.node, login), *place, *before, *map(soap.node, WHO), *fields)
    file = INTERFACES[interface][0]
    made = soap.Call(operation=operation, namespace=SPACE + file, parts=parts)
    return soap.request(f"/{file}.asmx", arranged(made, learned or {}, f"{file}/"), reads=reads)


def ask(wire: Wire, interface: str, operation: str, *fields: soap.Node, **how: Any) -> soap.Element:
    """The result of an operation that reads."""
    return soap.result_of(wire.read(call(interface, operation, *fields, learned=wire.options, **how)))


def blanks(**values: str) -> list[soap.Node]:
    """Fields of a search, which must all be there, be they empty or not."""
    return [soap.node(name, value) for name, value in values.items()]


def configurations(wire: Wire, interface: str) -> list[soap.Element]:
    """The properties that one interface may see."""
    found = soap.many(ask(wire, interface, "GetPropertyConfigurations"), "Properties/Property")
    return [row for row in found if soap.text(row, "Code")]


def codes(wire: Wire, interface: str) -> list[str]:
    return [str(soap.text(row, "Code")) for row in configurations(wire, interface)]


def properties(wire: Wire) -> list[WireRecord]:
    """Each property with the interfaces that may see it; an interface without a licence sees none.

    Raises the first refusal where every interface is refused.
    """
    granted: dict[str, dict[str, Any]] = {}
    refusals: list[ConnectorError] = []
    for key in INTERFACES:
        try:
            rows = configurations(wire, key)
        except (Unauthorized, NotFound) as refusal:
            refusals.append(refusal)
            continue
        for row in rows:
            kept = granted.setdefault(str(soap.text(row, "Code")), {**row, "Interfaces": []})
            kept["Interfaces"].append(key)
    if len(refusals) == len(INTERFACES):
        raise refusals[0]
    return list(granted.values())


def list_properties(wire: Wire, query: Query, cursor: str | None) -> Page:
    return Page(items=properties(wire))


def get_property(wire: Wire, id: str) -> WireRecord:
    return _only([row for row in properties(wire) if soap.text(row, "Code") == id], id)


def across_properties(interface: str, rows: Rows) -> ListVerb:
    """A page for each property that the interface may see; the cursor names those that are left."""

    def read(wire: Wire, query: Query, cursor: str | None) -> Page:
        places = [query.parent] if query.parent else cursor.split("\n") if cursor else codes(wire, interface)
        first, rest = places[:1], places[1:]
        items = [row for place in first for row in _seen(rows, wire, place, query.since)]
        return Page(items=items, next="\n".join(rest) or None)

    return read


def under_property(interface: str, rows: Rows) -> ListVerb:
    """Everything of a property in one page, as Yardi cannot page it; of all of them where none is named."""

    def read(wire: Wire, query: Query, cursor: str | None) -> Page:
        places = [query.parent] if query.parent else codes(wire, interface)
        return Page(items=[row for place in places for row in _seen(rows, wire, place, query.since)])

    return read


def _seen(rows: Rows, wire: Wire, place: str, since: datetime | None) -> Sequence[WireRecord]:
    """Nothing for a property that is not enabled for the interface: the property's own record says which are.

    Raises NotFound for a property that no interface may see.
    """
    try:
        return rows(wire, place, since)
    except NotFound:
        if not any(_is_seen(wire, key, place) for key in INTERFACES):
            raise
        return []


def _is_seen(wire: Wire, interface: str, place: str) -> bool:
    try:
        return place in codes(wire, interface)
    except (Unauthorized, NotFound):
        return False


def one_of(rows: Callable[[Wire, str, str], Sequence[WireRecord]], key: Callable[[WireRecord], Any]) -> GetVerb:
    """One record by property and code."""

    def read(wire: Wire, id: str) -> WireRecord:
        place, own = split(id)
        return _only([row for row in rows(wire, place, own) if str(key(row)) == own], id)

    return read


def of_all(rows: Rows) -> Callable[[Wire, str, str], Sequence[WireRecord]]:
    """Finding one among all of its property, where Yardi has no read of one."""
    return lambda wire, place, _own: rows(wire, place, None)


def under_record(rows: Callable[[Wire, str], Sequence[WireRecord]]) -> ListVerb:
    """Everything of a parent in one page."""

    def read(wire: Wire, query: Query, cursor: str | None) -> Page:
        return Page(items=rows(wire, query.parent) if query.parent else [])

    return read


def one_under_record(rows: Callable[[Wire, str], Sequence[WireRecord]], key: str) -> GetVerb:
    def read(wire: Wire, id: str) -> WireRecord:
        place, parent, own = split(id, 3)
        return _only([row for row in rows(wire, join(place, parent)) if str(row.get(key)) == own], id)

    return read


def _only(rows: Sequence[WireRecord], id: str) -> WireRecord:
    if not rows:
        raise NotFound(f"Yardi has no record {id}.")
    return rows[0]


def units(wire: Wire, code: str, _since: datetime | None) -> list[WireRecord]:
    """All units; the answer hangs them under customers, as no schema says (mits.md 6)."""
    found = ask(wire, "resident_transactions", "GetUnitInformation_Login", code=code)
    rows = soap.many(found, "PhysicalProperty/Property/RT_Customer/RT_Unit")
    return [{**row, "PropertyCode": code} for row in rows]


def _marketed(wire: Wire, code: str, path: str) -> list[WireRecord]:
    found = ask(wire, "guest_card", "UnitAvailability_Login", code=code)
    return [{**row, "PropertyCode": code} for row in soap.many(found, f"PhysicalProperty/Property/{path}")]


def listings(wire: Wire, code: str, _since: datetime | None) -> list[WireRecord]:
    """Marketed units that are to be had: those with an Availability (mits.md 3)."""
    return [row for row in _marketed(wire, code, "ILS_Unit") if "Availability" in row]


def floorplans(wire: Wire, code: str, _since: datetime | None) -> list[WireRecord]:
    return _marketed(wire, code, "Floorplan")


def vendors(wire: Wire, id: str | None) -> list[WireRecord]:
    """Vendors belong to the database; Yardi wants a property to ask through all the same."""
    interface = (
        "vendor_invoicing" if wire.options.get("vendors_from") == "vendor_invoicing" else "resident_transactions"
    )
    place = next(iter(codes(wire, interface)), None)
    if place is None:
        return []
    if id is None:
        found = ask(wire, interface, "GetVendors_Login", code=place)
    else:
        found = ask(wire, interface, "GetVendor_Login", soap.node("VendorId", id), code=place)
    return list(soap.many(found, "Vendors/Vendor"))


def vendor_code(row: WireRecord) -> str | None:
    return soap.text(row, "VendorId", "VendorCode", "Code")


def list_vendors(wire: Wire, query: Query, cursor: str | None) -> Page:
    return Page(items=vendors(wire, None))


def get_vendor(wire: Wire, id: str) -> WireRecord:
    return _only([row for row in vendors(wire, id) if vendor_code(row) == id], id)


def transactions(kind: str) -> Callable[[Wire, str], list[WireRecord]]:
    """The entries of one kind (Charge, Payment) on a household's ledger, each with its lease."""

    def read(wire: Wire, lease: str) -> list[WireRecord]:
        code, tenant = split(lease)
        entries = soap.many(ledger(wire, code, tenant), f"RTServiceTransactions/Transactions/{kind}")
        return [
            {**detail, "Kind": soap.text(entry, "@Type"), "PropertyCode": code, "TenantCode": tenant}
            for entry in entries
            for detail in soap.many(entry, "Detail")
        ]

    return read


def ledger(wire: Wire, code: str, tenant: str) -> soap.Element:
    before = [soap.node("TenantId", tenant)]
    found = ask(wire, "resident_transactions", "GetResidentTransaction_Login", code=code, before=before)
    return soap.one(found, "ResidentTransactions/Property/RT_Customer")


def balances(wire: Wire, lease: str) -> list[WireRecord]:
    code, tenant = split(lease)
    found = ledger(wire, code, tenant)
    return [{**found, "PropertyCode": code, "TenantCode": tenant}] if found else []


def get_balance(wire: Wire, id: str) -> WireRecord:
    return _only(balances(wire, id), id)


def orders(wire: Wire, code: str, since: datetime | None) -> list[WireRecord]:
    """Service requests; `FromDate` is about the day of the last change, in the property's own time: a day more."""
    first = soap_dates.us_day((since - _DAY).date()) if since else ""
    names = ("UnitCode", "ResidentCode", "Name", "Address", "PhoneNumber", "Status", "OpenOrClosed")
    fields = blanks(**dict.fromkeys(names, ""), FromDate=first, ToDate="")
    found = ask(wire, "service_requests", "GetServiceRequest_Search", *fields, code=code)
    return numbered(found)


def order(wire: Wire, code: str, id: str) -> list[WireRecord]:
    if not id.isdigit():
        return []
    ids = soap.node("ServiceRequestIdArray", soap.node("long", id))
    return numbered(ask(wire, "service_requests", "GetServiceRequests", ids, code=code))


def numbered(found: soap.Element) -> list[WireRecord]:
    """The service requests that have a number; one without holds the text that there are none."""
    rows = soap.many(found, "ServiceRequests/ServiceRequest")
    return [row for row in rows if soap.text(row, "ServiceRequestId")]


def attachments(wire: Wire, order: str) -> list[WireRecord]:
    """The files on a service request, without their content."""
    return _files(wire, order, "GetAttachmentNames")


def get_attachment(wire: Wire, id: str) -> WireRecord:
    code, number, name = split(id, 3)
    found = _files(wire, join(code, number), "GetAttachment", soap.node("AttachmentName", name))
    return _only([row for row in found if soap.text(row, "AttachmentName", "#text") == name], id)


def _files(wire: Wire, order: str, operation: str, *fields: soap.Node) -> list[WireRecord]:
    code, number = split(order)
    ids = blanks(ServiceRequestId=number, PropertyID=code)
    found = ask(wire, "service_requests", operation, *ids, *fields)
    rows = soap.many(found, "Attachments/Attachment")
    return [{**row, "PropertyCode": code, "ServiceRequestId": number} for row in rows]


def attachment_types(wire: Wire) -> list[str]:
    """The types a file may be of; Voyager wants a property to ask through."""
    place = next(iter(codes(wire, "service_requests")), None)
    if place is None:
        return []
    found = ask(wire, "service_requests", "GetAttachmentTypes", soap.node("PropertyID", place))
    return soap.texts(found, "AttachmentTypes/AttachmentType") or soap.texts(
        found, "AttachmentTypes/AttachmentType/Name"
    )
