"""What Buildium cannot hold or do, in words a manager can read; each says what one gets instead (contract 3, 5)."""

from __future__ import annotations

from collections.abc import Mapping

from rooftree.connectors import instead
from rooftree.connectors.base import Gap, not_offered
from rooftree.connectors.rows import omit

NO_FIELD = not_offered("Buildium has no field for this.")
COMPUTED = not_offered("Buildium works this out itself; it cannot be written.")
FIXED = not_offered("Buildium sets this once, when the record is made.")
FOLLOWS = not_offered("Buildium's own word; it follows the field of the same name without _raw.")
NO_CUSTOM = not_offered(
    "The version of Buildium's API that Rooftree was built against has no custom fields.",
    instead="Keep the value in a note on the record.",
)
NO_DELETE = not_offered(
    "Buildium's API cannot delete this.", instead="Delete it in Buildium; Rooftree sees it at its next look."
)
STAFF_ONLY = not_offered("Buildium's API only reads users; staff are added in Settings > Users.")
WHOLE_PERSON = not_offered(
    "Buildium replaces the whole record on every change, with tax number and birth date. Rooftree never reads those, "
    "so a change would erase them.",
    instead="Change it in Buildium; Rooftree can leave a note on the record.",
)
NO_GUEST_CARD = not_offered(
    "Buildium has no guest card or prospect; its lowest rung is the applicant.",
    instead="An inquiry becomes a contact request that staff see as a task (record `lead`); "
    "a person who wants to apply becomes an applicant.",
)
NO_SHOWING = not_offered(
    "Buildium has no calendar, showing or tour.",
    instead="Rooftree keeps the showing; a note on the contact request tells staff of it.",
)
NO_APPOINTMENT = not_offered(
    "Buildium keeps no visit times, only a due date on the task.",
    instead="The day of the visit becomes the due date; the time goes into the task's history as a note.",
)
NO_BUILDING = not_offered(
    "Buildium has no building: a property's units carry a building name.", instead="Read `building_name` of the unit."
)
NO_FLOORPLAN = not_offered("Buildium has no floor plans.", instead="Read bedrooms, bathrooms and size of the unit.")
NO_TASK_DELETE = not_offered("Buildium cannot delete or cancel a task.", instead="A cancelled work order is closed.")
NO_TAKING_BACK = not_offered(
    "Buildium's ledger takes no charge back; a credit is posted beside it.", instead="Post the credit in Buildium."
)
REVERSED = not_offered(
    "Buildium's payment has no end of its own: once deposited it is reversed by another entry of the ledger.",
    instead="Reverse it in Buildium; Rooftree sees it at its next look.",
)
APPLY_IN_BUILDIUM = not_offered(
    "An application is filled in by the applicant in Buildium's own form.",
    instead="Create the applicant; staff send the form from there.",
)
TICKED = not_offered(
    "An amenity is a word of Buildium's checklist, ticked or not; nothing else of it can change.",
    instead="Close this one and create the other.",
)

