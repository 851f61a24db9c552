"""What came of an act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

State = Literal["done", "waiting", "refused", "unsure", "failed", "needs_human"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How an act ended, or that it must wait until `due_at`; `facts` are kept and shown on the timeline.

    `unsure` says that nobody knows whether a text arrived and that it is not sent again.
    """

    state: State
    reason: str = ""
    due_at: datetime | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    rule: str = "default"
