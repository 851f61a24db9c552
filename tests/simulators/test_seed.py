"""Seed data is the same for the same seed, varied from the first dozen units on, and free until asked for."""

from __future__ import annotations

import tracemalloc
from collections import Counter
from datetime import date

import phonenumbers
import pytest
from tests.simulators.conftest import Connect, build

from rooftree.simulators.kit import Simulator
from rooftree.simulators.seed import Portfolio

TODAY = date(2026, 3, 4)


@pytest.mark.parametrize("collection", ["properties", "units", "leases", "tenants", "vendors", "tasks", "work_orders"])
def test_the_seed_alone_decides(collection: str) -> None:
    assert build(seed=7).truth(collection) == build(seed=7).truth(collection)


def test_another_seed_gives_other_people() -> None:
    assert build(seed=1).truth("tenants") != build(seed=2).truth("tenants")


def test_a_dozen_units_hold_every_situation(simulator: Simulator) -> None:
    tenants, leases = simulator.truth("tenants"), simulator.truth("leases")
    assert {lease["LeaseStatus"] for lease in leases} == {"Active", "Past", "Future"}
    assert max(len(lease["CurrentTenants"]) for lease in leases) == 3
    assert any(len(tenant["Leases"]) == 2 for tenant in tenants)
    assert any(not tenant["PhoneNumbers"] for tenant in tenants)
    assert any(tenant["Email"] is None for tenant in tenants)
    assert any(not (tenant["FirstName"] + tenant["LastName"]).isascii() for tenant in tenants)
    names = Counter((tenant["FirstName"], tenant["LastName"]) for tenant in tenants)
    assert max(names.values()) == 2
    assert any(not unit["IsUnitOccupied"] for unit in simulator.truth("units"))
    assert any(lease["MoveOutData"] for lease in leases if lease["LeaseStatus"] == "Active")


def test_properties_lie_in_several_states_and_time_zones() -> None:
    places = [Portfolio(1, 16, 4, TODAY).place(number) for number in range(16)]
    assert len({place.state for place in places}) > 10
    assert len({place.zone for place in places}) > 8


def test_phone_numbers_are_made_up_valid_and_unique_for_a_middling_manager() -> None:
    portfolio = Portfolio(1, 60, 20, TODAY)
    people = [portfolio.resident(unit, slot) for unit in range(1200) for slot in portfolio.residents(unit)]
    phones = [person.phone for person in people if person.phone]
    assert all(phone[5:10] == "55501" and len(phone) == 12 for phone in phones)
    assert all(phonenumbers.is_valid_number(phonenumbers.parse(phone)) for phone in phones)
    assert len(set(phones)) == len(phones)


def test_addresses_for_mail_are_of_the_reserved_domain(simulator: Simulator) -> None:
    mails = [tenant["Email"] for tenant in simulator.truth("tenants") if tenant["Email"]]
    assert all(mail.endswith("@example.com") and mail.isascii() for mail in mails)


def test_a_hundred_thousand_units_take_little_memory(connect: Connect) -> None:
    tracemalloc.start()
    simulator = build(properties=5000, units_per_property=20)
    held, _peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    last = connect(simulator).get("/v1/rentals/units", params={"limit": 1000, "offset": 99_000})
    assert len(last.json()) == 1000
    assert held < 60_000_000
