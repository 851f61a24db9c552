"""What the embedded PMS keeps: the books of each account, every record sealed, every change a row.

A change row is both history (who, when, what before and after) and feed: `seq` is counted per account under a lock
that is held until commit, so a reader who has seen 7 can never meet a 6 later. `at` grows with `seq`, strictly.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, Table, Text

metadata = MetaData()
account = Table(
    "embedded_account",
    metadata,
    Column("account", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False, comment="of its newest change"),
    Column("at", Text, nullable=False, comment="of its newest change"),
)
record = Table(
    "embedded_record",
    metadata,
    Column("account", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("made", BigInteger, nullable=False, comment="seq of its first change"),
    Column("changed", BigInteger, nullable=False, comment="seq of its last change"),
    Column("version", Integer, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("updated_at", Text, nullable=False),
    Column("property_id", Text),
    Column("parent_id", Text, comment="what it hangs on: a lease, a work order, whatever a note is about"),
    Column("status", Text),
    Column("client_key", Text, comment="the caller's own key of the create; a repeated create is the same record"),
    Column("lookup", Text, comment="blind index of what people know it by: a name, a unit's number"),
    Column("key", LargeBinary, comment="its data key, wrapped; NULL once destroyed: body and history are gone"),
    Column("body", LargeBinary, nullable=False, comment="sealed"),
    Index("ix_embedded_record_made", "account", "kind", "made"),
    Index("ix_embedded_record_changed", "account", "kind", "changed"),
    Index("ix_embedded_record_parent", "account", "kind", "parent_id"),
    Index("ix_embedded_record_lookup", "account", "kind", "lookup"),
    Index("uq_embedded_record_client_key", "account", "kind", "client_key", unique=True),
)
change = Table(
    "embedded_change",
    metadata,
    Column("account", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("what", Text, nullable=False, comment="created | updated"),
    Column("body", LargeBinary, nullable=False, comment="field: [before, after], sealed under the record's key"),
    Index("ix_embedded_change_record", "account", "kind", "id", "seq"),
)
"""Rows are only ever added."""
