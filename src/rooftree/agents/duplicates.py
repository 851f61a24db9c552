"""Whether two reports are about one thing: the same job twice, a repair that came back, something near it, or neither.

Decided by place, thing, trouble, time and whether the earlier one is still open. Pure; two people are never merged.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Literal

import yaml
from rapidfuzz import fuzz

from rooftree.clock import parse_iso
from rooftree.triage.kernel import Triage, triage

Relation = Literal["duplicate", "recurrence", "related", "different"]
DONE = frozenset({"completed", "closed", "cancelled", "canceled", "done", "resolved", "fixed"})
_SOON_DAYS = 14.0
_RECURS_DAYS = 180.0

_SHARED = frozenset({"elevator", "gas", "power", "heating", "water heater", "alarm"})
_ALIKE = (
    frozenset({"no heat", "broken"}),
    frozenset({"cold", "broken"}),
    frozenset({"no power", "broken"}),
    frozenset({"no hot water", "broken"}),
    frozenset({"clog", "leak"}),
    frozenset({"leak", "running"}),
)
"""Troubles that people call by either name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report as a person made it."""

    text: str
    unit: str = ""
    resident: str = ""
    opened_at: datetime | None = None
    status: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How two reports stand to each other, how sure that is (0 to 1), and why."""

    relation: Relation
    score: float
    why: str


@dataclass(frozen=True, slots=True)
class _Matter:
    things: frozenset[str]
    rooms: frozenset[str]
    troubles: frozenset[str]
    judged: Triage


def compare(a: Report, b: Report) -> Comparison:
    """What the later report is to the earlier one."""
    first, second = _in_order(a, b)
    one, two = _matter(first.text), _matter(second.text)
    if not _same_place(first, second):
        return _apart(first, second, one, two)
    likeness, reasons = _likeness(one, two, first.text, second.text)
    days = _days(first, second)
    if likeness < 0.55:
        elsewhere = one.rooms and two.rooms and not one.rooms & two.rooms
        near = not elsewhere and (likeness >= 0.4 or (_touch(one, two) and days <= _SOON_DAYS))
        relation: Relation = "related" if near else "different"
        return Comparison(relation=relation, score=round(likeness, 2), why=f"Same unit; {reasons}.")
    score, place = round(likeness, 2), f"Same unit, {reasons}"
    if not _is_done(first):
        return Comparison(relation="duplicate", score=score, why=f"{place}; the earlier one is still open.")
    if days > _RECURS_DAYS:
        return Comparison(relation="related", score=score, why=f"{place}; {days:.0f} days after it was done.")
    return Comparison(relation="recurrence", score=score, why=f"{place}; again {days:.0f} days after it was done.")


def _in_order(a: Report, b: Report) -> tuple[Report, Report]:
    if a.opened_at and b.opened_at and b.opened_at < a.opened_at:
        return b, a
    return a, b


def _same_place(a: Report, b: Report) -> bool:
    if a.unit and b.unit:
        return _plain(a.unit).strip() == _plain(b.unit).strip()
    return bool(a.resident and b.resident) and _plain(a.resident) == _plain(b.resident)


def _apart(a: Report, b: Report, one: _Matter, two: _Matter) -> Comparison:
    """Two units: one event may show in both (water from above, the building's heat), but never one work order."""
    things = one.things & two.things & _SHARED
    shared = "elevator" in things or (things and one.troubles & two.troubles)
    water = "leak" in one.troubles and "leak" in two.troubles and ("ceiling" in one.things | two.things)
    if (shared or water) and _days(a, b) <= 2:
        return Comparison(
            relation="related", score=0.5, why="Different units, but it may be one event in the building."
        )
    return Comparison(relation="different", score=0.1, why="Different units.")


def _likeness(one: _Matter, two: _Matter, a: str, b: str) -> tuple[float, str]:
    """0 to 1, and in words what speaks for it."""
    words = fuzz.token_set_ratio(_plain(a), _plain(b)) / 100
    things, troubles = one.things & two.things, one.troubles & two.troubles
    alike = troubles or any(one.troubles & pair and two.troubles & pair for pair in _ALIKE)
    same_condition = one.judged.condition is not None and one.judged.condition == two.judged.condition
    if one.rooms and two.rooms and not one.rooms & two.rooms and words < 0.9:
        return min(0.35, 0.2 + words * 0.2), "in different rooms"
    score = 0.3 * words + 0.1 * bool(one.rooms & two.rooms)
    score += 0.3 * bool(things) + 0.25 * bool(alike) + 0.2 * same_condition
    if one.things and two.things and not things:
        score -= 0.3 if not (same_condition and alike) else 0.1
    if one.troubles and two.troubles and not alike:
        score -= 0.25
    said = [f"both about the {' and '.join(sorted(things))}"] if things else []
    said += [f"both {' and '.join(sorted(troubles))}"] if troubles else []
    why = ", ".join(said) or ("the words are alike" if words > 0.6 else "little in common")
    return max(0.0, min(1.0, score)), why


def _touch(one: _Matter, two: _Matter) -> bool:
    """Whether one may have to do with the other: the same thing, room or trade."""
    trades = {one.judged.trade, two.judged.trade} - {"none"}
    return bool(one.things & two.things) or (bool(one.rooms & two.rooms) and len(trades) == 1)


def _is_done(report: Report) -> bool:
    return report.status.lower() in DONE


def _days(a: Report, b: Report) -> float:
    if a.opened_at is None or b.opened_at is None:
        return 0.0
    return abs((b.opened_at - a.opened_at).total_seconds()) / 86_400


def _matter(text: str) -> _Matter:
    plain = _plain(text)

    def named(kind: str) -> frozenset[str]:
        return frozenset(name for name, pattern in _words()[kind].items() if pattern.search(plain))

    return _Matter(named("things"), named("rooms"), named("troubles"), triage(text))


@cache
def _words() -> dict[str, dict[str, re.Pattern[str]]]:
    loaded = yaml.safe_load((files("rooftree.agents") / "data" / "matters.yaml").read_text())
    return {kind: {name: re.compile(pattern) for name, pattern in words.items()} for kind, words in loaded.items()}


def _plain(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9/ ]+", " ", bare.replace("'", ""))


def report_of(given: Mapping[str, object]) -> Report:
    """A report from its JSON form; raises ValueError for a date nobody can read."""
    opened = str(given.get("opened_at") or "")
    return Report(
        text=str(given.get("text") or ""),
        unit=str(given.get("unit") or ""),
        resident=str(given.get("resident") or ""),
        opened_at=parse_iso(opened.replace("Z", "+00:00")) if opened else None,
        status=str(given.get("status") or ""),
    )
