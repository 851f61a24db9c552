"""What people write in cells, read: phones to E.164, US dates, money, yes and no, names, trades."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

import phonenumbers

from rooftree.model.vocabulary import PropertyKind, ResidentStatus, Trade

T = TypeVar("T")
_DATES = (
    *("%m/%d/%Y", "%m/%d/%y", "%m-%d-%Y", "%m-%d-%y", "%m.%d.%Y", "%Y-%m-%d", "%Y/%m/%d"),
    *("%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%B %d %Y", "%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%d %B %Y"),
)
_EXCEL_DAY_0 = date(1899, 12, 30)
_YES = {"yes", "y", "true", "1", "x", "24/7", "vacant"}
_NO = {"no", "n", "false", "0", "occupied"}
_TRADE_WORDS = {
    "plumb": Trade.PLUMBING,
    "drain": Trade.PLUMBING,
    "electric": Trade.ELECTRICAL,
    "hvac": Trade.HVAC,
    "heat": Trade.HVAC,
    "air": Trade.HVAC,
    "cooling": Trade.HVAC,
    "appliance": Trade.APPLIANCE,
    "lock": Trade.LOCKSMITH,
    "roof": Trade.ROOFING,
    "pest": Trade.PEST_CONTROL,
    "extermin": Trade.PEST_CONTROL,
    "mold": Trade.MOLD_REMEDIATION,
    "remediat": Trade.MOLD_REMEDIATION,
    "elevator": Trade.ELEVATOR,
    "fire": Trade.FIRE_SAFETY,
    "sprinkler": Trade.FIRE_SAFETY,
    "gas": Trade.GAS,
    "glass": Trade.GLAZING,
    "window": Trade.GLAZING,
    "clean": Trade.CLEANING,
    "janitor": Trade.CLEANING,
    "landscap": Trade.LANDSCAPING,
    "lawn": Trade.LANDSCAPING,
    "snow": Trade.LANDSCAPING,
    "handy": Trade.GENERAL,
    "general": Trade.GENERAL,
    "maint": Trade.GENERAL,
    "repair": Trade.GENERAL,
}
"""Beginnings of words; the first that a word begins with tells its trade."""
_STATUS_WORDS = {
    "current": ResidentStatus.CURRENT,
    "active": ResidentStatus.CURRENT,
    "occupied": ResidentStatus.CURRENT,
    "future": ResidentStatus.FUTURE,
    "pending": ResidentStatus.FUTURE,
    "notice": ResidentStatus.NOTICE,
    "past": ResidentStatus.PAST,
    "former": ResidentStatus.PAST,
    "inactive": ResidentStatus.PAST,
}
_KIND_WORDS = {
    "single": PropertyKind.SINGLE_FAMILY,
    "house": PropertyKind.SINGLE_FAMILY,
    "multi": PropertyKind.MULTI_FAMILY,
    "apartment": PropertyKind.MULTI_FAMILY,
    "condo": PropertyKind.CONDO_TOWNHOME,
    "town": PropertyKind.CONDO_TOWNHOME,
    "student": PropertyKind.STUDENT,
    "senior": PropertyKind.SENIOR,
    "affordable": PropertyKind.AFFORDABLE,
    "commercial": PropertyKind.COMMERCIAL,
    "association": PropertyKind.ASSOCIATION,
    "hoa": PropertyKind.ASSOCIATION,
}


class Bad(Exception):
    """A cell that cannot be used: which column, what is wrong, what to do. It never quotes the cell."""

    def __init__(self, column: str, problem: str, advice: str) -> None:
        super().__init__(problem)
        self.column = column
        self.problem = problem
        self.advice = advice


@dataclass(frozen=True, slots=True)
class Row:
    """One row by field; `titles` are the file's own column names, by which a problem is told."""

    cells: Mapping[str, str]
    titles: Mapping[str, str]

    def text(self, field: str) -> str | None:
        return self.cells.get(field) or None

    def need(self, field: str) -> str:
        """The cell; raises Bad when it is empty."""
        found = self.text(field)
        if found is None:
            raise Bad(self.titles.get(field, field), "The cell is empty.", "Fill it in.")
        return found

    def day(self, field: str) -> str | None:
        """An ISO date."""
        return self._read(field, _day, "This is no date.", "Write it as 01/31/2026.")

    def money(self, field: str) -> dict[str, str] | None:
        return self._read(field, _money, "This is no amount of money.", "Write it as 1450.00.")

    def number(self, field: str) -> str | None:
        """A number as text, without thousands separators."""
        return self._read(field, _number, "This is no number.", "Write it in digits, as 850 or 1.5.")

    def whole(self, field: str) -> int | None:
        return self._read(field, lambda text: int(Decimal(_number(text))), "This is no number.", "Write it in digits.")

    def flag(self, field: str) -> bool | None:
        return self._read(field, _flag, "This is neither yes nor no.", "Write yes or no.")

    def phones(self, field: str) -> list[dict[str, Any]]:
        """Numbers in E.164, several parted by a slash, semicolon or comma."""
        return self._read(field, _phones, "This is no US phone number.", "Write it as 512-555-0101.") or []

    def emails(self, field: str) -> list[str]:
        return self._read(field, _emails, "This is no e-mail address.", "Write it as name@example.com.") or []

    def trades(self, field: str) -> list[str]:
        """Known trades in what the cell says; words we do not know are kept raw by the caller."""
        return [str(trade) for trade in dict.fromkeys(map(_trade, _split(self.cells.get(field, "")))) if trade]

    def status(self, field: str) -> str | None:
        return _begins(self.cells.get(field, ""), _STATUS_WORDS)

    def property_kind(self, field: str) -> str | None:
        return _begins(self.cells.get(field, ""), _KIND_WORDS)

    def person(self) -> dict[str, str]:
        """First and last name from their own columns, or from one: "Last, First" or "First Last"."""
        named = {name: self.cells[name] for name in ("first_name", "last_name") if self.cells.get(name)}
        whole = self.text("name")
        if named or not whole:
            return named
        last, comma, first = whole.partition(",")
        if not comma:
            first, _, last = whole.rpartition(" ")
        parts = {"first_name": first.strip(), "last_name": last.strip()}
        return {name: part for name, part in parts.items() if part}

    def address(self) -> dict[str, str]:
        names = ("line1", "line2", "city", "state", "postal_code")
        return {name: self.cells[name] for name in names if self.cells.get(name)}

    def _read(self, field: str, read: Callable[[str], T], problem: str, advice: str) -> T | None:
        text = self.cells.get(field)
        if not text:
            return None
        try:
            return read(text)
        except (ValueError, ArithmeticError):
            raise Bad(self.titles.get(field, field), problem, advice) from None


