"""R9: a PMS that hangs holds up its own connection and no other."""

from __future__ import annotations

import threading
from pathlib import Path

from tests.reliability.network import drip, network
from tests.reliability.proxy import Fault

from rooftree.db import Database
from rooftree.model.maintenance import WorkOrder
from rooftree.model.portfolio import Unit
from rooftree.store.keys import Keys
from rooftree.sync import pull
from rooftree.sync.push import push


def test_while_one_pms_hangs_another_is_read_and_written(sqlite_database: Database, keys: Keys, tmp_path: Path) -> None:
    with (
        network(sqlite_database, keys, tmp_path, patience=60) as stuck,
        network(sqlite_database, keys, tmp_path) as well,
    ):
        stuck.proxy.faults.append(Fault("black_hole", times=1_000))
        hung = threading.Thread(target=lambda: pull.backfill(stuck.source, ["property", "unit"]), daemon=True)
        hung.start()
        assert stuck.proxy.hanging.wait(20)
        done = pull.backfill(well.source, ["property", "unit", "work_order"])
        unit = next(iter(well.held(Unit).values()))
        made = push(well.door, WorkOrder, None, drip(unit), verb="create", op_key="one", actor="a test")
        assert hung.is_alive(), "the hanging call ended before the other PMS was done"
        assert stuck.proxy.hanging.is_set()
        assert [(one.error, one.settled) for one in done] == [(None, True)] * 3
        assert made.state == "verified"
        stuck.proxy.release()
        hung.join(20)
        assert stuck.held(Unit), "once the line was free, the reading that had hung went on"
