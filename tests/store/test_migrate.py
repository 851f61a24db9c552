from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from rooftree.db import Database
from rooftree.store.migrate import upgrade
from rooftree.store.schema import all_tables, new_id


def test_migrations_and_tables_agree(database: Database) -> None:
    with database.write() as conn:
        assert compare_metadata(MigrationContext.configure(conn), all_tables()) == []


def test_upgrading_twice_changes_nothing(database: Database) -> None:
    upgrade(database)
    with database.write() as conn:
        assert compare_metadata(MigrationContext.configure(conn), all_tables()) == []


def test_ids_made_later_sort_later_and_never_repeat() -> None:
    made = [new_id("con") for _ in range(1000)]
    assert len(set(made)) == 1000
    assert made[0].startswith("con_")
    assert made[0][4:10] <= made[-1][4:10]
