"""`python -m bench.stages`: where the processor time of a first load goes, in microseconds for each record.

Processor time and not the clock, so that other work on the machine disturbs it little. No budget, no latency.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bench import budgets
from bench.places import PROGRAM_CORE, pin, simulator
from rooftree.clock import SystemClock
from rooftree.connectors.base import Budget
from rooftree.connectors.budget import Limiter
from rooftree.store import mirroring
from rooftree.sync import pages, pull
from rooftree.sync.source import Source

LOADS = (("buildium", "unit"), ("rent_manager", "unit"), ("buildium", "resident"))
_UNITS, _PER_PROPERTY = 20_000, 250
_STAGES: tuple[tuple[str, Any, str], ...] = (
    ("HTTP, JSON", pages, "_fetch"),
    ("cut what is never kept", Source, "clean"),
    ("map", pull, "read"),
    ("keys, encoding, sealing, look-ups", mirroring, "_create"),
    ("SQL", mirroring, "_write"),
    ("end of the scan", pull, "settle"),
)
_spent: dict[str, float] = defaultdict(float)


def main() -> None:
    """Print a table: a row for each stage, a column for each load."""
    pin(PROGRAM_CORE)
    for name, place, function in _STAGES:
        setattr(place, function, _timed(name, getattr(place, function)))
    columns = [_load(*each) for each in LOADS]
    print(f"| microseconds a record | {' | '.join(f'{pms} {record}' for pms, record in LOADS)} |")
    print("|---|" + "---|" * len(LOADS))
    for name in columns[0]:
        print(f"| {name} | {' | '.join(f'{column[name]:.0f}' for column in columns)} |")


def _timed(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def run(*arguments: Any, **named: Any) -> Any:
        began = time.thread_time()
        try:
            return function(*arguments, **named)
        finally:
            _spent[name] += time.thread_time() - began

    return run


def _load(pms: str, record: str) -> dict[str, float]:
    places = {"properties": _UNITS // _PER_PROPERTY, "units_per_property": _PER_PROPERTY}
    with simulator(pms, **places) as told, budgets._opened(pms, told, Limiter(_endless(pms), SystemClock())) as source:
        _spent.clear()
        began = time.process_time()
        (done,) = pull.backfill(source, [record])
        whole = time.process_time() - began
    found = {name: _spent[name] for name, _place, _function in _STAGES}
    found["commit, checkpoint, threads, what is left"] = whole - sum(found.values())
    return {name: seconds / done.seen * 1e6 for name, seconds in {**found, "all": whole}.items()}


def _endless(pms: str) -> Budget:
    return replace(budgets._budget(pms), calls=100_000)


if __name__ == "__main__":
    main()
