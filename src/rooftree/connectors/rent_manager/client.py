"""Reading Rent Manager: pages by number, the people of an account, and what hangs on a record (contract 2.4, 3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from rooftree.connectors import rest
from rooftree.connectors.base import GetVerb, ListVerb, Page, Query, Request, Wire, WireRecord
from rooftree.connectors.rent_manager.wire import contact_of, rows
from rooftree.errors import NotFound, Unreadable

PAGE = 1_000
SOME = 200
"""Accounts asked for by number in one call: their numbers stand in the address."""
A_DAY = timedelta(days=1)
CONTACTS = "Contacts,Contacts.PhoneNumbers"
HOMES = {
    "work_order": "ServiceManagerIssues",
    "resident": "Tenants",
    "guest_card": "Prospects",
    "owner": "Owners",
    "vendor": "Vendors",
}
"""Record -> where its history is read."""
ENTITIES = {
    "servicemanagerissue": "work_order",
    "serviceissue": "work_order",
    "issue": "work_order",
    "tenant": "resident",
    "prospect": "guest_card",
    "owner": "owner",
    "vendor": "vendor",
}
"""EntityType of a history item, without its spaces -> record (the exact words are unsure)."""


def since(query: Query) -> rest.Params:
    """UpdateDate is the location's local time without a zone (unsure which): a day earlier covers every zone."""
    return () if query.since is None else (("filters", changed_since(query)),)


def since_of(narrowed: str) -> rest.Since:
    """The same for a list that holds more than we want; filters of one call stand in one parameter."""

    def params(query: Query) -> rest.Params:
        return (("filters", f"{narrowed};{changed_since(query)}" if query.since else narrowed),)

    return params


def changed_since(query: Query) -> str:
    assert query.since is not None
    return f"UpdateDate,ge,{query.since - A_DAY:%Y-%m-%dT%H:%M:%S}"


def listing(path: str, embeds: str = "", since: rest.Since = since, params: rest.Params = ()) -> ListVerb:
    """A list. `embeds` is plural: the old `embed` is answered with empty arrays, silently."""
    asked = [*params, *([("embeds", embeds)] if embeds else [])]
    return rest.page_list(
        path,
        most=PAGE,
        size_param="pagesize",
        page_param="pagenumber",
        total_header="x-total-results",
        since=since,
        params=asked,
    )


def one(path: str, embeds: str = "") -> GetVerb:
    """A record by its number; raises NotFound for an id that is none."""
    read = rest.get(path + "/{id}" + (f"?embeds={embeds}" if embeds else ""))

    def by_number(wire: Wire, id: str) -> WireRecord:
        if not (id.isascii() and id.isdigit() and int(id)):
            raise NotFound(f"Rent Manager has no record {id[:40]!r}: its ids are numbers.")
        return read(wire, id)

    return by_number


def every(wire: Wire, path: str, embeds: str = "", filters: str = "") -> Iterator[WireRecord]:
    """All rows of a list, page after page."""
    verb = listing(path, embeds, params=[("filters", filters)] if filters else [])
    cursor: str | None = None
    while True:
        page = verb(wire, Query(), cursor)
        yield from page.items
        if (cursor := page.next) is None:
            return


def people(path: str, key: str, kind: str, embeds: str = CONTACTS) -> ListVerb:
    """Accounts with their contacts. A changed contact does not move its account's UpdateDate (unsure), so what
    changed is asked for twice: accounts, then the accounts of contacts that changed.
    """
    own = listing(path, embeds)

    def of_contacts(wire: Wire, query: Query, cursor: str | None) -> Page:
        narrowed = [("filters", f"{changed_since(query)};ParentType,eq,{kind}")]
        some = replace(query, since=None, page_size=min(query.page_size or SOME, SOME))
        page = listing("/Contacts", params=narrowed)(wire, some, cursor)
        ids = sorted({int(row["ParentID"]) for row in page.items if row.get("ParentID")})
        wanted = f"{key},in,({','.join(map(str, ids))})"
        return Page(items=list(every(wire, path, embeds, wanted)) if ids else [], next=page.next)

    def read(wire: Wire, query: Query, cursor: str | None) -> Page:
        if query.since is None:
            return own(wire, query, cursor)
        stretch, _, at = (cursor or "own:").partition(":")
        page = (own if stretch == "own" else of_contacts)(wire, query, at or None)
        following = f"{stretch}:{page.next}" if page.next else "contacts:" if stretch == "own" else None
        return Page(items=page.items, next=following)

    return read


TENANT_EMBEDS = f"{CONTACTS},Addresses,Leases,UserDefinedValues"
_TENANT = one("/Tenants", TENANT_EMBEDS)


