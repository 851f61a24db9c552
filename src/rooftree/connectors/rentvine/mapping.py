"""Rentvine's rows in our words (contract 5-7). Words are numbers there; what each means stands here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from rooftree.connectors.base import Context, WireRecord
from rooftree.connectors.rentvine.wire import (
    to_address,
    to_date,
    to_emails,
    to_flag,
    to_id,
    to_instant,
    to_names,
    to_phones,
    to_title,
)
from rooftree.connectors.trades import TRADES, to_trade
from rooftree.connectors.values import to_money, to_text, unmark_name, word_of
from rooftree.model.base import Money, Ref
from rooftree.model.leasing import Application, Balance, Charge, Lease, Resident
from rooftree.model.maintenance import Vendor, WorkOrder
from rooftree.model.messages import Attachment
from rooftree.model.portfolio import Owner, Property, Unit
from rooftree.model.vocabulary import LeaseStatus, Priority, PropertyKind, ResidentStatus, Trade, WorkOrderStatus

STATUSES = {
    "1": WorkOrderStatus.NEW,
    "2": WorkOrderStatus.IN_PROGRESS,
    "3": WorkOrderStatus.COMPLETED,
    "4": WorkOrderStatus.ON_HOLD,
}
"""By the primary status (1 Pending, 2 Open, 3 Closed, 4 On Hold), never by an account's own statuses.

