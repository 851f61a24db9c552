from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select, update
from tests.store.conftest import NOON, add_connection

from rooftree.db import Database
from rooftree.errors import InvalidInput, NotAllowed
from rooftree.model.base import Phone, Record, Ref
from rooftree.model.leasing import Resident
from rooftree.model.maintenance import Vendor, WorkOrder
from rooftree.model.names import name_of
from rooftree.model.portfolio import Unit
from rooftree.model.vocabulary import WorkOrderStatus
from rooftree.sealed import CannotUnseal
from rooftree.store import records
from rooftree.store.connections import PmsConnection
from rooftree.store.keys import Keys
from rooftree.store.mirroring import Changes, bury, erase, put_page
from rooftree.store.tables.mirror import mirror, mirror_lookup

MINUTE = timedelta(minutes=1)
ANN = Resident(
    id="7",
    first_name="Ann",
    last_name="Lee",
    unit_id="4",
    phones=(Phone(number="+15125550100"),),
    emails=("Ann@x.org",),
)


@pytest.fixture
def put(database: Database, keys: Keys, pms: PmsConnection) -> Put:
    return Put(database, keys, pms)


class Put:
    """Puts records into one connection's mirror, `minutes` after noon."""

    def __init__(self, database: Database, keys: Keys, pms: PmsConnection) -> None:
        self.database, self.keys, self.pms = database, keys, pms

    def __call__(self, *page: Record, minutes: int = 0) -> Changes:
        as_of = NOON + minutes * MINUTE
        with self.database.write() as conn:
            return put_page(conn, self.keys, self.pms.id, name_of(page[0]), page, as_of=as_of, source="poll")

    def get(self, record: Record) -> records.Mirrored[Record]:
        with self.database.read() as conn:
            found = records.by_external_id(conn, self.keys, self.pms.id, type(record), record.id)
        assert found is not None
        return found


def test_a_record_comes_back_with_its_raw_and_time(put: Put) -> None:
    changes = put(Unit(id="4", property_id="1", number="4B", raw={"Id": 4}))
    found = put.get(Unit(id="4", property_id="1", number="4B"))
    assert (found.record.raw, found.as_of, found.source) == ({"Id": 4}, NOON, "poll")
    assert changes.ids == {"4": found.id}
    assert found.id.startswith("unit_")


def test_the_same_again_writes_nothing(put: Put) -> None:
    put(ANN)
    again = put(ANN, minutes=1)
    assert (list(again.created), list(again.changed), again.unchanged) == ([], [], 1)


def test_a_change_names_its_fields_and_what_moved(put: Put) -> None:
    put(WorkOrder(id="1", title="Leak", status=WorkOrderStatus.NEW))
    changed = put(WorkOrder(id="1", title="Leak", status=WorkOrderStatus.ASSIGNED, vendor_id="9"), minutes=1).changed[0]
    assert changed.fields == ("status", "vendor_id")
    assert (changed.before, changed.after) == (
        {"status": "new", "vendor_id": None},
        {"status": "assigned", "vendor_id": "9"},
    )


def test_a_raw_that_changed_alone_is_kept_and_is_no_change(put: Put) -> None:
    put(Unit(id="4", property_id="1", number="4B", raw={"seen": 1}))
    changes = put(Unit(id="4", property_id="1", number="4B", raw={"seen": 2}), minutes=1)
    assert changes.unchanged == 1
    assert put.get(Unit(id="4", property_id="1", number="4B")).record.raw == {"seen": 2}


def test_an_older_read_never_undoes_a_newer_one(put: Put) -> None:
    put(WorkOrder(id="1", title="new text"), minutes=5)
    put(WorkOrder(id="1", title="old text"), minutes=3)
    record = put.get(WorkOrder(id="1", title="")).record
    assert isinstance(record, WorkOrder)
    assert record.title == "new text"


def test_nothing_personal_stands_in_the_clear(database: Database, put: Put) -> None:
    put(ANN)
    with database.read() as conn:
        everything = repr([conn.execute(select(table)).all() for table in (mirror, mirror_lookup)])
    assert not [word for word in ("Ann", "Lee", "5125550100", "x.org") if word in everything]


@pytest.mark.parametrize("number", ["+15125550100", "(512) 555-0100", "512.555.0100"])
def test_a_person_is_found_by_phone_however_written(database: Database, put: Put, number: str) -> None:
    put(ANN)
    put(Vendor(id="7", company="Pipes", phones=(Phone(number="512-555-0100"),)))
    with database.read() as conn:
        found = records.find_by_phone(conn, put.keys, put.pms.organization_id, number)
    assert [one.name for one in found] == ["resident", "vendor"]


def test_a_person_is_found_by_email_and_name(database: Database, put: Put) -> None:
    put(ANN)
    with database.read() as conn:
        assert records.find_by_email(conn, put.keys, put.pms.organization_id, "ANN@X.ORG ")
        assert records.find_by_name(conn, put.keys, put.pms.organization_id, "ann  LEE")
        assert not records.find_by_name(conn, put.keys, put.pms.organization_id, "Lee Ann")


def test_a_phone_that_was_given_up_finds_nobody(database: Database, put: Put) -> None:
    put(ANN)
    put(Resident(id="7", first_name="Ann"), minutes=1)
    with database.read() as conn:
        assert records.find_by_phone(conn, put.keys, put.pms.organization_id, "+15125550100") == []


