"""A connection of its own for tests of mapping packs: read, write, and see a record with and without the pack."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import httpx2

from rooftree.clock import ManualClock
from rooftree.connectors import packs, registry
from rooftree.db import Database
from rooftree.model.base import Record
from rooftree.model.portfolio import Property, Unit
from rooftree.simulators import registry as simulators
from rooftree.simulators.kit import Simulator
from rooftree.simulators.transport import InProcess
from rooftree.store import connections, records, unreadable
from rooftree.store.keys import Keys
from rooftree.sync import pull, remap
from rooftree.sync.door import Outcome
from rooftree.sync.lines import Lines
from rooftree.sync.push import push, settle
from rooftree.sync.reading import read_one

R = TypeVar("R", bound=Record)


@dataclass
class Account:
    """One live connection; `simulator` is None for the PMS inside Rooftree."""

    database: Database
    keys: Keys
    lines: Lines
    id: str
    simulator: Simulator | None
    wishes: int = 0

    def set(self, pack: str) -> None:
        with self.database.write() as conn:
            connections.set_option(conn, self.id, packs.OPTION, pack or None)

    def read(self, *names: str) -> None:
        done = pull.full(self.lines.source(self.id), names)
        assert [each.error for each in done] == [None] * len(done)

    def all(self, kind: type[R]) -> list[R]:
        with self.database.read() as conn:
            return [each.record for each in records.list_page(conn, self.keys, kind, connection_id=self.id)]

    def write(self, verb: str, kind: type[Record], id: str | None, wish: Any) -> Outcome:
        self.wishes += 1
        door, key = self.lines.door(self.id), f"wish-{self.wishes}"
        return settle(door, push(door, kind, id, wish, verb=verb, op_key=key, actor="test"))

    def state(self) -> dict[str, Any]:
        with self.database.read() as conn:
            return remap.state(conn, connections.get(conn, self.id))

    def unreadable(self, name: str) -> int:
        with self.database.read() as conn:
            return unreadable.count(conn, self.id, name)

    def unmapped(self, id: str) -> Unit:
        """The unit as it is without the pack."""
        door = self.lines.door(self.id)
        found = read_one(replace(door, connector=registry.load(door.connector.name)), Unit, id)
        assert isinstance(found, Unit)
        return found

    @property
    def calls(self) -> list[Any]:
        assert self.simulator is not None
        return list(self.simulator.calls)

    def place(self) -> str:
        """The id of a property to make units in."""
        if self.simulator is None:
            made = self.write("create", Property, None, Property(id="", name="Elm Court (made up)"))
            return str(made.record_id)
        self.read("property")
        return self.all(Property)[0].id


def open_account(pms: str, database: Database, keys: Keys, clock: ManualClock, home: Path, units: int = 3) -> Account:
    """A live connection to a small simulated account, or to books of our own; nothing is read yet."""
    connector = registry.load(pms)
    simulator = None
    if connector.local is None:
        simulator = simulators.build(pms, seed=7, properties=2, units_per_property=units, now=clock.now)
    lines = Lines(database, keys, clock, home=home, transport_for=lambda _url: _inside(simulator))
    with database.write() as conn:
        company = connections.create_organization(conn, "Made up", clock.now())
        made = connections.create(
            conn,
            keys,
            organization_id=company.id,
            name=pms,
            pms=pms,
            base_url=next(iter(connector.manifest.base_urls.values()), ""),
            credentials=simulator.credentials if simulator else {},
            options={"experimental_writes": "unit.create,unit.update", "office_phone": "5125550100"},
            now=clock.now(),
            mode="live",
        )
    return Account(database, keys, lines, made.id, simulator)


def _inside(simulator: Simulator | None) -> httpx2.BaseTransport | None:
    return InProcess(simulator) if simulator else None
