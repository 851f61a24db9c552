"""What a write showed of the rights of a key is kept, and grades the connection from then on."""

from __future__ import annotations

from dataclasses import replace

from tests.sync.desk import Desk

from rooftree.connectors import levels
from rooftree.connectors.probe import ALLOWED, Evidence, of_rows, to_rows
from rooftree.store import evidence


def kept(desk: Desk) -> list[Evidence]:
    with desk.door.database.read() as conn:
        return of_rows(evidence.listed(conn, desk.door.connection_id))


def test_a_first_write_that_is_refused_is_kept_and_takes_the_level(desk: Desk) -> None:
    before = levels.level(desk.door.connector, kept(desk))
    desk.simulator.faults.arm("read_only_key")
    assert desk.create().state == "rejected"
    (shown,) = kept(desk)
    assert (shown.record, shown.verb, shown.proof, shown.status) == ("work_order", "create", "refused", 403)
    assert levels.level(desk.door.connector, kept(desk)) < before


def test_a_write_that_was_read_back_proves_it_also_after_a_refusal(desk: Desk) -> None:
    desk.simulator.faults.arm("read_only_key")
    desk.create()
    desk.simulator.faults.clear()
    assert desk.create("op-9").state == "verified"
    assert [(shown.verb, shown.proof) for shown in kept(desk)] == [("create", "shown")]


def test_a_key_that_is_refused_as_a_whole_tells_nothing_of_one_kind_of_write(desk: Desk) -> None:
    desk.simulator.faults.arm("expired_key", method="POST")
    assert desk.create().state == "rejected"
    assert kept(desk) == []


def test_a_right_to_write_takes_nothing_away_from_a_write_that_was_made_and_clears_a_refusal(desk: Desk) -> None:
    desk.create()
    right = Evidence(record="work_order", verb="create", ok=True, why=ALLOWED)

    def probed(shown: Evidence) -> str:
        with desk.door.database.write() as conn:
            evidence.keep(conn, desk.door.connection_id, to_rows([shown]), desk.clock.now())
        return kept(desk)[0].proof

    assert [probed(right), probed(replace(right, ok=False)), probed(right)] == ["shown", "refused", "allowed"]
