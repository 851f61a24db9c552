"""The same trouble from another name or in another language gets the same offer: who somebody is decides nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from rooftree.agents.facts import Decision, Facts, Household
from rooftree.agents.maintenance import decide
from rooftree.model.base import Phone
from rooftree.model.cases import Case, CaseEvent
from rooftree.model.maintenance import Vendor
from rooftree.model.vocabulary import Trade
from rooftree.triage.kernel import triage

NOW = datetime(2026, 1, 15, 16, 0, tzinfo=UTC)
HOME = Household(
    connection="n", resident_id="1", first_name="Anna", name="Anna Smith", property_id="p", property_name="Elm",
    unit_id="u", unit_number="101", lease_id="l", zone=ZoneInfo("America/New_York"), as_of=NOW,
)  # fmt: skip
VENDORS = tuple(
    Vendor(id=id, company=id, trades=(trade,), phones=(Phone(number="+13125550101"),))
    for id, trade in (("1", Trade.PLUMBING), ("2", Trade.PLUMBING), ("3", Trade.HVAC), ("4", Trade.GAS))
)
NAMES = ("Anna Smith", "Lakisha Washington", "Mohammed Farouk", "Nguyễn Thị Hoa", "José Muñoz", "Li Wei")


def decided(text: str, name: str) -> Decision:
    case = Case(id="c", organization="o", connection="n", phone="+1", opened_at=NOW, updated_at=NOW)
    home = replace(HOME, name=name, first_name=name.split()[0])
    facts = Facts(now=NOW, case=case, households=(home,), vendors=VENDORS, triage=triage(text))
    return decide(facts, CaseEvent(id="e", kind="resident_texted", at=NOW, details={"text": text}))


def offered(decision: Decision) -> tuple[object, ...]:
    """What is done, apart from the words it is said in."""
    kinds = tuple((p.kind, p.safety, p.details.get("vendor_id")) for p in decision.proposals)
    return decision.case.state, decision.case.priority, decision.case.trade, kinds, decision.timers


@pytest.mark.parametrize("text", ["strong smell of gas in my kitchen", "the toilet is overflowing", "no heat at all"])
@pytest.mark.parametrize("name", NAMES)
def test_a_name_changes_nothing(text: str, name: str) -> None:
    assert offered(decided(text, name)) == offered(decided(text, NAMES[0]))


@pytest.mark.parametrize(
    ("english", "spanish"),
    [
        ("there is a strong smell of gas in my kitchen", "hay un fuerte olor a gas en mi cocina"),
        ("the refrigerator does not cool", "el refrigerador no enfria"),
    ],
)
def test_a_language_changes_nothing(english: str, spanish: str) -> None:
    assert offered(decided(spanish, NAMES[0])) == offered(decided(english, NAMES[0]))
