"""Properties, units, people, vendors and ledgers, in the documents of mits.md."""

from __future__ import annotations

from lxml import etree

from rooftree.simulators.soap import Element, leaves, said, tree
from rooftree.simulators.wire import Record
from rooftree.simulators.yardi_voyager.account import Account
from rooftree.simulators.yardi_voyager.words import refused

CORE = "http://my-company.com/namespace"
"""The core namespace of MITS 2.0 is literally that."""


def configurations(account: Account, interface: str) -> Element:
    seen = account.codes(interface)
    rows = [row for _id, row in account.properties.rows() if row["Code"] in seen]
    return tree("Properties", *(tree("Property", *leaves(**row)) for row in rows))


def unit_information(account: Account, code: str) -> Element:
    """Root PhysicalProperty with RT_Customer children: it matches no schema, and so it is (mits.md 6)."""
    rows = [_rt_unit(row) for _id, row in account.of(account.units, code)]
    return tree("PhysicalProperty", tree("Property", tree("PropertyID", _core("PrimaryID", code)), *rows))


def _rt_unit(row: Record) -> Element:
    facts = {
        "UnitID": row["UnitCode"],
        "UnitType": row["UnitType"],
        "UnitBedrooms": row["Bedrooms"],
        "UnitBathrooms": row["Bathrooms"],
        "MinSquareFeet": row["SquareFeet"],
        "MaxSquareFeet": row["SquareFeet"],
        "MarketRent": row["MarketRent"],
        "UnitEconomicStatus": "residential",
        "UnitOccupancyStatus": row["Occupancy"],
        "UnitLeasedStatus": row["Leased"].replace("_", " "),
        "FloorplanName": row["FloorplanName"],
    }
    information = _core("Information", *(_core(name, value) for name, value in facts.items()))
    address = {name: row[ours] for name, ours in _ADDRESS.items()}
    where = _core("Address", *(_core(name, value) for name, value in address.items()))
    unit = tree("RT_Unit", tree("UnitID", row["UnitCode"]), tree("Unit", information, where))
    return tree("RT_Customer", tree("CustomerID", "Vacant" if row["Occupancy"] == "vacant" else "Occupied"), unit)


_ADDRESS = {"Address1": "Address", "City": "City", "State": "State", "PostalCode": "PostalCode"}


def _core(name: str, *content: Element | str) -> Element:
    made = etree.Element(f"{{{CORE}}}{name}", nsmap={"MITS": CORE})
    for each in content:
        if isinstance(each, str):
            made.text = each
        else:
            made.append(each)
    return made


def availability(account: Account, code: str) -> Element:
    """Marketed units only; one without Availability is not to be had."""
    rows = [row for _id, row in account.of(account.units, code)]
    plans = [_floorplan(name, rows) for name in dict.fromkeys(row["FloorplanName"] for row in rows)]
    return tree("PhysicalProperty", tree("Property", *plans, *(_ils_unit(row) for row in rows), IDValue=code))


def _floorplan(name: str, rows: list[Record]) -> Element:
    of = [row for row in rows if row["FloorplanName"] == name]
    rents = sorted(float(row["MarketRent"]) for row in of)
    free = sum(1 for row in of if row["Available"])
    return tree(
        "Floorplan",
        *leaves(Name=name, UnitCount=len(of), UnitsAvailable=free),
        tree("Room", tree("Count", of[0]["Bedrooms"]), RoomType="Bedroom"),
        tree("Room", tree("Count", of[0]["Bathrooms"]), RoomType="Bathroom"),
        tree("SquareFeet", Min=of[0]["SquareFeet"], Max=of[0]["SquareFeet"]),
        tree("MarketRent", Min=f"{rents[0]:.2f}", Max=f"{rents[-1]:.2f}"),
        IDValue=of[0]["UnitType"],
        IDType="FloorplanID",
    )


def _ils_unit(row: Record) -> Element:
    unit = tree(
        "Unit",
        tree("Identification", IDValue=row["UnitCode"], OrganizationName="Unit"),
        *leaves(
            MarketingName=row["UnitCode"],
            UnitType=row["UnitType"],
            UnitBedrooms=row["Bedrooms"],
            UnitBathrooms=row["Bathrooms"],
            MinSquareFeet=row["SquareFeet"],
            UnitRent=row["MarketRent"],
            MarketRent=row["MarketRent"],
            UnitOccupancyStatus=row["Occupancy"],
            UnitLeasedStatus=row["Leased"],
            FloorplanName=row["FloorplanName"],
        ),
    )
    when = None
    if row["Available"]:
        year, month, day = row["Available"].split("-")
        ready = tree("MadeReadyDate", Year=year, Month=str(int(month)), Day=str(int(day)))
        kind = "Unoccupied" if row["Occupancy"] == "vacant" else "Occupied"
        when = tree("Availability", tree("VacancyClass", kind), ready)
    rent = tree("EffectiveRent", Min=row["MarketRent"], Max=row["MarketRent"])
    return tree("ILS_Unit", tree("Units", unit), rent, when, IDValue=row["UnitCode"], IDType="UnitID")


