"""Writing leasing: resident, charge, guest card, showing, application (contract 8 and 9)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from rooftree.connectors.appfolio.changes import alike, differing, marked, need, patch, patching, post
from rooftree.connectors.appfolio.client import OVERLAP, every, get_lease
from rooftree.connectors.appfolio.mapping_leasing import (
    APPLICATION_STATUSES,
    LEAD_STATUSES,
    SHOWING_STATUSES,
)
from rooftree.connectors.appfolio.wire import from_emails, from_money, from_phones, iso, iso_instant
from rooftree.connectors.appfolio.writes_portfolio import from_places
from rooftree.connectors.base import Context, Found, Send, Wire
from rooftree.connectors.changes import overlay
from rooftree.connectors.values import filled, mark
from rooftree.model.leasing import Application, Charge, GuestCard, Resident, Showing, Wishes
from rooftree.model.vocabulary import ApplicationStatus, LeadStatus, ShowingStatus

TEXT, SHORT = 65_000, 255
_A_SHOWING = timedelta(minutes=30)
REASONS = (
    "price",
    "location",
    "amenities",
    "no_response",
    "decided_not_to_move",
    "leasing_criteria_not_met",
    "looking_for_move_in_special",
    "no_availability",
    "duplicate",
    "other",
)
"""Why a guest card may be made inactive; AppFolio's closed list."""

LEAD_WORDS = {LeadStatus.CONTACTED: "active", LeadStatus.LOST: "inactive"}
"""AppFolio has no word for how far a prospect is: all but lost stay "active"."""

SHOWING_WORDS = {ShowingStatus.CANCELLED: "canceled", ShowingStatus.NO_SHOW: "no-show"}
DECISIONS = {
    ApplicationStatus.SUBMITTED: "in_review",
    ApplicationStatus.IN_REVIEW: "in_review",
    ApplicationStatus.APPROVED: "approved",
    ApplicationStatus.DENIED: "denied",
    ApplicationStatus.WITHDRAWN: "canceled",
}


def write_resident(current: Resident | None, desired: Resident, ctx: Context) -> Send | None:
    """Changes names, contact and dates of a tenant, by the bulk call, which takes one as well."""
    if current is None:
        return None
    changed = differing(_resident(current), _resident(overlay(current, desired)))
    return patching("change tenant", "tenants/bulk", {"data": [{"Id": current.id, **changed}]}) if changed else None


def _resident(tenant: Resident) -> dict[str, Any]:
    return {
        "FirstName": tenant.first_name,
        "LastName": tenant.last_name,
        "MoveInOn": iso(tenant.move_in_on),
        "MoveOutOn": iso(tenant.move_out_on),
        "PrimaryTenant": tenant.is_primary,
        "Addresses": from_places(tenant.address, tenant.alternate_address),
        "PhoneNumbers": from_phones(tenant.phones) or None,
        "Emails": from_emails(tenant.emails) or None,
    }


def create_charge(current: Charge | None, desired: Charge, ctx: Context) -> Send | None:
    """Bills a household; the account is one of the customer's general ledger."""
    if current is not None:
        return None
    household = str(need(desired.lease_id, "lease_id", "the household"))
    body = {
        "AmountDue": from_money(desired.amount),
        "ChargedOn": iso(desired.charged_on or desired.due_on or ctx.now.date()),
        "Description": mark(desired.description or desired.name or "Charge", ctx.marker, SHORT),
        "GlAccountId": need(desired.account_id, "account_id", "a general-ledger account"),
        "OccupancyId": household,
    }

    def find(wire: Wire, since: datetime) -> Sequence[Found]:
        place = str(get_lease(wire, household)["Tenants"][0].get("PropertyId") or "")
        rows = list(every(wire, "charges", [("filters[PropertyId]", place)]))
        return marked(rows, ctx.marker, lambda row: row.get("Description"))

    return post("create charge", "charges", body, ctx, find=find)


def write_guest_card(current: GuestCard | None, desired: GuestCard, ctx: Context) -> Send | None:
    """Makes a guest card, then makes it inactive where that is wanted; or changes one."""
    if current is not None:
        return _change_guest_card(current, overlay(current, desired), desired)
    body = _guest_card(desired) | {"PropertyId": need(desired.property_id, "property_id", "the property")}
    body |= {"Status": "active", "Messages": _messages(desired, ctx), **_wishes(desired.wishes or Wishes())}
    need(body.get("FirstName"), "first_name", "a first name")
    need(body.get("LastName"), "last_name", "a last name")
    return post("create guest card", "leads", filled(body), ctx, find=_same_person(filled(body)))


def close_guest_card(current: GuestCard | None, desired: GuestCard, ctx: Context) -> Send | None:
    """Makes a guest card inactive, for one of AppFolio's reasons."""
    if current is None or current.raw.get("Status") == "inactive":
        return None
    lost = GuestCard(id=current.id, status=LeadStatus.LOST, lost_reason=desired.lost_reason)
    return _change_guest_card(current, overlay(current, lost), lost)


