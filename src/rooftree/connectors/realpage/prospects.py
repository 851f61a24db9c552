"""Reading guest cards by prospectsearch (contract 4.6).

The contract does not know the answer's fields. Public client code shows the names the call has, in other capitals,
under `GuestCards/GuestCard`, and a search by the card's number; so they are looked for wherever the answer keeps them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from rooftree.connectors import soap, soap_dates
from rooftree.connectors.base import Context, Page, Query, Wire, WireRecord
from rooftree.connectors.realpage import lists
from rooftree.connectors.realpage.client import ask, codes
from rooftree.connectors.realpage.wire import address, day, flag, holders, join, needed, split, whole
from rooftree.connectors.values import to_e164, unmark
from rooftree.errors import NotFound
from rooftree.model.base import Phone, PhoneKind, Ref
from rooftree.model.leasing import GuestCard, Wishes
from rooftree.model.vocabulary import LeadStatus

CARD, CUSTOMER = "realpage.guest_card", "realpage.customer"
EARLIEST, LATEST = "1900-01-01T00:00:00", "2099-12-31T23:59:59"
NAME = "GuestCardID"
_KINDS: Mapping[str, PhoneKind] = {"mobile": "mobile", "cell": "mobile", "home": "home", "work": "work", "fax": "fax"}

_FLAGS = {LeadStatus.LOST: "StatusIsLost", LeadStatus.LEASED: "StatusIsLeased", LeadStatus.NEW: "StatusIsActive"}


def criterion(**wanted: str | soap.Node) -> soap.Node:
    fields = (value if isinstance(value, soap.Node) else soap.node(name, value) for name, value in wanted.items())
    return soap.node("prospectSearchCriterion", soap.node("ProspectSearchCriterion", *fields))


def period(name: str, first: str, last: str) -> soap.Node:
    return soap.node(name, soap.node("datefrom", first), soap.node("dateto", last))


def search(wire: Wire, site: str, asked: soap.Node) -> list[WireRecord]:
    """The guest cards that fit; an answer without any is no error. Each says its source and agent in words."""
    found = list(holders(ask(wire, "prospectsearch", asked, site=site), NAME))
    known = {name: lists.known(wire, site, name) for name in ("sources", "agents")} if found else {}
    return [{**row, "siteid": site, **_words(row, known)} for row in found]


def _words(row: WireRecord, known: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    source, agent = soap.text(row, "PrimaryLeadSource"), soap.text(row, "LeasingAgentID")
    return {
        "SourceText": lists.word_of(known["sources"], source) or "",
        "AgentText": lists.word_of(known["agents"], agent) or "",
    }


def cards(wire: Wire, site: str, since: datetime | None) -> list[WireRecord]:
    """Guest cards by their last activity; it is told in the property's own time, so a day more is asked for."""
    first = f"{(since - timedelta(days=1)).date()}T00:00:00" if since else EARLIEST
    return search(wire, site, criterion(lastactivitydate=period("lastactivitydate", first, LATEST)))


def list_cards(wire: Wire, query: Query, cursor: str | None) -> Page:
    places = [query.parent] if query.parent else codes(wire)
    return Page(items=[row for place in places for row in cards(wire, place, query.since)])


def card(wire: Wire, site: str, own: str) -> WireRecord:
    """One guest card by its number; raises NotFound."""
    rows = search(wire, site, criterion(guestcardid=own)) if own.isdigit() and own != "0" else []
    found = [row for row in rows if soap.text(row, NAME) == own]
    if not found:
        raise NotFound(f"RealPage has no guest card {own[:40]!r} at site {site}.")
    return found[0]


def get_card(wire: Wire, id: str) -> WireRecord:
    """By `site:number`; a bare number, as a webhook may tell it, is looked for at each site."""
    held = codes(wire)
    if id.isdigit():
        found = (row for site in held for row in search(wire, site, criterion(guestcardid=id)))
        mine = [row for row in found if soap.text(row, NAME) == id and id != "0"]
        if mine:
            return mine[0]
    site, own = split(id)
    if site not in held:
        raise NotFound(f"RealPage shows no site {site}.")
    return card(wire, site, own)


def people(row: WireRecord) -> list[soap.Element]:
    """The persons of a guest card, its head first."""
    found = soap.many(row, "Prospects/Prospect")
    return sorted(found, key=lambda each: (soap.text(each, "RelationshipID") or "H") != "H")


def numbers(person: WireRecord) -> list[soap.Element]:
    return soap.many(person, "Numbers/PhoneNumber") or soap.many(person, "Numbers/PhoneNumbers/PhoneNumber")


def to_guest_card(wire: WireRecord, ctx: Context) -> GuestCard:
    """The card under its number in its site; of several persons its head is the one it is about."""
    site, id = str(wire["siteid"]), needed(wire, NAME)
    person, zone = next(iter(people(wire)), {}), ctx.zone_of(site)
    customer, agent = soap.text(person, "CustomerID"), soap.text(wire, "LeasingAgentID")

    def moment(*names: str) -> datetime | None:
        return soap_dates.to_moment(soap.text(wire, *names), zone)

    return GuestCard(
        id=f"{site}:{id}",
        refs=(Ref(system=CARD, id=id), *((Ref(system=CUSTOMER, id=customer),) if customer else ())),
        created_at=moment("CreateDate"),
        updated_at=moment("LastActivityDate", "ModifiedDate"),
        property_id=site,
        first_name=soap.text(person, "FirstName"),
        middle_name=soap.text(person, "MiddleName"),
        last_name=soap.text(person, "LastName"),
        emails=tuple(soap.texts(person, "Email")),
        phones=tuple(_phone(each) for each in numbers(person) if soap.text(each, "Number")),
        address=address(soap.one(person, "Address")),
        status=_status(wire),
        source=soap.text(wire, "SourceText", "PrimaryLeadSource"),
        agent_id=join(site, agent) if agent != "0" else None,
        agent_name=soap.text(wire, "AgentText"),
        wishes=_wishes(site, soap.one(wire, "Preferences")),
        message=unmark(soap.text(wire, "ProspectComment")),
        first_contact_at=moment("DateContact", "CreateDate"),
        raw=wire,
    )


def _phone(row: WireRecord) -> Phone:
    kind = _KINDS.get((soap.text(row, "Type") or "").lower(), "other")
    return Phone(number=to_e164(needed(row, "Number")), kind=kind, extension=soap.text(row, "Extension"))


def _status(wire: WireRecord) -> LeadStatus:
    return next((status for status, name in _FLAGS.items() if flag(wire, name)), LeadStatus.UNKNOWN)


def _wishes(site: str, element: WireRecord) -> Wishes | None:
    found = Wishes(
        move_in_on=day(element, "DateNeeded"),
        lease_months=whole(element, "LeaseTermMonths") or None,
        occupants=whole(element, "Occupants") or None,
        floorplan_id=join(site, soap.text(element, "FloorplanID")),
    )
    return None if found == Wishes() else found
