"""Reading Buildium: offset pages under `X-Total-Count`, and the reads that need more than one call.

Facts from contract 2.4 and 2.7: `limit` up to 1000, `offset` from zero, a page is stable only when sorted on Id, a
query string may be 4096 characters long, and "updated since" is a date for some lists and a time for others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal

from rooftree.connectors.base import GetVerb, ListVerb, Page, Query, Request, Wire, WireRecord
from rooftree.connectors.buildium.wire import iso_instant
from rooftree.errors import NotFound, Unreadable

MAX_LIMIT = 1000
PAGE = 500
JOIN_PAGE = 200
"""Tasks per page: their ids go into one query string, which may be 4096 characters long."""
VENDOR_PAGE = 50
"""Properties per page: each costs one more call for its preferred vendors."""
OVERLAP = timedelta(seconds=300)

Params = list[tuple[str, str]]
Granularity = Literal["instant", "day"]


def fetch(wire: Wire, path: str, params: Sequence[tuple[str, str]] = ()) -> Any:
    """The decoded answer of one GET."""
    return wire.read(Request(method="GET", path=path, params=params)).data


def window(query: Query, name: str | None, by: Granularity = "instant") -> Params:
    """The updated-since parameters: 5 minutes wider for a time, a whole day wider for a date (its zone is untold)."""
    if name is None:
        return []
    bounds = ((name, query.since, -1), (name.replace("from", "to"), query.until, 1))
    return [(each, _bound(moment, sign, by)) for each, moment, sign in bounds if moment is not None]


def _bound(moment: datetime, sign: int, by: Granularity) -> str:
    if by == "day":
        return (moment + sign * timedelta(days=1)).date().isoformat()
    return iso_instant(moment + sign * OVERLAP)


def page(
    wire: Wire, path: str, params: Params, query: Query, cursor: str | None, limit: int, order: str | None
) -> Page:
    """One page at the offset in `cursor`; the first names the offsets of all others."""
    offset, size = int(cursor or 0), max(1, min(query.page_size or limit, limit))
    sort = [("orderby", f"{order} asc")] if order else []
    answer = wire.read(
        Request(method="GET", path=path, params=[*params, *sort, ("limit", str(size)), ("offset", str(offset))])
    )
    if not isinstance(answer.data, list):
        raise Unreadable("Buildium did not answer with a list", status=answer.status)
    total = int(answer.headers["x-total-count"]) if answer.headers.get("x-total-count", "").isdigit() else None
    following = offset + size
    more = following < total if total is not None else len(answer.data) == size
    return Page(
        items=answer.data,
        next=str(following) if more else None,
        total=total,
        ahead=[str(each) for each in range(following, total or 0, size)] if offset == 0 else (),
    )


def every(wire: Wire, path: str, params: Params | None = None, order: str | None = "Id") -> Iterator[WireRecord]:
    """All records of a short list, page after page."""
    cursor: str | None = None
    while True:
        found = page(wire, path, params or [], Query(), cursor, MAX_LIMIT, order)
        yield from found.items
        if (cursor := found.next) is None:
            return


def listing_of(
    path: str,
    *,
    since: str | None = None,
    by: Granularity = "instant",
    params: Sequence[tuple[str, str]] = (),
    limit: int = PAGE,
    order: str | None = "Id",
) -> ListVerb:
    """The list verb of a plain collection; `since` names its updated-since parameter."""

    def read(wire: Wire, query: Query, cursor: str | None) -> Page:
        return page(wire, path, [*params, *window(query, since, by)], query, cursor, limit, order)

    return read


def one_of(path: str) -> GetVerb:
    """The get verb of a plain collection: `path` with `{id}`."""

    def read(wire: Wire, id: str) -> WireRecord:
        return record(fetch(wire, path.format(id=number(id))))

    return read


def record(data: Any) -> dict[str, Any]:
    """The answer as one record; raises Unreadable."""
    if not isinstance(data, dict):
        raise Unreadable("Buildium did not answer with a record")
    return data


def number(id: str) -> str:
    """An id that is safe in a path; raises NotFound for one that Buildium cannot have."""
    if not (id.isascii() and id.isdigit()):
        raise NotFound(f"Buildium has no record {id[:40]!r}: its ids are numbers")
    return id


def under(parent: str, path: str, key: str, *, params: Sequence[tuple[str, str]] = ()) -> ListVerb:
    """The list verb of a collection under a `parent`; each item learns its parent's id as `key`."""

    def read(wire: Wire, query: Query, cursor: str | None) -> Page:
        if query.parent is None:
            raise ValueError(f"Buildium lists these per {parent}: name one")
        found = page(wire, path.format(parent=number(query.parent)), [*params], query, cursor, PAGE, "Id")
        return reshaped(found, lambda item: {**item, key: query.parent})

    return read


