"""The made-up portfolio as Yardi rows, in Yardi's codes; each kind of record has its own range of numbers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rooftree.simulators import seed_words
from rooftree.simulators.seed import Portfolio, Tenancy, spoken
from rooftree.simulators.wire import Record
from rooftree.simulators.yardi_voyager.words import stamp

LEASES_A_UNIT, ROOMMATES_A_LEASE = 3, 4
ORDER, PROSPECT = 10_000, 1_000
VENDORS = 2 * len(seed_words.TRADES)
JOBS = (
    ("Plumbing", "Clog", "Kitchen sink drains slowly", "The sink backs up after a minute of running water."),
    ("HVAC", "No heat", "Thermostat does not respond", ""),
    ("Appliance", "Not working", "Dishwasher leaks at the door", "A puddle forms in front of it on every cycle."),
    ("Electrical", "No power", "Bedroom outlet is dead", "The breaker is not tripped."),
)
_JOB_STATUS = ("Work Completed", "Call", "In Progress", "Work Completed")


class Seeds:
    """Rows by number, made on demand; `born` is when the database was set up."""

    def __init__(self, portfolio: Portfolio, born: datetime) -> None:
        self.portfolio = portfolio
        self.born = born

    def stamp(self, id: int) -> datetime:
        """Some time in the year before the database was set up."""
        return self.born - timedelta(minutes=1440 + self.portfolio.mix(9, id) % 500_000)

    def lease_ids(self) -> Iterable[int]:
        facts = self.portfolio
        return (unit * LEASES_A_UNIT + slot for unit in range(facts.units) for slot in facts.slots(unit))

    def order_ids(self) -> Iterable[int]:
        return (ORDER + unit for unit in range(self.portfolio.units) if self.portfolio.job(unit) is not None)

    def code(self, place: int) -> str:
        return f"prop{place + 1}"

    def zone(self, code: str) -> ZoneInfo:
        """The time zone of a property, which Yardi never tells."""
        return ZoneInfo(self.portfolio.place(int(code.removeprefix("prop")) - 1).zone)

    def property_row(self, id: int) -> Record:
        place = self.portfolio.place(id)
        period = self.born.strftime("%m/%Y")
        return {
            "Code": self.code(id),
            "MarketingName": place.name,
            "AddressLine1": place.street,
            "AddressLine2": "",
            "AddressLine3": "",
            "City": place.city,
            "State": place.state,
            "PostalCode": place.postal_code,
            "AccountsReceivable": period,
            "AccountsPayable": period,
        }

    def unit_row(self, id: int) -> Record:
        home, slots = self.portfolio.home(id), self.portfolio.slots(id)
        place = self.portfolio.place(home.place)
        leaving = 1 in slots and self.portfolio.tenancy(id, 1).leaving
        status = "on_notice" if leaving else "leased" if slots and slots != [0] else "available"
        return {
            "PropertyCode": self.code(home.place),
            "UnitCode": home.name,
            "UnitType": f"{home.bedrooms}bed",
            "FloorplanName": f"{home.bedrooms} Bedroom",
            "Bedrooms": str(home.bedrooms),
            "Bathrooms": f"{home.baths:.2f}",
            "SquareFeet": str(home.square_feet),
            "MarketRent": f"{home.rent}.00",
            "Occupancy": "occupied" if 1 in slots else "vacant",
            "Leased": status,
            "Available": "" if 1 in slots and not leaving else self.born.date().isoformat(),
            "Address": place.street,
            "City": place.city,
            "State": place.state,
            "PostalCode": place.postal_code,
        }

    def lease_row(self, id: int) -> Record:
        unit, slot = divmod(id, LEASES_A_UNIT)
        terms = self.portfolio.tenancy(unit, slot)
        status = "Notice" if terms.leaving else {"past": "Past", "active": "Current", "future": "Future"}[terms.kind]
        rent = self.portfolio.home(unit).rent
        return {
            "TenantCode": f"t{id + 1:07d}",
            "PropertyCode": self.code(self.portfolio.home(unit).place),
            "UnitCode": self.portfolio.home(unit).name,
            "Status": status,
            "MoveIn": terms.start.isoformat(),
            "MoveOut": terms.end.isoformat() if status in ("Notice", "Past") else "",
            "NoticeDate": self.born.date().isoformat() if status == "Notice" else "",
            "LeaseBegin": terms.start.isoformat(),
            "LeaseEnd": "" if terms.monthly else terms.end.isoformat(),
            "Rent": f"{rent}.00",
            "Owed": f"{rent if terms.behind else 0}.00",
            "People": self._people(id, terms),
        }

    def _people(self, lease: int, terms: Tenancy) -> list[Record]:
        """The main tenant under the t-code, roommates under their own r-codes."""
        made = []
        for number, (home, slot) in enumerate(terms.people):
            person = self.portfolio.resident(home, slot)
            code = f"r{lease * ROOMMATES_A_LEASE + number:07d}" if number else f"t{lease + 1:07d}"
            made.append(
                {
                    "Code": code,
                    "FirstName": person.first,
                    "LastName": person.last,
                    "Email": person.email or "",
                    "Phone": spoken(person.phone) if person.phone else "",
                }
            )
        return made

    def vendor_row(self, id: int) -> Record:
        trade = seed_words.TRADES[id % len(seed_words.TRADES)]
        company = seed_words.COMPANIES[self.portfolio.mix(6, id) % len(seed_words.COMPANIES)]
        phone = self.portfolio.person(1_000_000 + id).phone
        return {
            "VendorId": f"v{id + 1:07d}",
            "VendorName": f"{company} {trade}",
            "VendorType": trade,
            "Address1": f"{100 + id} Trade Street",
            "City": "Austin",
            "State": "TX",
            "ZipCode": "78701",
            "PhoneNumber1": spoken(phone) if phone else "",
            "Email": f"vendor{id}@example.com",
            "TaxId": "12-3456789",
            "Inactive": str(id == len(seed_words.TRADES) + 1),
        }

    def order_row(self, id: int) -> Record:
        unit = id - ORDER
        category, sub, brief, full = JOBS[self.portfolio.mix(7, unit) % len(JOBS)]
        lease = self.lease_row(unit * LEASES_A_UNIT + self.portfolio.slots(unit)[0])
        at = self.stamp(id).astimezone(self.zone(lease["PropertyCode"]))
        person, status = lease["People"][0], _JOB_STATUS[self.portfolio.job(unit) or 0]
        return {
            "ServiceRequestId": str(id),
            "PropertyCode": lease["PropertyCode"],
            "UnitCode": lease["UnitCode"],
            "TenantCode": lease["TenantCode"],
            "ServiceRequestBriefDescription": brief,
            "ServiceRequestFullDescription": full,
            "Priority": ("Emergency", "High", "Med")[unit % 3],
            "Category": category,
            "SubCategory": sub,
            "HasPermissionToEnter": "True",
            "RequestorName": f"{person['FirstName']} {person['LastName']}",
            "RequestorPhoneNumber": person["Phone"],
            "RequestorEmail": person["Email"],
            "ServiceRequestDate": at.date().isoformat(),
            "CreatedBy": "office",
            "CurrentStatus": status,
            "History": [[status, stamp(at)]],
        }

    def prospect_row(self, id: int) -> Record:
        number = id - PROSPECT
        person, code = self.portfolio.person(3_000_000 + number), self.code(number)
        at = stamp(self.stamp(id).astimezone(self.zone(code)))
        due = stamp((self.born + timedelta(days=2 if number % 2 == 0 else -2)).astimezone(self.zone(code)))
        event = {"Id": str(id * 100), "Type": "WalkIn", "Date": at, "Unit": "", "Agent": "Pat Agent"}
        return {
            "ProspectID": f"p{id:07d}",
            "PropertyCode": code,
            "ThirdPartyID": "",
            "Type": "prospect",
            "FirstName": person.first,
            "LastName": person.last,
            "Phone": spoken(person.phone) if person.phone else "",
            "Email": person.email or "",
            "Preferences": f"<CustomerPreferences><TargetMoveInDate>{(self.born + timedelta(days=30)).date()}"
            "</TargetMoveInDate></CustomerPreferences>",
            "Events": [
                {**event, "Reason": "Emailed", "First": "true", "Comments": "Came by", "Source": "Walk-In"},
                *self._later(id, at, due, shown=number % 2 == 1),
            ],
        }

    def _later(self, id: int, at: str, due: str, *, shown: bool) -> list[Record]:
        """A text, a call and a tour; every second prospect came to it."""
        said = [("Text", at, ""), ("CallFromProspect", at, ""), ("Appointment", due, "101")]
        said += [("Show", due, "101")] if shown else []
        blank = {"Agent": "Lee", "Reason": "Called", "First": "false", "Source": ""}
        return [
            {
                "Id": str(id * 100 + number),
                "Type": kind,
                "Date": when,
                "Unit": unit,
                "Comments": f"{kind} made up",
                **blank,
            }
            for number, (kind, when, unit) in enumerate(said, 1)
        ]
