"""Plain words for a manager, the one question for a resident, and how sure we are."""

from __future__ import annotations

from functools import cache

from rooftree.triage.data import Language, Severity, conditions, load
from rooftree.triage.language import Tongue
from rooftree.triage.scope import Scene

ASK_BELOW = 0.7
_MINUTES: dict[Severity, int] = {"EMERGENCY_911": 0, "EMERGENCY": 30, "URGENT": 240, "ROUTINE": 1440, "POLICY": 1440}
_FIX_BY: dict[Severity, str] = {
    "EMERGENCY_911": "24 h", "EMERGENCY": "24 h", "URGENT": "72 h", "ROUTINE": "30 d", "POLICY": "n/a",
}  # fmt: skip
_NOT_LIVE = {
    "resolved": "is said to be over",
    "past": "is told as past",
    "imagined": "is only asked about, not happening",
    "elsewhere": "is somewhere else",
}


@cache
def _questions() -> dict[str, dict[Language, str]]:
    rows: dict[str, dict[Language, str]] = load("questions")["questions"]
    return rows


def minutes(severity: Severity, told: int | None) -> int:
    """First-response minutes: the condition's own, never slower than its severity allows."""
    return (
        _MINUTES[severity] if told is None else min(told, _MINUTES[severity]) if severity.startswith("EMERG") else told
    )


def fix_by(severity: Severity, told: str | None) -> str:
    """When it should be fixed, as the sources put it."""
    return told or _FIX_BY[severity]


def confidence(told: Scene, spoken: Tongue, unsure: bool, evidence: int) -> float:
    """High for words that fit together without doubt; low for a guessed spelling, a doubt or a strange language."""
    score = 0.92 if evidence > 1 else 0.85
    score -= 0.25 if unsure else 0.0
    score -= 0.2 if told.has("doubt") else 0.0
    return round(min(score, 0.35) if spoken.foreign else score, 2)


def confidence_of_nothing(told: Scene, *, readable: bool) -> float:
    """Sure it is not maintenance when the talk is plainly of something else."""
    if not readable:
        return 0.1
    quiet = not told.mentions or told.has("admin") or any(not m.live for m in told.mentions)
    return 0.8 if quiet and len(told.reading.words) > 1 else 0.5


def why(told: Scene, spoken: Tongue, condition: str | None, words: tuple[str, ...], note: str, count: int) -> str:
    """One or two sentences that quote the decisive words."""
    quoted = " and ".join(f'"{word}"' for word in words)
    if note == "foreign":
        seen = f" A danger word was seen: {quoted}." if words else ""
        return f"The text seems to be in {spoken.foreign}, which the rules do not read.{seen} A person should read it."
    what = conditions()[condition].what if condition else "A repair that is none of the listed conditions"
    parts = [f"{what}: the resident wrote {quoted}." if quoted else f"{what}."]
    if note and note != "what is broken is not said":
        parts.append(f"Taken into account: {note}.")
    if note == "what is broken is not said":
        parts.append("What is broken is not said.")
    if told.has("doubt"):
        parts.append("The resident is unsure; the higher severity stands until answered.")
    if count > 1:
        parts.append(f"{count - 1} more in the same text.")
    return " ".join(parts)


def why_nothing(told: Scene, *, readable: bool) -> str:
    """Why nothing is to be repaired, or why the text could not be read."""
    if not readable:
        return "The text is empty or has no readable words, so nothing could be judged."
    over = next((m for m in told.mentions if m.why_not), None)
    if over:
        return f'No repair is asked for: what "{told.words_of(over)}" is about {_NOT_LIVE[over.why_not]}.'
    denied = next((m for m in told.mentions if m.denied), None)
    if denied:
        return f'No repair is asked for: "{told.words_of(denied)}" is denied.'
    return "No words about anything broken, leaking, smelling or unsafe were found."


def question(condition: str | None, spoken: Tongue, score: float, *, readable: bool = True) -> str | None:
    """The one question to ask when unsure, in the resident's language."""
    if score >= ASK_BELOW:
        return None
    key = "unreadable" if spoken.foreign or not readable else condition or "other"
    return _questions().get(key, _questions()["other"])[spoken.language]
