"""Dispatch at a PMS without vendors: from the company's own directory; what RealPage has no place for stays here."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from rooftree.acts import vendors
from rooftree.acts.records import KEPT, add_note, assign_vendor
from rooftree.acts.services import Services
from rooftree.channels.local import LocalInbox
from rooftree.clock import ManualClock
from rooftree.config import Settings
from rooftree.db import Database
from rooftree.model.cases import Case, Proposal
from rooftree.model.maintenance import Vendor, WorkOrder
from rooftree.model.vocabulary import Priority, Trade, WorkOrderStatus
from rooftree.operations import books
from rooftree.operations.registry import Caller
from rooftree.policy.book import PolicyBook
from rooftree.simulators import registry
from rooftree.simulators.kit import Simulator
from rooftree.simulators.transport import InProcess
from rooftree.store import connections, records
from rooftree.store.acts import Act
from rooftree.store.keys import Keys
from rooftree.sync import pull
from rooftree.sync.lines import Lines
from rooftree.sync.push import push, resume

DAY = datetime(2026, 1, 15, 16, 0, tzinfo=UTC)
ON = {"experimental_writes": "work_order.update"}
DIRECTORY = b"Name,Mobile,Trades\nPlayed Plumbing,(312) 555-0101,plumbing\n"


class Firm:
    """A company on RealPage with a directory of its own, and a case about a service request that is open."""

    def __init__(self, database: Database, keys: Keys, home: Path) -> None:
        clock = ManualClock(DAY)
        self.pms: Simulator = registry.build("realpage", units_per_property=12, now=clock.now)
        lines = Lines(database, keys, clock, home=home, transport_for=lambda _url: InProcess(self.pms))
        self.services = Services(
            settings=Settings(home=home, _env_file=None), database=database, keys=keys, clock=clock,
            carrier=LocalInbox(), lines=lines, policy=PolicyBook(),
        )  # fmt: skip
        with database.write() as conn:
            company = connections.create_organization(conn, "Elm Court Homes (made up)", DAY)
            made = connections.create(
                conn, keys, organization_id=company.id, name="RealPage (simulator)", pms="realpage",
                base_url="https://gateway.rpx.realpage.com/rpxgateway/partner", credentials=self.pms.credentials,
                now=DAY, mode="live", options=ON,
            )  # fmt: skip
        caller = Caller(services=self.services, organization_id=company.id, name="test")
        own, _new = books.begin(caller, "Vendor directory")
        books.import_file(caller, own, "vendors", DIRECTORY, dry_run=False)
        pull.backfill(lines.source(made.id), ("property", "work_order"))
        self.order = next(row for row in self.pms.truth("service_requests") if row["Status"] == "Open")
        self.case = Case(
            id="cas_1", organization=company.id, connection=made.id, phone="+15125550100",
            work_order_id=f"{self.order['siteid']}:{self.order['ServiceRequestID']}", opened_at=DAY, updated_at=DAY,
        )  # fmt: skip
        with database.read() as conn:
            where = vendors.directory(conn, made.id)
            (found,) = records.list_page(conn, keys, Vendor, connection_id=where, limit=5)
        self.vendor = found.record

    def act(self, kind: Any, **details: str) -> Act:
        return Act(
            id=f"act_{kind}", case_id="cas_1", event_id="evt_1",
            proposal=Proposal(kind=kind, why="", details=details), state="running", due_at=DAY, attempts=1,
            planned_at=DAY, finished_at=None, took_ms=None, result={},
        )  # fmt: skip

    def now(self) -> dict[str, Any]:
        rows = self.pms.truth("service_requests")
        return next(row for row in rows if row["ServiceRequestID"] == self.order["ServiceRequestID"])


@pytest.fixture
def firm(sqlite_database: Database, keys: Keys, tmp_path: Path) -> Firm:
    return Firm(sqlite_database, keys, tmp_path)


def test_the_vendor_comes_from_the_own_directory_and_is_kept_with_the_case(firm: Firm) -> None:
    assert (firm.vendor.name, firm.vendor.phones[0].number) == ("Played Plumbing", "+13125550101")
    outcome = assign_vendor(firm.services, firm.act("assign_vendor", vendor_id=firm.vendor.id), firm.case)
    assert outcome.state in ("done", "waiting")
    assert KEPT in outcome.reason
    assert firm.now()["Status"] == "In Progress"
    with firm.services.database.read() as conn:
        assert vendors.find(conn, firm.services.keys, firm.case.connection, firm.vendor.id) == firm.vendor


def test_a_note_stays_with_the_case_as_realpage_takes_none_on_a_request(firm: Firm) -> None:
    outcome = add_note(firm.services, firm.act("add_note", text="The tap was replaced."), firm.case)
    assert (outcome.state, outcome.facts) == ("done", {"text": "The tap was replaced."})
    assert outcome.reason == "Kept in the case: RealPage takes no notes on work orders."
    assert firm.now() == firm.order


def test_a_request_waits_for_its_number_and_is_then_bound_and_verified(firm: Firm) -> None:
    connection, clock = firm.case.connection, firm.services.clock
    with firm.services.database.write() as conn:
        connections.set_option(conn, connection, "experimental_writes", "work_order.create")
    door = firm.services.lines.door(connection)
    wanted = WorkOrder(
        id="", property_id=firm.order["siteid"], unit_id=f"{firm.order['siteid']}:{firm.order['UnitID']}",
        title="water is coming thru the ceiling", description="In the bathroom", priority=Priority.EMERGENCY,
        status=WorkOrderStatus.NEW, trade=Trade.PLUMBING, requested_by="Ada Tester",
    )  # fmt: skip
    first = push(door, WorkOrder, None, wanted, verb="create", op_key="op_1", actor="test", natural_key="ceiling")
    assert (first.state, first.record_id) == ("waiting", None)
    assert first.due_at is not None
    clock.wait((first.due_at - clock.now()).total_seconds())
    bound = resume(door, "op_1")
    assert (bound.state, bound.reason) == ("verified", "")
    mine = [row for row in firm.pms.truth("service_requests") if "coming thru" in row["Description"]]
    assert [f"{row['siteid']}:{row['ServiceRequestID']}" for row in mine] == [bound.record_id]
    assert (mine[0]["Issue"], mine[0]["Location"], mine[0]["Access"]) == (
        "Plumbing - Leak",
        "Whole home",
        "CALL_FOR_ENTRY",
    )
