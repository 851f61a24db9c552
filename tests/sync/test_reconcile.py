"""Does the mirror agree with the PMS? What is found, what is repaired by rule, and what waits for a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.sync.conftest import Open
from tests.sync.offices import PMSS, Office, open_office
from tests.sync.pretend import PretendPms, properties, units, work_order

from rooftree.clock import ManualClock
from rooftree.connectors.base import WireRecord
from rooftree.db import Database
from rooftree.errors import Unreachable
from rooftree.model.maintenance import WorkOrder
from rooftree.store import drift, events, records
from rooftree.store.drift import Drift
from rooftree.store.keys import Keys
from rooftree.sync import nightly, pull
from rooftree.sync.reconcile import Report, Wanted, reconcile, repair_one
from rooftree.sync.source import Source

FULL = Wanted()


def ledger(source: Source) -> list[Drift]:
    with source.database.read() as conn:
        found = drift.listed(conn, source.keys, source.connection.organization_id, limit=500)
    return sorted(found, key=lambda one: (one.record, one.external_id, one.field))


def title(source: Source, id: str) -> str | None:
    """As the mirror holds it; None for a deleted one."""
    with source.database.read() as conn:
        found = records.by_external_id(conn, source.keys, source.connection.id, WorkOrder, id)
    return found.record.title if found and found.deleted_at is None else None


def of(report: Report, record: str) -> tuple[int, int, int, int]:
    """(checked, agreed, repaired, open) of one kind."""
    kind = next(each for each in report.kinds if each.record == record)
    return kind.checked, kind.agreed, kind.repaired, kind.open


@pytest.fixture
def source(pms: PretendPms, open_it: Open, clock: ManualClock) -> Source:
    """Two properties, twenty units and ten work orders, read in; an hour has passed."""
    orders = [work_order(str(n), updated_at="2026-01-15T06:00:00Z") for n in range(9)] + [work_order("9")]
    pms.tables = {"properties": properties(2), "units": units(20), "work_orders": orders}
    opened = open_it()
    pull.backfill(opened)
    clock.advance(3_600)
    return opened


def silently(pms: PretendPms, id: str, **facts: Any) -> None:
    """A change whose webhook is lost and whose time of change does not move: no reading of what is new brings it."""
    next(row for row in pms.tables["work_orders"] if row["id"] == id).update(facts)


def test_a_mirror_that_agrees_is_said_to_and_nothing_is_written_down(source: Source) -> None:
    report = reconcile(source, FULL)
    assert (report.checked, report.agreed_share, report.needs_a_person) == (32, 1.0, False)
    assert (ledger(source), report.fields) == ([], {})
    assert report.calls == 4, "a page of properties, two of units, one of work orders"


def test_what_changed_silently_is_found_by_a_full_audit_told_field_by_field_and_repaired(
    source: Source, pms: PretendPms
) -> None:
    silently(pms, "3", title="Ceiling is down", status="in_progress")
    pull.incremental(source)
    assert title(source, "3") == "Leak"
    report = reconcile(source, FULL)
    assert of(report, "work_order") == (10, 9, 1, 0)
    assert report.fields == {"work_order.status": 1, "work_order.title": 1}
    assert [(one.field, one.ours, one.theirs, one.cause, one.repair) for one in ledger(source)] == [
        ("status", "new", "in_progress", "unstamped", "mirror_took_it"),
        ("title", "Leak", "Ceiling is down", "unstamped", "mirror_took_it"),
    ]
    assert title(source, "3") == "Ceiling is down"
    assert reconcile(source, FULL).agreed_share == 1.0


def test_a_repair_is_a_change_that_others_hear_of(source: Source, pms: PretendPms) -> None:
    silently(pms, "3", status="completed")
    reconcile(source, FULL)
    with source.database.read() as conn:
        (told,) = events.since(conn, source.connection.organization_id, names=["work_order.updated"])
    assert (told.external_id, told.data["after"]) == ("3", {"status": "completed"})


def test_when_both_last_agreed_is_when_the_mirror_was_last_known_to_be_true(source: Source, pms: PretendPms) -> None:
    silently(pms, "3", title="Ceiling is down")
    with source.database.read() as conn:
        mirrored = records.by_external_id(conn, source.keys, source.connection.id, WorkOrder, "3")
    reconcile(source, FULL)
    (row,) = ledger(source)
    assert mirrored is not None
    assert (row.agreed_at, row.first_seen_at) == (mirrored.as_of, source.clock.now())


def test_the_values_of_a_row_are_sealed_and_go_with_the_record(source: Source, pms: PretendPms) -> None:
    silently(pms, "3", title="Ceiling is down")
    reconcile(source, FULL)
    with source.database.write() as conn:
        assert "Ceiling is down" not in repr(conn.exec_driver_sql("SELECT * FROM drift").all())
        id = conn.exec_driver_sql("SELECT subject FROM drift").scalar_one()
        source.keys.destroy(conn, [id], source.clock.now())
    (row,) = ledger(source)
    assert (row.readable, row.theirs, row.ours, row.field) == (False, None, None, "title")


def test_what_changed_after_the_last_reading_is_on_its_way_and_no_drift(
    source: Source, pms: PretendPms, clock: ManualClock
) -> None:
    silently(pms, "3", title="Ceiling is down", updated_at=clock.now().isoformat())
    report = reconcile(source, FULL)
    assert of(report, "work_order") == (9, 9, 0, 0)
    assert (ledger(source), title(source, "3")) == ([], "Leak")


def test_a_record_that_never_came_is_taken_in(source: Source, pms: PretendPms) -> None:
    pms.tables["work_orders"].append(work_order("77", updated_at="2026-01-15T06:00:00Z"))
    report = reconcile(source, FULL)
    assert (of(report, "work_order"), report.causes) == ((11, 10, 1, 0), {"missing_here": 1})
    assert title(source, "77") == "Leak"


def test_one_too_many_is_buried_by_a_complete_scan_and_by_nothing_less(source: Source, pms: PretendPms) -> None:
    del pms.tables["work_orders"][3]
    sampled = reconcile(source, Wanted(sample=100))
    assert (sampled.causes, sampled.repairs) == ({"missing_there": 1}, {"waits_for_a_full_scan": 1})
    assert title(source, "3") == "Leak"
    full = reconcile(source, FULL)
    assert full.repairs == {"buried": 1}
    assert title(source, "3") is None
    (row,) = ledger(source)
    assert (row.cause, row.repair, row.repaired_at) == ("missing_there", "buried", source.clock.now())


def test_a_list_that_does_not_come_out_judges_nothing_gone(source: Source, pms: PretendPms) -> None:
    pms.page_size = 4
    left_out = pms.tables["work_orders"].pop(5)

    def back_in_between(path: str, _reads: int) -> None:
        if path == "work_orders" and left_out not in pms.tables["work_orders"]:
            pms.tables["work_orders"].insert(0, left_out)
            pms.before_read = shifted

    def shifted(path: str, _reads: int) -> None:
        if path == "work_orders" and left_out in pms.tables["work_orders"]:
            pms.tables["work_orders"].remove(left_out)

    pms.before_read = back_in_between
    report = reconcile(source, FULL)
    kind = next(each for each in report.kinds if each.record == "work_order")
    assert "what it left out is not judged" in kind.why_not
    assert (title(source, "5"), ledger(source)) == ("Leak", [])


def test_a_full_audit_finds_all_silent_corruption_and_a_sample_its_share(source: Source, pms: PretendPms) -> None:
    for n in range(10):
        silently(pms, str(n), title=f"Changed {n}")
    sampled = reconcile(source, Wanted(sample=8))
    assert sampled.checked == 8
    assert 4 <= sampled.causes["unstamped"] <= 8, "half of a sample are the hot records"
    assert reconcile(source, FULL).causes == {"unstamped": 10}


def remapped(source: Source) -> Source:
    """The same connection read by a mapping that puts everything in capitals."""

    def in_capitals(wire: WireRecord, ctx: Any) -> WorkOrder:
        order: WorkOrder = mapping(wire, ctx)
        return replace(order, title=order.title.upper())

    rows = list(source.connector.resources)
    at = next(n for n, row in enumerate(rows) if row.name == "work_order")
    mapping = rows[at].read
    rows[at] = replace(rows[at], read=in_capitals)
    return replace(source, connector=replace(source.connector, resources=tuple(rows)))


def test_when_our_mapping_changed_it_all_is_reported_and_held_until_a_person_lets_it_through(source: Source) -> None:
    changed = remapped(source)
    report = reconcile(changed, FULL)
    assert (of(report, "work_order"), report.causes, report.repairs) == (
        (10, 0, 0, 10), {"remapped": 10}, {"held": 10},
    )  # fmt: skip
    assert (report.needs_a_person, title(source, "3")) == (True, "Leak")
    with source.database.read() as conn:
        (told,) = events.since(conn, source.connection.organization_id, names=["sync.drift_held"])
    assert (told.record, told.data) == ("work_order", {"disagree": 10, "checked": 10})
    assert reconcile(changed, replace(FULL, release=True)).repairs == {"mirror_took_it": 10}
    assert title(source, "3") == "LEAK"
    assert [one.repaired_at is not None for one in ledger(source)] == [True] * 10


def test_rows_still_open_are_renewed_and_close_when_both_agree_again(source: Source) -> None:
    reconcile(remapped(source), FULL)
    first = ledger(source)
    source.clock.wait(60)
    reconcile(remapped(source), FULL)
    assert [(one.id, one.last_seen_at > one.first_seen_at) for one in ledger(source)] == [
        (one.id, True) for one in first
    ]
    reconcile(source, FULL)
    assert {one.repair for one in ledger(source)} == {"agrees_again"}


def test_a_person_sets_one_record_right_past_the_brake(source: Source) -> None:
    changed = remapped(source)
    reconcile(changed, FULL)
    assert repair_one(changed, "work_order", "3") == "mirror_took_it"
    assert (title(source, "3"), title(source, "4")) == ("LEAK", "Leak")
    assert repair_one(changed, "work_order", "3") == "agrees_again"


def test_a_person_may_bury_what_the_pms_denies(source: Source, pms: PretendPms) -> None:
    del pms.tables["work_orders"][3]
    reconcile(source, Wanted(sample=100))
    assert repair_one(source, "work_order", "3") == "buried"
    assert title(source, "3") is None


def test_what_fits_no_mapping_is_kept_and_left_to_a_person(source: Source, pms: PretendPms) -> None:
    silently(pms, "3", status="no such word")
    report = reconcile(source, FULL)
    assert (report.causes, report.repairs) == ({"unreadable": 1}, {"left_to_a_person": 1})
    assert (report.needs_a_person, title(source, "3")) == (True, "Leak")


def test_a_pms_that_goes_away_midway_leaves_a_report_of_what_was_seen(source: Source, pms: PretendPms) -> None:
    def away(path: str, _reads: int) -> None:
        if path == "work_orders":
            raise Unreachable("No answer.")

    pms.before_read = away
    report = reconcile(source, FULL)
    assert (of(report, "unit"), report.needs_a_person) == ((20, 20, 0, 0), True)
    assert next(each.why_not for each in report.kinds if each.record == "work_order") == "No answer."


def test_an_audit_is_due_at_night_once_and_a_full_one_each_week(source: Source, clock: ManualClock) -> None:
    seen: list[tuple[str, str]] = []
    for _ in range(2 * 24 * 8):
        clock.advance(1_800)
        with source.database.read() as conn:
            kind = nightly.due(conn, source.connection, clock.now())
        if kind is not None:
            seen.append((f"{clock.now() - timedelta(hours=5):%H:%M}", kind))
            nightly.audit(source, kind, lambda *_: None)
    assert [kind for _, kind in seen] == ["sample"] * 6 + ["full", "sample"]
    assert {at for at, _ in seen} == {"01:00"}


def test_a_machine_that_sleeps_at_night_audits_by_day_after_two_days(source: Source, clock: ManualClock) -> None:
    def due_after(hours: int) -> str | None:
        clock.advance(hours * 3_600)
        with source.database.read() as conn:
            return nightly.due(conn, source.connection, clock.now())

    assert (due_after(30), due_after(19)) == (None, "sample")


def test_the_report_names_no_person_and_no_value(source: Source, pms: PretendPms) -> None:
    silently(pms, "3", title="Ms. Doe's ceiling")
    report = reconcile(source, FULL)
    assert "Doe" not in str(report.told())
    with source.database.read() as conn:
        (kept,) = drift.audits(conn, source.connection.organization_id, source.connection.id, 5)
    assert kept == report.told()


@pytest.fixture(params=PMSS)
def office(request: pytest.FixtureRequest, sqlite_database: Database, keys: Keys) -> Office:
    return open_office(request.param, sqlite_database, keys)


def test_a_change_behind_a_lost_webhook_is_drift_after_the_mark_has_passed_it(office: Office) -> None:
    id = office.made()
    office.staff_edits(id, title="Ceiling is down")
    office.account.clock.advance(3_600)
    with office.database.write() as conn:  # as if the reading that should have brought it had not
        moved = office.account.clock.now().isoformat().replace("+00:00", "Z")
        conn.exec_driver_sql(f"UPDATE sync_cursor SET watermark = '{moved}'")
    report = reconcile(office.source, Wanted(sample=100))
    assert (report.causes, report.repairs) == ({"missed_change": 1}, {"mirror_took_it": 1})
    assert office.here(id).title == "Ceiling is down"


def test_nothing_is_repaired_while_a_write_of_ours_is_under_way(office: Office) -> None:
    id = office.made()
    if office.account.simulator is None:
        pytest.skip("A write to our own books is over at once.")
    for method in ("PATCH", "PUT"):
        office.account.simulator.faults.arm("timeout_after_commit", method=method)
    assert office.change(id, title="Leak in the kitchen").state == "waiting"
    with office.database.write() as conn:
        conn.exec_driver_sql("UPDATE sync_cursor SET watermark = '2036-01-01T00:00:00.000000Z'")
    report = reconcile(office.source, Wanted(sample=100))
    assert report.repairs == {"waits_for_our_write": 1}
    assert office.here(id).title == "Sink drips (made up)"
    office.go_on()
    assert reconcile(office.source, Wanted(sample=100)).agreed_share == 1.0


def test_all_of_an_unchanged_account_agrees(office: Office) -> None:
    pull.backfill(office.source)
    office.account.clock.advance(60)
    report = reconcile(office.source, FULL)
    assert (report.agreed_share, report.fields) == (1.0, {})
