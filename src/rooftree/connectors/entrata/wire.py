"""Small conversions between Entrata's JSON and our types: containers, Mountain Time, ids with their property."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from rooftree.connectors.values import to_e164, to_text, unmark
from rooftree.errors import NotFound, Unreadable
from rooftree.model.base import Address, Money, Phone

MOUNTAIN = ZoneInfo("America/Denver")
"""Entrata tells every time in Mountain Time without saying so, wherever the property stands (contract 2)."""

_TIMES = ("%m/%d/%YT%H:%M:%S", "%m/%d/%Y %H:%M:%S", "%m/%d/%YT%H:%M", "%m/%d/%Y")


def many(value: Any, name: str) -> list[Mapping[str, Any]]:
    """The rows of a container `{name: row or rows}`, which may also be empty text, missing, or the list itself."""
    return listed(value.get(name) if isinstance(value, Mapping) else value, name)


def listed(rows: Any, name: str) -> list[Mapping[str, Any]]:
    """The rows of a field that is a list itself, or its one element, or empty text."""
    if rows in (None, "", [], {}):
        return []
    found = [rows] if isinstance(rows, Mapping) else rows
    if not isinstance(found, list) or not all(isinstance(row, Mapping) for row in found):
        raise Unreadable(f"Entrata sent something else than records under {name!r}.")
    return found


def attributes(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """What stands under `@attributes`, else on the row itself."""
    inner = row.get("@attributes")
    return {**row, **inner} if isinstance(inner, Mapping) else row


def join(*parts: Any) -> str:
    """Our id of a record that Entrata only finds by its property: `5000:1000001`."""
    return ":".join(str(part) for part in parts)


def link(property_id: Any, id: Any) -> str | None:
    """The same for a link that may be empty."""
    return join(property_id, id) if id not in (None, "", 0, "0") else None


def split(id: str, parts: int = 2) -> list[str]:
    """The numbers in one of our ids; raises NotFound for text that is none."""
    found = id.split(":")
    if len(found) != parts or not all(part.isascii() and part.isdigit() and len(part) < 19 for part in found):
        raise NotFound(f"No record of Entrata's can have the id {id[:40]!r}.")
    return found


_VENDOR = re.compile(r"\n*\[Vendor (\d{1,18})\]\s*$")


def with_vendor(text: str, vendor_id: str | None) -> str:
    """A work order's text with our last line that names its vendor, as Entrata shows the vendor nowhere."""
    return f"{text}\n\n[Vendor {vendor_id}]" if vendor_id else text


def without_vendor(text: str) -> str:
    return _VENDOR.sub("", text)


def vendor_named(order: Mapping[str, Any]) -> str | None:
    """The vendor that our line in a work order's text names."""
    found = _VENDOR.search(unmark(order.get("maintenanceDescription")) or "")
    return found[1] if found else None


def own(id: str | None) -> str | None:
    """Entrata's own number in one of our ids."""
    return id.rsplit(":", 1)[-1] if id else None


def to_moment(value: Any) -> datetime | None:
    """An aware time; raises ValueError for what nobody can read."""
    text = to_text(value)
    if text is None:
        return None
    for form in _TIMES:
        try:
            return datetime.strptime(text, form).replace(tzinfo=MOUNTAIN).astimezone(UTC)
        except ValueError:
            continue
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=MOUNTAIN)).astimezone(UTC)


def to_date(value: Any) -> date | None:
    """The day, as Mountain Time has it; raises ValueError."""
    moment = to_moment(value)
    return moment.astimezone(MOUNTAIN).date() if moment else None


def day(value: date | None) -> str | None:
    return value.strftime("%m/%d/%Y") if value else None


def moment(value: datetime | None) -> str | None:
    return value.astimezone(MOUNTAIN).strftime("%m/%d/%YT%H:%M:%S") if value else None


def to_flag(value: Any) -> bool | None:
    """1, "1", true and their opposites; None where nothing is said."""
    text = str(value).strip().lower() if value is not None else ""
    return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}.get(text)


def to_number(value: Any) -> Decimal | None:
    return None if value in (None, "", []) else Decimal(str(value).replace(",", ""))


def to_whole(value: Any) -> int | None:
    number = to_number(value)
    return None if number is None else int(number)


def to_money(value: Any) -> Money | None:
    number = to_number(value)
    return None if number is None else Money(amount=number)


def to_phones(*values: Any) -> tuple[Phone, ...]:
    return tuple(Phone(number=to_e164(text)) for value in dict.fromkeys(values) if (text := to_text(value)))


def to_emails(*values: Any) -> tuple[str, ...]:
    return tuple(text for value in dict.fromkeys(values) if (text := to_text(value)))


def to_address(wire: Any, line: str, city: str, state: str, postal_code: str, country: str) -> Address | None:
    """An address whose fields Entrata spells differently from method to method."""
    if not isinstance(wire, Mapping) or not to_text(wire.get(line)):
        return None
    return Address(
        line1=to_text(wire.get(line)),
        city=to_text(wire.get(city)),
        state=to_text(wire.get(state)),
        postal_code=to_text(wire.get(postal_code)),
        country=to_text(wire.get(country)),
    )


def words(rows: Iterable[Mapping[str, Any]], name: str = "Name", id: str = "Id") -> dict[str, str]:
    """A pick list as {word: id}."""
    said = (attributes(row) for row in rows)
    return {str(row[name]).strip(): str(row[id]) for row in said if row.get(name) and row.get(id)}
