"""Asking vendors: who is asked, in which order, and what each kind of answer does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from tests.workflows.town import ON_CALL, STRANGER, Town

from rooftree.model.cases import CaseState
from rooftree.simulators.faults import Fault
from rooftree.store import connections
from rooftree.store.connections import Notifier

LEAK = "water is dripping under my kitchen sink"


def test_a_routine_job_is_offered_accepted_done_and_closed(town: Town) -> None:
    town.text(town.resident, LEAK)
    town.answer("A")
    assert town.case().state is CaseState.DISPATCHED
    assert "has accepted work order" in town.inbox(town.resident)[-1]
    (order,) = town.pms.truth("work_orders")[-1:]
    assert str(order["VendorId"]) == town.case().vendor_id
    town.answer("DONE")
    town.text(town.resident, "YES")
    assert town.case().state is CaseState.CLOSED
    assert town.orders()[0]["TaskStatus"] == "Completed"


def test_a_silent_vendor_leads_to_the_next_and_at_last_to_a_person(town: Town) -> None:
    town.text(town.resident, "the toilet is overflowing and wont stop")
    town.go(hours=12)
    asked = town.vendors_asked()
    assert len(asked) == len(set(asked)) > 1
    assert town.case().state is CaseState.WITH_PERSON
    assert any("No vendor" in text for text in town.inbox(ON_CALL[0]) + town.inbox(ON_CALL[1]))
    assert any("is no longer open" in text for text in town.inbox(town.phone_of(asked[0])))


def test_a_vendor_who_declines_leads_to_the_next(town: Town) -> None:
    town.text(town.resident, LEAK)
    town.answer("D")
    assert [offer.state for offer in town.offers()] == ["declined", "open"]


def test_a_vendor_who_accepts_too_late_is_told_no(town: Town) -> None:
    town.text(town.resident, LEAK)
    town.go(minutes=35)
    first, second = town.offers()
    town.answer("A", second)
    town.answer("A", first)
    assert town.case().vendor_id == second.vendor_id
    assert "Please do not go" in town.inbox(town.phone_of(first.vendor_id))[-1]


def test_an_answer_counts_once_however_often_it_is_tapped(town: Town) -> None:
    town.text(town.resident, LEAK)
    (offer,) = town.offers()
    assert [town.tap(offer, "accept"), town.tap(offer, "accept"), town.tap(offer, "decline")] == [True, False, False]
    assert len([text for text in town.inbox(town.phone_of(offer.vendor_id)) if "is yours" in text]) == 1


def test_a_link_that_has_expired_decides_nothing(town: Town) -> None:
    town.text(town.resident, LEAK)
    (offer,) = town.offers()
    town.clock.advance(5 * 3600)
    assert town.tap(offer, "accept") is False


def test_a_code_from_another_number_decides_nothing(town: Town) -> None:
    town.text(town.resident, LEAK)
    town.answer("A", sender=STRANGER)
    town.answer("A", sender=town.neighbor)
    assert [offer.state for offer in town.offers()] == ["open"]


def test_a_vendor_without_a_phone_is_passed_over_and_said_so(town: Town) -> None:
    preferred = town.services.policy.preferred_vendors
    assert preferred == {}
    town.pms.edit("vendors", 20000, PhoneNumbers=[])
    _reread(town, "vendor")
    town.text(town.resident, LEAK)
    assert town.offers()[-1].vendor_id != "20000"


def test_a_vendor_that_writes_plain_words_is_read_by_a_person(town: Town) -> None:
    town.text(town.resident, LEAK)
    town.answer("A")
    town.text(town.phone_of(town.offers()[0].vendor_id), "running late, there at 4")
    assert len(town.cases()) == 1
    assert "running late" in str(town.done("hand_to_person")[-1].proposal.why)


def test_an_offer_that_waits_for_the_morning_is_not_made_when_the_job_was_cancelled(night: Town) -> None:
    night.text(night.resident, LEAK)
    assert night.vendors_asked() == []
    night.staff(TaskStatus="Closed")
    night.go(hours=8)
    assert night.vendors_asked() == []


def test_a_routine_offer_is_held_until_eight_at_the_property(night: Town) -> None:
    night.text(night.resident, LEAK)
    assert "work order" in night.inbox(night.resident)[-1]
    night.go(hours=5, minutes=50)
    assert night.vendors_asked() == []
    night.go(minutes=10)
    assert len(night.vendors_asked()) == 1


def test_eight_is_eight_on_the_night_the_clocks_change(town_at: Callable[..., Town]) -> None:
    spring = town_at(datetime(2026, 3, 8, 6, 0, tzinfo=UTC))  # one in the morning; at two it is three
    spring.text(spring.resident, LEAK)
    spring.go(hours=5, minutes=55)
    assert spring.vendors_asked() == []
    spring.go(minutes=10)
    assert len(spring.vendors_asked()) == 1


@pytest.mark.parametrize(
    "words", [LEAK, "the toilet is overflowing and wont stop", "water is pouring through my ceiling"]
)
def test_where_the_property_system_tells_vendors_rooftree_tells_none(town: Town, words: str) -> None:
    _told_by(town, "pms")
    town.text(town.resident, words)
    (order,) = town.pms.truth("work_orders")[-1:]
    assert str(order["VendorId"]) == town.case().vendor_id
    assert town.case().state is CaseState.DISPATCHED
    assert town.offers() == []
    assert town.inbox(town.phone_of(str(order["VendorId"]))) == []
    assert "given work order" in "".join(town.inbox(town.resident))


def test_a_job_offered_before_the_property_system_took_over_is_not_told_twice(town: Town) -> None:
    town.text(town.resident, LEAK)
    (offer,) = town.offers()
    asked = town.inbox(town.phone_of(offer.vendor_id))
    _told_by(town, "pms")
    town.answer("A", offer)
    assert town.inbox(town.phone_of(offer.vendor_id)) == asked
    assert str(town.pms.truth("work_orders")[-1]["VendorId"]) == offer.vendor_id


def _told_by(town: Town, who: Notifier) -> None:
    with town.services.database.write() as conn:
        connections.set_notifier(conn, town.connection_id, who)


def _reread(town: Town, record: str) -> None:
    from rooftree.sync import pull

    pull.full(town.services.lines.source(town.connection_id), (record,))


def test_work_reported_done_before_the_pms_has_confirmed_the_work_order_is_not_lost(town: Town) -> None:
    town.pms.faults.armed.append(Fault(kind="unavailable", method="POST", times=200))
    town.text(town.resident, "the toilet is overflowing and wont stop")
    town.answer("A")
    town.answer("DONE")
    assert (town.case().state, town.orders()) == (CaseState.CREATING, [])
    town.pms.faults.armed.clear()
    town.recover(minutes=10)
    assert town.case().state is CaseState.CONFIRMING
    assert [order["TaskStatus"] for order in town.orders()] == ["Completed"]
    assert "Is it fixed?" in town.inbox(town.resident)[-1]
