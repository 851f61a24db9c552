"""Conflicts as an operator meets them: listed, shown with both values, and the other value taken, or not any more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from tests.surfaces.office import Office

from rooftree.model.maintenance import WorkOrder
from rooftree.model.vocabulary import WorkOrderStatus
from rooftree.store import events
from rooftree.sync import ingest, owners
from rooftree.sync.push import push, resume, settle

OURS, STAFFS = "Leak in the kitchen", "Kitchen flood"


def got(office: Office, path: str = "", **params: Any) -> Any:
    answer = office.browser.get(f"/v1/conflicts{path}", params=params, headers=office.signed)
    assert answer.status_code == 200, answer.text
    return answer.json()


def undone(office: Office, id: str) -> Any:
    return office.browser.post(f"/v1/conflicts/{id}/undo", json={}, headers=office.signed)


def set_owners(office: Office, value: str) -> Any:
    body = {"name": owners.OPTION, "value": value}
    return office.browser.post(f"/v1/connections/{office.connection.id}/set", json=body, headers=office.signed)


def task(office: Office, id: str) -> dict[str, Any]:
    return next(dict(row) for row in office.pms.truth("tasks") if str(row["Id"]) == id)


@pytest.fixture
def overruled(office: Office) -> WorkOrder:
    """A work order whose title staff changed before we could."""
    order = office.some(WorkOrder, lambda each: each.status.is_open)
    office.pms.edit("tasks", int(order.id), Title=STAFFS)
    door = office.services.lines.door(office.connection.id)
    push(door, WorkOrder, order.id, {"title": OURS}, verb="update", op_key="one", actor="agent", base=order)
    return order


def test_a_list_names_the_fields_and_a_look_at_one_shows_both_values(office: Office, overruled: WorkOrder) -> None:
    (row,) = got(office)["items"]
    assert (row["field"], row["external_id"], row["rule"], row["result"]) == ("title", overruled.id, "pms", "theirs")
    assert STAFFS not in str(row)
    shown = got(office, f"/{row['id']}")
    assert (shown["base"], shown["theirs"], shown["ours"]) == (overruled.title, STAFFS, OURS)
    assert (shown["actor"], shown["why"]) == ("agent", owners.WORDS["pms"])


def test_undoing_writes_the_other_value_verified_and_twice_is_as_once(office: Office, overruled: WorkOrder) -> None:
    (row,) = got(office)["items"]
    first, second = (undone(office, row["id"]).json() for _ in range(2))
    assert (first["state"], second["state"], task(office, overruled.id)["Title"]) == ("verified", "verified", OURS)
    (row,) = got(office)["items"]
    assert (row["undo"], row["undone_by"]) == ("verified", "the REST API")


def test_undoing_is_refused_when_the_field_was_changed_since(office: Office, overruled: WorkOrder) -> None:
    (row,) = got(office)["items"]
    office.pms.edit("tasks", int(overruled.id), Title="Ceiling is down")
    answer = undone(office, row["id"])
    assert (answer.status_code, task(office, overruled.id)["Title"]) == (412, "Ceiling is down")
    assert "changed in the property system since" in answer.text


def test_undoing_ours_puts_staffs_value_back(office: Office) -> None:
    order = office.some(WorkOrder, lambda each: each.status.is_open)
    assert set_owners(office, "work_order.title=rooftree").status_code == 200
    office.pms.edit("tasks", int(order.id), Title=STAFFS)
    door = office.services.lines.door(office.connection.id)
    push(door, WorkOrder, order.id, {"title": OURS}, verb="update", op_key="one", actor="agent", base=order)
    assert task(office, order.id)["Title"] == OURS
    (row,) = got(office, rule="rooftree")["items"]
    assert undone(office, row["id"]).json()["state"] == "verified"
    assert task(office, order.id)["Title"] == STAFFS


def test_a_setting_that_would_let_us_overrule_money_is_refused_with_the_reason(office: Office) -> None:
    answer = set_owners(office, "work_order.amount=rooftree")
    assert answer.status_code == 422
    assert "is money: what the property system says always stands" in answer.text


def test_a_conflict_of_nobody_here_is_not_found(office: Office) -> None:
    answer = office.browser.get("/v1/conflicts/conflict_none", headers=office.signed)
    assert answer.status_code in (403, 404)


def told_by_webhook(office: Office, before: int) -> list[tuple[str, list[str]]]:
    """What the property system's webhooks made of everything due: (source, fields) of each change of a work order."""
    services = office.services
    office.pms.deliver()
    ingest.process(services.lines.source(office.connection.id))
    with services.database.read() as conn:
        told = events.since(conn, office.connection.organization_id, before, names=["work_order.updated"])
    return [(event.data["source"], event.data["fields"]) for event in told]


def last_event(office: Office) -> int:
    with office.services.database.read() as conn:
        return max(
            (event.id for event in events.since(conn, office.connection.organization_id, limit=10_000)), default=0
        )


@pytest.fixture
def subscribed(office: Office) -> Office:
    path = f"/webhooks/pms/{office.connection.webhook_path}"

    def post(_url: str, headers: Mapping[str, str], body: bytes) -> int:
        return office.browser.post(path, content=body, headers=dict(headers)).status_code

    office.pms.subscribe(path, "whs-made-up", post)
    return office


def test_a_webhook_that_tells_of_our_own_write_before_its_read_back_is_no_foreign_change(subscribed: Office) -> None:
    office, order = subscribed, subscribed.some(WorkOrder, lambda each: each.status.is_open)
    before, door = last_event(office), office.services.lines.door(office.connection.id)
    office.pms.faults.arm("timeout_after_commit", method="PUT")
    change = {"title": OURS}
    assert push(door, WorkOrder, order.id, change, verb="update", op_key="one", actor="agent").state == "waiting"
    assert [source for source, _ in told_by_webhook(office, before)] == ["push"]
    assert settle(door, resume(door, "one")).state == "verified"
    assert [source for source, _ in told_by_webhook(office, before)] == ["push"]


def test_a_webhook_that_tells_of_staffs_answer_to_our_write_is_theirs_and_a_conflict(subscribed: Office) -> None:
    office, order = subscribed, subscribed.some(WorkOrder, lambda each: each.status.is_open)
    door = office.services.lines.door(office.connection.id)
    push(door, WorkOrder, order.id, {"title": OURS}, verb="update", op_key="one", actor="agent")
    before = last_event(office)
    office.clock.advance(60)
    office.pms.edit("tasks", int(order.id), Title=STAFFS)
    assert [source for source, _ in told_by_webhook(office, before)] == ["webhook"]
    (row,) = got(office)["items"]
    assert (row["field"], row["found_by"], row["rule"]) == ("title", "webhook", "pms")


def test_a_late_webhook_after_completion_reopens_nothing(subscribed: Office) -> None:
    office, order = subscribed, subscribed.some(WorkOrder, lambda each: each.status.is_open)
    office.pms.edit("tasks", int(order.id), TaskStatus="InProgress")
    office.clock.advance(60)
    door = office.services.lines.door(office.connection.id)
    push(door, WorkOrder, order.id, {"status": WorkOrderStatus.COMPLETED}, verb="update", op_key="one", actor="agent")
    told_by_webhook(office, 0)
    held = office.some(WorkOrder, lambda each: each.id == order.id)
    assert (held.status, task(office, order.id)["TaskStatus"]) == (WorkOrderStatus.COMPLETED, "Completed")
