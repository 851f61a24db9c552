"""Propertyware: the table of what can be done with each record. Read it and you know the integration."""

from __future__ import annotations

from typing import Any

from rooftree.connectors import rest
from rooftree.connectors.base import Connector, Gap, Resource, Write
from rooftree.connectors.propertyware import (
    client,
    gaps,
    mapping,
    mapping_leasing,
    writes,
    writes_leasing,
    writes_portfolio,
)
from rooftree.connectors.propertyware.client import listing, one_of
from rooftree.connectors.propertyware.gaps import NOT_YET, absent, omit
from rooftree.connectors.propertyware.manifest import MANIFEST, explain, identify, sign
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
from rooftree.model.messages import Attachment, Note, PhoneLog
from rooftree.model.portfolio import Amenity, Building, Floorplan, Listing, Owner, Property, Staff, Unit


def _read_only(record: type[Record], create: Gap, update: Gap, close: Gap, **rest: Any) -> Resource[Any]:
    """A row that is read and never written."""
    return Resource(record=record, create=create, update=update, close=close, **rest)


BUILT = (
    Resource(
        record=Property,
        create=Write(step=writes_portfolio.write_property),
        update=Write(step=writes_portfolio.write_property),
        close=gaps.NO_DELETE,
        omits=gaps.PROPERTY_OMITS,
        read_only=gaps.PROPERTY_READ_ONLY,
        fixed=gaps.PROPERTY_FIXED,
        read=mapping.to_property,
        list=listing("buildings"),
        get=one_of("buildings"),
        changes_by="since",
    ),
    Resource(
        record=Unit,
        create=Write(step=writes_portfolio.write_unit),
        update=Write(step=writes_portfolio.write_unit),
        close=gaps.NO_DELETE,
        omits=gaps.UNIT_OMITS,
        read_only=gaps.UNIT_READ_ONLY,
        fixed=gaps.UNIT_FIXED,
        read=mapping.to_unit,
        list=listing("units"),
        get=one_of("units"),
        changes_by="since",
    ),
    Resource(
        record=Owner,
        create=gaps.NO_OWNER_CREATE,
        update=Write(step=writes_portfolio.write_owner),
        close=gaps.NO_DELETE,
        omits=gaps.OWNER_OMITS,
        read_only=gaps.CUSTOM_READ,
        read=mapping.to_owner,
        list=listing("contacts", ("type", "OWNER")),
        get=one_of("contacts", "OWNER"),
        changes_by="since",
    ),
    _read_only(
        Lease,
        NOT_YET,
        NOT_YET,
        NOT_YET,
        read=mapping.to_lease,
        list=listing("leases"),
        get=one_of("leases"),
        changes_by="since",
    ),
    _read_only(
        Resident,
        gaps.NO_PERSON,
        NOT_YET,
        gaps.NO_DELETE,
        read=mapping.to_resident,
        # A change of a person does not touch the lease the person stands on, so all are read.
        list=rest.spread(
            rest.offset_list(f"{client.BASE}/leases", most=client.MOST, params=[("orderby", "id asc")]),
            client.residents_of,
        ),
        get=client.get_resident,
    ),
    _read_only(
        Balance,
        gaps.COMPUTED,
        gaps.COMPUTED,
        gaps.COMPUTED,
        read=mapping.to_balance,
        list=listing("leases"),
        get=one_of("leases"),
    ),
    Resource(
        record=Vendor,
        create=Write(step=writes_portfolio.create_vendor),
        update=gaps.NO_VENDOR_CHANGE,
        close=gaps.NO_DELETE,
        omits=gaps.VENDOR_OMITS,
        read_only=gaps.VENDOR_READ_ONLY,
        read=mapping.to_vendor,
        list=listing("vendors"),
        get=one_of("vendors"),
        changes_by="since",
    ),
    Resource(
        record=WorkOrder,
        read=mapping.to_work_order,
        list=listing("workorders"),
        get=one_of("workorders"),
        create=Write(step=writes.create_work_order, marker_field="description"),
        update=gaps.NO_UPDATE,
        # Support switches it on per organization, so it stays off until the operator says so.
        close=Write(step=writes.close_work_order, experimental=True),
        omits=gaps.WORK_ORDER_OMITS,
        read_only=gaps.WORK_ORDER_READ_ONLY,
        changes_by="since",
    ),
    Resource(
        record=Note,
        read=mapping.to_note,
        list=client.list_tasks,
        get=client.get_task,
        create=Write(step=writes.add_note, marker_field="text"),
        update=gaps.NO_TASK_CHANGE,
        close=gaps.NO_TASK_CHANGE,
        omits=omit(gaps.NO_FIELD, "title", "kind_raw", "custom"),
        read_only={"author": gaps.COMPUTED},
        parent="work_order",
    ),
    Resource(
        record=Attachment,
        read=mapping_leasing.to_attachment,
        list=client.list_documents,
        get=client.get_document,
        create=Write(step=writes_leasing.upload_file, marker_field="file_name"),
        update=gaps.NO_FILE_CHANGE,
        close=gaps.NO_DELETE,
        omits=gaps.ATTACHMENT_OMITS,
        read_only=gaps.ATTACHMENT_READ_ONLY,
        parent="work_order",
    ),
    Resource(
        record=Charge,
        read=mapping_leasing.to_charge,
        list=listing("leases/charges"),
        get=client.posting("charges"),
        create=Write(step=writes_leasing.create_charge, marker_field="description"),
        update=gaps.FOR_STAFF,
        close=gaps.FOR_STAFF,
        omits=gaps.CHARGE_OMITS,
        read_only=gaps.CHARGE_READ_ONLY,
        changes_by="since",
    ),
    Resource(
        record=Payment,
        create=Write(step=writes_leasing.create_payment, marker_field="description"),
        update=gaps.FOR_STAFF,
        close=gaps.FOR_STAFF,
        read=mapping_leasing.to_payment,
        list=listing("leases/payments"),
        get=client.posting("payments"),
        omits=gaps.PAYMENT_OMITS,
        read_only=omit(gaps.COMPUTED, "is_open"),
        changes_by="since",
    ),
    Resource(
        record=GuestCard,
        read=mapping_leasing.to_guest_card,
        list=listing("prospects"),
        get=one_of("prospects"),
        create=Write(step=writes_leasing.create_guest_card, marker_field="message"),
        update=gaps.NO_PROSPECT_CHANGE,
        close=gaps.NO_PROSPECT_CHANGE,
        omits=gaps.GUEST_CARD_OMITS,
        read_only=gaps.GUEST_CARD_READ_ONLY,
        changes_by="since",
    ),
)

NOT_THERE = (
    absent(Building, gaps.NO_BUILDING),
    absent(Floorplan, gaps.NO_FLOORPLAN),
    absent(Amenity, gaps.NO_AMENITY),
    absent(Listing, gaps.NO_LISTING),
    absent(Staff, gaps.NO_STAFF),
    absent(Lead, gaps.NO_LEAD),
    absent(Showing, gaps.NO_SHOWING),
    absent(Application, gaps.NO_APPLICATION),
    absent(Applicant, gaps.NO_APPLICATION),
    absent(Appointment, gaps.NO_APPOINTMENT),
    absent(PhoneLog, gaps.NO_PHONE_LOG),
)

CONNECTOR = Connector(
    manifest=MANIFEST,
    resources=(*BUILT, *NOT_THERE),
    sign=sign,
    explain=explain,
    identify=identify,
)
