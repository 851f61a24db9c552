"""Places and who owns them: Property, Building, Floorplan, Unit, Amenity, Listing, Owner, Staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rooftree.model.base import Address, Money, Person, Phone, Record
from rooftree.model.vocabulary import PropertyKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Property(Record):
    """A managed place with one address and, in time, one time zone.

    `time_zone` is an IANA name that Rooftree keeps itself; it is a guess from the address until a person
    confirms it (the confirmation is kept in the store, not in the PMS).
    """

    name: str
    code: str | None = None
    kind: PropertyKind = PropertyKind.UNKNOWN
    kind_raw: str | None = None
    address: Address | None = None
    time_zone: str | None = None
    is_active: bool | None = None
    unit_count: int | None = None
    year_built: int | None = None
    square_feet: int | None = None
    manager_name: str | None = None
    manager_email: str | None = None
    manager_phones: tuple[Phone, ...] = ()
    manager_id: str | None = None
    portfolio_id: str | None = None
    owner_ids: tuple[str, ...] = ()
    preferred_vendor_ids: tuple[str, ...] = ()
    website: str | None = None
    description: str | None = None
    short_description: str | None = None
    pet_policy: str | None = None
    pet_types: tuple[str, ...] = ()
    office_hours: tuple[str, ...] = ()
    notes: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Building(Record):
    """A building of a property that has several."""

    property_id: str
    name: str
    address: Address | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Floorplan(Record):
    """A kind of unit within a property; money is per month."""

    property_id: str | None = None
    name: str
    marketing_name: str | None = None
    code: str | None = None
    description: str | None = None
    bedrooms: int | None = None
    bathrooms: Decimal | None = None
    max_occupants: int | None = None
    square_feet: int | None = None
    gross_square_feet: int | None = None
    rent_min: Money | None = None
    rent_max: Money | None = None
    deposit_min: Money | None = None
    deposit_max: Money | None = None
    unit_count: int | None = None
    image_urls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit(Record):
    """One dwelling. `number` is what people call it ("4B")."""

    property_id: str
    number: str
    building_id: str | None = None
    building_name: str | None = None
    floorplan_id: str | None = None
    floorplan_name: str | None = None
    floor: str | None = None
    kind_raw: str | None = None
    address: Address | None = None
    bedrooms: Decimal | None = None
    bathrooms: Decimal | None = None
    square_feet: int | None = None
    gross_square_feet: int | None = None
    market_rent: Money | None = None
    rent_min: Money | None = None
    rent_max: Money | None = None
    is_vacant: bool | None = None
    is_available: bool | None = None
    is_listed: bool | None = None
    is_furnished: bool | None = None
    is_reserved: bool | None = None
    is_active: bool | None = None
    available_on: date | None = None
    made_ready_on: date | None = None
    reserved_until: date | None = None
    accessible_mobility: bool | None = None
    accessible_hearing: bool | None = None
    accessible_vision: bool | None = None
    pets_allowed: bool | None = None
    dogs_allowed: bool | None = None
    cats_allowed: bool | None = None
    pet_policy: str | None = None
    description: str | None = None
    notes: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Amenity(Record):
    """Something a unit or property offers, in the PMS's word (`name`)."""

    property_id: str
    unit_id: str | None = None
    name: str
    description: str | None = None
    cost: Money | None = None
    image_urls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Record):
    """A unit or floor plan on offer; money is per month."""

    property_id: str
    unit_id: str | None = None
    floorplan_id: str | None = None
    title: str | None = None
    description: str | None = None
    short_description: str | None = None
    property_description: str | None = None
    rent: Money | None = None
    deposit: Money | None = None
    bedrooms: Decimal | None = None
    bathrooms: Decimal | None = None
    square_feet: int | None = None
    address: Address | None = None
    is_listed: bool | None = None
    is_available: bool | None = None
    is_vacant: bool | None = None
    is_furnished: bool | None = None
    listed_on: date | None = None
    available_on: date | None = None
    vacates_on: date | None = None
    lease_term: str | None = None
    specials: str | None = None
    application_url: str | None = None
    contact_name: str | None = None
    contact_email: str | None = None
    contact_phone: str | None = None
    image_urls: tuple[str, ...] = ()
    video_urls: tuple[str, ...] = ()
    status_raw: str | None = None
    notes: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner(Person):
    """Who owns properties. Bank and tax data are never read."""

    property_ids: tuple[str, ...] = ()
    is_active: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff(Person):
    """A person of the management company."""

    role: str | None = None
    is_active: bool | None = None
    property_ids: tuple[str, ...] = ()