def _change_guest_card(current: GuestCard, wanted: GuestCard, desired: GuestCard) -> Send | None:
    changed = differing(_guest_card(current), _guest_card(wanted))
    word = str(current.raw.get("Status"))
    settled = LEAD_STATUSES.get(word) is wanted.status or current.status is wanted.status
    status = word if settled else LEAD_WORDS.get(wanted.status, "active")
    if status != word:
        changed["Status"] = status
    if status == "inactive" and status != word:
        changed["InactiveReason"] = desired.lost_reason if desired.lost_reason in REASONS else "other"
    return patching("change guest card", f"leads/{current.id}", changed) if changed else None


def _guest_card(card: GuestCard) -> dict[str, Any]:
    """What can be said of a prospect. Credit score and income are never sent: nobody may infer them."""
    return {
        "FirstName": card.first_name,
        "LastName": card.last_name,
        "Email": card.emails[0] if card.emails else None,
        "PhoneNumber": card.phones[0].number if card.phones else None,
        "Source": card.source,
        "AssignedUserId": card.agent_id,
        "UnitIds": [card.unit_id] if card.unit_id else None,
        "DesiredMoveIn": iso(card.wishes.move_in_on) if card.wishes else None,
    }


def _wishes(wishes: Wishes) -> dict[str, Any]:
    """What AppFolio takes and never shows again, so that it is sent once, with a new guest card."""
    pets = " ".join(wishes.pets).lower()
    return {
        "Bedrooms": None if wishes.bedrooms is None else int(wishes.bedrooms),
        "Bathrooms": None if wishes.bathrooms is None else f"{wishes.bathrooms.normalize():f}",
        "MaxRent": from_money(wishes.rent_max),
        "AdditionalOccupants": None if wishes.occupants is None else max(wishes.occupants - 1, 0),
        "HasCats": True if "cat" in pets else None,
        "HasDogs": True if "dog" in pets else None,
    }


def _messages(card: GuestCard, ctx: Context) -> list[dict[str, Any]] | None:
    if not card.message:
        return None
    said = {"PropertyId": card.property_id, "UnitId": card.unit_id, "Message": mark(card.message, ctx.marker, TEXT)}
    return [filled({**said, "Source": card.source, "Timestamp": iso_instant(card.first_contact_at or ctx.now)})]


def _same_person(body: dict[str, Any]) -> Callable[[Wire, datetime], Sequence[Found]]:
    """Guest cards of the same name and contact since: AppFolio shows no text of ours on them, so a person must say."""

    def find(wire: Wire, since: datetime) -> Sequence[Found]:
        rows = list(every(wire, "leads", _changed(since)))
        return alike(rows, body, ("FirstName", "LastName", "Email", "PropertyId"))

    return find


def _changed(since: datetime) -> list[tuple[str, str]]:
    return [("filters[LastUpdatedAtFrom]", iso_instant(since - OVERLAP) or "")]


def write_showing(current: Showing | None, desired: Showing, ctx: Context) -> Send | None:
    """Books a showing, then sets its status where it is not just scheduled; or moves one."""
    if current is not None:
        wanted = overlay(current, desired)
        word = str(current.raw.get("Status"))
        held = word if SHOWING_STATUSES.get(word) is wanted.status else SHOWING_WORDS.get(wanted.status, "scheduled")
        before, after = {**_showing(current, ""), "Status": word}, {**_showing(wanted, ""), "Status": held}
        return patch("change showing", f"showings/{current.id}", before, after)
    body = {
        "LeadId": need(desired.guest_card_id, "guest_card_id", "the guest card"),
        "UnitId": need(desired.unit_id, "unit_id", "the unit"),
        **_showing(desired, ctx.marker),
    }
    body["EndAt"] = body["EndAt"] or iso_instant(desired.starts_at + _A_SHOWING)

    def find(wire: Wire, since: datetime) -> Sequence[Found]:
        return marked(list(every(wire, "showings", _changed(since))), ctx.marker, lambda row: row.get("Notes"))

    return post("book showing", "showings", filled(body), ctx, find=find)


def cancel_showing(current: Showing | None, desired: Showing, ctx: Context) -> Send | None:
    """Cancels a showing, or says that nobody came."""
    over = (ShowingStatus.CANCELLED, ShowingStatus.NO_SHOW)
    if current is None or current.status in over:
        return None
    status = desired.status if desired.status in over else ShowingStatus.CANCELLED
    return patching("cancel showing", f"showings/{current.id}", {"Status": SHOWING_WORDS[status]})


def _showing(showing: Showing, marker: str) -> dict[str, Any]:
    return {
        "StartAt": iso_instant(showing.starts_at),
        "EndAt": iso_instant(showing.ends_at),
        "AssignedUserId": showing.agent_id,
        "Notes": mark(showing.notes, marker, TEXT),
    }


def decide_application(current: Application | None, desired: Application, ctx: Context) -> Send | None:
    """Sets the status of an application; AppFolio wants a reason with a denial."""
    if current is None or desired.status in (ApplicationStatus.UNKNOWN, current.status):
        return None
    word = need(DECISIONS.get(desired.status), "status", "one of submitted, in review, approved, denied, withdrawn")
    if APPLICATION_STATUSES.get(word) is current.status:
        return None
    denied = word == "denied"
    reason = need(desired.notes, "notes", "the reason for a denial, in the notes") if denied else None
    return patching(
        "decide application", f"rental_applications/{current.id}", filled({"Status": word, "StatusReason": reason})
    )
