from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import Any

import pytest
from tests.sync.conftest import Open
from tests.sync.pretend import PretendPms, properties, units, work_order

from rooftree.clock import ManualClock
from rooftree.errors import InvalidInput, NotFound, Rejected, Unauthorized, Unavailable, Unreachable
from rooftree.model.base import Record
from rooftree.model.maintenance import WorkOrder
from rooftree.model.portfolio import Property, Unit
from rooftree.store import connections, cursors, events, records, unreadable, zones
from rooftree.sync import pull
from rooftree.sync.pull import Pulled
from rooftree.sync.source import Source, open_source


def held(source: Source, record: type[Record], *, deleted: bool = False) -> list[records.Mirrored[Any]]:
    with source.database.read() as conn:
        where = {"connection_id": source.connection.id, "limit": 10_000, "deleted": deleted}
        return records.list_page(conn, source.keys, record, **where)  # type: ignore[arg-type]


def told(source: Source) -> list[tuple[str, str | None]]:
    with source.database.read() as conn:
        found = events.since(conn, source.connection.organization_id, limit=10_000)
    return [(one.name, one.external_id) for one in found if not one.name.endswith(".loaded")]


def cursor(source: Source, record: str) -> cursors.Cursor:
    with source.database.read() as conn:
        return cursors.get(conn, source.connection.id, record)


def by_record(done: list[Pulled]) -> dict[str, Pulled]:
    return {one.record: one for one in done}


@pytest.fixture
def filled(pms: PretendPms) -> PretendPms:
    pms.tables = {"properties": properties(5), "units": units(45), "work_orders": [work_order("1"), work_order("2")]}
    return pms


@pytest.mark.parametrize("facts", [{}, {"parent": True}, {"concurrent": 4}, {"parent": True, "concurrent": 4}])
def test_a_backfill_holds_everything_once(filled: PretendPms, open_it: Open, facts: dict[str, Any]) -> None:
    filled.tells_ahead = "concurrent" in facts
    source = open_it(**facts)
    done = by_record(pull.backfill(source))
    assert {name: (one.created, one.settled) for name, one in done.items()} == {
        "property": (5, True),
        "unit": (45, True),
        "work_order": (2, True),
    }
    assert sorted(one.record.id for one in held(source, Unit)) == sorted(str(n) for n in range(45))


def test_a_backfill_is_made_once(filled: PretendPms, open_it: Open) -> None:
    pull.backfill(open_it())
    assert pull.backfill(open_it()) == []


def test_the_first_load_tells_of_itself_in_one_event(filled: PretendPms, open_it: Open) -> None:
    source = open_it()
    pull.backfill(source)
    with source.database.read() as conn:
        found = events.since(conn, source.connection.organization_id)
    assert {one.name: one.data["count"] for one in found} == {
        "property.loaded": 5,
        "unit.loaded": 45,
        "work_order.loaded": 2,
    }


def test_progress_is_told_after_each_page(filled: PretendPms, open_it: Open) -> None:
    seen: list[tuple[str, int, int | None]] = []
    pull.backfill(open_it(), ["unit"], lambda *facts: seen.append(facts))
    assert seen == [("unit", done, 45) for done in (10, 20, 30, 40, 45)]


def test_what_is_never_kept_is_not_in_the_raw(filled: PretendPms, open_it: Open) -> None:
    source = open_it()
    pull.backfill(source, ["unit"])
    assert {"id": "0", "property_id": "1", "number": "0A"} in [one.record.raw for one in held(source, Unit)]
    assert not [one for one in held(source, Unit) if "ssn" in one.record.raw]


def test_a_second_full_read_writes_and_tells_nothing(filled: PretendPms, open_it: Open, clock: ManualClock) -> None:
    pull.backfill(open_it())
    clock.advance(60)
    source = open_it()
    done = pull.full(source)
    assert [(one.created, one.updated, one.deleted) for one in done] == [(0, 0, 0)] * 3
    assert told(source) == []


