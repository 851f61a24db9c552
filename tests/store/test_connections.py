from __future__ import annotations

import pytest
from sqlalchemy import select
from tests.store.conftest import NOON, add_connection

from rooftree.db import Database
from rooftree.errors import NotAllowed
from rooftree.sealed import CannotUnseal, RootKey
from rooftree.store import connections
from rooftree.store.connections import PmsConnection
from rooftree.store.keys import Keys
from rooftree.store.tables.connections import connection


def test_a_connection_begins_in_shadow_and_ok(pms: PmsConnection) -> None:
    assert (pms.mode, pms.state, pms.writes_enabled, pms.live_at) == ("shadow", "ok", True, None)


def test_credentials_come_back_and_are_never_in_the_clear(database: Database, keys: Keys, pms: PmsConnection) -> None:
    with database.read() as conn:
        assert connections.credentials(conn, keys, pms.id) == {"client_id": "id", "secret": "canary-secret"}
        row = conn.execute(select(connection)).one()
    assert "canary" not in repr(row)
    assert "canary" not in repr(pms)


def test_another_root_key_opens_no_credentials(database: Database, pms: PmsConnection) -> None:
    with database.read() as conn, pytest.raises(CannotUnseal):
        connections.credentials(conn, Keys(RootKey(b"another root key, 32 bytes long!")), pms.id)


def test_credentials_moved_to_another_connection_do_not_open(
    database: Database, keys: Keys, pms: PmsConnection
) -> None:
    other = add_connection(database, keys, "Other")
    with database.write() as conn:
        stolen = conn.scalar(select(connection.c.credentials).where(connection.c.id == pms.id))
        connections._change(conn, other.id, credentials=stolen)
    with database.read() as conn, pytest.raises(CannotUnseal):
        connections.credentials(conn, keys, other.id)


def test_a_destroyed_key_opens_no_credentials(database: Database, keys: Keys, pms: PmsConnection) -> None:
    with database.write() as conn:
        keys.destroy(conn, [pms.id], NOON)
    with database.read() as conn, pytest.raises(CannotUnseal):
        connections.credentials(conn, keys, pms.id)


def test_new_credentials_end_the_wait_for_them(database: Database, keys: Keys, pms: PmsConnection) -> None:
    with database.write() as conn:
        connections.set_state(conn, pms.id, "needs_credentials", "The key was refused.")
        connections.keep_credentials(conn, keys, pms.id, {"secret": "new"}, NOON)
        found = connections.get(conn, pms.id)
        assert (found.state, found.state_why) == ("ok", None)
        assert connections.credentials(conn, keys, pms.id) == {"secret": "new"}


def test_new_credentials_do_not_wake_a_paused_connection(database: Database, keys: Keys, pms: PmsConnection) -> None:
    with database.write() as conn:
        connections.set_state(conn, pms.id, "paused", "Paused by Ann.")
        connections.keep_credentials(conn, keys, pms.id, {"secret": "new"}, NOON)
        assert connections.get(conn, pms.id).state == "paused"


def test_two_webhook_secrets_are_valid_while_rotating(database: Database, keys: Keys, pms: PmsConnection) -> None:
    with database.write() as conn:
        connections.add_webhook_secret(conn, keys, pms.id, "whs-2", NOON)
        connections.add_webhook_secret(conn, keys, pms.id, "whs-3", NOON)
        assert connections.webhook_secrets(conn, keys, pms.id) == ["whs-3", "whs-2"]


def test_the_webhook_path_finds_its_connection(database: Database, pms: PmsConnection) -> None:
    with database.read() as conn:
        assert connections.by_webhook_path(conn, pms.webhook_path) == pms
        assert connections.by_webhook_path(conn, "guess") is None


def test_another_organizations_connection_is_not_there(database: Database, keys: Keys, pms: PmsConnection) -> None:
    other = add_connection(database, keys, "Other")
    with database.read() as conn:
        assert connections.listed(conn, pms.organization_id) == [pms]
        with pytest.raises(NotAllowed):
            connections.get(conn, pms.id, other.organization_id)


def test_switches_and_options_stay_as_set(database: Database, pms: PmsConnection) -> None:
    with database.write() as conn:
        connections.set_writes(conn, pms.id, enabled=False)
        connections.set_mode(conn, pms.id, "live", NOON)
        connections.set_option(conn, pms.id, "webhook_id", "77")
        found = connections.get(conn, pms.id)
    assert (found.writes_enabled, found.mode, found.live_at, found.options) == (
        False,
        "live",
        NOON,
        {"webhook_id": "77"},
    )


def test_changing_a_connection_that_is_not_there_is_refused(database: Database) -> None:
    with database.write() as conn, pytest.raises(NotAllowed):
        connections.set_writes(conn, "con_none", enabled=False)