def residents_of(tenant: WireRecord) -> list[dict[str, Any]]:
    """The people of a tenant account, one row each with just their own contact; the account alone has one too."""
    main = contact_of(tenant)
    others = [row for row in rows(tenant.get("Contacts")) if row is not main]
    whole = {**tenant, "Contacts": [main] if main else []}
    return [whole, *({**tenant, "Contacts": [row], "Other": True} for row in others)]


def get_resident(wire: Wire, id: str) -> WireRecord:
    """A resident by `tenant` or `tenant:contact`; raises NotFound."""
    account, _, contact = id.partition(":")
    found = residents_of(_TENANT(wire, account))
    if not contact:
        return found[0]
    mine = [row for row in found if str(contact_of(row).get("ContactID")) == contact]
    if not mine:
        raise NotFound(f"There is no resident {id[:40]}.")
    return mine[0]


def only(key: str) -> Any:
    """Keeps a row that has this link, for a list that holds several kinds (Appointments)."""
    return lambda row: [row] if row.get(key) else []


def owning(verb: GetVerb, key: str) -> GetVerb:
    """One record of a kind; raises NotFound where it is another kind."""

    def read(wire: Wire, id: str) -> WireRecord:
        row = verb(wire, id)
        if not row.get(key):
            raise NotFound(f"There is no such record {id[:40]}.")
        return row

    return read


def balance_of(tenant: WireRecord) -> list[WireRecord]:
    """The balance row of an account with a lease; what was never let owes no rent."""
    return [tenant] if rows(tenant.get("Leases")) else []


def get_balance(wire: Wire, id: str) -> WireRecord:
    row = one("/Tenants", "Leases")(wire, id)
    if not rows(row.get("Leases")):
        raise NotFound(f"Tenant {id[:40]} has no lease.")
    return row


def get_listing(wire: Wire, id: str) -> WireRecord:
    """The register lists published units and reads none alone."""
    found = next((row for row in every(wire, "/OnlineListingsRegister") if str(row.get("UnitID")) == id), None)
    if found is None:
        raise NotFound(f"There is no listing of unit {id[:40]!r}.")
    return found


def history(wire: Wire, query: Query, cursor: str | None) -> Page:
    """History of a record: `parent` is its id, the filter `about` its name (a work order by default)."""
    about, parent = query.filters.get("about", "work_order"), (query.parent or "").partition(":")[0]
    if about not in HOMES or not (parent.isascii() and parent.isdigit()):
        raise NotFound(f"Rent Manager keeps no history of a {about.replace('_', ' ')} {parent[:40]!r}.")
    verb = listing(f"/{HOMES[about]}/{parent}/History", "HistoryAttachments", since=rest.nothing_since)
    page = verb(wire, query, cursor)
    return replace(page, items=[{**row, "About": about, "AboutId": parent} for row in page.items])


def notes_of(row: WireRecord) -> list[WireRecord]:
    """Whatever is no call; calls are phone logs."""
    return [] if str(row.get("HistoryType") or "").upper() == "CALL" else [row]


def about_of(row: WireRecord) -> Mapping[str, Any]:
    """Where a history item hangs, by its own words; raises Unreadable for a word we do not know."""
    word = str(row.get("EntityType") or "").replace(" ", "").lower()
    if word not in ENTITIES:
        raise Unreadable(f"A history item hangs on a {word or 'nothing'}, which Rooftree does not know.")
    return {**row, "About": ENTITIES[word], "AboutId": str(row.get("ParentID") or "")}


_HISTORY = one("/History", "HistoryAttachments")


def get_note(wire: Wire, id: str) -> WireRecord:
    row = _HISTORY(wire, id)
    if not notes_of(row):
        raise NotFound(f"History item {id[:40]} is a call.")
    return about_of(row)


def list_calls(wire: Wire, query: Query, cursor: str | None) -> Page:
    page = listing("/HistoryCalls")(wire, query, cursor)
    return replace(page, items=[about_of(row) for row in page.items])


def get_call(wire: Wire, id: str) -> WireRecord:
    return about_of(one("/HistoryCalls")(wire, id))


def files_of(row: WireRecord) -> list[WireRecord]:
    """The files on a history item."""
    place = {"HistoryID": row["HistoryID"], "About": row["About"], "AboutId": row["AboutId"]}
    return [{**file, **place} for file in rows(row.get("HistoryAttachments"))]


def get_file(wire: Wire, id: str) -> WireRecord:
    """A file by `history:file`, with its content; raises NotFound."""
    note, _, own = id.partition(":")
    found = [file for file in files_of(about_of(_HISTORY(wire, note))) if own and str(file.get("FileID")) == own]
    if not found:
        raise NotFound(f"There is no file {id[:40]!r}.")
    token = str(found[0].get("Token") or "")
    if not token.isalnum():
        raise Unreadable("Rent Manager tells no download token of the file.")
    return {**found[0], "Content": wire.read(Request(method="GET", path=f"/Download/{token}")).body}
