"""One pretend Entrata client: its tables and its clock."""

from __future__ import annotations

from rooftree.simulators.entrata import seed
from rooftree.simulators.entrata.seed import Seeds
from rooftree.simulators.entrata.words import moment
from rooftree.simulators.store import Database, Table
from rooftree.simulators.wire import Record


class Account:
    """State of one client; everything seeded is made on demand."""

    def __init__(self, database: Database, seeds: Seeds) -> None:
        self.database = database
        self.seeds = seeds
        facts, table, stamp = seeds.portfolio, database.table, seeds.stamp
        places, homes = range(facts.properties), range(facts.units)
        self.properties = table("properties", _from(seed.PROPERTY, places), seeds.property_row, stamp)
        self.units = table("units", _from(seed.UNIT, homes), seeds.unit_row, stamp)
        self.leases = table("leases", seeds.lease_ids(), seeds.lease_row, stamp)
        self.customers = table("customers", seeds.customer_ids(), seeds.customer_row, stamp)
        self.vendors = table("vendors", _from(seed.VENDOR, range(seed.VENDORS)), seeds.vendor_row, stamp)
        self.orders = table("work_orders", seeds.order_ids(), seeds.order_row, stamp)
        self.prospects = table("prospects", seeds.prospect_ids(), seeds.prospect_row, stamp)
        self.transactions = table("transactions", first_id=800_000)
        self.activities = table("activities", first_id=400_000)
        self._places: dict[tuple[str, int], str] = {}
        self.mails: list[Record] = []
        """Confirmation e-mails that Entrata would have sent to real people."""

    def now_text(self) -> str:
        return moment(self.database.now())

    def of(self, table: Table, property_id: object) -> list[Record]:
        """The rows of one property; where a row stands is worked out once, as it never moves."""
        return [
            row
            for id in list(table.ids())
            if self._place_of(table, id) == str(property_id) and (row := table.get(id)) is not None
        ]

    def _place_of(self, table: Table, id: int) -> str | None:
        if (table.name, id) not in self._places:
            row = table.get(id)
            if row is None:
                return None
            self._places[table.name, id] = str(row["propertyId"])
        return self._places[table.name, id]


def _from(first: int, numbers: range) -> range:
    return range(first, first + len(numbers))
