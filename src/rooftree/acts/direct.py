"""A person's or program's own write to a PMS, outside of any case: same door, same ledger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rooftree.acts.services import Services
from rooftree.model.base import Record
from rooftree.model.names import name_of
from rooftree.store import acts
from rooftree.sync import push
from rooftree.sync.door import Outcome


def write(
    services: Services,
    connection_id: str,
    record: type[Record],
    id: str | None,
    desired: Record | Mapping[str, Any],
    *,
    verb: str,
    op_key: str,
    organization_id: str,
    actor: str,
    base: Record | None = None,
    by_person: bool = False,
) -> Outcome:
    """Create, update or close a record; waits for the read-back where that takes seconds.

    Raises as `sync.push.push` does: Unsupported with the gap's reason, Refused when writes are off.
    """
    door = services.lines.door(connection_id)
    outcome = push.push(
        door, record, id, desired, verb=verb, op_key=op_key, actor=actor, base=base, by_person=by_person
    )
    with services.database.write() as conn:
        acts.record_direct(
            conn,
            services.keys,
            organization_id=organization_id,
            actor=actor,
            kind=f"{name_of(record)}.{verb}",
            outcome=outcome.state,
            op_key=op_key,
            pms_ref=outcome.record_id,
            now=services.clock.now(),
        )
    return outcome
