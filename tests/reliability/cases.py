"""The PMSs the reliability tests run on: a new one is one line in CASES."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from tests.reliability import toy_pms

from rooftree.connectors.appfolio.connector import CONNECTOR as APPFOLIO
from rooftree.connectors.base import Connector
from rooftree.connectors.buildium.connector import CONNECTOR as BUILDIUM
from rooftree.connectors.embedded.connector import CONNECTOR as EMBEDDED
from rooftree.connectors.entrata.connector import CONNECTOR as ENTRATA
from rooftree.connectors.propertyware.connector import CONNECTOR as PROPERTYWARE
from rooftree.connectors.realpage.connector import CONNECTOR as REALPAGE
from rooftree.connectors.rent_manager.connector import CONNECTOR as RENT_MANAGER
from rooftree.connectors.rentvine.connector import CONNECTOR as RENTVINE
from rooftree.connectors.yardi_voyager.connector import CONNECTOR as YARDI
from rooftree.db import Database
from rooftree.effects import crash
from rooftree.effects.states import Bounds
from rooftree.embedded import tables as embedded
from rooftree.model.base import Phone, Record
from rooftree.model.leasing import GuestCard
from rooftree.model.maintenance import WorkOrder
from rooftree.model.vocabulary import EntryPermission, Priority, Trade
from rooftree.simulators import registry
from rooftree.simulators.appfolio.words import uid
from rooftree.simulators.kit import Simulator

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


Rows = list[dict[str, Any]]
FEW_POINTS = ("effect.sent", "effect.called", "effect.unknown", "effect.searched")


@dataclass(frozen=True)
class Wish:
    """What a process is asked to write: all of a case that can be handed to it."""

    pms: str
    kind: type[Record]
    of: str | None
    desired: Record | Mapping[str, Any]
    picks: Mapping[str, Mapping[str, str]]

    @property
    def verb(self) -> str:
        return "create" if self.of is None else "update"


@dataclass(frozen=True)
class Case:
    """A PMS, what is wanted of it, and where the rows of it are seen."""

    connector: Connector
    build: Callable[[], Simulator]
    """For a PMS inside Rooftree only the clock of it is used."""
    desired: Record | Mapping[str, Any]
    """A whole new record, or what shall change of the record `of`."""
    ours: Callable[[Simulator, Database, str], list[Rows]]
    """By the marker, the rows of ours in each collection the write touches: each must hold exactly one."""
    held: Callable[[Rows], bool]
    """Whether the one row of each collection is what was wanted."""
    wire: bool = True
    """Whether calls can be lost on the way."""
    calls: int = 2
    """How many calls the write is made of."""
    points: Sequence[str] = tuple(crash.POINTS)
    """Where the process dies; a second case of a connector goes through the points around its call."""
    picks: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """The pick lists that mapping needs."""
    kind: type[Record] | None = None
    """The record that `desired` changes; a new one says it itself."""
    of: str | None = None
    exact: bool = True
    """Whether a search can prove that a row is ours; where not, a call without an answer ends with a person."""
    tells_id: bool = True
    """Whether the answer names what was made; where not, it is searched for as after no answer."""

    @property
    def wish(self) -> Wish:
        kind = type(self.desired) if isinstance(self.desired, Record) else self.kind
        assert kind is not None
        return Wish(self.connector.name, kind, self.of, self.desired, self.picks)

    @property
    def bounds(self) -> Bounds:
        manifest = self.connector.manifest
        return Bounds(read_lag=manifest.read_lag, late_commit=manifest.late_commit, send_timeout=manifest.write_timeout)


def _marked(*made: tuple[str, str]) -> Callable[[Simulator, Database, str], list[Rows]]:
    """Rows whose text carries the marker, by (collection, field of the text)."""

    def ours(simulator: Simulator, _database: Database, marker: str) -> list[Rows]:
        return [
            [row for row in simulator.truth(collection) if marker in str(row.get(field) or "")]
            for collection, field in made
        ]

    return ours


def _embedded(_simulator: Simulator, database: Database, _marker: str) -> list[Rows]:
    with database.read() as conn:
        kept = embedded.record
        rows = conn.execute(select(kept.c.id, kept.c.status).where(kept.c.kind == "work_order")).mappings()
        return [[dict(row) for row in rows]]


def _buildium() -> Simulator:
    return registry.build("buildium", now=lambda: START)


def _buildium_held(rows: list[dict[str, Any]]) -> bool:
    task, order = rows
    seen = (task["UnitId"], order["VendorId"], order["Task"]["Id"])
    return bool(seen == (100000, 20000, task["Id"]))


def _appfolio_held(rows: list[dict[str, Any]]) -> bool:
    (order,) = rows
    return (order["UnitId"], order["VendorId"], order["Status"]) == (uid("units", 0), uid("vendors", 0), "New")


def _entrata_held(rows: list[dict[str, Any]]) -> bool:
    (order,) = rows
    seen = (order["unitNumber"], order["customerId"], order["maintenancePriority"], order["maintenanceCategoryName"])
    return seen == ("101", "5000000", "High", "Plumbing")


def _rent_manager_held(rows: list[dict[str, Any]]) -> bool:
    (issue,) = rows
    linked = (issue["LinkedUnits"], issue["LinkedProperties"])
    return (*linked, issue["PayeeAccountID"]) == ([{"UnitID": 10_000}], [{"PropertyID": 100}], 2_000)


def _yardi_held(rows: list[dict[str, Any]]) -> bool:
    (order,) = rows
    seen = (order["UnitCode"], order["TenantCode"], order["VendorCode"], order["Priority"], order["Category"])
    return seen == ("101", "t0000002", "v0000001", "High", "Plumbing")


def _guest(property_id: str, **said: Any) -> GuestCard:
    """Somebody who asks for a home."""
    return GuestCard(
        id="",
        property_id=property_id,
        first_name="Ada",
        last_name="Tester",
        emails=("ada.tester@example.com",),
        phones=(Phone(number="+15125550142"),),
        message="Is it still to be had?",
        **said,
    )


def _third_party(simulator: Simulator, _database: Database, marker: str) -> list[Rows]:
    """A guest card of ours at Yardi is known by the marker of its write, which is our own id of it there."""
    return [[row for row in simulator.truth("guests") if row["ThirdPartyID"] == marker.lstrip("#")]]


CASES: dict[str, Case] = {
    "toy": Case(
        connector=toy_pms.CONNECTOR,
        build=lambda: toy_pms.build(lambda: START),
        desired=toy_pms.DESIRED,
        ours=_marked(("tickets", "text"), ("dispatches", "note")),
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
        ours=_marked(("tasks", "Description"), ("work_orders", "WorkDetails")),
        held=_buildium_held,
    ),
    "appfolio": Case(
        connector=APPFOLIO,
        build=lambda: registry.build("appfolio", now=lambda: START),
        desired=WorkOrder(
            id="",
            unit_id=uid("units", 0),
            lease_id=uid("occupancies", 1),
            title="Kitchen leak",
            description="Water under the sink since this morning.",
            priority=Priority.URGENT,
            vendor_id=uid("vendors", 0),
            entry_permission=EntryPermission.YES,
        ),
        ours=_marked(("work_orders", "Description")),
        held=_appfolio_held,
        calls=1,
    ),
    "rentvine": Case(
        connector=RENTVINE,
        build=lambda: registry.build("rentvine", now=lambda: START),
        desired=WorkOrder(
            id="",
            property_id="5000",
            unit_id="400000",
            lease_id="10000001",
            resident_id="10000001:50000000",
            title="Kitchen leak",
            description="Water under the sink since this morning.",
            priority=Priority.URGENT,
            vendor_id="30000",
            vendor_notes="Ring twice.",
        ),
        ours=_marked(("work_orders", "description")),
        held=lambda rows: (rows[0]["unitID"], rows[0]["vendorContactID"]) == ("400000", "30000"),
    ),
    "rent_manager": Case(
        connector=RENT_MANAGER,
        build=lambda: registry.build("rent_manager", now=lambda: START, units_only=True),
        desired=WorkOrder(
            id="",
            property_id="100",
            unit_id="10000",
            resident_id="1000001",
            title="Kitchen leak",
            description="Water under the sink since this morning.",
            priority=Priority.URGENT,
            vendor_id="2000",
            entry_permission=EntryPermission.YES,
        ),
        ours=_marked(("ServiceManagerIssues", "Description")),
        held=_rent_manager_held,
        picks={"priorities": {"High": "3"}, "statuses": {"<Unassigned>": "1"}},
    ),
    "entrata": Case(
        connector=ENTRATA,
        build=lambda: registry.build("entrata", now=lambda: START),
        desired=WorkOrder(
            id="",
            property_id="5000",
            unit_id="5000:100000",
            resident_id="5000:5000000",
            title="Kitchen leak",
            description="Water under the sink since this morning.",
            priority=Priority.URGENT,
            trade=Trade.PLUMBING,
            entry_permission=EntryPermission.YES,
        ),
        ours=_marked(("work_orders", "maintenanceDescription")),
        held=_entrata_held,
        calls=1,
        picks={
            "categories": {"Plumbing": "31"},
            "problems": {"Other": "45"},
            "locations": {"Unit": "51"},
            "priorities": {"High": "22"},
            "statuses": {"New": "11"},
        },
    ),
    "propertyware": Case(
        connector=PROPERTYWARE,
        build=lambda: registry.build("propertyware", now=lambda: START),
        desired=WorkOrder(
            id="",
            property_id="2000000",
            unit_id="3000000",
            resident_id="4000000001:5000000000",
            title="Kitchen leak",
            description="Water under the sink since this morning.",
            priority=Priority.URGENT,
        ),
        ours=_marked(("work_orders", "description")),
        held=lambda rows: (rows[0]["unitID"], rows[0]["priority"]) == (3000000, "HIGH"),
        calls=1,
    ),
    "yardi_voyager": Case(
        connector=YARDI,
        build=lambda: registry.build("yardi_voyager", now=lambda: START),
        desired=WorkOrder(
            id="",
            property_id="prop1",
            unit_id="prop1:101",
            lease_id="prop1:t0000002",
            resident_id="prop1:t0000002",
            title="Kitchen leak",
            description="Water under the sink since this morning.",
            priority=Priority.URGENT,
            trade=Trade.PLUMBING,
            vendor_id="v0000001",
            vendor_notes="Ring twice.",
            entry_permission=EntryPermission.YES,
        ),
        ours=_marked(("service_requests", "ProblemDescriptionNotes")),
        held=_yardi_held,
        calls=1,
        picks={
            "categories": {"Plumbing": "Plumbing"},
            "priorities": {"High": "High"},
            "statuses": {"Call": "Call"},
        },
    ),
    "yardi_voyager guest card": Case(
        connector=YARDI,
        build=lambda: registry.build("yardi_voyager", now=lambda: START),
        desired=_guest("prop1", source="ILS"),
        ours=_third_party,
        held=lambda rows: (rows[0]["Phone"], rows[0]["Events"][0]["Source"]) == ("5125550142", "ILS"),
        calls=1,
        points=FEW_POINTS,
    ),
    "realpage guest card": Case(
        connector=REALPAGE,
        build=lambda: registry.build("realpage", now=lambda: START),
        desired=_guest("2000002", source="ILS"),
        ours=_marked(("guest_cards", "prospectcomment")),
        held=lambda rows: rows[0]["prospects"][0]["numbers"][0]["number"] == "5125550142",
        calls=1,
        points=FEW_POINTS,
    ),
    "realpage": Case(
        connector=REALPAGE,
        build=lambda: registry.build("realpage", now=lambda: START),
        desired=WorkOrder(
            id="",
            property_id="2000002",
            unit_id="2000002:1",
            resident_id="2000002:6000000",
            title="Kitchen leak",
            description="Water under the sink since this morning.",
            priority=Priority.URGENT,
            trade=Trade.PLUMBING,
            location="Kitchen",
            entry_permission=EntryPermission.YES,
        ),
        ours=_marked(("service_requests", "Description")),
        held=lambda rows: (rows[0]["UnitID"], rows[0]["IssueID"], rows[0]["PriorityID"]) == ("1", "11", "2"),
        calls=1,
        picks={
            "locations:2000002": {"Kitchen": "1"},
            "issues:2000002": {"Plumbing - Leak": "11"},
            "priorities:2000002": {"High": "2"},
        },
        tells_id=False,
    ),
    "embedded": Case(
        connector=EMBEDDED,
        build=lambda: toy_pms.build(lambda: START),
        desired=WorkOrder(id="", title="Kitchen leak", description="Water under the sink.", priority=Priority.URGENT),
        ours=_embedded,
        held=lambda rows: bool(rows[0]["status"] == "new"),
        wire=False,
        calls=1,
    ),
}


def connector_of(pms: str) -> Connector:
    """The connector that the cases know by this name."""
    return next(case.connector for case in CASES.values() if case.connector.name == pms)
