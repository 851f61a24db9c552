"""A property system with staff in it: writes of ours by the door, of theirs straight into it, and our mirror."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from tests.contract.harness import Account, open_account

from rooftree.connectors import levels, writes
from rooftree.db import Database
from rooftree.model.maintenance import WorkOrder
from rooftree.model.vocabulary import Priority, WorkOrderStatus
from rooftree.store import conflicts, connections, events, records
from rooftree.store.conflicts import Conflict
from rooftree.store.events import Happened
from rooftree.store.keys import Keys
from rooftree.sync import pull
from rooftree.sync.door import Door, Outcome
from rooftree.sync.push import push, resume
from rooftree.sync.source import Source, open_source

PMSS = ("buildium", "appfolio", "embedded")
READ = ("property", "unit", "work_order")


@dataclass
class Office:
    """One connection. `staff_edits` is what people do there; nothing of ours hears of it but by reading."""

    account: Account
    database: Database
    keys: Keys
    connection_id: str

    @property
    def door(self) -> Door:
        return Door(
            database=self.database,
            keys=self.keys,
            connection_id=self.connection_id,
            connector=self.account.connector,
            wire=self.account.line,
            clock=self.account.clock,
            context=self.account.context(),
        )

    @property
    def source(self) -> Source:
        with self.database.read() as conn:
            connection = connections.get(conn, self.connection_id)
        account = self.account
        return open_source(self.database, self.keys, connection, account.connector, account.line, account.clock)

    def made(self) -> str:
        """A work order of ours, read in and an hour old; its id there."""
        unit = self.account.seen("unit")[0]
        wanted = WorkOrder(
            id="", title="Sink drips (made up)", description="Under the sink.", property_id=unit.property_id,
            unit_id=unit.id, status=WorkOrderStatus.NEW, priority=Priority.ROUTINE,
        )  # fmt: skip
        outcome = self._settled(push(self.door, WorkOrder, None, wanted, verb="create", op_key="make", actor="agent"))
        assert outcome.record_id, outcome.reason
        self.account.clock.advance(3_600)
        self.poll()
        self.account.clock.advance(3_600)
        return outcome.record_id

    def changed(self, id: str, op_key: str = "change", **fields: Any) -> Outcome:
        """A change of ours, until it is over."""
        return self._settled(self.change(id, op_key, **fields))

    def change(self, id: str, op_key: str = "change", **fields: Any) -> Outcome:
        """A change of ours, as far as it gets at once."""
        return push(self.door, WorkOrder, id, fields, verb="update", op_key=op_key, actor="agent")

    def _settled(self, outcome: Outcome) -> Outcome:
        while outcome.state == "waiting":
            assert outcome.due_at
            self.account.clock.advance(max(1.0, (outcome.due_at - self.account.clock.now()).total_seconds()))
            outcome = resume(self.door, outcome.op_key)
        return outcome

    def go_on(self, op_key: str = "change") -> Outcome:
        return self._settled(resume(self.door, op_key))

    def staff_edits(self, id: str, **fields: Any) -> None:
        current, account = self.there(id), self.account
        send = account.row("work_order").verb("update").step(current, replace(current, **fields), account.context())
        writes.run(account.line, send, account.connector.manifest)

    def there(self, id: str) -> WorkOrder:
        """As the property system holds it."""
        found: WorkOrder = self.account.get("work_order", id)
        return found

    def here(self, id: str) -> WorkOrder:
        """As the mirror holds it."""
        with self.database.read() as conn:
            found = records.by_external_id(conn, self.keys, self.connection_id, WorkOrder, id)
        assert found is not None
        return found.record

    def poll(self) -> None:
        assert [one.error for one in pull.incremental(self.source, READ) if one.error] == []

    def told(self, name: str) -> list[Happened]:
        with self.database.read() as conn:
            organization = connections.get(conn, self.connection_id).organization_id
            return events.since(conn, organization, names=[name], limit=10_000)

    def conflicts(self) -> list[Conflict]:
        with self.database.read() as conn:
            organization = connections.get(conn, self.connection_id).organization_id
            return conflicts.listed(conn, self.keys, organization)

    def set(self, name: str, value: str) -> None:
        with self.database.write() as conn:
            connections.set_option(conn, self.connection_id, name, value)


def open_office(pms: str, database: Database, keys: Keys) -> Office:
    """A live connection to a fresh simulator (or, embedded, to books of our own), read in."""
    account = open_account(pms, database)
    if pms == "embedded":
        for kind, facts in (("property", {"name": "House (made up)"}), ("unit", {"number": "1A"})):
            parent = {"property_id": account.seen("property")[0].id} if kind == "unit" else {}
            account.write(kind, "create", account.row(kind).record(id="", **facts, **parent))
            account.forget()
    now = account.clock.now()
    with database.write() as conn:
        company = connections.create_organization(conn, "Acme Property Management (made up)", now)
        connection = connections.create(
            conn, keys, organization_id=company.id, name=pms, pms=pms, base_url="", credentials={}, now=now,
            mode="live", options={levels.EXPERIMENTAL: ",".join(levels.experimental(account.connector))},
        )  # fmt: skip
    office = Office(account, database, keys, connection.id)
    pull.backfill(office.source, READ)
    return office
