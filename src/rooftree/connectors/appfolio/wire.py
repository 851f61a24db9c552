"""Small conversions between AppFolio's JSON and our types; every mapping file uses them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from rooftree.connectors.values import filled, to_e164, to_text
from rooftree.model.base import Address, Money, Phone, PhoneKind, Ref

Json = Mapping[str, Any]

NUMBER = "appfolio.number"
"""System name of the number that ends a record's web address: the only bridge to the Reports API (contract 4)."""

_LAST_NUMBER = re.compile(r"(\d+)/?(?:\?.*)?\Z")

PHONE_KINDS: dict[str, PhoneKind] = {
    "mobile": "mobile",
    "cell": "mobile",
    "home": "home",
    "office": "work",
    "work": "work",
    "fax": "fax",
}
PHONE_LABELS: dict[PhoneKind, str] = {"mobile": "Mobile", "home": "Home", "work": "Office", "fax": "Fax"}


def to_money(value: Any) -> Money | None:
    """A decimal string or number as an exact amount; raises ArithmeticError for what is neither."""
    return None if value in (None, "") else Money(amount=Decimal(str(value).replace(",", "")))


def from_money(money: Money | None) -> str | None:
    """An amount as AppFolio writes it: "150.00"."""
    return None if money is None else f"{money.amount:.2f}"


def to_decimal(value: Any) -> Decimal | None:
    return None if value in (None, "") else Decimal(str(value))


def to_whole(value: Any) -> int | None:
    return None if value in (None, "") else int(Decimal(str(value)))


def to_date(value: Any) -> date | None:
    """The date in "YYYY-MM-DD" or in front of a time; raises ValueError."""
    return date.fromisoformat(str(value)[:10]) if value else None


def to_instant(value: Any) -> datetime | None:
    """An aware time; raises ValueError."""
    if not value:
        return None
    moment = datetime.fromisoformat(str(value))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def iso(value: date | None) -> str | None:
    return value.isoformat() if value else None


def iso_instant(value: datetime | None) -> str | None:
    """A moment as AppFolio's filters and times want it: UTC, whole seconds, Z."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if value else None


def number_in(link: Any) -> str | None:
    """The number that ends a web address."""
    found = _LAST_NUMBER.search(str(link or ""))
    return found.group(1) if found else None


def refs(wire: Json) -> tuple[Ref, ...]:
    """The number by which reports name this record, where its Link tells it."""
    number = number_in(wire.get("Link"))
    return (Ref(system=NUMBER, id=number),) if number else ()


def to_address(wire: Json) -> Address | None:
    """Address1, City and so on, as they stand on a record or in its Addresses; AppFolio serves the United States."""
    line1, city = to_text(wire.get("Address1")), to_text(wire.get("City"))
    if not line1 and not city:
        return None
    return Address(
        line1=line1,
        line2=to_text(wire.get("Address2")),
        city=city,
        state=to_text(wire.get("State")),
        postal_code=to_text(wire.get("Zip") or wire.get("PostalCode")),
        country=to_text(wire.get("CountryCode")) or "US",
    )


def from_address(address: Address | None) -> dict[str, Any]:
    """The fields of an address on the record itself, without those that say nothing."""
    if address is None:
        return {}
    return filled(
        {
            "Address1": address.line1,
            "Address2": address.line2,
            "City": address.city,
            "State": address.state,
            "Zip": address.postal_code,
        }
    )


def to_phones(wire: Json) -> tuple[Phone, ...]:
    """PhoneNumbers of a person, else its one PhoneNumber; the primary one first."""
    listed = sorted(_rows(wire.get("PhoneNumbers")), key=lambda row: not row.get("IsPrimary"))
    found = [(to_text(row.get("Number")), str(row.get("Label") or "").lower()) for row in listed]
    if not found:
        found = [(to_text(wire.get("PhoneNumber")), "")]
    return tuple(
        Phone(number=to_e164(number), kind=PHONE_KINDS.get(label, "other")) for number, label in found if number
    )


def from_phones(phones: Iterable[Phone]) -> list[dict[str, Any]]:
    return [
        filled({"Number": phone.number, "Label": PHONE_LABELS.get(phone.kind), "IsPrimary": at == 0})
        for at, phone in enumerate(phones)
    ]


def to_emails(wire: Json) -> tuple[str, ...]:
    """Emails of a person, else its one Email; the primary one first."""
    listed = sorted(_rows(wire.get("Emails")), key=lambda row: not row.get("IsPrimary"))
    found = [to_text(row.get("EmailAddress")) for row in listed] or [to_text(wire.get("Email"))]
    return tuple(email for email in found if email)


def from_emails(emails: Iterable[str]) -> list[dict[str, Any]]:
    return [{"EmailAddress": email, "IsPrimary": at == 0} for at, email in enumerate(emails)]


def to_custom(wire: Json) -> dict[str, Any]:
    """The customer's own fields by name, those that say something."""
    rows = _rows(wire.get("CustomValues"))
    return {str(row["Name"]): row.get("Value") for row in rows if row.get("Name") and row.get("Value") is not None}


def _rows(value: Any) -> list[Json]:
    return [row for row in value or () if isinstance(row, Mapping)]
