"""The PMS is away, slow, or refuses us; writing is switched off; nothing but safety leaves in shadow."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.workflows.town import ON_CALL, Town

from rooftree.model.cases import CaseState
from rooftree.store import connections

GAS = "hi theres a strong smell of gas in my kitchen"
LEAK = "water is dripping under my kitchen sink"


def away(town: Town) -> None:
    town.pms.faults.arm("unavailable", times=100_000)


@pytest.mark.parametrize("hours", [1 / 6, 10])
def test_a_routine_request_waits_for_the_pms_and_is_told_received(town: Town, hours: float) -> None:
    away(town)
    town.text(town.resident, LEAK)
    town.go(minutes=3)
    assert ("We have your request" in town.inbox(town.resident)[-1], town.vendors_asked()) == (True, [])
    town.go(hours=hours)
    town.pms.faults.clear()
    town.recover(minutes=5)
    assert (len(town.orders()), town.case().work_order_id is not None) == (1, True)


def test_an_emergency_dispatches_and_pages_while_the_pms_is_away(night: Town) -> None:
    away(night)
    night.text(night.resident, GAS)
    assert (len(night.vendors_asked()), len(night.inbox(ON_CALL[0]))) == (1, 1)
    night.answer("A")
    night.go(hours=1)
    night.pms.faults.clear()
    night.recover(minutes=5)
    (order,) = night.orders()
    assert GAS in order["Description"]
    assert str(night.pms.truth("work_orders")[-1]["VendorId"]) == night.case().vendor_id
    assert night.case().state is CaseState.DISPATCHED


def test_what_staff_typed_meanwhile_is_taken_over_and_not_doubled(town: Town) -> None:
    away(town)
    town.text(town.resident, LEAK)
    town.go(minutes=10)
    town.pms.faults.clear()
    case = town.case()
    task = {"Title": "Water dripping under kitchen sink", "TaskStatus": "New", "Priority": "Normal"}
    typed = town.pms.enter(
        "tasks/residentrequests",
        task | {"UnitAgreementId": 10000001, "RequestedByEntityId": int(str(case.resident_id or 50000000)),
                "AssignedToUserId": 90, "CategoryId": 40, "IsEntryPermittedByResident": True},
    )  # fmt: skip
    town.recover(minutes=5)
    assert [order["Id"] for order in town.orders()] == [typed["Id"]]
    assert town.case().work_order_id == str(typed["Id"])
    assert "taken over, not doubled" in town.remarks()


def test_a_write_whose_answer_is_lost_is_found_again_and_not_repeated(town: Town) -> None:
    town.pms.faults.arm("timeout_after_commit", path="tasks", times=1)
    town.text(town.resident, LEAK)
    town.recover(minutes=10)
    assert (len(town.orders()), town.case().work_order_id is not None) == (1, True)


def test_the_kill_switch_stops_writes_and_a_person_takes_the_case(town: Town) -> None:
    with town.services.database.write() as conn:
        connections.set_writes(conn, town.connection_id, False)
    town.text(town.resident, LEAK)
    assert (town.orders(), town.vendors_asked(), town.case().state) == ([], [], CaseState.WITH_PERSON)


def test_in_shadow_nothing_leaves_but_safety_replies_and_pages(town_at: Callable[..., Town]) -> None:
    town = town_at(mode="shadow")
    town.text(town.neighbor, LEAK)
    assert (town.sent(), town.orders()) == (0, [])
    town.text(town.resident, GAS)
    town.go(minutes=1)
    assert (len(town.inbox(town.resident)), len(town.inbox(ON_CALL[0])), town.sent()) == (1, 1, 2)
    assert town.orders() == []


def test_a_refused_key_says_what_to_check_and_the_emergency_goes_on(night: Town) -> None:
    night.pms.faults.arm("expired_key", times=100_000)
    night.text(night.resident, GAS)
    assert (len(night.vendors_asked()), len(night.inbox(ON_CALL[0]))) == (1, 1)
    (create,) = night.done("create_work_order")
    assert "Buildium" in str(create.result["reason"])
