"""What every test may ask for: a database of either kind, a clock moved by hand, a key."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, delete, text
from sqlalchemy.exc import OperationalError

from rooftree.clock import ManualClock
from rooftree.db import Database
from rooftree.sealed import RootKey
from rooftree.store.keys import Keys
from rooftree.store.migrate import upgrade
from rooftree.store.schema import all_tables

POSTGRES = os.environ.get("ROOFTREE_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 1, 15, 8, 0, tzinfo=UTC))


@pytest.fixture(scope="session")
def root_key() -> RootKey:
    return RootKey(b"rooftree test key: 32 bytes long")


@pytest.fixture(scope="session")
def keys(root_key: RootKey) -> Keys:
    return Keys(root_key)


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    with database.engine.connect() as conn:
        conn.exec_driver_sql("ROLLBACK")
        conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture
def sqlite_database(_sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """An empty SQLite database with all tables, in a file of its own."""
    path = tmp_path / "rooftree.db"
    shutil.copy(_sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


@pytest.fixture(scope="session")
def _postgres_session(worker_id: str) -> Iterator[Database]:
    name = f"rooftree_test_{os.getpid()}_{worker_id}"
    server = create_engine(f"{POSTGRES}/postgres".replace("://", "+psycopg://"), isolation_level="AUTOCOMMIT")
    try:
        with server.connect() as conn:
            conn.execute(text(f'CREATE DATABASE "{name}"'))
            conn.execute(text(f'ALTER DATABASE "{name}" SET synchronous_commit = off'))
    except OperationalError as error:
        pytest.skip(f"No PostgreSQL answers at {POSTGRES}: {type(error.orig).__name__}.")
    database = Database(f"{POSTGRES}/{name}")
    upgrade(database)
    yield database
    database.close()
    with server.connect() as conn:
        conn.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    server.dispose()


@pytest.fixture
def postgres_database(_postgres_session: Database) -> Iterator[Database]:
    """The session's PostgreSQL database, emptied."""
    yield _postgres_session
    with _postgres_session.write() as conn:
        for table in reversed(all_tables().sorted_tables):
            conn.execute(delete(table))


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    """An empty database with all tables: the test runs on SQLite and again on PostgreSQL."""
    name = "sqlite_database" if request.param == "sqlite" else "postgres_database"
    found = request.getfixturevalue(name)
    assert isinstance(found, Database)
    return found
