"""Webhooks in: verified, durable before they are acknowledged, once each; then taken as hints and re-read."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from rooftree.connectors.base import Connector, Gap, Resource
from rooftree.connectors.webhooks import UnknownKey
from rooftree.db import Database
from rooftree.effects import crash
from rooftree.errors import ConnectorError, NotFound, Unreadable, WebhookRefused
from rooftree.model.base import Record
from rooftree.model.events import Event
from rooftree.store import connections, deliveries, mirroring, records, unreadable
from rooftree.store.connections import PmsConnection
from rooftree.store.deliveries import Arrival, Delivery
from rooftree.store.keys import Keys
from rooftree.store.mirroring import bury, doubt, put_page
from rooftree.sync import echoes
from rooftree.sync.source import Misfit, Source, read

Published = Callable[[bool], Sequence[str]]
_ATTEMPTS = 8
_FIRST_WAIT = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A webhook that may be acknowledged; `fresh` is False for one we had."""

    delivery_id: str | None
    fresh: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Processed:
    """What a round of processing did; `pull` names resources that can only be read by listing."""

    done: int = 0
    waiting: int = 0
    failed: int = 0
    pull: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _News:
    """What re-reading one hinted record brought: the record, a misfit, or nothing (`gone`)."""

    resource: Resource[Any]
    event: Event
    found: Record | Misfit | None
    as_of: datetime


def receive(
    database: Database,
    keys: Keys,
    connection: PmsConnection,
    connector: Connector,
    body: bytes,
    headers: Mapping[str, str],
    now: datetime,
    published: Published = lambda _fresh: (),
) -> Receipt:
    """Take in one webhook request; when this returns it is durable and may be answered 2xx.

    `published` hands out what the PMS publishes to check its webhooks by, read anew where it is asked for `fresh`.
    Raises WebhookRefused for one that is not genuine, Unavailable when it could not be checked or stored.
    """
    with database.read() as conn:
        secrets = connections.webhook_secrets(conn, keys, connection.id)
    return keep(database, keys, [genuine(connection, connector, secrets, body, headers, now, published)])[0]


def genuine(
    connection: PmsConnection,
    connector: Connector,
    secrets: Sequence[str],
    body: bytes,
    headers: Mapping[str, str],
    now: datetime,
    published: Published = lambda _fresh: (),
) -> Arrival:
    """The request as it is to be kept; raises WebhookRefused when the PMS did not send it, or not just now."""
    if connector.webhooks is None:
        raise WebhookRefused(f"{connector.manifest.title} sends no webhooks.")
    try:
        known = published(False) if connector.published_keys else ()
        connector.webhooks.verify(body, headers, [*known, *secrets], now)
    except UnknownKey:  # it may have been rotated in since the keys were read
        connector.webhooks.verify(body, headers, [*published(True), *secrets], now)
    return Arrival(
        organization_id=connection.organization_id,
        connection_id=connection.id,
        key=_key(connector, body, now),
        body=body,
        headers=headers,
        at=now,
    )


def keep(database: Database, keys: Keys, arrivals: Sequence[Arrival]) -> list[Receipt]:
    """Make them durable in one transaction, all or none; raises Unavailable, and then none may be acknowledged."""
    rows = deliveries.sealed(keys, arrivals)
    with database.write() as conn:
        ids = deliveries.keep(conn, rows)
    return [Receipt(delivery_id=id, fresh=id is not None) for id in ids]


def process(source: Source, limit: int = 50) -> Processed:
    """Deal with all deliveries that wait, `limit` at a time: each event is a hint, its record is read anew.

    Never raises for a PMS that fails: the delivery waits. Pull what comes back in `pull`.
    """
    total = Processed()
    while waiting := _claim(source, limit):
        for delivery in waiting:
            total = _add(total, _deal_with(source, delivery))
    return total


def reread(source: Source, record: str, ids: Sequence[str]) -> int:
    """Read these records again, one by one; how many the PMS still shows. None where it lets none be read alone.

    What was read before a failure stays; raises ConnectorError for the failure.
    """
    resource = next((row for row in source.connector.resources if row.name == record), None)
    if resource is None or isinstance(resource.get, Gap):
        return 0
    found = 0
    for id in ids:
        one = _reread(source, resource, Event(key="", record=record, id=id, change="unknown"))
        with source.database.write() as conn:
            _put(conn, source, one, told_by="poll")
        found += one.found is not None
    return found


def _claim(source: Source, limit: int) -> list[Delivery]:
    with source.database.write() as conn:
        return deliveries.claim(conn, source.keys, source.connection.id, now=source.clock.now(), limit=limit)


