"""How far each connection's resources are read, what happened, and what the PMS told us."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, UniqueConstraint

from rooftree.store.schema import Moment, Serial, metadata

sync_cursor = Table(
    "sync_cursor",
    metadata,
    Column("connection_id", ForeignKey("connection.id"), primary_key=True),
    Column("record", Text, primary_key=True),
    Column("scan", Text, comment="full | since while one runs"),
    Column("epoch", Integer, nullable=False, comment="counts the scans"),
    Column("passes", Integer, nullable=False, comment="a scan that lost count is made again"),
    Column("resumed", Boolean, nullable=False, comment="the running scan was cut by a crash or a failure"),
    Column("parent", Text, comment="id of the parent being listed under"),
    Column("position", Text, comment="the PMS's cursor of the next page"),
    Column("started_at", Moment),
    Column("since", Moment),
    Column("watermark", Moment, comment="the next `since` scan begins here, less the overlap"),
    Column("newest", Moment, comment="latest update seen in this scan, by the PMS's clock"),
    Column("pages", Integer, nullable=False),
    Column("seen", Integer, nullable=False),
    Column("unreadable", Integer, nullable=False),
    Column("created", Integer, nullable=False),
    Column("updated", Integer, nullable=False),
    Column("total_before", Integer, comment="what the PMS said at the first page; with parents, summed"),
    Column("total_after", Integer, comment="what it said at the last page"),
    Column("complete", Boolean, nullable=False, comment="no page admitted that it was cut"),
    Column("held", Integer, nullable=False, comment="vanished records the mass-delete brake holds"),
    Column("fresh_at", Moment, comment="every record here was true at this moment"),
    Column("full_at", Moment, comment="end of the last full scan"),
    Column("finished_at", Moment),
    Column("last_error", Text),
    Column("last_error_at", Moment),
    Column("mapping", Text, nullable=False, comment="mark of the mapping pack by which these were mapped last"),
)
scan_page = Table(
    "scan_page",
    metadata,
    Column("connection_id", ForeignKey("connection.id"), primary_key=True),
    Column("record", Text, primary_key=True),
    Column("page", Integer, primary_key=True),
    Column("ids", LargeBinary, nullable=False, comment="the PMS's ids seen on this page of the running full scan"),
)
event = Table(
    "event",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("organization_id", Text, nullable=False),
    Column("connection_id", Text),
    Column("name", Text, nullable=False, comment="work_order.updated"),
    Column("record", Text),
    Column("record_id", Text, comment="our id"),
    Column("external_id", Text),
    Column("data", JSON, nullable=False, comment="nothing personal"),
    Column("at", Moment, nullable=False),
    Column("key", Text, unique=True, comment="an event with the same key is the same event"),
    Index("ix_event_record", "record_id", "id"),
)
event_reader = Table(
    "event_reader",
    metadata,
    Column("name", Text, primary_key=True),
    Column("floor", Serial, nullable=False, autoincrement=False, comment="all events up to here are done"),
)
event_claim = Table(
    "event_claim",
    metadata,
    Column("reader", ForeignKey("event_reader.name"), primary_key=True),
    Column("event_id", Serial, primary_key=True, autoincrement=False),
    Column("until", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("done_at", Moment),
    Column("error", Text),
    sqlite_with_rowid=False,
)
delivery = Table(
    "delivery",
    metadata,
    Column("id", Text, primary_key=True),
    Column("organization_id", Text, nullable=False),
    Column("connection_id", ForeignKey("connection.id"), nullable=False),
    Column("key", Text, nullable=False, comment="of its events, or the hash of its body"),
    Column("body", LargeBinary, nullable=False),
    Column("headers", LargeBinary, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("state", Text, nullable=False, comment="received | done | failed"),
    Column("due_at", Moment, comment="when to try (again)"),
    Column("attempts", Integer, nullable=False),
    Column("repeats", Integer, nullable=False, comment="how often the PMS sent it again"),
    Column("error", Text),
    Column("done_at", Moment),
    UniqueConstraint("connection_id", "key"),
    Index("ix_delivery_due", "connection_id", "state", "due_at"),
)
