"""Organizations and their connections: one account at one PMS each, with its sealed credentials."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, cast

from sqlalchemy import Connection, Row, insert, select, update

from rooftree.errors import NotAllowed
from rooftree.store.keys import Keys, open_json, seal_json
from rooftree.store.schema import new_id
from rooftree.store.tables.connections import connection, organization

Mode = Literal["shadow", "live"]
State = Literal["ok", "needs_credentials", "paused", "unreachable"]
Notifier = Literal["pms", "rooftree"]
_SEALED = ("credentials", "webhook_secrets")
LEARNED = "learned."
"""How the options begin that were learned of the account and that no person sets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """A management company."""

    id: str
    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PmsConnection:
    """One account at one PMS; its secrets are fetched apart, by `credentials` and `webhook_secrets`."""

    id: str
    organization_id: str
    name: str
    pms: str
    base_url: str
    mode: Mode
    state: State
    state_why: str | None
    writes_enabled: bool
    """The kill switch: False stops every write to the PMS at once."""
    webhook_path: str = field(repr=False)
    """The unguessable last part of the address this PMS sends its webhooks to."""
    time_zone: str
    who_notifies_vendors: Notifier
    created_at: datetime
    live_at: datetime | None
    credentials_at: datetime
    """Since when this key is in use."""
    webhook_secrets_at: datetime | None
    """Since when the newest webhook secret is in use."""
    options: Mapping[str, str]


def create_organization(conn: Connection, name: str, now: datetime) -> Organization:
    made = Organization(id=new_id("org"), name=name, created_at=now)
    conn.execute(insert(organization).values(id=made.id, name=name, created_at=now))
    return made


def organizations(conn: Connection) -> list[Organization]:
    """All of them, oldest first."""
    rows = conn.execute(select(organization).order_by(organization.c.created_at, organization.c.id))
    return [Organization(**row._mapping) for row in rows]


def create(
    conn: Connection,
    keys: Keys,
    *,
    organization_id: str,
    name: str,
    pms: str,
    base_url: str,
    credentials: Mapping[str, str],
    now: datetime,
    options: Mapping[str, str] | None = None,
    mode: Mode = "shadow",
    time_zone: str = "America/New_York",
    who_notifies_vendors: Notifier = "rooftree",
    webhook_secrets: Sequence[str] = (),
) -> PmsConnection:
    """A new connection; in shadow, nothing is written to the PMS until it is set live."""
    id = new_id("con")
    key = keys.create(conn, id)
    conn.execute(
        insert(connection).values(
            id=id,
            organization_id=organization_id,
            name=name,
            pms=pms,
            base_url=base_url,
            credentials=seal_json(key, dict(credentials), "connection", "credentials", id),
            webhook_secrets=seal_json(key, list(webhook_secrets), "connection", "webhook_secrets", id),
            options=dict(options or {}),
            mode=mode,
            state="ok",
            writes_enabled=True,
            webhook_path=secrets.token_urlsafe(24),
            time_zone=time_zone,
            who_notifies_vendors=who_notifies_vendors,
            created_at=now,
            live_at=now if mode == "live" else None,
            credentials_at=now,
            webhook_secrets_at=now if webhook_secrets else None,
        )
    )
    return get(conn, id)


def get(conn: Connection, id: str, organization_id: str | None = None) -> PmsConnection:
    """The connection; raises NotAllowed when there is none, or it is another organization's."""
    row = conn.execute(_columns().where(connection.c.id == id)).first()
    if row is None or organization_id not in (None, row.organization_id):
        raise NotAllowed(f"There is no connection {id} here.")
    return _read(row)


def listed(conn: Connection, organization_id: str | None = None) -> list[PmsConnection]:
    """The connections of one organization, or all, oldest first."""
    query = _columns().order_by(connection.c.created_at, connection.c.id)
    if organization_id is not None:
        query = query.where(connection.c.organization_id == organization_id)
    return [_read(row) for row in conn.execute(query)]


def by_webhook_path(conn: Connection, path: str) -> PmsConnection | None:
    """The connection that owns this part of a webhook address."""
    row = conn.execute(_columns().where(connection.c.webhook_path == path)).first()
    return None if row is None else _read(row)


