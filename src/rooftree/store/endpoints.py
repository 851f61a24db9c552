"""Where an organization wants to be told of events: address, event names, sealed secrets, and how it fares."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, Row, delete, insert, select, update

from rooftree.clock import iso, parse_iso
from rooftree.errors import NotAllowed
from rooftree.store import events
from rooftree.store.keys import Keys, open_json, seal_json
from rooftree.store.schema import new_id
from rooftree.store.tables.webhooks import endpoint

READER = "webhooks"
"""The reader of events that makes messages of them."""
OVERLAP = timedelta(hours=24)
"""So long after a rotation messages carry a second signature by the older secret."""
_PREFIX = "whsec_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One address; its secrets are fetched apart, by `signing_secrets`."""

    id: str
    organization_id: str
    url: str
    events: tuple[str, ...]
    """Event names, `work_order.*` for all of a record, `*` for all there are."""
    state: Literal["active", "disabled"]
    state_why: str | None
    failing_since: datetime | None
    created_at: datetime

    def wants(self, name: str) -> bool:
        """Whether it is to be told of events of this name."""
        return any(each in ("*", name) or (each.endswith(".*") and name.startswith(each[:-1])) for each in self.events)


def create(
    conn: Connection, keys: Keys, *, organization_id: str, url: str, events_wanted: Sequence[str], now: datetime
) -> tuple[Endpoint, str]:
    """A new endpoint and its secret, which is shown this once; it is told of what happens from now on."""
    events.begin_reader(conn, READER, now)
    id, secret = new_id("end"), _new_secret()
    sealed = seal_json(keys.create(conn, id), [[secret, None]], "webhook_endpoint", "secrets", id)
    row = {"id": id, "organization_id": organization_id, "url": url, "events": list(events_wanted), "secrets": sealed}
    conn.execute(insert(endpoint).values(**row, state="active", sequence=0, created_at=now))
    return get(conn, id), secret


def get(conn: Connection, id: str, organization_id: str | None = None) -> Endpoint:
    """The endpoint; raises NotAllowed when there is none, or it is another organization's."""
    row = conn.execute(_columns().where(endpoint.c.id == id)).first()
    if row is None or organization_id not in (None, row.organization_id):
        raise NotAllowed(f"There is no webhook endpoint {id} here.")
    return _read(row)


def listed(conn: Connection, organization_id: str | None = None) -> list[Endpoint]:
    """The endpoints of one organization, or all, oldest first."""
    query = _columns().order_by(endpoint.c.created_at, endpoint.c.id)
    if organization_id is not None:
        query = query.where(endpoint.c.organization_id == organization_id)
    return [_read(row) for row in conn.execute(query)]


def remove(conn: Connection, keys: Keys, id: str, now: datetime) -> None:
    """Forget it, with its messages and secrets."""
    conn.execute(delete(endpoint).where(endpoint.c.id == id))
    keys.destroy(conn, [id], now)


def signing_secrets(conn: Connection, keys: Keys, id: str, now: datetime) -> list[str]:
    """The secrets to sign with now, newest first: two while a rotation is young."""
    return [secret for secret, until in _secrets(conn, keys, id) if until is None or parse_iso(until) > now]


def rotate(conn: Connection, keys: Keys, id: str, now: datetime) -> str:
    """A new secret, shown this once; the one before it signs too for OVERLAP, any older one no more."""
    secret = _new_secret()
    older = [[known, iso(now + OVERLAP)] for known, until in _secrets(conn, keys, id) if until is None]
    sealed = seal_json(keys.get(conn, id), [[secret, None], *older], "webhook_endpoint", "secrets", id)
    conn.execute(update(endpoint).where(endpoint.c.id == id).values(secrets=sealed))
    return secret


def enable(conn: Connection, id: str) -> None:
    """Send to it again; what waits goes at once."""
    conn.execute(update(endpoint).where(endpoint.c.id == id).values(state="active", state_why=None, failing_since=None))


def disable(conn: Connection, id: str, why: str) -> None:
    """Send nothing more to it, and make no messages for it, until a person enables it again."""
    conn.execute(update(endpoint).where(endpoint.c.id == id).values(state="disabled", state_why=why))


def answered(conn: Connection, id: str) -> None:
    """It accepted a message: whatever failed before is forgiven."""
    failing = (endpoint.c.id == id) & endpoint.c.failing_since.is_not(None)
    conn.execute(update(endpoint).where(failing).values(failing_since=None))


def refused(conn: Connection, id: str, now: datetime) -> datetime:
    """It did not accept a message; since when it has accepted none."""
    fresh = (endpoint.c.id == id) & endpoint.c.failing_since.is_(None)
    conn.execute(update(endpoint).where(fresh).values(failing_since=now))
    return conn.scalar(select(endpoint.c.failing_since).where(endpoint.c.id == id)) or now


def next_sequence(conn: Connection, id: str) -> int:
    """The number of its next message: counted without a gap, in the transaction that makes the message."""
    counted = update(endpoint).where(endpoint.c.id == id).values(sequence=endpoint.c.sequence + 1)
    return int(conn.execute(counted.returning(endpoint.c.sequence)).scalar_one())


def _new_secret() -> str:
    """Standard Webhooks: `whsec_` and 24 to 64 random bytes in base64."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def _secrets(conn: Connection, keys: Keys, id: str) -> list[tuple[str, str | None]]:
    sealed = conn.execute(select(endpoint.c.secrets).where(endpoint.c.id == id)).scalar_one()
    return [(secret, until) for secret, until in open_json(keys.get(conn, id), sealed, *_PLACE, id)]


_PLACE = ("webhook_endpoint", "secrets")


def _columns() -> Any:
    return select(*(column for column in endpoint.c if column.name not in ("secrets", "sequence")))


def _read(row: Row[Any]) -> Endpoint:
    return Endpoint(**{**row._mapping, "events": tuple(row.events)})
