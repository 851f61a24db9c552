"""Jobs: several acts asked for at once, each item with how far it is."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, Row, and_, delete, func, or_, select, update

from rooftree.db import insert_new
from rooftree.errors import InvalidInput, NotAllowed
from rooftree.store.keys import Keys, open_json, seal_json
from rooftree.store.schema import new_id
from rooftree.store.tables.jobs import job, job_item
from rooftree.store.tables.keys import data_key

State = Literal["queued", "waiting", "done", "failed", "needs_human"]
KEEP = timedelta(days=30)
LEASE = timedelta(minutes=2)
"""A process that died over an item is followed by another after so long; the item's key makes it one write."""
OPEN = ("queued", "waiting")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One act of a job. `answer` is its result, or the problem document of what went wrong."""

    job_id: str
    organization_id: str
    actor: str
    position: int
    operation: str
    state: State
    input: Mapping[str, Any]
    answer: Mapping[str, Any] | None
    round: int
    attempts: int
    due_at: datetime | None
    done_at: datetime | None

    @property
    def key(self) -> str:
        """Under which its write is done once, however often a crash repeats it; a retry is a write of its own."""
        first = self.input.get("idempotency_key") or f"{self.job_id}:{self.position}"
        return f"{first}:{self.round}" if self.round else str(first)


def create(
    conn: Connection,
    keys: Keys,
    organization_id: str,
    actor: str,
    wanted: Sequence[tuple[str, Mapping[str, Any]]],
    now: datetime,
    *,
    key: str | None = None,
    state: State = "queued",
) -> str:
    """A job of (operation, input) items; the same key again is the same job. Raises InvalidInput for another's key."""
    id, request = new_id("job"), keys.fingerprint(json.dumps(list(wanted), sort_keys=True).encode())
    row = {"id": id, "organization_id": organization_id, "actor": actor, "key": key, "request_hash": request}
    if not insert_new(conn, job, {**row, "made_at": now}):
        known = conn.execute(select(job).where(job.c.organization_id == organization_id, job.c.key == key)).one()
        if known.request_hash != request:
            raise InvalidInput("This key already stands for another job; make a new one.", path="idempotency_key")
        return str(known.id)
    seal = keys.create(conn, id)
    for position, (operation, given) in enumerate(wanted):
        values = {"job_id": id, "position": position, "operation": operation, "state": state, "round": 0, "attempts": 0}
        sealed = seal_json(seal, given, "job_item", "input", f"{id}:{position}")
        conn.execute(job_item.insert().values(**values, input=sealed, due_at=now))
    return id


def get(conn: Connection, id: str, organization_id: str) -> Row[Any]:
    """One job; raises NotAllowed."""
    found = conn.execute(select(job).where(job.c.id == id, job.c.organization_id == organization_id)).first()
    if found is None:
        raise NotAllowed(f"There is no job {id} here.")
    return found


def listed(conn: Connection, organization_id: str, before: str | None, limit: int) -> list[Row[Any]]:
    """Jobs, the newest first; `before` is the last id of the page before."""
    query = select(job).where(job.c.organization_id == organization_id)
    query = query.where(job.c.id < before) if before else query
    return list(conn.execute(query.order_by(job.c.id.desc()).limit(limit)))


def counts(conn: Connection, ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """For each job, how many items are in which state."""
    query = select(job_item.c.job_id, job_item.c.state, func.count()).where(job_item.c.job_id.in_(ids))
    told: dict[str, dict[str, int]] = {id: {} for id in ids}
    for id, state, number in conn.execute(query.group_by(job_item.c.job_id, job_item.c.state)):
        told[id][state] = number
    return told


def items(conn: Connection, keys: Keys, id: str) -> list[Item]:
    """The items of a job in their order."""
    return _read(conn, keys, job_item.c.job_id == id)


def claim(conn: Connection, keys: Keys, now: datetime, limit: int) -> list[Item]:
    """Items to be looked at now, for LEASE; two processes never claim the same."""
    due = and_(job_item.c.state.in_(OPEN), or_(job_item.c.due_at.is_(None), job_item.c.due_at <= now))
    places = select(job_item.c.job_id, job_item.c.position).where(due).order_by(job_item.c.due_at).limit(limit)
    found = conn.execute(places.with_for_update(skip_locked=True)).all()
    if not found:
        return []
    mine = or_(*(and_(job_item.c.job_id == id, job_item.c.position == position) for id, position in found))
    conn.execute(update(job_item).where(mine).values(due_at=now + LEASE))
    return _read(conn, keys, mine)


def keep(
    conn: Connection,
    keys: Keys,
    item: Item,
    state: State,
    answer: Mapping[str, Any],
    now: datetime,
    due_at: datetime | None = None,
) -> None:
    """What came of an item so far; `due_at` is when to look again at one that is still open."""
    sealed = seal_json(keys.get(conn, item.job_id), answer, "job_item", "answer", f"{item.job_id}:{item.position}")
    over = None if state in OPEN else now
    values = {"state": state, "answer": sealed, "attempts": item.attempts + 1, "due_at": due_at, "done_at": over}
    conn.execute(update(job_item).where(_at(item)).values(values))


def retry(conn: Connection, id: str, now: datetime) -> int:
    """Queue what failed once more, as writes of their own; how many. What a person must look at is left alone."""
    failed = (job_item.c.job_id == id) & (job_item.c.state == "failed")
    values = {"state": "queued", "round": job_item.c.round + 1, "attempts": 0, "due_at": now, "done_at": None}
    return conn.execute(update(job_item).where(failed).values(values)).rowcount


def forget_old(conn: Connection, now: datetime) -> None:
    """Drop jobs made longer than KEEP ago of which nothing is open, key and all."""
    still_open = select(job_item.c.job_id).where(job_item.c.state.in_(OPEN))
    old = (job.c.made_at < now - KEEP) & job.c.id.not_in(still_open)
    ids = list(conn.scalars(select(job.c.id).where(old)))
    conn.execute(delete(data_key).where(data_key.c.subject.in_(ids)))
    conn.execute(delete(job).where(job.c.id.in_(ids)))


def _at(item: Item) -> Any:
    return (job_item.c.job_id == item.job_id) & (job_item.c.position == item.position)


def _read(conn: Connection, keys: Keys, chosen: Any) -> list[Item]:
    query = select(job_item, job.c.organization_id, job.c.actor, data_key.c.wrapped).join(job)
    query = query.join(data_key, data_key.c.subject == job.c.id).where(chosen)
    return [_item(keys, row) for row in conn.execute(query.order_by(job_item.c.job_id, job_item.c.position))]


def _item(keys: Keys, row: Row[Any]) -> Item:
    key, place = keys.open(row.wrapped, row.job_id), f"{row.job_id}:{row.position}"
    facts = {name: value for name, value in row._mapping.items() if name not in ("input", "answer", "wrapped")}
    given = open_json(key, row.input, "job_item", "input", place)
    answer = open_json(key, row.answer, "job_item", "answer", place) if row.answer else None
    return Item(**facts, input=given, answer=answer)
