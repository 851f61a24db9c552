"""The triage kernel: from a resident's words to how bad, how soon, whose trade and what to do right now.

Pure and quick: no network, no model, no clock. It reads for meaning (concepts and how they are said), judges each
condition with the temperatures and needs that were stated, and lets the worst one win. It never raises on any text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from rooftree.triage import explain
from rooftree.triage.data import PRIORITY_OF, Language, Priority, Severity, conditions, limits, rank, replies
from rooftree.triage.generic import Chore, chore
from rooftree.triage.language import Tongue, tongue
from rooftree.triage.modifiers import MODIFIED, Facts, Verdict, facts, judge
from rooftree.triage.rules import Match, matches, rules
from rooftree.triage.scope import Scene, scene
from rooftree.triage.text import read


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is known beside the text: degrees Fahrenheit, a need as stated (never guessed), toilets in the unit."""

    outdoor_f: float | None = None
    indoor_f: float | None = None
    vulnerable_occupant_stated: bool = False
    toilets_in_unit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One issue of the text: its condition (None outside the 48), how bad, whose trade, the words it rests on."""

    condition: str | None
    severity: Severity
    priority: Priority
    trade: str
    call_911_first: bool
    evidence: tuple[str, ...]
    note: str
    unsure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Triage:
    """The answer for one message. Fields describe the worst finding; `findings` holds all, worst first.

    `why` is for the manager, `safety_reply` and `question` are for the resident in `language`. While `question` is
    unanswered the severity given here stands. `confidence` runs from 0 to 1. `first_response_minutes` is our choice,
    `fix_by` follows the sources in data/conditions.yaml.
    """

    priority: Priority
    call_911_first: bool
    condition: str | None
    trade: str
    confidence: float
    why: str
    safety_reply: str | None
    language: Language
    question: str | None
    findings: tuple[Finding, ...]
    severity: Severity
    first_response_minutes: int
    fix_by: str


NO_CONTEXT = Context()


def triage(text: str, context: Context = NO_CONTEXT, thresholds: Mapping[str, float] | None = None) -> Triage:
    """Judge one message. Same text, context and thresholds, same answer; any string is accepted.

    `thresholds` are a property's own temperatures in degrees Fahrenheit by the names of data/thresholds.yaml; one that
    protects later than ours is not followed. Raises ValueError for an unknown name.
    """
    reading = read(text)
    spoken = tongue(reading)
    told = scene(reading)
    known = facts(
        told, indoor_f=context.indoor_f, outdoor_f=context.outdoor_f,
        vulnerable=context.vulnerable_occupant_stated, toilets=context.toilets_in_unit,
        limits=limits(thresholds),
    )  # fmt: skip
    findings = _findings(told, known)
    if spoken.foreign:
        findings = _ranked([*findings, *_foreign(spoken)])
    if not findings:
        return _nothing(told, spoken)
    return _answer(told, spoken, findings)


def _findings(told: Scene, known: Facts) -> list[Finding]:
    best: dict[str, Finding] = {}
    for held in matches(told):
        finding = _finding(told, held, judge(held.rule.condition, told, known))
        before = best.get(finding.condition or "")
        if before is None or _stronger(finding, before):
            best[finding.condition or ""] = finding
    felt = _felt_inside(told, known)
    if felt and felt not in best:
        best[felt] = _as_finding(felt, conditions()[felt].severity, (f"{known.indoor:.0f}F",), "temperature inside")
    task = None if best else chore(told)
    return _ranked([*best.values(), *([_chore(told, task)] if task else [])])


def _stronger(one: Finding, other: Finding) -> bool:
    """Worse, or as bad and surer."""
    return (rank(one.severity), not one.unsure) > (rank(other.severity), not other.unsure)


def _felt_inside(told: Scene, known: Facts) -> str | None:
    """A temperature that the resident states is trouble of itself, whatever else the text says."""
    if known.said_indoor is None or told.any("fridge") or told.any("hot_water"):
        return None
    if known.said_indoor < known.limits["heat_indoor_emergency"] and not told.any("ac"):
        return "no_heat"
    if known.said_indoor > known.limits["cool_outdoor_urgent"] and not told.any("heat"):
        return "no_ac_vuln" if known.vulnerable else "no_ac_hot"
    return None


def _finding(told: Scene, held: Match, verdict: Verdict) -> Finding:
    row = conditions()[verdict.condition]
    words = tuple(
        dict.fromkeys(
            told.words_of(m) for m in sorted(held.mentions, key=lambda m: m.pos) if m.concept not in ("terse", "mine")
        )
    )
    guessed = any(m.guessed for m in held.mentions)
    return Finding(
        condition=row.id, severity=verdict.severity, priority=PRIORITY_OF[verdict.severity],
        trade=held.rule.trade or row.trade, call_911_first=verdict.severity == "EMERGENCY_911",
        evidence=words, note=verdict.note, unsure=verdict.unknown or guessed or held.rule.suspicion,
    )  # fmt: skip


def _as_finding(
    condition: str | None, severity: Severity, words: tuple[str, ...], note: str, trade: str = ""
) -> Finding:
    return Finding(
        condition=condition, severity=severity, priority=PRIORITY_OF[severity],
        trade=trade or (conditions()[condition].trade if condition else "general"),
        call_911_first=severity == "EMERGENCY_911", evidence=words, note=note, unsure=True,
    )  # fmt: skip


def _chore(told: Scene, task: Chore) -> Finding:
    words = tuple(dict.fromkeys(told.words_of(m) for m in sorted(task.mentions, key=lambda m: m.pos)))
    found = _as_finding(None, task.severity, words, "" if task.named else "what is broken is not said", task.trade)
    return replace(found, unsure=not task.named)


def _foreign(spoken: Tongue) -> list[Finding]:
    hits = [_as_finding(c, conditions()[c].severity, (sign,), "foreign") for c, sign in spoken.dangers]
    return hits or [_as_finding(None, "URGENT", (), "foreign", "none")]


def _ranked(found: list[Finding]) -> list[Finding]:
    order = {condition: i for i, condition in enumerate(dict.fromkeys(rule.condition for rule in rules()))}
    order |= {mild: order[base] for mild, base in MODIFIED.items()}
    return sorted(found, key=lambda f: (-rank(f.severity), order.get(f.condition or "", len(order))))


def _answer(told: Scene, spoken: Tongue, findings: list[Finding]) -> Triage:
    worst = findings[0]
    row = conditions()[worst.condition] if worst.condition else None
    confidence = explain.confidence(told, spoken, worst.unsure, len(worst.evidence))
    reply = replies().get(row.reply) if row else None
    return Triage(
        priority=worst.priority, call_911_first=worst.call_911_first, condition=worst.condition, trade=worst.trade,
        confidence=confidence,
        why=explain.why(told, spoken, worst.condition, worst.evidence, worst.note, len(findings)),
        safety_reply=reply[spoken.language] if reply else None, language=spoken.language,
        question=explain.question(worst.condition, spoken, confidence), findings=tuple(findings),
        severity=worst.severity,
        first_response_minutes=explain.minutes(worst.severity, row.minutes if row else None),
        fix_by=explain.fix_by(worst.severity, row.fix_by if row else None),
    )  # fmt: skip


def _nothing(told: Scene, spoken: Tongue) -> Triage:
    readable = bool(told.reading.words) and any(char.isalpha() for char in told.reading.plain)
    confidence = explain.confidence_of_nothing(told, readable=readable)
    return Triage(
        priority="not_maintenance", call_911_first=False, condition=None, trade="none", confidence=confidence,
        why=explain.why_nothing(told, readable=readable), safety_reply=None, language=spoken.language,
        question=explain.question(None, spoken, confidence, readable=readable), findings=(), severity="POLICY",
        first_response_minutes=1440, fix_by="n/a",
    )  # fmt: skip
