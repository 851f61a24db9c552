"""The documents inside Yardi's calls, element by element in the order of its descriptions (contract 3.5, mits.md 2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rooftree.connectors.soap import Node, document, node
from rooftree.connectors.yardi_voyager.wire import digits
from rooftree.model.base import Address
from rooftree.model.leasing import Wishes

SERVICE_REQUEST = (
    "ServiceRequestId PropertyCode UnitCode TenantCode VendorCode ServiceRequestBriefDescription "
    "ServiceRequestFullDescription Priority Category SubCategory HasPermissionToEnter AccessNotes "
    "ProblemDescriptionNotes TechnicianNotes TenantCaused RequestorName RequestorPhoneNumber RequestorEmail "
    "AuthorizedBy ServiceRequestDate CreatedBy UpdateDate UpdatedBy CurrentStatus Resolution"
).split()
_LENGTHS = {"FirstName": 50, "MiddleName": 50, "LastName": 50, "Email": 80, "PhoneNumber": 20, "Comment": 1000}
COMMENT = 256
"""Longer comments were seen cut (contract 3.6)."""
_PETS = ("Dog", "Cat", "Bird", "Reptile", "Fish")


def service_request(values: Mapping[str, str | None]) -> Node:
    """One service request; what is None is left out, so that an edit touches nothing else."""
    if set(values) - set(SERVICE_REQUEST):
        raise ValueError(f"Yardi's service request has no {sorted(set(values) - set(SERVICE_REQUEST))}")
    said = [node(name, text) for name in SERVICE_REQUEST if (text := values.get(name)) is not None]
    return document("ServiceRequests", node("ServiceRequest", *said))


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened between a prospect and the office; a repeated one is a duplicate at Yardi."""

    type: str
    at: str
    agent: str
    reason: str
    comments: str = ""
    first: bool = False
    source: str | None = None
    id: str = ""
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Who the prospect is, as every call on a guest card says it again."""

    code: str
    type: str = "prospect"
    prospect: str | None = None
    """The p-code; None for a new one."""
    third_party: str | None = None
    """Our own id of it, for a new one; `sign` says whose it is, as only the credentials know the entity."""
    first_name: str = ""
    middle_name: str | None = None
    last_name: str = ""
    phones: Sequence[str] = ()
    email: str | None = None
    address: Address | None = None
    wishes: Wishes | None = None
    comment: str | None = None
    with_rent: bool = False
    """One client's Voyager refused a desired rent and floor plan (contract 3.6), so both are a setting."""
    events: Sequence[Event] = field(default_factory=tuple)


def lead_management(guest: Guest) -> Node:
    """LeadManagement 4.0 with one prospect."""
    prospect = node(
        "Prospect",
        node("Customers", _customer(guest)),
        _preferences(guest),
        node("Events", *(_event(each) for each in guest.events)),
    )
    return document("LeadManagement", node("Prospects", prospect))


def _cut(name: str, text: str | None) -> Node | None:
    return node(name, text[: _LENGTHS[name]]) if text else None


def _customer(guest: Guest) -> Node:
    named = (("ProspectID", guest.prospect, "Yardi"), ("ThirdPartyID", guest.third_party, "InterfaceEntity"))
    ids = [*((kind, value, whose) for kind, value, whose in named if value), ("PropertyID", guest.code, "Yardi")]
    name = node(
        "Name",
        _cut("FirstName", guest.first_name),
        _cut("MiddleName", guest.middle_name),
        _cut("LastName", guest.last_name),
    )
    phones = [node("Phone", _cut("PhoneNumber", digits(each)), PhoneType="cell") for each in guest.phones]
    marks = (node("Identification", IDValue=value, IDType=kind, OrganizationName=who) for kind, value, who in ids)
    return node("Customer", *marks, name, _address(guest.address), *phones, _cut("Email", guest.email), Type=guest.type)


def _address(address: Address | None) -> Node | None:
    if address is None or not address.line1:
        return None
    said = {
        "AddressLine1": address.line1,
        "AddressLine2": address.line2,
        "City": address.city,
        "State": address.state,
        "PostalCode": address.postal_code,
        "Country": address.country,
    }
    return node("Address", *(node(name, text) for name, text in said.items() if text), AddressType="current")


def _preferences(guest: Guest) -> Node | None:
    wishes, said = guest.wishes or Wishes(), []
    if wishes.move_in_on:
        said.append(node("TargetMoveInDate", wishes.move_in_on.isoformat()))
    if guest.with_rent and wishes.floorplan_name:
        said.append(node("DesiredFloorplan", wishes.floorplan_name))
    if guest.with_rent and (wishes.rent_min or wishes.rent_max):
        ends = {"Min": wishes.rent_min, "Max": wishes.rent_max}
        said.append(node("DesiredRent", **{name: f"{end.amount:.2f}" for name, end in ends.items() if end}))
    if wishes.bedrooms is not None:
        said.append(node("DesiredNumBedrooms", Exact=str(int(wishes.bedrooms))))
    if wishes.bathrooms is not None:
        said.append(node("DesiredNumBathrooms", Exact=str(int(wishes.bathrooms))))
    if wishes.occupants is not None:
        said.append(node("NumberOfOccupants", str(wishes.occupants)))
    said += [_pet(each) for each in wishes.pets]
    comment = _cut("Comment", guest.comment)
    return node("CustomerPreferences", *said, comment) if said or comment else None


def _pet(told: str) -> Node:
    kind = next((each for each in _PETS if each.lower() in told.lower()), "Other")
    return node("Pets", PetType=kind, Count="1", Description=None if told.lower() == kind.lower() else told)


def _event(event: Event) -> Node:
    first, _, last = event.agent.strip().rpartition(" ")
    agent = node("AgentName", node("FirstName", first) if first else None, node("LastName", last))
    return node(
        "Event",
        node("EventID", IDValue=event.id, IDType=event.unit),
        node("Agent", agent),
        node("EventReasons", event.reason),
        node("FirstContact", "true" if event.first else "false"),
        node("Comments", event.comments) if event.comments else None,
        node("TransactionSource", event.source) if event.source else None,
        EventType=event.type,
        EventDate=event.at,
    )
