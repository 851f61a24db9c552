"""Writing guest cards and what happens with prospects: each is one ImportYardiGuest with one new event (contract 3.6).

What Yardi matches letter by letter (agent, source, result) is read for the property just before it is said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from rooftree.connectors import soap, soap_dates
from rooftree.connectors.base import Answer, Context, Found, Request, Send, Wire, WireRecord
from rooftree.connectors.changes import need, overlay
from rooftree.connectors.values import mark
from rooftree.connectors.yardi_voyager import answers, client, guests, pack
from rooftree.connectors.yardi_voyager.documents import COMMENT, Event, Guest, lead_management
from rooftree.connectors.yardi_voyager.mapping_people import to_guest_card
from rooftree.connectors.yardi_voyager.wire import digits, join, own, split
from rooftree.errors import Conflict, InvalidInput, NotFound, Rejected
from rooftree.model.leasing import GuestCard, Showing
from rooftree.model.messages import Note, PhoneLog
from rooftree.model.vocabulary import LeadStatus, ShowingStatus

_CUSTOMER = re.compile(r"CustomerID: ([a-z0-9]+)\s*$")
_LIKELY = {
    "Email": "email",
    "EmailToProspect": "email",
    "EmailFromProspect": "email",
    "Appointment": "appointment",
    "CallToProspect": "call",
    "CallFromProspect": "call",
}
"""What a result's word likely says of an event, where the mapping pack says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """An event to be said once the property's words are known."""

    type: str
    at: datetime
    comments: str = ""
    agent: str | None = None
    source: str | None = None
    first: bool = False
    id: str = ""
    unit: str | None = None


def _event(said: _Said, words: Mapping[str, Sequence[str]], ctx: Context, code: str) -> Event:
    source = _source(said.source, words["sources"], ctx, code) if said.first else None
    return Event(
        type=said.type,
        at=soap_dates.local(said.at, ctx.zone_of(code)),
        agent=_agent(said.agent, words["agents"], ctx, code),
        reason=_reason(said.type, words["results"], ctx, code),
        comments=mark(said.comments, ctx.marker, COMMENT) or "",
        first=said.first,
        source=source,
        id=said.id,
        unit=said.unit,
    )


def _agent(wanted: str | None, known: Sequence[str], ctx: Context, code: str) -> str:
    return _exact("agent", wanted or ctx.options.get("agent"), known, code)


def _source(wanted: str | None, known: Sequence[str], ctx: Context, code: str) -> str:
    taught = pack.of(ctx)["sources"].get((wanted or "").strip().lower())
    return _exact("source", taught or wanted or ctx.options.get("source"), known, code)


def _reason(type: str, known: Sequence[str], ctx: Context, code: str) -> str:
    """The result the pack names, else one that says the same, else the first there is."""
    taught = pack.of(ctx)["results"].get(type.lower())
    likely = next((each for each in known if _LIKELY.get(type, "\n") in each.lower()), None)
    return _exact("result", taught or likely, known, code)


def _exact(what: str, wanted: str | None, known: Sequence[str], code: str) -> str:
    """The client's own spelling of a word; the first of the list where nothing is asked for."""
    found = next((each for each in known if not wanted or each.lower() == wanted.strip().lower()), None)
    if found is None:
        has = ", ".join(known) or "none"
        raise Rejected(f"Yardi knows no {what} {wanted!r} for property {code}; it has: {has}.")
    return found


def _call(guest: Guest, ctx: Context) -> Request:
    document = soap.node("XmlDoc", lead_management(guest))
    return client.call("guest_card", "ImportYardiGuest_Login", document, reads=False, learned=ctx.options)


def _prospect(answer: Answer, code: str) -> str | None:
    """The p-code at the end of what an import says."""
    found = (_CUSTOMER.search(each) for each in answers.fyi(answer))
    return next((join(code, match[1]) for match in found if match), None)


