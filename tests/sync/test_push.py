"""The door for writes, on a PMS made up for tests: what is refused, left alone, adopted, flagged and mirrored."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from tests.reliability import toy_pms
from tests.sync.desk import Desk

from rooftree.connectors.base import Query, Write, not_offered
from rooftree.errors import InvalidInput, NotAllowed, Refused, Unsupported
from rooftree.model.maintenance import Vendor, WorkOrder
from rooftree.model.vocabulary import WorkOrderStatus
from rooftree.store import connections, events, mirroring, records
from rooftree.store.tables import effects as effect_tables
from rooftree.sync.door import Adoption, Door, Outcome
from rooftree.sync.push import push, recover, resume, settle, sweep
from rooftree.sync.reading import read_one


def set_connection(desk: Desk, *, writes: bool = True, mode: connections.Mode = "live") -> None:
    with desk.door.database.write() as conn:
        connections.set_writes(conn, desk.door.connection_id, writes)
        connections.set_mode(conn, desk.door.connection_id, mode, desk.clock.now())


def test_a_work_order_that_takes_three_calls_is_verified_with_all_of_it(desk: Desk) -> None:
    outcome = desk.create()
    assert outcome.state == "verified"
    assert desk.writes == ["POST /tickets", "POST /dispatches", "PATCH /tickets/1"]
    assert outcome.record == replace(toy_pms.DESIRED, id="1")


def test_asking_again_tells_the_same_and_sends_nothing(desk: Desk) -> None:
    assert desk.create() == desk.create()
    assert len(desk.writes) == 3


def test_one_key_for_two_wishes_is_refused(desk: Desk) -> None:
    desk.create()
    other = replace(toy_pms.DESIRED, title="Broken window")
    with pytest.raises(InvalidInput):
        push(desk.door, WorkOrder, None, other, verb="create", op_key="op-1", actor="ai")


@pytest.mark.parametrize("switch", [{"writes": False}, {"mode": "shadow"}])
def test_nothing_is_written_while_writes_are_off_or_in_shadow(desk: Desk, switch: dict[str, Any]) -> None:
    set_connection(desk, **switch)
    with pytest.raises(Refused):
        desk.create()
    assert desk.simulator.calls == []


def test_the_kill_switch_stops_a_write_halfway_and_tells_a_human(desk: Desk) -> None:
    desk.simulator.faults.arm("throttle", method="POST", path="/dispatches", seconds=5)
    assert desk.create().state == "waiting"
    set_connection(desk, writes=False)
    desk.clock.advance(10)
    outcome = resume(desk.door, "op-1")
    assert (outcome.state, desk.writes.count("POST /dispatches")) == ("needs_human", 1)
    assert "switched off" in outcome.reason


def test_a_gap_is_told_in_its_own_words(desk: Desk) -> None:
    with pytest.raises(Unsupported, match="closes nothing"):
        push(desk.door, WorkOrder, "1", {}, verb="close", op_key="op-1", actor="ai")
    with pytest.raises(Unsupported):
        push(desk.door, Vendor, "1", {}, verb="update", op_key="op-1", actor="ai")


def test_a_field_that_can_only_be_set_once_is_not_changed(desk: Desk) -> None:
    made = desk.created()
    with pytest.raises(Unsupported, match="stays where it is"):
        desk.change(made.id, unit_id="13")


def test_a_field_the_pms_silently_drops_goes_to_a_human_by_name(desk: Desk) -> None:
    desk.toy.drops = {"status"}
    outcome = settle(desk.door, desk.create())
    assert outcome.state == "needs_human"
    assert "status" in outcome.reason


def writes_told(desk: Desk) -> list[tuple[str, str]]:
    """The events about writes, in order, with the state each tells."""
    with desk.door.database.write() as conn:
        found = events.claim(conn, "test", now=desk.clock.now(), names=("write.verified", "write.failed"))
    return [(event.name, event.data["state"]) for event in found]


def test_a_refusal_of_the_first_call_is_a_rejection(desk: Desk) -> None:
    desk.simulator.faults.arm("expired_key", method="POST")
    outcome = desk.create()
    assert outcome.state == "rejected"
    assert writes_told(desk) == [("write.failed", "rejected")]


def test_a_refusal_of_the_second_call_says_that_it_stopped_halfway(desk: Desk) -> None:
    desk.simulator.faults.arm("expired_key", method="POST", after=1)
    outcome = desk.create()
    assert outcome.state == "needs_human"
    assert "dispatch vendor" in outcome.reason


def test_a_human_edit_made_meanwhile_stands_and_is_recorded(desk: Desk) -> None:
    made = desk.created()
    desk.simulator.edit("tickets", 1, title="Kitchen flood")
    outcome = desk.change(made.id, title="Leak in the kitchen", status=WorkOrderStatus.ON_HOLD)
    assert outcome.state == "verified"
    assert [(each.field, each.theirs, each.ours) for each in outcome.conflicts] == [
        ("title", "Kitchen flood", "Leak in the kitchen")
    ]
    (row,) = desk.simulator.truth("tickets")
    assert (row["title"], row["status"]) == ("Kitchen flood", "on_hold")


def test_when_every_field_was_edited_meanwhile_nothing_is_sent(desk: Desk) -> None:
    made = desk.created()
    desk.simulator.edit("tickets", 1, title="Kitchen flood")
    before = len(desk.writes)
    outcome = desk.change(made.id, title="Leak in the kitchen")
    assert (outcome.state, len(desk.writes)) == ("needs_human", before)


def test_a_change_that_staff_made_already_sends_nothing(desk: Desk) -> None:
    made = desk.created()
    desk.simulator.edit("tickets", 1, status="completed")
    before = len(desk.writes)
    outcome = desk.change(made.id, status=WorkOrderStatus.COMPLETED)
    assert (outcome.state, outcome.conflicts, len(desk.writes)) == ("verified", (), before)


def test_an_unclear_change_is_read_before_it_is_sent_again(desk: Desk) -> None:
    made = desk.created()
    desk.simulator.faults.arm("timeout_after_commit", method="PATCH")
    before = len(desk.writes)
    outcome = desk.change(made.id, title="Leak in the kitchen")
    assert (outcome.state, len(desk.writes)) == ("verified", before + 1)


def test_what_staff_typed_while_a_write_waited_is_adopted(desk: Desk) -> None:
    desk.simulator.behaviour.enter("tickets", {"unit": "12", "title": "leaking sink", "text": "", "status": "new"})
    adopt = Adoption(query=Query(), matches=lambda record: record.unit_id == "12")
    outcome = desk.create(adopt=adopt)
    assert (outcome.state, outcome.adopted, outcome.record_id, desk.writes) == ("verified", True, "1", [])


def test_a_write_while_the_pms_is_down_waits_and_is_then_made_once(desk: Desk) -> None:
    made = desk.created()
    outage = desk.simulator.faults.arm("unavailable", times=10_000, after=2)
    outcome = push(
        desk.door, WorkOrder, made.id, {"title": "Leak in the kitchen"}, verb="update", op_key="op-2", actor="ai"
    )
    assert outcome.state == "waiting"
    desk.simulator.faults.armed.remove(outage)
    desk.clock.advance(120)
    assert [each.state for each in recover_all(desk)] == ["verified"]


def recover_all(desk: Desk) -> list[Outcome]:
    return recover(desk.door.database, desk.door.keys, desk.clock, lambda _id: desk.door)


def test_a_duplicate_found_by_the_sweep_hands_the_push_to_a_human(desk: Desk) -> None:
    desk.simulator.faults.arm("duplicate_delivery")
    assert desk.create().state == "verified"
    desk.clock.advance(601)
    (found,) = sweep(desk.door.database, desk.door.keys, desk.clock, lambda _id: desk.door)
    assert (found.state, resume(desk.door, "op-1").state) == ("needs_human", "needs_human")
    assert writes_told(desk) == [("write.verified", "verified"), ("write.failed", "needs_human")]


def test_a_sweep_that_died_before_it_told_the_push_is_made_good_by_the_next(desk: Desk) -> None:
    desk.simulator.faults.arm("duplicate_delivery")
    desk.create()
    desk.clock.advance(601)
    everything = (desk.door.database, desk.door.keys, desk.clock, lambda _id: desk.door)
    sweep(*everything)
    with desk.door.database.write() as conn:  # what such a death leaves: the effect is flagged, the push is not
        conn.execute(update(effect_tables.push).values(state="verified"))
    (found,) = sweep(*everything)
    assert (found.op_key, found.state) == ("op-1", "needs_human")


def test_a_duplicate_is_taken_back_where_the_door_allows_it(desk: Desk) -> None:
    taken: list[str] = []
    door = replace(desk.door, cancel=lambda _kind, id: taken.append(id))
    desk.simulator.faults.arm("duplicate_delivery")
    desk.create()
    desk.clock.advance(601)
    sweep(door.database, door.keys, desk.clock, lambda _id: door)
    assert taken == ["1"]


def test_what_was_read_back_is_mirrored_and_its_echo_is_no_change(desk: Desk) -> None:
    made = desk.created()
    door, seen = desk.door, read_one(desk.door, WorkOrder, made.id)
    later = desk.clock.now() + timedelta(minutes=5)
    with door.database.write() as conn:
        mirrored = records.by_external_id(conn, door.keys, door.connection_id, WorkOrder, made.id)
        echo = mirroring.put_page(conn, door.keys, door.connection_id, "work_order", [seen], as_of=later, source="poll")
        told = events.claim(conn, "test", now=later)
    assert mirrored is not None
    assert (mirrored.source, echo.unchanged) == ("push", 1)
    assert [event.name for event in told] == ["work_order.created", "write.verified"]


def test_a_write_of_another_connection_cannot_be_resumed_here(desk: Desk) -> None:
    desk.create()
    with pytest.raises(NotAllowed):
        resume(replace(desk.door, connection_id="con_other"), "op-1")


def test_a_long_wish_and_its_marker_leave_no_trace_in_the_clear(desk: Desk) -> None:
    desk.create()
    with desk.door.database.read() as conn:
        tables = ("push", "effect")
        kept = b"".join(repr(conn.exec_driver_sql(f"SELECT * FROM {name}").all()).encode() for name in tables)
    assert b"Water under" not in kept


NEW_TITLE = {"title": "Broken window"}


def experimental(desk: Desk) -> Door:
    """The same door where changing a work order is an experiment."""
    rows = [
        replace(row, update=replace(row.update, experimental=True)) if isinstance(row.update, Write) else row
        for row in toy_pms.CONNECTOR.resources
    ]
    return replace(desk.door, connector=replace(toy_pms.CONNECTOR, resources=tuple(rows)))


def turn_on(desk: Desk, names: str | None) -> None:
    with desk.door.database.write() as conn:
        connections.set_option(conn, desk.door.connection_id, "experimental_writes", names)


@pytest.mark.parametrize("names", [None, "", "work_order.create", "work_order.updated", "update"])
def test_an_experimental_write_is_off_until_its_own_name_is_turned_on(desk: Desk, names: str | None) -> None:
    id = desk.created().id
    before = len(desk.writes)
    turn_on(desk, names)
    with pytest.raises(Refused, match=r"experimental_writes work_order\.update"):
        push(experimental(desk), WorkOrder, id, NEW_TITLE, verb="update", op_key="op-3", actor="ai")
    assert len(desk.writes) == before


def test_an_experimental_write_that_is_turned_on_is_a_write_like_any_other(desk: Desk) -> None:
    id = desk.created().id
    turn_on(desk, "note.create, work_order.update")
    door = experimental(desk)
    outcome = settle(door, push(door, WorkOrder, id, NEW_TITLE, verb="update", op_key="op-3", actor="ai"))
    assert outcome.state == "verified"


def test_an_experimental_write_turned_off_again_is_not_sent_any_more(desk: Desk) -> None:
    id = desk.created().id
    turn_on(desk, "work_order.update")
    door = experimental(desk)
    desk.simulator.faults.arm("timeout_before_commit", method="PATCH")
    outcome = push(door, WorkOrder, id, NEW_TITLE, verb="update", op_key="op-3", actor="ai")
    assert outcome.state == "waiting"
    before = len(desk.writes)
    turn_on(desk, None)
    outcome = settle(door, outcome)
    assert (outcome.state, len(desk.writes)) == ("needs_human", before)
    assert "is experimental" in outcome.reason


def test_a_status_that_can_only_be_read_may_be_named_in_a_close_and_in_nothing_else(desk: Desk) -> None:
    made = desk.created()
    (orders,) = [row for row in desk.door.connector.resources if row.record is WorkOrder]
    told = {**orders.read_only, "status": not_offered("It is only read.")}
    strict = replace(orders, read_only=told, close=orders.update)
    rest = [row for row in desk.door.connector.resources if row is not orders]
    door = replace(desk.door, connector=replace(desk.door.connector, resources=[*rest, strict]))
    done = {"status": WorkOrderStatus.COMPLETED}
    with pytest.raises(Unsupported, match="It is only read"):
        push(door, WorkOrder, made.id, done, verb="update", op_key="op-8", actor="ai")
    closed = settle(door, push(door, WorkOrder, made.id, done, verb="close", op_key="op-9", actor="ai"))
    assert closed.state == "verified"
    assert isinstance(closed.record, WorkOrder)
    assert not closed.record.status.is_open
