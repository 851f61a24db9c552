"""Data keys, one per subject, wrapped by the root key."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, Table, Text

from rooftree.store.schema import Moment, metadata

data_key = Table(
    "data_key",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("wrapped", LargeBinary, comment="NULL once destroyed: all sealed under it is gone for good"),
    Column("destroyed_at", Moment),
    sqlite_with_rowid=False,
)
