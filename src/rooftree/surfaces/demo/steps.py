"""The eight steps of a case, read off its timeline as the REST API gives it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

NAMES = (
    "text received and judged",
    "safety first",
    "resident and unit found",
    "work order created, read back, equal",
    "vendor chosen and asked",
    "vendor accepted",
    "vendor on the work order, resident told",
    "done, confirmed by the resident, closed",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step that has happened."""

    number: int
    at: str
    said: str


def of_case(case: Mapping[str, Any]) -> list[Step]:
    """The steps that have happened, in order."""
    rows: Sequence[Mapping[str, Any]] = case["timeline"]
    who = f"{case['resident']}, unit {case['unit']}"
    found = [
        _step(1, _decision(rows, "resident_texted"), f"{case['priority']}: {case['condition'] or 'no hazard'}"),
        _safety(rows),
        _step(
            3,
            _decision(rows, "resident_texted") if case["unit"] else None,
            who,
        ),
        _step(4, _act(rows, "create_work_order", "done"), ""),
        _step(5, _act(rows, "offer_job", "done"), ""),
        _step(6, _first(rows, kind="offer", text="accepted") or _first(rows, kind="offer", text="done"), ""),
        _step(7, _act(rows, "assign_vendor", "done"), ""),
        _step(8, _act(rows, "close_work_order", "done"), ""),
    ]
    return [step for step in found if step]


def _safety(rows: Sequence[Mapping[str, Any]]) -> Step | None:
    page = _act(rows, "page_person", "done")
    reply = next((r for r in rows if r["kind"] == "act" and r["act"] == "tell_resident" and r["state"] == "done"), None)
    if page:
        return _step(2, page, "safety reply sent, a person paged")
    decided = _decision(rows, "resident_texted")
    return _step(2, decided, "no danger, nothing to wake anybody for") if decided and reply else None


def _step(number: int, row: Mapping[str, Any] | None, said: str) -> Step | None:
    if row is None:
        return None
    facts = row.get("facts", {})
    order = f"work order {facts['work_order_id']}" if number == 4 else ""
    return Step(number=number, at=str(row["at"]), said=said or order or str(facts.get("vendor", "")))


def _act(rows: Sequence[Mapping[str, Any]], kind: str, state: str) -> Mapping[str, Any] | None:
    return next((r for r in rows if r["kind"] == "act" and r["act"] == kind and r["state"] == state), None)


def _decision(rows: Sequence[Mapping[str, Any]], about: str) -> Mapping[str, Any] | None:
    return next((r for r in rows if r["kind"] == "decision" and r["about"] == about), None)


def _first(rows: Sequence[Mapping[str, Any]], *, kind: str, text: str = "") -> Mapping[str, Any] | None:
    return next((r for r in rows if r["kind"] == kind and text in r["text"]), None)
