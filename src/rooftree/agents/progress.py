"""What to do when an act has ended, a wait is over, or staff changed something in the PMS. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from rooftree.agents import dispatch
from rooftree.agents.facts import Decision, Facts
from rooftree.agents.say import once, page, say
from rooftree.model.cases import CaseEvent, CaseState, Proposal
from rooftree.model.maintenance import WorkOrder
from rooftree.model.vocabulary import WorkOrderStatus


def act_finished(facts: Facts, event: CaseEvent) -> Decision:
    kind, outcome = event.details.get("act"), event.details.get("outcome")
    if kind == "create_work_order":
        return _created(facts, event.details) if outcome == "done" else _not_created(facts, str(outcome), event.details)
    rule, name = event.details.get("rule"), event.details.get("name")
    if rule == "overtaken":
        return Decision(case=facts.case, remark=f"Not done any more: {event.details.get('reason', '')}")
    if rule == "stop" and str(name).startswith("is_it_"):
        return _ask_by_voice(facts)
    if rule == "stop" and event.details.get("safety"):
        call = page(facts, "CALL the resident, who stopped texts")
        return Decision(case=facts.case, proposals=(call,), remark="The resident gets no texts: a person must call.")
    if kind == "offer_job" and outcome in ("failed", "refused", "unsure") and rule == "default":
        following = dispatch.next_offer(facts)
        return replace(following, remark=f"{event.details.get('reason', '')} {following.remark}".strip())
    if kind == "close_work_order" and outcome != "done":
        return _not_closed(facts, str(event.details.get("reason", "")))
    if outcome in ("failed", "needs_human", "unsure"):
        hand = Proposal(kind="hand_to_person", why=str(event.details.get("reason", "an act failed")))
        return Decision(case=facts.case, proposals=(hand,), remark="That did not work; the case shows it to a person.")
    return Decision(case=facts.case)


def _ask_by_voice(facts: Facts) -> Decision:
    why = "The resident wants no texts: call and ask whether it is fixed."
    hand = Proposal(kind="hand_to_person", why=why)
    case = replace(facts.case, state=CaseState.WITH_PERSON)
    return Decision(case=case, proposals=(hand,), timers={"confirm": None}, remark=why)


def _not_closed(facts: Facts, reason: str) -> Decision:
    why = f"The work is done, but the property system did not take the end of the work order: {reason}"
    hand = Proposal(kind="hand_to_person", why=why)
    return Decision(case=replace(facts.case, state=CaseState.WITH_PERSON), proposals=(hand,), remark=why)


def _created(facts: Facts, details: Mapping[str, Any]) -> Decision:
    case = replace(
        once(facts.case, "created"),
        work_order_id=str(details["work_order_id"]),
        work_order_number=str(details.get("number") or details["work_order_id"]),
    )
    facts = replace(facts, case=case)
    why = "the work order was read back from the property system"
    first: tuple[Proposal, ...] = (say(facts, "created", why, reply=facts.asked_just_now),)
    remark = f"Work order {case.work_order_number} is in the property system, read back and equal."
    if details.get("adopted"):
        remark = f"The office had typed work order {case.work_order_number} already; it is taken over, not doubled."
        words = f"Resident, by text: {case.text}"
        first += (Proposal(kind="add_note", why="the office's own work order was taken over", details={"text": words}),)
    if case.state is not CaseState.CREATING:
        return Decision(case=case, proposals=first, timers={"create": None}, remark=remark)
    if case.vendor_id:
        assign = Proposal(kind="assign_vendor", why="the vendor has accepted", details={"vendor_id": case.vendor_id})
        case = replace(case, state=CaseState.DISPATCHED)
        if dispatch.DONE_EARLY in case.told:
            after = dispatch.work_done(replace(facts, case=case), ask_if_fixed)
            proposals, timers = (*first, assign, *after.proposals), {"create": None, **after.timers}
            return Decision(case=after.case, proposals=proposals, timers=timers, remark=f"{remark} {after.remark}")
        return Decision(case=case, proposals=(*first, assign), timers={"create": None}, remark=remark)
    if facts.offers:
        case = replace(case, state=CaseState.FINDING_VENDOR)
        return Decision(case=case, proposals=first, timers={"create": None}, remark=remark)
    offered = dispatch.next_offer(facts)
    return Decision(
        case=offered.case,
        proposals=(*first, *offered.proposals),
        timers={"create": None, **offered.timers},
        remark=f"{remark} {offered.remark}",
    )


def _not_created(facts: Facts, outcome: str, details: Mapping[str, Any]) -> Decision:
    if outcome == "waiting":
        return _tell_received(facts)
    reason = str(details.get("reason", "the property system did not take the work order"))
    return Decision(
        case=replace(facts.case, state=CaseState.WITH_PERSON),
        proposals=(
            say(facts, "with_person", reason, reply=True),
            Proposal(kind="hand_to_person", why=reason),
        ),
        timers={"create": None},
        remark=f"No work order: {reason}",
    )


def _tell_received(facts: Facts) -> Decision:
    """The PMS is slow or away: the resident hears once that we have the request."""
    if "received" in facts.case.told or facts.household is None:
        return Decision(case=facts.case)
    return Decision(
        case=once(facts.case, "received"),
        proposals=(say(facts, "received", "the property system has not confirmed yet", reply=True),),
        remark="The property system has not confirmed the work order yet; it is queued.",
    )


# --- timers -----------------------------------------------------------------------------------------------------


def timer_due(facts: Facts, event: CaseEvent) -> Decision:
    name, case = str(event.details.get("name", "")), facts.case
    if name.startswith("offer:"):
        return dispatch.offer_expired(facts, name.removeprefix("offer:"))
    if name == "create" and case.state is CaseState.CREATING:
        return _tell_received(facts)
    if name == "identity" and case.state is CaseState.NEEDS_IDENTITY:
        return _nobody_answered(facts)
    if name == "work" and case.state is CaseState.DISPATCHED:
        return ask_how_it_stands(facts)
    if name == "confirm" and case.state is CaseState.CONFIRMING:
        return _no_answer_to_fixed(facts)
    return Decision(case=case)


def _nobody_answered(facts: Facts) -> Decision:
    hand = Proposal(kind="hand_to_person", why=f'Unknown number did not answer; it wrote "{facts.case.text}".')
    urgent = (page(facts, "unknown number did not answer"),) if facts.case.priority in ("emergency", "urgent") else ()
    return Decision(
        case=replace(facts.case, state=CaseState.WITH_PERSON),
        proposals=(*urgent, hand),
        remark="No answer to who and where; a person has it.",
    )


def ask_how_it_stands(facts: Facts) -> Decision:
    """The time for the work is over and nobody reported: the resident is asked, nothing is claimed."""
    vendor = facts.vendor(facts.case.vendor_id)
    ask = say(facts, "is_it_done", "the time for the work is over", vendor=vendor.name if vendor else facts.office)
    return Decision(
        case=replace(facts.case, state=CaseState.CONFIRMING),
        proposals=(ask,),
        timers={"work": None, "confirm": facts.after(facts.policy.confirm_wait)},
        remark="The time for the work is over and nobody reported it done; asked the resident.",
    )


def ask_if_fixed(facts: Facts) -> Decision:
    vendor = facts.vendor(facts.case.vendor_id)
    ask = say(facts, "is_it_fixed", "the work is reported as done", vendor=vendor.name if vendor else facts.office)
    return Decision(
        case=replace(once(facts.case, "is_it_fixed"), state=CaseState.CONFIRMING),
        proposals=(ask,),
        timers={"work": None, "confirm": facts.after(facts.policy.confirm_wait)},
        remark="Asked the resident whether it is fixed.",
    )


def _no_answer_to_fixed(facts: Facts) -> Decision:
    if "is_it_fixed_again" not in facts.case.told:  # once is enough: silence is no yes, and no nagging
        return Decision(
            case=once(facts.case, "is_it_fixed_again"),
            proposals=(say(facts, "is_it_fixed_again", "no answer yet"),),
            timers={"confirm": facts.after(facts.policy.confirm_wait)},
            remark="No answer; asked once more.",
        )
    hand = Proposal(kind="hand_to_person", why="The resident did not say whether it is fixed.")
    return Decision(
        case=replace(facts.case, state=CaseState.WITH_PERSON),
        proposals=(hand,),
        remark="Silence is not a yes: a person decides whether to close.",
    )


# --- what staff did in the PMS ----------------------------------------------------------------------------------


def work_order_changed(facts: Facts, event: CaseEvent) -> Decision:
    """Staff's hand wins: offers withdrawn, the vendor stood down, the resident told once."""
    order, case = facts.work_order, facts.case
    if order is None or not case.is_open:
        return Decision(case=case)
    if order.status in (WorkOrderStatus.CANCELLED, WorkOrderStatus.CLOSED):
        return _ended_by_staff(facts, order)
    if order.status is WorkOrderStatus.COMPLETED and case.state is not CaseState.CONFIRMING:
        withdraw = Proposal(kind="withdraw_offers", why="completed in the property system")
        asked = ask_if_fixed(facts)
        return replace(asked, proposals=(withdraw, *asked.proposals), remark="Completed in the property system.")
    if case.state is CaseState.CONFIRMING:
        return Decision(case=case, remark="Changed in the property system; the resident is being asked anyway.")
    if order.vendor_id and order.vendor_id != case.vendor_id:
        return _reassigned(facts, order)
    if "scheduled_start" in event.details.get("fields", ()) and order.scheduled_start:
        return _rescheduled(facts, _at(facts, order.scheduled_start), order.scheduled_start.isoformat())
    if "due_on" in event.details.get("fields", ()) and order.due_on:
        return _rescheduled(facts, f"{order.due_on:%a %b %d}", order.due_on.isoformat())
    return Decision(case=case)


