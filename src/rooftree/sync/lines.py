"""Lines to every connection's PMS, opened on first use from what the store keeps."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import httpx2

from rooftree import log, outbound
from rooftree.clock import Clock
from rooftree.connectors import registry
from rooftree.connectors.base import Connector, Context, Local
from rooftree.connectors.budget import FileWindow, Limiter
from rooftree.connectors.fitted import in_force
from rooftree.connectors.traffic import Traffic
from rooftree.connectors.transport import Line, open_line
from rooftree.db import Database
from rooftree.errors import Unavailable
from rooftree.store import connections, evidence, zones
from rooftree.store.connections import PmsConnection
from rooftree.store.keys import Keys
from rooftree.sync.door import Door
from rooftree.sync.picks import PickLists
from rooftree.sync.published import Published
from rooftree.sync.source import Source, open_source

_logger = log.get("sync.lines")


class Lines:
    """One line per connection; its call budget is shared by all processes of this machine through a file."""

    def __init__(
        self,
        database: Database,
        keys: Keys,
        clock: Clock,
        *,
        home: Path,
        loopback_origins: list[str] | None = None,
        transport_for: Callable[[str], httpx2.BaseTransport | None] = lambda _base_url: None,
    ) -> None:
        self._database = database
        self._keys = keys
        self._clock = clock
        self._home = home
        self._loopback_origins = loopback_origins or []
        self._transport_for = transport_for
        self._lock = threading.Lock()
        self._open: dict[str, Line] = {}
        self._picks: dict[str, PickLists] = {}
        self._published: dict[str, Published] = {}
        self._traffic: dict[str, Traffic] = {}

    def connector(self, connection_id: str) -> Connector:
        """The connector of a connection."""
        with self._database.read() as conn:
            return registry.load(connections.get(conn, connection_id).pms)

    def line(self, connection_id: str) -> Line:
        """The line of a connection; raises NotAllowed when there is no such connection."""
        with self._lock:
            if connection_id not in self._open:
                self._open[connection_id] = self._opened(connection_id)
            return self._open[connection_id]

    def forget(self, connection_id: str) -> None:
        """Open it anew at the next use: its credentials or options have changed."""
        with self._lock:
            self._open.pop(connection_id, None)
            self._picks.pop(connection_id, None)
            self._published.pop(connection_id, None)

    def count_calls(self) -> None:
        """Keep which endpoints were called since the last time; what a killed process had not kept is not counted."""
        with self._lock:
            uses = {id_: found for id_, traffic in self._traffic.items() if (found := traffic.drain())}
        if not uses:
            return
        with self._database.write() as conn:
            for id_, found in uses.items():
                evidence.count_calls(conn, id_, [asdict(each) for each in found])

    def close(self) -> None:
        """Close every line. A database that cannot be written just then costs the last counts of calls, no more."""
        try:
            self.count_calls()
        except Unavailable as error:
            _logger.info("calls were not counted", error=str(error))
        with self._lock:
            for line in self._open.values():
                line.close()
            self._open.clear()

    def published(self, connection_id: str, fresh: bool) -> Sequence[str]:
        """What this PMS publishes to check its webhooks by; raises Unavailable where it cannot be read at all."""
        connector = self.connector(connection_id)
        with self._lock:
            known = self._published.setdefault(connection_id, Published(connector, lambda: self.line(connection_id)))
        return known.at(self._clock.now(), fresh=fresh)

    def source(self, connection_id: str) -> Source:
        """The connection opened for reading; raises ConnectorError when its pick lists cannot be read."""
        with self._database.read() as conn:
            connection = connections.get(conn, connection_id)
        line = self.line(connection_id)
        connector = registry.load(connection.pms)
        quiet = line.in_background()
        return open_source(
            self._database,
            self._keys,
            connection,
            connector,
            quiet,
            self._clock,
            lambda: self._picks_of(connection_id, connector),
        )

    def door(self, connection_id: str) -> Door:
        """The connection opened for writing; pick lists are kept for a while."""
        line = self.line(connection_id)
        with self._database.read() as conn:
            connection = connections.get(conn, connection_id)
            known = zones.load(conn, connection_id)
        connector = registry.load(connection.pms)
        picks, options = self._picks_of(connection_id, connector), _options(connection)
        connector, pack = in_force(connector, options)
        return Door(
            database=self._database,
            keys=self._keys,
            connection_id=connection_id,
            connector=connector,
            wire=line,
            clock=self._clock,
            context=Context(zone_of=known.of, picks=picks, pack=pack.lists, options=options, now=self._clock.now()),
            mark=pack.mark,
        )

    def _picks_of(self, connection_id: str, connector: Connector) -> PickLists:
        """Pick lists as read at most a quarter of an hour ago; raises ConnectorError."""
        known = self._picks.get(connection_id)
        if known is None:
            line = self.line(connection_id)  # held itself: a hold on us would be a ring that nobody closes
            known = PickLists(lambda: connector.picks(line), self._clock)
            self._picks[connection_id] = known
        known.refresh()
        return known

    def _opened(self, connection_id: str) -> Line:
        with self._database.read() as conn:
            connection = connections.get(conn, connection_id)
            credentials = connections.credentials(conn, self._keys, connection_id)
        connector = registry.load(connection.pms)
        calls = self._home / "calls"
        return open_line(
            connector,
            base_url=connection.base_url,
            credentials=credentials,
            options=_options(connection),
            clock=self._clock,
            limiter=Limiter(
                connector.budget_of(connection.options) or connector.manifest.budget,
                self._clock,
                lambda lane: FileWindow(calls / (f"{connection_id}.{lane}" if lane else connection_id)),
            ),
            http=outbound.client(
                outbound.with_loopback(self._loopback_origins, connection.base_url),
                self._transport_for(connection.base_url),
            ),
            local=connector.local(self._standing(connection_id)) if connector.local else None,
            name=connection.name,
            traffic=self._traffic.setdefault(connection_id, Traffic()),
        )

    def _standing(self, connection_id: str) -> Local:
        return Local(database=self._database, root=self._keys.root, clock=self._clock, account=connection_id)


def _options(connection: PmsConnection) -> dict[str, str]:
    return {**connection.options, "who_notifies_vendors": connection.who_notifies_vendors}
