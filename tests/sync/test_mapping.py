"""A customer's own fields through a whole connection: read, written, read back, required, filled in, mapped anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.sync.accounts import Account, open_account

from rooftree.clock import ManualClock
from rooftree.db import Database
from rooftree.errors import InvalidInput, Unsupported
from rooftree.model.maintenance import WorkOrder
from rooftree.model.portfolio import Property, Unit
from rooftree.model.vocabulary import Priority
from rooftree.store import events, unreadable
from rooftree.store.keys import Keys
from rooftree.sync import remap
from rooftree.sync.rehearsal import rehearse

NUMBER = "fields:\n  unit:\n    number: asset_id\n"
TELLING = ("rent_manager", "propertyware", "appfolio")
"""Property systems whose units have custom fields that can be written."""
Open = Callable[..., Account]


@pytest.fixture
def open_it(sqlite_database: Database, keys: Keys, clock: ManualClock, tmp_path: Path) -> Open:
    return lambda pms, units=3: open_account(pms, sqlite_database, keys, clock, tmp_path, units)


@pytest.mark.parametrize("pms", TELLING)
def test_a_units_number_is_kept_in_the_customers_asset_id_and_read_from_there(pms: str, open_it: Open) -> None:
    account = open_it(pms)
    account.read("property", "unit")
    before, other, *_ = account.all(Unit)
    account.set(NUMBER)
    outcome = account.write("update", Unit, before.id, {"number": "AS-100"})
    assert (outcome.state, outcome.reason) == ("verified", "")
    held = account.unmapped(before.id)
    assert (held.number, held.custom["asset_id"]) == (before.number, "AS-100")
    account.read("unit")
    mirrored = {unit.id: unit for unit in account.all(Unit)}
    assert mirrored[before.id].number == "AS-100"
    assert "asset_id" not in mirrored[before.id].custom
    assert "AS-100" in str(mirrored[before.id].raw)
    assert mirrored[other.id].number == other.number, "where theirs is empty the PMS's own number stands in"


@pytest.mark.parametrize("pms", TELLING)
def test_a_change_of_another_field_writes_no_mapped_one(pms: str, open_it: Open) -> None:
    account = open_it(pms)
    account.read("property", "unit")
    account.set(NUMBER)
    unit, *_ = account.all(Unit)
    assert account.write("update", Unit, unit.id, {"custom": {"Rooftree sample": "x"}}).state == "verified"
    assert account.unmapped(unit.id).custom == {"Rooftree sample": "x"}


@pytest.mark.parametrize("pms", ["embedded", "rent_manager"])
def test_a_new_unit_has_its_number_in_the_customers_asset_id_too(pms: str, open_it: Open) -> None:
    account = open_it(pms)
    place = account.place()
    account.set(NUMBER + "    custom:level: {theirs: Rooftree sample, as: upper}")
    unit = Unit(id="", property_id=place, number="AS-7", custom={"level": "first"})
    outcome = account.write("create", Unit, None, unit)
    assert (outcome.state, outcome.reason) == ("verified", "")
    assert outcome.record is not None
    assert outcome.record.custom == {"level": "FIRST"}
    held = account.unmapped(outcome.record.id)
    assert (held.number, held.custom) == ("AS-7", {"asset_id": "AS-7", "Rooftree sample": "FIRST"})
    changed = account.write("update", Unit, held.id, {"number": "AS-8", "custom": {"level": "second"}})
    assert (changed.state, changed.reason) == ("verified", "")
    held = account.unmapped(held.id)
    assert (held.number, held.custom) == ("AS-7", {"asset_id": "AS-8", "Rooftree sample": "SECOND"})


def test_a_mapped_field_is_emptied_where_it_is_theirs(open_it: Open) -> None:
    account = open_it("embedded")
    account.set("fields: {unit: {pet_policy: Pets}}")
    unit = Unit(id="", property_id=account.place(), number="1", pet_policy="cats")
    made = account.write("create", Unit, None, unit).record
    assert made is not None
    assert account.unmapped(made.id).custom == {"Pets": "cats"}
    assert account.write("update", Unit, made.id, {"pet_policy": None}).state == "verified"
    assert account.unmapped(made.id).custom == {"Pets": ""}
    assert account.unmapped(made.id).pet_policy is None


def test_a_write_by_their_name_of_a_mapped_field_is_refused_with_ours(open_it: Open) -> None:
    account = open_it("embedded")
    account.set(NUMBER)
    unit = Unit(id="", property_id=account.place(), number="1", custom={"asset_id": "2"})
    outcome = account.write("create", Unit, None, unit)
    assert outcome.state == "rejected"
    assert "'asset_id' is number by your mapping pack (line 3)" in outcome.reason


def test_what_is_only_read_is_refused_to_be_written_by_the_packs_line(open_it: Open) -> None:
    account = open_it("rent_manager")
    account.read("property", "unit")
    account.set("fields: {unit: {floor: {path: UnitType.Name}}}")
    account.read("unit")
    unit, *_ = account.all(Unit)
    assert unit.floor == unit.floorplan_name is not None
    with pytest.raises(Unsupported, match=r"only reads it, from UnitType.Name \(line 1\)"):
        account.write("update", Unit, unit.id, {"floor": "2"})


def test_a_value_that_does_not_convert_makes_the_record_unreadable_by_the_packs_line(open_it: Open) -> None:
    account = open_it("rent_manager")
    account.read("property", "unit")
    account.set("fields: {unit: {square_feet: {path: UnitType.Name}}}")
    account.read("unit")
    with account.database.read() as conn:
        kept = unreadable.listed(conn, account.id, "unit")
    assert len(kept) == len(account.all(Unit))
    assert {each.error for each in kept} == {
        "unit: 'UnitType.Name', which your mapping pack reads as square_feet (line 1), does not read as a number."
    }


REQUIRED = "required:\n  unit:\n    create: [floor, custom:Cost center]\n    update: [floor]\n"


@pytest.mark.parametrize(
    ("floor", "custom", "names"), [(None, {"Cost center": "1"}, "floor"), ("2", {}, "Cost center")]
)
def test_a_write_that_lacks_what_the_pack_requires_is_refused_before_any_call(
    floor: str | None, custom: dict[str, str], names: str, open_it: Open
) -> None:
    account = open_it("rent_manager")
    account.set(REQUIRED)
    asked = len(account.calls)
    wish = Unit(id="", property_id="1", number="1", floor=floor, custom=custom)
    with pytest.raises(InvalidInput, match=f"A unit needs {names}: .*mapping pack, line 3") as caught:
        account.write("create", Unit, None, wish)
    assert caught.value.path == ("custom" if "C" in names else "floor")
    with pytest.raises(InvalidInput, match=r"needs floor.*line 4"):
        account.write("update", Unit, "1", {"floor": ""})
    assert [call.path for call in account.calls[asked:] if "Units" in call.path] == []


def test_a_change_of_a_record_that_lacks_what_is_required_changes_nothing(open_it: Open) -> None:
    account = open_it("embedded")
    made = account.write("create", Unit, None, Unit(id="", property_id=account.place(), number="1")).record
    assert made is not None
    account.set(REQUIRED)
    outcome = account.write("update", Unit, made.id, {"number": "2"})
    assert (outcome.state, outcome.reason[:19]) == ("rejected", "A unit needs floor:")
    assert account.unmapped(made.id).number == "1"
    assert account.write("update", Unit, made.id, {"number": "2", "floor": "3"}).state == "verified"


def test_a_default_fills_what_a_new_record_leaves_empty_and_nothing_else(open_it: Open) -> None:
    account = open_it("embedded")
    place = account.place()
    account.set("required: {unit: {create: [floor]}}\ndefaults: {unit: {floor: ground, custom:Class: B}}")
    made = account.write("create", Unit, None, Unit(id="", property_id=place, number="1")).record
    other = account.write("create", Unit, None, Unit(id="", property_id=place, number="2", floor="3")).record
    assert isinstance(made, Unit)
    assert isinstance(other, Unit)
    assert (made.floor, made.custom, other.floor) == ("ground", {"Class": "B"}, "3")
    assert account.write("update", Unit, other.id, {"floor": None}).state == "verified"
    assert account.unmapped(other.id).floor is None


def test_a_changed_pack_maps_the_mirror_anew_without_asking_the_pms_and_tells_what_changed(open_it: Open) -> None:
    account = open_it("rent_manager")
    account.read("property", "unit")
    unit, *_ = account.all(Unit)
    account.write("update", Unit, unit.id, {"custom": {"asset_id": "AS-1"}})
    account.set(NUMBER)
    assert account.state()["waiting"] == ["unit"]
    source = account.lines.source(account.id)
    asked = len(account.calls)
    assert remap.catch_up(source) == ["unit"]
    assert len(account.calls) == asked
    assert next(each for each in account.all(Unit) if each.id == unit.id).number == "AS-1"
    with account.database.read() as conn:
        told = events.since(conn, source.connection.organization_id, names=["unit.updated"])
    assert told[-1].data["fields"] == ["custom", "number"]
    assert account.state()["waiting"] == []
    assert remap.catch_up(source) == []
    account.set("")
    account.read("property")
    assert next(each for each in account.all(Unit) if each.id == unit.id).number == unit.number


def test_a_pack_put_right_makes_readable_again_what_a_wrong_one_did_not_read(open_it: Open) -> None:
    account = open_it("rent_manager")
    account.read("property", "unit")
    units = account.all(Unit)
    account.set("fields: {unit: {square_feet: {path: UnitType.Name}}}")
    remap.catch_up(account.lines.source(account.id))
    assert account.unreadable("unit") == len(units)
    account.set("fields: {unit: {floor: {path: UnitType.Name}}}")
    remap.catch_up(account.lines.source(account.id))
    assert account.unreadable("unit") == 0
    assert {each.id: each.floor for each in account.all(Unit)} == {each.id: each.floorplan_name for each in units}


def test_a_first_load_by_a_pack_waits_for_nothing(open_it: Open) -> None:
    account = open_it("rent_manager")
    account.set("version: 4\n" + NUMBER)
    account.read("property", "unit")
    assert account.state() == {**account.state(), "version": "4", "waiting": []}


def test_a_rehearsal_shows_before_and_after_and_keeps_nothing(open_it: Open) -> None:
    account = open_it("rent_manager")
    account.read("property", "unit")
    unit = min(account.all(Unit), key=lambda each: each.id)
    account.write("update", Unit, unit.id, {"custom": {"asset_id": "AS-1"}})
    text = NUMBER + "    custom:fuel: Trade\ndefaults: {unit: {floor: '1'}}"
    told = rehearse(account.lines.source(account.id), text, count=3)
    assert told["read"] == {"unit": 3}
    assert told["differences"] == [
        {"record": "unit", "id": unit.id, "field": "custom:asset_id", "before": "AS-1", "after": None},
        {"record": "unit", "id": unit.id, "field": "number", "before": unit.number, "after": "AS-1"},
    ]
    assert told["empty"] == [{"record": "unit", "field": "custom:fuel", "theirs": "Trade", "where": "line 4"}]
    assert told["defaults"] == [{"record": "unit", "field": "floor", "default": "1"}]
    assert account.unmapped(unit.id).number == unit.number
    assert account.state()["waiting"] == []


def test_a_rehearsal_tells_what_would_not_be_read_and_refuses_a_field_the_account_has_not(open_it: Open) -> None:
    account = open_it("rent_manager")
    account.read("property", "unit")
    source = account.lines.source(account.id)
    told = rehearse(source, "fields: {unit: {square_feet: {path: UnitType.Name}}}", count=2)
    assert [(each["record"], each["count"]) for each in told["unreadable"]] == [("unit", 2)]
    with pytest.raises(InvalidInput, match=r"line 3: your account has no custom field 'assets'.*it has .*asset_id"):
        rehearse(source, NUMBER.replace("asset_id", "assets"), count=2)


def test_a_customers_words_over_our_pack_mean_the_same_in_reading_and_writing(open_it: Open) -> None:
    account = open_it("entrata", units=12)
    account.set("extends: multifamily\npriority_words: {Normal: emergency, Emergency: urgent}\nfields: {unit: ~}")
    account.read("property", "unit", "work_order")
    means = {"Normal": Priority.EMERGENCY, "Emergency": Priority.URGENT, "High": Priority.URGENT}
    order = next(each for each in account.all(WorkOrder) if each.status.is_open)
    assert order.priority is means[order.priority_raw or ""]
    other = next(word for word, priority in means.items() if priority is not order.priority)
    assert {place.custom.get("region") for place in account.all(Property)} == {"TX"}
    assert not any(unit.custom for unit in account.all(Unit))
    outcome = account.write("update", WorkOrder, order.id, {"priority": means[other]})
    assert (outcome.state, outcome.reason) == ("verified", "")
    assert isinstance(outcome.record, WorkOrder)
    assert outcome.record.priority_raw == other
    account.set("extends: multifamily")
    account.read("property")
    assert {unit.custom["availability"] for unit in account.all(Unit)} == {"Occupied", "Vacant Unrented Ready"}


def test_a_mapped_word_keeps_theirs_beside_ours_and_goes_back_as_theirs(open_it: Open) -> None:
    account = open_it("embedded")
    account.set("fields: {work_order: {priority: {theirs: Urgency, words: {Hot: urgent, Cold: routine}}}}")
    place = account.place()
    account.read("work_order")
    made = account.write(
        "create", WorkOrder, None, WorkOrder(id="", property_id=place, title="a", priority=Priority.URGENT)
    )
    assert (made.state, made.record and made.record.custom) == ("verified", {})
    assert isinstance(made.record, WorkOrder)
    assert (made.record.priority, made.record.priority_raw) == (Priority.URGENT, "Hot")
    assert account.write("update", WorkOrder, made.record.id, {"custom": {"Urgency": "Tepid"}}).state == "rejected"
    account.set("")
    assert account.write("update", WorkOrder, made.record.id, {"custom": {"Urgency": "Tepid"}}).state == "verified"
    account.set("fields: {work_order: {priority: {theirs: Urgency, words: {Hot: urgent, Cold: routine}}}}")
    account.read("work_order")
    (order,) = account.all(WorkOrder)
    assert (order.priority, order.priority_raw) == (Priority.UNKNOWN, "Tepid")
