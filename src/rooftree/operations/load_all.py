"""Which module defines the operations of which noun; each is imported on first use, so that help comes at once."""

from __future__ import annotations

from importlib import import_module

NOUNS = {
    "arrivals": ("arrivals", "Webhooks that property systems sent: how far each got, and given-up ones again."),
    "cases": ("cases", "Cases: what happened, why, and taking one over."),
    "conflicts": ("conflicts", "Fields changed in the property system and by us: whose value stands, and undoing it."),
    "connections": ("connections", "Connections: how each fares, the kill switch, shadow or live."),
    "drift": ("drift", "Where the mirror and the property system disagree; audits, their reports, and repair."),
    "freshness": ("freshness", "How fresh each kind of record is, against its target."),
    "inbox": ("inbox", "The local inbox: type a text as if it came from a phone."),
    "jobs": ("jobs", "Many writes at once: how far each is, and what failed again."),
    "leases": ("records", "Leases as last read from the property system."),
    "matches": ("matches", "One person kept as two records: find, merge, undo."),
    "messages": ("inbox", "Texts in and out, with how far each got."),
    "properties": ("records", "Properties as last read from the property system."),
    "reports": ("morning", "Reports: what was made of the night, beside what staff did."),
    "residents": ("records", "Residents as last read from the property system."),
    "triage": ("triage", "How severe a text is."),
    "units": ("records", "Units as last read from the property system."),
    "vendors": ("records", "Vendors as last read from the property system."),
    "webhook-messages": ("webhooks", "What was sent to your systems, and sending it again."),
    "webhooks": ("webhooks", "Tell your own systems what happens, by signed webhooks."),
    "work-orders": ("work_orders", "Work orders: create, change, close; each write is verified."),
}
"""Noun -> (module, what people read about it)."""
_ALSO = {"work-orders": ("records",), "connections": ("going_live", "mapping")}


def load(noun: str | None = None) -> None:
    """Import the modules of one noun, or of all."""
    for name in [noun] if noun else NOUNS:
        for module in (NOUNS[name][0], *_ALSO.get(name, ())):
            import_module(f"rooftree.operations.{module}")
