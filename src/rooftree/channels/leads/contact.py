"""Who wrote, how to reach them, and where they found us."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import parseaddr

import phonenumbers

_EMAIL = re.compile(r"[A-Za-z0-9._%+'\-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9\-]{0,62}\.){1,5}[A-Za-z]{2,24}")
_SPOKEN = re.compile(
    r"\b([a-z0-9]+(?:\s+(?:dot|punto)\s+[a-z0-9]+|[._][a-z0-9]+)*)\s+(?:at|arroba)\s+([a-z]+)\s+(?:dot|punto)\s+(com|net|org|edu)\b",
    re.I,
)
_RELAYS = re.compile(
    r"(?:zillow|apartments|trulia|hotpads|rent|zumper|costar|craigslist|facebook|realtor|noreply|no-reply|notification|leads?@|donotreply|mailer)",
    re.I,
)
_SITES: Mapping[str, str] = {
    "zillow": r"zillow|streeteasy",
    "trulia": r"trulia",
    "hotpads": r"hotpads",
    "apartments.com": r"apartments\.com|apartments ?com|apartmentfinder|costar",
    "rent.com": r"\brent\.com",
    "rentals.com": r"rentals\.com",
    "realtor.com": r"realtor\.com",
    "zumper": r"zumper|padmapper",
    "craigslist": r"craigslist|craigs list",
    "facebook": r"facebook|fb marketplace|marketplace",
    "apartment list": r"apartment ?list",
    "rentcafe": r"rentcafe|rent cafe",
    "redfin": r"redfin",
    "google": r"google",
    "instagram": r"instagram",
    "yelp": r"yelp",
    "avail": r"avail\.co",
    "turbotenant": r"turbotenant",
    "sign": r"(?:yard|for rent|drove by|driving by|your) sign|drove (?:by|past)|saw (?:the|your|a) sign",
    "referral": r"referred by|referral|my friend|a friend|coworker told|resident told",
    "website": r"(?:your|company|property) (?:web ?site|site)|website",
}  # fmt: skip
_INTRO = re.compile(
    r"\b(?:my name(?:'?s| is)|name(?:'s)? is|i am|i'?m|this is|it'?s|me llamo|mi nombre es|soy|her name is|habla)\s+"
    r"(?P<name>[A-ZÁÉÍÓÚÑ][\w'’\-áéíóúñüöäçèêëîïôûõãşğčžł]+(?:\s+(?:de |del |la |van |von |de la |al-|O')?[A-ZÁÉÍÓÚÑ][\w'’\-áéíóúñüöäçèêëîïôûõãşğčžł.]*){0,3})"
)
_SIGNED = re.compile(
    r"(?:thanks|thank you|thx|best|regards|sincerely|cheers|gracias|saludos|atentamente|warmly|respectfully)[^\n]{0,20}[,!.\n]+\s*[-–—~]*\s*"
    r"(?P<name>[A-ZÁÉÍÓÚÑ][\w'’\-áéíóúñ]+(?:\s+[A-ZÁÉÍÓÚÑ][\w'’\-áéíóúñ.]+){0,3})\s*(?:$|\n|[-–(+\d])",
    re.I | re.M,
)
_DASHED = re.compile(r"[-–—~]\s*(?P<name>[A-ZÁÉÍÓÚÑ][\w'’áéíóúñ]+(?:\s+[A-ZÁÉÍÓÚÑ][\w'’áéíóúñ.]+){0,2})\s*$", re.M)
_NO_NAMES = frozenset(
    "looking interested calling writing hoping moving trying wondering searching just very so relocating a the an not new currently "
    "about still here available sorry sure ready good great emailing texting inquiring going getting in with from also really "
    "sent iphone android hello hi hey apartment unit tour zillow monday tuesday wednesday thursday friday saturday sunday".split()
)


def name(full: str, first: str, last: str, text: str, headers: Mapping[str, str]) -> tuple[str | None, str | None]:
    """(first name, last name) from fields, else from how they introduce or sign themselves, else from the sender."""
    if first or last:
        return _tidy(first), _tidy(last)
    if full and "@" not in full.split("<")[0]:
        return _split(full.split("<")[0])
    for pattern in (_INTRO, _SIGNED, _DASHED):
        for found in pattern.finditer(text):
            words = found["name"].split()
            if words and words[0].lower() not in _NO_NAMES and words[0][0].isupper():
                return _split(" ".join(_names_only(words)))
    shown, address = parseaddr(headers.get("reply-to") or headers.get("from", ""))
    if shown and not _RELAYS.search(f"{shown} {address}") and "@" not in shown:
        return _split(shown)
    return None, None


def email(named: str, text: str, headers: Mapping[str, str]) -> str | None:
    """An address of a person: a listing site's relay only where there is none other."""
    for source in (named, text):
        found = [match[0] for match in _EMAIL.finditer(source)]
        own = [address for address in found if not _RELAYS.search(address)]
        if own or (found and source == named):
            return (own or found)[0].lower().rstrip(".")
    if spoken := _SPOKEN.search(text):
        local = re.sub(r"\s+(?:dot|punto)\s+", ".", spoken[1], flags=re.I)
        return f"{local}@{spoken[2]}.{spoken[3]}".lower()
    for header in ("reply-to", "from"):
        address = parseaddr(headers.get(header, ""))[1]
        if address and "@" in address and (header == "reply-to" or not _RELAYS.search(address)):
            return address.lower()
    return None


