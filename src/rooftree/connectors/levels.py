"""Integration depth, computed from the table of verbs and, where a connection was probed, from what it showed.

Level 1 reads; Level 2 creates; Level 3 reads, creates, updates, closes, and sees changes made on either side;
Level 4 is the PMS inside Rooftree. A connector's level is that of its work orders, the resource the loop stands on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rooftree.connectors.base import VERBS, Connector, Gap, Resource, Write
from rooftree.connectors.probe import Evidence
from rooftree.model.maintenance import WorkOrder

EXPERIMENTAL = "experimental_writes"
"""The connection's setting that turns experimental writes on: their names with commas, `work_order.close`."""


def experimental(connector: Connector) -> list[str]:
    """The names of the writes that stay off until turned on, as the setting takes them."""
    rows = ((row.name, verb, row.verb(verb)) for row in connector.resources for verb in VERBS)
    return [f"{name}.{verb}" for name, verb, found in rows if isinstance(found, Write) and found.experimental]


def is_on(write: Write[Any], name: str, options: Mapping[str, str]) -> bool:
    """Whether a write may be tried on a connection with these settings: proven, or turned on by its name."""
    named = {word.strip() for word in options.get(EXPERIMENTAL, "").split(",")}
    return not write.experimental or name in named


def has(resource: Resource[Any], verb: str, evidence: Sequence[Evidence] = (), *, proven: bool = False) -> bool:
    """Whether a verb is there, on without further leave, and not shown to fail; with `proven`, shown to work.

    One record by its id is not asked for apart: where nothing was listed there was nothing to ask for.
    """
    found = resource.verb(verb)
    if isinstance(found, Gap) or (isinstance(found, Write) and found.experimental):
        return False
    shown = [each.proof for each in evidence if (each.record, each.verb) == (resource.name, verb)]
    return "refused" not in shown and (not proven or verb == "get" or "shown" in shown)


def resource_level(
    resource: Resource[Any], evidence: Sequence[Evidence] = (), *, native: bool = False, proven: bool = False
) -> int:
    """0 to 4 for one resource. Changes by others are seen by listing, so Level 3 needs `list`."""
    if any(each.record == resource.name and each.status == 401 for each in evidence):
        return 0  # a key that is refused does nothing, also what no probe may try
    verbs = {verb for verb in VERBS if has(resource, verb, evidence, proven=proven)}
    if native and "list" in verbs:
        return 4
    if set(VERBS) - {"get"} <= verbs:
        return 3
    if "create" in verbs:
        return 2
    # Where a list was refused there was nothing to get one by one: an untried `get` shows nothing.
    return 1 if "list" in verbs or ("get" in verbs and isinstance(resource.list, Gap)) else 0


def level(connector: Connector, evidence: Sequence[Evidence] = (), *, proven: bool = False) -> int:
    """The level of the whole connector; without work orders it is at most a reader.

    With `proven` a write counts only where one was made and read back.
    """
    native = connector.manifest.native
    orders = connector.resource(WorkOrder)
    if orders is not None and any(not isinstance(orders.verb(verb), Gap) for verb in VERBS):
        return resource_level(orders, evidence, native=native, proven=proven)
    # What hangs under another record is not tried where its parent was refused, so it shows nothing by itself.
    tops = [row for row in connector.resources if row.parent is None]
    return min(1, max((resource_level(row, evidence, proven=proven) for row in tops), default=0))


def describe(connector: Connector, evidence: Sequence[Evidence] = ()) -> dict[str, Any]:
    """A connector as `rooftree connectors --json` shows it."""
    native = connector.manifest.native
    return {
        "name": connector.name,
        "title": connector.manifest.title,
        "level": level(connector, evidence),
        "levels": {row.name: resource_level(row, evidence, native=native) for row in connector.resources},
        "verbs": {row.name: {verb: has(row, verb, evidence) for verb in VERBS} for row in connector.resources},
        "gaps": [gap for row in connector.resources for gap in _gaps(row)],
    }


def _gaps(resource: Resource[Any]) -> list[Mapping[str, str]]:
    found = [(verb, resource.verb(verb)) for verb in VERBS]
    return [
        {"record": resource.name, "verb": verb, "kind": gap.kind, "reason": gap.reason, "instead": gap.instead}
        for verb, gap in found
        if isinstance(gap, Gap)
    ]
