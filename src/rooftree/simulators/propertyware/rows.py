"""What every answer and refusal of the Propertyware simulator shares."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta

from rooftree.simulators.store import Table
from rooftree.simulators.wire import Record, Request

_CREATED_BEHIND = timedelta(hours=2)


class Refusal(Exception):
    """A request Propertyware does not accept; `fields` are (key, message) pairs."""

    def __init__(self, status: int, message: str | None, fields: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(message)
        self.status, self.message, self.fields = status, message, fields


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
