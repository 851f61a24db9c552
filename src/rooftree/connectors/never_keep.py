"""Cuts from a wire record what we never keep: SSN, bank, birth date, consumer reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rooftree.connectors.base import WireRecord


def cut(wire: WireRecord, paths: Sequence[str]) -> WireRecord:
    """A copy without what `paths` name; pure.

    `TaxId` is cut wherever it stands, `Bank.Account` wherever an `Account` stands directly in a `Bank`; lists are
    looked through, capitals make no difference. Cutting too much loses a field; cutting too little harms a person.
    """
    wanted = [tuple(path.casefold().split(".")) for path in paths]
    return _cut(wire, (), wanted) if wanted else wire


def _cut(value: Any, above: tuple[str, ...], wanted: Sequence[tuple[str, ...]]) -> Any:
    if isinstance(value, Mapping):
        kept = {}
        for name, inner in value.items():
            here = (*above, str(name).casefold())
            if not any(here[-len(path) :] == path for path in wanted):
                kept[name] = _cut(inner, here, wanted)
        return kept
    if isinstance(value, list | tuple):
        return [_cut(inner, above, wanted) for inner in value]
    return value
