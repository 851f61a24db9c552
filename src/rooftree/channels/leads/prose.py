"""What somebody looks for, read from their sentences: rooms, rent, people, pets, a tour, a place, a topic."""

from __future__ import annotations

import re
from collections.abc import Mapping

_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "single": 1, "un": 1, "una": 1, "uno": 1, "dos": 2, "tres": 3, "cuatro": 4, "a": 1, "seven": 7}  # fmt: skip
_NUMBER = r"(?P<n>\d{1,2}(?:\.5)?|" + "|".join(_WORDS) + r")"
_BEDROOMS = re.compile(
    _NUMBER
    + r"[\s\-/+]*(?:or \d\s*)?(?:bed(?:room)?s?|brs?|bdrms?|bds?|recamaras?|recámaras?|habitaci(?:on|ón|ones)|cuartos?|dormitorios?)\b|\b(?P<b>\d)\s?/\s?\d(?:\.5)?\b(?=.{0,15}(?:apt|apartment|unit|bath|layout|ba\b))",
    re.I,
)
_STUDIO = re.compile(r"\b(?:studio|efficiency|estudio)\b", re.I)
_MONEY = r"\$?\s?(?P<amount>\d{1,2}[,.]\d{3}|\d{3,5}|\d(?:\.\d)?\s?k)\b(?:\.00)?"
_RENT = re.compile(
    r"(?:budget|max(?:imum)?|afford|pay|spend|rent|under|below|up to|no more than|at most|less than|around|about|price|presupuesto|hasta|pagar|maximo|máximo|menos de)"
    r"[^.\n$\d]{0,35}" + _MONEY + r"(?:\s?(?:-|–|to|a)\s?\$?\s?(?P<upper>\d{1,2},\d{3}|\d{3,5}|\d(?:\.\d)?\s?k))?"
    r"|"
    + r"\$\s?(?P<dollars>\d{1,2},\d{3}|\d{3,5})(?:\s?(?:-|–|to)\s?\$?\s?(?P<top>\d{1,2},\d{3}|\d{3,5}))?(?=\s?(?:/|per|a|al|max|or less|budget|rent|or under|a month)?)",
    re.I,
)
_TEENS = {word: number for number, word in enumerate("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty".split(), 10)}  # fmt: skip
_HUNDREDS = re.compile(r"\b(" + "|".join(_TEENS) + r")[- ]hundred\b", re.I)
_NOT_RENT = re.compile(r"\b(?:deposit|income|salary|make|earn|fee|score|gano|ingresos|credit|year|annual)\b", re.I)
_PEOPLE = re.compile(
    _NUMBER + r"\s+(?:people|persons?|occupants?|adults?|tenants?|of us|roommates? total|personas|adultos|residents)\b",
    re.I,
)
_FAMILY = re.compile(r"\b(?:family|household|familia|group|party) (?:of|de) " + _NUMBER, re.I)
_WITH = re.compile(r"\b(?:me|myself|i|yo|us|we|nosotros)\b", re.I)
_PARTNER = re.compile(
    r"\b(?:(?:my|mi) (?:wife|husband|partner|spouse|boyfriend|girlfriend|fiance|fiancee|fiancé|fiancée|roommate|friend|mom|mother|dad|father|sister|brother|esposa|esposo|pareja|novia|novio))\b",
    re.I,
)
_CHILD = re.compile(
    r"(?<!expecting )"
    + _NUMBER
    + r"\s+(?:small |young |little |school[- ]age )?(?:kids?|child(?:ren)?|sons?|daughters?|bab(?:y|ies)|toddlers?|hijos?|hijas?|niños?|ninos?)\b|\bour (?:son|daughter|baby|child)\b|\bmy (?:son|daughter|baby|child|hijo|hija)\b",
    re.I,
)
_ALONE = re.compile(
    r"\b(?:just (?:me|myself)|only me|by myself|live alone|for myself|single occupant|solo yo|myself only|just for me|one person)\b",
    re.I,
)
_PETS = re.compile(
    r"(?P<n>\d|one|two|three|a|an|my|our|un|una|dos|mi)?\s*(?P<kind>(?:small|large|big|little|old|young|indoor|friendly|\d{1,3}[- ]?(?:lb|pound)s?|golden|german|french|pit|yorkie|lab|black|trained|well[- ]behaved|older|senior|emotional support|service|support|assistance)?\s*"
    r"(?:dogs?|cats?|pupp(?:y|ies)|kittens?|rabbits?|birds?|parrots?|hamsters?|ferrets?|fish|reptiles?|perros?|perrit[oa]s?|gat[oa]s?|gatit[oa]s?|retriever|shepherd|bulldog|chihuahua|labrador|beagle|poodle|husky|corgi|terrier))\b",
    re.I,
)
_ASSISTANCE = re.compile(r"\b(?:service|support|assistance)\b|\besa\b", re.I)
_NO_PETS = re.compile(
    r"\b(?:no|without|zero|don'?t have(?: any)?|do not have(?: any)?|sin|not any|ninguna?)\s+(?:pets?|animals?|dogs?|cats?|mascotas?)\b|\bpets?\s*:?\s*(?:no|none|n/a)\b",
    re.I,
)
_TOUR = re.compile(
    r"\b(?:tours?|showing|viewing|view (?:it|the|this)|see (?:it|the (?:unit|apartment|place|house|property)|this|the place|inside|one)|visit(?:ing)?|come (?:by|see|look|take a look)|look at (?:it|the|this)|walk[- ]?through|check (?:it|the place|this|them) out|take a look|stop by|swing by|open house|show me|verlo|visitar|ver (?:el|la|un)|hacer una cita|cita)\b",
    re.I,
)
_NO_TOUR = re.compile(
    r"\b(?:don'?t|do not|no|not|without|skip)\s+(?:need|want|necesito)?\s*(?:a |to |el |una )?(?:tour|showing|visit|see it)\b|\bcancel\w*\b.{0,20}\b(?:tour|showing|visit)|\bsight unseen\b",
    re.I,
)
_ADDRESS = re.compile(
    r"\b\d{1,5}\s+(?:[NSEW]\.?\s+)?(?:[A-Z0-9][\w'.]*\s+){1,4}(?:St(?:reet)?|Ave(?:nue)?|Blvd|Boulevard|Rd|Road|Dr(?:ive)?|Ln|Lane|Way|Ct|Court|Pl(?:ace)?|Ter(?:race)?|Pkwy|Parkway|Cir(?:cle)?|Hwy|Highway|Loop|Trl|Trail|Sq(?:uare)?)\b\.?(?:[ ,]+(?:#|Apt\.?|Unit|Ste\.?)\s*[\w\-]+)?"
)
_UNIT = re.compile(r"\b(?:unit|apt\.?|apartment|#)\s?#?\s?(?P<unit>\d{1,4}[A-Za-z]?|[A-Z]-?\d{1,3})\b", re.I)
_PLACE = re.compile(
    r"\b(?:at|in|for|about|regarding|on)\s+(?:the\s+)?(?P<place>(?:[A-Z][\w'&]+\s+){1,4}(?:Apartments?|Apts|Lofts?|Flats|Commons|Place|Village|Gardens?|Towers?|Heights|Manor|Court|House|Terrace|Ridge|Park|Square|Residences|Townhomes|Homes|Estates|Landing|Pointe?|Crossing|Station|Villas?))\b"
)
_SUBJECT = re.compile(
    r"(?:inquiry|interest(?:ed)?|information|lead|message|request|contact|question|reply|email)\b.{0,20}?\b(?:about|for|in|at|on|regarding|:)\s+(?P<place>.+)$",
    re.I,
)
_TOPICS: Mapping[str, str] = {
    "accommodation": r"reasonable accommodation|service (?:animal|dog)|emotional support|\besa\b|wheelchair|accessible|disabilit",
    "voucher": r"section ?8|voucher|housing authority|\bhcv\b|seccion ?8|housing assistance",
    "tour": r"\btour|showing|viewing|schedule|see (?:the|it|this)|visit\b|come by|visitar|cita",
    "pets": r"\bpets?\b|\bdogs?\b|\bcats?\b|mascota|perro|gato",
    "pricing": r"how much|price|rent\b.{0,20}\?|deposit|fees?\b|special|discount|cost|cuanto|precio|utilities",
    "application": r"\bappl(?:y|ication|ying)|requirements|credit check|background check|qualif|aplicar|solicitud",
    "availability": r"availab|still (?:open|for rent)|open units?|vacan|disponible|any (?:\w+ ){0,3}(?:units|apartments|openings)|looking for|interested|move",
    "parking": r"parking|garage|estacionamiento",
    "lease terms": r"lease term|month[- ]to[- ]month|short[- ]term|how long|sublet",
}  # fmt: skip


