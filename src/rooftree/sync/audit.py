"""Holding the mirror against the PMS, record by record and field by field; it reads and changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from rooftree.connectors.base import Answer, Query, Request, Resource, Wire, WireRecord
from rooftree.errors import NotFound
from rooftree.model.base import Record
from rooftree.store import conflicts, cursors, drift, mirroring, records
from rooftree.store.cursors import Cursor
from rooftree.store.records import Mirrored
from rooftree.sync import compare, pushes
from rooftree.sync.pages import Fetched, listings, pages
from rooftree.sync.pull import Progress, parents
from rooftree.sync.source import Misfit, Source, read

CAUSES = {
    "missed_change": "The property system changed it and neither webhook nor reading told us.",
    "unstamped": "The property system changed it without a new time of change, so reading what is new passes it over.",
    "remapped": "The property system says the same as before: our mapping reads it differently now.",
    "our_write": "A write of ours is under way or did not last.",
    "missing_here": "The property system has it and the mirror has not.",
    "missing_there": "The mirror has it and the property system does not show it.",
    "deleted_here": "The mirror counts it as deleted and the property system shows it.",
    "unreadable": "What the property system says of it fits no mapping.",
}
"""Each cause in words for people."""


class Counted:
    """A wire that counts its calls."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self.calls = 0

    @property
    def options(self) -> Mapping[str, str]:
        return self._wire.options

    def read(self, request: Request) -> Answer:
        self.calls += 1
        return self._wire.read(request)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One record on which the two disagree; `fields` is ("*",) where it is about the whole record."""

    external_id: str
    cause: str
    fields: tuple[str, ...]
    as_of: datetime
    theirs: Record | None = None
    misfit: Misfit | None = None
    ours: Mirrored[Any] | None = None
    waits: bool = False
    """A write of ours to it is not over."""


@dataclass(slots=True)
class Tally:
    """What was seen of one kind of record. Only what could be compared is `checked`."""

    record: str
    checked: int = 0
    agreed: int = 0
    on_the_way: int = 0
    """Changed there after our last reading: the next brings it, which is no drift."""
    findings: list[Finding] = field(default_factory=list)
    shown: set[str] = field(default_factory=set)
    complete: bool = False
    """A full scan that lost nothing: what it did not show is not there."""
    why_not: str = ""
    """Why it was not audited, or not to its end."""


@dataclass(frozen=True, slots=True)
class _Place:
    """What comparing needs to know of one kind of record."""

    source: Source
    resource: Resource[Any]
    cursor: Cursor
    waiting: frozenset[str]

    @property
    def of(self) -> tuple[str, str]:
        return self.source.connection.id, self.resource.name


def full(source: Source, resource: Resource[Any], progress: Progress | None) -> Tally:
    """Every record the PMS lists, held against the mirror; raises ConnectorError."""
    tally, place = Tally(resource.name), _place(source, resource)
    if place.cursor.full_at is None:
        tally.why_not = "It was never read in full; `rooftree sync` does that first."
        return tally
    counts, complete = [], True
    began = source.clock.now()
    for fetched, first in _listed(source, resource):
        items = [source.clean(item) for item in fetched.page.items]
        _compare(tally, place, items, fetched.as_of)
        complete = complete and fetched.page.complete
        counts += [fetched.page.total] if first else []
        if progress is not None:
            progress(resource.name, len(tally.shown), None if None in counts else sum(filter(None, counts)))
    told = None if None in counts else sum(filter(None, counts))
    tally.complete = complete and told in (None, len(tally.shown))
    if not tally.complete:
        tally.why_not = "The list did not come out as long as the property system said: what it left out is not judged."
        return tally
    with source.database.read() as conn:
        extra = [id for id, _ in records.living(conn, *place.of, began) if id not in tally.shown]
    tally.checked += len(extra)
    tally.findings += [_whole(place, id, "missing_there", began) for id in extra]
    return tally


def sampled(source: Source, resource: Resource[Any], ids: Sequence[str], go_on: Callable[[], None]) -> Tally:
    """These records read one by one and held against the mirror; raises ConnectorError."""
    tally, place = Tally(resource.name), _place(source, resource)
    _look_at(tally, place, ids, go_on)
    return tally


def one(source: Source, resource: Resource[Any], id: str) -> Tally:
    """One record, also where the next reading would bring it."""
    tally, place = Tally(resource.name), _place(source, resource)
    _look_at(tally, replace(place, cursor=replace(place.cursor, watermark=None)), [id], lambda: None)
    return tally


def _look_at(tally: Tally, place: _Place, ids: Sequence[str], go_on: Callable[[], None]) -> None:
    source, resource = place.source, place.resource
    for id in ids:
        go_on()
        as_of = source.clock.now()
        try:
            wire = source.clean(resource.verb("get")(source.wire, id))
        except NotFound:
            tally.checked += 1
            tally.findings.append(_whole(place, id, "missing_there", as_of))
        else:
            _compare(tally, place, [wire], as_of)


def _place(source: Source, resource: Resource[Any]) -> _Place:
    with source.database.read() as conn:
        cursor = cursors.get(conn, source.connection.id, resource.name)
        under_way = pushes.under_way(conn, source.keys, source.connection.id, resource.name)
    waiting = frozenset(push.record_id for push in under_way if push.record_id)
    return _Place(source, resource, cursor, waiting)


def _listed(source: Source, resource: Resource[Any]) -> Iterator[tuple[Fetched, bool]]:
    """Every page, and whether it begins a listing."""
    verb = resource.verb("list")
    if resource.parent is None:
        yield from _first(pages(source, verb, Query(), None))
        return
    queries = (Query(parent=id) for id in parents(source, resource.parent, ""))
    for query, under_way in listings(source, verb, queries):
        yield from _first(pages(source, verb, query, None, under_way))


def _first(found: Iterator[Fetched]) -> Iterator[tuple[Fetched, bool]]:
    for number, fetched in enumerate(found):
        yield fetched, number == 0


def _compare(tally: Tally, place: _Place, wires: Sequence[WireRecord], as_of: datetime) -> None:
    source = place.source
    seen = [read(place.resource, wire, replace(source.context, now=as_of)) for wire in wires]
    found = {one.id: one for one in seen if not isinstance(one, Misfit)}
    misfits = [one for one in seen if isinstance(one, Misfit)]
    tally.shown.update(found, (one.external_id for one in misfits if one.external_id))
    with source.database.read() as conn:
        held = mirroring.held(conn, *place.of, list(found))
        for id, record in found.items():
            _judge(conn, tally, place, record, held.get(id), as_of)
    tally.checked += len(misfits)
    for misfit in misfits:
        id = misfit.external_id or "?"
        tally.findings.append(
            Finding(external_id=id, cause="unreadable", fields=(drift.WHOLE,), as_of=as_of, misfit=misfit)
        )


def _judge(conn: Connection, tally: Tally, place: _Place, record: Record, row: Any, as_of: datetime) -> None:
    if row is not None and (row.wrapped is None or row.as_of > as_of):
        return  # erased, or read again by somebody while we looked
    tally.checked += 1
    body, _ = mirroring.plain(record)
    if row is not None and row.deleted_at is None and place.source.keys.fingerprint(body) == row.body_hash:
        tally.agreed += 1
        return
    ours = records.by_external_id(conn, place.source.keys, place.of[0], type(record), record.id) if row else None
    fields = compare.changed_fields(ours.record, record) if ours and ours.deleted_at is None else (drift.WHOLE,)
    if not fields:
        tally.agreed += 1
    elif _on_the_way(place.cursor, record):
        tally.on_the_way += 1
        tally.checked -= 1
    else:
        cause = _cause(conn, place, record, ours, row)
        waits = record.id in place.waiting
        tally.findings.append(
            Finding(
                external_id=record.id, cause=cause, fields=fields, as_of=as_of, theirs=record, ours=ours, waits=waits
            )
        )


def _on_the_way(cursor: Cursor, record: Record) -> bool:
    """Whether the next reading of what is new would bring it; by the PMS's own times."""
    return bool(record.updated_at and cursor.watermark and record.updated_at > cursor.watermark)


def _cause(conn: Connection, place: _Place, record: Record, ours: Mirrored[Any] | None, row: Any) -> str:
    if ours is None:
        return "missing_here"
    if ours.deleted_at is not None:
        return "deleted_here"
    if place.source.keys.fingerprint(mirroring.plain(record)[1]) == row.raw_hash:
        return "remapped"
    since = place.source.clock.now() - conflicts.KEEP
    written = conflicts.just_written(conn, *place.of, [record.id], since)
    if record.id in place.waiting or (ours.source == "push" and written):
        return "our_write"
    stamped = record.updated_at is not None and record.updated_at == ours.record.updated_at
    return "unstamped" if stamped else "missed_change"


def _whole(place: _Place, id: str, cause: str, as_of: datetime) -> Finding:
    source = place.source
    with source.database.read() as conn:
        ours = records.by_external_id(conn, source.keys, place.of[0], place.resource.record, id)
    waits = id in place.waiting
    return Finding(external_id=id, cause=cause, fields=(drift.WHOLE,), as_of=as_of, ours=ours, waits=waits)
