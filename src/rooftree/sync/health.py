"""What reading teaches about a connection: it works, it does not answer, or its key is refused."""

from __future__ import annotations

from rooftree.connectors.base import Connector
from rooftree.db import Database
from rooftree.errors import ConnectorError, RateLimited, Unauthorized, Unlicensed, Unreachable
from rooftree.store import connections
from rooftree.store.connections import State


def works(database: Database, connection_id: str) -> None:
    """A pull came through: a connection that was unreachable is ok again."""
    _set(database, connection_id, "ok", None)


def failed(database: Database, connection_id: str, connector: Connector, error: ConnectorError) -> None:
    """A call failed: a refused key asks for a new one, a PMS that does not answer is unreachable."""
    if refused(error):
        _set(database, connection_id, "needs_credentials", connector.manifest.key_help or str(error))
    elif isinstance(error, Unreachable):
        _set(database, connection_id, "unreachable", str(error))


def refused(error: ConnectorError) -> bool:
    """Whether the key itself is refused, not only its right to one resource."""
    return isinstance(error, Unauthorized) and not isinstance(error, Unlicensed) and error.status != 403


def concerns_all(error: ConnectorError) -> bool:
    """Whether the next resource would fare the same."""
    return isinstance(error, Unreachable | RateLimited) or refused(error)


def _set(database: Database, connection_id: str, state: State, why: str | None) -> None:
    """Never wakes a connection that a person paused, nor one whose key was refused and not renewed."""
    with database.read() as conn:
        now = connections.get(conn, connection_id).state
    if now in (state, "paused") or (state == "ok" and now != "unreachable"):
        return
    with database.write() as conn:
        connections.set_state(conn, connection_id, state, why)
