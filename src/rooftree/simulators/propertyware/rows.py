"""What every answer and refusal of the Propertyware simulator shares."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta

from rooftree.simulators.store import Table
from rooftree.simulators.wire import Record, Request

_CREATED_BEHIND = timedelta(hours=2)


class Refusal(Exception):
    """A request Propertyware does not accept; `fields` are (key, message) pairs."""

    def __init__(self, status: int, message: str | None, fields: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(message)
        self.status, self.message, self.fields = status, message, fields


_GROUPS = {
    "portfolios": "PORTFOLIOS",
    "buildings": "BUILDINGS",
    "units": "UNITS",
    "leases": "LEASES",
    "contacts": "CONTACTS",
    "vendors": "VENDORS",
    "workorders": "WORK ORDERS",
    "prospects": "PROSPECTS",
    "docs": "DOCUMENTS",
    "customfields": "CUSTOM FIELD",
}
_RIGHTS = ("NONE", "READ", "WRITE", "DELETE")
_NEEDED = {"GET": "READ", "POST": "WRITE", "PUT": "WRITE", "DELETE": "DELETE"}


def granted(rights: Mapping[str, str], method: str, path: str) -> bool:
    """Whether a key with these rights may make the call; a group that is not named is open."""
    given = rights.get(_GROUPS.get(path.partition("/")[0], ""), "DELETE")
    return _RIGHTS.index(given) >= _RIGHTS.index(_NEEDED.get(method, "DELETE"))


def shown(table: Table, id: int) -> Record:
    row = {key: value for key, value in (table.get(id) or {}).items() if not key.startswith("_")}
    times = {"createdDateTime": table.created(id) - _CREATED_BEHIND, "lastModifiedDateTime": table.updated(id)}
    return {"id": id, **row, **{name: f"{at:%Y-%m-%dT%H:%M:%SZ}" for name, at in times.items()}}


def body_of(request: Request) -> Record:
    try:
        data = json.loads(request.body or b"null")
    except ValueError:
        raise Refusal(400, "The request body is not valid JSON.") from None
    if not isinstance(data, dict):
        raise Refusal(400, "The request body must be an object.")
    return data
