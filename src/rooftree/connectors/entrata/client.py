"""How Entrata is asked: one POST per method call, everything of one property at a time (contract 2, 4)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from rooftree.connectors.base import Answer, GetVerb, ListVerb, Page, Query, Request, Wire, WireRecord
from rooftree.connectors.entrata.wire import many, split, vendor_named
from rooftree.errors import ConnectorError, NotFound, RateLimited, Unauthorized, Unreachable, Unreadable

Rows: TypeAlias = Callable[[Wire, str, str | None], Sequence[WireRecord]]
"""Everything of a kind in a property, or the one with that number."""

EARLIEST, LATEST = "01/01/2000", "12/31/2099"
"""Entrata wants both ends of a range where nothing else narrows it; we want all."""

BATCH = 20
"""Properties in one call of a method that takes several; Entrata names no bound, so a small one."""

LEASING = re.compile(r"appl|lease", re.I)
"""Statuses of a prospect that has begun to apply; before, it is a guest card only."""

_SUCCESS = "success"
_KINDS: tuple[tuple[re.Pattern[str], type[ConnectorError]], ...] = (
    (re.compile(r"rate.?limit|too many|throttl|exceeded", re.I), RateLimited),
    (re.compile(r"api key|unauthori|credential|not have access|permission|not authenticated", re.I), Unauthorized),
    (re.compile(r"not found|does not exist|no such", re.I), NotFound),
)
"""Entrata's table of codes is not public, so the words of an error inside a 200 tell its kind."""


def call(method: str, params: Mapping[str, Any], *, version: str = "r1", reads: bool = True) -> Request:
    """`method` is service and method ("maintenance/getWorkOrders"); parameters without a value are left out."""
    service, name = method.split("/")
    said = {key: value for key, value in params.items() if value is not None}
    body = {
        "auth": {"type": "apikey"},
        "requestId": "rooftree",
        "method": {"name": name, "version": version, "params": said},
    }
    return Request(method="POST", path=f"/{service}", json=body, reads=reads)


def ask(wire: Wire, method: str, params: Mapping[str, Any], version: str = "r1") -> Mapping[str, Any]:
    """The result of a method that reads."""
    return result(wire.read(call(method, params, version=version)))


def result(answer: Answer) -> Mapping[str, Any]:
    """What the envelope holds; some answers lack the outer `response`. Raises Unreadable."""
    told = answer.data.get("response", answer.data) if isinstance(answer.data, Mapping) else None
    found = told.get("result") if isinstance(told, Mapping) else None
    if not isinstance(found, Mapping):
        raise Unreadable("Entrata's answer holds no result.", status=answer.status)
    return found


def explain(answer: Answer) -> str | None:
    """The error in an envelope, or of the first item that Entrata did not take, both inside a 200 (contract 2)."""
    told = _told(answer)
    if told is None:
        return None
    error = told.get("error")
    if isinstance(error, Mapping):
        return f"{error.get('message') or 'Entrata gave no reason.'} (Entrata's code {error.get('code')})"
    return next(_refused(told.get("result")), None)


def kind_of(answer: Answer) -> type[ConnectorError] | None:
    """The kind of an error that came with a 200 or 400; None where the status says it, or for a refusal of a value."""
    told = _told(answer) if answer.status in (200, 400) else None
    error = told.get("error") if told else None
    if not isinstance(error, Mapping):
        return None
    kind = next((kind for words, kind in _KINDS if words.search(str(error.get("message")))), None)
    # The 5xx family: whether anything was done is unknown, so it is looked for before anybody believes either.
    return kind or (Unreachable if str(error.get("code"))[:1] == "5" else None)


def _told(answer: Answer) -> Mapping[str, Any] | None:
    try:
        data = json.loads(answer.body or b"null")
    except ValueError:
        return None
    told = data.get("response", data) if isinstance(data, Mapping) else None
    return told if isinstance(told, Mapping) else None


def _refused(value: Any) -> Iterator[str]:
    """Items of a write's answer that say anything but success; what is read has no `message`."""
    if isinstance(value, Mapping):
        if "message" in value and not _taken(value):
            yield str(value["message"] or value.get("status") or "Entrata did not take it and gave no reason.")
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _refused(inner)


