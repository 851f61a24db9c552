"""Sites, buildings, units, households and leasing agents (contract 4.1-4.3)."""

from __future__ import annotations

from rooftree.simulators.realpage.methods import Company, Method, picklist, shown
from rooftree.simulators.soap import Element, Field, fields, said, tree

AGENTS = (("47000001", "Pat Agent"), ("47000002", "Lee"))
_LETTERS = {"C": ("Current",), "F": ("Former",), "P": ("Future Lease", "Applicant", "Applicant - Lease Signed")}


def _sites(company: Company, _site: str, _wrapper: Element) -> Element:
    return tree("SiteList", *(shown("Site", row) for _id, row in company.sites.rows()))


def _buildings(company: Company, site: str, _wrapper: Element) -> Element:
    return tree("BuildingList", *(shown("Building", row) for row in company.of(company.buildings, site)))


def _units(company: Company, site: str, _wrapper: Element) -> Element:
    return tree("UnitList", *(shown("Unit", row) for row in company.of(company.units, site)))


def _residents(company: Company, site: str, wrapper: Element) -> Element:
    asked = said(wrapper, "getresidentlistinfo/status")
    heads = said(wrapper, "getresidentlistinfo/headofhousehold") == "1"
    rows = [
        person
        for lease in company.of(company.leases, site)
        for person in lease["people"]
        if (asked == "ALL" or person["leasestatus"] in _LETTERS.get(asked, ()))
        and (not heads or person["hohbit"] == "TRUE")
    ]
    return tree("residentlist", *(shown("resident", row) for row in rows))


def _agents(_company: Company, _site: str, _wrapper: Element) -> Element:
    return picklist("GetLeasingAgentsByProperty", AGENTS)


_ASKED = Field("getresidentlistinfo", fields=fields("status headofhousehold"))
METHODS = (
    Method(name="getsitelist", run=_sites),
    Method(name="getbuildings", run=_buildings),
    Method(name="unitlist", run=_units),
    Method(name="getleasingagentsbyproperty", run=_agents),
    Method(name="getresidentlistinfo", run=_residents, fields=[_ASKED], service="Residents"),
)
