"""A connector as one customer's mapping pack wants it: the same table, the pack's fields read and written through it.

Reading: the connector maps first; then each mapped field shows what stands at its place in the PMS, and the custom
field that it came from is no longer among the customer's own. Writing: the same back, so that a connector never sees
the fields of a pack.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import Enum
from typing import Any, TypeAlias

from rooftree.connectors import packs
from rooftree.connectors.base import Connector, Context, Gap, Resource, Send, Step, WireRecord, Write, not_built
from rooftree.connectors.pack_fields import CUSTOM, FieldRule, has_own, is_empty, value_of
from rooftree.connectors.packs import MappingPack
from rooftree.errors import InvalidInput
from rooftree.model.base import Record

Wish: TypeAlias = Record | Mapping[str, Any]
"""A whole record, or the fields to change by name."""


def in_force(connector: Connector, options: Mapping[str, str]) -> tuple[Connector, MappingPack]:
    """The connector as a connection with these settings uses it, and its pack; raises InvalidInput for a wrong one."""
    pack = packs.load(connector, options.get(packs.OPTION, ""))
    return fitted(connector, pack), pack


def fitted(connector: Connector, pack: MappingPack) -> Connector:
    """The connector with this pack in force; the same one where the pack says nothing of fields."""
    told = {*pack.rules.fields, *pack.rules.required, *pack.rules.defaults}
    rows = (_row(row, pack) if row.name in told else row for row in connector.resources)
    return replace(connector, resources=tuple(rows)) if told else connector


def _row(row: Resource[Any], pack: MappingPack) -> Resource[Any]:
    rules = pack.fields(row.name)
    mapped = {rule.ours for rule in rules}
    only_read = {rule.ours: _only_read(rule) for rule in rules if rule.read_only and not rule.ours.startswith(CUSTOM)}
    return replace(
        row,
        read=lambda wire, ctx: _shown(rules, row.read(wire, ctx), wire),
        create=_write(row, "create", pack),
        update=_write(row, "update", pack),
        close=_write(row, "close", pack),
        omits=_without(row.omits, mapped),
        fixed=_without(row.fixed, mapped),
        read_only={**_without(row.read_only, mapped), **only_read},
    )


def _without(gaps: Mapping[str, Gap], names: set[str]) -> dict[str, Gap]:
    return {name: gap for name, gap in gaps.items() if name not in names}


def _only_read(rule: FieldRule) -> Gap:
    return not_built(f"Your mapping pack only reads it, from {rule.theirs} ({rule.where}).", "Change it in the PMS.")


def _shown(rules: Sequence[FieldRule], own: Record, wire: WireRecord) -> Record:
    """The record as the pack shows it; raises Unreadable for a value that does not convert."""
    taken = {rule.theirs for rule in rules if not rule.by_path}
    custom = {name: value for name, value in own.custom.items() if name not in taken}
    fields: dict[str, Any] = {}
    for rule in rules:
        theirs = _theirs(rule, own, wire)
        if rule.ours.startswith(CUSTOM):
            if not is_empty(theirs):
                custom[rule.ours.removeprefix(CUSTOM)] = rule.read(theirs)
        elif not is_empty(theirs):
            fields |= _said(rule, own, theirs)
        elif not has_own(type(own), rule.ours):
            fields[rule.ours] = _nothing(type(own), rule.ours)
    return replace(own, custom=custom, raw=own.raw or wire, **fields)


def _said(rule: FieldRule, own: Record, theirs: Any) -> dict[str, Any]:
    """Our field, and for a word of a vocabulary their own word beside it."""
    value, beside = rule.read(theirs), f"{rule.ours}_raw"
    return {rule.ours: value, **({beside: str(theirs)} if isinstance(value, Enum) and hasattr(own, beside) else {})}


def _theirs(rule: FieldRule, own: Record, wire: WireRecord) -> Any:
    """What stands at the PMS's place: a custom field by its name, or what a path of keys and numbers leads to."""
    if not rule.by_path:
        return own.custom.get(rule.theirs)
    found: Any = wire
    for part in rule.theirs.split("."):
        if isinstance(found, Mapping):  # XML made into JSON writes a list of one as its only item
            found = found if part == "0" and part not in found else found.get(part)
        elif isinstance(found, list | tuple) and part.isdigit() and int(part) < len(found):
            found = found[int(part)]
        else:
            return None
    return found


def _nothing(record: type[Record], name: str) -> Any:
    return next(each for each in dataclasses.fields(record) if each.name == name).default


def _write(row: Resource[Any], verb: str, pack: MappingPack) -> Any:
    """The write with its wish made ready, and its step asked in the connector's own words; a gap stays one."""
    write, rules = row.verb(verb), pack.fields(row.name)
    if not isinstance(write, Write):
        return write
    required = pack.rules.required.get(row.name, {}).get(verb, {})
    defaults = pack.rules.defaults.get(row.name, {}) if verb == "create" else {}

    def prepare(wish: Wish) -> Wish:
        ready = _normal(_filled(write.prepare(wish), defaults), rules)
        _check(ready, required, row.name)
        return ready

    return replace(write, step=_step(row, write.step, verb, rules, required), prepare=prepare)


