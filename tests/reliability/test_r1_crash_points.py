"""R1: every effect exactly once or flagged, at every crash point, whatever becomes of the call (reliability.md 4)."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.reliability.cases import CASES, Case
from tests.reliability.drawn import FIRST, case_of, creates
from tests.reliability.trial import judge, open_database, run_life

from rooftree.db import Database
from rooftree.effects import crash
from rooftree.simulators.kit import Simulator

_SOURCE = Path(crash.__file__).parents[1]


@dataclass(frozen=True)
class Fate:
    """What becomes of a call: a fault of the simulator, and whether no answer comes back for it."""

    kind: str
    unclear: bool
    seconds: str = ""


FATES = {
    "all goes well": Fate("", unclear=False),
    "lost before commit": Fate("timeout_before_commit", unclear=True),
    "lost after commit": Fate("timeout_after_commit", unclear=True),
    "late commit": Fate("late_commit", unclear=True, seconds="late"),
    "500 but committed": Fate("error_after_commit", unclear=True),
    "half an answer": Fate("truncated", unclear=True),
    "delivered twice": Fate("duplicate_delivery", unclear=False),
    "reset, and reads lag": Fate("reset_after_commit", unclear=True, seconds="lag"),
    "throttled": Fate("throttle", unclear=False),
}
DIED_SENDING = {"effect.sent", "effect.called"}
AFTER_ONE = {"effect.confirmed", "push.compared", "push.verified"}
WHEN_UNCLEAR = {"effect.unknown", "effect.searched"}
FULL = bool(os.environ.get("ROOFTREE_SOAK"))


FEW = {
    "effect.called": "all goes well",
    "effect.unknown": "reset, and reads lag",
    "effect.searched": "lost before commit",
}
"""For what is not a work order: made and nobody wrote it down; made, unanswered and out of sight; not made at all."""


def passes(calls: int, point: str, fate: str) -> bool:
    """Whether a life can get to the point: a call without an answer was never `called`, and no other may follow."""
    return point != "effect.called" or not FATES[fate].unclear or calls > 1


def told_apart(case: Case) -> bool:
    """Whether two rows of a proxy's are known as ours and one of them as the one answered for."""
    return case.exact and case.tells_id


def few() -> list[tuple[str, str, str]]:
    """Each other write with a few points; in the soak every create with all of them.

    A row too many that a proxy made is known by its marker alone, so that is not asked where no marker is read back.
    """
    if not FULL:
        return [(each.name, point, fate) for each in FIRST for point, fate in FEW.items()]
    names = dict.fromkeys(each.name for each in [*FIRST, *creates()])
    return [
        (name, point, fate)
        for name in names
        for point in crash.POINTS
        for fate in FATES
        if passes(1, point, fate) and (fate != "delivered twice" or told_apart(case_of(name)))
    ]


TRIALS = [
    pytest.param(name, point, fate, nth, id=f"{name}, {point}, {fate}, call {nth}")
    for name, case in CASES.items()
    for row, point in enumerate(case.points)
    for column, fate in enumerate(FATES if case.wire else ["all goes well"])
    for nth in range(1, case.calls + 1)
    if (FULL or not case.wire or (row + column) % 2 == nth - 1) and passes(case.calls, point, fate)
    # Two found by the marker, and no answer says which is ours: that ends with a person, not after these points.
    if case.tells_id or fate != "delivered twice" or point not in AFTER_ONE
] + [pytest.param(*each, 1, id=", ".join(each)) for each in few()]
"""Work orders: each PMS, each point with each fate, which befalls the first and the second call in turn, in the soak
both. What else is written: see `few`."""


def arm(simulator: Simulator, case: Case, fate: Fate, nth: int) -> None:
    """Let the fate befall the nth call that writes."""
    if not fate.kind:
        return
    bounds, late = case.bounds, 0.0
    if fate.seconds == "late":
        late = bounds.send_timeout + bounds.late_commit - 1  # as late as declared
    if fate.seconds == "lag":
        simulator.faults.arm("read_lag", seconds=bounds.read_lag)
    method = "POST" if fate.kind in ("throttle", "truncated") else None
    simulator.faults.arm(fate.kind, method=method, after=nth - 1, seconds=late)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory, _sqlite_template: Path) -> dict[str, Path]:
    """A database with one live connection, per PMS."""
    made = {}
    for name in {case.connector.name for case in CASES.values()}:
        made[name] = tmp_path_factory.mktemp(name) / "rooftree.db"
        shutil.copy(_sqlite_template, made[name])
        database = open_database(made[name], name)
        with database.engine.connect() as conn:
            conn.exec_driver_sql("ROLLBACK")
            conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()
    return made


def when(point: str, fate: Fate, nth: int) -> str:
    """The label at which the process dies: at the nth call where that call passes the point."""
    passed_once = not point.startswith("effect.") or point in WHEN_UNCLEAR
    called = point == "effect.called" and fate.unclear
    return point if passed_once or called else f"{point}#{nth}"


@pytest.mark.parametrize(("name", "point", "fate", "nth"), TRIALS)
def test_a_crash_neither_doubles_nor_loses_nor_hides_a_write(
    name: str, point: str, fate: str, nth: int, template: dict[str, Path], tmp_path: Path
) -> None:
    case, path = case_of(name), tmp_path / "rooftree.db"
    shutil.copy(template[case.connector.name], path)
    simulator = case.build()
    arm(simulator, case, FATES[fate], nth)
    died = run_life(simulator, case, path, when(point, FATES[fate], nth)) == crash.EXIT_STATUS
    unclear = FATES[fate].unclear or not case.tells_id
    assert died == (unclear if point in WHEN_UNCLEAR else point != "effect.called" or case.tells_id)
    assert run_life(simulator, case, path) == 0
    database = Database(f"sqlite:///{path}")
    told = judge(case, simulator, database, doubled=FATES[fate].kind == "duplicate_delivery")
    assert told.push == "verified" or unclear or point in DIED_SENDING or told.incidents
    database.close()


def test_the_list_of_crash_points_is_the_code() -> None:
    """Of writes; reading has crash points of its own, which tests/sync walks through."""
    code = "".join(path.read_text() for path in _SOURCE.rglob("*.py"))
    assert sorted(re.findall(r'crash\.point\("((?:push|effect)\.[^"]+)"\)', code)) == sorted(crash.POINTS)
