"""The made-up portfolio as Entrata rows; each kind of record has its own range of ids."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from rooftree.simulators import seed_words
from rooftree.simulators.entrata.words import AMENITIES, PROBLEMS, day, moment, some
from rooftree.simulators.seed import Portfolio, spoken
from rooftree.simulators.wire import Record

PROPERTY, VENDOR, BUILDING, FLOORPLAN, UNIT, SPACE = 5_000, 30_000, 50_000, 60_000, 100_000, 200_000
ORDER, PROSPECT, LEASE, CUSTOMER = 700_000, 900_000, 1_000_000, 5_000_000
LEASES_A_UNIT, PEOPLE_A_UNIT = 3, 5
VENDORS = 2 * len(seed_words.TRADES)
JOBS = (
    ("Plumbing", "Leak", "Kitchen sink drains slowly\n\nThe sink backs up after a minute of running water."),
    ("HVAC", "No heat", "Thermostat does not respond"),
    ("Appliance", "Not working", "Dishwasher leaks at the door\n\nA puddle forms in front of it on every cycle."),
    ("Electrical", "No power", "Bedroom outlet is dead\n\nThe breaker is not tripped."),
)
_JOB_STATUS = ("Completed", "New", "In Progress", "Completed")


class Seeds:
    """Rows by id, made on demand; `born` is when the account was set up."""

    def __init__(self, portfolio: Portfolio, born: datetime) -> None:
        self.portfolio = portfolio
        self.born = born

    def lease_ids(self) -> Iterable[int]:
        facts = self.portfolio
        return (LEASE + unit * LEASES_A_UNIT + slot for unit in range(facts.units) for slot in facts.slots(unit))

    def customer_ids(self) -> Iterable[int]:
        facts = self.portfolio
        return (CUSTOMER + unit * PEOPLE_A_UNIT + slot for unit in range(facts.units) for slot in facts.residents(unit))

    def order_ids(self) -> Iterable[int]:
        return (ORDER + unit for unit in range(self.portfolio.units) if self.portfolio.job(unit) is not None)

    def prospect_ids(self) -> Iterable[int]:
        return (PROSPECT + number for number in range(self.portfolio.properties))

    def stamp(self, id: int) -> datetime:
        """Some time in the year before the account was set up."""
        return self.born - timedelta(minutes=1440 + self.portfolio.mix(9, id) % 500_000)

    def place_of(self, unit: int) -> str:
        return str(PROPERTY + self.portfolio.home(unit).place)

    def property_row(self, id: int) -> Record:
        place = self.portfolio.place(id - PROPERTY)
        return {
            "PropertyID": str(id),
            "MarketingName": place.name,
            "Type": "Single Family" if place.single_family else "Apartment",
            "YearBuilt": str(place.year_built),
            "ShortDescription": {"b": ""},
            "LongDescription": {"b": f"{place.name} in {place.city}."},
            "webSite": f"https://www.example.com/{id}",
            "Address": {
                "Address": place.street,
                "City": place.city,
                "State": place.state,
                "PostalCode": place.postal_code,
                "Country": "US",
                "@attributes": {"AddressType": "property"},
            },
            "IsDisabled": "0",
            "IsFeaturedProperty": "0",
            "CustomKeysData": {"CustomKeyData": {"Key": "Region", "Value": place.state}},
        }

    def unit_row(self, id: int) -> Record:
        unit = id - UNIT
        home, slots = self.portfolio.home(unit), self.portfolio.slots(unit)
        place = self.portfolio.place(home.place)
        return {
            "id": id,
            "propertyId": self.place_of(unit),
            "unitNumber": home.name,
            "buildingId": BUILDING + home.place,
            "buildingName": "Main",
            "floorplanId": FLOORPLAN + home.place * 4 + home.bedrooms,
            "floorplanName": f"{home.bedrooms} bed",
            "unitTypeId": 1 + home.bedrooms,
            "unitTypeName": f"{home.bedrooms} bed",
            "noOfBedrooms": str(home.bedrooms),
            "noOfBathrooms": str(home.baths),
            "squareFeet": str(home.square_feet),
            "unitAddress": {
                "address": place.street,
                "city": place.city,
                "state": place.state,
                "postalCode": place.postal_code,
                "country": "US",
            },
            "unitSpaces": {
                "unitSpace": {
                    "unitSpaceId": SPACE + unit,
                    "unitNumber": home.name,
                    "availabilityStatus": "Occupied" if 1 in slots else "Vacant Unrented Ready",
                    "availableDate": "" if 1 in slots else day(self.born.date()),
                    "amenities": some("amenity", [_amenity(*AMENITIES[(unit + n) % 3]) for n in range(unit % 3)]),
                    "rent": {"minRent": str(home.rent), "maxRent": str(home.rent + 50)},
                }
            },
        }

    def lease_row(self, id: int) -> Record:
        unit, slot = divmod(id - LEASE, LEASES_A_UNIT)
        terms = self.portfolio.tenancy(unit, slot)
        status = "Notice" if terms.leaving else {"past": "Past", "active": "Current", "future": "Future"}[terms.kind]
        code = {"Future": "3", "Current": "4", "Notice": "5", "Past": "6"}[status]
        ids = [CUSTOMER + home * PEOPLE_A_UNIT + person for home, person in terms.people]
        return {
            "id": str(id),
            "leaseStatusTypeId": code,
            "propertyId": self.place_of(unit),
            "moveInDate": day(terms.start),
            "moveOutDate": day(terms.end) if status in ("Notice", "Past") else "",
            "leaseIntervalStatus": status,
            "isMonthToMonth": int(terms.monthly),
            "leaseIntervalId": str(id + 5_000_000),
            "customers": [self._on_lease(customer, number) for number, customer in enumerate(ids)],
            "unitId": str(UNIT + unit),
            "unitSpaceId": SPACE + unit,
            "startDate": day(terms.start),
            "endDate": "" if terms.monthly else day(terms.end),
            "balance": self.portfolio.home(unit).rent if terms.behind else 0,
        }

    def _on_lease(self, id: int, number: int) -> Record:
        person = self.customer_row(id)
        return {
            "id": id,
            "customerType": "Primary" if number == 0 else "Roommate",
            "firstName": person["FirstName"],
            "lastName": person["LastName"],
            "emailAddress": person["Email"],
        }

    def customer_row(self, id: int) -> Record:
        unit, slot = divmod(id - CUSTOMER, PEOPLE_A_UNIT)
        person = self.portfolio.resident(unit, slot)
        leases = [LEASE + u * LEASES_A_UNIT + s for u, s in self.portfolio.leases_of(unit, slot)]
        return {
            "id": str(id),
            "propertyId": self.place_of(unit),
            "leases": leases,
            "FirstName": person.first,
            "LastName": person.last,
            "UnitNumber": self.portfolio.home(unit).name,
            "BuildingName": "Main",
            "Email": person.email or "",
            "PhoneNumber": spoken(person.phone) if person.phone else "",
            "CustomerIdentificationValues": {"CustomerIdentificationValue": {"Id": 1, "Value": "D1234567"}},
        }

    def vendor_row(self, id: int) -> Record:
        number = id - VENDOR
        trade = seed_words.TRADES[number % len(seed_words.TRADES)]
        company = seed_words.COMPANIES[self.portfolio.mix(6, number) % len(seed_words.COMPANIES)]
        person = self.portfolio.person(1_000_000 + number)
        contact = {
            "id": str(id + 500_000),
            "nameFirst": person.first,
            "nameLast": person.last,
            "email": f"vendor{number}@example.com",
            "phone": spoken(person.phone) if person.phone else "",
        }
        return {
            "id": str(id),
            "vendorName": f"{company} {trade}",
            "vendorType": "Standard",
            "status": "Inactive" if number == len(seed_words.TRADES) + 1 else "Active",
            "externalId": "",
            "vendorCategoryType": trade,
            "website": f"https://www.example.com/vendor/{number}",
            "legalEntities": {"legalEntity": {"id": str(id), "name": company, "taxIdNumber": "12-3456789"}},
            "contacts": {"contact": contact},
        }

    def order_row(self, id: int) -> Record:
        unit = id - ORDER
        category, problem, words = JOBS[self.portfolio.mix(7, unit) % len(JOBS)]
        assert problem in {name for _id, name in PROBLEMS}
        customer = self.customer_row(CUSTOMER + unit * PEOPLE_A_UNIT)
        at = self.stamp(id)
        return {
            **blank_order(id),
            "propertyId": self.place_of(unit),
            "buildingName": "Main",
            "unitNumber": self.portfolio.home(unit).name,
            "customerId": customer["id"],
            "nameFirst": customer["FirstName"],
            "nameLast": customer["LastName"],
            "primaryPhoneNumber": customer["PhoneNumber"] or "5125550100",
            "createdOn": moment(at),
            "assignedTo": "Dana Field",
            "maintenanceStatus": _JOB_STATUS[self.portfolio.job(unit) or 0],
            "maintenancePriority": ("Emergency", "High", "Normal")[unit % 3],
            "maintenanceCategoryName": category,
            "maintenanceProblem": problem,
            "maintenanceDescription": words,
        }

    def prospect_row(self, id: int) -> Record:
        number = id - PROSPECT
        person = self.portfolio.person(3_000_000 + number)
        at = self.stamp(id)
        return {
            "applicationId": str(id),
            "propertyId": str(PROPERTY + number),
            "status": "Guest Card",
            "statusId": "81",
            "leadSourceId": "91",
            "leadSource": "Website",
            "createdOn": moment(at),
            "createdDay": at.date().isoformat(),
            "customer": {
                "customerId": str(id + 10_000_000),
                "firstName": person.first,
                "lastName": person.last,
                "email": person.email or "",
                "personalPhoneNumber": spoken(person.phone) if person.phone else "",
                "birthDate": "01/01/1990",
            },
            "targetMoveInDate": day(self.born.date() + timedelta(days=30)),
            "comment": "",
            "events": [],
        }


def _amenity(id: int, name: str) -> Record:
    return {"id": id, "name": name, "type": "Unit"}


def blank_order(id: int) -> Record:
    names = (
        "propertyId buildingName unitNumber customerId nameFirst nameLast primaryPhoneNumber emailAddress assignedTo "
        "maintenanceStatus maintenancePriority maintenanceCategoryName maintenanceProblem maintenanceDescription "
        "scheduledStartDate scheduledEndDate dueDate closingComments completedOn vendorId"
    ).split()
    return {"maintenanceRequestId": str(id), **dict.fromkeys(names, ""), "permissionToEnter": "0", "isDeleted": "0"}
