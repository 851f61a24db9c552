"""Work beside the cases: keeping the mirror fresh, ending unclear writes, catching up with the carrier.

Each chore runs in a thread of its own at its own pace, so that a slow PMS never holds up a text.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection

from rooftree import log, outbound
from rooftree.acts.services import Services
from rooftree.channels.catch_up import catch_up
from rooftree.connectors import registry
from rooftree.connectors.base import Connector
from rooftree.errors import RooftreeError
from rooftree.redact import mask
from rooftree.store import cases, conflicts, connections, deliveries, drift, jobs, outbox, replays
from rooftree.store.connections import PmsConnection
from rooftree.sync import ingest, nightly, pull, push, schedule
from rooftree.sync.freshness import Planned
from rooftree.sync.publish import Publisher
from rooftree.sync.schedule import HEATS

_logger = log.get("workflows.upkeep")
_LOOK_EVERY = {"hot": timedelta(seconds=10), "warm": timedelta(minutes=1), "cold": timedelta(minutes=2)}
"""How often to ask what is due; the plan says how often each kind of record is read (`sync/freshness.py`)."""
_PLAN_EVERY = timedelta(minutes=5)
_MOST_OPEN = 50
"""Work orders of open cases that are read one by one, where the list takes too long."""


class Closing(Exception):
    """Raised between two pages of a pull when the process is to end."""


@dataclass(slots=True)
class Chore:
    """Something to do again and again; at most once at a time."""

    name: str
    every: timedelta
    run: Callable[[], object]
    next_at: datetime | None = None
    thread: threading.Thread | None = field(default=None, repr=False)


class Upkeep:
    """Starts each chore when its time has come; call it as a chore of the runner."""

    def __init__(
        self,
        services: Services,
        wake: Callable[[], None],
        also: Mapping[str, Callable[[], object]] | None = None,
    ) -> None:
        """`also` are chores of rooms above, by name, run each second."""
        self._services = services
        self._wake = wake
        self._chores: dict[str, Chore] = {}
        self._plans: dict[str, tuple[list[Planned], datetime | None]] = {}
        self._closing = threading.Event()
        self._http = outbound.client(services.settings.loopback_origins)
        self._publisher = Publisher(services.database, services.keys, services.clock, self._http)
        self._add("recover", timedelta(seconds=5), self._recover)
        self._add("sweep", timedelta(minutes=10), self._sweep)
        self._add("catch up", timedelta(minutes=1), self._catch_up)
        self._add("publish", timedelta(seconds=1), self._publish)
        self._add("forget", timedelta(hours=6), self._forget)
        self._add("count calls", timedelta(minutes=1), services.lines.count_calls)
        for name, run in (also or {}).items():
            self._add(name, timedelta(seconds=1), run)

    def __call__(self) -> None:
        self._follow_connections()
        now = self._services.clock.now()
        for chore in self._chores.values():
            busy = chore.thread is not None and chore.thread.is_alive()
            if busy or (chore.next_at and chore.next_at > now):
                continue
            chore.next_at = now + self._services.policy.paced(chore.every, self._services.pace)
            chore.thread = threading.Thread(target=self._run, args=(chore,), name=f"upkeep-{chore.name}", daemon=True)
            chore.thread.start()

    def close(self) -> None:
        """Let what is running end at its next page; it goes on from there at the next start."""
        self._closing.set()
        for chore in self._chores.values():
            if chore.thread:
                chore.thread.join(timeout=20)
        self._http.close()

    def _add(self, name: str, every: timedelta, run: Callable[[], object], first: datetime | None = None) -> None:
        self._chores.setdefault(name, Chore(name=name, every=every, run=run, next_at=first))

    def _run(self, chore: Chore) -> None:
        try:
            chore.run()
            self._wake()
        except Closing:
            return
        except RooftreeError as error:
            _logger.warning("chore failed; tried again at its time", chore=chore.name, error=mask(str(error)))

    def _follow_connections(self) -> None:
        """For each connection: what its webhooks tell, what is due by heat, audits, and once a day what is gone."""
        with self._services.database.read() as conn:
            ids = [found.id for found in connections.listed(conn) if found.state != "paused"]
        tomorrow = self._services.clock.now() + timedelta(days=1)
        soon = self._services.clock.now() + timedelta(minutes=10)
        for id_ in ids:
            self._add(f"hooks {id_}", timedelta(seconds=2), lambda id_=id_: self._hear(id_))  # type: ignore[misc]
            self._add(f"open {id_}", timedelta(minutes=2), lambda id_=id_: self._pull_open(id_))  # type: ignore[misc]
            for heat in HEATS:
                self._add(f"{heat} {id_}", _LOOK_EVERY[heat], lambda id_=id_, heat=heat: self._pull(id_, heat))  # type: ignore[misc]
            self._add(f"audit {id_}", timedelta(minutes=30), lambda id_=id_: self._audit(id_), soon)  # type: ignore[misc]
            self._add(f"gone {id_}", timedelta(days=1), lambda id_=id_: self._pull_full(id_), tomorrow)  # type: ignore[misc]

    def _pull(self, connection_id: str, heat: str) -> None:
        """Read what is due of one heat; each has a thread of its own, so that a long reading holds up no hot one."""
        services, now = self._services, self._services.clock.now()
        with services.database.read() as conn:
            found = connections.get(conn, connection_id)
            connector = registry.load(found.pms)
            plan = self._plan(conn, found, connector, now)
            due = schedule.due(conn, found, connector, plan, heat, now, min(services.pace, 1.0))
        if due:
            pull.incremental(services.lines.source(connection_id), due, self._go_on)

    def _pull_open(self, connection_id: str) -> None:
        """Where the budget does not reach for all work orders in time, read those of open cases, one by one."""
        services = self._services
        with services.database.read() as conn:
            found = connections.get(conn, connection_id)
            plan = self._plan(conn, found, registry.load(found.pms), services.clock.now())
            late = any(each.record == "work_order" and not each.met for each in plan)
            ids = cases.open_work_orders(conn, connection_id, _MOST_OPEN) if late else []
        if ids:
            ingest.reread(services.lines.source(connection_id), "work_order", ids)

    def _plan(self, conn: Connection, found: PmsConnection, connector: Connector, now: datetime) -> list[Planned]:
        """The plan of a connection, made anew as the mirror grows."""
        made, at = self._plans.get(found.id, ([], None))
        if at is None or now - at >= _PLAN_EVERY:
            made = schedule.planned(conn, found, connector, now)
            self._plans[found.id] = (made, now)
        return made

    def _pull_full(self, connection_id: str) -> None:
        """Only a full read shows what was deleted in a PMS that does not tell."""
        pull.full(self._services.lines.source(connection_id), progress=self._go_on)

    def _audit(self, connection_id: str) -> None:
        """At night: does the mirror agree with the PMS? A sample, and once a week all of it."""
        services = self._services
        with services.database.read() as conn:
            kind = nightly.due(conn, connections.get(conn, connection_id), services.clock.now())
        if kind is not None:
            nightly.audit(services.lines.source(connection_id), kind, self._go_on)

    def _hear(self, connection_id: str) -> None:
        """Deal with webhooks as they come; what cannot be read one by one is pulled."""
        with self._services.database.read() as conn:
            if not deliveries.waiting(conn, connection_id, self._services.clock.now()):
                return
        source = self._services.lines.source(connection_id)
        told = ingest.process(source)
        if told.pull:
            pull.incremental(source, told.pull, self._go_on)

    def _go_on(self, _record: str, _done: int, _total: int | None) -> None:
        if self._closing.is_set():
            raise Closing

    def _recover(self) -> None:
        services = self._services
        push.recover(services.database, services.keys, services.clock, services.lines.door)

    def _sweep(self) -> None:
        services = self._services
        push.sweep(services.database, services.keys, services.clock, services.lines.door)

    def _publish(self) -> None:
        """Tell the customer's own systems what happened."""
        self._publisher.run()

    def _forget(self) -> None:
        """Webhooks in and out, jobs and fields written a month ago, answers a week ago, repaired drift a year ago."""
        now = self._services.clock.now()
        with self._services.database.write() as conn:
            deliveries.forget_old(conn, now)
            outbox.forget_old(conn, now)
            jobs.forget_old(conn, now)
            replays.forget_old(conn, now)
            conflicts.forget_old(conn, now)
            drift.forget_old(conn, now - nightly.KEEP)

    def _catch_up(self) -> None:
        services = self._services
        with services.database.read() as conn:
            organizations = connections.organizations(conn)
        for organization in organizations:
            catch_up(services.inbox(organization.id), services.carrier)
