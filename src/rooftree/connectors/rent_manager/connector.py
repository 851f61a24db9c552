"""Rent Manager: the table of what can be done with each record. Read it and you know the integration."""

from __future__ import annotations

from functools import partial

from rooftree.connectors import rest
from rooftree.connectors.base import Connector, Resource, Write
from rooftree.connectors.rent_manager import (
    client,
    gaps,
    mapping,
    mapping_leasing,
    mapping_maintenance,
    writes_leasing,
    writes_maintenance,
    writes_people,
    writes_words,
)
from rooftree.connectors.rent_manager.client import TENANT_EMBEDS, listing, one, only, owning, people
from rooftree.connectors.rent_manager.fields import FIELDS
from rooftree.connectors.rent_manager.gaps import FIXED, NO_CUSTOM, NO_RETIRING
from rooftree.connectors.rent_manager.manifest import MANIFEST, SESSION, explain, identify, kind_of, picks, sign
from rooftree.connectors.rent_manager.webhooks import RentManagerWebhooks
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

PROPERTY = "Addresses,PhoneNumbers,UserDefinedValues"
UNIT = "Addresses,Leases,MarketRent,UnitType,UserDefinedValues"
LEASE = "LeaseRenewals,Tenant,Tenant.Contacts"
FIRM = f"{client.CONTACTS},UserDefinedValues"
PROSPECT = f"{client.CONTACTS},InterestedRentals,UserDefinedValues"
ISSUE = "Status,Category,Priority,LinkedUnits,LinkedTenants,LinkedProperties,UserDefinedValues"


_row = partial(row, NO_CUSTOM)
_read_only = partial(read_only, NO_CUSTOM)

PORTFOLIO = (
    Resource(
        record=Property,
        omits=gaps.PROPERTY_OMITS,
        read=mapping.to_property,
        list=listing("/Properties", PROPERTY),
        get=one("/Properties", PROPERTY),
        create=Write(step=writes_leasing.write_property, marker_field="notes"),
        update=Write(step=writes_leasing.write_property),
        close=Write(step=writes_leasing.close_property),
        read_only=gaps.PROPERTY_READ,
        changes_by="since",
    ),
    Resource(
        record=Unit,
        omits=gaps.UNIT_OMITS,
        read=mapping.to_unit,
        list=listing("/Units", UNIT),
        get=one("/Units", UNIT),
        create=Write(step=writes_leasing.write_unit, marker_field="notes"),
        update=Write(step=writes_leasing.write_unit),
        close=NO_RETIRING,
        read_only=gaps.UNIT_READ,
        changes_by="since",
    ),
    absent(Building, gaps.NO_BUILDING),
    _row(
        Floorplan,
        gaps.FLOORPLAN_OMITS,
        read=mapping.to_floorplan,
        list=listing("/UnitTypes"),
        get=one("/UnitTypes"),
        create=Write(step=writes_leasing.write_floorplan, marker_field="description"),
        update=Write(step=writes_leasing.write_floorplan),
        close=NO_RETIRING,
        changes_by="since",
    ),
    absent(Amenity, gaps.NO_AMENITY),
    _read_only(
        Listing,
        gaps.REGISTER,
        {},
        read=mapping.to_listing,
        list=listing("/OnlineListingsRegister", since=rest.nothing_since),
        get=client.get_listing,
    ),
    _row(
        Owner,
        gaps.OWNER_OMITS,
        read=mapping.to_owner,
        list=people("/Owners", "OwnerID", "Owner"),
        get=one("/Owners", client.CONTACTS),
        create=Write(step=writes_people.write_owner),
        update=Write(step=writes_people.write_owner),
        close=Write(step=writes_people.close_owner),
        changes_by="since",
    ),
    _read_only(
        Staff,
        gaps.NO_USERS,
        gaps.STAFF_OMITS,
        read=mapping.to_staff,
        list=listing("/Users"),
        get=one("/Users"),
        changes_by="since",
    ),
)

