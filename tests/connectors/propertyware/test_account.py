"""Propertyware through its simulator: what it refuses, how it is told, and what is told in its place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.contract.harness import MARKER, Account, open_account
from tests.contract.samples import full

from rooftree.connectors import writes
from rooftree.connectors.base import Context, Query, Send
from rooftree.connectors.propertyware import mapping, mapping_leasing
from rooftree.connectors.propertyware.writes import close_work_order
from rooftree.connectors.propertyware.writes_leases import end_lease, write_lease
from rooftree.connectors.propertyware.writes_leasing import write_charge
from rooftree.errors import InvalidInput, NotFound, RateLimited, Rejected, Unauthorized, Unsupported
from rooftree.model.base import Money, Phone
from rooftree.model.leasing import Charge, GuestCard, Lease
from rooftree.model.maintenance import WorkOrder
from rooftree.model.messages import Note
from rooftree.model.vocabulary import LeadStatus, LeaseStatus, Priority, WorkOrderStatus


def sent(account: Account, send: Send | None) -> None:
    assert send is not None
    writes.run(account.line, send, account.connector.manifest)


def asked(account: Account, name: str, **changes: Any) -> Send | None:
    """The first call of a create with these fields."""
    send: Send | None = account.row(name).create.step(  # type: ignore[union-attr]
        None, replace(full(account, name), **changes), account.context("#rt-1")
    )
    return send


def test_a_refusal_names_our_field_and_theirs_out_of_a_1001(account: Account) -> None:
    with pytest.raises(Rejected) as refused:
        sent(account, asked(account, "work_order", property_id="999"))
    assert "property_id (their buildingID): Building does not exist" in str(refused.value)
    assert "1001" not in str(refused.value)


def test_a_charge_on_a_lease_that_is_not_there_is_refused_by_the_lease(account: Account) -> None:
    with pytest.raises(Rejected, match=r"lease_id \(their leaseID\)"):
        sent(account, asked(account, "charge", lease_id="4"))


def test_an_id_that_cannot_be_propertywares_is_refused_before_a_call(account: Account) -> None:
    with pytest.raises(InvalidInput, match="its ids are numbers"):
        asked(account, "work_order", property_id="elm-court")
    assert {call.method for call in account.pms.calls} == {"GET"}


@pytest.mark.parametrize("field", ["lease_id", "account_id", "charged_on"])
def test_a_charge_without_what_propertyware_needs_is_refused_by_name(field: str) -> None:
    whole = Charge(
        id="",
        lease_id="4000000001",
        account_id="4100",
        charged_on=date(2026, 2, 1),
        amount=Money(amount=Decimal(1)),
    )
    missing: dict[str, Any] = {field: None}
    with pytest.raises(InvalidInput) as refused:
        write_charge(None, replace(whole, **missing), Context())
    assert refused.value.path == field


def test_a_prospect_needs_both_names(account: Account) -> None:
    with pytest.raises(InvalidInput) as refused:
        asked(account, "guest_card", last_name=None)
    assert refused.value.path == "last_name"


def test_another_organizations_number_is_a_refused_key_with_where_to_look(account: Account) -> None:
    account.pms.credentials["system_id"] = "1"
    with pytest.raises(Unauthorized, match="API Keys"):
        account.connector.identify(account.line)


@pytest.mark.parametrize("seconds", [0.0, 7.0])
def test_too_many_calls_is_told_with_and_without_a_time_to_wait(account: Account, seconds: float) -> None:
    account.pms.faults.arm("throttle", method="POST", seconds=seconds)
    with pytest.raises(RateLimited) as caught:
        sent(account, asked(account, "guest_card"))
    assert caught.value.retry_after >= seconds


def test_a_list_that_fails_half_way_fails_and_does_not_end(account: Account) -> None:
    pages = account.pages("unit", Query(page_size=5))
    next(pages)
    account.pms.faults.arm("expired_key")
    with pytest.raises(Unauthorized):
        list(pages)


def test_closing_where_support_has_not_switched_it_on_is_not_found() -> None:
    account = open_account("propertyware", beta=False)
    order = replace(account.all("work_order")[0], status=WorkOrderStatus.IN_PROGRESS, vendor_id="7000000")
    with pytest.raises(NotFound):
        sent(account, close_work_order(order, order, account.context("#rt-1")))


def test_closing_needs_a_vendor_for_its_time_card_and_a_setting_can_name_one() -> None:
    order = WorkOrder(id="8000000001", title="Leak", status=WorkOrderStatus.NEW)
    with pytest.raises(InvalidInput, match="closing_vendor_id"):
        close_work_order(order, order, Context())
    send = close_work_order(order, order, Context(options={"closing_vendor_id": "7", "time_card_name": "cards"}))
    assert send is not None
    assert getattr(send.request, "json", None) == {"cards": [{"vendorID": 7, "hours": 0}]}


def test_a_status_of_the_organizations_own_is_unknown_until_it_is_taught() -> None:
    wire = {"id": 1, "buildingID": 2, "description": "Leak", "status": "Waiting on HOA"}
    strange = mapping.to_work_order(wire, Context())
    taught = mapping.to_work_order(wire, Context(pack={"work_order_statuses": {"Waiting on HOA": "on_hold"}}))
    assert (strange.status, strange.status_raw) == (WorkOrderStatus.UNKNOWN, "Waiting on HOA")
    assert taught.status is WorkOrderStatus.ON_HOLD


@pytest.mark.parametrize(
    ("word", "meaning"), [("Application Submitted", LeadStatus.APPLIED), ("Zz", LeadStatus.UNKNOWN)]
)
def test_a_prospects_status_is_read_by_its_text(word: str, meaning: LeadStatus) -> None:
    card = mapping_leasing.to_guest_card({"id": 1, "status": word}, Context())
    assert (card.status, card.status_raw) == (meaning, word)


def test_a_prospect_without_people_is_still_a_guest_card() -> None:
    assert isinstance(mapping_leasing.to_guest_card({"id": 1, "contacts": None}, Context()), GuestCard)


@pytest.mark.parametrize("wire", [{"buildingID": 1}, {"id": 1, "createdDateTime": "yesterday", "description": "x"}])
def test_a_record_without_id_or_with_a_date_nobody_can_read_does_not_map(wire: dict[str, Any]) -> None:
    with pytest.raises((KeyError, ValueError)):
        mapping.to_work_order(wire, Context())


@pytest.mark.parametrize("amount", [None, "much"])
def test_a_posting_without_a_readable_amount_does_not_map(amount: str | None) -> None:
    with pytest.raises((ValueError, ArithmeticError)):
        mapping_leasing.to_charge({"id": 1, "leaseID": 2, "amount": amount}, Context())


def test_an_emergency_is_written_as_high_and_read_as_urgent(account: Account) -> None:
    made = account.write("work_order", "create", replace(full(account, "work_order"), priority=Priority.EMERGENCY))
    assert (made.priority, made.priority_raw) == (Priority.URGENT, "HIGH")


def test_a_file_can_hang_on_a_lease_and_is_fetched_with_its_bytes(account: Account) -> None:
    lease = account.seen("lease")[0].id
    sample = replace(full(account, "attachment"), about="lease", about_id=lease, content=b"%PDF made up")
    made = account.write("attachment", "create", sample)
    assert (made.about, made.about_id, made.content) == ("lease", lease, b"%PDF made up")
    assert [row["id"] for row in account.wires("attachment", Query(parent=lease, filters={"about": "lease"}))] == [
        int(made.id)
    ]


def test_a_change_of_a_unit_sends_along_all_that_the_unit_shows(account: Account) -> None:
    unit = account.seen("unit")[0]
    account.write("unit", "update", replace(unit, market_rent=Money(amount=Decimal(1999))), unit)
    before, after = unit.raw, account.get("unit", unit.id).raw
    lost = {name for name in before if before[name] != after[name]} - {"targetRent", "lastModifiedDateTime"}
    assert (after["targetRent"], lost) == (1999, set())


def test_an_owners_birth_date_is_not_lost_by_a_change_and_never_kept(account: Account) -> None:
    owner = account.seen("owner")[0]
    account.pms.edit("contacts", int(owner.id), birthDate="1950-01-02")
    account.write("owner", "update", replace(owner, company="Elm Holdings"), owner)
    row = next(each for each in account.pms.truth("contacts") if each["id"] == int(owner.id))
    assert (row["company"], row["birthDate"]) == ("Elm Holdings", "1950-01-02")


def test_a_second_phone_of_one_kind_is_refused_by_name(account: Account) -> None:
    owner = account.seen("owner")[0]
    twice = (Phone(number="+15125550101", kind="mobile"), Phone(number="+15125550102", kind="mobile"))
    with pytest.raises(InvalidInput) as refused:
        account.row("owner").update.step(owner, replace(owner, phones=twice), Context())  # type: ignore[union-attr]
    assert refused.value.path == "phones"


def running(account: Account) -> Lease:
    """A lease that is lived in and has a last day."""
    found: Lease = next(each for each in account.seen("lease") if each.status is LeaseStatus.ACTIVE and each.ends_on)
    return found


def test_a_lease_is_made_of_contacts_who_exist_and_is_found_again_by_its_marker(account: Account) -> None:
    made = account.write("lease", "create", replace(full(account, "lease"), status=LeaseStatus.PENDING))
    people = [id.rpartition(":")[2] for id in full(account, "lease").resident_ids]
    assert [id.rpartition(":")[2] for id in made.resident_ids] == people
    assert {id.partition(":")[0] for id in made.resident_ids} == {made.id}
    create = account.sent[0]
    assert [(hit.id, hit.exact) for hit in create.send.find(account.line, create.at)] == [(made.id, True)]  # type: ignore[misc]


def test_a_change_of_a_lease_sends_along_what_it_shows(account: Account) -> None:
    account.pms.edit("leases", int(running(account).id), comments="Key at desk", reasonForLeaving="PERSONAL")
    account.forget()
    lease = running(account)
    after = account.write("lease", "update", replace(lease, rent=Money(amount=Decimal(1810))), lease).raw
    lost = {name for name in lease.raw if lease.raw[name] != after.get(name)} - {"baseRent", "lastModifiedDateTime"}
    assert (after["baseRent"], lost) == (1810, set())


def test_a_status_of_the_organizations_own_stays_when_something_else_changes(account: Account) -> None:
    account.pms.edit("leases", int(running(account).id), status="Active - Renewal Sent")
    lease = next(each for each in account.all("lease") if each.status_raw == "Active - Renewal Sent" and each.ends_on)
    changed = account.write("lease", "update", replace(lease, rent=Money(amount=Decimal(1820))), lease)
    assert (changed.status, changed.status_raw) == (LeaseStatus.UNKNOWN, "Active - Renewal Sent")


def test_a_lease_ends_with_the_day_of_moving_out(account: Account) -> None:
    lease, day = running(account), date(2026, 1, 31)
    ended = account.write("lease", "close", replace(lease, moved_out_on=day), lease)
    assert (ended.status, ended.moved_out_on, ended.ends_on) == (LeaseStatus.ENDED, day, lease.ends_on)
    with pytest.raises(InvalidInput) as refused:
        end_lease(replace(lease, scheduled_move_out_on=None), lease, Context())
    assert refused.value.path == "moved_out_on"


def test_a_lease_from_month_to_month_is_refused_by_name_only_where_it_would_be_sent() -> None:
    lease = Lease(id="4000000001", starts_on=date(2025, 1, 1), resident_ids=("4000000001:5",))
    assert write_lease(lease, lease, Context()) is None
    with pytest.raises(InvalidInput) as refused:
        write_lease(lease, replace(lease, rent=Money(amount=Decimal(1))), Context())
    assert refused.value.path == "ends_on"


def test_a_residents_new_name_shows_on_the_lease_and_the_birth_date_stays(account: Account) -> None:
    resident = account.seen("resident")[0]
    changed = account.write("resident", "update", replace(resident, last_name="Novak"), resident)
    contact = int(resident.id.rpartition(":")[2])
    row = next(each for each in account.pms.truth("contacts") if each["id"] == contact)
    assert changed.last_name == "Novak"
    assert (row["lastName"], row["birthDate"], row["type"]) == ("Novak", "1984-02-29", "TENANT")


def test_a_custom_field_is_filled_and_the_others_are_sent_along(account: Account) -> None:
    unit = account.seen("unit")[0]
    first = account.write("unit", "update", replace(unit, custom={"Rooftree sample": "a"}), unit)
    both = account.write("unit", "update", replace(first, custom={"Vendor chosen": "Elm Plumbing"}), first)
    assert both.custom == {"Rooftree sample": "a", "Vendor chosen": "Elm Plumbing"}


def test_a_custom_field_nobody_defined_is_refused_by_its_name(account: Account) -> None:
    order = account.seen("work_order")[0]
    with pytest.raises(Rejected, match="Shoe size"):
        account.write("work_order", "update", replace(order, custom={"Shoe size": "9"}), order)


def test_custom_fields_that_support_has_not_switched_on_are_not_found() -> None:
    account = open_account("propertyware", beta=False)
    unit = account.seen("unit")[0]
    with pytest.raises(NotFound):
        account.write("unit", "update", replace(unit, custom={"Rooftree sample": "a"}), unit)


def test_a_group_the_key_has_no_right_to_is_told_with_where_to_look() -> None:
    account = open_account("propertyware", rights={"PROSPECTS": "READ"})
    assert account.all("guest_card")
    with pytest.raises(Unauthorized, match="API Keys"):
        sent(account, asked(account, "guest_card"))


def test_a_corrected_charge_keeps_what_was_paid_and_its_marker(account: Account) -> None:
    made = account.write("charge", "create", full(account, "charge"))
    changed = account.write("charge", "update", replace(made, amount=Money(amount=Decimal(90))), made)
    assert (changed.amount, changed.amount_open) == (Money(amount=Decimal(90)), Money(amount=Decimal(90)))
    assert changed.raw["comments"] == made.raw["comments"]
    assert account.sent[0].send.find(account.line, account.sent[0].at)[0].id == changed.id  # type: ignore[misc]


def test_a_corrected_payment_stays_with_its_payer_and_day_of_deposit(account: Account) -> None:
    payment = account.seen("payment")[0]
    changed = account.write("payment", "update", replace(payment, reference="77-A"), payment).raw
    differs = {name for name in payment.raw if payment.raw[name] != changed[name]} - {"lastModifiedDateTime"}
    assert (changed["refNo"], differs) == ("77-A", {"refNo"})


def test_a_described_file_stays_shown_to_whom_it_was_and_keeps_its_marker(account: Account) -> None:
    made = account.write("attachment", "create", replace(full(account, "attachment"), description=None))
    account.pms.edit("documents", int(made.id), publishToTenantPortal=True)
    held = account.get("attachment", made.id)
    changed = account.write("attachment", "update", replace(held, description="Boiler plate"), held)
    assert changed.description == "Boiler plate"
    assert (changed.raw["fileName"], changed.raw["publishToTenantPortal"]) == (made.raw["fileName"], True)


@pytest.mark.parametrize("about", ["lease", "guest_card"])
def test_a_remark_on_a_lease_or_prospect_is_a_conversation_of_the_team(account: Account, about: str) -> None:
    place = account.seen(about)[0].id
    wanted = replace(full(account, "note"), about=about, about_id=place, text="Asked for a ramp.")
    made = account.write("note", "create", wanted)
    sent = account.sent[-1]
    assert (made.about, made.about_id, made.text) == (about, place, "Asked for a ramp.")
    assert [hit.id for hit in sent.send.find(account.line, sent.at)] == [made.id]  # type: ignore[misc]
    assert account.pms.truth("conversations")[0]["type"] == "MANAGEMENT_TEAM"


def test_a_rewritten_task_keeps_its_marker_and_who_may_see_it(account: Account) -> None:
    order = account.seen("work_order")[0].id
    made = account.write("note", "create", Note(id="", about="work_order", about_id=order, text="Gate is open."))
    changed = account.write("note", "update", replace(made, text="Gate is shut."), made)
    assert (changed.id, changed.text) == (made.id, "Gate is shut.")
    assert changed.raw["description"].endswith(MARKER)
    assert (changed.raw["privateTask"], changed.raw["completed"]) == (True, True)


def test_no_other_remark_than_a_task_is_rewritten(account: Account) -> None:
    begun = _conversation(account)
    with pytest.raises(Unsupported, match="leave another one"):
        account.write("note", "update", replace(begun, text="Never mind."), begun)


def _conversation(account: Account, about: str = "lease") -> Note:
    wanted = replace(full(account, "note"), about=about, about_id=account.seen(about)[0].id, text="Asked for a ramp.")
    made: Note = account.write("note", "create", wanted)
    return made


def test_a_remark_on_a_leases_conversation_is_a_comment_in_it(account: Account) -> None:
    begun = _conversation(account)
    answer = Note(id="", about="note", about_id=begun.id, text="Measured the door.")
    said = account.write("note", "create", answer, marker="#rt-c0ffee")
    sent = account.sent[-1]
    assert (said.about, said.about_id, said.text) == ("note", begun.id, "Measured the door.")
    assert [hit.id for hit in sent.send.find(account.line, sent.at)] == [said.id]  # type: ignore[misc]
    assert account.get("note", begun.id).text == "Asked for a ramp.\nMeasured the door."
    assert len(account.pms.truth("conversations")) == 1
    with pytest.raises(NotFound):
        account.get("note", f"note:{begun.id}:comment:9")


def test_a_comment_is_taken_in_a_leases_conversation_only(account: Account) -> None:
    elsewhere = _conversation(account, "guest_card").id
    for remark in (elsewhere, "4000000001:901", "lease:4000000001:note:5"):
        with pytest.raises(InvalidInput, match="conversations of leases only") as refused:
            account.write("note", "create", Note(id="", about="note", about_id=remark, text="Hello"))
        assert refused.value.path == "about_id"


def test_staffs_own_notes_on_a_building_are_read(account: Account) -> None:
    place = account.seen("property")[0].id
    account.pms.edit("buildings", int(place), _notes=[{"id": 5, "subject": "Roof", "body": "Patched in May."}])
    notes = account.all("note", Query(parent=place, filters={"about": "property"}))
    assert [(note.id, note.text) for note in notes] == [(f"property:{place}:note:5", "Roof\nPatched in May.")]
    assert account.get("note", notes[0].id) == notes[0]


@pytest.mark.parametrize(("about", "place"), [("unit", "units"), ("vendor", "vendors"), ("owner", "contacts")])
def test_what_staff_write_on_units_vendors_and_owners_is_read(account: Account, about: str, place: str) -> None:
    id = account.seen(about)[0].id
    row = {"_on": (place, int(id)), "type": "MANAGEMENT_TEAM", "subject": "Gate", "comments": []}
    account.pms.behaviour.database.tables["conversations"].add(row)
    notes = account.all("note", Query(parent=id, filters={"about": about}))
    assert [(note.about, note.about_id, note.text) for note in notes] == [(about, id, "Gate")]
    assert account.get("note", notes[0].id) == notes[0]


def test_remarks_on_what_has_none_are_refused_by_name(account: Account) -> None:
    with pytest.raises(InvalidInput) as refused:
        account.all("note", Query(parent="7000000", filters={"about": "charge"}))
    assert refused.value.path == "about"
