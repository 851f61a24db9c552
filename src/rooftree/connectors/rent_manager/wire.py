"""Small conversions between Rent Manager's JSON and our types; every mapping file uses them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from rooftree.connectors.base import Context, WireRecord
from rooftree.connectors.values import to_e164, to_text, unmark
from rooftree.errors import InvalidInput
from rooftree.model.base import Address, Money, Phone, Ref

EASTERN = "America/New_York"
"""The zone LCS says to assume where a location names none (contract 3.9); the setting `time_zone` overrules it."""


def zone_of(ctx: Context) -> ZoneInfo:
    """The location's zone, which no call tells."""
    return ZoneInfo(ctx.options.get("time_zone") or EASTERN)


def to_id(value: Any) -> str | None:
    """An id as text; None for nothing and for 0, which Rent Manager writes for none."""
    return str(value) if value else None


def to_instant(value: Any, ctx: Context) -> datetime | None:
    """An aware time from the location's local one; raises ValueError."""
    if not value:
        return None
    moment = datetime.fromisoformat(str(value))
    return moment if moment.tzinfo else moment.replace(tzinfo=zone_of(ctx))


def to_date(value: Any) -> date | None:
    """The day in front of a time; raises ValueError."""
    return datetime.fromisoformat(str(value)).date() if value else None


def to_decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def local(moment: datetime | None, ctx: Context) -> str | None:
    """A moment as Rent Manager writes it: the location's time, no zone."""
    return None if moment is None else moment.astimezone(zone_of(ctx)).strftime("%Y-%m-%dT%H:%M:%S")


def midnight(day: date | None) -> str | None:
    return None if day is None else f"{day.isoformat()}T00:00:00"


def dollars(money: Money | None) -> float | None:
    """An amount as a JSON number, exact to the cent."""
    return None if money is None else float(round(money.amount, 2))


def number(id: str | None, path: str) -> int | None:
    """Our id as the number Rent Manager wants; raises InvalidInput for one that cannot be its."""
    if not id:
        return None
    if not (id.isascii() and id.isdigit()):
        raise InvalidInput(f"Rent Manager has no id {id[:40]!r}: its ids are numbers.", path=path)
    return int(id)


def account(resident_id: str | None, path: str) -> int | None:
    """The tenant account of a resident, whose id may go on with a contact's number."""
    return number(resident_id.partition(":")[0] if resident_id else None, path)


def times(wire: WireRecord, ctx: Context) -> dict[str, Any]:
    return {
        "created_at": to_instant(wire.get("CreateDate"), ctx),
        "updated_at": to_instant(wire.get("UpdateDate"), ctx),
    }


def to_refs(**ids: Any) -> tuple[Ref, ...]:
    """Further ids of a record, by their name in Rent Manager."""
    return tuple(Ref(system=f"rent_manager.{name}", id=str(id)) for name, id in ids.items() if id)


def rows(value: Any) -> list[WireRecord]:
    """The rows of an embed; a missing or silent one is none."""
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []


def word(row: Any) -> str | None:
    """The name in an embedded pick-list row."""
    return to_text(row.get("Name")) if isinstance(row, Mapping) else None


def named(words: Mapping[str, str], id: Any) -> str | None:
    """The word of a pick list by its id."""
    return next((text for text, known in words.items() if id and known == str(id)), None)


def to_address(value: Any, at: int = 0) -> Address | None:
    """The primary address first; its street may hold a line break."""
    found = sorted(rows(value), key=lambda row: not row.get("IsPrimary"))[at : at + 1]
    if not found:
        return None
    first, _, second = (to_text(found[0].get("Street")) or "").partition("\n")
    return Address(
        line1=to_text(first),
        line2=to_text(second),
        city=to_text(found[0].get("City")),
        state=to_text(found[0].get("State")),
        postal_code=to_text(found[0].get("PostalCode")),
    )


def to_phones(value: Any) -> tuple[Phone, ...]:
    """Phone numbers, the primary first; what kind each is, only a pick list nobody documents tells."""
    listed = sorted(rows(value), key=lambda row: not row.get("IsPrimary"))
    found = [
        (to_text(row.get("PhoneNumber") or row.get("StrippedPhoneNumber")), row.get("Extension")) for row in listed
    ]
    return tuple(Phone(number=to_e164(text), extension=to_text(more)) for text, more in found if text)


def from_phones(phones: Iterable[Phone], held: Any) -> list[dict[str, Any]]:
    """The numbers as they shall be; each takes over the row that stands in its place, so that none is doubled."""
    known = [row.get("PhoneNumberID") for row in sorted(rows(held), key=lambda row: not row.get("IsPrimary"))]
    return [
        {"PhoneNumber": phone.number, "IsPrimary": at == 0}
        | ({"PhoneNumberID": known[at]} if at < len(known) and known[at] else {})
        for at, phone in enumerate(phones)
    ]


def contact_of(wire: WireRecord) -> WireRecord:
    """The primary contact of an account, else its first; empty where it has none."""
    found = rows(wire.get("Contacts"))
    return next((row for row in found if row.get("IsPrimary")), found[0] if found else {})


def person(wire: WireRecord) -> dict[str, Any]:
    """Names, mail, phones and remark of an account's contact; birth date, tax id and income are never read."""
    contact = contact_of(wire)
    source, email = contact or wire, to_text(contact.get("Email"))
    return {
        "first_name": to_text(source.get("FirstName")),
        "middle_name": to_text(source.get("MiddleName")),
        "last_name": to_text(source.get("LastName")),
        "emails": (email,) if email else (),
        "phones": to_phones(contact.get("PhoneNumbers")),
        "notes": unmark(source.get("Comment")),
    }


def to_custom(wire: WireRecord) -> dict[str, Any]:
    """The customer's own fields by name, those that say something."""
    found = rows(wire.get("UserDefinedValues"))
    return {str(row["Name"]): row["Value"] for row in found if row.get("Name") and row.get("Value") not in (None, "")}


def current(found: Sequence[WireRecord], begins: str, ends: str, today: date) -> WireRecord:
    """The row of a history that holds today, else the one that begins last; empty where there is none."""
    ordered = sorted(found, key=lambda row: str(row.get(begins) or ""))
    holding = [
        row for row in ordered if (to_date(row.get(begins)) or today) <= today <= (to_date(row.get(ends)) or today)
    ]
    return (holding or ordered or [{}])[-1]
