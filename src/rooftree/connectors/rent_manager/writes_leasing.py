"""Writing places, leases and postings (contract 3.1 to 3.3, 3.10)."""

from __future__ import annotations

from typing import Any

from rooftree.connectors.base import Context, Send
from rooftree.connectors.changes import overlay
from rooftree.connectors.rent_manager.changes import (
    Kind,
    change,
    check_custom,
    create,
    custom,
    delete,
    need,
    picked,
    save,
)
from rooftree.connectors.rent_manager.mapping import KINDS, today
from rooftree.connectors.rent_manager.mapping_leasing import RENEWAL as RENEWAL_REF
from rooftree.connectors.rent_manager.wire import account, dollars, midnight, number, rows
from rooftree.connectors.rent_manager.wire import current as row_of
from rooftree.model.leasing import Charge, Lease, Payment
from rooftree.model.portfolio import Floorplan, Property, Unit
from rooftree.model.vocabulary import PropertyKind

PROPERTY = Kind("/Properties", "PropertyID", "property", "Comment")
UNIT = Kind("/Units", "UnitID", "unit", "Comment")
FLOORPLAN = Kind("/UnitTypes", "UnitTypeID", "unit type", "Comment")
MARKET_RENT = Kind("/MarketRents", "MarketRentID", "market rent", "Comment")
RENEWAL = Kind("/LeaseRenewals", "LeaseRenewalID", "lease renewal")
LEASE = Kind("/Leases", "LeaseID", "lease")
CHARGE = Kind("/Charges", "ID", "charge", "Comment")
PAYMENT = Kind("/Payments", "ID", "payment", "Comment")
KIND_WORDS = {
    PropertyKind.MULTI_FAMILY: "Residential",
    PropertyKind.SINGLE_FAMILY: "Single Family",
    PropertyKind.CONDO_TOWNHOME: "Condo",
    PropertyKind.COMMERCIAL: "Commercial",
    PropertyKind.ASSOCIATION: "Association",
    PropertyKind.STUDENT: "Student",
}
"""PropertyType for a kind of ours, where the record's own word does not already mean it."""


def write_property(current: Property | None, desired: Property, ctx: Context) -> Send | None:
    """Makes a property, or changes what differs."""
    if current is None:
        return create(PROPERTY, {**_property(desired), "Name": need(desired.name, "name", "a name")}, ctx)
    return change(PROPERTY, current.id, _property(current), _property(overlay(current, desired)))


def close_property(current: Property | None, desired: Property, ctx: Context) -> Send | None:
    """Makes a property inactive; nothing of it is deleted."""
    return None if current is None or current.is_active is False else save(PROPERTY, current.id, {"IsActive": False})


def _property(place: Property) -> dict[str, Any]:
    word = place.raw.get("PropertyType")
    kept = KINDS.get(str(word).lower()) is place.kind
    return {
        "Name": place.name,
        "ShortName": place.code,
        "PropertyType": word if kept else KIND_WORDS.get(place.kind),
        "IsActive": place.is_active,
        "ManagerName": place.manager_name,
        "Email": place.manager_email,
        "PrimaryOwnerID": number(place.owner_ids[0], "owner_ids") if place.owner_ids else None,
        "Comment": place.notes,
    }


def write_unit(current: Unit | None, desired: Unit, ctx: Context) -> Send | None:
    """Makes a unit, changes what differs, then sets its rent and custom values."""
    if current is None:
        check_custom(desired, ctx)
        body = {**_unit(desired), "Name": need(desired.number, "number", "a unit number")}
        return create(UNIT, {**body, "PropertyID": need(body["PropertyID"], "property_id", "the property")}, ctx)
    wanted = overlay(current, desired)
    changed = change(UNIT, current.id, _unit(current), _unit(wanted))
    return changed or _rent(current, wanted, ctx) or custom("Units", current.id, current, wanted, ctx)


def _rent(current: Unit, wanted: Unit, ctx: Context) -> Send | None:
    """A new market rent holds from today on, so that what was asked before stays told; today's own is changed."""
    if wanted.market_rent in (None, current.market_rent):
        return None
    day, amount = midnight(today(ctx)), {"Amount": dollars(wanted.market_rent)}
    held = row_of(rows(current.raw.get("MarketRent")), "FromDate", "ToDate", today(ctx))
    if held.get("FromDate") == day:
        return save(MARKET_RENT, str(held["MarketRentID"]), amount)
    body = {"UnitID": int(current.id), "FromDate": day, **amount}
    return create(MARKET_RENT, body, ctx, narrowed=f"UnitID,eq,{current.id}")


def _unit(unit: Unit) -> dict[str, Any]:
    return {
        "PropertyID": number(unit.property_id, "property_id"),
        "Name": unit.number,
        "UnitTypeID": number(unit.floorplan_id, "floorplan_id"),
        "Bedrooms": None if unit.bedrooms is None else float(unit.bedrooms),
        "Bathrooms": None if unit.bathrooms is None else float(unit.bathrooms),
        "Comment": unit.notes,
    }


