"""Integration depth, computed from the table of verbs and never from a claim.

Level 1 reads; Level 2 creates; Level 3 reads, creates, updates, closes, and sees changes made on either side;
Level 4 is the PMS inside Rooftree. A connector's level is that of its work orders, the resource the loop stands on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rooftree.connectors.base import VERBS, Connector, Gap, Resource, Write
from rooftree.model.maintenance import WorkOrder


def has(resource: Resource[Any], verb: str) -> bool:
    """Whether a verb is there and on without further leave."""
    found = resource.verb(verb)
    return not isinstance(found, Gap) and not (isinstance(found, Write) and found.experimental)


def resource_level(resource: Resource[Any], *, native: bool = False) -> int:
    """0 to 4 for one resource."""
    reads = has(resource, "list") or has(resource, "get")
    if native and reads:
        return 4
    if reads and all(has(resource, verb) for verb in ("create", "update", "close")):
        return 3
    if has(resource, "create"):
        return 2
    return 1 if reads else 0


def level(connector: Connector) -> int:
    """The level of the whole connector."""
    orders = connector.resource(WorkOrder)
    return resource_level(orders, native=connector.manifest.native) if orders else 1


def describe(connector: Connector) -> dict[str, Any]:
    """A connector as `rooftree connectors --json` shows it."""
    return {
        "name": connector.name,
        "title": connector.manifest.title,
        "level": level(connector),
        "verbs": {row.name: {verb: has(row, verb) for verb in VERBS} for row in connector.resources},
        "gaps": [gap for row in connector.resources for gap in _gaps(row)],
    }


def _gaps(resource: Resource[Any]) -> list[Mapping[str, str]]:
    found = [(verb, resource.verb(verb)) for verb in VERBS]
    return [
        {"record": resource.name, "verb": verb, "kind": gap.kind, "reason": gap.reason, "instead": gap.instead}
        for verb, gap in found
        if isinstance(gap, Gap)
    ]
