"""Texts to us, taken in once and durably: what a webhook brought, the carrier's list showed, or a person typed.

The row is the arrival: it waits for the router (`waiting`) from the moment it is committed, and the webhook is
answered only then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from rooftree.channels import opt_outs, twilio
from rooftree.clock import Clock
from rooftree.db import Database
from rooftree.model.vocabulary import Channel
from rooftree.store import messages
from rooftree.store.keys import Keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """Where texts to one organization are taken in; `tokens` are the Twilio tokens valid now (two while rotating)."""

    database: Database
    keys: Keys
    clock: Clock
    organization_id: str
    tokens: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A text to us as the router sees it; `choice` is "out" or "in" when it changed whether we may text back."""

    message_id: str
    organization_id: str
    sender: str = field(repr=False)
    text: str = field(repr=False)
    media: tuple[Mapping[str, str], ...] = field(default=(), repr=False)
    choice: str | None = None
    at: datetime


def receive_sms(inbox: Inbox, *, url: str, body: bytes, signature: str) -> str:
    """Take in what Twilio's webhook brought and return the answer (TwiML that says nothing back).

    `url` is the public address as set up at Twilio. Raises WebhookRefused for a forged one (403), Unreadable for one
    that names no message (400), Unavailable when it cannot be stored (503: Twilio logs it, catch-up finds the text).
    The same message again is acknowledged and changes nothing.
    """
    form = twilio.fields(body)
    twilio.verify(inbox.tokens, url, form, signature)
    take_in(inbox, "twilio", twilio.incoming(form), source="webhook")
    return twilio.EMPTY_TWIML


def receive_status(inbox: Inbox, *, url: str, body: bytes, signature: str) -> str | None:
    """Keep a delivery callback of Twilio; the id of the text it is about, None when that is not known (yet).

    Raises as `receive_sms` does.
    """
    form = twilio.fields(body)
    twilio.verify(inbox.tokens, url, form, signature)
    told = twilio.status(form)
    return record_status(inbox, "twilio", told.sid, told.state, told.error)


def record_status(inbox: Inbox, carrier: str, sid: str, state: str, error: str = "") -> str | None:
    """Keep a carrier's report about a text of ours; reports in any order, repeated or early, end the same."""
    with inbox.database.write() as conn:
        return messages.report(inbox.database, conn, carrier, sid, state, error, inbox.clock.now())


def take_in(inbox: Inbox, carrier: str, heard: twilio.Incoming, *, source: str) -> Received | None:
    """Keep one text to us and what it says about texts; None when it was known already."""
    with inbox.database.write() as conn:
        return keep(inbox, conn, carrier, heard, source=source)


def keep(inbox: Inbox, conn: Connection, carrier: str, heard: twilio.Incoming, *, source: str) -> Received | None:
    """`take_in` within a transaction of the caller's."""
    now = inbox.clock.now()
    text = messages.Text(
        id=messages.new_message_id(),
        organization_id=inbox.organization_id,
        direction="in",
        channel=Channel.SMS.value,
        carrier=carrier,
        sid=heard.sid,
        sender=heard.sender,
        recipient=heard.recipient,
        text=heard.text,
        media=heard.media,
        state="received",
        source=source,
        choice=None,
        at=heard.at or now,
        created_at=now,
        updated_at=now,
    )
    if not messages.add(inbox.database, conn, inbox.keys, text):
        return None
    choice = opt_outs.heed(
        inbox.database, conn, inbox.keys, inbox.organization_id, heard.sender, heard.text, text.id, now
    )
    if choice:
        messages.set_choice(conn, text.id, choice)
    return _received(text, choice)


def waiting(conn: Connection, keys: Keys, limit: int = 100) -> list[Received]:
    """Texts that no case was found for yet, oldest first; the router ends each with `messages.routed`."""
    return [_received(text, text.choice) for text in messages.waiting(conn, keys, limit)]


def _received(text: messages.Text, choice: str | None) -> Received:
    return Received(
        message_id=text.id,
        organization_id=text.organization_id,
        sender=text.sender,
        text=text.text,
        media=text.media,
        choice=choice,
        at=text.at,
    )
