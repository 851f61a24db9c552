"""The RealPage simulator: RPX gateway services over SOAP 1.1 as the contract describes them, with made-up data.

Each area of the contract is a module with its METHODS; the services and their WSDLs come of all of them together.
Where the contract is unsure it takes the stricter reading: fields out of the order of the WSDL are dropped in silence,
as WCF's serializer does.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from rooftree.simulators import soap
from rooftree.simulators.clock import Now, SimulatedClock
from rooftree.simulators.faults import Faults
from rooftree.simulators.kit import Simulator
from rooftree.simulators.realpage import activities, availability, ledger, portfolio, prospects, requests, signing
from rooftree.simulators.realpage.methods import MAIN, Company, Method, services_of
from rooftree.simulators.realpage.seed import SITE, Seeds
from rooftree.simulators.seed import Portfolio
from rooftree.simulators.soap import Element, Fault, Service, leaves, said, tree
from rooftree.simulators.store import Database
from rooftree.simulators.webhooks import Outbox
from rooftree.simulators.wire import Record, Request, Response

_AREAS = (portfolio, availability, ledger, prospects, activities, requests)
METHODS: Sequence[Method] = [method for area in _AREAS for method in area.METHODS]


class RealPage:
    """One management company behind the gateway."""

    def __init__(
        self,
        company: Company,
        services: Sequence[Service],
        credentials: dict[str, str],
        budget: int | None,
        outbox: Outbox,
    ) -> None:
        self.company = company
        self.database = company.database
        self.credentials = credentials
        self.outbox: Outbox | None = outbox
        company.tell = self._tell
        self._services = services
        self._runs = {each.name: each.run for each in METHODS}
        self._pace = soap.Pace(budget, "s:Server")

    def answer(self, request: Request) -> Response:
        service = soap.service_at(self._services, request)
        if service is None:
            return Response(status=404, headers={"content-type": "text/html"}, body=b"The resource cannot be found.")
        if soap.asks_wsdl(request):
            return service.wsdl(request.base + request.path[: -len(service.path)])
        try:
            self._pace.take(self.database.now())
            operation, wrapper = service.accept(request)
            site = self._let_in(service, wrapper)
            return soap.answer(service, operation.name, self._runs[operation.name](self.company, site, wrapper))
        except Fault as fault:
            return soap.failed(fault)

    def _let_in(self, service: Service, wrapper: Element) -> str:
        """The site asked about. A wrong key is told for the method; a wrong site or company as a bad parameter."""
        held = self.credentials
        if said(wrapper, "auth/licensekey") != key_of(held, service.name):
            raise refused("LicenseKey is not authorized to call the method.")
        sent = tuple(said(wrapper, f"auth/{name}") for name in ("pmcid", "username", "password"))
        if sent != (held["pmcid"], held["username"], held["password"]):
            raise refused("Please make sure you have provided the correct Auth information.")
        site = said(wrapper, "auth/siteid")
        if site not in [row["SiteID"] for _id, row in self.company.sites.rows()]:
            raise refused(f"SiteID {site} is not valid.")
        return site

    def error(self, status: int, message: str) -> Response:
        return soap.failed(Fault("s:Server", message, status=status))

    def emptied(self, response: Response, *, keep_total: bool) -> Response:
        return soap.emptied(response)

    def _tell(self, topic: str, payload: Record) -> None:
        now = self.database.now().isoformat()
        event = {"Id": str(uuid.uuid4()), "Topic": topic, "CreatedAt": now, "Payload": payload}
        if self.outbox is not None:
            self.outbox.emit(event)

    def truth(self, collection: str) -> list[Record]:
        return [row for _id, row in self.database.tables[collection].rows()]

    def enter(self, place: str, fields: Mapping[str, Any]) -> Record:
        if place != "service_requests":
            raise ValueError(f"nothing is typed in at {place!r}")
        return requests.enter(self.company, dict(fields))

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


def refused(text: str) -> Fault:
    about = leaves(CustomMessage="A validation error occurred.", ExceptionMessage=text, LogId=0, MessageLogId="sim.1")
    return Fault("s:inv_Param", text, tree("RPXApplicationFault", *about))


def _credentials() -> dict[str, str]:
    """Made up. Each method on another address than the main one is named with it and that service's own key."""
    keys = {name: uuid.uuid4().hex for name in dict.fromkeys([MAIN, *(each.service for each in METHODS)])}
    elsewhere = [each for each in METHODS if each.service != MAIN]
    return {
        "pmcid": "1000001",
        "siteid": str(SITE),
        "service": f"MadeUp/{MAIN}.svc",
        "licensekey": keys[MAIN],
        "username": "rpx_user",
        "password": uuid.uuid4().hex,
        "methods": "".join(f"{each.name} MadeUp/{each.service}.svc {keys[each.service]}\n" for each in elsewhere),
    }


def key_of(credentials: Mapping[str, str], service: str) -> str:
    """The license key of a service."""
    lines = (line.split() for line in credentials["methods"].splitlines())
    elsewhere = {address: key for _method, address, key in lines}
    return elsewhere.get(f"MadeUp/{service}.svc", credentials["licensekey"])


def build(
    *,
    seed: int = 1,
    properties: int = 3,
    units_per_property: int = 4,
    now: Now | None = None,
    latency_ms: float = 0.0,
    budget: int | None = None,
    alphabetical: bool = False,
    as_attributes: bool = False,
) -> Simulator:
    """A fresh management company; `budget` is calls a second.

    `alphabetical`: its WSDLs have the fields of each type by name, and calls must keep to that.
    `as_attributes`: a new guest card's number is told by attributes in place of elements.
    """
    clock = SimulatedClock(now)
    database, born = Database(clock), clock()
    company = Company(database, Seeds(Portfolio(seed, properties, units_per_property, born.date()), born))
    company.as_attributes = as_attributes
    prospects.set_up(company)
    activities.set_up(company)
    requests.set_up(company)
    services = services_of(METHODS, alphabetical=alphabetical)
    faults = Faults(soap.meant(services))
    outbox = Outbox(clock, faults, signing.sign, retries=(60.0, 300.0))
    behaviour = RealPage(company, services, _credentials(), budget, outbox)
    return Simulator("realpage", behaviour, clock, faults, latency_ms / 1000)
