"""Yardi's ways of writing: pick lists a client configures, codes, messages inside a 200."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from rooftree.simulators.soap import Element, tree

CATEGORIES = {
    "Plumbing": ("Leak", "Clog"),
    "Electrical": ("No power",),
    "HVAC": ("No heat", "No cooling"),
    "Appliance": ("Not working",),
    "Service": (),
    "Other": (),
}
PRIORITIES = ("Low", "Med", "High", "24 hours", "Emergency")
STATUSES = ("Call", "In Progress", "Scheduled", "On Hold", "Work Completed", "Canceled")
DONE = ("Work Completed", "Canceled")
RESOLUTIONS = ("Repaired", "Replaced")
AGENTS = ("Pat Agent", "Lee")
"""A one-word agent is among them."""
OLD_AGENT, SOURCES = "Old Agent", ("Property Website", "ILS", "Walk-In")
RESULTS = ("Emailed", "Called", "Made Appointment", "Duplicate")
ATTACHMENT_TYPES = ("Photo", "Other")
FIRST_CONTACTS = ("WalkIn", "Chat", "Email", "Text", "Webservice", "Other", "CallFromProspect")


@dataclass(frozen=True)
class Lists:
    """What one client has configured; every client's is another."""

    categories: dict[str, tuple[str, ...]] = field(default_factory=lambda: dict(CATEGORIES))
    priorities: tuple[str, ...] = PRIORITIES
    statuses: tuple[str, ...] = STATUSES
    agents: tuple[str, ...] = AGENTS
    sources: tuple[str, ...] = SOURCES
    results: tuple[str, ...] = RESULTS


class Told(Exception):
    """A refusal that Yardi tells inside a 200; `inner` is the answer's document, None for no answer at all."""

    def __init__(self, inner: Element | None) -> None:
        super().__init__("told inside a 200" if inner is not None else "an empty result")
        self.inner = inner


def message(text: str, kind: str = "Error") -> Element:
    return tree("Messages", tree("Message", text, messageType=kind))


def refused(text: str) -> Told:
    return Told(message(text))


def us_day(value: date) -> str:
    return value.strftime("%m/%d/%Y")


def stamp(value: datetime) -> str:
    return value.strftime("%Y-%m-%dT%H:%M:%S")
