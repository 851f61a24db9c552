"""Payloads of the contract's own fields, read and judged by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from tests.connectors.rent_manager.account import context, payload

from rooftree.connectors.base import WireRecord
from rooftree.connectors.never_keep import cut
from rooftree.connectors.rent_manager.client import about_of, residents_of
from rooftree.connectors.rent_manager.connector import CONNECTOR
from rooftree.connectors.rent_manager.mapping import to_unit
from rooftree.connectors.rent_manager.mapping_leasing import (
    to_balance,
    to_charge,
    to_guest_card,
    to_lease,
    to_resident,
)
from rooftree.connectors.rent_manager.mapping_maintenance import to_vendor, to_work_order
from rooftree.errors import Unreadable
from rooftree.model.base import Money, Phone
from rooftree.model.vocabulary import EntryPermission, LeadStatus, LeaseStatus, Priority, Trade, WorkOrderStatus


def test_an_issue_is_a_work_order_told_in_eastern_time_without_our_marker() -> None:
    order = to_work_order(payload("issue"), context())
    assert (order.title, order.description) == ("Front door lock", "The key breaks off soon")
    assert (order.status, order.priority, order.trade) == (
        WorkOrderStatus.IN_PROGRESS,
        Priority.EMERGENCY,
        Trade.LOCKSMITH,
    )
    assert (order.property_id, order.unit_id, order.resident_id) == ("100", "10001", "1000004")
    assert (order.vendor_id, order.assigned_staff_id) == ("2017", "21")
    assert order.entry_permission is EntryPermission.NO
    assert order.due_on == date(2026, 7, 9)
    assert order.scheduled_start == datetime(2026, 7, 6, 13, 0, tzinfo=UTC)  # summer
    assert order.scheduled_end == datetime(2026, 1, 6, 16, 0, tzinfo=UTC)  # winter
    assert order.custom == {"Gate code": "on file"}
    assert order.ref("rent_manager.project") == "12"


def test_a_location_elsewhere_names_its_zone() -> None:
    order = to_work_order(payload("issue"), context(time_zone="America/Denver"))
    assert order.scheduled_start == datetime(2026, 7, 6, 15, 0, tzinfo=UTC)


def test_closed_outranks_an_open_status_and_an_unknown_word_stays_readable() -> None:
    closed = to_work_order({**payload("issue"), "IsClosed": True}, context())
    assert (closed.status, closed.status_raw) == (WorkOrderStatus.CLOSED, "In Progress")
    strange = {**payload("issue"), "Status": {"Name": "Waiting for parts"}, "Priority": {"Name": "ASAP"}}
    order = to_work_order(strange, context())
    assert (order.status, order.status_raw) == (WorkOrderStatus.UNKNOWN, "Waiting for parts")
    assert (order.priority, order.priority_raw) == (Priority.UNKNOWN, "ASAP")


def test_the_mapping_pack_teaches_words_and_payee_accounts() -> None:
    strange = {**payload("issue"), "Status": {"Name": "Waiting for parts"}, "Priority": {"Name": "ASAP"}}
    pack = {
        "work_order_status_words": {"waiting for parts": "on_hold"},
        "priority_words": {"asap": "urgent"},
        "payee_accounts": {"55": "2017"},
    }
    order = to_work_order(strange, context(pack))
    assert (order.status, order.priority) == (WorkOrderStatus.ON_HOLD, Priority.URGENT)
    assert order.vendor_id == "55"


def test_the_people_of_a_tenant_account_are_residents_each() -> None:
    ada, bert = (to_resident(row, context()) for row in residents_of(payload("tenant")))
    assert (ada.id, bert.id) == ("1000004", "1000004:7000009")
    assert (ada.first_name, ada.is_primary, bert.first_name, bert.is_primary) == ("Ada", True, "Bert", False)
    assert ada.phones == (Phone(number="+15125550143", extension="2"), Phone(number="+15125550142"))
    assert bert.emails == ("bert@example.com",)
    assert (ada.ref("rent_manager.tenant_display"), ada.ref("rent_manager.contact")) == ("77", "7000008")
    assert (ada.unit_id, ada.lease_ids, ada.move_out_on) == ("10002", ("1", "2"), date(2026, 12, 31))
    assert ada.address is not None
    assert (ada.address.line1, ada.address.line2) == ("12 Alder Street", "Unit 4B")


def test_an_account_without_contacts_is_a_resident_all_the_same() -> None:
    (alone,) = residents_of({**payload("tenant"), "Contacts": []})
    found = to_resident(alone, context())
    assert (found.id, found.name, found.phones) == ("1000004", "Ada Sample", ())


def test_birth_date_and_tax_number_are_cut_before_anything_is_kept() -> None:
    kept = str(cut(payload("tenant"), CONNECTOR.manifest.never_keep))
    assert "1980-01-02" not in kept
    assert "000-00-0000" not in kept


@pytest.mark.parametrize(
    ("days", "status"),
    [
        ({"MoveInDate": "2025-01-01T00:00:00"}, LeaseStatus.ACTIVE),
        ({"MoveInDate": "2025-01-01T00:00:00", "NoticeDate": "2026-01-02T00:00:00"}, LeaseStatus.NOTICE),
        ({"MoveInDate": "2026-02-01T00:00:00"}, LeaseStatus.PENDING),
        ({"MoveInDate": "2025-01-01T00:00:00", "MoveOutDate": "2026-01-15T00:00:00"}, LeaseStatus.ENDED),
        ({"MoveInDate": "2025-01-01T00:00:00", "IsMoveOutConfirmed": True}, LeaseStatus.ENDED),
        ({}, LeaseStatus.PENDING),
    ],
)
def test_a_lease_is_what_its_days_say(days: WireRecord, status: LeaseStatus) -> None:
    assert to_lease({"LeaseID": 1, "TenantID": 4, "UnitID": 2, **days}, context()).status is status


def test_the_term_of_a_lease_is_that_of_todays_renewal() -> None:
    renewals = [
        {"LeaseRenewalID": 2, "StartDate": "2026-01-01T00:00:00", "EndDate": "2026-12-31T00:00:00"},
        {"LeaseRenewalID": 1, "StartDate": "2025-01-01T00:00:00", "EndDate": "2025-12-31T00:00:00"},
        {"LeaseRenewalID": 3, "StartDate": "2027-01-01T00:00:00", "EndDate": "2027-12-31T00:00:00"},
    ]
    lease = to_lease({"LeaseID": 1, "TenantID": 4, "LeaseRenewals": renewals}, context())
    assert (lease.starts_on, lease.ends_on) == (date(2026, 1, 1), date(2026, 12, 31))
    assert lease.ref("rent_manager.lease_renewal") == "2"


def test_vacancy_and_rent_of_a_unit_come_from_its_leases_and_rents() -> None:
    unit = {"UnitID": 1, "PropertyID": 100, "Name": "4B", "Leases": payload("tenant")["Leases"]}
    rents = [{"Amount": 1000, "FromDate": "2020-01-01T00:00:00", "ToDate": "2025-01-01T00:00:00"}, {"Amount": 1200.5}]
    held = to_unit({**unit, "MarketRent": rents}, context())
    assert (held.is_vacant, held.market_rent) == (False, Money(amount=Decimal("1200.5")))
    assert to_unit({**unit, "Leases": payload("tenant")["Leases"][:1]}, context()).is_vacant is True
    assert to_unit({key: unit[key] for key in ("UnitID", "PropertyID")}, context()).is_vacant is None


def test_amounts_are_exact() -> None:
    charge = to_charge(payload("charge"), context())
    assert (charge.amount, charge.amount_open) == (Money(amount=Decimal("100.1")), Money(amount=Decimal("70.05")))
    assert (charge.resident_id, charge.charge_code, charge.is_open) == ("1000004", "Late fee", True)
    balance = to_balance(payload("tenant"), context())
    assert (balance.total, balance.lease_id, balance.unit_id) == (Money(amount=Decimal("120.5")), "2", "10002")


def test_a_balance_that_is_not_shown_is_no_zero() -> None:
    tenant = {key: value for key, value in payload("tenant").items() if key != "OpenBalance"}
    with pytest.raises(Unreadable, match="OpenBalance"):
        to_balance(tenant, context())


def test_a_prospect_tells_its_last_interest_and_its_status_may_be_taught() -> None:
    card = to_guest_card(payload("prospect"), context())
    assert (card.unit_id, card.source, card.message) == ("10009", "Website", "Is 4B free in May?")
    assert (card.status, card.status_raw, card.first_name) == (LeadStatus.UNKNOWN, "Hot", "Cleo")
    assert card.first_contact_at == datetime(2026, 1, 10, 19, 30, tzinfo=UTC)
    taught = to_guest_card(payload("prospect"), context({"lead_status_words": {"hot": "contacted"}}))
    assert taught.status is LeadStatus.CONTACTED


@pytest.mark.parametrize(
    ("row", "pack", "trades"),
    [
        ({"Name": "Acme Plumbing"}, {}, (Trade.PLUMBING,)),
        ({"Name": "Acme", "UserDefinedValues": [{"Name": "Trade", "Value": "HVAC, Gas"}]}, {}, (Trade.HVAC, Trade.GAS)),
        ({"Name": "Acme Plumbing"}, {"vendor_trades": {"7": ["roofing"]}}, (Trade.ROOFING,)),
        ({"Name": "Acme Brothers"}, {}, ()),
    ],
)
def test_a_vendors_trades_are_taught_told_or_in_the_name(
    row: WireRecord, pack: WireRecord, trades: tuple[Trade, ...]
) -> None:
    assert to_vendor({"VendorID": 7, **row}, context(pack)).trades == trades


@pytest.mark.parametrize(
    "row", [{"Title": "no id"}, {**payload("issue"), "DueDate": "soon"}, {**payload("issue"), "UpdateDate": "0000"}]
)
def test_a_row_without_id_or_with_a_date_nobody_can_read_fits_no_mapping(row: WireRecord) -> None:
    with pytest.raises((KeyError, ValueError)):
        to_work_order(row, context())


def test_history_of_a_kind_we_do_not_know_is_unreadable_and_not_guessed() -> None:
    assert about_of({"EntityType": "Service Manager Issue", "ParentID": 5})["About"] == "work_order"
    with pytest.raises(Unreadable, match="loan"):
        about_of({"EntityType": "Loan", "ParentID": 5})
