"""Acts that reach people: texts to residents, texts or e-mails to vendors, pages to people on call.

Recipients come from records of the case: the number the resident wrote from, the vendor's number or address in the
mirror, the on-call list of the settings. No proposal can name one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeVar

from sqlalchemy import Connection

from rooftree.acts import vendors
from rooftree.acts.outcome import Outcome, State
from rooftree.acts.services import Services
from rooftree.agents import words
from rooftree.channels.carrier import Carrier
from rooftree.channels.send import Sent, send_text
from rooftree.errors import Refused
from rooftree.model.base import Phone, Record
from rooftree.model.cases import Case
from rooftree.model.leasing import Resident
from rooftree.model.maintenance import Vendor
from rooftree.model.portfolio import Property, Unit
from rooftree.model.vocabulary import Channel
from rooftree.store import cases, offers, records, zones
from rooftree.store.acts import Act
from rooftree.store.messages import Klass

R = TypeVar("R", bound=Record)
_STATES: dict[str, State] = {
    "sent": "done",
    "waiting": "waiting",
    "unsure": "unsure",
    "refused": "refused",
    "failed": "failed",
}


def tell_resident(services: Services, act: Act, case: Case) -> Outcome:
    """Text the number that the household wrote from."""
    klass: Klass = "safety" if act.proposal.safety else "text"
    household = _Reach(services.carrier, case.phone)
    return _outcome(_send(services, act, case, household, str(act.proposal.details["text"]), klass=klass))


def offer_job(services: Services, act: Act, case: Case) -> Outcome:
    """Offer the job to a vendor by text or e-mail, with a code and a link; a timer ends the wait."""
    vendor_id = str(act.proposal.details["vendor_id"])
    now = services.clock.now()
    until = now + timedelta(seconds=float(act.proposal.details["wait_seconds"]))
    with services.database.write() as conn:
        vendor = _vendor(conn, services, case, vendor_id)
        reach = _reach(services, vendor)
        if isinstance(reach, str):
            return Outcome(state="failed", reason=reach)
        offer = offers.make_offer(conn, services.keys, case.organization, case.id, vendor_id, until, now, act.id)
        cases.set_timer(conn, services.keys, case.id, f"offer:{offer.id}", offer.expires_at, now)
        place = _place(conn, services, case)
        zone = zones.of_property(conn, case.connection, case.property_id)
    text = words.to_vendor(
        "offer_email" if reach.by_email else "offer",
        office=services.settings.office_name,
        priority=case.priority,
        trade=str(case.trade).replace("_", " "),
        address=place[0],
        unit=place[1],
        title=words.short_title(case.title, 40),
        code=offer.code,
        link=services.link("o", offers.link_secret(services.keys, offer.id)),
        until=offer.expires_at.astimezone(zone).strftime("%I:%M %p"),
    )
    caution = words.to_vendor("caution") if case.call_911_first else ""

    def still_open() -> None:
        if not _is_open(services, case, offer):
            raise Refused(f"The offer to {vendor.name} ended before it could be sent.")

    sent = _notify(services, act, case, reach, caution + text, job=offer.code, allowed=still_open)
    outcome = _outcome(sent, vendor=vendor.name, code=offer.code, offer_id=offer.id)
    ended = outcome.state == "refused" and not _is_open(services, case, offer)
    return replace(outcome, rule="overtaken") if ended else outcome


def withdraw_offers(services: Services, act: Act, case: Case) -> Outcome:
    """Close open offers and tell those vendors not to come; one offer only where `offer_id` names it."""
    only = act.proposal.details.get("offer_id")
    with services.database.write() as conn:
        now = services.clock.now()
        of_case = offers.offers_of_case(conn, case.id)
        ours = f"rooftree:{act.id}"
        chosen = [o for o in of_case if only in (None, o.id) and (o.state == "open" or o.answered_by == ours)]
        for offer in chosen:
            offers.answer(conn, offer.id, "open", "expired" if only else "withdrawn", ours, now)
            cases.set_timer(conn, services.keys, case.id, f"offer:{offer.id}", None, now)
        told = [(offer, _reach(services, _vendor(conn, services, case, offer.vendor_id))) for offer in chosen]
    outcome = Outcome(state="done", facts={"withdrawn": len(chosen)})
    for offer, reach in told:
        if not isinstance(reach, str):
            text = words.to_vendor("withdrawn", office=services.settings.office_name, code=offer.code)
            told_so = _notify(services, act, case, reach, text, job=offer.code, suffix=offer.id)
            sent = _outcome(told_so, withdrawn=len(chosen))
            outcome = outcome if sent.state == "done" else sent
    return outcome


def confirm_vendor(services: Services, act: Act, case: Case) -> Outcome:
    """Tell the vendor who accepted whose job it is and how to report it done."""
    vendor_id = str(act.proposal.details["vendor_id"])
    with services.database.read() as conn:
        vendor = _vendor(conn, services, case, vendor_id)
        taken = [offer for offer in offers.offers_of_case(conn, case.id) if offer.vendor_id == vendor_id]
        text = accepted(services, conn, case, taken[-1]) if taken else ""
    reach = _reach(services, vendor)
    if isinstance(reach, str):
        return Outcome(state="failed", reason=reach)
    if not taken:
        return Outcome(state="failed", reason=f"{vendor.name} has no offer to confirm: call them.")
    return _outcome(_notify(services, act, case, reach, text, job=taken[-1].code), vendor=vendor.name)


def stand_down_vendor(services: Services, act: Act, case: Case) -> Outcome:
    """Tell a vendor who had accepted not to go."""
    with services.database.read() as conn:
        vendor = _vendor(conn, services, case, str(act.proposal.details["vendor_id"]))
        address, unit = _place(conn, services, case)
    reach = _reach(services, vendor)
    if isinstance(reach, str):
        return Outcome(state="failed", reason=reach)
    number = case.work_order_number or case.work_order_id or ""
    text = words.to_vendor(
        "stand_down",
        office=services.settings.office_name,
        number=number,
        address=address,
        unit=unit,
        why=act.proposal.why,
    )
    return _outcome(_notify(services, act, case, reach, text, job=number), vendor=vendor.name)


def refuse_late_answer(services: Services, act: Act, case: Case) -> Outcome:
    """Tell a vendor whose answer came too late that the job is no longer open."""
    with services.database.read() as conn:
        vendor = _vendor(conn, services, case, str(act.proposal.details["vendor_id"]))
        of_case = offers.offers_of_case(conn, case.id)
    offer = next(o for o in of_case if o.id == act.proposal.details["offer_id"])
    reach = _reach(services, vendor)
    if isinstance(reach, str):
        return Outcome(state="failed", reason=reach)
    text = words.to_vendor("withdrawn", office=services.settings.office_name, code=offer.code)
    return _outcome(_notify(services, act, case, reach, text, job=offer.code), vendor=vendor.name)


def page_person(services: Services, act: Act, case: Case) -> Outcome:
    """Call on the person on duty; the runner repeats it up the ladder until somebody takes it."""
    with services.database.write() as conn:
        what = str(act.proposal.details["what"])
        page = offers.make_page(conn, services.keys, case.organization, case.id, what, services.clock.now(), act.id)
    return next_page(services, act.id, case, page)


def next_page(services: Services, key: str, case: Case, page: offers.Page) -> Outcome:
    """One round of a page: the next number on the list. It never ends unanswered: after the last comes the first."""
    numbers = services.settings.page_numbers
    now = services.clock.now()
    wait = services.policy.paced(services.policy.page_wait, services.pace)
    with services.database.write() as conn:
        offers.paged_again(conn, page.id, page.round + 1, now + wait)
    if not numbers:
        return Outcome(state="failed", reason="Nobody is on call: set ROOFTREE_PAGE_NUMBERS. The console shows it.")
    number = numbers[page.round % len(numbers)]
    text = words.to_vendor(
        "page",
        office=services.settings.office_name,
        what=page.what,
        code=page.code,
        link=services.link("p", offers.link_secret(services.keys, page.id)),
    )
    sent = send_text(
        services.database,
        services.keys,
        services.clock,
        services.carrier,
        op_key=f"{key}:{page.round}",
        organization_id=case.organization,
        connection_id=case.connection,
        to=number,
        body=text,
        klass="safety",
        case_id=case.id,
    )
    return _outcome(sent, page_id=page.id, code=page.code, round=page.round + 1)


def hand_to_person(services: Services, act: Act, case: Case) -> Outcome:
    """A person has it from here; the case shows in the console with the reason."""
    return Outcome(state="done", reason=act.proposal.why)


def accepted(services: Services, conn: Connection, case: Case, offer: offers.Offer) -> str:
    """What a vendor who has accepted may know: who lives there and how to reach them."""
    name = ""
    if case.resident_id:
        found = records.by_external_id(conn, services.keys, case.connection, Resident, case.resident_id)
        name = found.record.name if found else ""
    link = services.link("o", offers.link_secret(services.keys, offer.id))
    said = "accepted" if _mobile(_vendor(conn, services, case, offer.vendor_id)) else "accepted_email"
    return words.to_vendor(said, code=offer.code, resident=name, phone=case.phone, link=link)


@dataclass(frozen=True, slots=True)
class _Reach:
    """By what a vendor is told, and where."""

    carrier: Carrier
    to: str

    @property
    def by_email(self) -> bool:
        return self.carrier.channel is Channel.EMAIL


def _reach(services: Services, vendor: Vendor) -> _Reach | str:
    """The vendor's phone, else its e-mail address; else why it cannot be told."""
    if number := _mobile(vendor):
        return _Reach(services.carrier, number)
    if not vendor.emails:
        return f"{vendor.name} has no phone number and no e-mail address in the property system: call them."
    if services.mail is None:
        return f"{vendor.name} has only an e-mail address and no mail server is set up: set ROOFTREE_SMTP_HOST."
    return _Reach(services.mail, vendor.emails[0])


