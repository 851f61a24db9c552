"""Reading the pages of one listing: one after the other, or side by side where the PMS tells all cursors."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from rooftree.connectors.base import ListVerb, Page, Query
from rooftree.errors import Unreadable
from rooftree.sync.source import Source


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page and the moment before it was asked for."""

    page: Page
    as_of: datetime


def listings(source: Source, verb: ListVerb, queries: Iterable[Query]) -> Iterator[tuple[Query, Future[Fetched]]]:
    """The first page of each listing, in order, fetched side by side a little ahead of whoever takes them."""
    width = source.connector.manifest.budget.concurrent
    running: deque[tuple[Query, Future[Fetched]]] = deque()
    with ThreadPoolExecutor(max_workers=width, thread_name_prefix="listing") as pool:
        try:
            for query in queries:
                running.append((query, pool.submit(_fetch, source, verb, query, None)))
                if len(running) >= width:
                    yield running.popleft()
            while running:
                yield running.popleft()
        finally:
            for _, future in running:
                future.cancel()


def pages(
    source: Source, verb: ListVerb, query: Query, cursor: str | None, under_way: Future[Fetched] | None = None
) -> Iterator[Fetched]:
    """Pages in order, from `cursor` on. Raises what the wire raises; Unreadable when paging runs in a circle.

    At most the budget's `concurrent` reads are under way: after a crash so many may have to be made again.
    """
    first = under_way.result() if under_way else _fetch(source, verb, query, cursor)
    yield first
    last = first.page
    if last.ahead and source.connector.manifest.budget.concurrent > 1:
        for fetched in _side_by_side(source, verb, query, list(last.ahead)):
            yield fetched
            last = fetched.page
            if last.next is None:
                return
    passed = {cursor}
    while last.next is not None:
        if last.next in passed:
            raise Unreadable("The PMS's paging runs in a circle.", connection=source.connection.id)
        passed.add(last.next)
        fetched = _fetch(source, verb, query, last.next)
        yield fetched
        last = fetched.page


def _side_by_side(source: Source, verb: ListVerb, query: Query, cursors: list[str]) -> Iterator[Fetched]:
    waiting = deque(cursors)
    running: deque[Future[Fetched]] = deque()
    width = source.connector.manifest.budget.concurrent
    with ThreadPoolExecutor(max_workers=width, thread_name_prefix="page") as pool:
        try:
            while waiting or running:
                while waiting and len(running) < width:
                    running.append(pool.submit(_fetch, source, verb, query, waiting.popleft()))
                yield running.popleft().result()
        finally:
            for future in running:
                future.cancel()


def _fetch(source: Source, verb: ListVerb, query: Query, cursor: str | None) -> Fetched:
    as_of = source.clock.now()
    try:
        return Fetched(verb(source.wire, query, cursor), as_of)
    except (KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
        raise Unreadable(f"A page of the list does not read ({type(error).__name__}).") from error
