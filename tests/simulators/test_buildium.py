"""The Buildium simulator's answers are what Buildium's own OpenAPI document says they are."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from tests.simulators.conftest import Connect, build
from tests.simulators.schema import check_answer

from rooftree.simulators.kit import Simulator

SPEC = "buildium.json"
ADDRESS = {"AddressLine1": "1 Alder Street", "City": "Austin", "State": "TX", "PostalCode": "78701",
           "Country": "UnitedStates"}  # fmt: skip
PERSON = {"FirstName": "Ada", "LastName": "Ortega", "Address": ADDRESS, "PhoneNumbers": {"Mobile": "(512) 555-0177"}}
LISTS = (
    "/v1/rentals",
    "/v1/rentals/units",
    "/v1/rentals/owners",
    "/v1/leases",
    "/v1/leases/tenants",
    "/v1/vendors",
    "/v1/vendors/categories",
    "/v1/tasks",
    "/v1/tasks/residentrequests",
    "/v1/tasks/categories",
    "/v1/workorders",
    "/v1/users",
    "/v1/userroles",
)


def call(client: httpx2.Client, method: str, path: str, body: Any = None, status: int = 200) -> Any:
    """The data of one call, checked against the document."""
    answer = client.request(method, path, json=body)
    assert answer.status_code == status, answer.text
    data = answer.json() if answer.content else None
    check_answer(SPEC, method, path, status, data)
    return data


@pytest.mark.parametrize("path", LISTS)
def test_every_record_of_every_list_fits_the_document(client: httpx2.Client, path: str) -> None:
    assert call(client, "GET", path)


@pytest.mark.parametrize(("properties", "units"), [(1, 1), (30, 1), (2, 20)])
def test_a_portfolio_of_any_shape_fits_the_document(connect: Connect, properties: int, units: int) -> None:
    client = connect(build(properties=properties, units_per_property=units, seed=5))
    for path in (path for path in LISTS if "tasks" not in path and path != "/v1/workorders"):
        assert call(client, "GET", path)


@pytest.mark.parametrize("path", [path for path in LISTS if path != "/v1/userroles"])
def test_a_record_alone_equals_the_record_in_its_list(client: httpx2.Client, path: str) -> None:
    first = client.get(path).json()[0]
    assert call(client, "GET", f"{path}/{first['Id']}") == first


def test_a_property_is_created_with_units_and_replaced_by_put(client: httpx2.Client) -> None:
    body = {"Name": "Heron Flats", "Address": ADDRESS, "RentalSubType": "MultiFamily", "OperatingBankAccountId": 77,
            "YearBuilt": 1990, "RentalOwnerIds": [400], "Units": [{"UnitNumber": "A", "Address": ADDRESS}],
            }  # fmt: skip
    made = call(client, "POST", "/v1/rentals", body, 201)
    assert made["NumberUnits"] == 1
    assert made["Id"] in call(client, "GET", "/v1/rentals/owners/400")["PropertyIds"]
    del body["YearBuilt"]
    assert call(client, "PUT", f"/v1/rentals/{made['Id']}", body)["YearBuilt"] is None


def test_a_unit_is_created_and_replaced_by_put(client: httpx2.Client) -> None:
    unit = {"UnitNumber": "9", "Address": ADDRESS, "MarketRent": 1200.5, "UnitBedrooms": "TwoBed"}
    made = call(client, "POST", "/v1/rentals/units", {**unit, "PropertyId": 1000}, 201)
    assert made["UnitBedrooms"] == "TwoBed"
    changed = call(client, "PUT", f"/v1/rentals/units/{made['Id']}", {"UnitNumber": "9B", "Address": ADDRESS})
    assert (changed["UnitNumber"], changed["MarketRent"], changed["PropertyId"]) == ("9B", None, 1000)


def test_preferred_vendors_are_replaced_as_a_list(client: httpx2.Client) -> None:
    call(client, "PUT", "/v1/rentals/1000/vendors", {"VendorIds": [20003, 20001]})
    assert [vendor["Id"] for vendor in call(client, "GET", "/v1/rentals/1000/vendors")] == [20003, 20001]


def test_a_lease_brings_its_tenants_and_occupies_its_unit(client: httpx2.Client) -> None:
    body = {"LeaseType": "Fixed", "UnitId": 100002, "LeaseFromDate": "2026-03-01", "LeaseToDate": "2027-02-28",
            "SendWelcomeEmail": False, "Tenants": [PERSON]}  # fmt: skip
    lease = call(client, "POST", "/v1/leases", body, 201)
    assert [tenant["LastName"] for tenant in lease["CurrentTenants"]] == ["Ortega"]
    assert call(client, "GET", "/v1/rentals/units/100002")["IsUnitOccupied"]
    tenant = lease["Tenants"][0]["Id"]
    assert call(client, "GET", f"/v1/leases/tenants/{tenant}")["Leases"][0]["Id"] == lease["Id"]


def test_moving_out_ends_a_tenancy_the_day_after(
    simulator: Simulator, client: httpx2.Client, tenancy: dict[str, int]
) -> None:
    lease, tenant = tenancy["lease"], tenancy["tenant"]
    body = {"TenantId": tenant, "MoveOutDate": "2026-03-04", "NoticeGivenDate": "2026-02-01"}
    call(client, "POST", f"/v1/leases/{lease}/moveouts", body, 201)
    assert call(client, "GET", f"/v1/leases/{lease}")["LeaseStatus"] == "Active"
    simulator.advance(86_400)
    assert call(client, "GET", f"/v1/leases/{lease}")["LeaseStatus"] == "Past"


def test_a_tenant_is_added_to_a_lease_and_replaced_by_put(client: httpx2.Client, tenancy: dict[str, int]) -> None:
    made = call(client, "POST", "/v1/leases/tenants", {**PERSON, "LeaseId": tenancy["lease"]}, 201)
    assert made["PhoneNumbers"] == [{"Number": "(512) 555-0177", "Type": "Cell"}]
    bare = {"FirstName": "Ada", "LastName": "Ortega", "Address": ADDRESS}
    assert call(client, "PUT", f"/v1/leases/tenants/{made['Id']}", bare)["PhoneNumbers"] == []


def test_owners_and_vendors_are_created_and_replaced_by_put(client: httpx2.Client) -> None:
    owner = {"IsCompany": True, "CompanyName": "Alder LLC", "Address": ADDRESS, "PropertyIds": [1000]}
    made = call(client, "POST", "/v1/rentals/owners", owner, 201)
    call(client, "PUT", f"/v1/rentals/owners/{made['Id']}", {**owner, "PropertyIds": []})
    vendor = {"IsCompany": False, "FirstName": "Wei", "LastName": "Chan", "CategoryId": 300,
              "VendorInsurance": {"ExpirationDate": "2026-12-31"}}  # fmt: skip
    hired = call(client, "POST", "/v1/vendors", vendor, 201)
    assert hired["Category"] == {"Id": 300, "Name": "Plumbing"}
    assert call(client, "PUT", f"/v1/vendors/{hired['Id']}", {**vendor, "CategoryId": 301})["VendorInsurance"]
    category = call(client, "POST", "/v1/vendors/categories", {"Name": "Chimneys"}, 201)
    assert call(client, "GET", f"/v1/vendors/categories/{category['Id']}") == category


TASK = {"Title": "Look at the gutter", "TaskStatus": "New", "Priority": "Low", "AssignedToUserId": 90}


@pytest.mark.parametrize(
    ("kind", "extra"),
    [
        ("todorequests", {"PropertyId": 1000, "UnitId": 100002}),
        ("contactrequests", {"ContactDetail": {"FirstName": "Ada", "PhoneNumbers": {"Mobile": "(512) 555-0177"}}}),
        ("rentalownerrequests", {"RequestedByRentalOwnerId": 400, "PropertyId": 1000}),
    ],
)
def test_every_kind_of_task_is_created_listed_and_closed(
    client: httpx2.Client, kind: str, extra: dict[str, Any]
) -> None:
    made = call(client, "POST", f"/v1/tasks/{kind}", {**TASK, **extra}, 201)
    assert call(client, "GET", f"/v1/tasks/{kind}") == [made]
    assert call(client, "GET", f"/v1/tasks/{made['Id']}")["TaskStatus"] == "New"
    closing = {**TASK, **extra, "TaskStatus": "Closed", "Message": "Done."}
    assert call(client, "PUT", f"/v1/tasks/{kind}/{made['Id']}", closing)["TaskStatus"] == "Closed"
    entries = call(client, "GET", f"/v1/tasks/{made['Id']}/history")
    assert [entry["Message"] for entry in entries] == [None, "Done."]


def test_a_work_order_follows_its_task(client: httpx2.Client, request_body: dict[str, Any]) -> None:
    task = call(client, "POST", "/v1/tasks/residentrequests", request_body, 201)["Id"]
    order = {"TaskId": task, "EntryAllowed": "Yes", "VendorId": 20000,
             "LineItems": [{"Quantity": 2, "UnitPrice": 40.5}]}  # fmt: skip
    made = call(client, "POST", "/v1/workorders", order, 201)
    assert (made["Title"], made["Status"], made["Amount"]) == ("Water under the sink", "New", 81.0)
    change = {name: request_body[name] for name in ("Title", "Priority")}
    call(client, "PUT", f"/v1/tasks/residentrequests/{task}", {**change, "TaskStatus": "Completed"})
    assert call(client, "GET", f"/v1/workorders/{made['Id']}")["Status"] == "Completed"
    moved = call(client, "PUT", f"/v1/workorders/{made['Id']}", {"EntryAllowed": "No", "VendorId": 20001})
    assert (moved["VendorId"], moved["Title"], moved["LineItems"]) == (20001, None, [])


def test_a_work_order_may_bring_its_task(client: httpx2.Client) -> None:
    task = {"Title": "Vacant unit smells damp", "Priority": "High", "Status": "New", "AssignedToUserId": 90,
            "PropertyId": 1000, "UnitId": 100002}  # fmt: skip
    order = call(client, "POST", "/v1/workorders", {"Task": task, "EntryAllowed": "Yes", "VendorId": 20000}, 201)
    assert order["Task"]["UnitId"] == 100002
    assert client.get("/v1/workorders", params={"taskids": order["Task"]["Id"]}).json() == [order]


def test_a_post_says_where_the_record_now_lives(client: httpx2.Client) -> None:
    made = client.post("/v1/tasks/todorequests", json=TASK)
    assert made.headers["location"].startswith("https://api.buildium.com/v1/tasks/todorequests/")
    assert client.get(made.headers["location"]).json() == made.json()


def test_the_account_says_which_id_its_webhooks_carry(client: httpx2.Client) -> None:
    assert call(client, "GET", "/v1/administration/account")["Id"] == 123456
