"""R16: a copy made while others write opens with the root key, whole, and open work goes on from it."""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from tests.surfaces.office import Office, open_office
from typer.testing import CliRunner

from rooftree.clock import ManualClock
from rooftree.db import Database
from rooftree.model.portfolio import Unit
from rooftree.simulators.faults import Fault
from rooftree.store.keys import Keys
from rooftree.surfaces.cli.backup import copy
from rooftree.surfaces.cli.main import app
from rooftree.surfaces.home import services
from rooftree.sync import push
from rooftree.sync.lines import Lines

TITLE = "Sink drips"


@pytest.fixture
def office(sqlite_database: Database, keys: Keys, tmp_path: Path, clock: ManualClock) -> Office:
    return open_office(sqlite_database, keys, clock, tmp_path)


def begun(office: Office) -> str:
    """A write that was begun and whose end nobody knows yet; its job."""
    office.pms.faults.armed.append(Fault(kind="timeout_after_commit", method="POST", times=1))
    given = {"connection": office.connection.id, "title": TITLE, "unit_id": office.some(Unit).id}
    headers = {**office.signed, "idempotency-key": '"one"'}
    answer = office.browser.post("/v1/work-orders", headers=headers, json=given)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["job"])


def restored(office: Office, copy_of: Path) -> tuple[Database, Office]:
    """Another machine with the copy and the root key, before the same PMS."""
    database, before = Database(f"sqlite:///{copy_of}"), office.services
    lines = Lines(
        database, before.keys, office.clock, home=copy_of.parent / "new", transport_for=before.lines._transport_for
    )
    return database, replace(office, services=replace(before, database=database, lines=lines))


def test_a_write_under_way_is_ended_by_the_restored_machine_and_done_once(office: Office, tmp_path: Path) -> None:
    begun(office)
    copy(tmp_path / "rooftree.db", tmp_path / "copy.db")
    database, there = restored(office, tmp_path / "copy.db")
    for _ in range(20):
        there.clock.advance(120)
        push.recover(database, there.services.keys, there.clock, there.services.lines.door)
    with database.read() as conn:
        assert conn.exec_driver_sql("SELECT state FROM push").scalar_one() == "verified"
    assert there.all(Unit) == office.all(Unit)
    assert [row["Title"] for row in office.pms.truth("tasks")].count(TITLE) == 1
    database.close()


def test_a_copy_made_while_others_write_is_whole(office: Office, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            with office.services.database.write() as conn:  # two rows that belong together
                conn.exec_driver_sql(
                    "INSERT INTO organization VALUES (?, 'A', '2026-01-01T00:00:00Z')", (f"a{number}",)
                )
                conn.exec_driver_sql(
                    "INSERT INTO organization VALUES (?, 'B', '2026-01-01T00:00:00Z')", (f"b{number}",)
                )

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            copy(tmp_path / "rooftree.db", tmp_path / f"copy{number}.db")
    finally:
        stop.set()
        writer.join()
    for number in range(5):
        conn = sqlite3.connect(tmp_path / f"copy{number}.db")
        assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        halves = conn.execute(
            "SELECT name, count(*) FROM organization WHERE name IN ('A', 'B') GROUP BY name"
        ).fetchall()
        assert len({count for _name, count in halves}) <= 1, halves
        conn.close()


def test_a_copy_without_the_root_key_tells_nothing(office: Office, tmp_path: Path) -> None:
    name = office.resident().last_name
    assert name
    copy(tmp_path / "rooftree.db", tmp_path / "copy.db")
    assert name.encode() not in (tmp_path / "copy.db").read_bytes()
    assert (tmp_path / "copy.db").stat().st_mode & 0o077 == 0


def test_the_command_copies_says_where_the_key_is_and_overwrites_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROOFTREE_HOME", str(tmp_path / "home"))
    run = CliRunner()
    assert run.invoke(app, ["backup", str(tmp_path / "early.db")]).exit_code == 2
    with services(quiet=True):
        pass
    made = run.invoke(app, ["backup", str(tmp_path / "copy.db")])
    assert (made.exit_code, "root.key" in made.output) == (0, True), made.output
    again = run.invoke(app, ["backup", str(tmp_path / "copy.db")])
    assert (again.exit_code, "there already" in again.output) == (2, True)
