"""Leasing: resident, lease, charge, balance, guest card, showing, application (contract 6 and 8)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from rooftree.connectors.appfolio.wire import refs, to_address, to_date, to_emails, to_instant, to_money, to_phones
from rooftree.connectors.base import Context, WireRecord
from rooftree.connectors.values import to_text, unmark
from rooftree.model.base import Money, Ref
from rooftree.model.leasing import Application, Balance, Charge, GuestCard, Lease, Resident, Showing, Wishes
from rooftree.model.vocabulary import ApplicationStatus, LeadStatus, LeaseStatus, ResidentStatus, ShowingStatus

AGREEMENT, APPLICATION, GUEST_CARD = "appfolio.lease", "appfolio.application", "appfolio.guest_card"
"""System names of a household's signed agreement, of a guest card's application, and of its id where it has two."""

TENANT_STATUSES = {
    "Current": ResidentStatus.CURRENT,
    "Evict": ResidentStatus.CURRENT,
    "Notice": ResidentStatus.NOTICE,
    "Past": ResidentStatus.PAST,
    "Future": ResidentStatus.FUTURE,
}
LEASE_STATUSES = {
    "Current": LeaseStatus.ACTIVE,
    "Evict": LeaseStatus.EVICTION,
    "Notice": LeaseStatus.NOTICE,
    "Past": LeaseStatus.ENDED,
    "Future": LeaseStatus.PENDING,
}
"""A household's status is that of its first tenant: an agreement only says how far signing is."""

LEAD_STATUSES = {
    "active": LeadStatus.NEW,
    "waitlisted": LeadStatus.CONTACTED,
    "cold": LeadStatus.CONTACTED,
    "inactive": LeadStatus.LOST,
}
CONVERTED = "converted_to_tenant"
"""The reason of an inactive guest card that is a success."""

SHOWING_STATUSES = {
    "scheduled": ShowingStatus.SCHEDULED,
    "canceled": ShowingStatus.CANCELLED,
    "no-show": ShowingStatus.NO_SHOW,
}
APPLICATION_STATUSES = {
    "approved": ApplicationStatus.APPROVED,
    "canceled": ApplicationStatus.WITHDRAWN,
    "denied": ApplicationStatus.DENIED,
    "decision_pending": ApplicationStatus.IN_REVIEW,
    "in_review": ApplicationStatus.IN_REVIEW,
    "in_screening": ApplicationStatus.IN_REVIEW,
    "info_needed": ApplicationStatus.IN_REVIEW,
}


def to_resident(wire: WireRecord, ctx: Context) -> Resident:
    """A tenant; somebody who holds two leases is two tenants in AppFolio."""
    status, places = to_text(wire.get("Status")), list(wire.get("Addresses") or ())
    household = to_text(wire.get("OccupancyId"))
    return Resident(
        id=str(wire["Id"]),
        refs=refs(wire),
        updated_at=to_instant(wire.get("LastUpdatedAt")),
        first_name=to_text(wire.get("FirstName")),
        last_name=to_text(wire.get("LastName")),
        company=to_text(wire.get("CompanyName")),
        emails=to_emails(wire),
        phones=to_phones(wire),
        address=to_address(places[0]) if places else None,
        alternate_address=to_address(places[1]) if len(places) > 1 else None,
        status=TENANT_STATUSES.get(str(status), ResidentStatus.UNKNOWN),
        status_raw=status,
        property_id=to_text(wire.get("PropertyId")),
        unit_id=to_text(wire.get("UnitId")),
        lease_ids=(household,) if household else (),
        is_primary=wire.get("PrimaryTenant"),
        move_in_on=to_date(wire.get("MoveInOn")),
        move_out_on=to_date(wire.get("MoveOutOn")),
        raw=wire,
    )


def to_lease(wire: WireRecord, ctx: Context) -> Lease:
    """A household (occupancy) with its tenants and, where there is one, its latest agreement."""
    tenants, agreements = wire["Tenants"], wire.get("Leases") or ()
    first = tenants[0]
    latest: Mapping[str, Any] = agreements[-1] if agreements else {}
    status = to_text(first.get("Status"))
    moved_in = min((day for row in tenants if (day := to_date(row.get("MoveInOn")))), default=None)
    moved_out = max((day for row in tenants if (day := to_date(row.get("MoveOutOn")))), default=None)
    known = LEASE_STATUSES.get(str(status), LeaseStatus.UNKNOWN)
    monthly = latest.get("IsMtm", first.get("IsMonthlyLease"))
    return Lease(
        id=str(wire["Id"]),
        refs=tuple(Ref(system=AGREEMENT, id=str(row["Id"])) for row in reversed(agreements)),
        property_id=to_text(first.get("PropertyId")),
        unit_id=to_text(first.get("UnitId")),
        resident_ids=tuple(str(row["Id"]) for row in tenants),
        primary_resident_id=str(first["Id"]) if first.get("PrimaryTenant") else None,
        status=known,
        status_raw=status,
        term=None if monthly is None else ("month to month" if monthly else "fixed"),
        starts_on=to_date(latest.get("StartOn") or first.get("LeaseStartDate")),
        ends_on=to_date(latest.get("EndOn") or first.get("LeaseEndDate")),
        signed_on=to_date(latest.get("SignedOn") or first.get("LeaseSignedDate")),
        scheduled_move_in_on=moved_in if known is LeaseStatus.PENDING else None,
        moved_in_on=None if known is LeaseStatus.PENDING else moved_in,
        scheduled_move_out_on=None if known is LeaseStatus.ENDED else moved_out,
        moved_out_on=moved_out if known is LeaseStatus.ENDED else None,
        rent=to_money(first.get("CurrentRent")),
        raw=wire,
    )


