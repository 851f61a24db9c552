"""How a Buildium write is made: overlay what is wanted on what is there, compare the two bodies, send the whole one.

Buildium's PUT replaces the record: a field left out is emptied (contract 2.8). So a body is always built twice by
the same mapper, from what the PMS holds and from that with the wanted fields laid over it; equal bodies mean that
nothing is left to do. There are no idempotency keys, so each POST is searched by the marker in its text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any, TypeVar

from rooftree.connectors.base import Answer, Found, Request, Send, Wire, WireRecord
from rooftree.errors import InvalidInput
from rooftree.model.base import Record

R = TypeVar("R", bound=Record)

_OURS = ("id", "refs", "raw", "created_at", "updated_at")
_UNSTATED: tuple[Any, ...] = (None, "", (), {}, "unknown")


def overlay(current: R, desired: R) -> R:
    """`current` with each field that `desired` states; None, empty and UNKNOWN state nothing."""
    stated = {
        field.name: getattr(desired, field.name)
        for field in fields(desired)
        if field.name not in _OURS and getattr(desired, field.name) not in _UNSTATED
    }
    return replace(current, **stated)


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


def marked(
    rows: Sequence[WireRecord], marker: str, text: Callable[[WireRecord], Any], id: Callable[[WireRecord], str]
) -> list[Found]:
    """The rows whose text carries our marker."""
    return [Found(id=id(row), exact=True) for row in rows if marker and marker in str(text(row) or "")]


def need(value: Any, path: str, what: str) -> Any:
    """`value`, or InvalidInput that names the field Buildium insists on."""
    if value in _UNSTATED:
        raise InvalidInput(f"Buildium needs {what}", path=path)
    return value


def pick(words: Mapping[str, str], word: str | None) -> int | None:
    """The id of a pick-list word, whatever its case; None where the list has no such word."""
    if not word:
        return None
    lowered = {key.lower(): value for key, value in words.items()}
    found = lowered.get(word.strip().lower())
    return int(found) if found else None
