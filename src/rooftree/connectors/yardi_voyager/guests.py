"""Reading guest cards: LeadManagement documents, their events, and what a property lets one say (contract 3.6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from rooftree.connectors import soap
from rooftree.connectors.base import Page, Query, Wire, WireRecord
from rooftree.connectors.yardi_voyager.client import EARLIEST, LATEST, ask, blanks, codes
from rooftree.connectors.yardi_voyager.wire import join, split
from rooftree.errors import NotFound, Unauthorized

_PRIVATE = frozenset({"creditcheckstatus", "federalid", "ssn", "dateofbirth"})
"""Identifications that are dropped on arrival."""
MESSAGES = ("Email", "EmailToProspect", "EmailFromProspect", "Text", "Chat", "Letter", "Contact", "Other")
CALLS = ("CallFromProspect", "CallToProspect", "Phone")
TOUR, CANCEL, SHOW = "Appointment", "CancelAppointment", "Show"


def guests(wire: Wire, code: str, since: datetime | None) -> list[WireRecord]:
    first = f"{(since - timedelta(days=1)).date()}T00:00:00" if since else EARLIEST
    dates = blanks(FromDate=first, ToDate=LATEST)
    return _prospects(ask(wire, "guest_card", "GetYardiGuestActivity_DateRange", *dates, code=code), code)


def search(wire: Wire, code: str, **wanted: str) -> list[WireRecord]:
    """Guest cards that fit everything asked; all fields go along, birth date and federal id always empty."""
    names = ("FirstName", "LastName", "EmailAddress", "PhoneNumber", "ThirdPartyId", "DateOfBirth", "FederalId")
    fields = blanks(**{name: wanted.get(name, "") for name in names})
    return _prospects(ask(wire, "guest_card", "GetYardiGuestActivity_Search", *fields, code=code), code)


def guest(wire: Wire, code: str, prospect: str) -> list[WireRecord]:
    """One guest card: a search by third-party id finds p-codes too."""
    return [row for row in search(wire, code, ThirdPartyId=prospect) if id_of(row) == prospect]


def _prospects(found: soap.Element, code: str) -> list[WireRecord]:
    rows = soap.many(found, "LeadManagement/Prospects/Prospect")
    return [{**row, "PropertyCode": code, "Customers": _without_private(row)} for row in rows]


def _without_private(prospect: WireRecord) -> dict[str, Any]:
    people = [
        {
            **person,
            "Identification": [
                each
                for each in soap.many(person, "Identification")
                if (soap.text(each, "@IDType") or "").lower() not in _PRIVATE
            ],
        }
        for person in soap.many(prospect, "Customers/Customer")
    ]
    return {"Customer": people}


def customer(prospect: WireRecord) -> soap.Element:
    return soap.one(prospect, "Customers/Customer")


def id_of(prospect: WireRecord, kind: str = "ProspectID") -> str | None:
    """The p-code (or another id) of a guest card."""
    ids = soap.many(customer(prospect), "Identification")
    return next((soap.text(each, "@IDValue") for each in ids if soap.text(each, "@IDType") == kind), None)


def events(prospect: WireRecord) -> list[soap.Element]:
    return soap.many(prospect, "Events/Event")


def kind_of(event: WireRecord) -> str:
    return soap.text(event, "@EventType") or ""


def number_of(event: WireRecord) -> str | None:
    found = soap.text(event, "EventID/@IDValue")
    return None if found == "0" else found


def _with_place(event: soap.Element, prospect: WireRecord) -> dict[str, Any]:
    return {
        **event,
        "PropertyCode": prospect["PropertyCode"],
        "ProspectID": id_of(prospect),
        "Number": number_of(event),
    }


def logged(kinds: Sequence[str], wire: Wire, card: str) -> list[WireRecord]:
    """The events of these types on one guest card, its first contact aside, which is the card itself."""
    code, prospect = split(card)
    return [
        _with_place(event, row)
        for row in guest(wire, code, prospect)
        for event in events(row)
        if kind_of(event) in kinds and number_of(event) and soap.text(event, "FirstContact") != "true"
    ]


def tours(wire: Wire, code: str, since: datetime | None) -> list[WireRecord]:
    return [each for row in guests(wire, code, since) for each in tours_of(row)]


def tours_of(prospect: WireRecord) -> list[WireRecord]:
    """The appointments of a guest card, each with what became of it: `Canceled`, `Shown` or nothing yet."""
    said = events(prospect)
    over = {number_of(event) for event in said if kind_of(event) == CANCEL}
    shown = {soap.text(event, "@EventDate") for event in said if kind_of(event) == SHOW}
    return [
        {**_with_place(event, prospect), "Outcome": _outcome(event, over, shown)}
        for event in said
        if kind_of(event) == TOUR and number_of(event)
    ]


def _outcome(event: soap.Element, over: set[str | None], shown: set[str | None]) -> str:
    if number_of(event) in over:
        return "Canceled"
    return "Shown" if soap.text(event, "@EventDate") in shown else TOUR


def get_tour(wire: Wire, id: str) -> WireRecord:
    code, prospect, number = split(id, 3)
    found = [each for row in guest(wire, code, prospect) for each in tours_of(row) if each["Number"] == number]
    if not found:
        raise NotFound(f"Yardi has no appointment {id}.")
    return found[0]


def words(wire: Wire, code: str) -> Mapping[str, list[str]]:
    """Agents, sources and results of a property, letter by letter; an entry with an InactiveDate is dead."""
    found = ask(wire, "guest_card", "GetYardiAgentsSourcesResults_Login", code=code)
    fields = soap.one(found, "Properties/Property/PropertyRequiredFields")
    lists = {"agents": "Agents/AgentName", "sources": "Sources/SourceName", "results": "Results/Result"}
    return {name: _living(fields, path) for name, path in lists.items()}


def first_words(wire: Wire) -> Mapping[str, list[str]]:
    """The words of the first property; none where the interface has no licence or no property."""
    try:
        place = next(iter(codes(wire, "guest_card")), None)
    except Unauthorized:
        place = None
    return words(wire, place) if place else {"agents": [], "sources": [], "results": []}


def _living(fields: soap.Element, path: str) -> list[str]:
    rows = soap.many(fields, path)
    return [str(soap.text(row, "#text")) for row in rows if soap.text(row, "#text") and not row.get("@InactiveDate")]


def agents(wire: Wire) -> list[WireRecord]:
    """The agents of all properties; a person has no other id than the name."""
    held: dict[str, list[str]] = {}
    for code in codes(wire, "guest_card"):
        for name in words(wire, code)["agents"]:
            held.setdefault(name, []).append(code)
    return [{"AgentName": name, "Properties": places} for name, places in held.items()]


def list_agents(wire: Wire, query: Query, cursor: str | None) -> Page:
    return Page(items=agents(wire))


def get_agent(wire: Wire, id: str) -> WireRecord:
    found = [row for row in agents(wire) if row["AgentName"] == id]
    if not found:
        raise NotFound(f"Yardi has no agent {id[:40]!r}.")
    return found[0]


def card_of(row: WireRecord) -> str:
    return join(row["PropertyCode"], row["ProspectID"])
