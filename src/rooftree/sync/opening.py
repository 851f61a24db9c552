"""Opening a push: what the PMS holds is read first, then the wish is made durable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from rooftree.errors import Unsupported
from rooftree.model.base import Record
from rooftree.model.names import name_of
from rooftree.store import codec, connections, cursors, records
from rooftree.sync import compare, contest, pushes
from rooftree.sync.door import Adoption, Door, marker_of
from rooftree.sync.pushes import Push
from rooftree.sync.reading import read_one, read_recent, resource_of
from rooftree.sync.server_time import Listening
from rooftree.sync.source import Misfit, read

_LIVING = timedelta(seconds=60)
"""A push just opened is not recovered by another worker before this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A push before anything is read: who wants what under which key."""

    record: type[Record]
    verb: str
    op_key: str
    actor: str
    hash: str
    marked: bool
    decided_at: datetime | None = None
    by_person: bool = False


def open_create(door: Door, wish: Wish, desired: Record, natural_key: str | None, adopt: Adoption | None) -> Push:
    """A push that makes a new record, or one that is over at once because staff made it already."""
    found = _adopted(door, wish, adopt) if adopt else None
    about = natural_key or codec.encode(desired, without=("raw",)).decode()
    opened = _new(door, wish, desired, about, was_read=adopt is not None)
    if found is None:
        pushes.insert_push(door.database, door.keys, opened, ())
        return opened
    now = door.clock.now()
    taken = replace(opened, state="verified", record_id=found.id, adopted=True, over_at=now, due_at=None)
    pushes.insert_push(door.database, door.keys, taken, ())
    with door.database.write() as conn:
        pushes.keep_read_back(conn, door.keys, taken, found, now)
    return taken


def open_change(door: Door, wish: Wish, id: str, desired: Record | Mapping[str, Any], base: Record | None) -> Push:
    """A push that changes a record; a field that a human changed meanwhile is left as it is, and recorded."""
    if isinstance(desired, Mapping):
        _writable(door, wish, desired)
    theirs = read_one(door, wish.record, id)
    before = base or _mirrored(door, wish.record, id) or theirs
    ours = replace(desired, id=id) if isinstance(desired, Record) else replace(before, **dict(desired))
    asked = compare.changed_fields(before, ours) if isinstance(desired, Record) else tuple(desired)
    free, moved = compare.three_way(before, theirs, ours, asked, _judge(door, wish, theirs))
    opened = replace(_new(door, wish, ours, id, was_read=True), record_id=id, base=theirs)
    if not wish.by_person:
        free, stopped = contest.unlooped(door, opened, free, theirs)
        moved = (*(one for one in moved if one.field not in {each.field for each in stopped}), *stopped)
    opened = replace(opened, fields=free)
    if not free:
        now = door.clock.now()
        same = replace(opened, state="verified", over_at=now, due_at=None)
        opened = replace(same, state="needs_human", reason=contest.overruled(moved)) if moved else same
    pushes.insert_push(door.database, door.keys, opened, moved)
    return opened


def _judge(door: Door, wish: Wish, theirs: Record) -> compare.Judge:
    """A person has chosen between both values already; anybody else's wish goes by the rules of the connection."""
    if wish.by_person:
        return compare.staff_first
    now = door.clock.now()
    there = Listening(door.wire, door.connection_id, door.clock).since() or now
    decided = there - (now - (wish.decided_at or now))
    later = theirs.updated_at is not None and theirs.updated_at < decided
    return contest.owners_of(door).judge(name_of(wish.record), later=later)


def _writable(door: Door, wish: Wish, names: Iterable[str]) -> None:
    """Raises Unsupported for a field asked for by name that this PMS cannot change.

    To close is a call of its own: the status it ends with may be named even where no other call writes a status.
    """
    resource = resource_of(door, wish.record)
    gaps = {**resource.omits, **resource.read_only, **resource.fixed}
    if wish.verb == "close":
        gaps.pop("status", None)
    for name in names:
        if name in gaps:
            raise Unsupported(
                f"{name}: {gaps[name].reason}", record=resource.name, verb=wish.verb, kind=gaps[name].kind
            )


def _new(door: Door, wish: Wish, desired: Record, about: str, *, was_read: bool) -> Push:
    now = door.clock.now()
    with door.database.read() as conn:
        organization_id = connections.get(conn, door.connection_id).organization_id
    manifest = door.connector.manifest
    return Push(
        op_key=wish.op_key,
        organization_id=organization_id,
        connection_id=door.connection_id,
        record=name_of(wish.record),
        verb=wish.verb,
        actor=wish.actor,
        natural_key=door.keys.fingerprint(about.encode()).hex(),
        request_hash=wish.hash,
        marker=marker_of(wish.op_key, manifest.marker_length) if wish.marked else "",
        since=_since(door, was_read=was_read),
        state="open",
        record_id=None,
        adopted=False,
        reason="",
        opened_at=now,
        over_at=None,
        due_at=now + _LIVING,
        desired=desired,
    )


def _since(door: Door, *, was_read: bool) -> datetime:
    """The PMS's time before anything of ours; one cheap read when its clock is not known yet."""
    wire = Listening(door.wire, door.connection_id, door.clock)
    if wire.since() is None and not was_read:
        door.connector.identify(wire)
    return wire.since() or door.clock.now() - timedelta(seconds=door.connector.manifest.overlap)


def _adopted(door: Door, wish: Wish, adopt: Adoption) -> Record | None:
    return next((record for record in read_recent(door, wish.record, adopt.query) if adopt.matches(record)), None)


def _mirrored(door: Door, kind: type[Record], id: str) -> Record | None:
    with door.database.read() as conn:
        found = records.by_external_id(conn, door.keys, door.connection_id, kind, id)
        by = cursors.get(conn, door.connection_id, name_of(kind)).mapping
    if found is None or found.deleted_at is not None:
        return None
    if by == door.mark(name_of(kind)):
        return found.record
    anew = read(resource_of(door, kind), found.record.raw, door.context)  # by the pack that `theirs` is mapped by
    return None if isinstance(anew, Misfit) else anew
