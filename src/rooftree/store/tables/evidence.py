"""What connections were seen to do: each verb when it was last tried, and which endpoints are called how often."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Integer, Table, Text

from rooftree.store.schema import Moment, metadata

verb_evidence = Table(
    "verb_evidence",
    metadata,
    Column("connection_id", ForeignKey("connection.id"), primary_key=True),
    Column("record", Text, primary_key=True),
    Column("verb", Text, primary_key=True),
    Column("ok", Boolean, comment="null: it could not be tried"),
    Column("status", Integer, comment="of the last answer"),
    Column("seconds", Float, nullable=False, comment="how long the PMS took"),
    Column("lag", Float, comment="seconds from a write's answer until it was read back"),
    Column("count", Integer),
    Column("why", Text, nullable=False),
    Column("at", Moment, nullable=False),
)
endpoint_use = Table(
    "endpoint_use",
    metadata,
    Column("connection_id", ForeignKey("connection.id"), primary_key=True),
    Column("endpoint", Text, primary_key=True, comment="method and path without ids, or a SOAP operation"),
    Column("calls", Integer, nullable=False),
    Column("failed", Integer, nullable=False, comment="answers that were no 2xx"),
    Column("last_status", Integer),
    Column("tls", Text, comment="version of the encryption, where it could be measured"),
    Column("last_at", Moment, nullable=False),
)
