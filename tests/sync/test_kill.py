"""R7: a backfill killed anywhere goes on from its last page; nothing is lost, doubled, or read again in vain."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select
from tests.store.conftest import add_connection
from tests.sync.killed import UNITS

from rooftree.db import Database
from rooftree.effects.crash import EXIT_STATUS, VARIABLE
from rooftree.store import cursors
from rooftree.store.connections import PmsConnection
from rooftree.store.keys import Keys
from rooftree.store.tables.mirror import mirror
from rooftree.store.tables.sync import event

PAGES = 5


@pytest.fixture
def connection(database: Database, keys: Keys) -> PmsConnection:
    return add_connection(database, keys, "Killed")


def backfill(database: Database, log: Path, crash_at: str) -> int:
    url = database.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.sync.killed", url, str(log)]
    return subprocess.run(command, env={**os.environ, VARIABLE: crash_at}, check=False).returncode


@pytest.mark.parametrize("point", ["pull.read", "pull.committing", "pull.stored"])
def test_a_backfill_killed_twice_reads_two_pages_more_at_most(
    database: Database, connection: PmsConnection, tmp_path: Path, point: str
) -> None:
    log = tmp_path / "reads"
    assert [backfill(database, log, at) for at in (f"{point}#3", f"{point}#2", "")] == [EXIT_STATUS, EXIT_STATUS, 0]
    assert log.stat().st_size <= PAGES + 2
    with database.read() as conn:
        rows, ids = conn.execute(select(func.count(), func.count(mirror.c.external_id.distinct()))).one()
        loaded = list(conn.scalars(select(event.c.data)))
        cursor = cursors.get(conn, connection.id, "unit")
    assert (rows, ids) == (UNITS, UNITS)
    assert loaded == [{"count": UNITS}]
    assert (cursor.scan, cursor.seen, cursor.full_at is not None) == (None, UNITS, True)
