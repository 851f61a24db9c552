"""Small conversions between a PMS's words and our types that every connector needs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import PurePath
from typing import Any

import phonenumbers

from rooftree.model.base import Money

_MARKER_IN_NAME = re.compile(r"\s*#rt-[0-9a-z]+(?=\.\w+$|$)")
_MARKER = re.compile(r"\s*(#rt-[0-9a-z]+)\s*$")


def to_text(value: Any) -> str | None:
    """Text without surrounding space; None where nothing is left."""
    return str(value).strip() or None if value is not None else None


def to_money(value: Any) -> Money | None:
    """A JSON number or a text as an exact amount (through its decimal text, never through a float)."""
    return None if value is None else Money(amount=Decimal(str(value)))


def to_e164(number: str) -> str:
    """The number in E.164 where it reads as a possible US or international number, else as it stands."""
    try:
        parsed = phonenumbers.parse(number, "US")
    except phonenumbers.NumberParseException:
        return number
    if not phonenumbers.is_possible_number(parsed):
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def mark(text: str | None, marker: str, limit: int) -> str | None:
    """`text` with the correlation marker at its tail, cut so that both fit in `limit` characters."""
    if not marker:
        return text[:limit] if text else None
    kept = (text or "")[: limit - len(marker) - 1]
    return f"{kept} {marker}".strip()


def unmark(text: Any) -> str | None:
    """`text` without a correlation marker at its tail."""
    plain = to_text(text)
    return _MARKER.sub("", plain) or None if plain else None


def mark_name(name: str, marker: str, limit: int) -> str:
    """A file name, which is a file's only text, with the marker before its ending; `limit` characters at most."""
    path = PurePath(name)
    return f"{mark(path.stem, marker, limit - len(path.suffix))}{path.suffix}"


def marker_in(text: Any) -> str:
    """The correlation marker at the tail of a text, empty where there is none."""
    found = _MARKER.search(to_text(text) or "")
    return found[1] if found else ""


def unmark_name(text: Any) -> str | None:
    """A file name without a correlation marker before its ending."""
    plain = to_text(text)
    return _MARKER_IN_NAME.sub("", plain) or None if plain else None


def word_of(words: Mapping[str, str], id: Any) -> str | None:
    """The word of a pick list by its wire id; None where the list has no such id."""
    if id in (None, ""):
        return None
    found = next((word for word, known in words.items() if known == str(id)), None)
    if found is None:
        words.get(str(id))  # the list itself hears of a look in vain
    return found


def filled(body: Mapping[str, Any]) -> dict[str, Any]:
    """`body` without what is None, for a PMS that reads a missing field and null alike."""
    return {key: value for key, value in body.items() if value is not None}
