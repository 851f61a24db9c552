"""The simulators by name."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from rooftree.simulators.clock import Now
from rooftree.simulators.kit import Simulator

_MODULES = {
    "appfolio": "rooftree.simulators.appfolio.simulator",
    "buildium": "rooftree.simulators.buildium.simulator",
    "rent_manager": "rooftree.simulators.rent_manager.simulator",
    "propertyware": "rooftree.simulators.propertyware.simulator",
    "entrata": "rooftree.simulators.entrata.simulator",
    "rentvine": "rooftree.simulators.rentvine.simulator",
    "yardi_voyager": "rooftree.simulators.yardi_voyager.simulator",
    "realpage": "rooftree.simulators.realpage.simulator",
    "twilio": "rooftree.simulators.twilio.simulator",
}
NAMES = tuple(_MODULES)
DOCUMENTED_LIMITS: dict[str, dict[str, Any]] = {
    "appfolio": {"limits": ((8, 1.0), (256, 60.0), (4096, 3600.0))},
    "buildium": {"budget": 10},
    "rent_manager": {"a_minute": 500},
    "propertyware": {"budget": 10},
    "entrata": {"limits": ((1000, 60.0), (5000, 3600.0), (10_000, 86_400.0))},
    "rentvine": {"budget": 2},
    "yardi_voyager": {"budget": 10},
    "realpage": {"budget": 4},
}
"""Options that switch on each PMS's documented call budget; off by default, so that tests need not wait."""

AGREED: dict[str, dict[str, str]] = {
    "entrata": {"call_limits": "1000/60 5000/3600 10000/86400"},
    "realpage": {"experimental_writes": "work_order.create,work_order.update,work_order.close"},
}
"""Connection options of the play: a budget agreed with each client, and writes that are off until turned on."""

MOST_PROPERTIES: dict[str, int] = {"realpage": 24}
"""How many properties the play has where each is asked for by itself, at four calls a second."""


def build(
    name: str,
    *,
    seed: int = 1,
    properties: int = 3,
    units_per_property: int = 4,
    now: Now | None = None,
    **options: Any,
) -> Simulator:
    """A fresh simulator with made-up data; equal arguments give equal data. Raises ValueError for an unknown name."""
    if name not in _MODULES:
        raise ValueError(f"no simulator named {name!r}; there are: {', '.join(NAMES)}")
    simulator: Simulator = import_module(_MODULES[name]).build(
        seed=seed, properties=properties, units_per_property=units_per_property, now=now, **options
    )
    return simulator
