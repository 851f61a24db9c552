"""Buildium: the table of what can be done with each record. Read it and you know the integration."""

from __future__ import annotations

from functools import partial

from rooftree.connectors.base import Connector, Write, not_offered
from rooftree.connectors.buildium import (
    client,
    client_maintenance,
    gaps,
    mapping,
    mapping_leasing,
    mapping_maintenance,
    writes_leasing,
    writes_ledger,
    writes_maintenance,
    writes_portfolio,
    writes_words,
)
from rooftree.connectors.buildium.client import listing_of, one_of, under
from rooftree.connectors.buildium.fields import FIELDS
from rooftree.connectors.buildium.gaps import COMPUTED, FIXED, FOLLOWS, NO_CUSTOM, NO_DELETE, WHOLE_PERSON
from rooftree.connectors.buildium.manifest import MANIFEST, explain, identify, picks, sign
from rooftree.connectors.buildium.trials import TRIALS
from rooftree.connectors.buildium.webhooks import BuildiumWebhooks
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
    _row(
        Property,
        gaps.PROPERTY_OMITS,
        read=mapping.to_property,
        list=client.list_properties,
        get=client.get_property,
        create=Write(step=writes_portfolio.write_property, marker_field="description"),
        update=Write(step=writes_portfolio.write_property),
        close=Write(step=writes_portfolio.deactivate_property),
        read_only={
            **omit(COMPUTED, "unit_count"),
            **omit(FOLLOWS, "kind_raw"),
            **omit(
                not_offered("It follows `manager_id`, a user of Buildium's."),
                *("manager_name", "manager_email", "manager_phones"),
            ),
        },
        changes_by="since",
    ),
    _row(
        Unit,
        gaps.UNIT_OMITS,
        read=mapping.to_unit,
        list=listing_of("/v1/rentals/units", since="lastupdatedfrom"),
        get=one_of("/v1/rentals/units/{id}"),
        create=Write(step=writes_portfolio.write_unit, marker_field="description"),
        update=Write(step=writes_portfolio.write_unit),
        close=NO_DELETE,
        read_only={
            "building_name": not_offered("Buildium's API only reads the building's name; staff set it in Buildium."),
            **omit(COMPUTED, "is_vacant", "is_listed"),
        },
        fixed=omit(FIXED, "property_id"),
        changes_by="since",
    ),
    absent(Building, gaps.NO_BUILDING),
    absent(Floorplan, gaps.NO_FLOORPLAN),
    _row(
        Amenity,
        gaps.AMENITY_OMITS,
        read=mapping.to_amenity,
        list=client.list_amenities,
        get=client.get_amenity,
        create=Write(step=writes_portfolio.tick_amenity),
        update=gaps.TICKED,
        close=Write(step=writes_portfolio.untick_amenity),
        parent="property",
    ),
    _row(
        Listing,
        gaps.LISTING_OMITS,
        read=mapping.to_listing,
        # A listing has no id to sort on, so that pages could shift: all are asked for in one.
        list=listing_of("/v1/rentals/units/listings", limit=client.MAX_LIMIT, order=None),
        get=one_of("/v1/rentals/units/{id}/listing"),
        create=Write(step=writes_portfolio.write_listing),
        update=Write(step=writes_portfolio.write_listing),
        close=Write(step=writes_portfolio.unlist),
        read_only={
            **omit(
                not_offered("It is the unit's or the property's; change it there."),
                *("property_id", "description", "property_description", "bedrooms", "bathrooms", "square_feet"),
                *("address", "image_urls", "video_urls"),
            ),
            **omit(
                not_offered("Buildium fills this in from its own settings."),
                *("application_url", "contact_name", "contact_email", "contact_phone"),
            ),
            **omit(COMPUTED, "is_listed", "listed_on"),
        },
        fixed=omit(FIXED, "unit_id"),
    ),
    _row(
        Owner,
        gaps.OWNER_OMITS,
        read=mapping.to_owner,
        list=listing_of("/v1/rentals/owners", since="lastupdatedfrom"),
        get=one_of("/v1/rentals/owners/{id}"),
        create=Write(step=writes_portfolio.create_owner, marker_field="notes"),
        update=WHOLE_PERSON,
        close=NO_DELETE,
        read_only=omit(COMPUTED, "is_active"),
        changes_by="since",
    ),
    _row(
        Staff,
        gaps.STAFF_OMITS,
        read=mapping.to_staff,
        list=listing_of("/v1/users", params=[("usertypes", "Staff")]),
        get=one_of("/v1/users/{id}"),
        create=gaps.STAFF_ONLY,
        update=gaps.STAFF_ONLY,
        close=gaps.STAFF_ONLY,
    ),
)

