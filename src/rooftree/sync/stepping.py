"""Walking one push to its end: next call, effect, read back, again; then compare and conclude."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from rooftree.connectors.base import Answer, Found, Send, Write
from rooftree.connectors.probe import Evidence
from rooftree.db import Database
from rooftree.effects import crash
from rooftree.effects.ledger import Ledger
from rooftree.effects.machine import perform
from rooftree.effects.states import Effect, Fenced, Intent, State, Way
from rooftree.errors import (
    ConnectorError,
    InvalidInput,
    NotFound,
    RateLimited,
    Refused,
    Rejected,
    RooftreeError,
    Unauthorized,
    Unreadable,
    Unsupported,
)
from rooftree.model.base import Record
from rooftree.redact import mask
from rooftree.store import codec, evidence, records
from rooftree.store.keys import Keys
from rooftree.sync import compare, contest, pushes
from rooftree.sync.door import Door, Outcome, bounds_of, said
from rooftree.sync.picks import renewed
from rooftree.sync.pushes import Push
from rooftree.sync.reading import read_one, resource_of, to_record
from rooftree.sync.server_time import Listening

_MOST_STEPS = 20
_MARGIN = timedelta(seconds=2)
_PATIENCE = timedelta(days=1)
_PATIENCE_UNREADABLE = timedelta(minutes=10)
"""A page of maintenance HTML passes; a record that fits no mapping does not."""
_LIVING = timedelta(seconds=60)
_OUTDATED = "The record was changed in the PMS meanwhile; the call is made anew."
_CANNOT = (Unsupported, InvalidInput, Rejected)


class Stepping:
    """One worker's turn at one push. `call` makes one call of a Send; `allowed` asks the kill switch."""

    def __init__(
        self,
        door: Door,
        push: Push,
        write: Write[Any],
        *,
        call: Callable[[Send], Answer],
        allowed: Callable[[], None],
    ) -> None:
        self.door = door
        self.push = push
        self.write = write
        self.ledger = Ledger(door.database, door.keys)
        self.manifest = door.connector.manifest
        self.resource = resource_of(door, push.kind)
        self.context = replace(door.context, marker=push.marker, now=push.opened_at)
        self._call = call
        self._allowed = allowed

    def advance(self) -> Outcome:
        """Bring the push as far as it gets now."""
        for _ in range(_MOST_STEPS):
            if self.push.state != "open":
                return outcome_of(self.door.database, self.door.keys, self.push)
            outcome = self._step()
            if outcome is not None:
                return outcome
        return self._finish("needs_human", f"Not done after {_MOST_STEPS} calls.")

    def _step(self) -> Outcome | None:
        """One call further; None when the push may go on at once."""
        effects = self.ledger.of_push(self.push.op_key)
        last = effects[-1] if effects else None
        if self.push.record_id is None and effects:  # told by the first call, and not yet kept when we died
            self.push = replace(self.push, record_id=effects[0].external_id)
        try:
            if last is not None and last.state is State.REJECTED and last.reason == _OUTDATED:
                return self._next(effects, last)
            if last is not None and last.state in (State.REJECTED, State.NEEDS_HUMAN):
                return self._stopped(effects, last)
            if last is not None and last.state is not State.CONFIRMED:
                before = self._before(last)
                return self._perform(last.op_key, self._rebuilt(before), before, again=True)
            return self._next(effects, last)
        except Fenced:
            return self._wait(self.door.clock.now() + timedelta(seconds=1), "Another worker is at it.")
        except _CANNOT as error:
            return self._finish("needs_human" if effects else "rejected", _text(error))
        except NotFound as error:
            return self._not_there(last, error)
        except ConnectorError as error:
            return self._unread(error)

    def _next(self, effects: Sequence[Effect], last: Effect | None) -> Outcome | None:
        read_at = self.door.clock.now()
        current = self._current()
        if _unproven(effects) and current is not None:
            taken = contest.give_way(self.door, self.push, current, sent=bool(effects))
            if taken:
                self._reload()
            if taken and not self.push.fields:
                return self._finish("needs_human", contest.overruled(taken), record=current, read_at=read_at)
        send = self._ask(current)
        crash.point("push.looked")
        if send is None:
            return self._compare(current, last, read_at)
        if self._sent_already(send, effects):
            return self._did_not_stick(current, last, read_at)
        return self._perform(f"{self.push.op_key}/{len(effects) + 1}", send, current)

    def _current(self) -> Record | None:
        return read_one(self.door, self.push.kind, self.push.record_id) if self.push.record_id else None

    def _wanted(self, current: Record | None) -> Record:
        """What the PMS shall hold: what it holds now, with what we want said over it."""
        if current is None:
            return self.push.desired
        return replace(current, **{name: getattr(self.push.desired, name) for name in self._fields})

    def _ask(self, current: Record | None) -> Send | None:
        """The next call; asked once more where a word was not in the pick lists and they were read again for it."""
        try:
            send = self.write.step(current, self._wanted(current), self.context)
        except InvalidInput:
            if not renewed(self.context):
                raise
        else:
            if not renewed(self.context):
                return send
        return self.write.step(current, self._wanted(current), self.context)

    def _before(self, effect: Effect) -> Record | None:
        wire = codec.loads(self.ledger.body(effect))["before"]
        return None if wire is None else to_record(self.door, self.resource, wire)

    def _rebuilt(self, before: Record | None) -> Send:
        send = self._ask(before)
        if send is None:
            raise InvalidInput("The call that was prepared cannot be made again from what was read then.")
        return send

    def _sent_already(self, send: Send, effects: Sequence[Effect]) -> bool:
        asked = codec.loads(codec.dumps(said(send, self.push.desired)))
        return any(codec.loads(self.ledger.body(effect))["said"] == asked for effect in effects)

    def _perform(self, op_key: str, send: Send, before: Record | None, *, again: bool = False) -> Outcome | None:
        body = {"said": said(send, self.push.desired), "before": None if before is None else before.raw}
        intent = Intent(
            op_key=op_key,
            push_key=self.push.op_key,
            organization_id=self.push.organization_id,
            connection_id=self.push.connection_id,
            target=self.push.record,
            label=send.label,
            natural_key=self.push.natural_key,
            body=codec.dumps(body),
            since=self.push.since,
            marker="" if send.idempotent else self.push.marker,
        )
        try:
            way = self._way(send)
            if again:  # what was read before the call was made up may be old by now
                way = replace(way, allowed=lambda: self._still_allowed(send, before))
            effect = perform(self.ledger, intent, way, bounds_of(self.manifest, send), self.door.clock)
        except InvalidInput:
            raise Fenced("Another worker prepared this call from another reading.") from None
        return self._after(effect)

    def _still_allowed(self, send: Send, before: Record | None) -> None:
        """Asked before a call that waited: raises Refused when it would undo what staff changed meanwhile.

        That may be another field too: many a PMS takes a record whole, and the call holds it as it was.
        """
        self._allowed()
        if before is None or self.push.base is None:
            return
        current = self._current()
        contest.refuse_overruled(self.door, self.push, before, current)
        fresh = self._ask(current)
        if fresh is None or said(fresh, self.push.desired) != said(send, self.push.desired):
            raise Refused(_OUTDATED)

    def _after(self, effect: Effect) -> Outcome | None:
        if effect.state in (State.REJECTED, State.NEEDS_HUMAN):
            return None  # the next look at the effects concludes the push
        if effect.state is not State.CONFIRMED:
            return self._wait(effect.due_at or self.door.clock.now() + timedelta(seconds=1), effect.reason)
        self._stay_alive()
        return None

    def _stay_alive(self) -> None:
        """Keep recovery away from a push that is still being worked at."""
        now = self.door.clock.now()
        if self.push.due_at is None or self.push.due_at < now + _LIVING / 2:
            self._change(due_at=now + _LIVING, reason="")

    def way_of(self, effect: Effect) -> Way:
        """How an effect of this push was sent and is searched, made again from what was read then."""
        return self._way(self._rebuilt(self._before(effect)))

    def _way(self, send: Send) -> Way:
        wire = Listening(self.door.wire, self.door.connection_id, self.door.clock)

        def call() -> str | None:
            try:
                answer = self._call(send)
            except Unauthorized as refusal:
                self._witness(refusal)
                raise
            wire.note(answer)
            made = send.id_of(answer)
            if made is None and self.push.record_id is None:
                raise Unreadable("The PMS accepted it and told no id.")
            return made

        def search(since: datetime) -> Sequence[Found]:
            return send.find(wire, since) if send.find else ()

        def applied(_since: datetime) -> Sequence[Found]:
            return self._applied(send)

        searchable = send.find is not None
        find = applied if send.idempotent else search if searchable else None
        return Way(send=call, find=find, cancel=self._cancel(send), allowed=self._allowed)

    def _witness(self, refusal: Unauthorized) -> None:
        """Keep that this key may not write so; a key that is refused as a whole (401) tells nothing of one verb."""
        if refusal.status == 401:
            return
        with self.door.database.write() as conn:
            self._keep_evidence(conn, ok=False, status=refusal.status, why=_text(refusal))

    def _keep_evidence(self, conn: Connection, *, ok: bool, status: int | None, why: str) -> None:
        shown = Evidence(record=self.push.record, verb=self.push.verb, ok=ok, status=status, why=why)
        evidence.keep(conn, self.door.connection_id, [asdict(shown)], self.door.clock.now())

    def _applied(self, send: Send) -> Sequence[Found]:
        """An idempotent call has arrived when what it would do is no longer asked for."""
        if self.push.record_id is None:
            return ()
        following = self._ask(self._current())
        same = following is not None and said(following, self.push.desired) == said(send, self.push.desired)
        return () if same else (Found(id=self.push.record_id, exact=True),)

    def _cancel(self, send: Send) -> Callable[[str], None] | None:
        cancel = self.door.cancel
        if cancel is None or send.idempotent:
            return None
        return lambda id: cancel(self.push.kind, id)

    def _compare(self, current: Record | None, last: Effect | None, read_at: datetime) -> Outcome:
        if current is None:
            return self._finish("rejected", "The connector knows no call that makes this record.")
        unequal = self._unequal(current)
        coarse = tuple(name for name in unequal if compare.coarser(self.push.desired, current, name))
        wrong = tuple(name for name in unequal if name not in coarse)
        crash.point("push.compared")
        if wrong:
            return self._did_not_stick(current, last, read_at, wrong)
        note = f"The PMS has fewer words for: {', '.join(coarse)}." if coarse else ""
        return self._finish("verified", note, record=current, read_at=read_at)

    @property
    def _fields(self) -> tuple[str, ...]:
        """The fields we have something to say about: those to be changed, or all a new record says."""
        return self.push.fields or compare.said_fields(self.push.desired)

    def _unequal(self, current: Record) -> tuple[str, ...]:
        """Fields the PMS can hold, and holds otherwise than we wanted."""
        held = {*self.resource.omits, *self.resource.read_only}
        fields = [name for name in self._fields if name not in held]
        return compare.unequal(self.push.desired, current, fields)

    def _did_not_stick(
        self, current: Record | None, last: Effect | None, read_at: datetime, wrong: Sequence[str] = ()
    ) -> Outcome:
        """The PMS took it and does not show it: too early to say, or silently dropped or changed."""
        visible_at = self._visible_at(last)
        if visible_at is not None and self.door.clock.now() < visible_at:
            return self._wait(visible_at, "Not visible yet.")
        if not wrong and current is not None:
            wrong = self._unequal(current)
        names = ", ".join(wrong) or "the whole change"
        reason = f"The PMS accepted the write but holds otherwise: {names}."
        return self._finish("needs_human", reason, record=current, read_at=read_at)

    def _not_there(self, last: Effect | None, error: NotFound) -> Outcome:
        visible_at = self._visible_at(last)
        if visible_at is not None and self.door.clock.now() < visible_at:
            return self._wait(visible_at, "Not visible yet.")
        if self.push.verb == "close" and last is not None:
            return self._finish("verified", "The PMS shows what is closed no more.")
        return self._finish("needs_human", f"The record is not there any more: {_text(error)}")

    def _visible_at(self, last: Effect | None) -> datetime | None:
        if last is None or last.confirmed_at is None:
            return None
        return last.confirmed_at + timedelta(seconds=self.manifest.read_lag) + _MARGIN

    def _unread(self, error: ConnectorError) -> Outcome:
        """The PMS cannot be read just now; later, but not for ever."""
        now = self.door.clock.now()
        patience = _PATIENCE_UNREADABLE if isinstance(error, Unreadable) else _PATIENCE
        if now - self.push.opened_at > patience:
            return self._finish("needs_human", f"The PMS could not be read for {patience}: {_text(error)}")
        pause = error.retry_after if isinstance(error, RateLimited) else 30.0
        return self._wait(now + timedelta(seconds=max(pause, 1.0)), _text(error))

    def _stopped(self, effects: Sequence[Effect], last: Effect) -> Outcome:
        if last.state is State.REJECTED and len(effects) == 1:
            return self._finish("rejected", last.reason)
        reason = last.reason if len(effects) == 1 else f"Stopped halfway, at {last.label!r}: {last.reason}"
        return self._finish("needs_human", reason)

    def _wait(self, due_at: datetime, reason: str) -> Outcome:
        self._change(due_at=due_at, reason=reason)
        return outcome_of(self.door.database, self.door.keys, self.push)

    def _change(self, **values: Any) -> None:
        with self.door.database.write() as conn:
            pushes.change(conn, self.push.op_key, record_id=self.push.record_id, **values)
        self._reload()

    def _finish(
        self,
        state: pushes.PushState,
        reason: str,
        *,
        record: Record | None = None,
        read_at: datetime | None = None,
    ) -> Outcome:
        """End the push, its effects and, with what was read back, the mirror, in one transaction."""
        now = self.door.clock.now()
        op_keys = [effect.op_key for effect in self.ledger.of_push(self.push.op_key)]
        end = State.VERIFIED if state == "verified" else State.NEEDS_HUMAN
        with self.door.database.write() as conn:
            self.ledger.conclude(conn, op_keys, end, reason, now)
            ended = {"state": state, "reason": reason, "over_at": now, "due_at": None}
            over = pushes.change(conn, self.push.op_key, record_id=self.push.record_id, **ended)
            if record is not None:
                pushes.keep_read_back(conn, self.door.keys, self.push, record, read_at or now)
            if state == "verified":
                self._keep_evidence(conn, ok=True, status=None, why="a write was made and read back")
            if over:
                pushes.tell(conn, self.push, state, now)
            if over and state == "verified":
                pushes.note_written(conn, self.door.keys, self.push, now)
        self._reload()
        if state == "verified":
            crash.point("push.verified")
        return outcome_of(self.door.database, self.door.keys, self.push)

    def _reload(self) -> None:
        found = pushes.find(self.door.database, self.door.keys, self.push.op_key)
        assert found is not None
        self.push = found


def _unproven(effects: Sequence[Effect]) -> bool:
    """Whether no call was taken by an answer: what the PMS holds otherwise than before may be staff's."""
    return all(effect.state is State.REJECTED or effect.settles_at is not None for effect in effects)


def outcome_of(database: Database, keys: Keys, push: Push) -> Outcome:
    """How far a push is, with the record as it was read back."""
    record: Record | None = None
    if push.record_id is not None and push.state != "open":
        with database.read() as conn:
            found = records.by_external_id(conn, keys, push.connection_id, push.kind, push.record_id)
        record = found.record if found else None
    return Outcome(
        op_key=push.op_key,
        state="waiting" if push.state == "open" else push.state,
        record_id=push.record_id,
        record=record,
        reason=push.reason,
        due_at=push.due_at,
        conflicts=pushes.differences(database, keys, push.op_key),
        adopted=push.adopted,
    )


def _text(error: RooftreeError) -> str:
    return mask(str(error)) or type(error).__name__
