"""The part of a mapping pack that speaks of fields: ours <-> theirs, what is required, defaults; checked by line."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from typing import Any

import yaml

from rooftree.connectors import conversions
from rooftree.connectors.base import Connector, Gap, Resource, Write
from rooftree.connectors.pack_text import is_nothing, pairs, scalar, where, wrong
from rooftree.errors import Unreadable
from rooftree.model.base import Record
from rooftree.model.names import RECORDS

SECTIONS = ("fields", "required", "defaults")
CUSTOM = "custom:"
"""Before the name of a field of the customer's own, as our records hold it."""
VERBS = ("create", "update", "close")
_KEYS = ("theirs", "path", "read_only", "as", "words")
_FIXED = {
    "status": "a status decides what is open; teach its words in the pick lists",
    "custom": "name one field of the customer's own: custom:NAME",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRule:
    """One field of ours and where it is theirs; both ways unless `read_only`."""

    record: str
    ours: str
    theirs: str
    """A custom field of the PMS by its name or, where `by_path`, a dotted path into the raw record."""
    by_path: bool
    read_only: bool
    convert: str | None
    """A conversion's name; None keeps a custom field as it is."""
    words: Mapping[str, str]
    """Their word -> ours, of a pick list."""
    where: str

    @property
    def kind(self) -> type | None:
        """The type of our field; None for one of the customer's own."""
        return _kind(self.record, self.ours)

    @property
    def reading(self) -> list[Any]:
        """All that decides what is read."""
        return [self.ours, self.theirs, self.by_path, self.convert, dict(self.words)]

    def read(self, value: Any) -> Any:
        """Their value as ours; raises Unreadable naming field and line, without the value."""
        kind = self.kind
        if self.words:
            known = {theirs.lower(): ours for theirs, ours in self.words.items()}
            value = known.get(str(value).strip().lower(), value)
        try:
            if isinstance(kind, type) and issubclass(kind, Enum):
                return _word_of(kind, str(value))
            return value if self.convert is None else conversions.read(self.convert, kind, value)
        except ValueError as error:
            told = (
                f"{self.record}: {self.theirs!r}, which your mapping pack reads as {self.ours} ({self.where}), {error}."
            )
            raise Unreadable(told, record=self.record) from None

    def write(self, value: Any) -> Any:
        """Ours as they keep it, "" for nothing; raises ValueError."""
        if is_empty(value):
            return ""
        theirs = next((theirs for theirs, ours in self.words.items() if ours == str(value)), None)
        if theirs is not None or self.convert is None:
            return value if theirs is None else theirs
        return conversions.write(self.convert, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a pack says of fields, by record."""

    fields: Mapping[str, tuple[FieldRule, ...]] = field(default_factory=dict)
    required: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    """Record -> verb -> our field -> where the pack says so."""
    defaults: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Record -> our field -> what a new record gets that leaves it empty."""


@cache
def _kind(record: str, ours: str) -> type | None:
    return None if ours.startswith(CUSTOM) else conversions.kind_of(RECORDS[record], ours)


def is_empty(value: Any) -> bool:
    """Whether a field says nothing: none, no text, or the word for not knowing."""
    return value is None or value in ("", ()) or (isinstance(value, Enum) and value.value == "unknown")


def value_of(record: Record, name: str) -> Any:
    """What a record holds in a field of ours or, as `custom:NAME`, in one of the customer's own."""
    if name.startswith(CUSTOM):
        return record.custom.get(name.removeprefix(CUSTOM))
    return getattr(record, name)


def has_own(record: type[Record], name: str) -> bool:
    """Whether no record of this type may lack the field: the PMS's own value stands in where theirs is empty."""
    found = next(each for each in dataclasses.fields(record) if each.name == name)
    return found.default is dataclasses.MISSING and found.default_factory is dataclasses.MISSING


def rules(connector: Connector, sections: Mapping[str, yaml.Node]) -> Rules:
    """The sections about fields; raises InvalidInput with line and reason."""
    by_record: dict[str, Any] = {name: _by_record(connector, sections.get(name)) for name in SECTIONS}
    return Rules(
        fields={name: _fields(connector, row, node) for name, (row, node) in by_record["fields"].items()},
        required={name: _required(row, node) for name, (row, node) in by_record["required"].items()},
        defaults={name: _defaults(row, node) for name, (row, node) in by_record["defaults"].items()},
    )


def _by_record(connector: Connector, node: yaml.Node | None) -> dict[str, tuple[Resource[Any], yaml.Node]]:
    found = {}
    for key, value in pairs(node).items() if node is not None and not is_nothing(node) else ():
        if is_nothing(value):
            continue
        if key.value not in RECORDS:
            raise wrong(key, f"there is no record {key.value!r}; there is {', '.join(RECORDS)}")
        row = connector.resource(RECORDS[key.value])
        if row is None:
            raise wrong(key, f"{connector.manifest.title} has no {key.value} for us")
        if isinstance(row.list, Gap) and isinstance(row.get, Gap):
            raise wrong(key, f"{connector.manifest.title} shows no {key.value}: {_reason(row.list)}")
        found[key.value] = (row, value)
    return found


def _fields(connector: Connector, row: Resource[Any], node: yaml.Node) -> tuple[FieldRule, ...]:
    found: dict[str, tuple[FieldRule, yaml.Node]] = {}
    for key, value in pairs(node).items():
        if is_nothing(value):
            continue
        rule = _rule(row, key, value)
        if rule.theirs in found:
            other, _ = found[rule.theirs]
            raise wrong(key, f"{rule.theirs!r} is {other.ours} already ({other.where}); it can be one field of ours")
        if not rule.by_path or not rule.read_only:
            _check_way(connector, row, rule, key)
        found[rule.theirs] = (rule, key)
    _check_ring({rule.ours: (rule, key) for rule, key in found.values()})
    return tuple(rule for rule, _ in found.values())


def _rule(row: Resource[Any], key: yaml.ScalarNode, node: yaml.Node) -> FieldRule:
    kind = _our_field(row.record, key)
    told = {each.value: (each, value) for each, value in pairs(node).items()} if _is_long(node) else {}
    for name, (at, _) in told.items():
        if name not in _KEYS:
            raise wrong(at, f"there is no {name!r} here; there is {', '.join(_KEYS)}")
    if told and ("theirs" in told) == ("path" in told):
        raise wrong(node, "say either `theirs` (their custom field) or `path` (a path into their record)")
    by_path = "path" in told
    theirs = scalar(told["path" if by_path else "theirs"][1] if told else node).strip()
    words = _words(kind, told["words"][1]) if "words" in told else {}
    if words and not (kind in (None, str) or issubclass(kind, Enum)):
        raise wrong(told["words"][0], f"{key.value} is no word but made by {conversions.fitting(kind)[0]}")
    convert = _conversion(kind, key.value, told["as"][1]) if "as" in told else None
    usual = None if kind is None else conversions.fitting(kind)[0]
    return FieldRule(
        record=row.name,
        ours=key.value,
        theirs=theirs,
        by_path=by_path,
        read_only=by_path or ("read_only" in told and _yes(told["read_only"][1])),
        convert=convert or usual,
        words=words,
        where=where(key),
    )


def _is_long(node: yaml.Node) -> bool:
    return isinstance(node, yaml.MappingNode)


def _our_field(record: type[Record], key: yaml.Node) -> type | None:
    """The type of our field, None for one of the customer's own; raises InvalidInput for one that cannot be mapped."""
    name = scalar(key)
    if name.startswith(CUSTOM):
        if not name.removeprefix(CUSTOM).strip():
            raise wrong(key, "a field of the customer's own needs its name: custom:NAME")
        return None
    if name in _FIXED:
        raise wrong(key, f"{name} cannot be mapped: {_FIXED[name]}")
    names = [each.name for each in dataclasses.fields(record) if _mappable(record, each.name)]
    if name not in {each.name for each in dataclasses.fields(record)}:
        raise wrong(key, f"there is no field {name!r} of ours here; there is custom:NAME, {', '.join(names)}")
    if name not in names:
        raise wrong(key, f"{name} cannot be mapped: it is a link, a time of the PMS's or more than one value")
    return conversions.kind_of(record, name)


def _mappable(record: type[Record], name: str) -> bool:
    plain = not name.endswith(("_id", "_ids", "_raw")) and name not in ("id", "refs", "raw", "about", *_FIXED)
    return plain and conversions.kind_of(record, name) is not None


def _conversion(kind: type | None, name: str, node: yaml.Node) -> str:
    word = scalar(node)
    if word not in conversions.NAMES:
        raise wrong(node, f"there is no conversion {word!r}; there is {', '.join(conversions.NAMES)}")
    if word not in conversions.fitting(kind):
        raise wrong(node, f"{word} does not make a {name}; {' or '.join(conversions.fitting(kind))} does")
    return word


def _words(kind: type | None, node: yaml.Node) -> dict[str, str]:
    return {scalar(theirs): _our_word(kind, ours) for theirs, ours in pairs(node).items()}


def _our_word(kind: type | None, node: yaml.Node) -> str:
    word = scalar(node)
    if isinstance(kind, type) and issubclass(kind, Enum) and word not in [each.value for each in kind]:
        raise wrong(node, f"{word!r} is no word of ours; we know {', '.join(each.value for each in kind)}")
    return word


def _word_of(kind: type[Enum], word: str) -> Enum:
    """Our word for theirs, UNKNOWN for one nobody taught us (it stays readable in the raw field)."""
    plain = word.strip().lower()
    return next((each for each in kind if each.value == plain), None) or kind("unknown")


def _yes(node: yaml.Node) -> bool:
    if scalar(node).lower() not in ("true", "false"):
        raise wrong(node, "here must be true or false")
    return scalar(node).lower() == "true"


def _check_way(connector: Connector, row: Resource[Any], rule: FieldRule, key: yaml.Node) -> None:
    """Raises InvalidInput, naming the gap, for what this PMS does not show or does not let be written."""
    title, hint = connector.manifest.title, "read it with `path: ...` where it stands in their record"
    if "custom" in row.omits:
        raise wrong(
            key,
            f"{title} shows no custom field {rule.theirs!r} on a {row.name}: {_reason(row.omits['custom'])}; {hint}",
        )
    if rule.read_only:
        return
    writes = [write for write in (row.create, row.update) if isinstance(write, Write)]
    if "custom" in row.read_only or not writes:
        gap = row.read_only.get("custom") or row.update
        told = _reason(gap) if isinstance(gap, Gap) else "nothing of it is written"
        raise wrong(key, f"{title} lets no {row.name} be written: {told}; say read_only: true")
    if any(write.marker_field == rule.ours for write in writes):
        reason = f"{rule.ours} carries the mark by which Rooftree finds a write again whose answer was lost"
        raise wrong(key, f"{reason}; say read_only: true, or leave it where it is")


def _reason(gap: Gap) -> str:
    return gap.reason.rstrip(".")


def _check_ring(found: Mapping[str, tuple[FieldRule, yaml.Node]]) -> None:
    """Raises InvalidInput where custom fields stand for one another in a ring: nobody could say which is which."""
    for start, (_, key) in found.items():
        passed, name = [start], start
        while name in found and not found[name][0].by_path:
            following = f"{CUSTOM}{found[name][0].theirs}"
            if following == start and len(passed) > 1:
                raise wrong(key, f"these stand for one another in a ring: {' -> '.join([*passed, start])}")
            if following in passed:
                break
            passed, name = [*passed, following], following


def _required(row: Resource[Any], node: yaml.Node) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for verb, names in pairs(node).items():
        if is_nothing(names):
            continue
        if verb.value not in VERBS:
            raise wrong(verb, f"there is no verb {verb.value!r}; there is {', '.join(VERBS)}")
        gap = row.verb(verb.value)
        if isinstance(gap, Gap):
            raise wrong(verb, f"no {row.name} can be written so: {_reason(gap)}")
        if not isinstance(names, yaml.SequenceNode):
            raise wrong(names, "here must be a list of our fields: [one, another]")
        found[verb.value] = {_named(row.record, each): where(each) for each in names.value}
    return found


def _named(record: type[Record], node: yaml.Node) -> str:
    """A field of ours by name, whatever its type; raises InvalidInput."""
    name = scalar(node)
    names = [each.name for each in dataclasses.fields(record) if each.name not in ("id", "refs", "raw", "custom")]
    if not name.startswith(CUSTOM) and name not in names:
        raise wrong(node, f"there is no field {name!r} of ours here; there is custom:NAME, {', '.join(names)}")
    return name


def _defaults(row: Resource[Any], node: yaml.Node) -> dict[str, Any]:
    if isinstance(row.create, Gap) and pairs(node):
        raise wrong(node, f"no {row.name} can be made, so a default fills none: {_reason(row.create)}")
    return {key.value: _default(row, key, value) for key, value in pairs(node).items() if not is_nothing(value)}


def _default(row: Resource[Any], key: yaml.ScalarNode, node: yaml.Node) -> Any:
    kind = _our_field(row.record, key)
    if kind is None:
        return scalar(node)
    if issubclass(kind, Enum):
        return kind(_our_word(kind, node))
    try:
        return conversions.read(conversions.fitting(kind)[0], kind, scalar(node))
    except ValueError as error:
        raise wrong(node, f"the default of {key.value} {error}") from None
