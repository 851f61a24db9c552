"""A simulated Buildium behind a network that fails, and our line, mirror and door to it through that network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from tests.reliability.proxy import Proxy

from rooftree import outbound
from rooftree.clock import ManualClock
from rooftree.connectors import registry
from rooftree.connectors.base import Budget, Connector, Context
from rooftree.connectors.budget import FileWindow, Limiter
from rooftree.connectors.transport import Line, open_line
from rooftree.db import Database
from rooftree.model.base import Record
from rooftree.model.maintenance import WorkOrder
from rooftree.model.portfolio import Unit
from rooftree.model.vocabulary import Priority, WorkOrderStatus
from rooftree.simulators import registry as simulators
from rooftree.simulators import serve
from rooftree.simulators.kit import Simulator
from rooftree.store import connections, records
from rooftree.store.connections import PmsConnection
from rooftree.store.keys import Keys
from rooftree.sync.door import Door
from rooftree.sync.source import Source, open_source

PATIENCE = 0.4
"""Seconds a call may take here; real ones have half a minute."""


@dataclass
class Network:
    """One connection through a proxy; `direct` is the same PMS by a line that does not fail."""

    proxy: Proxy
    pms: Simulator
    connector: Connector
    connection: PmsConnection
    database: Database
    keys: Keys
    clock: ManualClock
    line: Line
    direct: Line

    @property
    def source(self) -> Source:
        return open_source(self.database, self.keys, self.connection, self.connector, self.line, self.clock)

    @property
    def door(self) -> Door:
        return Door(
            database=self.database,
            keys=self.keys,
            connection_id=self.connection.id,
            connector=self.connector,
            wire=self.line,
            clock=self.clock,
            context=Context(picks=self.connector.picks(self.direct), now=self.clock.now()),
        )

    def held(self, kind: type[Record]) -> dict[str, Record]:
        """What the mirror holds, by the PMS's id."""
        with self.database.read() as conn:
            page = records.list_page(conn, self.keys, kind, connection_id=self.connection.id, limit=10_000)
        return {found.record.id: found.record for found in page}


def drip(unit: Record) -> WorkOrder:
    """A new work order for a unit."""
    assert isinstance(unit, Unit)
    where = unit.property_id
    return WorkOrder(
        id="", title="Sink drips", property_id=where, unit_id=unit.id, status=WorkOrderStatus.NEW,
        priority=Priority.ROUTINE,
    )  # fmt: skip


@contextmanager
def network(database: Database, keys: Keys, folder: Path, patience: float = PATIENCE) -> Iterator[Network]:
    """A small company's Buildium, served on loopback, with a proxy before it."""
    clock = ManualClock(datetime.now(UTC))
    pms = simulators.build("buildium", now=clock.now, properties=3)
    served = serve.start(pms)
    proxy = Proxy(urlsplit(served.url).port or 0)
    connector = _hasty(registry.load("buildium"), patience)
    with database.write() as conn:
        company = connections.create_organization(conn, "Made up", clock.now())
        made = connections.create(
            conn, keys, organization_id=company.id, name=f"through {proxy.url}", pms="buildium", base_url=proxy.url,
            credentials=pms.credentials, now=clock.now(), mode="live",
        )  # fmt: skip

    def line(url: str, name: str) -> Line:
        limiter = Limiter(connector.manifest.budget, clock, lambda lane: FileWindow(folder / f"{made.id}{name}{lane}"))
        return open_line(connector, base_url=url, credentials=pms.credentials, clock=clock, limiter=limiter,
                         http=outbound.client([url]))  # fmt: skip

    through, direct = line(proxy.url, "proxy"), line(served.url, "direct")
    try:
        yield Network(proxy, pms, connector, made, database, keys, clock, through, direct)
    finally:
        proxy.close()
        through.close()
        direct.close()
        served.stop()


def _hasty(connector: Connector, patience: float) -> Connector:
    """The connector with so much patience and all the calls it wants: neither is what is tested here."""
    budget = Budget(calls=10_000, seconds=1.0, concurrent=2)
    facts = replace(connector.manifest, read_timeout=patience, write_timeout=patience, budget=budget)
    return replace(connector, manifest=facts)
