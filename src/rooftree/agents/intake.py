"""Reading what came in: commands of vendors and people on call, and which case a text belongs to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from rooftree.model.cases import Case, CaseState
from rooftree.triage.kernel import Triage

_COMMAND = re.compile(r"^\s*(a|accept|d|decline|done|ok)\W{0,3}(\d{2,6})\b", re.IGNORECASE)
_ANSWERS: dict[str, Literal["accept", "decline", "done", "ok"]] = {
    "a": "accept",
    "accept": "accept",
    "d": "decline",
    "decline": "decline",
    "done": "done",
    "ok": "ok",
}
_RANK = {"not_maintenance": 0, "routine": 1, "urgent": 2, "emergency": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A coded word ("A 41"): what is meant, and the code it names."""

    answer: Literal["accept", "decline", "done", "ok"]
    code: str


def command(text: str) -> Command | None:
    """The coded word a text begins with, or None: "A 41", "decline 41", "DONE 41", "OK 17"."""
    found = _COMMAND.match(text)
    return Command(answer=_ANSWERS[found[1].lower()], code=found[2]) if found else None


def belongs_to(case: Case, triage: Triage) -> bool:
    """Whether a new text of the household continues `case` rather than opening another matter.

    A case closed a short while ago goes on only where the text names no other problem ("it is not fixed").
    It does while we wait for an answer, when it names no problem of its own, or the same one. A hazard that the
    case is not about always opens its own matter: hazard reports are never absorbed.
    """
    if triage.call_911_first and triage.condition != case.condition:
        return False
    if not case.is_open:
        return triage.condition in (None, case.condition)
    if case.state in (CaseState.NEEDS_IDENTITY, CaseState.CONFIRMING, CaseState.NEW):
        return True
    if triage.condition is None or triage.priority == "not_maintenance":
        return True
    return triage.condition == case.condition or triage.trade == case.trade


def raises(case: Case, triage: Triage) -> bool:
    """Whether the text makes the case more severe than it was held to be."""
    return _RANK[triage.priority] > _RANK.get(case.priority, 0)
