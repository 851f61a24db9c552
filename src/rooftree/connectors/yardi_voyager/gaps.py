"""What Voyager cannot hold or do, in words a manager can read; each says what one gets instead (contract 3, 6)."""

from __future__ import annotations

from collections.abc import Mapping

from rooftree.connectors import instead
from rooftree.connectors.base import Gap, not_offered, not_permitted
from rooftree.connectors.rows import omit

IN_YARDI = "Change it in Voyager; Rooftree sees it at its next look."
NO_FIELD = not_offered("Yardi's interface has no field for this.")
NO_CUSTOM = not_offered("Yardi's interfaces carry no custom fields.")
COMPUTED = not_offered("Yardi works this out itself; it cannot be written.")
FOLLOWS = not_offered("Yardi's own word; it follows the field of the same name without _raw.")
SETUP = not_offered("Yardi's interfaces only read this; it is set up in Voyager.", instead=IN_YARDI)
READY = not_offered(
    "Yardi lets a unit be marked as rent ready and changes nothing else of it; no unit is made or closed from outside.",
    instead=IN_YARDI,
)
PEOPLE = not_offered(
    "Yardi publishes no form for changing residents or leases (its UpdateResidentData); a lease is signed in Voyager.",
    instead=IN_YARDI,
)
VENDORS = not_offered(
    "A vendor is made only with a Vendor Invoicing licence, in a form that Yardi does not publish.",
    instead="Make the vendor in Voyager; Rooftree sees it at its next look.",
)
MONEY = not_permitted(
    "Rooftree does not post money into Yardi: charges, receipts and batches stay with your accountants.",
    instead="Post it in Voyager.",
)
NO_OWNER = not_offered("Yardi's standard interfaces have no owners.", instead="See them in Voyager.")
NO_BUILDING = not_offered("Yardi's interfaces name no buildings, only units.", instead="Read the unit.")
NO_AMENITY = not_offered(
    "Yardi's listings name amenities without an id, so nobody could tell one from the next.",
    instead="Read the raw listing or floor plan.",
)
NO_LEAD = not_offered("In Voyager an inquiry is a guest card at once.", instead=instead.AS_GUEST_CARD)
APPLICATION = not_permitted(
    "Hold, application, approval and lease signing bind a household; Yardi wants each client's written leave.",
    instead="Do it in Voyager; the guest card shows how far it went.",
)
NO_APPOINTMENT = not_offered(
    "Yardi's service request has no visit and no technician; only its status says that it is scheduled.",
    instead="Rooftree keeps the visit and tells the vendor and the resident.",
)
LOGGED = not_offered("A guest card's events at Yardi can only be added to.", instead="Log another one.")
FILES = not_offered("Yardi has no change of a file on a service request.", instead="Add another file.")


GUEST_CARD_OMITS: Mapping[str, Gap] = {
    **omit(NO_CUSTOM, "custom"),
    **omit(NO_FIELD, "company", "alternate_address"),
    "unit_id": not_offered(
        "A guest card names wishes, and a unit only by a hold.", instead="Book a showing of the unit."
    ),
    "lost_reason": not_offered("Yardi keeps the reason in the event that cancels.", instead="It goes into that event."),
}
GUEST_CARD_READ: Mapping[str, Gap] = {
    **omit(COMPUTED, "status"),
    **omit(FOLLOWS, "status_raw"),
    "wishes": not_offered(
        "Yardi is sent move-in day, bedrooms, bathrooms, occupants and pets (rent and floor plan where switched on); "
        "it holds no other wish, so the whole is not compared.",
        instead="Say the others in the notes.",
    ),
    "agent_name": not_offered("It follows the agent (agent_id), who must be one of the property's list."),
}
GUEST_CARD_FIXED = omit(
    not_offered("It belongs to the first contact, which is said once."),
    *("property_id", "source", "agent_id", "message", "first_contact_at"),
)
SHOWING_OMITS: Mapping[str, Gap] = {
    **omit(NO_CUSTOM, "custom"),
    **omit(NO_FIELD, "applicant_id", "resident_id", "kind_raw", "self_guided"),
    "ends_at": not_offered("An appointment at Yardi has a beginning and no length."),
}
SHOWING_READ: Mapping[str, Gap] = {
    **omit(FOLLOWS, "status_raw"),
    "agent_name": not_offered("It follows the agent (agent_id), who must be one of the property's list."),
    "property_id": not_offered("It follows the guest card."),
}
SHOWING_FIXED = omit(
    not_offered("A moved tour is another appointment: cancel this one and book the next."),
    *("guest_card_id", "unit_id", "starts_at", "agent_id", "notes"),
)
WORK_ORDER_OMITS: Mapping[str, Gap] = {
    **omit(NO_CUSTOM, "custom"),
    **omit(NO_FIELD, "location", "due_on"),
    **omit(NO_APPOINTMENT, "scheduled_start", "scheduled_end"),
    "assigned_staff_id": not_offered(
        "Yardi's interface has no field for a technician.", instead="Name the technician in the vendor's notes."
    ),
    "completion_notes": not_offered(
        "Yardi has one text of technician's notes.", instead="Closing words are added to it (read as vendor_notes)."
    ),
    **omit(
        not_offered("A service request has no money; that needs Vendor Invoicing.", instead=instead.OWN_NOTICE),
        *("not_to_exceed", "amount"),
    ),
}
WORK_ORDER_READ: Mapping[str, Gap] = {
    **omit(FOLLOWS, "status_raw", "priority_raw"),
    **omit(COMPUTED, "number", "completed_at"),
    "unit_number": not_offered("It follows the unit."),
    "resident_id": not_offered(
        "A service request names the household by its t-code, so a roommate's is read as the main tenant's.",
        instead="The name of who asked stands in requested_by.",
    ),
    "trade": not_offered("It follows the client's category by the mapping pack.", instead="Set the category."),
}
WORK_ORDER_FIXED = omit(
    not_offered("It is said when the service request is made; a change would move its billing."),
    *("property_id", "unit_id", "lease_id", "requested_by"),
)
NOTE_OMITS = {**omit(NO_CUSTOM, "custom"), **omit(NO_FIELD, "title")}
NOTE_READ = {"author": not_offered("It is the agent that the event names.")}
PHONE_LOG_OMITS = {**omit(NO_CUSTOM, "custom"), **omit(NO_FIELD, "subject", "phone")}
PHONE_LOG_READ = {"property_id": not_offered("It follows the guest card.")}
ATTACHMENT_OMITS: Mapping[str, Gap] = {
    **omit(NO_CUSTOM, "custom"),
    **omit(NO_FIELD, "title", "description", "media_type", "size_bytes"),
    "content": not_offered("The list of files has names only; fetch one by its own read."),
}
