"""Reading one record back from a PMS, and listing recent ones, in our words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rooftree.connectors.base import Gap, Query, Resource, WireRecord
from rooftree.connectors.never_keep import cut
from rooftree.errors import Unreadable, Unsupported
from rooftree.model.base import Record
from rooftree.model.names import name_of
from rooftree.sync.door import Door
from rooftree.sync.server_time import Listening
from rooftree.sync.source import Misfit, read

_PAGES = 20


def resource_of(door: Door, kind: type[Record]) -> Resource[Any]:
    """The row of the connector's table; raises Unsupported when the PMS knows nothing of it."""
    resource = door.connector.resource(kind)
    if resource is None:
        raise Unsupported(f"{door.connector.manifest.title} has no {name_of(kind)} for us.", record=name_of(kind))
    return resource


def read_one(door: Door, kind: type[Record], id: str) -> Record:
    """The record as the PMS holds it now; raises NotFound, Unreadable, or another ConnectorError."""
    resource = resource_of(door, kind)
    if isinstance(resource.get, Gap):
        raise Unsupported(resource.get.reason, record=resource.name, verb="get", kind=resource.get.kind)
    wire = resource.get(Listening(door.wire, door.connection_id, door.clock), id)
    return to_record(door, resource, wire)


def to_record(door: Door, resource: Resource[Any], wire: WireRecord) -> Record:
    """The wire record, without what is never kept, in our words; raises Unreadable."""
    found = read(resource, cut(wire, door.connector.manifest.never_keep), door.context)
    if isinstance(found, Misfit):
        raise Unreadable(found.error, record=resource.name)
    return found


def read_recent(door: Door, kind: type[Record], query: Query) -> Iterator[Record]:
    """The records a list brings, a few pages at most; those that fit no mapping are passed over."""
    resource = resource_of(door, kind)
    if isinstance(resource.list, Gap):
        return
    cursor: str | None = None
    for _ in range(_PAGES):
        page = resource.list(Listening(door.wire, door.connection_id, door.clock), query, cursor)
        for wire in page.items:
            try:
                yield to_record(door, resource, wire)
            except Unreadable:
                continue  # pull keeps what it cannot read; here it only cannot be adopted
        cursor = page.next
        if cursor is None:
            return
