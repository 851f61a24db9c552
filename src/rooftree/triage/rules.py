"""Readable combinations of concepts (data/rules*.yaml) and how they are found in a message."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cache

from rooftree.triage.data import conditions, load
from rooftree.triage.lexicon import FILES, SENSES, lexicon
from rooftree.triage.scope import Mention, Scene

WINDOW = 8
NOT_WINDOW = 8


@dataclass(frozen=True, slots=True)
class Term:
    """A concept with its polarity: "" as usual, "-" denied, "+" affirmed."""

    concept: str
    sign: str


@dataclass(frozen=True, slots=True)
class Rule:
    """Each of `groups` within its reach (in words) of the first, none of `barred` close by.

    A `suspicion` rests on weak signs together: it stands, and the one question is asked.
    """

    condition: str
    groups: tuple[tuple[Term, ...], ...]
    reaches: tuple[int, ...]
    barred: tuple[Term, ...]
    trade: str | None
    source: str
    suspicion: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that held, and the mentions it held on."""

    rule: Rule
    mentions: tuple[Mention, ...]


@cache
def rules() -> tuple[Rule, ...]:
    """All rules, those that call 911 first, then in the order of the file."""
    table = load("rules")
    lines_of: dict[str, list[str]] = {}
    for name in ("rules_911", "rules_senses", "rules"):
        for condition, lines in load(name)["rules"].items():
            lines_of.setdefault(condition, []).extend(lines)
    known = {concept for name in (*FILES, *SENSES) for concept in load(name)["concepts"]} | {"mine", "number"}
    parsed = tuple(_parse(condition, line, table["groups"]) for condition, lines in lines_of.items() for line in lines)
    for rule in parsed:
        unknown = {term.concept for group in (*rule.groups, rule.barred) for term in group} - known
        if unknown or rule.condition not in conditions():
            raise ValueError(f"rules.yaml: {rule.condition}: {rule.source}: unknown {sorted(unknown)}")
    return parsed


def _parse(condition: str, line: str, groups: dict[str, str]) -> Rule:
    body, _, trade = line.removeprefix("maybe ").partition("=>")
    body, _, window = body.partition("@")
    wanted: list[tuple[Term, ...]] = []
    reaches: list[int] = []
    barred: tuple[Term, ...] = ()
    for part in body.split(" + "):
        part = part.strip()
        if part.startswith("!"):
            barred += terms(part[1:], groups)
        else:
            names, _, own = part.partition("~")
            wanted.append(terms(names, groups))
            reaches.append(int(own or window or WINDOW))
    return Rule(
        condition, tuple(wanted), tuple(reaches), barred, trade.strip() or None, line, line.startswith("maybe ")
    )


def terms(part: str, groups: dict[str, str]) -> tuple[Term, ...]:
    """`a|-b|$group` as terms."""
    out: list[Term] = []
    for name in part.split("|"):
        if name.startswith("$"):
            out.extend(terms(groups[name[1:]], groups))
        elif name[0] in "-+":
            out.append(Term(name[1:], name[0]))
        else:
            out.append(Term(name, ""))
    return tuple(out)


def found(scene: Scene, wanted: tuple[Term, ...]) -> list[Mention]:
    """Live mentions that one of these terms accepts, in order of place."""
    things = lexicon().things | lexicon().named
    out: list[Mention] = []
    for term in wanted:
        mentions = scene.by_concept.get(term.concept, ())
        is_thing = term.concept in things
        out.extend(m for m in mentions if m.live and _fits(term, m, is_thing=is_thing))
    return sorted(out, key=lambda m: m.pos) if len(wanted) > 1 else out


def _fits(term: Term, mention: Mention, *, is_thing: bool) -> bool:
    if term.sign == "-":
        return mention.denied
    return not mention.denied or (is_thing and term.sign == "")


def match(scene: Scene, rule: Rule) -> Match | None:
    """The first place where the rule holds."""
    groups = [found(scene, group) for group in rule.groups]
    if not all(groups):
        return None
    barred = found(scene, rule.barred) if rule.barred else []
    for anchor in groups[0]:
        chosen = _gather(anchor, groups[1:], rule.reaches[1:])
        if chosen and not any(_close(bar, chosen) for bar in barred):
            return Match(rule, chosen)
    return None


def _gather(anchor: Mention, groups: list[list[Mention]], reaches: tuple[int, ...]) -> tuple[Mention, ...] | None:
    chosen = [anchor]
    for group, reach in zip(groups, reaches, strict=True):
        at = bisect_left(group, anchor.pos, key=lambda m: m.pos)
        best = min(group[max(0, at - 2) : at + 2], key=lambda m: _distance(anchor, m))
        if _distance(anchor, best) > reach:
            return None
        chosen.append(best)
    return tuple(chosen)


def _distance(a: Mention, b: Mention) -> int:
    return max(a.pos - b.end, b.pos - a.end, 0)


def _close(bar: Mention, chosen: tuple[Mention, ...]) -> bool:
    return any(_distance(bar, m) <= NOT_WINDOW and (bar.first, bar.last) != (m.first, m.last) for m in chosen)


def matches(scene: Scene) -> list[Match]:
    """Every rule that holds, in the order of the file."""
    present = scene.by_concept.keys()
    out: list[Match] = []
    for rule in rules():
        if all(any(term.concept in present for term in group) for group in rule.groups):
            held = match(scene, rule)
            if held:
                out.append(held)
    return out
