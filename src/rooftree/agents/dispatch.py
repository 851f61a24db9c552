"""Choosing, asking and keeping track of a vendor for one case. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from rooftree.agents import words
from rooftree.agents.facts import Decision, Facts
from rooftree.agents.say import once, say
from rooftree.clock import local_date
from rooftree.model.cases import Case, CaseEvent, CaseState, Proposal
from rooftree.model.maintenance import Vendor
from rooftree.model.vocabulary import Trade, WorkOrderStatus
from rooftree.policy import vendors

DONE_EARLY = "done_early"
"""Among what a case has been told: its vendor reported the work done while the work order was not confirmed yet."""


def has_a_trade(case: Case) -> bool:
    """Whether a tradesperson may be sent: never to a fire or to violence, which are for responders and people."""
    return case.trade is not Trade.NONE and not (case.call_911_first and case.trade is Trade.FIRE_SAFETY)


def next_offer(facts: Facts) -> Decision:
    """Offer the job to the best vendor not asked yet; with none left, a person takes over.

    Where the PMS tells vendors itself, the best one is put on the work order instead, and nobody is asked.
    """
    case, household = facts.case, facts.household
    if case.state in (CaseState.WITH_PERSON, CaseState.CLOSED) or case.vendor_id:
        return Decision(case=case, remark="No vendor is asked: the case is not the assistant's to dispatch any more.")
    if not has_a_trade(case) or household is None:
        return _to_person(facts, "No tradesperson fits this; a person decides what comes next.")
    choices = vendors.rank(
        facts.vendors,
        trade=case.trade,
        emergency=case.is_emergency,
        preferred=facts.preferred_vendor_ids,
        tried=case.tried,
        policy=facts.policy,
        today=local_date(facts.now, household.zone),
    )
    if not choices:
        return _to_person(facts, f"No vendor for {case.trade} is left to ask.")
    chosen = choices[0]
    if facts.pms_tells_vendors:
        return _put_on(facts, chosen.vendor)
    wait = facts.policy.paced(facts.policy.offer_wait[case.work_order_priority], facts.pace)
    why = f"{chosen.vendor.name}: {', '.join(chosen.reasons)}"
    details = {"vendor_id": chosen.vendor.id, "wait_seconds": wait.total_seconds()}
    offer = Proposal(kind="offer_job", why=why, details=details)
    return Decision(
        case=replace(case, state=CaseState.FINDING_VENDOR, tried=(*case.tried, chosen.vendor.id)),
        proposals=(offer,),
        remark=f"Asking {why} ({len(choices)} could be asked).",
    )


def _put_on(facts: Facts, vendor: Vendor) -> Decision:
    """The PMS sends its notice when a vendor is put on, so that waits for the work order, in an emergency too."""
    case = facts.case
    if case.work_order_id is None:
        return Decision(case=case, remark="The property system tells the vendor once it has the work order.")
    why = f"{vendor.name} is put on; the property system tells them."
    case = replace(case, state=CaseState.DISPATCHED, vendor_id=vendor.id, tried=(*case.tried, vendor.id))
    return Decision(
        case=once(case, f"vendor_assigned:{vendor.id}"),
        proposals=(
            Proposal(kind="assign_vendor", why=why, details={"vendor_id": vendor.id}),
            say(facts, "vendor_assigned", why, vendor=vendor.name),
        ),
        timers={"work": facts.after(facts.policy.work_wait[case.work_order_priority])},
        remark=why,
    )


def offer_expired(facts: Facts, offer_id: str) -> Decision:
    """A silent vendor leads to the next one."""
    offer = next((o for o in facts.offers if o.id == offer_id), None)
    if offer is None or facts.case.vendor_id:
        return Decision(case=facts.case)
    withdraw = Proposal(kind="withdraw_offers", why="no answer in time", details={"offer_id": offer_id})
    following = next_offer(facts)
    who = facts.vendor(offer.vendor_id)
    remark = f"{who.name if who else 'The vendor'} did not answer in time. {following.remark}"
    return replace(following, proposals=(withdraw, *following.proposals), remark=remark)


def vendor_answered(facts: Facts, event: CaseEvent, *, done: Callable[[Facts], Decision]) -> Decision:
    """A vendor accepted, declined or reported the work done."""
    answer, vendor_id = event.details.get("answer"), str(event.details.get("vendor_id", ""))
    if answer == "accept":
        return _accepted(facts, vendor_id)
    if answer == "decline":
        following = next_offer(facts)
        who = facts.vendor(vendor_id)
        return replace(following, remark=f"{who.name if who else 'The vendor'} declined. {following.remark}")
    if answer == "late":
        return _too_late(facts, event)
    if answer == "wrote":
        return _vendor_wrote(facts, vendor_id, str(event.details.get("text", "")))
    if answer == "done" and facts.case.vendor_id == vendor_id:
        return _reported_done(facts, done)
    return Decision(case=facts.case)


def _reported_done(facts: Facts, done: Callable[[Facts], Decision]) -> Decision:
    """A report that overtakes the work order it is about waits for it: a PMS may take minutes to tell its number."""
    if facts.case.state is CaseState.DISPATCHED:
        return work_done(facts, done)
    if facts.case.state is not CaseState.CREATING:
        return Decision(case=facts.case)
    remark = "Reported as done before the property system has confirmed the work order; it is told so then."
    return Decision(case=once(facts.case, DONE_EARLY), remark=remark)


def _accepted(facts: Facts, vendor_id: str) -> Decision:
    case, vendor = facts.case, facts.vendor(vendor_id)
    if case.vendor_id or not case.is_open or case.state is CaseState.WITH_PERSON or vendor is None:
        withdraw = Proposal(kind="stand_down_vendor", why="The job is already taken.", details={"vendor_id": vendor_id})
        return Decision(case=case, proposals=(withdraw,), remark="Accepted too late; told so.")
    case = replace(case, vendor_id=vendor_id, told=(*case.told, f"vendor_accepted:{vendor_id}"))
    details = {"vendor_id": vendor_id}
    proposals = [
        Proposal(kind="withdraw_offers", why="a vendor has accepted"),
        Proposal(kind="confirm_vendor", why="the vendor has accepted", details=details),
    ]
    if case.work_order_id:
        case = replace(case, state=CaseState.DISPATCHED)
        proposals.append(Proposal(kind="assign_vendor", why="the vendor has accepted", details=details))
    proposals.append(_tell_accepted(facts, case, vendor.name))
    wait = facts.policy.work_wait[case.work_order_priority]
    return Decision(
        case=case,
        proposals=tuple(proposals),
        timers={"work": facts.after(wait)},
        remark=f"{vendor.name} has accepted.",
    )


def _too_late(facts: Facts, event: CaseEvent) -> Decision:
    """An answer to an offer that is over: the vendor must hear that nobody counts on the visit."""
    details = {"vendor_id": event.details["vendor_id"], "offer_id": event.details["offer_id"]}
    tell = Proposal(kind="refuse_late_answer", why="the offer was over already", details=details)
    return Decision(case=facts.case, proposals=(tell,), remark="A vendor answered an offer that was over; told so.")


def _vendor_wrote(facts: Facts, vendor_id: str, text: str) -> Decision:
    """Plain words of a vendor about its job: kept with the work order, read by a person."""
    vendor = facts.vendor(vendor_id)
    said = f"{vendor.name if vendor else 'The vendor'} wrote: {text}"
    note = Proposal(kind="add_note", why="the vendor wrote", details={"text": said})
    hand = Proposal(kind="hand_to_person", why=said)
    return Decision(
        case=facts.case, proposals=(note, hand), remark="The vendor wrote in plain words; a person reads it."
    )


def _tell_accepted(facts: Facts, case: Case, vendor: str) -> Proposal:
    number = case.work_order_number or case.work_order_id or ""
    text = words.to_resident("vendor_accepted", case.language, vendor=vendor, number=number)
    return Proposal(
        kind="tell_resident",
        why="the vendor has accepted",
        details={"text": " ".join(text.split()), "name": "vendor_accepted"},
        reply=case.is_emergency or facts.asked_just_now,
    )


def work_done(facts: Facts, ask: Callable[[Facts], Decision]) -> Decision:
    """Say in the property system that the work is done, and ask the resident."""
    vendor = facts.vendor(facts.case.vendor_id)
    completed = Proposal(
        kind="change_work_order",
        why=f"{vendor.name if vendor else 'The vendor'} reports the work as done",
        details={"changes": {"status": WorkOrderStatus.COMPLETED}},
    )
    asked = ask(facts)
    return replace(asked, proposals=(completed, *asked.proposals), remark="Work reported as done; asked the resident.")


def _to_person(facts: Facts, why: str) -> Decision:
    case = facts.case
    proposals: tuple[Proposal, ...] = (Proposal(kind="hand_to_person", why=why),)
    if case.priority in ("emergency", "urgent") and (has_a_trade(case) or not case.paged):
        household = facts.household
        where = f"{household.property_name} unit {household.unit_number}" if household else case.phone
        proposals += (Proposal(kind="page_person", why=why, details={"what": f"{why} {where}"}, safety=True),)
    told = {"no_vendor", "with_person"} & set(case.told)
    if case.work_order_id and not told and facts.household and has_a_trade(case):
        number = case.work_order_number or case.work_order_id
        text = words.to_resident("no_vendor", case.language, number=number, office=facts.office)
        details = {"text": text, "name": "no_vendor"}
        proposals += (Proposal(kind="tell_resident", why=why, details=details),)
        case = replace(case, told=(*case.told, "no_vendor"))
    return Decision(case=replace(case, state=CaseState.WITH_PERSON), proposals=proposals, remark=why)
