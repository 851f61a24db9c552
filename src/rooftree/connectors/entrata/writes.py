"""Writing: work orders, notes and calls on a lease, guest cards (contract 5, 7, 8)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from rooftree.connectors.base import Answer, Context, Found, Send, Wire, WireRecord
from rooftree.connectors.changes import marked, need, overlay, pick
from rooftree.connectors.entrata import client
from rooftree.connectors.entrata.mapping import meanings, word
from rooftree.connectors.entrata.mapping_maintenance import BREAK, PRIORITIES, PRIORITY_WORDS, STATUS_WORDS, STATUSES
from rooftree.connectors.entrata.wire import MOUNTAIN, attributes, day, join, many, moment, own, split, with_vendor
from rooftree.connectors.trades import to_trade
from rooftree.connectors.values import mark, unmark
from rooftree.errors import InvalidInput, Rejected
from rooftree.model.leasing import GuestCard
from rooftree.model.maintenance import WorkOrder
from rooftree.model.messages import Note, PhoneLog
from rooftree.model.vocabulary import EntryPermission, Trade, WorkOrderStatus

TEXT = 4_000
NOTE, CALL = 8, 4
_MARKER = re.compile(r"#rt-[0-9a-z]+\s*$")
_NEXT_BEST = {
    WorkOrderStatus.CLOSED: (WorkOrderStatus.COMPLETED,),
    WorkOrderStatus.COMPLETED: (WorkOrderStatus.CLOSED,),
    WorkOrderStatus.ASSIGNED: (WorkOrderStatus.IN_PROGRESS,),
    WorkOrderStatus.SCHEDULED: (WorkOrderStatus.ASSIGNED, WorkOrderStatus.IN_PROGRESS),
}
"""The word to use where a client has none for ours."""
_FALLBACK = re.compile(r"other|general|misc", re.I)
_HOME = re.compile(r"unit|apartment|home", re.I)


def write_work_order(current: WorkOrder | None, desired: WorkOrder, ctx: Context) -> Send | None:
    """Makes a work order, or changes what differs; a second call sets status and vendor, which none has at first."""
    if current is None:
        return _create(desired, ctx)
    return _change(current, overlay(current, desired), desired, ctx)


def close_work_order(current: WorkOrder | None, desired: WorkOrder, ctx: Context) -> Send | None:
    """Sets a completed status with its time and our closing words."""
    if current is None or not current.status.is_open:
        return None
    target = WorkOrderStatus.CLOSED if desired.status.is_open else desired.status
    stated = WorkOrder(
        id=current.id,
        title=current.title,
        status=target,
        completed_at=desired.completed_at,
        completion_notes=desired.completion_notes,
    )
    return _change(current, overlay(current, stated), stated, ctx)


def _create(desired: WorkOrder, ctx: Context) -> Send:
    place = need(desired.property_id or _place_of(desired.unit_id), "property_id", "Entrata needs the property.")
    later = ("maintenanceStatusTypeId", "vendorId")
    body = {name: value for name, value in _body(desired, {}, ctx).items() if name not in later}
    start, end = body.pop("scheduledStartDate"), body.pop("scheduledEndDate")
    body |= {"scheduledStartDateTime": start, "scheduledEndDateTime": end, "propertyId": int(place)}
    body["problemDescription"] = mark(_text(replace(desired, vendor_id=None)), ctx.marker, TEXT)
    body["leaseId"] = _number(desired.lease_id)

    def made(wire: Wire) -> Answer:
        """Entrata wants the unit's number and a telephone, which are read first."""
        told = {**body, **_unit(wire, desired), "mainPhoneNumber": _phone(wire, desired)}
        return wire.read(client.call("maintenance/sendWorkOrders", told, reads=False))

    return Send(
        label="create work order",
        request=made,
        id_of=lambda answer: _order_id(answer, place),
        find=_find_order(place, ctx.marker),
    )


