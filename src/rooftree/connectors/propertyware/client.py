"""What is odd about reading Propertyware: numbers as ids, residents inside leases, remarks as tasks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from rooftree.connectors import rest
from rooftree.connectors.base import GetVerb, ListVerb, Page, Query, Request, Wire, WireRecord
from rooftree.errors import InvalidInput, NotFound

BASE = "/pw/api/rest/v1"
MOST = 500
_ALL = {
    "buildings": [("includeDeactivated", "true"), ("includeCustomFields", "true")],
    "units": [("includeDeactivated", "true"), ("includeCustomFields", "true")],
    "leases": [("includeCustomFields", "true"), ("includeOtherBalances", "true")],
    "contacts": [("includeCustomFields", "true")],
    "vendors": [("includeCustomFields", "true")],
    "workorders": [("includeCustomFields", "true")],
    "prospects": [("includeCustomFields", "true")],
}


def since(query: Query) -> rest.Params:
    """Second precision, in UTC; deletions never show (contract 2.5)."""
    pairs = (("lastModifiedDateTimeStart", query.since), ("lastModifiedDateTimeEnd", query.until))
    return [(name, iso(at)) for name, at in pairs if at is not None]


def iso(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def listing(collection: str, *params: tuple[str, str]) -> ListVerb:
    """All records of a collection by id, with custom fields and what was deactivated."""
    more = [*_ALL.get(collection, ()), *params, ("orderby", "id asc")]
    return rest.offset_list(f"{BASE}/{collection}", most=MOST, since=since, params=more)


def one_of(collection: str, kind: str | None = None) -> GetVerb:
    """One record by its number; a contact of another `kind` is not found."""
    asked = "&".join(f"{name}={value}" for name, value in _ALL.get(collection, ()) if name != "includeDeactivated")
    read = rest.get(f"{BASE}/{collection}/{{id}}" + (f"?{asked}" if asked else ""))

    def get(wire: Wire, id: str) -> WireRecord:
        row = read(wire, number(id))
        if kind is not None and row.get("type") != kind:
            raise NotFound(f"The contact {id} is no {kind.lower()}.")
        return row

    return get


def number(id: str) -> str:
    """The id; raises NotFound for one that cannot be Propertyware's."""
    if not (id.isascii() and id.isdigit()):
        raise NotFound(f"Propertyware has no record {id[:40]!r}: its ids are numbers.")
    return id


def every(wire: Wire, verb: ListVerb, query: Query | None = None) -> Iterator[WireRecord]:
    cursor: str | None = None
    while True:
        page = verb(wire, query or Query(), cursor)
        yield from page.items
        if (cursor := page.next) is None:
            return


def residents_of(lease: WireRecord) -> list[WireRecord]:
    """The people of a lease: whoever is on two leases is two residents, each with the place."""
    return [{"Lease": lease, "Contact": contact} for contact in lease.get("contacts") or ()]


def get_resident(wire: Wire, id: str) -> WireRecord:
    lease_id, _, contact_id = id.partition(":")
    number(contact_id)
    people = residents_of(one_of("leases")(wire, lease_id))
    found = next((each for each in people if str(each["Contact"]["id"]) == contact_id), None)
    if found is None:
        raise NotFound(f"There is no resident {id[:40]!r}.")
    return found


def list_tasks(wire: Wire, query: Query, cursor: str | None) -> Page:
    """The tasks of the work order `query.parent`, each with its number."""
    order = number(query.parent or "")
    verb = rest.offset_list(f"{BASE}/workorders/{order}/tasks", most=MOST, since=since)
    page = verb(wire, query, cursor)
    rows = [{**row, "WorkOrderId": order} for row in page.items]
    return Page(items=rows, next=page.next, total=page.total, ahead=page.ahead)


def get_task(wire: Wire, id: str) -> WireRecord:
    """From the work order's own list, as the answer for a single task is declared a list (contract 3.7)."""
    order, _, task = id.partition(":")
    number(task)
    found = next((row for row in every(wire, list_tasks, Query(parent=order)) if str(row["id"]) == task), None)
    if found is None:
        raise NotFound(f"There is no task {id[:40]!r}.")
    return found


