"""The dispatch plan where no vendor can be put on a work order: a task for staff, and the customer's own field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from rooftree.acts.records import FOR_STAFF, assign_vendor, change_work_order
from rooftree.acts.services import Services
from rooftree.channels.local import LocalInbox
from rooftree.clock import ManualClock
from rooftree.config import Settings
from rooftree.db import Database
from rooftree.model.cases import Case, Proposal
from rooftree.policy.book import PolicyBook
from rooftree.simulators import registry
from rooftree.simulators.kit import Simulator
from rooftree.simulators.transport import InProcess
from rooftree.store import connections
from rooftree.store.acts import Act
from rooftree.store.keys import Keys
from rooftree.sync import pull
from rooftree.sync.lines import Lines

DAY = datetime(2026, 1, 15, 16, 0, tzinfo=UTC)
ON = {"experimental_writes": "work_order.update"}
FIELD = {"vendor_field": "Vendor chosen"}


@pytest.fixture
def assigned(sqlite_database: Database, keys: Keys, tmp_path: Path) -> Callable[..., tuple[Any, list[str]]]:
    """Assigns the first vendor to the first work order, or changes it so; the order and its tasks afterwards."""

    def run(changes: Mapping[str, Any] | None = None, **options: str) -> tuple[Any, list[str]]:
        clock = ManualClock(DAY)
        pms = registry.build("propertyware", now=clock.now)
        lines = Lines(sqlite_database, keys, clock, home=tmp_path, transport_for=lambda _url: InProcess(pms))
        services = Services(
            settings=Settings(home=tmp_path, _env_file=None), database=sqlite_database, keys=keys, clock=clock,
            carrier=LocalInbox(), lines=lines, policy=PolicyBook(),
        )  # fmt: skip
        case = _case(services, pms, options)
        perform = assign_vendor if changes is None else change_work_order
        outcome = perform(services, _act(pms, {"changes": changes or {}}), case)
        assert outcome.state in ("done", "waiting")
        order = next(row for row in pms.truth("work_orders") if str(row["id"]) == case.work_order_id)
        return order, [task["description"] for task in pms.truth("tasks")]

    return run


def _case(services: Services, pms: Simulator, options: dict[str, str]) -> Case:
    with services.database.write() as conn:
        company = connections.create_organization(conn, "Elm Court Homes (made up)", DAY)
        made = connections.create(
            conn, services.keys, organization_id=company.id, name="Propertyware (simulator)", pms="propertyware",
            base_url="https://sim.invalid", credentials=pms.credentials, now=DAY, mode="live", options=options,
        )  # fmt: skip
    pull.backfill(services.lines.source(made.id), ("vendor", "work_order"))
    order = str(pms.truth("work_orders")[0]["id"])
    return Case(
        id="cas_1", organization=company.id, connection=made.id, phone="+15125550100", work_order_id=order,
        opened_at=DAY, updated_at=DAY,
    )  # fmt: skip


def _act(pms: Simulator, more: Mapping[str, Any]) -> Act:
    details = {"vendor_id": str(pms.truth("vendors")[0]["id"]), **more}
    return Act(
        id="act_1", case_id="cas_1", event_id="evt_1", proposal=Proposal(kind="assign_vendor", why="", details=details),
        state="running", due_at=DAY, attempts=1, planned_at=DAY, finished_at=None, took_ms=None, result={},
    )  # fmt: skip


def test_the_customers_field_says_who_accepted_and_a_task_tells_staff(assigned: Callable[..., Any]) -> None:
    order, tasks = assigned(**ON, **FIELD)
    held = {row["fieldName"]: row["value"] for row in order["customFields"]}
    assert held["Vendor chosen"].endswith("(7000000)")
    assert [text.startswith(FOR_STAFF) and "(7000000)" in text for text in tasks] == [True]
    assert "custom" not in tasks[0]


@pytest.mark.parametrize("options", [ON, FIELD, {}])
def test_without_field_or_leave_only_the_task_is_left(assigned: Callable[..., Any], options: dict[str, str]) -> None:
    order, tasks = assigned(**options)
    assert order["customFields"] == []
    assert ["custom" in text for text in tasks] == [False]


PRIORITY = {"priority": "emergency"}
PACK = "fields: {work_order: {priority: {theirs: asset_id, words: {Drop all: emergency}}}}"


def test_a_priority_that_no_call_changes_is_left_to_staff(assigned: Callable[..., Any]) -> None:
    order, tasks = assigned(PRIORITY, **ON)
    assert (order["customFields"], [FOR_STAFF in text for text in tasks]) == ([], [True])


def test_a_priority_that_the_pack_keeps_in_a_field_of_the_customers_is_written_there(
    assigned: Callable[..., Any],
) -> None:
    order, tasks = assigned(PRIORITY, mapping_pack=PACK, **ON)
    assert {row["fieldName"]: row["value"] for row in order["customFields"]} == {"asset_id": "Drop all"}
    assert tasks == []
