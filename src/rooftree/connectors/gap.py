"""Why a connector lacks a verb or a field, in words a manager can read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

GapKind = Literal["not_built", "not_offered", "not_permitted"]


@dataclass(frozen=True, slots=True)
class Gap:
    """Why a verb or field is missing: not built by us, not offered by the PMS, or not permitted by terms or law.

    `instead` is what the user gets in its place, in the user's words; empty where there is nothing.
    """

    kind: GapKind
    reason: str
    instead: str = ""


def not_built(reason: str, instead: str = "") -> Gap:
    return Gap("not_built", reason, instead)


def not_offered(reason: str, instead: str = "") -> Gap:
    return Gap("not_offered", reason, instead)


def not_permitted(reason: str, instead: str = "") -> Gap:
    return Gap("not_permitted", reason, instead)