CONVERSATIONS = {
    "lease": "leases",
    "guest_card": "prospects",
    "property": "buildings",
    "unit": "units",
    "vendor": "vendors",
    "owner": "contacts",
}
"""Our record -> the collection whose conversations are read; on the first two Rooftree begins some (contract 3.9)."""
NOTES = {"lease": "leases", "property": "buildings"}
"""Where staff keep notes, which can only be read."""


def list_notes(wire: Wire, query: Query, cursor: str | None) -> Page:
    """Remarks on `query.parent`: tasks of a work order, or conversations and notes where the filter `about` says so.

    Staff's notes have no pages and come with the last page of conversations. Raises InvalidInput for another `about`.
    """
    about = query.filters.get("about", "work_order")
    if about == "work_order":
        return list_tasks(wire, query, cursor)
    if about not in CONVERSATIONS:
        raise InvalidInput(f"Propertyware has remarks on work_order, {', '.join(CONVERSATIONS)}", path="about")
    parent = number(query.parent or "")
    base = f"{BASE}/{CONVERSATIONS[about]}/{parent}"
    page = rest.offset_list(f"{base}/conversations", most=MOST, since=since)(wire, query, cursor)
    place = {"About": about, "AboutId": parent}
    items = [{**row, **place, "Kind": "conversation"} for row in page.items]
    if page.next is None and about in NOTES:
        notes = wire.read(Request(method="GET", path=f"{base}/notes")).data or ()
        items += [{**row, **place, "Kind": "note"} for row in notes]
    return Page(items=items, next=page.next, ahead=page.ahead)


def get_note(wire: Wire, id: str) -> WireRecord:
    """A task by "order:task", anything else by "about:record:kind:number", out of its record's list.

    A comment is about a note, the conversation it stands in: "note:lease:1:conversation:2:comment:3".
    """
    about = id.partition(":")[0]
    if about == "note":
        return _comment(wire, *id.removeprefix("note:").rpartition(":comment:")[::2])
    return _remark(wire, id) if about in CONVERSATIONS else get_task(wire, id)


def _comment(wire: Wire, remark: str, own: str) -> WireRecord:
    held = _remark(wire, remark).get("comments") or ()
    found = next((row for row in held if str(row["id"]) == own), None)
    if found is None:
        raise NotFound(f"There is no comment {own[:40]!r} in the conversation {remark[:40]!r}.")
    return {**found, "About": "note", "AboutId": remark, "Kind": "comment"}


def _remark(wire: Wire, id: str) -> WireRecord:
    about, _, rest_of = id.partition(":")
    parent, kind, own = (*rest_of.split(":"), "", "")[:3]
    rows = every(wire, list_notes, Query(parent=number(parent), filters={"about": about}))
    found = next((row for row in rows if (row["Kind"], str(row["id"])) == (kind, own)), None)
    if found is None:
        raise NotFound(f"There is no remark {id[:40]!r}.")
    return found


FILES_OF = {
    "work_order": "WORK_ORDER",
    "property": "BUILDING",
    "unit": "UNIT",
    "lease": "LEASE",
    "vendor": "VENDOR",
    "guest_card": "PROSPECT",
}
"""Our record -> how a list of documents names it; uploads spell it otherwise (contract 3.10)."""


def list_documents(wire: Wire, query: Query, cursor: str | None) -> Page:
    """The documents of the record `query.parent`: a work order, unless the filter `about` names another kind."""
    about = FILES_OF[query.filters.get("about", "work_order")]
    params = [("entityType", about), ("entityId", number(query.parent or ""))]
    return rest.offset_list(f"{BASE}/docs", most=MOST, since=since, params=params)(wire, query, cursor)


def get_document(wire: Wire, id: str) -> WireRecord:
    """A document's row with its bytes under `content`."""
    row = one_of("docs")(wire, id)
    answer = wire.read(Request(method="GET", path=f"{BASE}/docs/{id}/download", headers={"accept": "*/*"}))
    return {**row, "content": answer.body}


def posting(kind: str) -> GetVerb:
    """A charge or payment by "lease:number": no call tells a single one, so it is found among its lease's."""

    def get(wire: Wire, id: str) -> WireRecord:
        lease, _, own = id.partition(":")
        number(own)
        rows = every(wire, listing(f"leases/{kind}", ("leaseID", number(lease))))
        found = next((row for row in rows if str(row["id"]) == own), None)
        if found is None:
            raise NotFound(f"The lease {lease} has no such posting.")
        return found

    return get
