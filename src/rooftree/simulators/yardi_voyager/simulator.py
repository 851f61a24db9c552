"""The Yardi Voyager simulator: SOAP 1.1 interfaces as the contract describes them, with made-up data.

Where the contract is unsure the simulator takes the stricter reading: a brief description above 35 characters, a
telephone with dashes, a line break in the body or a word that is not in the client's lists is refused.
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from rooftree.simulators import soap
from rooftree.simulators.clock import Now, SimulatedClock
from rooftree.simulators.faults import Faults
from rooftree.simulators.kit import Simulator
from rooftree.simulators.seed import Portfolio
from rooftree.simulators.soap import Element, Fault, Field, Operation, Service, fields, said
from rooftree.simulators.store import Database
from rooftree.simulators.webhooks import Outbox
from rooftree.simulators.wire import Record, Request, Response
from rooftree.simulators.yardi_voyager import guests, portfolio, requests, residents
from rooftree.simulators.yardi_voyager.account import Account
from rooftree.simulators.yardi_voyager.seed import Seeds
from rooftree.simulators.yardi_voyager.words import Lists, Told, refused

_SPACE = "http://tempuri.org/YSI.Interfaces.WebServices/"
_LOGIN = "UserName Password ServerName Database Platform"
_WHO = "InterfaceEntity InterfaceLicense"
_PLACE = "YardiPropertyId"
_PLAIN: Mapping[str, Field] = {}
Run: TypeAlias = Callable[[Account, str, Element], Element | str]


def _op(
    name: str, extra: str = "", *, place: bool = True, reads: bool = True, types: Mapping[str, Field] = _PLAIN
) -> Operation:
    """Login, property, who asks, then the operation's own fields (contract 2)."""
    own = [types.get(each, Field(each)) for each in extra.split()]
    return Operation(name, [*fields(f"{_LOGIN} {_PLACE if place else ''} {_WHO}"), *own], reads=reads)


_EVERYWHERE = (Operation("Ping", ()), Operation("GetVersionNumber", ()), _op("GetPropertyConfigurations", place=False))
_FREE = {name: Field(name, "any") for name in ("XmlDoc", "ServiceRequestXml")}
_IDS = Field("ServiceRequestIdArray", fields=(Field("long", "long", many=True),))
_FILE = (
    "UserName Password ServerName DataBase Platform InterfaceEntity InterfaceLicense WorkOrderId PropertyCode "
    "AttachmentType Description Attachment Extension"
)
_SEARCH = "UnitCode ResidentCode Name Address PhoneNumber Status OpenOrClosed FromDate ToDate"
_RESIDENT = (
    "IncludeLedger LedgerAsOfDate IncludeLeaseCharges IncludeVehicleInfo IncludeRoommateData IncludeEmployerData "
    "TenantCode"
)
_FILED = "ServiceRequestId PropertyID"
INTERFACES: dict[str, tuple[str, tuple[Operation, ...]]] = {
    "guest_card": (
        "ItfILSGuestCard",
        (
            *_EVERYWHERE,
            _op("GetYardiAgentsSourcesResults_Login"),
            _op("UnitAvailability_Login"),
            _op("GetYardiGuestActivity_DateRange", "FromDate ToDate"),
            _op(
                "GetYardiGuestActivity_Search",
                "FirstName LastName EmailAddress PhoneNumber ThirdPartyId DateOfBirth FederalId",
            ),
            _op("ImportYardiGuest_Login", "XmlDoc", place=False, reads=False, types=_FREE),
        ),
    ),
    "service_requests": (
        "ItfServiceRequests",
        (
            *_EVERYWHERE,
            _op("GetCustomValues", place=False),
            _op("GetResident_Search", "UnitCode ResidentCode Name PhoneNumber Address"),
            _op("GetServiceRequest_Search", _SEARCH),
            _op("GetServiceRequests", "ServiceRequestIdArray", types={"ServiceRequestIdArray": _IDS}),
            _op("CreateOrEditServiceRequests", "ServiceRequestXml", reads=False, types=_FREE),
            _op("GetAttachmentNames", _FILED, place=False),
            _op("GetAttachmentTypes", "PropertyID", place=False),
            _op("GetAttachment", f"{_FILED} AttachmentName", place=False),
            Operation("ImportWorkOrderDocumentExt", fields(_FILE), reads=False),
        ),
    ),
    "resident_transactions": (
        "ItfResidentTransactions20",
        (
            *_EVERYWHERE,
            _op("GetUnitInformation_Login"),
            _op("GetVendors_Login"),
            _op("GetVendor_Login", "VendorId"),
            Operation("GetResidentTransaction_Login", fields(f"{_LOGIN} {_PLACE} TenantId {_WHO}")),
        ),
    ),
    "common_data": (
        "ItfResidentData",
        (
            *_EVERYWHERE,
            _op("GetResidentsByStatus", "Status DateFrom DateTo"),
            _op("GetResidentsByDate", "Status ModifiedSinceDate"),
            _op("GetResidentData", _RESIDENT),
        ),
    ),
    "vendor_invoicing": (
        "ItfVendorInvoicing",
        (*_EVERYWHERE, _op("GetVendors_Login"), _op("GetVendor_Login", "VendorId")),
    ),
}


