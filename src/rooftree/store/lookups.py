"""By what a record can be found while its content is sealed: links in the clear, people by blind index."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers

from rooftree.model.base import Person, Record
from rooftree.model.names import RECORDS, name_of
from rooftree.store.tables.mirror import LINKS

_OWN = {
    name: tuple(link for link in LINKS if link != "about" and link in record.__dataclass_fields__)
    for name, record in RECORDS.items()
}

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@{_LABEL}(?:\.{_LABEL})+")


def links(record: Record) -> dict[str, str | None]:
    """The columns kept in the clear: ids and statuses, nothing personal."""
    found: dict[str, str | None] = dict.fromkeys(LINKS)
    for name in _OWN[name_of(record)]:
        value = getattr(record, name)
        found[name] = None if value is None else str(value)
    found["about"] = _about(record)
    return found


def people(record: Record) -> Iterator[tuple[str, str]]:
    """(purpose, value) pairs that find a person: every phone, every e-mail address, the name."""
    if not isinstance(record, Person):
        return
    for phone in record.phones:
        if number := e164(phone.number):
            yield "phone", number
    for address in record.emails:
        yield "email", email(address)
    if record.name:
        yield "name", name(record.name)


def _about(record: Record) -> str | None:
    if work_order := getattr(record, "work_order_id", None):
        return f"work_order:{work_order}"
    about, about_id = getattr(record, "about", None), getattr(record, "about_id", None)
    return f"{about}:{about_id}" if about and about_id else None


def e164(number: str) -> str | None:
    """The number as `+15551230000`, or None when it cannot be read; a bare number is taken as American."""
    if number[:1] == "+" and number[1:].isdigit():
        return number
    try:
        parsed = phonenumbers.parse(number, "US")
    except phonenumbers.NumberParseException:
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def mailable(address: str) -> str | None:
    """The address without outer blanks, or None when it is no plain ASCII `name@example.com` (RFC 5321, 4.1.2)."""
    plain = address.strip(" ")
    return plain if len(plain) <= 254 and _ADDRESS.fullmatch(plain) else None


def email(address: str) -> str:
    return address.strip().casefold()


def name(text: str) -> str:
    return " ".join(text.casefold().split())
