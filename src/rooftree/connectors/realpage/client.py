"""How RealPage is asked: one method, of one site (contract 2, 4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from rooftree.connectors import soap
from rooftree.connectors.base import Context, GetVerb, ListVerb, Page, Query, Request, Wire, WireRecord
from rooftree.connectors.realpage.discovery import check_has
from rooftree.connectors.realpage.manifest import ACTION, AUTH, SPACE
from rooftree.connectors.realpage.wire import split
from rooftree.connectors.soap_order import arranged
from rooftree.errors import NotFound

Rows: TypeAlias = Callable[[Wire, str], Sequence[WireRecord]]
"""Everything of a kind in a site."""


def call(
    operation: str, *own: soap.Node, site: str = "", reads: bool = True, learned: Mapping[str, str] | None = None
) -> Request:
    """A method's call; what `sign` fills in is blank here. `learned`: the options, which know the fields' order."""
    auth = soap.node("auth", *(soap.node(name, site if name == "siteid" else "") for name in AUTH))
    made = soap.Call(operation=operation, namespace=SPACE, parts=(auth, *own), action=f"{ACTION}{operation}")
    return soap.request("", arranged(made, learned or {}), reads=reads)


def site_of(request: Request) -> str:
    """The site that a call is about: each has one call in flight at most (contract 6). Empty for none."""
    parts = request.call.parts if request.call else ()
    auth = (each for part in parts if part.name.lower() == "auth" for each in part.children)
    return next((each.text for each in auth if each.name.lower() == "siteid"), "")


def write(operation: str, *own: soap.Node, site: str, ctx: Context) -> Request:
    """A call that changes something. Raises InvalidInput where the account's services are known to lack it."""
    check_has(operation, ctx.options)
    return call(operation, *own, site=site, reads=False, learned=ctx.options)


def ask(wire: Wire, operation: str, *own: soap.Node, site: str = "") -> soap.Element:
    return soap.result_of(wire.read(call(operation, *own, site=site, learned=wire.options)))


def sites(wire: Wire) -> list[WireRecord]:
    return list(soap.many(ask(wire, "getsitelist"), "SiteList/Site"))


def list_sites(wire: Wire, query: Query, cursor: str | None) -> Page:
    return Page(items=sites(wire))


def get_site(wire: Wire, id: str) -> WireRecord:
    return _only([row for row in sites(wire) if soap.text(row, "SiteID") == id], id)


def under_site(rows: Rows) -> ListVerb:
    """Everything of a site in one page, as nothing can be paged; of all of them where none is named."""

    def read(wire: Wire, query: Query, cursor: str | None) -> Page:
        places = [query.parent] if query.parent else codes(wire)
        return Page(items=[row for place in places for row in rows(wire, place)])

    return read


def across_sites(rows: Rows) -> ListVerb:
    """A page for each site; the cursor names those that are left."""
    listed = under_site(rows)

    def read(wire: Wire, query: Query, cursor: str | None) -> Page:
        first, *rest = [query.parent] if query.parent else cursor.split("\n") if cursor else [*codes(wire), ""]
        left = [each for each in rest if each]
        found = listed(wire, Query(parent=first), None) if first else Page(items=[])
        return Page(items=found.items, next="\n".join(left) or None)

    return read


def one_of(rows: Rows, *key: str) -> GetVerb:
    """One among all of its site, as no method reads one of these alone."""

    def read(wire: Wire, id: str) -> WireRecord:
        site, own = split(id)
        if site not in codes(wire):
            raise NotFound(f"RealPage shows no site {site}.")
        return _only([row for row in rows(wire, site) if soap.text(row, *key) == own], id)

    return read


def codes(wire: Wire) -> list[str]:
    return [code for row in sites(wire) if (code := soap.text(row, "SiteID"))]


def _only(rows: Sequence[WireRecord], id: str) -> WireRecord:
    if not rows:
        raise NotFound(f"RealPage has no record {id}.")
    return rows[0]


def _listed(operation: str, path: str) -> Rows:
    def read(wire: Wire, site: str) -> list[WireRecord]:
        return [{**row, "siteid": site} for row in soap.many(ask(wire, operation, site=site), path)]

    return read


units = _listed("unitlist", "UnitList/Unit")
buildings = _listed("getbuildings", "BuildingList/Building")


_TELLING = ("current", "future lease", "applicant - lease signed", "applicant", "former", "former applicant")
"""Of several leases the one that says what a person or household is now."""


def telling(rows: Sequence[WireRecord]) -> WireRecord:
    def rank(row: WireRecord) -> int:
        word = (soap.text(row, "leasestatus") or "").lower()
        return _TELLING.index(word) if word in _TELLING else len(_TELLING)

    return min(rows, key=rank)


def people(by: str) -> Rows:
    """The rows of the resident list, together where they say the same `by`: one person has a row for each lease."""

    def read(wire: Wire, site: str) -> list[WireRecord]:
        wanted = soap.node("getresidentlistinfo", soap.node("status", "ALL"), soap.node("headofhousehold", "0"))
        found: dict[str, list[Any]] = {}
        for row in soap.many(ask(wire, "getresidentlistinfo", wanted, site=site), "residentlist/resident"):
            found.setdefault(soap.text(row, by) or "", []).append(row)
        return [{"siteid": site, by: code, "rows": rows} for code, rows in found.items()]

    return read
