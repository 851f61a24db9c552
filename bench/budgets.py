"""a2, a3: 100,000 units read from each simulator at 120 ms a page under its documented budget, against the ideal.

a2's ideal is whichever binds: the calls side by side as the PMS allows (or one after another, where each names the
next), or its budget after the first burst. a3's is the same calls at the budget's plain rate, without a burst.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from math import ceil
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from bench.figures import Measure
from bench.places import PROGRAM_CORE, pin, simulator
from rooftree import outbound
from rooftree.config import Settings
from rooftree.connectors import registry
from rooftree.connectors.base import Budget
from rooftree.connectors.budget import FileWindow, Limiter
from rooftree.connectors.transport import open_line
from rooftree.simulators.registry import AGREED, DOCUMENTED_LIMITS
from rooftree.store import connections
from rooftree.surfaces.home import local_caller, services
from rooftree.sync import pull
from rooftree.sync.source import Source, open_source

LATENCY = 0.12
SIDE_BY_SIDE = ("buildium", "rent_manager", "propertyware", "rentvine")
"""The PMSs whose pages can be asked for side by side."""
ONE_BY_ONE = {"appfolio": 100_000, "entrata": 20_000}
"""Those that name each next page in the one before, and how many units are read of each."""
_PER_PROPERTY = 250


def measure(units: int = 100_000) -> list[Measure]:
    """Two measures for each PMS whose pages can be asked for side by side."""
    pin(PROGRAM_CORE)
    return [each for name in SIDE_BY_SIDE for each in _two(name, units)]


def measure_one_by_one() -> list[Measure]:
    """Two measures for each of the others."""
    pin(PROGRAM_CORE)
    return [each for name, units in ONE_BY_ONE.items() for each in _two(name, units)]


def ideal(calls: int, budget: Budget, width: int) -> float:
    """Seconds that nobody can beat for so many calls: by latency and width, or by the budget after its first burst."""
    return max(ceil(calls / width) * LATENCY, max(0, calls - budget.calls) / budget.calls * budget.seconds)


def _two(name: str, units: int) -> list[Measure]:
    options = {"properties": units // _PER_PROPERTY, "units_per_property": _PER_PROPERTY, "latency_ms": LATENCY * 1000}
    with simulator(name, **options, **DOCUMENTED_LIMITS[name]) as told, _opened(name, told) as source:
        before = len(_statuses(told["base_url"]))
        began, worked = time.perf_counter(), time.process_time()
        (done,) = pull.backfill(source, ["unit"])
        seconds, worked = time.perf_counter() - began, time.process_time() - worked
        statuses = _statuses(told["base_url"])[before:]
    assert done.error is None, done
    assert done.settled, done
    assert done.seen >= units, done
    budget = _budget(name)
    least = ideal(len(statuses), budget, 1 if name in ONE_BY_ONE else budget.concurrent)
    note = (
        f"{done.seen:,} units, {len(statuses)} calls, {statuses.count(429)} times 429; "
        f"{done.seen / seconds:,.0f} units/s, {worked:.1f} s of the core"
    )
    rate, title = budget.calls / budget.seconds, registry.load(name).manifest.title
    return [
        Measure(id=f"a2 {name}", title=f"first load, 120 ms a page, {title}", unit="s", theirs=[least], ours=[seconds],
                peer="ideal of its calls and budget", goal=1.25, wanted="at most", note=note),
        Measure(id=f"a3 {name}", title=f"the same, {title}", unit="s", theirs=[len(statuses) / rate], ours=[seconds],
                peer=f"its documented {rate:.3g} calls a second", goal=1.05, wanted="at most"),
    ]  # fmt: skip


@contextmanager
def _opened(name: str, told: Mapping[str, Any], limiter: Limiter | None = None) -> Iterator[Source]:
    connector, base_url = registry.load(name), told["base_url"]
    with tempfile.TemporaryDirectory(prefix="rooftree-bench-") as folder:
        settings = Settings(home=Path(folder), loopback_origins=[base_url], log_level="ERROR")
        with services(settings) as ready:
            caller = local_caller(ready)
            with ready.database.write() as conn:
                made = connections.create(
                    conn,
                    ready.keys,
                    organization_id=caller.organization_id,
                    name=f"{name} (simulator)",
                    pms=name,
                    base_url=base_url,
                    credentials=told["credentials"],
                    now=ready.clock.now(),
                )
            line = open_line(
                connector,
                base_url=base_url,
                credentials=told["credentials"],
                options=AGREED.get(name),
                clock=ready.clock,
                limiter=limiter
                or Limiter(_budget(name), ready.clock, lambda lane: FileWindow(Path(folder, f"calls.{lane}"))),
                http=outbound.client([base_url]),
            )
            yield open_source(ready.database, ready.keys, made, connector, line.in_background(), ready.clock)


def _budget(name: str) -> Budget:
    connector = registry.load(name)
    return connector.budget_of(AGREED.get(name, {})) or connector.manifest.budget


def _statuses(base_url: str) -> list[int]:
    """How each call so far was answered."""
    with urlopen(f"{base_url}/_simulator/calls", timeout=60) as answer:
        return [call["status"] for call in json.load(answer)]
