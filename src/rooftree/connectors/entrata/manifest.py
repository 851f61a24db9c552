"""The facts of Entrata that are not about one record: addresses, keys, limits, clock (contract 1-4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from rooftree.connectors.base import Budget, Company, Credential, Manifest, Request, Wire
from rooftree.connectors.entrata.client import ar_codes, ask, order_picks, property_picks
from rooftree.connectors.entrata.wire import many, words
from rooftree.errors import InvalidInput

_LIMIT = re.compile(r"(\d{1,7})/(\d{1,7})")

MANIFEST = Manifest(
    name="entrata",
    title="Entrata",
    wire="Method calls in JSON over POST",
    base_urls={"production": "https://apis.entrata.com"},
    credentials=(
        Credential(name="org", label="Subdomain", help="The word before .entrata.com when you sign in.", secret=False),
        Credential(name="api_key", label="API key", help="Your Entrata administrator makes it under Apps, API access."),
    ),
    # Each service counts by itself (contract 3). The figures are each client's own: until the connection's option
    # `call_limits` says them, one call a second, under the hour and day of the one agreement that is known. Entrata
    # says nothing of calls side by side; four let one service be asked while another must wait.
    budget=Budget(calls=1, seconds=1.0, concurrent=4, longer=((5_000, 3_600.0), (10_000, 86_400.0))),
    throttled_wait=60.0,
    page_size=1000,
    read_timeout=60.0,
    write_timeout=60.0,
    # Entrata documents neither; both are our own cautious bounds, and only make an unclear write wait longer.
    read_lag=10.0,
    late_commit=120.0,
    overlap=86_400.0,
    never_keep=(
        *("taxIdNumber", "taxNumber", "birthDate", "CustomerIdentificationValues", "screeningResultStatus"),
        *("isActiveBankruptcy", "bankruptcyDate", "bankruptcyNote", "accountNumber", "routingNumber", "accounts"),
        *("apRemittances", "legalEntities"),
    ),
    settings={
        "office_phone": "the phone number of a work order whose resident has none",
        "call_limits": "what your agreement allows each service, as in 1000/60 5000/3600 10000/86400 (calls/seconds)",
        "call_limits_per": "service, or property where your agreement counts each property by itself",
        "move_out_type": "the type of Entrata's list that a notice or moving out is given",
        "move_out_reason": "the reason of Entrata's list that a notice or moving out is given",
    },
    plan_questions=(
        "Has Entrata signed a Developer Interface Agreement with you? Without it there is no API.",
        "Has Entrata put the address of this server on its allow-list? It turns away any other.",
        "Which properties and services was the key granted? Others answer with an error or not at all.",
        "How many calls a minute, an hour and a day does your agreement allow each service, or each service and "
        "property? Set the connection's options call_limits and call_limits_per to it.",
    ),
    key_help="Entrata refused the key: check the subdomain, the key's date of expiry, its services and the allow-list.",
    docs="docs/connectors/entrata.md",
)


def sign(request: Request, credentials: Mapping[str, str]) -> Request:
    """The key as a header, the client's subdomain in the path."""
    path = f"/ext/orgs/{quote(credentials['org'].strip(), safe='')}/v1{request.path}"
    return replace(request, path=path, headers={**request.headers, "X-Api-Key": credentials["api_key"]})


def lane(request: Request, options: Mapping[str, str]) -> str:
    """Each service counts by itself; under older agreements each property too (option `call_limits_per`)."""
    service = request.path.strip("/")
    if options.get("call_limits_per", "service") != "property":
        return service
    params = request.json["method"]["params"]
    place = str(params.get("propertyId") or params.get("propertyIds") or "")
    return f"{service}.{place}" if place.isdigit() else service


def budget_of(options: Mapping[str, str]) -> Budget | None:
    """The agreed windows, as in `1000/60 5000/3600 10000/86400` (calls in seconds). Raises InvalidInput."""
    text = options.get("call_limits", "").strip()
    if not text:
        return None
    found = [_LIMIT.fullmatch(part) for part in text.replace(",", " ").split()]
    windows = [(int(each[1]), float(each[2])) for each in found if each]
    if len(windows) < len(found) or not all(calls and seconds for calls, seconds in windows):
        raise InvalidInput(
            "Say the calls of a service as calls/seconds, for example 1000/60 5000/3600 10000/86400.",
            path="call_limits",
        )
    (calls, seconds), *longer = sorted(windows, key=lambda each: each[1])
    return Budget(calls=calls, seconds=seconds, concurrent=MANIFEST.budget.concurrent, longer=tuple(longer))


def identify(wire: Wire) -> Company:
    rows = many(ask(wire, "appinfo/getAccessibleClients", {}).get("orgs"), "org")
    first: Mapping[str, Any] = rows[0] if rows else {}
    return Company(name=str(first.get("name") or "(no name)"), id=str(first["id"]) if first.get("id") else None)


def picks(wire: Wire) -> Mapping[str, Mapping[str, str]]:
    """The client's own lists: all ids are this client's (contract 7)."""
    found = order_picks(wire)
    lists = {
        "locations": ("Locations", "Location"),
        "priorities": ("Priorities", "Priority"),
        "statuses": ("StatusTypes", "StatusType"),
        "categories": ("Categories", "Category"),
        "problems": ("Problems", "Problem"),
    }
    places = many(found.get("Property"), "Property") or [found]
    if isinstance(found.get("Property"), Mapping) and "Property" not in found["Property"]:
        places = [found["Property"]]
    said = {
        name: {word: id for place in places for word, id in words(many(place.get(box), row)).items()}
        for name, (box, row) in lists.items()
    }
    homes = property_picks(wire)
    reasons = [row for home in homes for row in many(home.get("moveOutReasons"), "moveOutReason")]
    return {
        **said,
        "staff": words(many(found.get("CompanyEmployees"), "CompanyEmployee")),
        "move_out_types": words([r for h in homes for r in many(h.get("moveOutTypes"), "moveOutType")], "name", "id"),
        "move_out_reasons": words(reasons, "name", "id"),
        "move_out_reason_types": {str(row["id"]): str(row["moveOutTypeId"]) for row in reasons if row.get("id")},
        "ar_codes": words(ar_codes(wire), "name", "id"),
    }
