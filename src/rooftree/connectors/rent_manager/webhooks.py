"""Rent Manager's webhooks: unsigned, ids only, no retry promised (contract 4).

Anybody may write one. What guards the door is its secret path and, where the customer names it, an allow-list of who
may speak: a secret of the form `company/location` ("acme/1"), compared with CorporateID and LocationID. A delivery that
passes is a hint still: its record is read again before anything is believed, and polling stays the truth.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from rooftree.connectors.strict_json import NotJson, decode
from rooftree.errors import Unreadable, WebhookRefused
from rooftree.model.events import Event

Change = Literal["created", "updated", "deleted", "unknown"]
CHANGES: dict[str, Change] = {"add": "created", "edit": "updated", "delete": "deleted"}
OWN, OF_PARENT = "own", "parent"
EVENTS = {
    "tenant": ("resident", OWN),
    "tenantcontact": ("resident", OF_PARENT),
    "tenanthistory": ("note", OWN),
    "owner": ("owner", OWN),
    "prospect": ("guest_card", OWN),
    "prospectcontact": ("guest_card", OF_PARENT),
    "prospecthistory": ("note", OWN),
    "serviceissue": ("work_order", OWN),
    "servicemanagerissue": ("work_order", OWN),
    "serviceissuehistory": ("note", OWN),
    "servicemanagerissuehistory": ("note", OWN),
    "serviceissuetechtimes": ("work_order", OF_PARENT),
    "servicemanagerissuetechtimes": ("work_order", OF_PARENT),
    "vendor": ("vendor", OWN),
    "application": ("application", OWN),
}
"""Event, in lower case -> the record it tells of, and whether the changed id is its own or a part's.

The strings for issues are unsure, so both likely ones are taken. One that is not here (OwnerProspect) names nothing we
keep. A changed part is an update of its parent, whose id it names.
"""


class RentManagerWebhooks:
    """Checks and reads a delivery; stateless."""

    def verify(self, body: bytes, headers: Mapping[str, str], secrets: Sequence[str], now: datetime) -> None:
        """Returns for a delivery from one who may speak; raises WebhookRefused. There is no signature to check."""
        known = [secret for secret in secrets if secret]
        if not known:
            raise WebhookRefused("Webhooks are not set up for this connection.")
        allowed = {secret.lower() for secret in known if "/" in secret}
        if allowed and _speaker(_json(body), allowed) not in allowed:
            raise WebhookRefused("The delivery is of another company or location.")

    def parse(self, body: bytes) -> Sequence[Event]:
        """The events in a delivery, none for a type that names no record of ours; raises Unreadable."""
        try:
            return list(_events(_json(body)))
        except (WebhookRefused, ValueError, KeyError, TypeError, AttributeError) as error:
            raise Unreadable(f"Rent Manager webhook fits no known form: {type(error).__name__}") from error


def _json(body: bytes) -> Mapping[str, Any]:
    try:
        found = decode(body)
    except NotJson:
        raise WebhookRefused("The body is not JSON.") from None
    if not isinstance(found, dict):
        raise WebhookRefused("The body is no event.")
    return found


def _speaker(wire: Mapping[str, Any], allowed: set[str]) -> str:
    """`company/location`; only a delivery for an integration must name the company, and one that does not is taken
    for the company of the location it names.
    """
    place = str(wire.get("LocationID") or "")
    if wire.get("CorporateID"):
        return f"{wire['CorporateID']}/{place}".lower()
    return next((each for each in sorted(allowed) if place and each.rpartition("/")[2] == place), "")


def _events(wire: Mapping[str, Any]) -> Iterator[Event]:
    name, _, verb = str(wire["EventType"]).rpartition("_")
    pairs: Mapping[str, Any] = wire["IDParentIDDict"]
    record, whose = EVENTS.get(name.replace(" ", "").lower(), ("", ""))
    change = CHANGES.get(verb.lower(), "unknown")
    for id, parent in dict(pairs).items():
        if not record:
            continue
        named = _number(id if whose == OWN else parent)
        told = "updated" if whose == OF_PARENT else change
        key = f"{wire.get('CorporateID') or ''}/{wire.get('LocationID') or ''}/{wire['EventType']}/{_number(id)}"
        yield Event(key=key, record=record, id=named, change=told)


def _number(id: Any) -> str:
    text = str(id)
    if not (text.isascii() and text.isdigit()):
        raise ValueError("an id is no number")
    return text
