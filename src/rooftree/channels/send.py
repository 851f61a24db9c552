"""Texts of ours: begun durably, sent once by the effect machine, their fate kept.

A "safety" text is sent at least once: where nobody can tell whether it arrived, it is sent again. A "text" is sent
at most once: where nobody can tell, it is flagged `unsure` and a person sees it. Twilio takes no key of ours, so what
an unclear call made is searched by recipient, words and time among texts that are not accounted for; that is exact
as long as nobody else sends the same words to the same person from the same number in those seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import phonenumbers
from sqlalchemy import Connection

from rooftree.channels import opt_outs, twilio
from rooftree.channels.carrier import Carrier, Outbound
from rooftree.clock import Clock
from rooftree.db import Database
from rooftree.effects.ledger import Ledger
from rooftree.effects.machine import perform
from rooftree.effects.states import Effect, Fenced, Intent, Kind, State, Way
from rooftree.errors import Refused
from rooftree.model.vocabulary import Channel
from rooftree.store import lookups, messages
from rooftree.store import opt_outs as stored_opt_outs
from rooftree.store.keys import Keys
from rooftree.store.messages import Klass, Text

SKEW = timedelta(seconds=120)
"""How far the carrier's clock may be behind ours when we search for what it made."""
_KINDS = {"safety": Kind.TEXT_AT_LEAST_ONCE, "text": Kind.TEXT_AT_MOST_ONCE}
_STOPPED = "The recipient asked for no texts (STOP): call them instead."
_OVER: dict[str, Literal["sent", "failed"]] = {"sent": "sent", "delivered": "sent", "undelivered": "failed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """How far a text got: sent (taken by the carrier), waiting (call again at `due_at`), unsure, refused or failed."""

    message_id: str
    state: Literal["sent", "waiting", "unsure", "refused", "failed"]
    reason: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Hit:
    id: str
    exact: bool = True


def send_text(
    database: Database,
    keys: Keys,
    clock: Clock,
    carrier: Carrier,
    *,
    op_key: str,
    organization_id: str,
    connection_id: str,
    to: str,
    body: str,
    klass: Klass,
    case_id: str | None = None,
    allowed: Callable[[], None] | None = None,
) -> Sent:
    """Send one text, or bring an earlier call with the same `op_key` further; calling again is always safe.

    An opted-out recipient is `refused`, a safety text too: the carrier would block it, so the caller calls by voice.
    `to` is a number, or an address where the carrier's channel is e-mail (then the body's first line is the subject).
    A recipient or text that cannot be sent is `failed` with the reason. `allowed` raises Refused when a kill switch is
    thrown; it is asked again right before each send. Raises Unavailable when nothing could be stored or sent.
    """
    with database.read() as conn:
        text = messages.of_op_key(conn, keys, op_key)
    if text is None:
        recipient, problem = _checked(carrier.channel, to, body)
        if problem:
            return Sent(message_id="", state="failed", reason=problem)
        now = clock.now()
        text = Text(
            id=messages.new_message_id(), organization_id=organization_id, direction="out", source="rooftree",
            channel=carrier.channel.value, carrier=carrier.name, op_key=op_key, connection_id=connection_id,
            sender=carrier.number, recipient=recipient, text=body, state="queued", klass=klass, case_id=case_id,
            at=now, created_at=now, updated_at=now,
        )  # fmt: skip
        with database.write() as conn:
            if opt_outs.is_out(conn, keys, organization_id, recipient):
                return Sent(message_id="", state="refused", reason=_STOPPED)
            if not messages.add(database, conn, keys, text):
                text = messages.of_op_key(conn, keys, op_key) or text
    return advance(database, keys, clock, carrier, text, allowed=allowed)


def advance(
    database: Database,
    keys: Keys,
    clock: Clock,
    carrier: Carrier,
    text: Text,
    *,
    allowed: Callable[[], None] | None = None,
) -> Sent:
    """Bring a text of ours that was begun as far as it gets now."""
    if text.state in _OVER or text.state == "failed":
        state = _OVER.get(text.state, "failed")
        return Sent(message_id=text.id, state=state, reason=text.error)
    if text.channel != carrier.channel:
        reason = f"It was begun by {text.channel}; the recipient is reached otherwise now."
        return Sent(message_id=text.id, state="failed", reason=reason)
    outbound = Outbound(op_key=text.op_key or "", to=text.recipient, body=text.text)

    def may_go() -> None:
        with database.read() as conn:
            if opt_outs.is_out(conn, keys, text.organization_id, text.recipient):
                raise Refused(_STOPPED)
        if allowed:
            allowed()

    def find(since: datetime) -> Sequence[_Hit]:
        return [_Hit(sid) for sid in unclaimed(database, carrier, text, since)]

    way = Way(send=lambda: carrier.send(outbound), find=find if carrier.searchable else None, allowed=may_go)
    ledger = Ledger(database, keys)
    try:
        effect = perform(ledger, _intent(text), way, carrier.bounds, clock)
    except Fenced:
        return Sent(message_id=text.id, state="waiting", due_at=clock.now() + timedelta(seconds=2))
    with database.write() as conn:
        return _noted(database, conn, keys, clock.now(), carrier, text, effect)


def was_sent(database: Database, keys: Keys, text: Text) -> bool:
    """Whether a send of this text was begun, so that only its fate is open; before that its sender decides."""
    effect = Ledger(database, keys).find(text.op_key or "")
    return effect is not None and effect.state is not State.PREPARED


def unclaimed(database: Database, carrier: Carrier, text: Text, since: datetime) -> list[str]:
    """The carrier's ids of texts like this one that stand for no other text of ours."""
    outbound = Outbound(op_key=text.op_key or "", to=text.recipient, body=text.text)
    found = list(carrier.find(outbound, since))
    with database.read() as conn:
        known = messages.known_sids(conn, carrier.name, [sid for sid in found if sid != text.sid])
    return [sid for sid in found if sid not in known]


