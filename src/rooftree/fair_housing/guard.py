"""The fair-housing guard: what an outgoing text may not say, from rules as data. Pure; no model.

The Fair Housing Act applies whoever or whatever wrote the words. The guard reads a text before it goes out: words
that describe the home (HUD's 1995 memo) are set aside first, so that "master bedroom" and "walking distance to the
bus" stay; then what no text may say is looked for, and last what a person should look at.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

Label = Literal["prohibited", "caution", "ok"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; `local` ones prohibit only where state or city law protects the class."""

    id: str
    protected_class: str
    why: str
    patterns: tuple[re.Pattern[str], ...]
    local: bool = False

    def found(self, text: str) -> str | None:
        """The words that match, or None."""
        return next((match[0] for pattern in self.patterns if (match := pattern.search(text))), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the guard says of a text, by which rule and why."""

    label: Label
    protected_class: str | None = None
    why: str
    rule: str | None = None


def guard(text: str, channel: str = "", jurisdiction: str = "") -> Verdict:
    """The verdict on an outgoing text; `jurisdiction` is a state ("CA") or a city with it ("Austin, TX")."""
    plain = normalized(text)
    rest, allowed = _set_aside(plain)
    for rule in _rules("prohibited"):
        if words := rule.found(rest):
            return _verdict("prohibited", rule, words)
    for rule in _rules("local"):
        if words := rule.found(rest):
            protected = is_protected(rule.protected_class, jurisdiction)
            return _verdict("prohibited" if protected else "caution", rule, words)
    for rule in _rules("caution"):
        if words := rule.found(rest):
            return _verdict("caution", rule, words)
    if allowed:
        return Verdict(label="ok", why=f"{allowed.why[0].upper()}{allowed.why[1:]}.", rule=allowed.id)
    return Verdict(label="ok", why="Nothing in it speaks of a protected class.")


def is_protected(protected_class: str, jurisdiction: str) -> bool:
    """Whether state or city law protects the class there; an unknown place is not known to."""
    places = {str(place).lower() for place in _places().get(protected_class, ())}
    return any(candidate in places for candidate in _candidates(jurisdiction))


def normalized(text: str) -> str:
    """Lower-case words without accents, apostrophes or look-alike letters."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    plain = plain.replace("'", "").replace("`", "")
    return re.sub(r"\s+", " ", plain)


def _verdict(label: Label, rule: Rule, words: str) -> Verdict:
    why = f'"{words.strip()}" {rule.why}. The Fair Housing Act applies.'
    if rule.local:
        where = "protected there" if label == "prohibited" else "protected in many places; a person confirms"
        why = f'"{words.strip()}" {rule.why}: {where}.'
    return Verdict(label=label, protected_class=rule.protected_class, why=why, rule=rule.id)


def _set_aside(text: str) -> tuple[str, Rule | None]:
    """The text without allowed words, and the first rule that allowed some."""
    first = None
    for rule in _rules("allowed"):
        for pattern in rule.patterns:
            replaced = pattern.sub(" | ", text)
            first = first or (rule if replaced != text else None)
            text = replaced
    return text, first


def _candidates(jurisdiction: str) -> Iterable[str]:
    place = normalized(jurisdiction).strip().removeprefix("us-").replace("st. ", "saint ")
    yield place
    parts = [part.strip() for part in re.split(r"[,;/]", place) if part.strip()]
    yield from parts
    yield from (code for part in parts if (code := _states().get(part)))
    if len(parts) >= 2:
        state = _states().get(parts[-1], parts[-1])
        yield f"{parts[0]}, {state}"
        yield state


@cache
def _file(name: str) -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = yaml.safe_load((files("rooftree.fair_housing") / "data" / name).read_text())
    return loaded


def _places() -> Mapping[str, Any]:
    return _file("places.yaml")


@cache
def _states() -> dict[str, str]:
    return {str(name): str(code) for name, code in _file("states.yaml").items()}


@cache
def _rules(kind: str) -> tuple[Rule, ...]:
    data = _file("rules.yaml")
    return tuple(rule for row in data[kind] for rule in _of_row(row, data["groups"], local=kind == "local"))


def _of_row(row: Mapping[str, Any], groups: Mapping[str, str], *, local: bool) -> Iterable[Rule]:
    """The rules of one row: one for its class, or one for `each` class with its own word group for `{them}`."""
    for protected_class, them in row.get("each", {row.get("class", ""): ""}).items():
        words = {**groups, "them": groups.get(them, "")}
        patterns = tuple(re.compile(_filled(pattern, words)) for pattern in row["any"])
        yield Rule(row["id"], protected_class, row["why"], patterns, local=local)


def _filled(pattern: str, groups: Mapping[str, str]) -> str:
    for name, words in groups.items():
        pattern = pattern.replace("{" + name + "}", words)
    return pattern
