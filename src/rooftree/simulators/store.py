"""What a pretend PMS holds: seeded rows are made when asked for, changed rows are kept with their history.

A hundred thousand seeded units cost a list of ids; only what was written since costs memory. The history lets a
lagging read see the past.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date, datetime, timedelta

from rooftree.simulators.clock import Now
from rooftree.simulators.wire import Record

_REMEMBERED = 64


class Database:
    """The tables of one simulator: their clock, how far reads lag, and a version that moves at each write."""

    def __init__(self, now: Now) -> None:
        self.now = now
        self.lag = 0.0
        self.version = 0
        self.tables: dict[str, Table] = {}
        self.selections: dict[Hashable, tuple[int, Sequence[int]]] = {}

    def table(
        self,
        name: str,
        ids: Iterable[int] = (),
        make: Callable[[int], Record] | None = None,
        stamp: Callable[[int], datetime] | None = None,
        first_id: int = 1,
    ) -> Table:
        """A new table whose seeded rows are `make(id)` for `ids` (rising), last changed at `stamp(id)`."""
        table = Table(self, name, ids, make, stamp, first_id)
        self.tables[name] = table
        return table


class Table:
    """Rows by id. Rows handed out are shared: put a new one rather than change one."""

    def __init__(
        self,
        database: Database,
        name: str,
        ids: Iterable[int],
        make: Callable[[int], Record] | None,
        stamp: Callable[[int], datetime] | None,
        first_id: int,
    ) -> None:
        self._database = database
        self.name = name
        self._ids = list(ids)
        self._seeded = frozenset(self._ids) if not isinstance(ids, range) else ids
        self._make = make
        self._born = database.now()
        self._stamp = stamp or (lambda _id: self._born)
        self._history: dict[int, list[tuple[datetime, Record | None]]] = {}
        self._created: dict[int, datetime] = {}
        self._next = max(first_id, self._ids[-1] + 1 if self._ids else 0)

    def get(self, id: int) -> Record | None:
        """The row as a read sees it now, None where there is none."""
        version = self._version(id)
        return version[1] if version else self._seed(id)

    def has(self, id: int) -> bool:
        """Whether `get` would find the row, without making it."""
        return self.get(id) is not None if id in self._history else self.is_seeded(id)

    def put(self, id: int, row: Record) -> Record:
        """Store `row` as the newest version of `id`."""
        self._remember(id, row)
        return row

    def add(self, row: Record) -> int:
        """Store a new row and return its id."""
        id, self._next = self._next, self._next + 1
        self._ids.append(id)
        self._created[id] = self._database.now()
        self._remember(id, row)
        return id

    def remove(self, id: int) -> None:
        self._remember(id, None)

    def is_seeded(self, id: int) -> bool:
        """Whether the row was there from the beginning."""
        return id in self._seeded

    def created(self, id: int) -> datetime:
        """When the row was first stored; a seeded row is as old as its stamp."""
        return self._created.get(id) or self._stamp(id)

    def updated(self, id: int) -> datetime:
        """When the row last changed, as a read sees it now."""
        version = self._version(id)
        return version[0] if version else self._stamp(id)

    def today(self) -> date:
        """The simulator's date, in UTC."""
        return self._database.now().date()

    def ids(self) -> Sequence[int]:
        """The ids of all visible rows, rising."""
        hidden = {id for id in list(self._history) if not self.has(id)}
        return [id for id in self._ids if id not in hidden] if hidden else self._ids

    def by_change(self, ids: Sequence[int]) -> Sequence[int]:
        """`ids` in the order a database gives that nobody told how to sort: what was touched moves to the end."""
        touched = [id for id in ids if id in self._history]
        if not touched:
            return ids
        moved = frozenset(touched)
        return [*(id for id in ids if id not in moved), *sorted(touched, key=self.updated)]

    def rows(self) -> Iterable[tuple[int, Record]]:
        """All visible rows with their ids, rising."""
        for id in list(self.ids()):
            row = self.get(id)
            if row is not None:
                yield id, row

    def select(
        self,
        keep: Callable[[int, Record], bool],
        since: datetime | None = None,
        key: Hashable = None,
        among: Iterable[int] | None = None,
    ) -> Sequence[int]:
        """The ids of rows that `keep`; a `key` that names the question lets the next page reuse the answer.

        `since` promises that `keep` refuses rows unchanged since then, and `among` that it refuses all other ids: both
        spare making seeds only to refuse them.
        """
        known = self._database.selections.get((self.name, key)) if key is not None else None
        if known and known[0] == self._database.version and not self._database.lag:
            return known[1]
        candidates = self.ids() if among is None else sorted(among)
        if since is not None:
            candidates = [id for id in candidates if self.updated(id) >= since]
        found = [id for id in candidates if (row := self.get(id)) is not None and keep(id, row)]
        if key is not None and not self._database.lag:
            self._keep_selection(key, found)
        return found

    def _keep_selection(self, key: Hashable, found: Sequence[int]) -> None:
        selections = self._database.selections
        while len(selections) >= _REMEMBERED:
            selections.pop(next(iter(selections)))
        selections[self.name, key] = (self._database.version, found)

    def _version(self, id: int) -> tuple[datetime, Record | None] | None:
        """The newest version a read sees now, None where it sees the seed."""
        history = self._history.get(id)
        if not history or not self._database.lag:
            return history[-1] if history else None
        seen = self._database.now() - timedelta(seconds=self._database.lag)
        return next((version for version in reversed(history) if version[0] <= seen), None)

    def _seed(self, id: int) -> Record | None:
        return self._make(id) if self._make is not None and self.is_seeded(id) else None

    def _remember(self, id: int, row: Record | None) -> None:
        self._database.version += 1
        self._history.setdefault(id, []).append((self._database.now(), row))
