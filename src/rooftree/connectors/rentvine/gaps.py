"""What Rentvine cannot hold or do, in words a manager can read; each says what one gets instead (contract 5, 8, 9)."""

from __future__ import annotations

from collections.abc import Mapping

from rooftree.connectors import instead
from rooftree.connectors.base import Gap, not_offered, not_permitted
from rooftree.connectors.rows import omit

"""The same words at every PMS."""
NO_FIELD = not_offered("Rentvine has no field for this.")
COMPUTED = not_offered("Rentvine works this out itself; it cannot be written.")
FOLLOWS = not_offered("Rentvine's own number; it follows the field of the same name without _raw.")
NO_CUSTOM = not_offered(
    "No read or write of custom fields is among what Rentvine documents for its manager API.",
    instead="Keep the value in Rooftree.",
)
READ_ONLY = not_offered("Rentvine's API reads this and does not write it.", instead="Change it in Rentvine.")
STAFF_ENTER = not_offered(
    "Rentvine documents no call that makes or changes this record.", instead="Enter or change it in Rentvine."
)
NO_BUILDING = not_offered("In Rentvine a building with several units is one property.", instead="Read the property.")
NO_FLOORPLAN = not_offered("Rentvine has no floor plans.", instead="Read bedrooms, bathrooms and size of the unit.")
NO_AMENITY = not_offered("Rentvine's API tells no amenities of a property or unit.")
NO_LISTING = not_offered(
    "Rentvine has listings inside, but no call that reads or writes them.",
    instead="A unit without an active lease is free; its rent is read from the unit.",
)
NO_STAFF = not_offered("Rentvine's API has no list of users.", instead="A work order names its user by number.")
NO_LEAD = not_offered(
    "Rentvine has no leads, guest cards or showings; leasing lives in other programs.",
    instead=f"{instead.AS_NOTE} In Rentvine it is a small text file on the unit or property.",
)
NO_APPLICANT = not_offered(
    "Rentvine's API lists applications and has no call for the people who apply.",
    instead=f"{instead.AS_NOTE} The person applies on Rentvine's own page.",
)
NO_NOTE = not_offered(
    "Rentvine's API has no notes. Its message threads cannot stand in: whoever reads one marks it as read for the "
    "managers, and what is written there goes to the tenant.",
    instead="Kept in Rooftree with the case; a file can be hung on the work order.",
)
NO_CHAT = not_permitted(
    "Reading a thread of messages marks it as read for the managers, so Rooftree never looks.",
    instead="Rooftree keeps its own texts with the case.",
)
NO_PAYMENT = not_offered(
    "What Rentvine documents of its transactions names neither lease nor kind, so a payment cannot be told apart.",
    instead="Read the lease's balance and its unpaid charges.",
)
NO_POSTING = not_offered(
    "Rentvine's API changes an existing recurring charge, and posts no single one to a lease.",
    instead="Post the charge in Rentvine.",
)
NO_APPOINTMENT = not_offered(
    "Rentvine has no visits apart: one is two times on the work order.",
    instead="Read and write `scheduled_start` and `scheduled_end` there.",
)
NO_UNIT_GET = not_offered(
    "Rentvine reads a single unit only together with its property.", instead="List the units; each names its property."
)
NO_APPLICATION_GET = not_offered(
    "Rentvine's API lists applications and reads none alone.", instead="List the applications."
)
NO_MOVE_OUT = not_offered(
    "Rentvine's API cannot end a lease or enter a move-out.", instead="Enter the move-out in Rentvine."
)
NO_FILE_CHANGE = not_offered(
    "A file's name and text cannot be changed over Rentvine's API.", instead="Upload it anew and delete the old one."
)


PROPERTY_OMITS: Mapping[str, Gap] = {
    **omit(NO_FIELD, "code", "kind_raw", "unit_count", "year_built", "square_feet", "website", "description"),
    **omit(NO_FIELD, "short_description", "pet_policy", "pet_types", "office_hours", "preferred_vendor_ids"),
    **omit(NO_STAFF, "manager_id", "manager_name", "manager_email", "manager_phones"),
    **omit(NO_NOTE, "notes"),
    "time_zone": not_offered(
        "Rentvine keeps no time zone of a property.",
        instead="Rooftree guesses it from the address and asks you to confirm it.",
    ),
}
PROPERTY_READ_ONLY: Mapping[str, Gap] = {
    "name": not_offered("Rentvine names a property by its address.", instead="Rename it in Rentvine."),
    "owner_ids": not_offered("Owners belong to the portfolio.", instead="Choose the portfolio that the owner has."),
}
UNIT_OMITS: Mapping[str, Gap] = {
    **omit(NO_BUILDING, "building_id", "building_name"),
    **omit(NO_FLOORPLAN, "floorplan_id", "floorplan_name"),
    **omit(NO_LISTING, "is_listed", "is_available", "available_on"),
    "is_vacant": not_offered(
        "Rentvine's units do not say who lives there.", instead="A unit without an active lease is vacant."
    ),
    **omit(NO_NOTE, "notes"),
}
LEASE_OMITS: Mapping[str, Gap] = {
    **omit(NO_FIELD, "primary_resident_id", "kind_raw", "term", "signed_on", "applied_on", "scheduled_move_in_on"),
    **omit(NO_FIELD, "rent_due_day", "deposit_on", "write_off"),
    **omit(
        not_offered("A lease's rent and deposit are charges of its ledger.", instead="Read the rent of the unit."),
        *("rent", "deposit"),
    ),
}
LEASE_READ_ONLY: Mapping[str, Gap] = {
    **omit(READ_ONLY, "property_id", "unit_id", "unit_number", "resident_ids", "status", "market_rent"),
    **omit(NO_MOVE_OUT, "moved_in_on", "scheduled_move_out_on", "moved_out_on"),
    **omit(FOLLOWS, "status_raw"),
    **omit(COMPUTED, "balance", "past_due"),
}
WORK_ORDER_OMITS: Mapping[str, Gap] = {
    **omit(NO_FIELD, "subcategory", "location"),
    "unit_number": not_offered("A work order names its unit by number.", instead="Read the unit."),
    "vendor_notes": not_offered(
        "Rentvine takes the instructions to the vendor and is not known to show them again.",
        instead="They are sent along when the work order is made and when the vendor is put on.",
    ),
    **omit(
        not_offered("Rentvine has no field for entry.", instead=instead.IN_DESCRIPTION),
        *("entry_permission", "entry_notes"),
    ),
    "due_on": not_offered("Rentvine keeps no due date.", instead="Say when in `scheduled_end`."),
    "completion_notes": not_offered("Rentvine has no field for it.", instead="Kept in Rooftree with the case."),
    "not_to_exceed": not_offered(
        "Rentvine has no spending limit on a work order.", instead="Say it in the notes to the vendor."
    ),
    "requested_by": not_offered("It is the tenant's name.", instead="Read the resident."),
}
WORK_ORDER_READ_ONLY: Mapping[str, Gap] = {
    **omit(FOLLOWS, "status_raw", "priority_raw"),
    **omit(COMPUTED, "number", "completed_at"),
    "resident_id": not_offered(
        "It is sent with the work order; not every account is known to show it again, so it is not compared."
    ),
}
ATTACHMENT_OMITS = omit(NO_FIELD, "description", "category", "size_bytes")
VENDOR_OMITS = omit(NO_FIELD, "account_number", "license_expires_on", "takes_emergencies", "middle_name")
OWNER_OMITS: Mapping[str, Gap] = {
    "property_ids": not_offered("Owners belong to portfolios.", instead="Read `owner_ids` of the properties.")
}
