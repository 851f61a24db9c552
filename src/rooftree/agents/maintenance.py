"""The maintenance agent: from the facts of one turn to a decision. Pure; it reads and writes nothing itself."""

from __future__ import annotations

from collections.abc import Callable

from rooftree.agents import dispatch, progress, resident
from rooftree.agents.facts import Decision, Facts
from rooftree.model.cases import CaseEvent


def decide(facts: Facts, event: CaseEvent) -> Decision:
    """What to do about `event`, given `facts`."""
    return _HANDLERS[event.kind](facts, event)


def _page_acknowledged(facts: Facts, event: CaseEvent) -> Decision:
    who = str(event.details.get("by", "a person on call"))
    return Decision(case=facts.case, timers={"page": None}, remark=f"{who} has taken the page.")


def _vendor_answered(facts: Facts, event: CaseEvent) -> Decision:
    return dispatch.vendor_answered(facts, event, done=progress.ask_if_fixed)


_HANDLERS: dict[str, Callable[[Facts, CaseEvent], Decision]] = {
    "resident_texted": resident.texted,
    "act_finished": progress.act_finished,
    "timer_due": progress.timer_due,
    "work_order_changed": progress.work_order_changed,
    "page_acknowledged": _page_acknowledged,
    "vendor_answered": _vendor_answered,
}
