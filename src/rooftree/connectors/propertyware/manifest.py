"""The facts of Propertyware that are not about one record: address, keys, pace, clock, errors (contract 2)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from rooftree.connectors.base import Answer, Budget, Company, Credential, Manifest, Query, Request, Wire
from rooftree.connectors.propertyware.client import listing
from rooftree.connectors.values import to_text

MANIFEST = Manifest(
    name="propertyware",
    title="Propertyware",
    wire="Open API, REST v1, JSON",
    base_urls={"production": "https://api.propertyware.com"},
    credentials=(
        Credential(name="client_id", label="Client id", help="From Setup > Administration Setup > API Keys."),
        Credential(
            name="client_secret",
            label="Client secret",
            help="Shown once when the key is made; make a new key if it is lost.",
        ),
        Credential(
            name="system_id",
            label="Organization id",
            help="The number of your organization; a key works only with its own.",
            secret=False,
        ),
    ),
    # The numbers stand in the documents as a future rule; we keep to them by our own choice.
    budget=Budget(calls=10, seconds=1.0, concurrent=8),
    page_size=500,
    read_timeout=30.0,
    write_timeout=60.0,
    # Neither is documented; both are our own cautious bounds, and only make an unclear write wait longer.
    read_lag=10.0,
    late_commit=60.0,
    overlap=300.0,
    never_keep=("taxId", "taxID", "taxPayerName", "birthDate", "gender", "accountNumber"),
    settings={
        "building_type": "type of a new building in Propertyware's word, where it is not House or Apartment Building",
        "closing_vendor_id": "number of the vendor on the time card of a closed work order that has no vendor",
        "vendor_field": "name of the work order's custom field that shall say which vendor accepted; define it first",
        "time_card_name": "how Propertyware spells the time cards of a close, where it is not timeCardEntry",
    },
    plan_questions=(
        "Is the Open API switched on? It is a paid add-on.",
        "Has support switched on closing work orders for your organization? Without it staff close them.",
        "Which vendor shall stand on the time card of a closed work order when nobody assigned one?",
    ),
    key_help="Check key, secret and organization id in Setup > Administration Setup > API Keys, and the key's groups.",
    docs="docs/connectors/propertyware.md",
)


def sign(request: Request, credentials: Mapping[str, str]) -> Request:
    """Three headers on every request; there is no token to exchange (contract 2.2)."""
    names = ("client_id", "client_secret", "system_id")
    keys = {f"x-propertyware-{name.replace('_', '-')}": credentials[name] for name in names}
    return replace(request, headers={**request.headers, **keys})


def explain(answer: Answer) -> str | None:
    """`userMessage` and the refused fields; the code is "1001" whatever happened, and is not told."""
    if answer.status < 400:
        return None
    try:
        data = json.loads(answer.body or b"null")
    except ValueError:
        return None
    if not isinstance(data, dict):
        return None
    rows = [row for row in data.get("errors") or () if isinstance(row, dict)]
    fields = "; ".join(f"{row.get('key')}: {row.get('message')}" for row in rows)
    return " ".join(part for part in (to_text(data.get("userMessage")), fields) if part) or None


def identify(wire: Wire) -> Company:
    """No read names the organization itself, so its first portfolio has to stand for it."""
    page = listing("portfolios")(wire, Query(page_size=1), None)
    if not page.items:
        return Company(name="a Propertyware organization without portfolios")
    return Company(
        name=f"the Propertyware organization of {to_text(page.items[0].get('name')) or 'an unnamed portfolio'}"
    )
