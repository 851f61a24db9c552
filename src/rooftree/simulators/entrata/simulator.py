"""The Entrata simulator: JSON method calls over POST as the contract describes them, with made-up data.

Where the contract is unsure the simulator takes the stricter reading and says so in a comment.
"""

from __future__ import annotations

import json
import uuid
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from rooftree.simulators.clock import Now, SimulatedClock
from rooftree.simulators.entrata import moves, reads, shown, writes
from rooftree.simulators.entrata.account import Account
from rooftree.simulators.entrata.seed import Seeds
from rooftree.simulators.entrata.words import Refusal
from rooftree.simulators.faults import Faults
from rooftree.simulators.kit import Simulator
from rooftree.simulators.seed import Portfolio
from rooftree.simulators.store import Database
from rooftree.simulators.webhooks import Outbox
from rooftree.simulators.wire import Record, Request, Response, json_response

ORG = "madeup"
BASE = f"/ext/orgs/{ORG}/v1/"
Run: TypeAlias = Callable[[Account, Record], Record]
Limits: TypeAlias = Sequence[tuple[int, float]]
METHODS: dict[str, Run] = {
    "appinfo/getAccessibleClients": reads.clients,
    "properties/getProperties": reads.get_properties,
    "status/getStatus": shown.get_status,
    "properties/getFloorPlans": shown.get_floor_plans,
    "properties/getPropertyPickLists": shown.get_property_picks,
    "propertyunits/getPropertyUnits": reads.get_units,
    "propertyunits/getUnitsAvailabilityAndPricing": shown.get_availability,
    "leases/getLeaseDocumentsList": shown.get_documents,
    "leases/onNoticeLease": moves.on_notice,
    "leases/moveInLease": moves.move_in,
    "leases/moveOutLease": moves.move_out,
    "leases/cancelLease": moves.cancel,
    "customers/updateCustomers": moves.update_customer,
    "arcodes/getArCodes": reads.get_ar_codes,
    "artransactions/sendLeaseArTransactions": moves.send_transaction,
    "leases/getLeases": reads.get_leases,
    "leases/getLeasePickList": reads.get_lease_picks,
    "leases/getLeaseActivities": reads.get_activities,
    "leases/sendLeaseActivities": writes.send_activity,
    "customers/getCustomers": reads.get_customers,
    "vendors/getVendors": reads.get_vendors,
    "maintenance/getWorkOrderPickLists": reads.get_order_picks,
    "maintenance/getWorkOrders": reads.get_orders,
    "maintenance/sendWorkOrders": writes.send_order,
    "maintenance/updateWorkOrders": writes.update_order,
    "leads/getLeadPickLists": reads.get_lead_picks,
    "leads/getLeads": reads.get_leads,
    "leads/sendLeads": writes.send_lead,
    "leads/updateLeads": writes.update_lead,
    "artransactions/getLeaseArTransactions": reads.get_transactions,
}
VERSIONS = {
    "leases/getLeases": "r2",
    "leads/getLeadPickLists": "r2",
    "leads/updateLeads": "r2",
    "properties/getPropertyPickLists": "r2",
}


def services(account: Account, _params: Record) -> Record:
    return {"services": [{"uri": name.split("/")[0], "service": name.split("/")[1]} for name in METHODS]}