def test_unchanged_records_are_as_fresh_as_the_last_scan(filled: PretendPms, open_it: Open, clock: ManualClock) -> None:
    pull.backfill(open_it())
    clock.advance(60)
    source = open_it()
    pull.full(source, ["unit"])
    assert {one.as_of for one in held(source, Unit)} == {clock.now()}


def test_an_incremental_brings_what_changed_and_tells_of_it(
    filled: PretendPms, open_it: Open, clock: ManualClock
) -> None:
    pull.backfill(open_it())
    clock.advance(600)
    filled.tables["work_orders"][0] = work_order("1", "2026-01-15T08:05:00Z", status="assigned")
    filled.tables["work_orders"].append(work_order("3", "2026-01-15T08:06:00Z"))
    source = open_it()
    done = by_record(pull.incremental(source, ["work_order"]))["work_order"]
    assert (done.scan, done.created, done.updated) == ("since", 1, 1)
    assert sorted(told(source)) == [("work_order.created", "3"), ("work_order.updated", "1")]


def test_an_incremental_reaches_back_by_the_overlap(filled: PretendPms, open_it: Open, clock: ManualClock) -> None:
    pull.backfill(open_it())
    filled.tables["work_orders"].append(work_order("3", "2026-01-15T06:56:00Z"))
    clock.advance(600)
    source = open_it()
    assert by_record(pull.incremental(source, ["work_order"]))["work_order"].created == 1


def test_a_clock_of_ours_that_runs_ahead_skips_nothing(filled: PretendPms, open_it: Open, clock: ManualClock) -> None:
    clock.advance(7200)
    pull.backfill(open_it())
    filled.tables["work_orders"].append(work_order("3", "2026-01-15T08:01:00Z"))
    assert by_record(pull.incremental(open_it(), ["work_order"]))["work_order"].created == 1


def test_an_unreadable_record_is_kept_shown_and_passed_over(filled: PretendPms, open_it: Open) -> None:
    filled.tables["work_orders"].append({"id": "9", "title": "No status", "ssn": "078-05-1120"})
    source = open_it()
    done = by_record(pull.backfill(source))["work_order"]
    assert (done.created, done.unreadable, done.settled) == (2, 1, True)
    with source.database.read() as conn:
        row = unreadable.listed(conn, source.connection.id)[0]
        assert (row.external_id, row.error) == ("9", "The work_order lacks 'status'.")
        assert unreadable.raw(conn, source.keys, row.id) == {"id": "9", "title": "No status"}


def test_a_record_that_can_be_read_again_is_no_longer_shown_as_unreadable(filled: PretendPms, open_it: Open) -> None:
    filled.tables["work_orders"].append({"id": "9", "title": "No status"})
    source = open_it()
    pull.backfill(source)
    filled.tables["work_orders"][-1] = work_order("9")
    pull.full(source, ["work_order"])
    with source.database.read() as conn:
        assert unreadable.listed(conn, source.connection.id) == []
    assert len(held(source, WorkOrder)) == 3


def test_a_record_that_became_unreadable_claims_no_new_freshness(
    filled: PretendPms, open_it: Open, clock: ManualClock
) -> None:
    pull.backfill(open_it())
    before = clock.now()
    clock.advance(60)
    filled.tables["work_orders"][0]["status"] = "a word nobody knows"
    source = open_it()
    pull.full(source, ["work_order"])
    assert {one.record.id: one.as_of for one in held(source, WorkOrder)} == {"1": before, "2": clock.now()}


def test_a_failure_keeps_what_was_read_and_the_next_pull_goes_on(filled: PretendPms, open_it: Open) -> None:
    def fail(path: str, reads: int) -> None:
        if path == "units" and reads == 4:
            raise Unreachable("No answer.")

    filled.before_read = fail
    source = open_it()
    done = by_record(pull.backfill(source))
    assert (done["unit"].error, done["unit"].seen) == ("No answer.", 20)
    assert cursor(source, "unit").last_error == "No answer."
    pull.backfill(source)
    assert filled.reads == 4 + 3 + 1
    assert len(held(source, Unit)) == 45
    assert cursor(source, "unit").last_error is None


