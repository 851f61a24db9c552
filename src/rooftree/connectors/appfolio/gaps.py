"""What AppFolio cannot hold or do, in words a manager can read; each says what one gets instead (contract 6, 9, 12)."""

from __future__ import annotations

from collections.abc import Mapping

from rooftree.connectors import instead
from rooftree.connectors.base import Gap, not_offered
from rooftree.connectors.rows import omit

NO_FIELD = not_offered("AppFolio's API has no field for this.")
COMPUTED = not_offered("AppFolio works this out itself; it cannot be written.")
FIXED = not_offered("AppFolio sets this once, when the record is made.")
FOLLOWS = not_offered("AppFolio's own word; it follows the field of the same name without _raw.")
UNSEEN = not_offered("AppFolio takes this and does not show it again, so that nobody could verify it.")
NO_CUSTOM = not_offered(
    "AppFolio shows custom fields of properties, units and vendors only.",
    instead="Keep the value in a note on the record.",
)
NO_DELETE = not_offered("AppFolio's API cannot delete or hide this.", instead="Hide it in AppFolio; Rooftree sees it.")
MIGRATION = not_offered(
    "AppFolio makes this only by a bulk import for migrations, whose answer it does not document.",
    instead="Make it in AppFolio; Rooftree sees it at its next look.",
)
STAFF_ONLY = not_offered("AppFolio's API only reads users; staff are added in AppFolio.")
NO_BUILDING = not_offered("AppFolio has no buildings: units hang on properties.", instead="Read the unit's address.")
NO_FLOORPLAN = not_offered(
    "AppFolio's unit types do not say what they hold.", instead="Read bedrooms, bathrooms and size of the unit."
)
NO_LEAD = not_offered("In AppFolio an inquiry is a guest card at once.", instead=instead.AS_GUEST_CARD)
NO_APPLICANT = not_offered(
    "AppFolio lists applications and not the people in them.", instead="Read the application and its guest card."
)
NO_APPOINTMENT = not_offered(
    "AppFolio keeps one visit, on the work order itself.", instead="Read and write the work order's scheduled start."
)
NO_PHONE_LOG = not_offered(
    "AppFolio's API knows neither calls nor texts nor e-mails.",
    instead=instead.AS_NOTE,
)
NO_PAYMENT = not_offered(
    "AppFolio's API takes no payments, and its ledger rows do not say which of them is one.",
    instead="Read the household's balance.",
)
NO_LEASE = not_offered(
    "AppFolio's API makes no leases and moves nobody in or out.",
    instead="Do it in AppFolio; a tenant's move dates can be written.",
)
IN_BOOKS = not_offered("AppFolio's API cannot change or void a charge.", instead="Staff correct it in AppFolio.")
ADDED_UP = not_offered("AppFolio has no balance to write: it is added up from the household's delinquent charges.")
APPLIANCES = not_offered("AppFolio's API only reads the appliances of a unit.", instead="Change them in AppFolio.")
APPLY_IN_APPFOLIO = not_offered("An application is filled in by the prospect in AppFolio's own form.")


