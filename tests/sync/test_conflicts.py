"""A field changed in the PMS and by us: whose value stands, what is kept of it, and that nothing goes in circles."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.sync.desk import Desk
from tests.sync.offices import PMSS, Office, open_office

from rooftree.db import Database
from rooftree.model.maintenance import WorkOrder
from rooftree.model.vocabulary import Priority, WorkOrderStatus
from rooftree.store import conflicts, connections, events
from rooftree.store.conflicts import Conflict
from rooftree.store.keys import Keys
from rooftree.sync import owners
from rooftree.sync.push import push, recover, settle

OURS, STAFFS = "Leak in the kitchen", "Kitchen flood"


def kept(desk: Desk) -> list[Conflict]:
    door = desk.door
    with door.database.read() as conn:
        organization = connections.get(conn, door.connection_id).organization_id
        return conflicts.listed(conn, door.keys, organization)


def rows(desk: Desk) -> list[tuple[str, Any, Any, Any, str, str]]:
    found = sorted(kept(desk), key=lambda one: one.field)
    return [(one.field, one.base, one.theirs, one.ours, one.rule, one.result) for one in found]


def own(desk: Desk, setting: str) -> None:
    with desk.door.database.write() as conn:
        connections.set_option(conn, desk.door.connection_id, owners.OPTION, setting)


def ticket(desk: Desk) -> dict[str, Any]:
    (row,) = desk.simulator.truth("tickets")
    return dict(row)


def begun_in_an_outage(desk: Desk, id: str, calls_before: int, **fields: Any) -> None:
    """A change that is opened, and then waits because the PMS went down after so many calls; it is up again."""
    outage = desk.simulator.faults.arm("unavailable", times=10_000, after=calls_before)
    outcome = push(desk.door, WorkOrder, id, fields, verb="update", op_key="op-2", actor="agent")
    assert outcome.state == "waiting"
    desk.simulator.faults.armed.remove(outage)


def test_both_values_are_kept_with_the_rule_and_who_wanted_ours(desk: Desk) -> None:
    made = desk.created()
    desk.simulator.edit("tickets", 1, title=STAFFS)
    desk.change(made.id, title=OURS)
    assert rows(desk) == [("title", "Kitchen leak", STAFFS, OURS, "pms", "theirs")]
    (found,) = kept(desk)
    assert (found.actor, found.record, found.external_id, found.found_by, found.undo) == (
        "ai", "work_order", made.id, "push", None,
    )  # fmt: skip


def test_the_values_of_a_conflict_are_sealed_and_go_with_the_record(desk: Desk) -> None:
    made, door = desk.created(), desk.door
    desk.simulator.edit("tickets", 1, title=STAFFS)
    desk.change(made.id, title=OURS)
    with door.database.write() as conn:
        assert STAFFS not in repr(conn.exec_driver_sql("SELECT * FROM conflict").all())
        mirrored = conn.exec_driver_sql("SELECT id FROM mirror").scalar_one()
        door.keys.destroy(conn, [mirrored], desk.clock.now())
    (found,) = kept(desk)
    assert (found.readable, found.theirs, found.ours, found.field) == (False, None, None, "title")


def test_what_staff_changed_while_our_change_waited_stands_and_the_rest_is_written(desk: Desk) -> None:
    made = desk.created()
    begun_in_an_outage(desk, made.id, 2, title=OURS, status=WorkOrderStatus.ON_HOLD)
    desk.simulator.edit("tickets", 1, title=STAFFS)
    desk.clock.advance(120)
    (outcome,) = recover(desk.door.database, desk.door.keys, desk.clock, lambda _id: desk.door)
    assert (outcome.state, ticket(desk)["title"], ticket(desk)["status"]) == ("verified", STAFFS, "on_hold")
    assert rows(desk) == [("title", "Kitchen leak", STAFFS, OURS, "pms", "theirs")]


def test_when_staff_changed_all_of_it_while_our_change_waited_a_person_is_told(desk: Desk) -> None:
    made = desk.created()
    before = len(desk.writes)
    begun_in_an_outage(desk, made.id, 2, title=OURS)
    desk.simulator.edit("tickets", 1, title=STAFFS)
    desk.clock.advance(120)
    (outcome,) = recover(desk.door.database, desk.door.keys, desk.clock, lambda _id: desk.door)
    assert (outcome.state, ticket(desk)["title"], len(desk.writes)) == ("needs_human", STAFFS, before)
    assert outcome.reason == "Not written: title. What staff changed in the property system stands."


def test_a_call_that_got_no_answer_is_not_sent_again_over_what_staff_changed_meanwhile(desk: Desk) -> None:
    made = desk.created()
    begun_in_an_outage(desk, made.id, 4, title=OURS)
    desk.simulator.edit("tickets", 1, title=STAFFS)
    for _ in range(5):
        desk.clock.advance(120)
        recover(desk.door.database, desk.door.keys, desk.clock, lambda _id: desk.door)
    assert ticket(desk)["title"] == STAFFS
    assert rows(desk) == [("title", "Kitchen leak", STAFFS, OURS, "pms", "theirs")]


@pytest.mark.parametrize("late", [WorkOrderStatus.ASSIGNED, WorkOrderStatus.SCHEDULED, WorkOrderStatus.IN_PROGRESS])
@pytest.mark.parametrize("done", ["completed", "closed", "cancelled"])
def test_a_late_event_never_reopens_what_staff_ended(desk: Desk, done: str, late: WorkOrderStatus) -> None:
    base = replace(desk.created(), status=WorkOrderStatus.NEW)
    desk.simulator.edit("tickets", 1, status=done)
    outcome = push(
        desk.door, WorkOrder, base.id, {"status": late}, verb="update", op_key="op-2", actor="agent", base=base
    )
    assert (outcome.state, ticket(desk)["status"]) == ("needs_human", done)
    assert rows(desk) == [("status", "new", done, late.value, "lattice", "theirs")]


def test_a_vendors_late_word_reopens_nothing_that_we_know_is_done_but_an_unhappy_resident_does(desk: Desk) -> None:
    made = desk.created()
    desk.change(made.id, status=WorkOrderStatus.COMPLETED)
    assert desk.change(made.id, "op-3", status=WorkOrderStatus.ASSIGNED).state == "needs_human"
    assert ticket(desk)["status"] == "completed"
    assert desk.change(made.id, "op-4", status=WorkOrderStatus.IN_PROGRESS).state == "verified"
    assert ticket(desk)["status"] == "in_progress"


def test_a_later_step_of_ours_follows_a_step_of_staff_and_is_kept_as_a_conflict(desk: Desk) -> None:
    base = replace(desk.created(), status=WorkOrderStatus.NEW)
    done = {"status": WorkOrderStatus.COMPLETED}
    outcome = push(desk.door, WorkOrder, base.id, done, verb="update", op_key="op-2", actor="agent", base=base)
    assert (settle(desk.door, outcome).state, ticket(desk)["status"]) == ("verified", "completed")
    assert rows(desk) == [("status", "new", "in_progress", "completed", "lattice", "ours")]


def test_a_field_that_is_ours_by_setting_is_written_over_and_both_values_kept(desk: Desk) -> None:
    made = desk.created()
    own(desk, "work_order.title=rooftree")
    desk.simulator.edit("tickets", 1, title=STAFFS)
    assert desk.change(made.id, title=OURS).state == "verified"
    assert ticket(desk)["title"] == OURS
    assert rows(desk) == [("title", "Kitchen leak", STAFFS, OURS, "rooftree", "ours")]


def test_a_field_without_a_time_of_its_change_is_staffs_where_the_newest_stands(desk: Desk) -> None:
    made = desk.created()
    own(desk, "work_order.title=newest")
    desk.simulator.edit("tickets", 1, title=STAFFS)
    desk.change(made.id, title=OURS)
    assert rows(desk) == [("title", "Kitchen leak", STAFFS, OURS, "newest", "theirs")]


def flipped(desk: Desk, id: str, times: int) -> None:
    """We write, staff writes back, as often."""
    for turn in range(times):
        assert desk.change(id, f"flip-{turn}", title=OURS).state == "verified"
        desk.simulator.edit("tickets", 1, title="Kitchen leak")
        desk.clock.advance(60)
        desk.read_in(id)


def test_a_field_that_is_changed_back_again_and_again_is_left_alone_and_a_person_told(desk: Desk) -> None:
    made = desk.created()
    flipped(desk, made.id, 3)
    before = len(desk.writes)
    outcome = desk.change(made.id, "once more", title=OURS, status=WorkOrderStatus.ON_HOLD)
    assert (ticket(desk)["title"], ticket(desk)["status"], len(desk.writes)) == ("Kitchen leak", "on_hold", before + 1)
    assert [(one.field, one.rule, one.result) for one in outcome.conflicts] == [("title", "loop", "stopped")]
    with desk.door.database.write() as conn:
        (told,) = events.claim(conn, "test", now=desk.clock.now(), names=("sync.loop_stopped",))
    assert (told.data["field"], told.external_id) == ("title", made.id)


def test_a_stopped_field_stays_so_after_the_hour_and_is_free_after_a_day(desk: Desk) -> None:
    made = desk.created()
    flipped(desk, made.id, 3)
    desk.change(made.id, "stopped", title=OURS)
    desk.clock.advance(timedelta(hours=2).total_seconds())
    assert desk.change(made.id, "still stopped", title="Another leak").state == "needs_human"
    desk.clock.advance(timedelta(hours=25).total_seconds())
    assert desk.change(made.id, "free", title=OURS).state == "verified"


def test_three_different_values_in_an_hour_are_work_and_no_loop(desk: Desk) -> None:
    made = desk.created()
    for turn in range(6):
        assert desk.change(made.id, f"turn-{turn}", title=f"Leak {turn}").state == "verified"
    assert rows(desk) == []


@pytest.fixture(params=PMSS)
def office(request: pytest.FixtureRequest, sqlite_database: Database, keys: Keys) -> Office:
    return open_office(request.param, sqlite_database, keys)


def test_staff_and_ai_at_the_same_time_staffs_edit_stands_and_the_rest_is_written(office: Office) -> None:
    id = office.made()
    office.staff_edits(id, title=STAFFS)
    office.changed(id, title=OURS, priority=Priority.URGENT)
    office.poll()
    there = office.there(id)
    assert (there.title, there.priority, office.here(id).title) == (STAFFS, Priority.URGENT, STAFFS)
    assert [(one.field, one.theirs, one.ours, one.result) for one in office.conflicts()] == [
        ("title", STAFFS, OURS, "theirs")
    ]


def test_our_write_seen_by_a_poll_before_its_read_back_is_one_event_and_ours(office: Office) -> None:
    id = office.made()
    before = len(office.told("work_order.updated"))
    if office.account.simulator:
        office.account.simulator.faults.arm("timeout_after_commit", method="PATCH")
        office.account.simulator.faults.arm("timeout_after_commit", method="PUT")
    office.change(id, title=OURS)
    office.poll()
    office.go_on()
    office.account.clock.advance(600)
    office.poll()
    told = office.told("work_order.updated")[before:]
    assert [(event.data["source"], "title" in event.data["fields"]) for event in told] == [("push", True)]
    assert office.conflicts() == []


def test_staff_who_change_back_what_we_just_wrote_win_and_both_values_are_kept(office: Office) -> None:
    id = office.made()
    assert office.changed(id, title=OURS).state == "verified"
    office.account.clock.advance(120)
    office.staff_edits(id, title=STAFFS)
    office.account.clock.advance(60)
    office.poll()
    assert (office.there(id).title, office.here(id).title) == (STAFFS, STAFFS)
    assert [(one.field, one.theirs, one.ours, one.found_by) for one in office.conflicts()] == [
        ("title", STAFFS, OURS, "poll")
    ]


def test_the_next_step_of_staff_after_ours_is_no_conflict(office: Office) -> None:
    id = office.made()
    assert office.changed(id, status=WorkOrderStatus.IN_PROGRESS).state == "verified"
    office.account.clock.advance(120)
    office.staff_edits(id, status=WorkOrderStatus.COMPLETED)
    office.account.clock.advance(60)
    office.poll()
    assert not office.here(id).status.is_open
    assert office.conflicts() == []


def begun(office: Office, fault: str, **fields: Any) -> str:
    """A change of ours whose first call meets the fault and waits; the id of its work order."""
    id = office.made()
    simulator = office.account.simulator
    if simulator is None:
        pytest.skip("A call into our own books never waits.")
    for method in ("PATCH", "PUT"):
        simulator.faults.arm(fault, method=method, seconds=30)
    assert office.change(id, **fields).state == "waiting"
    simulator.faults.armed.clear()
    return id


@pytest.mark.parametrize("fault", ["timeout_before_commit", "throttle"])
def test_what_staff_changed_while_a_call_waited_is_not_written_over_in_any_field(office: Office, fault: str) -> None:
    id = begun(office, fault, title=OURS)
    office.staff_edits(id, title=STAFFS, priority=Priority.URGENT)
    office.go_on()
    there = office.there(id)
    assert (there.title, there.priority) == (STAFFS, Priority.URGENT)
    assert [(one.field, one.theirs, one.ours) for one in office.conflicts()] == [("title", STAFFS, OURS)]


@pytest.mark.parametrize("fault", ["timeout_before_commit", "throttle"])
def test_a_call_that_waited_is_made_anew_when_staff_changed_another_field_meanwhile(office: Office, fault: str) -> None:
    id = begun(office, fault, title=OURS)
    office.staff_edits(id, priority=Priority.URGENT)
    assert office.go_on().state == "verified"
    there = office.there(id)
    assert (there.title, there.priority, office.conflicts()) == (OURS, Priority.URGENT, [])
