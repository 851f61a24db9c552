"""The mirror: records as last read from a PMS, each sealed under a key of its own, found by id, link or person."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Row, Select, func, select

from rooftree.errors import InvalidInput, NotAllowed
from rooftree.model.base import Person, Record
from rooftree.model.names import RECORDS, name_of
from rooftree.store import codec, lookups, matches
from rooftree.store.keys import Keys, place
from rooftree.store.tables.connections import connection
from rooftree.store.tables.keys import data_key
from rooftree.store.tables.mirror import LINKS, mirror, mirror_lookup, mirror_ref
from rooftree.store.tables.sync import sync_cursor

R = TypeVar("R", bound=Record)
PEOPLE = tuple(name for name, record in RECORDS.items() if issubclass(record, Person))


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirrored(Generic[R]):
    """A record with where it comes from; `id` is ours, `record.id` the PMS's."""

    id: str
    organization_id: str
    connection_id: str
    name: str
    """The record's type name, e.g. "work_order"."""
    record: R
    as_of: datetime
    """The PMS held exactly this at that moment: when it was read, or when a later scan found it unchanged."""
    source: str
    first_seen_at: datetime
    deleted_at: datetime | None
    deleted_reason: str | None
    etag: str
    """Of what the record says: the same as long as nothing changes in it (RFC 9110, strong)."""


def get(conn: Connection, keys: Keys, id: str, organization_id: str | None = None) -> Mirrored[Record]:
    """The record by our id; raises NotAllowed when there is none here, CannotUnseal when it was erased."""
    row = conn.execute(_rows().where(mirror.c.id == id)).first()
    if row is None or organization_id not in (None, row.organization_id):
        raise NotAllowed(f"There is no record {id} here.")
    return _open(keys, row)


def by_external_id(
    conn: Connection, keys: Keys, connection_id: str, record: type[R], external_id: str
) -> Mirrored[R] | None:
    """The record by the PMS's own id; deleted ones too."""
    query = _rows().where(
        mirror.c.connection_id == connection_id,
        mirror.c.record == name_of(record),
        mirror.c.external_id == external_id,
    )
    return next(iter(_open_all(conn, keys, query)), None)


def by_ref(conn: Connection, keys: Keys, connection_id: str, system: str, ref_id: str) -> list[Mirrored[Record]]:
    """The records that carry `Ref(system, ref_id)`."""
    joined = mirror_ref.c.mirror_id == mirror.c.id
    query = _rows().where(
        joined,
        mirror_ref.c.connection_id == connection_id,
        mirror_ref.c.system == system,
        mirror_ref.c.ref_id == ref_id,
    )
    return _open_all(conn, keys, query)


def find_by_phone(
    conn: Connection, keys: Keys, organization_id: str, number: str, connection_id: str | None = None
) -> list[Mirrored[Person]]:
    """Everybody with this phone number (residents, vendors, owners, leads, staff); not the deleted."""
    known = lookups.e164(number)
    return _find(conn, keys, organization_id, "phone", known, connection_id) if known else []


def find_by_email(
    conn: Connection, keys: Keys, organization_id: str, address: str, connection_id: str | None = None
) -> list[Mirrored[Person]]:
    """Everybody with this e-mail address; not the deleted."""
    return _find(conn, keys, organization_id, "email", lookups.email(address), connection_id)


def find_by_name(
    conn: Connection, keys: Keys, organization_id: str, name: str, connection_id: str | None = None
) -> list[Mirrored[Person]]:
    """Everybody of exactly this first and last name, however spaced or capitalized; not the deleted."""
    return _find(conn, keys, organization_id, "name", lookups.name(name), connection_id)


def list_page(
    conn: Connection,
    keys: Keys,
    record: type[R],
    *,
    connection_id: str | None = None,
    organization_id: str | None = None,
    where: Mapping[str, str | Collection[str]] | None = None,
    after: str | None = None,
    limit: int = 100,
    newest_first: bool = False,
    deleted: bool = False,
) -> list[Mirrored[R]]:
    """One page in the order of our ids (as first seen); `after` is the last id of the page before.

    `where` maps a column of LINKS to one value or several; raises InvalidInput for another column.
    """
    query = _rows().where(mirror.c.record == name_of(record), *_scope(connection_id, organization_id))
    for column, wanted in (where or {}).items():
        query = query.where(_matches(column, wanted))
    if not deleted:
        query = query.where(mirror.c.deleted_at.is_(None))
    if after is not None:
        query = query.where(mirror.c.id < after if newest_first else mirror.c.id > after)
    order = mirror.c.id.desc() if newest_first else mirror.c.id
    return _open_all(conn, keys, query.order_by(order).limit(limit))


def exists(conn: Connection, connection_id: str, record_name: str, external_id: str) -> bool:
    """Whether the mirror holds a living record of this PMS id."""
    query = select(mirror.c.id).where(
        mirror.c.connection_id == connection_id,
        mirror.c.record == record_name,
        mirror.c.external_id == external_id,
        mirror.c.deleted_at.is_(None),
    )
    return conn.scalar(query) is not None


