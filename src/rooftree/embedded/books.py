"""The books of one account in the embedded PMS: records, their history, and the feed of changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, and_, func, insert, select, update

from rooftree.clock import Clock, iso, parse_iso
from rooftree.db import Database
from rooftree.embedded.rules import Body, judged, known, known_by, links, parent_of
from rooftree.embedded.tables import account as accounts
from rooftree.embedded.tables import change, record
from rooftree.errors import InvalidInput, NotFound
from rooftree.sealed import DataKey, RootKey

_KNOWN = {"property_id": record.c.property_id, "parent_id": record.c.parent_id, "status": record.c.status}
_MOST_ROWS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change: `fields` maps each changed field to (before, after), None where there was nothing."""

    seq: int
    kind: str
    id: str
    version: int
    at: datetime
    who: str
    what: str
    fields: Mapping[str, tuple[Any, Any]]


class _NotKept(Exception):
    """Ends a transaction that was only a trial."""


class Books:
    """One account's books; several accounts share the tables and never see each other."""

    def __init__(self, database: Database, root: RootKey, clock: Clock, account: str) -> None:
        self._database = database
        self._root = root
        self._clock = clock
        self.account = account

    def now(self) -> datetime:
        return self._clock.now()

    def get(self, kind: str, id: str) -> Body:
        """The record with `id`, times and `version`; raises NotFound."""
        with self._database.read() as conn:
            return self._opened(self._row(conn, kind, id))

    def page(
        self,
        kind: str,
        *,
        after: int = 0,
        limit: int = 200,
        since: datetime | None = None,
        until: datetime | None = None,
        where: Mapping[str, str] | None = None,
    ) -> tuple[list[Body], int | None]:
        """At most `limit` records after a cursor, and the next cursor (None on the last page).

        With `since` the order is that of the last change: what changes while one reads comes again at the end.
        """
        known(kind)
        order = record.c.changed if since else record.c.made
        mine = [record.c.account == self.account, record.c.kind == kind, order > after, *_conditions(where or {})]
        if since:
            mine.append(record.c.updated_at >= iso(since))
        if until:
            mine.append(record.c.updated_at <= iso(until))
        size = max(1, min(limit, _MOST_ROWS))
        with self._database.read() as conn:
            rows = conn.execute(select(record).where(*mine).order_by(order).limit(size + 1)).all()
        cursor = rows[size - 1]._mapping[order.name] if len(rows) > size else None
        return [self._opened(row) for row in rows[:size]], cursor

    def found(self, kind: str, client_key: str) -> str | None:
        """The id of what was created under a caller's key."""
        with self._database.read() as conn:
            return _id_of(conn, self.account, kind, record.c.client_key == client_key)

    def history(self, kind: str, id: str) -> list[Change]:
        """Every change of a record, oldest first; raises NotFound."""
        with self._database.read() as conn:
            key = self._key(self._row(conn, kind, id))
            mine = and_(change.c.account == self.account, change.c.kind == kind, change.c.id == id)
            rows = conn.execute(select(change).where(mine).order_by(change.c.seq)).all()
        return [self._told(row, key) for row in rows]

    def changes(self, after: int = 0, limit: int = 500) -> list[Body]:
        """The feed: what changed after number `after`, in order and without gaps in time, never its content."""
        shown = (change.c.seq, change.c.kind, change.c.id, change.c.version, change.c.at, change.c.who, change.c.what)
        mine = and_(change.c.account == self.account, change.c.seq > after)
        with self._database.read() as conn:
            rows = conn.execute(select(*shown).where(mine).order_by(change.c.seq).limit(min(limit, _MOST_ROWS)))
            return [dict(row._mapping) for row in rows.all()]

    @contextmanager
    def pen(self, who: str, *, keep: bool = True) -> Iterator[Pen]:
        """One transaction of writing: all of it is kept, or, when an exception leaves or `keep` is False, none."""
        with suppress(_NotKept), self._database.write() as conn:
            yield Pen(self, conn, who)
            if not keep:
                raise _NotKept

    def create(self, kind: str, body: Mapping[str, Any], *, who: str, client_key: str | None = None) -> Body:
        with self.pen(who) as pen:
            return pen.create(kind, body, client_key)

    def update(self, kind: str, id: str, fields: Mapping[str, Any], *, who: str) -> Body:
        with self.pen(who) as pen:
            return pen.update(kind, id, fields)

    def _row(self, conn: Connection, kind: str, id: str) -> Row[Any]:
        known(kind)
        mine = and_(record.c.account == self.account, record.c.kind == kind, record.c.id == id)
        row = conn.execute(select(record).where(mine)).first()
        if row is None:
            raise NotFound(f"There is no {kind} {id[:40]!r} here.", record=kind)
        return row

    def _opened(self, row: Row[Any]) -> Body:
        body = _load(self._key(row), row.body, self._place("body", row.kind, row.id))
        return {
            **body,
            "id": row.id,
            "version": row.version,
            "created_at": row.created_at,
            "updated_at": row.updated_at,
        }

    def _told(self, row: Row[Any], key: DataKey) -> Change:
        pairs = _load(key, row.body, self._place("change", row.kind, f"{row.id}#{row.seq}"))
        return Change(
            seq=row.seq,
            kind=row.kind,
            id=row.id,
            version=row.version,
            at=parse_iso(row.at),
            who=row.who,
            what=row.what,
            fields={name: (before, after) for name, (before, after) in pairs.items()},
        )

    def _key(self, row: Row[Any]) -> DataKey:
        return self._root.open_data_key(row.key or b"", self._place("key", row.kind, row.id))

    def _place(self, column: str, kind: str, id: str) -> str:
        return f"embedded.{column}:{self.account}/{kind}/{id}"

    def _lookup(self, kind: str, name: str | None) -> str | None:
        return self._root.blind_index(f"embedded {self.account} {kind}", name) if name else None


