from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.surfaces.office import Office, open_office

from rooftree.clock import ManualClock
from rooftree.db import Database
from rooftree.store.keys import Keys

EVENING = datetime(2026, 1, 15, 23, 30, tzinfo=UTC)
"""Late afternoon in all of the United States: no quiet hours."""


@pytest.fixture
def office(sqlite_database: Database, keys: Keys, tmp_path: Path) -> Iterator[Office]:
    """An office of this test alone."""
    opened = open_office(sqlite_database, keys, ManualClock(EVENING), tmp_path)
    with opened.browser:
        yield opened
