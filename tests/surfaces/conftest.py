from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.surfaces.office import Office, open_office

from rooftree.clock import ManualClock
from rooftree.connectors import registry as connectors
from rooftree.connectors.base import Budget, Connector
from rooftree.db import Database
from rooftree.simulators import registry, serve
from rooftree.simulators.serve import Running
from rooftree.store.keys import Keys

EVENING = datetime(2026, 1, 15, 23, 30, tzinfo=UTC)
"""Late afternoon in all of the United States: no quiet hours."""


@pytest.fixture
def office(sqlite_database: Database, keys: Keys, tmp_path: Path) -> Iterator[Office]:
    """An office of this test alone."""
    opened = open_office(sqlite_database, keys, ManualClock(EVENING), tmp_path)
    with opened.browser:
        yield opened


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ROOFTREE_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


@pytest.fixture
def unpaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """No PMS is asked more slowly than it answers: the pace is tested by a clock of its own, in test_budget."""
    load = connectors.load

    def loaded(name: str) -> Connector:
        found = load(name)
        budget = Budget(calls=10_000, seconds=1.0, concurrent=4)
        return replace(found, manifest=replace(found.manifest, budget=budget))

    monkeypatch.setattr(connectors, "load", loaded)


@pytest.fixture(scope="module")
def buildium() -> Iterator[Running]:
    running = serve.start(registry.build("buildium", properties=1, units_per_property=2))
    yield running
    running.stop()
