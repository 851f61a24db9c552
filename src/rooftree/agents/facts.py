"""What a workflow gathers before it asks an agent: facts only, no handles to anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rooftree.model.cases import Case, Proposal
from rooftree.model.maintenance import Vendor, WorkOrder
from rooftree.policy.book import PolicyBook
from rooftree.triage.kernel import Triage

_FRESH = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """Who a phone number belongs to, as the mirror knew it at `as_of`."""

    connection: str
    resident_id: str
    first_name: str
    name: str
    property_id: str
    property_name: str
    unit_id: str
    unit_number: str
    lease_id: str | None
    zone: ZoneInfo
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOffer:
    """A job offered to a vendor and not yet answered."""

    id: str
    vendor_id: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All an agent may know about one turn of a case."""

    now: datetime
    case: Case
    households: tuple[Household, ...] = ()
    vendors: tuple[Vendor, ...] = ()
    preferred_vendor_ids: tuple[str, ...] = ()
    offers: tuple[OpenOffer, ...] = ()
    triage: Triage | None = None
    work_order: WorkOrder | None = None
    unit_orders: tuple[WorkOrder, ...] = ()
    """Work orders of the household's units, the newest first, while the case has none."""
    our_orders: frozenset[str] = frozenset()
    """Those of them that open cases of ours are about."""
    policy: PolicyBook = field(default_factory=PolicyBook)
    pms_tells_vendors: bool = False
    """Who tells vendors of their jobs on this connection: the PMS, or (False) Rooftree; never both."""
    office: str = "the property office"
    pace: float = 1.0

    @property
    def asked_just_now(self) -> bool:
        """Whether the resident still waits at the phone, so that an answer disturbs nobody at night."""
        return self.now - self.case.opened_at < _FRESH

    @property
    def household(self) -> Household | None:
        """The one household behind the number; None when unknown or when there are several."""
        return self.households[0] if len(self.households) == 1 else None

    def vendor(self, vendor_id: str | None) -> Vendor | None:
        return next((v for v in self.vendors if v.id == vendor_id), None)

    def after(self, wait: timedelta) -> datetime:
        """The moment `wait` from now, at the pace in force."""
        return self.now + self.policy.paced(wait, self.pace)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a turn decides: the case as it stands now, what to do, and which timers to set (None cancels one)."""

    case: Case
    proposals: tuple[Proposal, ...] = ()
    timers: Mapping[str, datetime | None] = field(default_factory=dict)
    remark: str = ""
    """One plain sentence for the timeline: what was decided and why."""
