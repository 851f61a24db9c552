"""The search of residents on the service requests interface, as a recorded answer shows it (contract 3.3)."""

from __future__ import annotations

from rooftree.simulators.soap import Element, leaves, said, tree
from rooftree.simulators.wire import Record
from rooftree.simulators.yardi_voyager.account import Account
from rooftree.simulators.yardi_voyager.words import Told

_WORDS = {"Past": "former resident", "Future": "applicant"}


def search(account: Account, code: str, wrapper: Element) -> Element:
    """Everything given must match; nothing given is everybody."""
    unit, tenant, name = (said(wrapper, field) for field in ("UnitCode", "ResidentCode", "Name"))
    rows = [
        row
        for _id, row in account.of(account.leases, code)
        if unit in ("", row["UnitCode"])
        and tenant in ("", row["TenantCode"])
        and name.lower() in f"{row['People'][0]['FirstName']} {row['People'][0]['LastName']}".lower()
    ]
    if not rows:
        error = tree("ErrorMessages", tree("Error", "No residents found for these input values."))
        raise Told(_answer(tree("Customer", error)))
    return _answer(*(_customer(row) for row in rows))


def _answer(*customers: Element) -> Element:
    return tree("CustomerSearch", tree("Response", tree("Customers", *customers)))


def _customer(row: Record) -> Element:
    words = {"Status": _WORDS.get(row["Status"], "current resident"), "YardiStatus": row["Status"]}
    id = tree("Identification", *leaves(IDType="Resident ID", IDValue=row["TenantCode"], **words))
    unit = tree("Identification", *leaves(IDType="Unit ID", IDValue=row["UnitCode"]))
    dates = {"LeaseFromDate": row["LeaseBegin"], "LeaseToDate": row["LeaseEnd"], "ActualMoveIn": row["MoveIn"]}
    stamps = {
        name: f"{day}T00:00:00" if day else "" for name, day in {**dates, "ActualMoveOut": row["MoveOut"]}.items()
    }
    lease = tree("Lease", unit, *leaves(Rent=row["Rent"], **stamps))
    main, *others = row["People"]
    return tree("Customer", id, *_person(main), lease, *(_occupant(each) for each in others))


def _person(person: Record) -> list[Element]:
    name = tree("Name", *leaves(FirstName=person["FirstName"], LastName=person["LastName"]))
    phone = tree("Phone", *leaves(OfficeNumber="", HomeNumber="", MobileNumber=person["Phone"]))
    return [name, tree("Address", *leaves(Email=person["Email"])), phone]


def _occupant(person: Record) -> Element:
    id = tree("Identification", *leaves(IDType="Roommate ID", IDValue=person["Code"], Relationship="Roommate"))
    return tree("OtherOccupants", id, *_person(person), *leaves(ResponsibleForLease="True"))
