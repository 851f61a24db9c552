"""The rows of leasing: guest cards, tours and what is logged of them (contract 4.6, 4.8)."""

from __future__ import annotations

from typing import Any

from rooftree.connectors.base import Resource, Write
from rooftree.connectors.realpage import activities, gaps, prospects, tours
from rooftree.connectors.realpage import writes_prospects as writes
from rooftree.connectors.realpage.client import one_of, under_site
from rooftree.connectors.rows import absent
from rooftree.model.base import Record
from rooftree.model.leasing import GuestCard, Lead, Showing
from rooftree.model.messages import Note, PhoneLog


def _logged(record: type[Record], kind: str, **rest: Any) -> Resource[Any]:
    """What is logged on guest cards, which can only be added to."""
    return Resource(
        record=record,
        list=activities.rows(kind),
        get=activities.one(kind),
        update=gaps.LOGGED,
        close=gaps.LOGGED,
        parent="property",
        changes_by="since",
        **rest,
    )


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
    Resource(
        record=Showing,
        read=tours.to_showing,
        list=under_site(tours.scheduled),
        get=one_of(tours.scheduled, "Number"),
        create=Write(step=tours.write_showing, experimental=True),
        update=Write(step=tours.write_showing, experimental=True),
        close=gaps.NO_CANCEL,
        omits=gaps.SHOWING_OMITS,
        read_only=gaps.SHOWING_READ,
        fixed=gaps.SHOWING_FIXED,
        parent="property",
    ),
    _logged(
        Note,
        activities.NOTE,
        read=activities.to_note,
        create=Write(step=activities.add_note, marker_field="text", experimental=True),
        omits=gaps.NOTE_OMITS,
        read_only=gaps.NOTE_READ,
    ),
    _logged(
        PhoneLog,
        activities.CALL,
        read=activities.to_phone_log,
        create=Write(step=activities.add_phone_log, marker_field="text", experimental=True),
        omits=gaps.PHONE_LOG_OMITS,
        read_only=gaps.PHONE_LOG_READ,
    ),
)