def test_a_dead_pms_is_marked_unreachable_and_ok_again(filled: PretendPms, open_it: Open) -> None:
    def fail(_path: str, _reads: int) -> None:
        raise Unreachable("No answer.")

    source = open_it()
    works, filled.before_read = filled.before_read, fail
    assert len(pull.incremental(source)) == 1
    with source.database.read() as conn:
        assert connections.get(conn, source.connection.id).state == "unreachable"
    filled.before_read = works
    pull.incremental(source)
    with source.database.read() as conn:
        assert connections.get(conn, source.connection.id).state == "ok"


def test_a_refused_key_asks_for_a_new_one(filled: PretendPms, open_it: Open) -> None:
    def refuse(_path: str, _reads: int) -> None:
        raise Unauthorized("Refused.", status=401)

    filled.before_read = refuse
    source = open_it()
    assert len(pull.backfill(source)) == 1
    with source.database.read() as conn:
        found = connections.get(conn, source.connection.id)
    assert (found.state, found.state_why) == ("needs_credentials", "Make a new key in Settings.")


def test_a_key_refused_before_the_first_page_asks_for_a_new_one_too(open_it: Open) -> None:
    def refuse(_wire: object) -> dict[str, dict[str, str]]:
        raise Unauthorized("Refused.", status=401)

    source = open_it()
    strict = replace(source.connector, picks=refuse)
    facts = (source.database, source.keys, source.connection, strict, source.wire, source.clock)
    with pytest.raises(Unauthorized):
        open_source(*facts)
    with source.database.read() as conn:
        assert connections.get(conn, source.connection.id).state == "needs_credentials"


def test_a_right_that_lacks_for_one_resource_stops_no_other(filled: PretendPms, open_it: Open) -> None:
    def refuse(path: str, _reads: int) -> None:
        if path == "units":
            raise Unauthorized("The key may not read units.", status=403)

    filled.before_read = refuse
    done = by_record(pull.backfill(open_it()))
    assert done["unit"].error == "The key may not read units."
    assert done["work_order"].created == 2


def test_a_page_cursor_that_expired_begins_the_scan_again(filled: PretendPms, open_it: Open) -> None:
    trouble: list[Exception] = [Rejected("Cursor expired."), Unreachable("No answer.")]

    def fail(path: str, reads: int) -> None:
        if path == "units" and reads in (3, 4):
            raise trouble.pop()

    filled.before_read = fail
    source = open_it()
    pull.backfill(source, ["unit"])
    assert by_record(pull.backfill(source, ["unit"]))["unit"].settled
    assert len(held(source, Unit)) == 45


def test_a_record_that_slips_past_between_pages_is_found_by_a_second_pass(filled: PretendPms, open_it: Open) -> None:
    def shift(path: str, reads: int) -> None:
        if path == "units" and reads == 3:
            del filled.tables["units"][0]

    filled.before_read = shift
    source = open_it()
    done = by_record(pull.backfill(source, ["unit"]))["unit"]
    assert done.settled
    assert {str(n) for n in range(1, 45)} <= {one.record.id for one in held(source, Unit)}


