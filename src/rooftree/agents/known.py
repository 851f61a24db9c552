"""What the property system already holds about the matter of a text, so that no work order is doubled. Pure."""

from __future__ import annotations

from dataclasses import replace

from rooftree.agents.duplicates import Comparison, Relation, Report, compare
from rooftree.agents.facts import Decision, Facts
from rooftree.agents.say import once, say
from rooftree.model.cases import CaseState, Proposal
from rooftree.model.maintenance import WorkOrder
from rooftree.model.vocabulary import Priority

_SURE = 0.75
"""From this likeness on two open reports of one unit are one job; below it they become two, each naming the other."""


def already_open(facts: Facts) -> tuple[WorkOrder, Comparison] | None:
    """The open work order of the unit that is this very matter; None where none surely is.

    An emergency joins only what is held to be one already: nobody may wait behind a routine job.
    """
    found = _best(facts, "duplicate")
    if found is None or found[1].score < _SURE:
        return None
    waits = facts.case.is_emergency and found[0].priority is not Priority.EMERGENCY
    return None if waits else found


def mention(facts: Facts) -> str:
    """What a new work order says of one that is done and came back, or may be the same; empty where there is none."""
    if found := _best(facts, "recurrence"):
        order, told = found
        return f"It came back: work order {order.number or order.id}. {told.why}"
    if found := _best(facts, "duplicate"):
        order, told = found
        return f"It may be the same as work order {order.number or order.id}. {told.why}"
    return ""


def join(facts: Facts, order: WorkOrder, told: Comparison) -> Decision:
    """Add the text to the work order there is; nothing of it is changed where it is not ours."""
    number = order.number or order.id
    case = replace(
        once(facts.case, "joined"),
        state=CaseState.DISPATCHED,
        work_order_id=order.id,
        work_order_number=number,
        not_ours=order.id not in facts.our_orders,
    )
    facts = replace(facts, case=case)
    who = facts.household.name if facts.household else "the resident"
    note = f"Reported again by text, by {who}: {case.text}"
    why = f"work order {number} is about the same: {told.why}"
    return Decision(
        case=case,
        proposals=(
            say(facts, "joined", why, reply=True),
            Proposal(kind="add_note", why=why, details={"text": note}),
        ),
        timers={"identity": None, "work": facts.after(facts.policy.work_wait[case.work_order_priority])},
        remark=f"No second work order: {why} (likeness {told.score}).",
    )


def _best(facts: Facts, relation: Relation) -> tuple[WorkOrder, Comparison] | None:
    """The work order of the unit that stands so to the text, the likest one."""
    case, home = facts.case, facts.household
    if home is None:
        return None
    said = Report(text=case.text, unit=home.unit_id, opened_at=facts.now)
    scored = [(order, compare(_report(order), said)) for order in facts.unit_orders if order.unit_id == home.unit_id]
    fitting = [pair for pair in scored if pair[1].relation == relation]
    return max(fitting, key=lambda pair: pair[1].score, default=None)


def _report(order: WorkOrder) -> Report:
    """A work order as a report; one that is done is as old as its end."""
    at = order.created_at if order.status.is_open else order.completed_at or order.updated_at or order.created_at
    text = f"{order.title} {order.description or ''}"
    return Report(text=text, unit=order.unit_id or "", opened_at=at, status=order.status)