LEASING = (
    _row(
        Lease,
        gaps.LEASE_OMITS,
        read=mapping_leasing.to_lease,
        list=listing_of("/v1/leases", since="lastupdatedfrom"),
        get=one_of("/v1/leases/{id}"),
        create=Write(step=writes_leasing.write_lease),
        update=Write(step=writes_leasing.write_lease),
        close=Write(step=writes_leasing.end_lease),
        read_only={
            **omit(COMPUTED, "status", "term", "moved_in_on", "scheduled_move_in_on", "unit_number", "property_id"),
            **omit(FOLLOWS, "status_raw"),
            **omit(
                not_offered("Buildium writes a move-out per tenant.", instead="Close the lease with the day."),
                *("moved_out_on", "scheduled_move_out_on"),
            ),
            **omit(
                not_offered("Rent and deposit are recurring charges of the ledger; staff set them in Buildium."),
                *("rent", "rent_due_day", "deposit"),
            ),
        },
        fixed=omit(FIXED, "resident_ids"),
        changes_by="since",
    ),
    _row(
        Resident,
        gaps.RESIDENT_OMITS,
        read=mapping_leasing.to_resident,
        list=listing_of("/v1/leases/tenants", since="lastupdatedfrom"),
        get=one_of("/v1/leases/tenants/{id}"),
        create=Write(step=writes_leasing.create_resident, marker_field="notes"),
        update=WHOLE_PERSON,
        close=not_offered("At Buildium a tenant leaves by a move-out on the lease.", instead="Close the lease."),
        read_only={
            **omit(
                not_offered("It follows the tenant's lease."),
                *("status", "property_id", "unit_id", "move_in_on", "move_out_on"),
            ),
            **omit(FOLLOWS, "status_raw"),
            "text_consent": not_offered("Only the tenant can consent to texts, by answering Buildium's request."),
        },
        changes_by="since",
    ),
    _row(
        Charge,
        gaps.CHARGE_OMITS,
        read=mapping_leasing.to_charge,
        list=under("lease", "/v1/leases/{parent}/charges", "LeaseId"),
        get=client.get_under("/v1/leases/{parent}/charges/{id}", "LeaseId"),
        create=Write(step=writes_ledger.write_charge, marker_field="description"),
        update=Write(step=writes_ledger.write_charge),
        close=gaps.NO_TAKING_BACK,
        fixed=omit(FIXED, "lease_id"),
        parent="lease",
    ),
    _row(
        Payment,
        gaps.PAYMENT_OMITS,
        read=mapping_leasing.to_payment,
        list=under(
            "lease",
            "/v1/leases/{parent}/transactions",
            "LeaseId",
            params=[("transactiontypes", "Payment")],
        ),
        get=client.get_under("/v1/leases/{parent}/transactions/{id}", "LeaseId"),
        create=Write(step=writes_ledger.write_payment, marker_field="description"),
        update=Write(step=writes_ledger.write_payment),
        close=gaps.REVERSED,
        fixed=omit(FIXED, "lease_id"),
        read_only=omit(COMPUTED, "property_id", "unit_id"),
        parent="lease",
    ),
    _row(
        Balance,
        gaps.BALANCE_OMITS,
        read=mapping_leasing.to_balance,
        list=listing_of("/v1/leases/outstandingbalances", order="LeaseId"),
        get=client.get_balance,
        create=COMPUTED,
        update=COMPUTED,
        close=COMPUTED,
    ),
    absent(GuestCard, gaps.NO_GUEST_CARD),
    absent(Showing, gaps.NO_SHOWING),
    _row(
        Lead,
        gaps.LEAD_OMITS,
        read=mapping_leasing.to_lead,
        list=listing_of("/v1/tasks/contactrequests", since="lastupdatedfrom", by="day"),
        get=one_of("/v1/tasks/contactrequests/{id}"),
        create=Write(step=writes_leasing.write_lead, marker_field="message"),
        update=Write(step=writes_leasing.write_lead),
        close=Write(step=writes_leasing.close_lead),
        read_only=omit(COMPUTED, "received_at"),
        fixed=omit(FIXED, "message"),
        changes_by="since",
    ),
    _row(
        Applicant,
        gaps.APPLICANT_OMITS,
        read=mapping_leasing.to_applicant,
        list=listing_of("/v1/applicants", since="lastupdatedfrom"),
        get=one_of("/v1/applicants/{id}"),
        create=Write(step=writes_leasing.write_applicant),
        update=Write(step=writes_leasing.write_applicant),
        close=not_offered(
            "Buildium's applicant has no status of its own.",
            instead="Withdraw or decide the application, once there is one.",
        ),
        read_only={
            **omit(COMPUTED, "property_id", "application_ids", "status"),
            **omit(FOLLOWS, "status_raw"),
        },
        changes_by="since",
    ),
    _row(
        Application,
        gaps.APPLICATION_OMITS,
        read=mapping_leasing.to_application,
        list=client.list_applications,
        get=client.get_application,
        create=gaps.APPLY_IN_BUILDIUM,
        update=Write(step=writes_leasing.decide_application),
        close=not_offered(
            "Buildium's API writes an application's status and has no call that closes one.",
            instead="Update its status.",
        ),
        read_only={
            **omit(
                not_offered("Only the status of an application can be written."),
                *("property_id", "unit_id", "applicant_ids", "submitted_at"),
            ),
            **omit(FOLLOWS, "status_raw"),
        },
    ),
)

