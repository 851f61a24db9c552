"""Trying a mapping pack on records as the PMS holds them now: what each would say before and after; nothing is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from rooftree.connectors import packs, registry
from rooftree.connectors.base import Query, Resource, WireRecord
from rooftree.connectors.fitted import in_force
from rooftree.connectors.pack_fields import is_empty, value_of
from rooftree.connectors.packs import MappingPack
from rooftree.errors import InvalidInput
from rooftree.model.base import Record
from rooftree.store import codec, records
from rooftree.sync.source import Misfit, Source, parents_first, read

_WORDY = ("work_order", "vendor", "guest_card", "lead")
"""The records that pick lists speak of."""
_PARENTS = 5


def rehearse(source: Source, text: str, *, count: int, only: str | None = None) -> dict[str, Any]:
    """Read `count` records of each kind that either pack speaks of and compare; raises InvalidInput for a wrong pack,
    ConnectorError where the PMS cannot be read.
    """
    after = under(source, text)
    check_names(after)
    names = _touched(source.pack, after.pack) if only is None else {only}
    rows = [row for row in parents_first(source.connector.resources) if row.name in names]
    if only is not None and not rows:
        raise InvalidInput(f"There is no record {only!r} that can be listed here.", path="record")
    tried = {row.name: _tried(source, after, row, count) for row in rows}
    return {
        **after.pack.told(),
        "read": {name: len(pairs) for name, pairs in tried.items()},
        "differences": [each for name, pairs in tried.items() for pair in pairs for each in _differences(name, *pair)],
        "unreadable": [each for name, pairs in tried.items() for each in _unreadable(name, [b for _, b in pairs])],
        "empty": [each for name, pairs in tried.items() for each in _empty(after.pack, name, [b for _, b in pairs])],
        **writes(after.pack),
    }


def under(source: Source, text: str) -> Source:
    """The same connection with another pack in force; raises InvalidInput with line and reason."""
    options = {**source.context.options, packs.OPTION: text}
    connector, pack = in_force(registry.load(source.connection.pms), options)
    context = replace(source.context, pack=pack.lists, options=options)
    return replace(source, connector=connector, context=context, pack=pack)


def check_names(source: Source) -> None:
    """Raises InvalidInput for a custom field that the account has not, where the PMS lists those there are."""
    held = source.context.picks.get("custom_fields", {})
    known = {name: [each for each in held if each == name or each.endswith(f"/{name}")] for name in _customs(source)}
    for record, rules in source.pack.rules.fields.items():
        for rule in rules:
            if held and not rule.by_path and not known[rule.theirs]:
                told = f"your account has no custom field {rule.theirs!r} for a {record}; it has {', '.join(held)}"
                raise InvalidInput(f"Mapping pack, {rule.where}: {told}.", path=packs.OPTION)


def _customs(source: Source) -> list[str]:
    return [rule.theirs for rules in source.pack.rules.fields.values() for rule in rules if not rule.by_path]


def writes(pack: MappingPack) -> dict[str, Any]:
    """What the pack wants of writes, in rows for people."""
    required = [
        {"record": record, "verb": verb, "field": name, "where": where}
        for record, verbs in pack.rules.required.items()
        for verb, names in verbs.items()
        for name, where in names.items()
    ]
    defaults = [
        {"record": record, "field": name, "default": value}
        for record, fields in pack.rules.defaults.items()
        for name, value in fields.items()
    ]
    return {"required": required, "defaults": defaults}


def _touched(old: MappingPack, new: MappingPack) -> set[str]:
    return {*old.rules.fields, *new.rules.fields, *(_WORDY if old.lists != new.lists else ())}


def _tried(
    before: Source, after: Source, row: Resource[Any], count: int
) -> list[tuple[Record | Misfit, Record | Misfit]]:
    new = next(each for each in after.connector.resources if each.record is row.record)
    now = before.clock.now()
    return [
        (read(row, wire, replace(before.context, now=now)), read(new, wire, replace(after.context, now=now)))
        for wire in islice(_wires(before, row, count), count)
    ]


def _wires(source: Source, row: Resource[Any], count: int) -> Iterator[WireRecord]:
    """The first records there are; under a few parents where they are listed so."""
    for parent in _parents(source, row):
        for item in row.verb("list")(source.wire, Query(parent=parent, page_size=count), None).items:
            yield source.clean(item)


def _parents(source: Source, row: Resource[Any]) -> Sequence[str | None]:
    if row.parent is None:
        return (None,)
    with source.database.read() as conn:
        return records.external_ids(conn, source.connection.id, row.parent, limit=_PARENTS)


def _differences(name: str, before: Record | Misfit, after: Record | Misfit) -> list[dict[str, Any]]:
    if isinstance(before, Misfit) or isinstance(after, Misfit):
        return []
    old, new = _said(before), _said(after)
    fields = sorted(field for field in old.keys() | new.keys() if old.get(field) != new.get(field))
    return [
        {"record": name, "id": after.id, "field": field, "before": old.get(field), "after": new.get(field)}
        for field in fields
    ]


def _said(record: Record) -> Mapping[str, Any]:
    """What a record says as JSON values, the customer's own fields one by one."""
    plain = codec.loads(codec.encode(record, without=("raw",)))
    own = {f"custom:{name}": value for name, value in plain.pop("custom", {}).items()}
    return {**plain, **own}


def _unreadable(name: str, results: Sequence[Record | Misfit]) -> list[dict[str, Any]]:
    told = Counter(each.error for each in results if isinstance(each, Misfit))
    return [{"record": name, "count": count, "why": why} for why, count in told.items()]


def _empty(pack: MappingPack, name: str, results: Sequence[Record | Misfit]) -> list[dict[str, Any]]:
    """Mapped fields that say nothing in any record read: the field is unused, or its name is wrong."""
    read_ = [each for each in results if not isinstance(each, Misfit)]
    unused = [rule for rule in pack.fields(name) if all(is_empty(value_of(each, rule.ours)) for each in read_)]
    return [{"record": name, "field": rule.ours, "theirs": rule.theirs, "where": rule.where} for rule in unused]
