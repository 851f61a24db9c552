"""Sites, buildings, units, households and agents (contract 4.1-4.3, 4.6)."""

from __future__ import annotations

from rooftree.connectors import soap
from rooftree.connectors.base import Context, WireRecord
from rooftree.connectors.realpage.client import telling
from rooftree.connectors.realpage.wire import address, day, flag, join, money, needed, whole
from rooftree.connectors.values import to_e164
from rooftree.model.base import Phone, Ref
from rooftree.model.leasing import Lease, Resident
from rooftree.model.portfolio import Building, Property, Staff, Unit
from rooftree.model.vocabulary import LeaseStatus, ResidentStatus

UNIT, MEMBER, LEASE = "realpage.unit", "realpage.member", "realpage.lease"
LEASE_STATUSES = {
    "current": LeaseStatus.ACTIVE,
    "former": LeaseStatus.ENDED,
    "applicant": LeaseStatus.PENDING,
    "applicant - lease signed": LeaseStatus.PENDING,
    "future lease": LeaseStatus.PENDING,
    "former applicant": LeaseStatus.CANCELLED,
}
RESIDENT_STATUSES = {
    LeaseStatus.ACTIVE: ResidentStatus.CURRENT,
    LeaseStatus.NOTICE: ResidentStatus.NOTICE,
    LeaseStatus.EVICTION: ResidentStatus.CURRENT,
    LeaseStatus.PENDING: ResidentStatus.FUTURE,
    LeaseStatus.ENDED: ResidentStatus.PAST,
    LeaseStatus.CANCELLED: ResidentStatus.PAST,
}


def to_property(wire: WireRecord, ctx: Context) -> Property:
    """A site; its clock (SysDate) shows an offset and no zone, so the zone is left to whoever confirms it."""
    id = needed(wire, "SiteID")
    return Property(
        id=id,
        code=soap.text(wire, "SiteNumber"),
        name=soap.text(wire, "SiteName") or id,
        address=address(wire),
        raw=wire,
    )


def to_building(wire: WireRecord, ctx: Context) -> Building:
    site, id = str(wire["siteid"]), needed(wire, "BuildingID")
    return Building(
        id=f"{site}:{id}",
        property_id=site,
        name=soap.text(wire, "BuildingNumber") or id,
        address=address(wire),
        raw=wire,
    )


def to_unit(wire: WireRecord, ctx: Context) -> Unit:
    """A unit under its UnitID: its number alone is not unique in a site (contract 4.2)."""
    site, id = str(wire["siteid"]), needed(wire, "UnitID")
    deleted = flag(wire, "UnitDeleted")
    return Unit(
        id=f"{site}:{id}",
        refs=(Ref(system=UNIT, id=id),),
        property_id=site,
        number=soap.text(wire, "UnitNumber") or id,
        building_id=join(site, soap.text(wire, "BuildingID")),
        building_name=soap.text(wire, "BuildingName", "BuildingNumber"),
        floorplan_id=join(site, soap.text(wire, "FloorplanID")),
        floorplan_name=soap.text(wire, "FloorplanName"),
        address=address(wire),
        square_feet=whole(wire, "RentableSqft"),
        gross_square_feet=whole(wire, "GrossSqft"),
        market_rent=money(wire, "MarketRent"),
        is_vacant=flag(wire, "Vacant"),
        is_available=flag(wire, "Available"),
        is_reserved=flag(wire, "UnitReserved"),
        is_active=None if deleted is None else not deleted,
        available_on=day(wire, "AvailableDate"),
        made_ready_on=day(wire, "UnitMadeReadyDate"),
        reserved_until=day(wire, "UnitHoldUntil"),
        accessible_mobility=flag(wire, "Mobility"),
        accessible_hearing=flag(wire, "Hearing"),
        accessible_vision=flag(wire, "Vision"),
        description=soap.text(wire, "UnitDescription"),
        raw=wire,
    )


