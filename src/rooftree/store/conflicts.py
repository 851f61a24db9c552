"""Conflicts: fields changed in a PMS and by us, both values sealed; and what we wrote, by which a loop is told."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select

from rooftree.db import insert_new
from rooftree.errors import NotAllowed
from rooftree.sealed import CannotUnseal
from rooftree.store import codec, events
from rooftree.store.keys import Keys, open_json, seal_json
from rooftree.store.schema import new_id
from rooftree.store.tables.effects import conflict, push, written
from rooftree.store.tables.keys import data_key
from rooftree.store.tables.mirror import mirror

KEEP = timedelta(days=30)
"""How long it is remembered which fields were written; the writes themselves are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A conflict to be kept: one field, its values as JSON takes them, whose stands by which rule."""

    field: str
    base: Any
    theirs: Any
    ours: Any
    rule: str
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """One kept conflict. `theirs` is the PMS's value, `ours` what `actor` wanted; not `readable` once it was erased."""

    id: str
    connection_id: str
    record: str
    external_id: str
    field: str
    op_key: str
    actor: str
    verb: str
    base: Any
    theirs: Any
    ours: Any
    readable: bool
    rule: str
    result: str
    found_by: str
    found_at: datetime
    undo: str | None
    """None while it was not undone; then how far that write is: open, verified, needs_human, rejected."""
    undone_by: str | None


_UNDO = "undo:"


def undo_key(id: str) -> str:
    """The op_key of the write that undoes a conflict, so that it is undone once."""
    return _UNDO + id


def add(conn: Connection, keys: Keys, written_by: Any, found: Found, *, found_by: str, now: datetime) -> None:
    """Keep a conflict of the push `written_by` and say so; the same one seen again stays one.

    It is sealed by the key of the mirrored record, so that erasing the record erases it, else by that of the push.
    """
    digest = keys.fingerprint(codec.dumps(found.theirs))
    same = (conflict.c.op_key == written_by.op_key) & (conflict.c.field == found.field)
    if conn.scalar(select(conflict.c.id).where(same, conflict.c.theirs_hash == digest)):
        return
    id, subject = new_id("conflict"), _subject(conn, written_by)
    sides = {"base": found.base, "theirs": found.theirs, "ours": found.ours}
    whose = {name: getattr(written_by, name) for name in ("organization_id", "connection_id", "record", "op_key")}
    row = {
        "id": id,
        **whose,
        "external_id": written_by.record_id,
        "field": found.field,
        "subject": subject,
        "sides": seal_json(keys.get(conn, subject), sides, "conflict", "sides", id),
        "theirs_hash": digest,
        "rule": found.rule,
        "result": found.result,
        "found_by": found_by,
        "found_at": now,
    }
    if insert_new(conn, conflict, row):
        _tell(conn, written_by, found, id, now)


def _subject(conn: Connection, written_by: Any) -> str:
    query = (
        select(mirror.c.id)
        .join(data_key, (data_key.c.subject == mirror.c.id) & data_key.c.wrapped.is_not(None))
        .where(
            mirror.c.connection_id == written_by.connection_id,
            mirror.c.record == written_by.record,
            mirror.c.external_id == written_by.record_id,
        )
    )
    found: str | None = conn.scalar(query)
    return found or f"push:{written_by.op_key}"


def _tell(conn: Connection, written_by: Any, found: Found, id: str, now: datetime) -> None:
    events.append(
        conn,
        organization_id=written_by.organization_id,
        connection_id=written_by.connection_id,
        name="sync.loop_stopped" if found.rule == "loop" else "sync.conflict",
        at=now,
        record=written_by.record,
        external_id=written_by.record_id,
        data={"conflict": id, "field": found.field, "rule": found.rule, "result": found.result},
        key=f"conflict:{id}",
    )


def of_push(conn: Connection, keys: Keys, op_key: str) -> list[Conflict]:
    """The conflicts of one write, by field."""
    return _opened(conn, keys, _rows().where(conflict.c.op_key == op_key).order_by(conflict.c.field))


def get(conn: Connection, keys: Keys, id: str, organization_id: str) -> Conflict:
    """One conflict; raises NotAllowed when there is none here."""
    found = _opened(conn, keys, _rows().where(conflict.c.id == id, conflict.c.organization_id == organization_id))
    if not found:
        raise NotAllowed(f"There is no conflict {id} here.")
    return found[0]


