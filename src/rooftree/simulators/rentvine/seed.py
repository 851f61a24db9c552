"""The made-up portfolio as Rentvine rows, already in Rentvine's way of writing.

Each kind of record has its own range of ids, so that one mistaken for another is never found.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rooftree.simulators import seed_words
from rooftree.simulators.rentvine.words import (
    LEASE_STATUSES,
    OWNER_TYPE,
    STATUSES,
    TENANT_TYPE,
    VENDOR_TYPE,
    money,
    stamp_text,
    text,
)
from rooftree.simulators.seed import TURN, VACANT, Person, Portfolio, phone, spoken
from rooftree.simulators.wire import Record

STATUS, PORTFOLIO, TRADE, OWNER, PROPERTY, VENDOR = 11, 40, 60, 900, 5_000, 30_000
UNIT, LEASE, TENANT = 400_000, 10_000_000, 50_000_000
WORK_ORDER, APPLICATION, TRANSACTION = 120_000_000, 180_000_000, 220_000_000
STAFF = 70
LEASES_A_UNIT, TENANTS_A_UNIT = 3, 5
VENDORS = 2 * len(seed_words.TRADES)
LATE_FEE = 75.0
JOBS = (
    ("Plumbing", "Kitchen sink drains slowly", "The sink backs up after a minute of running water."),
    ("Heating and Cooling", "Thermostat does not respond", "The display stays blank since this morning."),
    ("Appliance Repair", "Dishwasher leaks at the door", "A puddle forms in front of it on every cycle."),
    ("Electrical", "Bedroom outlet is dead", "Nothing plugged in there works; the breaker is not tripped."),
)
_JOB_STATUS = (5, 0, 1, 4)
"""Place in STATUSES by what the job has come to: closed, new, in progress, completed."""


class Seeds:
    """Rows by id, made on demand from a portfolio; `born` is when the account was set up."""

    def __init__(self, portfolio: Portfolio, born: datetime, zone: ZoneInfo) -> None:
        self.portfolio = portfolio
        self.born = born
        self.zone = zone
        self.owners = max(2, portfolio.properties // 5)
        self.portfolios = max(1, portfolio.properties // 3)

    def lease_ids(self) -> Iterable[int]:
        homes = range(self.portfolio.units)
        return (LEASE + unit * LEASES_A_UNIT + slot for unit in homes for slot in self.portfolio.slots(unit))

    def tenant_ids(self) -> Iterable[int]:
        homes = range(self.portfolio.units)
        return (TENANT + unit * TENANTS_A_UNIT + slot for unit in homes for slot in self.portfolio.residents(unit))

    def work_order_ids(self) -> Iterable[int]:
        return (WORK_ORDER + unit for unit in range(self.portfolio.units) if self.portfolio.job(unit) is not None)

    def application_ids(self) -> Iterable[int]:
        return (APPLICATION + unit for unit in range(VACANT, self.portfolio.units, TURN))

    def stamp(self, id: int) -> datetime:
        """When a seeded row last changed: some time in the year before the account was set up."""
        return self.born - timedelta(minutes=1440 + self.portfolio.mix(9, id) % 500_000)

    def _times(self, id: int) -> Record:
        at = stamp_text(self.stamp(id), self.zone)
        return {"dateTimeCreated": at, "dateTimeModified": at}

    def property_row(self, id: int) -> Record:
        place = self.portfolio.place(id - PROPERTY)
        return {
            "propertyID": str(id),
            "portfolioID": str(PORTFOLIO + place.number % self.portfolios),
            "propertyTypeID": "1" if place.single_family else "2",
            "isMultiUnit": text(not place.single_family),
            "isActive": "1",
            "name": place.name,
            "latitude": None,
            "longitude": None,
            "county": None,
            "reserveAmount": money(300),
            "managementFeeSettingID": "1",
            **self._address(place.number, None),
            **self._times(id),
        }

    def unit_row(self, id: int) -> Record:
        home = self.portfolio.home(id - UNIT)
        return {
            "unitID": str(id),
            "propertyID": str(PROPERTY + home.place),
            "isActive": "1",
            "name": home.name,
            "rent": money(home.rent),
            "deposit": money(home.rent),
            "size": str(home.square_feet),
            "beds": str(home.bedrooms),
            "fullBaths": str(int(home.baths)),
            "halfBaths": str(int(home.baths % 1 * 2)),
            **self._address(home.place, f"Unit {home.name}"),
            **self._times(id),
        }

    def _address(self, place_number: int, second: str | None) -> Record:
        place = self.portfolio.place(place_number)
        number, _, street = place.street.partition(" ")
        return {
            "address": place.street,
            "address2": second,
            "streetNumber": number,
            "streetName": street,
            "city": place.city,
            "stateID": place.state,
            "postalCode": place.postal_code,
            "countryID": "US",
        }

    def lease_row(self, id: int) -> Record:
        unit, slot = divmod(id - LEASE, LEASES_A_UNIT)
        terms = self.portfolio.tenancy(unit, slot)
        past, future = terms.kind == "past", terms.kind == "future"
        return {
            "leaseID": str(id),
            "code": f"L{unit:05d}-{slot}",
            "propertyID": str(PROPERTY + self.portfolio.home(unit).place),
            "unitID": str(UNIT + unit),
            "primaryLeaseStatusID": str(LEASE_STATUSES[terms.kind]),
            "leaseStatusID": str(LEASE_STATUSES[terms.kind] + 20),
            "moveOutStatusID": "3" if past else "2" if terms.leaving else "1",
            "moveInDate": None if future else _day(terms.start),
            "moveOutDate": _day(terms.end) if past else None,
            "startDate": _day(terms.start),
            "endDate": None if terms.monthly else _day(terms.end),
            "closedDate": _day(terms.end) if past else None,
            "expectedMoveOutDate": _day(terms.end) if terms.leaving else None,
            "increaseEligibilityDate": None,
            "lateFeeSettingID": "1",
            "tenants": [self._on_lease(unit_, slot_, past=past) for unit_, slot_ in terms.people],
            **self._times(id),
        }

    def _on_lease(self, unit: int, slot: int, *, past: bool) -> Record:
        row = self.tenant_row(TENANT + unit * TENANTS_A_UNIT + slot)
        return {key: row[key] for key in ("name", "email", "phone", "contactID")} | {"isActive": text(not past)}

    def unpaid(self, lease_id: int) -> list[Record]:
        """What a lease that is behind owes: this month's rent and a fee."""
        unit, slot = divmod(lease_id - LEASE, LEASES_A_UNIT)
        if not 0 <= unit < self.portfolio.units or not self.portfolio.tenancy(unit, slot).behind:
            return []
        rent, first = float(self.portfolio.home(unit).rent), self.born.date().replace(day=1)
        return [
            _charge(TRANSACTION + 2 * unit, rent, first, "Rent Income", "Rent", is_rent=True),
            _charge(TRANSACTION + 2 * unit + 1, LATE_FEE, first + timedelta(days=5), "Late Fees", "Late fee"),
        ]

    def tenant_row(self, id: int) -> Record:
        unit, slot = divmod(id - TENANT, TENANTS_A_UNIT)
        return self._contact(id, TENANT_TYPE, self.portfolio.resident(unit, slot))

    def owner_row(self, id: int) -> Record:
        person = self.portfolio.person(2_000_000 + id - OWNER)
        return self._contact(id, OWNER_TYPE, person._replace(phone=phone(100 + (id - OWNER) % 150)))

    def vendor_row(self, id: int) -> Record:
        n = id - VENDOR
        trade = seed_words.TRADES[n % len(seed_words.TRADES)]
        person = self.portfolio.person(1_000_000 + n)._replace(
            email=None if n % 11 == 8 else f"vendor{n}@example.com", phone=None if n % 13 == 12 else phone(n)
        )
        company = f"{seed_words.COMPANIES[self.portfolio.mix(6, n) % len(seed_words.COMPANIES)]} {trade}"
        expires = _day(self.born.date() + timedelta(days=-40 if n % 5 == 4 else 200))
        row = self._contact(id, VENDOR_TYPE, person)
        return row | {
            "name": row["name"] if n % 7 == 3 else company,
            "firstName": row["firstName"] if n % 7 == 3 else None,
            "lastName": row["lastName"] if n % 7 == 3 else None,
            "code": f"V{n:03d}",
            "websiteUrl": f"https://www.example.com/vendor/{n}",
            "vendorTypeID": "1",
            "liabilityInsuranceExpires": expires,
            "workersCompInsuranceExpires": expires,
            "isActive": text(n != len(seed_words.TRADES) + 1),
            "vendorTrades": [{"vendorTradeID": TRADE + n % len(seed_words.TRADES), "name": trade}],
        }

    def _contact(self, id: int, kind: int, person: Person) -> Record:
        return {
            "contactID": str(id),
            "contactTypeID": str(kind),
            "name": f"{person.first} {person.last}",
            "firstName": person.first,
            "lastName": person.last,
            "email": person.email,
            "phone": spoken(person.phone) if person.phone else None,
            "code": None,
            "websiteUrl": None,
            "vendorTypeID": None,
            "liabilityInsuranceExpires": None,
            "workersCompInsuranceExpires": None,
            "payoutTypeID": "1",
            "isActive": "1",
            **dict.fromkeys(_ADDRESS),
            **self._times(id),
        }

    def portfolio_row(self, id: int) -> Record:
        """Every other portfolio has two owners."""
        n = id - PORTFOLIO
        ids = dict.fromkeys(OWNER + (n + turn) % self.owners for turn in range(1 + n % 2))
        rows = [self.owner_row(owner) for owner in ids]
        return {
            "portfolioID": str(id),
            "name": f"Portfolio {n + 1}",
            "isActive": "1",
            "reserveAmount": money(500),
            "additionalReserveAmount": money(0),
            "owners": [{key: row[key] for key in ("name", "email", "isActive", "contactID")} for row in rows],
        }

    def work_order_row(self, id: int) -> Record:
        unit = id - WORK_ORDER
        kind = self.portfolio.job(unit) or 0
        trade, title, words = JOBS[self.portfolio.mix(7, unit) % len(JOBS)]
        place, at = _JOB_STATUS[kind], self.stamp(id)
        trade_number = seed_words.TRADES.index(trade)
        order = blank_work_order(id)
        order |= {
            "propertyID": str(PROPERTY + self.portfolio.home(unit).place),
            "unitID": str(UNIT + unit),
            "leaseID": str(LEASE + unit * LEASES_A_UNIT + 1),
            "requestedByContactID": str(TENANT + unit * TENANTS_A_UNIT),
            "workOrderStatusID": str(STATUS + place),
            "primaryWorkOrderStatusID": str(STATUSES[place][1]),
            "priorityID": str(1 + unit % 3),
            "sourceTypeID": "1",
            # Staff and the portal write rich text.
            "description": f"<p>{title}</p><p>{words}</p>",
            "isNew": text(kind == 1),
            "vendorTradeID": str(TRADE + trade_number),
            "vendorContactID": None if kind == 1 else str(VENDOR + trade_number),
            "assignedToUserID": str(STAFF),
            "actualEndDate": stamp_text(at, self.zone) if kind in (0, 3) else None,
            "dateClosed": _day(at.date()) if kind in (0, 3) else None,
        }
        return order | self._times(id)

    def application_row(self, id: int) -> Record:
        unit = id - APPLICATION
        return {
            "applicationID": str(id),
            "propertyID": str(PROPERTY + self.portfolio.home(unit).place),
            "unitID": str(UNIT + unit),
            **self._times(id),
        }


