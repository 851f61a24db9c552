"""From what came in to the case it concerns: texts, answers by link, changes made in the PMS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import Connection

from rooftree.acts.services import Services
from rooftree.agents import resident
from rooftree.agents.intake import Command, belongs_to, command
from rooftree.model.cases import Case, CaseEvent, CaseState, Proposal
from rooftree.model.leasing import Resident
from rooftree.model.maintenance import Vendor
from rooftree.store import acts, cases, connections, going_live, messages, offers, records
from rooftree.store.messages import Text
from rooftree.store.schema import new_id
from rooftree.triage.kernel import triage
from rooftree.workflows.facts import connection_of, gather

_MAY_GO_ON = timedelta(days=7)
"""How long after its end a case is opened again by "it is not fixed"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Routed:
    """Where a text went: its case, and the safety acts to perform at once."""

    case_id: str | None
    safety_acts: tuple[str, ...] = ()


def text_received(conn: Connection, services: Services, received: Text) -> Routed:
    """Route one text, in the transaction that consumes its arrival."""
    coded = command(received.text)
    if coded and (answered := _coded(conn, services, received, coded)):
        return Routed(case_id=answered)
    if coded and _works_for_us(conn, services, received):
        return Routed(case_id=None)
    if wrote := _vendor_wrote(conn, services, received):
        return Routed(case_id=wrote)
    return _resident_text(conn, services, received)


def stopped(conn: Connection, services: Services, received: Text) -> None:
    """STOP alone: the sender's open cases go on, and whoever works on them must know to call. START changes nothing."""
    if received.choice != "out":
        return
    for case in cases.open_of_phone(conn, services.keys, received.organization_id, received.sender):
        cases.add_event(conn, services.keys, case.id, "resident_stopped", {}, services.clock.now())
        messages.set_case(conn, received.id, case.id)


def offer_answered(conn: Connection, services: Services, offer: offers.Offer, answer: str, by: str) -> bool:
    """A vendor accepts or declines an open offer, or reports an accepted job as done; False when it is too late."""
    now = services.clock.now()
    before, after = {"accept": ("open", "accepted"), "decline": ("open", "declined"), "done": ("accepted", "done")}[
        answer
    ]
    if answer != "done" and offer.expires_at <= now:
        return False
    if not offers.answer(conn, offer.id, before, after, by, now):
        return False
    cases.set_timer(conn, services.keys, offer.case_id, f"offer:{offer.id}", None, now)
    details = {"answer": answer, "vendor_id": offer.vendor_id, "offer_id": offer.id, "by": by}
    cases.add_event(conn, services.keys, offer.case_id, "vendor_answered", details, now)
    return True


def page_taken(conn: Connection, services: Services, page: offers.Page, by: str) -> bool:
    """A person takes a page; False when somebody had it already."""
    now = services.clock.now()
    if not offers.take_page(conn, page.id, by, now):
        return False
    cases.add_event(conn, services.keys, page.case_id, "page_acknowledged", {"by": by, "page_id": page.id}, now)
    return True


def work_order_changed(
    conn: Connection, services: Services, connection_id: str, work_order_id: str, fields: Sequence[str]
) -> None:
    """Wake every open case about a work order that somebody else changed in the PMS."""
    for case in cases.of_work_order(conn, services.keys, connection_id, work_order_id):
        details = {"fields": list(fields)}
        cases.add_event(conn, services.keys, case.id, "work_order_changed", details, services.clock.now())


def _coded(conn: Connection, services: Services, received: Text, coded: Command) -> str | None:
    """The case a coded word ("A 41") concerns, when its sender may say it; None: treat it as an ordinary text."""
    if coded.answer == "ok":
        return _page_code(conn, services, received, coded.code)
    state = ("accepted",) if coded.answer == "done" else ("open",)
    for offer in offers.offer_by_code(conn, received.organization_id, coded.code, state):
        if _is_vendor(conn, services, received, offer) and offer_answered(conn, services, offer, coded.answer, "text"):
            messages.set_case(conn, received.id, offer.case_id)
            return offer.case_id
    return _late(conn, services, received, coded)


def _late(conn: Connection, services: Services, received: Text, coded: Command) -> str | None:
    """The case of an offer that is over: its vendor must not go there believing the job is theirs."""
    over = ("open", "withdrawn", "expired") if coded.answer == "accept" else ()
    for offer in offers.offer_by_code(conn, received.organization_id, coded.code, over)[-1:]:
        if not _is_vendor(conn, services, received, offer):
            return None
        details = {"answer": "late", "vendor_id": offer.vendor_id, "offer_id": offer.id}
        cases.add_event(conn, services.keys, offer.case_id, "vendor_answered", details, services.clock.now())
        messages.set_case(conn, received.id, offer.case_id)
        return offer.case_id
    return None


