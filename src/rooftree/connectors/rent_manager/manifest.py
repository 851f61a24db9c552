"""The facts of Rent Manager that are not about one record: address, session, limits, clock, errors (contract 2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rooftree.connectors.base import Answer, Budget, Company, Credential, Manifest, Request, Session, Wire
from rooftree.connectors.rent_manager.client import every
from rooftree.connectors.strict_json import NotJson, decode
from rooftree.errors import ConnectorError, Unauthorized, Unlicensed, Unreadable

MANIFEST = Manifest(
    name="rent_manager",
    title="Rent Manager",
    wire="WAPI12, JSON",
    base_urls={"production": "https://{corpid}.api.rentmanager.com"},
    test_addresses={"sample database": r"https://sample\d+\.api\.rentmanager\.com"},
    credentials=(
        Credential(
            name="corpid",
            label="Company code",
            help="The word before .api.rentmanager.com in the address.",
            secret=False,
        ),
        Credential(
            name="username", label="User name", help="Of a user made for Rooftree, with API Access.", secret=False
        ),
        Credential(name="password", label="Password", help="Of that user; a changed password ends the session."),
        Credential(
            name="location_id", label="Location id", help="The database location, often 1.", secret=False, default="1"
        ),
    ),
    # 500 are documented, for the whole company: the customer's other integrations spend from them too.
    budget=Budget(calls=480, seconds=60.0, concurrent=4),
    webhook_help=(
        "Administration > Customization > Manage Webhooks. They are unsigned: as secret give "
        "company and location, as in acme/1, and no others are let in."
    ),
    page_size=1000,
    read_timeout=60.0,
    write_timeout=60.0,
    read_lag=10.0,
    late_commit=60.0,
    # Times are the location's, and their zone is told nowhere: a day covers every zone.
    overlap=86_400.0,
    never_keep=("TaxID", "FederalTaxID", "DateOfBirth", "AnnualIncome", "License", "Token", "DownloadURL"),
    plan_questions=(
        "Has your company bought the Rent Manager API add-on? It is sold apart.",
        "Can you make a user for Rooftree alone, with API Access and only the properties it may see?",
        "Does London Computer Systems ask for our IP address to be allow-listed?",
        "Which database location is it about? One connection is one location.",
    ),
    key_help="Rent Manager refused the login: check company code, user, password, location and the user's API Access.",
    webhooks_signed=False,
    docs="docs/connectors/rent_manager.md",
)


LISTS = {
    "categories": ("/ServiceManagerCategories", "ServiceManagerCategoryID", "Name"),
    "priorities": ("/ServiceManagerPriorities", "ServiceManagerPriorityID", "Name"),
    "statuses": ("/ServiceManagerStatuses", "ServiceManagerStatusID", "Name"),
    "lead_sources": ("/LeadSources", "ProspectLeadSourceID", "Description"),
    "lead_stages": ("/ProspectStages", "ProspectStageID", "Name"),
    "lost_reasons": ("/ProspectLostReasons", "ProspectLostReasonID", "Name"),
    "charge_types": ("/ChargeTypes", "ChargeTypeID", "Name"),
    "custom_fields": ("/UserDefinedFields", "UserDefinedFieldID", "Name"),
}
"""The customer's own lists (contract 3.6, 3.8, 3.10, 3.13): where they are, and what in them is id and word."""


def picks(wire: Wire) -> Mapping[str, Mapping[str, str]]:
    """The pick lists by name. One this user may not see is empty, and a write that needs it says so."""
    return {name: _words(wire, *where) for name, where in LISTS.items()}


def _words(wire: Wire, path: str, key: str, name: str) -> dict[str, str]:
    try:
        found = list(every(wire, path))
    except Unauthorized as refusal:
        if refusal.status == 401:
            raise
        return {}
    live = [row for row in found if row.get("IsActive") is not False]
    return {str(row[name]): str(row[key]) for row in live if row.get(name) and row.get(key)}


def _login(credentials: Mapping[str, str]) -> Request:
    location = credentials.get("location_id") or "1"
    body = {
        "Username": credentials["username"],
        "Password": credentials["password"],
        "LocationID": int(location) if location.isascii() and location.isdigit() else location,
    }
    return Request(method="POST", path="/Authentication/AuthorizeUser", json=body)


def _token(answer: Answer) -> str | None:
    return answer.data.strip('"') if isinstance(answer.data, str) else None


SESSION = Session(exchange=_login, token_of=_token, idle=13 * 60.0, lifetime=23 * 3600.0)
"""A token lives 15 minutes unused and 24 hours at most; it is renewed a little before."""


def sign(request: Request, credentials: Mapping[str, str]) -> Request:
    return replace(request, headers={**request.headers, "X-RM12Api-ApiToken": credentials["session"]})


def explain(answer: Answer) -> str | None:
    """The words of any of the three error shapes that have words."""
    if answer.status < 400:
        return None
    data = _error(answer)
    state = data.get("ModelState")
    fields = [f"{name}: {'; '.join(map(str, told))}" for name, told in state.items()] if isinstance(state, dict) else []
    said = [str(data[key]) for key in ("UserMessage", "Message") if data.get(key)][:1]
    return " ".join([*said, *fields]) or None


def kind_of(answer: Answer) -> type[ConnectorError] | None:
    """A forced new password and a missing privilege are told as 500: retrying helps neither (contract 2.2, 2.6)."""
    told = _error(answer) if answer.status == 500 else {}
    text = f"{told.get('Exception') or ''} {told.get('UserMessage') or ''}"
    if "Required privilege" in text:
        return Unlicensed
    return Unauthorized if "ForcePasswordReset" in text else None


def _error(answer: Answer) -> dict[str, Any]:
    try:
        data = decode(answer.body)
    except NotJson:
        return {}
    return data if isinstance(data, dict) else {}


def identify(wire: Wire) -> Company:
    """The database location; the company itself has no record."""
    rows = wire.read(Request(method="GET", path="/Locations")).data or []
    if not isinstance(rows, list) or not rows:
        raise Unreadable("Rent Manager names no location.")
    return Company(name=str(rows[0].get("FriendlyName") or rows[0].get("Name") or "(no name)"))
