"""Reading a PMS into the mirror: in full, or what changed; each page and its checkpoint in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from rooftree.connectors.base import Query, Resource
from rooftree.effects import crash
from rooftree.errors import ConnectorError, InvalidInput, NotFound, Rejected, Unauthorized
from rooftree.model.names import RECORDS
from rooftree.model.portfolio import Property
from rooftree.store import cursors, records, unreadable, zones
from rooftree.store.cursors import Cursor, Overtaken, Scan
from rooftree.store.mirroring import put_page
from rooftree.store.tables.keys import data_key
from rooftree.store.tables.mirror import mirror
from rooftree.sync import echoes, health
from rooftree.sync.pages import Fetched, listings, pages
from rooftree.sync.remap import catch_up, keep_misfit
from rooftree.sync.settle import Settled, settle
from rooftree.sync.source import Misfit, Source, parents_first, read

Progress = Callable[[str, int, int | None], None]
"""Called after each page with the record name, how many are read, and how many there are (None: not told)."""
_PASSES = 2
_GROWN = (1, 10, 100, 1_000)
"""Pages of a first load after which the tables are of another size than the planner thinks."""
_PER_PARENT_EVERY = timedelta(hours=6)
_under_way: set[tuple[str, str]] = set()
_door = Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """What one resource's scan did. `error` is what stopped it; the next pull goes on from there."""

    record: str
    scan: Scan
    pages: int = 0
    seen: int = 0
    created: int = 0
    updated: int = 0
    deleted: int = 0
    unreadable: int = 0
    held: int = 0
    """Records that vanished, too many at once to be believed; a person decides (`pull.full(release=True)`)."""
    settled: bool = False
    """The scan lost and doubled nothing, as far as the PMS lets us count."""
    error: str | None = None
    busy: bool = False
    """Another pull was reading this resource; it was left to that one."""


def backfill(source: Source, only: Collection[str] | None = None, progress: Progress | None = None) -> list[Pulled]:
    """Read each resource in full that never was; goes on where a crash or failure stopped.

    The first load tells of itself by one event `<record>.loaded`, later changes by one event each.
    """
    with source.database.read() as conn:
        over = {cursor.record for cursor in cursors.listed(conn, source.connection.id) if cursor.full_at}
    rows = [row for row in _chosen(source, only) if row.name not in over]
    return _pull_all(source, [(row, "full") for row in rows], progress)


def full(
    source: Source, only: Collection[str] | None = None, progress: Progress | None = None, *, release: bool = False
) -> list[Pulled]:
    """Read resources in full, so that deletions are seen; `release` lets a held mass deletion through."""
    return _pull_all(source, [(row, "full") for row in _chosen(source, only)], progress, release)


def incremental(source: Source, only: Collection[str] | None = None, progress: Progress | None = None) -> list[Pulled]:
    """Read what changed since the last pull; in full where the PMS cannot tell, or nothing was read yet.

    What can only be read in full, parent by parent (a ledger per lease), is read every six hours unless named.
    """
    with source.database.read() as conn:
        known = {cursor.record: cursor for cursor in cursors.listed(conn, source.connection.id)}
    work: list[tuple[Resource[Any], Scan]] = []
    for row in _chosen(source, only):
        cursor = known.get(row.name)
        if row.changes_by == "since" and cursor is not None and cursor.watermark is not None:
            work.append((row, "since"))
        elif only is not None or row.parent is None or _is_due(cursor, source.clock.now()):
            work.append((row, "full"))
    return _pull_all(source, work, progress)


def _is_due(cursor: Cursor | None, now: datetime) -> bool:
    return cursor is None or cursor.finished_at is None or cursor.finished_at <= now - _PER_PARENT_EVERY


def _chosen(source: Source, only: Collection[str] | None) -> list[Resource[Any]]:
    for name in only or ():
        if name not in RECORDS:
            raise InvalidInput(f"There is no record called {name}.", path="only")
    return [row for row in parents_first(source.connector.resources) if only is None or row.name in only]


def _pull_all(
    source: Source, work: Sequence[tuple[Resource[Any], Scan]], progress: Progress | None, release: bool = False
) -> list[Pulled]:
    done = []
    catch_up(source)
    for resource, scan in work:
        try:
            with _alone(source, resource) as alone:
                left = Pulled(record=resource.name, scan=scan, busy=True)
                done.append(_pull(source, resource, scan, progress, release) if alone else left)
        except Overtaken:
            done.append(Pulled(record=resource.name, scan=scan, busy=True))
        except ConnectorError as error:
            done.append(_failed(source, resource, scan, error))
            if health.concerns_all(error):
                return done
    health.works(source.database, source.connection.id)
    return done


