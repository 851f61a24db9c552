"""A connection opened for reading: its line, its connector, and what mapping needs to know."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from rooftree.clock import Clock
from rooftree.connectors.base import Connector, Context, Gap, Resource, Wire, WireRecord
from rooftree.connectors.fitted import in_force
from rooftree.connectors.never_keep import cut
from rooftree.connectors.packs import MappingPack
from rooftree.db import Database
from rooftree.errors import ConnectorError, Unreadable
from rooftree.model.base import Record
from rooftree.store import zones
from rooftree.store.connections import PmsConnection
from rooftree.store.keys import Keys
from rooftree.store.zones import Zones
from rooftree.sync import health
from rooftree.sync.picks import PickLists, renewed


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One connection opened for reading; made by `open_source`."""

    database: Database
    keys: Keys
    connection: PmsConnection
    connector: Connector
    wire: Wire
    clock: Clock
    context: Context
    zones: Zones
    pack: MappingPack = field(default_factory=MappingPack)
    """The customer's mapping pack; `connector` has it in force."""

    def clean(self, wire: WireRecord) -> WireRecord:
        """The wire record without what is never kept; nothing else may see it before."""
        return cut(wire, self.connector.manifest.never_keep)


@dataclass(frozen=True, slots=True)
class Misfit:
    """A wire record that fitted no mapping, and why, without the values in it."""

    raw: WireRecord
    external_id: str | None
    error: str


def open_source(
    database: Database,
    keys: Keys,
    connection: PmsConnection,
    connector: Connector,
    wire: Wire,
    clock: Clock,
    picks_of: Callable[[], PickLists] | None = None,
) -> Source:
    """Read what mapping needs (zones of properties, pick lists of the PMS) and open the connection for reading.

    `picks_of` gives pick lists that were read a moment ago in place of asking the PMS again.
    """
    with database.read() as conn:
        known = zones.load(conn, connection.id)
    try:
        picks = picks_of() if picks_of else PickLists(lambda: connector.picks(wire), clock)
    except ConnectorError as error:
        health.failed(database, connection.id, connector, error)
        raise
    options = {**wire.options, **connection.options}  # a line was opened with those of then
    connector, pack = in_force(connector, options)
    context = Context(zone_of=known.of, picks=picks, pack=pack.lists, options=options, now=clock.now())
    return Source(
        database=database,
        keys=keys,
        connection=connection,
        connector=connector,
        wire=wire,
        clock=clock,
        context=context,
        zones=known,
        pack=pack,
    )


def readable(resource: Resource[Any]) -> bool:
    """Whether this resource is read by listing."""
    return not isinstance(resource.list, Gap)


def parents_first(resources: Sequence[Resource[Any]]) -> list[Resource[Any]]:
    """The resources that can be listed: properties first (they bring the time zones), children after parents."""
    listed = [row for row in resources if readable(row)]
    parents = {row.parent for row in listed if row.parent}
    return sorted(listed, key=lambda row: (row.name != "property", row.parent is not None, row.name not in parents))


def read(resource: Resource[Any], wire: WireRecord, context: Context) -> Record | Misfit:
    """Map one wire record (already clean) with its raw beside it; what does not fit comes back as a Misfit.

    A word that is not in the pick lists makes them be read again, within bounds, and the record be mapped once more.
    """
    found = _mapped(resource, wire, context)
    return _mapped(resource, wire, context) if renewed(context) else found


def _mapped(resource: Resource[Any], wire: WireRecord, context: Context) -> Record | Misfit:
    try:
        record: Record = resource.read(wire, context)
    except (KeyError, ValueError, TypeError, AttributeError, ArithmeticError, Unreadable) as error:
        return Misfit(wire, _id_in(wire), _reason(resource, error))
    return record if record.raw else replace(record, raw=wire)


def _reason(resource: Resource[Any], error: Exception) -> str:
    if isinstance(error, Unreadable):
        return str(error)
    if isinstance(error, KeyError):
        return f"The {resource.name} lacks {error.args[0]!r}."
    return f"The {resource.name} does not fit the mapping ({type(error).__name__})."


def _id_in(wire: WireRecord) -> str | None:
    found = next((wire[name] for name in ("Id", "id", "ID") if wire.get(name) not in (None, "")), None)
    return None if found is None or isinstance(found, dict | list) else str(found)
