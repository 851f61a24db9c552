"""Payloads of the contract's own fields, read and judged by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from tests.connectors.appfolio.account import payload

from rooftree.connectors.appfolio.connector import CONNECTOR
from rooftree.connectors.appfolio.mapping import to_listing, to_property, to_staff, to_unit
from rooftree.connectors.appfolio.mapping_leasing import (
    to_balance,
    to_charge,
    to_guest_card,
    to_lease,
    to_resident,
    to_showing,
)
from rooftree.connectors.appfolio.mapping_maintenance import SERVICE_REQUEST, to_vendor, to_work_order
from rooftree.connectors.appfolio.wire import NUMBER
from rooftree.connectors.base import Context
from rooftree.connectors.never_keep import cut
from rooftree.model.base import Money
from rooftree.model.vocabulary import (
    EntryPermission,
    LeadStatus,
    LeaseStatus,
    Priority,
    PropertyKind,
    ResidentStatus,
    ShowingStatus,
    Trade,
    WorkOrderStatus,
)

CTX = Context(now=datetime(2026, 3, 4, 12, 0, tzinfo=UTC))


def test_a_work_order_and_its_service_request_are_one_record() -> None:
    order = to_work_order(payload("work_order"), CTX)
    assert order.ref(SERVICE_REQUEST) == "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeee06"
    assert order.ref(NUMBER) == "4711"
    assert (order.title, order.description) == ("Front door lock", "The key breaks off soon")
    assert (order.status, order.priority) == (WorkOrderStatus.ON_HOLD, Priority.ROUTINE)
    assert (order.trade, order.entry_permission) == (Trade.LOCKSMITH, EntryPermission.NO)
    assert order.completed_at == datetime(2026, 3, 6, tzinfo=UTC)
    assert order.scheduled_start == datetime(2026, 3, 5, 15, 0, tzinfo=UTC)


def test_fields_that_are_not_granted_are_nothing_and_no_crash() -> None:
    order = to_work_order({"Id": "1"}, CTX)
    assert (order.status, order.title, order.refs) == (WorkOrderStatus.UNKNOWN, "(no job description)", ())
    assert to_resident({"Id": "1"}, CTX).lease_ids == ()
    unit = to_unit({"Id": "1", "PropertyId": "2"}, CTX)
    assert (unit.is_vacant, unit.is_active) == (None, None)


@pytest.mark.parametrize(
    "wire",
    [
        {"Id": "1", "PropertyId": "2", "AvailableOn": "soon"},
        {"Id": "1", "PropertyId": "2", "MarketRent": "lots"},
        {"Name": "no id"},
    ],
)
def test_what_cannot_be_read_is_an_error_that_sync_catches(wire: dict[str, str]) -> None:
    with pytest.raises((ValueError, KeyError, ArithmeticError)):
        to_unit(wire, CTX)


def test_a_tenant_reads_with_its_first_address_first_and_a_number_one_can_call() -> None:
    tenant = to_resident(payload("tenant"), CTX)
    assert tenant.emails == ("first@example.com", "second@example.com")
    assert tenant.phones[0].number == "+15125550142"
    assert tenant.status is ResidentStatus.CURRENT


def test_a_household_under_eviction_is_a_lease_under_eviction() -> None:
    tenant = payload("tenant")
    lease = to_lease({"Id": tenant["OccupancyId"], "Tenants": [tenant], "Leases": []}, CTX)
    assert (lease.status, lease.rent) == (LeaseStatus.EVICTION, Money(amount=Decimal("1450.00")))
    assert (lease.starts_on, lease.term) == (date(2025, 2, 1), "fixed")


def test_a_guest_card_that_became_a_tenant_is_leased_and_income_is_cut_before_anyone_sees_it() -> None:
    clean = cut(payload("lead"), CONNECTOR.manifest.never_keep)
    assert not {"CreditScore", "MonthlyIncome"} & set(clean)
    card = to_guest_card(clean, CTX)
    assert card.status is LeadStatus.LEASED
    assert card.ref("appfolio.guest_card") == "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeee09"


@pytest.mark.parametrize(("barred", "active"), [("Yes", False), ("No", True)])
def test_a_vendor_gets_trades_by_its_number_and_one_not_to_use_is_inactive(barred: str, active: bool) -> None:
    picks = {"vendor_trades": {"77": "Plumbing, Septic System"}, "vendors_not_to_use": {"77": barred}}
    vendor = to_vendor(payload("vendor"), Context(picks=picks, pack={"trades": {"septic system": "plumbing"}}))
    assert (vendor.trades, vendor.trades_raw) == ((Trade.PLUMBING,), ("Plumbing", "Septic System"))
    assert vendor.is_active is active


def test_a_balance_is_added_up_by_age() -> None:
    charges = [{"AmountDue": "100.10", "ChargedOn": "2026-03-01"}, {"AmountDue": "50.00", "ChargedOn": "2025-01-01"}]
    balance = to_balance({"Id": "o", "PropertyId": "p", "Charges": charges}, CTX)
    assert balance.total == Money(amount=Decimal("150.10"))
    assert (balance.days_0_30, balance.over_90) == (Money(amount=Decimal("100.10")), Money(amount=Decimal("50.00")))


def test_a_hidden_property_is_inactive_and_has_its_own_fields() -> None:
    found = to_property(payload("property"), CTX)
    assert (found.kind, found.kind_raw, found.is_active) == (PropertyKind.MULTI_FAMILY, "Multi-Family", False)
    assert (found.custom, found.unit_count) == ({"Gate code": "1234"}, None)
    assert found.ref(NUMBER) == "77"


def test_a_vacant_unit_on_the_website_is_a_listing_with_its_listed_rent() -> None:
    unit, listing = to_unit(payload("unit"), CTX), to_listing(payload("unit"), CTX)
    assert (unit.is_vacant, unit.bathrooms, unit.number) == (True, Decimal("1.5"), "2B")
    assert unit.market_rent == Money(amount=Decimal("1450.0"))
    assert (listing.unit_id, listing.rent) == (unit.id, Money(amount=Decimal("1495.00")))
    assert (listing.is_listed, listing.available_on) == (True, date(2026, 4, 1))


def test_a_charge_is_the_household_s() -> None:
    found = to_charge(payload("charge"), CTX)
    assert (found.amount, found.charged_on) == (Money(amount=Decimal("75.25")), date(2026, 3, 1))
    assert found.lease_id == payload("tenant")["OccupancyId"]


def test_a_showing_of_an_unknown_state_keeps_the_word_and_loses_our_marker() -> None:
    found = to_showing(payload("showing"), CTX)
    assert (found.status, found.status_raw) == (ShowingStatus.UNKNOWN, "Penciled in")
    assert found.notes == "Bring the keys"
    assert found.starts_at == datetime(2026, 3, 6, 16, 0, tzinfo=UTC)


def test_a_user_who_left_is_inactive() -> None:
    found = to_staff(payload("staff"), CTX)
    assert (found.emails, found.role, found.is_active) == (("pat@example.com",), "Property Manager", False)