def test_nobody_of_another_organization_is_found(database: Database, keys: Keys, put: Put) -> None:
    put(ANN)
    other = add_connection(database, keys, "Other")
    found = put.get(ANN)
    with database.read() as conn:
        assert records.find_by_phone(conn, keys, other.organization_id, "+15125550100") == []
        assert records.find_by_phone(conn, keys, put.pms.organization_id, "+15125550100", other.id) == []
        with pytest.raises(NotAllowed):
            records.get(conn, keys, found.id, other.organization_id)


def test_a_record_is_found_by_any_of_its_refs(database: Database, put: Put) -> None:
    put(WorkOrder(id="1", title="Leak", refs=(Ref(system="buildium.work_order", id="23"),)))
    with database.read() as conn:
        found = records.by_ref(conn, put.keys, put.pms.id, "buildium.work_order", "23")
    assert [one.record.id for one in found] == ["1"]


def test_pages_follow_each_other_without_gap_or_repeat(database: Database, put: Put) -> None:
    put(*(Unit(id=str(n), property_id=str(n % 2), number=str(n)) for n in range(25)))
    seen: list[str] = []
    with database.read() as conn:
        while page := records.list_page(
            conn,
            put.keys,
            Unit,
            connection_id=put.pms.id,
            where={"property_id": "1"},
            after=seen[-1] if seen else None,
            limit=5,
        ):
            seen += [one.id for one in page]
    assert len(seen) == len(set(seen)) == 12


def test_several_statuses_and_newest_first(database: Database, put: Put) -> None:
    put(WorkOrder(id="1", title="a", status=WorkOrderStatus.NEW), WorkOrder(id="2", title="b"))
    with database.read() as conn:
        found = records.list_page(
            conn,
            put.keys,
            WorkOrder,
            organization_id=put.pms.organization_id,
            where={"status": ["new", "unknown"]},
            newest_first=True,
        )
    ids = [one.id for one in found]
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == 2


def test_listing_by_a_sealed_field_is_refused(database: Database, put: Put) -> None:
    with database.read() as conn, pytest.raises(InvalidInput, match="first_name"):
        records.list_page(conn, put.keys, Resident, connection_id=put.pms.id, where={"first_name": "Ann"})


def test_listing_without_saying_whose_is_refused(database: Database, keys: Keys) -> None:
    with database.read() as conn, pytest.raises(InvalidInput):
        records.list_page(conn, keys, Resident)


def test_a_gone_record_is_kept_with_its_reason_and_no_longer_found(database: Database, put: Put) -> None:
    put(ANN)
    with database.write() as conn:
        gone = bury(conn, put.pms.id, "resident", "7", now=NOON + MINUTE, reason="not in a complete scan")
        assert gone is not None
        assert bury(conn, put.pms.id, "resident", "7", now=NOON, reason="again") is None
        assert records.find_by_phone(conn, put.keys, put.pms.organization_id, "+15125550100") == []
        assert records.list_page(conn, put.keys, Resident, connection_id=put.pms.id) == []
        assert records.counts(conn, put.pms.id) == {}
    assert put.get(ANN).deleted_reason == "not in a complete scan"


def test_a_record_that_is_back_lives_again(database: Database, put: Put) -> None:
    put(ANN)
    with database.write() as conn:
        bury(conn, put.pms.id, "resident", "7", now=NOON, reason="gone")
    assert put(ANN, minutes=1).changed[0].fields == ("deleted",)
    assert put.get(ANN).deleted_at is None


def test_an_erased_record_does_not_open_is_not_found_and_does_not_come_back(database: Database, put: Put) -> None:
    put(ANN)
    found = put.get(ANN)
    with database.write() as conn:
        erase(conn, put.keys, found.id, NOON)
    put(Resident(id="7", first_name="Ann", unit_id="4", notes="changed"), minutes=1)
    with database.read() as conn:
        where = {"unit_id": "4"}
        assert records.list_page(conn, put.keys, Resident, connection_id=put.pms.id, where=where) == []
        assert records.find_by_phone(conn, put.keys, put.pms.organization_id, "+15125550100") == []
        with pytest.raises(CannotUnseal):
            records.get(conn, put.keys, found.id)


def test_a_body_moved_to_another_row_does_not_open(database: Database, put: Put) -> None:
    put(ANN, Resident(id="8", first_name="Bob"))
    with database.write() as conn:
        stolen = select(mirror.c.body).where(mirror.c.external_id == "8").scalar_subquery()
        conn.execute(update(mirror).where(mirror.c.external_id == "7").values(body=stolen))
    with pytest.raises(CannotUnseal):
        put.get(ANN)


def test_a_page_undone_leaves_nothing(database: Database, put: Put) -> None:
    with contextlib.suppress(KeyboardInterrupt), database.write() as conn:
        put_page(conn, put.keys, put.pms.id, "resident", [ANN], as_of=NOON, source="poll")
        raise KeyboardInterrupt
    with database.read() as conn:
        assert conn.scalar(select(func.count()).select_from(mirror)) == 0


def test_two_that_read_the_same_record_at_once_keep_one(database: Database, put: Put) -> None:
    barrier = Barrier(2)

    def read_it(_n: int) -> int:
        barrier.wait(timeout=10)
        return len(put(ANN).created)

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(read_it, range(2))) == 1
    with database.read() as conn:
        assert records.counts(conn, put.pms.id) == {"resident": 1}
