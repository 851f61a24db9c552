"""Whether an act may happen now: pure rules over the facts of the case. `acts/` carries the verdict out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from rooftree.model.cases import Proposal

_QUIET = frozenset({"tell_resident", "offer_job"})
"""What waits for the morning; a vendor who must not come is told at once."""
WRITES = frozenset({"create_work_order", "change_work_order", "close_work_order", "assign_vendor", "add_note"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What holds for the case and its connection at this moment."""

    live: bool
    writes_enabled: bool
    opted_out: bool
    quiet_until: datetime | None
    emergency: bool
    acts_today: int = 0
    most_acts_a_day: int = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the gate says: allow, wait (until a moment), or refuse; with the rule and the reason in words."""

    says: Literal["allow", "wait", "refuse"]
    rule: str
    reason: str
    until: datetime | None = None


def judge(proposal: Proposal, standing: Standing) -> Verdict:
    """The verdict on one proposal.

    Safety is never held by quiet hours, caps, kill switch or shadow; only the resident's STOP bars a text to the
    resident, since the carrier would drop it: the caller then pages a person to call.
    """
    if proposal.kind == "tell_resident" and standing.opted_out:
        return Verdict(says="refuse", rule="stop", reason="The resident has texted STOP: call, do not text.")
    if proposal.safety:
        return Verdict(says="allow", rule="safety", reason="Safety is never held.")
    if not standing.live and proposal.kind != "hand_to_person":
        return Verdict(says="refuse", rule="shadow", reason="The connection is in shadow: proposed, not done.")
    if proposal.kind in WRITES and not standing.writes_enabled:
        return Verdict(says="refuse", rule="kill_switch", reason="Writing to this property system is switched off.")
    if standing.acts_today >= standing.most_acts_a_day:
        return Verdict(says="refuse", rule="cap", reason=f"More than {standing.most_acts_a_day} acts today.")
    if proposal.kind in _QUIET and _held(proposal, standing):
        reason = "Quiet hours at the property."
        return Verdict(says="wait", rule="quiet_hours", reason=reason, until=standing.quiet_until)
    return Verdict(says="allow", rule="default", reason="Nothing speaks against it.")


def _held(proposal: Proposal, standing: Standing) -> bool:
    return standing.quiet_until is not None and not standing.emergency and not proposal.reply