def _vendor_wrote(conn: Connection, services: Services, received: Text) -> str | None:
    """The open case of the job a vendor has accepted, when it writes in plain words and lives in no unit of ours."""
    found = records.find_by_phone(conn, services.keys, received.organization_id, received.sender)
    ids = [each.record.id for each in found if isinstance(each.record, Vendor)]
    if not ids or any(isinstance(each.record, Resident) for each in found):
        return None
    for offer in offers.accepted_by(conn, received.organization_id, ids):
        if cases.load(conn, services.keys, offer.case_id).is_open:
            details = {"answer": "wrote", "vendor_id": offer.vendor_id, "text": received.text}
            cases.add_event(conn, services.keys, offer.case_id, "vendor_answered", details, services.clock.now())
            messages.set_case(conn, received.id, offer.case_id)
            return offer.case_id
    return None


def _works_for_us(conn: Connection, services: Services, received: Text) -> bool:
    """Whether a code that is no longer open came from a person on call or a vendor: no matter of a household."""
    if received.sender in services.settings.page_numbers:
        return True
    found = records.find_by_phone(conn, services.keys, received.organization_id, received.sender)
    return any(isinstance(each.record, Vendor) for each in found)


def _page_code(conn: Connection, services: Services, received: Text, code: str) -> str | None:
    if received.sender not in services.settings.page_numbers:
        return None
    for page in offers.open_pages_by_code(conn, services.keys, received.organization_id, code):
        if page_taken(conn, services, page, "the person on call, by text"):
            messages.set_case(conn, received.id, page.case_id)
            return page.case_id
    for test in going_live.tests_by_code(conn, received.organization_id, code):
        going_live.passed(conn, test.id, "the person on call, by text", services.clock.now())
    return None


def _is_vendor(conn: Connection, services: Services, received: Text, offer: offers.Offer) -> bool:
    found = records.find_by_phone(conn, services.keys, received.organization_id, received.sender)
    return any(isinstance(m.record, Vendor) and m.record.id == offer.vendor_id for m in found)


def _resident_text(conn: Connection, services: Services, received: Text) -> Routed:
    judged = triage(received.text)
    recently = services.clock.now() - _MAY_GO_ON
    waiting = cases.open_of_phone(conn, services.keys, received.organization_id, received.sender, recently)
    case = next((case for case in waiting if belongs_to(case, judged)), None) or _open(conn, services, received)
    now = services.clock.now()
    details = {"text": received.text, "message_id": received.id, "media": len(received.media)}
    event_id = cases.add_event(conn, services.keys, case.id, "resident_texted", details, now)
    messages.set_case(conn, received.id, case.id)
    event = CaseEvent(id=event_id, kind="resident_texted", at=now, details=details)
    proposals = resident.safety(gather(conn, services, case, event))
    planned = acts.plan(conn, services.keys, case.id, event_id, proposals, now)
    return Routed(case_id=case.id, safety_acts=tuple(planned))


def hand_over(conn: Connection, services: Services, received: Text) -> tuple[str, ...]:
    """A text that the assistant has failed on: a case of its own, and a page at once."""
    case, now = _open(conn, services, received), services.clock.now()
    cases.save(conn, services.keys, replace(case, state=CaseState.WITH_PERSON, text=received.text))
    messages.set_case(conn, received.id, case.id)
    event_id = cases.add_event(conn, services.keys, case.id, "resident_texted", {"text": received.text}, now)
    cases.handled(conn, services.keys, event_id, "The assistant failed on this text; a person was paged.", now)
    what = f"a text from {received.sender} that the assistant failed on; read it"
    page = Proposal(kind="page_person", why="the assistant failed", details={"what": what}, safety=True)
    return tuple(acts.plan(conn, services.keys, case.id, event_id, [page], now))


def _open(conn: Connection, services: Services, received: Text) -> Case:
    """A new case of the number's household, or of the organization's first connection when nobody knows it."""
    organization = received.organization_id
    connection = connection_of(conn, services, organization, received.sender)
    now = services.clock.now()
    case = Case(
        id=new_id("cas"),
        organization=organization,
        connection=connection or connections.listed(conn, organization)[0].id,
        state=CaseState.NEW,
        phone=received.sender,
        opened_at=now,
        updated_at=now,
    )
    cases.open_case(conn, services.keys, case)
    return case
