"""What Rent Manager cannot hold or do, in words a manager can read; each says what one gets instead (contract 3, 4)."""

from __future__ import annotations

from collections.abc import Mapping

from rooftree.connectors import instead
from rooftree.connectors.base import Gap, not_offered, not_permitted
from rooftree.connectors.rows import omit

NO_FIELD = not_offered("Rent Manager's API has no field for this.")
COMPUTED = not_offered("Rent Manager works this out itself; it cannot be written.")
FOLLOWS = not_offered("Rent Manager's own word; it follows the field of the same name without _raw.")
FIXED = not_offered("Rent Manager sets this once, when the record is made.")
NO_CUSTOM = not_offered(
    "Rent Manager documents user-defined values for properties, units, tenants, prospects and issues only.",
    instead="Keep the value in a note on the record.",
)
READ_CUSTOM = not_offered(
    "User-defined values are written to tenants, units and issues only.", instead="Set the value in Rent Manager."
)
ADDRESSES = not_offered(
    "No save is documented that takes an address along with its record.", instead="Enter the address in Rent Manager."
)
NO_BUILDING = not_offered("Rent Manager has no building level between property and unit.", instead="Read the property.")
NO_AMENITY = not_offered(
    "Rent Manager links a unit's amenities by number (UnitAmenityID), and no list says what a number means.",
    instead="See them in Rent Manager.",
)
REGISTER = not_offered(
    "Rent Manager's register of online listings can only be read.",
    instead="Publish or withdraw the unit in Rent Manager.",
)
NO_RETIRING = not_offered(
    "Rent Manager has no active flag here; deleting would take the history along.", instead="Do it in Rent Manager."
)
NO_USERS = not_permitted(
    "A Rent Manager user is a login with privileges; Rooftree makes and changes none.",
    instead="Enter users in Rent Manager.",
)
NO_LEAD = not_offered("In Rent Manager an inquiry is a prospect at once.", instead=instead.AS_GUEST_CARD)
NO_APPLICANT = not_offered(
    "At Rent Manager a person who applies is a contact of a prospect.",
    instead="Read the guest card and its application.",
)
APPLY_ONLINE = not_offered(
    "Rent Manager's ProspectApplications can only be read.", instead="The prospect applies on Rent Manager's own page."
)
NO_END = not_offered(
    "Rent Manager's tenant account ends with its lease.",
    instead="Close the lease: the household is moved out on that day.",
)
ADDED_UP = not_offered("Rent Manager adds it up from the account's charges and payments.")
WRITTEN_ONCE = not_offered(
    "Rent Manager's history can be added to and read; no call changes or deletes an item.", instead="Add another note."
)
NO_FILE_CHANGE = not_offered(
    "Rent Manager has no call that renames or deletes a file on a history note.",
    instead="Delete it in Rent Manager and send another.",
)
CALLS = not_offered(
    "HistoryCalls can only be read; RMVoIPCallHistory is the log of Rent Manager's own telephone service.",
    instead=instead.AS_NOTE,
)
NO_SHOWING_STATUS = not_offered(
    "Rent Manager's appointments have no status.", instead="One that does not take place is deleted."
)


