"""One person kept as two records: found, shown with reasons, merged by a person, and undone."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from rooftree.agents import people
from rooftree.model.base import Person
from rooftree.operations.registry import Caller, Input, operation
from rooftree.store import matches, records


class FindInput(Input):
    """No input: all connections of the company."""


class ListInput(Input):
    """Which pairs."""

    state: Literal["proposed", "merged", "dismissed"] = Field(default="proposed", description="How they stand.")
    limit: int = Field(default=50, ge=1, le=500)


class OneMatch(Input):
    """Which pair."""

    id: str = Field(description="The match's id.")


class MergeInput(Input):
    """Which pair, and which record is to stand for both."""

    id: str = Field(description="The match's id.")
    keep: str | None = Field(default=None, description="Our id of the record to keep; the older one by itself.")


@operation("matches.find", "write", examples=("rooftree matches find",))
def find(caller: Caller, given: FindInput) -> dict[str, Any]:
    """Look for people who are kept twice; nothing is merged, each pair is shown with its likeness and reasons."""
    services, now = caller.services, caller.services.clock.now()
    found = 0
    with services.database.write() as conn:
        for one, other in list(matches.candidates(conn, caller.organization_id)):
            a, b = (records.get(conn, services.keys, id, caller.organization_id).record for id in (one, other))
            assert isinstance(a, Person)
            assert isinstance(b, Person)
            told = people.compare(a, b)
            if told.score >= people.SURE:
                found += 1
                matches.propose(conn, caller.organization_id, one, other, score=told.score, why=told.why, now=now)
    return {"found": found}


@operation("matches.list", "read", examples=("rooftree matches list", "rooftree matches list --state merged"))
def list_matches(caller: Caller, given: ListInput) -> dict[str, Any]:
    """Pairs of records that may be one person, the likeliest first."""
    with caller.services.database.read() as conn:
        found = matches.listed(conn, caller.organization_id, given.state, given.limit)
        return {"items": [_shown(caller, conn, row) for row in found]}


@operation("matches.merge", "write", examples=("rooftree matches merge mat_...",))
def merge(caller: Caller, given: MergeInput) -> dict[str, Any]:
    """Let one record stand for both, so that the person is found once; nothing is deleted, here or in the PMS."""
    return _judge(caller, given.id, "merged", given.keep)


@operation("matches.undo", "write", examples=("rooftree matches undo mat_...",))
def undo(caller: Caller, given: OneMatch) -> dict[str, Any]:
    """Take a merge or a dismissal back: both records stand for themselves again."""
    return _judge(caller, given.id, "proposed")


@operation("matches.dismiss", "write", examples=("rooftree matches dismiss mat_...",))
def dismiss(caller: Caller, given: OneMatch) -> dict[str, Any]:
    """Say that the two are two people; they are not shown again."""
    return _judge(caller, given.id, "dismissed")


def _judge(caller: Caller, id: str, state: matches.State, keep: str | None = None) -> dict[str, Any]:
    with caller.services.database.write() as conn:
        found = matches.get(conn, id, caller.organization_id)
        matches.judge(conn, found, state, keep=keep, by=caller.name, now=caller.services.clock.now())
        return _shown(caller, conn, matches.get(conn, id, caller.organization_id))


def _shown(caller: Caller, conn: Any, row: Any) -> dict[str, Any]:
    kept, other = (records.get(conn, caller.services.keys, id) for id in (row.kept_id, row.other_id))
    return {
        "id": row.id,
        "record": kept.name,
        "name": getattr(kept.record, "name", ""),
        "other_name": getattr(other.record, "name", ""),
        "score": row.score,
        "why": row.why,
        "state": row.state,
        "kept": row.kept_id,
        "other": row.other_id,
        "by": row.by,
    }
