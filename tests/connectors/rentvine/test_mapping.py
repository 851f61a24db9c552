"""Payloads of the contract's own fields, read and judged by hand."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from rooftree.connectors.base import Context
from rooftree.connectors.rentvine.mapping import (
    to_balance,
    to_lease,
    to_property,
    to_resident,
    to_unit,
    to_vendor,
    to_work_order,
)
from rooftree.model.base import Money
from rooftree.model.vocabulary import (
    LeaseStatus,
    Priority,
    PropertyKind,
    ResidentStatus,
    Trade,
    WorkOrderStatus,
)

HERE = Path(__file__).parent / "payloads"
CTX = Context(picks={"trades": {"Plumbing": "5"}}, options={"time_zone": "America/Chicago"})


def payload(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((HERE / f"{name}.json").read_text())
    return data


def test_a_property_has_all_owners_of_its_portfolio() -> None:
    found = to_property(payload("property"), CTX)
    assert (found.id, found.name, found.kind) == ("10000", "Elm Court", PropertyKind.MULTI_FAMILY)
    assert found.owner_ids == ("500", "501")
    assert found.address is not None
    assert (found.address.line1, found.address.line2, found.address.state) == ("12 Elm St", None, "TX")


def test_a_unit_counts_half_baths_as_halves() -> None:
    found = to_unit(payload("unit"), CTX)
    assert (found.property_id, found.number) == ("10000", "2B")
    assert (found.bedrooms, found.bathrooms, found.square_feet) == (Decimal(2), Decimal("1.5"), 820)
    assert found.market_rent == Money(amount=Decimal("1450.00"))


def test_a_running_lease_whose_move_out_is_under_way_is_on_notice() -> None:
    found = to_lease(payload("lease"), CTX)
    assert (found.status, found.status_raw) == (LeaseStatus.NOTICE, "2")
    assert found.resident_ids == ("40000:600", "40000:601")
    assert (found.moved_out_on, found.scheduled_move_out_on) == (None, date(2026, 3, 31))
    assert found.past_due == Money(amount=Decimal("25.50"))


@pytest.mark.parametrize(("nth", "status"), [(0, ResidentStatus.NOTICE), (1, ResidentStatus.PAST)])
def test_a_tenant_who_is_not_active_on_a_running_lease_has_left_it(nth: int, status: ResidentStatus) -> None:
    wire = payload("lease")
    found = to_resident({"tenant": wire["lease"]["tenants"][nth], "lease": wire["lease"]}, CTX)
    assert (found.status, found.unit_id, found.lease_ids) == (status, "20000", ("40000",))


def test_a_number_is_one_to_call_and_a_name_is_cut_at_its_first_space() -> None:
    wire = payload("lease")
    found = to_resident({"tenant": wire["lease"]["tenants"][0], "lease": wire["lease"]}, CTX)
    assert (found.first_name, found.last_name) == ("Zoë", "Núñez")
    assert [phone.number for phone in found.phones] == ["+15125550142"]


def test_a_balance_is_what_is_unpaid_and_not_what_is_overdue() -> None:
    assert to_balance(payload("lease"), CTX).total == Money(amount=Decimal("1475.50"))


def test_a_vendor_has_the_account_s_own_word_for_its_trade() -> None:
    found = to_vendor(payload("vendor"), CTX)
    assert (found.company, found.first_name, found.is_active) == ("Acme Plumbing", None, False)
    assert (found.trades, found.trades_raw) == ((Trade.PLUMBING,), ("Plumbing",))
    assert found.insurance_expires_on == date(2026, 12, 31)


def test_a_work_order_reads_by_its_primary_status_and_without_its_html() -> None:
    found = to_work_order(payload("work_order"), CTX)
    assert (found.title, found.description) == ("Kitchen sink leaks", "Under the trap & the hose")
    assert (found.status, found.priority) == (WorkOrderStatus.ON_HOLD, Priority.URGENT)
    assert (found.resident_id, found.vendor_id, found.number) == ("40000:600", "30000", "1042")
    assert (found.trade, found.category) == (Trade.PLUMBING, "Plumbing")


def test_times_without_a_zone_are_the_connection_s_own() -> None:
    found = to_work_order(payload("work_order"), CTX)
    assert found.scheduled_start == datetime(2026, 3, 5, 9, tzinfo=ZoneInfo("America/Chicago"))
    unset = to_work_order(payload("work_order"), Context())
    assert unset.scheduled_start == datetime(2026, 3, 5, 9, tzinfo=UTC)
