"""Conflicts: fields changed in the property system and by us; both values, whose stands, and taking the other one."""

from __future__ import annotations

import dataclasses
from typing import Any, Literal

from pydantic import Field

from rooftree.acts import direct
from rooftree.errors import InvalidInput, Stale
from rooftree.model.base import Record
from rooftree.model.names import RECORDS
from rooftree.operations.outcomes import shown
from rooftree.operations.registry import Caller, Input, operation
from rooftree.store import codec, conflicts, connections
from rooftree.store.conflicts import Conflict
from rooftree.sync import compare, owners
from rooftree.sync.reading import read_one


class ConflictsInput(Input):
    """Which conflicts; pages follow each other by `before`."""

    connection: str | None = Field(default=None, description="Only of this connection.")
    rule: Literal["pms", "rooftree", "newest", "lattice", "loop"] | None = Field(
        default=None, description="Only those decided by this rule."
    )
    before: str | None = Field(default=None, description="The `next` of the page before.")
    limit: int = Field(default=50, ge=1, le=500)


class OneConflict(Input):
    """One conflict."""

    id: str = Field(description="The conflict's id.")


@operation("conflicts.list", "read", examples=("rooftree conflicts list --rule loop",))
def list_conflicts(caller: Caller, given: ConflictsInput) -> dict[str, Any]:
    """Fields that were changed in the property system and by us, the newest first: whose value stands and why."""
    services = caller.services
    with services.database.read() as conn:
        page = conflicts.listed(
            conn,
            services.keys,
            caller.organization_id,
            connection_id=given.connection,
            rule=given.rule,
            before=given.before,
            limit=given.limit,
        )
    items = [{name: value for name, value in _shown(one).items() if name not in _VALUES} for one in page]
    return {"items": items, "next": page[-1].id if len(page) == given.limit else None}


@operation("conflicts.show", "read", examples=("rooftree conflicts show conflict_... --json",))
def show_conflict(caller: Caller, given: OneConflict) -> dict[str, Any]:
    """One conflict with the value before, the property system's, ours, the rule in words, and its undoing."""
    found = _found(caller, given.id)
    return {**_shown(found), "why": owners.WORDS[found.rule]}


@operation("conflicts.undo", "act", examples=("rooftree conflicts undo conflict_...",))
def undo_conflict(caller: Caller, given: OneConflict) -> dict[str, Any]:
    """Let the other value stand: it is written to the property system and read back.

    Refused when the field has been changed since, so that nobody's newer edit is undone.
    """
    found = _found(caller, given.id)
    if not found.readable:
        raise InvalidInput("The record was erased, and this conflict's values with it.", path="id")
    kind = RECORDS[found.record]
    standing, other = (
        codec.value(kind, found.field, side)
        for side in ((found.ours, found.theirs) if found.result == "ours" else (found.theirs, found.ours))
    )
    base = _still(caller, found, kind, standing) if found.undo is None else None
    outcome = direct.write(
        caller.services,
        found.connection_id,
        kind,
        found.external_id,
        {found.field: other},
        verb="close" if found.verb == "close" and found.result != "ours" else "update",
        op_key=conflicts.undo_key(found.id),
        organization_id=caller.organization_id,
        actor=caller.name,
        base=base,
        by_person=True,
    )
    return {"id": found.id, **shown(outcome, connection=found.connection_id, record=found.record, verb="update")}


def _found(caller: Caller, id: str) -> Conflict:
    with caller.services.database.read() as conn:
        return conflicts.get(conn, caller.services.keys, id, caller.organization_id)


def _still(caller: Caller, found: Conflict, kind: type[Record], standing: Any) -> Record:
    """The record as the PMS holds it now; raises Stale when the field is not as the conflict left it."""
    with caller.services.database.read() as conn:
        connections.get(conn, found.connection_id, caller.organization_id)
    now = read_one(caller.services.lines.door(found.connection_id), kind, found.external_id)
    if not compare.same(getattr(now, found.field), standing):
        raise Stale(
            f"The {found.field.replace('_', ' ')} was changed in the property system since; nothing is undone. "
            "Change it as any other field if you still want to."
        )
    return now


_VALUES = ("base", "theirs", "ours")


def _shown(found: Conflict) -> dict[str, Any]:
    return dataclasses.asdict(found)