Closed stands for "work done" and for staff's final word; the weaker is read, so that a resident who is still being
asked whether it is fixed is not taken for answered.
"""
PRIORITIES = {"1": Priority.ROUTINE, "2": Priority.ROUTINE, "3": Priority.URGENT}
"""Low, Medium, High: Rentvine knows no emergency."""
LEASE_STATUSES = {"1": LeaseStatus.PENDING, "2": LeaseStatus.ACTIVE, "3": LeaseStatus.ENDED}
RESIDENT_STATUSES = {"1": ResidentStatus.FUTURE, "2": ResidentStatus.CURRENT, "3": ResidentStatus.PAST}
MOVING_OUT = "2"
"""moveOutStatusID: a move-out is under way."""
KINDS = {True: PropertyKind.MULTI_FAMILY, False: PropertyKind.SINGLE_FAMILY}
"""By isMultiUnit; the numbers of property types are not published."""
RECORDS = {"4": "lease", "6": "property", "7": "unit", "11": "portfolio", "16": "work_order", "17": "inspection"}
"""Object type -> record a file hangs on."""


def _refs(**ids: Any) -> tuple[Ref, ...]:
    return tuple(Ref(system=f"rentvine.{name}", id=id) for name, value in ids.items() if (id := to_text(value)))


def _times(row: Mapping[str, Any], ctx: Context) -> dict[str, Any]:
    return {
        "created_at": to_instant(row.get("dateTimeCreated"), ctx),
        "updated_at": to_instant(row.get("dateTimeModified"), ctx),
    }


def to_property(wire: WireRecord, ctx: Context) -> Property:
    """A property; its owners are those of the portfolio it is in, and there may be several."""
    row = wire["property"]
    owners = (wire.get("portfolio") or {}).get("owners") or ()
    return Property(
        id=str(row["propertyID"]),
        name=to_text(row.get("name")) or to_text(row.get("address")) or f"Property {row['propertyID']}",
        kind=KINDS.get(to_flag(row.get("isMultiUnit")), PropertyKind.UNKNOWN),  # type: ignore[arg-type]
        address=to_address(row),
        is_active=to_flag(row.get("isActive")),
        portfolio_id=to_id(row.get("portfolioID")),
        owner_ids=tuple(str(owner["contactID"]) for owner in owners),
        raw=wire,
        **_times(row, ctx),
    )


def to_unit(wire: WireRecord, ctx: Context) -> Unit:
    """A row of the export of units."""
    row = wire["unit"]
    return Unit(
        id=str(row["unitID"]),
        property_id=str(row.get("propertyID") or wire["property"]["propertyID"]),
        number=to_text(row.get("name")) or str(row["unitID"]),
        address=to_address(row),
        bedrooms=_number(row.get("beds")),
        bathrooms=_baths(row),
        square_feet=_whole(row.get("size")),
        market_rent=to_money(to_text(row.get("rent"))),
        is_active=to_flag(row.get("isActive")),
        raw=wire,
        **_times(row, ctx),
    )


def _number(value: Any) -> Decimal | None:
    plain = to_text(value)
    return None if plain is None else Decimal(plain)


def _whole(value: Any) -> int | None:
    number = _number(value)
    return None if number is None else int(number)


def _baths(row: Mapping[str, Any]) -> Decimal | None:
    full, half = _number(row.get("fullBaths")), _number(row.get("halfBaths"))
    return None if full is None and half is None else (full or Decimal(0)) + (half or Decimal(0)) / 2


def to_owner(wire: WireRecord, ctx: Context) -> Owner:
    row = wire["contact"]
    return Owner(
        id=str(row["contactID"]),
        emails=to_emails(row.get("email")),
        phones=to_phones(row.get("phone")),
        address=to_address(row),
        is_active=to_flag(row.get("isActive")),
        raw=wire,
        **to_names(row),
        **_times(row, ctx),
    )


def to_lease(wire: WireRecord, ctx: Context) -> Lease:
    """A row of the export of leases, with balances and unit beside it."""
    row, unit, owed = wire["lease"], wire.get("unit") or {}, wire.get("balances") or {}
    return Lease(
        id=str(row["leaseID"]),
        refs=_refs(lease_code=row.get("code")),
        property_id=to_id(row.get("propertyID")),
        unit_id=to_id(row.get("unitID")),
        unit_number=to_text(unit.get("name")),
        resident_ids=tuple(f"{row['leaseID']}:{tenant['contactID']}" for tenant in row.get("tenants") or ()),
        status=_lease_status(row),
        status_raw=to_text(row.get("primaryLeaseStatusID")),
        starts_on=to_date(row.get("startDate")),
        ends_on=to_date(row.get("endDate")),
        moved_in_on=to_date(row.get("moveInDate")),
        scheduled_move_out_on=to_date(row.get("expectedMoveOutDate")),
        moved_out_on=to_date(row.get("moveOutDate")),
        market_rent=to_money(to_text(unit.get("rent"))),
        balance=to_money(to_text(owed.get("unpaidTotalAmount"))),
        past_due=to_money(to_text(owed.get("pastDueTotalAmount"))),
        raw=wire,
        **_times(row, ctx),
    )


def _lease_status(row: Mapping[str, Any]) -> LeaseStatus:
    status = LEASE_STATUSES.get(str(row.get("primaryLeaseStatusID")), LeaseStatus.UNKNOWN)
    leaving = status is LeaseStatus.ACTIVE and str(row.get("moveOutStatusID")) == MOVING_OUT
    return LeaseStatus.NOTICE if leaving else status


def to_resident(wire: WireRecord, ctx: Context) -> Resident:
    """One tenant of one lease, `lease:contact`: a person with two leases is two residents of one contact.

    Rentvine's contacts do not say where a tenant lives, and its leases do.
    """
    row, lease = wire["tenant"], wire["lease"]
    return Resident(
        id=f"{lease['leaseID']}:{row['contactID']}",
        refs=_refs(contact=row["contactID"]),
        emails=to_emails(row.get("email")),
        phones=to_phones(row.get("phone")),
        status=_resident_status(row, lease),
        status_raw=to_text(lease.get("primaryLeaseStatusID")),
        property_id=to_id(lease.get("propertyID")),
        unit_id=to_id(lease.get("unitID")),
        lease_ids=(str(lease["leaseID"]),),
        move_in_on=to_date(lease.get("moveInDate")),
        move_out_on=to_date(lease.get("moveOutDate") or lease.get("expectedMoveOutDate")),
        raw=wire,
        **to_names(row),
        **_times(lease, ctx),
    )


def _resident_status(row: Mapping[str, Any], lease: Mapping[str, Any]) -> ResidentStatus:
    """As the lease, but a tenant who is not active on a running lease has left it."""
    status = RESIDENT_STATUSES.get(str(lease.get("primaryLeaseStatusID")), ResidentStatus.UNKNOWN)
    if status is not ResidentStatus.CURRENT:
        return status
    if to_flag(row.get("isActive")) is False:
        return ResidentStatus.PAST
    return ResidentStatus.NOTICE if str(lease.get("moveOutStatusID")) == MOVING_OUT else status


def to_balance(wire: WireRecord, ctx: Context) -> Balance:
    row, owed = wire["lease"], wire["balances"]
    return Balance(
        id=str(row["leaseID"]),
        lease_id=str(row["leaseID"]),
        property_id=to_id(row.get("propertyID")),
        unit_id=to_id(row.get("unitID")),
        total=_amount(owed["unpaidTotalAmount"]),
        raw={"balances": owed, "lease": {key: row.get(key) for key in ("leaseID", "propertyID", "unitID")}},
    )


def to_charge(wire: WireRecord, ctx: Context) -> Charge:
    """An unpaid charge of a lease; once it is paid Rentvine's export names it no more."""
    row, lease = wire["charge"], wire["lease"]
    turn = f":{wire['turn']}" if wire["turn"] > 1 else ""
    amount, paid = _amount(row["amount"]), to_money(to_text(row.get("amountPaid")))
    return Charge(
        id=f"{lease['leaseID']}:{row['transactionID']}{turn}",
        property_id=to_id(lease.get("propertyID")),
        unit_id=to_id(lease.get("unitID")),
        lease_id=str(lease["leaseID"]),
        amount=amount,
        amount_paid=paid,
        amount_open=Money(amount=amount.amount - (paid.amount if paid else 0)),
        name=to_text(row.get("accountName")),
        description=to_text(row.get("description")),
        charged_on=to_date(row.get("datePosted")),
        is_open=True,
        raw=wire,
    )


def _amount(value: Any) -> Money:
    found = to_money(to_text(value))
    if found is None:
        raise ValueError("an amount is missing")
    return found


