"""The simulator and our bodies, held against the API description of Propertyware."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from tests.contract.harness import Account
from tests.contract.samples import full
from tests.simulators.schema import document

from rooftree.connectors.base import Request
from rooftree.simulators.wire import Request as SimulatedRequest


def schema(name: str) -> set[str]:
    """The fields of a body in the API description, which lies beside the project."""
    return set(document("propertyware-wire.json")["components"]["schemas"][name]["properties"])


BODIES = [
    ("work_order", "SaveWorkOrder"),
    ("guest_card", "SaveProspect"),
    ("charge", "SaveCharge"),
    ("payment", "SavePayment"),
    ("property", "SaveBuilding"),
    ("unit", "SaveUnit"),
    ("vendor", "SaveVendor"),
    ("note", "SaveWorkOrderTask"),
    ("lease", "SaveLease"),
]
EXTRA = {"entityId", "fieldSetDTOS"}
"""The body of the custom fields, which follow in a call of their own."""


@pytest.mark.parametrize(("name", "body"), BODIES)
def test_a_body_names_only_fields_of_the_api_description(account: Account, name: str, body: str) -> None:
    known, caught = schema(body), bodies(account)
    account.write(name, "create", full(account, name))
    assert caught
    assert {field for sent in caught for field in sent} - EXTRA <= known


ANSWERS = [
    ("work_order", "WorkOrder"),
    ("guest_card", "Prospect"),
    ("charge", "ChargeTx"),
    ("payment", "Payment"),
    ("property", "Building"),
    ("unit", "Unit"),
    ("vendor", "Vendor"),
    ("note", "Task"),
    ("lease", "Lease"),
    ("attachment", "Document"),
]


@pytest.mark.parametrize(("name", "answer"), ANSWERS)
def test_the_simulator_answers_a_write_in_fields_of_the_api_description(
    account: Account, name: str, answer: str
) -> None:
    known = schema(answer)
    account.write(name, "create", full(account, name))
    assert account.sent[0].answer.data["id"]
    assert set(account.sent[0].answer.data) <= known


def test_the_simulator_refuses_in_fields_of_the_api_description(account: Account) -> None:
    path = "/pw/api/rest/v1/units/1"
    keys = {f"x-propertyware-{name.replace('_', '-')}": value for name, value in account.pms.credentials.items()}
    refused = account.pms.handle(SimulatedRequest(method="GET", path=path, headers=keys))
    assert refused.status == 404
    assert set(json.loads(refused.body)) <= schema("ErrorResponse")


CHANGES = [
    ("property", "UpdateBuilding"),
    ("unit", "SaveUnit"),
    ("owner", "SaveContact"),
    ("resident", "SaveContact"),
    ("lease", "SaveLease"),
    ("charge", "SaveCharge"),
    ("payment", "SavePayment"),
    ("vendor", "SaveCustomField"),
    ("work_order", "SaveCustomField"),
    ("guest_card", "SaveCustomField"),
]


@pytest.mark.parametrize(("name", "body"), CHANGES)
def test_a_change_names_only_fields_of_the_api_description(account: Account, name: str, body: str) -> None:
    known, current, caught = schema(body), account.seen(name)[0], bodies(account)
    account.write(name, "update", replace(full(account, name, 1), id=current.id), current)
    assert caught
    assert {field for sent in caught for field in sent} - EXTRA <= known


def bodies(account: Account) -> list[dict[str, Any]]:
    """Catches the JSON bodies of writes on their way."""
    caught: list[dict[str, Any]] = []
    write = account.line.write

    def watched(request: Request, *, timeout: float) -> Any:
        caught.append(request.json)
        return write(request, timeout=timeout)

    account.line.write = watched  # type: ignore[method-assign]
    return caught
