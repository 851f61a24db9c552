"""The rules of the house: quiet hours, which vendor, what the gate says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from rooftree.model.base import Phone
from rooftree.model.cases import Case, CaseState, Proposal, ProposalKind
from rooftree.model.maintenance import Vendor
from rooftree.model.vocabulary import Trade
from rooftree.policy.book import PolicyBook
from rooftree.policy.gate import Standing, judge, overtaken
from rooftree.policy.hours import quiet_until
from rooftree.policy.vendors import rank

NEW_YORK, PHOENIX = ZoneInfo("America/New_York"), ZoneInfo("America/Phoenix")
NINE, EIGHT = time(21), time(8)
NOW = datetime(2026, 1, 15, 7, 4, tzinfo=UTC)
CALM = Standing(live=True, writes_enabled=True, opted_out=False, quiet_until=None, emergency=False)


@pytest.mark.parametrize(
    ("now", "zone", "until"),
    [
        ("2026-01-15T07:04Z", NEW_YORK, "2026-01-15T13:00Z"),
        ("2026-01-15T02:00Z", NEW_YORK, "2026-01-15T13:00Z"),
        ("2026-01-15T13:00Z", NEW_YORK, None),
        ("2026-01-15T01:59Z", NEW_YORK, None),
        ("2026-03-08T06:00Z", NEW_YORK, "2026-03-08T12:00Z"),
        ("2026-11-01T05:30Z", NEW_YORK, "2026-11-01T13:00Z"),
        ("2026-07-15T14:59Z", PHOENIX, "2026-07-15T15:00Z"),
        ("2026-01-15T14:59Z", PHOENIX, "2026-01-15T15:00Z"),
    ],
)
def test_quiet_hours_follow_the_wall_clock_of_the_property(now: str, zone: ZoneInfo, until: str | None) -> None:
    found = quiet_until(datetime.fromisoformat(now), zone, NINE, EIGHT)
    assert found == (datetime.fromisoformat(until) if until else None)


def vendor(id: str, *trades: Trade, **facts: object) -> Vendor:
    return Vendor(id=id, company=id, trades=trades, phones=(Phone(number="+13125550101"),), **facts)  # type: ignore[arg-type]


def order_of(vendors: list[Vendor], **facts: object) -> list[str]:
    asked = {"trade": Trade.PLUMBING, "emergency": False, "preferred": (), "tried": (), "policy": PolicyBook()}
    chosen = rank(vendors, today=date(2026, 1, 15), **(asked | facts))  # type: ignore[arg-type]
    return [choice.vendor.id for choice in chosen]


def test_the_property_prefers_before_the_company_and_both_before_the_rest() -> None:
    plumbers = [vendor(name, Trade.PLUMBING) for name in ("a", "b", "c")]
    policy = replace(PolicyBook(), preferred_vendors={"plumbing": ("b",)})
    assert order_of(plumbers, preferred=("c",), policy=policy) == ["c", "b", "a"]


@pytest.mark.parametrize(
    "unfit",
    [
        vendor("x", Trade.ROOFING),
        vendor("x", Trade.PLUMBING, is_active=False),
        vendor("x", Trade.PLUMBING, insurance_expires_on=date(2026, 1, 14)),
        vendor("x", Trade.PLUMBING, license_expires_on=date(2025, 12, 31)),
        Vendor(id="x", trades=(Trade.PLUMBING,)),
    ],
)
def test_who_may_not_serve_is_not_asked(unfit: Vendor) -> None:
    assert order_of([unfit, vendor("fit", Trade.PLUMBING)]) == ["fit"]


def test_who_takes_no_emergencies_is_not_asked_in_one() -> None:
    day_shift = vendor("x", Trade.PLUMBING, takes_emergencies=False)
    assert (order_of([day_shift]), order_of([day_shift], emergency=True)) == (["x"], [])


def test_gas_may_be_served_by_a_plumber_but_a_gas_fitter_comes_first() -> None:
    assert order_of([vendor("a", Trade.PLUMBING), vendor("b", Trade.GAS)], trade=Trade.GAS) == ["b", "a"]


def proposal(kind: ProposalKind = "tell_resident", **facts: object) -> Proposal:
    return Proposal(kind=kind, why="because", **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "standing", "says", "rule"),
    [
        (proposal(), CALM, "allow", "default"),
        (proposal(), replace(CALM, quiet_until=NOW), "wait", "quiet_hours"),
        (proposal(reply=True), replace(CALM, quiet_until=NOW), "allow", "default"),
        (proposal(), replace(CALM, quiet_until=NOW, emergency=True), "allow", "default"),
        (proposal("stand_down_vendor"), replace(CALM, quiet_until=NOW), "allow", "default"),
        (proposal(), replace(CALM, opted_out=True), "refuse", "stop"),
        (proposal(safety=True), replace(CALM, opted_out=True), "refuse", "stop"),
        (proposal("offer_job"), replace(CALM, opted_out=True), "allow", "default"),
        (proposal(), replace(CALM, live=False), "refuse", "shadow"),
        (proposal("create_work_order"), replace(CALM, writes_enabled=False), "refuse", "kill_switch"),
        (proposal("offer_job"), replace(CALM, writes_enabled=False), "allow", "default"),
        (proposal(), replace(CALM, acts_today=60), "refuse", "cap"),
        (proposal(), replace(CALM, overtaken="closed"), "refuse", "overtaken"),
        (proposal("hand_to_person"), replace(CALM, live=False), "allow", "default"),
    ],
)
def test_the_gate_says(asked: Proposal, standing: Standing, says: str, rule: str) -> None:
    verdict = judge(asked, standing)
    assert (verdict.says, verdict.rule) == (says, rule)


@pytest.mark.parametrize("kind", ["tell_resident", "page_person"])
def test_nothing_but_stop_holds_safety(kind: ProposalKind) -> None:
    worst = replace(CALM, live=False, writes_enabled=False, quiet_until=NOW, acts_today=999, overtaken="closed")
    assert judge(proposal(kind, safety=True), worst).says == "allow"


@pytest.mark.parametrize(
    ("asked", "state", "is_over"),
    [
        (proposal("offer_job"), CaseState.FINDING_VENDOR, False),
        (proposal("offer_job"), CaseState.CLOSED, True),
        (proposal("offer_job"), CaseState.WITH_PERSON, True),
        (proposal(details={"name": "is_it_fixed"}), CaseState.CONFIRMING, False),
        (proposal(details={"name": "is_it_fixed"}), CaseState.WITH_PERSON, True),
        (proposal(details={"name": "vendor_accepted"}), CaseState.CLOSED, True),
        (proposal(details={"name": "cancelled"}), CaseState.CLOSED, False),
        (proposal("assign_vendor"), CaseState.CLOSED, False),
    ],
)
def test_what_waited_is_dropped_when_the_case_went_on(asked: Proposal, state: CaseState, is_over: bool) -> None:
    case = Case(id="c", organization="o", connection="n", phone="+1", state=state, opened_at=NOW, updated_at=NOW)
    assert bool(overtaken(asked, case)) is is_over


@pytest.mark.parametrize("kind", ["offer_job", "confirm_vendor"])
@pytest.mark.parametrize(("told_by_pms", "says"), [(True, "refuse"), (False, "allow")])
def test_a_vendor_is_told_of_a_job_by_the_property_system_or_by_us(
    kind: ProposalKind, told_by_pms: bool, says: str
) -> None:
    verdict = judge(Proposal(kind=kind, why="a job"), replace(CALM, pms_tells_vendors=told_by_pms))
    assert verdict.says == says


def test_a_vendor_hears_from_us_that_a_job_is_off_whoever_told_of_it() -> None:
    stand_down = Proposal(kind="stand_down_vendor", why="cancelled")
    assert judge(stand_down, replace(CALM, pms_tells_vendors=True)).says == "allow"
