"""The rows of pushes: what is wanted of a PMS, durable before the first call is prepared."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, insert, or_, select, update

from rooftree.db import Database
from rooftree.effects.ledger import key_subject
from rooftree.effects.states import State
from rooftree.model.base import Record
from rooftree.model.names import RECORDS, name_of
from rooftree.store import codec, conflicts, events, mirroring
from rooftree.store.keys import Keys, open_json, seal_json
from rooftree.store.tables import effects as t
from rooftree.sync.compare import Difference, plain

PushState = Literal["open", "verified", "needs_human", "rejected"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """One record on its way into a PMS. `fields` are those to be changed; empty for a create."""

    op_key: str
    organization_id: str
    connection_id: str
    record: str
    verb: str
    actor: str
    natural_key: str
    request_hash: str
    marker: str
    since: datetime
    state: PushState
    record_id: str | None
    adopted: bool
    reason: str
    opened_at: datetime
    over_at: datetime | None
    due_at: datetime | None
    desired: Record
    fields: tuple[str, ...] = ()
    base: Record | None = None
    """What the PMS held when a change was opened; None for a create."""

    @property
    def kind(self) -> type[Record]:
        return RECORDS[self.record]


def find(database: Database, keys: Keys, op_key: str) -> Push | None:
    with database.read() as conn:
        row = conn.execute(select(t.push).where(t.push.c.op_key == op_key)).first()
        return _read(conn, keys, row) if row else None


def get(conn: Connection, keys: Keys, op_key: str) -> Push:
    """A push that is known to be there."""
    return _read(conn, keys, conn.execute(select(t.push).where(t.push.c.op_key == op_key)).one())


def under_way(conn: Connection, keys: Keys, connection_id: str, record_name: str) -> list[Push]:
    """The pushes of one kind of record that are not over."""
    query = select(t.push).where(
        t.push.c.state == "open", t.push.c.connection_id == connection_id, t.push.c.record == record_name
    )
    return [_read(conn, keys, row) for row in conn.execute(query).all()]


def due(database: Database, now: datetime) -> list[tuple[str, str]]:
    """(op_key, connection) of open pushes that nobody is expected to be at, oldest first."""
    query = select(t.push.c.op_key, t.push.c.connection_id).where(
        t.push.c.state == "open", or_(t.push.c.due_at.is_(None), t.push.c.due_at <= now)
    )
    with database.read() as conn:
        return [(row.op_key, row.connection_id) for row in conn.execute(query.order_by(t.push.c.opened_at))]


def insert_push(database: Database, keys: Keys, push: Push, differences: Sequence[Difference]) -> None:
    """Write the push and what somebody else changed first; the same push written by two at once stays one."""
    row = {name: getattr(push, name) for name in _COLUMNS}
    with database.write() as conn:
        known = conn.execute(select(t.push.c.op_key).where(t.push.c.op_key == push.op_key)).first()
        if known:
            return
        key = keys.ensure(conn, key_subject(push.op_key))
        sealed = seal_json(key, _request(push), "push", "request", push.op_key)
        conn.execute(insert(t.push).values(**row, request=sealed))
        keep_conflicts(conn, keys, push, differences, found_by="push", now=push.opened_at)
        if push.state != "open":
            tell(conn, push, push.state, push.opened_at)


def _request(push: Push) -> dict[str, Any]:
    return {
        "desired": codec.loads(codec.encode(push.desired, without=("raw",))),
        "fields": list(push.fields),
        "base": codec.loads(codec.encode(push.base, without=("raw",))) if push.base else None,
    }


def keep_to(conn: Connection, keys: Keys, push: Push, fields: Sequence[str]) -> None:
    """Let an open push change only these of its fields from now on."""
    key = keys.get(conn, key_subject(push.op_key))
    request = {**_request(push), "fields": list(fields)}
    change(conn, push.op_key, request=seal_json(key, request, "push", "request", push.op_key))


def keep_conflicts(
    conn: Connection, keys: Keys, push: Push, differences: Sequence[Difference], *, found_by: str, now: datetime
) -> None:
    """A row for each field that both sides changed."""
    for one in differences:
        sides = {name: codec.loads(codec.dumps(getattr(one, name))) for name in ("base", "theirs", "ours")}
        found = conflicts.Found(field=one.field, rule=one.rule, result=one.result, **sides)
        conflicts.add(conn, keys, push, found, found_by=found_by, now=now)


def note_written(conn: Connection, keys: Keys, push: Push, now: datetime) -> None:
    """Remember the fields of a change that was verified."""
    values = {name: codec.loads(codec.dumps(plain(getattr(push.desired, name)))) for name in push.fields}
    conflicts.note_written(conn, keys, push, values, now)


def change(conn: Connection, op_key: str, **values: Any) -> bool:
    """Change an open push; False for one that is over, which stays as it is."""
    chosen = (t.push.c.op_key == op_key) & (t.push.c.state == "open")
    return conn.execute(update(t.push).where(chosen).values(**values)).rowcount == 1


def tell(conn: Connection, push: Push | Row[Any], state: PushState, now: datetime) -> None:
    """Say in the transaction that ends a push how it ended: `write.verified`, or `write.failed` with the state."""
    events.append(
        conn,
        organization_id=push.organization_id,
        connection_id=push.connection_id,
        name="write.verified" if state == "verified" else "write.failed",
        at=now,
        record=push.record,
        external_id=push.record_id,
        data={"write": push.op_key, "verb": push.verb, "state": state, "adopted": push.adopted},
        key=f"push:{push.op_key}:{state}",
    )


def flag_doubted(conn: Connection, now: datetime) -> list[str]:
    """Hand every verified push to a human of whose effects one was found to be doubled; their keys.

    It goes by what the ledger says and not by what a sweep just found, so that a crash between the two hides nothing.
    """
    doubted = (t.effect.c.push_key == t.push.c.op_key) & (t.effect.c.state == State.NEEDS_HUMAN.value)
    query = select(t.push.c.op_key, t.effect.c.reason).join(t.effect, doubted).where(t.push.c.state == "verified")
    rows = {row.op_key: row.reason for row in conn.execute(query)}
    for op_key, reason in rows.items():
        values = {"state": "needs_human", "reason": reason, "over_at": now, "due_at": None}
        conn.execute(update(t.push).where(t.push.c.op_key == op_key).values(**values))
        tell(conn, conn.execute(select(t.push).where(t.push.c.op_key == op_key)).one(), "needs_human", now)
    return list(rows)


def keep_read_back(conn: Connection, keys: Keys, push: Push, record: Record, as_of: datetime) -> None:
    """What the PMS was read to hold goes into the mirror, whose hash then knows the poll's echo of our own write."""
    where = (push.connection_id, push.record)
    done = mirroring.put_page(conn, keys, *where, [record], as_of=as_of, source="push")
    changes = [*done.created, *done.changed]
    events.append_changes(conn, push.organization_id, *where, changes, at=as_of, source="push")


