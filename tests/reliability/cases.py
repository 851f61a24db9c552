"""The PMSs the reliability tests run on: a new one is one line in CASES."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.reliability import toy_pms

from rooftree.connectors.base import Connector
from rooftree.connectors.buildium.connector import CONNECTOR as BUILDIUM
from rooftree.effects.states import Bounds
from rooftree.model.maintenance import WorkOrder
from rooftree.model.vocabulary import EntryPermission, Priority
from rooftree.simulators import registry
from rooftree.simulators.kit import Simulator

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Case:
    """A PMS, what is wanted of it, and where the rows of it are seen."""

    connector: Connector
    build: Callable[[], Simulator]
    desired: WorkOrder
    made: Sequence[tuple[str, str]]
    """(collection, text field that carries the marker): each must hold exactly one row of ours."""
    held: Callable[[list[dict[str, Any]]], bool]
    """Whether the one row of each collection is what was wanted."""

    @property
    def bounds(self) -> Bounds:
        manifest = self.connector.manifest
        return Bounds(read_lag=manifest.read_lag, late_commit=manifest.late_commit, send_timeout=manifest.write_timeout)


def _buildium() -> Simulator:
    return registry.build("buildium", now=lambda: START)


def _buildium_held(rows: list[dict[str, Any]]) -> bool:
    task, order = rows
    seen = (task["UnitId"], order["VendorId"], order["Task"]["Id"])
    return bool(seen == (100000, 20000, task["Id"]))


CASES: dict[str, Case] = {
    "toy": Case(
        connector=toy_pms.CONNECTOR,
        build=lambda: toy_pms.build(lambda: START),
        desired=toy_pms.DESIRED,
        made=[("tickets", "text"), ("dispatches", "note")],
        held=toy_pms.held,
    ),
    "buildium": Case(
        connector=BUILDIUM,
        build=_buildium,
        desired=WorkOrder(
            id="",
            unit_id="100000",
            lease_id="10000001",
            resident_id="50000000",
            title="Kitchen leak",
            description="Water under the sink since this morning.",
            priority=Priority.URGENT,
            vendor_id="20000",
            vendor_notes="Ring twice.",
            entry_permission=EntryPermission.YES,
        ),
        made=[("tasks", "Description"), ("work_orders", "WorkDetails")],
        held=_buildium_held,
    ),
}