def test_a_locked_database_stops_the_pull_and_loses_nothing(filled: PretendPms, open_it: Open) -> None:
    source = open_it()
    if not source.database.is_sqlite:
        pytest.skip("Only SQLite locks the whole database.")
    with source.database.engine.connect() as conn:
        conn.exec_driver_sql("PRAGMA busy_timeout=0")
    other = sqlite3.connect(str(source.database.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable):
        pull.backfill(source)
    other.close()
    pull.backfill(source)
    assert len(held(source, Unit)) == 45


def test_each_property_gets_a_guess_of_its_time_zone(filled: PretendPms, open_it: Open) -> None:
    filled.tables["properties"][0]["state"] = "CA"
    source = open_it()
    pull.backfill(source)
    with source.database.read() as conn:
        waiting = {id: (zone, unsure) for id, zone, unsure in zones.unconfirmed(conn, source.connection.id)}
    assert waiting["1"] == ("America/Los_Angeles", False)
    assert waiting["2"] == ("America/Chicago", True)
    assert str(source.context.zone_of("1")) == "America/Los_Angeles"


def test_asking_for_a_record_that_is_no_record_is_refused(open_it: Open) -> None:
    with pytest.raises(InvalidInput, match="unicorn"):
        pull.full(open_it(), ["unicorn"])


def test_asking_for_a_record_this_pms_does_not_know_reads_nothing(open_it: Open) -> None:
    assert pull.full(open_it(), ["lead"]) == []


def test_two_pulls_at_once_in_one_process_read_a_resource_once(filled: PretendPms, open_it: Open) -> None:
    source = open_it()
    inner: list[Pulled] = []

    def pull_too(_path: str, _reads: int) -> None:
        filled.before_read = lambda _path, _reads: None
        inner.extend(pull.full(source, ["unit"]))

    filled.before_read = pull_too
    outer = pull.full(source, ["unit"])
    assert [one.busy for one in inner] == [True]
    assert (outer[0].busy, outer[0].created) == (False, 45)


@pytest.mark.parametrize("at", [1, 3, 5])
def test_a_pull_overtaken_by_another_process_stops_and_loses_nothing(
    filled: PretendPms, open_it: Open, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    source = open_it()
    monkeypatch.setattr(pull, "_under_way", _NeverFull())

    def pull_too(_path: str, reads: int) -> None:
        if reads == at:
            filled.before_read = lambda _path, _reads: None
            assert pull.full(source, ["unit"])[0].busy is False

    filled.before_read = pull_too
    assert pull.full(source, ["unit"])[0].busy
    assert len(held(source, Unit)) == 45
    assert cursor(source, "unit").scan is None


class _NeverFull(set[tuple[str, str]]):
    """What a second process sees of the first one's threads: nothing."""

    def __contains__(self, _one: object) -> bool:
        return False


def test_ledgers_are_not_read_parent_by_parent_at_every_pull(
    filled: PretendPms, open_it: Open, clock: ManualClock
) -> None:
    pull.backfill(open_it(parent=True))
    clock.advance(3600)
    assert "unit" not in by_record(pull.incremental(open_it(parent=True)))
    assert "unit" in by_record(pull.incremental(open_it(parent=True), ["unit"]))
    clock.advance(6 * 3600)
    assert "unit" in by_record(pull.incremental(open_it(parent=True)))


def test_children_come_after_their_parents(filled: PretendPms, open_it: Open) -> None:
    assert [one.record for one in pull.backfill(open_it(parent=True))] == ["property", "work_order", "unit"]
    assert len(held(open_it(), Property)) == 5


@pytest.mark.parametrize(("at", "seen", "settled"), [(4, 30, False), (5, 45, True)], ids=["first", "between pages"])
def test_a_parent_that_is_gone_meanwhile_stops_nothing(
    filled: PretendPms, open_it: Open, at: int, seen: int, settled: bool
) -> None:
    filled.tables["units"] = units(45, per_property=15)

    def deny(path: str, reads: int) -> None:
        if path == "units" and reads == at:
            raise NotFound("There is no such property.")

    filled.before_read = deny
    source = open_it(parent=True)
    done = by_record(pull.backfill(source, ["property", "unit"]))["unit"]
    assert (done.error, done.seen, done.settled) == (None, seen, settled)


def test_a_pull_under_parents_goes_on_where_it_stopped(filled: PretendPms, open_it: Open) -> None:
    filled.tables["units"] = units(45, per_property=15)

    def fail(path: str, reads: int) -> None:
        if path == "units" and reads == 5:
            raise Unreachable("No answer.")

    filled.before_read = fail
    source = open_it(parent=True)
    pull.backfill(source, ["property", "unit"])
    filled.before_read = lambda _path, _reads: None
    assert by_record(pull.backfill(source, ["unit"]))["unit"].settled
    assert len(held(source, Unit)) == 45
    assert filled.reads == 1 + (2 + 2 + 2 + 1 + 1) + 1