class Entrata:
    """One client behind the wire; `closed` are services ("maintenance") that the key was not granted."""

    def __init__(self, account: Account, credentials: dict[str, str], closed: Collection[str], limits: Limits) -> None:
        self.account = account
        self.database = account.database
        self.credentials = credentials
        self.outbox: Outbox | None = None
        self._closed = frozenset(closed)
        self._limits = limits
        self._recent: dict[str, deque[datetime]] = defaultdict(deque)

    def answer(self, request: Request) -> Response:
        call = call_in(request)
        try:
            result = self._result(request, call)
        except Refusal as refusal:
            return _envelope(call, "error", {"code": refusal.code, "message": refusal.message}, refusal.status)
        return _envelope(call, "result", result)

    def error(self, status: int, message: str) -> Response:
        return json_response({"response": {"error": {"code": status, "message": message}}}, status)

    def emptied(self, response: Response, *, keep_total: bool) -> Response:
        told = json.loads(response.body)["response"]
        if "result" not in told:
            return response
        none = {name: "" if isinstance(value, dict) else [] for name, value in told["result"].items()}
        return json_response({"response": {**told, "result": none}})

    def truth(self, collection: str) -> list[Record]:
        if collection == "mails":
            return list(self.account.mails)
        return [row for _id, row in self.database.tables[collection].rows()]

    def enter(self, place: str, fields: Mapping[str, Any]) -> Record:
        """`place` is the method that would make it ("maintenance/sendWorkOrders"), `fields` its parameters."""
        table = {
            "maintenance/sendWorkOrders": self.account.orders,
            "leads/sendLeads": self.account.prospects,
            "leases/sendLeaseActivities": self.account.activities,
            "artransactions/sendLeaseArTransactions": self.account.transactions,
        }[place]
        before = set(table.ids())
        try:
            told = METHODS[place](self.account, dict(fields))
        except Refusal as refusal:
            raise ValueError(refusal.message) from refusal
        made = [id for id in table.ids() if id not in before]
        if not made:
            raise ValueError(json.dumps(told))
        row = table.get(made[-1])
        assert row is not None
        return row

    def edit(self, collection: str, id: int, fields: Mapping[str, Any]) -> Record:
        table = self.database.tables[collection]
        row = table.get(id)
        if row is None or fields.keys() - row.keys():
            raise KeyError(f"{collection}/{id}")
        return table.put(id, {**row, **fields})

    def remove(self, collection: str, id: int) -> None:
        table = self.database.tables[collection]
        if table.get(id) is None:
            raise KeyError(f"{collection}/{id}")
        table.remove(id)

    def _result(self, request: Request, call: Record) -> Record:
        if request.method != "POST" or not request.path.startswith(BASE):
            raise Refusal(404, "The requested service was not found.")
        if request.headers.get("x-api-key") != self.credentials["api_key"] or call.get("auth") != {"type": "apikey"}:
            raise Refusal(301, "The API key is not valid.")
        service, method = request.path.removeprefix(BASE), call.get("method")
        name = f"{service}/{method.get('name')}" if isinstance(method, dict) else ""
        run = services if name == "appinfo/getAccessibleServices" else METHODS.get(name)
        if run is None or not isinstance(method, dict):
            raise Refusal(302, "The method is not valid.")
        if service in self._closed:
            raise Refusal(303, f"This API key does not have access to the service {service}.")
        if method.get("version") != VERSIONS.get(name, "r1"):
            raise Refusal(302, "The version of the method is not valid.")
        self._pace(service)
        params = method.get("params")
        return run(self.account, params if isinstance(params, dict) else {})

    def _pace(self, service: str) -> None:
        """Windows per service; how an excess reads is unsure, so the stricter: an error inside a 200."""
        now, calls = self.database.now(), self._recent[service]
        for most, seconds in self._limits:
            if sum(at > now - timedelta(seconds=seconds) for at in calls) >= most:
                raise Refusal(429, "The rate limit of this service was exceeded.", 429)
        calls.append(now)
        while len(calls) > max((most for most, _seconds in self._limits), default=0):
            calls.popleft()


def call_in(request: Request) -> Record:
    """The envelope in a body; empty where it is none."""
    try:
        data = json.loads(request.body or b"null")
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def meant(request: Request) -> Request:
    """A call of a get method counts as the GET it means, although it is a POST as all are."""
    method = call_in(request).get("method")
    reading = isinstance(method, dict) and str(method.get("name")).startswith(("get", "search"))
    return replace(request, method="GET") if reading else request


def _envelope(call: Record, key: str, told: Record, status: int = 200) -> Response:
    head = {"requestId": call["requestId"]} if "requestId" in call else {}
    return json_response({"response": {**head, **({"code": 200} if key == "result" else {}), key: told}}, status)


def build(
    *,
    seed: int = 1,
    properties: int = 3,
    units_per_property: int = 4,
    now: Now | None = None,
    limits: Limits = (),
    budget: int | None = None,
    latency_ms: float = 0.0,
    closed: Collection[str] = (),
) -> Simulator:
    """A fresh client. `limits` are pairs of calls and seconds per service, `budget` calls a second of each."""
    clock = SimulatedClock(now)
    database, born = Database(clock), clock()
    seeds = Seeds(Portfolio(seed, properties, units_per_property, born.date()), born)
    key = {"org": ORG, "api_key": f"ek_{uuid.uuid4().hex}"}
    paces = [*limits, *([(budget, 1.0)] if budget else [])]
    behaviour = Entrata(Account(database, seeds), key, closed, paces)
    return Simulator("entrata", behaviour, clock, Faults(meant), latency_ms / 1000)
