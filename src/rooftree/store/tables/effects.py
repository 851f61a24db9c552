"""What is sent outward: pushes, their effects, the leases on them, and incidents found afterwards."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, UniqueConstraint

from rooftree.store.schema import Moment, metadata

push = Table(
    "push",
    metadata,
    Column("op_key", Text, primary_key=True),
    Column("organization_id", Text, nullable=False),
    Column("connection_id", Text, nullable=False),
    Column("record", Text, nullable=False),
    Column("verb", Text, nullable=False, comment="create | update | close"),
    Column("actor", Text, nullable=False),
    Column("natural_key", Text, nullable=False, comment="fingerprint"),
    Column("request_hash", Text, nullable=False),
    Column("request", LargeBinary, comment="sealed: what is wanted, and what we believed before"),
    Column("marker", Text, nullable=False),
    Column("since", Moment, nullable=False, comment="by the PMS's clock: nothing of ours is older"),
    Column("state", Text, nullable=False, comment="open | verified | needs_human | rejected"),
    Column("record_id", Text),
    Column("adopted", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("over_at", Moment),
    Column("due_at", Moment),
    Index("ix_push_open", "state", "due_at"),
    Index("ix_push_connection", "organization_id", "connection_id", "opened_at"),
)
"""One record brought from what a PMS holds to what is wanted; each of its calls is an effect."""

effect = Table(
    "effect",
    metadata,
    Column("op_key", Text, primary_key=True),
    Column("push_key", Text, index=True),
    Column("organization_id", Text, nullable=False),
    Column("connection_id", Text, nullable=False),
    Column("target", Text, nullable=False, comment="a record name or a channel"),
    Column("label", Text, nullable=False),
    Column("kind", Text, nullable=False, comment="record | text_at_most_once | text_at_least_once"),
    Column("natural_key", Text, nullable=False, comment="fingerprint"),
    Column("body_hash", Text, nullable=False),
    Column("body", LargeBinary, nullable=False, comment="sealed"),
    Column("marker", Text, nullable=False),
    Column("since", Moment, nullable=False, comment="by the other side's clock: nothing of ours is older"),
    Column("state", Text, nullable=False),
    Column("token", Integer, nullable=False, comment="fence: of the lease under which it was last moved"),
    Column("sends", Integer, nullable=False),
    Column("reads", Integer, nullable=False, comment="empty searches since it settled"),
    Column("external_id", Text),
    Column("reason", Text, nullable=False),
    Column("prepared_at", Moment, nullable=False),
    Column("sent_at", Moment),
    Column("ended_at", Moment),
    Column("settles_at", Moment),
    Column("confirmed_at", Moment),
    Column("over_at", Moment),
    Column("due_at", Moment),
    Column("sweep_at", Moment, index=True),
    Index("ix_effect_open", "state", "due_at"),
    Index("ix_effect_connection", "organization_id", "connection_id", "prepared_at"),
)
"""One send outward."""

lease = Table(
    "effect_lease",
    metadata,
    Column("connection_id", Text, primary_key=True),
    Column("target", Text, primary_key=True),
    Column("natural_key", Text, primary_key=True),
    Column("op_key", Text, nullable=False),
    Column("token", Integer, nullable=False, comment="only grows: a worker once overtaken stays out"),
    Column("until", Moment, nullable=False),
    sqlite_with_rowid=False,
)
"""Who may send about one thing."""

incident = Table(
    "effect_incident",
    metadata,
    Column("op_key", ForeignKey("effect.op_key"), primary_key=True),
    Column("external_id", Text, primary_key=True),
    Column("kind", Text, nullable=False, comment="duplicate | row too many | came too late"),
    Column("found_at", Moment, nullable=False),
    Column("cancelled", Boolean, nullable=False),
    sqlite_with_rowid=False,
)
"""A row too many, or one that came too late, found in a PMS for an effect; a human sees each."""

conflict = Table(
    "conflict",
    metadata,
    Column("id", Text, primary_key=True),
    Column("organization_id", Text, nullable=False),
    Column("connection_id", Text, nullable=False),
    Column("record", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("op_key", ForeignKey("push.op_key"), nullable=False, comment="the write that wanted our value"),
    Column("subject", Text, nullable=False, comment="whose key seals the sides: the mirrored record, or the write"),
    Column("sides", LargeBinary, nullable=False, comment="sealed: base, theirs, ours"),
    Column("theirs_hash", LargeBinary, nullable=False),
    Column("rule", Text, nullable=False, comment="pms | rooftree | newest | lattice | loop"),
    Column("result", Text, nullable=False, comment="theirs | ours | stopped"),
    Column("found_by", Text, nullable=False, comment="push | poll | webhook"),
    Column("found_at", Moment, nullable=False),
    UniqueConstraint("op_key", "field", "theirs_hash"),
    Index("ix_conflict_listing", "organization_id", "id"),
    Index("ix_conflict_field", "connection_id", "record", "external_id", "field", "found_at"),
)
"""A field that was changed in the PMS and by us: both values, whose stands and by which rule."""

written = Table(
    "written_field",
    metadata,
    Column("op_key", ForeignKey("push.op_key"), primary_key=True),
    Column("field", Text, primary_key=True),
    Column("connection_id", Text, nullable=False),
    Column("record", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("value_hash", LargeBinary, nullable=False),
    Column("written_at", Moment, nullable=False),
    Index("ix_written_field_of", "connection_id", "record", "external_id", "written_at"),
    sqlite_with_rowid=False,
)
"""A field whose change was verified: by it an answer to our write is told from any change, and a loop from work."""
