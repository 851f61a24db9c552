"""Who wants no texts from us: one row per organization and number, its number blind-indexed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select, update

from rooftree.db import Database
from rooftree.store.keys import Keys
from rooftree.store.tables.messages import opt_out


def how(conn: Connection, keys: Keys, organization_id: str, number: str) -> str | None:
    """How the number opted out ("keyword", "words" or "carrier"), None when it did not or came back."""
    chosen = (*_whose(keys, organization_id, number), opt_out.c.undone_at.is_(None))
    found: str | None = conn.scalar(select(opt_out.c.how).where(*chosen))
    return found


def add(
    database: Database, conn: Connection, keys: Keys, organization_id: str, number: str, said: str,
    message_id: str | None, now: datetime,
) -> None:  # fmt: skip
    """Note that the number wants no texts; `said` is how."""
    news = {"how": said, "message_id": message_id, "since": now, "undone_at": None}
    row = {"organization_id": organization_id, "person": keys.blind_index(organization_id, "phone", number), **news}
    kept = database.insert(opt_out).values(row)
    conn.execute(kept.on_conflict_do_update(index_elements=["organization_id", "person"], set_=news))


def undo(conn: Connection, keys: Keys, organization_id: str, number: str, now: datetime) -> bool:
    """Note that the number wants texts again; False when it was not opted out."""
    chosen = (*_whose(keys, organization_id, number), opt_out.c.undone_at.is_(None))
    return conn.execute(update(opt_out).where(*chosen).values(undone_at=now)).rowcount == 1


def _whose(keys: Keys, organization_id: str, number: str) -> tuple[ColumnElement[bool], ...]:
    return (
        opt_out.c.organization_id == organization_id,
        opt_out.c.person == keys.blind_index(organization_id, "phone", number),
    )
