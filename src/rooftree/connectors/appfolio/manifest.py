"""The facts of AppFolio that are not about one record: addresses, keys, limits, clock, errors (contract 1 to 5)."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from rooftree.connectors.appfolio.client import API, EPOCH, every
from rooftree.connectors.base import Answer, Budget, Company, Credential, Manifest, Request, Wire, WireRecord
from rooftree.errors import ConnectorError, NotFound, Unauthorized, Unreadable

REPORTS = "/api/v2/reports/"
JWKS = "/.well-known/jwks.json"
STATUSES: Mapping[int, type[ConnectorError]] = {701: Unauthorized}
"""AppFolio's own statuses that are not what their hundreds say: 701 is "invalid credential"."""
_DATABASE = re.compile(r"[a-z0-9][a-z0-9-]{0,62}\Z")

MANIFEST = Manifest(
    name="appfolio",
    title="AppFolio",
    wire="REST v0 (Stack or Database API) and Reports v2, JSON",
    base_urls={"production": "https://api.appfolio.com"},
    credentials=(
        Credential(name="client_id", label="Client ID", help="Made per customer database in the developer area."),
        Credential(
            name="client_secret",
            label="Client secret",
            help="Shown with the client ID; Regenerate Client Secret makes a new one.",
        ),
        Credential(name="developer_id", label="Developer ID", help="The same for all databases of one developer."),
        Credential(
            name="reports_database",
            label="Database name",
            help="The word in front of .appfolio.com where you sign in; needed for vendors' trades only.",
            secret=False,
            default="",
        ),
        Credential(
            name="reports_client_id",
            label="Reports client ID",
            help="General Settings > Manage API Settings > Reports API Credentials; needed for vendors' trades only.",
            default="",
        ),
        Credential(
            name="reports_client_secret",
            label="Reports client secret",
            help="It belongs to the Reports client ID and is another than the client secret above.",
            default="",
        ),
    ),
    # Documented: 8 a second, 256 a minute, 4,096 an hour. Some databases refuse more than 5 in 5 seconds.
    budget=Budget(calls=5, seconds=5.0, concurrent=4),
    webhook_help=(
        "The webhooks of your API key in AppFolio's developer settings; the secret is your client id (or database id)."
    ),
    page_size=1000,
    read_timeout=60.0,
    write_timeout=60.0,
    # AppFolio documents neither; both are our own cautious bounds, and only make an unclear write wait longer.
    read_lag=10.0,
    late_commit=60.0,
    overlap=300.0,
    never_keep=(
        "SSN",
        "SocialSecurityNumber",
        "DateOfBirth",
        "BirthDate",
        "TaxpayerId",
        "TaxpayerName",
        "CreditScore",
        "MonthlyIncome",
        "Screening",
        "ScreeningResults",
        "BankAccountNumber",
        "RoutingNumber",
        "AccountNumber",
    ),
    plan_questions=(
        "Is your AppFolio plan Plus or Max? Core has no API at all; Plus only reads, and only Max can be written to.",
        "Is your own database meant, or do you act for a customer? Stack partners need AppFolio's agreement first.",
        "Do you want vendors found by their trade? Then bring the Reports API key as well: v0 does not tell trades.",
    ),
    vendor_notice="AppFolio may mail a vendor on assignment, by your settings there: switch it off if Rooftree shall.",
    key_help="AppFolio refused the key: check client ID, secret and developer ID, and what they are entitled to.",
    docs="docs/connectors/appfolio.md",
)


def sign(request: Request, credentials: Mapping[str, str]) -> Request:
    """Basic with the key of the API that is asked, and the developer's id on v0 (contract 2)."""
    if request.path.startswith(REPORTS):
        return _signed_report(request, credentials)
    headers = _basic(credentials["client_id"], credentials["client_secret"])
    developer = {"x-appfolio-developer-id": credentials["developer_id"]}
    return replace(request, headers={**request.headers, **headers, **developer})


