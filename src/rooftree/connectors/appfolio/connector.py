"""AppFolio: the table of what can be done with each record. Read it and you know the integration."""

from __future__ import annotations

from functools import partial

from rooftree.connectors import rest
from rooftree.connectors.appfolio import (
    client,
    client_words,
    gaps,
    mapping,
    mapping_leasing,
    mapping_maintenance,
    writes_leasing,
    writes_maintenance,
    writes_portfolio,
    writes_words,
)
from rooftree.connectors.appfolio.client import HIDDEN, listing_of, one_of
from rooftree.connectors.appfolio.fields import FIELDS
from rooftree.connectors.appfolio.gaps import COMPUTED, FIXED, FOLLOWS, MIGRATION, NO_CUSTOM, NO_DELETE
from rooftree.connectors.appfolio.manifest import (
    MANIFEST,
    STATUSES,
    explain,
    identify,
    picks,
    published_keys,
    sign,
)
from rooftree.connectors.appfolio.trials import TRIALS
from rooftree.connectors.appfolio.webhooks import AppFolioWebhooks
from rooftree.connectors.base import Connector, Resource, Write, not_offered
from rooftree.connectors.rows import absent, omit, row
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

PORTFOLIO = (
    Resource(
        record=Property,
        omits=gaps.PROPERTY_OMITS,
        read=mapping.to_property,
        list=listing_of("properties", params=[HIDDEN]),
        get=client.get_property,
        create=MIGRATION,
        update=Write(step=writes_portfolio.write_property),
        close=NO_DELETE,
        read_only=gaps.PROPERTY_READ,
        changes_by="since",
    ),
    Resource(
        record=Unit,
        omits=gaps.UNIT_OMITS,
        read=mapping.to_unit,
        list=listing_of("units", params=[HIDDEN]),
        get=one_of("units", params=[HIDDEN]),
        create=MIGRATION,
        update=Write(step=writes_portfolio.write_unit),
        close=NO_DELETE,
        read_only=omit(COMPUTED, "is_vacant", "is_active"),
        fixed=omit(FIXED, "property_id"),
        changes_by="since",
    ),
    absent(Building, gaps.NO_BUILDING),
    absent(Floorplan, gaps.NO_FLOORPLAN),
    _row(
        Amenity,
        gaps.AMENITY_OMITS,
        read=mapping.to_amenity,
        list=rest.spread(listing_of("units"), client.appliances),
        get=not_offered("AppFolio tells a unit's appliances with the unit.", instead="List the amenities."),
        create=gaps.APPLIANCES,
        update=gaps.APPLIANCES,
        close=gaps.APPLIANCES,
        changes_by="since",
    ),
    _row(
        Listing,
        gaps.LISTING_OMITS,
        read=mapping.to_listing,
        list=client.list_listings,
        get=client.get_listing,
        create=Write(step=writes_portfolio.write_listing),
        update=Write(step=writes_portfolio.write_listing),
        close=Write(step=writes_portfolio.unlist),
        read_only=gaps.LISTING_READ,
        fixed=omit(FIXED, "unit_id"),
        changes_by="since",
    ),
    _row(
        Owner,
        gaps.OWNER_OMITS,
        read=mapping.to_owner,
        list=listing_of("owners", params=[HIDDEN]),
        get=client.get_owner,
        create=Write(step=writes_portfolio.write_owner),
        update=Write(step=writes_portfolio.write_owner),
        close=NO_DELETE,
        read_only=omit(COMPUTED, "is_active"),
        changes_by="since",
    ),
    _row(
        Staff,
        gaps.STAFF_OMITS,
        read=mapping.to_staff,
        list=listing_of("users"),
        get=not_offered("AppFolio finds users by e-mail or property, not by id.", instead="List the staff."),
        create=gaps.STAFF_ONLY,
        update=gaps.STAFF_ONLY,
        close=gaps.STAFF_ONLY,
        changes_by="since",
    ),
)

