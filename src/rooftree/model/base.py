"""What every record shares: identity, times, money, people's addresses and phones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

PhoneKind = Literal["mobile", "home", "work", "fax", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ref:
    """One more name of a record in an outside system, e.g. `Ref(system="buildium.work_order", id="23")`."""

    system: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An exact amount; never a float."""

    amount: Decimal
    currency: str = "USD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A postal address as the PMS keeps it."""

    line1: str | None = None
    line2: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    county: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """A phone number: E.164 where it could be read, else as the PMS keeps it."""

    number: str
    kind: PhoneKind = "other"
    extension: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A record of a PMS in our words.

    `id` is the PMS's own main id and unique within one connection and record type; links (`property_id`,
    `unit_id`, ...) are ids of the same connection. `refs` holds further ids. `custom` holds the customer's own
    fields by their names; `raw` is what the PMS returned, beside and never part of equality.
    """

    id: str
    refs: tuple[Ref, ...] = ()
    created_at: datetime | None = None
    updated_at: datetime | None = None
    custom: Mapping[str, Any] = field(default_factory=dict)
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def ref(self, system: str) -> str | None:
        """The id in `system`, or None."""
        return next((ref.id for ref in self.refs if ref.system == system), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(Record):
    """A human being known to a PMS. Birth date and SSN are never read, so there is no field for them."""

    first_name: str | None = None
    middle_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    emails: tuple[str, ...] = ()
    phones: tuple[Phone, ...] = ()
    address: Address | None = None
    alternate_address: Address | None = None
    notes: str | None = None

    @property
    def name(self) -> str:
        """The name as one line; the company's where no person is named."""
        return " ".join(part for part in (self.first_name, self.last_name) if part) or self.company or ""
