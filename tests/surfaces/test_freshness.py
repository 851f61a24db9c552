"""How fresh the mirror is, as a person, a script and a monitor are told, and what a worker reads next."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.surfaces.office import KEY, READ, Office

from rooftree.connectors import registry
from rooftree.connectors.base import Budget
from rooftree.connectors.levels import describe
from rooftree.errors import InvalidInput
from rooftree.model.maintenance import WorkOrder
from rooftree.operations.connections import SettingInput, set_setting
from rooftree.operations.freshness import FreshnessInput, list_freshness
from rooftree.store import cases, connections
from rooftree.surfaces.home import local_caller
from rooftree.sync import pull, schedule
from rooftree.workflows.upkeep import Upkeep


def told(office: Office, record: str) -> dict[str, Any]:
    found = list_freshness(local_caller(office.services), FreshnessInput(connection=office.connection.id))["items"]
    return next(row for row in found if row["record"] == record)


def slowed(monkeypatch: pytest.MonkeyPatch, seconds: float = 600) -> None:
    """From here on the PMS allows a call in so many seconds."""
    load = registry.load

    def slow(name: str) -> Any:
        found = load(name)
        return replace(found, manifest=replace(found.manifest, budget=Budget(calls=1, seconds=seconds, concurrent=1)))

    monkeypatch.setattr(registry, "load", slow)


def due(office: Office, heat: str) -> list[str]:
    connector, now = registry.load("buildium"), office.clock.now()
    with office.services.database.read() as conn:
        found = connections.get(conn, office.connection.id)
        plan = schedule.planned(conn, found, connector, now)
        return schedule.due(conn, found, connector, plan, heat, now, 1.0)


def test_what_was_just_read_is_within_its_target_and_later_is_late_for_want_of_a_worker(office: Office) -> None:
    fresh = told(office, "work_order")
    assert (fresh["target"], fresh["met"], fresh["reason"], fresh["why"], fresh["calls"]) == (120, True, "", "", 1)
    assert fresh["lag"] == (office.clock.now() - fresh["as_of"]).total_seconds() < 5
    office.clock.advance(121)
    late = told(office, "work_order")
    assert (late["met"], late["reason"]) == (False, "late")
    assert late["lag"] == fresh["lag"] + 121
    assert told(office, "unit")["met"] is True


def test_why_a_target_is_missed_is_the_first_thing_in_the_way(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(office, "owner")["reason"] == "unread"
    slowed(monkeypatch)
    office.clock.advance(121)
    poor = told(office, "work_order")
    assert poor["reason"] == "budget"
    assert "the budget of 0.09 calls a minute allows one reading each" in poor["why"]
    with office.services.database.write() as conn:
        connections.set_state(conn, office.connection.id, "paused", "Paused by Ann.")
    assert (told(office, "work_order")["reason"], told(office, "work_order")["why"]) == ("connection", "Paused by Ann.")


def test_what_was_never_read_is_left_to_the_cold_reading_so_that_parents_come_first(office: Office) -> None:
    assert due(office, "hot") == []
    cold = due(office, "cold")
    assert "owner" in cold
    assert "lead" in cold  # hot once it has been read
    assert not set(cold) & set(READ)
    office.clock.advance(107)  # nothing has changed for long, so that it is read as seldom as the target allows
    assert due(office, "hot") == ["work_order"]
    pull.incremental(office.services.lines.source(office.connection.id), ["work_order", "lead"])
    assert due(office, "hot") == []
    office.clock.advance(109)
    assert sorted(due(office, "hot")) == ["lead", "work_order"]


def test_a_target_of_ones_own_is_set_by_name_and_a_wrong_one_is_refused(office: Office) -> None:
    caller, id_ = local_caller(office.services), office.connection.id
    set_setting(caller, SettingInput(id=id_, name="freshness", value="work_order=60"))
    assert told(office, "work_order")["target"] == 60
    with pytest.raises(InvalidInput, match="needs seconds"):
        set_setting(caller, SettingInput(id=id_, name="freshness", value="work_order=soon"))


def test_a_monitor_reads_targets_and_misses_with_their_reason(office: Office) -> None:
    office.clock.advance(121)
    shown = office.browser.get("/metrics", headers=office.signed).text
    where = f'connection="{office.connection.id}",reason="late",record="work_order"'
    assert f"rooftree_freshness_missed{{{where}}} 1.0" in shown
    assert 'record="unit"} 900.0' in shown
    assert 'reason="late",record="unit"' not in shown


def test_rest_and_the_page_say_the_same(office: Office) -> None:
    office.clock.advance(121)
    rest = office.browser.get("/v1/freshness", headers=office.signed).json()["items"]
    assert {row["record"]: row["met"] for row in rest}["work_order"] is False
    assert office.browser.get("/freshness", follow_redirects=False).status_code == 303
    office.browser.post("/sign-in", data={"key": KEY})
    page = office.browser.get("/freshness").text
    assert page.count("target missed") == sum(not row["met"] for row in rest)
    assert "The last reading is 3 minutes old" in page
    readable = [name for name, verbs in describe(registry.load("buildium"))["verbs"].items() if verbs["list"]]
    assert sorted(row["record"] for row in rest) == sorted(readable)


def test_work_orders_of_open_cases_are_read_one_by_one_where_the_list_takes_too_long(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = office.texted("The kitchen sink is dripping")
    with office.services.database.read() as conn:
        order_id = cases.load(conn, office.services.keys, case_id).work_order_id
        assert cases.open_work_orders(conn, office.connection.id, 5) == [order_id]
    assert order_id
    office.pms.edit("tasks", int(order_id), Title="Sink, seen by our own people")
    upkeep = Upkeep(office.services, lambda: None)
    upkeep._pull_open(office.connection.id)
    assert office.some(WorkOrder, lambda order: order.id == order_id).title != "Sink, seen by our own people"
    slowed(monkeypatch)
    upkeep = Upkeep(office.services, lambda: None)
    upkeep._pull_open(office.connection.id)
    assert office.some(WorkOrder, lambda order: order.id == order_id).title == "Sink, seen by our own people"


def test_an_hour_of_readings_by_the_plan_keeps_every_promise_it_made(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call every two seconds; a worker looks every ten, and for hot records also between the pages of colder ones."""
    slowed(monkeypatch, seconds=2)
    office.services.lines.forget(office.connection.id)
    source = office.services.lines.source(office.connection.id)
    pull.backfill(source)
    worst: dict[str, float] = {}

    def look(heat: str) -> None:
        with office.services.database.read() as conn:
            now, connector = office.clock.now(), registry.load("buildium")
            for each in schedule.standing(conn, office.connection, connector, now):
                worst[each.record] = max(worst.get(each.record, 0), each.lag or 0)
        if names := due(office, heat):
            pull.incremental(source, names, None if heat == "hot" else lambda *_page: look("hot"))

    end, calls = office.clock.now() + timedelta(hours=1), len(office.pms.calls)
    while office.clock.now() < end:
        for heat in schedule.HEATS:
            look(heat)
        office.clock.advance(10)
    with office.services.database.read() as conn:
        plan = schedule.planned(conn, office.connection, registry.load("buildium"), office.clock.now())
    promised = {each.record: each.target for each in plan if each.met}
    assert {"work_order", "lead", "unit", "resident"} <= set(promised)
    assert {name: worst[name] for name, target in promised.items() if worst[name] > target} == {}
    assert len(office.pms.calls) - calls <= 1_800 * 0.9
