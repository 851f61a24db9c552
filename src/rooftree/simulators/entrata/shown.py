"""Floor plans, what is to let, documents of leases and the property's own lists, as Entrata answers them."""

from __future__ import annotations

from rooftree.simulators.entrata.account import Account
from rooftree.simulators.entrata.reads import known_property
from rooftree.simulators.entrata.words import MOVE_OUT_REASONS, MOVE_OUT_TYPES, csv, need, some
from rooftree.simulators.wire import Record


def get_floor_plans(account: Account, params: Record) -> Record:
    """One for each kind of home in the property."""
    known_property(account, params)
    wanted = csv(params.get("propertyFloorPlanIds"))
    groups: dict[str, list[Record]] = {}
    for unit in account.of(account.units, params["propertyId"]):
        groups.setdefault(str(unit["floorplanId"]), []).append(unit)
    rows = [_floor_plan(id, units) for id, units in groups.items() if not wanted or id in wanted]
    return {"FloorPlans": some("FloorPlan", rows)}


def _floor_plan(id: str, units: list[Record]) -> Record:
    first, rents = units[0], [int(unit["unitSpaces"]["unitSpace"]["rent"]["minRent"]) for unit in units]
    sizes = [int(unit["squareFeet"]) for unit in units]
    return {
        "Identification": {"IDValue": id, "@attributes": {"IDType": "FloorplanID", "IDRank": "primary"}},
        "Name": first["floorplanName"],
        "PropertyId": int(first["propertyId"]),
        "Comment": "",
        "UnitCount": str(len(units)),
        "UnitsAvailable": str(sum(_vacant(unit) for unit in units)),
        "IsDisabled": False,
        "Room": [
            {"Count": first["noOfBedrooms"], "@attributes": {"RoomType": "Bedroom"}},
            {"Count": first["noOfBathrooms"], "@attributes": {"RoomType": "Bathroom"}},
        ],
        "SquareFeet": {"@attributes": {"Min": str(min(sizes)), "Max": str(max(sizes))}},
        "MarketRent": {"@attributes": {"Min": str(min(rents)), "Max": str(max(rents))}},
        "Deposit": {"Amount": {"ValueRange": {"@attributes": {"Min": "300", "Max": "500"}}}},
        "File": {"Name": "plan", "Src": [f"https://www.example.com/plans/{id}.png"], "@attributes": {"FileID": id}},
    }


def _vacant(unit: Record) -> bool:
    return str(unit["unitSpaces"]["unitSpace"]["availabilityStatus"]).startswith("Vacant")


def get_availability(account: Account, params: Record) -> Record:
    """Homes by number only: this method shows no id of a unit."""
    known_property(account, params)
    homes = account.of(account.units, params["propertyId"])
    shown = [unit for unit in homes if _vacant(unit) or str(params.get("availableUnitsOnly")) != "1"]
    place = account.properties.get(int(params["propertyId"])) or {}
    head = {"PropertyId": str(params["propertyId"]), "MarketingName": place.get("MarketingName", "")}
    return {
        "Properties": {"Property": head},
        "PropertyUnits": some("PropertyUnit", [{"UnitSpace": _to_let(unit)} for unit in shown]),
    }


def _to_let(unit: Record) -> Record:
    space = unit["unitSpaces"]["unitSpace"]
    return {
        "UnitNumber": unit["unitNumber"],
        "Availability": "Available" if _vacant(unit) else "Not Available",
        "Status": space["availabilityStatus"],
        "AvailableOn": space["availableDate"],
        "OccupancyType": "Conventional",
        "Area": unit["squareFeet"],
        "HasPricing": 1,
        "Rent": {"TermRent": {"LeaseTerm": "12 months", "Rent": space["rent"]["minRent"], "RateFrequency": "Monthly"}},
        "Deposit": {"MinDeposit": "300", "MaxDeposit": "500"},
    }


def get_documents(account: Account, params: Record) -> Record:
    """The signed lease of each lease that runs; names only, the files come by another method."""
    known_property(account, params)
    lease = str(params.get("leaseId") or "")
    rows = [
        {
            "id": int(row["id"]) + 30_000_000,
            "type": "Lease Document",
            "name": f"lease-{row['id']}.pdf",
            "title": "Signed lease",
            "leaseId": row["id"],
            "externalLeaseId": "",
        }
        for row in account.of(account.leases, params["propertyId"])
        if row["leaseIntervalStatus"] in ("Current", "Notice") and (not lease or row["id"] == lease)
    ]
    return {"leaseDocuments": some("leaseDocument", rows)}


def get_property_picks(account: Account, params: Record) -> Record:
    """Reasons to move out belong to a type."""
    need(params, "propertyIds")
    wanted = csv(params["propertyIds"])
    types = [{"id": id, "name": name} for id, name in MOVE_OUT_TYPES]
    reasons = [{"id": id, "name": name, "moveOutTypeId": type} for id, name, type in MOVE_OUT_REASONS]
    rows = [
        {
            "id": id,
            "name": row["MarketingName"],
            "moveOutTypes": some("moveOutType", types),
            "moveOutReasons": some("moveOutReason", reasons),
        }
        for id, row in account.properties.rows()
        if str(id) in wanted
    ]
    return {"properties": some("property", rows)}


def get_status(_account: Account, _params: Record) -> Record:
    return {"status": "200", "message": "Success"}
