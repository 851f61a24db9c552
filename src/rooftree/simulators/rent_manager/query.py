"""Filters, fields, embeds and pages (contract 2.4), with the traps: `embed` is silent, sorting does not work."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rooftree.simulators.rent_manager.errors import bad_parameter
from rooftree.simulators.rent_manager.models import AUDIT, Model
from rooftree.simulators.wire import Record, Request

MOST, DEFAULT_PAGE = 1000, 1000
Test = Callable[[Record], bool]
_COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}
_TEXTUAL: Mapping[str, Callable[[str, str], bool]] = {
    "ct": lambda held, text: text in held,
    "sw": str.startswith,
    "ew": str.endswith,
}


@dataclass(frozen=True, slots=True)
class Query:
    """What a call asks for; `silent` are embeds asked for by the old singular name, which come back empty."""

    tests: tuple[Test, ...]
    fields: frozenset[str]
    embeds: tuple[str, ...]
    silent: tuple[str, ...]
    size: int
    number: int


def read(request: Request, model: Model) -> Query:
    """The query of a call; raises a 400 for an unknown field or operator. An unknown parameter is ignored."""
    params = {name.lower(): value for name, value in request.params}
    fields = frozenset(_listed(params.get("fields", "")))
    known = embeds_of(model)
    asked = [name for name in _listed(params.get("embeds", "")) if name.partition(".")[0] in known]
    return Query(
        tests=tuple(_test(each, model) for each in filter(None, params.get("filters", "").split(";"))),
        fields=fields,
        embeds=tuple(name for name in asked if not fields or name in fields),
        silent=tuple(name for name in _listed(params.get("embed", "")) if name in known),
        size=min(MOST, _number(params, "pagesize", DEFAULT_PAGE)),
        number=_number(params, "pagenumber", 1),
    )


def embeds_of(model: Model) -> set[str]:
    return {*model.inline, *model.children, *model.parents, *(("UserDefinedValues",) if model.custom else ())}


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _number(params: Mapping[str, str], name: str, default: int) -> int:
    text = params.get(name, str(default))
    if not (text.isascii() and text.isdigit() and int(text)):
        raise bad_parameter(name, f"The value '{text}' is not valid.")
    return int(text)


def _test(text: str, model: Model) -> Test:
    name, op, value = (*text.split(",", 2), "", "")[:3]
    if name not in (model.key, "ConcurrencyID", *model.fields, *AUDIT):
        raise bad_parameter("filters", f"'{name}' is not a field that can be filtered on.")
    if op in _COMPARED:
        return lambda row: row.get(name) is not None and _COMPARED[op](*_alike(row[name], value))
    if op in _TEXTUAL:
        return lambda row: _TEXTUAL[op](str(row.get(name) or "").lower(), value.lower())
    if op in ("in", "ni"):
        wanted = set(value.strip("()").split(","))
        return lambda row: (str(row.get(name)) in wanted) == (op == "in")
    if op == "bt":
        low, _, high = value.strip("()").partition(",")
        return lambda row: row.get(name) is not None and float(low) <= float(row[name]) <= float(high)
    raise bad_parameter("filters", f"'{op}' is not an operator.")


def _alike(held: Any, text: str) -> tuple[Any, Any]:
    """Both sides in the kind of what is held; a time is compared as written, in the location's local time."""
    if isinstance(held, bool):
        return held, text.lower() == "true"
    if isinstance(held, int | float):
        try:
            return float(held), float(text)
        except ValueError:
            raise bad_parameter("filters", f"'{text}' is not a number.") from None
    return str(held), text
