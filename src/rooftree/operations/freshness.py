"""How fresh the mirror is against its targets, and why where it is not."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pydantic import Field

from rooftree.connectors import registry
from rooftree.operations.registry import Caller, Input, operation
from rooftree.store import connections
from rooftree.sync import schedule


class FreshnessInput(Input):
    """Which connection."""

    connection: str | None = Field(default=None, description="Only of this connection, by its id or name.")


@operation("freshness.list", "read", examples=("rooftree freshness --json",))
def list_freshness(caller: Caller, given: FreshnessInput) -> dict[str, Any]:
    """Each kind of record: its target, how old it is now, whether that is met, and why not (seconds)."""
    now = caller.services.clock.now()
    with caller.services.database.read() as conn:
        known = connections.listed(conn, caller.organization_id)
        chosen = [each for each in known if given.connection in (None, each.id, each.name)]
        if given.connection and not chosen:
            connections.get(conn, given.connection, caller.organization_id)
        items = [
            {"connection": found.id, "name": found.name, **asdict(each)}
            for found in chosen
            for each in schedule.standing(conn, found, registry.load(found.pms), now)
        ]
    return {"items": items, "as_of": now}
