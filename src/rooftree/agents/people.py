"""Whether two records of people are one person. Says how likely and why; merging is a person's decision. Pure."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from rooftree.agents.linkage import Kind, Level, Model, level
from rooftree.model.base import Person

SURE = 0.9
"""From here a pair is shown to a person; nothing merges by itself."""
_RELATIVES = 0.5
"""The most that two people of different first names are held to be one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How likely two records are one person (0 to 1), and what speaks for and against it."""

    score: float
    why: str


def _weights(m: tuple[float, ...], u: tuple[float, ...]) -> dict[int, float]:
    """By level, 0 (different) to 3 (the same)."""
    return {each: math.log(one / other) for each, (one, other) in enumerate(zip(m, u, strict=True))}


_FIELDS = ("first name", "last name", "telephone", "e-mail")
_MODEL = Model(
    (
        _weights((0.02, 0.04, 0.09, 0.85), (0.82, 0.065, 0.015, 0.10)),
        _weights((0.04, 0.03, 0.08, 0.85), (0.55, 0.03, 0.02, 0.40)),
        _weights((0.30, 0.01, 0.04, 0.65), (0.83, 0.01, 0.01, 0.15)),
        _weights((0.35, 0.01, 0.09, 0.55), (0.88, 0.03, 0.01, 0.08)),
    ),
    prior=0.2,
)
"""Our own estimate for pairs that share a telephone, an e-mail or a name, in the order of the fields above: relatives
share a last name and a telephone, namesakes a name, so that none of these says much by itself. Not learned from
anybody's residents."""


def compare(a: Person, b: Person) -> Likeness:
    """Two people of different first names are never held to be one: relatives share all the rest."""
    levels: tuple[Level, ...] = (
        level("words", _plain(a.first_name), _plain(b.first_name)),
        level("words", _plain(a.last_name), _plain(b.last_name)),
        _best("digits", _numbers(a), _numbers(b)),
        _best("words", _addresses(a), _addresses(b)),
    )
    score = _MODEL.score(levels)
    if levels[0] == 0:
        score = min(score, _RELATIVES)
    return Likeness(score=round(score, 3), why=_why(levels))


def _best(kind: Kind, one: frozenset[str], other: frozenset[str]) -> Level:
    """The nearest of several values."""
    found = [each for a in one for b in other if (each := level(kind, a, b)) is not None]
    return max(found, default=None)


def _why(levels: tuple[Level, ...]) -> str:
    words = {3: "same", 2: "nearly the same", 1: "a little alike in", 0: "different"}
    said = [f"{words[each]} {name}" for name, each in zip(_FIELDS, levels, strict=True) if each is not None]
    return ", ".join(said) or "nothing to compare"


def _plain(name: str | None) -> str:
    return " ".join((name or "").casefold().split())


def _numbers(person: Person) -> frozenset[str]:
    """The last ten digits of each telephone."""
    return frozenset(filter(None, (re.sub(r"\D", "", phone.number)[-10:] for phone in person.phones)))


def _addresses(person: Person) -> frozenset[str]:
    return frozenset(address.strip().casefold() for address in person.emails)
