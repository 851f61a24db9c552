"""The maintenance agent: from the facts of one turn to a decision. Pure; it reads and writes nothing itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from rooftree.agents import dispatch, progress, resident
from rooftree.agents.facts import Decision, Facts
from rooftree.model.cases import CaseEvent, CaseState, Proposal


def decide(facts: Facts, event: CaseEvent) -> Decision:
    """What to do about `event`, given `facts`."""
    return _HANDLERS[event.kind](facts, event)


def _page_acknowledged(facts: Facts, event: CaseEvent) -> Decision:
    who = str(event.details.get("by", "a person on call"))
    return Decision(case=facts.case, timers={"page": None}, remark=f"{who} has taken the page.")


def _taken_over(facts: Facts, event: CaseEvent) -> Decision:
    """A person has taken the case: open offers end and every wait of ours with them."""
    who = str(event.details.get("by", "A person"))
    withdraw = Proposal(kind="withdraw_offers", why=f"{who} has taken the case over")
    waits = dict.fromkeys(("identity", "create", "work", "confirm"))
    case = replace(facts.case, state=CaseState.WITH_PERSON)
    return Decision(case=case, proposals=(withdraw,), timers=waits, remark=f"{who} has taken the case over.")


def _vendor_answered(facts: Facts, event: CaseEvent) -> Decision:
    return dispatch.vendor_answered(facts, event, done=progress.ask_if_fixed)


_HANDLERS: dict[str, Callable[[Facts, CaseEvent], Decision]] = {
    "resident_texted": resident.texted,
    "act_finished": progress.act_finished,
    "timer_due": progress.timer_due,
    "work_order_changed": progress.work_order_changed,
    "page_acknowledged": _page_acknowledged,
    "taken_over": _taken_over,
    "resident_stopped": resident.stopped,
    "vendor_answered": _vendor_answered,
}