def phone(named: str, text: str, headers: Mapping[str, str], channel: str) -> str | None:
    """A US number in E.164; for a text or call also that of its sender."""
    sender = headers.get("from", "") if channel in ("sms", "voicemail", "phone", "voice") else ""
    for source in (named, _digits_of_words(text), sender):
        for found in phonenumbers.PhoneNumberMatcher(source, "US", leniency=phonenumbers.Leniency.POSSIBLE):
            number = found.number
            if phonenumbers.is_possible_number(number) and len(str(number.national_number)) == 10:
                return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return None


def source(named: str, raw: str, headers: Mapping[str, str], channel: str) -> str | None:
    """Where they found us, in a short word; None where nothing says it."""
    for text in (named, headers.get("from", ""), headers.get("subject", ""), raw):
        for site, pattern in _SITES.items():
            if text and re.search(pattern, text, re.I):
                return site
    return named.strip().lower() or None


def _split(full: str) -> tuple[str | None, str | None]:
    full = full.strip().strip('"').strip()
    if "," in full:
        last, _, first = full.partition(",")
        return _tidy(first), _tidy(last)
    words = [
        word for word in full.split() if word.lower().rstrip(".") not in ("mr", "mrs", "ms", "dr", "miss", "sr", "sra")
    ]
    if not words:
        return None, None
    return _tidy(words[0]), _tidy(" ".join(words[1:]))


def _names_only(words: list[str]) -> list[str]:
    """The words of a name; it ends at the first that is none."""
    kept: list[str] = []
    for word in words:
        if word.lower().strip(".,") in _NO_NAMES:
            break
        kept.append(word.rstrip(".,"))
    return kept


def _tidy(part: str) -> str | None:
    part = part.strip(" .,;:-\"'()")
    if not part:
        return None
    return part.title() if part.islower() or (part.isupper() and len(part) > 2) else part


_WORDS = {"zero": "0", "oh": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9"}  # fmt: skip


def _digits_of_words(text: str) -> str:
    """The text with spoken runs of digits ("five five five ...") written out."""
    run = r"\b(?:(?:" + "|".join(_WORDS) + r")[\s,\-]+){6,}(?:" + "|".join(_WORDS) + r")\b"

    def written(match: re.Match[str]) -> str:
        return "".join(_WORDS[word] for word in re.findall(r"[a-z]+", match[0].lower()) if word in _WORDS)

    return re.sub(run, written, text, flags=re.I)
