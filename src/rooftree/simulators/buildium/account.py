"""One pretend Buildium account: its tables, what belongs to what, its clock, and the events it sends."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime

from rooftree.simulators import seed_words
from rooftree.simulators.buildium import seed
from rooftree.simulators.buildium.seed import Seeds
from rooftree.simulators.store import Database
from rooftree.simulators.webhooks import Outbox
from rooftree.simulators.wire import Record

ACCOUNT_ID = 123456


class Account:
    """State of one account; everything seeded is made on demand."""

    def __init__(self, database: Database, seeds: Seeds, outbox: Outbox) -> None:
        self.database = database
        self.seeds = seeds
        self.outbox = outbox
        self._links: dict[tuple[str, int], list[int]] = defaultdict(list)
        self._portfolio_tables(database, seeds)
        self._maintenance_tables(database, seeds)
        self.notes = database.table("notes", first_id=7_000)
        self.files = database.table("files", first_id=8_000)
        self.task_files = database.table("task_files", first_id=9_000)
        self.phone_logs = database.table("phone_logs", first_id=6_000)
        self.postings = database.table("postings", first_id=4_000)
        self.uploads: dict[str, Record] = {}
        self.downloads: dict[str, tuple[str, datetime]] = {}
        self.contents: dict[str, bytes] = {}
        self.upload_count = 0

    def _portfolio_tables(self, database: Database, seeds: Seeds) -> None:
        self.properties = database.table("properties", seeds.property_ids(), seeds.property_row, seeds.stamp)
        self.units = database.table("units", seeds.unit_ids(), seeds.unit_row, seeds.stamp)
        self.leases = database.table("leases", seeds.lease_ids(), seeds.lease_row, seeds.stamp)
        self.tenants = database.table("tenants", seeds.tenant_ids(), seeds.tenant_row, seeds.stamp)
        self.owners = database.table(
            "owners", range(seed.OWNER, seed.OWNER + seeds.owners), seeds.owner_row, seeds.stamp
        )
        self.users = database.table("users", range(seed.STAFF, seed.STAFF + seed.STAFF_MEMBERS), seeds.staff_row)
        vacant = [seed.UNIT + unit for unit in seeds.vacant_units()]
        self.listings = database.table("listings", vacant, self._listing_row)
        self.listing_contacts = database.table(
            "listing_contacts",
            [500],
            lambda _id: {
                "Name": "Leasing office",
                "Email": "leasing@example.com",
                "PhoneNumber": "(512) 555-0199",
                "Website": None,
            },
        )
        applying = [seed.APPLICANT + unit for unit in seeds.vacant_units()]
        self.applicants = database.table("applicants", applying, seeds.applicant_row, seeds.stamp)
        self.applications = database.table(
            "applications",
            [id - seed.APPLICANT + seed.APPLICATION for id in applying],
            lambda id: {"ApplicantId": id - seed.APPLICATION + seed.APPLICANT, "Status": "Undecided"},
            seeds.stamp,
        )
        self.groups = database.table("applicant_groups", first_id=5_000)

    def _maintenance_tables(self, database: Database, seeds: Seeds) -> None:
        self.vendors = database.table(
            "vendors", range(seed.VENDOR, seed.VENDOR + seed.VENDORS), seeds.vendor_row, seeds.stamp
        )
        self.vendor_categories = database.table(
            "vendor_categories",
            range(seed.VENDOR_CATEGORY, seed.VENDOR_CATEGORY + len(seed_words.TRADES)),
            lambda id: {"Name": seed_words.TRADES[id - seed.VENDOR_CATEGORY], "IsSystemCategory": False},
        )
        self.task_categories = database.table(
            "task_categories",
            range(seed.TASK_CATEGORY, seed.TASK_CATEGORY + len(seed.TASK_CATEGORIES)),
            lambda id: {
                "Name": seed.TASK_CATEGORIES[id - seed.TASK_CATEGORY],
                "IsSystemCategory": True,
                "SubCategories": _subcategories(id),
            },
        )
        reported, ordered = seeds.job_units(0, 1, 2, 3), seeds.job_units(0, 2, 3)
        self.tasks = database.table("tasks", [seed.TASK + u for u in reported], seeds.task_row, seeds.task_stamp)
        self.history = database.table(
            "task_history", [seed.HISTORY + u for u in reported], seeds.history_row, seeds.task_stamp
        )
        self.work_orders = database.table(
            "work_orders", [seed.WORK_ORDER + u for u in ordered], seeds.work_order_row, seeds.task_stamp
        )

    def now(self) -> datetime:
        return self.database.now()

    def today(self) -> date:
        return self.now().date()

    def link(self, kind: str, parent: int, child: int) -> None:
        """Remember that the added record `child` belongs to `parent`."""
        self._links[kind, parent].append(child)

    def linked(self, kind: str, parent: int) -> list[int]:
        """The added records of that kind that belong to `parent`, oldest first."""
        return list(self._links.get((kind, parent), ()))

    def units_of(self, property_id: int) -> list[int]:
        return [*filter(self.units.has, (*self.seeds.units_of(property_id), *self.linked("units", property_id)))]

    def leases_of(self, unit_id: int) -> list[int]:
        return [*filter(self.leases.has, (*self.seeds.leases_of(unit_id), *self.linked("leases", unit_id)))]

    def unit_number(self, unit_id: int) -> str | None:
        row = self.units.get(unit_id)
        return None if row is None else row["UnitNumber"]

    def owned_by(self, owners: frozenset[int] | None) -> frozenset[int] | None:
        """The properties of these owners; None where nobody asked."""
        if owners is None:
            return None
        rows = (self.owners.get(owner) for owner in owners)
        return frozenset(id for row in rows if row for id in row["PropertyIds"])

    def work_orders_of(self, task_id: int) -> list[int]:
        return [*self.work_orders.select(lambda _id, row: bool(row["TaskId"] == task_id))]

    def history_of(self, task_id: int) -> list[int]:
        seeded = [task_id - seed.TASK + seed.HISTORY] if self.tasks.is_seeded(task_id) else []
        return seeded + self.linked("history", task_id)

    def emit(self, event: str, **ids: object) -> None:
        """Queue a webhook event; EventDateTime has seven fractional digits, as Buildium sends it."""
        at = self.now().strftime("%Y-%m-%dT%H:%M:%S.%f") + "0Z"
        self.outbox.emit({"EventName": event, "EventDateTime": at, "AccountId": ACCOUNT_ID, **ids})

    def staff_reference(self, id: int) -> Record | None:
        """How other records name a staff user."""
        row = self.users.get(id)
        return row and {
            "Id": id,
            "FirstName": row["FirstName"],
            "LastName": row["LastName"],
            "Href": f"/v1/users/{id}",
        }

    def _listing_row(self, unit_id: int) -> Record:
        listed = self.seeds.stamp(unit_id).date().isoformat()
        rent = self.seeds.unit_row(unit_id)["MarketRent"]
        return {
            "UnitId": unit_id,
            "ListingDate": listed,
            "Rent": rent,
            "Deposit": rent,
            "LeaseTerms": "12 months",
            "AvailableDate": self.seeds.born.date().isoformat(),
            "IsManagedExternally": False,
            "ContactId": 500,
        }


def _subcategories(id: int) -> list[Record]:
    if id != seed.TASK_CATEGORY:
        return []
    return [{"Id": 4_000 + n, "Name": trade} for n, trade in enumerate(seed_words.TRADES)]
