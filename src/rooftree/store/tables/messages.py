"""Texts in and out, what carriers reported about them, who wants none, and how far carriers' lists were read."""

from __future__ import annotations

from sqlalchemy import Column, Index, LargeBinary, Table, Text, UniqueConstraint

from rooftree.store.schema import Moment, Serial, metadata

message = Table(
    "message",
    metadata,
    Column("seq", Serial, primary_key=True, comment="order of arrival"),
    Column("id", Text, nullable=False, unique=True),
    Column("organization_id", Text, nullable=False),
    Column("direction", Text, nullable=False, comment="in | out"),
    Column("channel", Text, nullable=False),
    Column("carrier", Text, nullable=False),
    Column("sid", Text, comment="the carrier's id"),
    Column("op_key", Text, unique=True, comment="of a text of ours: the wish it fulfils"),
    Column("connection_id", Text),
    Column("person", LargeBinary, nullable=False, comment="blind index of the other side's number"),
    Column("content", LargeBinary, nullable=False, comment="sender, recipient, text and media, sealed"),
    Column("state", Text, nullable=False, comment="received, queued, sent, delivered, undelivered, failed, unsure"),
    Column("klass", Text, comment="of a text of ours: safety | text"),
    Column("case_id", Text, index=True),
    Column("error", Text, nullable=False, comment="the carrier's code or our reason"),
    Column("source", Text, nullable=False, comment="webhook | catch_up | typed | rooftree"),
    Column("choice", Text, comment="of a text to us: out | in, when its sender said so"),
    Column("at", Moment, nullable=False, comment="the carrier's time where it tells one, else ours"),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("routed_at", Moment, comment="of a text to us: when its case was found; NULL waits for the router"),
    UniqueConstraint("carrier", "sid"),
    Index("ix_message_waiting", "direction", "routed_at", "seq"),
    Index("ix_message_open", "direction", "state", "created_at"),
    Index("ix_message_person", "organization_id", "person", "seq"),
)
message_status = Table(
    "message_status",
    metadata,
    Column("carrier", Text, primary_key=True),
    Column("sid", Text, primary_key=True),
    Column("state", Text, primary_key=True),
    Column("error", Text, nullable=False),
    Column("at", Moment, nullable=False),
    sqlite_with_rowid=False,
)
"""Every report of a carrier, also one that came before we knew the message's sid."""
opt_out = Table(
    "opt_out",
    metadata,
    Column("organization_id", Text, primary_key=True),
    Column("person", LargeBinary, primary_key=True, comment="blind index of the number"),
    Column("how", Text, nullable=False, comment="keyword | words | carrier"),
    Column("message_id", Text, comment="the text that said so"),
    Column("since", Moment, nullable=False),
    Column("undone_at", Moment),
    sqlite_with_rowid=False,
)
carrier_cursor = Table(
    "carrier_cursor",
    metadata,
    Column("organization_id", Text, primary_key=True),
    Column("carrier", Text, primary_key=True),
    Column("read_until", Moment, nullable=False, comment="everything older in the carrier's list was taken in"),
    sqlite_with_rowid=False,
)
