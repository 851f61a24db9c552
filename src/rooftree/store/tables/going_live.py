"""What a connection is live for, and the tests that had to pass before."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table, Text

from rooftree.store.schema import Moment, metadata

live_scope = Table(
    "live_scope",
    metadata,
    Column("connection_id", ForeignKey("connection.id"), primary_key=True),
    Column("property_id", Text, primary_key=True, comment="the property's id in the PMS; * for all"),
    Column("action", Text, primary_key=True, comment="work_orders | residents | vendors; * for all"),
    Column("live_at", Moment, nullable=False),
    Column("by", Text, nullable=False),
)
live_test = Table(
    "live_test",
    metadata,
    Column("id", Text, primary_key=True),
    Column("connection_id", ForeignKey("connection.id"), nullable=False, index=True),
    Column("organization_id", Text, nullable=False),
    Column("kind", Text, nullable=False, comment="text | page"),
    Column("code", Text, nullable=False),
    Column("token_digest", Text, nullable=False, unique=True, comment="of the secret in the link"),
    Column("made_at", Moment, nullable=False),
    Column("passed_at", Moment),
    Column("passed_by", Text),
    Index("ix_live_test_code", "organization_id", "code"),
)
