"""Webhooks that property systems sent us: how far each got, and the given-up ones dealt with once more."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from rooftree.errors import InvalidInput
from rooftree.operations.registry import Caller, Input, operation
from rooftree.store import deliveries


class ArrivalsInput(Input):
    """Which deliveries; pages follow each other by `before`."""

    connection: str | None = Field(default=None, description="Only of this connection.")
    state: Literal["received", "done", "failed"] | None = Field(
        default=None, description="Only received (waiting), done or failed (given up) ones."
    )
    before: str | None = Field(default=None, description="The `next` of the page before.")
    limit: int = Field(default=50, ge=1, le=500)


class OneArrival(Input):
    """One delivery."""

    id: str = Field(description="The delivery's id.")


@operation("arrivals.list", "read", examples=("rooftree arrivals list --state failed",))
def list_arrivals(caller: Caller, given: ArrivalsInput) -> dict[str, Any]:
    """Webhooks from property systems, the newest first: when, how often they sent it, why it was given up."""
    with caller.services.database.read() as conn:
        page = deliveries.listed(
            conn,
            caller.organization_id,
            state=given.state,
            connection_id=given.connection,
            before=given.before,
            limit=given.limit,
        )
    items = [dict(row._mapping) for row in page]
    return {"items": items, "next": page[-1].id if len(page) == given.limit else None}


@operation("arrivals.replay", "write", examples=("rooftree arrivals replay delivery_...",))
def replay_arrival(caller: Caller, given: OneArrival) -> dict[str, Any]:
    """Deal once more with a webhook that was given up, from the bytes as they came."""
    with caller.services.database.write() as conn:
        if not deliveries.replay(conn, caller.organization_id, given.id, caller.services.clock.now()):
            raise InvalidInput(f"There is no given-up delivery {given.id} here.", path="id")
    return {"id": given.id, "state": "received"}
