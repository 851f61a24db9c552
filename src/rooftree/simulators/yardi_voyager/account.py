"""One pretend Voyager database: its tables, its lists, and which property each interface may see."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime

from rooftree.simulators.store import Database, Table
from rooftree.simulators.wire import Record
from rooftree.simulators.yardi_voyager import seed
from rooftree.simulators.yardi_voyager.seed import Seeds
from rooftree.simulators.yardi_voyager.words import Lists, refused


class Account:
    """State of one database; everything seeded is made on demand."""

    def __init__(
        self, database: Database, seeds: Seeds, lists: Lists, closed: Mapping[str, Collection[str]], entity: str
    ) -> None:
        self.database = database
        self.seeds = seeds
        self.lists = lists
        self.closed = closed
        """Properties not enabled, by interface."""
        self.entity = entity
        facts, table, stamp = seeds.portfolio, database.table, seeds.stamp
        self.properties = table("properties", range(facts.properties), seeds.property_row, stamp)
        self.units = table("units", range(facts.units), seeds.unit_row, stamp)
        self.leases = table("leases", seeds.lease_ids(), seeds.lease_row, stamp)
        self.vendors = table("vendors", range(seed.VENDORS), seeds.vendor_row, stamp)
        self.orders = table("service_requests", seeds.order_ids(), seeds.order_row, stamp, seed.ORDER * 10)
        first = seed.PROSPECT
        self.guests = table(
            "guests", range(first, first + facts.properties), seeds.prospect_row, stamp, first_id=first * 10
        )
        self.files = table("attachments", first_id=1)

    def codes(self, interface: str) -> list[str]:
        """The properties that an interface may see."""
        hidden = self.closed.get(interface, ())
        return [row["Code"] for _id, row in self.properties.rows() if row["Code"] not in hidden]

    def allow(self, interface: str, code: str) -> None:
        if code not in self.codes(interface):
            raise refused(f"Invalid or no access to Yardi Property {code}")

    def of(self, table: Table, code: str) -> list[tuple[int, Record]]:
        return [(id, row) for id, row in table.rows() if row["PropertyCode"] == code]

    def now(self, code: str) -> datetime:
        """The property's own time."""
        return self.database.now().astimezone(self.seeds.zone(code))

    def changed_on(self, table: Table, id: int, code: str) -> date:
        return table.updated(id).astimezone(self.seeds.zone(code)).date()
