"""Webhooks out: who wants to be told, and each message on its way to them."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, UniqueConstraint

from rooftree.store.schema import Moment, Serial, metadata

endpoint = Table(
    "webhook_endpoint",
    metadata,
    Column("id", Text, primary_key=True),
    Column("organization_id", ForeignKey("organization.id"), nullable=False, index=True),
    Column("url", Text, nullable=False),
    Column("events", JSON, nullable=False, comment="names, work_order.* or *"),
    Column("secrets", LargeBinary, nullable=False, comment="sealed: newest first, the older with its end"),
    Column("state", Text, nullable=False, comment="active | disabled"),
    Column("state_why", Text),
    Column("failing_since", Moment, comment="since then nothing has been accepted"),
    Column("sequence", Integer, nullable=False, comment="of its last message"),
    Column("created_at", Moment, nullable=False),
)
message = Table(
    "webhook_message",
    metadata,
    Column("id", Text, primary_key=True, comment="the webhook-id header"),
    Column("endpoint_id", ForeignKey("webhook_endpoint.id", ondelete="CASCADE"), nullable=False),
    Column("event_id", Serial, autoincrement=False, comment="NULL for a test"),
    Column("sequence", Integer, nullable=False),
    Column("name", Text, nullable=False, comment="work_order.updated"),
    Column("body", Text, nullable=False, comment="the JSON as it is signed and sent; nothing personal"),
    Column("state", Text, nullable=False, comment="pending | delivered | dead"),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Moment),
    Column("status", Integer, comment="HTTP status of the last answer"),
    Column("error", Text),
    Column("made_at", Moment, nullable=False),
    Column("done_at", Moment),
    UniqueConstraint("endpoint_id", "event_id"),
    UniqueConstraint("endpoint_id", "sequence"),
    Index("ix_webhook_message_due", "endpoint_id", "state", "due_at"),
)
