"""Cuts from a wire record what we never keep: SSN, bank, birth date, consumer reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from rooftree.connectors.base import WireRecord


def cut(wire: WireRecord, paths: Sequence[str]) -> WireRecord:
    """A copy without what `paths` name; pure.

    `TaxId` is cut wherever it stands, `Bank.Account` wherever an `Account` stands directly in a `Bank`; lists are
    looked through, capitals make no difference. Cutting too much loses a field; cutting too little harms a person.
    """
    if not paths:
        return wire
    kept: WireRecord = _cut(wire, (), _wanted(tuple(paths)))
    return kept


_PLAIN = frozenset({str, int, float, bool, type(None)})
"""What holds nothing: most values of a record, told by one look before any other question."""
_Path = tuple[str, ...]
_MOST_NAMES = 65_536


class _Wanted(dict[Any, Sequence[_Path]]):
    """A name as a PMS writes it -> the paths that end in it, so that most names of a record need one look."""

    def __init__(self, paths: Sequence[str]) -> None:
        super().__init__()
        self._paths = [tuple(path.casefold().split(".")) for path in paths]

    def __missing__(self, name: Any) -> Sequence[_Path]:
        found = [path for path in self._paths if path[-1] == _folded(name)]
        if len(self) < _MOST_NAMES:
            self[name] = found
        return found


_wanted = cache(_Wanted)


def _folded(name: Any) -> str:
    return str(name).casefold()


def _cut(value: Any, above: _Path, wanted: _Wanted) -> Any:
    if isinstance(value, dict | Mapping):
        kept = {}
        for name, inner in value.items():
            paths = wanted[name]
            if paths and any((*above, path[-1])[-len(path) :] == path for path in paths):
                continue
            kept[name] = inner if type(inner) in _PLAIN else _cut(inner, (*above, _folded(name)), wanted)
        return kept
    if isinstance(value, list | tuple):
        return [inner if type(inner) in _PLAIN else _cut(inner, above, wanted) for inner in value]
    return value
