"""Records as we last read them from a PMS, the ways to find them, and what fitted no mapping."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, Table, Text, UniqueConstraint

from rooftree.store.schema import Moment, metadata

LINKS = ("property_id", "unit_id", "lease_id", "resident_id", "vendor_id", "about", "status")
"""Columns in the clear that `list` filters by; ids are the PMS's own, `about` is `"<record>:<id>"`."""

mirror = Table(
    "mirror",
    metadata,
    Column("id", Text, primary_key=True),
    Column("organization_id", Text, nullable=False),
    Column("connection_id", ForeignKey("connection.id"), nullable=False),
    Column("record", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("raw", LargeBinary),
    Column("body_hash", LargeBinary, nullable=False),
    Column("raw_hash", LargeBinary, nullable=False),
    *(Column(name, Text) for name in LINKS),
    Column("updated_at", Moment, comment="by the PMS's clock"),
    Column("as_of", Moment, nullable=False),
    Column("source", Text, nullable=False, comment="poll | webhook | push"),
    Column("first_seen_at", Moment, nullable=False),
    Column("missing_since", Moment, comment="a scan did not show it, or not readably: in doubt"),
    Column("deleted_at", Moment),
    Column("deleted_reason", Text),
    UniqueConstraint("connection_id", "record", "external_id"),
    Index("ix_mirror_listing", "organization_id", "record", "id"),
)
for _name in LINKS:
    _column = mirror.c[_name]
    Index(
        f"ix_mirror_{_name}",
        _column,
        mirror.c.connection_id,
        mirror.c.record,
        sqlite_where=_column.is_not(None),
        postgresql_where=_column.is_not(None),
    )

mirror_ref = Table(
    "mirror_ref",
    metadata,
    Column("connection_id", Text, primary_key=True),
    Column("system", Text, primary_key=True),
    Column("ref_id", Text, primary_key=True),
    Column("mirror_id", Text, primary_key=True, index=True),
    sqlite_with_rowid=False,
)
mirror_lookup = Table(
    "mirror_lookup",
    metadata,
    Column("organization_id", Text, primary_key=True),
    Column("digest", LargeBinary, primary_key=True, comment="blind index of a phone, an e-mail or a name"),
    Column("mirror_id", Text, primary_key=True, index=True),
    Column("connection_id", Text, nullable=False),
    sqlite_with_rowid=False,
)
unreadable = Table(
    "unreadable",
    metadata,
    Column("id", Text, primary_key=True),
    Column("organization_id", Text, nullable=False),
    Column("connection_id", ForeignKey("connection.id"), nullable=False),
    Column("record", Text, nullable=False),
    Column("external_id", Text, nullable=False, comment="the PMS's id, or a hash of the raw where none was seen"),
    Column("raw", LargeBinary, nullable=False),
    Column("raw_hash", LargeBinary, nullable=False),
    Column("error", Text, nullable=False),
    Column("first_seen_at", Moment, nullable=False),
    Column("last_seen_at", Moment, nullable=False),
    UniqueConstraint("connection_id", "record", "external_id"),
)
