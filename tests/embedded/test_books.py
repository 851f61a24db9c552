"""The books: history, feed, rules, sealing, and order that is certain."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from rooftree.clock import ManualClock, parse_iso
from rooftree.db import Database
from rooftree.embedded.books import Books
from rooftree.embedded.rules import KINDS
from rooftree.embedded.sample import fill
from rooftree.embedded.tables import change, record
from rooftree.errors import InvalidInput
from rooftree.sealed import RootKey


@pytest.fixture
def books(database: Database, root_key: RootKey, clock: ManualClock) -> Books:
    return Books(database, root_key, clock, "con_1")


def test_every_change_says_who_when_and_what(books: Books, clock: ManualClock) -> None:
    made = books.create("vendor", {"company": "Sample Plumbing"}, who="sam")
    clock.advance(60)
    books.update("vendor", made["id"], {"company": "Sample Pipes", "is_active": True}, who="kim")
    first, second = books.history("vendor", made["id"])
    assert (first.who, first.what, first.fields) == ("sam", "created", {"company": (None, "Sample Plumbing")})
    assert (second.who, second.at, second.version) == ("kim", clock.now(), 2)
    assert second.fields == {"company": ("Sample Plumbing", "Sample Pipes"), "is_active": (None, True)}


def test_a_change_that_changes_nothing_is_no_change(books: Books) -> None:
    made = books.create("vendor", {"company": "Sample Plumbing"}, who="sam")
    assert books.update("vendor", made["id"], {"company": "Sample Plumbing"}, who="sam")["version"] == 1
    assert len(books.changes()) == 1


def test_moments_grow_even_when_the_clock_stands_still_or_goes_back(books: Books, clock: ManualClock) -> None:
    books.create("staff", {"first_name": "A"}, who="sam")
    clock.advance(timedelta(hours=-1).total_seconds())
    for _ in range(3):
        books.create("staff", {"first_name": "B"}, who="sam")
    moments = [row["at"] for row in books.changes()]
    assert moments == sorted(set(moments))


def test_a_reader_of_the_feed_never_misses_a_change(books: Books) -> None:
    """Writers side by side: whatever a reader saw last, nothing with a lower number comes later."""
    seen: list[int] = []
    writers = [threading.Thread(target=_write_some, args=(books,)) for _ in range(3)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        seen += [row["seq"] for row in books.changes(after=max(seen, default=0))]
    seen += [row["seq"] for row in books.changes(after=max(seen, default=0))]
    assert seen == [row["seq"] for row in books.changes()]
    assert len(seen) == 15


def _write_some(books: Books) -> None:
    for _ in range(5):
        books.create("staff", {"first_name": "Sam"}, who="sam")


def test_an_incremental_list_is_exact(books: Books, clock: ManualClock) -> None:
    books.create("staff", {"first_name": "A"}, who="sam")
    last = books.create("staff", {"first_name": "B"}, who="sam")
    rows, _ = books.page("staff", since=parse_iso(last["updated_at"]))
    assert [row["id"] for row in rows] == [last["id"]]


def test_personal_fields_are_nowhere_in_the_clear(books: Books, database: Database) -> None:
    made = books.create("resident", {"first_name": "Canary", "phones": [{"number": "+15125550101"}]}, who="sam")
    books.update("resident", made["id"], {"last_name": "Canary"}, who="sam")
    with database.read() as conn:
        kept = [*conn.execute(select(record)).all(), *conn.execute(select(change)).all()]
    assert "Canary" not in repr(kept)
    assert "5550101" not in repr(kept)


def test_one_sealed_record_does_not_open_in_another_account(books: Books, database: Database) -> None:
    made = books.create("resident", {"first_name": "Nora"}, who="sam")
    with database.write() as conn:
        conn.execute(record.update().values(account="con_2"))
    stranger = Books(database, books._root, books._clock, "con_2")
    with pytest.raises(Exception, match="does not open"):
        stranger.get("resident", made["id"])


@pytest.mark.parametrize(
    ("kind", "body", "path"),
    [
        ("work_order", {}, "title"),
        ("work_order", {"title": " "}, "title"),
        ("work_order", {"title": "Leak", "status": "lost"}, "status"),
        ("work_order", {"title": "Leak", "colour": "red"}, "colour"),
        ("work_order", {"title": "Leak", "scheduled_start": "2026-01-16T09:00:00"}, "scheduled_start"),
        ("lease", {"starts_on": "2026-02-01", "ends_on": "2026-01-01"}, "ends_on"),
        ("note", {"about": "work_order", "about_id": "77", "text": "x"}, "about_id"),
        ("balance", {}, "kind"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_field(books: Books, kind: str, body: dict[str, object], path: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        books.create(kind, body, who="sam")
    assert refused.value.path == path


@pytest.mark.parametrize(
    ("steps", "accepted"),
    [
        (("completed", "closed"), True),
        (("closed", "in_progress"), True),
        (("cancelled", "new"), True),
        (("closed", "cancelled"), False),
        (("cancelled", "completed"), False),
    ],
)
def test_a_work_order_that_is_over_only_reopens(books: Books, steps: tuple[str, ...], accepted: bool) -> None:
    made = books.create("work_order", {"title": "Leak"}, who="sam")
    books.update("work_order", made["id"], {"status": steps[0]}, who="sam")
    if accepted:
        assert books.update("work_order", made["id"], {"status": steps[1]}, who="sam")["status"] == steps[1]
        return
    with pytest.raises(InvalidInput, match="reopen it first"):
        books.update("work_order", made["id"], {"status": steps[1]}, who="sam")


def test_reopening_takes_the_completion_back(books: Books) -> None:
    made = books.create("work_order", {"title": "Leak", "status": "completed"}, who="sam")
    assert made["completed_at"]
    assert "completed_at" not in books.update("work_order", made["id"], {"status": "in_progress"}, who="sam")


def test_the_sample_has_one_of_every_kind_and_says_it_is_made_up(books: Books) -> None:
    made = fill(books)
    assert set(made) == set(KINDS)
    assert all("sample" in place["name"] for place in books.page("property")[0])
