"""For a day after each send its marker is searched again; a row too many is a late zombie, and a human is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from rooftree.clock import Clock
from rooftree.effects.ledger import Ledger
from rooftree.effects.states import Effect, Hit, State, Way
from rooftree.errors import ConnectorError, RooftreeError

SWEEPS = (600.0, 3_600.0, 21_600.0, 86_400.0)
"""Seconds after a send at which its marker is searched once more."""
_RETRY = timedelta(seconds=600)
_LONGEST = timedelta(days=3)


def sweep(ledger: Ledger, way_of: Callable[[Effect], Way], clock: Clock) -> list[Effect]:
    """Search the marker of every send whose sweep is due; a row too many is an incident and goes to a human.

    Returns the effects for which something new was found. A search that failed has not happened: it is repeated.
    """
    found = [effect for effect in ledger.sweepable(clock.now()) if _swept(ledger, way_of, effect, clock)]
    return [ledger.get(effect.op_key) for effect in found]


def record_too_many(ledger: Ledger, way: Way, effect: Effect, external_id: str, kind: str, clock: Clock) -> bool:
    """Write down a row too many, taking it back first where the other side permits; False when it was known."""
    if any(row["external_id"] == external_id for row in ledger.incidents_of(effect.op_key)):
        return False
    cancelled = _cancelled(way, external_id)
    return ledger.record_incident(effect.op_key, external_id, kind, clock.now(), cancelled=cancelled)


def _swept(ledger: Ledger, way_of: Callable[[Effect], Way], effect: Effect, clock: Clock) -> bool:
    now = clock.now()
    if not effect.is_over and effect.state is not State.CONFIRMED:
        ledger.schedule_sweep(effect.op_key, now + _RETRY)  # the machine is still searching for it
        return False
    try:
        way = way_of(effect)
        hits = way.find(effect.since) if way.find else ()
    except RooftreeError as error:
        ledger.schedule_sweep(effect.op_key, _again(effect, now, error))
        return False
    new = _record_strangers(ledger, way, effect, hits, clock)
    ledger.schedule_sweep(effect.op_key, _next(effect, now))
    return new


def _record_strangers(ledger: Ledger, way: Way, effect: Effect, hits: Sequence[Hit], clock: Clock) -> bool:
    ids = list(dict.fromkeys(hit.id for hit in hits if hit.exact))
    kind = "row too many"
    if effect.external_id is not None:
        ids = [id for id in ids if id != effect.external_id]
    elif effect.confirmed_at is not None:
        ids = ids[1:]  # the other side told no id: one of them is ours
    else:
        # The only row there is may be the one a human works with by now: it is told, never taken back.
        way, kind = Way(send=way.send, find=way.find), "came too late"
    return bool([id for id in ids if record_too_many(ledger, way, effect, id, kind, clock)])


def _next(effect: Effect, now: datetime) -> datetime | None:
    start = effect.sent_at or effect.prepared_at
    moments = (start + timedelta(seconds=seconds) for seconds in SWEEPS)
    return next((moment for moment in moments if moment > now), None)


def _again(effect: Effect, now: datetime, error: RooftreeError) -> datetime | None:
    hopeful = isinstance(error, ConnectorError) and now - (effect.sent_at or effect.prepared_at) < _LONGEST
    return now + _RETRY if hopeful else None


def _cancelled(way: Way, external_id: str) -> bool:
    if way.cancel is None:
        return False
    try:
        way.cancel(external_id)
    except RooftreeError:
        return False  # the incident row says so
    return True
