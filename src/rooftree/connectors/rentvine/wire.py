"""Rentvine's way of writing: ids and amounts as text, booleans as "0" and "1", times without a zone, HTML in texts."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from rooftree.connectors.base import Context
from rooftree.connectors.values import to_e164, to_text
from rooftree.model.base import Address, Phone

TITLE = 120
_FLAGS = {"1": True, "0": False, True: True, False: False}
_TAG = re.compile(r"</?(?:p|br|div|span|ul|ol|li|b|i|u|strong|em|a|h[1-6]|blockquote)\b[^>]*>", re.IGNORECASE)
_LINE_END = re.compile(r"<br\s*/?>|</(?:p|div|li|h[1-6])>", re.IGNORECASE)
_MARKER = re.compile(r"\s*(#rt-[0-9a-z]+)\s*$")


def to_flag(value: Any) -> bool | None:
    """A boolean; None for whatever is neither."""
    return _FLAGS.get(value) if isinstance(value, str | int) else None


def to_id(value: Any) -> str | None:
    """An id as text; None for nothing and for 0."""
    plain = to_text(value)
    return None if plain in (None, "0") else plain


def to_date(value: Any) -> date | None:
    """The day in "YYYY-MM-DD" or in front of a time; raises ValueError."""
    plain = to_text(value)
    return None if plain is None or plain.startswith("0000") else date.fromisoformat(plain[:10])


def zone_of(ctx: Context) -> ZoneInfo:
    """The zone of times that come without one: the connection's setting `time_zone`, else the connection's own."""
    chosen = ctx.options.get("time_zone")
    return ZoneInfo(chosen) if chosen else ctx.zone_of(None)


def to_instant(value: Any, ctx: Context) -> datetime | None:
    """An aware time from "YYYY-MM-DD HH:MM:SS"; raises ValueError."""
    plain = to_text(value)
    if plain is None or plain.startswith("0000"):
        return None
    moment = datetime.fromisoformat(plain)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone_of(ctx))


def from_instant(moment: datetime | None, ctx: Context) -> str | None:
    return moment.astimezone(zone_of(ctx)).strftime("%Y-%m-%d %H:%M:%S") if moment else None


def to_address(wire: Mapping[str, Any]) -> Address | None:
    """The address fields that stand among a record's own; None where they all are empty."""
    parts = {
        "line1": to_text(wire.get("address")),
        "line2": to_text(wire.get("address2")),
        "city": to_text(wire.get("city")),
        "state": to_text(wire.get("stateID")),
        "postal_code": to_text(wire.get("postalCode")),
        "county": to_text(wire.get("county")),
        "country": to_text(wire.get("countryID")),
    }
    return Address(**parts) if any(parts.values()) else None


def to_phones(value: Any) -> tuple[Phone, ...]:
    plain = to_text(value)
    return (Phone(number=to_e164(plain)),) if plain else ()


def to_emails(value: Any) -> tuple[str, ...]:
    plain = to_text(value)
    return (plain,) if plain else ()


def to_names(wire: Mapping[str, Any]) -> dict[str, Any]:
    """First and last name where they are told apart, else the one name cut at its first space."""
    first, last = to_text(wire.get("firstName")), to_text(wire.get("lastName"))
    if first or last:
        return {"first_name": first, "last_name": last}
    head, _, rest = (to_text(wire.get("name")) or "").partition(" ")
    return {"first_name": head or None, "last_name": rest.strip() or None}


def to_plain(value: Any) -> str:
    """Rich text as plain lines; text without tags stays as it is."""
    text = str(value or "")
    if not _TAG.search(text):
        return text.strip()
    lines = html.unescape(_TAG.sub("", _LINE_END.sub("\n", text))).replace("\xa0", " ").splitlines()
    return "\n".join(line.strip() for line in lines).strip()


def to_title(value: Any) -> tuple[str, str | None]:
    """Title and text of a description: its first line is what we call the title, as Rentvine has none."""
    plain = _MARKER.sub("", to_plain(value))
    first, _, rest = plain.partition("\n")
    whole = plain if len(first) > TITLE else None
    return first[:TITLE].strip() or "(no title)", rest.strip() or whole


def from_title(title: str, text: str | None) -> str:
    """The description that `to_title` takes apart again."""
    first = " ".join(title.split())[:TITLE]
    return f"{first}\n\n{text.strip()}" if text and text.strip() else first


def marker_in(value: Any) -> str:
    """The correlation marker at the tail of a text, empty where there is none."""
    found = _MARKER.search(to_plain(value))
    return found[1] if found else ""
