"""What Propertyware cannot hold or do, in words a manager can read; each says what one gets instead (contract 3, 5)."""

from __future__ import annotations

from collections.abc import Mapping

from rooftree.connectors import instead
from rooftree.connectors.base import Gap, not_offered
from rooftree.connectors.rows import omit

NO_FIELD = not_offered("Propertyware has no field for this.")
NO_ORDER_FIELD = not_offered("Propertyware's work order has no field for this.", instead=instead.IN_DESCRIPTION)
COMPUTED = not_offered("Propertyware works this out itself; it cannot be written.")
FOLLOWS = not_offered("Propertyware's own word; it follows the field of the same name without _raw.")
NO_STATUS = not_offered(
    "The status of a work order can only be read over Propertyware's API.",
    instead="Staff set it in Propertyware; closing has a call of its own.",
)
NO_UPDATE = not_offered(
    "Propertyware's API has no call that changes a work order, only its custom fields.",
    instead="Rooftree adds a task to the work order with what is new.",
)
NO_VENDOR = not_offered(
    "Propertyware's API cannot put a vendor on a work order, only read who was put on.",
    instead=f"{instead.OWN_NOTICE} A task on the work order tells staff.",
)
NO_LEAD = not_offered(
    "Propertyware has no leads beside its prospects, which are our guest cards.",
    instead=instead.AS_GUEST_CARD,
)
NO_SHOWING = not_offered("Propertyware's API has no showings or appointments.", instead=instead.AS_NOTE)
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
NO_LISTING = not_offered(
    "Propertyware has no listings apart; a unit says itself whether and from when it is offered.",
    instead="Read `is_listed`, `available_on` and `market_rent` of the unit.",
)
NO_AMENITY = not_offered(
    "Propertyware tells amenities inside a building or unit, and has no call that lists or writes them.",
    instead="Read them in the raw record of the property or unit.",
)
NO_APPLICATION = not_offered(
    "Propertyware's API has no applications or applicants apart from prospects; screening is not among its calls.",
    instead="The status of the guest card says how far an application is.",
)
NO_PHONE_LOG = not_offered("Propertyware's API has no log of calls.", instead="Rooftree keeps its own with the case.")
NOT_TAKEN_BACK = not_offered(
    "Propertyware takes back a remark only by deletes that its support must switch on.", instead="Leave another one."
)
STAYS_WHERE_IT_IS = not_offered("Propertyware has no call that moves a remark to another record.")
NO_DELETE = not_offered(
    "Deleting is a call that Propertyware's support must switch on for each customer; it takes the history along.",
    instead="Take it out of use in Propertyware.",
)
NO_OWNER_CREATE = not_offered(
    "A contact made over Propertyware's API has no kind, so that it cannot be made an owner.",
    instead="Enter it in Propertyware.",
)
NO_PERSON = not_offered(
    "A contact made over Propertyware's API stands on no lease, and is no resident yet.",
    instead="Enter it in Propertyware.",
)
RESIDENT_LEAVES = not_offered(
    "Propertyware has no call that ends a person, who leaves with the lease.", instead="Close the lease."
)
BALANCE_FOLLOWS = not_offered(
    "Propertyware works out what a lease owes from its postings.", instead="Post a charge or a payment."
)
NO_VENDOR_CHANGE = not_offered(
    "Propertyware's API has no call that changes a vendor, only its custom fields.", instead="Change it there."
)
NO_PROSPECT_CHANGE = not_offered(
    "Propertyware's API of December 2024 changes nothing of a prospect but its custom fields.",
    instead="Change it in Propertyware; Rooftree reads it again.",
)
NO_DELETE_OF_MONEY = not_offered(
    "Deleting a charge is a call that Propertyware's support must switch on, and a payment cannot be taken back.",
    instead="Correct it, or let staff take it back in Propertyware.",
)


