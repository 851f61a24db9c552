"""The made-up portfolio as Propertyware rows; each kind of record has its own range of ids."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from rooftree.simulators import seed_words
from rooftree.simulators.seed import Person, Portfolio, phone, spoken
from rooftree.simulators.wire import Record

PORTFOLIO, BUILDING, UNIT, LEASE = 1_000_000, 2_000_000, 3_000_000, 4_000_000_000
TENANT, OWNER, VENDOR, WORK_ORDER = 5_000_000_000, 6_000_000, 7_000_000, 8_000_000_000
PORTFOLIOS, OWNERS, VENDORS = 2, 2, 2 * len(seed_words.TRADES)
LEASES_A_UNIT, TENANTS_A_UNIT = 3, 5
JOBS = (
    ("Plumbing", "Kitchen sink drains slowly\nThe sink backs up after a minute of running water."),
    ("Appliance Repair", "Dishwasher leaks at the door\nA puddle forms in front of it on every cycle."),
    ("Electrical", "Bedroom outlet is dead\nNothing plugged in there works; the breaker is not tripped."),
)
_JOB_STATUS = ("Closed", "Open", "In Progress", "Completed")
_LEASE_STATUS = {"past": "Terminated", "active": "Active", "future": "Draft"}


class Seeds:
    """Rows by id, made on demand; `born` is when the account was set up."""

    def __init__(self, portfolio: Portfolio, born: datetime) -> None:
        self.portfolio = portfolio
        self.born = born

    def stamp(self, id: int) -> datetime:
        return self.born - timedelta(minutes=1440 + self.portfolio.mix(9, id) % 500_000)

    def lease_ids(self) -> Iterable[int]:
        homes = range(self.portfolio.units)
        return (LEASE + unit * LEASES_A_UNIT + slot for unit in homes for slot in self.portfolio.slots(unit))

    def tenant_ids(self) -> Iterable[int]:
        homes = range(self.portfolio.units)
        return (TENANT + unit * TENANTS_A_UNIT + slot for unit in homes for slot in self.portfolio.residents(unit))

    def work_order_ids(self) -> Iterable[int]:
        return (WORK_ORDER + unit for unit in range(self.portfolio.units) if self.portfolio.job(unit) is not None)

    def portfolio_row(self, id: int) -> Record:
        owner = self.contact_row(OWNER + (id - PORTFOLIO) % OWNERS)
        known = ("firstName", "lastName", "email", "mobilePhone")
        owners = [{"id": OWNER + (id - PORTFOLIO) % OWNERS, **{key: owner[key] for key in known}}]
        return {"name": f"Portfolio {id - PORTFOLIO + 1}", "active": True, "owners": owners}

    def building_row(self, id: int) -> Record:
        place = self.portfolio.place(id - BUILDING)
        return {
            "portfolioID": PORTFOLIO + place.number % PORTFOLIOS,
            "name": place.name,
            "abbreviation": f"B{place.number}",
            "active": True,
            "category": "RESIDENTIAL",
            "propertyType": "House" if place.single_family else "Apartment",
            "countUnit": self.portfolio.units_per_property,
            "type": "House" if place.single_family else "Apartment Building",
            "rentable": place.single_family,
            "yearBuilt": place.year_built,
            "address": self._address(place.number),
            "propertyManagerList": [],
        }

    def _address(self, number: int) -> Record:
        place = self.portfolio.place(number)
        return {
            "address": place.street,
            "city": place.city,
            "stateRegion": place.state,
            "postalCode": place.postal_code,
            "country": "United States",
        }

    def unit_row(self, id: int) -> Record:
        home = self.portfolio.home(id - UNIT)
        lived_in = 1 in self.portfolio.slots(home.number)
        return {
            "buildingID": BUILDING + home.place,
            "portfolioID": PORTFOLIO + home.place % PORTFOLIOS,
            "name": home.name,
            "abbreviation": home.name,
            "active": True,
            "category": "RESIDENTIAL",
            "status": "Occupied" if lived_in else "Vacant",
            "leaseID": LEASE + home.number * LEASES_A_UNIT + 1 if lived_in else None,
            "numberOfBedrooms": home.bedrooms,
            "numberOfBathrooms": home.baths,
            "totalArea": float(home.square_feet),
            "areaUnits": "Sq Ft",
            "targetRent": float(home.rent),
            "rentable": True,
            "type": "Apartment",
            "ready": not lived_in,
            "address": self._address(home.place),
            "marketing": {"publishedForRent": not lived_in, "petsAllowed": None, "availableDate": None},
        }

    def lease_row(self, id: int) -> Record:
        unit, slot = divmod(id - LEASE, LEASES_A_UNIT)
        terms, home = self.portfolio.tenancy(unit, slot), self.portfolio.home(unit)
        ended = terms.kind == "past"
        return {
            "buildingID": BUILDING + home.place,
            "unitID": UNIT + unit,
            "portfolioID": PORTFOLIO + home.place % PORTFOLIOS,
            "idNumber": id - LEASE,
            "active": terms.kind == "active",
            "status": "Active - Notice Given" if terms.leaving else _LEASE_STATUS[terms.kind],
            "startDate": _day(terms.start),
            "endDate": None if terms.monthly else _day(terms.end),
            "moveInDate": _day(terms.start),
            "moveOutDate": _day(terms.end) if ended else None,
            "scheduleMoveOutDate": _day(terms.end) if terms.leaving else None,
            "baseRent": float(home.rent),
            "leaseBalance": float(home.rent) if terms.behind else 0.0,
            "arBalance": float(home.rent) if terms.behind else 0.0,
            "contacts": [self._on_lease(*who, primary=number == 0) for number, who in enumerate(terms.people)],
        }

    def _on_lease(self, unit: int, slot: int, *, primary: bool) -> Record:
        """Name and phones are told from the contact whenever the lease is shown."""
        id = TENANT + unit * TENANTS_A_UNIT + slot
        return {"id": id, "primary": primary, "namedOnLease": True, "role": "Tenant"}

    def contact_row(self, id: int) -> Record:
        if id < TENANT:
            person = self.portfolio.person(2_000_000 + id - OWNER)._replace(phone=phone(100 + id - OWNER))
            return self._contact("OWNER", person)
        unit, slot = divmod(id - TENANT, TENANTS_A_UNIT)
        # A birth date stands here as in real life, so that a client proves that it does not keep it.
        return self._contact("TENANT", self.portfolio.resident(unit, slot)) | {"birthDate": "1984-02-29"}

    def _contact(self, kind: str, person: Person) -> Record:
        return {
            "type": kind,
            "firstName": person.first,
            "lastName": person.last,
            "email": person.email,
            "mobilePhone": spoken(person.phone) if person.phone else None,
            "homePhone": None,
            "workPhone": None,
            "company": None,
            "comments": None,
        }

    def vendor_row(self, id: int) -> Record:
        n = id - VENDOR
        trade = seed_words.TRADES[n % len(seed_words.TRADES)]
        company = f"{seed_words.COMPANIES[self.portfolio.mix(6, n) % len(seed_words.COMPANIES)]} {trade}"
        return {
            "name": company,
            "companyName": company,
            "nameOnCheck": company,
            "active": n != len(seed_words.TRADES) + 1,
            "type": f"Contractors - {trade}",
            "email": None if n % 11 == 8 else f"vendor{n}@example.com",
            "phone": None if n % 13 == 12 else spoken(phone(n)),
            "taxId": f"00-{5550000 + n}",
            "timeTracking": "Disabled",
        }

    def work_order_row(self, id: int) -> Record:
        unit = id - WORK_ORDER
        job, home = self.portfolio.job(unit) or 0, self.portfolio.home(unit)
        category, words = JOBS[self.portfolio.mix(7, unit) % len(JOBS)]
        number = VENDOR + seed_words.TRADES.index(category) if category in seed_words.TRADES else VENDOR
        person = self.portfolio.resident(unit, self.portfolio.residents(unit)[0])
        return {
            "number": 1000 + unit,
            "buildingID": BUILDING + home.place,
            "unitID": UNIT + unit,
            "unitIDs": [UNIT + unit],
            "portfolioID": PORTFOLIO + home.place % PORTFOLIOS,
            "category": category,
            "description": words,
            "priority": ("LOW", "MEDIUM", "HIGH")[unit % 3],
            "status": _JOB_STATUS[job],
            "type": "Service Request",
            "source": "Tenant Portal",
            "authorizeEnter": "ANYTIME",
            "requestedBy": f"{person.first} {person.last}",
            "completedDate": _day(self.stamp(id).date()) if job in (0, 3) else None,
            "assignedVendors": [] if job == 1 else [{"id": number, "name": self.vendor_row(number)["name"]}],
            "customFields": [],
        }


def _day(day: date) -> str:
    return day.isoformat()
