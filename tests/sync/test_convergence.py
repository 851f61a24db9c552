"""R3 and R4: whatever order, repetition or loss of webhooks, the mirror ends as a fresh full read would be."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.store.conftest import NOON
from tests.sync.pretend import SECRET, PretendPms, connector, sign, work_order

from rooftree.clock import ManualClock
from rooftree.db import Database
from rooftree.model.maintenance import WorkOrder
from rooftree.sealed import RootKey
from rooftree.store import connections, records
from rooftree.store.keys import Keys
from rooftree.store.schema import all_tables
from rooftree.sync import ingest, pull
from rooftree.sync.source import Source, open_source

IDS = st.sampled_from("1234")
CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("set"), IDS, st.sampled_from(["Leak", "Flood", "No heat"])),
        st.tuples(st.just("delete"), IDS, st.just("")),
    ),
    max_size=12,
)


def apply(pms: PretendPms, clock: ManualClock, kind: str, id: str, title: str) -> None:
    rows = [row for row in pms.tables["work_orders"] if row["id"] != id]
    clock.advance(1)
    made = [work_order(id, clock.now().isoformat(), title=title)] if kind == "set" else []
    pms.tables["work_orders"] = rows + made


def hints(changes: list[tuple[str, str, str]]) -> list[bytes]:
    return [
        json.dumps([{"key": f"k{n}", "record": "work_order", "id": id, "change": "unknown"}]).encode()
        for n, (_kind, id, _title) in enumerate(changes)
    ]


@contextmanager
def opened(pms: PretendPms, clock: ManualClock) -> Iterator[Source]:
    database, keys = Database("sqlite://"), Keys(RootKey(b"rooftree test key: 32 bytes long"))
    all_tables().create_all(database.engine)
    with database.write() as conn:
        company = connections.create_organization(conn, "Made up", NOON)
        facts: dict[str, Any] = {"organization_id": company.id, "name": "P", "pms": "pretend", "base_url": ""}
        made = connections.create(conn, keys, **facts, credentials={}, webhook_secrets=[SECRET], now=NOON)
    try:
        yield open_source(database, keys, made, connector(pms), pms, clock)
    finally:
        database.close()


def mirrored(source: Source) -> dict[str, str]:
    with source.database.read() as conn:
        found = records.list_page(conn, source.keys, WorkOrder, connection_id=source.connection.id)
    return {one.record.id: one.record.title for one in found}


def process_all(source: Source, clock: ManualClock) -> None:
    for _ in range(10):
        ingest.process(source)
        clock.advance(86_400)


@settings(max_examples=40, deadline=None)
@given(before=CHANGES, changes=CHANGES, data=st.data())
def test_any_order_repetition_and_loss_of_webhooks_converges(
    before: list[tuple[str, str, str]], changes: list[tuple[str, str, str]], data: st.DataObject
) -> None:
    clock, pms = ManualClock(NOON), PretendPms(tables={"work_orders": []})
    for change in before:
        apply(pms, clock, *change)
    with opened(pms, clock) as source:
        pull.backfill(source, ["work_order"])
        for change in changes:
            apply(pms, clock, *change)
        sent = data.draw(st.lists(st.sampled_from(hints(changes)), max_size=20)) if changes else []
        for body in sent:
            ingest.receive(source.database, source.keys, source.connection, source.connector, body, signed(body), NOON)
        process_all(source, clock)
        truth = {row["id"]: row["title"] for row in pms.tables["work_orders"]}
        heard = {json.loads(body)[0]["id"] for body in sent}
        assert {id: title for id, title in mirrored(source).items() if id in heard} == {
            id: title for id, title in truth.items() if id in heard
        }
        pull.full(source, ["work_order"], release=True)
        assert mirrored(source) == truth


def signed(body: bytes) -> dict[str, str]:
    return {"x-signature": sign(body)}