def _day(text: str) -> str:
    plain = re.sub(r"[ T]\d{1,2}:\d{2}.*$", "", text).strip()
    if re.fullmatch(r"[2-7]\d{4}(\.0+)?", plain):
        return (_EXCEL_DAY_0 + timedelta(days=int(float(plain)))).isoformat()
    for form in _DATES:
        try:
            return datetime.strptime(plain, form).date().isoformat()
        except ValueError:
            continue
    raise ValueError("no date")


def _number(text: str) -> str:
    plain = re.sub(r"(?<=\d),(?=\d{3}(\D|$))", "", text)
    found = re.fullmatch(r"(-?\d+(?:\.\d+)?)\s*[a-z .]*", plain.casefold())
    if found is None:
        raise ValueError("no number")
    return found[1]


def _money(text: str) -> dict[str, str]:
    negative = text.startswith("(") and text.endswith(")")
    plain = re.sub(r"(?i)[()$\s]|usd|/mo(nth)?", "", text)
    if not re.fullmatch(r"-?(\d{1,3}(,\d{3})*|\d+)(\.\d{1,2})?", plain):
        raise ValueError("no money")
    amount = Decimal(plain.replace(",", ""))
    return {"amount": str(-amount if negative else amount)}


def _flag(text: str) -> bool:
    word = text.casefold()
    if word not in _YES | _NO:
        raise ValueError("neither yes nor no")
    return word in _YES


def _phones(text: str) -> list[dict[str, Any]]:
    return [_phone(part) for part in _split(text)]


def _phone(text: str) -> dict[str, Any]:
    plain = re.sub(r"\.0$", "", text.strip())
    try:
        read = phonenumbers.parse(plain, "US")
    except phonenumbers.NumberParseException:
        raise ValueError("no phone") from None
    if not phonenumbers.is_possible_number(read):
        raise ValueError("no phone")
    number = phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.E164)
    return {"number": number, **({"extension": read.extension} if read.extension else {})}


def _emails(text: str) -> list[str]:
    found = _split(text)
    if not all(re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", each) for each in found):
        raise ValueError("no e-mail")
    return found


def _trade(text: str) -> str | None:
    return _begins(text, _TRADE_WORDS)


def _begins(text: str, words: Mapping[str, Any]) -> str | None:
    """What the first word stands for that begins as one of `words` does."""
    for word in re.findall(r"[a-z]+", text.casefold()):
        for start, meaning in words.items():
            if word.startswith(start):
                return str(meaning)
    return None


def _split(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[;/,|]", text) if part.strip()]
