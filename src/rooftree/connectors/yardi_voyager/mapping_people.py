"""Households and prospects: residents, leases, guest cards and what happened with them (contract 3.3, 3.6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from rooftree.connectors import soap, soap_dates
from rooftree.connectors.base import Context, WireRecord
from rooftree.connectors.values import unmark
from rooftree.connectors.yardi_voyager import guests
from rooftree.connectors.yardi_voyager.mapping import needed
from rooftree.connectors.yardi_voyager.wire import join, link, to_address, to_money, to_number, to_phones, to_whole
from rooftree.errors import Unreadable
from rooftree.model.base import Ref
from rooftree.model.leasing import GuestCard, Lease, Resident, Showing, Wishes
from rooftree.model.messages import Note, PhoneLog
from rooftree.model.vocabulary import LeadStatus, LeaseStatus, ResidentStatus, ShowingStatus

TENANT, PROSPECT, THIRD_PARTY = "yardi.tenant", "yardi.prospect", "yardi.third_party"
LEASE_STATUSES = {
    "applicant": LeaseStatus.PENDING,
    "future": LeaseStatus.PENDING,
    "current": LeaseStatus.ACTIVE,
    "notice": LeaseStatus.NOTICE,
    "past": LeaseStatus.ENDED,
    "eviction": LeaseStatus.EVICTION,
    "denied": LeaseStatus.CANCELLED,
    "canceled": LeaseStatus.CANCELLED,
}
RESIDENT_STATUSES = {
    "applicant": ResidentStatus.FUTURE,
    "future": ResidentStatus.FUTURE,
    "current": ResidentStatus.CURRENT,
    "notice": ResidentStatus.NOTICE,
    "eviction": ResidentStatus.CURRENT,
    "past": ResidentStatus.PAST,
    "denied": ResidentStatus.PAST,
    "canceled": ResidentStatus.PAST,
}
CUSTOMER_TYPES = {
    "prospect": LeadStatus.NEW,
    "guest": LeadStatus.NEW,
    "applicant": LeadStatus.APPLIED,
    "approved_applicant": LeadStatus.APPLIED,
    "denied_applicant": LeadStatus.LOST,
    "future_resident": LeadStatus.LEASED,
    "current_resident": LeadStatus.LEASED,
    "former_resident": LeadStatus.LEASED,
    "canceled": LeadStatus.LOST,
}
OUTCOMES = {
    "Appointment": ShowingStatus.SCHEDULED,
    "Shown": ShowingStatus.COMPLETED,
    "Canceled": ShowingStatus.CANCELLED,
}


def tenant_of(file: WireRecord) -> str:
    return needed(file, "Identification/@IDValue", "Identification/IDValue")


def _status(file: WireRecord) -> str | None:
    return soap.text(file, "Identification/@IDType", "Identification/Status", "Identification/YardiStatus")


def _unit(file: WireRecord) -> str | None:
    return soap.text(file, "Unit/Identification/@IDValue", "Unit/Identification/IDValue", "Unit/UnitCode")


def person_code(person: WireRecord) -> str:
    return needed(person, "Identification/@IDValue", "Identification/IDValue")


def to_lease(wire: WireRecord, ctx: Context) -> Lease:
    """Yardi has no lease id: one t-code is one household's stay in one unit (contract 3.3)."""
    place, tenant, unit = str(wire["PropertyCode"]), tenant_of(wire), _unit(wire)
    status = LEASE_STATUSES.get((_status(wire) or "").lower(), LeaseStatus.UNKNOWN)
    people = [join(place, person_code(each)) for each in soap.many(wire, "Tenants")]
    moved_in, moved_out = _day(wire, "MoveInDate"), _day(wire, "MoveOutDate")
    waiting, over = status is LeaseStatus.PENDING, status is LeaseStatus.ENDED
    return Lease(
        id=join(place, tenant),
        refs=(Ref(system=TENANT, id=tenant),),
        property_id=place,
        unit_id=link(place, unit),
        unit_number=unit,
        resident_ids=tuple(people),
        primary_resident_id=join(place, tenant) if join(place, tenant) in people else next(iter(people), None),
        status=status,
        status_raw=_status(wire),
        starts_on=_day(wire, "LeaseBegin"),
        ends_on=_day(wire, "LeaseEnd"),
        scheduled_move_in_on=moved_in if waiting else None,
        moved_in_on=None if waiting else moved_in,
        scheduled_move_out_on=None if over else moved_out,
        moved_out_on=moved_out if over else None,
        rent=to_money(soap.text(wire, "MonthlyRentAmount")),
        rent_due_day=to_whole(soap.text(wire, "DueDay")),
        raw=wire,
    )