PROPERTY_OMITS: Mapping[str, Gap] = {
    **omit(NO_FIELD, "portfolio_id"),
    **omit(NO_FIELD, "code", "square_feet", "website", "short_description", "pet_policy", "pet_types", "office_hours"),
    "time_zone": not_offered(
        "Buildium keeps no time zone.", instead="Rooftree guesses it from the address and asks you to confirm it."
    ),
    "owner_ids": not_offered("Buildium keeps this link on the owner.", instead="Read `property_ids` of the owner."),
    "notes": not_offered("Notes are records of their own.", instead="List the notes of the property."),
}
UNIT_OMITS: Mapping[str, Gap] = {
    **omit(NO_BUILDING, "building_id"),
    **omit(NO_FLOORPLAN, "floorplan_id", "floorplan_name"),
    **omit(NO_FIELD, "floor", "gross_square_feet", "is_furnished", "is_reserved", "is_active", "made_ready_on"),
    **omit(NO_FIELD, "accessible_mobility", "accessible_hearing", "accessible_vision"),
    **omit(NO_FIELD, "pets_allowed", "dogs_allowed", "cats_allowed", "pet_policy", "kind_raw", "reserved_until"),
    **omit(not_offered("Buildium asks one rent per unit.", instead="Read `market_rent`."), "rent_min", "rent_max"),
    **omit(
        not_offered("Buildium keeps availability on the listing.", instead="Read the unit's listing."),
        "is_available",
        "available_on",
    ),
    "notes": not_offered("Notes are records of their own.", instead="List the notes of the unit."),
}
LISTING_OMITS: Mapping[str, Gap] = {
    **omit(NO_FLOORPLAN, "floorplan_id"),
    **omit(NO_FIELD, "title", "short_description", "is_furnished", "vacates_on", "specials", "status_raw", "notes"),
    **omit(not_offered("Buildium tells this of the unit.", instead="Read the unit."), "is_available", "is_vacant"),
}
OWNER_OMITS = omit(NO_FIELD, "middle_name", "alternate_address")
STAFF_OMITS = omit(NO_FIELD, "middle_name", "address", "alternate_address", "notes", "property_ids")
RESIDENT_OMITS: Mapping[str, Gap] = {
    **omit(NO_FIELD, "middle_name", "company", "is_primary", "is_employee", "pets"),
    "vehicles": not_offered("Buildium's API does not tell vehicles."),
}
LEASE_OMITS: Mapping[str, Gap] = {
    **omit(NO_FIELD, "primary_resident_id", "signed_on", "applied_on", "deposit_on", "write_off"),
    "market_rent": not_offered("Buildium keeps it on the unit.", instead="Read `market_rent` of the unit."),
    **omit(
        not_offered("Buildium tells it apart from the lease.", instead="Read the lease's balance."),
        "balance",
        "past_due",
    ),
}
CHARGE_OMITS = omit(
    NO_FIELD,
    *("property_id", "unit_id", "resident_id", "amount_open", "amount_paid", "charge_code", "name", "reference"),
    *("due_on", "post_month", "source_raw", "is_open"),
)
PAYMENT_OMITS = omit(NO_FIELD, "charge_code", "name", "post_month", "is_open")
BALANCE_OMITS: Mapping[str, Gap] = {
    "resident_id": not_offered("A balance is the whole lease's.", instead="Read the lease's residents."),
    "as_of": not_offered("Buildium's balances are of now.", instead="Every answer of Rooftree says its `as_of`."),
}
_IN_DESCRIPTION = not_offered(
    "A contact request has no field for this.", instead="It is written below the message, where staff read it."
)
LEAD_OMITS: Mapping[str, Gap] = {
    **omit(NO_FIELD, "middle_name", "company", "address", "alternate_address"),
    **omit(_IN_DESCRIPTION, "channel", "source", "wishes"),
    "notes": not_offered("Remarks are the task's history.", instead="List the notes of the lead."),
}
APPLICANT_OMITS: Mapping[str, Gap] = {
    **omit(NO_FIELD, "middle_name", "company", "address", "alternate_address", "lease_id", "kind_raw", "wishes"),
    **omit(NO_GUEST_CARD, "guest_card_id"),
    "notes": not_offered("Notes are records of their own.", instead="List the notes of the applicant."),
}
APPLICATION_OMITS: Mapping[str, Gap] = {
    **omit(NO_GUEST_CARD, "guest_card_id"),
    **omit(
        not_offered(
            "Buildium keeps this only in the filled-in form, beside SSN and income, which Rooftree never reads."
        ),
        *("agent_name", "source", "move_in_on", "rent", "deposit", "notes"),
    ),
}
VENDOR_OMITS = omit(
    NO_FIELD, "middle_name", "alternate_address", "license_expires_on", "takes_emergencies", "workers_comp_expires_on"
)
WORK_ORDER_OMITS: Mapping[str, Gap] = {
    "unit_number": not_offered("A task names its unit by id.", instead="Read the unit."),
    "number": not_offered("Buildium's API tells no number beside the id."),
    "location": not_offered("Buildium has no field for the room.", instead=instead.IN_DESCRIPTION),
    "scheduled_start": NO_APPOINTMENT,
    "scheduled_end": NO_APPOINTMENT,
    "completed_at": not_offered(
        "Buildium keeps no time of completion on a task.", instead="The task's history shows when its status changed."
    ),
    "completion_notes": not_offered(
        "Buildium has no field for it.", instead="It is written into the task's history with the change of status."
    ),
    "not_to_exceed": not_offered(
        "Buildium has no spending limit on a work order.", instead="Say it in the notes to the vendor."
    ),
}
ATTACHMENT_OMITS: Mapping[str, Gap] = {
    "file_name": not_offered(
        "Buildium stores a file under a name of its own.",
        instead="The title keeps the name; photos on tasks keep both.",
    ),
}
PHONE_LOG_OMITS = omit(NO_FIELD, "source", "phone", "property_id")
NOTE_OMITS = omit(NO_FIELD, "title", "kind_raw")
AMENITY_OMITS = omit(NO_FIELD, "description", "cost", "image_urls")
