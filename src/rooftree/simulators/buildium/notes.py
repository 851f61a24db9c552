"""Notes on properties, units, owners, leases, tenants, vendors and applicants. They cannot be deleted."""

from __future__ import annotations

from rooftree.simulators.buildium.account import Account
from rooftree.simulators.buildium.errors import missing
from rooftree.simulators.buildium.filters import equal, updated_between
from rooftree.simulators.buildium.forms import wire_time
from rooftree.simulators.buildium.routes import Call, Route, created, listing, one
from rooftree.simulators.buildium.shapes import text
from rooftree.simulators.store import Table
from rooftree.simulators.wire import Record, Response, json_response

_NOTE = {"Note": text(65535, required=True)}


def show_note(account: Account, id: int) -> Record:
    """NoteMessage."""
    row = one(account.notes, id, "note")
    author = account.staff_reference(row["UserId"])
    updated = {"UpdatedDateTime": wire_time(account.notes.updated(id))}
    return {"Id": id, "Note": row["Note"], "LastUpdatedByUser": author and {**author, **updated}}


def routes(account: Account) -> list[Route]:
    """The endpoints of 3.11; an applicant's note cannot be changed."""
    places = {
        "/v1/rentals": (account.properties, "property", "Rentals > Rental properties and units"),
        "/v1/rentals/units": (account.units, "unit", "Rentals > Rental properties and units"),
        "/v1/rentals/owners": (account.owners, "rental owner", "Rentals > Property Rental Owners"),
        "/v1/leases": (account.leases, "lease", "Rentals > Leases"),
        "/v1/leases/tenants": (account.tenants, "tenant", "Rentals > Tenants"),
        "/v1/vendors": (account.vendors, "vendor", "Maintenance > Vendors"),
        "/v1/applicants": (account.applicants, "applicant", "Rentals > Applicants"),
        "/v1/applicants/groups": (account.groups, "applicant group", "Rentals > Applicants"),
    }
    found = []
    for path, (table, what, entity) in places.items():
        found += _routes(account, f"{path}/{{id}}/notes", table, what, entity)
    return [route for route in found if (route.method, route.path) != ("PUT", "/v1/applicants/{id}/notes/{noteId}")]


def _routes(account: Account, path: str, table: Table, what: str, entity: str) -> list[Route]:
    def checked(call: Call) -> str:
        one(table, call.ids[0], what)
        return f"{table.name}/{call.ids[0]}"

    def listed(call: Call) -> Response:
        tests = [
            equal(checked(call), lambda row: row["Of"]),
            equal(call.query.whole("lastupdatedbyuserid"), lambda row: row["UserId"]),
            updated_between(call, account.notes, "updateddatetimefrom", "updateddatetimeto"),
        ]
        return listing(call, account.notes, lambda id: show_note(account, id), tests)

    def post(call: Call) -> Response:
        of = checked(call)
        id = account.notes.add({"Of": of, "UserId": account.users.ids()[0], **call.body(_NOTE)})
        return created(call, id, show_note(account, id))

    def found(call: Call) -> int:
        of, id = checked(call), call.ids[1]
        if one(account.notes, id, "note")["Of"] != of:
            raise missing("note")
        return id

    def get(call: Call) -> Response:
        return json_response(show_note(account, found(call)))

    def put(call: Call) -> Response:
        id = found(call)
        account.notes.put(id, {**one(account.notes, id, "note"), **call.body(_NOTE)})
        return json_response(show_note(account, id))

    return [
        Route("GET", path, (entity,), listed),
        Route("POST", path, (entity,), post),
        Route("GET", f"{path}/{{noteId}}", (entity,), get),
        Route("PUT", f"{path}/{{noteId}}", (entity,), put),
    ]
