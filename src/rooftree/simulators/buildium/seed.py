"""The made-up portfolio as Buildium rows. A row is what Buildium stores; what it derives is added when shown.

Each kind of record has its own range of ids, so that one mistaken for another is never found.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache

from rooftree.simulators import seed_words
from rooftree.simulators.buildium.words import BEDROOMS
from rooftree.simulators.seed import TURN, VACANT, Person, Portfolio, phone, spoken
from rooftree.simulators.wire import Record

PROPERTY, OWNER, VENDOR, VENDOR_CATEGORY, TASK_CATEGORY, STAFF = 1_000, 400, 20_000, 300, 40, 90
UNIT, LEASE, TENANT = 100_000, 10_000_000, 50_000_000
TASK, WORK_ORDER, HISTORY, APPLICANT, APPLICATION = 120_000_000, 140_000_000, 160_000_000, 180_000_000, 200_000_000
LEASES_A_UNIT, TENANTS_A_UNIT = 3, 5
OPERATING_BANK_ACCOUNT = 77
VENDORS = 2 * len(seed_words.TRADES)
STAFF_MEMBERS = 5
TASK_CATEGORIES = ("Maintenance Request", "Complaint", "Feedback/Suggestion", "General Inquiry", "Other")
JOBS = (
    ("Plumbing", "Kitchen sink drains slowly", "The sink backs up after a minute of running water."),
    ("Heating and Cooling", "Thermostat does not respond", "The display stays blank since this morning."),
    ("Appliance Repair", "Dishwasher leaks at the door", "A puddle forms in front of it on every cycle."),
    ("Electrical", "Bedroom outlet is dead", "Nothing plugged in there works; the breaker is not tripped."),
)


def address(street: str, second: str | None, city: str, state: str, postal_code: str) -> Record:
    return {
        "AddressLine1": street,
        "AddressLine2": second,
        "AddressLine3": None,
        "City": city,
        "State": state,
        "PostalCode": postal_code,
        "Country": "UnitedStates",
    }


def phone_list(e164: str | None, kind: str = "Cell") -> list[Record]:
    return [] if e164 is None else [{"Number": spoken(e164), "Type": kind}]


class Seeds:
    """Rows by id, made on demand from a portfolio; `born` is when the account was set up."""

    def __init__(self, portfolio: Portfolio, born: datetime) -> None:
        self.portfolio = portfolio
        self.born = born
        self.owners = max(2, portfolio.properties // 5)
        self.place_address = lru_cache(maxsize=8192)(self._place_address)

    def property_ids(self) -> range:
        return range(PROPERTY, PROPERTY + self.portfolio.properties)

    def unit_ids(self) -> range:
        return range(UNIT, UNIT + self.portfolio.units)

    def units_of(self, property_id: int) -> range:
        """The seeded units of a property; none where the property was added later."""
        if property_id not in self.property_ids():
            return range(0)
        start = UNIT + (property_id - PROPERTY) * self.portfolio.units_per_property
        return range(start, start + self.portfolio.units_per_property)

    def lease_ids(self) -> Iterable[int]:
        return (
            LEASE + unit * LEASES_A_UNIT + slot
            for unit in range(self.portfolio.units)
            for slot in self.portfolio.slots(unit)
        )

    def leases_of(self, unit_id: int) -> list[int]:
        unit = unit_id - UNIT
        if not 0 <= unit < self.portfolio.units:
            return []
        return [LEASE + unit * LEASES_A_UNIT + slot for slot in self.portfolio.slots(unit)]

    def tenant_ids(self) -> Iterable[int]:
        return (
            TENANT + unit * TENANTS_A_UNIT + slot
            for unit in range(self.portfolio.units)
            for slot in self.portfolio.residents(unit)
        )

    def job_units(self, *kinds: int) -> list[int]:
        return [unit for unit in range(1, self.portfolio.units, 6) if self.portfolio.job(unit) in kinds]

    def vacant_units(self) -> range:
        return range(VACANT, self.portfolio.units, TURN)

    def stamp(self, id: int) -> datetime:
        """When a seeded row last changed: some time in the year before the account was set up."""
        return self.born - timedelta(minutes=1440 + self.portfolio.mix(9, id) % 500_000)

    def task_stamp(self, id: int) -> datetime:
        """New requests are some hours old, others some months."""
        unit = (id - TASK) % (WORK_ORDER - TASK)
        age = self.portfolio.mix(8, unit)
        recent = self.portfolio.job(unit) == 1
        return self.born - timedelta(minutes=60 + age % 1_200 if recent else 3_000 + age % 200_000)

    def property_row(self, id: int) -> Record:
        place = self.portfolio.place(id - PROPERTY)
        return {
            "Name": place.name,
            "StructureDescription": None,
            "IsActive": True,
            "OperatingBankAccountId": OPERATING_BANK_ACCOUNT,
            "Reserve": 500.0,
            "Address": self.place_address(place.number, None),
            "YearBuilt": place.year_built,
            "RentalSubType": "SingleFamily" if place.single_family else "MultiFamily",
            "PropertyManagerId": STAFF + place.number % STAFF_MEMBERS,
            "VendorIds": [] if place.number % 3 == 2 else [VENDOR + n for n in range(place.number % 2, VENDORS, 7)],
            "Features": ["Parking", "LaundryRoom"] if place.number % 2 else [],
            "IncludedInRent": ["Water", "Trash"],
        }

    def unit_row(self, id: int) -> Record:
        home = self.portfolio.home(id - UNIT)
        return {
            "PropertyId": PROPERTY + home.place,
            "BuildingName": "Building B" if self.portfolio.units_per_property > 8 and home.number % 2 else None,
            "UnitNumber": home.name,
            "Description": None,
            "MarketRent": float(home.rent),
            "Address": self.place_address(home.place, home.name),
            "UnitBedrooms": BEDROOMS[1 + home.bedrooms],
            "UnitBathrooms": {1.0: "OneBath", 1.5: "OnePointFiveBath", 2.0: "TwoBath"}[home.baths],
            "UnitSize": home.square_feet,
            "Features": ["Refrigerator", "OvenOrRange"],
        }

    def lease_row(self, id: int) -> Record:
        unit, slot = divmod(id - LEASE, LEASES_A_UNIT)
        tenancy = self.portfolio.tenancy(unit, slot)
        home = self.portfolio.home(unit)
        people = [TENANT + at * TENANTS_A_UNIT + person for at, person in tenancy.people]
        leaving = tenancy.kind == "past" or tenancy.leaving
        return {
            "PropertyId": PROPERTY + home.place,
            "UnitId": UNIT + unit,
            "LeaseFromDate": tenancy.start.isoformat(),
            "LeaseToDate": None if tenancy.monthly else tenancy.end.isoformat(),
            "LeaseType": "AtWill" if tenancy.monthly else "Fixed",
            "IsEvictionPending": False,
            "AutomaticallyMoveOutTenants": False,
            "MoveIns": {person: tenancy.start.isoformat() for person in people},
            "MoveOuts": {
                person: {
                    "MoveOutDate": tenancy.end.isoformat(),
                    "NoticeGivenDate": (tenancy.end - timedelta(days=30)).isoformat(),
                }
                for person in people
            }
            if leaving
            else {},
            "Rent": float(home.rent),
            "SecurityDeposit": float(home.rent),
            "IsBehind": tenancy.behind,
            "Cosigners": [],
        }

    def tenant_row(self, id: int) -> Record:
        unit, slot = divmod(id - TENANT, TENANTS_A_UNIT)
        person = self.portfolio.resident(unit, slot)
        home = self.portfolio.home(unit)
        return {
            "FirstName": person.first,
            "LastName": person.last,
            "Email": person.email,
            "AlternateEmail": None,
            "PhoneNumbers": phone_list(person.phone),
            "DateOfBirth": None,
            "Comment": None,
            "TaxId": None,
            "EmergencyContact": None,
            "Address": self.place_address(home.place, home.name),
            "AlternateAddress": None,
            "MailingPreference": "PrimaryAddress",
            "SMSOptInStatus": "NotSet",
            "LeaseIds": [LEASE + at * LEASES_A_UNIT + lease for at, lease in self.portfolio.leases_of(unit, slot)],
        }

    def task_row(self, id: int) -> Record:
        unit = id - TASK
        kind = self.portfolio.job(unit) or 0
        _trade, title, description = JOBS[self.portfolio.mix(7, unit) % len(JOBS)]
        return {
            "Type": "ResidentRequest",
            "Title": title,
            "Description": description,
            "CategoryId": TASK_CATEGORY,
            "SubCategoryId": None,
            "PropertyId": PROPERTY + self.portfolio.home(unit).place,
            "UnitId": UNIT + unit,
            "UnitAgreementId": LEASE + unit * LEASES_A_UNIT + 1,
            "RequestedById": TENANT + unit * TENANTS_A_UNIT,
            "AssignedToUserId": STAFF,
            "TaskStatus": ("Closed", "New", "InProgress", "Completed")[kind],
            "Priority": "Normal",
            "DueDate": None,
            "ContactDetail": None,
            "IsEntryPermittedByResident": True,
            "DoesResidentHavePets": False,
            "ResidentEntryNotes": None,
        }

    def history_row(self, id: int) -> Record:
        task = self.task_row(id - HISTORY + TASK)
        return {
            "TaskId": id - HISTORY + TASK,
            "Priority": task["Priority"],
            "TaskStatus": "New",
            "AssignedToUserId": task["AssignedToUserId"],
            "DueDate": None,
            "Message": task["Description"],
            "SharedWith": ["Residents"],
            "CreatedByUserId": STAFF,
            "FileIds": [],
        }

    def work_order_row(self, id: int) -> Record:
        unit = id - WORK_ORDER
        trade, title, description = JOBS[self.portfolio.mix(7, unit) % len(JOBS)]
        return {
            "TaskId": TASK + unit,
            "Title": title,
            "WorkDetails": description,
            "InvoiceNumber": None,
            "ChargeableTo": None,
            "EntryAllowed": "Yes",
            "EntryNotes": None,
            "VendorId": VENDOR + seed_words.TRADES.index(trade),
            "VendorNotes": None,
            "EntryContactIds": [TENANT + unit * TENANTS_A_UNIT],
            "LineItems": [],
        }

    def applicant_row(self, id: int) -> Record:
        unit = id - APPLICANT
        person = self.portfolio.person(3_000_000 + unit // TURN)
        return {
            "ApplicantGroupId": None,
            "UnitId": UNIT + unit,
            "TenantId": None,
            "FirstName": person.first,
            "LastName": person.last,
            "Email": person.email,
            "PhoneNumbers": phone_list(person.phone),
            "Status": "Undecided",
            "ApplicationId": APPLICATION + unit,
        }

    def vendor_row(self, id: int) -> Record:
        n = id - VENDOR
        trade = seed_words.TRADES[n % len(seed_words.TRADES)]
        individual = n % 7 == 3
        person = self.portfolio.person(1_000_000 + n)
        company = f"{seed_words.COMPANIES[self.portfolio.mix(6, n) % len(seed_words.COMPANIES)]} {trade}"
        expires = self.born.date() + timedelta(days=-40 if n % 5 == 4 else 200)
        return {
            "IsCompany": not individual,
            "IsActive": n != len(seed_words.TRADES) + 1,
            "FirstName": person.first if individual else None,
            "LastName": person.last if individual else None,
            "PrimaryEmail": None if n % 11 == 8 else f"vendor{n}@example.com",
            "AlternateEmail": None,
            "CompanyName": None if individual else company,
            "PhoneNumbers": [] if n % 13 == 12 else phone_list(phone(n), "Office"),
            "Website": None,
            "CategoryId": VENDOR_CATEGORY + n % len(seed_words.TRADES),
            "Address": None,
            "VendorInsurance": {
                "Provider": "Made-Up Mutual",
                "PolicyNumber": f"MM-{n:05d}",
                "ExpirationDate": f"{expires.isoformat()}T00:00:00Z",
            },
            "Comments": None,
            "AccountNumber": None,
            "ExpenseGLAccountId": None,
            "TaxInformation": None,
        }

    def owner_row(self, id: int) -> Record:
        n = id - OWNER
        person: Person = self.portfolio.person(2_000_000 + n)
        company = n % 3 == 1
        return {
            "IsCompany": company,
            "IsActive": True,
            "FirstName": None if company else person.first,
            "LastName": None if company else person.last,
            "CompanyName": f"{person.last} Holdings LLC" if company else None,
            "PhoneNumbers": phone_list(phone(100 + n % 100), "Home"),
            "Email": f"owner{n}@example.com",
            "AlternateEmail": None,
            "Comment": None,
            "Address": self.place_address(n % self.portfolio.properties, None),
            "ManagementAgreementStartDate": "2020-01-01",
            "ManagementAgreementEndDate": None,
            "PropertyIds": list(range(PROPERTY + n, PROPERTY + self.portfolio.properties, self.owners)),
            "TaxInformation": None,
        }

    def staff_row(self, id: int) -> Record:
        n = id - STAFF
        person = self.portfolio.person(4_000_000 + n)
        return {
            "FirstName": person.first,
            "LastName": person.last,
            "Email": f"staff{n}@example.com",
            "IsActive": n != STAFF_MEMBERS - 1 or STAFF_MEMBERS == 1,
            "PhoneNumbers": phone_list(phone(200 + n), "Office"),
            "RoleId": 1 if n == 0 else 2,
        }

    def _place_address(self, place_number: int, unit_name: str | None) -> Record:
        place = self.portfolio.place(place_number)
        second = f"Unit {unit_name}" if unit_name is not None and not place.single_family else None
        return address(place.street, second, place.city, place.state, place.postal_code)
