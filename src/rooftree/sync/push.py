"""The only door by which anything is written into a PMS.

A push brings one record from what the PMS holds to what is wanted. It asks the connector for the next call,
ledgers it, sends it, reads back and asks again until nothing is left; then every field that was wanted is compared
with the read-back, and only that makes it VERIFIED. Nothing here waits: an outcome with `due_at` is to be asked
for again then, by the caller or by `recover`, in this process or the next.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from rooftree.clock import Clock
from rooftree.connectors import levels, writes
from rooftree.connectors.base import Connector, Gap, Write
from rooftree.db import Database
from rooftree.effects import crash
from rooftree.effects.ledger import Ledger
from rooftree.effects.states import Effect, Way
from rooftree.effects.sweep import sweep as sweep_effects
from rooftree.errors import InvalidInput, NotAllowed, Refused, RooftreeError, Unsupported
from rooftree.model.base import Record
from rooftree.model.names import name_of
from rooftree.redact import mask
from rooftree.store import connections
from rooftree.store.keys import Keys
from rooftree.sync import pushes
from rooftree.sync.door import Adoption, Door, Outcome
from rooftree.sync.opening import Wish, open_change, open_create
from rooftree.sync.pushes import Push
from rooftree.sync.stepping import Stepping, outcome_of

DoorOf = Callable[[str], Door]
"""The door of a connection by its id."""


def push(
    door: Door,
    record: type[Record],
    id: str | None,
    desired: Record | Mapping[str, Any],
    *,
    verb: str,
    op_key: str,
    actor: str,
    natural_key: str | None = None,
    base: Record | None = None,
    adopt: Adoption | None = None,
    decided_at: datetime | None = None,
    by_person: bool = False,
) -> Outcome:
    """Create, update or close a record in a PMS, exactly once or handed to a human.

    `desired` is a whole record for a create, the changed fields by name otherwise; `base` is what we believed the
    PMS held when the change was decided (default: the mirror). `op_key` names the wish and must be the same when
    it is asked for again. `natural_key` says what a create is about, so that two about the same thing wait for
    each other; `adopt` is for a write that was delayed, when staff may have typed it meanwhile. `decided_at` is when
    the change was decided (default: now); `by_person` says that a person chose it over what the PMS holds, so that
    only an edit made after that stands against it.

    Raises Unsupported for a declared gap, Refused when all writes or this experimental one are off, InvalidInput when
    `op_key` stands for another wish or the customer's mapping pack requires what is not said, ConnectorError when the
    PMS could not be read before anything was promised, Unavailable.
    """
    wish = pushes.request_hash(door.keys, record, id, verb, desired)
    known = pushes.find(door.database, door.keys, op_key)
    if known is not None:
        if known.request_hash != wish:
            raise InvalidInput(f"The key {op_key} already stands for another write.", path="op_key")
        return _advance(door, known)
    write = _write(door.connector, record, verb)
    may_write(door, write, record, verb)
    desired = write.prepare(desired)
    crash.point("push.asked")
    wanted = Wish(
        record=record,
        verb=verb,
        op_key=op_key,
        actor=actor,
        hash=wish,
        marked=verb == "create" or bool(write.marker_field),
        decided_at=decided_at,
        by_person=by_person,
    )
    if id is None:
        opened = open_create(door, wanted, _whole(desired), natural_key, adopt)
    else:
        opened = open_change(door, wanted, id, desired, base)
    crash.point("push.opened")
    return _advance(door, opened)


def resume(door: Door, op_key: str) -> Outcome:
    """Bring a push that was opened before as far as it gets now; raises NotAllowed for an unknown key."""
    known = pushes.find(door.database, door.keys, op_key)
    if known is None or known.connection_id != door.connection_id:
        raise NotAllowed(f"There is no write {op_key} here.")
    return _advance(door, known)


def recover(database: Database, keys: Keys, clock: Clock, door_of: DoorOf) -> list[Outcome]:
    """Resume every open push that is due; call at start-up and then now and again.

    What fails is written on the push, and tried again later.
    """
    return [
        _recovered(database, clock, door_of, op_key, connection_id)
        for op_key, connection_id in pushes.due(database, clock.now())
    ]


def _recovered(database: Database, clock: Clock, door_of: DoorOf, op_key: str, connection_id: str) -> Outcome:
    try:
        return resume(door_of(connection_id), op_key)
    except RooftreeError as error:
        due_at, reason = clock.now() + timedelta(seconds=60), mask(str(error))
        with database.write() as conn:
            pushes.change(conn, op_key, due_at=due_at, reason=reason)
        return Outcome(op_key=op_key, state="waiting", due_at=due_at, reason=reason)


def sweep(database: Database, keys: Keys, clock: Clock, door_of: DoorOf) -> list[Outcome]:
    """Search the markers of the last day's writes once more; a row too many hands its push to a human."""
    ledger = Ledger(database, keys)

    def way_of(effect: Effect) -> Way:
        known = pushes.find(database, keys, effect.push_key or "")
        if known is None:
            raise NotAllowed(f"There is no write {effect.push_key} here.")
        return _stepping(door_of(effect.connection_id), known).way_of(effect)

    sweep_effects(ledger, way_of, clock)
    with database.write() as conn:
        flagged = pushes.flag_doubted(conn, clock.now())
    swept = (pushes.find(database, keys, op_key) for op_key in flagged)
    return [outcome_of(database, keys, known) for known in swept if known]


