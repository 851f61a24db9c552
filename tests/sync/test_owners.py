"""Whose value stands, as pure rules: staff's edit is never lost, twice is as once, and work only goes on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooftree.errors import InvalidInput
from rooftree.model.maintenance import WorkOrder
from rooftree.model.vocabulary import WorkOrderStatus
from rooftree.sync import owners
from rooftree.sync.compare import three_way

TITLES = st.sampled_from(["Leak", "Flood", "No heat", " Leak "])
STATUSES = st.sampled_from(WorkOrderStatus)
ORDERS = st.builds(lambda title, status: WorkOrder(id="1", title=title, status=status), TITLES, STATUSES)
RULES = st.sampled_from(["pms", "rooftree", "newest"])
LATTICE = owners.of({}).lattices["work_order.status"]
DONE = ("completed", "closed", "cancelled")
BOTH = ("title", "status")


def of(*statuses: WorkOrderStatus) -> WorkOrderStatus:
    """What comes of the status before, staff's and ours."""
    base, theirs, ours = (WorkOrder(id="1", title="Leak", status=status) for status in statuses)
    return merged(base, theirs, ours).status


def merged(base: WorkOrder, theirs: WorkOrder, ours: WorkOrder, setting: str = "", later: bool = False) -> WorkOrder:
    """What the PMS holds when all that may be written was written."""
    judge = owners.of({owners.OPTION: setting}).judge("work_order", later=later)
    free, _ = three_way(base, theirs, ours, BOTH, judge)
    values = {name: getattr(ours if name in free else theirs, name) for name in BOTH}
    return WorkOrder(id="1", **values)


@given(ORDERS, ORDERS, ORDERS)
def test_by_default_what_staff_changed_is_never_lost(base: WorkOrder, theirs: WorkOrder, ours: WorkOrder) -> None:
    result = merged(base, theirs, ours)
    if theirs.title.strip() != base.title.strip():
        assert result.title.strip() == theirs.title.strip()
    if theirs.status != base.status and result.status != theirs.status:
        assert result.status in LATTICE.overtakes[theirs.status]


@given(ORDERS, ORDERS, ORDERS, RULES, st.booleans())
def test_merging_again_changes_nothing(
    base: WorkOrder, theirs: WorkOrder, ours: WorkOrder, rule: str, later: bool
) -> None:
    once = merged(base, theirs, ours, f"work_order.title={rule}", later)
    assert merged(base, once, ours, f"work_order.title={rule}", later) == once


@given(ORDERS, ORDERS, RULES, st.booleans())
def test_a_change_of_ours_alone_is_written_under_every_rule(
    base: WorkOrder, changed: WorkOrder, rule: str, later: bool
) -> None:
    result = merged(base, base, changed, f"work_order.title={rule},work_order.status={rule}", later)
    assert (result.title.strip(), result.status) == (changed.title.strip(), changed.status)


@given(ORDERS, ORDERS)
def test_a_change_of_staff_alone_is_taken(base: WorkOrder, changed: WorkOrder) -> None:
    result = merged(base, changed, base, "work_order.status=pms")
    assert (result.title.strip(), result.status) == (changed.title.strip(), changed.status)


@given(STATUSES, STATUSES, STATUSES)
def test_of_two_steps_of_the_same_work_the_later_stands_whoever_made_it(
    base: WorkOrderStatus, one: WorkOrderStatus, other: WorkOrderStatus
) -> None:
    comparable = other in LATTICE.overtakes[one] or one in LATTICE.overtakes[other]
    if comparable and base not in (one, other):
        assert of(base, one, other) == of(base, other, one)


@given(STATUSES, STATUSES, STATUSES)
def test_what_staff_ended_is_never_reopened(
    base: WorkOrderStatus, theirs: WorkOrderStatus, ours: WorkOrderStatus
) -> None:
    if theirs in DONE and (theirs != base or theirs != "completed"):
        assert not of(base, theirs, ours).is_open


def test_the_order_of_words_knows_every_word_and_has_no_circle() -> None:
    assert set(LATTICE.overtakes) == {status.value for status in WorkOrderStatus}
    assert set(LATTICE.leaves) == set(DONE)
    for word in LATTICE.overtakes:
        reached, open_ = set(), set(LATTICE.overtakes[word])
        while open_:
            reached.add(each := open_.pop())
            open_ |= LATTICE.overtakes[each] - reached
        assert word not in reached
        assert reached <= LATTICE.overtakes[word] | {"closed"}, "a step that is reached in two is reached in one"


@pytest.mark.parametrize(
    ("setting", "why"),
    [
        ("work_order.colour=pms", "No record has a field work_order.colour"),
        ("parcel.status=pms", "No record has a field parcel.status"),
        ("work_order.title", "is no rule; choose pms, rooftree, newest, lattice"),
        ("work_order.title=always", "'always' is no rule"),
        ("work_order.title=lattice", "only work_order.status has an order of words"),
        ("work_order.amount=rooftree", "work_order.amount is money"),
        ("lease.rent=newest", "lease.rent is money"),
    ],
)
def test_a_setting_that_says_no_rule_is_refused_with_what_is_wrong(setting: str, why: str) -> None:
    with pytest.raises(InvalidInput, match=why):
        owners.read(setting)


def test_a_setting_stands_over_the_default_for_its_fields_alone() -> None:
    rules = owners.of({owners.OPTION: "work_order.title=rooftree, work_order.amount=pms"})
    assert (rules.rule("work_order", "title"), rules.rule("work_order", "status")) == ("rooftree", "lattice")
    assert (rules.rule("work_order", "amount"), rules.rule("lease", "status")) == ("pms", "pms")