@contextmanager
def _alone(source: Source, resource: Resource[Any]) -> Iterator[bool]:
    """Whether no other thread of this process reads the resource; other processes are noticed when they write."""
    mine = (source.connection.id, resource.name)
    with _door:
        free = mine not in _under_way
        _under_way.add(mine)
    try:
        yield free
    finally:
        if free:
            with _door:
                _under_way.discard(mine)


def _pull(source: Source, resource: Resource[Any], scan: Scan, progress: Progress | None, release: bool) -> Pulled:
    cursor = _begin(source, resource, scan)
    try:
        cursor = _read_all(source, resource, cursor, progress)
    except (Rejected, NotFound):
        if not _resumed_in_vain(source, cursor):
            raise
        cursor = _read_all(source, resource, _restart(source, cursor), progress)
    settled = _settle(source, resource, cursor, release)
    while settled is None:
        cursor = _read_all(source, resource, _restart(source, cursor), progress)
        settled = _settle(source, resource, cursor, release)
    return _pulled(cursor, settled)


def _settle(source: Source, resource: Resource[Any], cursor: Cursor, release: bool) -> Settled | None:
    return settle(source, resource, cursor, release=release, last=cursor.passes >= _PASSES)


def _begin(source: Source, resource: Resource[Any], scan: Scan) -> Cursor:
    """The scan to go on with, or a new one; it is written with its first page."""
    with source.database.read() as conn:
        cursor = cursors.get(conn, source.connection.id, resource.name)
    cursor = replace(cursor, mapping=source.pack.mark(resource.name))
    if cursor.scan in ("full", scan):
        return replace(cursor, resumed=True)
    return _fresh(source, replace(cursor, passes=0), scan)


def _restart(source: Source, cursor: Cursor) -> Cursor:
    """The same scan from its first page, under a new number: the count did not come out, or the place is lost."""
    with source.database.write() as conn:
        again = _fresh(source, cursor, cursor.scan or "full")
        cursors.forget_seen(conn, again)
        cursors.save(conn, again)
    return again


def _fresh(source: Source, cursor: Cursor, scan: Scan) -> Cursor:
    overlap = timedelta(seconds=source.connector.manifest.overlap)
    since = cursor.watermark - overlap if scan == "since" and cursor.watermark else None
    return Cursor(
        connection_id=cursor.connection_id,
        record=cursor.record,
        scan=scan,
        epoch=cursor.epoch + 1,
        passes=cursor.passes + 1,
        started_at=source.clock.now(),
        since=since,
        watermark=cursor.watermark,
        held=cursor.held,
        fresh_at=cursor.fresh_at,
        full_at=cursor.full_at,
        finished_at=cursor.finished_at,
        mapping=cursor.mapping,
    )


def _resumed_in_vain(source: Source, cursor: Cursor) -> bool:
    """Whether the PMS refused the very page we wanted to go on from: its cursors do not live for ever."""
    with source.database.read() as conn:
        stored = cursors.get(conn, source.connection.id, cursor.record)
    return cursor.resumed and cursor.position is not None and stored.pages == cursor.pages


def _read_all(source: Source, resource: Resource[Any], cursor: Cursor, progress: Progress | None) -> Cursor:
    if resource.parent is None:
        if cursor.pages and cursor.position is None:
            return cursor
        return _read_under(source, resource, cursor, Query(since=cursor.since), progress)
    if cursor.parent is not None and cursor.position is not None:
        cursor = _read_one_parent(source, resource, cursor, Query(since=cursor.since, parent=cursor.parent), progress)
    queries = (Query(since=cursor.since, parent=id) for id in parents(source, resource.parent, cursor.parent or ""))
    refused: list[ConnectorError] = []
    for query, under_way in listings(source, resource.verb("list"), queries):
        try:
            cursor = _read_one_parent(source, resource, cursor, query, progress, under_way)
        except (Rejected, Unauthorized) as error:
            if health.concerns_all(error):
                raise
            refused.append(error)
            cursor = _passed_over(source, resource, cursor, query)
    if refused:  # told when all others were read
        raise refused[0]
    return cursor


def _read_one_parent(
    source: Source,
    resource: Resource[Any],
    cursor: Cursor,
    query: Query,
    progress: Progress | None,
    under_way: Future[Fetched] | None = None,
) -> Cursor:
    """All under one parent; a parent that is gone by now makes the scan incomplete and stops nothing."""
    try:
        return _read_under(source, resource, cursor, query, progress, under_way)
    except NotFound:
        return _passed_over(source, resource, cursor, query)


def _passed_over(source: Source, resource: Resource[Any], cursor: Cursor, query: Query) -> Cursor:
    """The cursor behind a parent that could not be read to its end; what is under it is not believed gone."""
    with source.database.read() as conn:
        stored = cursors.get(conn, source.connection.id, resource.name)
    reached = stored if stored.epoch == cursor.epoch else cursor
    return replace(reached, parent=query.parent, position=None, complete=False)