def _person(card: GuestCard, ctx: Context) -> Guest:
    return Guest(
        code=need(card.property_id, "property_id", "Yardi needs the property."),
        prospect=own(card.id) or None,
        first_name=need(card.first_name, "first_name", "Yardi needs a first name (its FirstName)."),
        middle_name=card.middle_name,
        last_name=need(card.last_name, "last_name", "Yardi needs a last name (its LastName)."),
        phones=[phone.number for phone in card.phones],
        email=next(iter(card.emails), None),
        address=card.address,
        with_rent=ctx.options.get("send_desired_rent") == "yes",
    )


def write_guest_card(current: GuestCard | None, desired: GuestCard, ctx: Context) -> Send | None:
    """Makes a guest card, or tells Yardi what of the person or the wishes is another."""
    if current is None:
        return _create(desired, ctx)
    wanted = _with_wishes(overlay(current, desired), ctx)
    if lead_management(wanted) == lead_management(_with_wishes(current, ctx)):
        return None
    return _happened("update guest card", current.id, wanted, _Said(type="Other", at=ctx.now, comments="Updated"), ctx)


def _with_wishes(card: GuestCard, ctx: Context) -> Guest:
    return replace(_person(card, ctx), wishes=card.wishes, comment=card.notes)


def close_guest_card(current: GuestCard | None, desired: GuestCard, ctx: Context) -> Send | None:
    """Cancels the lead."""
    if current is None or current.status is LeadStatus.LOST:
        return None
    said = _Said(type="Cancel", at=ctx.now, comments=desired.lost_reason or "Lead closed")
    return _happened("cancel guest card", current.id, replace(_person(current, ctx), type="canceled"), said, ctx)


def _create(desired: GuestCard, ctx: Context) -> Send:
    """Searches first, as Voyager makes doubles: the card of the same person is gone on with (contract 3.6)."""
    guest = replace(_with_wishes(desired, ctx), third_party=_third(ctx))
    said = _Said(
        type="Email" if desired.emails else "Other",
        at=desired.first_contact_at or ctx.now,
        comments=desired.message or "",
        agent=desired.agent_id,
        source=desired.source,
        first=True,
    )

    def made(wire: Wire) -> Answer:
        known = _same_person(wire, guest)
        words = guests.words(wire, guest.code)
        if known is None:
            first = _event(said, words, replace(ctx, marker=""), guest.code)
            return wire.read(_call(replace(guest, events=[first]), ctx))
        more = _event(replace(said, first=False), words, ctx, guest.code)
        return wire.read(_call(replace(guest, prospect=known, third_party=None, events=[more]), ctx))

    return Send(
        label="create guest card",
        request=made,
        id_of=lambda answer: _prospect(answer, guest.code),
        find=_find_guest(guest.code, ctx.marker),
    )


def _third(ctx: Context) -> str:
    """Our own id of a lead at Yardi is the marker of its write, by which it is found again."""
    return ctx.marker.lstrip("#") or "rooftree"


def _same_person(wire: Wire, guest: Guest) -> str | None:
    """The p-code of the one guest card of this person in the property, by e-mail, then telephone, then name.

    Raises Conflict where there are several, as nobody can tell which is meant.
    """
    phone = digits(guest.phones[0]) if guest.phones else ""
    questions = (
        {"EmailAddress": guest.email or ""},
        {"PhoneNumber": phone},
        {"FirstName": guest.first_name, "LastName": guest.last_name} if not (guest.email or phone) else {},
    )
    for wanted in questions:
        if not any(wanted.values()):
            continue
        rows = guests.search(wire, guest.code, **wanted)
        held = sorted({code for row in rows if (code := guests.id_of(row)) and _living(row)})
        if len(held) > 1:
            by = " and ".join(wanted)
            raise Conflict(
                f"Yardi has {len(held)} guest cards of this person (by {by}): {', '.join(held)}. Merge them."
            )
        if held:
            return held[0]
    return None


def _living(row: WireRecord) -> bool:
    return soap.text(guests.customer(row), "@Type") in ("prospect", "guest")


def _find_guest(code: str, marker: str) -> Callable[[Wire, datetime], Sequence[Found]]:
    """By our own id of it; a card that was there before is known by the marker in the event that was added."""

    def find(wire: Wire, since: datetime) -> Sequence[Found]:
        mine = guests.search(wire, code, ThirdPartyId=marker.lstrip("#")) if marker else []
        changed = [row for row in guests.guests(wire, code, since) if marker and _carries(row, marker)]
        ids = dict.fromkeys(guests.id_of(row) for row in (*mine, *changed))
        return [Found(id=join(code, each), exact=True) for each in ids if each]

    return find


