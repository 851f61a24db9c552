"""The rows of effects and the only statements that change them.

Every change of state names the state it comes from and the fencing token of the lease, so that a worker that was
overtaken changes nothing: it gets `Fenced`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, or_, select, update

from rooftree.db import Database
from rooftree.effects.states import OVER, Effect, Fenced, Intent, Kind, State
from rooftree.errors import InvalidInput
from rooftree.store.keys import Keys, place
from rooftree.store.tables import effects as t


class Ledger:
    """The effects of one database; bodies are sealed, natural keys are kept as fingerprints."""

    def __init__(self, database: Database, keys: Keys) -> None:
        self.database = database
        self.keys = keys

    def prepare(self, intent: Intent, now: datetime) -> Effect:
        """The effect of this intent, written durably the first time it is asked for.

        Raises InvalidInput when the same `op_key` stands for another body: two wishes under one name.
        """
        found = self.find(intent.op_key)
        if found is None:
            with self.database.write() as conn:
                row = self._new_row(conn, intent, now)
                conn.execute(self.database.insert(t.effect).values(row).on_conflict_do_nothing())
            found = self.get(intent.op_key)
        if found.body_hash != self.fingerprint(intent.body):
            raise InvalidInput(f"The key {intent.op_key} already stands for another request.", path="op_key")
        return found

    def _new_row(self, conn: Connection, intent: Intent, now: datetime) -> dict[str, Any]:
        key = self.keys.ensure(conn, key_subject(intent.push_key or intent.op_key))
        return {
            "op_key": intent.op_key,
            "push_key": intent.push_key,
            "organization_id": intent.organization_id,
            "connection_id": intent.connection_id,
            "target": intent.target,
            "label": intent.label,
            "kind": intent.kind.value,
            "natural_key": self.fingerprint(f"{intent.target}\0{intent.natural_key}".encode()),
            "body_hash": self.fingerprint(intent.body),
            "body": key.seal(intent.body, place("effect", "body", intent.op_key)),
            "marker": intent.marker,
            "since": intent.since,
            "state": State.PREPARED.value,
            "token": 0,
            "sends": 0,
            "reads": 0,
            "reason": "",
            "prepared_at": now,
        }

    def fingerprint(self, value: bytes) -> str:
        return self.keys.fingerprint(value).hex()

    def find(self, op_key: str) -> Effect | None:
        with self.database.read() as conn:
            return _one(conn, op_key)

    def get(self, op_key: str) -> Effect:
        """The effect; raises KeyError."""
        effect = self.find(op_key)
        if effect is None:
            raise KeyError(op_key)
        return effect

    def body(self, effect: Effect) -> bytes:
        """What was to be sent, opened; raises CannotUnseal once its key was destroyed."""
        with self.database.read() as conn:
            sealed = conn.execute(select(t.effect.c.body).where(t.effect.c.op_key == effect.op_key)).scalar_one()
            key = self.keys.get(conn, key_subject(effect.push_key or effect.op_key))
        return key.unseal(sealed, place("effect", "body", effect.op_key))

    def of_push(self, push_key: str) -> list[Effect]:
        """The effects of a push in the order they were prepared."""
        mine = select(t.effect).where(t.effect.c.push_key == push_key)
        return self._many(mine.order_by(t.effect.c.prepared_at, t.effect.c.op_key))

    def lease(self, effect: Effect, now: datetime, seconds: float) -> Effect | None:
        """The effect with a fresh fencing token, or None while another worker or another effect holds its thing."""
        with self.database.write() as conn:
            held = conn.execute(select(t.lease).where(*_thing(effect)).with_for_update()).mappings().first()
            if held and not _free(conn, held, effect, now):
                return None
            token = (held["token"] if held else 0) + 1
            values = {"op_key": effect.op_key, "token": token, "until": now + timedelta(seconds=seconds)}
            thing = {
                "connection_id": effect.connection_id,
                "target": effect.target,
                "natural_key": effect.natural_key,
            }
            insert = self.database.insert(t.lease).values(**thing, **values)
            conn.execute(insert.on_conflict_do_update(index_elements=list(thing), set_=values))
            conn.execute(update(t.effect).where(t.effect.c.op_key == effect.op_key).values(token=token))
            return _one(conn, effect.op_key)

    def held_until(self, effect: Effect) -> datetime | None:
        """When the lease on this effect's thing runs out; None when nobody ever held it."""
        with self.database.read() as conn:
            until: datetime | None = conn.execute(select(t.lease.c.until).where(*_thing(effect))).scalar_one_or_none()
        return until

    def release(self, effect: Effect, now: datetime) -> None:
        """Let the lease run out at once, if this worker still holds it."""
        mine = (t.lease.c.op_key == effect.op_key, t.lease.c.token == effect.token)
        with self.database.write() as conn:
            conn.execute(update(t.lease).where(*_thing(effect), *mine).values(until=now))

    def move(self, effect: Effect, state: State, **facts: Any) -> Effect:
        """Change the state and the given columns; raises Fenced when this worker was overtaken meanwhile."""
        c = t.effect.c
        here = (c.op_key == effect.op_key, c.token == effect.token, c.state == effect.state.value)
        with self.database.write() as conn:
            done = conn.execute(update(t.effect).where(*here).values(state=state.value, **facts))
            moved = _one(conn, effect.op_key) if done.rowcount == 1 else None
        if moved is None:
            raise Fenced(f"Another worker took over effect {effect.op_key}.")
        return moved

    def postpone(self, op_key: str, due_at: datetime, reason: str) -> None:
        """Let an open effect be looked at again no sooner than `due_at`."""
        with self.database.write() as conn:
            conn.execute(update(t.effect).where(*_open(op_key)).values(due_at=due_at, reason=reason))

    def conclude(self, conn: Connection, op_keys: Sequence[str], state: State, reason: str, now: datetime) -> None:
        """End effects with VERIFIED or NEEDS_HUMAN; those that are over already stay as they are."""
        values = {"state": state.value, "reason": reason, "over_at": now, "due_at": None}
        conn.execute(update(t.effect).where(*_open(*op_keys)).values(values))

    def unfinished(self, now: datetime) -> list[Effect]:
        """Open effects that are due and that no living worker holds, oldest first; a push resumes its own."""
        c = t.effect.c
        held = select(t.lease.c.op_key).where(t.lease.c.until > now)
        due = or_(c.due_at.is_(None), c.due_at <= now)
        query = select(t.effect).where(c.push_key.is_(None), c.state.not_in(_OVER), due, c.op_key.not_in(held))
        return [effect for effect in self._many(query.order_by(t.effect.c.prepared_at)) if not effect.is_over]

    def sweepable(self, now: datetime) -> list[Effect]:
        """Effects whose marker is to be searched once more."""
        return self._many(select(t.effect).where(t.effect.c.sweep_at <= now).order_by(t.effect.c.sweep_at))

    def schedule_sweep(self, op_key: str, at: datetime | None) -> None:
        with self.database.write() as conn:
            conn.execute(update(t.effect).where(t.effect.c.op_key == op_key).values(sweep_at=at))

    def record_incident(self, op_key: str, external_id: str, kind: str, now: datetime, *, cancelled: bool) -> bool:
        """Write down a row too many and hand its effect to a human; False when it was known already."""
        row = {"op_key": op_key, "external_id": external_id, "kind": kind, "found_at": now, "cancelled": cancelled}
        flagged = {
            "state": State.NEEDS_HUMAN.value,
            "over_at": now,
            "due_at": None,
            "reason": f"The other side holds a row too many for this write: {external_id} ({kind}).",
        }
        insert = self.database.insert(t.incident).values(row).on_conflict_do_nothing()
        with self.database.write() as conn:
            new = conn.execute(insert.returning(t.incident.c.op_key)).first() is not None
            if new:
                conn.execute(update(t.effect).where(t.effect.c.op_key == op_key).values(flagged))
        return new

    def incidents_of(self, op_key: str) -> list[RowMapping]:
        query = select(t.incident).where(t.incident.c.op_key == op_key).order_by(t.incident.c.found_at)
        with self.database.read() as conn:
            return list(conn.execute(query).mappings())

    def _many(self, query: Any) -> list[Effect]:
        with self.database.read() as conn:
            return [_effect(row) for row in conn.execute(query).mappings()]


