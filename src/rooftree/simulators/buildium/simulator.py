"""The Buildium simulator: speaks Open API v1 as the documents describe it, with made-up data.

Where the documents are silent it takes the stricter reading and says so in a comment.
"""

from __future__ import annotations

import json
import uuid
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from rooftree.simulators.buildium import (
    applicants,
    files,
    leases,
    ledger,
    listings,
    notes,
    people,
    phone_logs,
    portfolio,
    postings,
    task_history,
    tasks,
    tenants,
    work_orders,
)
from rooftree.simulators.buildium.account import Account
from rooftree.simulators.buildium.errors import Refusal, error_response
from rooftree.simulators.buildium.keys import KeyRing
from rooftree.simulators.buildium.query import Query
from rooftree.simulators.buildium.routes import Call, Route, Router
from rooftree.simulators.buildium.seed import Seeds
from rooftree.simulators.buildium.signing import sign
from rooftree.simulators.clock import Now, SimulatedClock
from rooftree.simulators.faults import Faults
from rooftree.simulators.kit import Simulator
from rooftree.simulators.seed import Portfolio
from rooftree.simulators.store import Database
from rooftree.simulators.webhooks import Outbox
from rooftree.simulators.wire import Record, Request, Response

_QUERY_LIMIT = 4096
_RETRIES = (60.0, 600.0, 3600.0)
_SUSPEND_AFTER = 20


@contextmanager
def _explained() -> Iterator[None]:
    """A refusal in the PMS's own pages, as ValueError with the PMS's words."""
    try:
        yield
    except Refusal as refusal:
        raise ValueError(f"{refusal.message} {dict(refusal.fields)}") from refusal


class Buildium:
    """One account behind the wire; `budget` is how many requests a second it takes, None for any number."""

    def __init__(self, account: Account, keys: KeyRing, credentials: dict[str, str], budget: int | None) -> None:
        self.account = account
        self.keys = keys
        self.credentials = credentials
        self.database = account.database
        self.outbox: Outbox | None = account.outbox
        self._budget = budget
        self._recent: deque[datetime] = deque()
        self._router = Router(_routes(account))

    def answer(self, request: Request) -> Response:
        try:
            response = self._answer(request)
        except Refusal as refusal:
            response = error_response(refusal.status, refusal.message, refusal.fields)
        return replace(response, headers={**response.headers, "x-amzn-RequestId": str(uuid.uuid4())})

    def error(self, status: int, message: str) -> Response:
        return error_response(status, message)

    def emptied(self, response: Response, *, keep_total: bool) -> Response:
        if not response.body.startswith(b"["):
            return response
        headers = response.headers if keep_total else {**response.headers, "X-Total-Count": "0"}
        return replace(response, body=b"[]", headers=headers)

    def truth(self, collection: str) -> list[Record]:
        show = _SHOWN[collection]
        return [show(self.account, id) for id in list(self.database.tables[collection].ids())]

    def enter(self, place: str, fields: Mapping[str, object]) -> Record:
        """`place` is the path below /v1 that records of this kind are posted to."""
        headers, body = {"content-type": "application/json"}, json.dumps(fields).encode()
        request = Request(method="POST", path=f"/v1/{place}", headers=headers, body=body)
        with _explained():
            route, ids = self._router.find(request)
            response = route.run(Call(request, ids, Query(request)))
        record: Record = json.loads(response.body)
        return record

    def edit(self, collection: str, id: int, fields: Mapping[str, Any]) -> Record:
        """Row fields are changed as given; a work order's Status, Priority and DueDate go to its task."""
        show, table = _SHOWN[collection], self.database.tables[collection]
        row = table.get(id)
        if row is None:
            raise KeyError(f"{collection}/{id}")
        unknown = fields.keys() - row.keys() - _ELSEWHERE.get(collection, {}).keys()
        if unknown:
            raise KeyError(f"{collection} has no {', '.join(sorted(unknown))}")
        own = {name: value for name, value in fields.items() if name in row}
        of_task = {_ELSEWHERE[collection][name]: value for name, value in fields.items() if name not in row}
        with _explained():
            if collection == "tasks":
                tasks.change_task(self.account, id, own, of_task.get("Message"))
            elif of_task:
                tasks.change_task(self.account, row["TaskId"], of_task)
        if own and collection != "tasks":
            table.put(id, {**row, **own})
            self._announce(collection, id, "Updated")
        return show(self.account, id)

    def remove(self, collection: str, id: int) -> None:
        table = self.database.tables[collection]
        row = table.get(id)
        if row is None:
            raise KeyError(f"{collection}/{id}")
        if collection == "properties":
            raise ValueError("Buildium cannot delete a property: inactivate it")
        if collection == "tasks":
            for order in self.account.work_orders_of(id):
                self.remove("work_orders", order)
        if collection == "units" and self.account.listings.has(id):
            self.remove("listings", id)
        table.remove(id)
        self._announce(collection, id, "Deleted", **({"TaskType": row["Type"]} if collection == "tasks" else {}))

    def _answer(self, request: Request) -> Response:
        if self._over_budget():
            raise Refusal(429, "Too many requests.")
        if len(request.query) > _QUERY_LIMIT:
            raise Refusal(500, "An unexpected error occurred.")
        if request.path.startswith(files.STORAGE):
            return files.storage(self.account, request)
        route, ids = self._router.find(request)
        if route.needs:
            self.keys.authorize(request, route.needs)
        return route.run(Call(request, ids, Query(request)))

    def _over_budget(self) -> bool:
        if self._budget is None:
            return False
        now = self.account.now()
        while self._recent and self._recent[0] <= now - timedelta(seconds=1):
            self._recent.popleft()
        if len(self._recent) >= self._budget:
            return True
        self._recent.append(now)
        return False

    def _announce(self, collection: str, id: int, change: str, **more: object) -> None:
        if collection in _EVENTS:
            name, key = _EVENTS[collection]
            self.account.emit(f"{name}.{change}", **{key: id}, **more)


