"""The made-up portfolio as RealPage rows; numbers are inside a site, as OneSite's are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rooftree.simulators.seed import Portfolio, Tenancy, spoken
from rooftree.simulators.wire import Record

LEASES_A_UNIT, SLOTS_A_UNIT, SITE = 3, 8, 2_000_002
_NONE = "1900-01-01 00:00:00"
_STATUS = {"past": "Former", "active": "Current", "future": "Future Lease"}


class Seeds:
    """Rows by number, made on demand; `born` is when the database was set up."""

    def __init__(self, portfolio: Portfolio, born: datetime) -> None:
        self.portfolio = portfolio
        self.born = born

    def stamp(self, id: int) -> datetime:
        return self.born - timedelta(minutes=1440 + self.portfolio.mix(9, id) % 500_000)

    def lease_ids(self) -> Iterable[int]:
        facts = self.portfolio
        return (unit * LEASES_A_UNIT + slot for unit in range(facts.units) for slot in facts.slots(unit))

    def site(self, place: int) -> str:
        return str(SITE + place)

    def place_of(self, site: str) -> int:
        return int(site) - SITE

    def site_row(self, id: int) -> Record:
        place = self.portfolio.place(id)
        now = self.born.astimezone(ZoneInfo(place.zone))
        return {
            "PMCName": "Made-up Management",
            "SiteID": self.site(id),
            "SiteNumber": str(id + 1),
            "SiteName": place.name,
            "Adr1": place.street,
            "Adr2": "",
            "City": place.city,
            "State": place.state,
            "Zip": place.postal_code,
            "Country": "US",
            "SysDate": now.replace(microsecond=0).isoformat(),
        }

    def building_row(self, id: int) -> Record:
        """Each made-up site has one building."""
        place = self.portfolio.place(id)
        return {
            "siteid": self.site(id),
            "BuildingID": "1",
            "BuildingNumber": "1",
            "AddressLine1": place.street,
            "City": place.city,
            "State": place.state,
            "Zip": place.postal_code,
            "Country": "US",
        }

    def unit_row(self, id: int) -> Record:
        home, slots = self.portfolio.home(id), self.portfolio.slots(id)
        place, lived_in = self.portfolio.place(home.place), 1 in slots
        free = not lived_in and 2 not in slots
        return {
            "siteid": self.site(home.place),
            "UnitID": str(id + 1),
            "UnitNumber": home.name,
            "BuildingID": "1",
            "BuildingNumber": "1",
            "FloorplanID": str(home.bedrooms),
            "FloorplanName": f"{home.bedrooms} Bedroom",
            "Adr1": place.street,
            "City": place.city,
            "State": place.state,
            "Zip": place.postal_code,
            "Country": "US",
            "GrossSqft": str(home.square_feet),
            "RentableSqft": str(home.square_feet),
            "Vacant": "F" if lived_in else "T",
            "Available": "T" if free else "F",
            "AvailableDate": f"{self.born.date()} 00:00:00" if free else _NONE,
            "MarketRent": f"{home.rent}.00",
            "UnitMadeReadyDate": _NONE,
            "UnitHoldStatus": "false",
        }

    def lease_row(self, id: int) -> Record:
        """A household's lease with a row for each of its people, as the resident list puts them out."""
        unit, slot = divmod(id, LEASES_A_UNIT)
        terms, home = self.portfolio.tenancy(unit, slot), self.portfolio.home(unit)
        facts = {
            "residenthouseholdid": str(7_000_000 + id),
            "leaseid": str(8_000_000 + id),
            "unitid": str(unit + 1),
            "buildingnumber": "1",
            "unitnumber": home.name,
            "inevict": "N",
            "balance": f"{home.rent if terms.behind else 0}.00",
            "leasestatus": _STATUS[terms.kind],
            "begindate": terms.start.isoformat(),
            "enddate": "" if terms.monthly else terms.end.isoformat(),
            "moveindate": terms.start.isoformat(),
            "moveoutdate": terms.end.isoformat() if terms.kind == "past" else "",
            "noticefordate": terms.end.isoformat() if terms.leaving else "",
        }
        people, rent = [facts | each for each in self._people(terms)], f"{home.rent}.00"
        return {"siteid": self.site(home.place), "rent": rent, "people": people}

    def _people(self, terms: Tenancy) -> list[Record]:
        """The head first. A birth date and a screening come along, which nobody asked for."""
        made = []
        for number, (home, slot) in enumerate(terms.people):
            person = self.portfolio.resident(home, slot)
            made.append(
                {
                    "residentmemberid": str(6_000_000 + home * SLOTS_A_UNIT + slot),
                    "firstname": person.first,
                    "lastname": person.last,
                    "cellphone": spoken(person.phone) if person.phone else "",
                    "email": person.email or "",
                    "residenttype": "RMMATE" if number else "H",
                    "hohbit": "FALSE" if number else "TRUE",
                    "dateofbirth": "1990-01-01",
                    "screeningstatus": "Approved",
                }
            )
        return made
