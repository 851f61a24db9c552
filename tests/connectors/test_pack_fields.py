"""The fields of a mapping pack: what is refused, by which line and why; what conversions make. Words are made up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from rooftree.connectors import conversions, pack_fields, pack_text, packs, registry
from rooftree.errors import InvalidInput
from rooftree.model.base import Money

REFUSED = [
    ("fields:\n  unit:\n    number: asset_id\n    floor: asset_id", 4, "'asset_id' is number already (line 3)"),
    ("fields:\n  unit:\n    number: asset_id\n    number: Other", 4, "stands in line 3 already"),
    ("fields:\n  unit:\n    nummer: asset_id", 3, "there is no field 'nummer' of ours"),
    ("fields:\n  villa:\n    number: asset_id", 2, "there is no record 'villa'"),
    ("fields:\n  unit:\n    custom:a: b\n    custom:b: a", 3, "in a ring: custom:a -> custom:b -> custom:a"),
    ("fields:\n  unit:\n    number: {theirs: a, as: roman}", 3, "no conversion 'roman'; there is text"),
    (
        "fields:\n  unit:\n    is_furnished: {theirs: a, as: number}",
        3,
        "number does not make a is_furnished; yes_no does",
    ),
    ("fields:\n  unit:\n    number: {theirs: a, read_only: perhaps}", 3, "must be true or false"),
    ("fields:\n  unit:\n    number: {theirs: a, path: b}", 3, "either `theirs`"),
    ("fields:\n  unit:\n    number: {theirs: a, run: b}", 3, "there is no 'run' here"),
    ("fields:\n  unit:\n    number: [a, b]", 3, "one word or number"),
    ("fields:\n  unit:\n    property_id: a", 3, "cannot be mapped: it is a link"),
    ("fields:\n  unit:\n    address: a", 3, "cannot be mapped"),
    ("fields:\n  unit:\n    'custom:': a", 3, "needs its name"),
    ("fields:\n  work_order:\n    status: a", 3, "a status decides what is open"),
    ("fields:\n  work_order:\n    priority: {theirs: a, words: {Hot: hottest}}", 3, "'hottest' is no word of ours"),
    ("required:\n  unit:\n    destroy: [number]", 3, "there is no verb 'destroy'"),
    ("required:\n  unit:\n    create: number", 3, "must be a list"),
    ("required:\n  unit:\n    create: [colour]", 3, "there is no field 'colour'"),
    ("defaults:\n  unit:\n    square_feet: many", 3, "does not read as a number"),
    ("defaults:\n  work_order:\n    priority: hottest", 3, "'hottest' is no word of ours"),
    ("name: acme\nextends: acme", 2, "this makes a ring: acme extends acme"),
    ("extends: nobody", 1, "there is no pack of ours called 'nobody'"),
    ("fields:\n  unit: " + "[" * 5000, None, "too deep"),
]


def load(text: str, pms: str = "rent_manager") -> packs.MappingPack:
    return packs.load(registry.load(pms), text)


@pytest.mark.parametrize(("text", "line", "reason"), REFUSED, ids=[reason for _, _, reason in REFUSED])
def test_a_wrong_field_is_refused_with_line_and_reason(text: str, line: int | None, reason: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        load(text)
    assert reason in str(caught.value)
    assert line is None or f"line {line}:" in str(caught.value)
    assert caught.value.path == "mapping_pack"


@pytest.mark.parametrize(
    ("pms", "text", "reason"),
    [
        ("entrata", "fields: {unit: {number: asset_id}}", "Entrata shows custom fields of properties only"),
        ("entrata", "fields: {property: {code: Asset}}", "lets no property be written"),
        ("buildium", "fields: {unit: {number: asset_id}}", "has no custom fields; read it with `path: ...`"),
        ("entrata", "fields: {owner: {notes: {path: a}}}", "Entrata shows no owner"),
        ("entrata", "required: {unit: {create: [number]}}", "no unit can be written so"),
        ("appfolio", "fields: {work_order: {description: a}}", "on a work_order"),
    ],
)
def test_what_a_pms_cannot_show_or_take_is_refused_by_the_name_of_its_gap(pms: str, text: str, reason: str) -> None:
    with pytest.raises(InvalidInput, match="line 1: ") as caught:
        load(text, pms)
    assert reason in str(caught.value)


def test_a_field_that_carries_our_mark_is_not_moved_away() -> None:
    with pytest.raises(InvalidInput, match="finds a write again whose answer was lost"):
        load("fields: {unit: {notes: Story}}")
    assert load("fields: {unit: {notes: {theirs: Story, read_only: true}}}").fields("unit")[0].read_only


def test_what_can_only_be_read_is_taken_where_the_pack_says_so() -> None:
    rules = load("fields: {unit: {number: {path: UnitNumber}}, property: {code: {path: a.0.b}}}", "buildium").rules
    assert [(rule.theirs, rule.by_path, rule.read_only) for rule in rules.fields["unit"]] == [
        ("UnitNumber", True, True)
    ]


def test_a_pack_tells_version_and_a_mark_that_changes_with_what_is_read() -> None:
    one, other = load("version: 7\nfields: {unit: {number: a}}"), load("version: 7\nfields: {unit: {number: b}}")
    assert one.told()["version"] == "7"
    assert one.told()["mark"] != other.told()["mark"]
    assert one.mark("unit") != other.mark("unit")
    assert (one.mark("vendor"), other.mark("vendor")) == ("", "")
    assert load("required: {unit: {create: [number]}}").mark("unit") == ""


def laid(text: str, **shipped: str) -> dict[str, Any]:
    """The fields of a unit that come of a text over packs with these names."""
    found = pack_text.document(text, shipped.get, tuple(shipped))
    connector = registry.load("rent_manager")
    fields = pack_fields.rules(connector, {key.value: node for key, node in found.sections.items()}).fields
    return {rule.ours: rule.theirs for rule in fields["unit"]}


BASE = "version: 2\nfields:\n  unit: {number: asset_id, floor: Level}"


def test_a_customers_overlay_wins_key_by_key_and_takes_away_with_a_tilde() -> None:
    assert laid("extends: ours\nfields:\n  unit: {number: Door, floor: ~}", ours=BASE) == {"number": "Door"}
    assert laid("extends: ours\nfields:\n  unit: {pet_policy: Memo}", ours=BASE) == {
        "number": "asset_id", "floor": "Level", "pet_policy": "Memo",
    }  # fmt: skip


def test_two_of_ours_to_one_of_theirs_over_two_packs_name_both_places() -> None:
    with pytest.raises(InvalidInput, match=r"line 3: 'asset_id' is number already \(pack ours, line 3\)"):
        laid("extends: ours\nfields:\n  unit: {pet_policy: asset_id}", ours=BASE)


def test_packs_that_extend_each_other_are_refused_in_the_pack_that_closes_the_ring() -> None:
    with pytest.raises(InvalidInput, match="pack two, line 1: this makes a ring: one extends two extends one"):
        laid("extends: one", one="extends: two", two="extends: one")


@pytest.mark.parametrize(
    ("name", "kind", "theirs", "ours", "back"),
    [
        ("text", str, " 4B ", "4B", "4B"),
        ("upper", str, "4b", "4B", "4B"),
        ("lower", None, "GAS", "gas", "gas"),
        ("number", int, "1,200", 1200, "1200"),
        ("number", Decimal, 1.5, Decimal("1.5"), "1.5"),
        ("number", Money, "$1,200.50", Money(amount=Decimal("1200.50")), "1200.50"),
        ("number", None, "2.50", "2.50", "2.50"),
        ("yes_no", bool, "Y", True, "Yes"),
        ("yes_no", bool, 0, False, "No"),
        ("date", date, "2026-01-31T00:00:00", date(2026, 1, 31), "2026-01-31"),
        ("us_date", date, "1/31/2026", date(2026, 1, 31), "01/31/2026"),
        ("date", None, "01/31/2026", "2026-01-31", "2026-01-31"),
    ],
)
def test_a_conversion_reads_and_writes_back(name: str, kind: Any, theirs: Any, ours: Any, back: str) -> None:
    assert conversions.read(name, kind, theirs) == ours
    assert conversions.write(name, ours) == back
    assert conversions.read(name, kind, back) == ours


@pytest.mark.parametrize(
    ("name", "kind", "theirs"),
    [
        ("number", int, "1.5"), ("number", int, "many"), ("number", int, True), ("number", Decimal, "NaN"),
        ("yes_no", bool, "perhaps"), ("date", date, "soon"), ("us_date", date, "31/31/2026"), ("text", str, {"a": 1}),
    ],
)  # fmt: skip
def test_what_does_not_convert_is_refused_without_its_value(name: str, kind: Any, theirs: Any) -> None:
    with pytest.raises(ValueError, match="not") as caught:
        conversions.read(name, kind, theirs)
    assert str(theirs) not in str(caught.value)
