"""Messages of a pretend Twilio account: how they look on the wire, and how they move on."""

from __future__ import annotations

import re
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from rooftree.simulators.wire import Record

E164 = re.compile(r"\+[1-9]\d{6,14}")
SENT_AFTER = 0.3
DELIVERED_AFTER = 0.8
"""Seconds after creation; made up, real deliveries take about as long."""
_FINAL = frozenset({"delivered", "undelivered", "failed", "received"})


def shown(row: Record) -> Record:
    """The message as Twilio's API shows it (https://www.twilio.com/docs/messaging/api/message-resource)."""
    uri = f"/2010-04-01/Accounts/{row['account_sid']}/Messages/{row['sid']}"
    return {
        "account_sid": row["account_sid"],
        "api_version": "2010-04-01",
        "body": row["body"],
        "date_created": rfc2822(row["created_at"]),
        "date_sent": rfc2822(row["sent_at"]) if row["sent_at"] else None,
        "date_updated": rfc2822(row["updated_at"]),
        "direction": row["direction"],
        "error_code": row["error_code"],
        "error_message": None,
        "from": row["from"],
        "messaging_service_sid": None,
        "num_media": str(len(row["media"])),
        "num_segments": "1",
        "price": None,
        "price_unit": "USD",
        "sid": row["sid"],
        "status": row["status"],
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": row["to"],
        "uri": f"{uri}.json",
    }


def webhook(row: Record, base: str) -> dict[str, str]:
    """The form Twilio posts about an incoming message."""
    media: dict[str, str] = {}
    for number, item in enumerate(row["media"]):
        media[f"MediaContentType{number}"] = item["content_type"]
        media[f"MediaUrl{number}"] = base + media_uri(row, item)
    return {
        "ToCountry": "US",
        "FromCountry": "US",
        "SmsMessageSid": row["sid"],
        "NumMedia": str(len(row["media"])),
        "SmsSid": row["sid"],
        "SmsStatus": "received",
        "Body": row["body"],
        "To": row["to"],
        "NumSegments": "1",
        "MessageSid": row["sid"],
        "AccountSid": row["account_sid"],
        "From": row["from"],
        "ApiVersion": "2010-04-01",
        **media,
    }


def status_form(row: Record) -> dict[str, str]:
    """The form Twilio posts about a change of a message we sent."""
    form = {
        "SmsSid": row["sid"],
        "SmsStatus": row["status"],
        "MessageStatus": row["status"],
        "To": row["to"],
        "MessageSid": row["sid"],
        "AccountSid": row["account_sid"],
        "From": row["from"],
        "ApiVersion": "2010-04-01",
    }
    return form | {"ErrorCode": str(row["error_code"])} if row["error_code"] else form


def media_uri(row: Record, item: dict[str, Any]) -> str:
    return f"/2010-04-01/Accounts/{row['account_sid']}/Messages/{row['sid']}/Media/{item['sid']}"


def next_step(row: Record, now: datetime, unreachable: dict[str, int]) -> Record | None:
    """The message one status further (queued, sent, delivered or undelivered), None while nothing is due."""
    if row["status"] in _FINAL:
        return None
    age = (now - row["created_at"]).total_seconds()
    if row["status"] == "queued":
        moved = {"status": "sent", "sent_at": now}
        return {**row, **moved, "updated_at": now} if age >= SENT_AFTER else None
    if age < DELIVERED_AFTER:
        return None
    code = unreachable.get(row["to"])
    return {**row, "status": "undelivered" if code else "delivered", "error_code": code, "updated_at": now}


def rfc2822(moment: datetime) -> str:
    return format_datetime(moment)
