"""Leasing: resident, lease, charge, payment, balance, prospect, showing, application (contract 3.3 to 3.10)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rooftree.connectors.base import Context, WireRecord
from rooftree.connectors.rent_manager.client import residents_of
from rooftree.connectors.rent_manager.mapping import is_held, today
from rooftree.connectors.rent_manager.wire import (
    contact_of,
    current,
    named,
    person,
    rows,
    times,
    to_address,
    to_custom,
    to_date,
    to_decimal,
    to_id,
    to_instant,
    to_refs,
    zone_of,
)
from rooftree.connectors.values import to_money, to_text, unmark
from rooftree.errors import Unreadable
from rooftree.model.base import Money
from rooftree.model.leasing import (
    Application,
    Balance,
    Charge,
    GuestCard,
    Lease,
    Payment,
    Resident,
    Showing,
)
from rooftree.model.vocabulary import LeadStatus, LeaseStatus, ResidentStatus

RENEWAL = "rent_manager.lease_renewal"
"""System name of the renewal that is a lease's term of today."""

TENANT_STATUSES = {
    "current": ResidentStatus.CURRENT,
    "notice": ResidentStatus.NOTICE,
    "past": ResidentStatus.PAST,
    "future": ResidentStatus.FUTURE,
}
"""Statuses of a tenant account in lower case; the exact set is unsure, and another word is UNKNOWN."""

LEAD_STATUSES = {
    "new": LeadStatus.NEW,
    "active": LeadStatus.CONTACTED,
    "contacted": LeadStatus.CONTACTED,
    "toured": LeadStatus.SHOWN,
    "applied": LeadStatus.APPLIED,
    "leased": LeadStatus.LEASED,
    "rented": LeadStatus.LEASED,
    "lost": LeadStatus.LOST,
    "dead": LeadStatus.LOST,
    "inactive": LeadStatus.LOST,
}
"""ProspectStatus in lower case; the pack's `lead_status_words` teaches others."""


def resident_id(wire: WireRecord) -> str:
    """The tenant's number for its primary contact, `tenant:contact` for the others of the household."""
    own = str(wire["TenantID"])
    return f"{own}:{contact_of(wire)['ContactID']}" if wire.get("Other") else own


def to_resident(wire: WireRecord, ctx: Context) -> Resident:
    """One contact of a tenant account; unit and days come from the account's lease of today."""
    status, leases = to_text(wire.get("Status")), rows(wire.get("Leases"))
    lease = current(leases, "MoveInDate", "MoveOutDate", today(ctx))
    return Resident(
        id=resident_id(wire),
        refs=to_refs(
            tenant=wire["TenantID"],
            tenant_display=wire.get("TenantDisplayID"),
            contact=contact_of(wire).get("ContactID"),
        ),
        address=to_address(wire.get("Addresses")),
        alternate_address=to_address(wire.get("Addresses"), 1),
        status=TENANT_STATUSES.get((status or "").lower(), ResidentStatus.UNKNOWN),
        status_raw=status,
        property_id=to_id(wire.get("PropertyID")),
        unit_id=to_id(lease.get("UnitID")),
        lease_ids=tuple(str(row["LeaseID"]) for row in leases if row.get("LeaseID")),
        is_primary=not wire.get("Other"),
        move_in_on=to_date(lease.get("MoveInDate")),
        move_out_on=to_date(lease.get("MoveOutDate") or lease.get("ExpectedMoveOutDate")),
        custom=to_custom(wire),
        raw=wire,
        **person(wire),
        **times(wire, ctx),
    )


def to_lease(wire: WireRecord, ctx: Context) -> Lease:
    """A lease; its term is the renewal of today, because the lease itself keeps none."""
    tenant = wire.get("Tenant") if isinstance(wire.get("Tenant"), dict) else {}
    renewal = current(rows(wire.get("LeaseRenewals")), "StartDate", "EndDate", today(ctx))
    people = [resident_id(row) for row in residents_of({"TenantID": wire["TenantID"], **(tenant or {})})]
    return Lease(
        id=str(wire["LeaseID"]),
        refs=to_refs(lease_renewal=renewal.get("LeaseRenewalID")),
        property_id=to_id(wire.get("PropertyID")),
        unit_id=to_id(wire.get("UnitID")),
        resident_ids=tuple(people),
        primary_resident_id=str(wire["TenantID"]),
        status=_lease_status(wire, ctx),
        starts_on=to_date(renewal.get("StartDate")),
        ends_on=to_date(renewal.get("EndDate")),
        signed_on=to_date(renewal.get("SignDate")),
        moved_in_on=to_date(wire.get("MoveInDate")),
        scheduled_move_out_on=to_date(wire.get("ExpectedMoveOutDate")),
        moved_out_on=to_date(wire.get("MoveOutDate")),
        rent_due_day=(tenant or {}).get("RentDueDay"),
        raw=wire,
        **times(wire, ctx),
    )


def _lease_status(wire: WireRecord, ctx: Context) -> LeaseStatus:
    """A lease has no word for it: its days say it."""
    day, out = today(ctx), to_date(wire.get("MoveOutDate"))
    if wire.get("IsMoveOutConfirmed") or (out is not None and out <= day):
        return LeaseStatus.ENDED
    if not is_held(wire, day):
        return LeaseStatus.PENDING
    return LeaseStatus.NOTICE if wire.get("NoticeDate") else LeaseStatus.ACTIVE


