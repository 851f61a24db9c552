"""Reading AppFolio: filtered lists that name their next page, and the records that are put together from several.

Facts from contract 4 and 6: every list needs a filter, so that reading all asks for what changed since 1970; there
is no record by id, only a list filtered by id; hidden records are shown to those who ask.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from rooftree.connectors import rest
from rooftree.connectors.appfolio.wire import iso_instant
from rooftree.connectors.base import GetVerb, ListVerb, Page, Query, Request, Wire, WireRecord
from rooftree.errors import NotFound, Unreachable, Unreadable

API = "/api/v0/"
PAGE = 1000
JOIN_PAGE = 100
"""Tenants per page where they are grouped: their households' ids go into one query string."""
OVERLAP = timedelta(seconds=300)
EPOCH = "1970-01-01T00:00:00Z"
UNAVAILABLE = 533
"""AppFolio's own status for an answer that it has not prepared (contract 3)."""
HIDDEN = ("filters[IncludeHidden]", "true")
_FIRST_YEAR, _LAST_YEAR = 2008, 2040
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")

Params = Sequence[tuple[str, str]]


def updated_since(query: Query) -> Params:
    """What changed since, five minutes wider; since 1970 where all is asked."""
    return [("filters[LastUpdatedAtFrom]", iso_instant(query.since - OVERLAP) or EPOCH if query.since else EPOCH)]


def of_property(query: Query) -> Params:
    """Lists that are kept per property."""
    return [("filters[PropertyId]", uuid(query.parent or "", "property"))]


def submitted_ever(_query: Query) -> Params:
    """Applications know no change, only the day they came in."""
    return [("filters[SubmittedAtFrom]", EPOCH)]


def listing_of(path: str, *, since: rest.Since = updated_since, params: Params = (), most: int = PAGE) -> ListVerb:
    """The list verb of a plain collection."""
    return rest.next_list(
        API + path,
        most=most,
        size_param="page[size]",
        next_of=rest.next_in_body("next_page_path"),
        since=since,
        params=params,
        rows=rest.under_key("data"),
    )


def one_of(path: str, *, params: Params = ()) -> GetVerb:
    """The get verb of a plain collection: a list filtered by id."""

    def read(wire: Wire, id: str) -> WireRecord:
        found = list(every(wire, path, [("filters[Id]", uuid(id)), *params]))
        return _only(found, id)

    return read


def every(wire: Wire, path: str, params: Params) -> Iterator[WireRecord]:
    """All records of a list, page after page."""
    verb, cursor = listing_of(path, since=lambda _query: params), None
    while True:
        page = verb(wire, Query(), cursor)
        yield from page.items
        if (cursor := page.next) is None:
            return


def uuid(id: str, what: str = "record") -> str:
    """An id that AppFolio can have; raises NotFound for any other."""
    if not _UUID.match(id):
        raise NotFound(f"AppFolio has no {what} {id[:40]!r}: its ids are UUIDs.")
    return id


def _only(found: Sequence[WireRecord], id: str) -> WireRecord:
    if not found:
        raise NotFound(f"AppFolio shows no record {id}.")
    return found[0]


def get_owner(wire: Wire, id: str) -> WireRecord:
    """The one record that AppFolio hands out by its id."""
    found = wire.read(Request(method="GET", path=f"{API}owners/{uuid(id)}")).data
    if not isinstance(found, dict):
        raise Unreadable("AppFolio did not answer with a record.")
    return dict(found)


def list_listings(wire: Wire, query: Query, cursor: str | None) -> Page:
    """Units on the website: `/listings` names neither unit nor property for sure, a unit knows its marketing."""
    page = _UNITS(wire, query, cursor)
    return replace(page, items=[unit for unit in page.items if _is_listed(unit)])


def get_listing(wire: Wire, id: str) -> WireRecord:
    unit = one_of("units", params=[HIDDEN])(wire, id)
    if not _is_listed(unit):
        raise NotFound(f"Unit {id} is not on the website.")
    return unit


def _is_listed(unit: WireRecord) -> bool:
    return bool(unit.get("PostedToWebsite")) and not unit.get("HiddenAt")


_UNITS = listing_of("units", params=[HIDDEN])
_TENANTS = listing_of("tenants", params=[HIDDEN], most=JOIN_PAGE)
_LEASES = listing_of("leases", most=JOIN_PAGE)


