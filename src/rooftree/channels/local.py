"""A local inbox that needs no carrier: texts of ours stay here, a person types the answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rooftree.channels.carrier import Outbound
from rooftree.channels.receive import Inbox, Received, take_in
from rooftree.channels.twilio import Incoming
from rooftree.effects.states import Bounds
from rooftree.model.vocabulary import Channel
from rooftree.store.schema import new_id


class LocalInbox:
    """A carrier whose texts are delivered by being kept (`store/messages.py`): nothing leaves, nothing can get lost."""

    name = "local"
    channel = Channel.SMS
    searchable = True
    number = "+15550100000"
    taken = "delivered"
    bounds = Bounds(read_lag=0.0, late_commit=0.0, send_timeout=1.0, margin=0.0)

    def send(self, text: Outbound) -> str:
        return f"local-{text.op_key}"

    def find(self, text: Outbound, since: datetime) -> Sequence[str]:
        """It is always there: the row was durable before it was sent."""
        return [self.send(text)]

    def received(self, since: datetime) -> Sequence[Incoming]:
        return []


def type_in(inbox: Inbox, sender: str, text: str) -> Received:
    """A text typed by hand, as if `sender` (E.164) had sent it."""
    heard = Incoming(sid=new_id("typed"), sender=sender, recipient=LocalInbox.number, text=text)
    received = take_in(inbox, LocalInbox.name, heard, source="typed")
    assert received is not None  # its id is new
    return received
