"""The only place that knows SQLite from PostgreSQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from rooftree.errors import ConfigurationError, Unavailable

_BUSY_SECONDS = 10


class Database:
    """One database: `read()` for looking, `write()` for a transaction that is durable when it returns."""

    def __init__(self, url: str) -> None:
        self.url = _parse(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._writer = Lock()
        self.engine = sqlite_engine(self.url) if self.is_sqlite else _postgres_engine(self.url)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A deferred, read-only look; never queues behind a writer on SQLite."""
        with _faults(), self.engine.connect() as connection:
            yield connection
            connection.rollback()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction; committed and durable on leaving, undone on an exception.

        Raises Unavailable when the database is locked, full or gone: nothing was stored.
        """
        with _faults(), self._turn(), self.engine.connect() as connection:
            if self.is_sqlite:
                connection = connection.execution_options(sqlite_begin="IMMEDIATE")
            with connection.begin():
                yield connection

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """One SQLite writer of this process at a time: SQLite itself waits by sleeping, ever longer."""
        if not self.is_sqlite:
            yield
            return
        if not self._writer.acquire(timeout=_BUSY_SECONDS):
            raise Unavailable("The database is busy with another write.")
        try:
            yield
        finally:
            self._writer.release()

    def insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """An insert of this dialect; knows `on_conflict_do_nothing` and `on_conflict_do_update`."""
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)

    def learn_sizes(self, *tables: Table) -> None:
        """Let PostgreSQL plan for tables that just grew; it would wait a minute by itself. SQLite needs none."""
        if self.is_sqlite:
            return
        with self.write() as connection:
            for table in tables:
                connection.exec_driver_sql(f"ANALYZE {table.name}")

    def close(self) -> None:
        self.engine.dispose()


def insert_many(connection: Connection, table: Table, columns: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
    """Insert many rows as the driver takes them: values in the order of `columns`, moments as `iso` text.

    For what is written by the thousand: nothing looks at each value on the way.
    """
    if rows:
        mark = "?" if connection.dialect.name == "sqlite" else "%s"
        names, marks = ", ".join(columns), ", ".join([mark] * len(columns))
        connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", rows)  # noqa: S608 names of ours


def insert_new(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert the row unless one with the same key is there; tells whether it was new."""
    key = next(iter(table.primary_key))
    statement = insert_or_nothing(connection.dialect.name, table).values(row).returning(key)
    return connection.execute(statement).first() is not None


def insert_or_nothing(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An insert that leaves a row alone whose key is there already."""
    if dialect == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()


def sqlite_engine(url: URL) -> Engine:
    """A SQLite engine for data we acknowledge: WAL, synchronous=FULL, foreign keys, explicit BEGIN.

    It also registers `unixepoch('subsec')`, which DBOS needs and SQLite before 3.42 lacks.
    """
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _prepare(raw: sqlite3.Connection, _record: object) -> None:
        raw.isolation_level = None
        raw.create_function("unixepoch", -1, _unixepoch)
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
            f"busy_timeout={_BUSY_SECONDS * 1000}",
        ):
            raw.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        if mode:
            connection.exec_driver_sql(f"BEGIN {mode}")

    return engine


def _unixepoch(*arguments: Any) -> float | int:
    seconds = datetime.now(UTC).timestamp()
    return seconds if "subsec" in arguments else int(seconds)


def _postgres_engine(url: URL) -> Engine:
    return create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True, pool_size=10, max_overflow=20)


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ConfigurationError(
            "ROOFTREE_DATABASE_URL is no URL; it begins with sqlite:/// or postgresql://."
        ) from None
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise ConfigurationError("ROOFTREE_DATABASE_URL must begin with sqlite:/// or postgresql://.")
    return parsed


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise Unavailable(f"The database cannot store just now ({type(error.orig).__name__}).") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise Unavailable("The database connection was lost.") from error
        raise
