"""How an AppFolio write is made: build the body of what is held and of what is wanted, PATCH what differs.

PATCH leaves alone what it does not name (contract 7), so it may be repeated. Each POST carries an Idempotency-Key
made of our marker and the call itself, which AppFolio honours for a day; because that is known second-hand only, a
POST whose answer never came is searched for as well.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from rooftree.connectors import changes
from rooftree.connectors.appfolio.client import API
from rooftree.connectors.base import Answer, Context, Found, Request, Send, Wire, WireRecord
from rooftree.errors import InvalidInput
from rooftree.model.base import Record


def post(
    label: str,
    path: str,
    body: Mapping[str, Any],
    ctx: Context,
    *,
    find: Callable[[Wire, datetime], Sequence[Found]],
    id_of: Callable[[Answer], str | None] | None = None,
) -> Send:
    """A POST; `find` is how what it made is recognized afterwards."""
    request = Request(method="POST", path=API + path, json=dict(body), headers=key_for(path, body, ctx))
    return Send(label=label, request=request, id_of=id_of or own_id, find=find)


def key_for(path: str, body: Mapping[str, Any], ctx: Context) -> dict[str, str]:
    """The Idempotency-Key of one call: the same for the same wish, another for any other."""
    if not ctx.marker:
        return {}
    said = json.dumps([ctx.marker, path, body], sort_keys=True, default=str)
    return {"Idempotency-Key": hashlib.sha256(said.encode()).hexdigest()}


def patch(label: str, path: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Send | None:
    """A PATCH of what differs, None where nothing does."""
    changed = differing(before, after)
    return patching(label, path, changed) if changed else None


def patching(label: str, path: str, body: Mapping[str, Any]) -> Send:
    """A PATCH of just this."""
    return Send(label=label, request=Request(method="PATCH", path=API + path, json=dict(body)), idempotent=True)


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in after.items() if value is not None and value != before.get(name)}


def own_id(answer: Answer) -> str | None:
    """The id in the answer to a create."""
    data = answer.data
    return str(data["Id"]) if isinstance(data, Mapping) and data.get("Id") else None


def marked(rows: Sequence[WireRecord], marker: str, text: Callable[[WireRecord], Any]) -> list[Found]:
    """The rows whose text carries our marker."""
    return changes.marked(rows, marker, text, lambda row: str(row["Id"]))


def alike(rows: Sequence[WireRecord], body: Mapping[str, Any], names: Sequence[str]) -> list[Found]:
    """The rows that say in these fields what we sent: what AppFolio keeps no text of ours in is only like ours."""
    said = [name for name in names if body.get(name)]
    same = [row for row in rows if said and all(row.get(name) == body[name] for name in said)]
    return [Found(id=str(row["Id"]), exact=False) for row in same]


def need(value: Any, path: str, what: str) -> Any:
    """`value`, or InvalidInput that names the field AppFolio insists on."""
    return changes.need(value, path, f"AppFolio needs {what}.")


def custom_fields(kind: str, record: Record, ctx: Context) -> dict[str, Any]:
    """Custom values by the ids of their fields; raises InvalidInput for a name the customer has no field of."""
    known = ctx.picks.get("custom_fields", {})
    held = {name for name in record.custom if f"{kind}/{name}" in known}
    unknown = sorted(set(record.custom) - held - _held_names(record))
    if unknown:
        raise InvalidInput(f"AppFolio has no custom field {unknown[0]!r} on a {kind.lower()}.", path="custom")
    return {known[f"{kind}/{name}"]: record.custom[name] for name in sorted(held)}


def _held_names(record: Record) -> set[str]:
    return {str(row.get("Name")) for row in record.raw.get("CustomValues") or ()}
