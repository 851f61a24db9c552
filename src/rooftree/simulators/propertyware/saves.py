"""Buildings, units, vendors, contacts and payments as Propertyware saves them: a PUT replaces all (contract 2.7, 3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rooftree.simulators.propertyware.rows import Refusal, body_of, shown
from rooftree.simulators.store import Database
from rooftree.simulators.wire import Record, Request, Response, json_response


@dataclass(frozen=True)
class Save:
    """How one collection is saved: what must be there, and the names under which a read shows what was written."""

    table: str
    needs: tuple[str, ...]
    links: Mapping[str, str] = field(default_factory=dict)
    """Field -> table in which its number must be found."""
    told_as: Mapping[str, str] = field(default_factory=dict)
    marketing: tuple[str, ...] = ()
    """Fields that a read shows under `marketing`."""
    begins: Mapping[str, object] = field(default_factory=dict)


_TOLD = {"numberBedrooms": "numberOfBedrooms", "numberBathrooms": "numberOfBathrooms"}
_MARKETING = ("availableDate", "petsAllowed", "publishedForRent", "shortDescription")
BUILDINGS = Save(
    "buildings",
    ("abbreviation", "countUnit", "name", "propertyType", "rentable", "type"),
    {"portfolioID": "portfolios"},
    _TOLD,
    _MARKETING,
    {"active": True, "propertyManagerList": []},
)
UNITS = Save(
    "units",
    ("abbreviation", "buildingID", "category", "name", "portfolioID", "type"),
    {"buildingID": "buildings", "portfolioID": "portfolios"},
    _TOLD,
    ("availableDate",),
    {"active": True, "leaseID": None, "areaUnits": "Sq Ft"},
)
VENDORS = Save(
    "vendors",
    ("companyName", "name", "nameOnCheck", "vendorType"),
    told_as={"vendorType": "type", "taxID": "taxId", "daysToPay": "paymentTermDaysToPay", "terms": "paymentTerms"},
    begins={"active": True},
)
PAYMENTS = Save(
    "payments",
    ("amount", "contactID", "date", "depositDate", "destinationAccountID", "leaseID", "paymentType", "refNo"),
    {"leaseID": "leases", "contactID": "contacts"},
    begins={"status": "Posted", "isDeposited": False, "lines": []},
)
CONTACTS = Save("contacts", ("firstName", "lastName"))
_LONGEST = {"abbreviation": 12, "firstName": 30, "lastName": 30}


def create(database: Database, save: Save, request: Request, _ids: list[int]) -> Response:
    body, table = body_of(request), database.tables[save.table]
    needs = (*save.needs, "portfolioID", "category") if save is BUILDINGS else save.needs
    _check(database, save, needs, body)
    return json_response(shown(table, table.add({**save.begins, **_told(save, body, {})})), 201)


def replace(database: Database, save: Save, request: Request, ids: list[int]) -> Response:
    """A field that is left out is empty afterwards; what no save can name stays."""
    body, table = body_of(request), database.tables[save.table]
    row = table.get(ids[0])
    if row is None:
        raise Refusal(404, "The requested record was not found.")
    _check(database, save, save.needs, body)
    table.put(ids[0], {**row, **_told(save, body, row)})
    return json_response(shown(table, ids[0]))


def _check(database: Database, save: Save, needs: tuple[str, ...], body: Record) -> None:
    faults = [(name, f"{name} is required") for name in needs if body.get(name) in (None, "")]
    faults += [
        (name, f"{name} may have {most} characters")
        for name, most in _LONGEST.items()
        if len(str(body.get(name) or "")) > most
    ]
    faults += [
        (name, f"{name} does not exist")
        for name, table in save.links.items()
        if body.get(name) and not database.tables[table].has(int(body[name]))
    ]
    if faults:
        raise Refusal(400, "Validation failed.", faults)


def _told(save: Save, body: Record, row: Record) -> Record:
    plain = {save.told_as.get(name, name): value for name, value in body.items() if name not in save.marketing}
    if not save.marketing:
        return plain
    written = {name: body.get(name) for name in save.marketing}
    if "publishedForRent" in written:
        written["publishedForRent"] = written["publishedForRent"] == "Yes"
    return plain | {"marketing": {**(row.get("marketing") or {}), **written}}
