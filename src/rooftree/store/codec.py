"""Frozen dataclasses to JSON and back, exactly: decimals, dates, aware times, words, tuples, nested records.

A field that holds nothing (None, an empty tuple or mapping, and that is also its default) is left out; a field
that an older or newer version wrote and this one does not know is ignored.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar, get_type_hints

import msgspec

from rooftree.errors import Unreadable

T = TypeVar("T")
_NOTHING: tuple[Any, ...] = (None, (), {})
_encoder = msgspec.json.Encoder(order="deterministic")


def encode(record: Any, without: tuple[str, ...] = ()) -> bytes:
    """The record as JSON, the same bytes for the same content; fields named in `without` are left out."""
    names, values = _fields(type(record), without)
    return _encoder.encode(
        {name: value for name, value in zip(names, values(record), strict=True) if value or value not in _NOTHING}
    )


def decode(kind: type[T], body: bytes) -> T:
    """The record back; raises Unreadable when the JSON does not make one."""
    try:
        record: T = _decoder(kind).decode(body)
    except (msgspec.MsgspecError, ValueError) as error:
        raise Unreadable(f"A stored {kind.__name__} does not read back: {type(error).__name__}.") from None
    return record


def value(kind: type, field: str, held: Any) -> Any:
    """One field's value back from its JSON, None being what it holds when it holds nothing; raises Unreadable."""
    if held is None:
        return next(each.default for each in dataclasses.fields(kind) if each.name == field)
    try:
        return msgspec.convert(held, get_type_hints(kind)[field], strict=False)
    except (msgspec.MsgspecError, ValueError) as error:
        raise Unreadable(f"A stored {kind.__name__}.{field} does not read back: {type(error).__name__}.") from None


def dumps(value: Any) -> bytes:
    """Any JSON value, with the same bytes for the same content."""
    return _encoder.encode(value)


def loads(body: bytes) -> Any:
    return msgspec.json.decode(body)


def differing(before: bytes, after: bytes) -> tuple[str, ...]:
    """The names of the fields in which two encoded records differ."""
    old, new = loads(before), loads(after)
    return tuple(sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name)))


def _read_fields(kind: Any, without: tuple[str, ...]) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    names = tuple(field.name for field in dataclasses.fields(kind) if field.name not in without)
    read = attrgetter(*names)
    return names, read if len(names) > 1 else lambda record: (read(record),)


_fields: Callable[[Any, tuple[str, ...]], tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]] = cache(
    _read_fields
)
_decoder: Callable[[Any], msgspec.json.Decoder[Any]] = cache(msgspec.json.Decoder)
