"""Routing and the three shapes nearly every Buildium endpoint has: a page, one record, a write."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from rooftree.simulators.buildium.errors import Refusal, invalid, missing
from rooftree.simulators.buildium.query import Query
from rooftree.simulators.buildium.shapes import Shape, check
from rooftree.simulators.store import Table
from rooftree.simulators.wire import Record, Request, Response, json_response

MAX_LIMIT = 1000
DEFAULT_LIMIT = 50
Show: TypeAlias = Callable[[int], Record]
Test: TypeAlias = Callable[[int, Record], bool]


@dataclass(frozen=True, slots=True)
class Call:
    """One authenticated request: path ids in order, query, and the body where it has one."""

    request: Request
    ids: tuple[int, ...]
    query: Query

    def body(self, shape: Shape) -> Record:
        """The JSON body checked against `shape`. Raises Refusal 415, 400 or 422."""
        if not self.request.headers.get("content-type", "").lower().startswith("application/json"):
            raise Refusal(415, "The Content-Type header on the request is missing or contains an unsupported value.")
        try:
            data = json.loads(self.request.body)
        except ValueError:
            raise Refusal(400, "Unable to process the request due to malformed request syntax.") from None
        return check(data, shape)


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint; `needs` names the entities a key must have (View to read, View+Edit to write)."""

    method: str
    path: str
    needs: tuple[str, ...]
    run: Callable[[Call], Response]


class Router:
    """Finds the route of a request; paths are case-sensitive."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self._routes = [(re.compile(_pattern(route.path)), route) for route in routes]
        # Words before numbers, so that /v1/rentals/units is not taken for a property id.
        self._routes.sort(key=lambda pair: pair[1].path.count("{"))

    def find(self, request: Request) -> tuple[Route, tuple[int, ...]]:
        """The route and its path ids. Raises Refusal 404 for an unknown path, 405 for a method it lacks."""
        known = False
        for pattern, route in self._routes:
            match = pattern.fullmatch(request.path)
            if match and route.method == request.method:
                return route, tuple(int(id) for id in match.groups())
            known = known or match is not None
        raise Refusal(405, "Method not allowed.") if known else Refusal(404, "Resource not found.")


def _pattern(path: str) -> str:
    return re.sub(r"\{\w+\}", r"(\\d{1,10})", path)


def page(call: Call, ids: Sequence[int], show: Show) -> Response:
    """One page of `ids` as Buildium cuts it, with the total in X-Total-Count."""
    limit, offset = _window(call.query)
    ordered = _ordered(call.query.text("orderby"), ids, show)
    rows = [show(id) for id in ordered[offset : offset + limit]]
    return json_response(rows, headers={"X-Total-Count": str(len(ids))})


def listing(
    call: Call,
    table: Table,
    show: Show,
    tests: Sequence[Test | None],
    since: datetime | None = None,
    among: Iterable[int] | None = None,
) -> Response:
    """A page of the rows of `table` that pass all `tests`; `since` and `among` are explained at Table.select."""
    active = [test for test in tests if test is not None]
    ids = table.ids()
    if active:
        key = (call.request.path, call.query.filters, table.today())
        ids = table.select(lambda id, row: all(test(id, row) for test in active), since, key, among)
    # Unsorted pages repeat and lose rows while data changes: the guide says to sort on Id, so nothing else is safe.
    return page(call, ids if call.query.has("orderby") else table.by_change(ids), show)


def one(table: Table, id: int, what: str) -> Record:
    """The row or Refusal 404."""
    row = table.get(id)
    if row is None:
        raise missing(what)
    return row


def created(call: Call, id: int, body: Record, path: str | None = None) -> Response:
    """201 with the whole object and where it now lives."""
    location = f"{call.request.base}{path or f'{call.request.path}/{id}'}"
    return json_response(body, 201, {"Location": location})


def _window(query: Query) -> tuple[int, int]:
    limit, offset = query.whole("limit"), query.whole("offset")
    if limit is not None and limit < 1:
        raise invalid(("limit", "The limit must be at least 1."))
    if offset is not None and offset < 0:
        raise invalid(("offset", "The offset cannot be negative."))
    return min(limit or DEFAULT_LIMIT, MAX_LIMIT), offset or 0


def _ordered(orderby: str | None, ids: Sequence[int], show: Show) -> Sequence[int]:
    if not orderby or orderby.lower().strip() in ("id", "id asc"):
        return ids
    if orderby.lower().strip() == "id desc":
        return ids[::-1]
    ordered = list(ids)
    for part in reversed(orderby.split(",")):
        name, _, direction = part.strip().partition(" ")
        ordered.sort(
            key=lambda id, name=name: _sort_key(show(id), name),  # type: ignore[misc]
            reverse=direction.strip().lower() == "desc",
        )
    return ordered


def _sort_key(row: Record, name: str) -> tuple[bool, Any]:
    fields = {field.lower(): value for field, value in row.items()}
    if name.lower() not in fields:
        raise invalid(("orderby", f"Cannot sort by '{name}'."))
    value = fields[name.lower()]
    return value is not None, str(value).lower() if not isinstance(value, (int, float)) else value
