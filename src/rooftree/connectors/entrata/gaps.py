"""What Entrata cannot hold or do, in words a manager can read; each says what one gets instead (contract 6-8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rooftree.connectors.base import Context, Gap, Resource, WireRecord, not_built, not_offered, not_permitted
from rooftree.errors import Unreadable
from rooftree.model.base import Record

NOTICE = "Rooftree's own notice to the vendor"
AS_NOTE = "Kept in Rooftree and handed over as a note"
NO_FIELD = not_offered("Entrata's API has no field for this.")
NO_CUSTOM = not_offered("Entrata shows custom fields of properties only.", instead=AS_NOTE)
COMPUTED = not_offered("Entrata works this out itself; it cannot be written.")
FOLLOWS = not_offered("Entrata's own word; it follows the field of the same name without _raw.")
UNSEEN = not_offered("Entrata takes this and does not show it again, so that nobody could verify it.")
SETUP = not_offered("Entrata's API only reads this; it is set up in Entrata.", instead="Change it in Entrata.")
READ_ONLY_PEOPLE = not_built(
    "Entrata's updateCustomers changes a resident; the connector does not use it yet.", instead="Change it in Entrata."
)
LEASE_MOVES = not_built(
    "Entrata's lease methods (notice, move-in, move-out) are not used by the connector yet.",
    instead="Do it in Entrata; Rooftree sees it at its next look.",
)
VENDOR_BANK = not_permitted(
    "Entrata makes a vendor only together with bank routing and account numbers, which Rooftree never handles.",
    instead="Make the vendor in Entrata; Rooftree sees it at its next look.",
)
NO_OWNER = not_offered("Entrata's API has no owners.", instead="See them in Entrata.")
NO_LEAD = not_offered(
    "In Entrata an inquiry is a guest card at once.", instead="It becomes a guest card (record `guest_card`)."
)
NO_APPOINTMENT = not_offered(
    "Entrata keeps one visit, on the work order itself.", instead="Read and write the work order's scheduled start."
)
NO_FILE = not_offered(
    "Entrata's API takes no files on work orders and none on leases.", instead="Kept in Rooftree and linked there"
)
FILES = not_built("Entrata lists the documents of a lease; the connector does not read them yet.")
APPLICATION = not_built("Entrata's applications are not read yet.", instead="Read the guest card.")
PRICING = not_built("Entrata's getUnitsAvailabilityAndPricing is not read yet.", instead="Read the unit's rents.")
FLOORPLANS = not_built("Entrata's getFloorPlans is not read yet.", instead="Read the floor plan's name on the unit.")
AMENITIES = not_built("The amenities of Entrata's unit spaces are not read yet.")
POSTING = not_built(
    "Entrata's sendLeaseArTransactions posts a charge; the connector does not use it yet.",
    instead="Post it in Entrata.",
)
NO_PAYING = not_offered("Entrata's API takes no payments from outside.", instead="Post it in Entrata.")
LOGGED = not_offered("Entrata's activity log can only be added to.", instead="Log another one.")
LEAD_EVENTS = not_offered(
    "Entrata's updateLeads takes events on a guest card and no change of the person.", instead="Change it in Entrata."
)
TOURS = not_offered(
    "Entrata's answer to a new tour names no event and it keeps no text of ours, so nobody could tell it was made.",
    instead=AS_NOTE,
)


def omit(gap: Gap, *names: str) -> dict[str, Gap]:
    """One reason for several fields."""
    return dict.fromkeys(names, gap)


def absent(record: type[Record], gap: Gap, write: Gap | None = None) -> Resource[Any]:
    """The row of a record that the connector does not offer at all."""
    reading, writing = dict.fromkeys(("list", "get"), gap), dict.fromkeys(("create", "update", "close"), write or gap)
    verbs: dict[str, Any] = {**reading, **writing}
    return Resource(record=record, read=_unread, omits=omit(NO_CUSTOM, "custom"), **verbs)


def _unread(wire: WireRecord, ctx: Context) -> Any:
    raise Unreadable("Entrata has no such record.")


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
WORK_ORDER_OMITS: Mapping[str, Gap] = {
    **omit(NO_CUSTOM, "custom"),
    **omit(UNSEEN, "lease_id", "location", "completed_at", "completion_notes"),
    "vendor_notes": not_offered("Entrata has no words to a vendor on a work order.", instead=NOTICE),
    "not_to_exceed": not_offered("Entrata has no spending limit on a work order.", instead=NOTICE),
    "entry_notes": not_offered("Entrata keeps yes or no for entry.", instead="Say it in the description."),
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
