"""The record types by the names used in tables, URLs, scopes and events."""

from __future__ import annotations

from rooftree.model.base import Record
from rooftree.model.leasing import (
    Applicant,
    Application,
    Balance,
    Charge,
    GuestCard,
    Lead,
    Lease,
    Payment,
    Resident,
    Showing,
)
from rooftree.model.maintenance import Appointment, Vendor, WorkOrder
from rooftree.model.messages import Attachment, Message, Note, PhoneLog
from rooftree.model.portfolio import Amenity, Building, Floorplan, Listing, Owner, Property, Staff, Unit

RECORDS: dict[str, type[Record]] = {
    "property": Property,
    "building": Building,
    "floorplan": Floorplan,
    "unit": Unit,
    "amenity": Amenity,
    "listing": Listing,
    "owner": Owner,
    "staff": Staff,
    "resident": Resident,
    "lease": Lease,
    "charge": Charge,
    "payment": Payment,
    "balance": Balance,
    "lead": Lead,
    "guest_card": GuestCard,
    "showing": Showing,
    "application": Application,
    "applicant": Applicant,
    "vendor": Vendor,
    "work_order": WorkOrder,
    "appointment": Appointment,
    "note": Note,
    "attachment": Attachment,
    "message": Message,
    "phone_log": PhoneLog,
}
_NAMES = {record: name for name, record in RECORDS.items()}


def name_of(record: type[Record] | Record) -> str:
    """`"work_order"` for WorkOrder or one of its records."""
    return _NAMES[record if isinstance(record, type) else type(record)]


def plural(record: str) -> str:
    """`"work orders"` of `work_order`."""
    words = record.replace("_", " ")
    return words if words == "staff" else f"{words[:-1]}ies" if words.endswith("y") else f"{words}s"
