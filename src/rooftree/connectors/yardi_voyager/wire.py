"""Small conversions between Yardi's XML and our types: ids with their property, money, telephones, addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from rooftree.connectors import soap
from rooftree.connectors.values import to_e164
from rooftree.errors import NotFound
from rooftree.model.base import Address, Money, Phone

_PART = re.compile(r"[^:\x00-\x1f]{1,60}\Z")


def join(*parts: Any) -> str:
    """Our id of a record that Yardi only finds by its property: `demo1:t0001234`."""
    return ":".join(str(part) for part in parts)


def link(code: str | None, id: str | None) -> str | None:
    """The same for a link that may be empty."""
    return join(code, id) if code and id else None


def split(id: str, parts: int = 2) -> list[str]:
    """The codes in one of our ids, of which the last may hold colons; raises NotFound for text that is none."""
    found = id.split(":", parts - 1)
    if len(found) != parts or not all(_PART.match(part) for part in found[:-1]) or not found[-1].strip():
        raise NotFound(f"No record of Yardi's can have the id {id[:40]!r}.")
    return found


def own(id: str | None) -> str | None:
    """Yardi's own code in one of our ids."""
    return id.partition(":")[2] or id if id else None


def to_number(value: str | None) -> Decimal | None:
    """A number, None where nothing is said; raises ValueError for what is none."""
    if not value:
        return None
    try:
        return Decimal(value.replace(",", ""))
    except InvalidOperation:
        raise ValueError(f"{value[:40]!r} is no number") from None


def to_whole(value: str | None) -> int | None:
    number = to_number(value)
    return None if number is None else int(number)


def to_money(value: str | None) -> Money | None:
    number = to_number(value)
    return None if number is None else Money(amount=number)


def to_flag(value: str | None) -> bool | None:
    """True and False with or without capitals; None where nothing is said."""
    plain = (value or "").lower()
    return {"true": True, "yes": True, "1": True, "-1": True, "false": False, "no": False, "0": False}.get(plain)


def to_phones(values: Iterable[str]) -> tuple[Phone, ...]:
    return tuple(Phone(number=to_e164(each)) for each in dict.fromkeys(values))


def digits(number: str) -> str:
    """A telephone as Yardi wants it: digits only, ten of them for a US number."""
    plain = re.sub(r"\D", "", number)
    return plain[1:] if len(plain) == 11 and plain.startswith("1") else plain


def to_address(element: Any) -> Address | None:
    """An address in any of the spellings: AddressLine1, Address1, of MITS or of a property list."""
    line = soap.text(element, "AddressLine1", "Address1", "Address")
    if line is None:
        return None
    return Address(
        line1=line,
        line2=soap.text(element, "AddressLine2", "Address2"),
        city=soap.text(element, "City"),
        state=soap.text(element, "State"),
        postal_code=soap.text(element, "PostalCode", "ZipCode", "Zip"),
        country=soap.text(element, "Country"),
    )