LEASING = (
    _row(
        Lease,
        gaps.LEASE_OMITS,
        read=mapping_leasing.to_lease,
        list=client.list_leases,
        get=client.get_lease,
        create=gaps.NO_LEASE,
        update=gaps.NO_LEASE,
        close=gaps.NO_LEASE,
        changes_by="since",
    ),
    _row(
        Resident,
        gaps.RESIDENT_OMITS,
        read=mapping_leasing.to_resident,
        list=listing_of("tenants", params=[HIDDEN]),
        get=one_of("tenants", params=[HIDDEN]),
        create=MIGRATION,
        update=Write(step=writes_leasing.write_resident),
        close=not_offered("AppFolio's API moves nobody out.", instead="Write the tenant's move-out day."),
        read_only=gaps.RESIDENT_READ,
        changes_by="since",
    ),
    _row(
        Charge,
        gaps.CHARGE_OMITS,
        read=mapping_leasing.to_charge,
        list=client.of_known_property(listing_of("charges", since=client.of_property)),
        get=one_of("charges"),
        create=Write(step=writes_leasing.create_charge, marker_field="description"),
        update=gaps.IN_BOOKS,
        close=gaps.IN_BOOKS,
        parent="property",
    ),
    absent(Payment, gaps.NO_PAYMENT),
    _row(
        Balance,
        gaps.BALANCE_OMITS,
        read=mapping_leasing.to_balance,
        list=client.of_known_property(client.list_balances),
        get=client.get_balance,
        create=gaps.ADDED_UP,
        update=gaps.ADDED_UP,
        close=gaps.ADDED_UP,
        parent="property",
    ),
    absent(Lead, gaps.NO_LEAD),
    _row(
        GuestCard,
        gaps.GUEST_CARD_OMITS,
        read=mapping_leasing.to_guest_card,
        list=listing_of("leads"),
        get=one_of("leads"),
        create=Write(step=writes_leasing.write_guest_card),
        update=Write(step=writes_leasing.write_guest_card),
        close=Write(step=writes_leasing.close_guest_card),
        read_only=gaps.GUEST_CARD_READ,
        fixed=omit(FIXED, "property_id"),
        changes_by="since",
    ),
    _row(
        Showing,
        gaps.SHOWING_OMITS,
        read=mapping_leasing.to_showing,
        list=listing_of("showings"),
        get=one_of("showings"),
        create=Write(step=writes_leasing.write_showing, marker_field="notes"),
        update=Write(step=writes_leasing.write_showing),
        close=Write(step=writes_leasing.cancel_showing),
        read_only=omit(FOLLOWS, "status_raw"),
        fixed=omit(FIXED, "guest_card_id", "unit_id"),
        changes_by="since",
    ),
    absent(Applicant, gaps.NO_APPLICANT),
    _row(
        Application,
        gaps.APPLICATION_OMITS,
        read=mapping_leasing.to_application,
        list=listing_of("rental_applications", since=client.submitted_ever),
        get=one_of("rental_applications"),
        create=gaps.APPLY_IN_APPFOLIO,
        update=Write(step=writes_leasing.decide_application),
        close=not_offered(
            "AppFolio's API writes an application's status and has no call that closes one.",
            instead="Update its status.",
        ),
        read_only=gaps.APPLICATION_READ,
    ),
)

MAINTENANCE = (
    Resource(
        record=Vendor,
        omits=gaps.VENDOR_OMITS,
        read=mapping_maintenance.to_vendor,
        list=listing_of("vendors", params=[HIDDEN]),
        get=one_of("vendors", params=[HIDDEN]),
        create=Write(step=writes_portfolio.write_vendor),
        update=Write(step=writes_portfolio.write_vendor),
        close=NO_DELETE,
        read_only=gaps.VENDOR_READ,
        changes_by="since",
    ),
    _row(
        WorkOrder,
        gaps.WORK_ORDER_OMITS,
        read=mapping_maintenance.to_work_order,
        list=client.list_work_orders,
        get=one_of("work_orders"),
        create=Write(step=writes_maintenance.write_work_order, marker_field="description"),
        update=Write(step=writes_maintenance.write_work_order),
        close=Write(step=writes_maintenance.close_work_order),
        read_only=gaps.WORK_ORDER_READ,
        fixed=omit(FIXED, "property_id", "unit_id", "lease_id"),
        changes_by="since",
    ),
    absent(Appointment, gaps.NO_APPOINTMENT),
)

WORDS = (
    _row(
        Note,
        gaps.NOTE_OMITS,
        read=mapping_maintenance.to_note,
        list=client_words.list_notes,
        get=client_words.get_note,
        create=Write(step=writes_words.add_note, marker_field="text"),
        update=Write(step=writes_words.rewrite_note),
        close=not_offered("AppFolio's API cannot delete a note.", instead="Rewrite it."),
        fixed=omit(FIXED, "about", "about_id"),
        parent="work_order",
        changes_by="since",
    ),
    _row(
        Attachment,
        gaps.ATTACHMENT_OMITS,
        read=mapping_maintenance.to_attachment,
        list=client_words.list_files,
        get=client_words.get_file,
        create=Write(step=writes_words.upload_file, marker_field="file_name"),
        update=not_offered("AppFolio's API cannot rename or replace a file.", instead="Delete it and send another."),
        close=Write(step=writes_words.delete_file),
        fixed=omit(FIXED, "about", "about_id", "content"),
        parent="work_order",
    ),
    absent(PhoneLog, gaps.NO_PHONE_LOG),
)

CONNECTOR = Connector(
    manifest=MANIFEST,
    resources=(*PORTFOLIO, *LEASING, *MAINTENANCE, *WORDS),
    sign=sign,
    explain=explain,
    fields=FIELDS,
    trials=TRIALS,
    identify=identify,
    picks=picks,
    webhooks=AppFolioWebhooks(),
    statuses=STATUSES,
    published_keys=published_keys,
)
