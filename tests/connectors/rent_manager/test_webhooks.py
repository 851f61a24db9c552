"""Unsigned hints: who may speak, which record is meant, and that nothing in one is believed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.connectors.rent_manager.account import payload
from tests.contract.harness import BORN, Account, open_account

from rooftree.connectors.rent_manager.connector import CONNECTOR
from rooftree.connectors.rent_manager.webhooks import RentManagerWebhooks
from rooftree.db import Database
from rooftree.errors import Unreadable, WebhookRefused
from rooftree.model.maintenance import WorkOrder
from rooftree.store import connections, records
from rooftree.store.connections import PmsConnection
from rooftree.store.keys import Keys
from rooftree.sync import ingest
from rooftree.sync.source import Source, open_source

HOOKS = RentManagerWebhooks()
ALLOWED = ("acme/1",)


def body(**changes: Any) -> bytes:
    """A delivery; a field changed to None is left out."""
    said = {**payload("webhook_prospect_history"), **changes}
    return json.dumps({key: value for key, value in said.items() if value is not None}).encode()


@pytest.mark.parametrize("said", [{}, {"CorporateID": "ACME"}, {"CorporateID": None}])
def test_who_is_on_the_list_may_speak(said: dict[str, Any]) -> None:
    HOOKS.verify(body(**said), {}, ALLOWED, BORN)


@pytest.mark.parametrize(
    "said",
    [{"CorporateID": "other"}, {"LocationID": 2}, {"CorporateID": None, "LocationID": 2}, {"LocationID": None}],
)
def test_who_is_not_on_the_list_is_refused(said: dict[str, Any]) -> None:
    with pytest.raises(WebhookRefused):
        HOOKS.verify(body(**said), {}, ALLOWED, BORN)


@pytest.mark.parametrize("junk", [b"", b"[]", b"\xff", b"<html>", b"[" * 5000])
def test_junk_is_refused_where_there_is_a_list(junk: bytes) -> None:
    with pytest.raises(WebhookRefused):
        HOOKS.verify(junk, {}, ALLOWED, BORN)


@pytest.mark.parametrize(
    ("event", "record", "id", "change"),
    [
        ("Tenant_Edit", "resident", "582", "updated"),
        ("Tenant_Delete", "resident", "582", "deleted"),
        ("TenantContact_Delete", "resident", "177", "updated"),
        ("Tenant Contact_Add", "resident", "177", "updated"),
        ("ProspectHistory_Add", "note", "582", "created"),
        ("ServiceIssue_Edit", "work_order", "582", "updated"),
        ("servicemanagerissue_edit", "work_order", "582", "updated"),
        ("ServiceIssueTechTimes_Add", "work_order", "177", "updated"),
        ("Application_Add", "application", "582", "created"),
        ("Vendor_Merged", "vendor", "582", "unknown"),
    ],
)
def test_each_event_names_its_record(event: str, record: str, id: str, change: str) -> None:
    (found,) = HOOKS.parse(body(EventType=event))
    assert (found.record, found.id, found.change) == (record, id, change)


def test_one_delivery_may_tell_of_several_and_an_unknown_kind_of_none() -> None:
    found = HOOKS.parse(body(EventType="Tenant_Edit", IDParentIDDict={"1": 1, "2": None}))
    assert [event.id for event in found] == ["1", "2"]
    assert len({event.key for event in found}) == 2
    assert HOOKS.parse(body(EventType="OwnerProspect_Add")) == []


@pytest.mark.parametrize("ids", [{"../admin": 1}, {"": 1}, [1], None, {"1 or 1=1": 1}])
def test_an_id_that_is_no_number_is_unreadable(ids: Any) -> None:
    with pytest.raises(Unreadable):
        HOOKS.parse(body(EventType="Tenant_Edit", IDParentIDDict=ids))


@pytest.fixture
def account() -> Account:
    return open_account("rent_manager")


@pytest.fixture
def connection(sqlite_database: Database, keys: Keys) -> PmsConnection:
    with sqlite_database.write() as conn:
        company = connections.create_organization(conn, "Acme Property Management (made up)", BORN)
        return connections.create(
            conn, keys, organization_id=company.id, name="rm", pms="rent_manager", base_url="", credentials={},
            now=BORN, mode="live", webhook_secrets=list(ALLOWED),
        )  # fmt: skip


@pytest.fixture
def source(account: Account, connection: PmsConnection, sqlite_database: Database, keys: Keys) -> Source:
    return open_source(sqlite_database, keys, connection, CONNECTOR, account.line, account.clock)


def taken(source: Source, said: bytes) -> ingest.Receipt:
    now = source.clock.now()
    return ingest.receive(source.database, source.keys, source.connection, CONNECTOR, said, {}, now)


def hint(id: int, change: str = "Edit") -> bytes:
    return body(EventType=f"ServiceIssue_{change}", IDParentIDDict={str(id): id})


def title(source: Source, id: int) -> str | None:
    with source.database.read() as conn:
        where = (source.connection.id, WorkOrder, str(id))
        found = records.by_external_id(conn, source.keys, *where)
    return found.record.title if found and found.deleted_at is None else None


def test_a_hint_is_read_again_before_it_is_believed(account: Account, source: Source) -> None:
    account.pms.edit("ServiceManagerIssues", 9_000_001, Title="Flood")
    taken(source, hint(9_000_001))
    assert ingest.process(source).done == 1
    assert title(source, 9_000_001) == "Flood"


def test_a_forged_deletion_of_what_is_there_deletes_nothing(account: Account, source: Source) -> None:
    taken(source, hint(9_000_001, "Delete"))
    assert ingest.process(source).done == 1
    assert title(source, 9_000_001) is not None


def test_a_forged_hint_of_nothing_makes_nothing(source: Source) -> None:
    taken(source, hint(5))
    assert ingest.process(source).waiting == 1
    assert title(source, 5) is None


def test_a_hint_of_another_company_is_not_kept(source: Source) -> None:
    with pytest.raises(WebhookRefused):
        taken(source, body(CorporateID="other"))
    assert ingest.process(source).done == 0


def test_a_replayed_hint_reads_the_same_truth_again_and_a_flood_is_one(account: Account, source: Source) -> None:
    assert [taken(source, hint(9_000_001)).fresh for _ in range(3)] == [True, False, False]
    ingest.process(source)
    known = title(source, 9_000_001)
    account.clock.advance(3_600)
    assert taken(source, hint(9_000_001)).fresh
    assert ingest.process(source).done == 1
    assert title(source, 9_000_001) == known
    assert known is not None