def posting_id(wire: WireRecord) -> str:
    """Charges and payments call their number ID; older models say ChargeID."""
    return str(wire.get("ID") or wire["ChargeID"])


def to_charge(wire: WireRecord, ctx: Context) -> Charge:
    amount, paid = _amount(wire), to_decimal(wire.get("AmountAllocated"))
    return Charge(
        id=posting_id(wire),
        property_id=to_id(wire.get("PropertyID")),
        unit_id=to_id(wire.get("UnitID")),
        resident_id=to_id(wire.get("AccountID")),
        amount=amount,
        amount_paid=None if paid is None else Money(amount=paid),
        amount_open=None if paid is None else Money(amount=amount.amount - paid),
        charge_code=named(ctx.picks.get("charge_types", {}), wire.get("ChargeTypeID")),
        description=unmark(wire.get("Comment")),
        reference=to_text(wire.get("Reference")),
        charged_on=to_date(wire.get("TransactionDate")),
        is_open=None if wire.get("IsFullyAllocated") is None else not wire["IsFullyAllocated"],
        raw=wire,
        **times(wire, ctx),
    )


def to_payment(wire: WireRecord, ctx: Context) -> Payment:
    return Payment(
        id=posting_id(wire),
        resident_id=to_id(wire.get("AccountID")),
        amount=_amount(wire),
        description=unmark(wire.get("Comment")),
        reference=to_text(wire.get("Reference")),
        paid_on=to_date(wire.get("TransactionDate")),
        raw=wire,
        **times(wire, ctx),
    )


def _amount(wire: WireRecord) -> Money:
    amount = to_money(wire["Amount"])
    if amount is None:
        raise ValueError("an amount is missing")
    return amount


def to_balance(wire: WireRecord, ctx: Context) -> Balance:
    """What a tenant account owes. Raises Unreadable where this user is not shown OpenBalance."""
    if wire.get("OpenBalance") is None:
        raise Unreadable("Rent Manager did not show OpenBalance of the tenant.")
    lease = current(rows(wire["Leases"]), "MoveInDate", "MoveOutDate", today(ctx))
    return Balance(
        id=str(wire["TenantID"]),
        lease_id=str(lease["LeaseID"]),
        property_id=to_id(lease.get("PropertyID") or wire.get("PropertyID")),
        unit_id=to_id(lease.get("UnitID")),
        resident_id=str(wire["TenantID"]),
        total=Money(amount=to_decimal(wire["OpenBalance"]) or Decimal(0)),
        raw=wire,
    )


def lead_status(word: str | None, ctx: Context) -> LeadStatus:
    taught = {str(key).lower(): value for key, value in ctx.pack.get("lead_status_words", {}).items()}
    plain = (word or "").lower()
    return LeadStatus(taught[plain]) if plain in taught else LEAD_STATUSES.get(plain, LeadStatus.UNKNOWN)


def to_guest_card(wire: WireRecord, ctx: Context) -> GuestCard:
    """A prospect; the unit is the one it showed interest in last."""
    status, wanted = to_text(wire.get("ProspectStatus")), rows(wire.get("InterestedRentals"))
    newest = max(wanted, key=lambda row: int(row.get("InterestedRentalID") or 0), default={})
    who: dict[str, Any] = {**person(wire), "notes": None}
    return GuestCard(
        id=str(wire["ProspectID"]),
        refs=to_refs(prospect_display=wire.get("ProspectDisplayID")),
        property_id=to_id(wire.get("PropertyID")),
        unit_id=to_id(newest.get("UnitID")),
        status=lead_status(status, ctx),
        status_raw=status,
        source=named(ctx.picks.get("lead_sources", {}), wire.get("ProspectLeadSourceID")),
        message=unmark(wire.get("Comment")),
        lost_reason=to_text(wire.get("ProspectLostReasonDescription")),
        first_contact_at=to_instant(wire.get("FirstContact"), ctx),
        custom=to_custom(wire),
        raw=wire,
        **who,
        **times(wire, ctx),
    )


def to_showing(wire: WireRecord, ctx: Context) -> Showing:
    """An appointment with a prospect."""
    starts = to_instant(wire["StartDate"], ctx)
    if starts is None:
        raise ValueError("an appointment has no start")
    return Showing(
        id=str(wire["AppointmentID"]),
        guest_card_id=to_id(wire.get("ProspectID")),
        starts_at=starts,
        ends_at=to_instant(wire.get("EndDate"), ctx),
        kind_raw=to_text(wire.get("Subject")),
        notes=unmark(wire.get("Description")),
        raw=wire,
        **times(wire, ctx),
    )


def to_application(wire: WireRecord, ctx: Context) -> Application:
    """An application as it was handed in; how it was decided is told nowhere beside it."""
    submitted = to_instant(wire.get("ApplicationSubmissionDate"), ctx)
    return Application(
        id=str(wire["ProspectApplicationID"]),
        property_id=to_id(wire.get("PropertyID")),
        unit_id=to_id(wire.get("UnitID")),
        guest_card_id=to_id(wire.get("AccountID")),
        submitted_at=submitted.astimezone(zone_of(ctx)) if submitted else None,
        raw=wire,
        **times(wire, ctx),
    )
