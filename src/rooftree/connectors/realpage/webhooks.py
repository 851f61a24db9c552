"""RealPage's webhooks: hex HMAC over the raw body, no time in it, so a replay is known by its number (contract 5).

A payload is a hint: the record is read again. It was seen to name the prospect's number and no site (*unsure* what else
it may hold), so a bare number is looked for at each site.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from rooftree.connectors import soap_dates
from rooftree.connectors.strict_json import NotJson, decode
from rooftree.connectors.webhooks import check_any
from rooftree.errors import Unreadable, WebhookRefused
from rooftree.model.events import Event

SIGNATURE = "signature"
TOPICS = {"prospect": "guest_card"}
"""What a topic begins with, and the record it tells of; any other names nothing we keep."""
Change = Literal["created", "updated", "deleted", "unknown"]
CHANGES: dict[str, Change] = {"created": "created", "changed": "updated", "updated": "updated", "deleted": "deleted"}
_CARD, _SITE = ("guestcardid", "id"), ("siteid", "propertyid")


class RealPageWebhooks:
    """Checks and reads a delivery; stateless. Seen numbers are kept where deliveries are, longer than 30 days."""

    def verify(self, body: bytes, headers: Mapping[str, str], secrets: Sequence[str], now: datetime) -> None:
        """Returns for a delivery signed with any of `secrets`; raises WebhookRefused."""
        told = {name.lower(): value for name, value in headers.items()}.get(SIGNATURE, "").strip()
        try:
            given = bytes.fromhex(told)
        except ValueError:
            raise WebhookRefused("The signature is malformed.") from None
        check_any(given, secrets, [body])

    def parse(self, body: bytes) -> Sequence[Event]:
        """The events in a verified body, none for a topic that names no record of ours; raises Unreadable."""
        try:
            return list(_events(_folded(decode(body))))
        except (NotJson, ValueError, KeyError, TypeError, AttributeError) as error:
            raise Unreadable(f"RealPage webhook fits no known form: {type(error).__name__}") from error


def _folded(value: Any) -> dict[str, Any]:
    """An object with its names in lower case: the contract and RealPage's own sample differ in capitals."""
    return {str(name).lower(): inner for name, inner in value.items()}


def _events(wire: Mapping[str, Any]) -> Iterator[Event]:
    family, _, verb = str(wire["topic"]).lower().partition(".")
    number, record = str(wire["id"]), TOPICS.get(family)
    if not number.strip():
        raise ValueError("it has no number")
    if record is None:
        return
    payload = _folded(wire["payload"])
    card = next((str(payload[name]) for name in _CARD if payload.get(name)), "")
    if not card:
        raise ValueError("it names no guest card")
    site = next((str(payload[name]) for name in _SITE if payload.get(name)), "")
    at = soap_dates.to_moment(wire["createdat"], UTC) if wire.get("createdat") else None
    yield Event(
        key=number,
        record=record,
        id=f"{site}:{card}" if site else card,
        change=CHANGES.get(verb, "unknown"),
        happened_at=at,
    )