def _signed_report(request: Request, credentials: Mapping[str, str]) -> Request:
    """Reports live on the customer's own host; without a name for it they are asked of the connection's address."""
    id, secret = credentials.get("reports_client_id", ""), credentials.get("reports_client_secret", "")
    if not id or not secret:
        raise NotFound("This connection has no Reports API key.")
    database = credentials.get("reports_database", "").strip().lower()
    if database and not _DATABASE.match(database):
        raise Unauthorized("The database name must be the one word in front of .appfolio.com.")
    path = f"https://{database}.appfolio.com{request.path}" if database else request.path
    return replace(request, path=path, headers={**request.headers, **_basic(id, secret)})


def _basic(id: str, secret: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{id}:{secret}".encode()).decode()}


def explain(answer: Answer) -> str | None:
    """`message` of an error body, which names the fields it refuses; None for a success, and for any other body."""
    if answer.status < 400:
        return None
    try:
        data = json.loads(answer.body or b"null")
    except ValueError:
        return None
    said = (data.get("message") or data.get("error")) if isinstance(data, dict) else None
    return str(said) if said else None


def identify(wire: Wire) -> Company:
    """The customer's database by its name, which is in the web address of each of its records."""
    params = [("filters[LastUpdatedAtFrom]", EPOCH), ("page[size]", "1")]
    data = wire.read(Request(method="GET", path=f"{API}properties", params=params)).data
    if not isinstance(data, dict) or not isinstance(data.get("data"), list):
        raise Unreadable("AppFolio did not answer with a list.")
    hosts = [urlsplit(str(row.get("Link") or "")).hostname for row in data["data"]]
    name = next((host.partition(".")[0] for host in hosts if host), None)
    return Company(name=name or "(a database without properties)", id=name)


def published_keys(wire: Wire) -> Sequence[str]:
    """The key set that AppFolio signs webhooks by; it takes no credential (contract 11)."""
    answer = wire.read(Request(method="GET", path=JWKS, auth=False))
    if not isinstance(answer.data, dict) or not isinstance(answer.data.get("keys"), list):
        raise Unreadable("AppFolio did not answer with a key set.")
    return [answer.body.decode()]


def picks(wire: Wire) -> Mapping[str, Mapping[str, str]]:
    """The customer's custom fields, and what only a report tells of vendors: trades, and whom not to send.

    What this key may not see is empty here, and a write that needs it says so.
    """
    vendors = list(_vendor_report(wire))
    return {
        "custom_fields": {f"{row.get('EntityType')}/{row.get('Name')}": str(row["Id"]) for row in _custom_fields(wire)},
        "vendor_trades": _by_number(vendors, "vendor_trades"),
        "vendors_not_to_use": _by_number(vendors, "do_not_use_for_work_order"),
    }


def _custom_fields(wire: Wire) -> list[WireRecord]:
    try:
        return list(every(wire, "custom_fields", [("filters[LastUpdatedAtFrom]", EPOCH)]))
    except Unauthorized as refusal:
        if refusal.status != 403:
            raise
        return []


def _vendor_report(wire: Wire) -> Iterator[WireRecord]:
    """Every row of the vendor directory, page after page; none without a key for it.

    A refused Reports key costs the trades and nothing more: work goes on with the v0 key.
    """
    path: str | None = f"{REPORTS}vendor_directory.json"
    wanted: Any = {"vendor_visibility": "all", "columns": ["vendor_id", "vendor_trades", "do_not_use_for_work_order"]}
    try:
        while path:
            data = wire.read(Request(method="POST", path=path, json=wanted, reads=True)).data
            if not isinstance(data, dict) or not isinstance(data.get("results"), list):
                raise Unreadable("AppFolio did not answer with a report.")
            yield from data["results"]
            path, wanted = _path_of(data.get("next_page_url")), None
    except (NotFound, Unauthorized):
        return


def _path_of(address: Any) -> str | None:
    """Path and query of the next page, so that an answer cannot send our key to another host."""
    if not address:
        return None
    parts = urlsplit(str(address))
    if not parts.path.startswith(REPORTS):
        raise Unreadable("The report's next page is no report.")
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _by_number(rows: Sequence[WireRecord], column: str) -> dict[str, str]:
    return {
        str(row["vendor_id"]): str(row[column]) for row in rows if row.get("vendor_id") is not None and row.get(column)
    }
