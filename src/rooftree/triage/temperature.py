"""Temperatures a message states, indoors and outdoors, in degrees Fahrenheit."""

from __future__ import annotations

from dataclasses import dataclass

from rooftree.triage.text import Reading

_INSIDE = frozenset(
    "inside in indoor indoors thermostat apartment unit house room bedroom adentro aqui dentro casa apartamento "
    "termostato cuarto interior".split()
)
_OUTSIDE = frozenset("outside outdoor outdoors afuera weather exterior wind windchill tonight".split())
_UNITS = frozenset("degrees degree deg f fahrenheit grados grado c celsius centigrados".split())
_CELSIUS = frozenset("c celsius centigrados".split())
_SAYS = frozenset(
    "says reads reading reads showing shows at marca dice temperature temperatura currently only down".split()
)
_TENS = {
    word: 10 * n for n, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety hundred".split(), 2)
}
_ONES = {word: n for n, word in enumerate("one two three four five six seven eight nine".split(), 1)}
_REACHES = frozenset("get gets getting go goes going got reach reaches climbs stays stay drops dropped".split())
_GOAL = frozenset("set setting puesto".split())
_NEAR = 8


@dataclass(frozen=True, slots=True)
class Temperatures:
    """What the resident said, in Fahrenheit; `somewhere` when the place is not said."""

    indoor: float | None = None
    outdoor: float | None = None
    somewhere: float | None = None


def temperatures(reading: Reading, *, cooling: bool) -> Temperatures:
    """The last stated temperature of each place.

    A bare number counts with a unit, a place or a thermostat beside it. Up to 45 without "F" is read as Celsius where
    the talk is of cooling, because no resident complains of heat at 45 F.
    """
    words = [word.text for word in reading.words]
    found: dict[str, float] = {}
    for at, text in enumerate(words):
        value, last = _number(words, at)
        if value is None or _set_point(words, at) or not _is_temperature(words, at, last):
            continue
        unit = words[last + 1 : last + 3]
        fahrenheit = _fahrenheit(value, unit, cooling=cooling)
        if -40 <= fahrenheit <= 130:
            found[_place(words, at, last)] = fahrenheit
        del text
    return Temperatures(found.get("indoor"), found.get("outdoor"), found.get("somewhere"))


def _number(words: list[str], at: int) -> tuple[float | None, int]:
    text = words[at]
    if text.isascii() and text.isdigit() and len(text) <= 3:
        return (-float(text) if at and words[at - 1] in ("minus", "negative") else float(text)), at
    if text in _TENS:
        ones = _ONES.get(words[at + 1]) if at + 1 < len(words) else None
        return (float(_TENS[text] + ones), at + 1) if ones else (float(_TENS[text]), at)
    return None, at


def _set_point(words: list[str], at: int) -> bool:
    return bool(_GOAL.intersection(words[max(0, at - 3) : at]))


def _is_temperature(words: list[str], first: int, last: int) -> bool:
    after = words[last + 1 : last + 3]
    if after[:1] == ["s"]:  # "70s outside"
        after = words[last + 2 : last + 4]
    if after and after[0] in _UNITS:
        return not _door_number(words, first, after[0])
    beside = {"inside", "outside", "adentro", "afuera", "in", "out", "indoors", "outdoors", "below"}
    if (
        after
        and after[0] in beside
        and (after[0] not in ("in", "out") or after[1:2] in (["here"], []) or after[0] == "out")
    ):
        return words[max(0, first - 1) : first] != ["unit"]
    before = words[max(0, first - 3) : first]
    if _REACHES.intersection(before) and {"above", "past", "over", "below", "under", "to", "up"}.intersection(before):
        return True
    return bool(_SAYS.intersection(before)) and bool(
        {"thermostat", "temperature", "termostato", "temperatura"} & set(words[max(0, first - 10) : first])
    )


def _door_number(words: list[str], first: int, unit: str) -> bool:
    """ "5C" and "unit 12F" are doors, not degrees."""
    if unit not in ("c", "f"):
        return False
    small = words[first].isdigit() and int(words[first]) < 10
    return small or words[max(0, first - 1)] in {"unit", "apartment", "room", "building", "number", "suite", "floor"}


def _fahrenheit(value: float, unit: list[str], *, cooling: bool) -> float:
    said_f = bool({"f", "fahrenheit"}.intersection(unit))
    if _CELSIUS.intersection(unit) or (cooling and not said_f and 25 <= value <= 45):
        return value * 9 / 5 + 32
    return value


def _place(words: list[str], first: int, last: int) -> str:
    if words[last + 1 : last + 2] == ["out"] or words[last + 2 : last + 3] == ["out"]:
        return "outdoor"
    best, place = _NEAR + 1, "somewhere"
    for name, marks in (("outdoor", _OUTSIDE), ("indoor", _INSIDE)):
        for at in range(max(0, first - _NEAR), min(len(words), last + _NEAR + 1)):
            distance = first - at if at < first else at - last
            if words[at] in marks and distance < best:
                best, place = distance, name
    return place