NOT_TOLD = not_offered(
    "Propertyware takes it and does not show it, or shows it and takes nothing.", instead="Set it there."
)
PROPERTY_OMITS: Mapping[str, Gap] = {
    "time_zone": not_offered(
        "Propertyware keeps no time zone.", instead="Rooftree guesses it from the address and asks you to confirm it."
    ),
    "owner_ids": not_offered("Owners belong to the portfolio.", instead="Read the portfolio in Propertyware."),
    **omit(NO_FIELD, "square_feet", "preferred_vendor_ids", "pet_types", "office_hours", "notes", "manager_phones"),
    **omit(NOT_TOLD, "description", "pet_policy"),
}
PROPERTY_READ_ONLY: Mapping[str, Gap] = {
    **omit(NOT_TOLD, "is_active", "website", "manager_name", "manager_email", "manager_id"),
    "code": not_offered("An abbreviation has twelve letters at most; a longer code is cut."),
    "kind_raw": FOLLOWS,
}
PROPERTY_FIXED = omit(not_offered("A building stays in the portfolio it was made in."), "portfolio_id")
UNIT_OMITS: Mapping[str, Gap] = {
    **omit(NO_BUILDING, "building_id", "building_name"),
    **omit(NO_FLOORPLAN, "floorplan_id", "floorplan_name"),
    **omit(not_offered("Propertyware asks one rent per unit.", instead="Read `market_rent`."), "rent_min", "rent_max"),
    **omit(NO_FIELD, "gross_square_feet", "is_furnished", "is_reserved", "made_ready_on", "reserved_until"),
    **omit(NO_FIELD, "accessible_mobility", "accessible_hearing", "accessible_vision", "dogs_allowed", "cats_allowed"),
    **omit(NO_FIELD, "pet_policy", "notes", "is_available"),
    **omit(NOT_TOLD, "description", "floor"),
}
UNIT_READ_ONLY: Mapping[str, Gap] = {
    **omit(NOT_TOLD, "is_listed", "is_active", "pets_allowed"),
    "is_vacant": COMPUTED,
}
UNIT_FIXED = omit(not_offered("A unit stays in the building it was made in."), "property_id")
OWNER_OMITS: Mapping[str, Gap] = {
    **omit(NO_FIELD, "alternate_address", "is_active"),
    "property_ids": not_offered("Owners belong to portfolios.", instead="See the portfolio in Propertyware."),
}
LEASE_OMITS: Mapping[str, Gap] = {
    **omit(NO_FIELD, "kind_raw", "term", "applied_on", "market_rent", "past_due", "write_off"),
    "unit_number": not_offered("A lease names its unit by number alone.", instead="Read the unit."),
    **omit(
        not_offered("What Propertyware takes of it becomes a posting and is not shown.", instead="Post a charge."),
        "rent_due_day",
        "deposit",
        "deposit_on",
    ),
}
LEASE_READ_ONLY: Mapping[str, Gap] = {
    "balance": COMPUTED,
    "status_raw": FOLLOWS,
    "scheduled_move_in_on": not_offered(
        "Propertyware has one day of moving in; only a draft's is still ahead.", instead="Write `moved_in_on`."
    ),
    **omit(
        not_offered("A resident's id names the lease too: who is put on a new lease has another id there."),
        "resident_ids",
        "primary_resident_id",
    ),
}
LEASE_FIXED = omit(not_offered("A lease stays on the unit it was made for."), "unit_id", "property_id")
RESIDENT_OMITS: Mapping[str, Gap] = omit(
    not_offered("A lease does not show this of its people.", instead="See the contact in Propertyware."),
    *("middle_name", "address", "alternate_address", "notes", "is_employee", "text_consent", "pets", "vehicles"),
    "custom",
)
RESIDENT_READ_ONLY: Mapping[str, Gap] = omit(
    not_offered("It follows the lease.", instead="Change the lease."),
    *("status", "status_raw", "property_id", "unit_id", "lease_ids", "is_primary", "move_in_on", "move_out_on"),
)
VENDOR_OMITS: Mapping[str, Gap] = {
    **omit(NO_FIELD, "first_name", "middle_name", "last_name", "alternate_address", "insurance_expires_on"),
    **omit(NO_FIELD, "license_expires_on", "workers_comp_expires_on", "takes_emergencies"),
    "account_number": not_offered("Account numbers are cut away and never kept."),
}
VENDOR_READ_ONLY: Mapping[str, Gap] = {
    **omit(NOT_TOLD, "notes", "is_active"),
    "trades": not_offered("It follows the type, a word of the organization's own."),
}
VENDOR_FIXED = omit(NO_VENDOR_CHANGE, "company", "emails", "phones", "address", "trades_raw", "website")
WORK_ORDER_OMITS: Mapping[str, Gap] = {
    **omit(NO_ORDER_FIELD, "unit_number", "lease_id", "subcategory", "vendor_notes", "assigned_staff_id"),
    **omit(NO_ORDER_FIELD, "entry_notes", "not_to_exceed", "amount", "completed_at", "completion_notes"),
    **omit(NO_APPOINTMENT, "scheduled_start", "scheduled_end"),
    "resident_id": not_offered(
        "Propertyware takes the contact who asked and tells only the name.", instead="Read `requested_by`."
    ),
}
WORK_ORDER_READ_ONLY: Mapping[str, Gap] = {
    **omit(NO_STATUS, "status", "status_raw"),
    **omit(COMPUTED, "number", "requested_by", "priority_raw"),
    "vendor_id": NO_VENDOR,
    "trade": not_offered("It follows the category, a free text of the organization's."),
}
WORK_ORDER_FIXED = omit(
    NO_UPDATE,
    *("property_id", "unit_id", "title", "description", "category", "location", "priority", "entry_permission"),
    "due_on",
)
CHARGE_OMITS: Mapping[str, Gap] = {
    **omit(not_offered("A charge names its lease alone.", instead="Read the lease."), "property_id", "unit_id"),
    **omit(NO_FIELD, "resident_id", "charge_code", "name", "due_on", "post_month", "source_raw", "custom"),
}
CHARGE_READ_ONLY = omit(COMPUTED, "amount_paid", "is_open")
"""What is open of a new charge is all of it, so that `amount_open` is no false promise."""
_ON_ITS_LEASE = not_offered("A posting stays on the lease and with the payer it was made for.")
CHARGE_FIXED = {"lease_id": _ON_ITS_LEASE, "amount_open": COMPUTED}
PAYMENT_FIXED = omit(_ON_ITS_LEASE, "lease_id", "resident_id")
PAYMENT_OMITS: Mapping[str, Gap] = {
    **omit(not_offered("A payment names its lease alone.", instead="Read the lease."), "property_id", "unit_id"),
    **omit(NO_FIELD, "charge_code", "name", "post_month", "custom"),
}
GUEST_CARD_OMITS: Mapping[str, Gap] = {
    **omit(NO_FIELD, "middle_name", "company", "address", "alternate_address", "lost_reason", "notes"),
    **omit(NO_FIELD, "agent_id", "first_contact_at"),
    "unit_id": not_offered("Propertyware shows the unit of a prospect and takes none.", instead="Name the property."),
    "agent_name": COMPUTED,
}
GUEST_CARD_READ_ONLY: Mapping[str, Gap] = {
    **omit(COMPUTED, "status"),
    "status_raw": not_offered("A new prospect gets Propertyware's first status."),
    "wishes": not_offered(
        "Propertyware takes rooms, rents, day and pets of a wish; size, term, people and floor plan have no field.",
        instead="Say it in the message.",
    ),
}
GUEST_CARD_FIXED = omit(
    NO_PROSPECT_CHANGE, "first_name", "last_name", "emails", "phones", "property_id", "source", "message"
)
ATTACHMENT_OMITS = omit(NO_FIELD, "title", "category", "size_bytes", "custom")
ATTACHMENT_READ_ONLY: Mapping[str, Gap] = {
    "media_type": COMPUTED,
}
ATTACHMENT_FIXED = omit(
    not_offered("A file stays what it is and where it hangs; only its name and description change."),
    *("about", "about_id", "content"),
)