_ELSEWHERE = {
    "work_orders": {"Status": "TaskStatus", "Priority": "Priority", "DueDate": "DueDate"},
    "tasks": {"Message": "Message"},
}
"""What staff can type on a page that is stored in another place: on the task, or in its history."""
_EVENTS = {
    "properties": ("Rental", "PropertyId"),
    "units": ("RentalUnit", "UnitId"),
    "leases": ("Lease", "LeaseId"),
    "tenants": ("LeaseTenant", "TenantId"),
    "vendors": ("Vendor", "VendorId"),
    "listings": ("Listing", "UnitId"),
    "applicants": ("Applicant", "ApplicantId"),
    "phone_logs": ("PhoneLog", "PhoneLogId"),
    "tasks": ("Task", "TaskId"),
    "work_orders": ("WorkOrder", "WorkOrderId"),
}
_SHOWN: dict[str, Callable[[Account, int], Record]] = {
    "properties": portfolio.show_property,
    "units": portfolio.show_unit,
    "leases": leases.show_lease,
    "tenants": leases.show_tenant,
    "owners": people.show_owner,
    "vendors": people.show_vendor,
    "users": people.show_user,
    "listings": listings.show_listing,
    "notes": notes.show_note,
    "files": files.show_file,
    "applicants": applicants.show_applicant,
    "applicant_groups": applicants.show_group,
    "phone_logs": phone_logs.show_phone_log,
    "tasks": tasks.show_typed,
    "work_orders": work_orders.show_work_order,
}


def _routes(account: Account) -> list[Route]:
    return [
        *portfolio.routes(account),
        *listings.routes(account),
        *leases.routes(account),
        *ledger.routes(account),
        *postings.routes(account),
        *tenants.routes(account),
        *people.routes(account),
        *tasks.routes(account),
        *task_history.routes(account),
        *work_orders.routes(account),
        *notes.routes(account),
        *files.routes(account),
        *applicants.routes(account),
        *phone_logs.routes(account),
    ]


def build(
    *,
    seed: int = 1,
    properties: int = 3,
    units_per_property: int = 4,
    now: Now | None = None,
    budget: int | None = None,
    latency_ms: float = 0.0,
    read_only: bool = False,
    permissions: Mapping[str, str] | None = None,
    spaced_webhooks: bool = False,
) -> Simulator:
    """A fresh account.

    `budget` is requests a second (documented: 10; None switches it off). `read_only` and `permissions` (entity, as
    "Maintenance > Work Orders", to "View" or "View+Edit") limit the key that is handed out. `spaced_webhooks` sends
    bodies with line breaks and spaces, though signed without them.
    """
    clock, faults = SimulatedClock(now), Faults()
    database = Database(clock)
    born = clock()
    seeds = Seeds(Portfolio(seed, properties, units_per_property, born.date()), born)
    outbox = Outbox(
        clock, faults, partial(sign, spaced=spaced_webhooks), retries=_RETRIES, suspend_after=_SUSPEND_AFTER
    )
    keys = KeyRing()
    key = keys.issue(read_only=read_only, permissions=permissions)
    behaviour = Buildium(Account(database, seeds, outbox), keys, key.credentials, budget)
    return Simulator("buildium", behaviour, clock, faults, latency_ms / 1000)