LEASING = (
    _row(
        Lease,
        gaps.LEASE_OMITS,
        read=mapping_leasing.to_lease,
        list=listing("/Leases", LEASE),
        get=one("/Leases", LEASE),
        create=Write(step=writes_leasing.write_lease),
        update=Write(step=writes_leasing.write_lease),
        close=Write(step=writes_leasing.close_lease),
        read_only=gaps.LEASE_READ,
        fixed=omit(FIXED, "property_id", "unit_id", "primary_resident_id"),
        changes_by="since",
    ),
    Resource(
        record=Resident,
        omits=gaps.RESIDENT_OMITS,
        read=mapping_leasing.to_resident,
        list=rest.spread(people("/Tenants", "TenantID", "Tenant", TENANT_EMBEDS), client.residents_of),
        get=client.get_resident,
        create=Write(step=writes_people.write_resident, marker_field="notes"),
        update=Write(step=writes_people.write_resident),
        close=gaps.NO_END,
        read_only=gaps.RESIDENT_READ,
        fixed=omit(FIXED, "property_id"),
        changes_by="since",
    ),
    _row(
        Charge,
        gaps.CHARGE_OMITS,
        read=mapping_leasing.to_charge,
        list=listing("/Charges", since=client.since_of("AccountType,eq,Customer")),
        get=one("/Charges"),
        create=Write(step=writes_leasing.write_charge, marker_field="description"),
        update=Write(step=writes_leasing.write_charge),
        close=Write(step=writes_leasing.delete_charge),
        read_only=gaps.CHARGE_READ,
        fixed=omit(FIXED, "resident_id"),
        changes_by="since",
    ),
    _row(
        Payment,
        gaps.PAYMENT_OMITS,
        read=mapping_leasing.to_payment,
        list=listing("/Payments", since=client.since_of("AccountType,eq,Customer")),
        get=one("/Payments"),
        create=Write(step=writes_leasing.write_payment, marker_field="description"),
        update=Write(step=writes_leasing.write_payment),
        close=Write(step=writes_leasing.delete_payment),
        fixed=omit(FIXED, "resident_id"),
        changes_by="since",
    ),
    _read_only(
        Balance,
        gaps.ADDED_UP,
        gaps.BALANCE_OMITS,
        read=mapping_leasing.to_balance,
        list=rest.spread(listing("/Tenants", "Leases", since=rest.nothing_since), client.balance_of),
        get=client.get_balance,
    ),
    absent(Lead, gaps.NO_LEAD),
    Resource(
        record=GuestCard,
        omits=gaps.GUEST_CARD_OMITS,
        read=mapping_leasing.to_guest_card,
        list=people("/Prospects", "ProspectID", "Prospect", PROSPECT),
        get=one("/Prospects", PROSPECT),
        create=Write(step=writes_people.write_guest_card, marker_field="message"),
        update=Write(step=writes_people.write_guest_card),
        close=Write(step=writes_people.close_guest_card),
        read_only=gaps.GUEST_CARD_READ,
        changes_by="since",
    ),
    _row(
        Showing,
        gaps.SHOWING_OMITS,
        read=mapping_leasing.to_showing,
        list=rest.spread(listing("/Appointments"), only("ProspectID")),
        get=owning(one("/Appointments"), "ProspectID"),
        create=Write(step=writes_maintenance.write_showing, marker_field="notes"),
        update=Write(step=writes_maintenance.write_showing),
        close=Write(step=writes_maintenance.cancel_appointment),
        read_only=gaps.SHOWING_READ,
        fixed=omit(FIXED, "guest_card_id"),
        changes_by="since",
    ),
    absent(Applicant, gaps.NO_APPLICANT),
    _read_only(
        Application,
        gaps.APPLY_ONLINE,
        gaps.APPLICATION_OMITS,
        read=mapping_leasing.to_application,
        list=listing("/ProspectApplications"),
        get=one("/ProspectApplications"),
        changes_by="since",
    ),
)

MAINTENANCE = (
    _row(
        Vendor,
        gaps.VENDOR_OMITS,
        read=mapping_maintenance.to_vendor,
        list=people("/Vendors", "VendorID", "Vendor", FIRM),
        get=one("/Vendors", FIRM),
        create=Write(step=writes_people.write_vendor),
        update=Write(step=writes_people.write_vendor),
        close=Write(step=writes_people.close_vendor),
        read_only=gaps.VENDOR_READ,
        changes_by="since",
    ),
    Resource(
        record=WorkOrder,
        omits=gaps.WORK_ORDER_OMITS,
        read=mapping_maintenance.to_work_order,
        list=listing("/ServiceManagerIssues", ISSUE),
        get=one("/ServiceManagerIssues", ISSUE),
        create=Write(step=writes_maintenance.write_work_order, marker_field="description"),
        update=Write(step=writes_maintenance.write_work_order),
        close=Write(step=writes_maintenance.close_work_order),
        read_only=gaps.WORK_ORDER_READ,
        fixed=omit(FIXED, "property_id", "unit_id"),
        changes_by="since",
    ),
    _row(
        Appointment,
        gaps.APPOINTMENT_OMITS,
        read=mapping_maintenance.to_appointment,
        list=rest.spread(listing("/Appointments"), only("ServiceManagerIssueID")),
        get=owning(one("/Appointments"), "ServiceManagerIssueID"),
        create=Write(step=writes_maintenance.write_visit, marker_field="notes"),
        update=Write(step=writes_maintenance.write_visit),
        close=Write(step=writes_maintenance.cancel_appointment),
        fixed=omit(FIXED, "work_order_id"),
        changes_by="since",
    ),
)

WORDS = (
    _row(
        Note,
        gaps.NOTE_OMITS,
        read=mapping_maintenance.to_note,
        list=rest.spread(client.history, client.notes_of),
        get=client.get_note,
        create=Write(step=writes_words.add_note, marker_field="text"),
        update=gaps.WRITTEN_ONCE,
        close=gaps.WRITTEN_ONCE,
        read_only=gaps.NOTE_READ,
        parent="work_order",
    ),
    _row(
        Attachment,
        gaps.ATTACHMENT_OMITS,
        read=mapping_maintenance.to_attachment,
        list=rest.spread(client.history, client.files_of),
        get=client.get_file,
        create=Write(step=writes_words.upload_file, marker_field="file_name"),
        update=gaps.NO_FILE_CHANGE,
        close=gaps.NO_FILE_CHANGE,
        parent="work_order",
    ),
    _read_only(
        PhoneLog,
        gaps.CALLS,
        gaps.PHONE_LOG_OMITS,
        read=mapping_maintenance.to_phone_log,
        list=client.list_calls,
        get=client.get_call,
        changes_by="since",
    ),
)

CONNECTOR = Connector(
    manifest=MANIFEST,
    resources=(*PORTFOLIO, *LEASING, *MAINTENANCE, *WORDS),
    sign=sign,
    explain=explain,
    fields=FIELDS,
    kind_of=kind_of,
    session=SESSION,
    identify=identify,
    picks=picks,
    webhooks=RentManagerWebhooks(),
)
