"""Made-up portfolios that every simulator renders in its own words: the same seed gives the same people and places.

Facts are computed by number (property i, unit u, person n) and not stored, so that 100,000 units cost nothing
until asked for. Units repeat a wheel of twelve situations, so that even twelve units hold a vacancy, roommates,
a past and a future lease, a person with two leases, two people of one name, missing phones and e-mails, and
letters beyond ASCII.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple

from rooftree.simulators import seed_words as words

_MASK = (1 << 64) - 1
Kind = Literal["past", "active", "future"]


class Place(NamedTuple):
    """A property."""

    number: int
    name: str
    street: str
    city: str
    state: str
    postal_code: str
    zone: str
    year_built: int
    single_family: bool


class Home(NamedTuple):
    """A unit; `place` is its property's number."""

    number: int
    place: int
    name: str
    bedrooms: int
    baths: float
    square_feet: int
    rent: int


class Person(NamedTuple):
    """Somebody made up; e-mail or phone may be missing. `phone` is E.164."""

    number: int
    first: str
    last: str
    email: str | None
    phone: str | None


class Tenancy(NamedTuple):
    """A lease: `slot` 0 past, 1 active, 2 future; `people` are pairs of unit and slot, see `Portfolio.resident`."""

    unit: int
    slot: int
    kind: Kind
    people: tuple[tuple[int, int], ...]
    start: date
    end: date
    monthly: bool
    leaving: bool
    behind: bool


@dataclass(frozen=True, slots=True)
class _Spoke:
    past: tuple[int, ...] = ()
    active: tuple[int, ...] = ()
    future: tuple[int, ...] = ()
    monthly: bool = False
    leaving: bool = False
    borrowed: bool = False
    """Held by the first resident of the unit before."""

    @property
    def people(self) -> tuple[int, ...]:
        return self.past + (() if self.borrowed else self.active) + self.future


WHEEL = (
    _Spoke(active=(0,)),
    _Spoke(active=(0, 1)),
    _Spoke(),
    _Spoke(past=(3,), active=(0,)),
    _Spoke(active=(0,), monthly=True),
    _Spoke(active=(0,), borrowed=True),
    _Spoke(past=(3,), future=(4,)),
    _Spoke(active=(0, 1, 2)),
    _Spoke(active=(0,), future=(4,), leaving=True),
    _Spoke(active=(0,)),
    _Spoke(active=(0,)),
    _Spoke(active=(0, 1)),
)
TURN = len(WHEEL)
VACANT, NO_EMAIL, NAMESAKE, BEYOND_ASCII = 2, 4, 9, 10
_NO_PHONE = {(7, 2), (11, 1)}
_NO_MAIL = {(NO_EMAIL, 0), (11, 1)}
_NUMBER: dict[tuple[int, int], int] = {}
for _spoke, _situation in enumerate(WHEEL):
    for _slot in _situation.people:
        _NUMBER[_spoke, _slot] = len(_NUMBER)
PEOPLE_A_TURN = len(_NUMBER)
_SET_ASIDE = 300
"""Phone numbers kept for vendors, owners and staff."""


