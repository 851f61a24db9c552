"""How a write is made: lay what is wanted over what is there, compare, and know our own rows again by their marker."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, TypeVar

from rooftree.connectors.base import Found, WireRecord
from rooftree.errors import InvalidInput
from rooftree.model.base import Record

R = TypeVar("R", bound=Record)

_OURS = ("id", "refs", "raw", "created_at", "updated_at")
_UNSTATED: tuple[Any, ...] = (None, "", (), {}, "unknown")


def overlay(current: R, desired: R) -> R:
    """`current` with each field that `desired` states; None, empty and UNKNOWN state nothing."""
    stated = {
        field.name: getattr(desired, field.name)
        for field in fields(desired)
        if field.name not in _OURS and getattr(desired, field.name) not in _UNSTATED
    }
    return replace(current, **stated)


def marked(
    rows: Sequence[WireRecord], marker: str, text: Callable[[WireRecord], Any], id: Callable[[WireRecord], str]
) -> list[Found]:
    """The rows whose text carries our marker."""
    return [Found(id=id(row), exact=True) for row in rows if marker and marker in str(text(row) or "")]


def need(value: Any, path: str, what: str) -> Any:
    """`value`, or InvalidInput with `what` that names the field the PMS insists on."""
    if value in _UNSTATED:
        raise InvalidInput(what, path=path)
    return value


def pick(words: Mapping[str, str], word: str | None) -> int | None:
    """The id of a pick-list word, whatever its case; None where the list has no such word."""
    if not word:
        return None
    lowered = {key.lower(): value for key, value in words.items()}
    found = lowered.get(word.strip().lower()) or words.get(word.strip())  # the list itself hears of a look in vain
    return int(found) if found else None