def credentials(conn: Connection, keys: Keys, id: str) -> dict[str, str]:
    """What signs this connection's calls; never log it."""
    return cast("dict[str, str]", _unsealed(conn, keys, id, "credentials"))


def webhook_secrets(conn: Connection, keys: Keys, id: str) -> list[str]:
    """The secrets that may sign this connection's webhooks, newest first; two while rotating."""
    return cast("list[str]", _unsealed(conn, keys, id, "webhook_secrets"))


def keep_credentials(conn: Connection, keys: Keys, id: str, credentials: Mapping[str, str], now: datetime) -> None:
    """Replace the credentials (a new key, a refreshed token); a connection that waited for them is ok again."""
    _seal(conn, keys, id, "credentials", dict(credentials))
    _change(conn, id, credentials_at=now)
    waiting = (connection.c.id == id) & (connection.c.state == "needs_credentials")
    conn.execute(update(connection).where(waiting).values(state="ok", state_why=None))


def add_webhook_secret(conn: Connection, keys: Keys, id: str, secret: str, now: datetime) -> None:
    """A new webhook secret; the one before it stays valid until the next rotation."""
    _seal(conn, keys, id, "webhook_secrets", [secret, *webhook_secrets(conn, keys, id)][:2])
    _change(conn, id, webhook_secrets_at=now)


def set_state(conn: Connection, id: str, state: State, why: str | None = None) -> None:
    """How the connection fares, and why in words a user can act on."""
    _change(conn, id, state=state, state_why=why)


def set_mode(conn: Connection, id: str, mode: Mode, now: datetime) -> None:
    """Shadow or live; remembers when it went live."""
    _change(conn, id, mode=mode, live_at=now if mode == "live" else None)


def set_writes(conn: Connection, id: str, enabled: bool) -> None:
    """Turn the kill switch: with False no write to this PMS is sent."""
    _change(conn, id, writes_enabled=enabled)


def set_notifier(conn: Connection, id: str, who: Notifier) -> None:
    """Who tells vendors of their jobs from now on; a job already offered goes on as it began."""
    _change(conn, id, who_notifies_vendors=who)


def set_option(conn: Connection, id: str, name: str, value: str | None) -> None:
    """Set one option, or take it away with None."""
    options = {**get(conn, id).options, name: value}
    _change(conn, id, options={key: kept for key, kept in options.items() if kept is not None})


def keep_learned(conn: Connection, id: str, facts: Mapping[str, str]) -> None:
    """Replace what was learned of the account when it was connected: options that no person sets."""
    set_by_people = {name: value for name, value in get(conn, id).options.items() if not name.startswith(LEARNED)}
    _change(conn, id, options={**set_by_people, **facts})


def hold(conn: Connection, id: str) -> str:
    """Its organization's id; until the transaction ends no other may change this connection's mirror."""
    held = select(connection.c.organization_id).where(connection.c.id == id).with_for_update(key_share=True)
    found: str | None = conn.scalar(held)
    if found is None:
        raise NotAllowed(f"There is no connection {id} here.")
    return found


def _columns() -> Any:
    return select(*(column for column in connection.c if column.name not in _SEALED))


def _read(row: Row[Any]) -> PmsConnection:
    return PmsConnection(**row._mapping)


def _unsealed(conn: Connection, keys: Keys, id: str, column: str) -> Any:
    sealed = conn.scalar(select(connection.c[column]).where(connection.c.id == id))
    if sealed is None:
        raise NotAllowed(f"There is no connection {id} here.")
    return open_json(keys.get(conn, id), sealed, "connection", column, id)


def _seal(conn: Connection, keys: Keys, id: str, column: str, value: Any) -> None:
    _change(conn, id, **{column: seal_json(keys.get(conn, id), value, "connection", column, id)})


def _change(conn: Connection, id: str, **values: Any) -> None:
    if conn.execute(update(connection).where(connection.c.id == id).values(**values)).rowcount == 0:
        raise NotAllowed(f"There is no connection {id} here.")
