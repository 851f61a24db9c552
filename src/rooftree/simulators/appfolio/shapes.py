"""Checking bodies: a shape maps field names to checks; what is not in it is refused, what is left out stays out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeAlias

from rooftree.simulators.appfolio.errors import invalid
from rooftree.simulators.wire import Record

Check: TypeAlias = Callable[[Any], str | None]
"""What is wrong with a value, None where nothing is."""
Shape: TypeAlias = Mapping[str, Check]


def checked(body: object, shape: Shape, required: Sequence[str] = (), at: str = "") -> Record:
    """The body as it was sent. Raises Refusal 422 naming each field that does not fit."""
    if not isinstance(body, dict):
        raise invalid(f"{at or 'The body'} must be an object")
    said = [f"{at}{name} can't be blank" for name in required if body.get(name) in (None, "")]
    for name, value in body.items():
        problem = shape[name](value) if name in shape else "is not a known field"
        said += [f"{at}{name} {problem}"] if problem else []
    if said:
        raise invalid("; ".join(said))
    return body


def text(most: int = 65_535) -> Check:
    return lambda value: None if isinstance(value, str) and len(value) <= most else f"must be text of at most {most}"


def one_of(words: Sequence[Any]) -> Check:
    return lambda value: None if value in words else "is not included in the list"


def whole(value: Any) -> str | None:
    return None if isinstance(value, int) and not isinstance(value, bool) else "must be a whole number"


def number(value: Any) -> str | None:
    return None if isinstance(value, (int, float)) and not isinstance(value, bool) else "must be a number"


def flag(value: Any) -> str | None:
    return None if isinstance(value, bool) else "must be true or false"


def amount(value: Any) -> str | None:
    return None if isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d{1,2})?", value) else 'must be like "150.00"'


def uuid(value: Any) -> str | None:
    return (
        None
        if isinstance(value, str) and re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value)
        else "is invalid"
    )


def day(value: Any) -> str | None:
    try:
        return None if isinstance(value, str) and date.fromisoformat(value) and len(value) == 10 else "is not a date"
    except ValueError:
        return "is not a date"


def moment(value: Any) -> str | None:
    try:
        aware = isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return "is not a time"
    return None if aware else "is not a time"


def anything(_value: Any) -> str | None:
    return None


def or_null(check: Check) -> Check:
    return lambda value: None if value is None else check(value)


def many(check: Check) -> Check:
    def each(value: Any) -> str | None:
        if not isinstance(value, list):
            return "must be a list"
        return next((problem for one in value if (problem := check(one))), None)

    return each


def nested(shape: Shape, required: Sequence[str] = ()) -> Check:
    def inner(value: Any) -> str | None:
        if not isinstance(value, dict):
            return "must be an object"
        absent = [name for name in required if not value.get(name)]
        unknown = [name for name in value if name not in shape]
        if absent or unknown:
            return f"lacks {absent}" if absent else f"does not know {unknown}"
        return next((f"{name} {problem}" for name, one in value.items() if (problem := shape[name](one))), None)

    return inner


EMAILS = many(nested({"EmailAddress": text(255), "IsPrimary": flag}, ["EmailAddress"]))
PHONES = many(
    nested({"Number": text(40), "Label": text(40), "IsPrimary": flag, "AdditionalDetails": text(255)}, ["Number"])
)
ADDRESSES = many(
    nested(
        {**dict.fromkeys(("Address1", "Address2", "City", "State", "PostalCode", "CountryCode"), text(255)),
         "IsPrimary": flag},
        ["Address1", "City", "CountryCode"],
    )
)  # fmt: skip
