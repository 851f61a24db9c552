"""The RealPage simulator: RPX gateway services over SOAP 1.1 as the contract describes them, with made-up data.

Only what is read of sites, buildings, units, households and agents. Where the contract is unsure it takes the stricter
reading: fields out of the order of the WSDL are dropped in silence, as WCF's serializer does.
"""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from rooftree.simulators import soap
from rooftree.simulators.clock import Now, SimulatedClock
from rooftree.simulators.faults import Faults
from rooftree.simulators.kit import Simulator
from rooftree.simulators.realpage import availability, ledger
from rooftree.simulators.realpage.seed import SITE, Seeds
from rooftree.simulators.seed import Portfolio
from rooftree.simulators.soap import Element, Fault, Field, Operation, Service, fields, leaves, said, tree
from rooftree.simulators.store import Database, Table
from rooftree.simulators.webhooks import Outbox
from rooftree.simulators.wire import Record, Request, Response

_SPACE = "http://tempuri.org/"
_ACTION = f"{_SPACE}IRPXService/"
_AUTH = Field("auth", fields=fields("pmcid siteid username password licensekey system"))
_LETTERS = {"C": ("Current",), "F": ("Former",), "P": ("Future Lease", "Applicant", "Applicant - Lease Signed")}
AGENTS = (("47000001", "Pat Agent"), ("47000002", "Lee"))
Run: TypeAlias = Callable[["RealPage", str, Element], Element]


def _op(name: str, *own: Field) -> Operation:
    return Operation(name, [_AUTH, *own])


def _service(name: str, *operations: Operation) -> Service:
    return Service(f"/MadeUp/{name}.svc", name, _SPACE, operations, action=_ACTION, order="nulls")


SERVICES = (
    _service(
        "Leasing",
        *map(_op, ("getsitelist", "getbuildings", "unitlist", "getleasingagentsbyproperty")),
        _op("getunitlist", availability.CRITERIA),
        _op("getfloorplanlist", availability.CRITERIA),
    ),
    _service(
        "Residents",
        _op("getresidentlistinfo", Field("getresidentlistinfo", fields=fields("status headofhousehold"))),
        _op("getleaseinfo", ledger.LEASE_INFO),
        _op("getresidentledger", ledger.LEDGER),
    ),
)
_ELSEWHERE = ("getresidentlistinfo", "getleaseinfo", "getresidentledger")
"""Two addresses with a licence each: a partner's methods may be spread over several (contract 1)."""


class RealPage:
    """One management company behind the gateway."""

    def __init__(self, database: Database, seeds: Seeds, credentials: dict[str, str], budget: int | None) -> None:
        self.database = database
        self.seeds = seeds
        self.credentials = credentials
        self.outbox: Outbox | None = None
        facts, table, stamp = seeds.portfolio, database.table, seeds.stamp
        self.sites = table("sites", range(facts.properties), seeds.site_row, stamp)
        self.buildings = table("buildings", range(facts.properties), seeds.building_row, stamp)
        self.units = table("units", range(facts.units), seeds.unit_row, stamp)
        self.leases = table("leases", seeds.lease_ids(), seeds.lease_row, stamp)
        self._budget = budget
        self._recent: deque[datetime] = deque()

    def answer(self, request: Request) -> Response:
        service = soap.service_at(SERVICES, request)
        if service is None:
            return Response(status=404, headers={"content-type": "text/html"}, body=b"The resource cannot be found.")
        if soap.asks_wsdl(request):
            return service.wsdl(request.base + request.path[: -len(service.path)])
        try:
            self._pace()
            operation, wrapper = service.accept(request)
            site = self._let_in(service, wrapper)
            return soap.answer(service, operation.name, RUNS[operation.name](self, site, wrapper))
        except Fault as fault:
            return soap.failed(fault)

    def _let_in(self, service: Service, wrapper: Element) -> str:
        """The site asked about. A wrong key is told for the method; a wrong site or company as a bad parameter."""
        held = self.credentials
        if said(wrapper, "auth/licensekey") != held[f"{service.name}_licensekey"]:
            raise _refused("LicenseKey is not authorized to call the method.")
        sent = tuple(said(wrapper, f"auth/{name}") for name in ("pmcid", "username", "password"))
        if sent != (held["pmcid"], held["username"], held["password"]):
            raise _refused("Please make sure you have provided the correct Auth information.")
        site = said(wrapper, "auth/siteid")
        if site not in [row["SiteID"] for _id, row in self.sites.rows()]:
            raise _refused(f"SiteID {site} is not valid.")
        return site

    def _pace(self) -> None:
        """RealPage's limits are not public; the option `budget` has one, with a 429."""
        now = self.database.now()
        while self._recent and self._recent[0] <= now - timedelta(seconds=1):
            self._recent.popleft()
        if self._budget and len(self._recent) >= self._budget:
            raise Fault("s:Server", "The rate limit was exceeded.", status=429)
        self._recent.append(now)

    def error(self, status: int, message: str) -> Response:
        return soap.failed(Fault("s:Server", message, status=status))

    def emptied(self, response: Response, *, keep_total: bool) -> Response:
        return soap.emptied(response)

    def truth(self, collection: str) -> list[Record]:
        return [row for _id, row in self.database.tables[collection].rows()]

    def enter(self, place: str, fields: Mapping[str, Any]) -> Record:
        raise ValueError(f"nothing is typed in at {place!r}")

    def edit(self, collection: str, id: int, fields: Mapping[str, Any]) -> Record:
        table = self.database.tables[collection]
        row = table.get(id)
        if row is None:
            raise KeyError(f"{collection}/{id}")
        return table.put(id, {**row, **fields})

    def remove(self, collection: str, id: int) -> None:
        table = self.database.tables[collection]
        if table.get(id) is None:
            raise KeyError(f"{collection}/{id}")
        table.remove(id)


