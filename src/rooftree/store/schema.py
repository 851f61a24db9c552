"""The one list of what we keep: a metadata shared by all table modules, and the column types they use.

A room that keeps something writes a module with its tables on `metadata`, adds the module's name to `TABLES`,
and runs `python -m rooftree.store.migrate regenerate`. A conflict in the migration is resolved the same way.
"""

from __future__ import annotations

import secrets
import time
from datetime import datetime
from importlib import import_module
from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer, MetaData, Text, TypeDecorator

from rooftree.clock import iso, parse_iso

TABLES = (
    "rooftree.store.tables.keys",
    "rooftree.store.tables.connections",
    "rooftree.store.tables.mirror",
    "rooftree.store.tables.cases",
    "rooftree.store.tables.effects",
    "rooftree.store.tables.sync",
    "rooftree.store.tables.embedded",
    "rooftree.store.tables.messages",
    "rooftree.store.tables.webhooks",
    "rooftree.store.tables.drift",
    "rooftree.store.tables.jobs",
    "rooftree.store.tables.evidence",
    "rooftree.store.tables.going_live",
    "rooftree.store.tables.matches",
)
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
Serial = BigInteger().with_variant(Integer(), "sqlite")
"""A number counted up by the database; SQLite counts only a plain INTEGER key."""


class Moment(TypeDecorator[datetime]):
    """An aware time, kept as UTC text that sorts in time order on every database."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> str | None:
        return None if value is None else iso(value)

    def process_result_value(self, value: Any, _dialect: Dialect) -> datetime | None:
        return None if value is None else parse_iso(value)


def all_tables() -> MetaData:
    """The metadata with every table on it."""
    for module in TABLES:
        import_module(module)
    return metadata


_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = [first + second for first in _LETTERS for second in _LETTERS]
_EPOCH = 1_577_836_800


def new_id(prefix: str) -> str:
    """An unguessable id, e.g. `con_4h2k...`: the second it was made (6 letters), then 80 random bits.

    Ids made together sort together, so that a million of them fill an index page by page instead of all over.
    """
    number = (int(time.time()) - _EPOCH) << 80 | secrets.randbits(80)
    return f"{prefix}_{''.join([_PAIRS[number >> shift & 1023] for shift in range(100, -1, -10)])}"
