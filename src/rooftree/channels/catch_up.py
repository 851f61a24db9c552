"""What no webhook brought: the carrier's list is read at start and each minute, and unclear sends are settled.

Twilio posts a webhook once; where nobody answers, the text stands in its list only. The cursor moves with what was
taken in, in one transaction, and each reading overlaps the one before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from rooftree.channels.carrier import Carrier
from rooftree.channels.receive import Inbox, Received, keep
from rooftree.channels.send import SKEW, advance, unclaimed, was_sent
from rooftree.store import messages
from rooftree.store.messages import Text

OVERLAP = timedelta(minutes=10)
FIRST_LOOK = timedelta(hours=1)
"""How far back the first reading of a new account goes: older texts were somebody else's to answer."""
_HOPE = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaughtUp:
    """What a catch-up brought: texts to us that were new, and how many texts of ours are not unclear any more."""

    received: tuple[Received, ...]
    settled: int


def catch_up(inbox: Inbox, carrier: Carrier) -> CaughtUp:
    """Take in what the carrier lists and we do not know, and settle sends whose fate was unclear.

    Raises the carrier's ConnectorErrors when it cannot be read (nothing is lost, the next call reads further back)
    and Unavailable when nothing can be stored.
    """
    return CaughtUp(received=_take_in(inbox, carrier), settled=_settle(inbox, carrier))


def _take_in(inbox: Inbox, carrier: Carrier) -> tuple[Received, ...]:
    started = inbox.clock.now()
    with inbox.database.read() as conn:
        until = messages.cursor(conn, inbox.organization_id, carrier.name)
    heard = carrier.received(until - OVERLAP if until else started - FIRST_LOOK)
    with inbox.database.write() as conn:
        new = [keep(inbox, conn, carrier.name, item, source="catch_up") for item in heard]
        messages.set_cursor(inbox.database, conn, inbox.organization_id, carrier.name, started)
    return tuple(received for received in new if received)


def _settle(inbox: Inbox, carrier: Carrier) -> int:
    since = inbox.clock.now() - _HOPE
    with inbox.database.read() as conn:
        unclear = messages.open_since(conn, inbox.keys, inbox.organization_id, carrier.name, since)
    begun = [text for text in unclear if was_sent(inbox.database, inbox.keys, text)]
    return sum(_settled(inbox, carrier, text) for text in begun)


def _settled(inbox: Inbox, carrier: Carrier, text: Text) -> bool:
    """Whether the text's fate is known now: by bringing its effect further, or by finding it late."""
    sent = advance(inbox.database, inbox.keys, inbox.clock, carrier, text)
    if sent.state != "unsure":
        return sent.state != "waiting"
    found = unclaimed(inbox.database, carrier, text, text.created_at - SKEW)
    if len(found) != 1:
        return False
    with inbox.database.write() as conn:
        messages.settle(conn, text, carrier.taken, inbox.clock.now(), sid=found[0])
    return True
