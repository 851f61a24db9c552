"""The same full record through the only door for writes: verified, once, or refused with the gap's own reason."""

from __future__ import annotations

from typing import Any

import pytest
from tests.contract.harness import Account
from tests.contract.samples import full

from rooftree.connectors import levels, registry
from rooftree.connectors.base import Gap
from rooftree.db import Database
from rooftree.errors import Refused, Unsupported
from rooftree.model.names import RECORDS
from rooftree.store import connections
from rooftree.store.keys import Keys
from rooftree.sync.door import Door, Outcome
from rooftree.sync.push import push

WRITES = ("create", "update", "close")
_MOST_WAITS = 12


@pytest.fixture
def door(account: Account, sqlite_database: Database, keys: Keys) -> Door:
    now, pms = account.clock.now(), account.connector.name
    with sqlite_database.write() as conn:
        company = connections.create_organization(conn, "Acme Property Management (made up)", now)
        connection = connections.create(
            conn, keys, organization_id=company.id, name=pms, pms=pms, base_url="", credentials={}, now=now,
            mode="live", options={levels.EXPERIMENTAL: ",".join(levels.experimental(account.connector))},
        )  # fmt: skip
    return Door(
        database=sqlite_database,
        keys=keys,
        connection_id=connection.id,
        connector=account.connector,
        wire=account.line,
        clock=account.clock,
        context=account.context(),
    )


def _pushed(door: Door, account: Account, name: str, verb: str, id: str | None, desired: Any) -> Outcome:
    """Ask until it is over, letting the time pass that each answer asks for."""
    record = account.row(name).record
    for _ in range(_MOST_WAITS):
        outcome = push(door, record, id, desired, verb=verb, op_key=f"{name}/{verb}/1", actor="contract suite")
        if outcome.state != "waiting":
            return outcome
        assert outcome.due_at
        account.clock.advance(max(1.0, (outcome.due_at - account.clock.now()).total_seconds()))
    raise AssertionError(f"still waiting: {outcome.reason}")


@pytest.mark.rows("create")
def test_a_full_record_is_made_and_verified(account: Account, door: Door, name: str) -> None:
    outcome = _pushed(door, account, name, "create", None, full(account, name))
    assert (outcome.state, outcome.reason) == ("verified", "")
    assert outcome.record is not None
    assert outcome.record.id == outcome.record_id


@pytest.mark.rows("create")
def test_asking_again_under_the_same_key_sends_nothing(account: Account, door: Door, name: str) -> None:
    wanted = full(account, name)
    first = _pushed(door, account, name, "create", None, wanted)
    before = len(account.simulator.calls) if account.simulator else 0
    again = _pushed(door, account, name, "create", None, wanted)
    assert again.record_id == first.record_id
    assert (len(account.simulator.calls) if account.simulator else 0) == before


@pytest.mark.rows("create", "close")
def test_what_was_made_can_be_closed_and_verified(account: Account, door: Door, name: str) -> None:
    made = _pushed(door, account, name, "create", None, full(account, name))
    assert made.record_id
    outcome = _pushed(door, account, name, "close", made.record_id, {})
    assert outcome.state in ("verified", "rejected"), outcome.reason
    assert outcome.state == "verified" or outcome.reason


def test_an_experimental_write_is_refused_until_it_is_turned_on(account: Account, door: Door) -> None:
    with door.database.write() as conn:
        connections.set_option(conn, door.connection_id, levels.EXPERIMENTAL, None)
    before = len(account.simulator.calls) if account.simulator else 0
    for name in levels.experimental(account.connector):
        record, _, verb = name.partition(".")
        with pytest.raises(Refused, match=f"connections set {door.connection_id} experimental_writes {name}"):
            push(door, RECORDS[record], "1", {}, verb=verb, op_key=name, actor="contract suite")
    assert (len(account.simulator.calls) if account.simulator else 0) == before


@pytest.mark.parametrize("verb", WRITES)
def test_a_gap_is_refused_with_its_own_reason(account: Account, door: Door, pms: str, verb: str) -> None:
    for row in registry.load(pms).resources:
        gap = row.verb(verb)
        if isinstance(gap, Gap):
            id = None if verb == "create" else "1"
            with pytest.raises(Unsupported, match=r".+") as caught:
                push(door, row.record, id, {}, verb=verb, op_key=f"{row.name}/{verb}", actor="contract suite")
            assert gap.reason in str(caught.value)
