"""A simulated AppFolio database with a real line to it that notes what was sent."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2

from rooftree import outbound
from rooftree.clock import ManualClock
from rooftree.connectors.appfolio.connector import CONNECTOR
from rooftree.connectors.transport import Line, open_line
from rooftree.simulators import registry
from rooftree.simulators.kit import Simulator
from rooftree.simulators.transport import InProcess

HERE = Path(__file__).parent / "payloads"


class Listening(InProcess):
    """The way to the simulator, noting each request as it was sent; `answers` replaces the next answers."""

    def __init__(self, simulator: Simulator) -> None:
        super().__init__(simulator)
        self.heard: list[httpx2.Request] = []
        self.answers: list[httpx2.Response] = []

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        request.read()
        self.heard.append(request)
        return self.answers.pop(0) if self.answers else super().handle_request(request)


@dataclass
class Account:
    simulator: Simulator
    transport: Listening
    line: Line
    clock: ManualClock


def opened(credentials: dict[str, str] | None = None, **options: Any) -> Account:
    clock = ManualClock(datetime(2026, 3, 4, 12, 0, tzinfo=UTC))
    simulator = registry.build("appfolio", now=clock.now, **options)
    transport = Listening(simulator)
    line = open_line(
        CONNECTOR,
        base_url=CONNECTOR.manifest.base_urls["production"],
        credentials={**simulator.credentials, **(credentials or {})},
        clock=clock,
        http=outbound.client(transport=transport),
    )
    return Account(simulator, transport, line, clock)


def payload(name: str) -> dict[str, Any]:
    """A fresh copy of a payload file."""
    data: dict[str, Any] = json.loads((HERE / f"{name}.json").read_text())
    return data
