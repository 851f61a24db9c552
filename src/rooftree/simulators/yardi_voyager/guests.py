"""Guest cards: LeadManagement 4.0 in and out, agents, sources and results matched letter by letter (contract 3.6)."""

from __future__ import annotations

import re

from lxml import etree

from rooftree.simulators.soap import Element, leaves, said, tree
from rooftree.simulators.wire import Record
from rooftree.simulators.yardi_voyager.account import Account
from rooftree.simulators.yardi_voyager.words import FIRST_CONTACTS, OLD_AGENT, message, refused

_ENDS = {"Cancel": "canceled", "Application": "applicant", "LeaseSign": "future_resident"}


def pick_lists(account: Account, code: str) -> Element:
    lists = account.lists
    agents = [tree("AgentName", name) for name in lists.agents]
    fields = tree(
        "PropertyRequiredFields",
        tree("Agents", *agents, tree("AgentName", OLD_AGENT, InactiveDate="2024-01-01")),
        tree("Sources", *(tree("SourceName", name) for name in lists.sources)),
        tree("Results", *(tree("Result", name) for name in lists.results)),
    )
    return tree("Properties", tree("Property", tree("PropertyCode", code), fields))


def by_date(account: Account, code: str, wrapper: Element) -> Element:
    first, last = said(wrapper, "FromDate")[:10], said(wrapper, "ToDate")[:10]
    rows = [
        (id, row)
        for id, row in account.of(account.guests, code)
        if first <= account.changed_on(account.guests, id, code).isoformat() <= last
    ]
    return _listed(account, rows)


def search(account: Account, code: str, wrapper: Element) -> Element:
    """Everything given must match; ThirdPartyId finds a p-code too. A birth date asked for is refused here."""
    if said(wrapper, "DateOfBirth") or said(wrapper, "FederalId"):
        raise refused("The simulator takes no search by birth date or federal id.")
    third = said(wrapper, "ThirdPartyId")
    wanted = {
        "FirstName": said(wrapper, "FirstName"),
        "LastName": said(wrapper, "LastName"),
        "Email": said(wrapper, "EmailAddress"),
    }
    phone = _digits(said(wrapper, "PhoneNumber"))
    rows = [
        (id, row)
        for id, row in account.of(account.guests, code)
        if third in ("", row["ThirdPartyID"], row["ProspectID"])
        and phone in ("", _digits(row["Phone"]))
        and all(value.lower() in ("", row[name].lower()) for name, value in wanted.items())
    ]
    return _listed(account, rows)


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)[-10:]


def _listed(account: Account, rows: list[tuple[int, Record]]) -> Element:
    if not rows:
        raise refused("No guests exist with the given search criteria.")
    return tree("LeadManagement", tree("Prospects", *(_shown(account, id, row) for id, row in rows)))


def _shown(account: Account, id: int, row: Record) -> Element:
    ids = [("ProspectID", row["ProspectID"], "Yardi"), ("PropertyID", row["PropertyCode"], "Yardi")]
    if row["ThirdPartyID"]:
        ids.append(("ThirdPartyID", row["ThirdPartyID"], account.entity))
    customer = tree(
        "Customer",
        *(tree("Identification", IDValue=value, IDType=kind, OrganizationName=who) for kind, value, who in ids),
        tree("Name", *leaves(FirstName=row["FirstName"], MiddleName=row.get("MiddleName"), LastName=row["LastName"])),
        etree.fromstring(row["Address"]) if row.get("Address") else None,
        tree("Phone", tree("PhoneNumber", row["Phone"]), PhoneType="cell") if row["Phone"] else None,
        tree("Email", row["Email"]) if row["Email"] else None,
        Type=row["Type"],
    )
    changed = account.database.tables["guests"].updated(id).astimezone(account.seeds.zone(row["PropertyCode"]))
    wishes = etree.fromstring(row["Preferences"]) if row["Preferences"] else None
    last = tree("LastUpdateDate", changed.strftime("%Y-%m-%dT%H:%M:%S"))
    events = tree("Events", *(_event(event) for event in row["Events"]))
    return tree("Prospect", last, tree("Customers", customer), wishes, events)


def _event(row: Record) -> Element:
    first, _, rest = row["Agent"].rpartition(" ")
    return tree(
        "Event",
        tree("EventID", IDValue=row.get("Cancels") or row["Id"], IDType=row["Unit"]),
        tree("Agent", tree("AgentName", *leaves(FirstName=first or None, LastName=rest))),
        *leaves(EventReasons=row["Reason"], FirstContact=row["First"], Comments=row["Comments"] or None),
        *leaves(TransactionSource=row["Source"] or None),
        EventType=row["Type"],
        EventDate=row["Date"],
    )


