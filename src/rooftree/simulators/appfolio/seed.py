"""The made-up portfolio as AppFolio rows, made on demand. A row is what AppFolio shows, but for id and times."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from rooftree.simulators import seed_words
from rooftree.simulators.appfolio.words import TECHNICIAN, VENDOR_TRADES, uid
from rooftree.simulators.seed import VACANT, Person, Portfolio, phone, spoken
from rooftree.simulators.wire import Record

SLOTS, HOUSEMATES = 3, 3
STAFF, VENDORS, PROSPECTS = 5, 2 * len(VENDOR_TRADES), 4
RENT_ACCOUNT = 4100
CUSTOM_FIELDS = (
    ("Property", "Rooftree sample"),
    ("Unit", "Rooftree sample"),
    ("Vendor", "Rooftree sample"),
    ("Unit", "asset_id"),
)
"""One field for each kind of record, as a customer makes to try custom fields out, and one that means something."""
JOBS = (
    ("Plumbing", "Kitchen sink drains slowly", "The sink backs up after a minute of running water."),
    ("HVAC", "Thermostat does not respond", "The display stays blank since this morning."),
    ("Appliances", "Dishwasher leaks at the door", "A puddle forms in front of it on every cycle."),
    ("Electrical", "Bedroom outlet is dead", "Nothing plugged in there works; the breaker is not tripped."),
)
WEB = "https://simulated.appfolio.com"


def phones(e164: str | None, label: str = "Mobile") -> list[Record]:
    return [] if e164 is None else [{"Number": spoken(e164), "Label": label, "IsPrimary": True}]


def emails(address: str | None) -> list[Record]:
    return [] if address is None else [{"EmailAddress": address, "IsPrimary": True}]


class Seeds:
    """Rows by number; `born` is when the account was set up."""

    def __init__(self, portfolio: Portfolio, born: datetime) -> None:
        self.portfolio = portfolio
        self.born = born
        self.owners = max(2, portfolio.properties // 5)

    def stamp(self, number: int) -> datetime:
        """When a seeded row last changed: some time in the year before the account was set up."""
        return self.born - timedelta(minutes=1440 + self.portfolio.mix(9, number) % 500_000)

    def order_stamp(self, unit: int) -> datetime:
        """New requests are some hours old, others some months."""
        age = self.portfolio.mix(8, unit)
        recent = self.portfolio.job(unit) == 1
        return self.born - timedelta(minutes=60 + age % 1_200 if recent else 3_000 + age % 200_000)

    def occupancies(self) -> Iterator[int]:
        for unit in range(self.portfolio.units):
            for slot in self.portfolio.slots(unit):
                yield unit * SLOTS + slot

    def tenants(self) -> Iterator[int]:
        """A household's members; someone who holds two leases is two tenants, one of each."""
        for occupancy in self.occupancies():
            people = self.portfolio.tenancy(*divmod(occupancy, SLOTS)).people
            yield from (occupancy * HOUSEMATES + at for at in range(len(people)))

    def job_units(self) -> list[int]:
        return [unit for unit in range(1, self.portfolio.units, 6) if self.portfolio.job(unit) is not None]

    def occupancy_of(self, unit: int) -> str | None:
        """The household that lives in a unit now."""
        return uid("occupancies", unit * SLOTS + 1) if 1 in self.portfolio.slots(unit) else None

    def address(self, place_number: int, unit_name: str | None = None) -> Record:
        place = self.portfolio.place(place_number)
        second = f"Unit {unit_name}" if unit_name is not None and not place.single_family else None
        where = {"Address1": place.street, "Address2": second, "City": place.city, "State": place.state}
        return {**where, "Zip": place.postal_code}

    def property(self, number: int) -> Record:
        place, size = self.portfolio.place(number), self.portfolio.units_per_property
        return {
            "Name": place.name,
            **self.address(number),
            "PropertyType": "Single-Family" if place.single_family else "Multi-Family",
            "CustomValues": [{"Name": "Rooftree sample", "Value": None}],
            "UnitIds": [uid("units", unit) for unit in range(number * size, number * size + size)],
            "HiddenAt": None,
            "Link": f"{WEB}/properties/{number}",
        }

    def unit(self, number: int) -> Record:
        home, occupied = self.portfolio.home(number), self.occupancy_of(number)
        return {
            "PropertyId": uid("properties", home.place),
            "Name": home.name,
            **self.address(home.place, home.name),
            "Bedrooms": str(home.bedrooms),
            "Bathrooms": f"{home.baths:g}",
            "SquareFeet": home.square_feet,
            "ListedRent": f"{home.rent}.00",
            "MarketRent": f"{home.rent}.00",
            "RentReady": occupied is None,
            "PostedToWebsite": number % 12 == VACANT,
            "PostedToInternet": number % 12 == VACANT,
            "AvailableOn": self.born.date().isoformat() if occupied is None else None,
            "MarketingTitle": "Quiet and bright" if number % 12 == VACANT else None,
            "MarketingDescription": None,
            "AppliancesIncluded": ["Refrigerator", "Range"],
            "LastInspectedDate": None,
            "NonRevenue": False,
            "CurrentOccupancyId": occupied,
            "CustomValues": [{"Name": "Rooftree sample", "Value": None}],
            "HiddenAt": None,
            "Link": f"{WEB}/properties/{home.place}/units/{number}",
        }

    def tenant(self, number: int) -> Record:
        occupancy, at = divmod(number, HOUSEMATES)
        unit, slot = divmod(occupancy, SLOTS)
        tenancy = self.portfolio.tenancy(unit, slot)
        home = self.portfolio.home(unit)
        person = self.portfolio.resident(*tenancy.people[at])
        gone = tenancy.kind == "past" or tenancy.leaving
        status = {"past": "Past", "future": "Future"}.get(tenancy.kind, "Notice" if tenancy.leaving else "Current")
        return {
            "OccupancyId": uid("occupancies", occupancy),
            "PropertyId": uid("properties", home.place),
            "UnitId": uid("units", unit),
            "FirstName": person.first,
            "LastName": person.last,
            "CompanyName": None,
            "Emails": emails(person.email),
            "PhoneNumbers": phones(person.phone),
            "Status": status,
            "MoveInOn": tenancy.start.isoformat(),
            "MoveOutOn": tenancy.end.isoformat() if gone else None,
            "LeaseStartDate": tenancy.start.isoformat(),
            "LeaseEndDate": None if tenancy.monthly else tenancy.end.isoformat(),
            "LeaseSignedDate": (tenancy.start - timedelta(days=9)).isoformat(),
            "IsMonthlyLease": tenancy.monthly,
            "CurrentRent": f"{home.rent}.00",
            "PrimaryTenant": at == 0,
            "Addresses": [],
            "HiddenAt": None,
            "Link": f"{WEB}/occupancies/{occupancy}/selected_tenant/{number}",
        }

    def lease(self, occupancy: int) -> Record:
        tenancy = self.portfolio.tenancy(*divmod(occupancy, SLOTS))
        return {
            "OccupancyId": uid("occupancies", occupancy),
            "Status": "Fully Executed",
            "StartOn": tenancy.start.isoformat(),
            "EndOn": None if tenancy.monthly else tenancy.end.isoformat(),
            "RenewedOn": None,
            "SignedOn": (tenancy.start - timedelta(days=9)).isoformat(),
            "IsMtm": tenancy.monthly,
        }

    def charge(self, occupancy: int) -> Record:
        unit, slot = divmod(occupancy, SLOTS)
        tenancy = self.portfolio.tenancy(unit, slot)
        return {
            "AmountDue": f"{self.portfolio.home(unit).rent}.00",
            "ChargedOn": self.born.date().replace(day=1).isoformat(),
            "Description": "Rent",
            "GlAccountId": uid("gl_accounts", RENT_ACCOUNT),
            "OccupancyId": uid("occupancies", occupancy),
            "IsBehind": tenancy.behind,
        }

    def order(self, unit: int) -> Record:
        kind = self.portfolio.job(unit) or 0
        trade, title, remarks = JOBS[self.portfolio.mix(7, unit) % len(JOBS)]
        day = self.order_stamp(unit).date().isoformat()
        return {
            "WorkOrderNumber": f"{unit + 100}-1",
            "PropertyId": uid("properties", self.portfolio.home(unit).place),
            "UnitId": uid("units", unit),
            "OccupancyId": self.occupancy_of(unit),
            "RequestingTenantId": uid("tenants", (unit * SLOTS + 1) * HOUSEMATES),
            "VendorId": None if kind == 1 else uid("vendors", VENDOR_TRADES.index(trade)),
            "VendorTrade": trade,
            "JobDescription": title,
            "Description": None,
            "WorkOrderIssue": trade,
            "TenantRemarks": remarks,
            "EntryInstructions": None,
            "PreferredTimes": None,
            "TenantAvailability": None,
            "VendorInstructions": None,
            "SmartMaintenanceUrgency": None,
            "Status": ("Completed", "New", "Assigned", "Work Completed")[kind],
            "Priority": "Normal",
            "Type": "Service Request",
            "Recurring": False,
            "UnitTurnCategory": None,
            "ServiceRequestId": uid("service_requests", unit + 100),
            "AssignedUsers": [],
            "ScheduledStart": None,
            "ScheduledEnd": None,
            "WorkCompletedOn": day if kind in (0, 3) else None,
            "CompletedOn": day if kind == 0 else None,
            "CanceledOn": None,
            "PermissionToEnter": True,
            "Link": f"{WEB}/maintenance/service_requests/{unit + 100}/work_orders/{unit}",
        }

    def vendor(self, number: int) -> Record:
        trade = VENDOR_TRADES[number % len(VENDOR_TRADES)]
        alone = number % 7 == 3
        person = self.portfolio.person(1_000_000 + number)
        company = f"{seed_words.COMPANIES[self.portfolio.mix(6, number) % len(seed_words.COMPANIES)]} {trade}"
        insured = self.born.date() + timedelta(days=-40 if number % 5 == 4 else 200)
        hidden = number == len(VENDOR_TRADES) + 1
        return {
            "IsCompany": not alone,
            "CompanyName": None if alone else company,
            "FirstName": person.first if alone else None,
            "LastName": person.last if alone else None,
            "Emails": [] if number % 11 == 8 else emails(f"vendor{number}@example.com"),
            "PhoneNumbers": [] if number % 13 == 12 else phones(phone(number), "Office"),
            **dict.fromkeys(("Address1", "Address2", "City", "State", "Zip")),
            "LiabilityInsuranceExpiration": insured.isoformat(),
            "WorkersCompExpiration": insured.isoformat(),
            "CompliantStatus": "Compliant" if number % 5 != 4 else "Not Compliant",
            "CustomValues": [{"Name": "Rooftree sample", "Value": None}],
            "HiddenAt": self.stamp(number).strftime("%Y-%m-%dT%H:%M:%SZ") if hidden else None,
            "Link": f"{WEB}/vendors/{number}",
        }

    def owner(self, number: int) -> Record:
        person: Person = self.portfolio.person(2_000_000 + number)
        company = number % 3 == 1
        where = self.address(number % self.portfolio.properties)
        home = {"Address1": where["Address1"], "City": where["City"], "State": where["State"]}
        return {
            "FirstName": None if company else person.first,
            "LastName": None if company else person.last,
            "CompanyName": f"{person.last} Holdings LLC" if company else None,
            "Emails": emails(f"owner{number}@example.com"),
            "PhoneNumbers": phones(phone(100 + number % 100), "Home"),
            "Addresses": [{**home, "PostalCode": where["Zip"], "CountryCode": "US", "IsPrimary": True}],
            "HiddenAt": None,
            "Link": f"{WEB}/owners/{number}",
        }

    def user(self, number: int) -> Record:
        person = self.portfolio.person(4_000_000 + number)
        return {
            "FirstName": person.first,
            "LastName": person.last,
            "Email": f"staff{number}@example.com",
            "UserRole": "Property Manager" if number == 2 else TECHNICIAN,
            "Active": number != STAFF - 1,
        }

    def lead(self, number: int) -> Record:
        person = self.portfolio.person(3_000_000 + number)
        unit = VACANT % self.portfolio.units
        status = ("active", "inactive", "waitlisted", "inactive")[number % 4]
        reason = ("no_response", "converted_to_tenant")[number // 2 % 2] if status == "inactive" else None
        return {
            "FirstName": person.first,
            "LastName": person.last,
            "Email": person.email,
            "PhoneNumber": person.phone and spoken(person.phone),
            "Source": ("Zillow", "Website", "Drive-by", "Zillow")[number % 4],
            "PropertyId": uid("properties", self.portfolio.home(unit).place),
            "UnitIds": [uid("units", unit)],
            "Status": status,
            "InactiveReason": reason,
            "RentalApplicationId": uid("rental_applications", number) if number < 2 else None,
            "RentalApplicationGroupId": None,
            "AssignedUserId": uid("users", 1),
            "DesiredMoveIn": (self.born.date() + timedelta(days=30)).isoformat(),
        }

    def showing(self, number: int) -> Record:
        starts = (self.born + timedelta(days=1 + number)).replace(hour=18, minute=0, second=0, microsecond=0)
        return {
            "LeadId": uid("leads", number),
            "UnitId": uid("units", VACANT % self.portfolio.units),
            "StartAt": starts.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "EndAt": (starts + timedelta(minutes=30)).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "AssignedUserId": uid("users", 1),
            "Notes": "Ring at the gate.",
            "Status": ("scheduled", "canceled")[number % 2],
        }

    def application(self, number: int) -> Record:
        unit = VACANT % self.portfolio.units
        return {
            "Status": ("in_review", "decision_pending")[number % 2],
            "StatusChangedAt": self.stamp(number).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "PropertyId": uid("properties", self.portfolio.home(unit).place),
            "UnitId": uid("units", unit),
            "SubmittedAt": self.stamp(number).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
