"""A matter that the property system already holds is not made twice, whoever reported it first."""

from __future__ import annotations

from typing import Any

from tests.workflows.town import Town

from rooftree.acts import direct
from rooftree.model.cases import CaseState
from rooftree.model.maintenance import WorkOrder
from rooftree.model.vocabulary import Priority, WorkOrderStatus
from rooftree.operations.cases import OneCase, hand_over
from rooftree.operations.registry import Caller
from rooftree.workflows.facts import household_behind

LEAK = "The kitchen sink is leaking"
AGAIN = "the kitchen sink leaks, water under it"


def typed_by_staff(town: Town, title: str = LEAK, **fields: Any) -> int:
    """A work order that Dana of the office made an hour ago, and that we read in."""
    with town.services.database.read() as conn:
        (home,) = household_behind(conn, town.services, town.organization_id, town.resident)
    order = WorkOrder(
        id="", title=title, priority=Priority.ROUTINE, status=WorkOrderStatus.NEW, property_id=home.property_id,
        unit_id=home.unit_id,
    )  # fmt: skip
    made = direct.write(
        town.services, town.connection_id, WorkOrder, None, order, verb="create", op_key="dana",
        organization_id=town.organization_id, actor="Dana",
    )  # fmt: skip
    id = int(made.record_id or 0)
    if fields:
        town.pms.edit("tasks", id, **fields)
    town.go(hours=1)
    town.hear()
    return id


def notes(town: Town) -> str:
    return str([act.proposal.details["text"] for act in town.done("add_note") if act.state == "done"])


def test_a_text_about_an_open_work_order_of_staff_joins_it(town: Town) -> None:
    made = typed_by_staff(town)
    town.text(town.resident, AGAIN)
    assert [row["Id"] for row in town.orders()] == [made]
    assert town.case().work_order_id == str(made)
    assert "We know about this already" in town.inbox(town.resident)[-1]
    town.recover(minutes=1)
    assert AGAIN in notes(town)
    assert town.offers() == []


def test_another_matter_of_the_unit_gets_its_own(town: Town) -> None:
    typed_by_staff(town)
    town.text(town.resident, "there are mice in the pantry")
    assert len(town.orders()) == 2


def test_the_same_words_from_another_unit_get_their_own(town: Town) -> None:
    typed_by_staff(town)
    town.text(town.neighbor, AGAIN)
    assert len(town.orders()) == 2


def test_an_emergency_does_not_wait_behind_a_routine_job(town: Town) -> None:
    typed_by_staff(town, "Water in the ceiling")
    town.text(town.resident, "water is pouring from the ceiling, it will not stop")
    assert len(town.orders()) == 2
    assert town.pages()


def test_what_came_back_names_the_work_order_it_came_back_from(town: Town) -> None:
    made = typed_by_staff(town, TaskStatus="Completed")
    town.text(town.resident, AGAIN)
    (new,) = [row for row in town.orders() if row["Id"] != made]
    assert f"It came back: work order {made}" in new["Description"]


def test_staff_work_is_told_of_and_asked_about_and_not_changed_by_itself(town: Town) -> None:
    made = typed_by_staff(town)
    town.text(town.resident, AGAIN)
    town.pms.edit("tasks", made, TaskStatus="Completed")
    town.hear()
    assert "Is it fixed?" in town.inbox(town.resident)[-1]
    town.text(town.resident, "no it still leaks")
    (order,) = town.orders()
    assert (order["TaskStatus"], town.case().state) == ("Completed", CaseState.WITH_PERSON)
    assert "The work order is not ours" in str([act.result for act in town.done("change_work_order")])


def test_handed_over_it_is_worked_on_like_our_own(town: Town) -> None:
    made = typed_by_staff(town)
    town.text(town.resident, AGAIN)
    caller = Caller(organization_id=town.organization_id, name="Dana", services=town.services)
    hand_over(caller, OneCase(id=town.case().id))
    town.pms.edit("tasks", made, TaskStatus="Completed")
    town.hear()
    town.text(town.resident, "no it still leaks")
    (order,) = town.orders()
    assert order["TaskStatus"] == "InProgress"
