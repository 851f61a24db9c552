"""Floor plans and units to be had (contract 4.2): each list is narrowed by criteria, and cut unless told not to."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rooftree.simulators.realpage.methods import Company, Method
from rooftree.simulators.soap import Element, Fault, Field, fields, leaves, said, tree
from rooftree.simulators.wire import Record

CRITERIA = Field(
    "listCriteria", fields=(Field("ListCriterion", fields=fields("name singlevalue minvalue maxvalue"), many=True),)
)
_FEW = 2
_KNOWN: Mapping[str, Callable[[Record], str] | None] = {
    "DateNeeded": None,
    "LimitResults": None,
    "NumberBedrooms": lambda row: str(row["bedrooms"]),
    "FloorPlanID": lambda row: str(row["bedrooms"]),
    "UnitID": lambda row: str(row["UnitID"]),
}


def _unit_list(company: Company, site: str, wrapper: Element) -> Element:
    rows = _asked(wrapper, _with_facts(company, site))
    return tree("GetUnitList", tree("UnitObjects", *map(_unit, rows)))


def _floorplan_list(company: Company, site: str, wrapper: Element) -> Element:
    """One for each number of bedrooms in the site."""
    plans: dict[int, list[Record]] = {}
    for row in _with_facts(company, site):
        plans.setdefault(row["bedrooms"], []).append(row)
    rows = _asked(wrapper, [homes[0] | {"homes": homes} for _bedrooms, homes in sorted(plans.items())])
    return tree("GetFloorPlanList", *map(_plan, rows))


def _with_facts(company: Company, site: str) -> list[Record]:
    portfolio = company.seeds.portfolio
    held = [(portfolio.home(id), row) for id, row in company.units.rows() if row["siteid"] == site]
    return [{**row, "bedrooms": home.bedrooms, "baths": home.baths, "rent": home.rent} for home, row in held]


def _asked(wrapper: Element, rows: list[Record]) -> list[Record]:
    wanted = {said(each, "name"): said(each, "singlevalue") for each in wrapper.iterfind("listCriteria/ListCriterion")}
    strange = next((name for name in wanted if name not in _KNOWN), None)
    if strange:
        raise Fault("s:inv_Criterion", f"The criterion {strange} is not known.")
    for name, value in wanted.items():
        of = _KNOWN[name]
        rows = [row for row in rows if of is None or of(row) == value]
    return rows if wanted.get("LimitResults", "True") == "False" else rows[:_FEW]


def _unit(row: Record) -> Element:
    free, vacant = row["Available"] == "T", row["Vacant"] == "T"
    place = leaves(
        Address1=row["Adr1"],
        BuildingID=row["BuildingID"],
        BuildingNumber=row["BuildingNumber"],
        CityName=row["City"],
        CountryName=row["Country"],
        State=row["State"],
        UnitID=row["UnitID"],
        UnitNumber=row["UnitNumber"],
        Zip=row["Zip"],
    )
    there = leaves(
        UnavailableCode="" if free else "OCC",
        AvailableDate=row["AvailableDate"][:10] if free else "",
        AvailableBit=str(free).lower(),
        VacantBit=str(vacant).lower(),
    )
    details = leaves(Bedrooms=row["bedrooms"], Bathrooms=row["baths"], RentSqFtCount=row["RentableSqft"])
    plan = leaves(FloorPlanID=row["bedrooms"], FloorPlanCode=f"{row['bedrooms']}B", FloorPlanName=row["FloorplanName"])
    money = leaves(BaseRentAmount=row["rent"], UnitMarketRent=f"{row['rent']}.00", DepositAmount="500.00")
    return tree(
        "UnitObject",
        *money,
        tree("Address", *place),
        tree("Availability", *there),
        tree("FloorPlan", *plan),
        tree("UnitDetails", *details),
    )


def _plan(row: Record) -> Element:
    homes, bedrooms = row["homes"], row["bedrooms"]
    feet = str(450 + bedrooms * 280)
    return tree(
        "FloorPlanObject",
        *leaves(
            FloorPlanID=bedrooms,
            FloorPlanCode=f"{bedrooms}B",
            FloorPlanName=row["FloorplanName"],
            FloorPlanNameMarketing=f"The {row['FloorplanName']}",
            Bedrooms=bedrooms,
            Bathrooms=row["baths"],
            FloorPlanGroupID=f"R00000{bedrooms}9",
            MaximumOccupants=2 * bedrooms + 2,
            GrossSquareFootage=feet,
            RentableSquareFootage=feet,
            RentMin=f"{min(each['rent'] for each in homes)}.00",
            RentMax=f"{max(each['rent'] for each in homes)}.00",
        ),
    )


METHODS = (
    Method(name="getunitlist", run=_unit_list, fields=[CRITERIA]),
    Method(name="getfloorplanlist", run=_floorplan_list, fields=[CRITERIA]),
)
