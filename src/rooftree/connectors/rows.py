"""Rows of a connector's table that every PMS has some of: absent, read only, or without custom fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rooftree.connectors.base import Context, Gap, Resource, WireRecord
from rooftree.errors import Unreadable
from rooftree.model.base import Record


def omit(gap: Gap, *names: str) -> dict[str, Gap]:
    """One reason for several fields."""
    return dict.fromkeys(names, gap)


def row(no_custom: Gap, record: type[Record], omits: Mapping[str, Gap] | None = None, **rest: Any) -> Resource[Any]:
    """A row whose record has no custom fields either; a connector binds the reason once."""
    return Resource(record=record, omits={"custom": no_custom, **(omits or {})}, **rest)


def read_only(
    no_custom: Gap, record: type[Record], gap: Gap, omits: Mapping[str, Gap] | None = None, **rest: Any
) -> Resource[Any]:
    """Such a row that is read and never written."""
    return row(no_custom, record, omits, create=gap, update=gap, close=gap, **rest)


def absent(record: type[Record], gap: Gap, write: Gap | None = None) -> Resource[Any]:
    """The row of a record that a PMS does not offer at all; `write` where writing it has a reason of its own."""
    last = write or gap
    return Resource(record=record, read=_unread, list=gap, get=gap, create=last, update=last, close=last)


def _unread(_wire: WireRecord, _ctx: Context) -> Any:
    raise Unreadable("This property system has no such record.")
