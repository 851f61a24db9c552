"""Opens a simulated account over the real line, and payloads as they stand in files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx2
from tests.contract.harness import BORN

from rooftree import outbound
from rooftree.clock import ManualClock
from rooftree.connectors.base import Context
from rooftree.connectors.rent_manager.connector import CONNECTOR
from rooftree.connectors.transport import Line, open_line

HERE = Path(__file__).parent / "payloads"
CREDENTIALS = {"corpid": "acme", "username": "u", "password": "made-up-password", "location_id": "1"}


def payload(name: str) -> dict[str, Any]:
    """A fresh copy of a payload file."""
    data: dict[str, Any] = json.loads((HERE / f"{name}.json").read_text())
    return data


def context(pack: Mapping[str, Any] | None = None, **options: str) -> Context:
    picks = {"lead_sources": {"Website": "2"}, "charge_types": {"Rent": "1", "Late fee": "2"}}
    return Context(picks=picks, pack=pack or {}, options=options, now=BORN)


def answering(answer: httpx2.Response) -> Line:
    """A line to a server that takes the login and then always says the same."""

    def handle(request: httpx2.Request) -> httpx2.Response:
        if "AuthorizeUser" in request.url.path:
            return httpx2.Response(200, json="t" * 108)
        return httpx2.Response(answer.status_code, headers=answer.headers, content=answer.content)

    http = outbound.client(transport=httpx2.MockTransport(handle))
    url = CONNECTOR.manifest.base_urls["production"]
    return open_line(CONNECTOR, base_url=url, credentials=CREDENTIALS, clock=ManualClock(BORN), http=http)
