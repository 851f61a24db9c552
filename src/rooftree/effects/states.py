"""What an effect is: one send outward, the states it passes, and what the other side promises about time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from rooftree.errors import RooftreeError


class State(StrEnum):
    """PREPARED -> SENT -> CONFIRMED | REJECTED | UNKNOWN -> VERIFIED | NEEDS_HUMAN."""

    PREPARED = "prepared"
    SENT = "sent"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    VERIFIED = "verified"
    NEEDS_HUMAN = "needs_human"


class Kind(StrEnum):
    """What may be done when nobody knows whether a send arrived and no search can tell."""

    RECORD = "record"
    """A row in a PMS: search for it, send again only when it is proven absent."""
    TEXT_AT_MOST_ONCE = "text_at_most_once"
    """A message nobody may get twice: never sent again, a human is told."""
    TEXT_AT_LEAST_ONCE = "text_at_least_once"
    """A safety message: better twice than never."""


OVER = frozenset({State.REJECTED, State.VERIFIED, State.NEEDS_HUMAN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What the other side declares about time, in seconds, and how patient we are."""

    read_lag: float
    late_commit: float
    send_timeout: float
    margin: float = 2.0
    grace: float = 5.0
    """A worker held up longer than this between the durable SENT and the call does not call any more."""
    reads: int = 3
    """Empty searches after settling before the thing counts as absent."""
    sends: int = 3
    """Sends in all before a human must look."""
    patience: float = 86_400.0
    """How long an effect may stay open before a human must look; also how long duplicates are watched for."""

    @property
    def lease(self) -> float:
        """How long a worker may hold the lease without ending its send."""
        return self.grace + self.send_timeout + self.margin

    @property
    def settle(self) -> float:
        """How long after the end of a call its effect must be visible, if there is one."""
        return self.read_lag + self.late_commit + self.margin


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What shall happen once, before any of it has.

    `op_key` names the wish and never changes over restarts. `natural_key` says what the thing is about in the
    world ("work order for unit 12, kitchen leak"): one unfinished send at a time per connection, target and
    natural key. `since` is the other side's time before which nothing of ours can have been made.
    """

    op_key: str
    organization_id: str
    connection_id: str
    target: str
    """What is written: a record name ("work_order") or a channel ("sms")."""
    label: str
    natural_key: str
    body: bytes
    since: datetime
    kind: Kind = Kind.RECORD
    marker: str = ""
    push_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One send outward as the ledger knows it."""

    op_key: str
    push_key: str | None
    organization_id: str
    connection_id: str
    target: str
    label: str
    kind: Kind
    natural_key: str
    body_hash: str
    marker: str
    since: datetime
    state: State
    token: int
    sends: int
    reads: int
    external_id: str | None
    reason: str
    prepared_at: datetime
    sent_at: datetime | None
    ended_at: datetime | None
    settles_at: datetime | None
    confirmed_at: datetime | None
    over_at: datetime | None
    due_at: datetime | None
    sweep_at: datetime | None

    @property
    def is_over(self) -> bool:
        """Nothing is left to do; a message ends with CONFIRMED, for nothing can be read back."""
        return self.state in OVER or (self.state is State.CONFIRMED and self.kind is not Kind.RECORD)

    def waits(self, now: datetime) -> bool:
        return self.due_at is not None and self.due_at > now


class Hit(Protocol):
    """Something a search brought up; `exact` when it carries our marker."""

    @property
    def id(self) -> str: ...

    @property
    def exact(self) -> bool: ...


def _allowed() -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How one effect reaches the outside: two callables, and two that may be absent.

    `send` returns the new id (None where the other side tells none) and raises the typed ConnectorErrors.
    `find(since)` searches what `send` may have made; None where nothing can be read back.
    `cancel(id)` takes back a duplicate. `allowed` raises Refused when the kill switch is thrown; it is asked
    freshly before every send.
    """

    send: Callable[[], str | None]
    find: Callable[[datetime], Sequence[Hit]] | None = None
    cancel: Callable[[str], None] | None = None
    allowed: Callable[[], None] = _allowed


class Fenced(RooftreeError):
    """Another worker took this effect over meanwhile; the caller must let go and look again."""
