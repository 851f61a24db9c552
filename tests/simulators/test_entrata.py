"""The Entrata simulator: its envelope, its oddities, and answers as the rebuilt document describes them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.simulators.schema import document

from rooftree.simulators import registry
from rooftree.simulators.kit import Simulator
from rooftree.simulators.wire import Request

START = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
SPEC = "entrata.json"
READS: list[tuple[str, str, str, dict[str, Any]]] = [
    ("appinfo", "getAccessibleClients", "r1", {}),
    ("properties", "getProperties", "r1", {}),
    ("status", "getStatus", "r1", {}),
    ("properties", "getFloorPlans", "r1", {"propertyId": 5000}),
    ("properties", "getPropertyPickLists", "r2", {"propertyIds": "5000"}),
    ("propertyunits", "getUnitsAvailabilityAndPricing", "r1", {"propertyId": 5000}),
    ("leases", "getLeaseDocumentsList", "r1", {"propertyId": 5000}),
    ("arcodes", "getArCodes", "r1", {}),
    ("leads", "getLeadPickLists", "r2", {"propertyId": 5000}),
    ("leases", "moveInLease", "r1", {"propertyId": 5000, "leaseId": 1}),
    ("customers", "updateCustomers", "r1", {"id": 5_000_000, "lastName": "Example"}),
    (
        "artransactions",
        "sendLeaseArTransactions",
        "r1",
        {
            "transactionId": 9,
            "leaseId": 1_000_001,
            "arCodeId": 7002,
            "transactionAmount": "50",
            "transactionDate": "03/04/2026",
        },
    ),
    ("leases", "getLeasePickList", "r1", {}),
    ("maintenance", "getWorkOrderPickLists", "r1", {"propertyIds": "5000"}),
    ("vendors", "getVendors", "r1", {}),
    ("propertyunits", "getPropertyUnits", "r1", {"propertyIds": "5000"}),
    ("leases", "getLeases", "r2", {"propertyId": 5000}),
    ("customers", "getCustomers", "r1", {"propertyId": 5000}),
    ("maintenance", "getWorkOrders", "r1", {"propertyId": 5000}),
    ("leads", "getLeads", "r1", {"propertyId": 5000, "fromDate": "01/01/2000", "toDate": "12/31/2099"}),
    ("artransactions", "getLeaseArTransactions", "r1", {"propertyId": 5000}),
]
ORDER = {
    "propertyId": 5000,
    "mainPhoneNumber": "5125550100",
    "permissionToEnter": 1,
    "maintenanceLocationId": 51,
    "maintenanceCategoryId": 31,
    "maintenanceProblemId": 41,
    "problemDescription": "Kitchen leak",
}


@pytest.fixture
def simulator() -> Simulator:
    return registry.build("entrata", now=lambda: START)


def called(simulator: Simulator, service: str, name: str, params: dict[str, Any], version: str = "r1") -> Any:
    body = {
        "auth": {"type": "apikey"},
        "requestId": "1",
        "method": {"name": name, "version": version, "params": params},
    }
    answer = simulator.handle(
        Request(
            method="POST",
            path=f"/ext/orgs/madeup/v1/{service}",
            headers={"x-api-key": simulator.credentials["api_key"]},
            body=json.dumps(body).encode(),
        )
    )
    return answer.status, json.loads(answer.body)["response"]


def test_an_error_comes_inside_a_200(simulator: Simulator) -> None:
    status, told = called(simulator, "maintenance", "getWorkOrders", {"propertyId": 1})
    assert (status, sorted(told)) == (200, ["error", "requestId"])


def test_a_refused_item_comes_inside_a_success(simulator: Simulator) -> None:
    _status, told = called(simulator, "maintenance", "sendWorkOrders", {**ORDER, "mainPhoneNumber": ""})
    said = told["result"]["Success"][0]["@attributes"]
    assert (told["code"], said["reference_id"]) == (200, "")


def test_one_element_stands_where_a_list_would(simulator: Simulator) -> None:
    _status, told = called(simulator, "maintenance", "getWorkOrders", {"propertyId": 5000})
    assert isinstance(told["result"]["workOrders"]["workOrder"], dict)


def test_a_new_work_order_is_new_and_told_in_mountain_time(simulator: Simulator) -> None:
    called(simulator, "maintenance", "sendWorkOrders", ORDER)
    made = simulator.truth("work_orders")[-1]
    assert (made["maintenanceStatus"], made["createdOn"]) == ("New", "03/04/2026T05:00:00")


def test_a_work_order_never_shows_its_vendor(simulator: Simulator) -> None:
    _status, told = called(simulator, "maintenance", "getWorkOrders", {"propertyId": 5000})
    assert "vendorId" not in told["result"]["workOrders"]["workOrder"]


def test_leads_must_be_asked_for_by_something(simulator: Simulator) -> None:
    _status, told = called(simulator, "leads", "getLeads", {"propertyId": 5000})
    assert "fromDate" in told["error"]["message"]


def test_each_service_has_windows_of_its_own() -> None:
    simulator = registry.build("entrata", now=lambda: START, limits=((2, 60.0),))
    statuses = [called(simulator, "vendors", "getVendors", {})[0] for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert called(simulator, "properties", "getProperties", {})[0] == 200


def test_staff_may_type_in_change_and_delete_a_work_order(simulator: Simulator) -> None:
    id = int(simulator.enter("maintenance/sendWorkOrders", ORDER)["maintenanceRequestId"])
    simulator.edit("work_orders", id, maintenanceStatus="On Hold")
    assert simulator.truth("work_orders")[-1]["maintenanceStatus"] == "On Hold"
    simulator.remove("work_orders", id)
    assert id not in [int(each["maintenanceRequestId"]) for each in simulator.truth("work_orders")]


def _invented(schema: Any, value: Any, where: str) -> Iterator[str]:
    """Names in an answer that the document does not know; types are not compared, as numbers come as texts."""
    if "$ref" in schema:
        schema = document(SPEC)["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    if isinstance(value, list):
        for each in value:
            yield from _invented(schema.get("items", schema), each, where)
    elif isinstance(value, dict):
        # One element may stand where the document has a list.
        known = schema.get("items", schema)
        if "$ref" in known:
            known = document(SPEC)["components"]["schemas"][known["$ref"].rsplit("/", 1)[-1]]
        for name, inner in value.items():
            if name not in (known.get("properties") or {}):
                yield f"{where}.{name}"
            else:
                yield from _invented(known["properties"][name], inner, f"{where}.{name}")


@pytest.mark.parametrize(("service", "name", "version", "params"), READS, ids=[read[1] for read in READS])
def test_no_answer_names_a_field_that_the_document_does_not_know(
    simulator: Simulator, service: str, name: str, version: str, params: dict[str, Any]
) -> None:
    methods = document(SPEC)["x-methods"]
    schema = next(each["response"] for each in methods if (each["method"], each["version"]) == (name, version))
    _status, told = called(simulator, service, name, params, version)
    answer = {"result": told["result"]}
    # Some of its schemas have the outer `response`, some lack it.
    outer = "response" in document(SPEC)["components"]["schemas"][schema]["properties"]
    assert list(_invented({"$ref": schema}, {"response": answer} if outer else answer, name)) == []


def lease_of(simulator: Simulator, status: str) -> dict[str, Any]:
    return next(each for each in simulator.truth("leases") if each["leaseIntervalStatus"] == status)


def test_who_lives_there_must_give_notice_before_moving_out(simulator: Simulator) -> None:
    lease = lease_of(simulator, "Current")
    going = {
        "propertyId": int(lease["propertyId"]),
        "leaseId": int(lease["id"]),
        "moveOutTypeId": 401,
        "moveOutReasonId": 412,
        "moveOutDate": "04/30/2026",
        "unitAvailableOnDate": "04/30/2026",
    }
    _status, told = called(simulator, "leases", "moveOutLease", going)
    assert told["result"]["status"] == "Error"
    notice = {"noticeDate": "03/04/2026", "makeReadyEndDate": "05/01/2026", "submitRefundDetails": 0}
    assert called(simulator, "leases", "onNoticeLease", {**going, **notice})[1]["result"]["status"] == "Success"
    assert called(simulator, "leases", "moveOutLease", going)[1]["result"]["status"] == "Success"


def test_a_reason_to_move_out_belongs_to_a_type(simulator: Simulator) -> None:
    lease = lease_of(simulator, "Current")
    told = called(
        simulator,
        "leases",
        "onNoticeLease",
        {
            "propertyId": int(lease["propertyId"]),
            "leaseId": int(lease["id"]),
            "moveOutTypeId": 402,
            "moveOutReasonId": 412,
            "moveOutDate": "04/30/2026",
            "unitAvailableOnDate": "04/30/2026",
            "noticeDate": "03/04/2026",
            "makeReadyEndDate": "05/01/2026",
            "submitRefundDetails": 0,
        },
    )[1]
    assert "moveOutReasonId" in told["result"]["message"]


def test_a_transaction_id_is_taken_once(simulator: Simulator) -> None:
    lease = lease_of(simulator, "Current")
    charge = {
        "transactionId": 77,
        "leaseId": int(lease["id"]),
        "arCodeId": 7002,
        "transactionAmount": "50",
        "transactionDate": "03/04/2026",
    }
    items = [
        called(simulator, "artransactions", "sendLeaseArTransactions", charge)[1]["result"]["Transactions"]
        for _ in range(2)
    ]
    assert [item["Transaction"][0]["@attributes"]["status"] for item in items] == ["Success", "Error"]
    assert len(simulator.truth("transactions")) == 1
