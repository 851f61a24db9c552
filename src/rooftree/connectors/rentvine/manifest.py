"""The facts of Rentvine that are not about one record: address, key, pace, clock, errors (contract 1, 2, 4)."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace

from rooftree.connectors.base import (
    Answer,
    Budget,
    Company,
    Credential,
    ListVerb,
    Manifest,
    Query,
    Request,
    Wire,
    WireRecord,
)
from rooftree.connectors.rentvine.client import every, list_statuses, list_trades, listing
from rooftree.connectors.values import to_text
from rooftree.errors import Unauthorized

MANIFEST = Manifest(
    name="rentvine",
    title="Rentvine",
    wire="REST manager API, JSON",
    base_urls={"production": "https://{account}.rentvine.com"},
    credentials=(
        Credential(
            name="account",
            label="Account",
            help="The first word of your Rentvine address: `acme` of https://acme.rentvine.com.",
            secret=False,
        ),
        Credential(name="access_key", label="Access key", help="From Settings > Users, Roles and API > API."),
        Credential(
            name="secret", label="Secret", help="Shown once when the key is made; make a new key if it is lost."
        ),
    ),
    # Rentvine publishes no limit; two calls a second is what its known clients live by.
    budget=Budget(calls=2, seconds=1.0, concurrent=2),
    page_size=250,
    read_timeout=30.0,
    write_timeout=45.0,
    # Neither is documented; both are our own cautious bounds, and only make an unclear write wait longer.
    read_lag=10.0,
    late_commit=60.0,
    overlap=300.0,
    never_keep=(
        *("ssn", "socialSecurityNumber", "taxID", "taxIDNumber", "dateOfBirth", "birthDate", "driversLicense"),
        *("bankAccountNumber", "routingNumber", "accountNumber", "creditScore", "creditReport", "backgroundReport"),
    ),
    settings={
        "description_limit": "the most characters a work order's description may have, where Rentvine refuses 5000",
        "management_fee_setting_id": "number of the management fee setting that a new property gets",
        "property_type_id": "number of the property type that a new property gets",
        "time_zone": "the account's time zone, as America/Chicago",
    },
    plan_questions=(
        "Which role shall the key have? It may do what its role may do: properties, leases, contacts and maintenance.",
        "Which time zone does your Rentvine account tell times in? Its API does not say.",
    ),
    vendor_notice="Rentvine mails a vendor who is put on a work order, when it is asked to with the call.",
    key_help="Check account, access key, secret and the key's role in Settings > Users, Roles and API > API.",
    docs="docs/connectors/rentvine.md",
)


def sign(request: Request, credentials: Mapping[str, str]) -> Request:
    """HTTP Basic on every request; there is no token to exchange."""
    key = f"{credentials['access_key']}:{credentials['secret']}"
    told = base64.b64encode(key.encode()).decode()
    return replace(request, headers={**request.headers, "authorization": f"Basic {told}"})


def explain(answer: Answer) -> str | None:
    """`{"error": ...}`, whatever its status, or the messages by field of a refusal; None for any other body."""
    data = answer.data
    if not isinstance(data, dict):
        return None
    if set(data) == {"error"}:
        return str(data["error"])
    if answer.status < 400:
        return None
    told = [f"{field}: {' '.join(map(str, data[field]))}" for field in data if isinstance(data[field], list)]
    return "; ".join(told) or (str(data["error"]) if data.get("error") else None)


def identify(wire: Wire) -> Company:
    """No read names the company itself, so its first property has to stand for it."""
    page = listing("/properties")(wire, Query(page_size=1), None)
    if not page.items:
        return Company(name="a Rentvine account without properties")
    count = page.total if page.total is not None else "several"
    first = to_text(page.items[0]["property"].get("name")) or to_text(page.items[0]["property"].get("address"))
    return Company(name=f"the Rentvine account of {first} ({count} properties)")


def picks(wire: Wire) -> Mapping[str, Mapping[str, str]]:
    """The account's own work order statuses and trades.

    `status_for` names, for each of the four primary statuses, the one to set: Rentvine's own before one made up by
    the account, then the oldest. A list that this key may not see is empty here.
    """
    statuses = [row["workOrderStatus"] for row in _seen(wire, list_statuses)]
    ordered = sorted(statuses, key=lambda row: (row.get("isSystemStatus") == "1", -int(row["workOrderStatusID"])))
    return {
        "work_order_statuses": {str(row["name"]): str(row["workOrderStatusID"]) for row in statuses},
        "status_for": {str(row["primaryWorkOrderStatusID"]): str(row["workOrderStatusID"]) for row in ordered},
        "trades": {str(row["name"]): str(row["vendorTradeID"]) for row in _seen(wire, list_trades)},
    }


def _seen(wire: Wire, verb: ListVerb) -> list[WireRecord]:
    try:
        return list(every(wire, verb))
    except Unauthorized as refusal:
        if refusal.status != 403:
            raise
        return []
