"""The rows of leasing: guest cards, tours and what is logged of them (contract 4.6, 4.8)."""

from __future__ import annotations

from rooftree.connectors.realpage import gaps
from rooftree.connectors.rows import absent
from rooftree.model.leasing import GuestCard, Lead, Showing
from rooftree.model.messages import Note, PhoneLog

ROWS = (
    absent(Lead, gaps.NO_LEAD),
    absent(GuestCard, gaps.PROSPECTS),
    absent(Showing, gaps.TOURS),
    absent(Note, gaps.ACTIVITIES),
    absent(PhoneLog, gaps.ACTIVITIES),
)
