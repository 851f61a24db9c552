"""The real connector on the real wire: a backfill from the Buildium simulator."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import httpx2
import pytest

from rooftree.clock import ManualClock
from rooftree.connectors.budget import Limiter
from rooftree.connectors.buildium.connector import CONNECTOR
from rooftree.connectors.transport import Line
from rooftree.db import Database
from rooftree.model.leasing import Lease, Resident
from rooftree.model.maintenance import WorkOrder
from rooftree.model.portfolio import Unit
from rooftree.simulators import registry
from rooftree.simulators.kit import Simulator
from rooftree.simulators.transport import InProcess
from rooftree.store import connections, records, unreadable
from rooftree.store.keys import Keys
from rooftree.sync import pull
from rooftree.sync.source import Source, open_source

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
HOT = ("property", "unit", "lease", "resident", "vendor", "work_order", "charge", "note")


@pytest.fixture
def simulator() -> Simulator:
    return registry.build("buildium", now=lambda: NOW)


@pytest.fixture
def source(database: Database, keys: Keys, simulator: Simulator) -> Iterator[Source]:
    clock = ManualClock(NOW)
    with database.write() as conn:
        company = connections.create_organization(conn, "Simulated", NOW)
        made = connections.create(
            conn,
            keys,
            organization_id=company.id,
            name="Simulated Buildium",
            pms="buildium",
            base_url="https://api.buildium.com",
            credentials=simulator.credentials,
            now=NOW,
        )
    with httpx2.Client(transport=InProcess(simulator)) as http:
        line = Line(
            CONNECTOR,
            base_url=made.base_url,
            credentials=simulator.credentials,
            options={},
            clock=clock,
            limiter=Limiter(CONNECTOR.manifest.budget, clock),
            http=http,
        )
        yield open_source(database, keys, made, CONNECTOR, line, clock)


def test_everything_is_read_counted_and_readable(source: Source) -> None:
    done = pull.backfill(source)
    assert [one.record for one in done if one.error or one.unreadable or not one.settled] == []
    with source.database.read() as conn:
        assert unreadable.listed(conn, source.connection.id) == []
        assert records.counts(conn, source.connection.id)["unit"] == 12


def test_reading_it_all_again_changes_nothing(source: Source) -> None:
    pull.backfill(source, HOT)
    again = pull.full(source, HOT)
    assert [(one.record, one.created, one.updated, one.deleted) for one in again if one.created or one.updated] == []


def test_a_resident_is_found_by_the_phone_of_the_lease(source: Source) -> None:
    pull.backfill(source, ["property", "unit", "lease", "resident"])
    with source.database.read() as conn:
        where = {"connection_id": source.connection.id}
        residents = records.list_page(conn, source.keys, Resident, **where)  # type: ignore[arg-type]
        known = next(one for one in residents if one.record.phones)
        found = records.find_by_phone(
            conn, source.keys, source.connection.organization_id, known.record.phones[0].number
        )
        unit = records.by_external_id(conn, source.keys, source.connection.id, Unit, known.record.unit_id or "")
        lease = records.by_external_id(conn, source.keys, source.connection.id, Lease, known.record.lease_ids[0])
    assert known.id in [one.id for one in found]
    assert unit is not None
    assert lease is not None


def test_nothing_that_is_never_kept_is_in_any_raw(source: Source) -> None:
    pull.backfill(source, HOT)
    with source.database.read() as conn:
        raws = [
            repr(one.record.raw)
            for kind in (Resident, Lease, WorkOrder)
            for one in records.list_page(conn, source.keys, kind, connection_id=source.connection.id)
        ]
    assert raws
    assert not [raw for raw in raws if "TaxId" in raw or "DateOfBirth" in raw]
