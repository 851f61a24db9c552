"""Floor plans and units to be had: lists that criteria narrow (contract 4.2)."""

from __future__ import annotations

from rooftree.connectors import soap
from rooftree.connectors.base import Context, Wire, WireRecord
from rooftree.connectors.realpage import gaps
from rooftree.connectors.realpage.client import ask, one_of, under_site
from rooftree.connectors.realpage.wire import address, day, flag, join, money, needed, number, whole
from rooftree.connectors.rows import read_only
from rooftree.model.portfolio import Floorplan, Listing


def criteria(**wanted: str) -> soap.Node:
    """What a list is narrowed by (DateNeeded, NumberBedrooms, ...); it is never cut to the first few."""
    pairs = {**wanted, "LimitResults": "False"}
    return soap.node(
        "listCriteria",
        *(
            soap.node("ListCriterion", soap.node("name", name), soap.node("singlevalue", value))
            for name, value in pairs.items()
        ),
    )


def floorplans(wire: Wire, site: str) -> list[WireRecord]:
    found = soap.many(ask(wire, "getfloorplanlist", criteria(), site=site), "GetFloorPlanList/FloorPlanObject")
    return [{**row, "siteid": site} for row in found]


def listings(wire: Wire, site: str) -> list[WireRecord]:
    """The units that may be let; one that is not to be had stands in the list of units alone."""
    found = soap.many(ask(wire, "getunitlist", criteria(), site=site), "GetUnitList/UnitObjects/UnitObject")
    return [{**row, "siteid": site} for row in found if flag(row, "Availability/AvailableBit") is not False]


def to_floorplan(wire: WireRecord, ctx: Context) -> Floorplan:
    site, id = str(wire["siteid"]), needed(wire, "FloorPlanID")
    return Floorplan(
        id=f"{site}:{id}",
        property_id=site,
        name=soap.text(wire, "FloorPlanName", "FloorPlanCode") or id,
        marketing_name=soap.text(wire, "FloorPlanNameMarketing"),
        code=soap.text(wire, "FloorPlanCode"),
        description=soap.text(wire, "FloorPlanDescription"),
        bedrooms=whole(wire, "Bedrooms"),
        bathrooms=number(wire, "Bathrooms"),
        max_occupants=whole(wire, "MaximumOccupants"),
        square_feet=whole(wire, "RentableSquareFootage"),
        gross_square_feet=whole(wire, "GrossSquareFootage"),
        rent_min=money(wire, "RentMin"),
        rent_max=money(wire, "RentMax"),
        raw=wire,
    )


def to_listing(wire: WireRecord, ctx: Context) -> Listing:
    """A unit on offer, under the unit's own id."""
    site, id = str(wire["siteid"]), needed(wire, "Address/UnitID")
    there = soap.one(wire, "Availability")
    return Listing(
        id=f"{site}:{id}",
        property_id=site,
        unit_id=f"{site}:{id}",
        floorplan_id=join(site, soap.text(wire, "FloorPlan/FloorPlanID")),
        title=soap.text(wire, "Address/UnitNumber"),
        description=soap.text(wire, "UnitDetails/Description"),
        rent=money(wire, "UnitMarketRent", "FloorPlanMarketRent", "BaseRentAmount"),
        deposit=money(wire, "DepositAmount"),
        bedrooms=number(wire, "UnitDetails/Bedrooms"),
        bathrooms=number(wire, "UnitDetails/Bathrooms"),
        square_feet=whole(wire, "UnitDetails/RentSqFtCount"),
        address=address(soap.one(wire, "Address")),
        is_available=flag(there, "AvailableBit"),
        is_vacant=flag(there, "VacantBit"),
        available_on=day(there, "AvailableDate"),
        vacates_on=day(there, "VacantDate"),
        status_raw=soap.text(there, "UnavailableCode"),
        raw=wire,
    )


ROWS = (
    read_only(
        gaps.NO_CUSTOM,
        Floorplan,
        gaps.SETUP,
        read=to_floorplan,
        list=under_site(floorplans),
        get=one_of(floorplans, "FloorPlanID"),
        parent="property",
    ),
    read_only(
        gaps.NO_CUSTOM,
        Listing,
        gaps.SETUP,
        read=to_listing,
        list=under_site(listings),
        get=one_of(listings, "Address/UnitID"),
        parent="property",
    ),
)
