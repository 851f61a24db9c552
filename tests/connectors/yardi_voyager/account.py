"""A pretend database with our line to it, whose next answers a test may put in place of the simulator's."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx2

from rooftree import outbound
from rooftree.clock import ManualClock
from rooftree.connectors.base import Context, Resource
from rooftree.connectors.transport import Line, open_line
from rooftree.connectors.yardi_voyager import client
from rooftree.connectors.yardi_voyager.connector import CONNECTOR, picks
from rooftree.simulators import registry
from rooftree.simulators.kit import Simulator
from rooftree.simulators.transport import InProcess

START = datetime(2026, 2, 1, 16, 0, tzinfo=UTC)
CHICAGO = ZoneInfo("America/Chicago")
XML = {"content-type": "text/xml; charset=utf-8"}


class Scripted(InProcess):
    """The way to the simulator; `answers` replaces the next answers, `sent` holds every body."""

    def __init__(self, simulator: Simulator) -> None:
        super().__init__(simulator)
        self.answers: list[httpx2.Response] = []
        self.sent: list[bytes] = []

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        self.sent.append(request.read())
        return self.answers.pop(0) if self.answers else super().handle_request(request)


class Office:
    """One database, its line and what goes over it."""

    def __init__(self, credentials: dict[str, str] | None = None, settings: dict[str, str] | None = None, **how: Any):
        self.clock = ManualClock(START)
        self.simulator = registry.build("yardi_voyager", now=self.clock.now, **how)
        self.transport = Scripted(self.simulator)
        self._credentials = {**self.simulator.credentials, **(credentials or {})}
        self.line = self.opened(settings)

    def opened(self, settings: dict[str, str] | None) -> Line:
        """A line with these settings."""
        return open_line(
            CONNECTOR,
            base_url="https://voyager.example.com/8223demo/webservices",
            credentials=self._credentials,
            options=settings,
            clock=self.clock,
            http=outbound.client(transport=self.transport),
        )

    def context(self, marker: str = "") -> Context:
        lists = picks(self.line)
        return Context(
            zone_of=lambda _id: CHICAGO, picks=lists, options=self.line.options, marker=marker, now=self.clock.now()
        )

    def next(self, body: bytes, status: int = 200, **headers: str) -> None:
        """The next answer."""
        self.transport.answers.append(httpx2.Response(status, headers={**XML, **headers}, content=body))


def row(record: type) -> Resource[Any]:
    found: Resource[Any] | None = CONNECTOR.resource(record)
    assert found is not None
    return found


def asked(office: Office) -> Any:
    """The service requests of a property, as any call that reads."""
    return client.orders(office.line, "prop1", None)