def _day(wire: WireRecord, name: str) -> Any:
    return soap_dates.to_day(soap.text(wire, name))


def to_resident(wire: WireRecord, ctx: Context) -> Resident:
    """A person of a household under the own code: the main tenant's is the t-code, a roommate's begins with r."""
    file, code = wire["LeaseFile"], person_code(wire)
    place, tenant = str(file["PropertyCode"]), tenant_of(file)
    details = soap.one(wire, "PersonDetails") or wire
    return Resident(
        id=join(place, code),
        refs=(Ref(system=TENANT, id=code),),
        first_name=soap.text(details, "Name/FirstName"),
        middle_name=soap.text(details, "Name/MiddleName"),
        last_name=soap.text(details, "Name/LastName"),
        emails=tuple(dict.fromkeys(soap.texts(details, "Email") or soap.texts(details, "Address/Email"))),
        phones=to_phones(soap.texts(details, "Phone/PhoneNumber")),
        address=to_address(soap.one(details, "Address")),
        status=RESIDENT_STATUSES.get((_status(file) or "").lower(), ResidentStatus.UNKNOWN),
        status_raw=_status(file),
        property_id=place,
        unit_id=link(place, _unit(file)),
        lease_ids=(join(place, tenant),),
        is_primary=code == tenant,
        move_in_on=_day(file, "MoveInDate"),
        move_out_on=_day(file, "MoveOutDate"),
        raw=wire,
    )


def to_guest_card(wire: WireRecord, ctx: Context) -> GuestCard:
    place, prospect = str(wire["PropertyCode"]), guests.id_of(wire)
    if prospect is None:
        raise Unreadable("Yardi sent a guest card without a ProspectID.")
    person, said = guests.customer(wire), guests.events(wire)
    first = next((each for each in said if soap.text(each, "FirstContact") == "true"), said[0] if said else {})
    kind, third, zone = soap.text(person, "@Type"), guests.id_of(wire, "ThirdPartyID"), ctx.zone_of(place)
    agent = agent_of(first)
    return GuestCard(
        id=join(place, prospect),
        refs=(
            Ref(system=PROSPECT, id=prospect),
            *((Ref(system=THIRD_PARTY, id=third),) if third else ()),
        ),
        updated_at=soap_dates.to_moment(soap.text(wire, "LastUpdateDate"), zone),
        property_id=place,
        first_name=soap.text(person, "Name/FirstName"),
        middle_name=soap.text(person, "Name/MiddleName"),
        last_name=soap.text(person, "Name/LastName"),
        emails=tuple(soap.texts(person, "Email")),
        phones=to_phones(soap.texts(person, "Phone/PhoneNumber")),
        address=to_address(soap.one(person, "Address")),
        status=_lead_status(kind, said, wire),
        status_raw=kind,
        source=soap.text(first, "TransactionSource"),
        agent_id=agent,
        agent_name=agent,
        wishes=_wishes(soap.one(wire, "CustomerPreferences")),
        message=unmark(soap.text(first, "Comments")),
        notes=soap.text(wire, "CustomerPreferences/Comment"),
        first_contact_at=soap_dates.to_moment(soap.text(first, "@EventDate"), zone),
        raw=wire,
    )


