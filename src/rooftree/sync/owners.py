"""Whose value stands when a field changed on both sides: rules as data (`owners.yaml`), a connection's own over them.

Everything here is pure. Staff's edit in the PMS stands unless a rule says otherwise; money is never ours to overrule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Any, get_args, get_type_hints

import yaml

from rooftree.errors import InvalidInput
from rooftree.model.base import Money
from rooftree.model.names import RECORDS
from rooftree.sync.compare import Judge, Ruling, same

OPTION = "field_owners"
"""A connection's setting: `record.field=rule`, several with commas."""
WORDS = {
    "pms": "What staff changed in the property system stands.",
    "rooftree": "This field is ours: our value is written over.",
    "newest": "The later of both stands, by the property system's clock.",
    "lattice": "Work only goes on: a later step may follow an earlier one, and nothing reopens what is done.",
    "loop": "The same value was changed back again and again: we stopped writing it, and a person decides.",
}
"""Each rule in words for people."""
CHOICES = ("pms", "rooftree", "newest", "lattice")


@dataclass(frozen=True, slots=True)
class Lattice:
    """Which words may follow which: `overtakes` when both sides moved, `leaves` when only we did."""

    overtakes: Mapping[str, frozenset[str]]
    leaves: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Loop:
    """So many writes of one value within `within` are a loop; it is left alone for `stops`."""

    writes: int
    within: timedelta
    stops: timedelta


@dataclass(frozen=True, slots=True)
class Owners:
    """The rules of one connection, by `record.field`."""

    default: str
    rules: Mapping[str, str]
    lattices: Mapping[str, Lattice]
    loop: Loop
    just_verified: timedelta

    def rule(self, record: str, field: str) -> str:
        return self.rules.get(f"{record}.{field}", self.default)

    def judge(self, record: str, *, later: bool) -> Judge:
        """How `compare.three_way` decides fields of this record; `later`: our wish is newer than staff's edit."""

        def decide(field: str, base: Any, theirs: Any, ours: Any) -> Ruling | None:
            rule = self.rule(record, field)
            moved = not same(theirs, base)
            if rule == "lattice":
                return _by_lattice(self.lattices[f"{record}.{field}"], moved, str(theirs), str(ours))
            if not moved:
                return None
            wins = rule == "rooftree" or (rule == "newest" and later)
            return Ruling("ours" if wins else "theirs", rule)

        return decide

    def goes_on(self, record: str, field: str, ours: Any, theirs: Any) -> bool:
        """Whether staff only took the next step after ours, which is no conflict."""
        lattice = self.lattices.get(f"{record}.{field}")
        return lattice is not None and str(theirs) in lattice.overtakes.get(str(ours), frozenset())


def _by_lattice(lattice: Lattice, moved: bool, theirs: str, ours: str) -> Ruling | None:
    if moved:
        return Ruling("ours" if ours in lattice.overtakes.get(theirs, frozenset()) else "theirs", "lattice")
    ends = lattice.leaves.get(theirs)
    return None if ends is None or ours in ends else Ruling("theirs", "lattice")


def of(options: Mapping[str, str]) -> Owners:
    """The rules of a connection with these options; raises InvalidInput for a setting that says no rule."""
    default = _default()
    told = read(options.get(OPTION, ""))
    return Owners(default.default, {**default.rules, **told}, default.lattices, default.loop, default.just_verified)


def read(setting: str) -> dict[str, str]:
    """The rules a setting says, by `record.field`; raises InvalidInput with what is wrong and what would be right."""
    pairs = [part.partition("=") for part in setting.split(",") if part.strip()]
    return dict(_checked(name.strip(), rule.strip()) for name, _, rule in pairs)


def _checked(name: str, rule: str) -> tuple[str, str]:
    record, _, field = name.partition(".")
    hints = get_type_hints(RECORDS[record]) if record in RECORDS else {}
    if field not in hints:
        raise InvalidInput(f"No record has a field {name}; say e.g. work_order.priority=rooftree.", path="value")
    if rule not in CHOICES:
        raise InvalidInput(f"{name}: {rule!r} is no rule; choose {', '.join(CHOICES)}.", path="value")
    if rule == "lattice" and name not in _default().lattices:
        known = ", ".join(_default().lattices)
        raise InvalidInput(f"{name}: only {known} has an order of words to go by.", path="value")
    if rule in ("rooftree", "newest") and _is_money(hints[field]):
        raise InvalidInput(f"{name} is money: what the property system says always stands.", path="value")
    return name, rule


def _is_money(hint: Any) -> bool:
    return hint is Money or Money in get_args(hint)


@cache
def _default() -> Owners:
    told: dict[str, Any] = yaml.safe_load((files(__package__) / "owners.yaml").read_text(encoding="utf-8"))
    loop = told["loop"]
    return Owners(
        default=told["default"],
        rules=told["fields"],
        lattices={
            name: Lattice(overtakes=_sets(each["overtakes"]), leaves=_sets(each["leaves"]))
            for name, each in told["lattices"].items()
        },
        loop=Loop(loop["writes"], timedelta(minutes=loop["minutes"]), timedelta(hours=loop["hours"])),
        just_verified=timedelta(minutes=told["just_verified_minutes"]),
    )


def _sets(words: Mapping[str, list[str]]) -> dict[str, frozenset[str]]:
    return {word: frozenset(next_) for word, next_ in words.items()}
