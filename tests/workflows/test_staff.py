"""What staff do in the PMS wins, and the resident hears of it once."""

from __future__ import annotations

from tests.workflows.town import ON_CALL, Town

from rooftree.model.cases import CaseState
from rooftree.operations.cases import OneCase, take_over
from rooftree.operations.registry import Caller

LEAK = "water is dripping under my kitchen sink"


def told(town: Town, words: str) -> int:
    return sum(words in text for text in town.inbox(town.resident))


def test_closing_in_the_pms_withdraws_offers_and_tells_the_resident_once(town: Town) -> None:
    town.text(town.resident, LEAK)
    town.staff(TaskStatus="Closed")
    town.staff(Title="Sink, done by our own people")
    assert (town.case().state, town.offers()[0].state) == (CaseState.CLOSED, "withdrawn")
    assert told(town, "has closed work order") == 1
    assert "Please do not go" in town.inbox(town.phone_of(town.offers()[0].vendor_id))[-1]


def test_closing_in_the_pms_stands_down_the_vendor_who_accepted(town: Town) -> None:
    town.text(town.resident, LEAK)
    town.answer("A")
    town.staff(TaskStatus="Closed")
    assert "please do not go to work order" in town.inbox(town.phone_of(town.offers()[0].vendor_id))[-1]


def test_a_work_order_deleted_in_the_pms_is_as_good_as_cancelled(town: Town) -> None:
    town.text(town.resident, LEAK)
    town.pms.remove("tasks", town.orders()[0]["Id"])
    town.hear()
    assert (town.case().state, told(town, "has cancelled work order")) == (CaseState.CLOSED, 1)


def test_another_vendor_chosen_in_the_pms_stands_down_ours(town: Town) -> None:
    town.text(town.resident, LEAK)
    town.answer("A")
    order = town.pms.truth("work_orders")[-1]["Id"]
    first = town.case().vendor_id
    town.pms.edit("work_orders", order, VendorId=20011)
    town.hear()
    assert (town.case().vendor_id, told(town, "The office has given work order")) == ("20011", 1)
    assert first
    assert "please do not go to work order" in town.inbox(town.phone_of(first))[-1]


def test_a_date_set_in_the_pms_is_told_once(town: Town) -> None:
    town.text(town.resident, LEAK)
    town.staff(DueDate="2026-01-20")
    town.staff(Priority="High")
    assert told(town, "is now planned for Tue Jan 20") == 1


def test_work_completed_in_the_pms_asks_whether_it_is_fixed(town: Town) -> None:
    town.text(town.resident, LEAK)
    town.staff(TaskStatus="Completed")
    assert (town.case().state, told(town, "Is it fixed?")) == (CaseState.CONFIRMING, 1)


def test_the_echo_of_our_own_writes_wakes_nobody(town: Town) -> None:
    town.text(town.resident, LEAK)
    town.answer("A")
    before = (town.sent(), town.remarks())
    town.hear()
    assert (town.sent(), town.remarks()) == before


def test_a_case_taken_over_is_left_alone(town: Town) -> None:
    town.text(town.resident, LEAK)
    caller = Caller(organization_id=town.organization_id, name="Dana", services=town.services)
    take_over(caller, OneCase(id=town.case().id))
    town.go(hours=30)
    assert (town.case().state, len(town.offers()), town.offers()[0].state) == (CaseState.WITH_PERSON, 1, "withdrawn")
    assert town.inbox(ON_CALL[0]) == []
