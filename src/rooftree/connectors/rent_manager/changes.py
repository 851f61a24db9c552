"""How a Rent Manager write is made: every save is a POST of an array (contract 2.7).

A new item has no key. A change reads the whole record at the moment of sending, lays over it what differs and posts it
back with its lock (ConcurrencyID, else UpdateDate): whoever saved in between makes it 409, and it is read anew. What we
never keep (tax id, birth date) passes through in that moment and is kept nowhere, so that no save empties it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rooftree.connectors import changes
from rooftree.connectors.base import Answer, Context, Found, Query, Request, Send, Wire, WireRecord
from rooftree.connectors.rent_manager.client import changed_since, every
from rooftree.connectors.rent_manager.wire import rows
from rooftree.connectors.values import filled, mark
from rooftree.errors import InvalidInput, NotFound
from rooftree.model.base import Record

TEXT = 4_000
"""How long a text may become; Rent Manager's own limit is documented nowhere."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One resource as it is saved: where, under which key, what people call it, which text carries our marker."""

    path: str
    key: str
    label: str
    text: str | None = None


def create(
    kind: Kind,
    body: Mapping[str, Any],
    ctx: Context,
    *,
    path: str | None = None,
    alike: Sequence[str] = (),
    narrowed: str = "",
    exact: bool = False,
) -> Send:
    """A new item. It is found again by its marker, or, where it has no text of ours, by fields that are `alike`:
    such a hit is only like ours, unless its content is all there is to it (`exact`).
    """
    item = filled(body)
    text = kind.text
    if text:
        item |= filled({text: mark(item.get(text), ctx.marker, TEXT)})

    def find(wire: Wire, since: datetime) -> Sequence[Found]:
        filters = ";".join(filter(None, (changed_since(Query(since=since)), narrowed)))
        found = list(every(wire, kind.path, filters=filters))
        if text:
            return changes.marked(found, ctx.marker, lambda row: row.get(text), lambda row: str(row[kind.key]))
        same = [row for row in found if all(row.get(name) == item.get(name) for name in alike)]
        return [Found(id=str(row[kind.key]), exact=exact) for row in same]

    request = Request(method="POST", path=path or kind.path, json=[item])
    return Send(label=f"create {kind.label}", request=request, id_of=_id_of(kind.key), find=find)


def change(kind: Kind, id: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Send | None:
    """A save of what differs, None where nothing does; what is not said is left as it is."""
    changed = {name: value for name, value in after.items() if value is not None and value != before.get(name)}
    return save(kind, id, changed) if changed else None


def save(kind: Kind, id: str, changed: Mapping[str, Any], label: str = "") -> Send:
    """A save of just this over whatever the record is when it is sent."""

    def send(wire: Wire) -> Answer:
        held = wire.read(Request(method="GET", path=f"{kind.path}/{id}")).data
        if not isinstance(held, dict):
            raise NotFound(f"There is no {kind.label} {id}.")
        return wire.read(Request(method="POST", path=kind.path, json=[{**held, **changed}]))

    return Send(label=label or f"change {kind.label}", request=send, idempotent=True)


def delete(kind: Kind, id: str) -> Send:
    return Send(
        label=f"delete {kind.label}", request=Request(method="DELETE", path=f"{kind.path}/{id}"), idempotent=True
    )


def need(value: Any, path: str, what: str) -> Any:
    """`value`, or InvalidInput that names the field Rent Manager insists on."""
    return changes.need(value, path, f"Rent Manager needs {what}.")


def picked(list_name: str, word: str | None, path: str, ctx: Context) -> int | None:
    """The id of a word in one of the customer's lists; raises InvalidInput for a word that is not in it."""
    known = ctx.picks.get(list_name, {})
    found = changes.pick(known, word)
    if word and found is None:
        raise InvalidInput(f"Rent Manager has no {path.replace('_', ' ')} {word!r} in this account.", path=path)
    return found


def custom(plural: str, id: str, current: Record, wanted: Record, ctx: Context) -> Send | None:
    """Writes the values of the customer's own fields that differ; the values know their field by its number."""
    differing = {name: value for name, value in wanted.custom.items() if str(current.custom.get(name)) != str(value)}
    if not differing:
        return None
    held = {row.get("Name"): row.get("UserDefinedValueID") for row in rows(current.raw.get("UserDefinedValues"))}
    items = [
        filled(
            {
                "UserDefinedFieldID": picked("custom_fields", name, "custom", ctx),
                "UserDefinedValueID": held.get(name),
                "Value": str(value),
            }
        )
        for name, value in sorted(differing.items())
    ]
    request = Request(method="POST", path=f"/{plural}/{id}/UserDefinedValues", json=items)
    return Send(label="set custom fields", request=request, idempotent=True)


def check_custom(record: Record, ctx: Context) -> None:
    """Raises InvalidInput for a custom field this account has not, before anything is made."""
    for name in record.custom:
        picked("custom_fields", name, "custom", ctx)


def _id_of(key: str) -> Callable[[Answer], str | None]:
    def read(answer: Answer) -> str | None:
        saved: WireRecord = (rows(answer.data) or [{}])[0]
        return str(saved[key]) if saved.get(key) else None

    return read