def _checked(channel: Channel, to: str, body: str) -> tuple[str, str]:
    """(the number as E.164 or the address, "") or ("", what is wrong)."""
    recipient = lookups.mailable(to) if channel is Channel.EMAIL else _number(to)
    if recipient is None:
        kind = "an e-mail address" if channel is Channel.EMAIL else "a phone number"
        what = "address" if channel is Channel.EMAIL else "number"
        return "", f"The recipient's {what} cannot be read as {kind}: correct it in the property system."
    if not body.strip():
        return "", "The text is empty."
    if len(body) > twilio.LONGEST:
        return "", f"The text has {len(body)} characters; at most {twilio.LONGEST} can be sent."
    return recipient, ""


def _number(to: str) -> str | None:
    number = lookups.e164(to)
    possible = number is not None and phonenumbers.is_possible_number(phonenumbers.parse(number))
    return number if possible else None


def _intent(text: Text) -> Intent:
    return Intent(
        op_key=text.op_key or "",
        organization_id=text.organization_id,
        connection_id=text.connection_id or "",
        target=text.channel,
        label=_label(text),
        natural_key=f"{text.recipient}\0{text.text}",
        body=f"{text.recipient}\0{text.text}".encode("utf-8", "surrogatepass"),
        since=text.created_at - SKEW,
        kind=_KINDS[text.klass or "text"],
    )


def _label(text: Text) -> str:
    if text.channel == Channel.EMAIL:
        return "an e-mail"
    return "a safety text" if text.klass == "safety" else "a text"


def _noted(
    database: Database, conn: Connection, keys: Keys, now: datetime, carrier: Carrier, text: Text, effect: Effect
) -> Sent:
    """Write on the text what became of its effect."""
    if effect.state is State.CONFIRMED:
        messages.settle(conn, text, carrier.taken, now, sid=effect.external_id)
        return Sent(message_id=text.id, state="sent")
    if effect.state is State.REJECTED:
        messages.settle(conn, text, "failed", now, error=effect.reason)
        return _rejected(database, conn, keys, now, text, effect)
    if effect.state is State.NEEDS_HUMAN:
        messages.settle(conn, text, "unsure", now, error=effect.reason)
        return Sent(message_id=text.id, state="unsure", reason=effect.reason)
    messages.settle(conn, text, "unsure" if effect.state is State.UNKNOWN else "queued", now, error=effect.reason)
    return Sent(message_id=text.id, state="waiting", reason=effect.reason, due_at=effect.due_at or now)


def _rejected(database: Database, conn: Connection, keys: Keys, now: datetime, text: Text, effect: Effect) -> Sent:
    """Refused by us or by the carrier; a STOP that only the carrier knew of is ours from now on."""
    number, organization_id = text.recipient, text.organization_id
    if effect.reason.startswith("The recipient replied STOP"):
        stored_opt_outs.add(database, conn, keys, organization_id, number, "carrier", None, now)
    refused = effect.sends == 0 or opt_outs.is_out(conn, keys, organization_id, number)
    return Sent(message_id=text.id, state="refused" if refused else "failed", reason=effect.reason)