def services_of(*, alphabetical: bool = False) -> dict[str, Service]:
    """Each interface by our key; `alphabetical` has its fields by name and refuses what stands out of that order."""
    made = {}
    for key, (name, operations) in INTERFACES.items():
        by_name = [replace(each, fields=sorted(each.fields, key=lambda field: field.name)) for each in operations]
        held = by_name if alphabetical else operations
        order: soap.Order = "strict" if alphabetical else "any"
        made[key] = Service(f"/{name}.asmx", name, _SPACE + name, held, order=order)
    return made


RUNS: dict[str, Run] = {
    "UnitAvailability_Login": lambda account, code, _w: portfolio.availability(account, code),
    "GetUnitInformation_Login": lambda account, code, _w: portfolio.unit_information(account, code),
    "GetVendors_Login": lambda account, _code, _w: portfolio.vendors(account),
    "GetVendor_Login": lambda account, _code, w: portfolio.vendors(account, said(w, "VendorId")),
    "GetResidentsByStatus": lambda account, code, w: portfolio.residents(account, code, said(w, "Status")),
    "GetResidentsByDate": lambda account, code, w: portfolio.residents(
        account, code, said(w, "Status"), since=said(w, "ModifiedSinceDate")
    ),
    "GetResidentData": lambda account, code, w: portfolio.residents(account, code, "", said(w, "TenantCode")),
    "GetResidentTransaction_Login": portfolio.transactions,
    "GetResident_Search": residents.search,
    "GetCustomValues": lambda account, _code, _w: requests.custom_values(account),
    "GetServiceRequest_Search": requests.search,
    "GetServiceRequests": requests.by_id,
    "CreateOrEditServiceRequests": requests.create_or_edit,
    "GetAttachmentNames": lambda account, _code, w: requests.attachments(account, w),
    "GetAttachmentTypes": lambda _account, _code, _w: requests.attachment_types(),
    "GetAttachment": lambda account, _code, w: requests.attachments(account, w),
    "ImportWorkOrderDocumentExt": lambda account, _code, w: requests.attach(account, w),
    "GetYardiAgentsSourcesResults_Login": lambda account, code, _w: guests.pick_lists(account, code),
    "GetYardiGuestActivity_DateRange": guests.by_date,
    "GetYardiGuestActivity_Search": guests.search,
    "ImportYardiGuest_Login": lambda account, _code, w: guests.take(account, w),
}


