"""Twilio's wire as pure functions: is a webhook genuine, what does it say, how is a text asked for.

Sources: https://www.twilio.com/docs/usage/security#validating-requests (signature),
https://www.twilio.com/docs/messaging/guides/webhook-request (incoming),
https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks (status),
https://www.twilio.com/docs/messaging/api/message-resource (REST).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from rooftree.errors import Unreadable, WebhookRefused

SIGNATURE_HEADER = "X-Twilio-Signature"
EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
"""The answer to an incoming text that makes Twilio send nothing back."""
LONGEST = 1_600
"""Characters Twilio takes in one message; more is refused with error 21617."""
OPTED_OUT = 21610
_DEFAULT_PORTS = {"https": 443, "http": 80}
_MOST_FIELDS = 500
_SEEN = {
    "queued": "sent",
    "accepted": "sent",
    "scheduled": "sent",
    "sending": "sent",
    "sent": "sent",
    "delivered": "delivered",
    "read": "delivered",
    "undelivered": "undelivered",
    "failed": "failed",
    "canceled": "failed",
}
"""Twilio's status words in ours: once Twilio holds a message, it is sent as far as we can do anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A text somebody sent to our number; `at` is Twilio's time where it tells one (the list does)."""

    sid: str
    sender: str
    recipient: str
    text: str
    media: tuple[Mapping[str, str], ...] = ()
    """`{"url", "content_type"}` of each picture or file; fetching a URL needs Twilio's credentials."""
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How far a text of ours got: sent, delivered, undelivered or failed, with Twilio's error code."""

    sid: str
    state: str
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A text of ours as Twilio lists it."""

    sid: str
    recipient: str
    text: str
    state: str
    error: str
    created_at: datetime


def fields(body: bytes) -> list[tuple[str, str]]:
    """The form of a webhook as pairs; raises WebhookRefused for what is no form."""
    try:
        text = body.decode("utf-8")
        return parse_qsl(text, keep_blank_values=True, errors="replace", max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise WebhookRefused("The webhook's body is not a form.") from None


def signature(token: str, url: str, form: Sequence[tuple[str, str]]) -> str:
    """What Twilio sends in X-Twilio-Signature: HMAC-SHA1 over the URL and the form's sorted names and values."""
    signed = url + "".join(name + value for name, value in sorted(set(form)))
    digest = hmac.new(token.encode(), signed.encode("utf-8", "surrogatepass"), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def verify(tokens: Sequence[str], url: str, form: Sequence[tuple[str, str]], given: str) -> None:
    """Raises WebhookRefused unless `given` was made with one of `tokens` for exactly this URL and form.

    `url` is the address as set up at Twilio (behind a proxy: the public one, never the one our socket saw). Twilio
    signs it sometimes with and sometimes without the port, so both count. Two tokens are valid while one is rotated.
    """
    wanted = [signature(token, address, form) for token in tokens if token for address in _addresses(url)]
    matches = [hmac.compare_digest(expected.encode(), given.encode()) for expected in wanted]
    if not any(matches):
        raise WebhookRefused("The webhook's signature is not Twilio's.")


def _addresses(url: str) -> Iterator[str]:
    yield url
    parts = urlsplit(url)
    host = parts.netloc.rpartition(":")[0] if parts.port else parts.netloc
    port = parts.port or _DEFAULT_PORTS.get(parts.scheme)
    for netloc in (host, f"{host}:{port}"):
        if netloc != parts.netloc:
            yield urlunsplit(parts._replace(netloc=netloc))


def incoming(form: Sequence[tuple[str, str]]) -> Incoming:
    """The text in a webhook's form; raises Unreadable when it has no MessageSid or no sender."""
    values = dict(form)
    sid, sender = values.get("MessageSid") or values.get("SmsMessageSid", ""), values.get("From", "")
    if not sid or not sender:
        raise Unreadable("Twilio's webhook names no message or no sender.")
    return Incoming(
        sid=sid,
        sender=sender,
        recipient=values.get("To", ""),
        text=values.get("Body", ""),
        media=tuple(_media(values)),
    )


def _media(values: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
    count = values.get("NumMedia", "0")
    for number in range(min(int(count) if count.isdigit() else 0, _MOST_FIELDS)):
        if url := values.get(f"MediaUrl{number}"):
            yield {"url": url, "content_type": values.get(f"MediaContentType{number}", "")}


def status(form: Sequence[tuple[str, str]]) -> Status:
    """The news in a status callback; raises Unreadable when it names no message."""
    values = dict(form)
    sid = values.get("MessageSid") or values.get("SmsSid", "")
    if not sid:
        raise Unreadable("Twilio's status callback names no message.")
    word = values.get("MessageStatus") or values.get("SmsStatus", "")
    return Status(sid=sid, state=state_of(word), error=values.get("ErrorCode", ""))


def state_of(word: str) -> str:
    """Twilio's status word in ours; a word we do not know means that Twilio has the message."""
    return _SEEN.get(word.lower(), "sent")


def request(sender: str, to: str, text: str, status_callback: str = "") -> dict[str, str]:
    """The form that asks Twilio to send one text."""
    form = {"To": to, "From": sender, "Body": text}
    return form | {"StatusCallback": status_callback} if status_callback else form


def listed(wire: Mapping[str, Any], media: Sequence[Mapping[str, str]] = ()) -> Incoming:
    """An incoming text as the message list shows it."""
    return Incoming(
        sid=_said(wire, "sid"),
        sender=_said(wire, "from"),
        recipient=_said(wire, "to"),
        text=str(wire.get("body") or ""),
        media=tuple(media),
        at=created_at(wire),
    )


def sent(wire: Mapping[str, Any]) -> Outgoing:
    """A text of ours as the message list, or the answer to sending it, shows it."""
    return Outgoing(
        sid=_said(wire, "sid"),
        recipient=str(wire.get("to") or ""),
        text=str(wire.get("body") or ""),
        state=state_of(str(wire.get("status") or "")),
        error=str(wire.get("error_code") or ""),
        created_at=created_at(wire),
    )


def created_at(wire: Mapping[str, Any]) -> datetime:
    """When Twilio made the message, to the second; raises Unreadable."""
    try:
        return parsedate_to_datetime(_said(wire, "date_created"))
    except ValueError:
        raise Unreadable("Twilio's date_created is no RFC 2822 date.") from None


def _said(wire: Mapping[str, Any], name: str) -> str:
    value = wire.get(name)
    if not isinstance(value, str) or not value:
        raise Unreadable(f"Twilio's message has no {name}.")
    return value
