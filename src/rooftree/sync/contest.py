"""Where a change of ours meets somebody else's: who gives way, and when a field is left alone for going in circles."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rooftree.errors import Refused
from rooftree.model.base import Record
from rooftree.store import codec, conflicts, connections
from rooftree.sync import compare, owners, pushes
from rooftree.sync.compare import Difference
from rooftree.sync.door import Door
from rooftree.sync.owners import Owners
from rooftree.sync.pushes import Push


def owners_of(door: Door) -> Owners:
    """The connection's rules, read freshly."""
    with door.database.read() as conn:
        return owners.of(connections.get(conn, door.connection_id).options)


def overruled(moved: Sequence[Difference]) -> str:
    """Why fields were not written, in words for a person."""
    rules = " ".join(dict.fromkeys(owners.WORDS[one.rule] for one in moved))
    return f"Not written: {', '.join(one.field for one in moved)}. {rules}"


def unlooped(
    door: Door, push: Push, fields: Sequence[str], theirs: Record
) -> tuple[tuple[str, ...], tuple[Difference, ...]]:
    """Those of `fields` that may be written, and those whose value somebody changed back too often."""
    loop, now = owners_of(door).loop, door.clock.now()
    stopped = []
    with door.database.read() as conn:
        for field in fields:
            wish, held = getattr(push.desired, field), getattr(theirs, field)
            where = (push.connection_id, push.record, push.record_id or "", field)
            value = codec.loads(codec.dumps(compare.plain(wish)))
            times = conflicts.times_written(conn, door.keys, *where, value, since=now - loop.within)
            again = not compare.same(wish, held)
            if again and (times >= loop.writes or conflicts.is_stopped(conn, *where, since=now - loop.stops)):
                before = getattr(push.base, field)
                stopped.append(
                    Difference(field=field, base=before, theirs=held, ours=wish, result="stopped", rule="loop")
                )
    names = {one.field for one in stopped}
    return tuple(field for field in fields if field not in names), tuple(stopped)


def give_way(door: Door, push: Push, current: Record, *, sent: bool) -> tuple[Difference, ...]:
    """Before a call is made up: leave out the fields that staff changed since the push was opened, and say which.

    When something was `sent` without an answer, a coarser word for ours is taken for ours.
    """
    coarse = {field for field in push.fields if sent and compare.coarser(push.desired, current, field)}
    standing = _standing(door, push, push.base, current, without=coarse)
    if standing:
        names = {one.field for one in standing}
        with door.database.write() as conn:
            pushes.keep_to(conn, door.keys, push, [field for field in push.fields if field not in names])
    return standing


def refuse_overruled(door: Door, push: Push, before: Record, current: Record | None) -> None:
    """Before a call is sent again: raises Refused when it would undo what staff changed since it was made up."""
    standing = _standing(door, push, before, current)
    if standing:
        raise Refused(overruled(standing))


def _standing(
    door: Door, push: Push, base: Record | None, current: Record | None, without: Collection[str] = ()
) -> tuple[Difference, ...]:
    """The fields changed since `base` whose new value stands; each change is kept as a conflict, whoever wins.

    What was edited after the wish is later than the wish, so `newest` means theirs.
    """
    if base is None or current is None:
        return ()
    changed = compare.unequal(base, current, [field for field in push.fields if field not in without])
    if not changed:
        return ()
    judge = owners_of(door).judge(push.record, later=False)
    _, moved = compare.three_way(base, current, push.desired, changed, judge)
    with door.database.write() as conn:
        pushes.keep_conflicts(conn, door.keys, push, moved, found_by="push", now=door.clock.now())
    return tuple(one for one in moved if one.result == "theirs")
