"""Payload files to records: what Buildium says, in our words."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from tests.connectors.buildium.samples import payload

from rooftree.connectors.base import Context
from rooftree.connectors.buildium.connector import CONNECTOR
from rooftree.connectors.buildium.mapping import to_property, to_unit
from rooftree.connectors.buildium.mapping_leasing import to_balance, to_lead, to_lease, to_resident
from rooftree.connectors.buildium.mapping_maintenance import to_note, to_trade, to_vendor, to_work_order
from rooftree.connectors.never_keep import cut
from rooftree.model.base import Money, Phone, Record, Ref
from rooftree.model.names import RECORDS
from rooftree.model.vocabulary import (
    EntryPermission,
    LeadStatus,
    LeaseStatus,
    Priority,
    PropertyKind,
    ResidentStatus,
    Trade,
    WorkOrderStatus,
)

CTX = Context()
FULL = {
    "property": ("rental",),
    "unit": ("unit",),
    "listing": ("listing",),
    "owner": ("owner",),
    "staff": ("staff",),
    "lease": ("lease",),
    "resident": ("tenant",),
    "charge": ("charge",),
    "payment": ("payment",),
    "balance": ("balance",),
    "lead": ("contact_request",),
    "applicant": ("applicant",),
    "vendor": ("vendor",),
    "work_order": ("task_with_work_order",),
    "note": ("history_entry",),
    "phone_log": ("phone_log",),
}
SHARED = ("id", "refs", "created_at", "updated_at", "raw")
BY_STATE = {
    "lease": ("scheduled_move_in_on", "moved_out_on"),
}
"""Fields that a record has only in another state (not yet moved in, already moved out)."""


@pytest.mark.parametrize("name", FULL)
def test_every_field_is_read_or_declared_omitted(name: str) -> None:
    row = CONNECTOR.resource(RECORDS[name])
    assert row is not None
    record = row.read(payload(FULL[name][0]), CTX)
    empty = {field.name for field in fields(record) if _is_empty(getattr(record, field.name))} - set(SHARED)
    assert empty - set(BY_STATE.get(name, ())) == set(row.omits)


def _is_empty(value: Any) -> bool:
    return value in (None, (), {}, "") or str(value) == "unknown"


@pytest.mark.parametrize("name", FULL)
def test_a_record_keeps_what_the_pms_said(name: str) -> None:
    row = CONNECTOR.resource(RECORDS[name])
    assert row is not None
    record: Record = row.read(payload(FULL[name][0]), CTX)
    assert record.raw == payload(FULL[name][0])


def test_a_property_has_its_manager_and_preferred_vendors() -> None:
    place = to_property(payload("rental"), CTX)
    assert (place.id, place.name, place.kind) == ("11", "Maple Court", PropertyKind.MULTI_FAMILY)
    assert (place.manager_id, place.manager_name) == ("301", "Ana Ruiz")
    assert place.preferred_vendor_ids == ("71", "72")
    assert place.manager_phones[0] == Phone(number="+19375550101", kind="mobile")


def test_the_correlation_marker_is_not_shown() -> None:
    assert to_property(payload("rental"), CTX).description == "Two brick buildings"
    assert to_work_order(payload("task_with_work_order"), CTX).description == "Water under the kitchen sink"


def test_an_unknown_property_type_stays_readable() -> None:
    place = to_property(payload("rental") | {"RentalSubType": "Houseboat"}, CTX)
    assert (place.kind, place.kind_raw) == (PropertyKind.UNKNOWN, "Houseboat")


def test_room_words_become_numbers() -> None:
    unit = to_unit(payload("unit"), CTX)
    assert (unit.bedrooms, unit.bathrooms) == (Decimal(2), Decimal("1.5"))


def test_money_is_exact() -> None:
    balance = to_balance(payload("balance"), CTX)
    assert balance.total == Money(amount=Decimal("150.15"))
    assert balance.days_31_60 == Money(amount=Decimal("50.05"))


def test_a_resident_is_placed_by_the_active_lease() -> None:
    resident = to_resident(payload("tenant"), CTX)
    assert (resident.unit_id, resident.lease_ids) == ("21", ("31", "30"))
    assert (resident.move_in_on, resident.move_out_on) == (date(2025, 6, 3), date(2026, 12, 31))


def test_a_resident_with_a_move_out_date_gave_notice() -> None:
    assert to_resident(payload("tenant"), CTX).status is ResidentStatus.NOTICE


@pytest.mark.parametrize(("word", "consent"), [("OptedIn", True), ("OptedOut", False), ("Converted", None)])
def test_only_an_opt_in_is_consent_to_texts(word: str, consent: bool | None) -> None:
    assert to_resident(payload("tenant") | {"SMSOptInStatus": word}, CTX).text_consent is consent


def test_a_resident_without_leases_is_still_a_person() -> None:
    resident = to_resident(payload("tenant") | {"Leases": None}, CTX)
    assert (resident.name, resident.unit_id, resident.status) == ("Rosa Diaz", None, ResidentStatus.UNKNOWN)


def test_a_lease_is_on_notice_only_when_all_tenants_leave() -> None:
    wire = payload("lease")
    assert to_lease(wire, CTX).status is LeaseStatus.ACTIVE
    both = [{"TenantId": 51, "MoveOutDate": "2026-12-31"}, *wire["MoveOutData"]]
    assert to_lease(wire | {"MoveOutData": both}, CTX).status is LeaseStatus.NOTICE


def test_seven_fraction_digits_are_read() -> None:
    assert to_lease(payload("lease"), CTX).updated_at == datetime(2026, 11, 1, 8, 0, 0, 123456, tzinfo=UTC)


def test_a_lead_is_a_contact_request_without_our_own_lines() -> None:
    lead = to_lead(payload("contact_request"), CTX)
    assert (lead.name, lead.message, lead.status) == ("Sam Lee", "Is 4B still free?", LeadStatus.CONTACTED)


@pytest.mark.parametrize(
    ("word", "trade"),
    [
        ("Contractors - Plumbing", Trade.PLUMBING),
        ("HVAC", Trade.HVAC),
        ("pest control", Trade.PEST_CONTROL),
        ("Drain people", Trade.UNKNOWN),
        (None, Trade.UNKNOWN),
    ],
)
def test_category_words_become_trades(word: str | None, trade: Trade) -> None:
    assert to_trade(word, CTX) is trade


def test_a_customer_teaches_own_category_words() -> None:
    assert to_trade("Drain people", Context(pack={"trades": {"drain people": "plumbing"}})) is Trade.PLUMBING


def test_an_unknown_trade_stays_readable() -> None:
    vendor = to_vendor(payload("vendor") | {"Category": {"Id": 9, "Name": "Drain people"}}, CTX)
    assert (vendor.trades, vendor.trades_raw) == ((Trade.UNKNOWN,), ("Drain people",))


def test_a_task_without_work_order_has_no_vendor() -> None:
    order = to_work_order(payload("task_without_work_order"), CTX)
    assert (order.id, order.vendor_id, order.refs) == ("9001", None, ())
    assert (order.entry_permission, order.entry_notes) == (EntryPermission.YES, "Ring twice")
    assert (order.lease_id, order.resident_id, order.requested_by) == ("31", "52", "Rosa Diaz")


def test_task_and_work_order_are_one_record() -> None:
    order = to_work_order(payload("task_with_work_order"), CTX)
    assert (order.id, order.ref("buildium.work_order"), order.vendor_id) == ("9001", "23", "71")
    assert (order.status, order.priority) == (WorkOrderStatus.IN_PROGRESS, Priority.URGENT)
    assert (order.category, order.subcategory, order.trade) == ("Plumbing", "Leak", Trade.PLUMBING)


def test_of_several_work_orders_the_newest_speaks_and_all_are_paid() -> None:
    order = to_work_order(payload("task_with_two_work_orders"), CTX)
    assert order.refs == (Ref(system="buildium.work_order", id="24"), Ref(system="buildium.work_order", id="23"))
    assert (order.vendor_id, order.vendor_notes) == ("72", "Second visit")
    assert (order.entry_permission, order.amount) == (EntryPermission.NO, Money(amount=Decimal("100.00")))


def test_a_work_order_without_task_is_not_lost() -> None:
    order = to_work_order(payload("work_order_without_task"), CTX)
    assert (order.id, order.title, order.status) == (
        "work_order:25",
        "Leak under the sink",
        WorkOrderStatus.IN_PROGRESS,
    )


def test_an_association_is_no_property_of_ours() -> None:
    order = to_work_order(payload("todo_of_association"), CTX)
    assert (order.property_id, order.status) == (None, WorkOrderStatus.ON_HOLD)


def test_an_empty_wire_record_is_refused() -> None:
    with pytest.raises(KeyError):
        to_work_order({}, CTX)


def test_task_history_is_dated_by_buildiums_own_spelling() -> None:
    note = to_note(payload("history_entry"), CTX)
    assert (note.id, note.text) == ("work_order:9001:77", "Vendor is on the way")
    assert note.created_at == datetime(2026, 11, 24, 2, 20, tzinfo=UTC)


@pytest.mark.parametrize("name", ["tenant", "owner", "vendor", "lease", "payment"])
def test_what_is_never_kept_is_cut_wherever_it_stands(name: str) -> None:
    canary = {"TaxPayerIdType": "SSN", "TaxPayerId": "canary"}
    secrets = {"TaxId": "canary", "DateOfBirth": "canary", "TaxInformation": canary, "CheckNumber": "canary"}
    wire = payload(name) | secrets | {"CurrentTenants": [secrets], "Leases": [{"CurrentTenants": [secrets]}]}
    assert "canary" not in str(cut(wire, CONNECTOR.manifest.never_keep))


def test_files_on_tasks_are_measured_in_kilobytes() -> None:
    sizes = [_attachment(name).size_bytes for name in ("task_file", "file")]
    assert sizes == [12 * 1024, 20480]


def test_the_bytes_of_a_file_are_not_kept_in_raw() -> None:
    file = _attachment("file", Content=b"pdf")
    assert (file.content, "Content" in file.raw) == (b"pdf", False)


def _attachment(name: str, **more: Any) -> Any:
    row = CONNECTOR.resource(RECORDS["attachment"])
    assert row is not None
    return row.read(payload(name) | more, CTX)
