"""Pairs of records that may be, or were said to be, one person."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Table, Text, UniqueConstraint

from rooftree.store.schema import Moment, metadata

person_match = Table(
    "person_match",
    metadata,
    Column("id", Text, primary_key=True),
    Column("organization_id", ForeignKey("organization.id"), nullable=False, index=True),
    Column("kept_id", ForeignKey("mirror.id"), nullable=False),
    Column("other_id", ForeignKey("mirror.id"), nullable=False, index=True),
    Column("score", Float, nullable=False),
    Column("why", Text, nullable=False, comment="which fields agree; no values"),
    Column("state", Text, nullable=False, comment="proposed | merged | dismissed"),
    Column("by", Text),
    Column("at", Moment, nullable=False),
    UniqueConstraint("kept_id", "other_id"),
)