def to_charge(wire: WireRecord, ctx: Context) -> Charge:
    """A charge of a household."""
    amount = to_money(wire["AmountDue"])
    if amount is None:
        raise ValueError("an amount is missing")
    return Charge(
        id=str(wire["Id"]),
        updated_at=to_instant(wire.get("LastUpdatedAt")),
        lease_id=to_text(wire.get("OccupancyId")),
        amount=amount,
        account_id=to_text(wire.get("GlAccountId")),
        description=unmark(wire.get("Description")),
        charged_on=to_date(wire.get("ChargedOn")),
        raw=wire,
    )


def to_balance(wire: WireRecord, ctx: Context) -> Balance:
    """A household's delinquent charges, added up and by age."""
    today = ctx.now.date()
    ages: dict[str, Decimal] = dict.fromkeys(("days_0_30", "days_31_60", "days_61_90", "over_90"), Decimal(0))
    for charge in wire["Charges"]:
        amount = to_money(charge["AmountDue"])
        ages[_age(to_date(charge.get("ChargedOn")), today)] += amount.amount if amount else Decimal(0)
    return Balance(
        id=str(wire["Id"]),
        lease_id=str(wire["Id"]),
        property_id=to_text(wire.get("PropertyId")),
        total=Money(amount=sum(ages.values(), Decimal(0))),
        days_0_30=Money(amount=ages["days_0_30"]),
        days_31_60=Money(amount=ages["days_31_60"]),
        days_61_90=Money(amount=ages["days_61_90"]),
        over_90=Money(amount=ages["over_90"]),
        raw=wire,
    )


def _age(charged_on: date | None, today: date) -> str:
    days = (today - charged_on).days if charged_on else 0
    return "days_0_30" if days <= 30 else "days_31_60" if days <= 60 else "days_61_90" if days <= 90 else "over_90"


def to_guest_card(wire: WireRecord, ctx: Context) -> GuestCard:
    """A lead. Credit score and income, which AppFolio has fields for, are never read."""
    status, units = to_text(wire.get("Status")), wire.get("UnitIds") or ()
    return GuestCard(
        id=str(wire["Id"]),
        refs=_guest_card_refs(wire),
        created_at=to_instant(wire.get("CreatedAt")),
        updated_at=to_instant(wire.get("LastUpdatedAt")),
        first_name=to_text(wire.get("FirstName")),
        last_name=to_text(wire.get("LastName")),
        emails=to_emails(wire),
        phones=to_phones(wire),
        property_id=to_text(wire.get("PropertyId")),
        unit_id=to_text(units[0]) if units else None,
        status=_lead_status(wire),
        status_raw=status,
        source=to_text(wire.get("Source")),
        agent_id=to_text(wire.get("AssignedUserId")),
        wishes=Wishes(move_in_on=to_date(wire["DesiredMoveIn"])) if wire.get("DesiredMoveIn") else None,
        lost_reason=to_text(wire.get("InactiveReason")),
        first_contact_at=to_instant(wire.get("CreatedAt")),
        raw=wire,
    )


def _guest_card_refs(wire: WireRecord) -> tuple[Ref, ...]:
    """The application that came of it, and the guest card's id where it is another than the lead's."""
    named = {APPLICATION: to_text(wire.get("RentalApplicationId")), GUEST_CARD: to_text(wire.get("GuestCardId"))}
    told = ((system, id) for system, id in named.items() if id and id != wire["Id"])
    return refs(wire) + tuple(Ref(system=system, id=id) for system, id in told)


def _lead_status(wire: WireRecord) -> LeadStatus:
    status = LEAD_STATUSES.get(str(wire.get("Status")), LeadStatus.UNKNOWN)
    if status is LeadStatus.LOST and wire.get("InactiveReason") == CONVERTED:
        return LeadStatus.LEASED
    return status


def to_showing(wire: WireRecord, ctx: Context) -> Showing:
    """A showing of a unit to a lead."""
    status, starts_at = to_text(wire.get("Status")), to_instant(wire["StartAt"])
    if starts_at is None:
        raise ValueError("the start is missing")
    return Showing(
        id=str(wire["Id"]),
        updated_at=to_instant(wire.get("LastUpdatedAt")),
        unit_id=to_text(wire.get("UnitId")),
        guest_card_id=to_text(wire.get("LeadId")),
        agent_id=to_text(wire.get("AssignedUserId")),
        starts_at=starts_at,
        ends_at=to_instant(wire.get("EndAt")),
        status=SHOWING_STATUSES.get(str(status), ShowingStatus.UNKNOWN),
        status_raw=status,
        notes=unmark(wire.get("Notes")),
        raw=wire,
    )


def to_application(wire: WireRecord, ctx: Context) -> Application:
    """An application; of its fields only the status is sure (contract 6), and screening is never read."""
    status = to_text(wire.get("Status"))
    return Application(
        id=str(wire["Id"]),
        updated_at=to_instant(wire.get("LastUpdatedAt") or wire.get("StatusChangedAt")),
        property_id=to_text(wire.get("PropertyId")),
        unit_id=to_text(wire.get("UnitId")),
        status=APPLICATION_STATUSES.get(str(status), ApplicationStatus.UNKNOWN),
        status_raw=status,
        submitted_at=to_instant(wire.get("SubmittedAt")),
        raw=wire,
    )
