"""The kernel's tables, read once from the package: conditions, replies, thresholds, words and rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

import yaml

Priority = Literal["emergency", "urgent", "routine", "not_maintenance"]
Severity = Literal["EMERGENCY_911", "EMERGENCY", "URGENT", "ROUTINE", "POLICY"]
Language = Literal["en", "es"]

SEVERITIES: tuple[Severity, ...] = ("POLICY", "ROUTINE", "URGENT", "EMERGENCY", "EMERGENCY_911")
PRIORITY_OF: dict[Severity, Priority] = {
    "EMERGENCY_911": "emergency",
    "EMERGENCY": "emergency",
    "URGENT": "urgent",
    "ROUTINE": "routine",
    "POLICY": "not_maintenance",
}
TRADES = frozenset(
    "plumbing electrical hvac appliance locksmith general roofing pest_control mold_remediation elevator "
    "fire_safety gas glazing cleaning landscaping none".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One of the 48 conditions: how severe, how fast, whose trade, what the resident is told at once.

    `minutes` is our first-response choice; `make_safe` and `fix_by` follow `source`, read on `date`.
    """

    id: str
    what: str
    severity: Severity
    minutes: int
    make_safe: str
    fix_by: str
    trade: str
    reply: str
    call_911_first: bool
    confidence: str
    source: str
    date: str


def load(name: str) -> Any:
    """One YAML file of `triage/data`."""
    text = files("rooftree.triage").joinpath("data").joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(text, Loader=loader)  # noqa: S506  both are safe loaders


@cache
def conditions() -> dict[str, Condition]:
    """The conditions by id, in the order of the file (which breaks ties between equals)."""
    rows = load("conditions")["conditions"]
    table = {id_: Condition(id=id_, **{**row, "date": str(row["date"])}) for id_, row in rows.items()}
    for row in table.values():
        if row.severity not in get_args(Severity) or row.trade not in TRADES:
            raise ValueError(f"conditions.yaml: {row.id} has an unknown severity or trade")
    return table


@cache
def replies() -> dict[str, dict[Language, str]]:
    """Safety replies by id and language; `none` is absent."""
    rows = load("replies")["replies"]
    return {id_: {"en": row["en"], "es": row["es"]} for id_, row in rows.items()}


@cache
def thresholds() -> dict[str, float]:
    """Default temperatures in degrees Fahrenheit, by name."""
    return {name: float(row["value"]) for name, row in load("thresholds")["defaults"].items()}


def limits(own: Mapping[str, float] | None) -> Mapping[str, float]:
    """Temperatures with a property's own, which count only where they protect sooner: the law only tightens.

    Raises ValueError for a name that thresholds.yaml does not know.
    """
    if not own:
        return thresholds()
    unknown = own.keys() - thresholds().keys()
    if unknown:
        raise ValueError(f"unknown thresholds {sorted(unknown)}: use some of {sorted(thresholds())}")
    return {
        name: (min if name.startswith("cool") else max)(value, own.get(name, value))
        for name, value in thresholds().items()
    }


def rank(severity: Severity) -> int:
    """Position of a severity, worst highest."""
    return SEVERITIES.index(severity)
