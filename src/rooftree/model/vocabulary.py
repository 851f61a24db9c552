"""Closed words of our model. A PMS word we do not know maps to UNKNOWN and stays readable in `*_raw`."""

from __future__ import annotations

from enum import StrEnum


class PropertyKind(StrEnum):
    SINGLE_FAMILY = "single_family"
    MULTI_FAMILY = "multi_family"
    CONDO_TOWNHOME = "condo_townhome"
    STUDENT = "student"
    SENIOR = "senior"
    AFFORDABLE = "affordable"
    COMMERCIAL = "commercial"
    ASSOCIATION = "association"
    OTHER = "other"
    UNKNOWN = "unknown"


class LeaseStatus(StrEnum):
    PENDING = "pending"
    ACTIVE = "active"
    NOTICE = "notice"
    ENDED = "ended"
    CANCELLED = "cancelled"
    EVICTION = "eviction"
    UNKNOWN = "unknown"


class ResidentStatus(StrEnum):
    FUTURE = "future"
    CURRENT = "current"
    NOTICE = "notice"
    PAST = "past"
    UNKNOWN = "unknown"


class WorkOrderStatus(StrEnum):
    """The life of a work order; COMPLETED is "work done", CLOSED is staff's final word."""

    NEW = "new"
    ASSIGNED = "assigned"
    SCHEDULED = "scheduled"
    IN_PROGRESS = "in_progress"
    ON_HOLD = "on_hold"
    COMPLETED = "completed"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"

    @property
    def is_open(self) -> bool:
        return self not in (WorkOrderStatus.COMPLETED, WorkOrderStatus.CLOSED, WorkOrderStatus.CANCELLED)


class Priority(StrEnum):
    EMERGENCY = "emergency"
    URGENT = "urgent"
    ROUTINE = "routine"
    UNKNOWN = "unknown"


class Trade(StrEnum):
    """What a vendor does. The words of `rooftree triage`."""

    PLUMBING = "plumbing"
    ELECTRICAL = "electrical"
    HVAC = "hvac"
    APPLIANCE = "appliance"
    LOCKSMITH = "locksmith"
    GENERAL = "general"
    ROOFING = "roofing"
    PEST_CONTROL = "pest_control"
    MOLD_REMEDIATION = "mold_remediation"
    ELEVATOR = "elevator"
    FIRE_SAFETY = "fire_safety"
    GAS = "gas"
    GLAZING = "glazing"
    CLEANING = "cleaning"
    LANDSCAPING = "landscaping"
    NONE = "none"
    UNKNOWN = "unknown"


class EntryPermission(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class LeadStatus(StrEnum):
    NEW = "new"
    CONTACTED = "contacted"
    SHOWING_SCHEDULED = "showing_scheduled"
    SHOWN = "shown"
    APPLIED = "applied"
    LEASED = "leased"
    LOST = "lost"
    UNKNOWN = "unknown"


class ShowingStatus(StrEnum):
    SCHEDULED = "scheduled"
    CONFIRMED = "confirmed"
    COMPLETED = "completed"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


class ApplicationStatus(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"
    UNKNOWN = "unknown"


class Channel(StrEnum):
    SMS = "sms"
    VOICE = "voice"
    EMAIL = "email"
    WEB_CHAT = "web_chat"
    WEB_FORM = "web_form"
    PORTAL = "portal"
    LISTING_SITE = "listing_site"
    WALK_IN = "walk_in"
    UNKNOWN = "unknown"
