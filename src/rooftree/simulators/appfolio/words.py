"""AppFolio's closed words, and how its ids are written (contract 4, 7, 8)."""

from __future__ import annotations

import re

from rooftree.simulators import seed_words

STATUSES = ("New", "Assigned", "Scheduled", "Waiting", "Work Completed", "Completed", "Canceled")
PRIORITIES = ("Urgent", "Normal", "Low")
TRADES = (
    "Alarm/Security", "Appliances", "Capital Improvements", "Carpet/Flooring", "Cleaning", "Deck Repair",
    "Doors/Windows", "Drywall Repair", "Electrical", "Elevator Services", "Fences/Gates", "Fire/Water Damage",
    "Fireplace/Chimney", "Garage Doors", "General Contractor", "Gutter Cleaning", "Handyperson", "HVAC", "Inspections",
    "Keys/Locks", "Landscaping", "Other", "Painting", "Parking Lots/Driveways", "Pest Control", "Plumbing", "Pool/Spa",
    "Preventative Maintenance", "Redevelopment", "Repairs and Maintenance: Exterior",
    "Repairs and Maintenance: Interior", "Roofing", "Septic System", "Smoke/Carbon Monoxide Detectors",
    "Snow Removal", "Trash/Recycling", "Turnover", "Utilities",
)  # fmt: skip
LEAD_STATUSES = ("active", "cold", "inactive", "waitlisted")
INACTIVE_REASONS = (
    "price", "location", "amenities", "no_response", "decided_not_to_move", "leasing_criteria_not_met",
    "looking_for_move_in_special", "no_availability", "duplicate", "other",
)  # fmt: skip
SHOWING_STATUSES = ("scheduled", "canceled", "no-show")
DECISIONS = ("approved", "canceled", "decision_pending", "denied", "in_review", "info_needed", "in_screening")
TENANT_STATUSES = ("Current", "Past", "Future", "Evict", "Notice")
DOGS = ("Large & Small", "Small Only", "No", None)
TECHNICIAN = "Maintenance Tech"

SPOKEN = {
    "Heating and Cooling": "HVAC",
    "Appliance Repair": "Appliances",
    "Locksmith": "Keys/Locks",
    "Handyman": "Handyperson",
    "Flooring": "Carpet/Flooring",
    "Water Damage Restoration": "Fire/Water Damage",
    "Elevator": "Elevator Services",
    "Windows": "Doors/Windows",
}
VENDOR_TRADES = tuple(SPOKEN.get(trade, trade) for trade in seed_words.TRADES)

KINDS = (
    "properties", "units", "occupancies", "tenants", "leases", "owners", "vendors", "users", "leads", "showings",
    "rental_applications", "charges", "work_orders", "service_requests", "notes", "attachments", "custom_fields",
    "gl_accounts",
)  # fmt: skip
_UUID = re.compile(r"([0-9a-f]{8})-0a11-4f00-8000-([0-9a-f]{12})")


def uid(kind: str, number: int) -> str:
    """The UUID of record `number` of a kind; the number itself ends the record's Link."""
    return f"{0xAF00 + KINDS.index(kind):08x}-0a11-4f00-8000-{number:012x}"


def number_of(kind: str, id: object) -> int | None:
    """The number in a UUID of this kind, None for anything else."""
    match = _UUID.fullmatch(str(id))
    if match is None or int(match[1], 16) != 0xAF00 + KINDS.index(kind):
        return None
    return int(match[2], 16)