_ADDRESS = ("address", "address2", "streetNumber", "streetName", "city", "stateID", "postalCode", "countryID")


def blank_work_order(id: int) -> Record:
    """A work order that says nothing but its number."""
    names = (
        "propertyID unitID leaseID workOrderStatusID primaryWorkOrderStatusID priorityID sourceTypeID description "
        "vendorTradeID vendorContactID assignedToUserID requestedByContactID estimatedAmount vendorInstructions "
        "scheduledStartDate scheduledEndDate actualStartDate actualEndDate dateClosed"
    ).split()
    flags = dict.fromkeys(("isOwnerApproved", "isVacant", "isSharedWithTenant", "isSharedWithOwner"), "0")
    number = {"workOrderID": str(id), "workOrderNumber": f"WO-{id % 1_000_000}"}
    return {**number, **dict.fromkeys(names), **flags, "isNew": "1"}


def _charge(id: int, amount: float, day: date, account: str, words: str, *, is_rent: bool = False) -> dict[str, Any]:
    return {
        "amount": money(amount),
        "isRent": text(is_rent),
        "amountPaid": money(0),
        "datePosted": _day(day),
        "accountName": account,
        "description": words,
        "transactionID": str(id),
        "isOverdue": "1",
    }


def _day(day: date) -> str:
    return day.isoformat()