def agent_of(event: WireRecord) -> str | None:
    """The agent's name in one; a one-word agent stands in LastName."""
    name = soap.one(event, "Agent/AgentName")
    parts = (soap.text(name, part) for part in ("FirstName", "LastName"))
    return " ".join(part for part in parts if part) or None


def _lead_status(kind: str | None, said: Sequence[WireRecord], wire: WireRecord) -> LeadStatus:
    """The customer's type says it where the lead went on; of a prospect, what happened says more."""
    status = CUSTOMER_TYPES.get((kind or "").lower(), LeadStatus.UNKNOWN)
    if status is not LeadStatus.NEW:
        return status
    outcomes = {each["Outcome"] for each in guests.tours_of(wire)}
    if "Shown" in outcomes:
        return LeadStatus.SHOWN
    if "Appointment" in outcomes:
        return LeadStatus.SHOWING_SCHEDULED
    others = [each for each in said if soap.text(each, "FirstContact") != "true"]
    return LeadStatus.CONTACTED if others else LeadStatus.NEW


def _wishes(element: WireRecord) -> Wishes | None:
    found = Wishes(
        move_in_on=_day(element, "TargetMoveInDate"),
        bedrooms=_exact(element, "DesiredNumBedrooms"),
        bathrooms=_exact(element, "DesiredNumBathrooms"),
        rent_min=to_money(soap.text(element, "DesiredRent/@Min", "DesiredRent/@Exact")),
        rent_max=to_money(soap.text(element, "DesiredRent/@Max", "DesiredRent/@Exact")),
        occupants=to_whole(soap.text(element, "NumberOfOccupants")),
        pets=tuple(kind for pet in soap.many(element, "Pets") if (kind := soap.text(pet, "@Description", "@PetType"))),
        floorplan_name=soap.text(element, "DesiredFloorplan"),
    )
    return None if found == Wishes() else found


def _exact(element: WireRecord, name: str) -> Decimal | None:
    return to_number(soap.text(element, f"{name}/@Exact", f"{name}/@Min"))


def _when(wire: WireRecord, ctx: Context) -> datetime | None:
    return soap_dates.to_moment(soap.text(wire, "@EventDate"), ctx.zone_of(str(wire["PropertyCode"])))


def to_showing(wire: WireRecord, ctx: Context) -> Showing:
    place, starts, agent = str(wire["PropertyCode"]), _when(wire, ctx), agent_of(wire)
    if starts is None:
        raise Unreadable("Yardi sent an appointment without a time.")
    return Showing(
        id=join(guests.card_of(wire), wire["Number"]),
        property_id=place,
        unit_id=link(place, soap.text(wire, "EventID/@IDType")),
        guest_card_id=guests.card_of(wire),
        agent_id=agent,
        agent_name=agent,
        starts_at=starts,
        status=OUTCOMES.get(str(wire["Outcome"]), ShowingStatus.UNKNOWN),
        status_raw=str(wire["Outcome"]),
        notes=unmark(soap.text(wire, "Comments")),
        raw=wire,
    )


def to_note(wire: WireRecord, ctx: Context) -> Note:
    card = guests.card_of(wire)
    return Note(
        id=join(card, wire["Number"]),
        created_at=_when(wire, ctx),
        about="guest_card",
        about_id=card,
        text=unmark(soap.text(wire, "Comments")) or "",
        kind_raw=guests.kind_of(wire),
        author=agent_of(wire),
        raw=wire,
    )


def to_phone_log(wire: WireRecord, ctx: Context) -> PhoneLog:
    card = guests.card_of(wire)
    return PhoneLog(
        id=join(card, wire["Number"]),
        about="guest_card",
        about_id=card,
        property_id=str(wire["PropertyCode"]),
        text=unmark(soap.text(wire, "Comments")),
        called_at=_when(wire, ctx),
        staff_id=agent_of(wire),
        source=guests.kind_of(wire),
        raw=wire,
    )