def _step(
    row: Resource[Any], step: Step[Any], verb: str, rules: Sequence[FieldRule], required: Mapping[str, str]
) -> Step[Any]:
    def ask(current: Record | None, desired: Record, ctx: Context) -> Send | None:
        _check(desired, required, row.name)
        if not rules:
            return step(current, desired, ctx)
        before = None if current is None else replace(row.read(current.raw, ctx), raw=current.raw)
        base = current if verb != "create" else None
        return step(before, _back(rules, before, base, desired), ctx)

    return ask


def _back(rules: Sequence[FieldRule], before: Record | None, base: Record | None, desired: Record) -> Record:
    """What is wanted, in the connector's own words.

    `before` is what the PMS holds in its words, `base` the same in ours; a field equal to `base` is left alone, so that
    a change of one field writes no other. A create has no `base`: all that it says is to be there.
    """
    shown = {rule.ours.removeprefix(CUSTOM) for rule in rules if rule.ours.startswith(CUSTOM)}
    custom = {name: value for name, value in desired.custom.items() if name not in shown}
    fields: dict[str, Any] = {}
    for rule in rules:
        _check_not_theirs(rule, custom)
    for rule in rules:
        wish, held = value_of(desired, rule.ours), None if base is None else value_of(base, rule.ours)
        changed = wish != held and not (is_empty(wish) and is_empty(held))
        if not rule.ours.startswith(CUSTOM):
            fields[rule.ours] = _kept(rule, before, desired)
        elif rule.read_only and changed:
            raise InvalidInput(f"Your mapping pack only reads {rule.ours} ({rule.where}).", path="custom")
        if rule.by_path:
            continue
        if before is not None and rule.theirs in before.custom:
            custom[rule.theirs] = before.custom[rule.theirs]
        if changed and not rule.read_only:
            custom[rule.theirs] = rule.write(wish)
    return replace(desired, custom=custom, **fields)


def _check_not_theirs(rule: FieldRule, custom: Mapping[str, Any]) -> None:
    if not rule.by_path and rule.theirs in custom:
        told = f"{rule.theirs!r} is {rule.ours} by your mapping pack ({rule.where}): write it by that name."
        raise InvalidInput(told, path="custom")


def _kept(rule: FieldRule, before: Record | None, desired: Record) -> Any:
    """What the PMS's own field of this meaning is left at: what it holds; in a new record, only what none may lack."""
    if before is not None:
        return getattr(before, rule.ours)
    return getattr(desired, rule.ours) if has_own(type(desired), rule.ours) else _nothing(type(desired), rule.ours)


def _filled(wish: Wish, defaults: Mapping[str, Any]) -> Wish:
    """A new record with the pack's defaults where it says nothing."""
    if not isinstance(wish, Record):
        return wish
    empty = {name: value for name, value in defaults.items() if is_empty(value_of(wish, name))}
    own = {name.removeprefix(CUSTOM): value for name, value in empty.items() if name.startswith(CUSTOM)}
    fields = {name: value for name, value in empty.items() if not name.startswith(CUSTOM)}
    return replace(wish, custom={**wish.custom, **own}, **fields) if empty else wish


def _normal(wish: Wish, rules: Sequence[FieldRule]) -> Wish:
    """Values as they will be read back (`upper`), so that a write is not taken for one that did not stick."""
    told = (
        {name: getattr(wish, name) for name in ("custom", *_plain(rules))} if isinstance(wish, Record) else dict(wish)
    )
    changed: dict[str, Any] = {}
    for rule in rules:
        own = rule.ours.startswith(CUSTOM)
        values = changed.get("custom", told.get("custom", {})) if own else told
        name = rule.ours.removeprefix(CUSTOM)
        if rule.read_only or is_empty(values.get(name)):
            continue
        value = _turned(rule, values[name])
        changed |= {"custom": {**values, name: value}} if own else {name: value}
    return replace(wish, **changed) if isinstance(wish, Record) else {**wish, **changed}


def _plain(rules: Sequence[FieldRule]) -> list[str]:
    return [rule.ours for rule in rules if not rule.ours.startswith(CUSTOM)]


def _turned(rule: FieldRule, value: Any) -> Any:
    try:
        return rule.read(rule.write(value))
    except ValueError as error:
        path = "custom" if rule.ours.startswith(CUSTOM) else rule.ours
        told = f"{rule.ours} {error}, which your mapping pack wants ({rule.where})."
        raise InvalidInput(told, path=path) from None


def _check(wish: Wish, required: Mapping[str, str], record: str) -> None:
    """Raises InvalidInput for a required field that says nothing; of a change, only what it names can be told."""
    for name, place in required.items():
        if isinstance(wish, Record):
            lacks = is_empty(value_of(wish, name))
        elif name.startswith(CUSTOM):
            lacks = "custom" in wish and is_empty(wish["custom"].get(name.removeprefix(CUSTOM)))
        else:
            lacks = name in wish and is_empty(wish[name])
        if lacks:
            plain = name.removeprefix(CUSTOM) if name.startswith(CUSTOM) else name
            told = f"A {record} needs {plain}: your mapping pack requires it (mapping pack, {place})."
            raise InvalidInput(told, path="custom" if name.startswith(CUSTOM) else name)
