"""Webhooks leave signed, are retried on Buildium's schedule, and go astray where a fault says so."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import httpx2
import pytest
from tests.simulators.conftest import build

from rooftree.simulators.buildium.signing import signature
from rooftree.simulators.kit import Simulator

SECRET = "made-up-secret"


class Receiver:
    """Keeps what it is sent and answers with the statuses it is given, then 200."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.sent: list[tuple[Mapping[str, str], bytes]] = []

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        self.sent.append((headers, body))
        return self.statuses.pop(0) if self.statuses else 200

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _headers, body in self.sent]


def subscribed(simulator: Simulator, *statuses: int) -> Receiver:
    receiver = Receiver(*statuses)
    simulator.subscribe("https://hooks.example.com/buildium", SECRET, receiver)
    return receiver


def test_the_signature_is_that_of_openssl() -> None:
    # printf '%s' '<timestamp>.<body>' | openssl dgst -sha256 -hmac made-up-secret -binary | base64
    body = (
        '{"EventName":"Rental.Created","EventDateTime":"2022-12-22T16:18:20.876772Z",'
        '"AccountId":123456,"PropertyId":78910}'
    )
    assert signature(SECRET, "1671725900", body) == "Qu0M81E1SUzriDIHvkRd5XVxGUEAVMbVrb2wP9bFSiE="


def test_a_write_sends_ids_only(simulator: Simulator, client: httpx2.Client, request_body: dict[str, Any]) -> None:
    receiver = subscribed(simulator)
    task = client.post("/v1/tasks/residentrequests", json=request_body).json()["Id"]
    simulator.deliver()
    assert receiver.events[0] == {
        "EventName": "Task.Created",
        "EventDateTime": "2026-03-04T12:00:00.0000000Z",
        "AccountId": 123456,
        "TaskId": task,
        "TaskType": "ResidentRequest",
    }
    assert [event["EventName"] for event in receiver.events] == ["Task.Created", "Task.History.Created"]


@pytest.mark.parametrize("spaced", [False, True])
def test_both_body_forms_carry_the_signature_of_the_compact_one(spaced: bool) -> None:
    simulator = build(spaced_webhooks=spaced)
    receiver = subscribed(simulator)
    simulator.edit("vendors", 20000, Comments="On holiday")
    simulator.deliver()
    headers, body = receiver.sent[0]
    compact = json.dumps(json.loads(body), separators=(",", ":"))
    assert (body != compact.encode()) is spaced
    timestamp = headers["buildium-webhook-timestamp"]
    assert headers["buildium-webhook-signature"] == signature(SECRET, timestamp, compact)


def test_a_rotated_secret_signs_what_is_sent_from_then_on(simulator: Simulator) -> None:
    receiver = Receiver()
    subscription = simulator.subscribe("https://hooks.example.com", SECRET, receiver)
    simulator.edit("vendors", 20000, Comments="a")
    subscription.secret = "newer-made-up-secret"
    simulator.deliver()
    headers, body = receiver.sent[0]
    expected = signature("newer-made-up-secret", headers["buildium-webhook-timestamp"], body.decode())
    assert headers["buildium-webhook-signature"] == expected


def test_a_failed_delivery_is_retried_after_one_ten_and_sixty_minutes_and_then_dropped(simulator: Simulator) -> None:
    receiver = subscribed(simulator, 500, 0, 503, 500)
    simulator.edit("vendors", 20000, Comments="a")
    for wait in (0, 60, 600, 3600, 7200):
        simulator.advance(wait)
        simulator.deliver()
    assert len(receiver.sent) == 4
    assert len({headers["buildium-webhook-timestamp"] for headers, _body in receiver.sent}) == 4


def test_nothing_is_retried_before_its_time(simulator: Simulator) -> None:
    receiver = subscribed(simulator, 500)
    simulator.edit("vendors", 20000, Comments="a")
    simulator.deliver()
    simulator.advance(59)
    simulator.deliver()
    assert len(receiver.sent) == 1


def test_twenty_failures_in_a_row_suspend_the_subscription(simulator: Simulator) -> None:
    receiver = subscribed(simulator, *[500] * 40)
    for n in range(25):
        simulator.edit("vendors", 20000, Comments=str(n))
        simulator.deliver()
    assert len(receiver.sent) == 20


def test_a_dropped_webhook_never_arrives_and_a_duplicate_arrives_twice(simulator: Simulator) -> None:
    receiver = subscribed(simulator)
    simulator.faults.arm("webhook_drop")
    simulator.faults.arm("webhook_duplicate")
    for unit in (100000, 100001):
        simulator.edit("units", unit, Description="x")
    simulator.deliver()
    assert [event["UnitId"] for event in receiver.events] == [100001, 100001]


def test_a_reordered_webhook_arrives_after_its_successor(simulator: Simulator) -> None:
    receiver = subscribed(simulator)
    simulator.faults.arm("webhook_reorder")
    for unit in (100000, 100001):
        simulator.edit("units", unit, Description="x")
    simulator.deliver()
    simulator.advance(1)
    simulator.deliver()
    assert [event["UnitId"] for event in receiver.events] == [100001, 100000]


def test_what_staff_do_in_the_pages_is_announced(simulator: Simulator) -> None:
    receiver = subscribed(simulator)
    simulator.edit("work_orders", 140000001, Status="InProgress", VendorNotes="Gate code changed")
    simulator.remove("tenants", 50000000)
    simulator.deliver()
    names = [event["EventName"] for event in receiver.events]
    assert names == ["Task.Updated", "WorkOrder.Updated", "LeaseTenant.Deleted"]
