"""Small conversions between Buildium's JSON and our types; every mapping file uses them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from rooftree.connectors.values import to_e164, to_text
from rooftree.model.base import Address, Money, Phone, PhoneKind

Json = Mapping[str, Any]

_FRACTION = re.compile(r"(\.\d{6})\d+")

PHONE_KINDS: dict[str, PhoneKind] = {
    "Home": "home",
    "Office": "work",
    "Cell": "mobile",
    "Personal": "other",
    "Fax": "fax",
    "Other": "other",
    "NotSet": "other",
}
PHONE_FIELDS: dict[PhoneKind, str] = {"home": "Home", "work": "Work", "mobile": "Mobile", "fax": "Fax"}


def to_id(value: Any) -> str | None:
    """An id as text; Buildium writes 0 or null for "none"."""
    return str(value) if value else None


def to_int(value: str | None) -> int | None:
    """Our id as the number Buildium wants; raises ValueError for an id that is not Buildium's."""
    return int(value) if value else None


def money(value: Any) -> Money:
    """As `to_money`, for an amount that must be there; raises ValueError."""
    if value is None:
        raise ValueError("an amount is missing")
    return Money(amount=Decimal(str(value)))


def to_number(money: Money | None) -> float | None:
    """An amount as the JSON number Buildium wants."""
    return None if money is None else float(money.amount)


def to_date(value: Any) -> date | None:
    """The date in "YYYY-MM-DD" or in front of a time; raises ValueError."""
    return date.fromisoformat(str(value)[:10]) if value else None


def to_instant(value: Any) -> datetime | None:
    """An aware time: Buildium sends up to 7 fraction digits, and UTC where no zone is written."""
    if not value:
        return None
    moment = datetime.fromisoformat(_FRACTION.sub(r"\1", str(value)).replace("Z", "+00:00"))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def iso(value: date | None) -> str | None:
    """A date as Buildium writes it."""
    return value.isoformat() if value else None


def iso_instant(value: datetime) -> str:
    """A moment as Buildium's filters want it: UTC, whole seconds, Z."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def to_address(wire: Json | None) -> Address | None:
    """An AddressMessage; its third line joins the second."""
    if not wire:
        return None
    second = ", ".join(part for part in (to_text(wire.get("AddressLine2")), to_text(wire.get("AddressLine3"))) if part)
    return Address(
        line1=to_text(wire.get("AddressLine1")),
        line2=second or None,
        city=to_text(wire.get("City")),
        state=to_text(wire.get("State")),
        postal_code=to_text(wire.get("PostalCode")),
        country=to_text(wire.get("Country")),
    )


def from_address(address: Address | None) -> dict[str, Any] | None:
    """A SaveAddressMessage; the country defaults to the United States."""
    if address is None:
        return None
    return {
        "AddressLine1": address.line1,
        "AddressLine2": address.line2,
        "City": address.city,
        "State": address.state,
        "PostalCode": address.postal_code,
        "Country": address.country or "UnitedStates",
    }


def to_phones(wire: Iterable[Json] | None) -> tuple[Phone, ...]:
    """A list of {Number, Type}."""
    return tuple(
        Phone(number=to_e164(entry["Number"]), kind=PHONE_KINDS.get(entry.get("Type", ""), "other"))
        for entry in wire or ()
        if to_text(entry.get("Number"))
    )


def to_phones_by_kind(wire: Json | None) -> tuple[Phone, ...]:
    """A {Home, Work, Mobile} object, the form contact requests use."""
    return tuple(
        Phone(number=to_e164(wire[name]), kind=kind)
        for kind, name in PHONE_FIELDS.items()
        if wire and to_text(wire.get(name))
    )


def from_phones(phones: Iterable[Phone]) -> dict[str, str] | None:
    """The {Home, Work, Mobile, Fax} object of requests: one number per kind, the first of each wins.

    A number of kind "other" takes the first free place, because the request form has no place for it.
    """
    result: dict[str, str] = {}
    rest: list[Phone] = []
    for phone in phones:
        name = PHONE_FIELDS.get(phone.kind)
        if name and name not in result:
            result[name] = phone.number
        elif not name:
            rest.append(phone)
    free = [name for name in ("Mobile", "Home", "Work") if name not in result]
    result |= {name: phone.number for name, phone in zip(free, rest, strict=False)}
    return result or None


def to_emails(*values: Any) -> tuple[str, ...]:
    """The addresses that are there, in order."""
    return tuple(email for email in (to_text(value) for value in values) if email)
