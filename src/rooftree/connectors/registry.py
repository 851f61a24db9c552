"""Connectors, found by entry point (`rooftree.connectors`); the built-in ones have no privilege."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points

from rooftree.connectors.base import Connector
from rooftree.errors import ConfigurationError, InvalidInput

_GROUP = "rooftree.connectors"


def names() -> list[str]:
    """The names of all installed connectors."""
    return sorted(point.name for point in entry_points(group=_GROUP))


@cache
def load(name: str) -> Connector:
    """The connector called `name`; raises InvalidInput naming those there are."""
    for point in entry_points(group=_GROUP):
        if point.name == name:
            found = point.load()
            if not isinstance(found, Connector):
                raise ConfigurationError(f"The entry point {name} ({point.value}) is not a Connector.")
            return found
    raise InvalidInput(f"There is no connector {name}. Installed: {', '.join(names())}.", path="pms")


def all_connectors() -> list[Connector]:
    return [load(name) for name in names()]
