"""Propertyware's oddities, as the contract tells them, are on in its simulator."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from rooftree.simulators import registry
from rooftree.simulators.kit import Simulator
from rooftree.simulators.wire import Request, Response

BASE = "/pw/api/rest/v1"
BORN = datetime(2026, 1, 15, 16, 0, tzinfo=UTC)


@pytest.fixture
def pms() -> Simulator:
    return registry.build("propertyware", now=lambda: BORN)


def ask(pms: Simulator, method: str, path: str, query: str = "", body: Any = None) -> Response:
    keys = {f"x-propertyware-{name.replace('_', '-')}": value for name, value in pms.credentials.items()}
    sent = json.dumps(body).encode() if body is not None else b""
    return pms.handle(Request(method=method, path=BASE + path, query=query, headers=keys, body=sent))


def test_without_the_three_headers_it_answers_400(pms: Simulator) -> None:
    assert pms.handle(Request(method="GET", path=f"{BASE}/units")).status == 400


def test_the_last_page_counts_only_itself(pms: Simulator) -> None:
    totals = [ask(pms, "GET", "/units", f"limit=5&offset={offset}").headers["x-total-count"] for offset in (0, 5, 10)]
    assert totals == ["12", "12", "2"]


def test_every_error_has_the_same_code(pms: Simulator) -> None:
    answers = [
        ask(pms, "GET", "/units/1"),
        ask(pms, "POST", "/workorders", body={}),
        ask(pms, "POST", "/contacts", body={}),
    ]
    assert {json.loads(answer.body)["errorCode"] for answer in answers} == {"1001"}


def test_a_contact_needs_what_is_not_declared_required(pms: Simulator) -> None:
    refused = json.loads(ask(pms, "POST", "/contacts", body={"firstName": "Ada", "lastName": "Roe"}).body)
    assert [row["key"] for row in refused["errors"]] == ["Country", "Street", "City", "State"]


def test_closing_is_not_there_until_support_switches_it_on() -> None:
    pms = registry.build("propertyware", now=lambda: BORN, beta=False)
    order = pms.truth("work_orders")[0]["id"]
    assert ask(pms, "PUT", f"/workorders/closeworkorder/{order}", body={}).status == 404


def test_a_work_order_takes_neither_vendor_nor_status(pms: Simulator) -> None:
    place = pms.truth("buildings")[0]["id"]
    body = {"buildingID": place, "status": "Closed", "assignedVendors": [{"id": pms.truth("vendors")[0]["id"]}]}
    made = json.loads(ask(pms, "POST", "/workorders", body=body).body)
    assert (made["status"], made["assignedVendors"]) == ("Open", [])


def test_created_runs_two_hours_behind_modified(pms: Simulator) -> None:
    row = pms.truth("units")[0]
    told = [datetime.fromisoformat(row[name]) for name in ("createdDateTime", "lastModifiedDateTime")]
    assert (told[1] - told[0]).total_seconds() == 7200
