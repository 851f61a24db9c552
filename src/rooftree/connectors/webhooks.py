"""What webhook checks share: signatures in constant time over raw bytes, a clock one is handed, rotating secrets."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from rooftree.errors import WebhookRefused

TOLERANCE_SECONDS = 300


class UnknownKey(WebhookRefused):
    """A delivery names a key that the published set at hand lacks; a fresh set may have it."""


def check_timestamp(text: str | None, now: datetime, tolerance: float = TOLERANCE_SECONDS) -> None:
    """Raises WebhookRefused for a missing, malformed, old or future UNIX time."""
    if not text or not text.isascii() or not text.isdigit() or len(text) > 12:
        raise WebhookRefused("The timestamp is missing or malformed.")
    sent = datetime.fromtimestamp(int(text), UTC)
    if abs((now - sent).total_seconds()) > tolerance:
        raise WebhookRefused("The timestamp is too far from now.")


def hmac_sha256(secret: str, message: bytes) -> bytes:
    return hmac.new(secret.encode(), message, hashlib.sha256).digest()


def check_any(given: bytes, secrets: Sequence[str], messages: Iterable[bytes]) -> None:
    """Raises WebhookRefused unless `given` is the HMAC-SHA256 of one of the messages under one of the secrets."""
    good = False
    for message in messages:
        for secret in filter(None, secrets):
            good |= hmac.compare_digest(given, hmac_sha256(secret, message))
    if not good:
        raise WebhookRefused("The signature does not match.")
