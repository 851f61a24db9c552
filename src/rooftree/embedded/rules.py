"""What the embedded PMS accepts: pure functions from a body of JSON values to the body that is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

import msgspec

from rooftree.errors import InvalidInput
from rooftree.model.base import Record
from rooftree.model.leasing import GuestCard, Lease, Showing
from rooftree.model.maintenance import Appointment, WorkOrder
from rooftree.model.messages import Attachment
from rooftree.model.names import RECORDS
from rooftree.model.vocabulary import LeadStatus, LeaseStatus, ShowingStatus, WorkOrderStatus

Body = dict[str, Any]
KINDS = tuple(kind for kind in RECORDS if kind not in ("balance", "message"))
"""A balance is added up from charges and payments; messages are kept by Rooftree's store."""
SYSTEM = ("id", "created_at", "updated_at", "raw")
LINKS = {
    "property_id": "property",
    "unit_id": "unit",
    "building_id": "building",
    "floorplan_id": "floorplan",
    "lease_id": "lease",
    "resident_id": "resident",
    "primary_resident_id": "resident",
    "vendor_id": "vendor",
    "work_order_id": "work_order",
    "guest_card_id": "guest_card",
    "assigned_staff_id": "staff",
    "staff_id": "staff",
    "agent_id": "staff",
    "manager_id": "staff",
    "owner_ids": "owner",
    "property_ids": "property",
    "preferred_vendor_ids": "vendor",
    "resident_ids": "resident",
    "lease_ids": "lease",
    "application_ids": "application",
    "applicant_ids": "applicant",
}
MOST_BYTES = 20 * 1024 * 1024
_PARENTS = ("about_id", "work_order_id", "lease_id", "guest_card_id", "unit_id", "property_id")
_OVER = (WorkOrderStatus.CLOSED, WorkOrderStatus.CANCELLED)


def known(kind: str) -> type[Record]:
    """The record type of a kind that is kept here; raises InvalidInput."""
    if kind not in KINDS:
        raise InvalidInput(f"There is no record {kind!r} here. There are: {', '.join(KINDS)}.", path="kind")
    return RECORDS[kind]


def judged(kind: str, before: Body | None, wanted: Mapping[str, Any], now: datetime, number: int) -> Body:
    """The whole body after a create (`before` None) or a change; raises InvalidInput naming the field.

    `number` is the change's own, which a work order without a number is called by.
    """
    record_type = known(kind)
    names = {field.name for field in fields(record_type)} - set(SYSTEM)
    if unknown := sorted(set(wanted) - names):
        raise InvalidInput(f"A {kind} has no field {unknown[0]}.", path=unknown[0])
    old = _record(record_type, before) if before is not None else None
    record = _record(record_type, {**(before or {}), **wanted})
    rule = _RULES.get(kind)
    return body_of(rule(old, _timed(record), now, number) if rule else _timed(record))


def body_of(record: Record) -> Body:
    """The fields of a record that say something, as JSON values, without what the system itself keeps."""
    return {name: value for name, value in plain(record).items() if value not in (None, [], {})}


def plain(record: Record) -> Body:
    """Every field of a record as JSON values, without what the system itself keeps."""
    built: Body = msgspec.json.decode(msgspec.json.encode(replace(record, raw={})))
    return {name: value for name, value in built.items() if name not in SYSTEM}


