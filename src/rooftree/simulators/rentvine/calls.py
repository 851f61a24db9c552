"""One request as Rentvine takes it: parameters it does not know are ignored without a word, pages are bare arrays."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from rooftree.simulators.rentvine.errors import Refusal, invalid
from rooftree.simulators.store import Table
from rooftree.simulators.wire import Record, Request, Response, json_response

DEFAULT_SIZE, MOST = 25, 2_000
Show: TypeAlias = Callable[[int], Any]


@dataclass(frozen=True, slots=True)
class Call:
    """One authenticated request with the numbers of its path."""

    request: Request
    ids: tuple[int, ...] = ()

    def param(self, name: str) -> str | None:
        """The last value given; None where there is none."""
        return next((value for key, value in reversed(self.request.params) if key == name), None)

    def several(self, name: str) -> frozenset[str]:
        return frozenset(value for key, value in self.request.params if key == name)

    def body(self) -> Record:
        """The JSON object in the body. Raises Refusal 400."""
        try:
            data = json.loads(self.request.body or b"null")
        except ValueError:
            raise Refusal(400, "The request body is not valid JSON.") from None
        if not isinstance(data, dict):
            raise Refusal(400, "The request body must be a JSON object.")
        return data


def page(call: Call, ids: Sequence[int], show: Show, default: int = DEFAULT_SIZE) -> Response:
    """One page; `limit` and whatever else is not known changes nothing."""
    number, size = _whole(call, "page", 1), min(_whole(call, "pageSize", default), MOST)
    start, pages = (number - 1) * size, max(1, -(-len(ids) // size))
    headers = {
        "pagination-current-page": str(number),
        "pagination-page-size": str(size),
        "pagination-total-items": str(len(ids)),
        "pagination-total-pages": str(pages),
    }
    if number < pages:
        headers["pagination-next-page"] = str(number + 1)
    return json_response([show(id) for id in ids[start : start + size]], headers=headers)


def found(table: Table, id: int, what: str) -> Record:
    """The row; raises Refusal 404."""
    row = table.get(id)
    if row is None:
        raise Refusal(404, f"{what} not found.")
    return row


def _whole(call: Call, name: str, default: int) -> int:
    given = call.param(name) or ""
    return max(1, int(given)) if given.isascii() and given.isdigit() and len(given) < 10 else default


def id_in(value: Any, table: Table, field: str) -> str:
    """An id given as number or text that `table` holds, as text; raises Refusal 400."""
    plain = str(value)
    if isinstance(value, bool) or not (plain.isascii() and plain.isdigit()) or not table.has(int(plain)):
        raise invalid(**{field: f"The selected {field} is invalid."})
    return plain
