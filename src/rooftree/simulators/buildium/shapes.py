"""Checking request bodies: a shape is a dict of field name to field; what passes comes out complete and clean.

Fields left out come out as None, because a Buildium PUT replaces the record with what it was sent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias

from rooftree.simulators.buildium.errors import invalid
from rooftree.simulators.wire import Record

Problems: TypeAlias = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Field:
    """One body field: `read` returns the clean value or raises ValueError with the message for the client."""

    read: Callable[[Any], Any]
    required: bool = False
    inner: Mapping[str, Field] | None = None
    many: bool = False


Shape: TypeAlias = Mapping[str, Field]


def check(body: object, shape: Shape) -> Record:
    """The body as `shape` describes it. Raises Refusal 422 naming every field that does not fit."""
    problems: Problems = []
    clean = _object(body, shape, "", problems)
    if problems:
        raise invalid(*problems)
    return clean


def text(limit: int | None = None, *, required: bool = False, least: int = 0) -> Field:
    def read(value: Any) -> Any:
        if not isinstance(value, str):
            raise ValueError("must be text")
        if limit is not None and len(value) > limit:
            raise ValueError(f"cannot exceed {limit} characters")
        if value and len(value) < least:
            raise ValueError(f"must have at least {least} characters")
        return value

    return Field(read, required)


def phone_text() -> Field:
    return text(20, least=10)


def whole(*, required: bool = False) -> Field:
    def read(value: Any) -> Any:
        if not isinstance(value, int) or isinstance(value, bool) or not -(2**31) <= value < 2**31:
            raise ValueError("must be a whole number")
        return value

    return Field(read, required)


def number(*, required: bool = False) -> Field:
    def read(value: Any) -> Any:
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            raise ValueError("must be a number")
        return value

    return Field(read, required)


def flag(*, required: bool = False) -> Field:
    def read(value: Any) -> Any:
        if not isinstance(value, bool):
            raise ValueError("must be true or false")
        return value

    return Field(read, required)


def choice(options: Sequence[str], *, required: bool = False) -> Field:
    def read(value: Any) -> Any:
        if value not in options:
            raise ValueError(f"must be one of {', '.join(options[:12])}")
        return value

    return Field(read, required)


def day(*, required: bool = False) -> Field:
    def read(value: Any) -> Any:
        if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            raise ValueError("must be a date formatted as YYYY-MM-DD")
        return date.fromisoformat(value).isoformat()

    return Field(read, required)


def moment(*, required: bool = False) -> Field:
    def read(value: Any) -> Any:
        if not isinstance(value, str):
            raise ValueError("must be a date and time")
        datetime.fromisoformat(value)
        return value

    return Field(read, required)


def wholes(*, required: bool = False) -> Field:
    return Field(whole().read, required, many=True)


def choices(options: Sequence[str]) -> Field:
    return Field(choice(options).read, many=True)


def nested(shape: Shape, *, required: bool = False) -> Field:
    return Field(_anything, required, inner=shape)


def many(shape: Shape, *, required: bool = False) -> Field:
    return Field(_anything, required, inner=shape, many=True)


def _anything(value: Any) -> Any:
    return value


def _object(value: object, shape: Shape, path: str, problems: Problems) -> Record:
    if not isinstance(value, dict):
        problems.append((path.rstrip("."), "must be an object"))
        return {}
    return {name: _field(value.get(name), field, path + name, problems) for name, field in shape.items()}


def _field(value: Any, field: Field, path: str, problems: Problems) -> Any:
    if value is None or (value == "" and field.required):
        if field.required:
            problems.append((path, f"The {path} field is required."))
        return None
    if not field.many:
        return _one(value, field, path, problems)
    if not isinstance(value, list):
        problems.append((path, "must be a list"))
        return None
    return [_one(item, field, f"{path}[{index}]", problems) for index, item in enumerate(value)]


def _one(value: Any, field: Field, path: str, problems: Problems) -> Any:
    if field.inner is not None:
        return _object(value, field.inner, path + ".", problems)
    try:
        return field.read(value)
    except ValueError as problem:
        problems.append((path, str(problem)))
        return None
