"""How a write stands, as every surface shows it."""

from __future__ import annotations

from typing import Any

from rooftree.errors import Rejected
from rooftree.store import codec
from rooftree.sync.door import Outcome


def shown(outcome: Outcome, **facts: str) -> dict[str, Any]:
    """The outcome; raises Rejected, with `facts` of the write, when the PMS refused the data."""
    if outcome.state == "rejected":
        raise Rejected(outcome.reason, **facts)
    record = codec.loads(codec.encode(outcome.record, without=("raw",))) if outcome.record else None
    return {
        "state": outcome.state,
        "external_id": outcome.record_id,
        "reason": outcome.reason,
        "due_at": outcome.due_at,
        "adopted": outcome.adopted,
        "data": record,
    }