def write_floorplan(current: Floorplan | None, desired: Floorplan, ctx: Context) -> Send | None:
    """Makes a unit type, or changes its name and comment."""
    if current is None:
        return create(FLOORPLAN, {**_floorplan(desired), "Name": need(desired.name, "name", "a name")}, ctx)
    return change(FLOORPLAN, current.id, _floorplan(current), _floorplan(overlay(current, desired)))


def _floorplan(plan: Floorplan) -> dict[str, Any]:
    return {"Name": plan.name, "Comment": plan.description}


def write_lease(current: Lease | None, desired: Lease, ctx: Context) -> Send | None:
    """Makes a lease of a tenant account on a unit and its term, or changes their days."""
    if current is not None:
        wanted = overlay(current, desired)
        return change(LEASE, current.id, _days(current), _days(wanted)) or _renew(current, wanted, ctx)
    who = desired.primary_resident_id or next(iter(desired.resident_ids), None)
    body = {
        "TenantID": need(account(who, "primary_resident_id"), "primary_resident_id", "the tenant"),
        "UnitID": need(number(desired.unit_id, "unit_id"), "unit_id", "the unit"),
        "PropertyID": number(desired.property_id, "property_id"),
    }
    return create(LEASE, {**body, **_days(desired)}, ctx, alike=("TenantID", "UnitID", "MoveInDate"))


def _renew(current: Lease, wanted: Lease, ctx: Context) -> Send | None:
    """The term of a lease is a renewal of its own: the one of today is changed, or the first one made."""
    before, after = _term(current), _term(wanted)
    held = current.ref(RENEWAL_REF)
    if held:
        return change(RENEWAL, held, before, after)
    if before == after:
        return None
    body = {"ParentLeaseID": int(current.id), "UnitID": number(current.unit_id, "unit_id"), **after}
    # The same term of the same lease is the same renewal: there is no more to it.
    return create(RENEWAL, body, ctx, alike=("ParentLeaseID", "StartDate", "EndDate"), exact=True)


def _term(lease: Lease) -> dict[str, Any]:
    return {
        "StartDate": midnight(lease.starts_on),
        "EndDate": midnight(lease.ends_on),
        "SignDate": midnight(lease.signed_on),
    }


def close_lease(current: Lease | None, desired: Lease, ctx: Context) -> Send | None:
    """Moves the household out, on the day named, else today."""
    if current is None or current.raw.get("IsMoveOutConfirmed") is True:
        return None
    day = desired.moved_out_on or current.moved_out_on or ctx.now.date()
    return save(LEASE, current.id, {"MoveOutDate": midnight(day), "IsMoveOutConfirmed": True}, "move out")


def _days(lease: Lease) -> dict[str, Any]:
    return {
        "MoveInDate": midnight(lease.moved_in_on),
        "ExpectedMoveOutDate": midnight(lease.scheduled_move_out_on),
        "MoveOutDate": midnight(lease.moved_out_on),
    }


def write_charge(current: Charge | None, desired: Charge, ctx: Context) -> Send | None:
    """Bills a tenant account, or changes a charge. A closed period stays closed: IgnoreHardClose is not sent."""
    if current is not None:
        return change(CHARGE, current.id, _charge(current, ctx), _charge(overlay(current, desired), ctx))
    tenant = need(account(desired.resident_id, "resident_id"), "resident_id", "the tenant")
    body = _charge(desired, ctx)
    need(body["ChargeTypeID"], "charge_code", "a charge type of this account")
    body["TransactionDate"] = body["TransactionDate"] or midnight(desired.due_on or ctx.now.date())
    return create(CHARGE, body, ctx, path=f"/Tenants/{tenant}/Charges", narrowed=f"AccountID,eq,{tenant}")


def _charge(charge: Charge, ctx: Context) -> dict[str, Any]:
    return {
        "Amount": dollars(charge.amount),
        "TransactionDate": midnight(charge.charged_on),
        "ChargeTypeID": picked("charge_types", charge.charge_code, "charge_code", ctx),
        "PropertyID": number(charge.property_id, "property_id"),
        "UnitID": number(charge.unit_id, "unit_id"),
        "Comment": charge.description,
        "Reference": charge.reference,
    }


def write_payment(current: Payment | None, desired: Payment, ctx: Context) -> Send | None:
    """Records money that came in some other way, or changes its record. No card or bank is ever charged."""
    if current is not None:
        return change(PAYMENT, current.id, _payment(current), _payment(overlay(current, desired)))
    tenant = need(account(desired.resident_id, "resident_id"), "resident_id", "the tenant")
    body = {**_payment(desired), "AccountID": tenant, "AccountType": "Customer"}
    body["TransactionDate"] = body["TransactionDate"] or midnight(ctx.now.date())
    return create(PAYMENT, body, ctx, narrowed=f"AccountID,eq,{tenant}")


def _payment(payment: Payment) -> dict[str, Any]:
    return {
        "Amount": dollars(payment.amount),
        "TransactionDate": midnight(payment.paid_on),
        "Reference": payment.reference,
        "Comment": payment.description,
    }


def delete_charge(current: Charge | None, desired: Charge, ctx: Context) -> Send | None:
    return None if current is None else delete(CHARGE, current.id)


def delete_payment(current: Payment | None, desired: Payment, ctx: Context) -> Send | None:
    return None if current is None else delete(PAYMENT, current.id)
