"""Jobs, their items, and answers kept to be given again under the same Idempotency-Key."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, UniqueConstraint

from rooftree.store.schema import Moment, metadata

job = Table(
    "job",
    metadata,
    Column("id", Text, primary_key=True),
    Column("organization_id", ForeignKey("organization.id"), nullable=False),
    Column("actor", Text, nullable=False),
    Column("key", Text, comment="by which the same request again is the same job"),
    Column("request_hash", LargeBinary),
    Column("made_at", Moment, nullable=False),
    UniqueConstraint("organization_id", "key"),
)
job_item = Table(
    "job_item",
    metadata,
    Column("job_id", ForeignKey("job.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("operation", Text, nullable=False),
    Column("state", Text, nullable=False, comment="queued | waiting | done | failed | needs_human"),
    Column("input", LargeBinary, nullable=False),
    Column("answer", LargeBinary, comment="its result, or the problem document of its error"),
    Column("round", Integer, nullable=False, comment="counted up by each retry: a key of its own for each"),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Moment),
    Column("done_at", Moment),
    Index("ix_job_item_due", "state", "due_at"),
)
replay = Table(
    "replay",
    metadata,
    Column("organization_id", Text, primary_key=True),
    Column("key_hash", LargeBinary, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("request_hash", LargeBinary, nullable=False),
    Column("begun_at", Moment, nullable=False),
    Column("answer", LargeBinary, comment="NULL while it is being made"),
)
