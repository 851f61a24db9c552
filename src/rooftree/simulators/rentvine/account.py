"""One pretend Rentvine account: its tables, its clock, and the messages it sent to people."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from rooftree.simulators import seed_words
from rooftree.simulators.rentvine import seed
from rooftree.simulators.rentvine.seed import Seeds
from rooftree.simulators.rentvine.words import STATUSES, stamp_text, text
from rooftree.simulators.store import Database
from rooftree.simulators.wire import Record


class Account:
    """State of one account; everything seeded is made on demand. Rows are kept as answers show them."""

    def __init__(self, database: Database, seeds: Seeds, zone: ZoneInfo) -> None:
        self.database = database
        self.seeds = seeds
        self.zone = zone
        facts, table, stamp = seeds.portfolio, database.table, seeds.stamp
        self.properties = table("properties", _from(seed.PROPERTY, facts.properties), seeds.property_row, stamp)
        self.units = table("units", _from(seed.UNIT, facts.units), seeds.unit_row, stamp)
        self.leases = table("leases", seeds.lease_ids(), seeds.lease_row, stamp)
        self.tenants = table("tenants", seeds.tenant_ids(), seeds.tenant_row, stamp)
        self.owners = table("owners", _from(seed.OWNER, seeds.owners), seeds.owner_row, stamp)
        self.vendors = table("vendors", _from(seed.VENDOR, seed.VENDORS), seeds.vendor_row, stamp)
        self.portfolios = table("portfolios", _from(seed.PORTFOLIO, seeds.portfolios), seeds.portfolio_row, stamp)
        self.statuses = table("statuses", _from(seed.STATUS, len(STATUSES)), _status_row)
        self.trades = table("trades", _from(seed.TRADE, len(seed_words.TRADES)), _trade_row)
        self.work_orders = table("work_orders", seeds.work_order_ids(), seeds.work_order_row, stamp)
        self.applications = table("applications", seeds.application_ids(), seeds.application_row, stamp)
        self.inspections = table("inspections", first_id=600)
        self.files = table("files", first_id=8_000)
        self.attachments = table("attachments", first_id=9_000)
        self.contents: dict[int, bytes] = {}
        self.notices: list[Record] = []
        """E-mails and texts that Rentvine would have sent to real people."""
        self.read_threads: list[str] = []
        """Message threads that a GET marked as read for the managers."""

    def now_text(self) -> str:
        return stamp_text(self.database.now(), self.zone)

    def contact(self, id: int) -> Record | None:
        """Anybody, of whatever kind."""
        tables = (self.tenants, self.owners, self.vendors)
        return next((row for table in tables if (row := table.get(id)) is not None), None)


def _from(first: int, count: int) -> range:
    return range(first, first + count)


def _status_row(id: int) -> Record:
    name, primary, system = STATUSES[id - seed.STATUS]
    row = {"workOrderStatusID": id, "primaryWorkOrderStatusID": primary, "name": name, "isSystemStatus": system}
    return dict(text(row))


def _trade_row(id: int) -> Record:
    return {"vendorTradeID": id, "name": seed_words.TRADES[id - seed.TRADE]}
