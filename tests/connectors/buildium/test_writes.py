"""Steps: from what Buildium holds to what is wanted, one call at a time; no call is made here."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.connectors.buildium.samples import payload

from rooftree.connectors.base import Context, Request, Send
from rooftree.connectors.buildium.mapping import BATHROOMS, to_listing, to_property, to_unit
from rooftree.connectors.buildium.mapping_leasing import to_applicant, to_application, to_lead, to_lease
from rooftree.connectors.buildium.mapping_maintenance import to_attachment, to_note, to_work_order
from rooftree.connectors.buildium.wire import from_phones
from rooftree.connectors.buildium.writes_leasing import (
    decide_application,
    end_lease,
    write_applicant,
    write_lead,
    write_lease,
)
from rooftree.connectors.buildium.writes_maintenance import close_work_order, write_work_order
from rooftree.connectors.buildium.writes_portfolio import (
    create_vendor,
    unlist,
    word_for,
    write_listing,
    write_property,
    write_unit,
)
from rooftree.connectors.buildium.writes_words import add_note, change_file, rewrite_note
from rooftree.connectors.values import mark
from rooftree.errors import InvalidInput, Unsupported
from rooftree.model.base import Address, Money, Phone, Record
from rooftree.model.leasing import Applicant, Application, Lead, Lease
from rooftree.model.maintenance import Vendor, WorkOrder
from rooftree.model.messages import Note
from rooftree.model.portfolio import Listing, Property
from rooftree.model.vocabulary import ApplicationStatus, EntryPermission, LeadStatus, Priority, Trade, WorkOrderStatus

MARKER = "#rt-7f3a9c"
CTX = Context(
    marker=MARKER,
    picks={
        "task_categories": {"Maintenance Request": "40", "Plumbing": "1"},
        "task_subcategories": {"Maintenance Request/Electrical": "41", "Plumbing/Leak": "15"},
        "vendor_categories": {"Drain people": "8", "Contractors - Plumbing": "2"},
        "staff": {"Bo (302)": "302", "Ana (301)": "301"},
    },
    pack={"trades": {"drain people": "plumbing"}},
)
LEAK = WorkOrder(
    id="",
    title="Leak under the sink",
    description="Water under the sink",
    property_id="11",
    unit_id="21",
    lease_id="31",
    resident_id="52",
    priority=Priority.EMERGENCY,
    trade=Trade.PLUMBING,
    entry_permission=EntryPermission.YES,
)


def body(send: Send | None) -> dict[str, Any]:
    assert send is not None
    assert isinstance(send.request, Request)
    return dict(send.request.json)


def call(send: Send | None) -> tuple[str, str]:
    assert send is not None
    assert isinstance(send.request, Request)
    return send.request.method, send.request.path


def held(name: str) -> WorkOrder:
    return to_work_order(payload(name), CTX)


def test_a_known_resident_makes_a_resident_request() -> None:
    send = write_work_order(None, LEAK, CTX)
    assert call(send) == ("POST", "/v1/tasks/residentrequests")
    assert body(send) == {
        "Title": "Leak under the sink",
        "Description": f"Water under the sink {MARKER}",
        "TaskStatus": "New",
        "Priority": "High",
        "CategoryId": 1,
        "UnitAgreementId": 31,
        "RequestedByEntityId": 52,
        "IsEntryPermittedByResident": True,
    }


def test_a_vacant_unit_makes_a_todo_for_the_first_staff_user() -> None:
    send = write_work_order(None, replace(LEAK, lease_id=None, resident_id=None), CTX)
    assert call(send) == ("POST", "/v1/tasks/todorequests")
    assert (body(send)["PropertyId"], body(send)["UnitId"], body(send)["AssignedToUserId"]) == (11, 21, 301)


def test_the_chosen_user_gets_what_names_nobody() -> None:
    chosen = replace(CTX, options={"default_staff_id": "302"})
    assert body(write_work_order(None, replace(LEAK, lease_id=None), chosen))["AssignedToUserId"] == 302


def test_a_todo_without_any_staff_user_says_what_to_do() -> None:
    with pytest.raises(InvalidInput, match="choose one in the connection's settings"):
        write_work_order(None, replace(LEAK, lease_id=None), Context())


def test_a_trade_finds_the_customers_subcategory() -> None:
    sent = body(write_work_order(None, replace(LEAK, trade=Trade.ELECTRICAL), CTX))
    assert (sent["CategoryId"], sent["SubCategoryId"]) == (40, 41)


def test_a_post_is_never_called_idempotent() -> None:
    send = write_work_order(None, LEAK, CTX)
    assert send is not None
    assert (send.idempotent, send.find is not None) == (False, True)


def test_a_vendor_is_sent_by_a_work_order_on_the_task() -> None:
    current = held("task_without_work_order")
    send = write_work_order(current, replace(current, vendor_id="71", vendor_notes="Gate 1234"), CTX)
    assert call(send) == ("POST", "/v1/workorders")
    assert body(send) == {
        "TaskId": 9001,
        "VendorId": 71,
        "Title": "Leak under the sink",
        "WorkDetails": f"Water under the kitchen sink {MARKER}",
        "VendorNotes": "Gate 1234",
        "EntryAllowed": "Yes",
        "EntryNotes": "Ring twice",
    }


def test_another_vendor_is_a_put_that_loses_nothing() -> None:
    current = held("task_with_work_order")
    send = write_work_order(current, replace(current, vendor_id="72"), CTX)
    assert call(send) == ("PUT", "/v1/workorders/23")
    assert body(send) == {
        "Title": "Leak under the sink",
        "WorkDetails": "Water under the kitchen sink #rt-7f3a9c",
        "InvoiceNumber": "INV-9",
        "ChargeableTo": "Owner",
        "EntryAllowed": "Yes",
        "EntryNotes": "Ring twice",
        "VendorId": 72,
        "VendorNotes": "Shut-off is behind the panel",
        "EntryContactId": 52,
        "EntryContactIds": [52],
        "LineItems": [{"GlAccountId": 19, "Quantity": 1.0, "Memo": "Call-out", "UnitPrice": 80.25}],
    }


def test_of_two_work_orders_the_newest_is_changed() -> None:
    current = held("task_with_two_work_orders")
    assert call(write_work_order(current, replace(current, vendor_id="73"), CTX)) == ("PUT", "/v1/workorders/24")


def test_a_new_due_date_puts_the_whole_task() -> None:
    current = held("task_with_work_order")
    send = write_work_order(current, replace(current, due_on=date(2026, 11, 30)), CTX)
    assert call(send) == ("PUT", "/v1/tasks/residentrequests/9001")
    assert body(send) == {
        "Title": "Leak under the sink",
        "CategoryId": 1,
        "SubCategoryId": 15,
        "AssignedToUserId": 301,
        "TaskStatus": "InProgress",
        "Priority": "High",
        "DueDate": "2026-11-30",
    }


def test_a_visit_sets_the_local_day_as_due_date() -> None:
    current = replace(held("task_with_work_order"), due_on=None)
    visit = WorkOrder(id="9001", title=current.title, scheduled_start=datetime(2026, 12, 2, 3, 0, tzinfo=UTC))
    ctx = replace(CTX, zone_of=lambda _id: ZoneInfo("America/New_York"))
    assert body(write_work_order(current, visit, ctx))["DueDate"] == "2026-12-01"


def test_nothing_left_is_no_call() -> None:
    current = held("task_with_work_order")
    assert write_work_order(current, current, CTX) is None


def test_what_is_not_stated_is_left_alone() -> None:
    current = held("task_with_work_order")
    assert write_work_order(current, WorkOrder(id=current.id, title=current.title), CTX) is None


def test_low_is_not_rewritten_as_normal() -> None:
    current = held("todo_of_association")
    send = write_work_order(current, replace(current, title="Inspect both pools", priority=Priority.ROUTINE), CTX)
    assert (body(send)["Priority"], body(send)["TaskStatus"]) == ("Low", "Deferred")


def test_a_category_nobody_has_does_not_empty_the_field() -> None:
    current = held("task_with_work_order")
    assert write_work_order(current, replace(current, category="Dragons"), CTX) is None


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (WorkOrderStatus.ASSIGNED, "InProgress"),
        (WorkOrderStatus.ON_HOLD, "Deferred"),
        (WorkOrderStatus.COMPLETED, "Completed"),
        (WorkOrderStatus.CANCELLED, "Closed"),
    ],
)
def test_our_status_becomes_the_nearest_word(status: WorkOrderStatus, word: str) -> None:
    current = held("task_without_work_order")
    assert body(write_work_order(current, replace(current, status=status), CTX))["TaskStatus"] == word


def test_closing_goes_through_the_task() -> None:
    current = held("task_with_work_order")
    send = close_work_order(current, current, CTX)
    assert (call(send), body(send)["TaskStatus"]) == (("PUT", "/v1/tasks/residentrequests/9001"), "Closed")


@pytest.mark.parametrize("status", [WorkOrderStatus.CLOSED, WorkOrderStatus.CANCELLED, WorkOrderStatus.COMPLETED])
def test_closing_twice_is_one_close(status: WorkOrderStatus) -> None:
    closed = payload("task_with_work_order")
    closed["Task"]["TaskStatus"] = "Closed"
    current = to_work_order(closed, CTX)
    assert close_work_order(current, replace(current, status=status), CTX) is None


def test_what_was_done_goes_into_the_history_with_the_close() -> None:
    current = held("task_with_work_order")
    done = replace(current, status=WorkOrderStatus.COMPLETED, completion_notes="New trap fitted")
    send = close_work_order(current, done, CTX)
    assert send is not None
    assert body(send)["Message"] == f"New trap fitted {MARKER}"
    assert not send.idempotent


def test_a_close_leaves_other_wishes_alone() -> None:
    current = held("task_with_work_order")
    assert body(close_work_order(current, replace(current, title="Other"), CTX))["Title"] == "Leak under the sink"


def test_a_long_text_keeps_its_marker() -> None:
    text = mark("x" * 100, MARKER, 40)
    assert text is not None
    assert (len(text), text[-len(MARKER) :]) == (40, MARKER)


def test_a_property_put_sends_back_what_we_do_not_know() -> None:
    current = to_property(payload("rental"), CTX)
    send = write_property(current, replace(current, name="Maple Court East"), CTX)
    sent = body(send)
    assert (sent["Name"], sent["OperatingBankAccountId"], sent["Reserve"]) == ("Maple Court East", 5, 500.0)


def test_preferred_vendors_are_a_call_of_their_own() -> None:
    current = to_property(payload("rental"), CTX)
    send = write_property(current, replace(current, preferred_vendor_ids=("72", "73")), CTX)
    assert (call(send), body(send)) == (("PUT", "/v1/rentals/11/vendors"), {"VendorIds": [72, 73]})


def test_a_property_without_bank_account_says_so() -> None:
    with pytest.raises(InvalidInput, match="operating bank account"):
        write_property(None, Property(id="", name="New", address=Address(line1="1 Elm")), CTX)


def test_a_unit_put_keeps_rooms_and_address() -> None:
    current = to_unit(payload("unit"), CTX)
    sent = body(write_unit(current, replace(current, market_rent=Money(amount=Decimal("1300.10"))), CTX))
    assert (sent["MarketRent"], sent["UnitBedrooms"], sent["Address"]["PostalCode"]) == (1300.1, "TwoBed", "45402")


def test_more_baths_than_there_are_words_is_the_last_word() -> None:
    assert [word_for(Decimal(n), BATHROOMS) for n in (5, 7)] == ["FiveBath", "FivePlusBath"]


def test_listing_a_unit_may_be_repeated() -> None:
    offer = Listing(
        id="", property_id="11", unit_id="21", rent=Money(amount=Decimal(1250)), available_on=date(2026, 12, 1)
    )
    send = write_listing(None, offer, CTX)
    assert send is not None
    assert (call(send), send.idempotent) == (("PUT", "/v1/rentals/units/21/listing"), True)


def test_a_listing_keeps_its_contact() -> None:
    current = to_listing(payload("listing"), CTX)
    assert body(write_listing(current, replace(current, lease_term="6 months"), CTX))["ContactId"] == 4


def test_unlisting_deletes_the_listing() -> None:
    assert call(unlist(to_listing(payload("listing"), CTX), Listing(id="21", property_id="11"), CTX))[0] == "DELETE"


def test_a_vendor_gets_the_category_of_the_trade() -> None:
    send = create_vendor(None, Vendor(id="", company="Rapid", trades=(Trade.PLUMBING,)), CTX)
    assert (body(send)["CategoryId"], body(send)["IsCompany"], body(send)["Comments"]) == (2, True, MARKER)


def test_a_vendor_of_a_trade_nobody_has_says_so() -> None:
    with pytest.raises(InvalidInput, match="vendor categories"):
        create_vendor(None, Vendor(id="", company="Lifts", trades=(Trade.ELEVATOR,)), CTX)


def test_a_lease_put_never_changes_eviction() -> None:
    current = to_lease(payload("lease") | {"IsEvictionPending": True}, CTX)
    sent = body(write_lease(current, replace(current, ends_on=date(2027, 6, 30)), CTX))
    assert (sent["IsEvictionPending"], sent["LeaseToDate"]) == (True, "2027-06-30")


def test_ending_a_lease_moves_out_who_is_still_there() -> None:
    current = to_lease(payload("lease"), CTX)
    send = end_lease(current, Lease(id="31", moved_out_on=date(2026, 12, 31)), CTX)
    assert (call(send), body(send)) == (
        ("POST", "/v1/leases/31/moveouts"),
        {"TenantId": 51, "MoveOutDate": "2026-12-31"},
    )


def test_a_lead_is_a_contact_request_with_its_wishes_below_the_message() -> None:
    lead = Lead(id="", first_name="Sam", message="Is 4B free?", source="zillow", unit_id="21")
    sent = body(write_lead(None, lead, CTX))
    assert sent["Description"] == f"Is 4B free?\n\nAsked for: Source: zillow {MARKER}"
    assert (sent["ContactDetail"], sent["AssignedToUserId"]) == ({"FirstName": "Sam"}, 301)


def test_a_lead_moves_on_by_its_task() -> None:
    current = to_lead(payload("contact_request"), CTX)
    sent = body(write_lead(current, replace(current, status=LeadStatus.LEASED), CTX))
    assert (sent["TaskStatus"], sent["ContactDetail"]["Email"]) == ("Completed", "sam@example.com")


def test_an_applicant_is_never_mailed_by_creating_one() -> None:
    sent = body(write_applicant(None, Applicant(id="", first_name="Sam", last_name="Lee"), CTX))
    assert sent == {"FirstName": "Sam", "LastName": "Lee", "SendRentalApplicationEmail": False}


def test_an_applicant_keeps_what_is_not_changed() -> None:
    current = to_applicant(payload("applicant"), CTX)
    assert body(write_applicant(current, replace(current, unit_id="22"), CTX))["Email"] == "sam@example.com"


def test_an_application_is_decided_once() -> None:
    wire = {**payload("applicant")["Applications"][0], "Applicant": payload("applicant")}
    current = to_application(wire, CTX)
    approved = Application(id=current.id, status=ApplicationStatus.APPROVED)
    assert body(decide_application(current, approved, CTX)) == {"ApplicationStatus": "Approved"}
    assert decide_application(replace(current, status=ApplicationStatus.APPROVED), approved, CTX) is None


def test_a_note_on_a_record_is_posted_there() -> None:
    send = add_note(None, Note(id="", about="unit", about_id="21", text="Dog"), CTX)
    assert (call(send), body(send)) == (("POST", "/v1/rentals/units/21/notes"), {"Note": f"Dog {MARKER}"})


def test_a_note_on_an_applicant_cannot_be_changed() -> None:
    current = to_note(payload("note") | {"About": "applicant", "AboutId": "601"}, CTX)
    with pytest.raises(Unsupported, match="add a new one"):
        rewrite_note(current, replace(current, text="Cat"), CTX)


def test_a_note_on_what_has_none_is_refused() -> None:
    with pytest.raises(InvalidInput, match="no notes on a phone log"):
        add_note(None, Note(id="", about="phone_log", about_id="1", text="x"), CTX)


def test_a_file_on_a_task_cannot_be_renamed() -> None:
    current = to_attachment(payload("task_file"), CTX)
    with pytest.raises(Unsupported, match="rename a file on a task"):
        change_file(current, replace(current, title="Kitchen"), CTX)


def test_a_phone_of_another_kind_takes_the_first_free_place() -> None:
    phones = (Phone(number="1", kind="mobile"), Phone(number="2", kind="other"), Phone(number="3", kind="mobile"))
    assert from_phones(phones) == {"Mobile": "1", "Home": "2"}


@pytest.mark.parametrize("record", [WorkOrder(id="", title=""), replace(LEAK, title="")])
def test_a_work_order_without_title_is_refused(record: Record) -> None:
    with pytest.raises(InvalidInput, match="a title"):
        write_work_order(None, record, CTX)  # type: ignore[arg-type]
