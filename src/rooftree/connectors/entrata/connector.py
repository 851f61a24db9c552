"""Entrata: the table of what can be done with each record. Read it and you know the integration."""

from __future__ import annotations

from typing import Any

from rooftree.connectors.base import Connector, Gap, Resource, Write
from rooftree.connectors.entrata import client, gaps, mapping, shown, writes, writes_leasing
from rooftree.connectors.entrata.client import in_batches, one_of, one_under_lease, under_lease, under_property
from rooftree.connectors.entrata.fields import FIELDS
from rooftree.connectors.entrata.gaps import COMPUTED, FOLLOWS, LOGGED, NO_CUSTOM, SETUP
from rooftree.connectors.entrata.manifest import MANIFEST, budget_of, identify, lane, picks, sign
from rooftree.connectors.entrata.mapping_maintenance import to_work_order
from rooftree.connectors.entrata.trials import TRIALS
from rooftree.connectors.entrata.wire import attributes
from rooftree.connectors.rows import absent, omit
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


def _seen(record: type[Record], write: Gap, **rest: Any) -> Resource[Any]:
    """A row that is read and not written."""
    return Resource(record=record, create=write, update=write, close=write, **rest)


RESOURCES = (
    _seen(Property, SETUP, read=mapping.to_property, list=client.list_properties, get=client.get_property),
    _seen(
        Building,
        SETUP,
        read=mapping.to_building,
        list=in_batches(client.buildings_in),
        get=one_of(client.buildings, lambda row: row.get("buildingId")),
    ),
    _seen(
        Floorplan,
        SETUP,
        read=shown.to_floorplan,
        list=under_property(shown.floorplans),
        get=one_of(shown.floorplans, shown.floorplan_id),
        parent="property",
    ),
    _seen(
        Unit,
        SETUP,
        read=mapping.to_unit,
        list=in_batches(client.units_in),
        get=one_of(client.units, lambda row: row.get("id")),
        omits=omit(NO_CUSTOM, "custom"),
    ),
    _seen(Amenity, SETUP, read=shown.to_amenity, list=in_batches(shown.amenities_in), get=shown.get_amenity),
    _seen(
        Listing,
        gaps.PRICES,
        read=shown.to_listing,
        list=under_property(shown.listings),
        get=one_of(shown.listings, shown.listing_key),
        parent="property",
    ),
    absent(Owner, gaps.NO_OWNER),
    _seen(Staff, SETUP, read=mapping.to_staff, list=client.list_staff, get=client.get_staff),
    Resource(
        record=Lease,
        read=mapping.to_lease,
        list=under_property(client.leases),
        get=one_of(client.leases, lambda row: row.get("id")),
        create=gaps.NO_LEASE,
        update=Write(step=writes_leasing.change_lease),
        close=Write(step=writes_leasing.close_lease),
        omits=gaps.LEASE_OMITS,
        read_only=gaps.LEASE_READ,
        parent="property",
    ),
    Resource(
        record=Resident,
        read=mapping.to_resident,
        list=under_property(client.customers),
        get=one_of(client.customers, lambda row: attributes(row).get("Id")),
        create=gaps.NO_PERSON,
        update=Write(step=writes_leasing.change_resident),
        close=gaps.NO_PERSON,
        omits=gaps.RESIDENT_OMITS,
        read_only=gaps.RESIDENT_READ,
        parent="property",
    ),
    Resource(
        record=Charge,
        read=mapping.to_charge,
        list=under_property(client.charges),
        get=one_under_lease(client.charges, "id"),
        create=Write(step=writes_leasing.post_charge),
        update=gaps.POSTED,
        close=gaps.POSTED,
        omits=gaps.CHARGE_OMITS,
        read_only=gaps.CHARGE_READ,
        parent="property",
    ),
    _seen(
        Payment,
        gaps.NO_PAYING,
        read=mapping.to_payment,
        list=under_property(client.payments),
        get=one_under_lease(client.payments, "id"),
        parent="property",
    ),
    _seen(
        Balance,
        COMPUTED,
        read=mapping.to_balance,
        list=under_property(client.ledgers),
        get=one_of(client.ledgers, lambda row: row.get("id")),
        parent="property",
    ),
    absent(Lead, gaps.NO_LEAD),
    Resource(
        record=GuestCard,
        read=mapping.to_guest_card,
        list=under_property(client.leads),
        get=one_of(client.leads, lambda row: row.get("applicationId")),
        create=Write(step=writes.add_guest_card),
        update=gaps.LEAD_EVENTS,
        close=gaps.LEAD_EVENTS,
        omits=gaps.GUEST_CARD_OMITS,
        read_only=gaps.GUEST_CARD_READ,
        parent="property",
    ),
    _seen(
        Showing,
        gaps.TOURS,
        read=mapping.to_showing,
        list=under_property(client.showings),
        get=client.get_showing,
        parent="property",
    ),
    _seen(
        Applicant,
        gaps.APPLYING,
        read=shown.to_applicant,
        list=under_property(shown.applicants),
        get=shown.get_applicant,
        parent="property",
    ),
    _seen(
        Application,
        gaps.APPLYING,
        read=shown.to_application,
        list=under_property(shown.applications),
        get=one_of(shown.applications, lambda row: row.get("applicationId")),
        parent="property",
    ),
    _seen(
        Vendor,
        gaps.VENDOR_BANK,
        read=mapping.to_vendor,
        list=client.list_vendors,
        get=client.get_vendor,
        omits=omit(NO_CUSTOM, "custom"),
    ),
    Resource(
        record=WorkOrder,
        read=to_work_order,
        list=in_batches(client.orders_in),
        get=one_of(client.orders, lambda row: row.get("maintenanceRequestId")),
        create=Write(step=writes.write_work_order, marker_field="description"),
        update=Write(step=writes.write_work_order, marker_field="description"),
        close=Write(step=writes.close_work_order),
        omits=gaps.WORK_ORDER_OMITS,
        read_only=gaps.WORK_ORDER_READ,
        fixed=gaps.WORK_ORDER_FIXED,
    ),
    absent(Appointment, gaps.NO_APPOINTMENT),
    Resource(
        record=Note,
        read=mapping.to_note,
        list=under_lease(client.activities(writes.NOTE)),
        get=one_under_lease(client.activities(writes.NOTE), "eventId"),
        create=Write(step=writes.add_note, marker_field="text"),
        update=LOGGED,
        close=LOGGED,
        omits=gaps.NOTE_OMITS,
        read_only=omit(FOLLOWS, "kind_raw"),
        parent="lease",
    ),
    _seen(
        Attachment,
        gaps.NO_FILE,
        read=shown.to_attachment,
        list=under_property(shown.documents),
        get=shown.get_document,
        omits=gaps.ATTACHMENT_OMITS,
        parent="property",
    ),
    Resource(
        record=PhoneLog,
        read=mapping.to_phone_log,
        list=under_lease(client.activities(writes.CALL)),
        get=one_under_lease(client.activities(writes.CALL), "eventId"),
        create=Write(step=writes.add_phone_log, marker_field="text"),
        update=LOGGED,
        close=LOGGED,
        omits=gaps.PHONE_LOG_OMITS,
        read_only=omit(COMPUTED, "property_id"),
        parent="lease",
    ),
)

CONNECTOR = Connector(
    manifest=MANIFEST,
    resources=RESOURCES,
    sign=sign,
    explain=client.explain,
    fields=FIELDS,
    trials=TRIALS,
    kind_of=client.kind_of,
    lane=lane,
    budget_of=budget_of,
    identify=identify,
    picks=picks,
)
