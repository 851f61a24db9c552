"""The portfolio, people and leases (contract 6)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from rooftree.connectors.base import Context, WireRecord
from rooftree.connectors.entrata.client import ledgers_of
from rooftree.connectors.entrata.wire import (
    attributes,
    join,
    link,
    listed,
    many,
    to_address,
    to_date,
    to_emails,
    to_flag,
    to_moment,
    to_money,
    to_number,
    to_phones,
    to_whole,
)
from rooftree.connectors.trades import to_trade
from rooftree.connectors.values import to_text, unmark
from rooftree.model.base import Money, Ref
from rooftree.model.leasing import Balance, Charge, GuestCard, Lease, Payment, Resident, Showing, Wishes
from rooftree.model.maintenance import Vendor
from rooftree.model.messages import Note, PhoneLog
from rooftree.model.portfolio import Building, Property, Staff, Unit
from rooftree.model.vocabulary import LeadStatus, LeaseStatus, PropertyKind, ResidentStatus, ShowingStatus, Trade

E = TypeVar("E", bound=StrEnum)
UNIT, SPACE = "entrata.unit", "entrata.unit_space"
KINDS = {
    "apartment": PropertyKind.MULTI_FAMILY,
    "multi-family": PropertyKind.MULTI_FAMILY,
    "single family": PropertyKind.SINGLE_FAMILY,
    "student": PropertyKind.STUDENT,
    "senior": PropertyKind.SENIOR,
    "affordable": PropertyKind.AFFORDABLE,
    "commercial": PropertyKind.COMMERCIAL,
}
LEASE_STATUSES = {
    "applicant": LeaseStatus.PENDING,
    "future": LeaseStatus.PENDING,
    "current": LeaseStatus.ACTIVE,
    "notice": LeaseStatus.NOTICE,
    "past": LeaseStatus.ENDED,
    "cancelled": LeaseStatus.CANCELLED,
}
RESIDENT_STATUSES = {
    "current": ResidentStatus.CURRENT,
    "notice": ResidentStatus.NOTICE,
    "applicant": ResidentStatus.FUTURE,
    "future": ResidentStatus.FUTURE,
    "past": ResidentStatus.PAST,
}
LEAD_STATUSES = {
    "guest card": LeadStatus.NEW,
    "lead": LeadStatus.NEW,
    "contacted": LeadStatus.CONTACTED,
    "application started": LeadStatus.APPLIED,
    "application completed": LeadStatus.APPLIED,
    "application approved": LeadStatus.APPLIED,
    "lease started": LeadStatus.LEASED,
    "lease completed": LeadStatus.LEASED,
    "cancelled": LeadStatus.LOST,
    "archived": LeadStatus.LOST,
}
SHOWING_STATUSES = {
    "scheduled": ShowingStatus.SCHEDULED,
    "confirmed": ShowingStatus.CONFIRMED,
    "completed": ShowingStatus.COMPLETED,
    "cancelled": ShowingStatus.CANCELLED,
    "no show": ShowingStatus.NO_SHOW,
}


def word(value: Any) -> str:
    return str(value or "").strip().lower()


def meanings(known: Mapping[str, E], taught: str, ctx: Context) -> Mapping[str, E]:
    """What the client's words mean: those we know, and over them the mapping pack's list `taught`."""
    kind = type(next(iter(known.values())))
    return {**known, **{word(theirs): kind(ours) for theirs, ours in ctx.pack.get(taught, {}).items()}}


def to_property(wire: WireRecord, ctx: Context) -> Property:
    custom = many(wire.get("CustomKeysData"), "CustomKeyData")
    return Property(
        id=str(wire["PropertyID"]),
        name=to_text(wire.get("MarketingName")) or f"Property {wire['PropertyID']}",
        kind=KINDS.get(word(wire.get("Type")), PropertyKind.UNKNOWN),
        kind_raw=to_text(wire.get("Type")),
        address=to_address(wire.get("Address"), "Address", "City", "State", "PostalCode", "Country"),
        is_active={True: False, False: True}.get(to_flag(wire.get("IsDisabled"))),  # type: ignore[arg-type]
        year_built=to_whole(wire.get("YearBuilt")),
        website=to_text(wire.get("webSite")),
        description=_bold(wire.get("LongDescription")),
        short_description=_bold(wire.get("ShortDescription")),
        custom={str(row["Key"]): row.get("Value") for row in custom if row.get("Key")},
        raw=wire,
    )


def _bold(value: Any) -> str | None:
    return to_text(value.get("b") if isinstance(value, dict) else value)


def to_building(wire: WireRecord, ctx: Context) -> Building:
    return Building(
        id=join(wire["propertyId"], wire["buildingId"]),
        property_id=str(wire["propertyId"]),
        name=to_text(wire.get("buildingName")) or str(wire["buildingId"]),
        raw=wire,
    )


def to_unit(wire: WireRecord, ctx: Context) -> Unit:
    """A unit with its spaces: a bedroom let by itself is a space, so a unit has several ids."""
    place, spaces = wire["propertyId"], many(wire.get("unitSpaces"), "unitSpace")
    first = spaces[0] if spaces else {}
    said = first.get("rent")
    rent: WireRecord = said if isinstance(said, dict) else {}
    status = word(first.get("availabilityStatus"))
    return Unit(
        id=join(place, wire["id"]),
        refs=(
            Ref(system=UNIT, id=str(wire["id"])),
            *(Ref(system=SPACE, id=str(row["unitSpaceId"])) for row in spaces if row.get("unitSpaceId")),
        ),
        property_id=str(place),
        number=to_text(wire.get("unitNumber")) or str(wire["id"]),
        building_id=link(place, wire.get("buildingId")),
        building_name=to_text(wire.get("buildingName")),
        floorplan_name=to_text(wire.get("floorplanName")),
        kind_raw=to_text(wire.get("unitTypeName")),
        address=to_address(wire.get("unitAddress"), "address", "city", "state", "postalCode", "country"),
        bedrooms=to_number(wire.get("noOfBedrooms")),
        bathrooms=to_number(wire.get("noOfBathrooms")),
        square_feet=to_whole(wire.get("squareFeet")),
        rent_min=to_money(rent.get("minRent")),
        rent_max=to_money(rent.get("maxRent")),
        is_vacant=True if status.startswith("vacant") else False if status.startswith("occupied") else None,
        is_furnished=to_flag(wire.get("isFurnished")),
        available_on=to_date(first.get("availableDate")),
        made_ready_on=to_date(first.get("makeReadyDate")),
        raw=wire,
    )


def to_staff(wire: WireRecord, ctx: Context) -> Staff:
    first, _, last = str(wire.get("Name") or "").strip().rpartition(" ")
    return Staff(id=str(wire["Id"]), first_name=first or None, last_name=last or None, raw=wire)


def to_vendor(wire: WireRecord, ctx: Context) -> Vendor:
    contacts = many(wire.get("contacts"), "contact")
    first, trade = contacts[0] if contacts else {}, to_text(wire.get("vendorCategoryType"))
    known = to_trade(trade, ctx)
    return Vendor(
        id=str(wire["id"]),
        company=to_text(wire.get("vendorName")),
        first_name=to_text(first.get("nameFirst")),
        last_name=to_text(first.get("nameLast")),
        emails=to_emails(*(row.get("email") for row in contacts)),
        phones=to_phones(*(row.get("phone") for row in contacts)),
        trades=() if known is Trade.UNKNOWN else (known,),
        trades_raw=(trade,) if trade else (),
        is_active={"active": True, "inactive": False}.get(word(wire.get("status"))),
        website=to_text(wire.get("website")),
        notes=to_text(wire.get("notes")),
        raw=wire,
    )


def to_lease(wire: WireRecord, ctx: Context) -> Lease:
    place, people = wire["propertyId"], many(wire.get("customers"), "customer")
    terms = many(wire.get("leaseIntervals"), "leaseInterval")
    term = terms[-1] if terms else {}
    ids = [join(place, row["id"]) for row in people if row.get("id")]
    primary = [join(place, row["id"]) for row in people if word(row.get("customerType")) == "primary"]
    status = LEASE_STATUSES.get(word(wire.get("leaseIntervalStatus")), LeaseStatus.UNKNOWN)
    moved_in, moved_out = to_date(wire.get("moveInDate")), to_date(wire.get("moveOutDate"))
    waiting, over = status is LeaseStatus.PENDING, status is LeaseStatus.ENDED
    return Lease(
        id=join(place, wire["id"]),
        property_id=str(place),
        unit_id=link(place, wire.get("unitId")),
        resident_ids=tuple(ids),
        primary_resident_id=next(iter(primary), None),
        status=status,
        status_raw=to_text(wire.get("leaseIntervalStatus")),
        kind_raw=to_text(wire.get("occupancyType")),
        starts_on=to_date(term.get("startDate")),
        ends_on=to_date(term.get("endDate")),
        scheduled_move_in_on=moved_in if waiting else None,
        moved_in_on=None if waiting else moved_in,
        scheduled_move_out_on=moved_out,
        moved_out_on=moved_out if over else None,
        raw=wire,
    )


_NEAREST = ("current", "notice", "future", "applicant", "past")


def to_resident(wire: WireRecord, ctx: Context) -> Resident:
    """A customer with its leases; the current lease says the status, else the coming one, else the last."""
    place = wire["propertyId"]
    held = [
        (str(row.get("IDValue") or ""), to_text(attributes(row).get("Status")))
        for lease in listed(wire.get("LeaseId"), "LeaseId")
        for row in listed(lease.get("Identification"), "Identification")
    ]
    held.sort(key=lambda each: _NEAREST.index(word(each[1])) if word(each[1]) in _NEAREST else len(_NEAREST))
    status = held[0][1] if held else None
    return Resident(
        id=join(place, attributes(wire)["Id"]),
        first_name=to_text(wire.get("FirstName")),
        middle_name=to_text(wire.get("MiddleName")),
        last_name=to_text(wire.get("LastName")),
        emails=to_emails(wire.get("Email")),
        phones=to_phones(wire.get("PhoneNumber")),
        address=to_address(wire, "Address", "City", "State", "PostalCode", "Country"),
        status=RESIDENT_STATUSES.get(word(status), ResidentStatus.UNKNOWN),
        status_raw=status,
        property_id=str(place),
        lease_ids=tuple(dict.fromkeys(join(place, id) for id, _status in held if id)),
        raw=wire,
    )


def to_guest_card(wire: WireRecord, ctx: Context) -> GuestCard:
    """A prospect; Entrata calls the guest card an application from the start."""
    place, people = wire["propertyId"], many(wire.get("customers"), "customer")
    person = people[0] if people else {}
    wishes = wire.get("customerPreferences")
    phones = (person.get(f"{kind}PhoneNumber") for kind in ("personal", "cell", "office"))
    return GuestCard(
        id=join(place, wire["applicationId"]),
        created_at=to_moment(wire.get("createdOn")),
        updated_at=to_moment(wire.get("lastUpdatedDate")),
        property_id=str(place),
        first_name=to_text(person.get("firstName")),
        middle_name=to_text(person.get("middleName")),
        last_name=to_text(person.get("lastName")),
        emails=to_emails(person.get("email")),
        phones=to_phones(*phones),
        status=meanings(LEAD_STATUSES, "lead_status_words", ctx).get(word(wire.get("status")), LeadStatus.UNKNOWN),
        status_raw=to_text(wire.get("status")),
        source=to_text(wire.get("leadSource")),
        agent_id=to_text(wire.get("leasingAgentId")),
        agent_name=to_text(wire.get("leasingAgent")),
        wishes=_wishes(wishes) if isinstance(wishes, dict) else None,
        first_contact_at=to_moment(wire.get("createdOn")),
        raw=wire,
    )


def _wishes(wire: WireRecord) -> Wishes | None:
    found = Wishes(
        move_in_on=to_date(wire.get("targetMoveInDate")),
        rent_min=to_money(wire.get("desiredMinRent")),
        rent_max=to_money(wire.get("desiredMaxRent")),
        occupants=to_whole(wire.get("numberOfOccupants")),
        floorplan_name=to_text(wire.get("desiredFloorplan")),
    )
    return None if found == Wishes() else found


def to_showing(wire: WireRecord, ctx: Context) -> Showing:
    starts = to_moment(wire["appointmentDate"])
    if starts is None:
        raise KeyError("appointmentDate")
    kind = to_text(wire.get("eventReasons"))
    return Showing(
        id=join(wire["propertyId"], wire["applicationId"], wire["eventId"]),
        property_id=str(wire["propertyId"]),
        guest_card_id=join(wire["propertyId"], wire["applicationId"]),
        starts_at=starts,
        status=SHOWING_STATUSES.get(word(wire.get("eventResult")), ShowingStatus.UNKNOWN),
        status_raw=to_text(wire.get("eventResult")),
        kind_raw=kind,
        self_guided="self" in kind.lower() if kind else None,
        notes=to_text(wire.get("comments")),
        raw=wire,
    )


def to_balance(wire: WireRecord, ctx: Context) -> Balance:
    place = wire["propertyId"]
    total = sum((to_number(row.get("balance")) or Decimal(0) for row in ledgers_of(wire)), Decimal(0))
    lease = join(place, wire["id"])
    return Balance(id=lease, lease_id=lease, property_id=str(place), total=Money(amount=total), raw=wire)


def _transaction(wire: WireRecord) -> dict[str, Any]:
    place, amount = wire["propertyId"], to_number(wire["amount"])
    if amount is None:
        raise KeyError("amount")
    return {
        "id": join(place, wire["leaseId"], wire["id"]),
        "property_id": str(place),
        "lease_id": join(place, wire["leaseId"]),
        "amount": Money(amount=abs(amount)),
        "charge_code": to_text(wire.get("arCodeName")),
        "account_id": to_text(wire.get("arCodeId")),
        "description": to_text(wire.get("description")),
        "raw": wire,
    }


def to_charge(wire: WireRecord, ctx: Context) -> Charge:
    return Charge(
        **_transaction(wire),
        amount_open=to_money(wire.get("balanceDue")),
        amount_paid=to_money(wire.get("amountPaid")),
        charged_on=to_date(wire.get("transactionDate")),
    )


def to_payment(wire: WireRecord, ctx: Context) -> Payment:
    return Payment(
        **_transaction(wire), paid_on=to_date(wire.get("transactionDate")), reference=to_text(wire.get("arPaymentId"))
    )


def to_note(wire: WireRecord, ctx: Context) -> Note:
    place, lease = wire["propertyId"], wire["leaseId"]
    return Note(
        id=join(place, lease, wire["eventId"]),
        created_at=to_moment(wire.get("date")),
        about="lease",
        about_id=join(place, lease),
        text=unmark(wire.get("Comments")) or "",
        kind_raw=to_text(wire.get("type")),
        raw=wire,
    )


def to_phone_log(wire: WireRecord, ctx: Context) -> PhoneLog:
    place, lease = wire["propertyId"], wire["leaseId"]
    return PhoneLog(
        id=join(place, lease, wire["eventId"]),
        about="lease",
        about_id=join(place, lease),
        property_id=str(place),
        text=unmark(wire.get("Comments")),
        called_at=to_moment(wire.get("date")),
        raw=wire,
    )
