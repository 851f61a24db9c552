from __future__ import annotations

import json
import sqlite3
from typing import Any

import pytest
from tests.sync.conftest import Open
from tests.sync.pretend import PretendPms, sign, work_order
from tests.sync.test_pull import held, told

from rooftree.clock import ManualClock
from rooftree.errors import Unavailable, Unreachable, WebhookRefused
from rooftree.model.maintenance import WorkOrder
from rooftree.store import connections, deliveries, unreadable
from rooftree.sync import ingest, pull
from rooftree.sync.ingest import Processed, Receipt
from rooftree.sync.source import Source


def hint(id: str, change: str = "updated", *, key: str = "", record: str = "work_order") -> dict[str, str]:
    return {"key": key or f"{record}-{id}-{change}", "record": record, "id": id, "change": change}


def send(source: Source, *hints: dict[str, str], body: bytes = b"") -> Receipt:
    sent = body or json.dumps(hints).encode()
    facts = (source.database, source.keys, source.connection, source.connector)
    return ingest.receive(*facts, sent, {"x-signature": sign(sent)}, source.clock.now())


def send_many(source: Source, count: int) -> None:
    for n in range(count):
        send(source, hint("1", key=f"k{n}" + "x" * 2000))


@pytest.fixture
def source(pms: PretendPms, open_it: Open, clock: ManualClock) -> Source:
    """A connection with one work order, read a minute ago."""
    pms.tables = {"work_orders": [work_order("1")]}
    opened = open_it()
    pull.backfill(opened)
    clock.advance(60)
    return opened


def titles(source: Source) -> list[Any]:
    return sorted(one.record.title for one in held(source, WorkOrder))


def test_a_hint_makes_us_read_the_record_anew(source: Source, pms: PretendPms) -> None:
    pms.tables["work_orders"] = [work_order("1", title="Flood")]
    assert send(source, hint("1")).fresh
    assert ingest.process(source) == Processed(done=1)
    assert titles(source) == ["Flood"]
    assert told(source) == [("work_order.updated", "1")]
    assert held(source, WorkOrder)[0].source == "webhook"


def test_a_delivery_sent_again_is_acknowledged_and_done_once(source: Source) -> None:
    assert [send(source, hint("1")).fresh for _ in range(3)] == [True, False, False]
    assert ingest.process(source).done == 1
    assert not send(source, hint("1")).fresh
    assert ingest.process(source) == Processed()


def test_it_is_known_whether_a_delivery_waits(source: Source) -> None:
    def waits() -> bool:
        with source.database.read() as conn:
            return deliveries.waiting(conn, source.connection.id, source.clock.now())

    before = waits()
    send(source, hint("1"))
    received = waits()
    ingest.process(source)
    assert (before, received, waits()) == (False, True, False)


def test_a_repeat_after_30_days_is_still_a_repeat(source: Source, clock: ManualClock) -> None:
    send(source, hint("1"))
    ingest.process(source)
    clock.advance(30 * 86_400)
    with source.database.write() as conn:
        assert deliveries.forget_old(conn, clock.now()) == 0
    assert not send(source, hint("1")).fresh
    clock.advance(6 * 86_400)
    with source.database.write() as conn:
        assert deliveries.forget_old(conn, clock.now()) == 1


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_the_order_of_hints_makes_no_difference(source: Source, pms: PretendPms, order: tuple[int, ...]) -> None:
    pms.tables["work_orders"] = [work_order("1", title="Flood"), work_order("2", title="New")]
    hints = [hint("1"), hint("2", "created"), hint("2")]
    for index in order:
        send(source, hints[index])
    ingest.process(source)
    assert titles(source) == ["Flood", "New"]
    assert sorted(told(source)) == [("work_order.created", "2"), ("work_order.updated", "1")]


def test_a_forged_delivery_leaves_no_trace(source: Source) -> None:
    facts = (source.database, source.keys, source.connection, source.connector)
    with pytest.raises(WebhookRefused):
        ingest.receive(*facts, b"[]", {"x-signature": sign(b"[]", "guess")}, source.clock.now())
    assert ingest.process(source) == Processed()


