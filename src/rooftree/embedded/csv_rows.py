"""From a row to records, per kind of file: found by what people call them, made where they are new."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from rooftree.embedded.books import Pen
from rooftree.embedded.csv_cells import Bad, Row
from rooftree.embedded.csv_columns import Kind
from rooftree.embedded.rules import Body

Outcome = Literal["created", "updated", "unchanged"]
_LEASE_OF = {"current": "active", "notice": "notice", "future": "pending", "past": "ended"}


def property_row(pen: Pen, row: Row) -> Outcome:
    owner = _owner(pen, row)
    body = {
        "name": row.need("name"),
        "code": row.text("code"),
        "kind": row.property_kind("kind"),
        "kind_raw": row.text("kind"),
        "unit_count": row.whole("unit_count"),
        "year_built": row.whole("year_built"),
        "time_zone": row.text("time_zone"),
        "owner_ids": [owner] if owner else None,
        "is_active": True,
        "notes": row.text("notes"),
    }
    return _keep(pen, "property", body, row)[1]


def unit_row(pen: Pen, row: Row) -> Outcome:
    body = {
        "property_id": _property(pen, row),
        "number": row.need("number"),
        "bedrooms": row.number("bedrooms"),
        "bathrooms": row.number("bathrooms"),
        "square_feet": row.whole("square_feet"),
        "market_rent": row.money("market_rent"),
        "floor": row.text("floor"),
        "is_vacant": row.flag("is_vacant"),
        "is_active": True,
        "notes": row.text("notes"),
    }
    return _keep(pen, "unit", body, row)[1]


def resident_row(pen: Pen, row: Row) -> Outcome:
    """One person; a lease too where the row tells when it began, shared by all who name the same unit and day."""
    place = _property(pen, row)
    unit = _unit(pen, row, place)
    status = row.status("status") or ("unknown" if row.text("status") else "current")
    home = {"property_id": place, "unit_id": unit}
    body = {
        **home,
        **_contact(row),
        **_named(row),
        "status": status,
        "status_raw": row.text("status"),
        "move_in_on": row.day("move_in_on") or row.day("starts_on"),
    }
    resident, outcome = _keep(pen, "resident", body, row)
    if row.text("starts_on"):
        _lease(pen, row, {**home, "status": _LEASE_OF.get(status)}, resident)
    return outcome


def vendor_row(pen: Pen, row: Row) -> Outcome:
    said = row.text("trades")
    body = {
        "company": row.need("name"),
        **_contact(row),
        "first_name": row.text("first_name"),
        "last_name": row.text("last_name"),
        "trades": row.trades("trades"),
        "trades_raw": [said] if said else None,
        "takes_emergencies": row.flag("takes_emergencies"),
        "insurance_expires_on": row.day("insurance_expires_on"),
        "license_expires_on": row.day("license_expires_on"),
        "is_active": True,
    }
    return _keep(pen, "vendor", body, row)[1]


def owner_row(pen: Pen, row: Row) -> Outcome:
    """A company where one column names it, else a person."""
    named = {} if row.text("name") else _named(row)
    places = [_property_named(pen, row, name) for name in (row.text("properties") or "").split(";") if name.strip()]
    body = {"company": row.text("name"), **named, **_contact(row), "property_ids": places, "is_active": True}
    owner, outcome = _keep(pen, "owner", body, row)
    for place in places:
        held = pen.get("property", place).get("owner_ids", [])
        pen.update("property", place, {"owner_ids": [*held, *({owner} - set(held))]})
    return outcome


WRITERS: Mapping[Kind, Callable[[Pen, Row], Outcome]] = {
    "properties": property_row,
    "units": unit_row,
    "residents": resident_row,
    "vendors": vendor_row,
    "owners": owner_row,
}


def _keep(pen: Pen, kind: str, body: Mapping[str, Any], row: Row | None = None) -> tuple[str, Outcome]:
    """Make the record, or change the known one where the row says something else; an empty cell says nothing."""
    said: Body = {name: value for name, value in body.items() if value not in (None, [], "")}
    id = pen.known(kind, said)
    held = pen.get(kind, id) if id else {}
    if row is not None and kind != "resident" and (address := row.address()):
        said["address"] = {**held.get("address", {}), **address}
    if id is None:
        return str(pen.create(kind, said)["id"]), "created"
    changed = pen.update(kind, id, said)
    return id, "updated" if changed["version"] != held["version"] else "unchanged"


def _lease(pen: Pen, row: Row, home: Mapping[str, Any], resident: str) -> None:
    body = {
        **home,
        "starts_on": row.day("starts_on"),
        "ends_on": row.day("ends_on"),
        "rent": row.money("rent"),
        "deposit": row.money("deposit"),
    }
    lease, _ = _keep(pen, "lease", body)
    held = pen.get("lease", lease)
    people = [*held.get("resident_ids", []), *({resident} - set(held.get("resident_ids", [])))]
    first = held.get("primary_resident_id", resident)
    pen.update("lease", lease, {"resident_ids": people, "primary_resident_id": first})
    leases = pen.get("resident", resident).get("lease_ids", [])
    wanted = {"lease_ids": [*leases, *({lease} - set(leases))], "is_primary": first == resident}
    pen.update("resident", resident, wanted)


def _named(row: Row) -> dict[str, str]:
    return row.person() or {"last_name": row.need("name")}


def _contact(row: Row) -> Body:
    return {"phones": row.phones("phone"), "emails": row.emails("email"), "notes": row.text("notes")}


def _property(pen: Pen, row: Row) -> str:
    return _property_named(pen, row, row.need("property"), "property")


def _property_named(pen: Pen, row: Row, name: str, field: str = "properties") -> str:
    found = pen.known("property", {"name": name})
    if found is None:
        advice = "Import the properties first, or write the name as it is there."
        raise Bad(row.titles[field], "There is no property of this name.", advice)
    return found


def _unit(pen: Pen, row: Row, place: str) -> str:
    found = pen.known("unit", {"property_id": place, "number": row.need("unit")})
    if found is None:
        advice = "Import the units first, or write the number as it is there."
        raise Bad(row.titles["unit"], "The property has no unit of this number.", advice)
    return found


def _owner(pen: Pen, row: Row) -> str | None:
    """The owner of a property, by name; one who is not here yet is made, since exports name owners here only."""
    name = row.text("owner")
    return _keep(pen, "owner", {"company": name, "is_active": True})[0] if name else None
