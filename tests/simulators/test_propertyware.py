"""Propertyware's oddities, as the contract tells them, are on in its simulator."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.simulators.schema import document

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


READS = (
    "/portfolios",
    "/buildings",
    "/units",
    "/leases",
    "/contacts",
    "/vendors",
    "/workorders",
    "/prospects",
    "/leases/charges",
    "/leases/payments",
)


def described(path: str) -> dict[str, Any]:
    """The record of a list as the API description names its fields, which it never requires in an answer."""
    whole = document("propertyware-wire.json")
    content = whole["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    name = content["items"]["$ref"].rpartition("/")[2]
    found: dict[str, Any] = whole["components"]["schemas"][name]["properties"]
    return found


@pytest.mark.parametrize("path", READS)
def test_every_field_it_tells_is_in_the_api_description(pms: Simulator, path: str) -> None:
    known, rows = described(path), json.loads(ask(pms, "GET", path, "includeDeactivated=true").body)
    assert rows
    assert {name for row in rows for name in row} <= set(known)


@pytest.mark.parametrize("path", READS)
def test_every_closed_word_it_tells_is_one_of_the_api_description(pms: Simulator, path: str) -> None:
    known, rows = described(path), json.loads(ask(pms, "GET", path).body)
    strange = [
        (name, value)
        for row in rows
        for name, value in row.items()
        if value is not None and "enum" in known[name] and value not in known[name]["enum"]
    ]
    assert strange == []


@pytest.mark.parametrize("query", ["limit=abc", "lastModifiedDateTimeStart=yesterday"])
def test_a_value_it_cannot_read_is_400(pms: Simulator, query: str) -> None:
    assert ask(pms, "GET", "/units", query).status == 400


def test_a_document_is_uploaded_under_one_spelling_and_listed_under_another(pms: Simulator) -> None:
    order = pms.truth("work_orders")[0]["id"]
    keys = {f"x-propertyware-{name.replace('_', '-')}": value for name, value in pms.credentials.items()}
    form = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhello\r\n--b--\r\n'
    made = pms.handle(
        Request(
            method="POST",
            path=f"{BASE}/docs",
            query=f"entityType=Work%20Order&entityId={order}",
            headers={**keys, "content-type": "multipart/form-data; boundary=b"},
            body=form,
        )
    )
    id = json.loads(made.body)["id"]
    listed = json.loads(ask(pms, "GET", "/docs", f"entityType=WORK_ORDER&entityId={order}").body)
    assert [row["id"] for row in listed] == [id]
    assert ask(pms, "GET", f"/docs/{id}/download").body == b"hello"
    assert ask(pms, "GET", "/docs", f"entityType=Work%20Order&entityId={order}").status == 400
