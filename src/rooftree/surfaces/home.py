"""Putting the parts together at start-up: settings, database, keys, carrier, lines, services."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import closing, contextmanager

from rooftree import log, outbound
from rooftree.acts.services import Services
from rooftree.channels.carrier import carrier_from
from rooftree.channels.email import mail_from
from rooftree.clock import Clock, SystemClock
from rooftree.config import Settings, load
from rooftree.db import Database
from rooftree.errors import ConfigurationError
from rooftree.operations.registry import Caller
from rooftree.sealed import RootKey
from rooftree.store import connections
from rooftree.store.keys import Keys
from rooftree.store.migrate import upgrade
from rooftree.sync.lines import Lines

_COLLECT_AFTER = (50_000, 20, 50)
"""Python looks for garbage rings after every 700 new objects. A page's records are tens of thousands and make none;
looking through them again and again took a fifth of a first load.
"""


@contextmanager
def services(
    settings: Settings | None = None, clock: Clock | None = None, *, quiet: bool = False
) -> Iterator[Services]:
    """Everything a command or server needs, opened and, on leaving, closed. The database is brought up to date.

    `quiet` is for commands that tell people themselves what happened: only warnings are logged, unless the settings
    name a level. Raises ConfigurationError when the home folder cannot be used, Unavailable when the database cannot.
    """
    settings = settings or load()
    chosen = "WARNING" if quiet and "log_level" not in settings.model_fields_set else settings.log_level
    log.configure(level=chosen, as_json=settings.log_json)
    clock = clock or SystemClock()
    with _collecting_rarely(), closing(_database(settings)) as database:
        upgrade(database)
        keys = Keys(_root_key(settings))
        lines = Lines(database, keys, clock, home=settings.home, loopback_origins=settings.loopback_origins)
        http = outbound.client(settings.loopback_origins)
        carrier, mail = carrier_from(settings, http), mail_from(settings, clock)
        try:
            yield Services(
                settings=settings, database=database, keys=keys, clock=clock, carrier=carrier, mail=mail, lines=lines
            )
        finally:
            if quiet:  # A server's chores may still be on the way when it ends; theirs go with the process.
                lines.close()
                http.close()


@contextmanager
def _collecting_rarely() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(*_COLLECT_AFTER)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _database(settings: Settings) -> Database:
    with _usable(settings):
        return Database(settings.url)


def _root_key(settings: Settings) -> RootKey:
    with _usable(settings):
        return RootKey.from_file(settings.root_key_path)


@contextmanager
def _usable(settings: Settings) -> Iterator[None]:
    """A folder or file that cannot be used is a setting to correct."""
    try:
        yield
    except OSError as error:
        where = error.filename or settings.home
        raise ConfigurationError(f"{where} cannot be used ({error.strerror}): set ROOFTREE_HOME to a folder.") from None


def local_caller(services: Services, name: str = "the command line") -> Caller:
    """Whoever sits at this machine, for the (first) organization; it is made on first use."""
    with services.database.read() as conn:
        known = connections.organizations(conn)
    if not known:
        with services.database.write() as conn:
            known = [connections.create_organization(conn, services.settings.office_name, services.clock.now())]
    return Caller(organization_id=known[0].id, name=name, services=services)
