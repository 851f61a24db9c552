"""What RealPage cannot do, and what we have not built, in words a manager can read (contract 4, 7)."""

from __future__ import annotations

from rooftree.connectors import instead
from rooftree.connectors.base import not_built, not_offered, not_permitted

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
NO_APPOINTMENT = not_offered("A service request at RealPage has no visit and no technician that a method can set.")
NO_FILE = not_offered("RealPage Exchange has no method for files.", instead="Attach it in OneSite.")
ORDERS = not_built(
    "Rooftree does not read or make RealPage's service requests yet (getservicerequest, addservicerequest).",
    instead="Enter them in OneSite.",
)
PROSPECTS = not_built(
    "Rooftree does not read or write RealPage's guest cards yet (prospectsearch, insertprospect).",
    instead="Enter them in OneSite.",
)
TOURS = not_built(
    "Rooftree does not book tours at RealPage yet (insertfollowup, getagentsappointmenttimes).",
    instead="Book them in OneSite.",
)
ACTIVITIES = not_built("Rooftree does not log a guest card's activities yet (insertactivity).", "Log them in OneSite.")
MONEY = not_permitted(
    "Rooftree does not post money into RealPage (its postsinglecharge): money stays with your accountants.",
    instead="Post it in OneSite.",
)
NO_AMENITY = not_offered("No method that we know lists amenities.", instead="See them in OneSite.")
APPLICATION = not_permitted(
    "Applications, screening and quotes bind a household and stay with your office.", instead="Do it in OneSite."
)
