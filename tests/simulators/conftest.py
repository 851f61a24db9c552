"""A fresh Buildium simulator with its own clock, and a client that speaks to it in process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from rooftree.simulators import registry
from rooftree.simulators.kit import Simulator
from rooftree.simulators.transport import InProcess

START = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
Connect = Callable[[Simulator], httpx2.Client]


def headers(simulator: Simulator) -> dict[str, str]:
    credentials = simulator.credentials
    return {
        "x-buildium-client-id": credentials["client_id"],
        "x-buildium-client-secret": credentials["client_secret"],
    }


def build(**options: Any) -> Simulator:
    return registry.build("buildium", now=lambda: START, **options)


@pytest.fixture
def simulator() -> Simulator:
    return build()


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Opens a client with the simulator's own credentials."""
    clients: list[httpx2.Client] = []

    def open_client(simulator: Simulator) -> httpx2.Client:
        client = httpx2.Client(
            transport=InProcess(simulator), base_url="https://api.buildium.com", headers=headers(simulator)
        )
        clients.append(client)
        return client

    yield open_client
    for client in clients:
        client.close()


@pytest.fixture
def client(simulator: Simulator, connect: Connect) -> httpx2.Client:
    return connect(simulator)


@pytest.fixture
def tenancy(simulator: Simulator) -> dict[str, int]:
    """An active lease with its first tenant, property and unit."""
    lease = next(lease for lease in simulator.truth("leases") if lease["LeaseStatus"] == "Active")
    return {
        "lease": lease["Id"],
        "tenant": lease["Tenants"][0]["Id"],
        "property": lease["PropertyId"],
        "unit": lease["UnitId"],
    }


@pytest.fixture
def request_body(tenancy: dict[str, int]) -> dict[str, Any]:
    """A resident request as small as it may be."""
    return {
        "Title": "Water under the sink",
        "UnitAgreementId": tenancy["lease"],
        "RequestedByEntityId": tenancy["tenant"],
        "TaskStatus": "New",
        "Priority": "High",
    }