def _ended_by_staff(facts: Facts, order: WorkOrder) -> Decision:
    name = "cancelled" if order.status is WorkOrderStatus.CANCELLED else "closed_by_office"
    why = f"the office has {'cancelled' if name == 'cancelled' else 'closed'} it"
    proposals: tuple[Proposal, ...] = (Proposal(kind="withdraw_offers", why=why),)
    if facts.case.vendor_id and facts.case.state is CaseState.DISPATCHED:
        proposals += (_stand_down(facts.case.vendor_id, f"The office has ended this job: {why}."),)
    if name not in facts.case.told:
        proposals += (say(facts, name, why),)
    return Decision(
        case=replace(once(facts.case, name), state=CaseState.CLOSED),
        proposals=proposals,
        timers={"work": None, "confirm": None, "create": None},
        remark=f"In the property system {why}.",
    )


def _stand_down(vendor_id: str, why: str) -> Proposal:
    return Proposal(kind="stand_down_vendor", why=why, details={"vendor_id": vendor_id})


def _reassigned(facts: Facts, order: WorkOrder) -> Decision:
    previous, vendor = facts.case.vendor_id, facts.vendor(order.vendor_id)
    proposals: tuple[Proposal, ...] = (Proposal(kind="withdraw_offers", why="the office has chosen a vendor"),)
    if previous:
        proposals += (_stand_down(previous, "The office has chosen another vendor."),)
    told = f"vendor_assigned:{order.vendor_id}"
    if told not in facts.case.told and vendor:
        proposals += (say(facts, "vendor_assigned", "the office has chosen a vendor", vendor=vendor.name),)
    case = replace(once(facts.case, told), vendor_id=order.vendor_id, state=CaseState.DISPATCHED)
    wait = facts.policy.work_wait[facts.case.work_order_priority]
    return Decision(
        case=case, proposals=proposals, timers={"work": facts.after(wait)}, remark="The office has chosen the vendor."
    )


def _at(facts: Facts, when: datetime) -> str:
    """A moment as a wall clock at the property shows it."""
    local = when.astimezone(facts.household.zone) if facts.household else when
    return local.strftime("%a %b %d, %I:%M %p")


def _rescheduled(facts: Facts, text: str, key: str) -> Decision:
    told = f"rescheduled:{key}"
    if told in facts.case.told:
        return Decision(case=facts.case)
    return Decision(
        case=once(facts.case, told),
        proposals=(say(facts, "rescheduled", "the time was changed in the property system", when=text),),
        remark=f"Planned for {text}.",
    )