def property_picks(wire: Wire) -> list[WireRecord]:
    found = ask(wire, "properties/getPropertyPickLists", {"propertyIds": ",".join(property_ids(wire))}, "r2")
    return many(found.get("properties"), "property")


def ar_codes(wire: Wire) -> list[WireRecord]:
    return many(ask(wire, "arcodes/getArCodes", {}).get("arcodes"), "arcode")


def _taken(item: Mapping[str, Any]) -> bool:
    if "status" in item:
        return str(item["status"]).strip().lower() == _SUCCESS
    return bool(item.get("reference_id")) or str(item["message"]).strip().lower() == _SUCCESS


def property_ids(wire: Wire) -> list[str]:
    return [str(row["PropertyID"]) for row in properties(wire, None) if row.get("PropertyID")]


def properties(wire: Wire, id: str | None) -> list[WireRecord]:
    found = ask(wire, "properties/getProperties", {"propertyIds": id})
    return list(many(found.get("PhysicalProperty"), "Property"))


def list_properties(wire: Wire, query: Query, cursor: str | None) -> Page:
    return Page(items=properties(wire, None))


def get_property(wire: Wire, id: str) -> WireRecord:
    (number,) = split(id, 1)
    return only([row for row in properties(wire, number) if str(row.get("PropertyID")) == number], id)


def under_property(rows: Rows) -> ListVerb:
    """Everything of a property in one page, as Entrata cannot page it; of all properties where none is named."""

    def read(wire: Wire, query: Query, cursor: str | None) -> Page:
        places = [split(query.parent, 1)[0]] if query.parent else property_ids(wire)
        return Page(items=[row for place in places for row in rows(wire, place, None)])

    return read


def in_batches(rows: Callable[[Wire, Sequence[str]], Sequence[WireRecord]]) -> ListVerb:
    """A page for each twenty properties, as some methods take several at once; the cursor names those left."""

    def read(wire: Wire, query: Query, cursor: str | None) -> Page:
        places = [query.parent] if query.parent else cursor.split(",") if cursor else property_ids(wire)
        return Page(items=rows(wire, places[:BATCH]), next=",".join(places[BATCH:]) or None)

    return read


def one_of(rows: Rows, key: Callable[[WireRecord], Any]) -> GetVerb:
    """One record by property and number."""

    def read(wire: Wire, id: str) -> WireRecord:
        place, number = split(id)
        return only([row for row in rows(wire, place, number) if str(key(row)) == number], id)

    return read


def only(rows: Sequence[WireRecord], id: str) -> WireRecord:
    if not rows:
        raise NotFound(f"Entrata has no record {id}.")
    return rows[0]


def units_in(wire: Wire, places: Sequence[str]) -> list[WireRecord]:
    """The units of several properties, in one call."""
    if not places:
        return []
    found = ask(wire, "propertyunits/getPropertyUnits", {"propertyIds": ",".join(places)})
    return [
        {**row, "propertyId": str(each.get("propertyId") or places[0])}
        for each in many(found.get("properties"), "property")
        for row in many(each.get("units"), "unit")
    ]


def units(wire: Wire, place: str, id: str | None) -> list[WireRecord]:
    return [{**row, "propertyId": place} for row in units_in(wire, [place])]


def buildings_in(wire: Wire, places: Sequence[str]) -> list[WireRecord]:
    """Entrata has no resource of buildings: each unit names its own."""
    named = {
        (row["propertyId"], str(row["buildingId"])): row for row in units_in(wire, places) if row.get("buildingId")
    }
    return [
        {"propertyId": place, "buildingId": number, "buildingName": row.get("buildingName")}
        for (place, number), row in named.items()
    ]


def buildings(wire: Wire, place: str, id: str | None) -> list[WireRecord]:
    return buildings_in(wire, [place])


def leases(wire: Wire, place: str, id: str | None) -> list[WireRecord]:
    found = ask(wire, "leases/getLeases", {"propertyId": int(place), "leaseIds": id}, "r2")
    return [{**row, "propertyId": place} for row in many(found.get("leases"), "lease")]


