"""A live connection to the toy PMS with its door, for tests of writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.reliability import toy_pms

from rooftree import outbound
from rooftree.clock import ManualClock
from rooftree.connectors.transport import open_line
from rooftree.db import Database
from rooftree.model.maintenance import WorkOrder
from rooftree.simulators.kit import Simulator
from rooftree.simulators.transport import InProcess
from rooftree.store import connections, mirroring
from rooftree.store.keys import Keys
from rooftree.sync.door import Door, Outcome
from rooftree.sync.push import push, settle
from rooftree.sync.reading import read_one


class SharedClock(ManualClock):
    """Our clock and the simulator's move together."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__(clock.now())
        self.simulator = toy_pms.build(clock.now)

    def advance(self, seconds: float) -> None:
        super().advance(seconds)
        self.simulator.advance(seconds)


@dataclass
class Desk:
    """A live connection to the toy."""

    door: Door
    simulator: Simulator
    clock: SharedClock

    def create(self, op_key: str = "op-1", **facts: Any) -> Outcome:
        return push(self.door, WorkOrder, None, toy_pms.DESIRED, verb="create", op_key=op_key, actor="ai", **facts)

    def created(self) -> WorkOrder:
        made = settle(self.door, self.create()).record
        assert isinstance(made, WorkOrder)
        return made

    def change(self, id: str, op_key: str = "op-2", **fields: Any) -> Outcome:
        return settle(self.door, push(self.door, WorkOrder, id, fields, verb="update", op_key=op_key, actor="ai"))

    def read_in(self, id: str) -> None:
        """Let the mirror take what the PMS holds, as a poll would."""
        seen, door = read_one(self.door, WorkOrder, id), self.door
        with door.database.write() as conn:
            mirroring.put_page(
                conn, door.keys, door.connection_id, "work_order", [seen], as_of=self.clock.now(), source="poll"
            )

    @property
    def writes(self) -> list[str]:
        return [f"{call.method} {call.path}" for call in self.simulator.calls if call.method != "GET"]

    @property
    def toy(self) -> toy_pms.Toy:
        behaviour = self.simulator.behaviour
        assert isinstance(behaviour, toy_pms.Toy)
        return behaviour


def open_desk(database: Database, keys: Keys, clock: ManualClock) -> Desk:
    shared = SharedClock(clock)
    with database.write() as conn:
        company = connections.create_organization(conn, "Acme Property Management (made up)", clock.now())
        connection = connections.create(
            conn, keys, organization_id=company.id, name="toy", pms="toy", base_url="https://toy.invalid",
            credentials={}, now=clock.now(), mode="live",
        )  # fmt: skip
    line = open_line(
        toy_pms.CONNECTOR,
        base_url="https://toy.invalid",
        credentials={},
        clock=shared,
        http=outbound.client(transport=InProcess(shared.simulator)),
    )
    door = Door(
        database=database,
        keys=keys,
        connection_id=connection.id,
        connector=toy_pms.CONNECTOR,
        wire=line,
        clock=shared,
    )
    return Desk(door, shared.simulator, shared)
