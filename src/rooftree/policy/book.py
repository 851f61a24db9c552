"""The policy book: what the management company decided, with defaults that are safe for residents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyBook:
    """Waiting times and hours in force; times of day are local to the property.

    `offer_wait` is how long a vendor has to answer before the next one is asked, by priority; `page_wait` how
    long a person on call has before the next is paged; `confirm_wait` how long the resident has to say whether
    it is fixed; `work_wait` how long a dispatched vendor has before we ask how it stands.
    """

    quiet_from: time = time(21, 0)
    quiet_to: time = time(8, 0)
    offer_wait: Mapping[str, timedelta] = field(
        default_factory=lambda: {
            "emergency": timedelta(minutes=10),
            "urgent": timedelta(minutes=30),
            "routine": timedelta(hours=4),
        }
    )
    work_wait: Mapping[str, timedelta] = field(
        default_factory=lambda: {
            "emergency": timedelta(hours=4),
            "urgent": timedelta(days=1),
            "routine": timedelta(days=3),
        }
    )
    page_wait: timedelta = timedelta(minutes=4)
    page_rounds: int = 5
    identity_wait: timedelta = timedelta(minutes=15)
    create_wait: timedelta = timedelta(minutes=2)
    confirm_wait: timedelta = timedelta(days=2)
    preferred_vendors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Trade -> vendor ids in order, the company's own preference."""
    trade_alternatives: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: {
            "gas": ("plumbing", "hvac"),
            "mold_remediation": ("general", "cleaning"),
            "glazing": ("general",),
            "locksmith": ("general",),
            "roofing": ("general",),
            "appliance": ("general",),
            "fire_safety": ("electrical", "general"),
            "cleaning": ("general",),
            "landscaping": ("general",),
        }
    )
    """Which trades may serve where no vendor of the wanted one is known."""
    lockout_text: str = ""
    """What the property does for a lockout; empty: the office decides."""

    def paced(self, wait: timedelta, pace: float) -> timedelta:
        """`wait` shortened for demos and tests (`pace` below 1); never lengthened."""
        return wait * min(pace, 1.0)