class Portfolio:
    """The facts of one seed, as of `today`."""

    def __init__(self, seed: int, properties: int, units_per_property: int, today: date) -> None:
        self.seed = seed
        self.properties = properties
        self.units_per_property = units_per_property
        self.units = properties * units_per_property
        self.today = today
        self.place = lru_cache(maxsize=8192)(self._place)

    def mix(self, *numbers: int) -> int:
        """A well-spread number that only the seed and `numbers` decide."""
        state = self.seed
        for number in numbers:
            state = ((state ^ number) * 0x9E3779B97F4A7C15 + 0x632BE59BD9B4E019) & _MASK
            state ^= state >> 29
        return state

    def home(self, unit: int) -> Home:
        """The facts of unit `unit`, counted through all properties."""
        place, index = divmod(unit, self.units_per_property)
        roll = self.mix(1, unit)
        bedrooms = roll % 4
        floor, door = divmod(index, 4)
        name = f"{floor + 1}{door + 1:02d}" if self.units_per_property > 1 else "1"
        return Home(
            unit,
            place,
            name,
            bedrooms,
            1 + (roll >> 8) % 3 / 2,
            450 + bedrooms * 280 + (roll >> 16) % 120,
            850 + bedrooms * 375 + (roll >> 24) % 20 * 10,
        )

    def slots(self, unit: int) -> list[int]:
        """Which leases unit `unit` has: 0 past, 1 active, 2 future."""
        spoke = WHEEL[unit % TURN]
        return [slot for slot, people in enumerate((spoke.past, spoke.active, spoke.future)) if people]

    def residents(self, unit: int) -> tuple[int, ...]:
        """The slots of the people whose home unit `unit` is, was or will be."""
        return tuple(sorted(WHEEL[unit % TURN].people))

    def tenancy(self, unit: int, slot: int) -> Tenancy:
        """The lease in `slot` of unit `unit`, which `slots` must name."""
        spoke = WHEEL[unit % TURN]
        began = self.today - timedelta(days=20 + self.mix(2, unit) % 300)
        ends = self.today + timedelta(days=21) if spoke.leaving else began + timedelta(days=364)
        if slot == 0:
            start, end = began - timedelta(days=400), began - timedelta(days=30)
        elif slot == 1:
            start, end = began, ends
        else:
            start = (ends if spoke.active else self.today) + timedelta(days=14)
            end = start + timedelta(days=364)
        kind: Kind = ("past", "active", "future")[slot]
        people = (spoke.past, spoke.active, spoke.future)[slot]
        holder = unit - 1 if spoke.borrowed else unit
        return Tenancy(
            unit,
            slot,
            kind,
            tuple((holder, person) for person in people),
            start,
            end,
            spoke.monthly,
            spoke.leaving and slot == 1,
            spoke.monthly and slot == 1,
        )

    def leases_of(self, unit: int, person: int) -> list[tuple[int, int]]:
        """Unit and slot of each lease that the person in slot `person` of unit `unit` holds."""
        spoke = WHEEL[unit % TURN]
        terms = enumerate((spoke.past, spoke.active, spoke.future))
        own = [(unit, slot) for slot, people in terms if person in people]
        after = unit + 1
        if person == 0 and after < self.units and WHEEL[after % TURN].borrowed:
            own.append((after, 1))
        return own

    def resident(self, unit: int, slot: int) -> Person:
        """The person in `slot` of unit `unit`: 0 to 2 live there, 3 did, 4 will."""
        turn, spoke = divmod(unit, TURN)
        number = turn * PEOPLE_A_TURN + _NUMBER[spoke, slot]
        named_after = turn * PEOPLE_A_TURN + _NUMBER[0, 0] if spoke == NAMESAKE else number
        person = self.person(number, named_after, beyond_ascii=spoke == BEYOND_ASCII)
        return person._replace(
            email=None if (spoke, slot) in _NO_MAIL else person.email,
            phone=None if (spoke, slot) in _NO_PHONE else person.phone,
        )

    def person(self, number: int, named_after: int | None = None, *, beyond_ascii: bool = False) -> Person:
        """Person `number`; phone numbers repeat only after some thirty thousand people."""
        roll = self.mix(3, number if named_after is None else named_after)
        if beyond_ascii:
            first, last = words.BEYOND_ASCII[roll % len(words.BEYOND_ASCII)]
        else:
            first, last = words.FIRST[roll % len(words.FIRST)], words.LAST[(roll >> 20) % len(words.LAST)]
        mail = f"{_ascii(first)}.{_ascii(last)}.{number}@example.com"
        return Person(number, first, last, mail, phone(_SET_ASIDE + number))

    def job(self, unit: int) -> int | None:
        """What maintenance unit `unit` has seen: 0 closed, 1 new, 2 in progress, 3 completed, None nothing."""
        return unit // 6 % 4 if unit % 6 == 1 else None

    def _place(self, number: int) -> Place:
        roll = self.mix(4, number)
        city, state, postal_code, zone = words.PLACES[number % len(words.PLACES)]
        street = words.STREETS[roll % len(words.STREETS)]
        kind = words.STREET_KINDS[(roll >> 8) % len(words.STREET_KINDS)]
        single = self.units_per_property == 1
        door = 100 + number * 8 % 9800
        name = f"{door} {street} {kind}" if single else f"{street} {words.HOUSES[(roll >> 16) % len(words.HOUSES)]}"
        return Place(number, name, f"{door} {street} {kind}", city, state, postal_code, zone, 1925 + roll % 95, single)


def phone(number: int) -> str:
    """A US number of the range set aside for fiction, in E.164."""
    area, line = divmod(number % (100 * len(words.AREA_CODES)), 100)
    return f"+1{words.AREA_CODES[area]}55501{line:02d}"


def spoken(e164: str) -> str:
    """`(512) 555-0142` for `+15125550142`, as people type it into a PMS."""
    return f"({e164[2:5]}) {e164[5:8]}-{e164[8:]}"


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.replace("ø", "o").replace("Ł", "L").replace("ß", "ss"))
    return "".join(letter for letter in plain.lower() if letter.isascii() and letter.isalnum())
