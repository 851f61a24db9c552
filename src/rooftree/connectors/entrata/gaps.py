"""What Entrata cannot hold or do, in words a manager can read; each says what one gets instead (contract 6-8)."""

from __future__ import annotations

from collections.abc import Mapping

from rooftree.connectors import instead
from rooftree.connectors.base import Gap, not_offered, not_permitted
from rooftree.connectors.rows import omit

NO_FIELD = not_offered("Entrata's API has no field for this.")
NO_CUSTOM = not_offered("Entrata shows custom fields of properties only.", instead=instead.AS_NOTE)
COMPUTED = not_offered("Entrata works this out itself; it cannot be written.")
FOLLOWS = not_offered("Entrata's own word; it follows the field of the same name without _raw.")
UNSEEN = not_offered("Entrata takes this and does not show it again, so that nobody could verify it.")
SETUP = not_offered("Entrata's API only reads this; it is set up in Entrata.", instead="Change it in Entrata.")
PRICES = not_permitted(
    "Entrata's insertPricing is for partners that set the prices of a whole client (revenue management).",
    instead="Change it in Entrata.",
)
NO_LEASE = not_offered(
    "Entrata makes a lease from an application; what its sendLeases wants is not in its document (contract 9).",
    instead="Make it in Entrata; Rooftree sees it at its next look.",
)
NO_PERSON = not_offered(
    "Entrata's updateCustomers changes a person; one comes and goes with a lease only.",
    instead="Add or end the lease in Entrata.",
)
POSTED = not_offered(
    "Entrata's API changes no charge; it can only be reversed, which wants a reason in Entrata.",
    instead="Reverse it in Entrata.",
)
APPLYING = not_offered(
    "What Entrata's sendApplication wants is not in its document (contract 9).",
    instead="Make a guest card and send the person Entrata's own application link.",
)
VENDOR_BANK = not_permitted(
    "Entrata makes a vendor only together with bank routing and account numbers, which Rooftree never handles.",
    instead="Make the vendor in Entrata; Rooftree sees it at its next look.",
)
NO_OWNER = not_offered("Entrata's API has no owners.", instead="See them in Entrata.")
NO_LEAD = not_offered("In Entrata an inquiry is a guest card at once.", instead=instead.AS_GUEST_CARD)
NO_APPOINTMENT = not_offered(
    "Entrata keeps one visit, on the work order itself.", instead="Read and write the work order's scheduled start."
)
NO_FILE = not_offered(
    "Entrata's API takes no files on work orders and none on leases.", instead="Kept in Rooftree and linked there."
)
NO_PAYING = not_offered("Entrata's API takes no payments from outside.", instead="Post it in Entrata.")
LOGGED = not_offered("Entrata's activity log can only be added to.", instead="Log another one.")
LEAD_EVENTS = not_offered(
    "Entrata's updateLeads takes events on a guest card and no change of the person.", instead="Change it in Entrata."
)
TOURS = not_offered(
    "Entrata's answer to a new tour names no event and it keeps no text of ours, so nobody could tell it was made.",
    instead=instead.AS_NOTE,
)


GUEST_CARD_OMITS: Mapping[str, Gap] = {
    **omit(NO_CUSTOM, "custom"),
    **omit(NO_FIELD, "company", "address", "alternate_address", "unit_id", "lost_reason", "middle_name", "notes"),
    **omit(UNSEEN, "message"),
}
GUEST_CARD_READ: Mapping[str, Gap] = {
    **omit(COMPUTED, "status", "first_contact_at"),
    **omit(FOLLOWS, "status_raw"),
    **omit(not_offered("Entrata gives a new guest card its agent itself."), "agent_id", "agent_name"),
    "wishes": not_offered("Entrata is sent the day of moving in; the other wishes stand in the message."),
}
MOVES = not_offered(
    "Entrata's lease methods are moving in, notice, moving out and cancelling; nothing else of a lease is changed.",
    instead="Change it in Entrata.",
)
LEASE_OMITS: Mapping[str, Gap] = {
    **omit(NO_CUSTOM, "custom"),
    **omit(NO_FIELD, "unit_number", "term", "signed_on", "applied_on", "rent", "market_rent", "rent_due_day"),
    **omit(NO_FIELD, "deposit", "deposit_on", "balance", "past_due", "write_off"),
}
LEASE_READ: Mapping[str, Gap] = {
    **omit(MOVES, "property_id", "unit_id", "resident_ids", "primary_resident_id", "kind_raw", "starts_on", "ends_on"),
    **omit(MOVES, "scheduled_move_in_on"),
    **omit(FOLLOWS, "status_raw"),
    **omit(
        not_offered("It follows the status: a lease that moved in or out has its day."), "moved_in_on", "moved_out_on"
    ),
}
RESIDENT_OMITS: Mapping[str, Gap] = {
    **omit(NO_CUSTOM, "custom"),
    **omit(NO_FIELD, "company", "alternate_address", "notes", "unit_id", "is_primary", "is_employee", "move_in_on"),
    **omit(NO_FIELD, "move_out_on", "text_consent", "pets", "vehicles"),
}
RESIDENT_READ = omit(
    not_offered("It follows the person's leases.", instead="Change the lease."),
    *("status", "status_raw", "property_id", "lease_ids"),
)
CHARGE_OMITS: Mapping[str, Gap] = {
    **omit(NO_CUSTOM, "custom"),
    **omit(NO_FIELD, "unit_id", "resident_id", "name", "reference", "due_on", "post_month", "source_raw", "is_open"),
}
CHARGE_READ: Mapping[str, Gap] = {
    **omit(COMPUTED, "property_id", "amount_paid"),
    "description": not_offered("Entrata takes no words with a charge.", instead="Write a note on the lease."),
    "account_id": not_offered("It follows the charge code.", instead="Set the charge code."),
}
ATTACHMENT_OMITS: Mapping[str, Gap] = {
    **omit(NO_CUSTOM, "custom"),
    "content": not_offered(
        "How Entrata's getLeaseDocuments sends a file is not in its document (contract 9).",
        instead="Open it in Entrata.",
    ),
    **omit(NO_FIELD, "description", "media_type", "size_bytes"),
}
WORK_ORDER_OMITS: Mapping[str, Gap] = {
    **omit(NO_CUSTOM, "custom"),
    **omit(UNSEEN, "lease_id", "location", "completed_at", "completion_notes"),
    "vendor_notes": not_offered("Entrata has no words to a vendor on a work order.", instead=instead.OWN_NOTICE),
    "not_to_exceed": not_offered("Entrata has no spending limit on a work order.", instead=instead.OWN_NOTICE),
    "entry_notes": not_offered("Entrata keeps yes or no for entry.", instead=instead.IN_DESCRIPTION),
}
WORK_ORDER_READ: Mapping[str, Gap] = {
    **omit(FOLLOWS, "status_raw", "priority_raw"),
    **omit(COMPUTED, "number", "amount", "requested_by"),
    "unit_number": not_offered("It follows the unit."),
    "trade": not_offered("It follows the client's category and problem.", instead="Set the category."),
}
WORK_ORDER_FIXED = omit(
    not_offered("Entrata's work order cannot change this later.", instead="Make a new work order."),
    *("property_id", "unit_id"),
)
NOTE_OMITS = {**omit(NO_CUSTOM, "custom"), **omit(NO_FIELD, "title", "author")}
PHONE_LOG_OMITS = {**omit(NO_CUSTOM, "custom"), **omit(NO_FIELD, "subject", "staff_id", "source", "phone")}