def customers(wire: Wire, place: str, id: str | None) -> list[WireRecord]:
    found = ask(wire, "customers/getCustomers", {"propertyId": int(place), "customerIds": id})
    return [{**row, "propertyId": place} for row in many(found.get("Customers"), "Customer")]


def leads(wire: Wire, place: str, id: str | None, **filters: str) -> list[WireRecord]:
    """Leads must be asked for by something; all of them are those of all days."""
    asked: dict[str, Any] = {"leadId": int(id)} if id else {"fromDate": EARLIEST, "toDate": LATEST}
    found = ask(wire, "leads/getLeads", {"propertyId": int(place), **asked, **filters})
    return [{**row, "propertyId": place} for row in many(found.get("prospects"), "prospect")]


def showings(wire: Wire, place: str, lead: str | None) -> list[WireRecord]:
    """The appointments among the events of leads, each with its lead; other events come only by their type's id."""
    found = ask(wire, "leads/getLeadPickLists", {"propertyId": int(place)}, "r2")
    kinds = [
        str(row["id"])
        for row in (each.get("@attributes", each) for each in many(found.get("eventTypes"), "eventType"))
        if re.search(r"appointment|tour|showing", str(row.get("name")), re.I)
    ]
    if not kinds:
        return []
    rows = leads(wire, place, lead, eventTypeIds=",".join(kinds[:5]))
    return [
        {**event, "propertyId": place, "applicationId": row["applicationId"]}
        for row in rows
        for event in many(row.get("events"), "event")
        if event.get("appointmentDate")
    ]


def get_showing(wire: Wire, id: str) -> WireRecord:
    place, lead, event = split(id, 3)
    return only([row for row in showings(wire, place, lead) if str(row.get("eventId")) == event], id)


def ledgers(wire: Wire, place: str, id: str | None) -> list[WireRecord]:
    params = {"propertyId": int(place), "leaseIds": id, "showFullLedger": 1}
    found = ask(wire, "artransactions/getLeaseArTransactions", params)
    return [{**row, "propertyId": place} for row in many(found.get("leases"), "lease")]


def ledgers_of(lease: WireRecord) -> list[WireRecord]:
    """Beside the customers of a lease, or within each of them."""
    people = lease.get("customers")
    holders = [people, *many(people, "customer")] if isinstance(people, Mapping) else many(people, "customer")
    return [row for holder in holders for row in many(holder.get("ledgers"), "ledger")]


def transactions(wire: Wire, place: str, lease: str | None) -> list[WireRecord]:
    """The rows of the ledgers of a property's leases, or of one, each with its lease."""
    return [
        {**row, "propertyId": place, "leaseId": str(held["id"])}
        for held in ledgers(wire, place, lease)
        if lease in (None, str(held["id"]))
        for ledger in ledgers_of(held)
        for row in many(ledger.get("transactions"), "transaction")
    ]


def charges(wire: Wire, place: str, lease: str | None) -> list[WireRecord]:
    return [row for row in transactions(wire, place, lease) if not row.get("arPaymentId")]


def payments(wire: Wire, place: str, lease: str | None) -> list[WireRecord]:
    """The transactions that name a payment (which of Entrata's twelve types are payments is not documented)."""
    return [row for row in transactions(wire, place, lease) if row.get("arPaymentId")]


def under_lease(rows: Rows) -> ListVerb:
    """Everything of a lease in one page; what Entrata tells of one lease at a time only (contract 13)."""

    def read(wire: Wire, query: Query, cursor: str | None) -> Page:
        return Page(items=rows(wire, *split(query.parent)) if query.parent else [])

    return read


def one_under_lease(rows: Rows, key: str) -> GetVerb:
    def read(wire: Wire, id: str) -> WireRecord:
        place, lease, number = split(id, 3)
        return only([row for row in rows(wire, place, lease) if str(row.get(key)) == number], id)

    return read


