"""AppFolio's webhooks: detached JWS under published keys, ids only, one listener for all databases (contract 11).

There is no shared secret. Genuine is what AppFolio signed (PS256, a key of its published set) for *this* connection:
the same key signs for every customer, so the client id or database id in the body must be one of those the connection
was given as its webhook secrets. The key set is handed in beside them, as the JSON document it is.
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from rooftree.connectors.appfolio.wire import to_instant
from rooftree.connectors.strict_json import NotJson, decode
from rooftree.connectors.webhooks import TOLERANCE_SECONDS, UnknownKey
from rooftree.errors import Unreadable, WebhookRefused
from rooftree.model.events import Event

SIGNATURE = "x-jws-signature"
ALGORITHM = "PS256"
_PSS = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)
_LEAST_BITS = 2048

Change = Literal["created", "updated", "deleted", "unknown"]
CHANGES: dict[str, Change] = {
    "create": "created",
    "update": "updated",
    "delete": "deleted",
    "destroy": "deleted",
}
TOPICS = {
    "properties": "property",
    "units": "unit",
    "tenants": "resident",
    "leases": "lease",
    "charges": "charge",
    "leads": "guest_card",
    "lead_updates": "guest_card",
    "showings": "showing",
    "rental_applications": "application",
    "owners": "owner",
    "vendors": "vendor",
    "work_orders": "work_order",
    "work_order_updates": "work_order",
}
"""Topic -> the record it tells of; the older names end in `_updates`. Other topics name nothing we keep."""


class AppFolioWebhooks:
    """Checks and reads a delivery; stateless."""

    def verify(self, body: bytes, headers: Mapping[str, str], secrets: Sequence[str], now: datetime) -> None:
        """Returns for a fresh delivery that AppFolio signed for this connection; raises WebhookRefused.

        `secrets` are the client or database ids that are ours, and the published key set (a JSON object). Raises
        UnknownKey when the delivery names a key that the set lacks: it may have been rotated in since.
        """
        lowered = {name.lower(): value for name, value in headers.items()}
        head, signature = _parts(lowered.get(SIGNATURE, ""))
        protected = _protected(head)
        key = _key_of(protected, [text for text in secrets if text.lstrip().startswith("{")])
        payload = body if protected.get("b64") is False else _encoded(body)
        try:
            key.verify(signature, head.encode() + b"." + payload, _PSS, hashes.SHA256())
        except InvalidSignature:
            raise WebhookRefused("The signature does not match.") from None
        ours = [text for text in secrets if text and not text.lstrip().startswith("{")]
        for event in _bodies(body):
            _check_ours(event, ours)
            _check_fresh(event, now)

    def parse(self, body: bytes) -> Sequence[Event]:
        """The events in a verified body, none for a topic that names no record of ours; raises Unreadable."""
        try:
            return [event for each in _bodies(body) for event in _events(each)]
        except (WebhookRefused, ValueError, KeyError, TypeError, AttributeError) as error:
            raise Unreadable(f"AppFolio webhook fits no known form: {type(error).__name__}") from error


def _parts(header: str) -> tuple[str, bytes]:
    """The protected header as it was signed, and the signature, of `header..signature`."""
    head, middle, signature = [*header.split("."), "", "", ""][:3]
    if not head or middle or not signature or header.count(".") != 2:
        raise WebhookRefused("The signature is missing or malformed.")
    return head, _decoded(signature)


def _decoded(text: str) -> bytes:
    """Base64url without padding, in its one canonical writing."""
    try:
        data = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise WebhookRefused("The signature is malformed.") from None
    if _encoded(data).decode() != text:
        raise WebhookRefused("The signature is malformed.")
    return data


def _encoded(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _protected(head: str) -> Mapping[str, Any]:
    """The protected header; the algorithm is ours to choose and never the sender's."""
    try:
        found = decode(_decoded(head))
    except NotJson:
        raise WebhookRefused("The signature is malformed.") from None
    if not isinstance(found, dict) or found.get("alg") != ALGORITHM:
        raise WebhookRefused("The signature is not of the one algorithm that is taken.")
    extensions = found.get("crit", [])
    if not isinstance(extensions, list) or set(map(str, extensions)) - {"b64"}:
        raise WebhookRefused("The signature asks for an extension that is not known.")
    if not isinstance(found.get("kid"), str) or not found["kid"]:
        raise WebhookRefused("The signature names no key.")
    return found


