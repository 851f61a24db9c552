"""The made-up portfolio as Rent Manager rows. A tenant is a household's account; its people are contacts."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from rooftree.simulators import seed_words
from rooftree.simulators.rent_manager.models import MODELS
from rooftree.simulators.seed import Person, Portfolio, phone, spoken
from rooftree.simulators.store import Database
from rooftree.simulators.wire import Record

PROPERTY, OWNER, VENDOR, USER, UNIT = 100, 700, 2_000, 20, 10_000
TENANT, LEASE, RENEWAL, CONTACT, ISSUE, RENT = 1_000_000, 3_000_000, 5_000_000, 7_000_000, 9_000_000, 11_000_000
VENDOR_CONTACT, OWNER_CONTACT = 6_000_000, 5_500_000
PROSPECT, CHARGE = 400_000, 13_000_000
STAGES, LOST = ("Inquiry", "Toured", "Applied"), ("Rented elsewhere", "No answer")
CHARGE_TYPES = ("Rent", "Late fee", "Utilities")
TERMS, PEOPLE = 3, 5
USERS = 4
CATEGORIES = ("Plumbing", "HVAC", "Appliance", "Electrical", "Locks", "General")
PRIORITIES = ("Low", "Medium", "High", "Emergency")
STATUSES = ("<Unassigned>", "Assigned", "Scheduled", "In Progress", "On Hold", "Completed", "Closed")
SOURCES = ("Website", "Zillow", "Walk-in", "Referral")
JOBS = (
    ("Kitchen sink drains slowly", "The sink backs up after a minute of running water."),
    ("Thermostat does not respond", "The display stays blank since this morning."),
    ("Dishwasher leaks at the door", "A puddle forms in front of it on every cycle."),
    ("Bedroom outlet is dead", "Nothing plugged in there works; the breaker is not tripped."),
)
_OF_TERM = ("Past", "Current", "Future")


class Seeds:
    """Rows by id, made on demand."""

    def __init__(self, portfolio: Portfolio, born: datetime) -> None:
        self.portfolio = portfolio
        self.born = born

    def fill(self, database: Database) -> None:
        """A table for every resource."""
        seeded = self._seeded()
        for name in MODELS:
            ids, make = seeded.get(name, ((), None))
            database.table(name, ids, make, self.stamp)

    def stamp(self, id: int) -> datetime:
        """Some time in the year before the account was set up."""
        return self.born - timedelta(minutes=1440 + self.portfolio.mix(9, id) % 500_000)

    def _seeded(self) -> dict[str, tuple[Any, Any]]:
        world = self.portfolio
        terms = [unit * TERMS + slot for unit in range(world.units) for slot in world.slots(unit)]
        people = [
            term * PEOPLE + n for term in terms for n in range(len(world.tenancy(term // TERMS, term % TERMS).people))
        ]
        vendors = 2 * len(seed_words.TRADES)
        issues = [ISSUE + unit for unit in range(world.units) if world.job(unit) is not None]
        vacant = [UNIT + unit for unit in range(world.units) if 1 not in world.slots(unit)]
        at_vendors = range(VENDOR_CONTACT, VENDOR_CONTACT + vendors)
        owners = max(2, world.properties // 5)
        at_owners = range(OWNER_CONTACT, OWNER_CONTACT + owners)
        return {
            "Properties": (range(PROPERTY, PROPERTY + world.properties), self._property),
            "Units": (range(UNIT, UNIT + world.units), self._unit),
            "UnitTypes": (range(1, 5), lambda id: {"Name": ("Studio", "1 BR", "2 BR", "3 BR")[id - 1]}),
            "MarketRents": (range(RENT, RENT + world.units), self._rent),
            "Leases": ([LEASE + term for term in terms], self._lease),
            "LeaseRenewals": ([RENEWAL + term for term in terms], self._renewal),
            "Tenants": ([TENANT + term for term in terms], self._tenant),
            "Contacts": ([*at_owners, *at_vendors, *(CONTACT + each for each in people)], self._contact),
            "Owners": (range(OWNER, OWNER + owners), self._owner),
            "Vendors": (range(VENDOR, VENDOR + vendors), self._vendor),
            "ServiceManagerIssues": (issues, self._issue),
            "ServiceManagerCategories": _words(CATEGORIES),
            "ServiceManagerPriorities": _words(PRIORITIES),
            "ServiceManagerStatuses": _words(STATUSES),
            "OnlineListingsRegister": (vacant, self._listing),
            "Prospects": (range(PROSPECT, PROSPECT + world.properties), self._prospect),
            "ProspectApplications": (range(1, 1 + world.properties), self._application),
            "Appointments": (range(1, 1 + len(issues)), lambda n: self._visit(n, issues[n - 1] - ISSUE)),
            "Charges": ([CHARGE + term for term in terms], self._charge),
            "Payments": ([CHARGE + term for term in terms if term % TERMS == 1], self._payment),
            "ChargeTypes": _named(CHARGE_TYPES),
            "ProspectStages": _words(STAGES),
            "ProspectLostReasons": _words(LOST),
            "HistoryCategories": _named(("General",)),
            "History": (range(1, 1 + 2 * len(issues)), lambda n: _history(n, issues[(n - 1) // 2])),
            "UserDefinedFields": (range(1, 4), _custom_field),
            "UnitStatusTypes": (range(1, 3), lambda n: {"Name": ("Occupied", "Vacant")[n - 1], "IsVacant": n == 2}),
            "LeadSources": (range(1, 1 + len(SOURCES)), lambda n: {"Description": SOURCES[n - 1], "IsActive": True}),
            "Users": (range(USER, USER + USERS), self._user),
            "Locations": ((1,), lambda _id: {"Name": "Default", "FriendlyName": "Default"}),
        }

    def _property(self, id: int) -> Record:
        place = self.portfolio.place(id - PROPERTY)
        return {
            "Name": place.name,
            "ShortName": f"P{id}",
            "IsActive": True,
            "PropertyType": "Residential",
            "PrimaryOwnerID": OWNER,
            "Addresses": [self._address(place.number)],
            "PhoneNumbers": [],
        }

    def _unit(self, id: int) -> Record:
        home = self.portfolio.home(id - UNIT)
        return {
            "PropertyID": PROPERTY + home.place,
            "Name": home.name,
            "UnitTypeID": 1 + home.bedrooms,
            "Bedrooms": home.bedrooms,
            "Bathrooms": home.baths,
            "Addresses": [self._address(home.place, home.name)],
        }

    def _rent(self, id: int) -> Record:
        home = self.portfolio.home(id - RENT)
        return {"UnitID": UNIT + home.number, "Amount": float(home.rent), "FromDate": "2020-01-01T00:00:00"}

    def _lease(self, id: int) -> Record:
        unit, slot = divmod(id - LEASE, TERMS)
        term = self.portfolio.tenancy(unit, slot)
        leaving = term.kind == "past" or term.leaving
        return {
            "TenantID": TENANT + id - LEASE,
            "UnitID": UNIT + unit,
            "PropertyID": PROPERTY + self.portfolio.home(unit).place,
            "MoveInDate": _midnight(term.start),
            "MoveOutDate": _midnight(term.end) if term.kind == "past" else None,
            "ExpectedMoveOutDate": _midnight(term.end) if leaving else None,
            "NoticeDate": _midnight(term.end - timedelta(days=30)) if leaving else None,
        }

    def _renewal(self, id: int) -> Record:
        term = self.portfolio.tenancy(*divmod(id - RENEWAL, TERMS))
        end = None if term.monthly else _midnight(term.end)
        return {
            "ParentLeaseID": LEASE + id - RENEWAL,
            "UnitID": UNIT + term.unit,
            "StartDate": _midnight(term.start),
            "EndDate": end,
        }

    def _tenant(self, id: int) -> Record:
        term = self.portfolio.tenancy(*divmod(id - TENANT, TERMS))
        person, home = self.portfolio.resident(*term.people[0]), self.portfolio.home(term.unit)
        return {
            "TenantDisplayID": id - TENANT + 1,
            "Name": f"{person.last}, {person.first}",
            "FirstName": person.first,
            "LastName": person.last,
            "PropertyID": PROPERTY + home.place,
            "Status": _OF_TERM[term.slot],
            "RentDueDay": 1,
            "OpenBalance": float(home.rent) if term.behind else 0.0,
            "Addresses": [self._address(home.place, home.name)],
        }

    def _contact(self, id: int) -> Record:
        if id < VENDOR_CONTACT:
            owner = self.portfolio.person(2_000_000 + id - OWNER_CONTACT + OWNER)
            return _contact(owner, id - OWNER_CONTACT + OWNER, "Owner")
        if id < CONTACT:
            number = id - VENDOR_CONTACT
            mail = f"vendor{number}@example.com"
            return _contact(self._person(number)._replace(email=mail, phone=phone(number)), VENDOR + number, "Vendor")
        term_id, n = divmod(id - CONTACT, PEOPLE)
        term = self.portfolio.tenancy(*divmod(term_id, TERMS))
        person = self.portfolio.resident(*term.people[n])
        return _contact(person, TENANT + term_id, "Tenant") | {"IsPrimary": n == 0}

    def _person(self, n: int) -> Person:
        return self.portfolio.person(1_000_000 + n)

    def _owner(self, id: int) -> Record:
        person = self.portfolio.person(2_000_000 + id)
        name = f"{person.first} {person.last}"
        return {"Name": name, "FirstName": person.first, "LastName": person.last, "IsActive": True}

    def _vendor(self, id: int) -> Record:
        n = id - VENDOR
        trade = seed_words.TRADES[n % len(seed_words.TRADES)]
        name = f"{seed_words.COMPANIES[self.portfolio.mix(6, n) % len(seed_words.COMPANIES)]} {trade}"
        return {"Name": name, "Payee": name, "IsActive": n != len(seed_words.TRADES) + 1}

    def _issue(self, id: int) -> Record:
        unit = id - ISSUE
        kind, home = self.portfolio.job(unit) or 0, self.portfolio.home(unit)
        job = self.portfolio.mix(7, unit) % len(JOBS)
        closed = self.stamp(id).strftime("%Y-%m-%dT%H:%M:%S") if kind == 0 else None
        return {
            "Title": JOBS[job][0],
            "Description": JOBS[job][1],
            "CategoryID": 1 + job,
            "StatusID": (7, 1, 4, 6)[kind],
            "PriorityID": 2,
            "PayeeAccountID": None if kind == 1 else VENDOR,
            "IsClosed": kind == 0,
            "CloseDate": closed,
            "LinkedUnits": [{"UnitID": UNIT + unit}],
            "LinkedTenants": [{"TenantID": TENANT + unit * TERMS + 1}],
            "LinkedProperties": [{"PropertyID": PROPERTY + home.place}],
        }

    def _listing(self, id: int) -> Record:
        home = self.portfolio.home(id - UNIT)
        named = {"PropertyShortName": f"P{PROPERTY + home.place}", "UnitShortName": home.name, "UnitName": home.name}
        return {**named, "PropertyID": PROPERTY + home.place}

    def _prospect(self, id: int) -> Record:
        person = self.portfolio.person(3_000_000 + id)
        return {
            "ProspectDisplayID": id - PROSPECT + 1,
            "PropertyID": PROPERTY + id - PROSPECT,
            "Name": f"{person.last}, {person.first}",
            "FirstName": person.first,
            "LastName": person.last,
            "ProspectStatus": "New",
            "ProspectLeadSourceID": 1,
            "FirstContact": self.stamp(id).strftime("%Y-%m-%dT%H:%M:%S"),
        }

    def _application(self, id: int) -> Record:
        asked = {"AccountID": PROSPECT + id - 1, "PropertyID": PROPERTY + id - 1}
        return {**asked, "ApplicationSubmissionDate": self.stamp(id).strftime("%Y-%m-%dT%H:%M:%S")}

    def _visit(self, id: int, unit: int) -> Record:
        """Every second one is a showing to a prospect, the others are visits for an issue."""
        day = self.born.date() + timedelta(days=1 + id % 20)
        when = {"StartDate": f"{day}T10:00:00", "EndDate": f"{day}T11:00:00"}
        whose = {"ServiceManagerIssueID": ISSUE + unit} if id % 2 else {"ProspectID": PROSPECT}
        return {**when, "Subject": "Visit" if id % 2 else "Showing", **whose}

    def _charge(self, id: int) -> Record:
        return {**self._posting(id), "TransactionType": "Charge", "ChargeTypeID": 1, **self._paid(id)}

    def _paid(self, id: int) -> Record:
        term = self.portfolio.tenancy(*divmod(id - CHARGE, TERMS))
        rent = float(self.portfolio.home(term.unit).rent)
        place = {"PropertyID": PROPERTY + self.portfolio.home(term.unit).place, "UnitID": UNIT + term.unit}
        return {**place, "AmountAllocated": 0.0 if term.behind else rent, "IsFullyAllocated": not term.behind}

    def _payment(self, id: int) -> Record:
        return {**self._posting(id), "TransactionType": "Payment", "Reference": str(id % 9_000 + 1_000)}

    def _posting(self, id: int) -> Record:
        term = self.portfolio.tenancy(*divmod(id - CHARGE, TERMS))
        return {
            "AccountID": TENANT + id - CHARGE,
            "AccountType": "Customer",
            "Amount": float(self.portfolio.home(term.unit).rent),
            "TransactionDate": _midnight(term.start),
        }

    def _user(self, id: int) -> Record:
        person = self.portfolio.person(4_000_000 + id)
        return {
            "Username": f"user{id}",
            "Name": f"{person.first} {person.last}",
            "Firstname": person.first,
            "Lastname": person.last,
            "Email": f"user{id}@example.com",
            "IsActive": id != USER + USERS - 1,
        }

    def _address(self, place_number: int, unit_name: str | None = None) -> Record:
        place = self.portfolio.place(place_number)
        street = place.street if unit_name is None or place.single_family else f"{place.street}\r\nUnit {unit_name}"
        whole = f"{street}\r\n{place.city}, {place.state} {place.postal_code}"
        own = {"Street": street, "City": place.city, "State": place.state, "PostalCode": place.postal_code}
        return {"Address": whole, **own, "IsPrimary": True}


def _contact(person: Person, parent: int, kind: str) -> Record:
    number = spoken(person.phone) if person.phone else None
    return {
        "ParentID": parent,
        "ParentType": kind,
        "FirstName": person.first,
        "LastName": person.last,
        "IsPrimary": True,
        "Email": person.email,
        "PhoneNumbers": [{"PhoneNumber": number, "StrippedPhoneNumber": (person.phone or "")[2:], "IsPrimary": True}]
        if number
        else [],
    }


def _words(words: tuple[str, ...]) -> tuple[Any, Any]:
    return range(1, 1 + len(words)), lambda id: {"Name": words[id - 1], "IsActive": True}


def _named(words: tuple[str, ...]) -> tuple[Any, Any]:
    return range(1, 1 + len(words)), lambda id: {"Name": words[id - 1]}


def _history(id: int, issue: int) -> Record:
    """A note and a call of each issue."""
    about = {"ParentID": issue, "EntityType": "ServiceManagerIssue", "HistoryDate": "2026-01-05T09:30:00"}
    return {**about, "HistoryType": "NOTE" if id % 2 else "CALL", "Note": "Asked when somebody is at home."}


def _custom_field(id: int) -> Record:
    return {"Name": ("Rooftree sample", "Trade", "asset_id")[id - 1], "FieldType": "Text"}


def _midnight(day: date) -> str:
    return f"{day.isoformat()}T00:00:00"