PROPERTY_OMITS: Mapping[str, Gap] = {
    "time_zone": not_offered(
        "AppFolio keeps no time zone.", instead="Rooftree guesses it from the address and asks you to confirm it."
    ),
    **omit(UNSEEN, "year_built", "manager_name", "manager_phones", "pet_policy", "pet_types", "notes"),
    **omit(NO_FIELD, "code", "square_feet", "manager_email", "manager_id", "portfolio_id", "owner_ids"),
    **omit(NO_FIELD, "preferred_vendor_ids", "website", "description", "short_description", "office_hours"),
}
PROPERTY_READ = {
    **omit(not_offered("AppFolio's API cannot change this of a property."), "name", "kind", "is_active"),
    **omit(FOLLOWS, "kind_raw"),
    **omit(COMPUTED, "unit_count"),
}
UNIT_OMITS: Mapping[str, Gap] = {
    **omit(NO_BUILDING, "building_id", "building_name", "floor"),
    **omit(NO_FLOORPLAN, "floorplan_id", "floorplan_name"),
    **omit(UNSEEN, "cats_allowed", "dogs_allowed", "notes"),
    **omit(NO_FIELD, "kind_raw", "gross_square_feet", "is_furnished", "is_reserved", "made_ready_on", "reserved_until"),
    **omit(NO_FIELD, "accessible_mobility", "accessible_hearing", "accessible_vision", "pets_allowed", "pet_policy"),
    **omit(not_offered("AppFolio asks one rent per unit.", instead="Read `market_rent`."), "rent_min", "rent_max"),
    "is_available": not_offered("A vacant unit may be let already.", instead="Read `available_on` and the listing."),
}
LISTING_OMITS: Mapping[str, Gap] = {
    **omit(NO_FLOORPLAN, "floorplan_id"),
    **omit(UNSEEN, "deposit", "video_urls"),
    "image_urls": not_offered("AppFolio's addresses of photos expire within minutes.", instead="Open it in AppFolio."),
    **omit(NO_FIELD, "short_description", "property_description", "is_available", "is_furnished", "listed_on"),
    **omit(NO_FIELD, "vacates_on", "lease_term", "specials", "application_url", "status_raw", "notes"),
    **omit(NO_FIELD, "contact_name", "contact_email", "contact_phone"),
}
LISTING_READ = omit(
    not_offered("It is the unit's; change it there."),
    *("property_id", "bedrooms", "bathrooms", "square_feet", "address", "is_vacant", "is_listed"),
)
OWNER_OMITS: Mapping[str, Gap] = {
    **omit(NO_FIELD, "middle_name"),
    "notes": not_offered("Notes are records of their own.", instead="List the notes of the owner."),
    "property_ids": not_offered("AppFolio does not name an owner's properties.", instead="See them in AppFolio."),
}
STAFF_OMITS = omit(
    NO_FIELD, "middle_name", "company", "phones", "address", "alternate_address", "notes", "property_ids"
)
RESIDENT_OMITS: Mapping[str, Gap] = {
    **omit(NO_FIELD, "is_employee", "text_consent"),
    **omit(UNSEEN, "pets", "vehicles", "middle_name"),
    "notes": not_offered("Notes are records of their own.", instead="List the notes of the resident."),
}
RESIDENT_READ = {
    **omit(
        not_offered("It follows the tenant's household; staff change it in AppFolio."),
        *("status", "property_id", "unit_id", "lease_ids", "company"),
    ),
    **omit(FOLLOWS, "status_raw"),
}
LEASE_OMITS: Mapping[str, Gap] = {
    **omit(NO_FIELD, "kind_raw", "applied_on", "rent_due_day", "deposit", "deposit_on", "write_off"),
    "unit_number": not_offered("A household names its unit by id.", instead="Read the unit."),
    "market_rent": not_offered("AppFolio keeps it on the unit.", instead="Read `market_rent` of the unit."),
    **omit(
        not_offered("AppFolio tells it apart from the household.", instead="Read the household's balance."),
        "balance",
        "past_due",
    ),
}
CHARGE_OMITS: Mapping[str, Gap] = {
    **omit(
        not_offered("A charge names its household.", instead="Read the lease."), "property_id", "unit_id", "resident_id"
    ),
    **omit(NO_FIELD, "amount_open", "amount_paid", "charge_code", "name", "reference", "due_on", "post_month"),
    **omit(NO_FIELD, "source_raw", "is_open"),
}
BALANCE_OMITS: Mapping[str, Gap] = {
    **omit(not_offered("A balance is the household's.", instead="Read the lease."), "unit_id", "resident_id"),
    "as_of": not_offered("AppFolio's charges are of now.", instead="Every answer of Rooftree says its `as_of`."),
}
GUEST_CARD_OMITS: Mapping[str, Gap] = {
    **omit(NO_FIELD, "company", "address", "alternate_address", "agent_name"),
    **omit(UNSEEN, "middle_name", "message"),
    "notes": not_offered("Notes are records of their own.", instead="List the notes of the guest card."),
}
GUEST_CARD_READ = {
    **omit(FOLLOWS, "status_raw"),
    "wishes": not_offered(
        "Wishes are sent along; AppFolio shows only the day of moving in again, so the rest cannot be verified."
    ),
    "lost_reason": not_offered("AppFolio has ten reasons of its own; any other becomes `other`."),
    **omit(COMPUTED, "first_contact_at"),
}
SHOWING_OMITS: Mapping[str, Gap] = {
    **omit(NO_FIELD, "applicant_id", "resident_id", "agent_name", "kind_raw", "self_guided"),
    "property_id": not_offered("A showing names its unit.", instead="Read the unit."),
}
APPLICATION_OMITS: Mapping[str, Gap] = {
    **omit(NO_APPLICANT, "applicant_ids"),
    **omit(UNSEEN, "notes"),
    **omit(NO_FIELD, "guest_card_id", "agent_name", "source", "move_in_on", "rent", "deposit"),
}
APPLICATION_READ = {
    **omit(not_offered("Only the status of an application can be written."), "property_id", "unit_id", "submitted_at"),
    **omit(FOLLOWS, "status_raw"),
}
VENDOR_OMITS: Mapping[str, Gap] = {
    **omit(NO_FIELD, "middle_name", "alternate_address", "account_number", "license_expires_on", "takes_emergencies"),
    **omit(UNSEEN, "website"),
    "notes": not_offered("Notes are records of their own.", instead="List the notes of the vendor."),
}
VENDOR_READ = {
    **omit(not_offered("Only a report tells a vendor's trades; they are set in AppFolio."), "trades", "trades_raw"),
    "is_active": not_offered("AppFolio's API cannot hide a vendor.", instead="Hide the vendor in AppFolio."),
}
WORK_ORDER_OMITS: Mapping[str, Gap] = {
    "unit_number": not_offered("A work order names its unit by id.", instead="Read the unit."),
    "requested_by": not_offered("A work order names its tenant by id.", instead="Read the resident."),
    "location": not_offered("AppFolio has no field for the room.", instead=instead.IN_DESCRIPTION),
    "due_on": not_offered("AppFolio keeps visits and no due date.", instead="Write the scheduled start."),
    "completion_notes": not_offered("AppFolio has no field for it.", instead="Add a note to the work order."),
    "not_to_exceed": not_offered("AppFolio has no spending limit on a work order.", instead=instead.OWN_NOTICE),
    "amount": not_offered("AppFolio keeps estimates and bills, each by vendor.", instead="See them in AppFolio."),
    **omit(NO_FIELD, "subcategory"),
}
WORK_ORDER_READ = {
    **omit(FOLLOWS, "status_raw", "priority_raw"),
    **omit(COMPUTED, "number"),
    **omit(
        not_offered(
            "It is what the tenant's service request says.", instead="Say it in the description, or add a note."
        ),
        *("category", "resident_id", "entry_notes"),
    ),
    "vendor_notes": not_offered(
        "AppFolio shows instructions to the vendor and takes none.", instead=instead.OWN_NOTICE
    ),
    "scheduled_end": not_offered("A visit may last twelve hours at most; a longer one is kept as all day."),
    "completed_at": not_offered("AppFolio keeps the day, not the hour; closing writes the day."),
}
NOTE_OMITS = omit(NO_FIELD, "title", "kind_raw", "author")
ATTACHMENT_OMITS = omit(NO_FIELD, "title", "description", "category", "media_type", "size_bytes")
AMENITY_OMITS = omit(NO_FIELD, "description", "cost", "image_urls")
