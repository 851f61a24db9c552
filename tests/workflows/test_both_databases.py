"""The main road once on each database."""

from __future__ import annotations

from pathlib import Path

from tests.workflows.conftest import NIGHT
from tests.workflows.town import ON_CALL, found

from rooftree.db import Database
from rooftree.model.cases import CaseState
from rooftree.store.keys import Keys


def test_a_gas_smell_goes_from_text_to_closed(database: Database, keys: Keys, tmp_path: Path) -> None:
    town = found(database, keys, tmp_path, NIGHT)
    town.text(town.resident, "strong smell of gas in my kitchen")
    town.text(ON_CALL[0], f"OK {town.pages()[0].code}")
    town.answer("A")
    town.answer("DONE")
    town.text(town.resident, "yes")
    (order,) = town.orders()
    assert (town.case().state, order["TaskStatus"]) == (CaseState.CLOSED, "Completed")


def test_the_manager_reads_which_facts_were_used(database: Database, keys: Keys, tmp_path: Path) -> None:
    town = found(database, keys, tmp_path, NIGHT)
    town.text(town.resident, "strong smell of gas in my kitchen")
    told = town.remarks()
    assert 'the resident wrote "smell of gas"' in told
    assert "unit 101 (as of Jan 15, 02:04 AM)" in told
    assert "Asking Old Mill Plumbing" in told
