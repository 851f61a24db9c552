"""Mapping anew what the mirror holds when a mapping pack has changed: from the raw records kept, asking no PMS.

Each cursor carries the mark of the pack by which its records were mapped last. Where that is another than the mark of
the pack in force, all that is kept is mapped again, a page and its events in one transaction; the mark is written at
the end, so that a crash, or another process that still holds the old pack, makes it be done again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection

from rooftree.connectors import packs, registry
from rooftree.connectors.base import Resource
from rooftree.errors import InvalidInput
from rooftree.model.base import Record
from rooftree.store import cursors, events, records, unreadable
from rooftree.store.connections import PmsConnection
from rooftree.store.mirroring import doubt, put_page
from rooftree.store.records import Mirrored
from rooftree.sync.source import Misfit, Source, read

_AT_ONCE = 200


def catch_up(source: Source) -> list[str]:
    """Map anew whatever was mapped by another pack; the names of those records."""
    with source.database.read() as conn:
        known = cursors.listed(conn, source.connection.id)
    rows = {row.name: row for row in source.connector.resources}
    stale = [each.record for each in known if each.record in rows and each.mapping != source.pack.mark(each.record)]
    for name in stale:
        _remap(source, rows[name])
        with source.database.write() as conn:
            cursors.note_mapping(conn, source.connection.id, name, source.pack.mark(name))
    return stale


def state(conn: Connection, connection: PmsConnection) -> dict[str, Any]:
    """Which pack is in force, and in `waiting` the records not mapped by it yet; `problem` where it fits no more."""
    try:
        pack = packs.load(registry.load(connection.pms), connection.options.get(packs.OPTION, ""))
    except InvalidInput as error:
        return {"problem": str(error)}
    known = cursors.listed(conn, connection.id)
    return {**pack.told(), "waiting": [each.record for each in known if each.mapping != pack.mark(each.record)]}


def keep_misfit(conn: Connection, source: Source, name: str, one: Misfit) -> str:
    """Keep what fitted no mapping, and doubt what the mirror says of it; the id it goes by."""
    now, where = source.clock.now(), (source.connection.id, name)
    if one.external_id is not None:
        doubt(conn, *where, [one.external_id], now)
    return unreadable.keep(conn, source.keys, *where, one.external_id, one.raw, error=one.error, now=now)


def _remap(source: Source, resource: Resource[Any]) -> None:
    after: str | None = None
    with source.database.read() as conn:
        lost = unreadable.listed(conn, source.connection.id, resource.name)
    while page := _page(source, resource, after):
        after = page[-1].id
        for as_of, same in groupby(sorted(page, key=lambda each: each.as_of), lambda each: each.as_of):
            _put(source, resource, [each.record.raw for each in same], as_of)
    for row in lost:
        with source.database.read() as conn:
            raw = unreadable.raw(conn, source.keys, row.id)
        _put(source, resource, [raw], row.last_seen_at, was=[row.external_id])


def _page(source: Source, resource: Resource[Any], after: str | None) -> list[Mirrored[Any]]:
    with source.database.read() as conn:
        whose = {"connection_id": source.connection.id, "limit": _AT_ONCE}
        return records.list_page(conn, source.keys, resource.record, after=after, **whose)  # type: ignore[arg-type]


def _put(
    source: Source, resource: Resource[Any], raws: Sequence[Any], as_of: datetime, was: Sequence[str] = ()
) -> None:
    """As if the PMS had shown it at that moment, by the pack of now; `was` are names of what could not be read."""
    results = [read(resource, raw, replace(source.context, now=as_of)) for raw in raws]
    found: list[Record] = [one for one in results if not isinstance(one, Misfit)]
    connection, name = source.connection, resource.name
    with source.database.write() as conn:
        changes = put_page(conn, source.keys, connection.id, name, found, as_of=as_of, source="poll")
        for one in results:
            if isinstance(one, Misfit):
                keep_misfit(conn, source, name, one)
        if found:
            unreadable.readable(conn, connection.id, name, [*(one.id for one in found), *was])
        made = [*changes.created, *changes.changed]
        events.append_changes(conn, connection.organization_id, connection.id, name, made, at=as_of, source="poll")
