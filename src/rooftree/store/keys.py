"""Sealing under a key per subject; destroying the key erases what it sealed, in every copy and backup.

Keys are not cached: unwrapping takes microseconds, and a key destroyed by one process must be gone for all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from rooftree.sealed import CannotUnseal, DataKey, RootKey
from rooftree.store import codec
from rooftree.store.tables.keys import data_key


class Keys:
    """The data keys in a database, opened by the root key."""

    def __init__(self, root: RootKey) -> None:
        self.root = root
        self._fingerprint_key = bytes.fromhex(root.blind_index("content", "fingerprint"))

    def mint(self, subject: str) -> tuple[bytes, DataKey]:
        """A new key for `subject`: its wrapped form, to be stored, and the usable one."""
        return self.root.new_data_key(subject)

    def create(self, conn: Connection, subject: str) -> DataKey:
        """A new stored key; `subject` must not have one yet."""
        wrapped, key = self.mint(subject)
        self.keep(conn, subject, wrapped)
        return key

    def keep(self, conn: Connection, subject: str, wrapped: bytes) -> None:
        """Store a key made by `mint`."""
        conn.execute(insert(data_key).values(subject=subject, wrapped=wrapped))

    def get(self, conn: Connection, subject: str) -> DataKey:
        """The key of `subject`; raises CannotUnseal when it has none or it was destroyed."""
        wrapped = conn.scalar(select(data_key.c.wrapped).where(data_key.c.subject == subject))
        return self.open(wrapped, subject)

    def open(self, wrapped: bytes | None, subject: str) -> DataKey:
        """The usable key from its wrapped form; raises CannotUnseal when it was destroyed."""
        if wrapped is None:
            raise CannotUnseal(f"The key of {subject} was destroyed or never made.")
        return self.root.open_data_key(wrapped, subject)

    def ensure(self, conn: Connection, subject: str) -> DataKey:
        """The key of `subject`, made when it has none; raises CannotUnseal when it was destroyed."""
        row = conn.execute(select(data_key.c.wrapped).where(data_key.c.subject == subject)).first()
        return self.open(row.wrapped, subject) if row else self.create(conn, subject)

    def destroy(self, conn: Connection, subjects: Iterable[str], now: datetime) -> None:
        """Make everything sealed under these keys unreadable for good."""
        chosen = data_key.c.subject.in_(list(subjects)) & data_key.c.wrapped.is_not(None)
        conn.execute(update(data_key).where(chosen).values(wrapped=None, destroyed_at=now))

    def fingerprint(self, plain: bytes) -> bytes:
        """16 bytes that tell whether content is the same, and nothing of it to one without the root key."""
        return hashlib.blake2b(plain, key=self._fingerprint_key, digest_size=16).digest()

    def blind_index(self, organization_id: str, purpose: str, value: str) -> bytes:
        """16 bytes by which a sealed phone, e-mail or name is found, within one organization only."""
        return bytes.fromhex(self.root.blind_index(f"{organization_id} {purpose}", value)[:32])


def place(table: str, column: str, row: str) -> str:
    """Where a sealed value stands; one moved to another place does not open."""
    return f"{table}.{column}:{row}"


def seal_json(key: DataKey, value: Any, table: str, column: str, row: str) -> bytes:
    """A JSON value sealed for its place."""
    return key.seal(codec.dumps(value), place(table, column, row))


def open_json(key: DataKey, sealed: bytes, table: str, column: str, row: str) -> Any:
    """The value back; raises CannotUnseal."""
    return codec.loads(key.unseal(sealed, place(table, column, row)))