def listed(
    conn: Connection,
    keys: Keys,
    organization_id: str,
    *,
    connection_id: str | None = None,
    rule: str | None = None,
    before: str | None = None,
    limit: int = 50,
) -> list[Conflict]:
    """Conflicts, newest first; `before` is the id that ended the page before."""
    query = _rows().where(conflict.c.organization_id == organization_id)
    for column, wanted in ((conflict.c.connection_id, connection_id), (conflict.c.rule, rule)):
        query = query.where(column == wanted) if wanted else query
    query = query.where(conflict.c.id < before) if before else query
    return _opened(conn, keys, query.order_by(conflict.c.id.desc()).limit(limit))


def _rows() -> Select[Any]:
    undo = push.alias("undo")
    return (
        select(conflict, push.c.actor, push.c.verb, undo.c.state.label("undo"), undo.c.actor.label("undone_by"))
        .join(push, push.c.op_key == conflict.c.op_key)
        .outerjoin(undo, undo.c.op_key == _UNDO + conflict.c.id)
    )


_NO_SIDES: dict[str, Any] = {"base": None, "theirs": None, "ours": None, "readable": False}


def _opened(conn: Connection, keys: Keys, query: Select[Any]) -> list[Conflict]:
    return [_conflict(conn, keys, row) for row in conn.execute(query).all()]


def _conflict(conn: Connection, keys: Keys, row: Row[Any]) -> Conflict:
    told = ("sides", "theirs_hash", "subject", "organization_id")
    facts = {name: value for name, value in row._mapping.items() if name not in told}
    try:
        key = keys.get(conn, row.subject)
    except CannotUnseal:
        return Conflict(**facts, **_NO_SIDES)
    return Conflict(**facts, **open_json(key, row.sides, "conflict", "sides", row.id), readable=True)


def note_written(conn: Connection, keys: Keys, written_by: Any, values: Mapping[str, Any], now: datetime) -> None:
    """Remember that these fields were written and verified; values as `compare.plain` gives them."""
    rows = [
        {
            "op_key": written_by.op_key,
            "field": field,
            "connection_id": written_by.connection_id,
            "record": written_by.record,
            "external_id": written_by.record_id,
            "value_hash": keys.fingerprint(codec.dumps(value)),
            "written_at": now,
        }
        for field, value in values.items()
    ]
    if rows:
        conn.execute(insert(written), rows)


def times_written(
    conn: Connection, keys: Keys, connection_id: str, record: str, external_id: str, field: str, value: Any,
    since: datetime,
) -> int:  # fmt: skip
    """How often exactly this value was written to the field since a moment: each but the first after it was undone."""
    query = select(func.count()).where(
        *_of(connection_id, record, [external_id]),
        written.c.field == field,
        written.c.written_at > since,
        written.c.value_hash == keys.fingerprint(codec.dumps(value)),
    )
    return int(conn.scalar(query) or 0)


def is_stopped(
    conn: Connection, connection_id: str, record: str, external_id: str, field: str, since: datetime
) -> bool:
    """Whether a loop was stopped at this field since a moment, and no person has taken our value meanwhile."""
    query = (
        select(conflict.c.id)
        .outerjoin(push, (push.c.op_key == _UNDO + conflict.c.id) & (push.c.state == "verified"))
        .where(
            conflict.c.connection_id == connection_id,
            conflict.c.record == record,
            conflict.c.external_id == external_id,
            conflict.c.field == field,
            conflict.c.found_at > since,
            conflict.c.rule == "loop",
            push.c.op_key.is_(None),
        )
    )
    return conn.execute(query.limit(1)).first() is not None


def just_written(
    conn: Connection, connection_id: str, record: str, external_ids: Collection[str], since: datetime
) -> dict[tuple[str, str], str]:
    """(the PMS's id, field) -> op_key of the last write verified since a moment."""
    query = select(written).where(*_of(connection_id, record, external_ids), written.c.written_at > since)
    return {(row.external_id, row.field): row.op_key for row in conn.execute(query.order_by(written.c.written_at))}


def forget_old(conn: Connection, now: datetime) -> int:
    """Drop what was written longer than KEEP ago; how many fields."""
    return conn.execute(delete(written).where(written.c.written_at < now - KEEP)).rowcount


def _of(connection_id: str, record: str, external_ids: Collection[str]) -> tuple[Any, ...]:
    return (
        written.c.connection_id == connection_id,
        written.c.record == record,
        written.c.external_id.in_(list(external_ids)),
    )
