"""Personal data in text: where it stands and what kind it is. Patterns, check digits and nearby words; no model.

Types: EMAIL, PHONE, SSN, ITIN, CARD, IBAN, BANK_ACCOUNT, ROUTING_NUMBER, DATE_OF_BIRTH, DRIVER_LICENSE, PASSPORT,
IP_ADDRESS, CREDENTIAL. Names and street addresses are not recognized by pattern; where they matter they are known from
the PMS record. Measured in docs/privacy.md.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import phonenumbers


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters `start` to `end` (excluded) are a `type`."""

    start: int
    end: int
    type: str


_SEP = r"[ .\-–/]?"
_NUMBER_WORD = (
    r"(?:\s*(?:\b(?:is|number|num|no|nr|es|ending|ends|in|it'?s|was|of|a|my|the|for|and)\b|[#:.=\-])){0,5}\s*"
)
_EMAIL = re.compile(r"[A-Za-z0-9._%+'\-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9\-]{0,62}\.){1,5}[A-Za-z]{2,24}(?![A-Za-z0-9])")
_SPOKEN_EMAIL = re.compile(
    r"\b[A-Za-z0-9._]{1,40}(?:\s+(?:dot|punto)\s+[A-Za-z0-9._]{1,40}){0,3}\s+(?:at|arroba)\s+(?:gmail|yahoo|hotmail|outlook|icloud|aol)\s+(?:dot|punto)\s+com\b",
    re.I,
)
_SSN = re.compile(r"(?<![\d-])(\d{3})[- .–](\d{2})[- .–](\d{4})(?![\d-])")
_SSN_NEAR = re.compile(
    r"(?:\bssn\b|social(?:\s+security)?|\bss#|\bsoc\b|seguro\s+social|\bitin\b|tax\s*id|last\s+(?:four|4))"
    + _NUMBER_WORD
    + r"(\d(?:[ .\-]?\d){8}|\d{4})(?!\d)",
    re.I,
)
_CARD = re.compile(r"(?<![\d.\-])\d(?:[ \-]?\d){11,18}(?![\d\-])")
_IBAN = re.compile(r"\b[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]){11,30}\b")
_ACCOUNT = re.compile(
    r"(?:\bacc(?:oun)?t\b\.?|\bcuenta\b|\bchecking\b|\bsavings\b|\bbank\b)"
    + _NUMBER_WORD
    + r"(\d(?:[ \-]?\d){5,16})(?!\d)",
    re.I,
)
_ROUTING = re.compile(r"(?:\brouting\b|\baba\b|\brtn\b|\bruta\b)" + _NUMBER_WORD + r"(\d{9})(?!\d)", re.I)
_NINE = re.compile(r"(?<![\d\-])\d{9}(?![\d\-])")
_MONTH = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|enero|febrero|marzo|abril|mayo|junio|julio|agosto|"
    r"septiembre|octubre|noviembre|diciembre)[a-z]*"
)
_DATE = (
    r"(?:\d{1,4}[/.\-]\d{1,2}[/.\-]\d{2,4}|" + _MONTH + r"\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}|"
    r"\d{1,2}\s+(?:de\s+)?" + _MONTH + r"\.?,?\s+(?:de\s+)?\d{4})"
)
_BIRTH = re.compile(
    r"(?:\bd\.?o\.?b\.?|\bborn\b|\bbirth\s*da(?:te|y)\b|\bdate\s+of\s+birth\b|\bnac(?:i|í|imiento|ido|ida)\b)"
    r"(?:\s*(?:is|on|was|el|es|de|fecha|[#:.=\-])){0,4}\s*(" + _DATE + ")",
    re.I,
)
_LICENSE = re.compile(
    r"(?:driver'?s?\s+licen[cs]e|\bdl\b|licencia(?:\s+de\s+(?:conducir|manejar))?|\blicense\s+(?:number|no\b|#))"
    + _NUMBER_WORD
    + r"((?=[A-Z0-9\-]*\d{3})[A-Z]{0,2}[\d\-]{4,16}[A-Z]?)\b",
    re.I,
)
_PASSPORT = re.compile(r"\bpas(?:sport|aporte)\b" + _NUMBER_WORD + r"([A-Z]{0,2}\d{6,9})\b", re.I)
_IP = re.compile(
    r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\d)|(?<![\w:])(?:[0-9a-f]{1,4}:){2,7}[0-9a-f]{0,4}(?![\w:])", re.I
)
_GROUPS = re.compile(
    r"(?<![\w.\-/$])\+?(?:\(\d{1,4}\)[ .\-]?)?\d{2,5}(?:[ .\-]\d{2,5}){1,4}(?:\s?x\d{1,5})?(?![\w\-/]|\.\d)"
)
_PHONE_NEAR = re.compile(r"\b(?:phone|call|cell|mobile|tel|text|reach|fax|number|whatsapp|tel[eé]fono|llam[ae])", re.I)
_CREDENTIAL = re.compile(r"\b(?:Bearer|Basic)\s+[A-Za-z0-9._~+/=\-]{8,}")
_CARD_NEAR = re.compile(r"\b(?:card|visa|mastercard|amex|discover|debit|credit|tarjeta)\b", re.I)
_DIGITS = re.compile(r"\D")


