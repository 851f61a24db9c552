"""Drift: where the mirror and the property system disagree, audits that look for it, and setting one record right."""

from __future__ import annotations

import dataclasses
from typing import Any

from pydantic import Field

from rooftree.operations.registry import Caller, Input, operation
from rooftree.store import connections, drift
from rooftree.sync import audit, reconcile


class DriftInput(Input):
    """Which rows; pages follow each other by `before`."""

    connection: str | None = Field(default=None, description="Only of this connection.")
    repaired: bool | None = Field(default=None, description="Only what is repaired, or only what is not.")
    before: str | None = Field(default=None, description="The `next` of the page before.")
    limit: int = Field(default=50, ge=1, le=500)


class OneDrift(Input):
    """One row of the ledger."""

    id: str = Field(description="The row's id.")


class ReconcileInput(Input):
    """What to audit."""

    connection: str = Field(description="The connection's id.")
    sample: int = Field(default=reconcile.NIGHTLY, ge=1, le=100_000, description="How many records, hot ones first.")
    full: bool = Field(default=False, description="Every record that the property system lists, in place of a sample.")
    release: bool = Field(default=False, description="Let a repair through that was held for being so large.")


class ReportsInput(Input):
    """Reports of past audits."""

    connection: str | None = Field(default=None, description="Only of this connection.")
    limit: int = Field(default=20, ge=1, le=200)


@operation("drift.list", "read", examples=("rooftree drift list --no-repaired",))
def list_drift(caller: Caller, given: DriftInput) -> dict[str, Any]:
    """Fields in which the mirror and the property system disagree or disagreed, the newest first, with the cause."""
    services = caller.services
    with services.database.read() as conn:
        page = drift.listed(
            conn,
            services.keys,
            caller.organization_id,
            connection_id=given.connection,
            repaired=given.repaired,
            before=given.before,
            limit=given.limit,
        )
    items = [{name: value for name, value in dataclasses.asdict(one).items() if name not in _VALUES} for one in page]
    return {"items": items, "next": page[-1].id if len(page) == given.limit else None}


_VALUES = ("theirs", "ours", "readable")


@operation("drift.show", "read", examples=("rooftree drift show drift_... --json",))
def show_drift(caller: Caller, given: OneDrift) -> dict[str, Any]:
    """One row: what the property system says, what the mirror said, when both last agreed, the cause, the repair."""
    with caller.services.database.read() as conn:
        found = drift.get(conn, caller.services.keys, given.id, caller.organization_id)
    words = {"why": audit.CAUSES[found.cause], "done": reconcile.REPAIRS[found.repair]}
    return {**dataclasses.asdict(found), **words}


@operation("drift.repair", "write", examples=("rooftree drift repair drift_...",))
def repair(caller: Caller, given: OneDrift) -> dict[str, Any]:
    """Set one record right: it is read again and the mirror takes what the property system says."""
    with caller.services.database.read() as conn:
        found = drift.get(conn, caller.services.keys, given.id, caller.organization_id)
    done = reconcile.repair_one(caller.services.lines.source(found.connection_id), found.record, found.external_id)
    return {"id": found.id, "repair": done, "done": reconcile.REPAIRS[done]}


@operation("drift.reconcile", "write", examples=("rooftree drift reconcile con_... --sample 500 --json",))
def reconcile_now(caller: Caller, given: ReconcileInput) -> dict[str, Any]:
    """Hold the mirror against the property system, write down where they disagree, and repair by rule.

    What disagrees in a tenth of a kind at once is reported and left to a person: `release` lets it through.
    """
    with caller.services.database.read() as conn:
        connections.get(conn, given.connection, caller.organization_id)
    wanted = reconcile.Wanted(sample=None if given.full else given.sample, release=given.release)
    return reconcile.reconcile(caller.services.lines.source(given.connection), wanted).told()


@operation("drift.reports", "read", examples=("rooftree drift reports --limit 7 --json",))
def reports(caller: Caller, given: ReportsInput) -> dict[str, Any]:
    """The reports of past audits, the newest first; they hold nothing personal."""
    with caller.services.database.read() as conn:
        return {"items": drift.audits(conn, caller.organization_id, given.connection, given.limit)}