def _order_id(answer: Answer, place: str) -> str | None:
    rows = many(client.result(answer).get("Success"), "Success")
    found = attributes(rows[0]).get("reference_id") if rows else None
    return join(place, found) if found else None


def _find_order(place: str, marker: str) -> Callable[[Wire, datetime], Sequence[Found]]:
    def find(wire: Wire, since: datetime) -> Sequence[Found]:
        # Days only, in Mountain Time: one day of overlap.
        first = day(since.astimezone(MOUNTAIN).date() - timedelta(days=1))
        rows = client.orders(wire, place, None, createdOnFromDate=first)
        return marked(
            rows,
            marker,
            lambda row: row.get("maintenanceDescription"),
            lambda row: join(place, row["maintenanceRequestId"]),
        )

    return find


def _unit(wire: Wire, desired: WorkOrder) -> dict[str, Any]:
    if not desired.unit_id:
        return {}
    place, number = split(desired.unit_id)
    home = next((row for row in client.units(wire, place, None) if str(row.get("id")) == number), None)
    if home is None:
        raise Rejected(f"Entrata has no unit {number} in property {place}; choose another `unit_id`.")
    return {"unitNumber": home.get("unitNumber"), "buildingName": home.get("buildingName") or None}


def _phone(wire: Wire, desired: WorkOrder) -> str:
    """The resident's telephone, else the office's: Entrata takes no work order without one."""
    found = ""
    if desired.resident_id:
        place, number = split(desired.resident_id)
        rows = client.customers(wire, place, number)
        found = next((str(row.get("PhoneNumber") or "") for row in rows if attributes(row).get("Id") == number), "")
    found = re.sub(r"\D", "", found or wire.options.get("office_phone", ""))
    if not found:
        raise Rejected(
            "Entrata takes no work order without a telephone (its mainPhoneNumber): give the resident one in Entrata, "
            "or set the connection's option office_phone."
        )
    return found


def _change(current: WorkOrder, wanted: WorkOrder, desired: WorkOrder, ctx: Context) -> Send | None:
    """Entrata's update wants the order's own problem, category, place, telephone and text again with each change."""
    before, after = _body(current, current.raw, ctx), _body(wanted, current.raw, ctx)
    changed = {name: value for name, value in after.items() if value is not None and value != before.get(name)}
    if not changed:
        return None
    place, number = split(current.id)
    always = ("maintenanceLocationId", "maintenanceCategoryId", "maintenanceProblemId", "problemDescription")
    body = {name: after[name] for name in always} | changed
    body |= {"propertyId": int(place), "workOrderId": int(number)}
    body["mainPhoneNumber"] = re.sub(r"\D", "", str(current.raw.get("primaryPhoneNumber") or "")) or ctx.options.get(
        "office_phone"
    )
    ending = "maintenanceStatusTypeId" in changed and not wanted.status.is_open
    if ending:
        body |= {"completedDateTime": moment(desired.completed_at or ctx.now)}
        body |= {"closingComments": desired.completion_notes}
    label = "close work order" if ending else "change work order"
    request = client.call("maintenance/updateWorkOrders", body, reads=False)
    return Send(label=label, request=request, idempotent=True)


def _body(order: WorkOrder, raw: Mapping[str, Any], ctx: Context) -> dict[str, Any]:
    """The writable fields in Entrata's ids; a word of the client's that already means what is wanted stays."""
    category = _category(order, ctx)
    return {
        "maintenanceStatusTypeId": _status(order, raw, ctx),
        "maintenancePriorityId": _meaning(
            order.priority, raw.get("maintenancePriority"), meanings(PRIORITIES, PRIORITY_WORDS, ctx), ctx, "priorities"
        ),
        "maintenanceCategoryId": category,
        "maintenanceProblemId": _problem(order, ctx),
        "maintenanceLocationId": _location(order, ctx),
        "problemDescription": _kept_text(order, raw),
        "permissionToEnter": 1 if order.entry_permission is EntryPermission.YES else 0,
        "customerId": _number(order.resident_id),
        "assignedTo": _number(order.assigned_staff_id),
        "vendorId": _number(order.vendor_id),
        "dueDate": day(order.due_on),
        "scheduledStartDate": moment(order.scheduled_start),
        "scheduledEndDate": moment(order.scheduled_end),
    }