def external_ids(
    conn: Connection, connection_id: str, record_name: str, after: str = "", limit: int = 1_000
) -> list[str]:
    """The PMS's ids of living records in text order, one page."""
    query = select(mirror.c.external_id).where(
        mirror.c.connection_id == connection_id,
        mirror.c.record == record_name,
        mirror.c.external_id > after,
        mirror.c.deleted_at.is_(None),
    )
    return list(conn.scalars(query.order_by(mirror.c.external_id).limit(limit)))


def sample(
    conn: Connection, connection_id: str, record_names: Collection[str], hot: Collection[str], limit: int
) -> list[tuple[str, str]]:
    """(record name, the PMS's id) of living records: up to half the hot ones last read, the others at random."""
    chosen = (mirror.c.connection_id == connection_id, mirror.c.deleted_at.is_(None))
    query = select(mirror.c.record, mirror.c.external_id).where(*chosen)
    newest = query.where(mirror.c.record.in_([name for name in record_names if name in hot]))
    anywhere = query.where(mirror.c.record.in_(list(record_names))).order_by(func.random()).limit(limit)
    first = conn.execute(newest.order_by(mirror.c.as_of.desc()).limit(limit // 2)).all()
    picked = dict.fromkeys((row.record, row.external_id) for row in (*first, *conn.execute(anywhere).all()))
    return list(picked)[:limit]


def living(conn: Connection, connection_id: str, record_name: str, read_before: datetime) -> Iterator[tuple[str, bool]]:
    """(the PMS's id, whether in doubt already) of all records that live, as last read before a moment."""
    query = select(mirror.c.external_id, mirror.c.missing_since).where(
        mirror.c.connection_id == connection_id,
        mirror.c.record == record_name,
        mirror.c.deleted_at.is_(None),
        mirror.c.as_of < read_before,
    )
    for row in conn.execute(query):
        yield row.external_id, row.missing_since is not None


def counts(conn: Connection, connection_id: str) -> dict[str, int]:
    """How many living records of each type the mirror holds."""
    query = select(mirror.c.record, func.count()).where(
        mirror.c.connection_id == connection_id, mirror.c.deleted_at.is_(None)
    )
    return {row[0]: row[1] for row in conn.execute(query.group_by(mirror.c.record))}


def _find(
    conn: Connection, keys: Keys, organization_id: str, purpose: str, value: str, connection_id: str | None
) -> list[Any]:
    query = _rows().where(
        mirror_lookup.c.mirror_id == mirror.c.id,
        mirror_lookup.c.organization_id == organization_id,
        mirror_lookup.c.digest == keys.blind_index(organization_id, purpose, value),
        mirror.c.deleted_at.is_(None),
        *_scope(connection_id, organization_id),
    )
    found = _open_all(conn, keys, query.order_by(mirror.c.id))
    away = matches.merged_away(conn, [one.id for one in found]) if len(found) > 1 else ()
    return [one for one in found if one.id not in away]


def _rows() -> Select[Any]:
    cursor = (sync_cursor.c.connection_id == mirror.c.connection_id) & (sync_cursor.c.record == mirror.c.record)
    return (
        select(mirror, data_key.c.wrapped, sync_cursor.c.fresh_at)
        .join(data_key, data_key.c.subject == mirror.c.id)
        .outerjoin(sync_cursor, cursor)
    )


def _scope(connection_id: str | None, organization_id: str | None) -> list[Any]:
    if connection_id is None and organization_id is None:
        raise InvalidInput("Say whose records: a connection or an organization.", path="connection_id")
    if connection_id is None:
        return [mirror.c.organization_id == organization_id]
    # The index that keeps the order of a listing begins with the organization, so it is always named.
    owner = select(connection.c.organization_id).where(connection.c.id == connection_id).scalar_subquery()
    return [
        mirror.c.organization_id == (owner if organization_id is None else organization_id),
        mirror.c.connection_id == connection_id,
    ]


def _matches(column: str, wanted: str | Collection[str]) -> Any:
    if column not in LINKS:
        raise InvalidInput(f"Records are not listed by {column}; use one of {', '.join(LINKS)}.", path=column)
    return mirror.c[column] == wanted if isinstance(wanted, str) else mirror.c[column].in_(list(wanted))


def _open_all(conn: Connection, keys: Keys, query: Select[Any]) -> list[Any]:
    return [_open(keys, row) for row in conn.execute(query.where(data_key.c.wrapped.is_not(None)))]


def _open(keys: Keys, row: Row[Any]) -> Mirrored[Any]:
    key = keys.open(row.wrapped, row.id)
    record = codec.decode(RECORDS[row.record], key.unseal(row.body, place("mirror", "body", row.id)))
    raw = codec.loads(key.unseal(row.raw, place("mirror", "raw", row.id))) if row.raw else {}
    return Mirrored(
        id=row.id,
        organization_id=row.organization_id,
        connection_id=row.connection_id,
        name=row.record,
        record=replace(record, raw=raw),
        as_of=_as_of(row),
        source=row.source,
        first_seen_at=row.first_seen_at,
        deleted_at=row.deleted_at,
        deleted_reason=row.deleted_reason,
        etag=f'"{row.body_hash.hex()}"',
    )


def _as_of(row: Row[Any]) -> datetime:
    doubted = row.fresh_at is None or row.missing_since is not None or row.deleted_at is not None
    found: datetime = row.as_of if doubted else max(row.as_of, row.fresh_at)
    return found
