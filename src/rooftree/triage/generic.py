"""Maintenance that is none of the 48 conditions: a thing, something wrong with it, and whose trade it is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from rooftree.triage.data import Severity, load
from rooftree.triage.rules import Term, found, terms
from rooftree.triage.scope import Mention, Scene

REACH = 12


@dataclass(frozen=True, slots=True)
class Chore:
    """What was found: the trade, how soon, and the mentions it rests on."""

    trade: str
    severity: Severity
    mentions: tuple[Mention, ...]
    named: bool = True


@cache
def _table() -> tuple[list[tuple[tuple[Term, ...], str, Severity, bool]], tuple[Term, ...], tuple[Term, ...]]:
    raw = load("extra")
    rows: list[tuple[tuple[Term, ...], str, Severity, bool]] = []
    for row in raw["generic"]:
        severity: Severity = "URGENT" if row["priority"] == "urgent" else "ROUTINE"
        rows.append((terms(row["things"], {}), row["trade"].split("|")[0], severity, row.get("needs") != "none"))
    return rows, terms(raw["problem"], {}), terms(raw["unnamed"], {})


def chore(scene: Scene) -> Chore | None:
    """The nearest ordinary chore, or None where the text is not about one."""
    rows, problem, unnamed = _table()
    wrong = found(scene, problem)
    for wanted, trade, severity, needs in rows:
        for thing in found(scene, wanted):
            if not needs and not thing.denied:
                return Chore(trade, severity, (thing,))
            near = _refusals(scene, thing) or [
                m for m in wrong if _apart(m, thing) <= REACH and (m.first, m.last) != (thing.first, thing.last)
            ]
            if near:
                return Chore(trade, severity, (thing, min(near, key=lambda m: _apart(m, thing))))
    bare = found(scene, unnamed)
    over = any(not mention.live for mention in scene.mentions)
    if bare and not over and not scene.has("admin"):
        return Chore("general", "ROUTINE", (bare[0],), named=False)
    return None


def _refusals(scene: Scene, thing: Mention) -> list[Mention]:
    """ "The intercom doesn't buzz": a denial right after the thing, whatever verb it denies."""
    denials = scene.by_concept.get("negator", [])
    return [m for m in denials if m.live and 0 < m.pos - thing.end <= 2]


def _apart(one: Mention, other: Mention) -> int:
    return max(one.pos - other.end, other.pos - one.end, 0)
