"""Prospects and postings of the made-up portfolio, as Propertyware rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from rooftree.simulators.propertyware.seed import BUILDING, LEASE, LEASES_A_UNIT, PORTFOLIO, PORTFOLIOS, Seeds
from rooftree.simulators.seed import phone, spoken
from rooftree.simulators.store import Database
from rooftree.simulators.wire import Record

PROSPECT, CHARGE, PAYMENT = 9_000_000, 30_000_000, 40_000_000
RENT_ACCOUNT, BANK_ACCOUNT = 4100, 1150
STATUSES = ("New", "Application In Progress", "Application Submitted", "Converted")
"""Two of the four texts are made up; "Application ..." and "Converted" were seen live."""


def prospect_ids(seeds: Seeds) -> Iterable[int]:
    return range(PROSPECT, PROSPECT + 2 * seeds.portfolio.properties)


def prospect_row(seeds: Seeds, id: int) -> Record:
    number = id - PROSPECT
    place = number // 2
    person = seeds.portfolio.person(3_000_000 + number)
    return {
        "portfolioID": PORTFOLIO + place % PORTFOLIOS,
        "buildingID": BUILDING + place,
        "status": STATUSES[number % len(STATUSES)],
        "source": "Website",
        "comments": "Asked for two bedrooms.",
        "numberBedrooms": 2,
        "rentMax": 2400.0,
        "moveInDate": (seeds.born.date() + timedelta(days=40)).isoformat(),
        "contacts": [
            {
                "id": id + 500_000,
                "firstName": person.first,
                "lastName": person.last,
                "email": person.email,
                "mobilePhone": spoken(phone(300 + number)),
            }
        ],
        "customFields": [],
    }


def posted_leases(seeds: Seeds) -> list[int]:
    """The leases that are running; each has one rent posted, and one payment where it is not behind."""
    return [id for id in seeds.lease_ids() if (id - LEASE) % LEASES_A_UNIT == 1]


def charge_row(seeds: Seeds, id: int) -> Record:
    lease = LEASE + id - CHARGE
    row = seeds.lease_row(lease)
    paid = 0.0 if row["leaseBalance"] else row["baseRent"]
    return {
        "leaseID": lease,
        "portfolioID": row["portfolioID"],
        "amount": row["baseRent"],
        "amountPaid": paid,
        "amountDue": row["baseRent"] - paid,
        "date": seeds.born.date().replace(day=1).isoformat(),
        "glAccountID": RENT_ACCOUNT,
        "comments": "Rent",
        "refNo": None,
        "payments": [],
    }


def payment_row(seeds: Seeds, id: int) -> Record:
    lease = LEASE + id - PAYMENT
    row = seeds.lease_row(lease)
    return {
        "leaseID": lease,
        "portfolioID": row["portfolioID"],
        "contactID": row["contacts"][0]["id"],
        "amount": row["baseRent"],
        "date": seeds.born.date().replace(day=1).isoformat(),
        "depositDate": seeds.born.date().replace(day=1).isoformat(),
        "destinationAccountID": BANK_ACCOUNT,
        "paymentType": "CHECK",
        "refNo": f"{1000 + id - PAYMENT}",
        "comments": "Rent",
        "status": "Posted",
        "isDeposited": True,
        "lines": [],
    }


def furnish(seeds: Seeds, database: Database) -> None:
    """Prospects, charges, payments and (none yet) documents, each in its table."""
    leases = posted_leases(seeds)
    paid = [id for id in leases if not seeds.lease_row(id)["leaseBalance"]]
    table, stamp = database.table, seeds.stamp
    table("prospects", prospect_ids(seeds), lambda id: prospect_row(seeds, id), stamp)
    table("charges", [CHARGE + id - LEASE for id in leases], lambda id: charge_row(seeds, id), stamp)
    table("payments", [PAYMENT + id - LEASE for id in paid], lambda id: payment_row(seeds, id), stamp)
    table("documents", first_id=600)
