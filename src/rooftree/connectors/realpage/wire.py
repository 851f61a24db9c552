"""Small conversions between RealPage's XML and our types: ids with their site, money, flags, addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from rooftree.connectors import soap, soap_dates
from rooftree.errors import NotFound, Unreadable
from rooftree.model.base import Address, Money

_PART = re.compile(r"[^:\x00-\x1f]{1,60}\Z")
_FLAGS = {"t": True, "true": True, "1": True, "y": True, "f": False, "false": False, "0": False, "n": False}


def join(site: Any, id: str | None) -> str | None:
    """Our id of a record whose number RealPage gives inside a site: `2000002:101`."""
    return f"{site}:{id}" if id else None


def split(id: str, parts: int = 2) -> list[str]:
    """Site and own number (and what stands between); raises NotFound for text that is none of our ids."""
    found = id.split(":")
    if len(found) != parts or not all(_PART.match(part) for part in found):
        raise NotFound(f"No record of RealPage's can have the id {id[:40]!r}.")
    return found


def holders(answer: Any, name: str) -> Iterator[soap.Element]:
    """The outermost elements that have a field, wherever an answer keeps them: for paths that are unsure."""
    for each in answer if isinstance(answer, list) else [answer]:
        if soap.text(each, name):
            yield each
        elif isinstance(each, Mapping):
            yield from (found for inner in each.values() for found in holders(inner, name))


def made_number(result: soap.Element) -> str | None:
    """The number of what a call made: NewID where it is not 0, else ID; elements or attributes, as nobody could say."""
    told = (soap.text(found, name, f"@{name}") for name in ("NewID", "TaskID", "ID") for found in _inside(result))
    return next((each for each in told if each not in (None, "0")), None)


def _inside(result: soap.Element) -> list[soap.Element]:
    roots = [each for name in result for each in soap.many(result, name)]
    return [*roots, *(each for root in roots for each in soap.many(root, "Guestcard"))]


def digits(number: str) -> str:
    """A telephone as RealPage has it: digits only, ten of them for a US number."""
    plain = re.sub(r"\D", "", number)
    return plain[1:] if len(plain) == 11 and plain.startswith("1") else plain


def needed(row: Any, *names: str) -> str:
    """A text without which there is no record. Raises Unreadable."""
    found = soap.text(row, *names)
    if found is None:
        raise Unreadable(f"RealPage sent a record without {names[0]}.")
    return found


def number(row: Any, *names: str) -> Decimal | None:
    found = soap.text(row, *names)
    if found is None:
        return None
    try:
        return Decimal(found.replace(",", ""))
    except InvalidOperation:
        raise ValueError(f"{found[:40]!r} is no number") from None


def money(row: Any, *names: str) -> Money | None:
    found = number(row, *names)
    return None if found is None else Money(amount=found)


def whole(row: Any, *names: str) -> int | None:
    found = number(row, *names)
    return None if found is None else int(found)


def flag(row: Any, *names: str) -> bool | None:
    return _FLAGS.get((soap.text(row, *names) or "").lower())


def day(row: Any, *names: str) -> date | None:
    return soap_dates.to_day(soap.text(row, *names))


def address(row: Any) -> Address | None:
    line = soap.text(row, "Adr1", "AddressLine1", "Address1", "line1")
    if line is None:
        return None
    return Address(
        line1=line,
        line2=soap.text(row, "Adr2", "AddressLine2", "Address2", "line2"),
        city=soap.text(row, "City", "CityName"),
        state=soap.text(row, "State"),
        postal_code=soap.text(row, "Zip"),
        country=soap.text(row, "Country", "CountryName"),
    )