class Pen:
    """Writes within one transaction; each write is a numbered change by `who`."""

    def __init__(self, books: Books, conn: Connection, who: str) -> None:
        self._books = books
        self._conn = conn
        self._who = who

    def create(self, kind: str, body: Mapping[str, Any], client_key: str | None = None) -> Body:
        """The new record, or the one that `client_key` made before; raises InvalidInput naming the field."""
        known(kind)
        seq, at = self._next()
        if client_key and (id := self._id(kind, record.c.client_key == client_key)):
            return self.get(kind, id)
        return self._write(kind, str(seq), None, body, seq, at, client_key)

    def update(self, kind: str, id: str, fields: Mapping[str, Any]) -> Body:
        """The record with `fields` changed; no change where nothing differs. Raises NotFound, InvalidInput."""
        seq, at = self._next()
        return self._write(kind, id, self._books._row(self._conn, kind, id), fields, seq, at, None)

    def get(self, kind: str, id: str) -> Body:
        return self._books._opened(self._books._row(self._conn, kind, id))

    def known(self, kind: str, body: Mapping[str, Any]) -> str | None:
        """The id of the record that people know by the same name as `body`, the oldest where there are several."""
        lookup = self._books._lookup(kind, known_by(kind, body))
        return self._id(kind, record.c.lookup == lookup) if lookup else None

    @contextmanager
    def paragraph(self) -> Iterator[None]:
        """A part that is undone alone when an exception leaves it."""
        with self._conn.begin_nested():
            yield

    def _next(self) -> tuple[int, datetime]:
        """The number and moment of the change to come; holds the account until commit, so that order is certain."""
        mine = accounts.c.account == self._books.account
        self._conn.execute(
            self._books._database.insert(accounts)
            .values(account=self._books.account, seq=0, at=iso(datetime(1970, 1, 1, tzinfo=UTC)))
            .on_conflict_do_nothing()
        )
        row = self._conn.execute(
            update(accounts).where(mine).values(seq=accounts.c.seq + 1).returning(accounts.c.seq, accounts.c.at)
        ).one()
        return row.seq, max(self._books._clock.now(), parse_iso(row.at) + timedelta(microseconds=1))

    def _write(
        self,
        kind: str,
        id: str,
        row: Row[Any] | None,
        wanted: Mapping[str, Any],
        seq: int,
        at: datetime,
        client_key: str | None,
    ) -> Body:
        books, version = self._books, (row.version if row else 0) + 1
        wrapped, key = (row.key, books._key(row)) if row else books._root.new_data_key(books._place("key", kind, id))
        before = _load(key, row.body, books._place("body", kind, id)) if row else None
        after = judged(kind, before, wanted, at, seq)
        if after == before:
            return self.get(kind, id)
        self._check_links(before or {}, after)
        values = {
            "changed": seq,
            "version": version,
            "updated_at": iso(at),
            "property_id": after.get("property_id"),
            "parent_id": parent_of(after),
            "status": after.get("status"),
            "lookup": books._lookup(kind, known_by(kind, after)),
            "body": key.seal(msgspec.json.encode(after), books._place("body", kind, id)),
        }
        mine = and_(record.c.account == books.account, record.c.kind == kind, record.c.id == id)
        if row:
            self._conn.execute(update(record).where(mine).values(values))
        else:
            new = {"account": books.account, "kind": kind, "id": id, "made": seq, "created_at": iso(at)}
            self._conn.execute(insert(record).values(**new, client_key=client_key, key=wrapped, **values))
        self._tell(kind, id, version, seq, at, key, before, after)
        return self.get(kind, id)

    def _tell(
        self,
        kind: str,
        id: str,
        version: int,
        seq: int,
        at: datetime,
        key: DataKey,
        before: Body | None,
        after: Body,
    ) -> None:
        books, old = self._books, before or {}
        pairs = {
            name: [old.get(name), after.get(name)]
            for name in sorted(old.keys() | after.keys())
            if old.get(name) != after.get(name) and name != "content"
        }
        self._conn.execute(
            insert(change).values(
                account=books.account,
                seq=seq,
                kind=kind,
                id=id,
                version=version,
                at=iso(at),
                who=self._who,
                what="created" if before is None else "updated",
                body=key.seal(msgspec.json.encode(pairs), books._place("change", kind, f"{id}#{seq}")),
            )
        )
        self._conn.execute(update(accounts).where(accounts.c.account == books.account).values(at=iso(at)))

    def _check_links(self, before: Body, after: Body) -> None:
        old = set(links(before))
        for name, kind, id in links(after):
            if (name, kind, id) not in old and self._id(kind, record.c.id == id) is None:
                raise InvalidInput(f"There is no {kind} {id[:40]!r} here.", path=name)

    def _id(self, kind: str, condition: ColumnElement[bool]) -> str | None:
        return _id_of(self._conn, self._books.account, kind, condition)


def _id_of(conn: Connection, account: str, kind: str, condition: ColumnElement[bool]) -> str | None:
    mine = and_(record.c.account == account, record.c.kind == kind, condition)
    found: str | None = conn.scalar(select(record.c.id).where(mine).order_by(record.c.made).limit(1))
    return found


def _conditions(where: Mapping[str, str]) -> list[ColumnElement[bool]]:
    if unknown := sorted(set(where) - set(_KNOWN)):
        raise InvalidInput(f"Lists are filtered by {', '.join(_KNOWN)}, not by {unknown[0]}.", path=unknown[0])
    return [func.coalesce(_KNOWN[name], "") == value for name, value in where.items()]


def _load(key: DataKey, sealed: bytes, where: str) -> Body:
    body: Body = msgspec.json.decode(key.unseal(sealed, where))
    return body