def _key(connector: Connector, body: bytes, now: datetime) -> str:
    """The keys of the events in it, or, for a body we cannot read, its hash.

    An unsigned hint has no number of its own: two changes of one record read alike, so only a flood is held back.
    """
    assert connector.webhooks is not None
    if not connector.manifest.webhooks_signed:
        return f"hint:{int(now.timestamp())}:{hashlib.sha256(body).hexdigest()}"
    try:
        found = sorted(event.key for event in connector.webhooks.parse(body))
    except Unreadable:
        found = []
    if len(found) == 1 and len(found[0]) <= 200:
        return found[0]
    told = "\0".join(found).encode() if found else body
    return f"{'events' if found else 'body'}:{hashlib.sha256(told).hexdigest()}"


def _deal_with(source: Source, delivery: Delivery) -> Processed:
    assert source.connector.webhooks is not None
    try:
        hints = source.connector.webhooks.parse(delivery.body)
        news, pull = _heed(source, hints)
        _check_lag(source, news)
    except Unreadable as error:
        return _give_up(source, delivery, str(error))
    except ConnectorError as error:
        return _wait(source, delivery, str(error))
    crash.point("ingest.read")
    with source.database.write() as conn:
        for one in news:
            _put(conn, source, one)
        deliveries.done(conn, delivery.id, source.clock.now())
        crash.point("ingest.committing")
    return Processed(done=1, pull=frozenset(pull))


def _heed(source: Source, hints: Sequence[Event]) -> tuple[list[_News], set[str]]:
    """Re-read each hinted record once; names of resources that cannot be read one by one come back apart."""
    latest = {(event.record, event.id): event for event in hints}
    rows = {row.name: row for row in source.connector.resources}
    news: list[_News] = []
    pull: set[str] = set()
    for event in latest.values():
        resource = rows.get(event.record)
        if resource is None:
            continue
        if isinstance(resource.get, Gap):
            pull.add(resource.name)
        else:
            news.append(_reread(source, resource, event))
    return news, pull


def _reread(source: Source, resource: Resource[Any], event: Event) -> _News:
    as_of = source.clock.now()
    try:
        wire = source.clean(resource.verb("get")(source.wire, event.id))
    except NotFound:
        return _News(resource, event, None, as_of)
    return _News(resource, event, read(resource, wire, replace(source.context, now=as_of)), as_of)


def _check_lag(source: Source, news: Sequence[_News]) -> None:
    """A record told of but nowhere to be seen may not be readable yet; raises NotFound so that we ask again."""
    with source.database.read() as conn:
        for one in news:
            if one.found is not None or one.event.change == "deleted":
                continue
            where = (source.connection.id, one.resource.record, one.event.id)
            if records.by_external_id(conn, source.keys, *where) is None:
                raise NotFound(f"The PMS told of a {one.resource.name} that it does not show yet.")


def _put(conn: Connection, source: Source, one: _News, told_by: mirroring.Source = "webhook") -> None:
    connection, name, now = source.connection, one.resource.name, source.clock.now()
    if isinstance(one.found, Misfit):
        doubt(conn, connection.id, name, [one.event.id], now)
        why = one.found.error
        unreadable.keep(conn, source.keys, connection.id, name, one.event.id, one.found.raw, error=why, now=now)
        return
    if one.found is None:
        gone = bury(conn, connection.id, name, one.event.id, now=now, reason="The PMS says it is not there.")
        changes, found = [gone] if gone is not None else [], []
    else:
        put = put_page(conn, source.keys, connection.id, name, [one.found], as_of=one.as_of, source=told_by)
        unreadable.readable(conn, connection.id, name, [one.found.id])
        changes, found = [*put.created, *put.changed], [one.found]
    echoes.tell(conn, source, name, changes, found, at=now, seen_by=told_by)


def _wait(source: Source, delivery: Delivery, why: str) -> Processed:
    """Try again later, ever more slowly; what still fails then is left to the next pull."""
    if delivery.attempts >= _ATTEMPTS:
        return _give_up(source, delivery, why)
    pause = max(_FIRST_WAIT, source.connector.manifest.read_lag) * 2 ** (delivery.attempts - 1)
    with source.database.write() as conn:
        deliveries.again(conn, delivery.id, source.clock.now() + timedelta(seconds=pause), why)
    return Processed(waiting=1)


def _give_up(source: Source, delivery: Delivery, why: str) -> Processed:
    with source.database.write() as conn:
        deliveries.failed(conn, delivery.id, source.clock.now(), why)
    return Processed(failed=1)


def _add(one: Processed, other: Processed) -> Processed:
    return Processed(
        done=one.done + other.done,
        waiting=one.waiting + other.waiting,
        failed=one.failed + other.failed,
        pull=one.pull | other.pull,
    )
