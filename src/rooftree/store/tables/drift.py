"""Where the PMS and the mirror disagree or disagreed, and the audits that looked."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, LargeBinary, Table, Text

from rooftree.store.schema import Moment, metadata

audit = Table(
    "audit",
    metadata,
    Column("id", Text, primary_key=True),
    Column("organization_id", Text, nullable=False),
    Column("connection_id", ForeignKey("connection.id"), nullable=False),
    Column("kind", Text, nullable=False, comment="sample | full"),
    Column("started_at", Moment, nullable=False),
    Column("report", JSON, nullable=False, comment="counts and names of fields; nothing personal"),
    Index("ix_audit_of", "connection_id", "kind", "started_at"),
)
drift = Table(
    "drift",
    metadata,
    Column("id", Text, primary_key=True),
    Column("organization_id", Text, nullable=False),
    Column("connection_id", ForeignKey("connection.id"), nullable=False),
    Column("record", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("field", Text, nullable=False, comment="* where the whole record is missing, too many or unreadable"),
    Column("subject", Text, comment="whose key seals the sides: our id of the record"),
    Column("sides", LargeBinary, comment="sealed: theirs, ours"),
    Column("cause", Text, nullable=False),
    Column("repair", Text, nullable=False, comment="what was done about it, or why nothing"),
    Column("agreed_at", Moment, comment="when both last said the same"),
    Column("first_seen_at", Moment, nullable=False),
    Column("last_seen_at", Moment, nullable=False),
    Column("repaired_at", Moment, comment="NULL while they disagree"),
    Index("ix_drift_listing", "organization_id", "id"),
    Index("ix_drift_open", "connection_id", "record", "external_id", "repaired_at"),
)
