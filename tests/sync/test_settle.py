from __future__ import annotations

from typing import Any

import pytest
from tests.sync.conftest import Open
from tests.sync.pretend import PretendPms, units
from tests.sync.test_pull import held, told

from rooftree.clock import ManualClock
from rooftree.model.portfolio import Unit
from rooftree.store import events
from rooftree.sync import pull
from rooftree.sync.pull import Pulled
from rooftree.sync.source import Source


@pytest.fixture
def loaded(pms: PretendPms, open_it: Open, clock: ManualClock) -> PretendPms:
    """45 units, read in full a minute ago."""
    pms.tables = {"units": units(45)}
    pull.backfill(open_it(), ["unit"])
    clock.advance(60)
    return pms


def scan(source: Source, clock: ManualClock, **facts: Any) -> Pulled:
    done = pull.full(source, ["unit"], **facts)[0]
    clock.advance(60)
    return done


def test_a_record_the_pms_denies_is_kept_as_deleted_with_the_reason(
    loaded: PretendPms, open_it: Open, clock: ManualClock
) -> None:
    del loaded.tables["units"][7]
    source = open_it()
    assert scan(source, clock).deleted == 1
    assert told(source) == [("unit.deleted", "7")]
    gone = [one for one in held(source, Unit, deleted=True) if one.deleted_at]
    assert [(one.record.id, one.deleted_reason) for one in gone] == [("7", "The PMS says it is not there.")]


def test_a_record_left_out_of_the_list_but_still_there_lives(
    loaded: PretendPms, open_it: Open, clock: ManualClock
) -> None:
    hidden = loaded.tables["units"].pop(7)

    def show_when_asked(path: str, _reads: int) -> None:
        loaded.tables["units"] = [row for row in loaded.tables["units"] if row["id"] != "7"]
        if path == "units/7":
            loaded.tables["units"].append(hidden)

    loaded.before_read = show_when_asked
    source = open_it()
    assert scan(source, clock).deleted == 0
    assert len(held(source, Unit)) == 45


def test_without_a_way_to_ask_two_scans_must_agree(loaded: PretendPms, open_it: Open, clock: ManualClock) -> None:
    del loaded.tables["units"][7]
    source = open_it(can_get=False)
    assert scan(source, clock).deleted == 0
    assert scan(source, clock).deleted == 1


def test_one_that_is_shown_again_between_starts_anew(loaded: PretendPms, open_it: Open, clock: ManualClock) -> None:
    hidden = loaded.tables["units"].pop(7)
    source = open_it(can_get=False)
    scan(source, clock)
    loaded.tables["units"].append(hidden)
    scan(source, clock)
    loaded.tables["units"].remove(hidden)
    assert scan(source, clock).deleted == 0


def test_without_a_count_and_a_way_to_ask_nothing_is_gone(
    loaded: PretendPms, open_it: Open, clock: ManualClock
) -> None:
    loaded.tells_total = False
    del loaded.tables["units"][7]
    source = open_it(can_get=False)
    assert [scan(source, clock).deleted for _ in range(3)] == [0, 0, 0]


def test_a_total_told_on_the_first_page_alone_is_counted_by(
    loaded: PretendPms, open_it: Open, clock: ManualClock
) -> None:
    loaded.first_total_only = True
    del loaded.tables["units"][7]
    source = open_it()
    reads = loaded.reads
    done = scan(source, clock)
    assert (done.settled, done.deleted) == (True, 1)
    assert loaded.reads - reads == 5 + 1  # five pages once, and the missing one asked for


@pytest.mark.parametrize("left", [0, 20])
def test_many_vanishing_at_once_are_held_and_a_person_is_told(
    loaded: PretendPms, open_it: Open, clock: ManualClock, left: int
) -> None:
    loaded.tables["units"] = loaded.tables["units"][:left]
    source = open_it()
    done = scan(source, clock)
    assert (done.deleted, done.held) == (0, 45 - left)
    assert len(held(source, Unit)) == 45
    with source.database.read() as conn:
        alert = events.since(conn, source.connection.organization_id, names=["sync.deletes_held"])
    assert [one.data for one in alert] == [{"vanished": 45 - left, "known": 45}]


def test_a_released_hold_lets_them_go(loaded: PretendPms, open_it: Open, clock: ManualClock) -> None:
    loaded.tables["units"] = loaded.tables["units"][:20]
    source = open_it()
    scan(source, clock)
    assert scan(source, clock, release=True).deleted == 25


def test_a_page_that_comes_empty_in_the_middle_deletes_nothing(
    loaded: PretendPms, open_it: Open, clock: ManualClock
) -> None:
    everything = loaded.tables["units"]

    def hide(_path: str, reads: int) -> None:
        loaded.tables["units"] = [] if reads in (3, 6) else everything

    loaded.before_read = hide
    loaded.reads = 0
    source = open_it()
    done = scan(source, clock)
    assert (done.deleted, done.held, done.settled) == (0, 0, False)


def test_an_interrupted_scan_deletes_nothing(loaded: PretendPms, open_it: Open, clock: ManualClock) -> None:
    del loaded.tables["units"][7]

    def break_off(_path: str, reads: int) -> None:
        if reads == 8:
            raise KeyboardInterrupt

    loaded.before_read = break_off
    source = open_it()
    with pytest.raises(KeyboardInterrupt):
        pull.full(source, ["unit"])
    assert scan(source, clock).deleted == 0
    assert scan(source, clock).deleted == 1


def test_a_unit_added_during_the_scan_is_not_taken_for_gone(
    loaded: PretendPms, open_it: Open, clock: ManualClock
) -> None:
    def add(_path: str, reads: int) -> None:
        if reads == 7:
            loaded.tables["units"].append({"id": "new", "property_id": "1", "number": "N"})

    loaded.before_read = add
    source = open_it()
    done = scan(source, clock)
    assert (done.created, done.deleted) == (0, 0) or (done.created, done.deleted) == (1, 0)
    assert len(held(source, Unit)) == 46