def take(account: Account, wrapper: Element) -> Element:
    """One prospect a call; Voyager may well make a double, and so does this."""
    prospects = wrapper.findall("XmlDoc/LeadManagement/Prospects/Prospect")
    if len(prospects) != 1:
        raise refused("One Prospect per call is expected.")
    customer = prospects[0].find("Customers/Customer")
    if customer is None:
        raise refused("Customer is missing.")
    ids = {each.get("IDType", ""): each.get("IDValue", "") for each in customer.iterfind("Identification")}
    code = ids.get("PropertyID", "")
    account.allow("guest_card", code)
    given = _given(account, customer, prospects[0])
    row = _held(account, ids, code, given)
    number = int(row["ProspectID"][1:]) if row else account.guests.add(given)
    kept = row or {"ProspectID": f"p{number:07d}", "PropertyCode": code, "ThirdPartyID": ids["ThirdPartyID"]}
    before = row["Events"] if row else []
    events = [
        {**event, "Id": event["Id"] or str(number * 100 + len(before) + at)} for at, event in enumerate(given["Events"])
    ]
    kept = {"Phone": "", "Email": "", "Preferences": "", **kept, **{name: v for name, v in given.items() if v}}
    kind = next((_ENDS[event["Type"]] for event in events if event["Type"] in _ENDS), None)
    account.guests.put(number, {**kept, "Type": kind or given["Type"], "Events": [*before, *events]})
    return message(f"Guest imported. CustomerID: p{number:07d}", "FYI")


def _held(account: Account, ids: Record, code: str, given: Record) -> Record | None:
    """The guest card that an update means, None where a new one is wanted."""
    first = [event for event in given["Events"] if event["First"] == "true"]
    wanted = ids.get("ProspectID")
    if wanted:
        found = next((row for _id, row in account.of(account.guests, code) if row["ProspectID"] == wanted), None)
        if found is None:
            raise refused(f"Prospect {wanted} does not exist.")
        if first:
            raise refused("First Contact already exists for this guest.")
        return found
    if not ids.get("ThirdPartyID"):
        raise refused("ThirdPartyID is required.")
    if len(first) != 1 or first[0]["Type"] not in FIRST_CONTACTS:
        raise refused("A First Contact event is required.")
    if not first[0]["Source"]:
        raise refused("Source Name not found in Voyager")
    return None


def _given(account: Account, customer: Element, prospect: Element) -> Record:
    name = {part: said(customer, f"Name/{part}") for part in ("FirstName", "LastName")}
    if not all(name.values()):
        raise refused("FirstName and LastName are required.")
    return {
        "Type": customer.get("Type", ""),
        **name,
        "MiddleName": said(customer, "Name/MiddleName"),
        "Address": _kept(customer.find("Address")),
        "Phone": said(customer, "Phone/PhoneNumber"),
        "Email": said(customer, "Email"),
        "Preferences": _kept(prospect.find("CustomerPreferences")),
        "Events": [_received(account, event) for event in prospect.iterfind("Events/Event")],
    }


def _kept(element: Element | None) -> str:
    return etree.tostring(element, encoding="unicode", with_tail=False) if element is not None else ""


def _received(account: Account, event: Element) -> Record:
    agent = f"{said(event, 'Agent/AgentName/FirstName')} {said(event, 'Agent/AgentName/LastName')}".strip()
    source, reason, lists = said(event, "TransactionSource"), said(event, "EventReasons"), account.lists
    if source and source not in lists.sources:
        raise refused("Source Name not found in Voyager")
    if agent not in lists.agents:
        raise refused("Agent Name not found in Voyager")
    if reason not in lists.results:
        raise refused("Result not found in Voyager")
    id = event.find("EventID")
    own = id.get("IDValue", "") if id is not None else ""
    return {
        "Id": "" if event.get("EventType") == "CancelAppointment" or own == "0" else own,
        "Cancels": own if event.get("EventType") == "CancelAppointment" else "",
        "Type": event.get("EventType", ""),
        "Date": event.get("EventDate", ""),
        "Unit": (id.get("IDType", "") if id is not None else "") or "",
        "Agent": agent,
        "Reason": reason,
        "First": said(event, "FirstContact", "false"),
        "Comments": said(event, "Comments")[:1000],
        "Source": source,
    }
