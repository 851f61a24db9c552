"""How Buildium signs a webhook: base64 of HMAC-SHA256 over `timestamp.body`, the body without optional spaces."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime

from rooftree.simulators.wire import Record


def sign(event: Record, secret: str, sent_at: datetime, *, spaced: bool = False) -> tuple[Mapping[str, str], bytes]:
    """Headers and body. The signature always covers the compact JSON; `spaced` sends the body written at leisure."""
    compact = json.dumps(event, separators=(",", ":"), ensure_ascii=False)
    timestamp = str(int(sent_at.timestamp()))
    body = json.dumps(event, indent=2, ensure_ascii=False) if spaced else compact
    headers = {
        "content-type": "application/json",
        "buildium-webhook-timestamp": timestamp,
        "buildium-webhook-signature": signature(secret, timestamp, compact),
    }
    return headers, body.encode()


def signature(secret: str, timestamp: str, compact_body: str) -> str:
    """The value of buildium-webhook-signature."""
    digest = hmac.new(secret.encode(), f"{timestamp}.{compact_body}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode("ascii")
