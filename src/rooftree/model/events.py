"""What a PMS tells about a change: a hint that names a record, never its content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something happened to `record` number `id`; `key` tells two deliveries of one event as the same."""

    key: str
    record: str
    id: str
    change: Literal["created", "updated", "deleted", "unknown"]
    happened_at: datetime | None = None
