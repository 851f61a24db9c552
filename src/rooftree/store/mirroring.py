"""Putting what was read into the mirror: a page at a time, writing only what changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, Text, bindparam, delete, select, update

from rooftree.clock import iso
from rooftree.db import insert_many
from rooftree.model.base import Record
from rooftree.sealed import DataKey
from rooftree.store import codec, connections, lookups
from rooftree.store.keys import Keys, place
from rooftree.store.schema import new_id
from rooftree.store.tables.keys import data_key
from rooftree.store.tables.mirror import LINKS, mirror, mirror_lookup, mirror_ref

Source = Literal["poll", "webhook", "push"]
_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One record that is new, changed or gone; `before` and `after` hold the links and status that changed."""

    id: str
    external_id: str
    kind: Literal["created", "updated", "deleted"]
    fields: tuple[str, ...] = ()
    before: Mapping[str, str | None] = field(default_factory=dict)
    after: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a page did to the mirror; `ids` maps the PMS's ids to ours."""

    created: Sequence[Change] = ()
    changed: Sequence[Change] = ()
    unchanged: int = 0
    ids: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Rows:
    """Rows to write for one page, by table and kind of writing; new ones as `insert_many` takes them."""

    keys: list[tuple[Any, ...]] = field(default_factory=list)
    new: list[tuple[Any, ...]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    refs: list[tuple[Any, ...]] = field(default_factory=list)
    people: list[tuple[Any, ...]] = field(default_factory=list)
    seen_again: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Page:
    """One page being put: what all its records share."""

    keys: Keys
    organization_id: str
    connection_id: str
    name: str
    as_of: datetime
    moment: str
    """`as_of` as text."""
    source: Source
    rows: _Rows


def put_page(
    conn: Connection,
    keys: Keys,
    connection_id: str,
    record_name: str,
    records: Iterable[Record],
    *,
    as_of: datetime,
    source: Source,
) -> Changes:
    """Put records just read into the mirror; `as_of` is when the read began.

    A record equal to what we hold writes nothing; one read before what we hold is passed over, so a slow page
    never undoes a newer webhook; an erased one stays erased. A record that was deleted and is back is `changed`.
    """
    wanted = {record.id: record for record in records}
    organization_id = connections.hold(conn, connection_id)
    page = _Page(keys, organization_id, connection_id, record_name, as_of, iso(as_of), source, _Rows())
    known = held(conn, connection_id, record_name, list(wanted))
    created: list[Change] = []
    changed: list[Change] = []
    ids: dict[str, str] = {}
    for external_id, record in wanted.items():
        row = known.get(external_id)
        change = _create(page, record) if row is None else _compare(conn, page, record, row)
        ids[external_id] = row.id if row is not None else change.id if change else ""
        if change is not None:
            (created if row is None else changed).append(change)
    _write(conn, page)
    return Changes(created=created, changed=changed, unchanged=len(wanted) - len(created) - len(changed), ids=ids)


def bury(
    conn: Connection, connection_id: str, record_name: str, external_id: str, now: datetime, reason: str
) -> Change | None:
    """Mark a record as gone from the PMS; None when it is unknown or was gone already."""
    connections.hold(conn, connection_id)
    chosen = (
        (mirror.c.connection_id == connection_id)
        & (mirror.c.record == record_name)
        & (mirror.c.external_id == external_id)
        & mirror.c.deleted_at.is_(None)
    )
    id = conn.scalar(select(mirror.c.id).where(chosen))
    if id is None:
        return None
    conn.execute(update(mirror).where(mirror.c.id == id).values(deleted_at=now, deleted_reason=reason))
    return Change(id=id, external_id=external_id, kind="deleted")


def erase(conn: Connection, keys: Keys, id: str, now: datetime) -> None:
    """Make a record unreadable for good and unfindable at once; it stays erased when the PMS shows it again."""
    keys.destroy(conn, [id], now)
    conn.execute(delete(mirror_ref).where(mirror_ref.c.mirror_id == id))
    conn.execute(delete(mirror_lookup).where(mirror_lookup.c.mirror_id == id))
    emptied = {"body": b"", "raw": None, "body_hash": b"", "raw_hash": b"", **dict.fromkeys(LINKS)}
    conn.execute(update(mirror).where(mirror.c.id == id).values(emptied))


def doubt(
    conn: Connection, connection_id: str, record_name: str, external_ids: Iterable[str], now: datetime
) -> set[str]:
    """Note that a scan did not show these, or not readably; those of them that were in doubt before."""
    chosen = (
        (mirror.c.connection_id == connection_id)
        & (mirror.c.record == record_name)
        & mirror.c.external_id.in_(list(external_ids))
    )
    before = set(conn.scalars(select(mirror.c.external_id).where(chosen, mirror.c.missing_since.is_not(None))))
    conn.execute(update(mirror).where(chosen, mirror.c.missing_since.is_(None)).values(missing_since=now))
    return before


def held(conn: Connection, connection_id: str, record_name: str, external_ids: Sequence[str]) -> dict[str, Any]:
    """What is held of these, by the PMS's ids: our id, hashes, as_of, deleted_at, wrapped (None: erased)."""
    small = [mirror.c[name] for name in ("id", "external_id", "body_hash", "raw_hash", "as_of")]
    query = (
        select(*small, mirror.c.missing_since, mirror.c.deleted_at, data_key.c.wrapped)
        .join(data_key, data_key.c.subject == mirror.c.id)
        .where(
            mirror.c.connection_id == connection_id,
            mirror.c.record == record_name,
            mirror.c.external_id.in_(bindparam("ids", expanding=True)),
        )
    )
    found: dict[str, Any] = {}
    for start in range(0, len(external_ids), _AT_ONCE):
        for row in conn.execute(query, {"ids": external_ids[start : start + _AT_ONCE]}):
            found[str(row.external_id)] = row
    return found


def _create(page: _Page, record: Record) -> Change:
    id = new_id(page.name)
    wrapped, key = page.keys.mint(id)
    content = _content(page, record, id, key, *plain(record))
    page.rows.keys.append((id, wrapped))
    page.rows.new.append((id, page.organization_id, page.connection_id, page.name, record.id, page.moment, *content))
    _index(page, record, id)
    return Change(id=id, external_id=record.id, kind="created")


def _compare(conn: Connection, page: _Page, record: Record, row: Row[Any]) -> Change | None:
    if row.wrapped is None or row.as_of > page.as_of:
        return None
    body, raw = plain(record)
    same_body = page.keys.fingerprint(body) == row.body_hash
    if same_body and row.deleted_at is None and page.keys.fingerprint(raw) == row.raw_hash:
        if row.missing_since is not None:
            page.rows.seen_again.append(row.id)
        return None
    key = page.keys.open(row.wrapped, row.id)
    content = _content(page, record, row.id, key, body, raw)
    page.rows.changed.append({"b_id": row.id, **dict(zip(_CONTENT, content, strict=True))})
    if same_body and row.deleted_at is None:
        return None
    _index(page, record, row.id)
    sealed = conn.scalar(select(mirror.c.body).where(mirror.c.id == row.id)) or b""
    return _difference(record, row, key.unseal(sealed, place("mirror", "body", row.id)), body)


def _difference(record: Record, row: Row[Any], before: bytes, body: bytes) -> Change:
    fields = codec.differing(before, body)
    old = lookups.links(codec.decode(type(record), before))
    new = lookups.links(record)
    moved = [name for name in LINKS if old[name] != new[name]]
    return Change(
        id=row.id,
        external_id=record.id,
        kind="updated",
        fields=(*fields, "deleted") if row.deleted_at is not None else fields,
        before={name: old[name] for name in moved},
        after={name: new[name] for name in moved},
    )


def _content(page: _Page, record: Record, id: str, key: DataKey, body: bytes, raw: bytes) -> tuple[Any, ...]:
    """The values of the columns `_CONTENT`."""
    return (
        key.seal(body, place("mirror", "body", id)),
        key.seal(raw, place("mirror", "raw", id)),
        page.keys.fingerprint(body),
        page.keys.fingerprint(raw),
        iso(record.updated_at) if record.updated_at else None,
        page.moment,
        page.source,
        *lookups.links(record).values(),
    )


def plain(record: Record) -> tuple[bytes, bytes]:
    """The content and the raw of a record as they are sealed and fingerprinted."""
    return codec.encode(record, without=("raw",)), codec.dumps(record.raw)


def _index(page: _Page, record: Record, id: str) -> None:
    for ref in set(record.refs):
        page.rows.refs.append((page.connection_id, ref.system, ref.id, id))
    for purpose, value in set(lookups.people(record)):
        digest = page.keys.blind_index(page.organization_id, purpose, value)
        page.rows.people.append((page.organization_id, digest, id, page.connection_id))


def _write(conn: Connection, page: _Page) -> None:
    rows = page.rows
    stale = [row["b_id"] for row in rows.changed]
    for start in range(0, len(stale), _AT_ONCE):
        part = stale[start : start + _AT_ONCE]
        conn.execute(delete(mirror_ref).where(mirror_ref.c.mirror_id.in_(part)))
        conn.execute(delete(mirror_lookup).where(mirror_lookup.c.mirror_id.in_(part)))
    if rows.seen_again:
        conn.execute(update(mirror).where(mirror.c.id.in_(rows.seen_again)).values(missing_since=None))
    insert_many(conn, data_key, ("subject", "wrapped"), rows.keys)
    insert_many(conn, mirror, _NEW, rows.new)
    if rows.changed:
        conn.execute(_UPDATE, rows.changed)
    insert_many(conn, mirror_ref, ("connection_id", "system", "ref_id", "mirror_id"), rows.refs)
    insert_many(conn, mirror_lookup, ("organization_id", "digest", "mirror_id", "connection_id"), rows.people)


_CONTENT = ("body", "raw", "body_hash", "raw_hash", "updated_at", "as_of", "source", *LINKS)
_NEW = ("id", "organization_id", "connection_id", "record", "external_id", "first_seen_at", *_CONTENT)
_TEXTS = ("updated_at", "as_of")
"""Moments that `_content` has written out."""
_UPDATE = (
    update(mirror)
    .where(mirror.c.id == bindparam("b_id"))
    .values(
        {name: bindparam(name, type_=Text() if name in _TEXTS else None) for name in _CONTENT}
        | {"missing_since": None, "deleted_at": None, "deleted_reason": None}
    )
)