def parents(source: Source, record: str, after: str) -> Iterator[str]:
    """Ids to list under, in text order, behind `after`."""
    while True:
        with source.database.read() as conn:
            page = records.external_ids(conn, source.connection.id, record, after)
        if not page:
            return
        yield from page
        after = page[-1]


def _read_under(
    source: Source,
    resource: Resource[Any],
    cursor: Cursor,
    query: Query,
    progress: Progress | None,
    under_way: Future[Fetched] | None = None,
) -> Cursor:
    begun = cursor.position is not None and cursor.parent == query.parent
    start = cursor.position if begun else None
    for fetched in pages(source, resource.verb("list"), query, start, under_way):
        crash.point("pull.read")
        cursor = _store(source, resource, replace(cursor, parent=query.parent), fetched, first=not begun)
        crash.point("pull.stored")
        begun = True
        if progress is not None:
            progress(resource.name, cursor.seen, cursor.total_before)
    return cursor


def _store(source: Source, resource: Resource[Any], cursor: Cursor, fetched: Fetched, *, first: bool) -> Cursor:
    """One page into the mirror, with its events and the checkpoint behind it, in one transaction."""
    context = replace(source.context, now=fetched.as_of)
    results = [read(resource, source.clean(item), context) for item in fetched.page.items]
    found = [one for one in results if not isinstance(one, Misfit)]
    misfits = [one for one in results if isinstance(one, Misfit)]
    name, connection = resource.name, source.connection
    learned: dict[str, str] = {}
    with source.database.write() as conn:
        changes = put_page(conn, source.keys, connection.id, name, found, as_of=fetched.as_of, source="poll")
        cursors.check_still_ours(conn, cursor)
        lost = [keep_misfit(conn, source, name, one) for one in misfits]
        if cursor.full_at is not None:
            made = [*changes.created, *changes.changed]
            echoes.tell(conn, source, name, made, found, at=fetched.as_of, seen_by="poll")
        unreadable.readable(conn, connection.id, name, [one.id for one in found])
        if resource.record is Property:
            properties = [one for one in found if isinstance(one, Property)]
            learned = zones.guess_all(conn, connection.id, properties, connection.time_zone)
        cursor = _advance(cursor, fetched, first=first, misfits=len(misfits))
        cursor = replace(
            cursor,
            created=cursor.created + len(changes.created),
            updated=cursor.updated + len(changes.changed),
            newest=max((at for at in (cursor.newest, *(one.updated_at for one in found)) if at), default=None),
        )
        if cursor.scan == "full":
            cursors.note_seen(conn, cursor, [*(one.id for one in found), *lost])
        cursors.save(conn, cursor)
        crash.point("pull.committing")
    source.zones.learn(learned)
    if cursor.full_at is None and cursor.pages in _GROWN:
        source.database.learn_sizes(mirror, data_key)
    return cursor


def _advance(cursor: Cursor, fetched: Fetched, *, first: bool, misfits: int) -> Cursor:
    page = fetched.page
    before, after = cursor.total_before, cursor.total_after
    if first:
        before = _plus(before, page.total, begun=cursor.pages > 0)
    if page.next is None:
        after = _plus(after, page.total, begun=after is not None or (cursor.total_before is None and cursor.pages > 0))
    return replace(
        cursor,
        position=page.next,
        pages=cursor.pages + 1,
        seen=cursor.seen + len(page.items),
        unreadable=cursor.unreadable + misfits,
        complete=cursor.complete and page.complete,
        total_before=before,
        total_after=after,
    )


def _plus(so_far: int | None, more: int | None, *, begun: bool) -> int | None:
    """The sum of totals over parents; one that was not told makes the sum unknown."""
    if not begun:
        return more
    return None if so_far is None or more is None else so_far + more


def _pulled(cursor: Cursor, settled: Settled) -> Pulled:
    return Pulled(
        record=cursor.record,
        scan=cursor.scan or "full",
        pages=cursor.pages,
        seen=cursor.seen,
        created=cursor.created,
        updated=cursor.updated,
        unreadable=cursor.unreadable,
        deleted=settled.deleted,
        held=settled.held,
        settled=settled.agrees,
    )


def _failed(source: Source, resource: Resource[Any], scan: Scan, error: ConnectorError) -> Pulled:
    """Write down what stopped the scan; it goes on from its checkpoint."""
    with source.database.write() as conn:
        cursor = cursors.get(conn, source.connection.id, resource.name)
        cursors.save(conn, replace(cursor, last_error=str(error), last_error_at=source.clock.now()))
    health.failed(source.database, source.connection.id, source.connector, error)
    counts = {name: getattr(cursor, name) for name in ("pages", "seen", "created", "updated", "unreadable", "held")}
    return Pulled(record=resource.name, scan=scan, error=str(error), **counts)
