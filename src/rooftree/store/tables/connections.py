"""Organizations, their connections to a PMS, and the time zones of properties."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, LargeBinary, Table, Text

from rooftree.store.schema import Moment, metadata

organization = Table(
    "organization",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
)
connection = Table(
    "connection",
    metadata,
    Column("id", Text, primary_key=True),
    Column("organization_id", ForeignKey("organization.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("pms", Text, nullable=False),
    Column("base_url", Text, nullable=False),
    Column("credentials", LargeBinary, nullable=False),
    Column("options", JSON, nullable=False),
    Column("mode", Text, nullable=False, comment="shadow | live"),
    Column("state", Text, nullable=False, comment="ok | needs_credentials | paused | unreachable"),
    Column("state_why", Text),
    Column("writes_enabled", Boolean, nullable=False, comment="the kill switch"),
    Column("webhook_path", Text, nullable=False, unique=True),
    Column("credentials_at", Moment, nullable=False, comment="since when this key is in use"),
    Column("webhook_secrets", LargeBinary, nullable=False),
    Column("webhook_secrets_at", Moment, comment="since when the newest webhook secret is in use"),
    Column("time_zone", Text, nullable=False),
    Column("who_notifies_vendors", Text, nullable=False, comment="pms | rooftree"),
    Column("created_at", Moment, nullable=False),
    Column("live_at", Moment),
)
property_zone = Table(
    "property_zone",
    metadata,
    Column("connection_id", ForeignKey("connection.id"), primary_key=True),
    Column("property_id", Text, primary_key=True, comment="the property's id in the PMS"),
    Column("zone", Text, nullable=False),
    Column("unsure", Boolean, nullable=False, comment="the guess may be wrong: the state has two zones"),
    Column("confirmed_by", Text),
    Column("confirmed_at", Moment),
)
