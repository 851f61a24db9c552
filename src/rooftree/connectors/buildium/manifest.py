"""The facts of Buildium that are not about one record: addresses, keys, limits, clock, errors (contract 2)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace

from rooftree.connectors.base import Answer, Budget, Company, Credential, Manifest, Request, Wire, WireRecord
from rooftree.connectors.buildium.client import every, fetch, record
from rooftree.errors import Unauthorized

MANIFEST = Manifest(
    name="buildium",
    title="Buildium",
    wire="REST v1, JSON",
    base_urls={"production": "https://api.buildium.com", "sandbox": "https://apisandbox.buildium.com"},
    credentials=(
        Credential(name="client_id", label="Client id", help="From Settings > Developer Tools > API keys."),
        Credential(
            name="client_secret",
            label="Client secret",
            help="Shown once when the key is made; make a new key if it is lost.",
        ),
    ),
    budget=Budget(calls=10, seconds=1.0, concurrent=10),
    webhook_help="Settings > Developer Tools > Webhooks; the secret is the one Buildium shows there.",
    page_size=500,
    read_timeout=30.0,
    write_timeout=60.0,
    # Buildium documents neither; both are our own cautious bounds, and only make an unclear write wait longer.
    read_lag=10.0,
    late_commit=60.0,
    overlap=300.0,
    # Tax numbers (also an owner's or vendor's SSN), birth dates, the filled-in application form, bank cheques.
    never_keep=("TaxId", "TaxInformation", "TaxPayerId", "DateOfBirth", "Application", "CheckNumber"),
    settings={
        "default_staff_id": "number of the user who gets tasks that name nobody",
        "operating_bank_account_id": "number of the bank account of a new property",
    },
    plan_questions=(
        "Is your Buildium plan Premium? Only Premium has the API.",
        "Are you an administrator? Only an administrator can make API keys.",
        "Which user should look after requests that name nobody? Buildium wants one for every to-do.",
    ),
    key_help="Buildium refused the key: check client id and secret in Settings > Developer Tools.",
    docs="docs/connectors/buildium.md",
)


def sign(request: Request, credentials: Mapping[str, str]) -> Request:
    """Both headers on every request; there is no token to exchange (contract 2.2)."""
    keys = {
        "x-buildium-client-id": credentials["client_id"],
        "x-buildium-client-secret": credentials["client_secret"],
    }
    return replace(request, headers={**request.headers, **keys})


def explain(answer: Answer) -> str | None:
    """`UserMessage` and the refused fields of an error body; None for a success, and for any other body or none."""
    if answer.status < 400:
        return None
    try:
        data = json.loads(answer.body or b"null")
    except ValueError:
        return None
    if not isinstance(data, dict):
        return None
    rows = [row for row in data.get("Errors") or () if isinstance(row, dict)]
    fields = "; ".join(
        ": ".join(filter(None, (row.get("Key"), row.get("Value") or row.get("Message")))) for row in rows
    )
    return " ".join(part for part in (str(data.get("UserMessage") or ""), fields) if part) or None


def identify(wire: Wire) -> Company:
    account = record(fetch(wire, "/v1/administration/account"))
    return Company(name=str(account.get("CompanyName") or "(no name)"), id=str(account["Id"]))


def picks(wire: Wire) -> Mapping[str, Mapping[str, str]]:
    """The customer's own lists: categories of tasks, vendors and files, active staff; and the default bank account.

    Keys are scoped per entity: a list that this key may not see is empty here, and a write that needs it says so.
    """
    tasks = _seen(wire, "/v1/tasks/categories")
    staff = _seen(wire, "/v1/users", [("usertypes", "Staff"), ("status", "Active")])
    return {
        "task_categories": _ids(tasks),
        "task_subcategories": {
            f"{row['Name']}/{sub['Name']}": str(sub["Id"]) for row in tasks for sub in row.get("SubCategories") or ()
        },
        "vendor_categories": _ids(_seen(wire, "/v1/vendors/categories")),
        "file_categories": _ids(_seen(wire, "/v1/files/categories")),
        "staff": {_staff_name(row): str(row["Id"]) for row in staff},
        "account": _default_bank(record(fetch(wire, "/v1/administration/account"))),
    }


def _seen(wire: Wire, path: str, params: list[tuple[str, str]] | None = None) -> list[WireRecord]:
    try:
        return list(every(wire, path, params))
    except Unauthorized as refusal:
        if refusal.status != 403:
            raise
        return []


def _ids(rows: Iterable[WireRecord]) -> dict[str, str]:
    return {str(row["Name"]): str(row["Id"]) for row in rows if row.get("Name")}


def _staff_name(row: WireRecord) -> str:
    """Name and id, so that two people of one name stay two."""
    return f"{row.get('FirstName') or ''} {row.get('LastName') or ''} ({row['Id']})".strip()


def _default_bank(account: WireRecord) -> dict[str, str]:
    bank = (account.get("AccountingSettings") or {}).get("DefaultBankAccountId")
    return {"default_bank_account": str(bank)} if bank else {}