def differences(database: Database, keys: Keys, op_key: str) -> tuple[Difference, ...]:
    """What somebody else changed in the PMS before this push could, or while it waited."""
    with database.read() as conn:
        kept = conflicts.of_push(conn, keys, op_key)
    names = [field.name for field in dataclasses.fields(Difference)]
    return tuple(Difference(**{name: getattr(one, name) for name in names}) for one in kept if one.found_by == "push")


_COLUMNS = tuple(column.name for column in t.push.c if column.name != "request")


def _read(conn: Connection, keys: Keys, row: Row[Any]) -> Push:
    key = keys.get(conn, key_subject(row.op_key))
    request = open_json(key, row.request, "push", "request", row.op_key)
    kind = RECORDS[row.record]
    desired, base = (codec.decode(kind, codec.dumps(request[name])) if request.get(name) else None for name in _RECORDS)
    assert desired is not None
    facts = {name: getattr(row, name) for name in _COLUMNS}
    return Push(**facts, desired=desired, base=base, fields=tuple(request["fields"]))


_RECORDS = ("desired", "base")


def request_hash(keys: Keys, record: type[Record], id: str | None, verb: str, desired: Any) -> str:
    """By which a repeated key is told from a second wish under the same key."""
    wish = codec.encode(desired, without=("raw",)) if isinstance(desired, Record) else codec.dumps(dict(desired))
    return keys.fingerprint(b"\0".join((name_of(record).encode(), (id or "").encode(), verb.encode(), wish))).hex()
