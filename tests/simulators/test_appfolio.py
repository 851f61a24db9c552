"""The AppFolio simulator: its answers fit the rebuilt document, and AppFolio's own oddities are on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest
from tests.simulators import appfolio_spec

from rooftree.simulators import registry, serve
from rooftree.simulators.appfolio.words import uid
from rooftree.simulators.kit import Simulator
from rooftree.simulators.transport import InProcess

START = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
SINCE = {"filters[LastUpdatedAtFrom]": "2025-01-01T00:00:00Z"}
LISTS = {
    "properties": "Property",
    "units": "Unit",
    "tenants": "Tenant",
    "leases": "Lease",
    "owners": "Owner",
    "vendors": "Vendor",
    "users": "User",
    "leads": "Lead",
    "showings": "Showing",
    "work_orders": "WorkOrder",
    "custom_fields": "CustomField",
}
BEYOND = {"CreatedAt", "IsCompany", "Address2", "CustomValues"}
"""Fields we show though the rebuilt record does not list them; the prose of the contract or a request does."""


def opened(**options: Any) -> tuple[Simulator, httpx2.Client]:
    simulator = registry.build("appfolio", now=lambda: START, **options)
    known = simulator.credentials
    client = httpx2.Client(
        transport=InProcess(simulator),
        base_url="https://api.appfolio.com/api/v0",
        auth=(known["client_id"], known["client_secret"]),
        headers={"x-appfolio-developer-id": known["developer_id"]},
    )
    return simulator, client


@pytest.fixture
def simulator() -> Simulator:
    return opened()[0]


@pytest.fixture
def client() -> Iterator[httpx2.Client]:
    _simulator, client = opened()
    with client:
        yield client


@pytest.mark.parametrize(("path", "schema"), LISTS.items())
def test_every_record_of_every_list_fits_the_document(client: httpx2.Client, path: str, schema: str) -> None:
    answer = client.get(f"/{path}", params=SINCE)
    assert answer.json()["data"]
    assert appfolio_spec.answer_faults("GET", f"/{path}", 200, answer.json()) == []
    assert set(appfolio_spec.record_faults(schema, answer.json()["data"])) <= BEYOND


@pytest.mark.parametrize("path", [*LISTS, "charges", "rental_applications", "listings", "units/notes"])
def test_a_list_without_a_filter_is_refused(client: httpx2.Client, path: str) -> None:
    answer = client.get(f"/{path}")
    assert (answer.status_code, answer.json()["code"]) == (400, 400)
    assert "is required" in answer.json()["message"]


def test_pages_name_the_next_and_a_short_page_is_not_the_end() -> None:
    simulator, client = opened(properties=4, units_per_property=9)
    following, seen, sizes = "/api/v0/vendors?filters[LastUpdatedAtFrom]=1970-01-01T00:00:00Z&page[size]=6", [], []
    while following:
        page = client.get(f"https://api.appfolio.com{following}").json()
        seen += [row["Id"] for row in page["data"]]
        sizes.append(len(page["data"]))
        following = page["next_page_path"]
    shown = [row for row in simulator.truth("vendors") if not row["HiddenAt"]]
    assert seen == [row["Id"] for row in shown]
    assert 5 in sizes[:-1]


def test_leads_come_a_hundred_at_a_time_whatever_is_asked(client: httpx2.Client) -> None:
    place = {"FirstName": "Ada", "LastName": "Ortega", "PropertyId": uid("properties", 0)}
    for _ in range(100):
        assert client.post("/leads", json=place).status_code == 200
    page = client.get("/leads", params={**SINCE, "page[size]": "1000"}).json()
    assert len(page["data"]) == 100
    assert page["next_page_path"]


def test_hidden_records_are_shown_only_to_those_who_ask(client: httpx2.Client) -> None:
    plain, all_of_them = (
        client.get("/vendors", params={**SINCE, **more}).json()["data"]
        for more in ({}, {"filters[IncludeHidden]": "true"})
    )
    assert len(all_of_them) == len(plain) + 1


def test_there_is_no_record_by_id_but_an_owner(client: httpx2.Client) -> None:
    assert client.get(f"/tenants/{uid('tenants', 3)}").json() == {"status": 404, "error": "Not Found"}
    assert client.get(f"/owners/{uid('owners', 0)}").json()["Id"] == uid("owners", 0)
    found = client.get("/units", params={"filters[Id]": f"{uid('units', 1)},{uid('units', 2)}"}).json()["data"]
    assert [row["Id"] for row in found] == [uid("units", 1), uid("units", 2)]


def test_a_long_question_about_work_orders_is_prepared_first(client: httpx2.Client) -> None:
    ask = {"filters[LastUpdatedAtFrom]": "1970-01-01T00:00:00Z"}
    first, second = (client.get("/work_orders", params=ask) for _ in range(2))
    assert (first.status_code, second.status_code) == (533, 200)


def test_a_known_client_with_a_wrong_secret_is_701_and_an_unknown_one_401(client: httpx2.Client) -> None:
    statuses = [
        client.get("/units", params=SINCE, auth=pair).status_code
        for pair in (("simulated-client-1", "wrong"), ("somebody", "wrong"), ("", ""))
    ]
    assert statuses == [701, 401, 401]


def test_a_status_beyond_599_goes_over_a_real_socket(simulator: Simulator) -> None:
    running = serve.start(simulator)
    answer = httpx2.get(f"{running.url}/api/v0/units", auth=("simulated-client-1", "wrong"), trust_env=False)
    running.stop()
    assert answer.status_code == 701


def test_what_is_not_granted_is_403_and_a_field_is_absent_without_a_word() -> None:
    _simulator, client = opened(forbidden=["owners"], absent={"tenants": ["PhoneNumbers"]})
    assert client.get("/owners", params=SINCE).status_code == 403
    rows = client.get("/tenants", params=SINCE).json()["data"]
    assert rows
    assert not [row for row in rows if "PhoneNumbers" in row]


def test_a_key_is_answered_from_memory_for_a_day() -> None:
    simulator, client = opened()
    order = {"JobDescription": "Leak", "UnitId": uid("units", 1)}
    before = len(simulator.truth("work_orders"))
    first, again = (client.post("/work_orders", json=order, headers={"Idempotency-Key": "k1"}) for _ in range(2))
    assert again.json() == first.json()
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    other = client.post("/work_orders", json={**order, "JobDescription": "Another"}, headers={"Idempotency-Key": "k1"})
    assert other.status_code == 422
    assert len(simulator.truth("work_orders")) == before + 1
    simulator.advance(25 * 3600)
    client.post("/work_orders", json=order, headers={"Idempotency-Key": "k1"})
    assert len(simulator.truth("work_orders")) == before + 2


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "JobDescription"),
        ({"JobDescription": "x", "UnitId": uid("units", 99)}, "UnitId not found"),
        ({"JobDescription": "x", "UnitId": uid("units", 1), "Priority": "High"}, "Priority"),
        ({"JobDescription": "x", "UnitId": uid("units", 1), "AssignedUsers": [uid("users", 2)]}, "User not found"),
        ({"JobDescription": "x", "ServiceRequestId": uid("service_requests", 101), "Priority": "Low"}, "together"),
        ({"JobDescription": "x", "UnitId": uid("units", 1), "ScheduledStart": "2026-03-05T08:00:00Z",
          "ScheduledEnd": "2026-03-05T21:00:00Z"}, "12 hours"),
        ({"JobDescription": "x", "UnitId": uid("units", 1), "Colour": "red"}, "Colour"),
    ],
)  # fmt: skip
def test_a_work_order_that_does_not_fit_is_refused_by_name(
    client: httpx2.Client, body: dict[str, Any], said: str
) -> None:
    answer = client.post("/work_orders", json=body)
    assert answer.status_code == 422
    assert said in answer.json()["message"]


def test_a_patch_changes_only_what_it_names_and_place_is_not_to_be_changed(client: httpx2.Client) -> None:
    id = client.post("/work_orders", json={"JobDescription": "Leak", "UnitId": uid("units", 1)}).json()["Id"]
    assert client.patch(f"/work_orders/{id}", json={"Status": "Scheduled"}).status_code == 200
    assert client.patch(f"/work_orders/{id}", json={"UnitId": uid("units", 2)}).status_code == 422
    row = client.get("/work_orders", params={"filters[Id]": id}).json()["data"][0]
    assert (row["JobDescription"], row["Status"], row["UnitId"]) == ("Leak", "Scheduled", uid("units", 1))


def test_another_work_order_joins_a_service_request(client: httpx2.Client) -> None:
    request = uid("service_requests", 101)
    id = client.post("/work_orders", json={"JobDescription": "Second visit", "ServiceRequestId": request}).json()["Id"]
    row = client.get("/work_orders", params={"filters[Id]": id}).json()["data"][0]
    assert (row["ServiceRequestId"], row["UnitId"]) == (request, uid("units", 1))


def test_a_file_goes_up_and_comes_down_until_its_address_expires() -> None:
    simulator, client = opened()
    order = uid("work_orders", 1)
    sent = client.post(f"/work_orders/{order}/attachments", files={"File": ("leak.txt", b"drip\r\ndrop", "text/plain")})
    assert sent.status_code == 200
    (row,) = client.get("/work_orders/attachments", params={"filters[WorkOrderId]": order}).json()["data"]
    assert row["FileName"] == "leak.txt"
    assert client.get(row["Url"]).content == b"drip\r\ndrop"
    simulator.advance(301)
    assert client.get(row["Url"]).status_code == 403


def test_the_vendor_report_has_its_own_key_and_numbers_for_ids(client: httpx2.Client) -> None:
    where = "https://api.appfolio.com/api/v2/reports/vendor_directory.json"
    assert client.post(where, json={}).status_code == 401
    pair = ("simulated-reports-client-1", "simulated-reports-secret-1")
    found = client.post(where, json={}, auth=pair).json()
    assert found["results"][0]["vendor_id"] == 0
    assert found["results"][0]["vendor_trades"] == "Plumbing"
    assert found["next_page_url"] is None


def test_the_documented_limits_are_kept_and_say_when_to_come_back() -> None:
    simulator, client = opened(**registry.DOCUMENTED_LIMITS["appfolio"])
    statuses = [client.get("/units", params=SINCE) for _ in range(9)]
    assert [each.status_code for each in statuses] == [200] * 8 + [429]
    assert int(statuses[-1].headers["retry-after"]) >= 1
    simulator.advance(1.1)
    assert client.get("/units", params=SINCE).status_code == 200


def test_staff_edit_enter_and_remove_and_events_follow() -> None:
    simulator, client = opened()
    told: list[bytes] = []

    def post(_url: str, _headers: Mapping[str, str], body: bytes) -> int:
        told.append(body)
        return 200

    simulator.subscribe("https://rooftree.example/hook", "client-9", post)
    made = simulator.enter("service_requests", {
        "JobDescription": "No heat", "UnitId": uid("units", 1), "TenantRemarks": "cold since last night",
        "RequestingTenantId": uid("tenants", 12)})  # fmt: skip
    simulator.edit("work_orders", 1, Status="Waiting")
    simulator.remove("leads", 1)
    simulator.deliver()
    assert made["ServiceRequestId"]
    assert client.get("/work_orders", params={"filters[Id]": made["Id"]}).json()["data"][0]["TenantRemarks"]
    assert [b'"work_orders"' in body for body in told] == [True, True, True, False]
    assert b'"client_id": "client-9"' in told[0]
    with pytest.raises(ValueError, match="can't be blank"):
        simulator.enter("work_orders", {})


def test_next_pages_carry_the_same_question() -> None:
    _simulator, client = opened()
    page = client.get("/units", params={**SINCE, "page[size]": "5"}).json()
    asked = dict(parse_qsl(urlsplit(page["next_page_path"]).query))
    assert asked == {**SINCE, "page[size]": "5", "page[number]": "2"}
