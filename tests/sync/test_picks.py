"""Pick lists: a word they lack is looked for once more at the PMS, on reading and on writing, and not for ever."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.sync.pretend import NO_WRITE
from tests.workflows.conftest import town, town_at
from tests.workflows.town import Town

from rooftree.clock import ManualClock
from rooftree.connectors.base import Context, Resource, WireRecord
from rooftree.connectors.changes import pick
from rooftree.connectors.values import word_of
from rooftree.errors import Unreachable
from rooftree.model.maintenance import Vendor
from rooftree.sync.picks import PickLists, renewed
from rooftree.sync.push import push, settle
from rooftree.sync.source import read

__all__ = ["town", "town_at"]  # fixtures of another folder


class Pms:
    """A PMS whose lists staff may add to; `asked` counts how often they were read."""

    def __init__(self) -> None:
        self.trades = {"Plumbing": "1"}
        self.asked = 0
        self.is_down = False

    def read(self) -> dict[str, dict[str, str]]:
        self.asked += 1
        if self.is_down:
            raise Unreachable("No answer.")
        return {"trades": dict(self.trades)}


@pytest.fixture
def pms() -> Pms:
    return Pms()


@pytest.fixture
def context(pms: Pms, clock: ManualClock) -> Context:
    return Context(picks=PickLists(pms.read, clock))


LOOKS: list[Callable[[Any, str, str], Any]] = [
    lambda words, word, _id: words.get(word),
    lambda words, word, _id: pick(words, word),
    lambda words, _word, id: word_of(words, id),
]


@pytest.mark.parametrize("look", LOOKS)
def test_a_word_that_staff_added_is_found_after_one_reading(pms: Pms, context: Context, look: Any) -> None:
    pms.trades["Roofing"] = "2"
    assert look(context.picks["trades"], "Roofing", "2") is None
    assert renewed(context)
    assert str(look(context.picks["trades"], "Roofing", "2")) in ("2", "Roofing")
    assert (pms.asked, renewed(context)) == (2, False)


def test_a_word_the_pms_lacks_costs_one_reading_and_not_one_per_record(
    pms: Pms, context: Context, clock: ManualClock
) -> None:
    for _record in range(100):
        context.picks["trades"].get("Alchemy")
        renewed(context)
        clock.advance(5)
    assert pms.asked == 2


def test_many_unknown_words_are_asked_for_once_a_minute(pms: Pms, context: Context, clock: ManualClock) -> None:
    for number in range(60):
        context.picks["trades"].get(f"Word {number}")
        renewed(context)
        clock.advance(2)
    assert pms.asked == 1 + 2


def test_a_list_that_cannot_be_read_again_stays_as_it_was(pms: Pms, context: Context) -> None:
    pms.is_down = True
    context.picks["trades"].get("Roofing")
    assert not renewed(context)
    assert context.picks["trades"]["Plumbing"] == "1"


def test_going_through_all_words_looks_for_none(pms: Pms, context: Context) -> None:
    assert sorted(context.picks["trades"].items()) == [("Plumbing", "1")]
    assert not renewed(context)


def test_a_record_of_a_new_word_is_read_with_the_word(pms: Pms, context: Context) -> None:
    def to_vendor(wire: WireRecord, ctx: Context) -> Vendor:
        return Vendor(id=wire["id"], company=word_of(ctx.picks["trades"], wire["trade"]))

    row = Resource(record=Vendor, read=to_vendor, list=NO_WRITE, get=NO_WRITE, create=NO_WRITE, update=NO_WRITE,
                   close=NO_WRITE)  # fmt: skip
    pms.trades["Roofing"] = "2"
    found = read(row, {"id": "7", "trade": 2}, context)
    assert isinstance(found, Vendor)
    assert (found.company, pms.asked) == ("Roofing", 2)


def test_a_write_finds_a_category_that_staff_added_meanwhile(town: Town) -> None:
    """Through the real door: the lists were read, staff add a category in Buildium, and the write is for it."""
    door = town.services.lines.door(town.connection_id)
    before = len(town.pms.calls)
    account: Any = town.pms.behaviour
    made = account.account.vendor_categories.add({"Name": "Chimneys", "IsSystemCategory": False})
    sweep = Vendor(id="", company="Sweep & Sons", trades_raw=("Chimneys",))
    outcome = settle(door, push(door, Vendor, None, sweep, verb="create", op_key="sweep", actor="staff"))
    assert outcome.state == "verified", outcome.reason
    assert town.pms.truth("vendors")[-1]["Category"]["Id"] == made
    asked = [call.path for call in town.pms.calls[before:] if call.path == "/v1/vendors/categories"]
    assert len(asked) == 1
