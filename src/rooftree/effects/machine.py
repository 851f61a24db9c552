"""One send outward, done once or handed to a human, whatever dies in between.

The machine knows no PMS and no carrier: it is given a `Way` of two callables, `send` and `find`. It never waits:
where time must pass it returns the effect with `due_at`, and whoever runs it calls `perform` again then. Calling
again is always safe, from any process; calling too early changes nothing.

The order of things is the whole point. PREPARED is durable before anything is sent, SENT before the call begins.
What is found in SENT after a crash, or came back unclear, is UNKNOWN, and UNKNOWN is never sent again before it
is proven absent: settled by the bounds the other side declares, and then searched without a trace several times.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from rooftree.clock import Clock
from rooftree.effects import crash
from rooftree.effects.ledger import Ledger
from rooftree.effects.states import Bounds, Effect, Fenced, Hit, Intent, Kind, State, Way
from rooftree.effects.sweep import SWEEPS, record_too_many
from rooftree.errors import (
    Conflict,
    NotFound,
    RateLimited,
    Refused,
    Rejected,
    RooftreeError,
    Unauthorized,
    Unsupported,
)
from rooftree.redact import mask

_REFUSALS = (Rejected, NotFound, Unauthorized, Unsupported, Refused)
_PRECONDITION_FAILED = 412


def perform(ledger: Ledger, intent: Intent, way: Way, bounds: Bounds, clock: Clock) -> Effect:
    """Bring one effect as far as it gets now, and say how far that is.

    Returns it CONFIRMED (a RECORD is still to be read back, see `Ledger.conclude`), REJECTED, NEEDS_HUMAN, or
    still open with `due_at`: call again then. Raises InvalidInput when the op_key stands for another body,
    Fenced when another worker took over, Unavailable when nothing could be stored (and then nothing was sent).
    """
    crash.point("effect.asked")
    effect = ledger.prepare(intent, clock.now())
    crash.point("effect.prepared")
    if effect.is_over or effect.state is State.CONFIRMED or effect.waits(clock.now()):
        return effect
    leased = ledger.lease(effect, clock.now(), bounds.lease)
    if leased is None:
        return _stand_in_line(ledger, effect, clock)
    crash.point("effect.leased")
    effect = _Run(ledger, way, bounds, clock).advance(leased)
    crash.point("effect.ended")
    if not effect.is_over and effect.state is not State.CONFIRMED:
        ledger.release(effect, clock.now())
    return effect


def settle_now(step: Callable[[], Effect], clock: Clock) -> Effect:
    """Call `step` until its effect needs no more waiting, letting the clock pass; for callers that may block."""
    while True:
        effect = step()
        if effect.due_at is None or effect.is_over:
            return effect
        clock.wait(max((effect.due_at - clock.now()).total_seconds(), 0.0))


def recover(ledger: Ledger, resume: Callable[[Effect], Effect], clock: Clock) -> list[Effect]:
    """Resume every open effect that is due and that no living worker holds; call at start-up and then now and again.

    `resume` finds the way of an effect and performs it. What fails is written on the effect and tried later.
    """
    return [_resumed(ledger, resume, effect, clock) for effect in ledger.unfinished(clock.now())]


def _resumed(ledger: Ledger, resume: Callable[[Effect], Effect], effect: Effect, clock: Clock) -> Effect:
    try:
        return resume(effect)
    except Fenced:
        return ledger.get(effect.op_key)
    except RooftreeError as error:
        ledger.postpone(effect.op_key, clock.now() + timedelta(seconds=60), mask(str(error)))
        return ledger.get(effect.op_key)


def _stand_in_line(ledger: Ledger, effect: Effect, clock: Clock) -> Effect:
    """Another worker holds this effect, or another effect about the same thing is unfinished."""
    until = ledger.held_until(effect) or clock.now()
    due_at = max(until, clock.now() + timedelta(seconds=1))
    return replace(effect, due_at=due_at, reason="Waits for an unfinished write about the same thing.")


class _Run:
    """One worker's turn at one leased effect."""

    def __init__(self, ledger: Ledger, way: Way, bounds: Bounds, clock: Clock) -> None:
        self.ledger = ledger
        self.way = way
        self.bounds = bounds
        self.clock = clock

    def advance(self, effect: Effect) -> Effect:
        now = self.clock.now()
        if effect.state is State.SENT:
            effect = self._died_while_sending(effect)
        if effect.state is State.UNKNOWN and not effect.waits(now):
            effect = self._search(effect)
        if effect.state is State.PREPARED and not effect.waits(now):
            effect = self._send(effect)
        return effect

    def _send(self, effect: Effect) -> Effect:
        try:
            self.way.allowed()
        except Refused as refusal:
            return self._refused(effect, refusal)
        started = self.clock.now()
        effect = self.ledger.move(
            effect,
            State.SENT,
            sent_at=started,
            sends=effect.sends + 1,
            due_at=None,
            reason="",
            sweep_at=started + timedelta(seconds=SWEEPS[0]) if effect.marker else None,
        )
        crash.point("effect.sent")
        if self.clock.now() - started > timedelta(seconds=self.bounds.grace):
            return self._held_up(effect)
        try:
            external_id = self.way.send()
        except RateLimited as error:
            return self._throttled(effect, error)
        except _REFUSALS as error:
            return self._refused(effect, error)
        except Conflict as error:
            return self._conflict(effect, error)
        except Exception as error:  # noqa: BLE001 - whatever it was, the call may have arrived; the row says so
            return self._unknown(effect, error, self.clock.now())
        crash.point("effect.called")
        return self._confirmed(effect, external_id)

    def _confirmed(self, effect: Effect, external_id: str | None) -> Effect:
        now = self.clock.now()
        effect = self.ledger.move(
            effect, State.CONFIRMED, external_id=external_id, ended_at=now, confirmed_at=now, due_at=None, reason=""
        )
        crash.point("effect.confirmed")
        return effect

    def _held_up(self, effect: Effect) -> Effect:
        """Too long between SENT and the call: another worker may believe us dead by now."""
        return self.ledger.move(effect, State.PREPARED, sends=effect.sends - 1, reason="Held up before sending.")

    def _throttled(self, effect: Effect, error: RateLimited) -> Effect:
        """Refused before anything was done, so this send does not count."""
        due_at = self.clock.now() + timedelta(seconds=max(error.retry_after, 0.1))
        if self._out_of_patience(effect):
            return self._human(effect, "The PMS kept asking us to slow down.")
        return self.ledger.move(effect, State.PREPARED, sends=effect.sends - 1, due_at=due_at, reason=_text(error))

    def _refused(self, effect: Effect, error: RooftreeError) -> Effect:
        earlier = effect.sends - (1 if effect.state is State.SENT else 0)
        if earlier:
            return self._human(effect, f"Refused on a repeated send, an earlier one may have arrived: {_text(error)}")
        now = self.clock.now()
        return self.ledger.move(effect, State.REJECTED, ended_at=now, over_at=now, due_at=None, reason=_text(error))

    def _conflict(self, effect: Effect, error: Conflict) -> Effect:
        """A failed precondition did nothing; any other conflict may be with our own earlier arrival."""
        if error.status == _PRECONDITION_FAILED:
            return self._refused(effect, error)
        return self._unknown(effect, error, self.clock.now())

    def _died_while_sending(self, effect: Effect) -> Effect:
        sent_at = effect.sent_at or effect.prepared_at
        latest_end = sent_at + timedelta(seconds=self.bounds.grace + self.bounds.send_timeout)
        return self._unknown(effect, RooftreeError("The process died while sending."), latest_end)

    def _unknown(self, effect: Effect, error: Exception, ended_at: datetime) -> Effect:
        settles_at = ended_at + timedelta(seconds=self._settle)
        early = ended_at + timedelta(seconds=self.bounds.read_lag + self.bounds.margin)
        due_at = min(early, settles_at) if effect.sends == 1 and self.way.find else settles_at
        effect = self.ledger.move(
            effect,
            State.UNKNOWN,
            ended_at=ended_at,
            settles_at=settles_at,
            due_at=due_at,
            reads=0,
            reason=_text(error),
        )
        crash.point("effect.unknown")
        return effect

    @property
    def _settle(self) -> float:
        """Where nothing can be searched, waiting for a late commit tells nothing."""
        return self.bounds.settle if self.way.find else self.bounds.margin

    def _search(self, effect: Effect) -> Effect:
        """Look for what the unclear send may have made."""
        if self.way.find is None:
            return self._nothing_to_search(effect)
        try:
            hits = self.way.find(effect.since)
        except RooftreeError as error:
            return self._blind(effect, error)
        crash.point("effect.searched")
        exact = list(dict.fromkeys(hit.id for hit in hits if hit.exact))
        if len(exact) == 1:
            return self._confirmed(effect, exact[0])
        if exact:
            return self._duplicated(effect, exact)
        return self._unseen(effect, [hit for hit in hits if not hit.exact])

    def _nothing_to_search(self, effect: Effect) -> Effect:
        if effect.kind is Kind.TEXT_AT_LEAST_ONCE:
            return self._again(effect)
        return self._human(effect, f"Nobody can tell whether it arrived: {effect.reason}")

    def _duplicated(self, effect: Effect, ids: Sequence[str]) -> Effect:
        first, *others = ids
        effect = self.ledger.move(effect, State.UNKNOWN, external_id=first)
        for external_id in others:
            record_too_many(self.ledger, self.way, effect, external_id, "duplicate", self.clock)
        return self.ledger.get(effect.op_key)

    def _unseen(self, effect: Effect, similar: Sequence[Hit]) -> Effect:
        """No exact hit. Before settling that proves nothing; after, it counts."""
        now = self.clock.now()
        settles_at = effect.settles_at or now
        if now < settles_at:
            return self.ledger.move(effect, State.UNKNOWN, due_at=settles_at)
        if similar:
            ids = ", ".join(hit.id for hit in similar)
            return self._human(effect, f"Something similar is there, without our marker: {ids}")
        if effect.reads + 1 < self.bounds.reads:
            gap = max(self.bounds.margin, self.bounds.settle / self.bounds.reads)
            return self.ledger.move(effect, State.UNKNOWN, reads=effect.reads + 1, due_at=now + timedelta(seconds=gap))
        return self._absent(effect)

    def _absent(self, effect: Effect) -> Effect:
        if effect.kind is Kind.TEXT_AT_MOST_ONCE:
            return self._human(effect, f"It left no trace and is not sent twice: {effect.reason}")
        return self._again(effect)

    def _again(self, effect: Effect) -> Effect:
        if effect.sends >= self.bounds.sends:
            return self._human(effect, f"Sent {effect.sends} times and never seen: {effect.reason}")
        return self.ledger.move(effect, State.PREPARED, due_at=None, reads=0)

    def _blind(self, effect: Effect, error: RooftreeError) -> Effect:
        """The search itself failed, so nothing is known; look again later, but not for ever."""
        if self._out_of_patience(effect):
            return self._human(effect, f"Its fate could not be read for a day: {_text(error)}")
        wait = error.retry_after if isinstance(error, RateLimited) else max(self.bounds.margin, 30.0)
        return self.ledger.move(effect, State.UNKNOWN, due_at=self.clock.now() + timedelta(seconds=wait))

    def _out_of_patience(self, effect: Effect) -> bool:
        return self.clock.now() - effect.prepared_at > timedelta(seconds=self.bounds.patience)

    def _human(self, effect: Effect, reason: str) -> Effect:
        now = self.clock.now()
        return self.ledger.move(effect, State.NEEDS_HUMAN, over_at=now, due_at=None, reason=reason)


def _text(error: Exception) -> str:
    return mask(str(error)) or type(error).__name__