def list_leases(wire: Wire, query: Query, cursor: str | None) -> Page:
    """Households: tenants grouped by their occupancy, with its agreements; the cursor is "stretch|page".

    A full scan gives a household where its first tenant stands; asked for changes, it is given for any tenant or
    agreement that changed, so agreements are a second stretch.
    """
    stretch, _, at = (cursor or "tenants|").partition("|")
    page = (_TENANTS if stretch == "tenants" else _LEASES)(wire, query, at or None)
    ids = list(dict.fromkeys(str(row["OccupancyId"]) for row in page.items if row.get("OccupancyId")))
    joined = households(wire, ids)
    if query.since is None:
        here = {row["Id"] for row in page.items}
        joined = [each for each in joined if each["Tenants"][0]["Id"] in here]
    if page.next:
        return Page(items=joined, next=f"{stretch}|{page.next}")
    return Page(items=joined, next="leases|" if stretch == "tenants" and query.since else None)


def get_lease(wire: Wire, id: str) -> WireRecord:
    """A household by its occupancy; "lease:..." asks by the agreement's id, as its webhooks do."""
    kind, _, own = id.rpartition(":")
    if kind == "lease":
        agreement = _only(list(every(wire, "leases", [("filters[LeaseId]", uuid(own))])), id)
        own = str(agreement.get("OccupancyId") or "")
    return _only(households(wire, [uuid(own)]) if not kind or kind == "lease" else [], id)


def households(wire: Wire, ids: Sequence[str]) -> list[WireRecord]:
    """`{"Id", "Tenants": primary first, "Leases": oldest first}` for each occupancy that has people."""
    if not ids:
        return []
    named = ("filters[OccupancyId]", ",".join(ids))
    tenants = _grouped(every(wire, "tenants", [named, HIDDEN]))
    leases = _grouped(every(wire, "leases", [named]))
    return [
        {
            "Id": id,
            "Tenants": sorted(tenants[id], key=lambda row: (not row.get("PrimaryTenant"), str(row["Id"]))),
            "Leases": sorted(leases.get(id, ()), key=lambda row: (str(row.get("StartOn") or ""), str(row["Id"]))),
        }
        for id in ids
        if id in tenants
    ]


def _grouped(rows: Iterable[WireRecord]) -> dict[str, list[WireRecord]]:
    found: dict[str, list[WireRecord]] = {}
    for row in rows:
        found.setdefault(str(row.get("OccupancyId")), []).append(row)
    return found


get_property = one_of("properties", params=[HIDDEN])


def of_known_property(verb: ListVerb) -> ListVerb:
    """A list per property; AppFolio answers a property that it does not have as one that has nothing."""
    return rest.under_known(verb, get_property)


def list_balances(wire: Wire, query: Query, cursor: str | None) -> Page:
    """What the households of a property owe: their delinquent charges, added up."""
    place = uuid(query.parent or "", "property")
    charges = _grouped(every(wire, "delinquent_charges", [("filters[PropertyId]", place)]))
    items = [{"Id": id, "PropertyId": place, "Charges": rows} for id, rows in charges.items()]
    return Page(items=items, total=len(items))


def get_balance(wire: Wire, id: str) -> WireRecord:
    """What one household owes; raises NotFound where it owes nothing."""
    place = get_lease(wire, uuid(id))["Tenants"][0].get("PropertyId")
    found = list_balances(wire, Query(parent=str(place or "")), None).items
    return _only([row for row in found if row["Id"] == id], id)


_ORDERS = listing_of("work_orders")


def list_work_orders(wire: Wire, query: Query, cursor: str | None) -> Page:
    """Work orders; year by year of their creation where a large database will not prepare them all (533)."""
    if cursor and cursor.startswith("year|"):
        return _of_year(wire, query, cursor)
    try:
        return _ORDERS(wire, query, cursor)
    except Unreachable as error:
        if error.status != UNAVAILABLE or query.since is not None or cursor is not None:
            raise
    return _of_year(wire, query, f"year|{_FIRST_YEAR}|")


def _of_year(wire: Wire, query: Query, cursor: str) -> Page:
    _, year, at = cursor.split("|", 2)
    page = listing_of("work_orders", since=lambda _query: _window(int(year)))(wire, query, at or None)
    if page.next:
        return replace(page, next=f"year|{year}|{page.next}")
    return replace(page, next=f"year|{int(year) + 1}|" if int(year) < _LAST_YEAR else None)


def _window(year: int) -> Params:
    """A year; the first reaches back to the beginning, the last has no end."""
    begins = EPOCH if year == _FIRST_YEAR else f"{year}-01-01T00:00:00Z"
    ends = [("filters[CreatedAtTo]", f"{year + 1}-01-01T00:00:00Z")] if year < _LAST_YEAR else []
    return [("filters[CreatedAtFrom]", begins), *ends]


def appliances(unit: WireRecord) -> list[dict[str, Any]]:
    """What a unit comes with, one row each."""
    named = dict.fromkeys(str(name) for name in unit.get("AppliancesIncluded") or () if name)
    place = {"UnitId": unit["Id"], "PropertyId": unit["PropertyId"]}
    return [{"Id": f"{unit['Id']}/{name}", **place, "Name": name} for name in named]
