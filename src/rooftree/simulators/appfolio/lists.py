"""Every list: filters in brackets, 400 without one it wants, pages that name the next and may be short (contract 4)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias
from urllib.parse import quote, urlencode

from rooftree.simulators.appfolio.account import Account
from rooftree.simulators.appfolio.errors import Refusal
from rooftree.simulators.appfolio.words import number_of
from rooftree.simulators.wire import Record, Request, Response, json_response

Test: TypeAlias = Callable[[Account, str, int, Record], bool]
"""Whether a row passes a filter: account, the filter's text, the row's number, the row."""
PREFIX = "/api/v0/"
_MOST = 1000
_LONG_AGO = timedelta(days=730)
_PREPARED_FOR = timedelta(hours=1)


def _among(field: str) -> Test:
    return lambda _account, text, _number, row: str(row.get(field)) in text.split(",")


def _yes(field: str) -> Test:
    return lambda _account, text, _number, row: bool(row.get(field)) == (text.lower() == "true")


def _from(field: str) -> Test:
    return lambda _account, text, _number, row: str(row.get(field) or "") >= text[:10]


def _upto(field: str) -> Test:
    return lambda _account, text, _number, row: bool(row.get(field)) and str(row[field]) <= text[:10]


def _passing(_account: Account, _text: str, _number: int, _row: Record) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Listed:
    """One list: its table, its filters, of which `wants` names those that each suffice (`all_of`: all are needed)."""

    kind: str
    filters: Mapping[str, Test]
    wants: Sequence[str] = ("LastUpdatedAtFrom", "Id")
    most: int = _MOST
    only: Callable[[Account, int, Record], bool] = lambda _account, _number, _row: True


_UPDATED = {"LastUpdatedAtFrom": _passing}
_KNOWN = {"Id": _passing, **_UPDATED}
_HIDING = {"IncludeHidden": _passing, **_KNOWN}


def _posted(_account: Account, _number: int, row: Record) -> bool:
    return bool(row.get("PostedToWebsite"))


def _behind(_account: Account, _number: int, row: Record) -> bool:
    return bool(row.get("IsBehind"))


def _at_property(account: Account, text: str, _number: int, row: Record) -> bool:
    occupancy = number_of("occupancies", row.get("OccupancyId"))
    return any(_place_of(account, occupancy) == id for id in text.split(","))


def _place_of(account: Account, occupancy: int | None) -> str | None:
    if occupancy is None:
        return None
    unit = account.tables["units"].get(occupancy // 3)
    return str(unit["PropertyId"]) if unit else None


LISTS: dict[str, Listed] = {
    "properties": Listed(
        "properties", {**_HIDING, "PropertyType": _among("PropertyType")}, ("LastUpdatedAtFrom", "Id", "PropertyType")
    ),
    "units": Listed(
        "units", {**_HIDING, "PropertyId": _among("PropertyId")}, ("LastUpdatedAtFrom", "Id", "PropertyId")
    ),
    "listings": Listed(
        "units", {**_UPDATED, "PostedToWebsite": _yes("PostedToWebsite")}, ("LastUpdatedAtFrom",), only=_posted
    ),
    "leases": Listed(
        "leases",
        {"LeaseId": _passing, "OccupancyId": _among("OccupancyId"), **_UPDATED},
        ("LeaseId", "OccupancyId", "LastUpdatedAtFrom"),
    ),
    "tenants": Listed(
        "tenants",
        {
            **_HIDING,
            "OccupancyId": _among("OccupancyId"),
            "PropertyId": _among("PropertyId"),
            "UnitId": _among("UnitId"),
            "Status": _among("Status"),
            "MoveInOnFrom": _from("MoveInOn"),
            "MoveInOnTo": _upto("MoveInOn"),
            "MoveOutOnFrom": _from("MoveOutOn"),
            "MoveOutOnTo": _upto("MoveOutOn"),
            "IncludeUnassigned": _passing,
        },
        ("LastUpdatedAtFrom", "Id", "OccupancyId", "PropertyId", "UnitId", "Status"),
    ),
    "owners": Listed("owners", {"IncludeHidden": _passing, **_UPDATED}, ("LastUpdatedAtFrom",)),
    "vendors": Listed("vendors", _HIDING),
    "users": Listed("users", {**_UPDATED, "Email": _among("Email")}, ("LastUpdatedAtFrom",)),
    "custom_fields": Listed("custom_fields", _UPDATED, ("LastUpdatedAtFrom",)),
    "leads": Listed(
        "leads", {**_KNOWN, "PropertyId": _among("PropertyId")}, ("LastUpdatedAtFrom", "Id", "PropertyId"), most=100
    ),
    "showings": Listed("showings", _KNOWN),
    "rental_applications": Listed(
        "rental_applications",
        {"Id": _passing, "PropertyId": _among("PropertyId"), "UnitId": _among("UnitId"),
         "SubmittedAtFrom": _from("SubmittedAt")},
        ("Id", "PropertyId", "UnitId", "SubmittedAtFrom"),
    ),
    "charges": Listed("charges", {"Id": _passing, "PropertyId": _at_property}, ("Id", "PropertyId")),
    "delinquent_charges": Listed(
        "charges", {"Id": _passing, "PropertyId": _at_property}, ("Id", "PropertyId"), only=_behind
    ),
    "work_orders": Listed(
        "work_orders",
        {
            **_KNOWN,
            "CreatedAtFrom": _passing,
            "CreatedAtTo": _passing,
            "PropertyId": _among("PropertyId"),
            "UnitId": _among("UnitId"),
            "VendorId": _among("VendorId"),
            "Status": _among("Status"),
        },
        ("LastUpdatedAtFrom", "Id", "CreatedAtFrom", "PropertyId", "UnitId", "VendorId", "Status"),
    ),
}  # fmt: skip


class Shelf:
    """Answers lists; remembers which long questions the database has prepared an answer for."""

    def __init__(self, account: Account, *, prepares: bool, too_big: bool) -> None:
        self._account = account
        self._prepares = prepares
        self._too_big = too_big
        self._prepared_until: datetime | None = None

    def page(self, path: str, request: Request, listed: Listed) -> Response:
        """One page. Raises Refusal 400 for a missing or unknown filter, 533 while a long answer is prepared."""
        asked, number, size = _asked(request, listed)
        if path == "work_orders":
            self._prepare(asked.get("LastUpdatedAtFrom"))
        numbers = self._select(request, listed, asked)
        start = (number - 1) * size
        hidden = asked.get("IncludeHidden", "").lower() == "true"
        rows = [self._account.show(listed.kind, each) for each in numbers[start : start + size]]
        # Hidden rows are taken out of the page that was cut: a short page is not the end.
        rows = [row for row in rows if hidden or not row.get("HiddenAt")]
        more = start + size < len(numbers)
        return json_response({"data": rows, "next_page_path": _next(path, request, number + 1) if more else None})

    def _prepare(self, since: str | None) -> None:
        now = self._account.now()
        if since is None or _moment("LastUpdatedAtFrom", since) > now - _LONG_AGO:
            return
        if self._too_big:
            raise Refusal(533, "Data unavailable")
        if self._prepares and (self._prepared_until is None or self._prepared_until < now):
            self._prepared_until = now + _PREPARED_FOR
            raise Refusal(533, "Data unavailable")

    def _select(self, request: Request, listed: Listed, asked: Mapping[str, str]) -> Sequence[int]:
        account, table = self._account, self._account.tables[listed.kind]
        since = _moment("LastUpdatedAtFrom", asked["LastUpdatedAtFrom"]) if "LastUpdatedAtFrom" in asked else None
        born, until = (
            _moment(name, asked[name]) if name in asked else None for name in ("CreatedAtFrom", "CreatedAtTo")
        )
        tests = [(listed.filters[name], text) for name, text in asked.items() if listed.filters[name] is not _passing]

        def keep(number: int, row: Record) -> bool:
            made = table.created(number)
            return (
                (since is None or table.updated(number) >= since)
                and (born is None or made >= born)
                and (until is None or made < until)
                and listed.only(account, number, row)
                and all(test(account, text, number, row) for test, text in tests)
            )

        among = next((asked[name] for name in ("Id", "LeaseId") if name in asked), None)
        numbers = None
        if among is not None:
            found = (number_of(listed.kind, id) for id in among.split(","))
            numbers = [number for number in found if number is not None and table.has(number)]
        key = (request.path, tuple(sorted(asked.items()))) if numbers is None else None
        return table.select(keep, since, key, numbers)


def _asked(request: Request, listed: Listed) -> tuple[dict[str, str], int, int]:
    """The filters, the page's number and its size."""
    asked: dict[str, str] = {}
    number, size = 1, listed.most
    for name, text in request.params:
        match = re.fullmatch(r"filters\[(\w+)\]", name)
        if match and match[1] in listed.filters:
            asked[match[1]] = text
        elif name == "page[number]":
            number = max(1, _whole(name, text))
        elif name == "page[size]":
            size = max(1, min(_whole(name, text), listed.most))
        else:
            raise Refusal(400, f"{name} is not a valid parameter")
    if not any(asked.get(name) for name in listed.wants):
        raise Refusal(400, f"One of these filters is required: {', '.join(listed.wants)}")
    return asked, number, size


def _next(path: str, request: Request, number: int) -> str:
    params = [(name, text) for name, text in request.params if name != "page[number]"]
    return f"{PREFIX}{path}?{urlencode([*params, ('page[number]', str(number))], quote_via=quote)}"


def _whole(name: str, text: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text):
        raise Refusal(400, f"{name} is not a number")
    return int(text)


def _moment(name: str, text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Refusal(400, f"filters[{name}] is not a time") from None
    if moment.tzinfo is None:
        raise Refusal(400, f"filters[{name}] needs a time zone")
    return moment


def emptied(body: bytes) -> bytes:
    """The same list without its rows."""
    data: Any = json.loads(body)
    for key, following in (("data", "next_page_path"), ("results", "next_page_url")):
        if isinstance(data, dict) and isinstance(data.get(key), list):
            return json.dumps({key: [], following: None}).encode()
    return body
