"""Made-up books for everyone's first five minutes: two houses, their people, vendors and work. Nobody here is real.

Phone numbers lie in 555-0100 to 555-0199, set aside for fiction; mail goes to example.com.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from rooftree.embedded.books import Books, Pen

WHO = "sample data (made up)"
_MADE_UP = "Made up by Rooftree as sample data."
_HOUSES = (
    ("Lantern Court (sample)", "14 Lantern Court", "Austin", "TX", "78701", "America/Chicago"),
    ("Heron Flats (sample)", "220 Heron Street", "Phoenix", "AZ", "85003", "America/Phoenix"),
)
_PEOPLE = (
    *(("Nora", "Sample"), ("Luis", "Muestra"), ("Mei", "Beispiel"), ("Omar", "Echantillon")),
    *(("Zoë", "Núñez-Sample"), ("Kofi", "Prøve"), ("Ines", "Exemplo"), ("Jade", "Vzorek")),
)
_VENDORS = (
    ("Sample Plumbing Co.", ("plumbing", "gas"), True),
    ("Sample Heating & Air", ("hvac",), True),
    ("Sample Electric", ("electrical",), True),
    ("Sample Handyman", ("general", "appliance", "locksmith"), False),
    ("Sample Pest Control", ("pest_control",), False),
)


@dataclass
class _Maker:
    pen: Pen
    count: int = 0
    ids: dict[str, list[str]] = field(default_factory=dict)

    def __call__(self, kind: str, /, **body: Any) -> str:
        id: str = self.pen.create(kind, body)["id"]
        self.ids.setdefault(kind, []).append(id)
        return id

    def person(self) -> Mapping[str, Any]:
        """A phone and mail address that lead to nobody."""
        self.count += 1
        return {
            "phones": [{"number": f"+1512555{100 + self.count:04d}", "kind": "mobile"}],
            "emails": [f"sample{self.count}@example.com"],
        }


def fill(books: Books) -> Mapping[str, int]:
    """Write the sample into these books, all or nothing; how many records of each kind were made."""
    with books.pen(WHO) as pen:
        make = _Maker(pen)
        manager = make("staff", first_name="Sam", last_name="Sample", role="manager", is_active=True, **make.person())
        owner = make("owner", company="Sample Holdings LLC", is_active=True, **make.person())
        for name, trades, emergencies in _VENDORS:
            _vendor(make, books, name, trades, emergencies)
        for house in _HOUSES:
            _house(make, books, house, manager, owner)
        _work(make, books)
        _prospect(make, books)
    return {kind: len(ids) for kind, ids in make.ids.items()}


def _vendor(make: _Maker, books: Books, name: str, trades: tuple[str, ...], emergencies: bool) -> None:
    insured = books.now().date() + timedelta(days=300)
    make(
        "vendor",
        company=name,
        trades=list(trades),
        trades_raw=[trade.replace("_", " ").title() for trade in trades],
        is_active=True,
        takes_emergencies=emergencies,
        insurance_expires_on=insured.isoformat(),
        notes=_MADE_UP,
        **make.person(),
    )


def _house(make: _Maker, books: Books, house: tuple[str, ...], manager: str, owner: str) -> None:
    name, line1, city, state, postal_code, zone = house
    address = {"line1": line1, "city": city, "state": state, "postal_code": postal_code, "country": "US"}
    place = make(
        "property",
        name=name,
        kind="multi_family",
        address=address,
        time_zone=zone,
        is_active=True,
        unit_count=4,
        manager_id=manager,
        owner_ids=[owner],
        notes=_MADE_UP,
    )
    building = make("building", property_id=place, name="A", address=address)
    plan = make("floorplan", property_id=place, name="Two bedroom", bedrooms=2, square_feet=850)
    make("amenity", property_id=place, name="Laundry room")
    for number in ("1A", "1B", "2A"):
        unit = make(
            "unit",
            property_id=place,
            number=number,
            building_id=building,
            floorplan_id=plan,
            bedrooms="2",
            address=address,
            is_vacant=False,
            is_active=True,
        )
        _household(make, books, place, unit)
    empty = make("unit", property_id=place, number="2B", bedrooms="2", is_vacant=True, is_active=True)
    rent = {"amount": "1450.00"}
    make("listing", property_id=place, unit_id=empty, title="Two bedroom, second floor", rent=rent, is_listed=True)


def _household(make: _Maker, books: Books, place: str, unit: str) -> None:
    first, last = _PEOPLE[len(make.ids.get("resident", ())) % len(_PEOPLE)]
    began = books.now().date() - timedelta(days=200)
    home = {"property_id": place, "unit_id": unit}
    resident = make(
        "resident",
        first_name=first,
        last_name=last,
        status="current",
        is_primary=True,
        move_in_on=began.isoformat(),
        notes=_MADE_UP,
        **home,
        **make.person(),
    )
    lease = make(
        "lease",
        resident_ids=[resident],
        primary_resident_id=resident,
        status="active",
        starts_on=began.isoformat(),
        ends_on=(began + timedelta(days=364)).isoformat(),
        rent={"amount": "1450.00"},
        rent_due_day=1,
        **home,
    )
    make.pen.update("resident", resident, {"lease_ids": [lease]})
    month = books.now().date().replace(day=1).isoformat()
    make("charge", lease_id=lease, resident_id=resident, name="Rent", amount={"amount": "1450.00"}, due_on=month)
    make("payment", lease_id=lease, resident_id=resident, amount={"amount": "1400.00"}, paid_on=month)


def _work(make: _Maker, books: Books) -> None:
    unit, resident, lease = (make.ids[kind][0] for kind in ("unit", "resident", "lease"))
    tomorrow = books.now() + timedelta(days=1)
    order = make(
        "work_order",
        title="Kitchen tap drips",
        description="It drips day and night. " + _MADE_UP,
        property_id=make.ids["property"][0],
        unit_id=unit,
        lease_id=lease,
        resident_id=resident,
        priority="routine",
        status="scheduled",
        trade="plumbing",
        vendor_id=make.ids["vendor"][0],
        entry_permission="yes",
        scheduled_start=tomorrow.isoformat(),
    )
    make("appointment", work_order_id=order, vendor_id=make.ids["vendor"][0], starts_at=tomorrow.isoformat())
    make("note", about="work_order", about_id=order, text=_MADE_UP, author="Sam Sample")
    make(
        "attachment",
        about="work_order",
        about_id=order,
        file_name="sample.txt",
        media_type="text/plain",
        content="bWFkZSB1cAo=",
    )
    make("phone_log", about="resident", about_id=resident, subject="Tap", called_at=books.now().isoformat())


def _prospect(make: _Maker, books: Books) -> None:
    person = {"first_name": "Petra", "last_name": "Prospect-Sample", **make.person()}
    place = {"property_id": make.ids["property"][0], "unit_id": make.ids["unit"][3]}
    make("lead", channel="web_form", message="Is it still free? " + _MADE_UP, **person, **place)
    card = make("guest_card", source="website", status="showing_scheduled", **person, **place)
    starts = books.now() + timedelta(days=2)
    make("showing", guest_card_id=card, starts_at=starts.isoformat(), **place)
    applicant = make("applicant", guest_card_id=card, status="submitted", **person, **place)
    make("application", guest_card_id=card, applicant_ids=[applicant], status="submitted", **place)
