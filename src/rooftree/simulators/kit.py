"""What every simulator is: a PMS's answers, with a clock, faults, a log of calls and the truth behind them.

A PMS supplies a `Behaviour` (a function from request to response over tables); the kit supplies the rest.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from rooftree.simulators import control
from rooftree.simulators.asgi import AsgiApp
from rooftree.simulators.clock import Now, SimulatedClock
from rooftree.simulators.faults import Fault, Faults
from rooftree.simulators.store import Database
from rooftree.simulators.webhooks import Delivery, Outbox, Post, Subscription, post_over_http
from rooftree.simulators.wire import Hang, Record, Request, Reset, Response


class Behaviour(Protocol):
    """What is particular to one PMS."""

    database: Database
    credentials: dict[str, str]
    outbox: Outbox | None

    def answer(self, request: Request) -> Response:
        """The PMS's own answer; what it changes is committed when it returns."""
        ...

    def error(self, status: int, message: str) -> Response:
        """A failure in the PMS's own form."""
        ...

    def emptied(self, response: Response, *, keep_total: bool) -> Response:
        """The same list answer without its rows, its total true or none."""
        ...

    def truth(self, collection: str) -> list[Record]:
        """The committed state of a collection in the PMS's words; raises KeyError for an unknown one."""
        ...

    def enter(self, place: str, fields: Mapping[str, object]) -> Record:
        """A new record typed by staff inside the PMS; raises ValueError with the PMS's words where it is refused."""
        ...

    def edit(self, collection: str, id: int, fields: Mapping[str, object]) -> Record:
        """A change made by staff inside the PMS; raises KeyError where there is no such record."""
        ...

    def remove(self, collection: str, id: int) -> None:
        """A deletion made by staff inside the PMS; raises KeyError where there is no such record."""
        ...


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it was answered; `status` is None where no answer went out, `fault` names what struck."""

    method: str
    path: str
    query: str
    status: int | None
    at: datetime
    fault: str = ""


class Simulator:
    """A pretend PMS: drive it in process with `transport.InProcess`, or on loopback with `serve.start`."""

    def __init__(self, name: str, behaviour: Behaviour, clock: SimulatedClock, faults: Faults, latency: float = 0.0):
        self.name = name
        self.behaviour = behaviour
        self.clock = clock
        self.faults = faults
        self.latency = latency
        self.calls: list[Call] = []
        self.controls: dict[tuple[str, str], control.Action] = {}
        """Control requests of this simulator alone, by (method, name)."""
        self.app = AsgiApp(self.handle)
        self._late: list[tuple[datetime, Request]] = []
        self._lock = threading.RLock()

    @property
    def credentials(self) -> dict[str, str]:
        """What a connect needs, by the names the PMS gives them."""
        return self.behaviour.credentials

    @property
    def now(self) -> Now:
        return self.clock

    def handle(self, request: Request) -> Response:
        """Answer one request under the armed faults. Raises Hang or Reset where no answer comes."""
        with self._lock:
            if request.path.startswith(control.PREFIX):
                return control.answer(self, request)
            self.pump()
            fault = self.faults.take(request)
            status: int | None = None
            try:
                response = self._under(fault, request)
                status = response.status
            finally:
                name = fault.kind if fault else ""
                self.calls.append(Call(request.method, request.path, request.query, status, self.now(), name))
            return replace(response, delay=response.delay + self.latency)

    def truth(self, collection: str) -> list[Record]:
        """Everything committed in `collection`, in the PMS's words, whatever reads are made to see."""
        with self._lock:
            self.pump()
            return copy.deepcopy(self.behaviour.truth(collection))

    def enter(self, place: str, fields: Mapping[str, object]) -> Record:
        """Type in a new record as staff would: no key, no fault, not in `calls`; webhooks follow.

        `place` is where the PMS keeps such records (Buildium: "tasks/residentrequests"). Raises ValueError.
        """
        with self._lock:
            self.pump()
            return copy.deepcopy(self.behaviour.enter(place, fields))

    def edit(self, collection: str, id: int, **fields: object) -> Record:
        """Change a record as staff would in the PMS's own pages; webhooks follow."""
        with self._lock:
            return copy.deepcopy(self.behaviour.edit(collection, id, fields))

    def remove(self, collection: str, id: int) -> None:
        """Delete a record as staff would in the PMS's own pages; webhooks follow."""
        with self._lock:
            self.behaviour.remove(collection, id)

    def subscribe(self, url: str, secret: str, post: Post = post_over_http) -> Subscription:
        """Send events to `url`. Raises NotImplementedError for a PMS without webhooks."""
        return self._outbox().subscribe(url, secret, post)

    def deliver(self) -> list[Delivery]:
        """Attempt the webhook deliveries now due and return them with their answers."""
        return self._outbox().deliver() if self.behaviour.outbox else []

    def advance(self, seconds: float) -> None:
        """Move the simulated clock ahead; late commits that fall due take effect."""
        self.clock.advance(seconds)
        self.pump()

    def pump(self) -> None:
        """Let late commits that are due take effect."""
        with self._lock:
            due = [late for late in self._late if late[0] <= self.now()]
            self._late = [late for late in self._late if late[0] > self.now()]
            for _at, request in due:
                self._answer(request)

    def close(self) -> None:
        """Forget pending late commits; nothing else is held open."""
        self._late.clear()

    def _outbox(self) -> Outbox:
        if self.behaviour.outbox is None:
            raise NotImplementedError(f"{self.name} has no webhooks: its changes can only be polled")
        return self.behaviour.outbox

    def _answer(self, request: Request) -> Response:
        self.behaviour.database.lag = self.faults.lag(request)
        try:
            return self.behaviour.answer(request)
        finally:
            self.behaviour.database.lag = 0.0

    def _under(self, fault: Fault | None, request: Request) -> Response:
        if fault is None:
            return self._answer(request)
        match fault.kind:
            case "timeout_before_commit":
                raise Hang
            case "reset_before_commit":
                raise Reset
            case "late_commit":
                self._late.append((self.now() + timedelta(seconds=fault.seconds), request))
                raise Hang
            case "error_before_commit":
                return self.behaviour.error(500, "An unexpected error occurred.")
            case "throttle":
                return _retry_after(self.behaviour.error(429, "Too many requests."), fault.seconds)
            case "unavailable":
                return self.behaviour.error(503, "The service is unavailable.")
            case "not_entitled":
                return self.behaviour.error(403, "This key has no right to this.")
            case "read_only_key":
                return self.behaviour.error(403, "This key may only read.")
            case "expired_key":
                return self.behaviour.error(401, "The API key couldn't be authorized.")
        return self._after_commit(fault, request)

    def _after_commit(self, fault: Fault, request: Request) -> Response:
        response = self._answer(request)
        match fault.kind:
            case "timeout_after_commit":
                raise Hang
            case "reset_after_commit":
                raise Reset
            case "error_after_commit":
                return self.behaviour.error(500, "An unexpected error occurred.")
            case "duplicate_delivery":
                return self._answer(request)
            case "truncated":
                return replace(response, body=response.body[: max(1, len(response.body) // 2)])
            case "html":
                return replace(response, headers={"content-type": "text/html"}, body=_MAINTENANCE_PAGE)
            case "empty_page":
                return self.behaviour.emptied(response, keep_total=True)
            case "vanished":
                return self.behaviour.emptied(response, keep_total=False)
            case "slow":
                return replace(response, delay=fault.seconds)
        raise NotImplementedError(fault.kind)


_MAINTENANCE_PAGE = b"<!DOCTYPE html><html><body><h1>We'll be right back</h1></body></html>"


def _retry_after(response: Response, seconds: float) -> Response:
    if not seconds:
        return response
    return replace(response, headers={**response.headers, "retry-after": str(max(1, round(seconds)))})
