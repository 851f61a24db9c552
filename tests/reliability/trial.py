"""One life of a process that writes something: it dies where it is told, or works until nothing is left to do.

Each life runs in a process forked from a server that has imported everything, so that a life costs milliseconds.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from tests.reliability.cases import START, Case, Wish, connector_of
from tests.reliability.pipe import PipeClock, PipeTransport, serve

from rooftree import outbound
from rooftree.connectors import levels
from rooftree.connectors.base import Context, Local
from rooftree.connectors.transport import open_line
from rooftree.db import Database
from rooftree.effects import crash
from rooftree.effects.ledger import Ledger
from rooftree.effects.states import State
from rooftree.sealed import RootKey
from rooftree.simulators.kit import Simulator
from rooftree.store import connections
from rooftree.store.keys import Keys
from rooftree.store.tables import effects as t
from rooftree.sync import pushes
from rooftree.sync.door import Door
from rooftree.sync.push import push, recover, sweep

OP_KEY = "case-1/create-work-order"
KEYS = Keys(RootKey(b"rooftree test key: 32 bytes long"))
_TICK = 5.0
_NAP = 1_200.0
_MOST_TICKS = 2_000


@dataclass(frozen=True)
class History:
    """What our own database says in the end."""

    push: str
    effects: tuple[tuple[str, str], ...]
    incidents: int
    marker: str


def lives() -> Any:
    """The server that lives are forked from."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.reliability.trial"])
    return context


def open_database(path: Path, pms: str) -> Database:
    """A database with the one connection to a PMS, live."""
    database = Database(f"sqlite:///{path}")
    with database.write() as conn:
        company = connections.create_organization(conn, "Acme Property Management (made up)", START)
        connections.create(
            conn, KEYS, organization_id=company.id, name="pms", pms=pms, base_url="https://sim.invalid",
            credentials={}, now=START, mode="live",
            options={levels.EXPERIMENTAL: ",".join(levels.experimental(connector_of(pms)))},
        )  # fmt: skip
    return database


def run_life(
    simulator: Simulator, case: Case, path: Path, crash_at: str = "", kill: Callable[[int, int], None] | None = None
) -> int:
    """Let one process live until it dies or is done; its exit status, negative for a signal.

    `kill(pid, count)` is told how many messages it has sent, and may kill it.
    """
    ours, theirs = multiprocessing.Pipe()
    life = lives().Process(target=live, args=(theirs, case.wish, str(path), simulator.credentials, crash_at))
    life.start()
    theirs.close()
    serve(ours, simulator, partial(kill, life.pid) if kill else lambda _count: None)
    life.join()
    status: int = life.exitcode
    life.close()
    return status


def live(pipe: Connection, wish: Wish, path: str, credentials: dict[str, str], crash_at: str) -> None:
    """The process: ask for the write, and then do what a server does all day until everything is over."""
    os.environ[crash.VARIABLE] = crash_at
    database = Database(f"sqlite:///{path}")
    door = _door(pipe, wish, database, credentials)
    if pushes.find(database, KEYS, OP_KEY) is None:
        push(
            door, wish.kind, wish.of, wish.desired, verb=wish.verb, op_key=OP_KEY, actor="test",
            natural_key="unit 12 kitchen leak",
        )  # fmt: skip
    for _ in range(_MOST_TICKS):
        recover(database, KEYS, door.clock, lambda _id: door)
        sweep(database, KEYS, door.clock, lambda _id: door)
        if not (pause := _pause(database)):
            return
        door.clock.wait(pause)
    raise AssertionError("not quiet")


def _pause(database: Database) -> float:
    """How long a server may sleep before it looks again; 0 when nothing is left."""
    with database.read() as conn:
        if conn.execute(select(func.count()).where(t.push.c.state == "open")).scalar_one():
            return _TICK
        return _NAP if conn.execute(select(func.count()).where(t.effect.c.sweep_at.is_not(None))).scalar_one() else 0.0


def _door(pipe: Connection, wish: Wish, database: Database, credentials: dict[str, str]) -> Door:
    connector, clock = connector_of(wish.pms), PipeClock(pipe)
    with database.read() as conn:
        (connection,) = connections.listed(conn)
    place = Local(database=database, root=KEYS.root, clock=clock, account=connection.id)
    line = open_line(
        connector,
        base_url=next(iter(connector.manifest.base_urls.values()), ""),
        credentials=credentials,
        clock=clock,
        http=outbound.client(transport=PipeTransport(pipe)),
        local=connector.local(place) if connector.local else None,
    )
    return Door(
        database=database,
        keys=KEYS,
        connection_id=connection.id,
        connector=connector,
        wire=line,
        clock=clock,
        context=Context(picks=wish.picks),
    )


def history(database: Database) -> History:
    """What is written in the end; raises AssertionError when the write was never opened."""
    known = pushes.find(database, KEYS, OP_KEY)
    assert known is not None
    ledger = Ledger(database, KEYS)
    ours = ledger.of_push(OP_KEY)
    return History(
        push=known.state,
        effects=tuple((effect.label, effect.state.value) for effect in ours),
        incidents=sum(len(ledger.incidents_of(effect.op_key)) for effect in ours),
        marker=known.marker,
    )


def judge(case: Case, simulator: Simulator, database: Database, *, doubled: bool) -> History:
    """The history against the truth: nothing doubled, nothing lost, nothing unflagged."""
    told = history(database)
    rows = case.ours(simulator, database, told.marker)
    over = {State.VERIFIED.value, State.NEEDS_HUMAN.value, State.REJECTED.value}
    assert {state for _label, state in told.effects} <= over, told
    most = max((len(found) for found in rows), default=0)
    if most > 1:
        assert doubled, f"{most} rows: {told}"
        assert told.incidents, f"a duplicate nobody hears of: {told}"
        assert told.push == "needs_human"
        return told
    if told.push == "needs_human" and not case.exact:
        return told  # flagged: nobody can tell whose row it is
    assert told.push == "verified", told
    assert [len(found) for found in rows] == [1] * len(rows)
    assert case.held([found[0] for found in rows])
    return told
