"""Records that fitted no mapping: kept raw and sealed, shown with the reason, until they can be read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from rooftree.store import codec, connections
from rooftree.store.keys import Keys, open_json, place
from rooftree.store.schema import new_id
from rooftree.store.tables.keys import data_key
from rooftree.store.tables.mirror import unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadableRow:
    """One record we could not read; `error` says what does not fit, without the value."""

    id: str
    connection_id: str
    record: str
    external_id: str
    """The PMS's id, or `?` and a hash of the raw where none was found."""
    error: str
    first_seen_at: datetime
    last_seen_at: datetime


def keep(
    conn: Connection,
    keys: Keys,
    connection_id: str,
    record_name: str,
    external_id: str | None,
    raw: Mapping[str, Any],
    *,
    error: str,
    now: datetime,
) -> str:
    """Keep what could not be read; the id it goes by. The same record again only renews what is kept."""
    organization_id = connections.hold(conn, connection_id)
    plain = codec.dumps(raw)
    digest = keys.fingerprint(plain)
    external_id = external_id or f"?{digest.hex()}"
    chosen = _chosen(connection_id, record_name, [external_id])
    row = conn.execute(select(unreadable.c.id, unreadable.c.raw_hash).where(chosen)).first()
    id = row.id if row else new_id("unreadable")
    seen = {"error": error, "last_seen_at": now}
    if row is not None and row.raw_hash == digest:
        conn.execute(update(unreadable).where(chosen).values(seen))
        return external_id
    key = keys.ensure(conn, id)
    content = {"raw": key.seal(plain, place("unreadable", "raw", id)), "raw_hash": digest, **seen}
    if row is not None:
        conn.execute(update(unreadable).where(chosen).values(content))
        return external_id
    whose = {"organization_id": organization_id, "connection_id": connection_id, "record": record_name}
    conn.execute(insert(unreadable).values(id=id, external_id=external_id, first_seen_at=now, **whose, **content))
    return external_id


def readable(conn: Connection, connection_id: str, record_name: str, external_ids: Collection[str]) -> None:
    """These can be read now: what was kept of them goes, key and all."""
    if not count(conn, connection_id, record_name):
        return
    chosen = _chosen(connection_id, record_name, external_ids)
    ids = list(conn.scalars(select(unreadable.c.id).where(chosen)))
    if ids:
        conn.execute(delete(unreadable).where(unreadable.c.id.in_(ids)))
        conn.execute(delete(data_key).where(data_key.c.subject.in_(ids)))


def listed(conn: Connection, connection_id: str, record_name: str | None = None) -> list[UnreadableRow]:
    """What cannot be read, newest first."""
    columns = [unreadable.c[name] for name in UnreadableRow.__dataclass_fields__]
    query = select(*columns).where(unreadable.c.connection_id == connection_id)
    if record_name is not None:
        query = query.where(unreadable.c.record == record_name)
    return [UnreadableRow(**row._mapping) for row in conn.execute(query.order_by(unreadable.c.last_seen_at.desc()))]


def count(conn: Connection, connection_id: str, record_name: str) -> int:
    query = select(func.count()).where(unreadable.c.connection_id == connection_id, unreadable.c.record == record_name)
    return int(conn.scalar(query) or 0)


def raw(conn: Connection, keys: Keys, id: str) -> Any:
    """What the PMS returned; raises CannotUnseal when it is gone."""
    sealed = conn.scalar(select(unreadable.c.raw).where(unreadable.c.id == id))
    return open_json(keys.get(conn, id), sealed or b"", "unreadable", "raw", id)


def _chosen(connection_id: str, record_name: str, external_ids: Collection[str]) -> Any:
    return (
        (unreadable.c.connection_id == connection_id)
        & (unreadable.c.record == record_name)
        & unreadable.c.external_id.in_(list(external_ids))
    )
