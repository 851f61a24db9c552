"""Putting the parts together at start-up: settings, database, keys, carrier, lines, services."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rooftree import log, outbound
from rooftree.acts.services import Services
from rooftree.channels.carrier import carrier_from
from rooftree.clock import Clock, SystemClock
from rooftree.config import Settings, load
from rooftree.db import Database
from rooftree.operations.registry import Caller
from rooftree.sealed import RootKey
from rooftree.store import connections
from rooftree.store.keys import Keys
from rooftree.store.migrate import upgrade
from rooftree.sync.lines import Lines


@contextmanager
def services(settings: Settings | None = None, clock: Clock | None = None) -> Iterator[Services]:
    """Everything a command or server needs, opened and, on leaving, closed. The database is brought up to date."""
    settings = settings or load()
    log.configure(level=settings.log_level, as_json=settings.log_json)
    clock = clock or SystemClock()
    database = Database(settings.url)
    try:
        upgrade(database)
        keys = Keys(RootKey.from_file(settings.root_key_path))
        lines = Lines(database, keys, clock, home=settings.home, loopback_origins=settings.loopback_origins)
        carrier = carrier_from(settings, outbound.client(settings.loopback_origins))
        yield Services(settings=settings, database=database, keys=keys, clock=clock, carrier=carrier, lines=lines)
    finally:
        database.close()


def local_caller(services: Services, name: str = "the command line") -> Caller:
    """Whoever sits at this machine, for the (first) organization; it is made on first use."""
    with services.database.read() as conn:
        known = connections.organizations(conn)
    if not known:
        with services.database.write() as conn:
            known = [connections.create_organization(conn, services.settings.office_name, services.clock.now())]
    return Caller(organization_id=known[0].id, name=name, services=services)
