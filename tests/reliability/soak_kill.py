"""Kill -9 at random: processes that write work orders die anywhere, again and again; then history meets truth.

`python -m tests.reliability.soak_kill --trials 1000` writes its figures into docs/reliability-figures.json.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.reliability.cases import CASES
from tests.reliability.drawn import FIRST, case_of
from tests.reliability.test_r1_crash_points import FATES, arm
from tests.reliability.trial import judge, open_database, run_life

from rooftree.db import Database
from rooftree.store.migrate import upgrade

FIGURES = Path(__file__).parents[2] / "docs" / "reliability-figures.json"
_MESSAGES = 80
"""About as many looks at the clock and calls as an undisturbed life makes before its write is verified."""
_MOMENT = 0.02
"""Seconds within which the kill follows the message at which it is decided."""


def main() -> None:
    """Run the trials, print and keep the figures; the exit status is 1 when one trial failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    figures = soak(asked.trials, random.Random(asked.seed)) | {"seed": asked.seed}
    kept = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    FIGURES.write_text(json.dumps(kept | {"r1_random_kill": figures}, indent=2) + "\n")
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")
    sys.exit(1 if figures["failures"] else 0)


def soak(trials: int, dice: random.Random) -> dict[str, Any]:
    """What happened in so many trials; `failures` names each in which a write was doubled, lost or unflagged."""
    started, counts, failures = time.monotonic(), Counter[str](), list[str]()
    with tempfile.TemporaryDirectory() as folder:
        templates = {pms: _template(Path(folder), pms) for pms in {case.connector.name for case in CASES.values()}}
        names = [*CASES, *(each.name for each in FIRST)]
        for number in range(trials):
            name, fate = dice.choice(names), dice.choice(list(FATES))
            path = Path(folder) / f"trial-{number}.db"
            shutil.copy(templates[case_of(name).connector.name], path)
            try:
                counts.update(_trial(name, fate, path, dice))
            except AssertionError as error:
                failures.append(f"trial {number}, {name}, {fate}: {error}")
            for left in Path(folder).glob(f"trial-{number}.db*"):
                left.unlink()
    return {
        "trials": trials,
        **{key: counts[key] for key in ("killed", "verified", "needs_human", "duplicates_flagged")},
        "on": {name: counts[name] for name in names},
        "failures": failures,
        "seconds": round(time.monotonic() - started, 1),
    }


def _template(folder: Path, name: str) -> Path:
    path = folder / f"{name}.db"
    empty = Database(f"sqlite:///{path}")
    upgrade(empty)
    empty.close()
    database = open_database(path, name)
    with database.engine.connect() as conn:
        conn.exec_driver_sql("ROLLBACK")
        conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


def _trial(name: str, fate: str, path: Path, dice: random.Random) -> Counter[str]:
    case = case_of(name)
    simulator = case.build()
    if case.wire:
        arm(simulator, case, FATES[fate], dice.choice((1, 2)))
    kills = [run_life(simulator, case, path, kill=_killer(dice)) for _ in range(dice.randint(1, 3))]
    assert run_life(simulator, case, path) == 0, "the last life did not come to its end"
    database = Database(f"sqlite:///{path}")
    told = judge(case, simulator, database, doubled=case.wire and FATES[fate].kind == "duplicate_delivery")
    database.close()
    killed = kills.count(-signal.SIGKILL)
    return Counter({name: 1, told.push: 1, "killed": killed, "duplicates_flagged": told.incidents})


def _killer(dice: random.Random) -> Callable[[int, int], None]:
    at, delay = dice.randint(0, _MESSAGES), dice.uniform(0.0, _MOMENT)

    def kill(pid: int, count: int) -> None:
        if count == at:
            threading.Timer(delay, _kill_now, (pid,)).start()

    return kill


def _kill_now(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return  # it was done before


if __name__ == "__main__":
    main()
