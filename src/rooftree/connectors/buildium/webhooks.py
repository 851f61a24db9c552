"""Buildium's webhooks: timestamped HMAC, ids only, at least once and in no order (contract 4)."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from rooftree.connectors.buildium.wire import to_instant
from rooftree.connectors.webhooks import check_any, check_timestamp
from rooftree.errors import Unreadable, WebhookRefused
from rooftree.model.events import Event

TIMESTAMP, SIGNATURE = "buildium-webhook-timestamp", "buildium-webhook-signature"
Change = Literal["created", "updated", "deleted", "unknown"]
CHANGES: dict[str, Change] = {"Created": "created", "Updated": "updated", "Deleted": "deleted"}

Named = tuple[str, str]
"""A record name of ours and the id in it."""


def _one(record: str, field: str) -> Callable[[Mapping[str, Any]], list[Named]]:
    return lambda body: [(record, str(body[field]))]


def _task(body: Mapping[str, Any]) -> list[Named]:
    """A contact request is a lead; every other task is a work order."""
    return [("lead" if body.get("TaskType") == "ContactRequest" else "work_order", str(body["TaskId"]))]


EVENTS: dict[str, Callable[[Mapping[str, Any]], list[Named]]] = {
    "Rental": _one("property", "PropertyId"),
    "RentalUnit": _one("unit", "UnitId"),
    "Listing": _one("listing", "UnitId"),
    "Lease": _one("lease", "LeaseId"),
    "LeaseTenant": _one("resident", "TenantId"),
    "Lease.MoveOut": lambda body: [("lease", str(body["LeaseId"])), ("resident", str(body["TenantId"]))],
    "Vendor": _one("vendor", "VendorId"),
    "Task": _task,
    "Task.History": lambda body: [("note", f"work_order:{body['TaskId']}:{body['TaskHistoryId']}")],
    "WorkOrder": lambda body: [("work_order", f"work_order:{body['WorkOrderId']}")],
    "Applicant": _one("applicant", "ApplicantId"),
    "ApplicantApplication": lambda body: [("application", f"{body['ApplicantId']}:{body['ApplicationId']}")],
    "PhoneLog": _one("phone_log", "PhoneLogId"),
}
"""Event family -> the records it tells of.

A work order's event carries its own id, not its task's: "work_order:23" is what `get` answers with the joined record.
Families that are not here (associations, bank accounts, bills, budgets, ledger entries, categories) name nothing we
keep; a `LeaseTransaction` names no lease, so balances and the ledger are read again on their schedule.
"""

PART_OF = ("WorkOrder", "Lease.MoveOut")
"""Families whose Created adds a part to a record of ours, which is thereby updated."""


class BuildiumWebhooks:
    """Checks and reads a delivery; stateless."""

    def verify(self, body: bytes, headers: Mapping[str, str], secrets: Sequence[str], now: datetime) -> None:
        """Returns for a fresh delivery signed with any of `secrets`; raises WebhookRefused.

        Buildium documents no tolerance; the 300 s of `check_timestamp` are what integrators use, and safe, because a
        retry is signed anew when it is sent.
        """
        lowered = {name.lower(): value for name, value in headers.items()}
        stamp = lowered.get(TIMESTAMP, "")
        check_timestamp(stamp, now)
        try:
            given = base64.b64decode(lowered.get(SIGNATURE, ""), validate=True)
        except ValueError as error:
            raise WebhookRefused("The signature is malformed.") from error
        check_any(given, secrets, [stamp.encode() + b"." + form for form in _forms(body)])

    def parse(self, body: bytes) -> Sequence[Event]:
        """The events in a verified body, none for a family that names no record of ours; raises Unreadable."""
        try:
            wire = json.loads(body)
            return list(_events(wire))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise Unreadable(f"Buildium webhook fits no known form: {type(error).__name__}") from error


def _forms(body: bytes) -> Iterator[bytes]:
    """The bytes as received, then the JSON without newlines and without spaces, which is what Buildium signs."""
    yield body
    try:
        compact = json.dumps(json.loads(body), separators=(",", ":"), ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return
    if compact != body:
        yield compact


def _events(wire: Mapping[str, Any]) -> Iterator[Event]:
    family, _, verb = wire["EventName"].rpartition(".")
    names = EVENTS.get(family)
    if names is None:
        return
    at = str(wire["EventDateTime"])
    change = "updated" if family in PART_OF and verb == "Created" else CHANGES.get(verb, "unknown")
    for record, id in names(wire):
        key = f"{wire['AccountId']}/{wire['EventName']}/{record}/{id}/{at}"
        yield Event(key=key, record=record, id=id, change=change, happened_at=to_instant(at))
