"""People and agreements: Resident, Lease, Charge, Payment, Balance, Lead, GuestCard, Showing, Application."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from rooftree.model.base import Money, Person, Record
from rooftree.model.vocabulary import (
    ApplicationStatus,
    Channel,
    LeadStatus,
    LeaseStatus,
    ResidentStatus,
    ShowingStatus,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resident(Person):
    """A person who lives, lived or will live in a unit ("tenant" in prose)."""

    status: ResidentStatus = ResidentStatus.UNKNOWN
    status_raw: str | None = None
    property_id: str | None = None
    unit_id: str | None = None
    lease_ids: tuple[str, ...] = ()
    is_primary: bool | None = None
    is_employee: bool | None = None
    move_in_on: date | None = None
    move_out_on: date | None = None
    text_consent: bool | None = None
    pets: tuple[str, ...] = ()
    vehicles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease(Record):
    """The agreement of a household on a unit; money is per month unless named otherwise."""

    property_id: str | None = None
    unit_id: str | None = None
    unit_number: str | None = None
    resident_ids: tuple[str, ...] = ()
    primary_resident_id: str | None = None
    status: LeaseStatus = LeaseStatus.UNKNOWN
    status_raw: str | None = None
    kind_raw: str | None = None
    term: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    signed_on: date | None = None
    applied_on: date | None = None
    scheduled_move_in_on: date | None = None
    moved_in_on: date | None = None
    scheduled_move_out_on: date | None = None
    moved_out_on: date | None = None
    rent: Money | None = None
    market_rent: Money | None = None
    rent_due_day: int | None = None
    deposit: Money | None = None
    deposit_on: date | None = None
    balance: Money | None = None
    past_due: Money | None = None
    write_off: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge(Record):
    """Money a household was billed."""

    property_id: str | None = None
    unit_id: str | None = None
    lease_id: str | None = None
    resident_id: str | None = None
    amount: Money
    amount_open: Money | None = None
    amount_paid: Money | None = None
    charge_code: str | None = None
    account_id: str | None = None
    name: str | None = None
    description: str | None = None
    reference: str | None = None
    charged_on: date | None = None
    due_on: date | None = None
    post_month: str | None = None
    source_raw: str | None = None
    is_open: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment(Record):
    """Money a household paid. No card or bank number is ever read."""

    property_id: str | None = None
    unit_id: str | None = None
    lease_id: str | None = None
    resident_id: str | None = None
    amount: Money
    method_raw: str | None = None
    charge_code: str | None = None
    account_id: str | None = None
    name: str | None = None
    description: str | None = None
    reference: str | None = None
    paid_on: date | None = None
    post_month: str | None = None
    is_open: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance(Record):
    """What a lease owes now; `id` is the lease's id where the PMS gives none."""

    lease_id: str
    property_id: str | None = None
    unit_id: str | None = None
    resident_id: str | None = None
    total: Money
    days_0_30: Money | None = None
    days_31_60: Money | None = None
    days_61_90: Money | None = None
    over_90: Money | None = None
    as_of: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a prospect asked for; never a protected-class fact, credit score or birth date."""

    move_in_on: date | None = None
    bedrooms: Decimal | None = None
    bathrooms: Decimal | None = None
    rent_min: Money | None = None
    rent_max: Money | None = None
    square_feet_min: int | None = None
    square_feet_max: int | None = None
    lease_months: int | None = None
    occupants: int | None = None
    pets: tuple[str, ...] = ()
    floorplan_id: str | None = None
    floorplan_name: str | None = None
    unit_ids: tuple[str, ...] = ()
    amenities: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead(Person):
    """What came in from a channel, before or beside a GuestCard."""

    property_id: str | None = None
    unit_id: str | None = None
    channel: Channel = Channel.UNKNOWN
    source: str | None = None
    status: LeadStatus = LeadStatus.NEW
    wishes: Wishes | None = None
    message: str | None = None
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestCard(Person):
    """The record of a prospect in the PMS."""

    property_id: str | None = None
    unit_id: str | None = None
    status: LeadStatus = LeadStatus.UNKNOWN
    status_raw: str | None = None
    source: str | None = None
    agent_id: str | None = None
    agent_name: str | None = None
    wishes: Wishes | None = None
    message: str | None = None
    lost_reason: str | None = None
    first_contact_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing(Record):
    """A visit of a prospect; times are aware, in the property's zone where the PMS keeps local time."""

    property_id: str | None = None
    unit_id: str | None = None
    guest_card_id: str | None = None
    applicant_id: str | None = None
    resident_id: str | None = None
    agent_id: str | None = None
    agent_name: str | None = None
    starts_at: datetime
    ends_at: datetime | None = None
    status: ShowingStatus = ShowingStatus.UNKNOWN
    status_raw: str | None = None
    kind_raw: str | None = None
    self_guided: bool | None = None
    notes: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Application(Record):
    """A prospect's application. Consumer reports and screening results are never read."""

    property_id: str | None = None
    unit_id: str | None = None
    guest_card_id: str | None = None
    applicant_ids: tuple[str, ...] = ()
    status: ApplicationStatus = ApplicationStatus.UNKNOWN
    status_raw: str | None = None
    submitted_at: datetime | None = None
    agent_name: str | None = None
    source: str | None = None
    move_in_on: date | None = None
    rent: Money | None = None
    deposit: Money | None = None
    notes: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant(Person):
    """A person who applies."""

    property_id: str | None = None
    unit_id: str | None = None
    lease_id: str | None = None
    guest_card_id: str | None = None
    application_ids: tuple[str, ...] = ()
    status: ApplicationStatus = ApplicationStatus.UNKNOWN
    status_raw: str | None = None
    kind_raw: str | None = None
    wishes: Wishes | None = None
