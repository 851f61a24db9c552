"""Payloads of the contract's own fields, read and judged by hand."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from rooftree.connectors.base import Context
from rooftree.connectors.never_keep import cut
from rooftree.connectors.propertyware import mapping
from rooftree.connectors.propertyware.client import residents_of
from rooftree.connectors.propertyware.manifest import MANIFEST
from rooftree.model.base import Money
from rooftree.model.vocabulary import EntryPermission, LeaseStatus, Priority, ResidentStatus, Trade, WorkOrderStatus

CTX = Context()


def payload(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((Path(__file__).parent / "payloads" / f"{name}.json").read_text())
    return data


def test_a_work_order_has_its_title_in_the_first_line_and_a_word_of_the_organizations_own() -> None:
    order = mapping.to_work_order(payload("work_order"), CTX)
    assert (order.title, order.description) == ("Kitchen sink drains slowly", "It backs up after a minute.")
    assert (order.status, order.status_raw) == (WorkOrderStatus.UNKNOWN, "Waiting on HOA")
    assert (order.unit_id, order.vendor_id, order.number) == ("3000004", "7000000", "1207")
    assert (order.trade, order.priority, order.entry_permission) == (
        Trade.PLUMBING,
        Priority.URGENT,
        EntryPermission.YES,
    )
    assert (order.due_on, order.custom) == (date(2026, 1, 20), {"Vendor chosen": None})
    assert order.updated_at == datetime(2026, 1, 10, 14, 30, tzinfo=UTC)


def test_a_lease_names_its_primary_person_wherever_that_one_stands() -> None:
    lease = mapping.to_lease(payload("lease"), CTX)
    assert lease.primary_resident_id == "4000000001:5000000000"
    assert (lease.status, lease.moved_in_on, lease.scheduled_move_in_on) == (
        LeaseStatus.NOTICE,
        date(2025, 2, 3),
        None,
    )
    assert (lease.rent, lease.balance) == (Money(amount=Decimal("1850.50")), Money(amount=Decimal("-25.00")))


def test_each_person_of_a_lease_is_a_resident_of_its_place() -> None:
    ben, ada = (mapping.to_resident(row, CTX) for row in residents_of(payload("lease")))
    assert (ben.name, ben.is_primary, ada.name, ada.is_primary) == ("Ben Roe", False, "Ada Roe", True)
    assert (ada.status, ada.unit_id, ada.move_out_on) == (ResidentStatus.NOTICE, "3000004", date(2026, 1, 31))
    assert [(phone.number, phone.kind) for phone in ada.phones] == [("+15125550141", "home")]


def test_a_vendors_trade_is_its_type_and_its_numbers_are_cut_away() -> None:
    kept = cut(payload("vendor"), MANIFEST.never_keep)
    vendor = mapping.to_vendor(kept, CTX)
    assert (vendor.company, vendor.trades, vendor.trades_raw) == (
        "Elm Plumbing",
        (Trade.PLUMBING,),
        ("Contractors - Plumbing",),
    )
    assert vendor.emails == ("office@example.com", "jobs@example.com")
    assert {"taxId", "accountNumber"}.isdisjoint(kept)


def test_a_conversation_says_each_thing_once_whether_subject_or_comment() -> None:
    place = {"About": "lease", "AboutId": "4000000001", "Kind": "conversation"}
    note = mapping.to_note({**payload("conversation"), **place}, CTX)
    assert (note.id, note.text) == ("lease:4000000001:conversation:700", "Ramp\nMeasured the door.")
