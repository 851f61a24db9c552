"""When somebody wants to move in, as people write it; relative to the day the inquiry came in."""

from __future__ import annotations

import re
from datetime import date, timedelta

_MONTHS = {name: number for number, names in enumerate(
    ("jan january enero", "feb february febrero", "mar march marzo", "apr april abril", "may mayo", "jun june junio",
     "jul july julio", "aug august agosto", "sep sept september septiembre", "oct october octubre",
     "nov november noviembre", "dec december diciembre"), 1) for name in names.split()}  # fmt: skip
_MONTH = "(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?:,?\s*(?:of |de |del )?(?P<year>20\d\d))?"
_EARLY = {
    "beginning": 1,
    "start": 1,
    "early": 1,
    "first": 1,
    "1st": 1,
    "principios": 1,
    "mid": 15,
    "middle": 15,
    "mediados": 15,
}
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "couple": 2, "three": 3, "four": 4, "five": 5, "six": 6, "few": 3, "un": 1, "una": 1, "dos": 2, "tres": 3}  # fmt: skip
_CUE = re.compile(
    r"\b(?:mov(?:e|ing)|move[- ]?in|relocat\w+|start(?:ing)?|lease|available|need(?:ed)?(?: it| a place| something)?|by|from|around|before|after|"
    r"mudar\w*|para|busco|as of|on or about|hoping for|looking (?:for|to)|want(?:ing)?|start of|end of|beginning of|early|mid|late|"
    r"first of|in)\b",
    re.I,
)
_BORN = re.compile(r"\b(?:dob|born|birth|nac)", re.I)


def move_in(text: str, received_on: date | None, *, bare: bool = False) -> date | None:
    """The date, or None. In prose a date counts only near a word about moving; `bare` text is the date itself."""
    today = received_on
    for found in _dates(text, today):
        start, moment = found
        before = text[max(0, start - 60) : start]
        if bare or (_CUE.search(before) and not _BORN.search(before[-25:])):
            return moment
    return _relative(text, today, bare) if today else None


def _dates(text: str, today: date | None) -> list[tuple[int, date]]:
    found: list[tuple[int, date]] = []
    for match in re.finditer(r"\b(20\d\d)-(\d{1,2})-(\d{1,2})\b", text):
        found += _at(match.start(), int(match[1]), int(match[2]), int(match[3]))
    for match in re.finditer(r"(?<![\d/$])(\d{1,2})[/\-.](\d{1,2})(?:[/\-.](20\d\d|\d\d))?(?![\d/])", text):
        year = int(match[3]) if match[3] else None
        year = 2000 + year if year is not None and year < 100 else year
        if year is None and (today is None or "." in match[0]):
            continue
        found += _at(match.start(), year, int(match[1]), int(match[2]), today)
    for pattern in (_MONTH + r"\s+(?:the\s+)?" + _DAY + r"\b" + _YEAR, _DAY + r"\s+(?:of\s+|de\s+)?" + _MONTH + _YEAR):
        for match in re.finditer(pattern, text, re.I):
            year = int(match["year"]) if match["year"] else None
            found += _at(match.start(), year, _MONTHS[match["month"].lower()], int(match["day"]), today)
    for match in re.finditer(
        r"\b(?:(?P<part>beginning|start|early|mid|middle|late|end|principios|mediados|fines)[\s\-]*(?:of\s+|in\s+|de\s+)?)?(?<!\d )"
        + _MONTH + r"(?!\s+(?:the\s+)?\d{1,2}\b(?!\d))" + _YEAR, text, re.I
    ):  # fmt: skip
        if (
            match["month"].lower() in ("may", "mar")
            and not match["part"]
            and not re.search(r"\b(?:in|by|for|en|para)\s+$", text[: match.start()], re.I)
        ):
            continue
        part = (match["part"] or "").lower()
        month = _MONTHS[match["month"].lower()]
        year = int(match["year"]) if match["year"] else None
        day = 25 if part in ("late", "end", "fines") else _EARLY.get(part, 1)
        found += _at(match.start(), year, month, day, today)
    return sorted(found)


def _at(start: int, year: int | None, month: int, day: int, today: date | None = None) -> list[tuple[int, date]]:
    """The date at a place in the text; without a year the next one that comes. Impossible dates are none."""
    if year is None:
        if today is None:
            return []
        year = today.year
        try:
            if date(year, month, day) < today - timedelta(days=7):
                year += 1
        except ValueError:
            return []
    try:
        return [(start, date(year, month, day))]
    except ValueError:
        return []


def _relative(text: str, today: date, bare: bool) -> date | None:
    plain = text.lower()
    cue = bare or _CUE.search(plain)
    if (
        re.search(
            r"\b(?:asap|as soon as possible|right away|immediately|immediate|today|now|ya mismo|lo antes posible|cuanto antes)\b",
            plain,
        )
        and cue
    ):
        return today
    if re.search(r"\btomorrow\b|\bmanana\b|\bmañana\b", plain) and bare:
        return today + timedelta(days=1)
    count = (
        r"\b(?:in|within|en|dentro de|about|next)\s+(?:the next\s+|about\s+|like\s+)?(\d{1,2}|"
        + "|".join(_NUMBERS)
        + r")(?:\s+of)?\s+(day|week|month|dia|semana|mes)"
    )
    if found := re.search(count, plain):
        number = int(found[1]) if found[1].isdigit() else _NUMBERS[found[1]]
        unit = found[2]
        if unit in ("month", "mes"):
            return _months_on(today, number)
        return today + timedelta(days=number * (7 if unit in ("week", "semana") else 1))
    if re.search(
        r"\b(?:(?:the )?(?:1st|first) of next month|(?:beginning|start) of next month|next month|proximo mes|próximo mes|mes que viene)\b",
        plain,
    ):
        return _months_on(today.replace(day=1), 1)
    if re.search(r"\bend of (?:the|this) month\b|\bfin de mes\b", plain):
        return _months_on(today.replace(day=1), 1) - timedelta(days=1)
    if re.search(r"\b(?:1st|first) of the month\b", plain):
        return _months_on(today.replace(day=1), 1)
    if re.search(r"\bnext week\b|\bproxima semana\b|\bpróxima semana\b", plain) and (
        bare or re.search(r"mov|lease|need", plain)
    ):
        return today + timedelta(days=7)
    return None


def _months_on(day: date, count: int) -> date:
    month = day.month - 1 + count
    year, month = day.year + month // 12, month % 12 + 1
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, min(day.day, last))
        except ValueError:
            continue
    return date(year, month, 28)