class YardiVoyager:
    """One database behind the wire; `slow` are properties whose reads take that many seconds."""

    def __init__(
        self,
        account: Account,
        credentials: dict[str, str],
        slow: Mapping[str, float],
        budget: int | None,
        services: Mapping[str, Service],
    ) -> None:
        self.account = account
        self.database = account.database
        self.credentials = credentials
        self.outbox: Outbox | None = None
        self._services = services
        self._slow = slow
        self._pace = soap.Pace(budget, "soap:Server")

    def answer(self, request: Request) -> Response:
        found = next(((key, each) for key, each in self._services.items() if soap.service_at([each], request)), None)
        if found is None:
            return Response(status=404, headers={"content-type": "text/html"}, body=b"The resource cannot be found.")
        if not self._known(request):
            return Response(status=401, headers={"content-type": "text/html"}, body=b"Access is denied.")
        key, service = found
        if soap.asks_wsdl(request):
            return service.wsdl(request.base + request.path[: -len(service.path)])
        try:
            self._pace.take(self.database.now())
            return self._answered(request, key, service)
        except Fault as fault:
            return soap.failed(fault)

    def _answered(self, request: Request, key: str, service: Service) -> Response:
        if b"\n" in request.body.partition(b"Envelope")[2].strip():
            raise Fault("soap:Server", "Server was unable to process request.")
        operation, wrapper = service.accept(request)
        if operation.name in ("Ping", "GetVersionNumber"):
            return soap.answer(service, operation.name, "Simulated 7S")
        try:
            inner: Element | str | None = self._ran(key, operation, wrapper)
        except Told as told:
            inner = told.inner
        delay = self._slow.get(said(wrapper, _PLACE), 0.0) if operation.reads else 0.0
        return replace(soap.answer(service, operation.name, inner), delay=delay)

    def _ran(self, key: str, operation: Operation, wrapper: Element) -> Element | str:
        self._login(key, wrapper)
        if operation.name == "GetPropertyConfigurations":
            return portfolio.configurations(self.account, key)
        code = said(wrapper, _PLACE)
        if any(field.name == _PLACE for field in operation.fields) and operation.reads:
            self.account.allow(key, code)
        return RUNS[operation.name](self.account, code, wrapper)

    def _login(self, key: str, wrapper: Element) -> None:
        """A wrong server or database has no answer at all, a wrong login a message, a wrong licence another."""
        held = {name: self.credentials[name] for name in ("server_name", "database", "platform")}
        sent = (said(wrapper, "ServerName"), said(wrapper, "Database") or said(wrapper, "DataBase"))
        if (*sent, said(wrapper, "Platform")) != tuple(held.values()):
            raise Told(None)
        own = (self.credentials[f"{key}_username"], self.credentials[f"{key}_password"])
        if (said(wrapper, "UserName"), said(wrapper, "Password")) != own:
            raise refused("Login failed. Please check login credentials and try again.")
        entity = said(wrapper, "InterfaceEntity")
        licence = self.credentials[f"{key}_license"].replace("\r", "").replace("\n", "")
        if (entity, said(wrapper, "InterfaceLicense")) != (self.credentials[f"{key}_entity"], licence):
            raise refused(f"License invalid for Vendor {entity}")

    def _known(self, request: Request) -> bool:
        pair = f"{self.credentials['basic_username']}:{self.credentials['basic_password']}"
        return request.headers.get("authorization") == f"Basic {base64.b64encode(pair.encode()).decode()}"

    def error(self, status: int, message: str) -> Response:
        return soap.failed(Fault("soap:Server", message, status=status))

    def emptied(self, response: Response, *, keep_total: bool) -> Response:
        return soap.emptied(response)

    def truth(self, collection: str) -> list[Record]:
        return [row for _id, row in self.database.tables[collection].rows()]

    def enter(self, place: str, fields: Mapping[str, Any]) -> Record:
        """`place` is "service_requests", `fields` the elements of one."""
        if place != "service_requests":
            raise ValueError(f"nothing is typed in at {place!r}")
        one = soap.tree("ServiceRequest", *soap.leaves(**fields))
        wrapper = soap.tree("Call", soap.tree("ServiceRequestXml", soap.tree("ServiceRequests", one)))
        try:
            made = requests.create_or_edit(self.account, "", wrapper)
        except Told as told:
            said_so = "".join(map(str, told.inner.itertext())) if told.inner is not None else "nothing"
            raise ValueError(said_so) from told
        row = self.account.orders.get(int(said(made, "ServiceRequest/ServiceRequestId")))
        assert row is not None
        return row

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


def _credentials() -> dict[str, str]:
    """Made up; each interface has a login and a licence of its own, broken over lines as they come by mail."""
    made = {"username": "ws_common", "password": uuid.uuid4().hex, "server_name": "aspdb01", "database": "demo_live"}
    made |= {"platform": "SQL Server", "entity": "Made-up AI", "license": uuid.uuid4().hex}
    made |= {"basic_username": "gate", "basic_password": uuid.uuid4().hex}
    for key in INTERFACES:
        made |= {f"{key}_username": f"ws_{key}", f"{key}_password": uuid.uuid4().hex}
        made |= {f"{key}_entity": "Made-up AI", f"{key}_license": uuid.uuid4().hex}
    return made


def build(
    *,
    seed: int = 1,
    properties: int = 3,
    units_per_property: int = 4,
    now: Now | None = None,
    latency_ms: float = 0.0,
    lists: Lists | None = None,
    closed: Mapping[str, Collection[str]] | None = None,
    slow: Mapping[str, float] | None = None,
    budget: int | None = None,
    alphabetical: bool = False,
) -> Simulator:
    """A fresh database. `lists` are the client's own words, `closed` the properties not enabled per interface,
    `slow` seconds that reads of a property take, `budget` calls a second, `alphabetical` descriptions whose fields
    stand by name, which calls must keep to."""
    clock = SimulatedClock(now)
    database, born = Database(clock), clock()
    seeds = Seeds(Portfolio(seed, properties, units_per_property, born.date()), born)
    credentials = _credentials()
    account = Account(database, seeds, lists or Lists(), closed or {}, credentials["entity"])
    services = services_of(alphabetical=alphabetical)
    behaviour = YardiVoyager(account, credentials, slow or {}, budget, services)
    faults = Faults(soap.meant(list(services.values())))
    return Simulator("yardi_voyager", behaviour, clock, faults, latency_ms / 1000)
