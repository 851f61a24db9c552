"""Propertyware: the table of what can be done with each record. Read it and you know the integration."""

from __future__ import annotations

from typing import Any

from rooftree.connectors import rest
from rooftree.connectors.base import Connector, Context, Gap, Resource, WireRecord, Write, not_built, not_offered
from rooftree.connectors.propertyware import client, mapping, writes
from rooftree.connectors.propertyware.client import listing, one_of
from rooftree.connectors.propertyware.manifest import MANIFEST, explain, identify, sign
from rooftree.errors import Unreadable
from rooftree.model.base import Record
from rooftree.model.leasing import Balance, GuestCard, Lead, Lease, Resident, Showing
from rooftree.model.maintenance import Appointment, Vendor, WorkOrder
from rooftree.model.messages import Note
from rooftree.model.names import RECORDS, name_of
from rooftree.model.portfolio import Building, Floorplan, Owner, Property, Staff, Unit

NOT_YET = not_built("Rooftree does not do this with Propertyware yet.", instead="Do it in Propertyware.")
NO_FIELD = not_offered("Propertyware's work order has no field for this.", instead="Say it in the description.")
COMPUTED = not_offered("Propertyware works this out itself; it cannot be written.")
NO_STATUS = not_offered(
    "The status of a work order can only be read over Propertyware's API.",
    instead="Staff set it in Propertyware; closing has a call of its own.",
)
NO_UPDATE = not_offered(
    "Propertyware's API has no call that changes a work order.",
    instead="Rooftree adds a task to the work order with what is new.",
)
NO_VENDOR = not_offered(
    "Propertyware's API cannot put a vendor on a work order, only read who was put on.",
    instead="Rooftree's own notice to the vendor; a task on the work order tells staff.",
)
NO_LEAD = not_built(
    "Rooftree does not write Propertyware's prospects yet.", instead="Kept in Rooftree and handed over as a note"
)
NO_SHOWING = not_offered(
    "Propertyware's API has no showings or appointments.", instead="Kept in Rooftree and handed over as a note"
)
NO_APPOINTMENT = not_offered(
    "Propertyware's API has no appointments; a work order keeps days only.",
    instead="Rooftree keeps the visit; a task on the work order tells staff of it.",
)
NO_STAFF = not_offered("Propertyware's API has no list of users.", instead="A building names its managers.")
NO_BUILDING = not_offered(
    "A building of Propertyware's is our property; there is no level above but portfolios.",
    instead="Read the property.",
)
NO_FLOORPLAN = not_offered("Propertyware's API has no floor plans.", instead="Read bedrooms and bathrooms of the unit.")
NO_TASK_CHANGE = not_offered("A remark that was left is not taken back.", instead="Leave another one.")
_SAID: dict[type[Record], Gap] = {
    Lead: NO_LEAD,
    GuestCard: NO_LEAD,
    Showing: NO_SHOWING,
    Appointment: NO_APPOINTMENT,
    Staff: NO_STAFF,
    Building: NO_BUILDING,
    Floorplan: NO_FLOORPLAN,
}


def _omit(gap: Gap, *names: str) -> dict[str, Gap]:
    return dict.fromkeys(names, gap)


def _read_only(record: type[Record], **rest: Any) -> Resource[Any]:
    return Resource(record=record, create=NOT_YET, update=NOT_YET, close=NOT_YET, **rest)


def _unread(wire: WireRecord, ctx: Context) -> Any:
    raise Unreadable("Rooftree does not read this from Propertyware.")


def _none_of(record: type[Record]) -> Resource[Any]:
    gap = _SAID.get(record, NOT_YET)
    return Resource(record=record, read=_unread, list=gap, get=gap, create=gap, update=gap, close=gap)


BUILT = (
    _read_only(
        Property, read=mapping.to_property, list=listing("buildings"), get=one_of("buildings"), changes_by="since"
    ),
    _read_only(Unit, read=mapping.to_unit, list=listing("units"), get=one_of("units"), changes_by="since"),
    _read_only(
        Owner,
        read=mapping.to_owner,
        list=listing("contacts", ("type", "OWNER")),
        get=one_of("contacts", "OWNER"),
        changes_by="since",
    ),
    _read_only(Lease, read=mapping.to_lease, list=listing("leases"), get=one_of("leases"), changes_by="since"),
    _read_only(
        Resident,
        read=mapping.to_resident,
        # A change of a person does not touch the lease the person stands on, so all are read.
        list=rest.spread(
            rest.offset_list(f"{client.BASE}/leases", most=client.MOST, params=[("orderby", "id asc")]),
            client.residents_of,
        ),
        get=client.get_resident,
    ),
    _read_only(Balance, read=mapping.to_balance, list=listing("leases"), get=one_of("leases")),
    _read_only(Vendor, read=mapping.to_vendor, list=listing("vendors"), get=one_of("vendors"), changes_by="since"),
    Resource(
        record=WorkOrder,
        read=mapping.to_work_order,
        list=listing("workorders"),
        get=one_of("workorders"),
        create=Write(step=writes.create_work_order, marker_field="description"),
        update=NO_UPDATE,
        # Support switches it on per organization, so it stays off until the operator says so.
        close=Write(step=writes.close_work_order, experimental=True),
        omits={
            **_omit(NO_FIELD, "unit_number", "lease_id", "subcategory", "vendor_notes", "assigned_staff_id"),
            **_omit(NO_FIELD, "entry_notes", "not_to_exceed", "amount", "completed_at", "completion_notes"),
            **_omit(NO_APPOINTMENT, "scheduled_start", "scheduled_end"),
            "resident_id": not_offered(
                "Propertyware takes the contact who asked and tells only the name.", instead="Read `requested_by`."
            ),
        },
        read_only={
            **_omit(NO_STATUS, "status", "status_raw"),
            **_omit(COMPUTED, "number", "requested_by", "priority_raw"),
            "vendor_id": NO_VENDOR,
            "trade": not_offered("It follows the category, a free text of the organization's."),
            "custom": not_built("Rooftree reads the custom fields of a work order and does not write them."),
        },
        changes_by="since",
    ),
    Resource(
        record=Note,
        read=mapping.to_note,
        list=client.list_tasks,
        get=client.get_task,
        create=Write(step=writes.add_note, marker_field="text"),
        update=NO_TASK_CHANGE,
        close=NO_TASK_CHANGE,
        omits=_omit(not_offered("A task has no field for this."), "title", "kind_raw", "custom"),
        read_only={"author": COMPUTED},
        parent="work_order",
    ),
)
_NAMES = {row.name for row in BUILT}

CONNECTOR = Connector(
    manifest=MANIFEST,
    resources=(*BUILT, *(_none_of(each) for each in RECORDS.values() if name_of(each) not in {*_NAMES, "message"})),
    sign=sign,
    explain=explain,
    identify=identify,
)
