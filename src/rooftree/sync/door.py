"""What a push is given, and what it hands back."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from rooftree.clock import Clock
from rooftree.connectors.base import Connector, Context, Manifest, Query, Request, Send, Wire
from rooftree.db import Database
from rooftree.effects.states import Bounds
from rooftree.model.base import Record
from rooftree.store.keys import Keys
from rooftree.sync.compare import Difference


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One connection's way out: everything a write to its PMS needs.

    `context` is what mapping may know; its marker and time are set by the push. `cancel`, when given, takes back a
    record of ours that turned out to be one too many; without it a human does.
    """

    database: Database
    keys: Keys
    connection_id: str
    connector: Connector
    wire: Wire
    clock: Clock
    context: Context = field(default_factory=Context)
    cancel: Callable[[type[Record], str], None] | None = None
    mark: Callable[[str], str] = lambda _record: ""
    """The mark of the customer's mapping pack that `connector` has in force, by record (`MappingPack.mark`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption:
    """What staff may have typed meanwhile: records `query` lists, of which the first that `matches` is taken over."""

    query: Query
    matches: Callable[[Any], bool]


OutcomeState = Literal["verified", "waiting", "needs_human", "rejected"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How far a push is. Only "verified" lets anybody say that it is done.

    waiting: call `push` again (or let `recover`) at `due_at`. needs_human, rejected: `reason` says why, in words
    for a person. `conflicts` are fields a human had changed in the PMS first; their values stand.
    """

    op_key: str
    state: OutcomeState
    record_id: str | None = None
    record: Record | None = None
    """As the PMS holds it, read back."""
    reason: str = ""
    due_at: datetime | None = None
    conflicts: tuple[Difference, ...] = ()
    adopted: bool = False
    """True: staff had typed it already, nothing was sent."""


def marker_of(op_key: str, length: int) -> str:
    """The correlation marker of a push, e.g. `#rt-7f3a9c2k`: the same after every restart, `length` at most."""
    letters = base64.b32encode(hashlib.sha256(op_key.encode()).digest()).decode().lower()
    return f"#rt-{letters}"[: min(length, 12)]


def bounds_of(manifest: Manifest, send: Send) -> Bounds:
    """What the PMS declares about time; an idempotent call needs one look before it is repeated."""
    return Bounds(
        read_lag=manifest.read_lag,
        late_commit=manifest.late_commit,
        send_timeout=manifest.write_timeout,
        reads=1 if send.idempotent else 3,
    )


def said(send: Send, desired: Record) -> dict[str, Any]:
    """A Send as JSON: the call without its bulk, which is kept as a hash."""
    request = send.request
    if not isinstance(request, Request):
        return {"label": send.label, "made_from": desired.id}
    bulk = [request.content or b"", *(part[1] for part in (request.files or {}).values())]
    return {
        "label": send.label,
        "method": request.method,
        "path": request.path,
        "params": [list(pair) for pair in request.params],
        "json": request.json,
        **({"call": str(request.call)} if request.call is not None else {}),
        "form": dict(request.form or {}),
        "bulk": hashlib.sha256(b"\0".join(bulk)).hexdigest() if any(bulk) else "",
    }
