"""The time zone of each property: guessed from its address, then confirmed by a person."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Connection, select, update

from rooftree.db import insert_new
from rooftree.errors import InvalidInput
from rooftree.model.base import Address
from rooftree.model.portfolio import Property
from rooftree.store.tables.connections import connection, property_zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """A zone by the address; `unsure` where the state has two zones or was not known."""

    zone: str
    unsure: bool


class Zones:
    """The zones of one connection's properties, as they were when loaded or learned since."""

    def __init__(self, default: str, known: dict[str, str]) -> None:
        self._default = ZoneInfo(default)
        self._known = known

    def of(self, property_id: str | None) -> ZoneInfo:
        """The zone of a property by the PMS's id; the connection's own where it is not known."""
        name = self._known.get(property_id or "")
        return ZoneInfo(name) if name else self._default

    def learn(self, zones: dict[str, str]) -> None:
        self._known.update(zones)


def load(conn: Connection, connection_id: str) -> Zones:
    default = conn.scalar(select(connection.c.time_zone).where(connection.c.id == connection_id))
    rows = conn.execute(
        select(property_zone.c.property_id, property_zone.c.zone).where(property_zone.c.connection_id == connection_id)
    )
    return Zones(default or "UTC", {row.property_id: row.zone for row in rows})


def of_property(conn: Connection, connection_id: str, property_id: str | None) -> ZoneInfo:
    """The zone of one property; the connection's own where it is not known."""
    own = select(property_zone.c.zone).where(
        property_zone.c.connection_id == connection_id, property_zone.c.property_id == (property_id or "")
    )
    default = select(connection.c.time_zone).where(connection.c.id == connection_id)
    return ZoneInfo(conn.scalar(own) or conn.scalar(default) or "UTC")


def guess(address: Address | None, default: str) -> Guess:
    """The zone of a US address by its state; `default`, unsure, where the state is not known."""
    state = (address.state or "").strip().upper() if address else ""
    return _by_state().get(state) or Guess(zone=default, unsure=True)


def guess_all(conn: Connection, connection_id: str, properties: Iterable[Property], default: str) -> dict[str, str]:
    """Note a guess for each property that has no zone yet; property id -> zone of the new ones."""
    learned: dict[str, str] = {}
    for one in properties:
        guessed = Guess(zone=one.time_zone, unsure=False) if one.time_zone else guess(one.address, default)
        row = {"connection_id": connection_id, "property_id": one.id, "zone": guessed.zone, "unsure": guessed.unsure}
        if insert_new(conn, property_zone, row):
            learned[one.id] = guessed.zone
    return learned


def confirm(conn: Connection, connection_id: str, property_id: str, zone: str, *, by: str, now: datetime) -> None:
    """A person says what the zone is; raises InvalidInput for a name that is no zone."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise InvalidInput(f"{zone!r} is no time zone; write one like America/Chicago.", path="zone") from None
    row = {"connection_id": connection_id, "property_id": property_id, "zone": zone, "unsure": False}
    insert_new(conn, property_zone, row)
    chosen = (property_zone.c.connection_id == connection_id) & (property_zone.c.property_id == property_id)
    said = {"zone": zone, "unsure": False, "confirmed_by": by, "confirmed_at": now}
    conn.execute(update(property_zone).where(chosen).values(said))


def unconfirmed(conn: Connection, connection_id: str) -> list[tuple[str, str, bool]]:
    """(property id, guessed zone, unsure) of those no person confirmed yet, the unsure first."""
    query = select(property_zone.c.property_id, property_zone.c.zone, property_zone.c.unsure).where(
        property_zone.c.connection_id == connection_id, property_zone.c.confirmed_at.is_(None)
    )
    ordered = query.order_by(property_zone.c.unsure.desc(), property_zone.c.property_id)
    return [(row.property_id, row.zone, row.unsure) for row in conn.execute(ordered)]


@cache
def _by_state() -> dict[str, Guess]:
    text = files("rooftree.store").joinpath("state_zones.csv").read_text()
    found: dict[str, Guess] = {}
    for row in csv.DictReader(text.splitlines()):
        known = Guess(zone=row["zone"], unsure=row["split"] == "yes")
        found[row["state"]] = found[row["name"].upper()] = known
    return found
