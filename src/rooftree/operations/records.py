"""Reading the mirror: properties, units, residents, leases, vendors, work orders, each with `as_of` and source."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from rooftree.model.base import Record
from rooftree.model.names import RECORDS
from rooftree.operations.registry import Caller, Input, operation
from rooftree.store import codec, connections, records
from rooftree.store.records import Mirrored

_PLURALS = {
    "property": "properties",
    "unit": "units",
    "resident": "residents",
    "lease": "leases",
    "vendor": "vendors",
    "work_order": "work_orders",
}


class ListInput(Input):
    """Which records; pages follow each other by `after`."""

    connection: str | None = Field(default=None, description="Only of this connection.")
    property_id: str | None = Field(default=None, description="Only of this property (the PMS's id).")
    unit_id: str | None = Field(default=None, description="Only of this unit (the PMS's id).")
    status: str | None = Field(default=None, description="Only with this status.")
    after: str | None = Field(default=None, description="The `next` of the page before.")
    limit: int = Field(default=50, ge=1, le=500)


class GetInput(Input):
    """One record by our id."""

    id: str = Field(description="Our id of the record.")


def shown(found: Mirrored[Any], now: datetime) -> dict[str, Any]:
    """A record as every surface shows it: our id, where it is from, how fresh (`lag` in seconds), and what it says."""
    return {
        "id": found.id,
        "record": found.name,
        "connection": found.connection_id,
        "external_id": found.record.id,
        "as_of": found.as_of,
        "lag": round((now - found.as_of).total_seconds(), 3),
        "etag": found.etag,
        "source": found.source,
        "data": codec.loads(codec.encode(found.record, without=("raw",))),
    }


def _define(name: str, plural: str, kind: type[Record]) -> None:
    words = plural.replace("_", " ")

    def list_them(caller: Caller, given: ListInput) -> dict[str, Any]:
        services = caller.services
        where = {key: value for key in ("property_id", "unit_id", "status") if (value := getattr(given, key))}
        with services.database.read() as conn:
            if given.connection:
                connections.get(conn, given.connection, caller.organization_id)
            page = records.list_page(
                conn,
                services.keys,
                kind,
                organization_id=caller.organization_id,
                connection_id=given.connection,
                where=where,
                after=given.after,
                limit=given.limit,
                newest_first=name == "work_order",
            )
        following = page[-1].id if len(page) == given.limit else None
        return {"items": [shown(found, services.clock.now()) for found in page], "next": following}

    def get_one(caller: Caller, given: GetInput) -> dict[str, Any]:
        with caller.services.database.read() as conn:
            found = records.get(conn, caller.services.keys, given.id, caller.organization_id)
            return shown(found, caller.services.clock.now())

    list_them.__doc__ = f"The {words} as last read from the property system, page by page."
    get_one.__doc__ = f"One of the {words} as last read from the property system."
    command = plural.replace("_", "-")
    operation(f"{plural}.list", "read", examples=(f"rooftree {command} list --limit 5",))(list_them)
    operation(f"{plural}.get", "read", examples=(f"rooftree {command} get mir_...",))(get_one)


for _name, _plural in _PLURALS.items():
    _define(_name, _plural, RECORDS[_name])