def activities(*kinds: int) -> Rows:
    """What was logged on a lease, of these event types."""

    def read(wire: Wire, place: str, number: str | None) -> list[WireRecord]:
        if number is None:
            return []
        types = ",".join(map(str, kinds))
        params = {"propertyId": int(place), "leaseId": int(number), "eventTypeIds": types}
        rows = many(ask(wire, "leases/getLeaseActivities", params).get("events"), "event")
        kept = [row for row in rows if str(row.get("leaseId", number)) == number]
        return [{**row, "propertyId": place, "leaseId": number} for row in kept]

    return read


def vendors(wire: Wire, id: str | None) -> list[WireRecord]:
    return list(many(ask(wire, "vendors/getVendors", {"vendorIds": id}).get("vendors"), "vendor"))


def list_vendors(wire: Wire, query: Query, cursor: str | None) -> Page:
    return Page(items=vendors(wire, None))


def get_vendor(wire: Wire, id: str) -> WireRecord:
    (number,) = split(id, 1)
    return only([row for row in vendors(wire, number) if str(row.get("id")) == number], id)


def order_picks(wire: Wire) -> Mapping[str, Any]:
    return ask(wire, "maintenance/getWorkOrderPickLists", {"propertyIds": ",".join(property_ids(wire))})


def list_staff(wire: Wire, query: Query, cursor: str | None) -> Page:
    return Page(items=many(order_picks(wire).get("CompanyEmployees"), "CompanyEmployee"))


def get_staff(wire: Wire, id: str) -> WireRecord:
    (number,) = split(id, 1)
    return only([row for row in list_staff(wire, Query(), None).items if str(row.get("Id")) == number], id)


def orders(wire: Wire, place: str, id: str | None, **filters: Any) -> list[WireRecord]:
    """Work orders of a property with the id of their unit, which Entrata names by building and number only."""
    rows = _orders(wire, place, workOrderId=int(id) if id else None, **filters)
    return _placed(rows, units(wire, place, None) if any(row.get("unitNumber") for row in rows) else [])


def orders_in(wire: Wire, places: Sequence[str]) -> list[WireRecord]:
    """The same of several properties, whose units are read in one call."""
    rows = [row for place in places for row in _orders(wire, place)]
    return _placed(rows, units_in(wire, places) if any(row.get("unitNumber") for row in rows) else [])


def _orders(wire: Wire, place: str, **filters: Any) -> list[WireRecord]:
    """Work orders, each with its vendor where our own line in its text names one and Entrata confirms it.

    Entrata never shows the vendor, but finds orders by it (contract 13, getWorkOrders).
    """
    asked = {"propertyId": int(place), **filters}
    rows = many(ask(wire, "maintenance/getWorkOrders", asked).get("workOrders"), "workOrder")
    held: dict[str, set[str]] = {}
    for vendor in {vendor for row in rows if (vendor := vendor_named(row))}:
        found = ask(wire, "maintenance/getWorkOrders", {**asked, "vendorId": int(vendor)})
        held[vendor] = {str(row.get("maintenanceRequestId")) for row in many(found.get("workOrders"), "workOrder")}
    return [{**row, "propertyId": place, "vendorId": _confirmed(row, held)} for row in rows]


def _confirmed(order: WireRecord, held: Mapping[str, set[str]]) -> str | None:
    vendor = vendor_named(order)
    return vendor if vendor and str(order.get("maintenanceRequestId")) in held[vendor] else None


def _placed(rows: Sequence[WireRecord], homes: Sequence[WireRecord]) -> list[WireRecord]:
    near: dict[str, list[WireRecord]] = {}
    for home in homes:
        near.setdefault(home["propertyId"], []).append(home)
    return [{**row, "unitId": _unit_of(row, near.get(row["propertyId"], []))} for row in rows]


def _unit_of(order: WireRecord, homes: Sequence[WireRecord]) -> str | None:
    """The unit of that number, in that building where it is named; None where two would do."""
    number, building = str(order.get("unitNumber") or ""), str(order.get("buildingName") or "")
    same = [row for row in homes if number and str(row.get("unitNumber")) == number]
    exact = [row for row in same if building and str(row.get("buildingName")) == building] or same
    return str(exact[0]["id"]) if len(exact) == 1 else None
