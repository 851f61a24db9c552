"""What RealPage cannot do, and what we have not built, in words a manager can read (contract 4, 7)."""

from __future__ import annotations

from collections.abc import Mapping

from rooftree.connectors import instead
from rooftree.connectors.base import Gap, not_offered, not_permitted
from rooftree.connectors.rows import omit

IN_REALPAGE = "Change it in OneSite; Rooftree sees it at its next look."
NO_CUSTOM = not_offered("RealPage's methods carry no custom fields.")
SETUP = not_offered("No method that we know changes this; it is set up in OneSite.", instead=IN_REALPAGE)
PEOPLE = not_offered("No method that we know writes leases or residents; they are signed in OneSite.", IN_REALPAGE)
NO_OWNER = not_offered("RealPage's methods name no owners.", instead="See them in OneSite.")
NO_VENDOR = not_offered(
    "RealPage Exchange has no vendors; they live in other RealPage products.",
    instead="Keep them in Rooftree's own vendor directory.",
)
NO_LEAD = not_offered("In OneSite an inquiry is a guest card at once.", instead=instead.AS_GUEST_CARD)
NO_APPOINTMENT = not_offered(
    "A service request at RealPage has no visit and no technician that a method can set.",
    instead="Rooftree keeps the visit and tells the vendor and the resident.",
)
NO_FILE = not_offered("RealPage Exchange has no method for files.", instead="Attach it in OneSite.")
MONEY = not_permitted(
    "Rooftree does not post money into RealPage (its postsinglecharge): money stays with your accountants.",
    instead="Post it in OneSite.",
)
NO_AMENITY = not_offered("No method that we know lists amenities.", instead="See them in OneSite.")
APPLICATION = not_permitted(
    "Applications, screening and quotes bind a household and stay with your office.", instead="Do it in OneSite."
)
NO_FIELD = not_offered("RealPage's guest card has no field for this that we know.", instead="Say it in the message.")
GUEST_CARD_OMITS: Mapping[str, Gap] = {
    **omit(NO_CUSTOM, "custom"),
    **omit(NO_FIELD, "company", "alternate_address", "notes"),
    "unit_id": not_offered(
        "A guest card names wishes and no unit; units are held by quotes.", instead="Say the unit in the message."
    ),
    "lost_reason": not_offered(
        "A lost guest card has no reason among the fields that we know (statusislost).", instead="Log it as a note."
    ),
}
GUEST_CARD_READ: Mapping[str, Gap] = {
    "status": not_offered("It is told by three flags of the card; closing sets the one for lost."),
    "status_raw": not_offered("RealPage tells the state of a card by flags and not by a word."),
    "agent_name": not_offered("It follows the agent (agent_id), who must be one of the site's list."),
    "wishes": not_offered(
        "RealPage is sent move-in day, months of lease, occupants, and with the first contact a price range and a "
        "group of floor plans; it holds no other wish, so the whole is not compared.",
        instead="Say the others in the message.",
    ),
}
GUEST_CARD_FIXED = omit(not_offered("It is said with the first contact."), "property_id", "first_contact_at")
NO_CANCEL = not_offered(
    "No method of RealPage Exchange that we know takes an appointment back (the older CrossFire has DeleteTask).",
    instead="Cancel it in OneSite, or move it; log a note on the guest card.",
)
LOGGED = not_offered("RealPage's insertactivity only adds to what is logged.", instead="Log another one.")
FOLLOWS_CARD = not_offered("It follows the guest card.")
SHOWING_OMITS: Mapping[str, Gap] = {
    **omit(NO_CUSTOM, "custom"),
    **omit(
        not_offered("RealPage's insertfollowup has no field for this.", instead="Log it as a note on the guest card."),
        *("unit_id", "applicant_id", "resident_id", "kind_raw", "self_guided", "notes"),
    ),
    "status_raw": not_offered("No answer of RealPage's that we know tells what became of an appointment."),
}
SHOWING_READ: Mapping[str, Gap] = {
    "property_id": FOLLOWS_CARD,
    "status": not_offered(
        "No answer of RealPage's that we know tells what became of an appointment, so it is shown as scheduled."
    ),
    "agent_name": not_offered("It follows the agent (agent_id), who must be one of the site's list."),
}
SHOWING_FIXED = {"guest_card_id": not_offered("An appointment stays on its guest card.")}
NOTE_OMITS = {**omit(NO_CUSTOM, "custom"), "title": not_offered("RealPage's insertactivity has no field for this.")}
NOTE_READ = {"author": not_offered("It is the agent whom the setting or the guest card names.")}
PHONE_LOG_OMITS = {
    **omit(NO_CUSTOM, "custom"),
    **omit(not_offered("RealPage's insertactivity has no field for this."), "subject", "phone"),
}
PHONE_LOG_READ = {"property_id": FOLLOWS_CARD}
_NO_ORDER_FIELD = not_offered("A service request has no field for this that we know.", instead=instead.IN_DESCRIPTION)
_NO_ORDER_NOTE = not_offered(
    "RealPage takes no notes on a service request: its change sets the status only.",
    instead="Kept in Rooftree, with the case.",
)
_FOLLOWS = not_offered("RealPage's own word; it follows the field of the same name without _raw.")
WORK_ORDER_OMITS: Mapping[str, Gap] = {
    **omit(NO_CUSTOM, "custom"),
    **omit(NO_VENDOR, "vendor_id"),
    **omit(_NO_ORDER_NOTE, "vendor_notes", "completion_notes"),
    **omit(NO_APPOINTMENT, "scheduled_start", "scheduled_end", "assigned_staff_id"),
    **omit(_NO_ORDER_FIELD, "entry_notes"),
    "subcategory": not_offered("RealPage has one list of issues.", instead="Name the whole issue as the category."),
    **omit(not_offered("A service request has no money.", instead=instead.OWN_NOTICE), "not_to_exceed", "amount"),
}
WORK_ORDER_READ: Mapping[str, Gap] = {
    **omit(_FOLLOWS, "status_raw", "priority_raw"),
    **omit(not_offered("RealPage works this out itself; it cannot be written."), "number", "completed_at"),
    **omit(not_offered("It follows the unit and the resident."), "unit_number", "lease_id"),
    "trade": not_offered("It follows the issue by the mapping pack.", instead="Name the issue as the category."),
}
WORK_ORDER_FIXED = omit(
    not_offered("RealPage's change of a service request sets the status only.", instead=IN_REALPAGE),
    *("property_id", "unit_id", "resident_id", "requested_by", "title", "description", "category", "location"),
    *("priority", "entry_permission", "due_on"),
)
