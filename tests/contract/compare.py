"""Whether a field that was written came back, as a person would judge it."""

from __future__ import annotations

import dataclasses
import re
from datetime import date
from enum import Enum
from typing import Any

from rooftree.model.base import Money, Phone

_MARKER = re.compile(r"\s*#rt-[0-9a-z]+\s*$")


def says(value: Any) -> bool:
    return value not in (None, "", (), {}) and not (isinstance(value, Enum) and value.value == "unknown")


def survives(wanted: Any, seen: Any) -> bool:
    """Equal but for our marker and white space; of a nested record, every part the PMS knows."""
    if isinstance(wanted, str) and isinstance(seen, str):
        return bool(_plain(wanted) == _plain(seen))
    if isinstance(wanted, tuple) and isinstance(seen, tuple):
        return len(wanted) == len(seen) and all(any(survives(one, other) for other in seen) for one in wanted)
    if isinstance(wanted, Phone) and isinstance(seen, Phone):
        return wanted.number == seen.number
    if dataclasses.is_dataclass(wanted) and not isinstance(wanted, Money) and type(wanted) is type(seen):
        pairs = [(getattr(wanted, part.name), getattr(seen, part.name)) for part in dataclasses.fields(wanted)]
        known = [(one, other) for one, other in pairs if says(other)]
        return bool(known) and all(survives(one, other) for one, other in known)
    return bool(wanted == seen)


def is_distinctive(value: Any) -> bool:
    """Whether finding this value can only mean that the PMS kept ours: invented words, days and amounts."""
    if isinstance(value, Enum):
        return False
    if isinstance(value, str):
        return value.startswith("Sample ") or "example.com" in value
    if isinstance(value, tuple):
        return bool(value) and all(is_distinctive(each) for each in value)
    return isinstance(value, Money | date)


def _plain(text: str) -> str:
    return text if isinstance(text, Enum) else _MARKER.sub("", text).strip()
