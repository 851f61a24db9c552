"""Where the contract suite gets a PMS to talk to: its simulator, or our own database for one inside Rooftree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from rooftree import outbound
from rooftree.clock import ManualClock
from rooftree.connectors import registry, writes
from rooftree.connectors.base import Answer, Connector, Context, Gap, Local, Page, Query, Resource, Send
from rooftree.connectors.transport import Line, open_line
from rooftree.db import Database
from rooftree.errors import NotFound
from rooftree.model.base import Record
from rooftree.model.names import RECORDS
from rooftree.sealed import RootKey
from rooftree.simulators import registry as simulators
from rooftree.simulators.kit import Simulator
from rooftree.simulators.transport import InProcess

BORN = datetime(2026, 1, 15, 16, 0, tzinfo=UTC)
MARKER = "#rt-7f3a9c"
_MOST_CALLS = 8
_MOST_PARENTS = 12


@dataclass(frozen=True)
class Sent:
    """One call of a write: the Send, its answer and when it went out."""

    send: Send
    answer: Answer
    at: datetime


@dataclass
class Account:
    """One account at one PMS with our line to it. `simulator` is None for a PMS inside Rooftree."""

    connector: Connector
    line: Line
    clock: ManualClock
    simulator: Simulator | None
    sent: list[Sent] = field(default_factory=list)
    _seen: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def pms(self) -> Simulator:
        assert self.simulator is not None, "asked for the simulator of a PMS inside Rooftree"
        return self.simulator

    @cached_property
    def picks(self) -> Mapping[str, Mapping[str, str]]:
        return self.connector.picks(self.line)

    def context(self, marker: str = "") -> Context:
        return Context(picks=self.picks, options=self.line.options, marker=marker, now=self.clock.now())

    def row(self, name: str) -> Resource[Any]:
        found = self.connector.resource(RECORDS[name])
        assert found is not None
        return found

    def pages(self, name: str, query: Query | None = None) -> Iterator[Page]:
        """Every page of one list, one after the other."""
        cursor: str | None = None
        while True:
            page = self.row(name).list(self.line, query or Query(), cursor)  # type: ignore[operator]
            yield page
            if (cursor := page.next) is None:
                return

    def wires(self, name: str, query: Query | None = None) -> list[Mapping[str, Any]]:
        """Every wire record; under each of the first parents where the PMS lists per parent."""
        parent, query = self.row(name).parent, query or Query()
        queries = [query] if not parent or query.parent else [replace(query, parent=id) for id in self.parents(parent)]
        return [item for each in queries for page in self.pages(name, each) for item in page.items]

    def parents(self, name: str) -> Sequence[str]:
        return [record.id for record in self.seen(name)][:_MOST_PARENTS]

    def all(self, name: str, query: Query | None = None) -> list[Any]:
        row, context = self.row(name), self.context()
        return [row.read(wire, context) for wire in self.wires(name, query)]

    def seen(self, name: str) -> list[Any]:
        """All records of a kind as they were first read; empty where they cannot be listed."""
        if name not in self._seen:
            row = self.connector.resource(RECORDS[name])
            self._seen[name] = [] if row is None or isinstance(row.list, Gap) else self.all(name)
        return self._seen[name]

    def forget(self) -> None:
        """Let `seen` read anew."""
        self._seen.clear()

    def get(self, name: str, id: str) -> Any:
        """One record, by `get` or, where that is a gap, from the list; raises NotFound."""
        row = self.row(name)
        if not isinstance(row.get, Gap):
            return row.read(row.get(self.line, id), self.context())
        found = next((record for record in self.all(name) if record.id == id), None)
        if found is None:
            raise NotFound(f"no {name} {id}")
        return found

    def write(self, name: str, verb: str, desired: Record, current: Any = None, marker: str = MARKER) -> Any:
        """Send, read back, ask again until nothing is left; the record as it then is, None when it is gone."""
        step = self.row(name).verb(verb).step
        for _ in range(_MOST_CALLS):
            send = step(current, desired, self.context(marker))
            if send is None:
                return current
            id = self._send(send, current.id if current else None)
            try:
                current = self.get(name, id)
            except NotFound:
                return None
        raise AssertionError(f"{name}.{verb} does not come to an end: {[each.send.label for each in self.sent]}")

    def _send(self, send: Send, known: str | None) -> str:
        at = self.clock.now()
        self.sent.append(Sent(send, writes.run(self.line, send, self.connector.manifest), at))
        self.clock.advance(self.connector.manifest.read_lag + 1)
        found = [hit.id for hit in send.find(self.line, at) if hit.exact] if send.find else []
        id = known or send.id_of(self.sent[-1].answer) or next(iter(found), None)
        assert id, f"nothing tells the id of what {send.label!r} made"
        return id


def open_account(name: str, database: Database | None = None, now: datetime = BORN, **options: Any) -> Account:
    """A fresh account at the PMS called `name`; `database` is for one inside Rooftree, `options` for a simulator."""
    connector, clock = registry.load(name), ManualClock(now)
    if connector.local is None:
        return _simulated(connector, clock, options)
    assert database is not None
    place = Local(database=database, root=RootKey(b"rooftree test key: 32 bytes long"), clock=clock, account="con_1")
    line = open_line(connector, base_url="", credentials={}, clock=clock, local=connector.local(place))
    return Account(connector, line, clock, None)


def _simulated(connector: Connector, clock: ManualClock, options: Mapping[str, Any]) -> Account:
    simulator = simulators.build(connector.name, seed=7, properties=3, units_per_property=4, now=clock.now, **options)
    line = open_line(
        connector,
        base_url=next(iter(connector.manifest.base_urls.values())),
        credentials=simulator.credentials,
        clock=clock,
        http=outbound.client(transport=InProcess(simulator)),
    )
    return Account(connector, line, clock, simulator)