def _status(row: WireRecord) -> LeaseStatus:
    """What the list says; eviction and notice are fields beside a current lease."""
    found = LEASE_STATUSES.get((soap.text(row, "leasestatus") or "").lower(), LeaseStatus.UNKNOWN)
    if found is not LeaseStatus.ACTIVE:
        return found
    if flag(row, "inevict"):
        return LeaseStatus.EVICTION
    return LeaseStatus.NOTICE if day(row, "noticefordate") else found


def _is_head(row: WireRecord) -> bool:
    return flag(row, "hohbit") is True or soap.text(row, "residenttype") == "H"


def to_lease(wire: WireRecord, ctx: Context) -> Lease:
    """The rows with one lease id; the head of the household is its first resident."""
    site, id, rows = str(wire["siteid"]), needed(wire, "leaseid"), wire["rows"]
    row = next((each for each in rows if _is_head(each)), rows[0])
    members = [f"{site}:{needed(each, 'residentmemberid')}" for each in rows]
    status, facts = _status(row), soap.one(wire, "facts")
    moved_in, moved_out = day(row, "moveindate"), day(row, "moveoutdate") or day(row, "noticefordate")
    waiting, over = status is LeaseStatus.PENDING, status is LeaseStatus.ENDED
    return Lease(
        id=f"{site}:{id}",
        refs=(Ref(system=LEASE, id=id),),
        property_id=site,
        unit_id=join(site, soap.text(row, "unitid")),
        unit_number=soap.text(row, "unitnumber"),
        resident_ids=tuple(dict.fromkeys(members)),
        primary_resident_id=f"{site}:{needed(row, 'residentmemberid')}",
        status=status,
        status_raw=soap.text(row, "leasestatus"),
        kind_raw=soap.text(row, "leasetype"),
        starts_on=day(row, "begindate"),
        ends_on=day(row, "enddate"),
        signed_on=day(row, "leasesigneddate"),
        scheduled_move_in_on=moved_in if waiting else None,
        moved_in_on=None if waiting else moved_in,
        scheduled_move_out_on=None if over else moved_out,
        moved_out_on=moved_out if over else None,
        rent=money(facts, "Rent"),
        applied_on=day(facts, "AppliedDate"),
        term=soap.text(facts, "LeaseTerm"),
        balance=money(row, "balance"),
        raw=wire,
    )


def to_resident(wire: WireRecord, ctx: Context) -> Resident:
    """A person under the member id, whatever the number of leases; contact facts are those of the telling one."""
    site, id, rows = str(wire["siteid"]), needed(wire, "residentmemberid"), wire["rows"]
    row = telling(rows)
    numbers = (soap.text(row, name) for name in ("cellphone", "homephone", "workphone"))
    leases = (f"{site}:{needed(each, 'leaseid')}" for each in rows)
    return Resident(
        id=f"{site}:{id}",
        refs=(Ref(system=MEMBER, id=id),),
        first_name=soap.text(row, "firstname"),
        last_name=soap.text(row, "lastname"),
        emails=tuple(soap.texts(row, "email")),
        phones=tuple(Phone(number=to_e164(each)) for each in dict.fromkeys(numbers) if each),
        status=RESIDENT_STATUSES.get(_status(row), ResidentStatus.UNKNOWN),
        status_raw=soap.text(row, "leasestatus"),
        property_id=site,
        unit_id=join(site, soap.text(row, "unitid")),
        lease_ids=tuple(dict.fromkeys(leases)),
        is_primary=_is_head(row),
        move_in_on=day(row, "moveindate"),
        move_out_on=day(row, "moveoutdate"),
        raw=wire,
    )


def to_agent(wire: WireRecord, ctx: Context) -> Staff:
    """A leasing agent: the pick list has a value to send and a name to show."""
    site, first_last = str(wire["siteid"]), needed(wire, "Text", "Value")
    first, _, last = first_last.rpartition(" ")
    id = f"{site}:{needed(wire, 'Value')}"
    return Staff(id=id, first_name=first or None, last_name=last, role="leasing", property_ids=(site,), raw=wire)
