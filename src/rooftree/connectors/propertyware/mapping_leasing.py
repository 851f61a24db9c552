"""Prospects, postings and files of Propertyware in our words; pure (contract 3.8, 3.10, 3.11)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rooftree.connectors.base import Context, WireRecord
from rooftree.connectors.propertyware.mapping import count, emails, phones, times, to_day, to_id
from rooftree.connectors.values import to_money, to_text, unmark, unmark_name
from rooftree.model.base import Money
from rooftree.model.leasing import Charge, GuestCard, Payment, Wishes
from rooftree.model.messages import Attachment
from rooftree.model.vocabulary import LeadStatus

LEAD_STATUSES = {
    "new": LeadStatus.NEW,
    "contacted": LeadStatus.CONTACTED,
    "application in progress": LeadStatus.CONTACTED,
    "application submitted": LeadStatus.APPLIED,
    "converted": LeadStatus.LEASED,
}
"""The list is the organization's own; "Application ..." and "Converted" were seen live, others are UNKNOWN until the
mapping pack teaches them (`lead_statuses`)."""
ABOUT = {
    "WORK_ORDER": "work_order",
    "BUILDING": "property",
    "UNIT": "unit",
    "LEASE": "lease",
    "VENDOR": "vendor",
    "PROSPECT": "guest_card",
}
"""What a file hangs on, as lists name it -> our record."""


def to_guest_card(wire: WireRecord, ctx: Context) -> GuestCard:
    """A prospect by its first contact; the other people of it stay in `raw`."""
    person: WireRecord = next(iter(wire.get("contacts") or ()), {})
    status = to_text(wire.get("status"))
    taught = ctx.pack.get("lead_statuses", {}).get(status)
    known = LEAD_STATUSES.get((status or "").lower(), LeadStatus.UNKNOWN)
    return GuestCard(
        id=str(wire["id"]),
        first_name=to_text(person.get("firstName")),
        last_name=to_text(person.get("lastName")),
        emails=emails(person.get("email")),
        phones=phones(person),
        property_id=to_id(wire.get("buildingID")),
        unit_id=to_id(wire.get("unitID")),
        status=LeadStatus(taught) if taught else known,
        status_raw=status,
        source=to_text(wire.get("source")),
        agent_name=to_text(wire.get("assigneFullName")),
        wishes=_wishes(wire),
        message=unmark(wire.get("comments")),
        **times(wire),
    )


def _wishes(wire: WireRecord) -> Wishes | None:
    pet = to_text(wire.get("petType"))
    found = Wishes(
        move_in_on=to_day(wire.get("moveInDate")),
        bedrooms=count(wire.get("numberBedrooms")),
        bathrooms=count(wire.get("numberBathrooms")),
        rent_min=to_money(wire.get("rentMin")),
        rent_max=to_money(wire.get("rentMax")),
        pets=(pet,) if pet else (),
    )
    return found if found != Wishes() else None


def _amount(value: Any) -> Money:
    """Raises ValueError for a posting without an amount."""
    found = to_money(value)
    if found is None:
        raise ValueError("an amount is missing")
    return found


def posting_id(wire: WireRecord) -> str:
    """A posting's number behind its lease's, by which alone it can be found again."""
    return f"{wire['leaseID']}:{wire['id']}"


def to_charge(wire: WireRecord, ctx: Context) -> Charge:
    open_ = to_money(wire.get("amountDue"))
    return Charge(
        id=posting_id(wire),
        lease_id=to_id(wire.get("leaseID")),
        amount=_amount(wire.get("amount")),
        amount_open=open_,
        amount_paid=to_money(wire.get("amountPaid")),
        account_id=to_id(wire.get("glAccountID")),
        description=unmark(wire.get("comments")),
        reference=to_text(wire.get("refNo")),
        charged_on=to_day(wire.get("date")),
        is_open=None if open_ is None else open_.amount > Decimal(0),
        **times(wire),
    )


def to_payment(wire: WireRecord, ctx: Context) -> Payment:
    """A payment; its payer is the resident of the same lease."""
    lease, contact = to_id(wire.get("leaseID")), to_id(wire.get("contactID"))
    return Payment(
        id=posting_id(wire),
        lease_id=lease,
        resident_id=f"{lease}:{contact}" if lease and contact else None,
        amount=_amount(wire.get("amount")),
        method_raw=to_text(wire.get("paymentType")),
        account_id=to_id(wire.get("destinationAccountID")) or to_id(wire.get("glAccountID")),
        description=unmark(wire.get("comments")),
        reference=to_text(wire.get("refNo")),
        paid_on=to_day(wire.get("date")),
        **times(wire),
    )


def to_attachment(wire: WireRecord, ctx: Context) -> Attachment:
    """A document; `content` only when it was read alone."""
    kind, media = str(wire.get("entityType")), to_text(wire.get("fileType"))
    told = times({key: value for key, value in wire.items() if key != "content"})
    return Attachment(
        id=str(wire["id"]),
        about=ABOUT.get(kind, "unknown"),
        about_id=str(wire["entityId"]),
        file_name=unmark_name(wire.get("fileName")) or str(wire["id"]),
        description=to_text(wire.get("description")),
        media_type=media if media and "/" in media else None,
        content=wire.get("content"),
        **told,
    )
