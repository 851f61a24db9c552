"""The rows of leasing: guest cards, tours and what is logged of them (contract 4.6, 4.8)."""

from __future__ import annotations

from rooftree.connectors.base import Resource, Write
from rooftree.connectors.realpage import gaps, prospects
from rooftree.connectors.realpage import writes_prospects as writes
from rooftree.connectors.rows import absent
from rooftree.model.leasing import GuestCard, Lead, Showing
from rooftree.model.messages import Note, PhoneLog

ROWS = (
    absent(Lead, gaps.NO_LEAD),
    Resource(
        record=GuestCard,
        read=prospects.to_guest_card,
        list=prospects.list_cards,
        get=prospects.get_card,
        create=Write(step=writes.create_guest_card, marker_field="message"),
        update=Write(step=writes.update_guest_card, experimental=True),
        close=Write(step=writes.close_guest_card, experimental=True),
        omits=gaps.GUEST_CARD_OMITS,
        read_only=gaps.GUEST_CARD_READ,
        fixed=gaps.GUEST_CARD_FIXED,
        parent="property",
        changes_by="since",
    ),
    absent(Showing, gaps.TOURS),
    absent(Note, gaps.ACTIVITIES),
    absent(PhoneLog, gaps.ACTIVITIES),
)
