"""Writing people: an account, then its contact, where Rent Manager keeps mail and phones (contract 3.4, 3.5, 3.8)."""

from __future__ import annotations

from typing import Any

from rooftree.connectors.base import Context, Send
from rooftree.connectors.changes import overlay
from rooftree.connectors.rent_manager.changes import Kind, change, check_custom, create, custom, need, picked, save
from rooftree.connectors.rent_manager.mapping_leasing import lead_status
from rooftree.connectors.rent_manager.wire import contact_of, from_phones, local, number
from rooftree.connectors.values import filled, unmark
from rooftree.model.base import Person
from rooftree.model.leasing import GuestCard, Resident
from rooftree.model.maintenance import Vendor
from rooftree.model.portfolio import Owner
from rooftree.model.vocabulary import LeadStatus

CONTACT = Kind("/Contacts", "ContactID", "contact", "Comment")
TENANT = Kind("/Tenants", "TenantID", "tenant", "Comment")
PROSPECT = Kind("/Prospects", "ProspectID", "prospect", "Comment")
INTEREST = Kind("/InterestedRentals", "InterestedRentalID", "interest")
VENDOR = Kind("/Vendors", "VendorID", "vendor")
OWNER = Kind("/Owners", "OwnerID", "owner")
LEAD_WORDS = {
    LeadStatus.NEW: "New",
    LeadStatus.CONTACTED: "Active",
    LeadStatus.SHOWN: "Toured",
    LeadStatus.APPLIED: "Applied",
    LeadStatus.LEASED: "Leased",
    LeadStatus.LOST: "Lost",
}
"""ProspectStatus in words of our choice (the exact set is unsure); the pack's `lead_statuses` names the account's."""


def write_vendor(current: Vendor | None, desired: Vendor, ctx: Context) -> Send | None:
    """Makes a vendor and its contact, or changes what differs."""
    if current is None:
        body = _firm(desired) | {"Payee": _name(desired), "IsActive": desired.is_active is not False}
        return create(VENDOR, {**body, "Name": need(_name(desired), "company", "a name")}, ctx, alike=("Name",))
    return _change_firm(VENDOR, "Vendor", current, desired, ctx)


def close_vendor(current: Vendor | None, desired: Vendor, ctx: Context) -> Send | None:
    """Makes a vendor inactive; nothing of it is deleted."""
    return None if current is None or current.is_active is False else save(VENDOR, current.id, {"IsActive": False})


def write_owner(current: Owner | None, desired: Owner, ctx: Context) -> Send | None:
    """Makes an owner and its contact, or changes what differs."""
    if current is None:
        body = _firm(desired) | {"IsActive": desired.is_active is not False}
        names = {"FirstName": desired.first_name, "LastName": desired.last_name}
        name = need(_name(desired), "company", "a name")
        return create(OWNER, {**body, **names, "Name": name}, ctx, alike=("Name",))
    return _change_firm(OWNER, "Owner", current, desired, ctx)


def close_owner(current: Owner | None, desired: Owner, ctx: Context) -> Send | None:
    """Makes an owner inactive; nothing of it is deleted."""
    return None if current is None or current.is_active is False else save(OWNER, current.id, {"IsActive": False})


def _change_firm(kind: Kind, type: str, current: Any, desired: Any, ctx: Context) -> Send | None:
    wanted = overlay(current, desired)
    return change(kind, current.id, _firm(current), _firm(wanted)) or _contact(type, current.id, current, wanted, ctx)


def _firm(record: Vendor | Owner) -> dict[str, Any]:
    return {"Name": record.company, "IsActive": record.is_active}


def _name(record: Person) -> str:
    return record.company or record.name


def write_resident(current: Resident | None, desired: Resident, ctx: Context) -> Send | None:
    """Makes a tenant account, its primary contact and its custom values, or changes what differs."""
    if current is None:
        check_custom(desired, ctx)
        body = {
            "FirstName": desired.first_name,
            "LastName": need(desired.last_name or desired.company, "last_name", "a last name"),
            "PropertyID": need(number(desired.property_id, "property_id"), "property_id", "the property"),
            "Comment": desired.notes,
        }
        return create(TENANT, body, ctx)
    wanted, account = overlay(current, desired), current.id.partition(":")[0]
    return _contact("Tenant", account, current, wanted, ctx) or custom("Tenants", account, current, wanted, ctx)


