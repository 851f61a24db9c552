"""The local inbox: texts without any carrier, to try things and to answer by hand."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from rooftree.channels import local
from rooftree.errors import Refused
from rooftree.operations.registry import Caller, Input, operation
from rooftree.store import messages


class TypeIn(Input):
    """A text as if it had come from this number."""

    sender: str = Field(description="The number it comes from, e.g. +12125550123.")
    text: str = Field(max_length=10_000)


class RecentInput(Input):
    """Which texts."""

    person: str | None = Field(default=None, description="Only those from and to this number.")
    limit: int = Field(default=50, ge=1, le=500)


@operation("inbox.type_in", "act", examples=('rooftree inbox type-in +12125550123 "no hot water"',))
def type_in(caller: Caller, given: TypeIn) -> dict[str, Any]:
    """Type a text as a resident or vendor; only where no carrier is set up."""
    services = caller.services
    if services.carrier.name != "local":
        raise Refused("A carrier is set up: texts come from telephones.", approver="nobody")
    got = local.type_in(services.inbox(caller.organization_id), given.sender, given.text)
    return {"id": got.message_id, "at": got.at}


@operation("messages.list", "read", examples=("rooftree messages list --limit 10",))
def list_messages(caller: Caller, given: RecentInput) -> dict[str, Any]:
    """The newest texts in and out, with how far each got."""
    services = caller.services
    with services.database.read() as conn:
        found = messages.recent(conn, services.keys, caller.organization_id, person=given.person, limit=given.limit)
    return {
        "items": [
            {
                "at": text.at,
                "direction": text.direction,
                "person": text.person,
                "state": text.state,
                "case": text.case_id,
                "text": text.text,
                "id": text.id,
            }
            for text in found
        ]
    }
