"""Work: Vendor, WorkOrder, Appointment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from rooftree.model.base import Money, Person, Record
from rooftree.model.vocabulary import EntryPermission, Priority, Trade, WorkOrderStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor(Person):
    """A tradesperson or firm; never a PMS. Tax ids are never read."""

    trades: tuple[Trade, ...] = ()
    trades_raw: tuple[str, ...] = ()
    is_active: bool | None = None
    account_number: str | None = None
    website: str | None = None
    insurance_expires_on: date | None = None
    license_expires_on: date | None = None
    workers_comp_expires_on: date | None = None
    takes_emergencies: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkOrder(Record):
    """A piece of maintenance work from request to close.

    One record even where a PMS splits it (Buildium: task and work order; AppFolio: service request and work
    order): `id` is the part that exists from the start, the other part is in `refs`.
    """

    property_id: str | None = None
    unit_id: str | None = None
    unit_number: str | None = None
    lease_id: str | None = None
    resident_id: str | None = None
    number: str | None = None
    title: str
    description: str | None = None
    category: str | None = None
    subcategory: str | None = None
    location: str | None = None
    priority: Priority = Priority.UNKNOWN
    priority_raw: str | None = None
    status: WorkOrderStatus = WorkOrderStatus.UNKNOWN
    status_raw: str | None = None
    trade: Trade = Trade.UNKNOWN
    vendor_id: str | None = None
    vendor_notes: str | None = None
    assigned_staff_id: str | None = None
    entry_permission: EntryPermission = EntryPermission.UNKNOWN
    entry_notes: str | None = None
    due_on: date | None = None
    scheduled_start: datetime | None = None
    scheduled_end: datetime | None = None
    completed_at: datetime | None = None
    completion_notes: str | None = None
    not_to_exceed: Money | None = None
    amount: Money | None = None
    requested_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment(Record):
    """A visit of a vendor or staff for a work order."""

    work_order_id: str
    vendor_id: str | None = None
    staff_id: str | None = None
    starts_at: datetime
    ends_at: datetime | None = None
    status_raw: str | None = None
    notes: str | None = None