MAINTENANCE = (
    _row(
        Vendor,
        gaps.VENDOR_OMITS,
        read=mapping_maintenance.to_vendor,
        list=listing_of("/v1/vendors", since="lastupdatedfrom"),
        get=one_of("/v1/vendors/{id}"),
        create=Write(step=writes_portfolio.create_vendor, marker_field="notes"),
        update=WHOLE_PERSON,
        close=not_offered("Buildium's API cannot inactivate a vendor.", instead="Inactivate the vendor in Buildium."),
        read_only=omit(COMPUTED, "is_active"),
        changes_by="since",
    ),
    _row(
        WorkOrder,
        gaps.WORK_ORDER_OMITS,
        read=mapping_maintenance.to_work_order,
        list=client_maintenance.list_work_orders,
        get=client_maintenance.get_work_order,
        create=Write(step=writes_maintenance.write_work_order, marker_field="description"),
        update=Write(step=writes_maintenance.write_work_order, marker_field="description"),
        close=Write(step=writes_maintenance.close_work_order, marker_field="completion_notes"),
        read_only={
            **omit(FOLLOWS, "status_raw", "priority_raw"),
            "amount": not_offered("Buildium adds up the line items of the work order."),
            "requested_by": not_offered("It is the name of the resident or owner who asked."),
        },
        fixed=omit(
            not_offered("Buildium's task cannot change this later.", instead="Add a note, or make a new work order."),
            *("property_id", "unit_id", "lease_id", "resident_id", "description"),
        ),
        changes_by="since",
    ),
    absent(Appointment, gaps.NO_APPOINTMENT),
)

WORDS = (
    _row(
        Note,
        gaps.NOTE_OMITS,
        read=mapping_maintenance.to_note,
        list=client_maintenance.list_notes,
        get=client_maintenance.get_note,
        create=Write(step=writes_words.add_note, marker_field="text"),
        update=Write(step=writes_words.rewrite_note),
        close=NO_DELETE,
        read_only={"author": not_offered("Buildium names the user whose key wrote it.")},
        fixed=omit(FIXED, "about", "about_id"),
        parent="work_order",
    ),
    _row(
        Attachment,
        gaps.ATTACHMENT_OMITS,
        read=mapping_maintenance.to_attachment,
        list=client_maintenance.list_files,
        get=client_maintenance.get_file,
        create=Write(step=writes_words.upload_file, marker_field="title"),
        update=Write(step=writes_words.change_file),
        close=NO_DELETE,
        read_only=omit(COMPUTED, "size_bytes", "media_type"),
        fixed=omit(FIXED, "about", "about_id", "content"),
    ),
    _row(
        PhoneLog,
        gaps.PHONE_LOG_OMITS,
        read=mapping_maintenance.to_phone_log,
        list=listing_of("/v1/communications/phonelogs"),
        get=one_of("/v1/communications/phonelogs/{id}"),
        create=Write(step=writes_words.write_phone_log, marker_field="text"),
        update=Write(step=writes_words.write_phone_log),
        close=NO_DELETE,
        read_only={"staff_id": not_offered("Buildium names the user whose key wrote it.")},
        fixed=omit(FIXED, "about", "about_id"),
    ),
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
    webhooks=BuildiumWebhooks(),
)
