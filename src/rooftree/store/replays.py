"""Answers kept for seven days, so that the same request under the same Idempotency-Key is answered the same.

Source: the IETF draft "The Idempotency-Key HTTP Header Field" (httpapi): a key with another request is an error, and
so is one whose first request is still under way.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, select, update

from rooftree.db import insert_new
from rooftree.errors import InvalidInput, UnderWay
from rooftree.store.keys import Keys, open_json, seal_json
from rooftree.store.schema import new_id
from rooftree.store.tables.jobs import replay
from rooftree.store.tables.keys import data_key

KEEP = timedelta(days=7)
LEASE = timedelta(minutes=5)
"""A request that a crash cut off may be made again after so long."""


def begin(
    conn: Connection, keys: Keys, organization_id: str, key: str, request: bytes, now: datetime
) -> tuple[str, Mapping[str, Any] | None]:
    """(id, None) when the request is to be carried out now, (id, answer) when it was before.

    Raises InvalidInput when the key stands for another request, UnderWay while the first one is being carried out.
    """
    key_hash, request_hash = keys.fingerprint(key.encode()), keys.fingerprint(request)
    place = (replay.c.organization_id == organization_id) & (replay.c.key_hash == key_hash)
    _forget(conn, place & (replay.c.begun_at < now - KEEP))
    row = {"organization_id": organization_id, "key_hash": key_hash, "id": new_id("rpl"), "request_hash": request_hash}
    if insert_new(conn, replay, {**row, "begun_at": now}):
        return str(row["id"]), None
    found = conn.execute(select(replay).where(place).with_for_update()).one()
    if found.request_hash != request_hash:
        raise InvalidInput("This key already stands for another request; make a new one.", path="idempotency_key")
    if found.answer is not None:
        return found.id, open_json(keys.get(conn, found.id), found.answer, "replay", "answer", found.id)
    if found.begun_at > now - LEASE:
        raise UnderWay("The first request with this key is still being carried out; ask again in a moment.")
    conn.execute(update(replay).where(place).values(begun_at=now))
    return found.id, None


def finish(conn: Connection, keys: Keys, id: str, answer: Mapping[str, Any]) -> None:
    """Keep the answer, sealed under a key of its own."""
    sealed = seal_json(keys.ensure(conn, id), answer, "replay", "answer", id)
    conn.execute(update(replay).where(replay.c.id == id).values(answer=sealed))


def give_up(conn: Connection, id: str) -> None:
    """The request failed and promised nothing: the same key may try again."""
    conn.execute(delete(replay).where(replay.c.id == id, replay.c.answer.is_(None)))


def forget_old(conn: Connection, now: datetime) -> None:
    """Drop what is older than KEEP, key and all."""
    _forget(conn, replay.c.begun_at < now - KEEP)


def _forget(conn: Connection, old: Any) -> None:
    conn.execute(delete(data_key).where(data_key.c.subject.in_(select(replay.c.id).where(old))))
    conn.execute(delete(replay).where(old))