def links(body: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Each record a body points at: field, kind and id."""
    found = [(name, kind, body[name]) for name, kind in LINKS.items() if name in body]
    flat = [(name, kind, id) for name, kind, ids in found for id in (ids if isinstance(ids, list) else [ids])]
    if body.get("about") in KINDS:
        flat.append(("about_id", body["about"], body["about_id"]))
    return flat


def parent_of(body: Mapping[str, Any]) -> str | None:
    """The id of what a record hangs on, by which it is listed."""
    return next((str(body[name]) for name in _PARENTS if body.get(name)), None)


def known_by(kind: str, body: Mapping[str, Any]) -> str | None:
    """What people know a record by, folded: by it an import finds what is already there."""
    person = " ".join(str(body[name]) for name in ("first_name", "last_name") if body.get(name))
    parts: tuple[Any, ...] = {
        "property": (body.get("name"),),
        "building": (body.get("property_id"), body.get("name")),
        "unit": (body.get("property_id"), body.get("number")),
        "lease": (body.get("unit_id"), body.get("starts_on")),
        "resident": (body.get("unit_id"), person),
        "vendor": (body.get("company") or person,),
        "owner": (body.get("company") or person,),
        "staff": (person,),
    }.get(kind, (None,))
    return None if not all(parts[-1:]) else "|".join(fold(str(part or "")) for part in parts)


def fold(text: str) -> str:
    """A name without case, spaces at the ends or doubled in the middle."""
    return " ".join(text.casefold().split())


def _record(kind: type[Record], body: Mapping[str, Any]) -> Any:
    try:
        return msgspec.convert({**body, "id": ""}, kind)
    except msgspec.ValidationError as error:
        said, _, place = str(error).partition(" - at `$.")
        path = place.rstrip("`") or (said.split("`")[1] if "missing required" in said else "")
        raise InvalidInput(said, path=path) from None


def _timed(record: Any) -> Any:
    for field in fields(record):
        value = getattr(record, field.name)
        if isinstance(value, datetime) and value.tzinfo is None:
            raise InvalidInput("A time needs its offset from UTC (2026-01-31T09:00:00-05:00).", path=field.name)
    return record


def _ordered(first: Any, last: Any, path: str) -> None:
    if first is not None and last is not None and last < first:
        raise InvalidInput("The end lies before the beginning.", path=path)


def _work_order(old: WorkOrder | None, new: WorkOrder, now: datetime, number: int) -> WorkOrder:
    _ordered(new.scheduled_start, new.scheduled_end, "scheduled_end")
    if not new.title.strip():
        raise InvalidInput("A work order needs a title.", path="title")
    status: WorkOrderStatus = WorkOrderStatus.NEW if new.status is WorkOrderStatus.UNKNOWN else new.status
    if old is not None and old.status in _OVER and status in (*_OVER, WorkOrderStatus.COMPLETED):
        _stays_over(old.status, status)
    done_at = new.completed_at or (now if status in (WorkOrderStatus.COMPLETED, WorkOrderStatus.CLOSED) else None)
    if old is not None and not old.status.is_open and status.is_open:
        done_at = None
    return replace(new, status=status, completed_at=done_at, number=new.number or f"WO-{number}")


def _stays_over(old: WorkOrderStatus, new: WorkOrderStatus) -> None:
    if old is not new:
        raise InvalidInput(f"A {old} work order cannot become {new}; reopen it first.", path="status")


def _lease(_old: Lease | None, new: Lease, _now: datetime, _number: int) -> Lease:
    _ordered(new.starts_on, new.ends_on, "ends_on")
    return replace(new, status=LeaseStatus.PENDING) if new.status is LeaseStatus.UNKNOWN else new


def _visit(_old: Any, new: Appointment, _now: datetime, _number: int) -> Appointment:
    _ordered(new.starts_at, new.ends_at, "ends_at")
    return new


def _showing(_old: Any, new: Showing, _now: datetime, _number: int) -> Showing:
    _ordered(new.starts_at, new.ends_at, "ends_at")
    return replace(new, status=ShowingStatus.SCHEDULED) if new.status is ShowingStatus.UNKNOWN else new


def _guest_card(_old: Any, new: GuestCard, _now: datetime, _number: int) -> GuestCard:
    return replace(new, status=LeadStatus.NEW) if new.status is LeadStatus.UNKNOWN else new


def _attachment(_old: Any, new: Attachment, _now: datetime, _number: int) -> Attachment:
    if new.content is not None and len(new.content) > MOST_BYTES:
        raise InvalidInput("A file may have 20 MB at most.", path="content")
    return replace(new, size_bytes=len(new.content)) if new.content is not None else new


_RULES: dict[str, Callable[..., Record]] = {
    "work_order": _work_order,
    "lease": _lease,
    "appointment": _visit,
    "showing": _showing,
    "guest_card": _guest_card,
    "attachment": _attachment,
}
