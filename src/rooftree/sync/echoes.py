"""What a pull or a webhook brought: our own write coming back, an answer to it, or somebody else's change.

Our own write is one event with the source `push`, whoever of read-back, poll and webhook sees it first, so that nobody
takes it for news. A change of a field whose write was verified just now is a conflict besides: both values are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from rooftree.model.base import Record
from rooftree.store import codec, conflicts, events
from rooftree.store.mirroring import Change
from rooftree.store.mirroring import Source as SeenBy
from rooftree.sync import compare, owners, pushes
from rooftree.sync.compare import Difference
from rooftree.sync.pushes import Push
from rooftree.sync.source import Source

_STAMPS = frozenset({"updated_at", "refs"})
"""Fields by which a PMS says that something else changed."""


def tell(
    conn: Connection,
    source: Source,
    name: str,
    changes: Sequence[Change],
    found: Sequence[Record],
    *,
    at: datetime,
    seen_by: SeenBy,
) -> None:
    """Append the events of changes just put into the mirror, ours as ours, and keep conflicts with what we wrote."""
    if not changes:
        return
    shown = {record.id: record for record in found}
    ours = _echoes(conn, source, name, [one for one in changes if one.external_id in shown], shown)
    stamped = _answers(conn, source, name, [one for one in changes if one.kind == "updated"], shown, at, seen_by)
    whose = (source.connection.organization_id, source.connection.id, name)
    foreign = [one for one in changes if one.id not in ours and one.id not in stamped]
    events.append_changes(conn, *whose, foreign, at=at, source=seen_by)
    events.append_changes(conn, *whose, [one for one in changes if one.id in ours], at=at, source="push")


def _echoes(
    conn: Connection, source: Source, name: str, changes: Sequence[Change], shown: dict[str, Record]
) -> set[str]:
    """Our ids of the changes that are open writes of ours, seen before they were read back."""
    under_way = pushes.under_way(conn, source.keys, source.connection.id, name) if changes else []
    return {one.id for one in changes for push in under_way if _is_echo(push, one, shown[one.external_id])}


def _is_echo(push: Push, change: Change, record: Record) -> bool:
    if change.kind == "created":
        made = push.record_id == record.id or (push.record_id is None and push.marker.encode() in _text(record))
        return push.verb == "create" and bool(push.marker) and made
    moved = [field for field in change.fields if field not in _STAMPS and not field.endswith("_raw")]
    said = push.fields or compare.said_fields(push.desired)
    as_wanted = (compare.same(getattr(record, field), getattr(push.desired, field)) for field in moved)
    return push.record_id == record.id and set(moved) <= set(said) and all(as_wanted)


def _text(record: Record) -> bytes:
    return codec.dumps(record.raw)


def _answers(
    conn: Connection,
    source: Source,
    name: str,
    changes: Sequence[Change],
    shown: dict[str, Record],
    at: datetime,
    seen_by: SeenBy,
) -> set[str]:
    """Keep a conflict for each field whose verified write was changed just after; ids of mere stamps of our writes."""
    rules, now = owners.of(source.connection.options), source.clock.now()
    ids = [one.external_id for one in changes]
    written = conflicts.just_written(conn, source.connection.id, name, ids, now - rules.just_verified) if ids else {}
    whose = {external_id for external_id, _ in written}
    for one in changes:
        for field in one.fields:
            op_key = written.get((one.external_id, field))
            if op_key is not None:
                push = pushes.get(conn, source.keys, op_key)
                _keep(conn, source, rules, push, field, shown[one.external_id], at, seen_by)
    return {one.id for one in changes if one.external_id in whose and set(one.fields) <= _STAMPS}


def _keep(
    conn: Connection,
    source: Source,
    rules: owners.Owners,
    push: Push,
    field: str,
    record: Record,
    at: datetime,
    seen_by: SeenBy,
) -> None:
    """Unless it is ours as it was, a next step after it, or what the PMS showed before and shows a little longer."""
    theirs, ours = getattr(record, field), getattr(push.desired, field)
    base = getattr(push.base, field) if push.base else None
    lag = timedelta(seconds=source.connector.manifest.read_lag)
    late = compare.same(theirs, base) and push.over_at is not None and at <= push.over_at + lag
    if late or compare.same(theirs, ours) or rules.goes_on(push.record, field, ours, theirs):
        return
    difference = Difference(field=field, base=base, theirs=theirs, ours=ours, rule="pms")
    pushes.keep_conflicts(conn, source.keys, push, [difference], found_by=seen_by, now=at)