def residents(account: Account, code: str, statuses: str, tenant: str = "", since: str = "") -> Element:
    """MITS-ResidentData; it holds birth dates and bank numbers, which nobody asked for."""
    wanted = set(statuses.split("^")) if statuses else set()
    rows = [
        row
        for id, row in account.of(account.leases, code)
        if (not wanted or row["Status"] in wanted)
        and (not tenant or row["TenantCode"] == tenant)
        and (not since or account.changed_on(account.leases, id, code).isoformat() >= since[:10])
    ]
    if not rows:
        raise refused("No tenants exist with the given search criteria.")
    summary = tree("Summary", *leaves(TotalLeaseFiles=len(rows)))
    return tree("MITS-ResidentData", summary, tree("LeaseFiles", *(_lease_file(row) for row in rows)))


def _lease_file(row: Record) -> Element:
    return tree(
        "LeaseFile",
        tree("Identification", IDValue=row["TenantCode"], IDType=row["Status"]),
        tree("Property", tree("Identification", IDValue=row["PropertyCode"])),
        tree("Unit", tree("Identification", IDValue=row["UnitCode"])),
        *leaves(
            MoveInDate=row["MoveIn"],
            MoveOutDate=row["MoveOut"],
            NoticeDate=row["NoticeDate"],
            LeaseBegin=row["LeaseBegin"],
            LeaseEnd=row["LeaseEnd"],
            MonthlyRentAmount=row["Rent"],
            DueDay=1,
        ),
        *(_tenant(person, number) for number, person in enumerate(row["People"])),
    )


def _tenant(person: Record, number: int) -> Element:
    phone = tree("Phone", tree("PhoneNumber", person["Phone"]), PhoneType="cell") if person["Phone"] else None
    name = tree("Name", *leaves(FirstName=person["FirstName"], LastName=person["LastName"]))
    details = tree("PersonDetails", name, phone, *leaves(Email=person["Email"] or None))
    private = leaves(DateOfBirth="1990-01-01", SSN="078-05-1120", BankAccountNumber="000123456789")
    lessee = leaves(IsLessee="true" if not number else "false")
    return tree("Tenants", tree("Identification", IDValue=person["Code"]), details, *private, *lessee)


def vendors(account: Account, wanted: str = "") -> Element:
    rows = [row for _id, row in account.vendors.rows() if not wanted or row["VendorId"] == wanted]
    return tree("Vendors", *(tree("Vendor", *leaves(**row)) for row in rows))


def transactions(account: Account, code: str, wrapper: Element) -> Element:
    tenant = said(wrapper, "TenantId")
    rows = [row for _id, row in account.of(account.leases, code) if row["TenantCode"] == tenant]
    if not rows:
        raise refused("No tenants exist with the given search criteria.")
    person, first = rows[0], account.seeds.born.date().replace(day=1)
    number = int(tenant[1:])
    common = {"TransactionDate": first.isoformat(), "CustomerID": tenant, "UnitID": person["UnitCode"]}
    paid = float(person["Rent"]) - float(person["Owed"])
    charge = {"Description": "Rent", "TransactionID": number * 10, **common, "ChargeCode": "rent"}
    charge |= {"AmountPaid": f"{paid:.2f}", "BalanceDue": person["Owed"], "Amount": person["Rent"]}
    entries = [tree("Charge", tree("Detail", *leaves(**charge, PropertyPrimaryID=code)))]
    if paid:
        payment = {"Description": "Payment", "TransactionID": number * 10 + 1, **common, "Amount": f"{paid:.2f}"}
        payment |= {"PropertyPrimaryID": code, "DocumentNumber": str(number)}
        entries.append(tree("Payment", tree("Detail", *leaves(**payment)), Type="Check"))
    ledger = tree("RTServiceTransactions", *(tree("Transactions", each) for each in entries))
    customer = tree("RT_Customer", tree("CustomerID", tenant), ledger)
    return tree("ResidentTransactions", tree("Property", tree("PropertyID", code), customer))