def spans(text: str) -> list[Span]:
    """Every piece of personal data in `text`, in order, without overlaps; the more telling kind wins."""
    taken: list[Span] = []
    for find in _FINDERS:
        for found in find(text):
            if all(found.end <= other.start or found.start >= other.end for other in taken):
                taken.append(found)
    return sorted(taken)


def redacted(text: str, found: list[Span]) -> str:
    """`text` with each span replaced by its type in angle brackets."""
    parts, at = [], 0
    for span in found:
        parts += [text[at : span.start], f"<{span.type}>"]
        at = span.end
    return "".join([*parts, text[at:]])


def _plain(pattern: re.Pattern[str], kind: str, group: int = 0) -> Callable[[str], Iterator[Span]]:
    def find(text: str) -> Iterator[Span]:
        for match in pattern.finditer(text):
            yield Span(match.start(group), match.end(group), kind)

    return find


def _ssn(text: str) -> Iterator[Span]:
    for match in _SSN.finditer(text):
        area, group, serial = match.groups()
        if area != "000" and group != "00" and serial != "0000":
            itin = area[0] == "9"
            yield Span(match.start(), match.end(), "ITIN" if itin else "SSN")


def _card(text: str) -> Iterator[Span]:
    """A number that passes the Luhn check, or stands near the word card."""
    for match in _CARD.finditer(text):
        digits = _DIGITS.sub("", match[0])
        if text[match.start() - 1 : match.start()].isalpha():
            continue
        near = _CARD_NEAR.search(text, max(0, match.start() - 40), match.end() + 20)
        if (luhn(digits) and len(set(digits)) > 2) or (near and len(digits) >= 12):
            yield Span(match.start(), match.end(), "CARD")


def _iban(text: str) -> Iterator[Span]:
    """Letters, check digits and the rest; a following word in lower case is not part of it."""
    for match in _IBAN.finditer(text):
        words = match[0].split(" ")
        for count in range(len(words), 0, -1):
            compact = "".join(words[:count]).upper()
            if 15 <= len(compact) <= 34 and _iban_checks(compact):
                yield Span(match.start(), match.start() + len(" ".join(words[:count])), "IBAN")
                break


def _iban_checks(compact: str) -> bool:
    turned = compact[4:] + compact[:4]
    return int("".join(str(int(char, 36)) for char in turned)) % 97 == 1


def _bare_routing(text: str) -> Iterator[Span]:
    """Nine digits that pass the ABA check, in a text that speaks of a bank."""
    if re.search(r"\b(?:bank|routing|account|acct|ach|wire|deposit|banco|cuenta)\b", text, re.I):
        for match in _NINE.finditer(text):
            if aba(match[0]):
                yield Span(match.start(), match.end(), "ROUTING_NUMBER")


def _phone(text: str) -> Iterator[Span]:
    for match in phonenumbers.PhoneNumberMatcher(text, "US", leniency=phonenumbers.Leniency.POSSIBLE):
        if len(_DIGITS.sub("", match.raw_string)) >= 10 or re.fullmatch(r"\d{3}[-.]\d{4}", match.raw_string):
            yield Span(match.start, match.end, "PHONE")
    for found in _GROUPS.finditer(text):
        if _is_phone(text, found):
            yield Span(found.start(), found.end(), "PHONE")


def _is_phone(text: str, found: re.Match[str]) -> bool:
    """Groups of digits as people abroad write numbers, or seven digits where a telephone is spoken of."""
    shown = found[0]
    digits = len(_DIGITS.sub("", shown))
    if re.match(r"(?:19|20)\d\d[-. ]\d\d?[-. ]\d\d?\b", shown) or re.fullmatch(r"\d{5}-\d{4}|\d\d?-\d\d?-\d{4}", shown):
        return False
    if _PHONE_NEAR.search(text, max(0, found.start() - 40), found.end() + 12):
        return 7 <= digits <= 15
    dialled = shown[0] in "+(0" or "-" in shown or "." in shown
    return dialled and 8 <= digits <= 15 and not re.match(r"\s+[A-Z][a-z]", text[found.end() :])


def _ip(text: str) -> Iterator[Span]:
    for match in _IP.finditer(text):
        try:
            ipaddress.ip_address(match[0])
        except ValueError:
            continue
        yield Span(match.start(), match.end(), "IP_ADDRESS")


def luhn(digits: str) -> bool:
    """Whether a card number's check digit is right."""
    total = 0
    for index, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if index % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def aba(digits: str) -> bool:
    """Whether a US bank routing number's check digit and first two digits are right."""
    weights = (3, 7, 1) * 3
    first = int(digits[:2])
    known = first <= 12 or 21 <= first <= 32 or 61 <= first <= 72 or first == 80
    return known and sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 10 == 0


_FINDERS: tuple[Callable[[str], Iterator[Span]], ...] = (
    _plain(_CREDENTIAL, "CREDENTIAL"),
    _plain(_EMAIL, "EMAIL"),
    _plain(_SPOKEN_EMAIL, "EMAIL"),
    _plain(_BIRTH, "DATE_OF_BIRTH", 1),
    _plain(_ROUTING, "ROUTING_NUMBER", 1),
    _plain(_PASSPORT, "PASSPORT", 1),
    _plain(_LICENSE, "DRIVER_LICENSE", 1),
    _plain(_SSN_NEAR, "SSN", 1),
    _ssn,
    _iban,
    _card,
    _plain(_ACCOUNT, "BANK_ACCOUNT", 1),
    _bare_routing,
    _ip,
    _phone,
)