def _is_open(services: Services, case: Case, offer: offers.Offer) -> bool:
    """Whether the offer still waits for an answer; a carrier that was away may outlast it."""
    with services.database.read() as conn:
        return any(o.id == offer.id and o.state == "open" for o in offers.offers_of_case(conn, case.id))


def _notify(
    services: Services,
    act: Act,
    case: Case,
    reach: _Reach,
    text: str,
    *,
    job: str,
    suffix: str = "",
    allowed: Callable[[], None] | None = None,
) -> Sent:
    """Tell a vendor; `job` is how the subject of an e-mail names it."""
    body = words.as_email(services.settings.office_name, job, text) if reach.by_email else text
    return _send(services, act, case, reach, body, suffix=suffix, allowed=allowed)


def _send(
    services: Services,
    act: Act,
    case: Case,
    reach: _Reach,
    body: str,
    *,
    klass: Klass = "text",
    suffix: str = "",
    allowed: Callable[[], None] | None = None,
) -> Sent:
    return send_text(
        services.database,
        services.keys,
        services.clock,
        reach.carrier,
        op_key=f"{act.id}:{suffix}" if suffix else act.id,
        organization_id=case.organization,
        connection_id=case.connection,
        to=reach.to,
        body=body,
        klass=klass,
        case_id=case.id,
        allowed=allowed,
    )