def _text(order: WorkOrder) -> str:
    said = f"{order.title}{BREAK}{order.description}" if order.description else order.title
    return with_vendor(said, order.vendor_id)


def _kept_text(order: WorkOrder, raw: Mapping[str, Any]) -> str:
    """The text as it stands, or ours with the marker that was there."""
    held, wanted = str(raw.get("maintenanceDescription") or ""), _text(order)
    if held and unmark(held) == wanted:
        return held
    found = _MARKER.search(held)
    return mark(wanted, found.group().strip() if found else "", TEXT) or ""


def _status(order: WorkOrder, raw: Mapping[str, Any], ctx: Context) -> int | None:
    taught = meanings(STATUSES, STATUS_WORDS, ctx)
    for wanted in (order.status, *_NEXT_BEST.get(order.status, ())):
        found = _meaning(wanted, raw.get("maintenanceStatus"), taught, ctx, "statuses")
        if found is not None:
            return found
    return None


def _meaning(wanted: Any, held: Any, taught: Mapping[str, Any], ctx: Context, picks: str) -> int | None:
    """The id of the word that stands there if it means what is wanted, else of the first that does."""
    words = ctx.picks.get(picks, {})
    if taught.get(word(held)) is wanted and pick(words, str(held)) is not None:
        return pick(words, str(held))
    return next((int(id) for name, id in words.items() if taught.get(word(name)) is wanted), None)


def _category(order: WorkOrder, ctx: Context) -> int:
    """The category named; else the one of the trade; else the one for anything else."""
    words = ctx.picks.get("categories", {})
    found = pick(words, order.category)
    if order.category and found is None:
        raise InvalidInput(f"Entrata has no maintenance category {order.category!r} here.", path="category")
    if found is None and order.trade is not Trade.UNKNOWN:
        found = next((int(id) for name, id in words.items() if to_trade(name, ctx) is order.trade), None)
    return found if found is not None else _other(words, "category", "maintenanceCategoryId")


def _problem(order: WorkOrder, ctx: Context) -> int:
    words = ctx.picks.get("problems", {})
    found = pick(words, order.subcategory)
    if order.subcategory and found is None:
        raise InvalidInput(f"Entrata has no maintenance problem {order.subcategory!r} here.", path="subcategory")
    return found if found is not None else _other(words, "subcategory", "maintenanceProblemId")


def _other(words: Mapping[str, str], path: str, theirs: str) -> int:
    found = next((int(id) for name, id in words.items() if _FALLBACK.search(name)), None)
    if found is None:
        known = ", ".join(sorted(words)[:20]) or "none"
        raise InvalidInput(f"Entrata needs a {path} ({theirs}). Your lists have: {known}.", path=path)
    return found


def _location(order: WorkOrder, ctx: Context) -> int:
    """The place named; else the home as such; Entrata takes none without one and does not show it again."""
    words = ctx.picks.get("locations", {})
    found = pick(words, order.location)
    home = next((int(id) for name, id in words.items() if _HOME.search(name)), None)
    chosen = found or home or next((int(id) for id in words.values()), None)
    if chosen is None:
        raise InvalidInput(
            "Entrata needs a location (maintenanceLocationId), and your lists have none.", path="location"
        )
    return chosen


def _number(id: str | None) -> int | None:
    text = own(id)
    return int(text) if text and text.isdigit() else None


def _place_of(id: str | None) -> str | None:
    return split(id)[0] if id else None


def add_note(current: Note | None, desired: Note, ctx: Context) -> Send | None:
    """A note in the activity log of a lease."""
    if current is not None:
        return None
    need(desired.text, "text", "A note needs a text.")
    return _log(NOTE, desired.about, desired.about_id, desired.text, ctx.now, ctx)


