"""Reading Rentvine: numbered pages of bare arrays, and the reads that need more than one call (contract 3, 5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

from rooftree.connectors import rest
from rooftree.connectors.base import ListVerb, Page, Query, Request, Wire, WireRecord
from rooftree.connectors.rest import Params, Since
from rooftree.connectors.values import to_text
from rooftree.errors import NotFound, Unreadable

BASE = "/api/manager"
PAGE, EXPORT_PAGE = 250, 1_000
VENDOR_PAGE = 50
"""Vendors per page: each costs one more call, as only its detail names trades, code and website."""
ZONE_MARGIN = timedelta(hours=26)
"""Times in filters have no zone and nobody says which is meant: reaching back a day and an hour or two misses none."""

WORK_ORDER, FILE_OBJECTS = "work_order", {"lease": "4", "property": "6", "unit": "7", "work_order": "16"}
"""Record -> object type of what a file can hang on."""


def listing(path: str, *, since: Since = rest.nothing_since, params: Params = (), most: int = PAGE) -> ListVerb:
    """A list of Rentvine's. `pageSize` is heeded, `limit` would be ignored silently; the headers say the real size."""
    return rest.page_list(
        f"{BASE}{path}",
        most=most,
        size_param="pageSize",
        page_param="page",
        since=since,
        params=params,
        total_header="pagination-total-items",
        size_header="pagination-page-size",
    )


def every(wire: Wire, verb: ListVerb) -> Iterator[WireRecord]:
    """All rows of a list, page after page."""
    cursor: str | None = None
    while True:
        page = verb(wire, Query(), cursor)
        yield from page.items
        if (cursor := page.next) is None:
            return


def changed_units(query: Query) -> Params:
    """The one documented filter by change."""
    bounds = (("dateTimeModifiedMin", query.since, -ZONE_MARGIN), ("dateTimeModifiedMax", query.until, ZONE_MARGIN))
    return [
        (name, (moment + margin).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"))
        for name, moment, margin in bounds
        if moment
    ]


list_exported_leases = listing("/leases/export", most=EXPORT_PAGE)
list_trades = listing("/maintenance/vendor-trades")
list_statuses = listing("/maintenance/work-order/statuses")
_list_vendors = listing("/vendors", most=VENDOR_PAGE)
get_vendor = rest.get(f"{BASE}/vendors/{{id}}")
_get_contact = rest.get(f"{BASE}/contacts/{{id}}")
_get_property = rest.get(f"{BASE}/properties/{{id}}")
_get_portfolio = rest.get(f"{BASE}/portfolios/{{id}}?includes=owners")
_get_file = rest.get(f"{BASE}/files/{{id}}?includes=attachment")


def get_lease(wire: Wire, id: str) -> WireRecord:
    """One row of the export, which tells more than `/leases/{id}`; raises NotFound.

    A filter that Rentvine ignored would answer with other leases, so the row must say that it is the one.
    """
    if not (id.isascii() and id.isdigit()):
        raise NotFound(f"Rentvine has no lease {id[:40]!r}: its ids are numbers.")
    params = [("leaseIDs[]", id), ("page", "1"), ("pageSize", "2")]
    rows = wire.read(Request(method="GET", path=f"{BASE}/leases/export", params=params)).data
    if not isinstance(rows, list):
        raise Unreadable("Rentvine did not answer with a list.")
    found = next((row for row in rows if str(row["lease"]["leaseID"]) == id), None)
    if found is not None:
        return dict(found)
    raise Unreadable("Rentvine ignored the lease that was asked for.") if rows else NotFound(f"There is no lease {id}.")


def residents_of(row: WireRecord) -> Sequence[WireRecord]:
    """The tenants of an exported lease, each with the lease but without its neighbours."""
    lease = {key: value for key, value in row["lease"].items() if key != "tenants"}
    return [{"tenant": tenant, "lease": lease} for tenant in row["lease"].get("tenants") or ()]


def charges_of(row: WireRecord) -> Sequence[WireRecord]:
    """The unpaid charges of an exported lease; `turn` tells charges of one transaction apart."""
    lease = {key: value for key, value in row["lease"].items() if key != "tenants"}
    seen: dict[str, int] = {}
    charges = []
    for charge in row.get("unpaidCharges") or ():
        seen[charge["transactionID"]] = turn = seen.get(charge["transactionID"], 0) + 1
        charges.append({"charge": charge, "lease": lease, "turn": turn})
    return charges


def get_resident(wire: Wire, id: str) -> WireRecord:
    """The tenant of a lease by "lease:contact"."""
    lease, _, contact = id.partition(":")
    rows = [row for row in residents_of(get_lease(wire, lease)) if str(row["tenant"]["contactID"]) == contact]
    return _only(rows, f"Lease {lease} has no tenant {contact[:20]!r}.")


def get_charge(wire: Wire, id: str) -> WireRecord:
    """An unpaid charge by "lease:transaction" or "lease:transaction:turn"; a paid one is not found any more."""
    lease, _, own = id.partition(":")
    transaction, _, turn = own.partition(":")
    asked = (transaction, int(turn) if turn.isdigit() else 1)
    rows = [
        row for row in charges_of(get_lease(wire, lease)) if (str(row["charge"]["transactionID"]), row["turn"]) == asked
    ]
    return _only(rows, f"Lease {lease} has no unpaid charge {own[:20]!r}.")


def get_property(wire: Wire, id: str) -> WireRecord:
    """A property with its portfolio, as the export shows both."""
    found = _get_property(wire, id)
    portfolio = to_text(found["property"].get("portfolioID"))
    return {**found, **(_get_portfolio(wire, portfolio) if portfolio else {})}


def list_vendors(wire: Wire, query: Query, cursor: str | None) -> Page:
    """A page of vendors, each as its detail tells it."""
    page = _list_vendors(wire, query, cursor)
    return replace(page, items=[get_vendor(wire, str(row["contact"]["contactID"])) for row in page.items])


def get_owner(wire: Wire, id: str) -> WireRecord:
    """A contact that is an owner; raises NotFound for one of another kind."""
    found = _get_contact(wire, id)
    if str(found["contact"].get("contactTypeID") or "1") != "1":
        raise NotFound(f"Contact {id} is no owner.")
    return found


def _files_of(query: Query) -> Params:
    if query.parent is None:
        raise ValueError("Rentvine lists files per record: name one")
    kind = FILE_OBJECTS[query.filters.get("about", WORK_ORDER)]
    return [("objectTypeID", kind), ("objectID", query.parent), ("includes", "attachment")]


list_files = listing("/files", since=_files_of)


def get_file(wire: Wire, id: str) -> WireRecord:
    """A file's row with its bytes under `content`."""
    row = _get_file(wire, id)
    answer = wire.read(Request(method="GET", path=f"{BASE}/files/{id}/download", headers={"accept": "*/*"}))
    return {**row, "content": answer.body}


def _only(rows: Sequence[Any], missing: str) -> WireRecord:
    if not rows:
        raise NotFound(missing)
    return dict(rows[0])
