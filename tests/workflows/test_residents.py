"""What residents write after the first text, and texts that say little or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.workflows.town import Town

from rooftree.model.cases import CaseState
from rooftree.policy.book import PolicyBook

LEAK = "water is dripping under my kitchen sink"
PICTURE = [{"content_type": "image/jpeg", "content": "/9j/4AA="}]


def asked(town: Town) -> Town:
    """A town whose case waits for yes or no."""
    town.text(town.resident, LEAK)
    town.answer("A")
    town.answer("DONE")
    return town


def test_no_opens_the_work_order_again_and_brings_a_person(town: Town) -> None:
    asked(town).text(town.resident, "no its still dripping")
    assert town.case().state is CaseState.WITH_PERSON
    assert town.orders()[0]["TaskStatus"] == "InProgress"


def test_an_unclear_answer_is_asked_again(town: Town) -> None:
    asked(town).text(town.resident, "he was here at 5")
    assert (town.case().state, town.inbox(town.resident)[-1][-10:]) == (CaseState.CONFIRMING, "YES or NO.")


def test_silence_is_not_a_yes(town: Town) -> None:
    asked(town).go(days=5)
    assert town.case().state is CaseState.WITH_PERSON
    assert sum("YES or NO" in text for text in town.inbox(town.resident)) == 2


def test_nobody_reporting_leads_to_a_question_that_claims_nothing(town: Town) -> None:
    town.text(town.resident, LEAK)
    town.answer("A")
    town.go(days=4)
    assert any(text.startswith("Has ") for text in town.inbox(town.resident))
    assert not any("reports that" in text for text in town.inbox(town.resident))


def test_not_fixed_after_the_end_opens_the_same_case_again(town: Town) -> None:
    asked(town).text(town.resident, "yes")
    town.text(town.resident, "thank you!")
    assert town.case().state is CaseState.CLOSED
    town.text(town.resident, "sorry no it is not fixed")
    assert (town.case().state, len(town.orders())) == (CaseState.WITH_PERSON, 1)


def test_more_words_about_the_same_become_a_note(town: Town) -> None:
    town.text(town.resident, LEAK)
    town.text(town.resident, "the shutoff valve under the sink is stuck too")
    town.recover(minutes=1)
    assert (len(town.cases()), len(town.orders())) == (1, 1)
    assert town.done("add_note")[0].state == "done"


def test_another_matter_gets_its_own_case(town: Town) -> None:
    town.text(town.resident, LEAK)
    town.text(town.resident, "also there are mice in the pantry")
    assert len(town.cases()) == len(town.orders()) == 2


def test_after_stop_the_case_goes_on_without_texts(town: Town) -> None:
    town.text(town.resident, LEAK)
    before = len(town.inbox(town.resident))
    town.text(town.resident, "STOP")
    town.answer("A")
    town.answer("DONE")
    town.go(minutes=5)
    assert len(town.inbox(town.resident)) == before
    assert (town.case().state, len(town.orders())) == (CaseState.WITH_PERSON, 1)
    assert "call, do not text" in town.remarks()


def test_a_number_of_two_units_is_asked_which_and_the_answer_opens_it(town: Town) -> None:
    town.text(town.owner_of_two, LEAK)
    assert ("more than one unit" in town.inbox(town.owner_of_two)[-1], town.orders()) == (True, [])
    town.text(town.owner_of_two, "its in 101")
    (order,) = town.orders()
    assert (str(order["UnitId"]), LEAK in order["Description"]) == (town.case().unit_id, True)


def test_a_number_of_two_units_that_names_neither_goes_to_a_person(town: Town) -> None:
    town.text(town.owner_of_two, LEAK)
    town.text(town.owner_of_two, "the one downstairs")
    assert (town.orders(), town.case().state) == ([], CaseState.WITH_PERSON)


def test_an_unknown_number_that_stays_silent_goes_to_a_person(town: Town) -> None:
    town.text("+12025550112", LEAK)
    town.go(minutes=20)
    assert (town.orders(), town.case().state) == ([], CaseState.WITH_PERSON)


@pytest.mark.parametrize(("body", "media"), [("", []), ("\U0001f62d\U0001f44d", []), ("", PICTURE), ("   ", [])])
def test_a_text_without_words_is_asked_about_and_the_answer_opens_a_work_order(
    town: Town, body: str, media: list[dict[str, str]]
) -> None:
    town.text(town.resident, body, media)
    assert "could not read" in town.inbox(town.resident)[0]
    town.text(town.resident, LEAK)
    assert (len(town.cases()), len(town.orders())) == (1, 1)


def test_ten_thousand_characters_make_one_work_order(town: Town) -> None:
    town.text(town.resident, (LEAK + " and it goes on and on. ") * 160)
    assert len(town.orders()) == 1


def test_a_question_about_rent_goes_to_a_person_without_a_work_order(town: Town) -> None:
    town.text(town.resident, "how do i pay my rent online")
    assert (town.orders(), town.case().state) == ([], CaseState.WITH_PERSON)


def test_a_lockout_is_answered_with_the_policy_of_the_property(town_at: Callable[..., Town]) -> None:
    policy = replace(PolicyBook(), lockout_text="For a lockout call Key Kings, 312-555-0142, at your cost.")
    town = town_at(policy=policy)
    town.text(town.resident, "i locked myself out of my apartment")
    assert town.inbox(town.resident)[-1] == policy.lockout_text
