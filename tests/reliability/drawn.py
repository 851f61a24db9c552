"""Any write of any connector as a case of R1: the contract suite's full record, judged by what one write leaves.

One undisturbed write tells how much each of the simulator's tables grows by it; a trial in which a table grew twice as
much has doubled it, wherever the PMS keeps it (a row, or an item inside another record).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any

from tests.contract.harness import Account, open_account
from tests.contract.samples import full
from tests.reliability.cases import CASES, START, Case, Rows

from rooftree.connectors import registry as connectors
from rooftree.connectors.base import Write
from rooftree.db import Database
from rooftree.model.names import RECORDS
from rooftree.model.vocabulary import LeaseStatus
from rooftree.simulators import registry
from rooftree.simulators.kit import Simulator


@dataclass(frozen=True)
class Drawn:
    """A write to draw: a create, or a change of the first record there is with that status."""

    pms: str
    record: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    of: str = ""
    """The status of the record that is changed."""

    @property
    def verb(self) -> str:
        return "update" if self.changes else "create"

    @property
    def name(self) -> str:
        return f"{self.pms}, {self.record} {self.verb}"


_LEAVING = {"status": LeaseStatus.NOTICE, "scheduled_move_out_on": date(2026, 5, 31)}
_WITH_MONEY = {"charge": "buildium entrata propertyware rent_manager", "payment": "buildium propertyware rent_manager"}
_OF_PEOPLE = {
    "lead": "buildium",
    "guest_card": "appfolio entrata propertyware rent_manager",
    "showing": "appfolio rent_manager yardi_voyager",
    "note": "appfolio buildium entrata propertyware rent_manager yardi_voyager",
    "phone_log": "entrata",
    "attachment": "rentvine",
}
FIRST = [
    *(Drawn(pms, record) for record, who in {**_WITH_MONEY, **_OF_PEOPLE}.items() for pms in who.split()),
    Drawn("entrata", "lease", _LEAVING, of="active"),
    Drawn("entrata", "work_order", {"vendor_id": "2000"}, of="new"),
]
"""What every run tries, after the work orders of `cases.py`: money, and the words and visits of people."""


def creates() -> list[Drawn]:
    """Each create of each connector whose calls can be lost."""
    known = {case.connector.name: case.connector for case in CASES.values() if case.wire}
    return [
        Drawn(each.name, row.name)
        for each in known.values()
        for row in each.resources
        if each.name in connectors.names() and isinstance(row.create, Write) and row.name != "work_order"
    ]


@cache
def case_of(name: str) -> Case:
    """The case of that name, drawn on first use."""
    return CASES[name] if name in CASES else _drawn(next(each for each in [*FIRST, *creates()] if each.name == name))


def _drawn(wish: Drawn) -> Case:
    account = open_account(wish.pms, now=START)
    before = weights(account.pms)
    current = _current(account, wish)
    desired = replace(current, **wish.changes) if current else full(account, wish.record)
    account.write(wish.record, wish.verb, desired, current)
    grown = weights(account.pms) - before
    write, first = account.row(wish.record).verb(wish.verb), account.sent[0]
    return Case(
        connector=account.connector,
        build=lambda: registry.build(wish.pms, seed=7, properties=3, units_per_property=4, now=lambda: START),
        desired=wish.changes or desired,
        kind=RECORDS[wish.record],
        of=current.id if current else None,
        ours=_times(before, grown),
        held=lambda rows: all(row["whole"] for row in rows),
        calls=1,
        picks={name: dict(words) for name, words in account.picks.items()},
        tells_id=current is not None or first.send.id_of(first.answer) is not None,
        exact=bool(write.marker_field) or all(sent.send.idempotent for sent in account.sent),
    )


def _current(account: Account, wish: Drawn) -> Any:
    if not wish.changes:
        return None
    return next(each for each in account.seen(wish.record) if each.status.value == wish.of)


def weights(simulator: Simulator) -> Counter[str]:
    """How much each table holds: its rows, and all that is inside them."""
    tables = simulator.behaviour.database.tables
    return Counter({name: sum(_weight(table.get(id)) for id in list(table.ids())) for name, table in tables.items()})


def _weight(node: Any) -> int:
    inside = node.values() if isinstance(node, Mapping) else node if isinstance(node, list | tuple) else ()
    return 1 + sum(map(_weight, inside))


def _times(before: Counter[str], once: Counter[str]) -> Callable[[Simulator, Database, str], list[Rows]]:
    """For each table that one write makes grow, as many rows as it was written in."""

    def ours(simulator: Simulator, _database: Database, _marker: str) -> list[Rows]:
        grown = weights(simulator) - before
        assert grown.keys() <= once.keys(), f"grew by what does not belong to the write: {grown - once}"
        # A write of two calls that a person was handed after the first is there in part, and counts.
        return [[{"whole": grown[table] == size}] * -(-grown[table] // size) for table, size in once.items()]

    return ours
