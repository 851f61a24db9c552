"""How RealPage signs a webhook: lower-case hex of HMAC-SHA256 over the body, without a time (contract 5)."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime

from rooftree.simulators.wire import Record


def sign(event: Record, secret: str, sent_at: datetime) -> tuple[Mapping[str, str], bytes]:
    """Headers and body of one delivery."""
    body = json.dumps(event, ensure_ascii=False).encode()
    return {
        "content-type": "application/json",
        "signature": hmac.new(secret.encode(), body, hashlib.sha256).hexdigest(),
        "clientid": "made-up-client",
        "correlation-id": str(event["Id"]),
        "apikey": "made-up-key",
    }, body