def reshaped(found: Page, shape: Callable[[WireRecord], WireRecord]) -> Page:
    """The page with each item in another shape."""
    return replace(found, items=[shape(item) for item in found.items])


def list_properties(wire: Wire, query: Query, cursor: str | None) -> Page:
    """A page of rentals, each with its preferred vendors (one call per property, contract 3.1)."""
    found = page(wire, "/v1/rentals", window(query, "lastupdatedfrom"), query, cursor, VENDOR_PAGE, "Id")
    return reshaped(found, lambda item: _with_vendors(wire, item))


def get_property(wire: Wire, id: str) -> WireRecord:
    return _with_vendors(wire, record(fetch(wire, f"/v1/rentals/{number(id)}")))


def _with_vendors(wire: Wire, rental: WireRecord) -> WireRecord:
    return {**rental, "Vendors": list(every(wire, f"/v1/rentals/{rental['Id']}/vendors"))}


def checklist(property_id: str, unit_id: str | None) -> str:
    """Where the amenity checklist of a unit, or else of the property, is read and put whole."""
    home = f"units/{number(unit_id)}" if unit_id else number(property_id)
    return f"/v1/rentals/{home}/amenities"


def list_amenities(wire: Wire, query: Query, cursor: str | None) -> Page:
    """The checklist of a property, or of one unit with the filter `unit_id`."""
    if query.parent is None:
        raise ValueError("Buildium lists amenities per property: name one")
    unit = query.filters.get("unit_id")
    items = _features(record(fetch(wire, checklist(query.parent, unit))), query.parent, unit)
    return Page(items=items, total=len(items))


def get_amenity(wire: Wire, id: str) -> WireRecord:
    """One word of a checklist by "property/1/Pool" or "unit/1/Balcony"; a unit is asked for its property."""
    kind, _, rest = id.partition("/")
    home, _, word = rest.partition("/")
    unit = home if kind == "unit" else None
    place = str(record(fetch(wire, f"/v1/rentals/units/{number(home)}"))["PropertyId"]) if unit else home
    rows = _features(record(fetch(wire, checklist(place, unit))), place, unit)
    found = next((row for row in rows if row["Feature"] == word), None)
    if found is None:
        raise NotFound(f"Buildium's checklist of {kind[:20]} {home} does not have {word[:40]!r} ticked")
    return found


def _features(checklist: WireRecord, property_id: str, unit_id: str | None) -> list[WireRecord]:
    words = dict.fromkeys([*(checklist.get("Features") or ()), *(checklist.get("IncludedInRent") or ())])
    return [{"PropertyId": property_id, "UnitId": unit_id, "Feature": word} for word in words]


def list_applications(wire: Wire, query: Query, cursor: str | None) -> Page:
    """The applications of a page of applicants; the filled-in forms (SSN, income, history) are never asked for."""
    # All are read: nothing says that an application's change is also its applicant's.
    found = page(wire, "/v1/applicants", [], query, cursor, PAGE, "Id")
    rows = [_application(each, row) for each in found.items for row in each.get("Applications") or ()]
    # The total counts applicants, so it says nothing of applications.
    return Page(items=rows, next=found.next, ahead=found.ahead)


def get_application(wire: Wire, id: str) -> WireRecord:
    """One application by "applicant:application", from its applicant."""
    applicant_id, _, application_id = id.partition(":")
    applicant = record(fetch(wire, f"/v1/applicants/{number(applicant_id)}"))
    rows = [row for row in applicant.get("Applications") or () if str(row["Id"]) == application_id]
    if not rows:
        raise NotFound(f"Buildium applicant {applicant_id} has no application {application_id[:20]!r}")
    return _application(applicant, rows[0])


def _application(applicant: WireRecord, row: WireRecord) -> WireRecord:
    return {**row, "Applicant": {key: applicant.get(key) for key in ("Id", "PropertyId", "UnitId")}}


def get_balance(wire: Wire, id: str) -> WireRecord:
    """What a lease owes; raises NotFound where it owes nothing, as Buildium lists only debts (contract 3.15)."""
    rows = fetch(wire, "/v1/leases/outstandingbalances", [("leaseids", number(id))])
    if not rows:
        raise NotFound(f"Buildium lists no outstanding balance for lease {id}")
    return record(rows[0])


def get_under(path: str, key: str) -> GetVerb:
    """The get verb of a record whose id is "parent:own"; it learns its parent's id as `key`."""

    def read(wire: Wire, id: str) -> WireRecord:
        parent, _, own = id.partition(":")
        return {**record(fetch(wire, path.format(parent=number(parent), id=number(own)))), key: parent}

    return read
