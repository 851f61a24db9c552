"""Households: lease files of Common Data, or of a search where there is no licence for it (contract 3.3)."""

from __future__ import annotations

from datetime import datetime, timedelta

from rooftree.connectors import soap
from rooftree.connectors.base import ListVerb, Page, Query, Wire, WireRecord
from rooftree.connectors.yardi_voyager import search
from rooftree.connectors.yardi_voyager.client import Rows, ask, blanks, under_property

STATUSES = "Current^Applicant^Future^Notice^Past^Eviction^Denied^Canceled"
_BIRTH = "01/01/1900"
_DAY = timedelta(days=1)


def searched(wire: Wire) -> bool:
    """Whether the operator said that residents come by the service requests interface (option `residents_from`)."""
    return wire.options.get("residents_from") == "service_requests"


def of_households(rows: Rows) -> ListVerb:
    """Everything of a property by the interface that the operator has."""

    def read(wire: Wire, query: Query, cursor: str | None) -> Page:
        interface = "service_requests" if searched(wire) else "common_data"
        return under_property(interface, rows)(wire, query, cursor)

    return read


def leases(wire: Wire, code: str, since: datetime | None) -> list[WireRecord]:
    """A lease file for each household's stay; what changed since where a moment is named and the interface tells."""
    if searched(wire):
        return search.households(wire, code)
    status = soap.node("Status", STATUSES)
    if since is None:
        dates = blanks(DateFrom=_BIRTH, DateTo="")
        found = ask(wire, "common_data", "GetResidentsByStatus", status, *dates, code=code)
    else:
        moment = soap.node("ModifiedSinceDate", f"{(since - _DAY).date()}T00:00:00")
        found = ask(wire, "common_data", "GetResidentsByDate", status, moment, code=code)
    return _lease_files(found, code)


def lease(wire: Wire, code: str, tenant: str) -> list[WireRecord]:
    """One household's file, without the parts that hold what we never keep."""
    if searched(wire):
        return search.households(wire, code, tenant)
    wanted = ("Ledger", "LeaseCharges", "VehicleInfo", "RoommateData", "EmployerData")
    parts = [soap.node(f"Include{name}", "true" if name == "RoommateData" else "false") for name in wanted]
    parts.insert(1, soap.node("LedgerAsOfDate"))
    found = ask(wire, "common_data", "GetResidentData", *parts, soap.node("TenantCode", tenant), code=code)
    return _lease_files(found, code)


def _lease_files(found: soap.Element, code: str) -> list[WireRecord]:
    rows = soap.many(found, "MITS-ResidentData/LeaseFiles/LeaseFile")
    return [{**row, "PropertyCode": code} for row in rows]


def residents(wire: Wire, code: str, since: datetime | None) -> list[WireRecord]:
    return [person for row in leases(wire, code, since) for person in people(row)]


def people(file: WireRecord) -> list[WireRecord]:
    """The persons of a household, each with its file's own facts."""
    facts = {key: value for key, value in file.items() if key not in ("Tenants", "Ledger", "LeaseCharges")}
    return [{**person, "LeaseFile": facts} for person in soap.many(file, "Tenants")]


def one_person(wire: Wire, code: str, person: str) -> list[WireRecord]:
    """A household holds its people: by its t-code where that is asked, else among all of the property."""
    rows = lease(wire, code, person) if person.startswith("t") else leases(wire, code, None)
    return [each for row in rows for each in people(row)]
