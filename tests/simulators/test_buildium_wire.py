"""Keys, paging, filters and refusals as the contract describes them."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from tests.simulators.conftest import Connect, build
from tests.simulators.schema import check_answer

from rooftree.simulators.kit import Simulator

NO_BODY = {"UserMessage", "ErrorCode", "Errors"}


def status(client: httpx2.Client, path: str, **params: Any) -> int:
    return client.get(path, params=params).status_code


@pytest.mark.parametrize("lost", ["x-buildium-client-id", "x-buildium-client-secret"])
def test_a_missing_or_wrong_key_is_401_in_the_documented_form(client: httpx2.Client, lost: str) -> None:
    answer = client.get("/v1/rentals", headers={lost: "wrong"})
    check_answer("buildium.json", "GET", "/v1/rentals", 401, answer.json())
    del client.headers[lost]
    assert status(client, "/v1/rentals") == 401


def test_a_read_only_key_may_look_and_not_touch(connect: Connect, request_body: dict[str, Any]) -> None:
    client = connect(build(read_only=True))
    assert status(client, "/v1/tasks") == 200
    assert client.post("/v1/tasks/residentrequests", json=request_body).status_code == 403


def test_a_key_reaches_only_what_it_was_granted(connect: Connect) -> None:
    client = connect(build(permissions={"Maintenance > Vendors": "View", "Tasks > Tasks": "View+Edit"}))
    assert [status(client, f"/v1/{path}") for path in ("vendors", "tasks", "workorders", "leases")] == [
        200, 200, 403, 403]  # fmt: skip
    assert client.post("/v1/vendors/categories", json={"Name": "x"}).status_code == 403


def test_pages_cut_the_list_and_the_total_stays(client: httpx2.Client) -> None:
    pages = [client.get("/v1/rentals/units", params={"limit": 5, "offset": offset}) for offset in (0, 5, 10, 15)]
    assert [len(page.json()) for page in pages] == [5, 5, 2, 0]
    assert {page.headers["X-Total-Count"] for page in pages} == {"12"}
    assert len({unit["Id"] for page in pages for unit in page.json()}) == 12


def test_fifty_records_by_default_and_a_thousand_at_most(connect: Connect) -> None:
    client = connect(build(properties=60, units_per_property=20))
    assert len(client.get("/v1/rentals/units").json()) == 50
    assert len(client.get("/v1/rentals/units", params={"limit": 5000}).json()) == 1000


@pytest.mark.parametrize(
    ("params", "expected"),
    [({"Limit": 5}, 404), ({"Offset": 5}, 404), ({"limit": "five"}, 400), ({"limit": 0}, 422), ({"offset": -1}, 422),
     ({"orderby": "Colour"}, 422), ({"propertyids": "all"}, 400), ({"x": "y" * 4100}, 500)],
)  # fmt: skip
def test_paging_that_makes_no_sense_is_refused(client: httpx2.Client, params: dict[str, Any], expected: int) -> None:
    answer = client.get("/v1/rentals/units", params=params)
    assert (answer.status_code, set(answer.json())) == (expected, NO_BODY)


def test_lists_are_sorted_as_asked(client: httpx2.Client) -> None:
    def ids(orderby: str) -> list[int]:
        return [unit["Id"] for unit in client.get("/v1/rentals/units", params={"orderby": orderby}).json()]

    assert ids("id DESC") == sorted(ids("Id asc"), reverse=True)
    rents = client.get("/v1/rentals/units", params={"orderby": "marketrent desc,id asc"}).json()
    assert [(-unit["MarketRent"], unit["Id"]) for unit in rents] == sorted(
        (-unit["MarketRent"], unit["Id"]) for unit in rents
    )


@pytest.mark.parametrize(("order", "whole"), [({"orderby": "Id"}, True), ({}, False)])
def test_only_sorted_pages_lose_nothing_while_data_changes(
    simulator: Simulator, client: httpx2.Client, order: dict[str, str], whole: bool
) -> None:
    first = client.get("/v1/rentals/units", params={"limit": 6, **order}).json()
    simulator.edit("units", first[0]["Id"], Description="Repainted between two pages")
    second = client.get("/v1/rentals/units", params={"limit": 6, "offset": 6, **order}).json()
    assert (len({unit["Id"] for unit in first + second}) == 12) is whole


def test_repeated_parameters_are_one_filter(client: httpx2.Client) -> None:
    units = client.get("/v1/rentals/units?propertyids=1000&propertyids=1002").json()
    assert {unit["PropertyId"] for unit in units} == {1000, 1002}


@pytest.mark.parametrize(
    ("path", "params", "count"),
    [
        ("/v1/rentals", {"location": "austin"}, 1),
        ("/v1/rentals", {"status": "InActive"}, 0),
        ("/v1/rentals", {"rentalownerids": 400}, 2),
        ("/v1/leases", {"leasestatuses": ["Past", "Future"]}, 4),
        ("/v1/leases", {"propertyids": 1001, "leasetypes": "AtWill"}, 1),
        ("/v1/leases/tenants", {"unitids": 100007}, 3),
        ("/v1/leases/tenants", {"phone": "602-555-0100"}, 1),
        ("/v1/leases/tenants", {"leasetermstatuses": "Future"}, 2),
        ("/v1/vendors", {"status": "Inactive"}, 1),
        ("/v1/vendors", {"name": "plumb"}, 2),
        ("/v1/vendors", {"insuranceexpiration": "Expired"}, 6),
        ("/v1/tasks", {"statuses": "Closed"}, 1),
        ("/v1/tasks", {"type": "Todo"}, 0),
        ("/v1/tasks", {"entitytype": "Rental", "entityid": 1000}, 1),
        ("/v1/workorders", {"taskids": 120000001}, 1),
        ("/v1/workorders", {"statuses": "New"}, 0),
        ("/v1/users", {"status": "Active"}, 4),
        ("/v1/rentals/owners", {"propertyids": 1001}, 1),
    ],
)
def test_filters_narrow_their_list(client: httpx2.Client, path: str, params: dict[str, Any], count: int) -> None:
    assert client.get(path, params=params).headers["x-total-count"] == str(count)


def test_an_entity_needs_its_type(client: httpx2.Client) -> None:
    assert status(client, "/v1/tasks", entityid=1000) == 422


def test_tasks_and_work_orders_are_filtered_by_day_and_most_others_by_second(
    simulator: Simulator, client: httpx2.Client
) -> None:
    simulator.advance(3600)
    simulator.edit("tasks", 120000007, TaskStatus="InProgress")
    simulator.edit("units", 100003, Description="Repainted")
    assert len(client.get("/v1/tasks", params={"lastupdatedfrom": "2026-03-04"}).json()) >= 1
    assert status(client, "/v1/tasks", lastupdatedfrom="2026-03-04T12:30:00Z") == 400
    assert client.get("/v1/tasks", params={"lastupdatedfrom": "2026-03-05"}).json() == []
    changed = client.get("/v1/rentals/units", params={"lastupdatedfrom": "2026-03-04T12:59:59Z"}).json()
    assert [unit["Id"] for unit in changed] == [100003]
    assert client.get("/v1/rentals/units", params={"lastupdatedfrom": "2026-03-04T13:00:01Z"}).json() == []


def test_leases_are_filtered_by_when_they_were_created(client: httpx2.Client) -> None:
    assert client.get("/v1/leases", params={"createddatetimefrom": "2026-03-04 11:00:00"}).json() == []
    assert len(client.get("/v1/leases", params={"createddatetimeto": "2026-03-04 11:00:00"}).json()) == 14


@pytest.mark.parametrize(
    ("method", "path", "kwargs", "expected"),
    [
        ("GET", "/rentals", {}, 404),
        ("GET", "/v1/Rentals", {}, 404),
        ("GET", "/v1/rentals/1", {}, 404),
        ("DELETE", "/v1/rentals/1000", {}, 405),
        ("POST", "/v1/workorders", {"content": b"{}"}, 415),
        ("POST", "/v1/workorders", {"content": b"{", "headers": {"content-type": "application/json"}}, 400),
        ("POST", "/v1/workorders", {"json": []}, 422),
        ("POST", "/v1/workorders", {"json": {"EntryAllowed": "Yes", "TaskId": 120000001}}, 422),
        ("POST", "/v1/workorders", {"json": {"EntryAllowed": "Yes", "VendorId": 20000}}, 422),
        ("POST", "/v1/workorders", {"json": {"EntryAllowed": "Yes", "VendorId": 1, "TaskId": 120000001}}, 422),
        ("POST", "/v1/tasks/todorequests", {"json": {"Title": "x" * 128}}, 422),
        ("PUT", "/v1/tasks/todorequests/120000001", {"json": {}}, 404),
    ],
)
def test_a_bad_request_gets_its_status_and_the_documented_body(
    client: httpx2.Client, method: str, path: str, kwargs: dict[str, Any], expected: int
) -> None:
    answer = client.request(method, path, **kwargs)
    assert (answer.status_code, set(answer.json())) == (expected, NO_BODY)


def test_every_field_that_does_not_fit_is_named(client: httpx2.Client) -> None:
    body = {"EntryAllowed": "Maybe", "VendorId": "20000", "LineItems": [{"Quantity": 1}]}
    errors = client.post("/v1/workorders", json=body).json()["Errors"]
    assert [error["Key"] for error in errors] == ["EntryAllowed", "VendorId", "LineItems[0].UnitPrice"]


def test_a_task_needs_a_tenant_of_the_lease_and_an_active_property(
    simulator: Simulator, client: httpx2.Client, request_body: dict[str, Any]
) -> None:
    wrong = {**request_body, "RequestedByEntityId": 50000007}
    assert client.post("/v1/tasks/residentrequests", json=wrong).status_code == 422
    assert client.post("/v1/rentals/1000/inactivationrequest").status_code == 204
    assert client.post("/v1/tasks/residentrequests", json=request_body).status_code == 422


def test_nothing_recognizes_a_repeated_post(client: httpx2.Client, request_body: dict[str, Any]) -> None:
    ids = {client.post("/v1/tasks/residentrequests", json=request_body).json()["Id"] for _ in range(2)}
    assert len(ids) == 2


def test_the_budget_is_ten_requests_a_second_when_it_is_on(connect: Connect) -> None:
    simulator = build(budget=10)
    client = connect(simulator)
    answers = [status(client, "/v1/rentals") for _ in range(12)]
    assert answers == [200] * 10 + [429] * 2
    simulator.advance(1)
    assert status(client, "/v1/rentals") == 200


def test_a_removed_record_is_gone(simulator: Simulator, client: httpx2.Client) -> None:
    simulator.remove("vendors", 20000)
    assert status(client, "/v1/vendors/20000") == 404
    assert client.get("/v1/vendors").headers["x-total-count"] == "29"


def test_deleting_a_record_leaves_no_list_that_breaks(simulator: Simulator, client: httpx2.Client) -> None:
    for collection, id in (("tasks", 120000001), ("tenants", 50000000), ("units", 100002), ("vendors", 20000)):
        simulator.remove(collection, id)
    simulator.remove("leases", 10000001)
    paths = ("rentals", "rentals/units", "rentals/units/listings", "leases", "leases/tenants", "tasks", "workorders")
    assert [status(client, f"/v1/{path}") for path in paths] == [200] * len(paths)
    assert client.get("/v1/workorders").json() == []
    assert client.get("/v1/rentals/1000").json()["NumberUnits"] == 3
    with pytest.raises(ValueError, match="inactivate"):
        simulator.remove("properties", 1000)


def test_what_staff_enter_is_there_without_a_call(
    simulator: Simulator, client: httpx2.Client, request_body: dict[str, Any]
) -> None:
    simulator.faults.arm("unavailable", times=99)
    entered = simulator.enter("tasks/residentrequests", request_body)
    assert simulator.calls == []
    simulator.faults.clear()
    assert client.get(f"/v1/tasks/residentrequests/{entered['Id']}").json() == entered
    with pytest.raises(ValueError, match="Title"):
        simulator.enter("tasks/residentrequests", {})


def test_a_tenant_cannot_join_a_lease_that_ended(client: httpx2.Client) -> None:
    past = client.get("/v1/leases", params={"leasestatuses": "Past"}).json()[0]["Id"]
    address = {"AddressLine1": "1 Alder Street", "PostalCode": "78701", "Country": "UnitedStates"}
    person = {"LeaseId": past, "FirstName": "Ada", "LastName": "Ortega", "Address": address}
    assert client.post("/v1/leases/tenants", json=person).status_code == 409


def test_appliances_are_gone_since_october(simulator: Simulator, client: httpx2.Client) -> None:
    assert status(client, "/v1/rentals/appliances") == 200
    simulator.advance(240 * 86_400)
    assert status(client, "/v1/rentals/appliances") == 410
