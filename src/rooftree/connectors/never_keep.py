"""Cuts from a wire record what we never keep: SSN, bank, birth date, consumer reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from rooftree.connectors.base import WireRecord


def cut(wire: WireRecord, paths: Sequence[str]) -> WireRecord:
    """A copy without what `paths` name; pure.

    `TaxId` is cut wherever it stands, `Bank.Account` wherever an `Account` stands directly in a `Bank`; lists are
    looked through, capitals make no difference. Cutting too much loses a field; cutting too little harms a person.
    """
    if not paths:
        return wire
    kept: WireRecord = _cut(wire, (), _by_last_name(tuple(paths)))
    return kept


_PLAIN = frozenset({str, int, float, bool, type(None)})
"""What holds nothing: most values of a record, told by one look before any other question."""
_Wanted = Mapping[str, Sequence[tuple[str, ...]]]


@cache
def _by_last_name(paths: tuple[str, ...]) -> _Wanted:
    """The paths under their last name, so that most names of a record need one look."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for path in paths:
        parts = tuple(path.casefold().split("."))
        found.setdefault(parts[-1], []).append(parts)
    return found


@lru_cache(maxsize=65_536)
def _folded(name: str) -> str:
    return name.casefold()


def _cut(value: Any, above: tuple[str, ...], wanted: _Wanted) -> Any:
    if isinstance(value, dict | Mapping):
        kept = {}
        for name, inner in value.items():
            last = _folded(str(name))
            paths = wanted.get(last)
            if paths and any((*above, last)[-len(path) :] == path for path in paths):
                continue
            kept[name] = inner if type(inner) in _PLAIN else _cut(inner, (*above, last), wanted)
        return kept
    if isinstance(value, list | tuple):
        return [inner if type(inner) in _PLAIN else _cut(inner, above, wanted) for inner in value]
    return value
