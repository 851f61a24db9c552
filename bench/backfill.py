"""a1, a4: first load and unchanged re-sync of units, leases and residents, through our whole pipeline on SQLite."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

from bench.backfill_peers import PATHS, DltLoad, least
from bench.figures import Measure
from bench.places import PROGRAM_CORE, pin, simulator
from rooftree import outbound
from rooftree.config import Settings
from rooftree.connectors import registry
from rooftree.connectors.budget import FileWindow, Limiter
from rooftree.connectors.transport import open_line
from rooftree.store import connections
from rooftree.surfaces.home import local_caller, services
from rooftree.sync import pull
from rooftree.sync.source import Source, open_source

ROUNDS = 2
DESTINATIONS = ("duckdb",)
"""dlt's sqlite was slower at 2,000 units, and its merge failed at 20,000."""
_NO_BUDGET = 100_000
"""Calls a second. Buildium's own ten would make every program equally slow."""


def measure(units: int = 20_000) -> list[Measure]:
    """The figures for so many units and what belongs to them."""
    pin(PROGRAM_CORE)
    names = ["ours", "ours again", "least", *(f"dlt {name}{turn}" for name in DESTINATIONS for turn in ("", " again"))]
    rates: dict[str, list[float]] = {name: [] for name in names}
    with simulator("buildium", properties=max(1, units // 40), units_per_property=40) as told:
        rows = _round(told, {name: [] for name in names})
        for _ in range(ROUNDS):
            _round(told, rates)
    best = max((f"dlt {name}" for name in DESTINATIONS), key=lambda name: median(rates[name]))
    size = f"{units:,} units, {rows:,} rows in all"
    facts: dict[str, Any] = {"unit": "rows/s"}
    return [
        Measure(id="a1", title="first load", peer=f"{best}, parquet, merge", theirs=rates[best], ours=rates["ours"],
                goal=3.0, note=size, **facts),
        Measure(id="a1m", title="first load", peer="least loop", theirs=rates["least"], ours=rates["ours"],
                goal=0.4, note="stretch goal; httpx2, json, SQLite FULL", **facts),
        Measure(id="a4", title="unchanged re-sync", peer="our first load", theirs=rates["ours"],
                ours=rates["ours again"], goal=2.0, note="0 rows written, checked", **facts),
        Measure(id="a4p", title="unchanged re-sync", peer=f"{best} again", theirs=rates[f"{best} again"],
                ours=rates["ours again"], goal=None, **facts),
    ]  # fmt: skip


def _round(told: Mapping[str, Any], rates: dict[str, list[float]]) -> int:
    """Everybody once, in turns; the rows there are (all must agree)."""
    with tempfile.TemporaryDirectory(prefix="rooftree-bench-") as folder:
        home = Path(folder)
        with _opened(told, home / "ours") as source:
            first, seconds = _pulled(source)
            rates["ours"].append(first / seconds)
            again, seconds = _pulled(source, again=True)
            rates["ours again"].append(again / seconds)
        rows, seconds = least(told, home)
        rates["least"].append(rows / seconds)
        for destination in DESTINATIONS:
            load = DltLoad(destination, told, home)
            for name in (f"dlt {destination}", f"dlt {destination} again"):
                rates[name].append(rows / load.run())
                assert load.rows() == rows, (load.rows(), rows)
    assert first == again == rows, (first, again, rows)
    return rows


@contextmanager
def _opened(told: Mapping[str, Any], home: Path) -> Iterator[Source]:
    connector = registry.load("buildium")
    base_url = told["base_url"]
    with services(Settings(home=home, loopback_origins=[base_url], log_level="ERROR")) as ready:
        caller = local_caller(ready)
        with ready.database.write() as conn:
            made = connections.create(
                conn,
                ready.keys,
                organization_id=caller.organization_id,
                name="Buildium (simulator)",
                pms="buildium",
                base_url=base_url,
                credentials=told["credentials"],
                now=ready.clock.now(),
            )
        budget = replace(connector.manifest.budget, calls=_NO_BUDGET)
        line = open_line(
            connector,
            base_url=base_url,
            credentials=told["credentials"],
            clock=ready.clock,
            limiter=Limiter(budget, ready.clock, FileWindow(home / "calls")),
            http=outbound.client([base_url]),
        )
        source = open_source(ready.database, ready.keys, made, connector, line.in_background(), ready.clock)
        pull.backfill(source, ["property"])
        yield source


def _pulled(source: Source, *, again: bool = False) -> tuple[int, float]:
    """Rows and seconds of a first load, or of a full re-sync in which nothing may be written."""
    began = time.perf_counter()
    done = (pull.full if again else pull.backfill)(source, list(PATHS))
    seconds = time.perf_counter() - began
    for one in done:
        assert one.error is None, one
        assert one.settled, one
        assert not again or one.created == one.updated == one.deleted == 0, one
    return sum(one.seen for one in done), seconds
