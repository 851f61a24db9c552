"""Killed at any point of a send, and started again: a safety text at least once, any other at most once or flagged."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from tests.channels.conftest import PERSON, House, open_house

from rooftree.clock import ManualClock, iso
from rooftree.db import Database
from rooftree.effects import crash
from rooftree.simulators.serve import start
from rooftree.store.keys import Keys

NOTHING_SENT = ("effect.asked", "effect.prepared", "effect.leased")
UNCLEAR = ("effect.sent", "effect.called", "effect.confirmed", "effect.ended")


def die_at(house: House, point: str, klass: str) -> None:
    account = house.simulator.credentials
    served = start(house.simulator)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tests.channels.crashing_sender", str(house.inbox.database.url), served.url,
             *account.values(), iso(house.clock.now()), PERSON, klass],
            env={**os.environ, crash.VARIABLE: point}, timeout=60, capture_output=True,
        )  # fmt: skip
    finally:
        served.stop()
    assert done.returncode == crash.EXIT_STATUS, done.stderr.decode()


@pytest.mark.parametrize("klass", ["text", "safety"])
@pytest.mark.parametrize("point", [*NOTHING_SENT, *UNCLEAR])
def test_a_killed_send_goes_on(
    sqlite_database: Database, keys: Keys, clock: ManualClock, point: str, klass: str
) -> None:
    house = open_house(sqlite_database, keys, clock)
    die_at(house, point, klass)
    house.clock.advance(60)
    sent = house.send_through(klass=klass)
    arrived = len(house.simulator.truth("messages"))
    if point == "effect.sent" and klass == "text":
        assert (sent.state, arrived, house.kept()[0].state) == ("unsure", 0, "unsure")
    else:
        assert (sent.state, arrived) == ("sent", 1)
    assert len(house.kept()) == 1
