"""A pretend management company with our line to it, and how its records are read, made and sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx2
from tests.connectors.golden import canonical, payload

from rooftree import outbound
from rooftree.clock import ManualClock
from rooftree.connectors import soap
from rooftree.connectors.base import Context, Query, Request, Resource
from rooftree.connectors.realpage import discovery
from rooftree.connectors.realpage.connector import CONNECTOR
from rooftree.connectors.realpage.manifest import sign
from rooftree.connectors.transport import Line, open_line
from rooftree.simulators import registry
from rooftree.simulators.kit import Simulator
from rooftree.simulators.transport import InProcess

START = datetime(2026, 2, 1, 16, 0, tzinfo=UTC)
CHICAGO = ZoneInfo("America/Chicago")
SITE = "2000002"
LOGIN = {
    "pmcid": "1000001",
    "siteid": SITE,
    "service": "Acme/Main.svc",
    "licensekey": "00000000-0000-0000-0000-000000000000",
}


class Scripted(InProcess):
    """The way to the simulator; a method in `answers` is answered with that body, `sent` holds every call by method."""

    def __init__(self, simulator: Simulator) -> None:
        super().__init__(simulator)
        self.answers: dict[str, bytes] = {}
        self.sent: list[tuple[str, bytes]] = []

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        method = request.headers.get("soapaction", "").strip('"').rpartition("/")[2]
        self.sent.append((method, request.read()))
        if method in self.answers:
            return httpx2.Response(200, headers={"content-type": "text/xml"}, content=self.answers[method])
        return super().handle_request(request)


class Office:
    """One company, its line and what goes over it."""

    def __init__(self, settings: dict[str, str] | None = None, *, without: str = "", **how: Any):
        """`without` is a method whose address and key were never entered, so that it is refused."""
        self.clock = ManualClock(START)
        self.simulator = registry.build("realpage", now=self.clock.now, **how)
        held = self.simulator.credentials
        lines = [line for line in held["methods"].splitlines() if not without or without not in line]
        self.transport = Scripted(self.simulator)
        self._credentials = {**held, "methods": "\n".join(lines)}
        self.line = self._opened(settings or {})

    def _opened(self, settings: Mapping[str, str]) -> Line:
        return open_line(
            CONNECTOR,
            base_url=CONNECTOR.manifest.base_urls["production"],
            credentials=self._credentials,
            options=settings,
            clock=self.clock,
            http=outbound.client(transport=self.transport),
        )

    def learn(self) -> None:
        """Read what the services say of themselves, as connecting does, and go on knowing it."""
        self.line = self._opened({**self.line.options, **discovery.learn(self.line)})

    def context(self, marker: str = "") -> Context:
        return Context(zone_of=lambda _id: CHICAGO, options=self.line.options, marker=marker, now=self.clock.now())

    def answer(self, method: str, name: str) -> None:
        """Let a method answer with a payload from now on."""
        self.transport.answers[method] = payload("realpage", f"{name}.response")

    def listed(self, record: type, **query: Any) -> list[Any]:
        found = row(record)
        page = found.list(self.line, Query(**query), None)  # type: ignore[operator]
        return [found.read(wire, self.context()) for wire in page.items]


def row(record: type) -> Resource[Any]:
    found: Resource[Any] | None = CONNECTOR.resource(record)
    assert found is not None
    return found


def sent(request: Request) -> str:
    """The operation of a call as it goes out, in canonical XML."""
    signed = sign(request, LOGIN)
    assert signed.content is not None
    return canonical(signed.content)


def golden(name: str) -> str:
    return canonical(payload("realpage", f"{name}.request"))


def answered(name: str) -> soap.Element:
    """What stands in the result of an answer of the payloads."""
    return soap.result(soap.decode(payload("realpage", f"{name}.response")))
