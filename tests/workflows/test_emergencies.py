"""What an emergency sets in motion, judged by the carrier's and the PMS's own books."""

from __future__ import annotations

from tests.workflows.town import ON_CALL, STRANGER, Town

from rooftree.model.cases import CaseState

GAS = "hi theres a strong smell of gas in my kitchen"


def test_a_gas_smell_at_two_in_the_morning_is_answered_paged_offered_and_in_the_pms(night: Town) -> None:
    night.text(night.resident, GAS)
    texts = night.inbox(night.resident)
    assert "911" in texts[0]
    assert "gas" in night.inbox(ON_CALL[0])[0]
    (order,) = night.orders()
    assert GAS in order["Description"]
    assert night.inbox(night.phone_of(night.vendors_asked()[0]))[0].startswith("Do not enter before 911")

    assert night.case().state is CaseState.FINDING_VENDOR


def test_a_page_goes_up_the_ladder_until_somebody_takes_it(night: Town) -> None:
    night.text(night.resident, GAS)
    night.go(minutes=9)
    code = night.pages()[0].code
    assert [len([t for t in night.inbox(n) if code in t]) for n in ON_CALL] == [2, 1]
    night.text(STRANGER, f"OK {code}")
    assert night.pages()[0].state == "open"
    night.text(ON_CALL[1], f"ok {code}")
    night.go(minutes=30)
    assert [len([t for t in night.inbox(n) if code in t]) for n in ON_CALL] == [2, 1]
    assert night.pages()[0].state == "taken"


def test_a_fire_goes_to_people_and_is_offered_to_no_vendor(night: Town) -> None:
    night.text(night.resident, "there is a fire in my kitchen")
    night.go(hours=1)
    assert "911" in night.inbox(night.resident)[0]
    assert (night.offers(), len(night.pages()), len(night.orders())) == ([], 1, 1)
    assert night.case().state is CaseState.WITH_PERSON


def test_an_emergency_vendor_is_asked_before_the_property_system_is(night: Town) -> None:
    night.text(night.resident, GAS)
    asked, created = night.done("offer_job")[0], night.done("create_work_order")[0]
    assert asked.finished_at
    assert created.finished_at
    assert asked.finished_at <= created.finished_at


def test_gas_smell_and_stop_texting_me_is_a_gas_smell_first(night: Town) -> None:
    night.text(night.resident, "gas smell in the kitchen and stop texting me")
    assert night.inbox(night.resident) == []  # the carrier or our list bars texts: a person must call
    assert any("CALL the resident" in text for text in night.inbox(ON_CALL[0]))
    assert len(night.orders()) == 1


def test_a_hazard_is_never_absorbed_by_another_matter(town: Town) -> None:
    town.text(town.resident, "the kitchen faucet drips a little")
    town.text(town.resident, GAS)
    assert [case.priority for case in town.cases()] == ["routine", "emergency"]
    assert any("GAS" in text for text in town.inbox(town.resident))
    assert len(town.orders()) == 2


def test_gas_smelled_again_after_the_work_is_a_hazard_again(night: Town) -> None:
    night.text(night.resident, GAS)
    night.answer("A")
    night.answer("DONE")
    assert "Is it fixed?" in night.inbox(night.resident)[-1]
    night.text(night.resident, "no i still smell gas")
    assert sum(text.startswith("GAS") for text in night.inbox(night.resident)) == 2
    assert night.case().state is CaseState.WITH_PERSON
    assert night.orders()[0]["TaskStatus"] == "InProgress"


def test_a_leak_that_gets_worse_raises_the_work_order(town: Town) -> None:
    town.text(town.resident, "the kitchen faucet drips a little")
    town.text(town.resident, "now water is pouring through the ceiling, its a flood")
    worst = town.cases()[-1]
    assert worst.priority == "emergency"
    assert "High" in {order["Priority"] for order in town.orders()}
    assert any("ON CALL" in text for text in town.inbox(ON_CALL[0]))


def test_an_unknown_number_gets_safety_first_and_no_work_order_by_itself(night: Town) -> None:
    night.text(STRANGER, GAS)
    first, second = night.inbox(STRANGER)
    assert (first.startswith("GAS"), "name, address and unit" in second) == (True, True)
    night.text(STRANGER, "Jo Doe, 12 Elm Street, unit 4")
    assert (night.orders(), night.case().state) == ([], CaseState.WITH_PERSON)
    assert len(night.inbox(ON_CALL[0])) >= 2


def test_safety_after_stop_pages_a_person_to_call(night: Town) -> None:
    night.text(night.resident, "STOP")
    night.text(night.resident, GAS)
    assert night.inbox(night.resident) == []
    assert any("CALL the resident" in text for text in night.inbox(ON_CALL[0]))
