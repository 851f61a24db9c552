"""What a user gets where a PMS has a hole: the same substitute in the same words, whichever the PMS.

A connector's own `gaps.py` says why something is missing; what three of them put in its place is said here.
"""

from __future__ import annotations

OWN_NOTICE = "Rooftree's own notice to the vendor."
"""For a PMS that tells vendors nothing, or not this."""
AS_NOTE = "Kept in Rooftree and handed over as a note."
"""For what the PMS has no record of, where it takes notes."""
AS_GUEST_CARD = "It becomes a guest card (record `guest_card`)."
"""For a lead, where the PMS makes every inquiry a guest card at once."""
IN_DESCRIPTION = "Say it in the description."
"""For what a work order has no field for."""