def bedrooms(text: str, *, bare: bool = False) -> float | None:
    """How many bedrooms; 0 for a studio."""
    if _STUDIO.search(text):
        return 0
    if found := _BEDROOMS.search(text):
        return _number(found["n"] or found["b"])
    digits = re.search(r"\d{1,2}(?:\.5)?", text) if bare else None
    return float(digits[0]) if digits else None


def rent(text: str, *, bare: bool = False) -> int | None:
    """The most they would pay, in dollars a month."""
    text = _HUNDREDS.sub(lambda found: str(_TEENS[found[1].lower()] * 100), text)
    for found in _RENT.finditer(text):
        before = text[max(0, found.start() - 25) : found.end()]
        amount = found["upper"] or found["top"] or found["amount"] or found["dollars"]
        value = _dollars(amount)
        if 200 <= value <= 20_000 and not _NOT_RENT.search(before):
            return value
    if bare and (amounts := re.findall(r"\d{1,2},\d{3}|\d{3,5}|\d(?:\.\d)?\s?k", text, re.I)):
        return max(_dollars(each) for each in amounts)
    return None


def occupants(text: str, *, bare: bool = False) -> int | None:
    """How many people would live there, where they say it."""
    for pattern in (_FAMILY, _PEOPLE):
        if found := pattern.search(text):
            count = int(_number(found["n"]))
            children = sum(_count(child) for child in _CHILD.finditer(text)) if "adult" in found[0].lower() else 0
            return count + children
    if bare and (digits := re.findall(r"\d{1,2}", text)):
        return sum(int(each) for each in digits) if re.search(r"adult|child|kid", text, re.I) else int(digits[0])
    partners = {match[0].lower() for match in _PARTNER.finditer(text)}
    children = sum(_count(child) for child in _CHILD.finditer(text))
    if partners or children:
        return 1 + len(partners) + children
    return 1 if _ALONE.search(text) else None