def write_guest_card(current: GuestCard | None, desired: GuestCard, ctx: Context) -> Send | None:
    """Makes a prospect, its contact and its interest in a unit, or changes what differs."""
    if current is None:
        needed = {
            "PropertyID": need(number(desired.property_id, "property_id"), "property_id", "the property"),
            "FirstName": need(desired.first_name, "first_name", "a first name"),
            "LastName": need(desired.last_name, "last_name", "a last name"),
        }
        return create(PROSPECT, {**_prospect(desired, ctx), **needed}, ctx)
    wanted = overlay(current, desired)
    changed = change(PROSPECT, current.id, _prospect(current, ctx), _prospect(wanted, ctx))
    return changed or _contact("Prospect", current.id, current, wanted, ctx) or _interest(current, wanted, ctx)


def close_guest_card(current: GuestCard | None, desired: GuestCard, ctx: Context) -> Send | None:
    """Marks a prospect as lost; who leased is not touched."""
    if current is None or current.status in (LeadStatus.LOST, LeadStatus.LEASED):
        return None
    status = desired.status if desired.status is LeadStatus.LEASED else LeadStatus.LOST
    return save(PROSPECT, current.id, {"ProspectStatus": _lead_word(status, "", ctx)}, "close prospect")


def _prospect(card: GuestCard, ctx: Context) -> dict[str, Any]:
    return {
        "PropertyID": number(card.property_id, "property_id"),
        "ProspectStatus": _lead_word(card.status, card.raw.get("ProspectStatus") or "", ctx),
        "ProspectLeadSourceID": picked("lead_sources", card.source, "source", ctx),
        "Comment": card.message,
        "FirstContact": local(card.first_contact_at, ctx),
    }


def _lead_word(status: LeadStatus, held: str, ctx: Context) -> str | None:
    """The account's word for a status; one that means it already stays."""
    if held and lead_status(held, ctx) is status:
        return held
    taught: str | None = ctx.pack.get("lead_statuses", {}).get(str(status))
    return taught or LEAD_WORDS.get(status)


def _interest(current: GuestCard, wanted: GuestCard, ctx: Context) -> Send | None:
    if not wanted.unit_id or wanted.unit_id == current.unit_id:
        return None
    body = {"ProspectID": int(current.id), "UnitID": number(wanted.unit_id, "unit_id"), "IsWaitingList": False}
    # The same interest of the same prospect is the same interest: there is no more to it than the two numbers.
    return create(INTEREST, body, ctx, alike=("ProspectID", "UnitID"), exact=True)


def _contact(type: str, account: str, current: Person, wanted: Person, ctx: Context) -> Send | None:
    """Changes the account's contact, or gives it one where it has none and there is something to say."""
    held = contact_of(current.raw)
    before, after = (_contact_body(each, held) for each in (current, wanted))
    if held:
        return change(CONTACT, str(held["ContactID"]), before, after)
    if not (wanted.emails or wanted.phones or (before != after)):
        return None
    body = {**after, "ParentID": int(account), "ParentType": type, "IsPrimary": True}
    return create(CONTACT, body, ctx, narrowed=f"ParentID,eq,{account};ParentType,eq,{type}")


def _contact_body(who: Person, held: Any) -> dict[str, Any]:
    """What can be said of a person. Birth date, tax id and income are neither read nor sent."""
    return filled(
        {
            "FirstName": who.first_name,
            "MiddleName": who.middle_name,
            "LastName": who.last_name,
            "Email": who.emails[0] if who.emails else None,
            "PhoneNumbers": from_phones(who.phones, held.get("PhoneNumbers")) or None,
            "Comment": None if isinstance(who, GuestCard) else unmark(who.notes),
        }
    )
