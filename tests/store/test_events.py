from __future__ import annotations

from datetime import timedelta

import pytest
from tests.store.conftest import NOON

from rooftree.db import Database
from rooftree.store import events
from rooftree.store.events import Happened

MINUTE = timedelta(minutes=1)


def append(database: Database, *names: str) -> None:
    with database.write() as conn:
        for name in names:
            events.append(conn, organization_id="org_1", name=name, at=NOON)


def claim(database: Database, reader: str = "router", minutes: int = 0, **facts: object) -> list[Happened]:
    with database.write() as conn:
        return events.claim(conn, reader, now=NOON + minutes * MINUTE, **facts)  # type: ignore[arg-type]


def finish(database: Database, *found: Happened, reader: str = "router") -> None:
    with database.write() as conn:
        for one in found:
            events.done(conn, reader, one.id, NOON)


def test_events_come_in_order_once_while_claimed(database: Database) -> None:
    append(database, "a", "b")
    assert [one.name for one in claim(database)] == ["a", "b"]
    append(database, "c")
    assert [one.name for one in claim(database)] == ["c"]


def test_an_event_not_done_in_time_is_claimed_again(database: Database) -> None:
    append(database, "a", "b")
    finish(database, claim(database)[0])
    assert [one.name for one in claim(database, minutes=2)] == ["b"]


def test_each_reader_has_its_own_place(database: Database) -> None:
    append(database, "a")
    finish(database, *claim(database))
    assert [one.name for one in claim(database, "publisher")] == ["a"]


def test_a_reader_sees_the_names_it_asks_for(database: Database) -> None:
    append(database, "a", "b", "a")
    assert [one.name for one in claim(database, names=["a"])] == ["a", "a"]


def test_an_event_with_the_same_key_is_the_same(database: Database) -> None:
    with database.write() as conn:
        facts = {"organization_id": "org_1", "name": "a", "at": NOON, "key": "k"}
        assert events.append(conn, **facts) is not None  # type: ignore[arg-type]
        assert events.append(conn, **facts) is None  # type: ignore[arg-type]
    assert len(claim(database)) == 1


@pytest.mark.parametrize("undone", [0, 1])
def test_old_events_that_are_done_are_passed_for_good(database: Database, undone: int) -> None:
    append(database, "a", "b", "c")
    found = claim(database)
    finish(database, *found[undone:])
    assert len(claim(database, minutes=20)) == undone
    assert claim(database, minutes=20) == []
    append(database, "d")
    assert [one.name for one in claim(database, minutes=20)] == ["d"]
