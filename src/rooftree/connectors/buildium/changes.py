"""How a Buildium write is made: overlay what is wanted on what is there, compare the two bodies, send the whole one.

Buildium's PUT replaces the record: a field left out is emptied (contract 2.8). So a body is always built twice by
the same mapper, from what the PMS holds and from that with the wanted fields laid over it; equal bodies mean that
nothing is left to do. There are no idempotency keys, so each POST is searched by the marker in its text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from rooftree.connectors import changes
from rooftree.connectors.base import Answer, Found, Request, Send, Wire


def post(
    label: str,
    path: str,
    body: Mapping[str, Any],
    *,
    find: Callable[[Wire, datetime], Sequence[Found]],
    id_of: Callable[[Answer], str | None] | None = None,
) -> Send:
    """A POST, which Buildium would happily do twice; `find` is how it is recognized afterwards."""
    request = Request(method="POST", path=path, json=dict(body))
    return Send(label=label, request=request, id_of=id_of or own_id, find=find)


def put(label: str, path: str, body: Mapping[str, Any]) -> Send:
    """A PUT of the whole record: repeating it changes nothing more."""
    return Send(label=label, request=Request(method="PUT", path=path, json=dict(body)), idempotent=True)


def own_id(answer: Answer) -> str | None:
    """The id in a created record."""
    data = answer.data
    return str(data["Id"]) if isinstance(data, Mapping) and data.get("Id") else None


def need(value: Any, path: str, what: str) -> Any:
    """`value`, or InvalidInput that names the field Buildium insists on."""
    return changes.need(value, path, f"Buildium needs {what}")
