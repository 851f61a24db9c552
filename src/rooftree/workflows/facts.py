"""Gathering what an agent may know, from the store alone: the mirror, the case, the clock, the policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from rooftree.acts import vendors
from rooftree.acts.services import Services
from rooftree.agents.facts import Facts, Household, OpenOffer
from rooftree.model.cases import Case, CaseEvent
from rooftree.model.leasing import Lease, Resident
from rooftree.model.maintenance import Vendor, WorkOrder
from rooftree.model.portfolio import Property, Unit
from rooftree.model.vocabulary import LeaseStatus, ResidentStatus, WorkOrderStatus
from rooftree.store import cases, connections, offers, records, zones
from rooftree.store.records import Mirrored
from rooftree.triage.kernel import Triage, triage

_RUNNING = (LeaseStatus.ACTIVE, LeaseStatus.NOTICE, LeaseStatus.EVICTION, LeaseStatus.UNKNOWN)
_LIVES_THERE = (ResidentStatus.CURRENT, ResidentStatus.NOTICE, ResidentStatus.UNKNOWN)
_MOST_VENDORS = 500
_MOST_ORDERS = 100


def gather(conn: Connection, services: Services, case: Case, event: CaseEvent) -> Facts:
    """The facts of one turn."""
    home = _property(conn, services, case)
    known = households(conn, services, case)
    orders = _unit_orders(conn, services, case, known)
    return Facts(
        now=services.clock.now(),
        case=case,
        households=known,
        vendors=_vendors(conn, services, case),
        preferred_vendor_ids=home.preferred_vendor_ids if home else (),
        offers=_open_offers(conn, case),
        triage=read_text(event.details) if event.kind == "resident_texted" else None,
        work_order=_work_order(conn, services, case),
        unit_orders=orders,
        our_orders=frozenset(o.id for o in orders if cases.of_work_order(conn, services.keys, case.connection, o.id)),
        policy=services.policy,
        pms_tells_vendors=connections.get(conn, case.connection).who_notifies_vendors == "pms",
        office=services.settings.office_name,
        pace=services.pace,
    )


def read_text(details: Mapping[str, Any]) -> Triage:
    """What the kernel makes of a text just received."""
    return triage(str(details.get("text", "")))


def households(conn: Connection, services: Services, case: Case) -> tuple[Household, ...]:
    """Who lives where behind the case's number; one entry for each unit."""
    if case.resident_id and case.unit_id:
        found = records.by_external_id(conn, services.keys, case.connection, Resident, case.resident_id)
        lease_id = _leases_of(conn, services, found).get(case.unit_id) if found else None
        known = _household(conn, services, found, case.unit_id, lease_id) if found else None
        return (known,) if known else ()
    return household_behind(conn, services, case.organization, case.phone)


def household_behind(conn: Connection, services: Services, organization: str, phone: str) -> tuple[Household, ...]:
    """Who lives where behind a number, one entry for each unit."""
    by_unit: dict[str, Household] = {}
    for found in records.find_by_phone(conn, services.keys, organization, phone):
        if not isinstance(found.record, Resident) or found.record.status not in _LIVES_THERE:
            continue
        for unit_id, lease_id in _leases_of(conn, services, found).items():
            if household := _household(conn, services, found, unit_id, lease_id):
                by_unit.setdefault(household.unit_id, household)
    return tuple(by_unit.values())


def connection_of(conn: Connection, services: Services, organization: str, phone: str) -> str | None:
    """The connection a household's number is known in."""
    found = records.find_by_phone(conn, services.keys, organization, phone)
    living = [m for m in found if isinstance(m.record, Resident) and m.record.status in _LIVES_THERE]
    return living[0].connection_id if living else None


def _leases_of(conn: Connection, services: Services, found: Mirrored[Any]) -> dict[str, str | None]:
    """Unit -> lease, for every lease of the resident that runs; the unit the PMS names where none does."""
    resident: Resident = found.record
    running: dict[str, str | None] = {}
    for lease_id in resident.lease_ids:
        lease = records.by_external_id(conn, services.keys, found.connection_id, Lease, lease_id)
        if lease and lease.record.unit_id and lease.record.status in _RUNNING:
            running.setdefault(lease.record.unit_id, lease_id)
    return running or ({resident.unit_id: None} if resident.unit_id else {})


def _household(
    conn: Connection, services: Services, found: Mirrored[Any], unit_id: str, lease_id: str | None
) -> Household | None:
    unit = records.by_external_id(conn, services.keys, found.connection_id, Unit, unit_id)
    if unit is None:
        return None
    resident: Resident = found.record
    home = records.by_external_id(conn, services.keys, found.connection_id, Property, unit.record.property_id)
    return Household(
        connection=found.connection_id,
        resident_id=resident.id,
        first_name=resident.first_name or resident.name,
        name=resident.name,
        property_id=unit.record.property_id,
        property_name=home.record.name if home else "",
        unit_id=unit_id,
        unit_number=unit.record.number,
        lease_id=lease_id,
        zone=zones.of_property(conn, found.connection_id, unit.record.property_id),
        as_of=found.as_of,
    )


def _property(conn: Connection, services: Services, case: Case) -> Property | None:
    if case.property_id is None:
        return None
    found = records.by_external_id(conn, services.keys, case.connection, Property, case.property_id)
    return found.record if found else None


def _vendors(conn: Connection, services: Services, case: Case) -> tuple[Vendor, ...]:
    where = vendors.directory(conn, case.connection)
    page = records.list_page(conn, services.keys, Vendor, connection_id=where, limit=_MOST_VENDORS)
    return tuple(found.record for found in page)


def _unit_orders(
    conn: Connection, services: Services, case: Case, known: tuple[Household, ...]
) -> tuple[WorkOrder, ...]:
    if case.work_order_id is not None or not known:
        return ()
    page = records.list_page(
        conn,
        services.keys,
        WorkOrder,
        connection_id=known[0].connection,
        where={"unit_id": [household.unit_id for household in known]},
        limit=_MOST_ORDERS,
        newest_first=True,
    )
    return tuple(found.record for found in page)


def _open_offers(conn: Connection, case: Case) -> tuple[OpenOffer, ...]:
    return tuple(
        OpenOffer(id=offer.id, vendor_id=offer.vendor_id, expires_at=offer.expires_at)
        for offer in offers.offers_of_case(conn, case.id)
        if offer.state == "open"
    )


def _work_order(conn: Connection, services: Services, case: Case) -> WorkOrder | None:
    if case.work_order_id is None:
        return None
    found = records.by_external_id(conn, services.keys, case.connection, WorkOrder, case.work_order_id)
    if found is None:
        return None
    # Deleted in the PMS is as good as cancelled: nobody shall go there.
    return replace(found.record, status=WorkOrderStatus.CANCELLED) if found.deleted_at else found.record
