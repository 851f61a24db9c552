"""Whether an act may happen now: pure rules over the facts of the case. `acts/` carries the verdict out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from rooftree.model.cases import Case, CaseState, Proposal

_QUIET = frozenset({"tell_resident", "offer_job"})
"""What waits for the morning; a vendor who must not come is told at once."""
_VENDOR_NOTICES = frozenset({"offer_job", "confirm_vendor"})
"""What tells a vendor of a job, as the PMS's own notice does; that a job is off is told by us all the same."""
LIVE_FOR = {
    "tell_resident": "residents",
    "offer_job": "vendors",
    "withdraw_offers": "vendors",
    "confirm_vendor": "vendors",
    "stand_down_vendor": "vendors",
    "refuse_late_answer": "vendors",
    "create_work_order": "work_orders",
    "change_work_order": "work_orders",
    "close_work_order": "work_orders",
    "assign_vendor": "work_orders",
    "add_note": "work_orders",
}
"""What a property must be live for; pages and handing over to people need nothing."""
_CHANGES = frozenset({"change_work_order", "close_work_order", "assign_vendor"})
WRITES = frozenset(kind for kind, what in LIVE_FOR.items() if what == "work_orders")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What holds for the case and its connection at this moment."""

    live: bool
    """The property is live for this kind of act."""
    older: bool = False
    """The case is older than that, and nobody has handed it over."""
    not_ours: bool = False
    """The work order is staff's or another system's, and nobody has handed it over."""
    writes_enabled: bool
    opted_out: bool
    quiet_until: datetime | None
    emergency: bool
    pms_tells_vendors: bool = False
    """The PMS tells vendors of their jobs on this connection: a notice of ours would be the second one."""
    overtaken: str = ""
    """Why it need not be done any more: the case went on while the act waited."""
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
    if standing.overtaken and not proposal.safety:
        return Verdict(says="refuse", rule="overtaken", reason=standing.overtaken)
    if proposal.kind == "tell_resident" and standing.opted_out:
        return Verdict(says="refuse", rule="stop", reason="The resident has texted STOP: call, do not text.")
    if proposal.safety:
        return Verdict(says="allow", rule="safety", reason="Safety is never held.")
    if proposal.kind in LIVE_FOR and not standing.live:
        return Verdict(says="refuse", rule="shadow", reason="In shadow: proposed, not done.")
    if proposal.kind in LIVE_FOR and standing.older:
        reason = "The case is older than going live here: it stays with people until somebody hands it over."
        return Verdict(says="refuse", rule="before_live", reason=reason)
    if proposal.kind in _CHANGES and standing.not_ours:
        reason = "The work order is not ours: it stays as it is until somebody hands the case over."
        return Verdict(says="refuse", rule="not_ours", reason=reason)
    if proposal.kind in WRITES and not standing.writes_enabled:
        return Verdict(says="refuse", rule="kill_switch", reason="Writing to this property system is switched off.")
    if standing.pms_tells_vendors and proposal.kind in _VENDOR_NOTICES:
        reason = "On this connection the property system tells vendors of their jobs, and never both."
        return Verdict(says="refuse", rule="pms_tells_vendors", reason=reason)
    if standing.acts_today >= standing.most_acts_a_day:
        return Verdict(says="refuse", rule="cap", reason=f"More than {standing.most_acts_a_day} acts today.")
    if proposal.kind in _QUIET and _held(proposal, standing):
        reason = "Quiet hours at the property."
        return Verdict(says="wait", rule="quiet_hours", reason=reason, until=standing.quiet_until)
    return Verdict(says="allow", rule="default", reason="Nothing speaks against it.")


_FAREWELLS = frozenset({"closed", "closed_by_office", "cancelled"})


def overtaken(proposal: Proposal, case: Case) -> str:
    """Why an act that waited need not be done any more; empty where it must."""
    if proposal.kind == "offer_job":
        if not case.is_open or case.state is CaseState.WITH_PERSON:
            return "The case is no longer looking for a vendor."
        return "The job is taken." if case.vendor_id else ""
    if proposal.kind != "tell_resident":
        return ""
    name = str(proposal.details.get("name", ""))
    if not case.is_open and name not in _FAREWELLS:
        return "The case is closed."
    if name in ("is_it_fixed", "is_it_fixed_again", "is_it_done") and case.state is not CaseState.CONFIRMING:
        return "The question is answered."
    return "A vendor was found." if name == "no_vendor" and case.vendor_id else ""


def _held(proposal: Proposal, standing: Standing) -> bool:
    return standing.quiet_until is not None and not standing.emergency and not proposal.reply
