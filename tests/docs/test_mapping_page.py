"""The page on mapping packs is run: each pack is read by its connector, and the worked examples do what they show."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.docs.write import ROOT
from tests.sync.accounts import open_account

from rooftree.clock import ManualClock
from rooftree.connectors import conversions, packs, registry
from rooftree.db import Database
from rooftree.model.maintenance import WorkOrder
from rooftree.model.portfolio import Unit
from rooftree.store.keys import Keys
from rooftree.surfaces.cli.output import lines
from rooftree.sync import remap
from rooftree.sync.rehearsal import rehearse

PAGE = (ROOT / "docs/mapping.md").read_text()
PACKS = {
    found[2]: (found[1], found[0]) for found in re.finditer(r"(?<=```yaml\n)# (\w+): (\S+)\n(?:.+\n|\n)*?(?=```)", PAGE)
}
"""Name of the file -> (property system, text)."""
SHOWN = dict(re.findall(r"mapping check con_\S+ (\S+) --count 2\n```\n```text\n((?:.+\n)+?)```", PAGE))


@pytest.mark.parametrize("name", PACKS)
def test_each_pack_of_the_page_is_read_by_its_connector(name: str) -> None:
    pms, text = PACKS[name]
    assert packs.load(registry.load(pms), text).told()["mark"]


def test_the_page_names_each_conversion_and_each_pack_of_ours() -> None:
    shipped = [name for pms in registry.names() for name in packs.shipped(pms)]
    assert [word for word in (*conversions.NAMES, *shipped) if f"`{word}`" not in PAGE] == []


@pytest.mark.parametrize("pms", registry.names())
def test_each_pack_of_ours_is_read_by_its_connector(pms: str) -> None:
    for name in packs.shipped(pms):
        assert packs.load(registry.load(pms), f"extends: {name}").extends == (name,)


def test_the_worked_example_reads_and_writes_a_units_number_as_the_page_shows(
    sqlite_database: Database, keys: Keys, clock: ManualClock, tmp_path: Path
) -> None:
    account = open_account("rent_manager", sqlite_database, keys, clock, tmp_path)
    account.read("property", "unit")
    first = min(account.all(Unit), key=lambda unit: unit.id)
    account.write("update", Unit, first.id, {"custom": {"asset_id": "AS-0001"}})
    text = PACKS["unit-number.yaml"][1]
    told = rehearse(account.lines.source(account.id), text, count=2)
    shown = {name: told[name] for name in ("version", "read", "differences", "empty", "required", "defaults")}
    assert "\n".join(lines(shown)) + "\n" == SHOWN["unit-number.yaml"]
    account.set(text)
    remap.catch_up(account.lines.source(account.id))
    assert "AS-0001" in {unit.number for unit in account.all(Unit)}
    assert account.write("update", Unit, first.id, {"number": "AS-0042"}).state == "verified"
    assert account.unmapped(first.id).custom["asset_id"] == "AS-0042"


def test_the_overlay_of_the_page_wins_over_our_pack_word_by_word(
    sqlite_database: Database, keys: Keys, clock: ManualClock, tmp_path: Path
) -> None:
    account = open_account("entrata", sqlite_database, keys, clock, tmp_path)
    text = PACKS["our-communities.yaml"][1]
    found = packs.load(registry.load("entrata"), text)
    assert (found.version, found.extends) == ("2", ("multifamily",))
    assert found.lists["priority_words"] == {
        "Life Safety": "emergency", "Same Day": "routine", "Next Business Day": "routine", "High": "emergency",
    }  # fmt: skip
    account.read("property", "unit", "work_order")
    told = rehearse(account.lines.source(account.id), text, count=20)
    assert "region" not in str(told["differences"])
    high = {each.id for each in account.all(WorkOrder) if each.priority_raw == "High"}
    raised = {row["id"] for row in told["differences"] if (row["field"], row["after"]) == ("priority", "emergency")}
    assert raised == high != set()