def key_subject(push_or_op_key: str) -> str:
    """Whose data key seals the bodies of a push: destroying it erases what was sent, not that it was sent."""
    return f"push:{push_or_op_key}"


_OVER = [state.value for state in OVER]


def _open(*op_keys: str) -> tuple[Any, Any]:
    return t.effect.c.op_key.in_(op_keys), t.effect.c.state.not_in(_OVER)


def _thing(effect: Effect) -> tuple[Any, ...]:
    c = t.lease.c
    return (
        c.connection_id == effect.connection_id,
        c.target == effect.target,
        c.natural_key == effect.natural_key,
    )


def _free(conn: Connection, held: RowMapping, effect: Effect, now: datetime) -> bool:
    """Nobody sends about this thing: the holder has ended, or it is ours and its worker is gone or let go."""
    other = _one(conn, held["op_key"])
    if other is None or other.is_over:
        return True
    if other.state is State.CONFIRMED and other.push_key is not None and other.push_key == effect.push_key:
        return True
    return bool(held["until"] <= now) and other.op_key == effect.op_key


def _one(conn: Connection, op_key: str) -> Effect | None:
    row = conn.execute(select(t.effect).where(t.effect.c.op_key == op_key)).mappings().first()
    return _effect(row) if row else None


def _effect(row: RowMapping) -> Effect:
    facts = {name: value for name, value in row.items() if name != "body"}
    return Effect(**{**facts, "kind": Kind(facts["kind"]), "state": State(facts["state"])})
