"""Who listens at a webhook address: the connection, its connector and its secrets, kept in memory for a second."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from rooftree.clock import Clock
from rooftree.connectors import registry
from rooftree.connectors.base import Connector
from rooftree.db import Database
from rooftree.errors import WebhookRefused
from rooftree.store import connections
from rooftree.store.connections import PmsConnection
from rooftree.store.keys import Keys

LASTS = timedelta(seconds=1)
"""A secret taken away is refused after so long at the latest; a new one is good at once."""
_MOST = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """One connection's ear."""

    connection: PmsConnection
    connector: Connector
    secrets: tuple[str, ...] = field(repr=False)
    read_at: datetime


class Listeners:
    """The listeners of one process; a burst asks the database once a second and not once a delivery."""

    def __init__(self, database: Database, keys: Keys, clock: Clock) -> None:
        self._database = database
        self._keys = keys
        self._clock = clock
        self._known: dict[str, Listener] = {}

    def known(self, path: str) -> Listener | None:
        """The listener as read a moment ago; never touches the database."""
        found = self._known.get(path)
        age = self._clock.now() - found.read_at if found else None
        return found if age is not None and timedelta(0) <= age < LASTS else None

    def read(self, path: str) -> Listener:
        """The listener as the database has it; raises WebhookRefused when nobody listens there."""
        with self._database.read() as conn:
            connection = connections.by_webhook_path(conn, path)
            if connection is None:
                raise WebhookRefused("Nobody listens there.")
            secrets = connections.webhook_secrets(conn, self._keys, connection.id)
        found = Listener(
            connection=connection,
            connector=registry.load(connection.pms),
            secrets=tuple(secrets),
            read_at=self._clock.now(),
        )
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[path] = found
        return found
