"""Webhooks: genuine ones pass in both body forms and while secrets rotate; everything else is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.connectors.buildium.account import open_account

from rooftree.connectors.buildium.webhooks import EVENTS, BuildiumWebhooks
from rooftree.errors import Unreadable, WebhookRefused
from rooftree.simulators.buildium.signing import sign

SECRET, OTHER = "made-up-secret-1", "made-up-secret-2"
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
HOOKS = BuildiumWebhooks()
EVENT = {
    "EventName": "WorkOrder.Updated",
    "EventDateTime": "2022-05-10T15:12:46.2317653Z",
    "AccountId": 123456,
    "WorkOrderId": 23,
}


def event(name: str, **ids: Any) -> bytes:
    return json.dumps({"EventName": name, "EventDateTime": EVENT["EventDateTime"], "AccountId": 1, **ids}).encode()


@pytest.mark.parametrize("spaced", [False, True])
def test_a_genuine_delivery_passes_in_both_body_forms(spaced: bool) -> None:
    headers, body = sign(EVENT, SECRET, NOW, spaced=spaced)
    HOOKS.verify(body, headers, [SECRET], NOW + timedelta(seconds=299))


@pytest.mark.parametrize("secrets", [[SECRET, OTHER], [OTHER, SECRET]])
def test_two_secrets_are_good_while_rotating(secrets: list[str]) -> None:
    headers, body = sign(EVENT, SECRET, NOW)
    HOOKS.verify(body, headers, secrets, NOW)


@pytest.mark.parametrize("secrets", [[], [OTHER]])
def test_another_secret_is_refused(secrets: list[str]) -> None:
    headers, body = sign(EVENT, SECRET, NOW)
    with pytest.raises(WebhookRefused):
        HOOKS.verify(body, headers, secrets, NOW)


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_stale_or_early_delivery_is_refused(seconds: int) -> None:
    headers, body = sign(EVENT, SECRET, NOW)
    with pytest.raises(WebhookRefused):
        HOOKS.verify(body, headers, [SECRET], NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("buildium-webhook-timestamp", ""),
        ("buildium-webhook-timestamp", "soon"),
        ("buildium-webhook-signature", ""),
        ("buildium-webhook-signature", "é"),
        ("buildium-webhook-signature", "AAAA"),
    ],
)
def test_a_broken_header_is_refused(name: str, value: str) -> None:
    headers, body = sign(EVENT, SECRET, NOW)
    with pytest.raises(WebhookRefused):
        HOOKS.verify(body, {**headers, name: value}, [SECRET], NOW)


def test_every_flipped_byte_is_refused() -> None:
    headers, body = sign(EVENT, SECRET, NOW)
    for place in range(len(body)):
        forged = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
        with pytest.raises(WebhookRefused):
            HOOKS.verify(forged, headers, [SECRET], NOW)


def test_header_names_may_be_written_in_any_case() -> None:
    headers, body = sign(EVENT, SECRET, NOW)
    HOOKS.verify(body, {name.upper(): value for name, value in headers.items()}, [SECRET], NOW)


def test_seven_fraction_digits_are_read() -> None:
    (found,) = HOOKS.parse(json.dumps(EVENT).encode())
    assert found.happened_at == datetime(2022, 5, 10, 15, 12, 46, 231765, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "ids", "named"),
    [
        ("Rental.Updated", {"PropertyId": 11}, [("property", "11", "updated")]),
        ("RentalUnit.Created", {"UnitId": 21}, [("unit", "21", "created")]),
        ("Listing.Deleted", {"UnitId": 21}, [("listing", "21", "deleted")]),
        ("LeaseTenant.Updated", {"TenantId": 52}, [("resident", "52", "updated")]),
        (
            "Lease.MoveOut.Created",
            {"LeaseId": 31, "TenantId": 52},
            [("lease", "31", "updated"), ("resident", "52", "updated")],
        ),
        ("Task.Created", {"TaskId": 9, "TaskType": "ResidentRequest"}, [("work_order", "9", "created")]),
        ("Task.Updated", {"TaskId": 9, "TaskType": "ContactRequest"}, [("lead", "9", "updated")]),
        ("Task.History.Created", {"TaskId": 9, "TaskHistoryId": 7}, [("note", "work_order:9:7", "created")]),
        ("WorkOrder.Created", {"WorkOrderId": 23}, [("work_order", "work_order:23", "updated")]),
        ("WorkOrder.Deleted", {"WorkOrderId": 23}, [("work_order", "work_order:23", "deleted")]),
        ("ApplicantApplication.Created", {"ApplicantId": 6, "ApplicationId": 8}, [("application", "6:8", "created")]),
        ("Vendor.Deleted", {"VendorId": 71}, [("vendor", "71", "deleted")]),
    ],
)
def test_an_event_names_our_record(name: str, ids: dict[str, Any], named: list[tuple[str, str, str]]) -> None:
    assert [(found.record, found.id, found.change) for found in HOOKS.parse(event(name, **ids))] == named


@pytest.mark.parametrize(
    "name", ["BankAccount.Created", "LeaseTransaction.Created", "Association.Updated", "New.Thing"]
)
def test_an_event_about_nothing_of_ours_is_nothing(name: str) -> None:
    assert HOOKS.parse(event(name, TransactionId=1)) == []


def test_two_deliveries_of_one_event_have_one_key() -> None:
    keys = {found.key for _ in range(2) for found in HOOKS.parse(json.dumps(EVENT).encode())}
    assert len(keys) == 1


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b"\xff", b"[" * 99_999, b'{"EventName": 3}', event("WorkOrder.Updated")]
)
def test_a_body_of_no_known_form_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        HOOKS.parse(body)


def test_what_the_simulator_sends_is_verified_and_leads_to_the_record() -> None:
    account, heard = open_account(spaced_webhooks=True), list[tuple[dict[str, str], bytes]]()

    def post(_url: str, headers: Any, body: bytes) -> int:
        heard.append((dict(headers), body))
        return 200

    account.simulator.subscribe("https://rooftree.test/hook", SECRET, post)
    order = account.all("work_order")[0]
    account.simulator.edit("work_orders", int(order.ref("buildium.work_order") or 0), VendorNotes="Gate 9")
    account.simulator.deliver()
    for headers, body in heard:
        HOOKS.verify(body, headers, [SECRET], account.simulator.now())
    named = [found for _headers, body in heard for found in HOOKS.parse(body) if found.record == "work_order"]
    assert {account.get("work_order", found.id).vendor_notes for found in named} == {"Gate 9"}


def test_every_family_we_heed_is_one_buildium_documents() -> None:
    documented = {
        *("Rental", "RentalUnit", "Listing", "Lease", "LeaseTenant", "Lease.MoveOut", "Vendor", "Task", "Task.History"),
        *("WorkOrder", "Applicant", "ApplicantApplication", "PhoneLog"),
    }
    assert set(EVENTS) == documented
