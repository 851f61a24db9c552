"""How far each resource of a connection is read: position of a running scan, watermark, counts, last error."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from rooftree.errors import RooftreeError
from rooftree.store import codec
from rooftree.store.tables.sync import scan_page, sync_cursor

Scan = Literal["full", "since"]


class Overtaken(RooftreeError):
    """Another process reads the same resource; this one stops, nothing is lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """One resource of one connection; counts are those of the running scan, or of the last one."""

    connection_id: str
    record: str
    scan: Scan | None = None
    epoch: int = 0
    passes: int = 0
    resumed: bool = False
    parent: str | None = None
    position: str | None = None
    started_at: datetime | None = None
    since: datetime | None = None
    watermark: datetime | None = None
    newest: datetime | None = None
    pages: int = 0
    seen: int = 0
    unreadable: int = 0
    created: int = 0
    updated: int = 0
    total_before: int | None = None
    total_after: int | None = None
    complete: bool = True
    held: int = 0
    fresh_at: datetime | None = None
    """Every record of this resource was true at that moment, as far as the PMS tells."""
    full_at: datetime | None = None
    finished_at: datetime | None = None
    last_error: str | None = None
    last_error_at: datetime | None = None
    mapping: str = ""
    """The mark of the mapping pack by which these records were mapped last; empty for none."""


def get(conn: Connection, connection_id: str, record: str) -> Cursor:
    """The cursor; a fresh one where nothing was read yet."""
    chosen = (sync_cursor.c.connection_id == connection_id) & (sync_cursor.c.record == record)
    row = conn.execute(select(sync_cursor).where(chosen)).first()
    return Cursor(**row._mapping) if row else Cursor(connection_id=connection_id, record=record)


def listed(conn: Connection, connection_id: str) -> list[Cursor]:
    """All cursors of a connection, by record name."""
    query = select(sync_cursor).where(sync_cursor.c.connection_id == connection_id).order_by(sync_cursor.c.record)
    return [Cursor(**row._mapping) for row in conn.execute(query)]


def save(conn: Connection, cursor: Cursor) -> None:
    """Write the cursor, in the transaction of what it speaks of."""
    values = asdict(cursor)
    chosen = (sync_cursor.c.connection_id == cursor.connection_id) & (sync_cursor.c.record == cursor.record)
    if conn.execute(update(sync_cursor).where(chosen).values(values)).rowcount == 0:
        conn.execute(insert(sync_cursor).values(values))


def note_mapping(conn: Connection, connection_id: str, record: str, mark: str) -> None:
    """All that is kept of this resource is mapped by the pack with this mark."""
    chosen = (sync_cursor.c.connection_id == connection_id) & (sync_cursor.c.record == record)
    conn.execute(update(sync_cursor).where(chosen).values(mapping=mark))


def check_still_ours(conn: Connection, cursor: Cursor) -> None:
    """Raise Overtaken when another process moved or ended this scan since `cursor` was written.

    Call it in the transaction that writes the next step, after `connections.hold`.
    """
    stored = get(conn, cursor.connection_id, cursor.record)
    if (stored.epoch, stored.pages, stored.scan) == (cursor.epoch, cursor.pages, cursor.scan):
        return
    if cursor.pages or stored.epoch != cursor.epoch - 1:
        raise Overtaken(f"Another process is reading {cursor.record} of {cursor.connection_id}.")


def note_seen(conn: Connection, cursor: Cursor, external_ids: list[str]) -> None:
    """Remember which ids a page of the running full scan showed."""
    packed = codec.dumps(external_ids)
    conn.execute(
        insert(scan_page).values(
            connection_id=cursor.connection_id, record=cursor.record, page=cursor.pages, ids=packed
        )
    )


def seen(conn: Connection, cursor: Cursor) -> Iterator[str]:
    """Every id the running full scan showed so far, repeats included."""
    query = select(scan_page.c.ids).where(*_pages(cursor))
    for packed in conn.scalars(query):
        yield from codec.loads(packed)


def forget_seen(conn: Connection, cursor: Cursor) -> None:
    conn.execute(delete(scan_page).where(*_pages(cursor)))


def _pages(cursor: Cursor) -> tuple[ColumnElement[bool], ...]:
    return scan_page.c.connection_id == cursor.connection_id, scan_page.c.record == cursor.record
