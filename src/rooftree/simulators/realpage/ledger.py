"""Lease facts and ledgers (contract 4.3, 4.7): dates in three spellings, an ADO.NET diffgram with its own marks."""

from __future__ import annotations

from datetime import date, timedelta

from lxml import etree

from rooftree.simulators.realpage.methods import Company, Method
from rooftree.simulators.soap import Element, Field, fields, leaves, said, tree
from rooftree.simulators.wire import Record

LEASE_INFO = Field(
    "getleaseinfo", fields=fields("residentstatus propertynumber residentheldthestatus residentwillhavethestatus")
)
LEDGER = Field("getresidentledger", fields=fields("reshid startdate enddate allopen"))
_MARKS = "urn:schemas-microsoft-com:xml-msdata"
_DIFFGRAM = "urn:schemas-microsoft-com:xml-diffgram-v1"
_LETTERS = {"C": "Current", "F": "Former"}
_MONTHS = 3


def _lease_info(company: Company, site: str, wrapper: Element) -> Element:
    letter = said(wrapper, "getleaseinfo/residentstatus")
    rows = company.of(company.leases, site)
    kept = [row for row in rows if letter == "ALL" or row["people"][0]["leasestatus"] == _LETTERS.get(letter)]
    return tree("GetLeaseInfo", tree("Leases", *map(_facts, kept)))


def _facts(row: Record) -> Element:
    head = row["people"][0]
    began = date.fromisoformat(head["begindate"])
    return tree(
        "Lease",
        *leaves(
            ReshID=head["residenthouseholdid"],
            SiteID=row["siteid"],
            UnitID=head["unitid"],
            LeaseID=head["leaseid"],
            LeaseBeginDate=began.strftime("%m/%d/%Y"),
            AppliedDate=(began - timedelta(days=20)).strftime("%m/%d/%Y"),
            LastRenewalDate=began.strftime("%b %d %Y 12:00AM"),
            Evict=head["inevict"],
            LeaseStatusText=head["leasestatus"],
            Rent=row["rent"],
            CurBal=head["balance"],
            LeaseTerm="12",
        ),
    )


def _ledger(company: Company, site: str, wrapper: Element) -> Element:
    """Nothing at all for a household that is not there."""
    asked = said(wrapper, "getresidentledger/reshid")
    first, last = (said(wrapper, f"getresidentledger/{name}") for name in ("startdate", "enddate"))
    rows = company.of(company.leases, site)
    lines = [line for row in rows if row["people"][0]["residenthouseholdid"] == asked for line in _lines(row)]
    shown = [line for line in lines if first <= line["TransDate"][:10] <= last]
    return tree("GetResidentLedger", tree("GetResidentLedgerResult", _diffgram(shown)))


def _lines(row: Record) -> list[Record]:
    """The first months' rent and what was paid for it; of a household that is behind, all but the last."""
    head, rent = row["people"][0], row["rent"]
    began, made = date.fromisoformat(head["begindate"]), []
    for month in range(_MONTHS):
        day = began + timedelta(days=30 * month)
        made.append(_line(day, "RENT", "Rent", rent))
        if month + 1 < _MONTHS or head["balance"].startswith("0"):
            made.append(_line(day + timedelta(days=2), "PMTCHECK", "Check", f"-{rent}"))
    return made


def _line(day: date, name: str, text: str, amount: str) -> Record:
    return {"TransDate": f"{day}T00:00:00-06:00", "TrancName": name, "TrancDesc": text, "Amt": amount}


def _diffgram(lines: list[Record]) -> Element:
    rows = []
    for number, line in enumerate(lines):
        row = tree("ResidentLedgerDetails", *leaves(**line))
        row.set(f"{{{_DIFFGRAM}}}id", f"ResidentLedgerDetails{number + 1}")
        row.set(f"{{{_MARKS}}}rowOrder", str(number))
        rows.append(row)
    made = etree.Element(f"{{{_DIFFGRAM}}}diffgram")
    made.append(tree("ResidentDataSet", *rows))
    return made


METHODS = (
    Method(name="getleaseinfo", run=_lease_info, fields=[LEASE_INFO], service="Residents"),
    Method(name="getresidentledger", run=_ledger, fields=[LEDGER], service="Residents"),
)