def to_application(wire: WireRecord, ctx: Context) -> Application:
    """Hardly more than that there is one: no source says what its other fields are called."""
    row = wire["application"]
    return Application(
        id=str(row["applicationID"]),
        property_id=to_id(row.get("propertyID")),
        unit_id=to_id(row.get("unitID")),
        submitted_at=to_instant(row.get("dateTimeCreated"), ctx),
        raw=wire,
        **_times(row, ctx),
    )


def to_vendor(wire: WireRecord, ctx: Context) -> Vendor:
    """A vendor's detail. Where no first name is told, the one name is the firm's."""
    row = wire["contact"]
    person = to_names(row) if to_text(row.get("firstName")) or to_text(row.get("lastName")) else {}
    words = tuple(dict.fromkeys(_trade_words(wire, ctx)))
    return Vendor(
        id=str(row["contactID"]),
        refs=_refs(vendor_code=row.get("code")),
        company=None if person else to_text(row.get("name")),
        emails=to_emails(row.get("email")),
        phones=to_phones(row.get("phone")),
        address=to_address(row),
        trades=_trades(str(row["contactID"]), to_text(row.get("name")), words, ctx),
        trades_raw=words,
        is_active=to_flag(row.get("isActive")),
        website=to_text(row.get("websiteUrl")),
        insurance_expires_on=to_date(row.get("liabilityInsuranceExpires")),
        workers_comp_expires_on=to_date(row.get("workersCompInsuranceExpires")),
        raw=wire,
        **person,
        **_times(row, ctx),
    )


def _trade_words(wire: WireRecord, ctx: Context) -> Iterable[str]:
    """The trades a vendor's detail names, by whichever of the likely fields it names them (unsure)."""
    row = wire["contact"]
    told = [row.get(name) or wire.get(name) for name in ("vendorTrades", "trades", "vendorTradeIDs", "vendorTradeID")]
    for entry in (each for field in told for each in (field if isinstance(field, list) else [field]) if each):
        word = to_text(entry.get("name")) if isinstance(entry, dict) else trade_name(entry, ctx)
        if word:
            yield word


def trade_name(id: Any, ctx: Context) -> str | None:
    """The account's name of a trade by its number."""
    return word_of(ctx.picks.get("trades", {}), id)


def _trades(id: str, name: str | None, words: Iterable[str], ctx: Context) -> tuple[Trade, ...]:
    """What the customer taught, else what Rentvine says, else what the firm's name says ("Acme Plumbing")."""
    taught = ctx.pack.get("vendor_trades", {}).get(id)
    if taught:
        return tuple(Trade(each) for each in taught)
    said = dict.fromkeys(to_trade(word, ctx) for word in words)
    if said:
        return tuple(said)
    plain = (name or "").lower()
    return tuple(dict.fromkeys(trade for word, trade in TRADES.items() if re.search(rf"\b{re.escape(word)}\b", plain)))


def to_work_order(wire: WireRecord, ctx: Context) -> WorkOrder:
    """A work order; the first line of its description is our title."""
    row = wire["workOrder"]
    title, description = to_title(row.get("description"))
    lease, contact = to_id(row.get("leaseID")), to_id(row.get("requestedByContactID"))
    category = trade_name(row.get("vendorTradeID"), ctx)
    return WorkOrder(
        id=str(row["workOrderID"]),
        property_id=to_id(row.get("propertyID")),
        unit_id=to_id(row.get("unitID")),
        lease_id=lease,
        resident_id=f"{lease}:{contact}" if lease and contact else None,
        number=to_text(row.get("workOrderNumber")),
        title=title,
        description=description,
        category=category,
        trade=to_trade(category, ctx),
        priority=PRIORITIES.get(str(row.get("priorityID")), Priority.UNKNOWN),
        priority_raw=to_text(row.get("priorityID")),
        status=STATUSES.get(str(row.get("primaryWorkOrderStatusID")), WorkOrderStatus.UNKNOWN),
        status_raw=to_text(row.get("primaryWorkOrderStatusID")),
        vendor_id=to_id(row.get("vendorContactID")),
        assigned_staff_id=to_id(row.get("assignedToUserID")),
        scheduled_start=to_instant(row.get("scheduledStartDate"), ctx),
        scheduled_end=to_instant(row.get("scheduledEndDate"), ctx),
        completed_at=to_instant(row.get("actualEndDate"), ctx),
        amount=to_money(to_text(row.get("estimatedAmount"))),
        raw=wire,
        **_times(row, ctx),
    )


def to_attachment(wire: WireRecord, ctx: Context) -> Attachment:
    """A file with the record it hangs on; `content` only when it was read alone."""
    file, link = wire["file"], wire["attachment"]
    kind = str(link["objectTypeID"])
    media = to_text(file.get("fileType"))
    return Attachment(
        id=str(file["fileID"]),
        about=RECORDS.get(kind, "unknown"),
        about_id=str(link["objectID"]),
        file_name=unmark_name(file.get("fileName")) or str(file["fileID"]),
        title=to_text(file.get("title")),
        media_type=media if media and "/" in media else None,
        content=wire.get("content"),
        raw={key: value for key, value in wire.items() if key != "content"},
    )