def settle(door: Door, outcome: Outcome) -> Outcome:
    """Wait until a push needs no more waiting; for callers that may block."""
    while outcome.state == "waiting":
        due_at = outcome.due_at or door.clock.now()
        door.clock.wait(max((due_at - door.clock.now()).total_seconds(), 0.1))
        outcome = resume(door, outcome.op_key)
    return outcome


def may_write(door: Door, write: Write[Any], record: type[Record], verb: str) -> None:
    """Ask freshly whether this connection may be written to, and in this way; raises Refused."""
    with door.database.read() as conn:
        connection = connections.get(conn, door.connection_id)
    if connection.mode != "live":
        raise Refused("This connection is in shadow: nothing is written to the PMS.", approver="an administrator")
    if not connection.writes_enabled:
        raise Refused("Writes to this connection are switched off.", approver="an administrator")
    name = f"{name_of(record)}.{verb}"
    if not levels.is_on(write, name, connection.options):
        manifest = door.connector.manifest
        raise Refused(
            f"{name} is experimental with {manifest.title}, and off ({manifest.docs} says why). Turn it on with "
            f"`rooftree connections set {connection.id} {levels.EXPERIMENTAL} {name}`.",
            approver="an administrator",
        )


def _write(connector: Connector, record: type[Record], verb: str) -> Write[Any]:
    resource = connector.resource(record)
    name = name_of(record)
    if resource is None:
        raise Unsupported(f"{connector.manifest.title} has no {name} for us.", record=name, verb=verb)
    if verb not in ("create", "update", "close"):
        raise InvalidInput(f"A push creates, updates or closes; {verb!r} is none of these.", path="verb")
    found = resource.verb(verb)
    if isinstance(found, Gap):
        raise Unsupported(found.reason, record=name, verb=verb, kind=found.kind)
    assert isinstance(found, Write)
    return found


def _whole(desired: Record | Mapping[str, Any]) -> Record:
    if isinstance(desired, Record):
        return desired
    raise InvalidInput("A new record is given whole.", path="desired")


def _stepping(door: Door, push: Push) -> Stepping:
    write = _write(door.connector, push.kind, push.verb)
    call = partial(writes.run, door.wire, manifest=door.connector.manifest)
    allowed = partial(may_write, door, write, push.kind, push.verb)
    return Stepping(door, push, write, call=call, allowed=allowed)


def _advance(door: Door, push: Push) -> Outcome:
    return _stepping(door, push).advance()
