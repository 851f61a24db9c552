from __future__ import annotations

from datetime import UTC, datetime

import pytest

from rooftree.db import Database
from rooftree.store import connections
from rooftree.store.connections import PmsConnection
from rooftree.store.keys import Keys

NOON = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)


@pytest.fixture
def pms(database: Database, keys: Keys) -> PmsConnection:
    """A connection in an organization of its own."""
    return add_connection(database, keys, "Acme Property Management (made up)")


def add_connection(database: Database, keys: Keys, name: str) -> PmsConnection:
    with database.write() as conn:
        company = connections.create_organization(conn, name, NOON)
        return connections.create(
            conn,
            keys,
            organization_id=company.id,
            name=name,
            pms="buildium",
            base_url="http://127.0.0.1:9",
            credentials={"client_id": "id", "secret": "canary-secret"},
            now=NOON,
            webhook_secrets=["whs-1"],
        )