def _outcome(sent: Sent, **facts: object) -> Outcome:
    """A send in the words of an act."""
    known = {"message_id": sent.message_id, **facts}
    return Outcome(state=_STATES[sent.state], reason=sent.reason, due_at=sent.due_at, facts=known)


def _vendor(conn: Connection, services: Services, case: Case, vendor_id: str) -> Vendor:
    return vendors.find(conn, services.keys, case.connection, vendor_id) or Vendor(id=vendor_id)


def _mobile(vendor: Vendor) -> str | None:
    """The number to text: a mobile one first."""
    order: dict[str, int] = {"mobile": 0, "work": 1, "other": 2, "home": 3}
    usable: list[Phone] = sorted(
        (phone for phone in vendor.phones if phone.kind != "fax"), key=lambda phone: order.get(phone.kind, 9)
    )
    return usable[0].number if usable else None


def _place(conn: Connection, services: Services, case: Case) -> tuple[str, str]:
    """(street address, unit number) of the case's unit."""
    unit = _record(conn, services, case, Unit, case.unit_id)
    home = _record(conn, services, case, Property, case.property_id)
    address = (unit.address if unit and unit.address else None) or (home.address if home else None)
    street = address.line1 if address and address.line1 else (home.name if home else "")
    return street, unit.number if unit else ""


def _record(conn: Connection, services: Services, case: Case, kind: type[R], id_: str | None) -> R | None:
    found = records.by_external_id(conn, services.keys, case.connection, kind, id_) if id_ else None
    return found.record if found else None
