from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.sync.desk import Desk, open_desk
from tests.sync.pretend import SECRET, PretendPms, connector

from rooftree.clock import ManualClock
from rooftree.db import Database
from rooftree.store import connections
from rooftree.store.keys import Keys
from rooftree.sync.source import Source, open_source

Open = Callable[..., Source]


@pytest.fixture
def pms() -> PretendPms:
    return PretendPms()


@pytest.fixture
def open_it(database: Database, keys: Keys, clock: ManualClock, pms: PretendPms) -> Open:
    """Opens the one connection of the test for reading, anew each time; facts go to the connector."""
    with database.write() as conn:
        company = connections.create_organization(conn, "Made up", clock.now())
        made = connections.create(
            conn,
            keys,
            organization_id=company.id,
            name="Pretend",
            pms="pretend",
            base_url="http://127.0.0.1:9",
            credentials={},
            webhook_secrets=[SECRET],
            now=clock.now(),
        )

    def open_(**facts: Any) -> Source:
        return open_source(database, keys, made, connector(pms, **facts), pms, clock)

    return open_


@pytest.fixture
def desk(sqlite_database: Database, keys: Keys, clock: ManualClock) -> Desk:
    return open_desk(sqlite_database, keys, clock)