def test_the_older_secret_is_valid_while_rotating(source: Source) -> None:
    with source.database.write() as conn:
        connections.add_webhook_secret(conn, source.keys, source.connection.id, "whs-2", source.clock.now())
    assert send(source, hint("1")).fresh


def test_a_deleted_record_is_gone_when_the_pms_says_so_too(source: Source, pms: PretendPms) -> None:
    pms.tables["work_orders"] = []
    send(source, hint("1", "deleted"))
    ingest.process(source)
    assert titles(source) == []
    assert told(source) == [("work_order.deleted", "1")]


def test_a_deletion_that_is_not_true_deletes_nothing(source: Source) -> None:
    send(source, hint("1", "deleted"))
    ingest.process(source)
    assert titles(source) == ["Leak"]


def test_a_record_not_yet_readable_is_asked_for_again(source: Source, pms: PretendPms, clock: ManualClock) -> None:
    send(source, hint("2", "created"))
    assert ingest.process(source).waiting == 1
    pms.tables["work_orders"].append(work_order("2", title="New"))
    assert ingest.process(source) == Processed()
    clock.advance(6)
    assert ingest.process(source).done == 1
    assert titles(source) == ["Leak", "New"]


def test_a_pms_that_is_down_loses_no_delivery(source: Source, pms: PretendPms, clock: ManualClock) -> None:
    def fail(_path: str, _reads: int) -> None:
        raise Unreachable("No answer.")

    works, pms.before_read = pms.before_read, fail
    send(source, hint("1"))
    assert ingest.process(source).waiting == 1
    pms.before_read = works
    pms.tables["work_orders"] = [work_order("1", title="Flood")]
    clock.advance(10)
    assert ingest.process(source).done == 1
    assert titles(source) == ["Flood"]


def test_what_never_works_is_given_up_and_shown(source: Source, clock: ManualClock) -> None:
    send(source, hint("77", "created"))
    for _ in range(8):
        clock.advance(86_400)
        result = ingest.process(source)
    assert result == Processed(failed=1)
    with source.database.read() as conn:
        shown = deliveries.failures(conn, source.connection.id)
    assert [why for _id, _at, why in shown] == ["The PMS told of a work_order that it does not show yet."]


def test_an_unreadable_record_is_kept_raw(source: Source, pms: PretendPms) -> None:
    pms.tables["work_orders"] = [{"id": "1", "title": "No status"}]
    send(source, hint("1"))
    assert ingest.process(source).done == 1
    with source.database.read() as conn:
        assert [row.external_id for row in unreadable.listed(conn, source.connection.id)] == ["1"]
    assert titles(source) == ["Leak"]


def test_a_record_we_know_nothing_of_is_no_trouble(source: Source) -> None:
    send(source, hint("1", record="budget"))
    assert ingest.process(source) == Processed(done=1)


def test_what_cannot_be_read_alone_is_left_to_a_pull(source: Source, open_it: Open) -> None:
    opened = open_it(can_get=False)
    send(opened, hint("1"))
    assert ingest.process(opened) == Processed(done=1, pull=frozenset({"work_order"}))


def test_a_crash_before_the_commit_does_the_delivery_again(source: Source, clock: ManualClock) -> None:
    send(source, hint("1"))
    with source.database.write() as conn:
        assert deliveries.claim(conn, source.keys, source.connection.id, now=clock.now())
    assert ingest.process(source) == Processed()
    clock.advance(121)
    assert ingest.process(source).done == 1


def test_a_database_that_is_full_acknowledges_nothing(source: Source) -> None:
    if not source.database.is_sqlite:
        pytest.skip("A size limit is set by PRAGMA, on SQLite only.")
    with source.database.engine.connect() as conn:
        pages = conn.exec_driver_sql("PRAGMA page_count").scalar_one()
        conn.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    with pytest.raises(Unavailable):
        send_many(source, 200)
    raw = sqlite3.connect(str(source.database.url.database))
    kept = raw.execute("SELECT count(*) FROM delivery").fetchone()[0]
    keys = raw.execute("SELECT count(*) FROM data_key WHERE subject LIKE 'delivery_%'").fetchone()[0]
    raw.close()
    assert kept == keys