def _refused(text: str) -> Fault:
    about = leaves(CustomMessage="A validation error occurred.", ExceptionMessage=text, LogId=0, MessageLogId="sim.1")
    return Fault("s:inv_Param", text, tree("RPXApplicationFault", *about))


def _of(table: Table, site: str) -> list[Record]:
    return [row for _id, row in table.rows() if row["siteid"] == site]


def _shown(name: str, row: Record) -> Element:
    return tree(name, *leaves(**{key: value for key, value in row.items() if key != "siteid"}))


def _residents(company: RealPage, site: str, wrapper: Element) -> Element:
    asked = said(wrapper, "getresidentlistinfo/status")
    heads = said(wrapper, "getresidentlistinfo/headofhousehold") == "1"
    rows = [
        person
        for lease in _of(company.leases, site)
        for person in lease["people"]
        if (asked == "ALL" or person["leasestatus"] in _LETTERS.get(asked, ()))
        and (not heads or person["hohbit"] == "TRUE")
    ]
    return tree("residentlist", *(_shown("resident", row) for row in rows))


def _agents(_company: RealPage, _site: str, _wrapper: Element) -> Element:
    items = (tree("PicklistItem", *leaves(Value=value, Text=text)) for value, text in AGENTS)
    return tree("GetLeasingAgentsByProperty", tree("Contents", *items))


RUNS: dict[str, Run] = {
    "getsitelist": lambda company, _site, _w: tree(
        "SiteList", *(_shown("Site", row) for _id, row in company.sites.rows())
    ),
    "getbuildings": lambda company, site, _w: tree(
        "BuildingList", *(_shown("Building", row) for row in _of(company.buildings, site))
    ),
    "unitlist": lambda company, site, _w: tree("UnitList", *(_shown("Unit", row) for row in _of(company.units, site))),
    "getresidentlistinfo": _residents,
    "getleasingagentsbyproperty": _agents,
    "getunitlist": lambda company, site, w: availability.unit_list(company.seeds, company.units, site, w),
    "getfloorplanlist": lambda company, site, w: availability.floorplan_list(company.seeds, company.units, site, w),
    "getleaseinfo": lambda company, site, w: ledger.lease_info(company.leases, site, w),
    "getresidentledger": lambda company, site, w: ledger.ledger(company.leases, site, w),
}


def _credentials() -> dict[str, str]:
    """Made up. Methods on the second address are named with it and its own licence key."""
    common, residents = uuid.uuid4().hex, uuid.uuid4().hex
    return {
        "pmcid": "1000001",
        "siteid": str(SITE),
        "service": "MadeUp/Leasing.svc",
        "licensekey": common,
        "username": "rpx_user",
        "password": uuid.uuid4().hex,
        "methods": "".join(f"{name} MadeUp/Residents.svc {residents}\n" for name in _ELSEWHERE),
        "Leasing_licensekey": common,
        "Residents_licensekey": residents,
    }


def build(
    *,
    seed: int = 1,
    properties: int = 3,
    units_per_property: int = 4,
    now: Now | None = None,
    latency_ms: float = 0.0,
    budget: int | None = None,
) -> Simulator:
    """A fresh management company; `budget` is calls a second."""
    clock = SimulatedClock(now)
    database, born = Database(clock), clock()
    seeds = Seeds(Portfolio(seed, properties, units_per_property, born.date()), born)
    behaviour = RealPage(database, seeds, _credentials(), budget)
    return Simulator("realpage", behaviour, clock, Faults(soap.meant(SERVICES)), latency_ms / 1000)
