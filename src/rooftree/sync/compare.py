"""Comparing what was wanted with what a PMS holds, field by field; pure."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal, NamedTuple

from rooftree.model.base import Phone, Record
from rooftree.model.vocabulary import WorkOrderStatus

_MARKER = re.compile(r"\s*#rt-[0-9a-z]{4,12}\s*$")
_NOT_OURS = frozenset({"id", "refs", "created_at", "updated_at", "raw"})


Result = Literal["theirs", "ours", "stopped"]


class Ruling(NamedTuple):
    """Whose value of one field stands, and by which rule of `owners`."""

    result: Result
    rule: str


Judge = Callable[[str, Any, Any, Any], Ruling | None]
"""Decides (field, base, theirs, ours) where theirs and ours differ; None: nobody else moved, ours may be written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A field that somebody changed in the PMS while we wanted to change it too, and whose value stands."""

    field: str
    base: Any
    theirs: Any
    ours: Any
    result: Result = "theirs"
    rule: str = "pms"


def says(value: Any) -> bool:
    """Whether a value wants anything: not None, empty, or the word for not knowing."""
    if isinstance(value, Enum):
        return bool(value.value != "unknown")
    return value is not None and value not in ("", ()) and not (isinstance(value, Mapping) and not value)


def said_fields(record: Record) -> tuple[str, ...]:
    """The fields in which `record` says something a PMS could hold."""
    names = (field.name for field in dataclasses.fields(record))
    return tuple(name for name in names if _ours(name) and says(getattr(record, name)))


def changed_fields(before: Record, after: Record) -> tuple[str, ...]:
    """The fields in which the two differ and that a PMS could hold."""
    names = (field.name for field in dataclasses.fields(after))
    return tuple(name for name in names if _ours(name) and not same(getattr(before, name), getattr(after, name)))


def unequal(wanted: Record, seen: Record, fields: Collection[str]) -> tuple[str, ...]:
    """Those of `fields` that the PMS holds otherwise than wanted."""
    return tuple(name for name in fields if not same(getattr(wanted, name), getattr(seen, name)))


def coarser(wanted: Record, seen: Record, field: str) -> bool:
    """Whether a closed word differs only because the PMS has fewer words (ASSIGNED kept as "InProgress").

    Ask it only when the connector says that nothing is left to write: it compares in the PMS's words. Open work is
    never taken for finished work.
    """
    wish, held = getattr(wanted, field), getattr(seen, field)
    if isinstance(wish, WorkOrderStatus):
        return isinstance(held, WorkOrderStatus) and held.is_open == wish.is_open
    return isinstance(wish, Enum)


def staff_first(_field: str, base: Any, theirs: Any, _ours: Any) -> Ruling | None:
    """The judge that knows no exception: what changed in the PMS stands."""
    return None if same(theirs, base) else Ruling("theirs", "pms")


def three_way(
    base: Record, theirs: Record, ours: Record, fields: Collection[str], judge: Judge = staff_first
) -> tuple[tuple[str, ...], tuple[Difference, ...]]:
    """The fields we may still write, and those that both sides changed or whose order forbids ours."""
    free, moved = [], []
    for name in fields:
        old, now, wish = getattr(base, name), getattr(theirs, name), getattr(ours, name)
        ruling = None if same(now, wish) else judge(name, old, now, wish)
        if ruling is None or ruling.result == "ours":
            free.append(name)
        if ruling is not None:
            moved.append(Difference(field=name, base=old, theirs=now, ours=wish, **ruling._asdict()))
    return tuple(free), tuple(moved)


def same(one: Any, other: Any) -> bool:
    """Equal but for our marker, white space around text, and the many ways of saying nothing.

    Of a phone the number counts: many a PMS keeps it without its kind.
    """
    return bool(plain(one) == plain(other))


def plain(value: Any) -> Any:
    """The value as `same` compares it."""
    if isinstance(value, str) and not isinstance(value, Enum):
        value = _MARKER.sub("", value).strip()
    if isinstance(value, tuple) and value and all(isinstance(each, Phone) for each in value):
        value = tuple(each.number for each in value)
    return value if says(value) else None


def _ours(name: str) -> bool:
    return name not in _NOT_OURS and not name.endswith("_raw")
