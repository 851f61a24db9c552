"""Rentvine: the table of what can be done with each record. Read it and you know the integration."""

from __future__ import annotations

from functools import partial

from rooftree.connectors import rest
from rooftree.connectors.base import Connector, Write
from rooftree.connectors.rentvine import client, gaps, mapping, writes
from rooftree.connectors.rentvine.client import BASE, list_exported_leases, listing
from rooftree.connectors.rentvine.fields import FIELDS
from rooftree.connectors.rentvine.gaps import COMPUTED, NO_CUSTOM, NO_FILE_CHANGE, STAFF_ENTER
from rooftree.connectors.rentvine.manifest import MANIFEST, explain, identify, picks, sign
from rooftree.connectors.rentvine.trials import TRIALS
from rooftree.connectors.rows import absent, omit, read_only, row
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

_row = partial(row, NO_CUSTOM)
_read_only = partial(read_only, NO_CUSTOM)

PORTFOLIO = (
    _row(
        Property,
        gaps.PROPERTY_OMITS,
        read=mapping.to_property,
        list=listing("/properties/export"),
        get=client.get_property,
        create=Write(step=writes.write_property),
        update=Write(step=writes.write_property),
        close=Write(step=writes.deactivate_property),
        read_only=gaps.PROPERTY_READ_ONLY,
    ),
    _read_only(
        Unit,
        STAFF_ENTER,
        gaps.UNIT_OMITS,
        read=mapping.to_unit,
        list=listing("/properties/units/export", since=client.changed_units, most=client.EXPORT_PAGE),
        get=gaps.NO_UNIT_GET,
        changes_by="since",
    ),
    absent(Building, gaps.NO_BUILDING),
    absent(Floorplan, gaps.NO_FLOORPLAN),
    absent(Amenity, gaps.NO_AMENITY),
    absent(Listing, gaps.NO_LISTING),
    _read_only(
        Owner, STAFF_ENTER, gaps.OWNER_OMITS, read=mapping.to_owner, list=listing("/owners"), get=client.get_owner
    ),
    absent(Staff, gaps.NO_STAFF),
)

LEASING = (
    _row(
        Lease,
        gaps.LEASE_OMITS,
        read=mapping.to_lease,
        list=list_exported_leases,
        get=client.get_lease,
        create=STAFF_ENTER,
        update=Write(step=writes.write_lease),
        close=gaps.NO_MOVE_OUT,
        read_only=gaps.LEASE_READ_ONLY,
    ),
    _read_only(
        Resident,
        STAFF_ENTER,
        read=mapping.to_resident,
        list=rest.spread(list_exported_leases, client.residents_of),
        get=client.get_resident,
    ),
    _read_only(
        Charge,
        gaps.NO_POSTING,
        read=mapping.to_charge,
        list=rest.spread(list_exported_leases, client.charges_of),
        get=client.get_charge,
    ),
    absent(Payment, gaps.NO_PAYMENT),
    _read_only(Balance, COMPUTED, read=mapping.to_balance, list=list_exported_leases, get=client.get_lease),
    absent(GuestCard, gaps.NO_LEAD),
    absent(Showing, gaps.NO_LEAD),
    absent(Lead, gaps.NO_LEAD),
    absent(Applicant, gaps.NO_APPLICANT),
    _read_only(
        Application,
        STAFF_ENTER,
        read=mapping.to_application,
        list=listing("/screening/applications/export"),
        get=gaps.NO_APPLICATION_GET,
    ),
)

MAINTENANCE = (
    _read_only(
        Vendor,
        STAFF_ENTER,
        gaps.VENDOR_OMITS,
        read=mapping.to_vendor,
        list=client.list_vendors,
        get=client.get_vendor,
    ),
    _row(
        WorkOrder,
        gaps.WORK_ORDER_OMITS,
        read=mapping.to_work_order,
        list=listing("/maintenance/work-orders"),
        get=rest.get(f"{BASE}/maintenance/work-orders/{{id}}"),
        create=Write(step=writes.write_work_order, marker_field="description"),
        update=Write(step=writes.write_work_order),
        close=Write(step=writes.close_work_order),
        read_only=gaps.WORK_ORDER_READ_ONLY,
    ),
    absent(Appointment, gaps.NO_APPOINTMENT),
    absent(Note, gaps.NO_NOTE),
    _row(
        Attachment,
        gaps.ATTACHMENT_OMITS,
        read=mapping.to_attachment,
        list=client.list_files,
        get=client.get_file,
        create=Write(step=writes.upload_file, marker_field="file_name"),
        update=NO_FILE_CHANGE,
        close=Write(step=writes.delete_file),
        read_only=omit(COMPUTED, "title", "media_type"),
        parent="work_order",
    ),
    absent(PhoneLog, gaps.NO_CHAT),
)

CONNECTOR = Connector(
    manifest=MANIFEST,
    resources=(*PORTFOLIO, *LEASING, *MAINTENANCE),
    sign=sign,
    explain=explain,
    fields=FIELDS,
    trials=TRIALS,
    identify=identify,
    picks=picks,
)
