"""A simulated Buildium account with a real line to it, and the loop that `sync/push.py` makes of a step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx2

from rooftree.clock import ManualClock
from rooftree.connectors import writes
from rooftree.connectors.base import Context, Found, Query, Resource, Write
from rooftree.connectors.buildium.connector import CONNECTOR
from rooftree.connectors.transport import Line, open_line
from rooftree.model.base import Record
from rooftree.model.names import RECORDS
from rooftree.simulators import registry
from rooftree.simulators.kit import Simulator
from rooftree.simulators.transport import InProcess
from rooftree.simulators.wire import Request


class Listening(InProcess):
    """The way to the simulator, noting each request as it was sent."""

    def __init__(self, simulator: Simulator) -> None:
        super().__init__(simulator)
        self.heard: list[Request] = []

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        self.heard.append(
            Request(
                method=request.method,
                path=request.url.path,
                query=request.url.query.decode(),
                headers={name.lower(): value for name, value in request.headers.items()},
                body=request.read(),
            )
        )
        return super().handle_request(request)


@dataclass
class Account:
    """One account: `simulator` is the PMS, `line` is ours to it, `sent` the labels of what was written."""

    simulator: Simulator
    transport: Listening
    line: Line
    ctx: Context
    sent: list[str] = field(default_factory=list)
    markers: int = 0

    def row(self, name: str) -> Resource[Any]:
        found = CONNECTOR.resource(RECORDS[name])
        assert found is not None
        return found

    def all(self, name: str, query: Query | None = None) -> list[Any]:
        """Every record of a list, page after page."""
        row, cursor, records = self.row(name), None, []
        while True:
            page = row.list(self.line, query or Query(), cursor)  # type: ignore[operator]
            records += [row.read(wire, self.ctx) for wire in page.items]
            cursor = page.next
            if cursor is None:
                return records

    def get(self, name: str, id: str) -> Any:
        row = self.row(name)
        return row.read(row.get(self.line, id), self.ctx)  # type: ignore[operator]

    def do(self, name: str, verb: str, desired: Record, current: Record | None = None) -> Any:
        """Send, read back and ask again until nothing is left, at most five times; the record as it then is."""
        write: Write[Any] = self.row(name).verb(verb)
        ctx = Context(picks=self.ctx.picks, options=self.ctx.options, marker=self._fresh_marker(), now=self.ctx.now)
        for _ in range(5):
            send = write.step(current, desired, ctx)
            if send is None:
                return current
            self.sent.append(send.label)
            answer = writes.run(self.line, send, CONNECTOR.manifest)
            found = send.find(self.line, self.ctx.now) if send.find else []
            id = self._id(send.id_of(answer), found, current)
            if verb == "close" and not self._is_there(name, id):
                return None
            current = self.get(name, id)
        raise AssertionError(f"{name}.{verb} does not come to an end: {self.sent}")

    def _fresh_marker(self) -> str:
        self.markers += 1
        return f"#rt-{self.markers:06x}"

    def _id(self, told: str | None, found: Any, current: Record | None) -> str:
        hit: Found | None = next((each for each in found if each.exact), None)
        id = (current.id if current else None) or told or (hit.id if hit else None)
        assert id is not None
        return id

    def _is_there(self, name: str, id: str) -> bool:
        return any(record.id == id for record in self.all(name)) if name == "listing" else True

    def overheard(self, deed: Callable[[], object]) -> list[Request]:
        """The requests that reached the simulator while `deed` was done."""
        before = len(self.transport.heard)
        deed()
        return self.transport.heard[before:]

    def calls(self, method: str) -> list[str]:
        return [call.path for call in self.simulator.calls if call.method == method]


def open_account(**options: Any) -> Account:
    simulator = registry.build("buildium", **options)
    transport = Listening(simulator)
    http = httpx2.Client(transport=transport)
    clock = ManualClock(simulator.now())
    line = open_line(
        CONNECTOR, base_url="https://buildium.test", credentials=simulator.credentials, clock=clock, http=http
    )
    return Account(simulator, transport, line, Context(picks=CONNECTOR.picks(line), now=simulator.now()))
