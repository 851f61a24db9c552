"""The embedded PMS keeps our own words, so mapping is reading JSON values into records, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec

from rooftree.connectors.base import Context, ReadMapping, WireRecord
from rooftree.embedded.rules import body_of, plain
from rooftree.errors import Unreadable
from rooftree.model.base import Record


def to(kind: type[Record]) -> ReadMapping[Any]:
    """The read mapping of one record type; it raises Unreadable for what does not make a record."""

    def read(wire: WireRecord, _ctx: Context) -> Record:
        try:
            return replace(msgspec.convert(wire, kind), raw=wire)
        except msgspec.ValidationError as error:
            raise Unreadable(f"A {kind.__name__} does not read: {error}") from None

    return read


def fields_of(record: Record) -> dict[str, Any]:
    """The fields that say something, as the wire wants them."""
    return body_of(record)


COUNTED = ("size_bytes",)
"""Fields the books fill in themselves."""


def changed(current: Record, desired: Record) -> Mapping[str, Any]:
    """The fields in which `desired` differs; what it leaves empty is emptied."""
    old, new = plain(current), plain(desired)
    return {name: new[name] for name in new if name not in COUNTED and new[name] != old[name]}
