"""What to do about a resident's text: the first one, and each that follows. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

from rooftree.agents import dispatch, known, words
from rooftree.agents.facts import Decision, Facts, Household
from rooftree.agents.intake import raises
from rooftree.agents.say import page, say
from rooftree.model.cases import Case, CaseEvent, CaseState, Proposal
from rooftree.model.maintenance import WorkOrder
from rooftree.model.vocabulary import EntryPermission, Trade, WorkOrderStatus
from rooftree.triage.kernel import Triage

_REPEAT = timedelta(hours=1)
_UNDER_WAY = (CaseState.NEEDS_IDENTITY, CaseState.CREATING, CaseState.FINDING_VENDOR, CaseState.DISPATCHED)


def safety(facts: Facts) -> tuple[Proposal, ...]:
    """The safety reply and, in an emergency, a page: on receipt, before identity, questions and any waiting.

    Empty when the case is under way about this very hazard: its reply was sent and a person was paged. A hazard
    named again after the work, or long after, is a hazard again.
    """
    case, triage = facts.case, _triage(facts)
    under_way = case.state in _UNDER_WAY and facts.now - case.opened_at < _REPEAT
    if under_way and not raises(case, triage) and triage.condition == case.condition:
        return ()
    proposals: tuple[Proposal, ...] = ()
    if triage.safety_reply:
        details = {"text": triage.safety_reply, "name": "safety"}
        emergency = triage.priority == "emergency"
        proposals += (Proposal(kind="tell_resident", why=triage.why, details=details, safety=emergency, reply=True),)
    if triage.priority == "emergency":
        proposals += (page(facts, (triage.condition or "emergency").replace("_", " ")),)
    return proposals


def texted(facts: Facts, event: CaseEvent) -> Decision:
    """What else to do about a text; its safety reply and page are under way since its receipt."""
    text = str(event.details.get("text", ""))
    if facts.case.state is CaseState.NEW:
        return _first_text(facts, text)
    return _next_text(facts, text) if facts.case.is_open else _after_close(facts, text)


def stopped(facts: Facts, _event: CaseEvent) -> Decision:
    """STOP ends the texts, not the case: whoever works on it must know to call."""
    text = "The resident has texted STOP: call, do not text."
    note = Proposal(kind="add_note", why="the resident wants no texts", details={"text": text})
    hand = Proposal(kind="hand_to_person", why=text)
    return Decision(case=facts.case, proposals=(note, hand), remark=f"{text} The case goes on.")


def judged(facts: Facts) -> Case:
    """The case with what triage says about the text at hand."""
    triage = _triage(facts)
    return replace(
        facts.case,
        condition=triage.condition,
        priority=triage.priority,
        call_911_first=triage.call_911_first,
        trade=Trade(triage.trade),
        why=triage.why,
        paged=facts.case.paged or triage.priority == "emergency",
    )


def _first_text(facts: Facts, text: str) -> Decision:
    triage = _triage(facts)
    case = replace(judged(facts), text=text, title=words.short_title(text), language=triage.language)
    facts = replace(facts, case=case)
    if not any(letter.isalnum() for letter in text):
        return _unreadable(facts)
    if facts.household is None:
        return _ask_identity(facts)
    if triage.priority == "not_maintenance":
        return _not_ours(facts)
    return _open_work_order(facts, triage)


def _unreadable(facts: Facts) -> Decision:
    return Decision(
        case=replace(facts.case, state=CaseState.NEEDS_IDENTITY),
        proposals=(say(facts, "empty", "the message has no readable text", reply=True),),
        timers={"identity": facts.after(facts.policy.identity_wait)},
        remark="The message has no words in it; asked what is wrong.",
    )


def _ask_identity(facts: Facts) -> Decision:
    name = "which" if facts.households else "who"
    why = "the number belongs to several units" if facts.households else "the number is not known"
    return Decision(
        case=replace(facts.case, state=CaseState.NEEDS_IDENTITY),
        proposals=(say(facts, name, why, reply=True),),
        timers={"identity": facts.after(facts.policy.identity_wait)},
        remark=f"No work order by itself: {why}. Asked for name, address and unit.",
    )


def _not_ours(facts: Facts) -> Decision:
    answer = say(facts, "not_maintenance", "not a repair", reply=True)
    if facts.case.condition == "lockout" and facts.policy.lockout_text:
        details = {"text": facts.policy.lockout_text, "name": "lockout"}
        answer = replace(answer, why="policy for a lockout", details=details)
    hand = Proposal(kind="hand_to_person", why=f"Not maintenance: {facts.case.why}")
    return Decision(
        case=replace(facts.case, state=CaseState.WITH_PERSON),
        proposals=(answer, hand),
        remark="Not a maintenance request; a person at the office has it.",
    )


def _open_work_order(facts: Facts, triage: Triage) -> Decision:
    if same := known.already_open(facts):
        return known.join(facts, *same)
    case = replace(facts.case, state=CaseState.CREATING)
    why = f"{triage.why} {_known_from(facts)}".strip()
    proposals: list[Proposal] = []
    if triage.question:
        proposals.append(
            Proposal(
                kind="tell_resident",
                why="one question, the higher severity stands meanwhile",
                details={"text": triage.question, "name": "question"},
                reply=True,
            )
        )
    proposals.append(Proposal(kind="create_work_order", why=triage.why, details={"record": draft(facts)}))
    timers: dict[str, datetime | None] = {"create": facts.after(facts.policy.create_wait), "identity": None}
    if not case.is_emergency or not dispatch.has_a_trade(case):
        return Decision(case=case, proposals=tuple(proposals), timers=timers, remark=why)
    # An emergency never waits for the property system: the vendor is asked first, from what the mirror knows.
    offered = dispatch.next_offer(replace(facts, case=case))
    return Decision(
        case=replace(offered.case, state=CaseState.CREATING),
        proposals=(*offered.proposals, *proposals),
        timers={**timers, **offered.timers},
        remark=f"{why} {offered.remark}",
    )


def _known_from(facts: Facts) -> str:
    """Which facts a decision rests on, and how old they are, for the manager who reads it."""
    home = facts.household
    if home is None:
        return ""
    seen = home.as_of.astimezone(home.zone).strftime("%b %d, %I:%M %p")
    return f"The number is known as {home.name}, {home.property_name} unit {home.unit_number} (as of {seen})."


def draft(facts: Facts) -> WorkOrder:
    """The work order as we want the PMS to hold it."""
    case, household = facts.case, facts.household
    if household is None:
        raise ValueError("A work order needs a household.")
    said = [f"{case.priority}, by text from the resident.", case.why, known.mention(facts)]
    return WorkOrder(
        id="",
        property_id=household.property_id,
        unit_id=household.unit_id,
        unit_number=household.unit_number,
        lease_id=household.lease_id,
        resident_id=household.resident_id,
        title=case.title,
        description=f"{case.text}\n\n[{' '.join(filter(None, said))}]",
        priority=case.work_order_priority,
        status=WorkOrderStatus.NEW,
        trade=case.trade,
        entry_permission=EntryPermission.UNKNOWN,
        requested_by=household.name,
    )


def _next_text(facts: Facts, text: str) -> Decision:
    case, triage = facts.case, _triage(facts)
    if case.state is CaseState.NEEDS_IDENTITY:
        return _who_and_where(facts, text)
    if raises(case, triage):
        return _escalate(facts, text, triage)
    if case.state is CaseState.CONFIRMING and (answer := words.yes_or_no(text)) is not None:
        return _fixed(facts) if answer else _not_fixed(facts, text)
    note = Proposal(kind="add_note", why="the resident wrote again", details={"text": f"Resident: {text}"})
    if case.state is CaseState.CONFIRMING:
        ask = say(facts, "is_it_fixed_again", "neither yes nor no", reply=True)
        return Decision(case=case, proposals=(note, ask), remark="Answer unclear; asked again.")
    name = "added" if case.work_order_id else "noted"
    return Decision(
        case=case, proposals=(note, say(facts, name, "the resident wrote again", reply=True)), remark="Added a note."
    )


def _escalate(facts: Facts, text: str, triage: Triage) -> Decision:
    """The case turned out to be more severe: safety first, then raise the work order and the pace."""
    case = judged(facts)
    facts = replace(facts, case=case)
    proposals: list[Proposal] = []
    if case.work_order_id:
        changes = {"priority": case.work_order_priority}
        proposals.append(Proposal(kind="change_work_order", why=triage.why, details={"changes": changes}))
    proposals.append(Proposal(kind="add_note", why=triage.why, details={"text": f"Resident: {text}"}))
    if case.state is CaseState.WITH_PERSON or case.vendor_id or not dispatch.has_a_trade(case):
        return Decision(case=case, proposals=tuple(proposals), remark=f"More severe than thought. {triage.why}")
    offered = dispatch.next_offer(facts)
    return Decision(
        case=replace(offered.case, state=case.state if case.work_order_id is None else offered.case.state),
        proposals=(*offered.proposals, *proposals),
        timers=offered.timers,
        remark=f"More severe than thought. {triage.why}",
    )


def _who_and_where(facts: Facts, text: str) -> Decision:
    """The answer to our first question: what is wrong, which of several units, or who somebody is."""
    if facts.household is not None:
        return _first_text(facts, text)
    case = judged(facts) if raises(facts.case, _triage(facts)) else facts.case
    facts = replace(facts, case=case)
    named = [home for home in facts.households if home.connection == case.connection and _names(text, home)]
    if len(named) != 1:
        return _identified(facts, text)
    home = named[0]
    case = replace(case, resident_id=home.resident_id, unit_id=home.unit_id, property_id=home.property_id)
    known = replace(facts, case=case, households=(home,))
    return _not_ours(known) if case.priority == "not_maintenance" else _open_work_order(known, _as_judged(known))


def _names(text: str, home: Household) -> bool:
    """Whether a text names this unit: its number as a word of its own."""
    return home.unit_number.casefold() in re.findall(r"[a-z0-9-]+", text.casefold())


def _as_judged(facts: Facts) -> Triage:
    """The triage of the first text: the answer to a question of ours says where, not what."""
    return replace(_triage(facts), why=facts.case.why, question=None)


def _after_close(facts: Facts, text: str) -> Decision:
    """A text soon after the end: "it is not fixed" opens the case again, "thanks" does not."""
    if words.yes_or_no(text) is False or _triage(facts).condition is not None:
        return _not_fixed(facts, text)
    return Decision(case=facts.case, remark="Written after the end; it names nothing that is wrong.")


def _identified(facts: Facts, text: str) -> Decision:
    hand = Proposal(kind="hand_to_person", why=f'Unknown number; first "{facts.case.text}", then "{text}".')
    urgent = (page(facts, "unknown number has answered"),) if facts.case.priority in ("emergency", "urgent") else ()
    return Decision(
        case=replace(facts.case, state=CaseState.WITH_PERSON),
        proposals=(say(facts, "checking", "a person checks who this is", reply=True), *urgent, hand),
        timers={"identity": None},
        remark="Name and address came in; a person checks and decides.",
    )


def _fixed(facts: Facts) -> Decision:
    close = Proposal(kind="close_work_order", why="the resident says it is fixed")
    return Decision(
        case=replace(facts.case, state=CaseState.CLOSED),
        proposals=(close, say(facts, "closed", "the resident says it is fixed", reply=True)),
        timers={"confirm": None, "work": None},
        remark="The resident says it is fixed.",
    )


def _not_fixed(facts: Facts, text: str) -> Decision:
    reopen = {"status": WorkOrderStatus.IN_PROGRESS}
    proposals = (
        Proposal(kind="change_work_order", why="the resident says it is not fixed", details={"changes": reopen}),
        Proposal(kind="add_note", why="the resident says it is not fixed", details={"text": f"Not fixed: {text}"}),
        say(facts, "reopened", "the resident says it is not fixed", reply=True),
        Proposal(kind="hand_to_person", why="The resident says that the finished work did not fix it."),
    )
    urgent = (page(facts, "work did not fix an emergency"),) if facts.case.is_emergency else ()
    return Decision(
        case=replace(facts.case, state=CaseState.WITH_PERSON, vendor_id=None),
        proposals=urgent + proposals,
        timers={"confirm": None, "work": None},
        remark="Not fixed: open again, a person follows up.",
    )


def _triage(facts: Facts) -> Triage:
    if facts.triage is None:
        raise ValueError("A text needs its triage among the facts.")
    return facts.triage