PROPERTY_OMITS: Mapping[str, Gap] = {
    "time_zone": not_offered(
        "Rent Manager keeps no time zone.", instead="Rooftree guesses it from the address and asks you to confirm it."
    ),
    **omit(NO_FIELD, "year_built", "square_feet", "manager_id", "portfolio_id", "preferred_vendor_ids", "website"),
    **omit(NO_FIELD, "description", "short_description", "pet_policy", "pet_types", "office_hours"),
}
PROPERTY_READ = {
    **omit(ADDRESSES, "address", "manager_phones"),
    **omit(COMPUTED, "unit_count"),
    **omit(FOLLOWS, "kind_raw"),
    **omit(READ_CUSTOM, "custom"),
}
UNIT_OMITS: Mapping[str, Gap] = {
    **omit(NO_BUILDING, "building_id", "building_name"),
    **omit(
        NO_FIELD, "floor", "kind_raw", "square_feet", "gross_square_feet", "is_furnished", "is_reserved", "is_active"
    ),
    **omit(NO_FIELD, "made_ready_on", "reserved_until", "accessible_mobility", "accessible_hearing"),
    **omit(NO_FIELD, "accessible_vision", "pets_allowed", "dogs_allowed", "cats_allowed", "pet_policy", "description"),
    **omit(not_offered("Rent Manager asks one rent per unit.", instead="Read `market_rent`."), "rent_min", "rent_max"),
    **omit(
        not_offered("A unit does not say whether it is on offer.", instead="List the listings."),
        *("is_available", "is_listed", "available_on"),
    ),
}
UNIT_READ = {
    **omit(ADDRESSES, "address"),
    **omit(not_offered("It is the unit type's name.", instead="Write `floorplan_id`."), "floorplan_name"),
    "is_vacant": not_offered("It follows the leases of the unit."),
}
FLOORPLAN_OMITS: Mapping[str, Gap] = {
    **omit(not_offered("A unit type has a name and a comment.", instead="Read the unit."), "bedrooms", "bathrooms"),
    **omit(NO_FIELD, "property_id", "marketing_name", "code", "max_occupants", "square_feet", "gross_square_feet"),
    **omit(NO_FIELD, "rent_min", "rent_max", "deposit_min", "deposit_max", "unit_count", "image_urls"),
}
PERSON_OMITS: Mapping[str, Gap] = omit(ADDRESSES, "address", "alternate_address")
OWNER_OMITS: Mapping[str, Gap] = {
    **PERSON_OMITS,
    "property_ids": not_offered("A property names its primary owner.", instead="Read `owner_ids` of the properties."),
}
STAFF_OMITS = omit(
    NO_FIELD, "middle_name", "company", "phones", "address", "alternate_address", "notes", "property_ids", "role"
)
RESIDENT_OMITS: Mapping[str, Gap] = {
    **omit(NO_FIELD, "company", "is_employee", "text_consent", "vehicles"),
    "pets": not_offered("Which record a pet hangs on is not documented.", instead="See `/Pets` in Rent Manager."),
}
RESIDENT_READ = {
    **omit(ADDRESSES, "address", "alternate_address"),
    **omit(
        not_offered("It follows the tenant's lease.", instead="Make or change the lease."),
        *("status", "unit_id", "lease_ids", "move_in_on", "move_out_on", "is_primary"),
    ),
    **omit(FOLLOWS, "status_raw"),
}
LEASE_OMITS: Mapping[str, Gap] = {
    **omit(NO_FIELD, "kind_raw", "status_raw", "term", "applied_on", "deposit_on", "write_off"),
    "unit_number": not_offered("A lease names its unit by number.", instead="Read the unit."),
    "scheduled_move_in_on": not_offered("There is one day of moving in.", instead="Read `moved_in_on`."),
    "market_rent": not_offered("It is kept with the unit.", instead="Read `market_rent` of the unit."),
    **omit(not_offered("Rent and deposit are charges.", instead="Read the charges of the tenant."), "rent", "deposit"),
    **omit(not_offered("It is the tenant account's.", instead="Read the balance."), "balance", "past_due"),
}
LEASE_READ = {
    "status": not_offered("It follows the lease's days."),
    "rent_due_day": not_offered("It is the tenant account's.", instead="Set it in Rent Manager."),
    "resident_ids": not_offered("A lease names one tenant account; its people are the account's contacts."),
}
CHARGE_OMITS: Mapping[str, Gap] = {
    "lease_id": not_offered("A charge names its tenant account.", instead="Read the resident's leases."),
    **omit(NO_FIELD, "account_id", "name", "due_on", "post_month", "source_raw"),
}
CHARGE_READ = omit(COMPUTED, "amount_open", "amount_paid", "is_open")
PAYMENT_OMITS: Mapping[str, Gap] = {
    "lease_id": not_offered("A payment names its tenant account.", instead="Read the resident's leases."),
    **omit(not_offered("Payments name no property.", instead="Read the resident."), "property_id", "unit_id"),
    **omit(NO_FIELD, "method_raw", "charge_code", "account_id", "name", "post_month", "is_open"),
}
BALANCE_OMITS: Mapping[str, Gap] = {
    **omit(NO_FIELD, "days_0_30", "days_31_60", "days_61_90", "over_90"),
    "as_of": not_offered("OpenBalance is of now.", instead="Every answer of Rooftree says its `as_of`."),
}
GUEST_CARD_OMITS: Mapping[str, Gap] = {
    **PERSON_OMITS,
    **omit(NO_FIELD, "company", "agent_id", "agent_name"),
    "wishes": not_offered("A prospect names units, and no other wish.", instead="Say it in the message."),
    "notes": not_offered("Notes are records of their own.", instead="List the notes of the guest card."),
}
GUEST_CARD_READ = {
    **omit(FOLLOWS, "status_raw"),
    **omit(READ_CUSTOM, "custom"),
    "lost_reason": not_offered("It is the description of a reason chosen in Rent Manager."),
}
SHOWING_OMITS: Mapping[str, Gap] = {
    **omit(NO_SHOWING_STATUS, "status", "status_raw"),
    **omit(not_offered("A showing names its prospect.", instead="Read the guest card."), "property_id", "unit_id"),
    **omit(not_offered("An appointment hangs on one record."), "applicant_id", "resident_id"),
    **omit(NO_FIELD, "agent_id", "agent_name", "self_guided"),
}
SHOWING_READ = {"kind_raw": not_offered("Rooftree writes Showing as the subject.")}
APPLICATION_OMITS: Mapping[str, Gap] = {
    **omit(not_offered("An application does not say how it was decided."), "status", "status_raw"),
    **omit(NO_APPLICANT, "applicant_ids"),
    **omit(NO_FIELD, "agent_name", "source", "move_in_on", "rent", "deposit", "notes"),
}
VENDOR_OMITS: Mapping[str, Gap] = {
    **PERSON_OMITS,
    **omit(NO_FIELD, "account_number", "website", "insurance_expires_on", "license_expires_on"),
    **omit(NO_FIELD, "workers_comp_expires_on", "takes_emergencies"),
}
VENDOR_READ = omit(
    not_offered(
        "Rent Manager has no list of trades for vendors.",
        instead="A field of your own, the mapping pack (`vendor_trades`), or the firm's name tells them.",
    ),
    *("trades", "trades_raw"),
)
WORK_ORDER_OMITS: Mapping[str, Gap] = {
    "unit_number": not_offered("An issue names its unit by number.", instead="Read the unit."),
    "lease_id": not_offered("An issue names units and tenants.", instead="Read the resident's leases."),
    "number": not_offered("An issue has no other number than its id.", instead="Read `id`."),
    "requested_by": not_offered("An issue names its tenant by number.", instead="Read the resident."),
    **omit(not_offered("Rent Manager has no field for it.", instead=instead.IN_DESCRIPTION), "location"),
    **omit(not_offered("There is a yes or no and no text.", instead=instead.IN_DESCRIPTION), "entry_notes"),
    **omit(
        not_offered("Rent Manager has no field for it.", instead=instead.OWN_NOTICE),
        *("vendor_notes", "not_to_exceed"),
    ),
    "amount": not_offered("Costs are lines with bills behind them.", instead="See them in Rent Manager."),
    **omit(NO_FIELD, "subcategory"),
}
WORK_ORDER_READ = {
    **omit(FOLLOWS, "status_raw", "priority_raw"),
    "completed_at": not_offered("It is written by closing, and not otherwise."),
    "resident_id": not_offered(
        "It is sent with a new issue; that it is taken there is likely and not certain, so it is not compared."
    ),
}
APPOINTMENT_OMITS: Mapping[str, Gap] = {
    **omit(not_offered("Who comes stands on the issue.", instead="Read the work order."), "vendor_id", "staff_id"),
    **omit(NO_SHOWING_STATUS, "status_raw"),
}
NOTE_OMITS = omit(NO_FIELD, "title", "author")
NOTE_READ = {"kind_raw": not_offered("What is added is a NOTE.")}
ATTACHMENT_OMITS = omit(NO_FIELD, "title", "description", "category", "media_type", "size_bytes")
PHONE_LOG_OMITS = omit(NO_FIELD, "property_id", "subject", "staff_id", "source", "phone")
