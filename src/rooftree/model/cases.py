"""One household's matter as we carry it, and what agents may propose about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from rooftree.model.vocabulary import Channel, Priority, Trade


class CaseState(StrEnum):
    """Where a maintenance case stands; every state but CLOSED and WITH_PERSON waits for something with a timeout."""

    NEW = "new"
    NEEDS_IDENTITY = "needs_identity"
    CREATING = "creating"
    FINDING_VENDOR = "finding_vendor"
    DISPATCHED = "dispatched"
    CONFIRMING = "confirming"
    WITH_PERSON = "with_person"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A matter of one household, from its first message to its end.

    `told` lists what the resident was already told (each change is told once); `tried` the vendors already asked.
    """

    id: str
    organization: str
    connection: str
    state: CaseState = CaseState.NEW
    channel: Channel = Channel.SMS
    phone: str
    language: str = "en"
    property_id: str | None = None
    unit_id: str | None = None
    resident_id: str | None = None
    work_order_id: str | None = None
    work_order_number: str | None = None
    title: str = ""
    text: str = ""
    condition: str | None = None
    priority: str = "routine"
    call_911_first: bool = False
    trade: Trade = Trade.NONE
    why: str = ""
    vendor_id: str | None = None
    tried: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    paged: bool = False
    not_ours: bool = False
    """Staff or another system made the work order: notes go on it, and nothing of it is changed by itself."""
    handed_over: bool = False
    """A person gave it to the assistant although it is older than going live, or not ours."""
    opened_at: datetime
    updated_at: datetime

    @property
    def is_open(self) -> bool:
        return self.state is not CaseState.CLOSED

    @property
    def is_emergency(self) -> bool:
        return self.priority == "emergency"

    @property
    def work_order_priority(self) -> Priority:
        return Priority.ROUTINE if self.priority == "not_maintenance" else Priority(self.priority)


ProposalKind = Literal[
    "tell_resident",
    "page_person",
    "create_work_order",
    "change_work_order",
    "close_work_order",
    "assign_vendor",
    "add_note",
    "offer_job",
    "withdraw_offers",
    "confirm_vendor",
    "stand_down_vendor",
    "refuse_late_answer",
    "hand_to_person",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What an agent wants done: a kind of act, its particulars, why, and who or what made it.

    `safety` marks what quiet hours, caps, approval, kill switch and shadow never hold. `reply` marks a direct
    answer to a text just received, which quiet hours do not hold either.
    """

    kind: ProposalKind
    why: str
    details: Mapping[str, Any] = field(default_factory=dict)
    safety: bool = False
    reply: bool = False
    made_by: str = "rules"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEvent:
    """Something that happened to a case: a text, an answer, a change in the PMS, a due time, an act's result."""

    id: str
    kind: Literal[
        "resident_texted",
        "vendor_answered",
        "page_acknowledged",
        "taken_over",
        "resident_stopped",
        "work_order_changed",
        "act_finished",
        "timer_due",
    ]
    at: datetime
    details: Mapping[str, Any] = field(default_factory=dict)