def _key_of(protected: Mapping[str, Any], sets: Sequence[str]) -> rsa.RSAPublicKey:
    """The published key that the delivery names; raises UnknownKey."""
    for text in sets:
        for key in _keys_in(text):
            if key.get("kid") == protected["kid"]:
                return _public(key)
    raise UnknownKey("The delivery names a key that is not published.")


def _keys_in(text: str) -> list[Mapping[str, Any]]:
    try:
        found = json.loads(text)
    except ValueError:
        return []
    keys = found.get("keys") if isinstance(found, dict) else None
    return [key for key in keys or () if isinstance(key, dict)] if isinstance(keys, list) else []


def _public(key: Mapping[str, Any]) -> rsa.RSAPublicKey:
    """An RSA key for checking PS256 and nothing else."""
    fits = key.get("kty") == "RSA" and key.get("alg", ALGORITHM) == ALGORITHM and key.get("use", "sig") == "sig"
    if not fits:
        raise WebhookRefused("The published key is not for this algorithm.")
    try:
        modulus, exponent = (int.from_bytes(_decoded(str(key[name]))) for name in ("n", "e"))
        public = rsa.RSAPublicNumbers(exponent, modulus).public_key()
    except (KeyError, ValueError):
        raise WebhookRefused("The published key is malformed.") from None
    if public.key_size < _LEAST_BITS:
        raise WebhookRefused("The published key is too short.")
    return public


def _bodies(body: bytes) -> list[Mapping[str, Any]]:
    """The events of a delivery: one, or, where batching was asked for, several in a form that is not documented."""
    try:
        found = decode(body)
    except NotJson:
        raise WebhookRefused("The body is not JSON.") from None
    if isinstance(found, dict) and "topic" not in found:
        found = next((found[name] for name in ("events", "data", "messages") if name in found), None)
    rows = found if isinstance(found, list) else [found]
    if not rows or not all(isinstance(row, dict) and row.get("topic") for row in rows):
        raise WebhookRefused("The body holds no event.")
    return rows


def _check_ours(event: Mapping[str, Any], ours: Sequence[str]) -> None:
    named = [str(event[name]) for name in ("client_id", "database_id") if event.get(name)]
    if not any(hmac.compare_digest(name.encode(), own.encode()) for name in named for own in ours):
        raise WebhookRefused("The delivery is for another database.")


def _check_fresh(event: Mapping[str, Any], now: datetime) -> None:
    try:
        sent = to_instant(event.get("message_sent_at"))
    except ValueError:
        sent = None
    if sent is None:
        raise WebhookRefused("The time of sending is missing or malformed.")
    if abs((now - sent).total_seconds()) > TOLERANCE_SECONDS:
        raise WebhookRefused("The time of sending is too far from now.")


def _events(wire: Mapping[str, Any]) -> Iterator[Event]:
    """One event; the older form says id, entity_id and update_timestamp."""
    record = TOPICS.get(str(wire["topic"]))
    if record is None:
        return
    id, told = str(wire.get("resource_id") or wire["entity_id"]), str(wire.get("event_id") or wire["id"])
    at = wire.get("event_timestamp") or wire.get("update_timestamp")
    kind = str(wire.get("event_type") or "update")
    yield Event(
        key=f"{wire.get('database_id') or wire.get('client_id')}/{told}",
        record=record,
        id=f"lease:{id}" if record == "lease" else id,
        change=CHANGES.get(kind, "unknown"),
        happened_at=to_instant(at),
    )
