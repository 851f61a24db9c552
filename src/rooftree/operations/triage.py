"""Judging a text without doing anything about it."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from rooftree.operations.registry import Caller, Input, operation
from rooftree.triage.kernel import Context, triage


class TriageContext(Input):
    """What is known besides the words."""

    outdoor_f: float | None = Field(default=None, description="Degrees Fahrenheit outside.")
    indoor_f: float | None = Field(default=None, description="Degrees Fahrenheit inside.")
    vulnerable_occupant_stated: bool = Field(default=False, description="Somebody said so; never guessed.")
    toilets_in_unit: int | None = Field(default=None, ge=0)


class TriageInput(Input):
    """One text of a resident."""

    text: str = Field(description="The resident's words, as they came.")
    context: TriageContext = TriageContext()


@operation("triage.run", "read", examples=('rooftree triage "water is coming through my ceiling light"',))
def run(_caller: Caller, given: TriageInput) -> dict[str, Any]:
    """How severe a resident's text is, which trade it needs, why, and the safety reply."""
    return judge(given)


def judge(given: TriageInput) -> dict[str, Any]:
    """The same without a caller: it needs nothing of ours."""
    found = triage(given.text, Context(**given.context.model_dump()))
    return {
        "priority": found.priority,
        "call_911_first": found.call_911_first,
        "condition": found.condition,
        "trade": found.trade,
        "confidence": found.confidence,
        "why": found.why,
        "safety_reply": found.safety_reply,
        "question": found.question,
        "language": found.language,
    }
