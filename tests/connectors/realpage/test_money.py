"""Floor plans, units to be had, rents, balances and ledgers: read from payloads by hand, and from the simulator."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.connectors.realpage.account import SITE, Office, answered, golden, row, sent

from rooftree.connectors import soap
from rooftree.connectors.base import Context, Gap
from rooftree.connectors.realpage import availability, client, ledger
from rooftree.errors import NotFound
from rooftree.model.leasing import Balance, Charge, Lease, Payment
from rooftree.model.portfolio import Floorplan, Listing, Unit


def test_bodies_are_the_golden_ones() -> None:
    units = client.call("getunitlist", availability.criteria(DateNeeded="03/01/2026"), site=SITE)
    leases = client.call("getleaseinfo", ledger.asked("C"), site=SITE)
    book = client.call("getresidentledger", ledger.ledger_of("7000001"), site=SITE)
    assert sent(units) == golden("getunitlist")
    assert sent(leases) == golden("getleaseinfo")
    assert sent(book) == golden("getresidentledger")


def test_a_floor_plan_of_the_payload_is_read_whole() -> None:
    wire = soap.one(answered("getfloorplanlist.ok"), "GetFloorPlanList/FloorPlanObject")
    plan = availability.to_floorplan({**wire, "siteid": SITE}, Context())
    assert (plan.id, plan.code, plan.marketing_name, plan.max_occupants) == (f"{SITE}:5", "A1", "The Cedar", 3)
    assert (plan.bedrooms, plan.bathrooms, plan.square_feet) == (1, Decimal("1.5"), 700)
    assert plan.rent_min is not None
    assert plan.rent_min.amount == Decimal(1450)


def test_only_units_to_be_had_are_listed_with_the_units_own_id() -> None:
    office = Office()
    office.answer("getunitlist", "getunitlist.ok")
    (found,) = office.listed(Listing, parent=SITE)
    assert (found.id, found.unit_id, found.floorplan_id) == (f"{SITE}:101", f"{SITE}:101", f"{SITE}:5")
    assert (found.available_on, found.is_vacant, found.square_feet) == (date(2026, 2, 15), True, 700)
    assert (found.rent.amount, found.address.city) == (Decimal(1500), "Austin")


def test_a_list_is_not_cut_to_its_first_few() -> None:
    office = Office(units_per_property=12)
    free = [unit.id for unit in office.listed(Unit, parent=SITE) if unit.is_available]
    assert [listing.id for listing in office.listed(Listing, parent=SITE)] == free
    assert len(office.listed(Floorplan, parent=SITE)) > 2


def test_a_unit_names_a_floor_plan_that_is_there() -> None:
    office = Office()
    plans = {plan.id: plan.name for plan in office.listed(Floorplan, parent=SITE)}
    units = office.listed(Unit, parent=SITE)
    assert [plans[unit.floorplan_id] for unit in units] == [unit.floorplan_name for unit in units]


def test_rent_and_balance_of_a_lease_are_those_of_the_payload() -> None:
    wire = soap.one(answered("getleaseinfo.ok"), "GetLeaseInfo/Leases/Lease")
    balance = ledger.to_balance({**wire, "siteid": SITE}, Context())
    assert (balance.lease_id, balance.unit_id, balance.total.amount) == (
        f"{SITE}:8000001",
        f"{SITE}:101",
        Decimal("-25.50"),
    )


def test_a_lease_has_its_rent_and_no_rent_where_the_key_lacks_that_method() -> None:
    assert {lease.rent is None for lease in Office().listed(Lease, parent=SITE)} == {False}
    without = Office(without="getleaseinfo").listed(Lease, parent=SITE)
    assert without
    assert {lease.rent for lease in without} == {None}


def test_what_is_below_zero_was_paid_and_two_alike_are_two() -> None:
    office = Office()
    lease = office.listed(Lease, parent=SITE)[0]
    office.answer("getresidentledger", "getresidentledger.ok")
    mine = [charge for charge in office.listed(Charge, parent=SITE) if charge.lease_id == lease.id]
    assert [(each.amount.amount, each.charge_code, each.charged_on) for each in mine] == [
        (Decimal(1500), "RENT", date(2026, 1, 1))
    ]
    paid = [payment for payment in office.listed(Payment, parent=SITE) if payment.lease_id == lease.id]
    assert [each.amount.amount for each in paid] == [Decimal("12.50"), Decimal("12.50")]
    assert len({each.id for each in paid}) == 2


def test_the_ledger_adds_up_to_the_balance() -> None:
    office = Office(units_per_property=12)
    owed = {balance.lease_id: balance.total.amount for balance in office.listed(Balance, parent=SITE)}
    assert any(owed.values())
    for lease, total in owed.items():
        charged = sum(each.amount.amount for each in office.listed(Charge, parent=SITE) if each.lease_id == lease)
        paid = sum(each.amount.amount for each in office.listed(Payment, parent=SITE) if each.lease_id == lease)
        assert charged - paid == total


def test_an_entry_that_is_not_there_is_not_found_and_money_is_never_posted() -> None:
    office = Office()
    charge = office.listed(Charge, parent=SITE)[0]
    assert ledger.entry("charge")(office.line, charge.id)["Amt"]
    for id in (f"{charge.id}x", "9:1:1", f"{SITE}:1:1"):
        with pytest.raises(NotFound):
            ledger.entry("charge")(office.line, id)
    with pytest.raises(NotFound):
        ledger.entry("payment")(office.line, charge.id)
    gaps = [row(each).create for each in (Charge, Payment, Balance)]
    assert {gap.kind for gap in gaps if isinstance(gap, Gap)} == {"not_permitted"}
