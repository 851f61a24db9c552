"""Households by the service requests interface, for an operator without a Common Data licence (contract 3.3).

The answer is put into the shape of a lease file (mits.md 4), so that one mapping reads both. In recorded answers the
identification is made of elements, in the description of attributes: both are read.
"""

from __future__ import annotations

from typing import Any

from rooftree.connectors import soap
from rooftree.connectors.base import Wire, WireRecord
from rooftree.connectors.yardi_voyager.client import ask, blanks

_NUMBERS = ("MobileNumber", "HomeNumber", "OfficeNumber")


def households(wire: Wire, code: str, tenant: str = "") -> list[WireRecord]:
    """The household of a t-code, or all of a property; every field goes along, empty or not."""
    asked = blanks(UnitCode="", ResidentCode=tenant, Name="", PhoneNumber="", Address="")
    found = ask(wire, "service_requests", "GetResident_Search", *asked, code=code)
    rows = soap.many(found, "CustomerSearch/Response/Customers/Customer")
    files = [_file(row, code) for row in rows if _id(row)]
    return [file for file in files if tenant in ("", file["Identification"]["@IDValue"])]


def _id(row: WireRecord) -> str | None:
    return soap.text(row, "Identification/IDValue", "Identification/@IDValue")


def _file(row: WireRecord, code: str) -> dict[str, Any]:
    lease = soap.one(row, "Lease")
    status = soap.text(row, "Identification/YardiStatus", "Identification/@YardiStatus", "YardiStatus")
    return {
        "PropertyCode": code,
        "Identification": {"@IDValue": _id(row), "@IDType": status or ""},
        "Unit": {"Identification": {"@IDValue": _id(lease) or ""}},
        "MoveInDate": soap.text(lease, "ActualMoveIn") or "",
        "MoveOutDate": soap.text(lease, "ActualMoveOut") or "",
        "LeaseBegin": soap.text(lease, "LeaseFromDate") or "",
        "LeaseEnd": soap.text(lease, "LeaseToDate") or "",
        "MonthlyRentAmount": soap.text(lease, "Rent") or "",
        "Tenants": [_person(each) for each in (row, *soap.many(row, "OtherOccupants")) if _id(each)],
    }


def _person(row: WireRecord) -> dict[str, Any]:
    numbers = [said for name in _NUMBERS if (said := soap.text(row, f"Phone/{name}"))]
    return {
        "Identification": {"@IDValue": _id(row)},
        "Relationship": soap.text(row, "Identification/Relationship", "Relationship") or "",
        "PersonDetails": {
            "Name": soap.one(row, "Name"),
            "Address": soap.one(row, "Address"),
            "Phone": [{"PhoneNumber": number} for number in numbers],
            "Email": soap.text(row, "Address/Email", "Email") or "",
        },
    }
