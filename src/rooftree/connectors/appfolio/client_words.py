"""Reading notes and files, which AppFolio lists per record without saying which (contract 6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rooftree.connectors.appfolio.client import OVERLAP, PAGE, every, listing_of, uuid
from rooftree.connectors.appfolio.wire import iso_instant
from rooftree.connectors.base import Page, Query, Request, Wire, WireRecord
from rooftree.errors import NotFound

NOTE_HOMES = {
    "work_order": ("work_orders", "WorkOrderId"),
    "unit": ("units", "UnitId"),
    "property": ("properties", "PropertyId"),
    "resident": ("tenants", "TenantId"),
    "owner": ("owners", "OwnerId"),
    "vendor": ("vendors", "VendorId"),
    "guest_card": ("leads", "GuestCardId"),
    "application": ("rental_applications", "RentalApplicationId"),
}
FILE_HOMES = {
    "work_order": ("work_orders", "WorkOrderId"),
    "unit": ("units", "UnitId"),
    "property": ("properties", "PropertyId"),
    "owner": ("owners", "OwnerId"),
}
Homes = Mapping[str, tuple[str, str]]


def home_of(homes: Homes, about: str) -> tuple[str, str]:
    """The collection of a record and the filter that names it; raises NotFound for one that has none."""
    if about not in homes:
        raise NotFound(f"AppFolio keeps none of these on a {about.replace('_', ' ')}.")
    return homes[about]


def list_notes(wire: Wire, query: Query, cursor: str | None) -> Page:
    """Notes of a record: `parent` is its id, the filter `about` its name (a work order by default)."""
    changed = [("filters[LastUpdatedAtFrom]", iso_instant(query.since - OVERLAP) or "")] if query.since else []
    return _listed(wire, query, cursor, NOTE_HOMES, "notes", changed)


def list_files(wire: Wire, query: Query, cursor: str | None) -> Page:
    """Files of a record; AppFolio will not narrow them by day as well."""
    return _listed(wire, query, cursor, FILE_HOMES, "attachments", [])


def _listed(
    wire: Wire, query: Query, cursor: str | None, homes: Homes, what: str, changed: list[tuple[str, str]]
) -> Page:
    about, parent = query.filters.get("about", "work_order"), uuid(query.parent or "")
    path, name = home_of(homes, about)
    verb = listing_of(f"{path}/{what}", since=lambda _query: [(f"filters[{name}]", parent), *changed], most=PAGE)
    page = verb(wire, query, cursor)
    items = [{**row, "About": about, "AboutId": parent} for row in page.items]
    return Page(items=items, next=page.next)


def get_note(wire: Wire, id: str) -> WireRecord:
    """A note by "about:about_id:id"."""
    return _one(wire, id, NOTE_HOMES, "notes")


def get_file(wire: Wire, id: str) -> WireRecord:
    """A file with its bytes under `Content`; its address expires, so it is fetched at once and never kept."""
    row = dict(_one(wire, id, FILE_HOMES, "attachments"))
    content = wire.read(Request(method="GET", path=str(row["Url"]), auth=False)).body
    return {**row, "Content": content}


def _one(wire: Wire, id: str, homes: Homes, what: str) -> WireRecord:
    about, about_id, own = [*id.split(":"), "", "", ""][:3]
    rows = rows_of(wire, homes, what, about, about_id)
    found = next((row for row in rows if row.get("Id") == own), None)
    if found is None:
        raise NotFound(f"AppFolio shows no such {what.removesuffix('s')}: {own[:40]!r}.")
    return {**found, "About": about, "AboutId": about_id}


def rows_of(wire: Wire, homes: Homes, what: str, about: str, about_id: str) -> list[dict[str, Any]]:
    """All notes or files of one record."""
    path, name = home_of(homes, about)
    return [dict(row) for row in every(wire, f"{path}/{what}", [(f"filters[{name}]", uuid(about_id))])]
