"""The closed list of conversions that a mapping pack may name: a PMS's word or number as ours, and back. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from types import NoneType
from typing import Any, get_args, get_type_hints

from rooftree.model.base import Money, Record

NAMES = ("text", "upper", "lower", "number", "yes_no", "date", "us_date")
_TRUE, _FALSE = {"yes", "y", "true", "t", "1", "on"}, {"no", "n", "false", "f", "0", "off"}
_US = "%m/%d/%Y"
_FITTING: dict[type, tuple[str, ...]] = {
    bool: ("yes_no",),
    str: ("text", "upper", "lower"),
    int: ("number",),
    Decimal: ("number",),
    Money: ("number",),
    date: ("date", "us_date"),
}


def kind_of(record: type[Record], name: str) -> type | None:
    """The one type of a field that a mapping can fill; None for lists, addresses, moments and the like."""
    hint = get_type_hints(record)[name]
    kinds = [kind for kind in (get_args(hint) or (hint,)) if kind is not NoneType]
    fits = len(kinds) == 1 and isinstance(kinds[0], type) and (kinds[0] in _FITTING or issubclass(kinds[0], Enum))
    return kinds[0] if fits else None


def fitting(kind: type | None) -> tuple[str, ...]:
    """The conversions that make a field of this type, the usual one first; None: a custom field, which takes any."""
    return NAMES if kind is None else _FITTING.get(kind, ("text",))


def read(name: str, kind: type | None, value: Any) -> Any:
    """Their value as ours; raises ValueError that says what it does not read as, without the value."""
    plain: Any = _READ[name](value)
    if kind is None:
        return _json(plain)
    if kind is Money:
        return Money(amount=plain)
    if kind is int and plain != int(plain):
        raise ValueError("does not read as a whole number")
    return kind(plain) if kind in (int, str, Decimal) else plain


def write(name: str, value: Any) -> str:
    """Ours as they keep it: a custom field holds text. Raises ValueError."""
    if isinstance(value, Money):
        value = value.amount
    plain: Any = _READ[name](value)
    if isinstance(plain, bool):
        return "Yes" if plain else "No"
    if isinstance(plain, date):
        return plain.strftime(_US) if name == "us_date" else plain.isoformat()
    return f"{plain:f}" if isinstance(plain, Decimal) else str(plain)


def _json(plain: Any) -> Any:
    """As a custom field keeps it, which holds JSON."""
    if isinstance(plain, Decimal):
        return int(plain) if plain == int(plain) else f"{plain:f}"
    return plain.isoformat() if isinstance(plain, date) else plain


def _text(value: Any) -> str:
    if isinstance(value, dict | list):
        raise ValueError("holds several values and not one text")
    return str(value).strip()


def _number(value: Any) -> Decimal:
    try:
        found = Decimal(_text(value).replace(",", "").removeprefix("$").strip())
    except InvalidOperation:
        raise ValueError("does not read as a number") from None
    if not found.is_finite() or isinstance(value, bool):
        raise ValueError("does not read as a number")
    return found


def _yes_no(value: Any) -> bool:
    word = _text(value).lower()
    if word not in _TRUE | _FALSE:
        raise ValueError("does not read as yes or no")
    return word in _TRUE


def _date(value: Any) -> date:
    """2026-01-31, also with a time behind it, or 01/31/2026."""
    word = _text(value)
    try:
        return datetime.strptime(word, _US).date() if "/" in word else date.fromisoformat(word[:10])
    except ValueError:
        raise ValueError("does not read as a date") from None


_READ: dict[str, Callable[[Any], Any]] = {
    "text": _text,
    "upper": lambda value: _text(value).upper(),
    "lower": lambda value: _text(value).lower(),
    "number": _number,
    "yes_no": _yes_no,
    "date": _date,
    "us_date": _date,
}