def add_phone_log(current: PhoneLog | None, desired: PhoneLog, ctx: Context) -> Send | None:
    """A call in the activity log of a lease."""
    if current is not None:
        return None
    return _log(CALL, desired.about, desired.about_id, desired.text or "Call", desired.called_at or ctx.now, ctx)


def _log(kind: int, about: str, about_id: str, text: str, at: datetime, ctx: Context) -> Send:
    if about != "lease":
        raise InvalidInput(f"Entrata logs notes and calls on leases only, not on a {about}.", path="about")
    place, lease = split(about_id)
    body = {
        "propertyId": int(place),
        "leaseId": int(lease),
        "eventTypeId": kind,
        "eventDateTime": moment(at),
        "comment": mark(text, ctx.marker, TEXT),
    }
    rows = client.activities(kind)

    def find(wire: Wire, _since: datetime) -> Sequence[Found]:
        return marked(
            rows(wire, place, lease),
            ctx.marker,
            lambda row: row.get("Comments"),
            lambda row: join(place, lease, row["eventId"]),
        )

    request = client.call("leases/sendLeaseActivities", body, reads=False)
    return Send(label="log activity", request=request, find=find)


def add_guest_card(current: GuestCard | None, desired: GuestCard, ctx: Context) -> Send | None:
    """A prospect; the confirmation e-mail that Entrata would send by itself is switched off, as we write our own."""
    if current is not None:
        return None
    place = need(desired.property_id, "property_id", "Entrata needs the property.")
    need(desired.first_name, "first_name", "Entrata needs a first name (its firstName).")
    need(desired.last_name, "last_name", "Entrata needs a last name (its lastName).")
    email, phone = next(iter(desired.emails), None), next(iter(desired.phones), None)
    customer: dict[str, Any] = {
        "name": {"firstName": desired.first_name, "lastName": desired.last_name},
        "phone": {"personalPhoneNumber": phone.number} if phone else None,
        "email": email,
    }
    wishes = {
        "desiredMoveInDate": day(desired.wishes.move_in_on) if desired.wishes else None,
        "comment": desired.message,
    }
    prospect = {
        "leadSource": {"leadSourceName": desired.source or "Website"},
        # A minute back: Entrata refuses a moment that its own clock has not reached.
        "createdDate": moment(ctx.now - timedelta(minutes=1)),
        "customers": {"customer": {key: value for key, value in customer.items() if value}},
        "customerPreferences": {key: value for key, value in wishes.items() if value},
    }
    body = {"propertyId": int(place), "doNotSendConfirmationEmail": "1", "isWaitList": "0"}
    request = client.call("leads/sendLeads", {**body, "prospects": {"prospect": prospect}}, reads=False)
    return Send(label="send lead", request=request, id_of=lambda answer: _lead_id(answer, place), find=_alike(desired))


def _lead_id(answer: Answer, place: str) -> str | None:
    rows = many(client.result(answer).get("prospects"), "prospect")
    found = rows[0].get("applicationId") if rows else None
    return join(place, found) if found else None


def _alike(desired: GuestCard) -> Callable[[Wire, datetime], Sequence[Found]]:
    """Prospects of the same name and address made since; Entrata shows no text of ours, so none is surely it."""

    def find(wire: Wire, since: datetime) -> Sequence[Found]:
        place = desired.property_id or ""
        rows = client.leads(wire, place, None)
        return [Found(id=join(place, row["applicationId"]), exact=False) for row in rows if _same(row, desired)]

    return find


def _same(row: WireRecord, desired: GuestCard) -> bool:
    return any(
        (person.get("firstName"), person.get("lastName")) == (desired.first_name, desired.last_name)
        and (not desired.emails or person.get("email") in desired.emails)
        for person in many(row.get("customers"), "customer")
    )