def pets(named: str, text: str) -> tuple[str, ...]:
    """Their animals in their words; an assistance animal is never a pet, and "no pets" is none."""
    source = named or text
    if _NO_PETS.search(source) or re.fullmatch(r"\s*(?:no|none|n/?a|0|false|ninguna?)\s*\.?\s*", named or "x", re.I):
        return ()
    found: list[str] = []
    for match in _PETS.finditer(source):
        around = source[max(0, match.start() - 25) : match.end() + 15]
        if _ASSISTANCE.search(around):
            continue
        count = (match["n"] or "").lower()
        words = " ".join(match["kind"].lower().split())
        found.append(
            f"{_whole(count)} {words}"
            if count not in ("", "a", "an", "my", "our", "un", "una", "mi", "one", "1")
            else words
        )
    if (
        not found
        and named
        and not re.fullmatch(r"\s*(?:yes|si|sí|true)\s*", named, re.I)
        and not _ASSISTANCE.search(named)
    ):
        return (named.strip().lower(),)
    return tuple(dict.fromkeys(found))


def wants_tour(named: str, text: str) -> bool:
    """Whether they ask to see it."""
    if named and not re.fullmatch(r"\s*(?:no|none|false|n/?a)\s*", named, re.I):
        return True
    return bool(_TOUR.search(text)) and not _NO_TOUR.search(text)


def property_hint(named: str, subject: str, text: str) -> str | None:
    """Which property or unit they mean, in their words."""
    if named:
        return named.strip()
    if found := _ADDRESS.search(text) or _ADDRESS.search(subject):
        return " ".join(found[0].split()).rstrip(".,")
    if place := _PLACE.search(text):
        unit = _UNIT.search(text)
        return f"{place['place']} unit {unit['unit']}" if unit else place["place"]
    if found := _SUBJECT.search(subject):
        return found["place"].strip().rstrip(".")
    unit = _UNIT.search(text)
    return f"unit {unit['unit']}" if unit else None


def topic(text: str, subject: str = "") -> str | None:
    """What it is mostly about, in one word of ours; None for nothing readable."""
    both = f"{text}\n{subject}"
    if not both.strip():
        return None
    return next((name for name, pattern in _TOPICS.items() if re.search(pattern, both, re.I)), "other")


def _count(child: re.Match[str]) -> int:
    return int(_number(child["n"])) if child["n"] else 1


def _number(word: str) -> float:
    return float(_WORDS.get(word.lower(), 0)) or float(word)


def _whole(word: str) -> str:
    return str(_WORDS.get(word, word)).replace(".0", "")


def _dollars(amount: str) -> int:
    amount = amount.lower().replace(" ", "")
    if amount.endswith("k"):
        return int(float(amount[:-1]) * 1000)
    return int(re.sub(r"\D", "", amount))