def _carries(row: WireRecord, marker: str) -> bool:
    return any(marker in (soap.text(event, "Comments") or "") for event in guests.events(row))


def _happened(label: str, card: str, guest: Guest | None, said: _Said, ctx: Context) -> Send:
    """One more event on a guest card; who it is about is read first where the caller does not know."""
    code, prospect = split(card)

    def made(wire: Wire) -> Answer:
        about = guest or _person(_read(wire, code, prospect, ctx), ctx)
        return wire.read(_call(replace(about, events=[_event(said, guests.words(wire, code), ctx, code)]), ctx))

    def find(wire: Wire, _since: datetime) -> Sequence[Found]:
        rows = guests.guest(wire, code, prospect)
        numbers = [
            guests.number_of(event)
            for row in rows
            for event in guests.events(row)
            if ctx.marker and ctx.marker in (soap.text(event, "Comments") or "")
        ]
        return [Found(id=join(card, number), exact=True) for number in numbers if number]

    return Send(label=label, request=made, find=find)


def _read(wire: Wire, code: str, prospect: str, ctx: Context) -> GuestCard:
    rows = guests.guest(wire, code, prospect)
    if not rows:
        raise NotFound(f"Yardi has no guest card {prospect} in property {code}.")
    return to_guest_card(rows[0], ctx)


def write_showing(current: Showing | None, desired: Showing, ctx: Context) -> Send | None:
    """Makes an appointment, or says that it was kept (`Show`); a moved tour is another appointment (contract 3.6)."""
    if current is None:
        card = need(desired.guest_card_id, "guest_card_id", "Yardi keeps tours on a guest card.")
        said = _tour("Appointment", desired, ctx)
        return _happened("book appointment", card, None, replace(said, id="0"), ctx)
    if desired.status is ShowingStatus.COMPLETED and current.status is ShowingStatus.SCHEDULED:
        return _happened(
            "log show", str(current.guest_card_id), None, replace(_tour("Show", current, ctx), id="0"), ctx
        )
    return None


def close_showing(current: Showing | None, desired: Showing, ctx: Context) -> Send | None:
    if current is None or current.status is not ShowingStatus.SCHEDULED:
        return None
    number = split(current.id, 3)[2]
    said = replace(
        _tour("CancelAppointment", current, ctx), at=ctx.now, id=number, comments=desired.notes or "", unit=None
    )
    return _happened("cancel appointment", str(current.guest_card_id), None, said, ctx)


def _tour(type: str, showing: Showing, ctx: Context) -> _Said:
    return _Said(
        type=type,
        at=showing.starts_at,
        comments=showing.notes or "",
        agent=showing.agent_id,
        unit=own(showing.unit_id) or "",
    )


def add_note(current: Note | None, desired: Note, ctx: Context) -> Send | None:
    """A message or remark as an event; its kind is one of Yardi's event types, `Other` where none is named."""
    if current is not None:
        return None
    need(desired.text, "text", "A note needs a text.")
    kind = desired.kind_raw if desired.kind_raw in guests.MESSAGES else "Other"
    return _logged(desired.about, desired.about_id, _Said(type=kind, at=ctx.now, comments=desired.text), ctx)


def add_phone_log(current: PhoneLog | None, desired: PhoneLog, ctx: Context) -> Send | None:
    if current is not None:
        return None
    kind = desired.source if desired.source in guests.CALLS else "CallFromProspect"
    at = desired.called_at or ctx.now - timedelta(minutes=1)
    said = _Said(type=kind, at=at, comments=desired.text or "Call", agent=desired.staff_id)
    return _logged(desired.about, desired.about_id, said, ctx)


def _logged(about: str, about_id: str, said: _Said, ctx: Context) -> Send:
    if about != "guest_card":
        raise InvalidInput(f"Yardi logs notes and calls on guest cards only, not on a {about}.", path="about")
    return _happened(f"log {said.type}", about_id, None, said, ctx)
