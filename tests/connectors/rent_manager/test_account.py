"""On a simulated account, over the real line: Rent Manager's traps, and what comes back when something is wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import httpx2
import pytest
from tests.connectors.rent_manager.account import CREDENTIALS, answering, payload
from tests.contract.harness import MARKER, Account, open_account

from rooftree import outbound
from rooftree.connectors import writes as runner
from rooftree.connectors.base import Query
from rooftree.connectors.probe import probe
from rooftree.connectors.rent_manager import writes_maintenance, writes_people, writes_words
from rooftree.connectors.rent_manager.connector import CONNECTOR
from rooftree.connectors.transport import open_line
from rooftree.errors import Conflict, InvalidInput, NotFound, RateLimited, Rejected, Unauthorized, Unreadable
from rooftree.model.base import Money
from rooftree.model.leasing import Lease
from rooftree.model.maintenance import Vendor, WorkOrder
from rooftree.model.messages import Attachment, Note
from rooftree.model.vocabulary import Priority, Trade, WorkOrderStatus
from rooftree.simulators.transport import InProcess

LEAK = WorkOrder(
    id="",
    property_id="100",
    unit_id="10001",
    resident_id="1000004",
    title="Leak under the sink",
    description="Water on the floor",
    priority=Priority.EMERGENCY,
    trade=Trade.PLUMBING,
    status=WorkOrderStatus.NEW,
    vendor_id="2000",
)


@pytest.fixture
def account() -> Account:
    return open_account("rent_manager")


def issue(account: Account, id: str) -> dict[str, Any]:
    return next(row for row in account.pms.truth("ServiceManagerIssues") if str(row["ServiceManagerIssueID"]) == id)


def test_a_new_issue_is_one_call_with_its_links_where_they_are_taken(account: Account) -> None:
    made = account.write("work_order", "create", LEAK)
    assert [each.send.label for each in account.sent] == ["create work order"]
    held = issue(account, made.id)
    assert held["LinkedTenants"] == [{"TenantID": 1_000_004}]
    assert held["Description"] == f"Water on the floor {MARKER}"
    assert (held["CategoryID"], held["PriorityID"], held["PayeeAccountID"]) == (1, 4, 2_000)


def test_a_property_that_was_not_linked_is_linked_afterwards() -> None:
    account = open_account("rent_manager", units_only=True)
    made = account.write("work_order", "create", LEAK)
    assert [each.send.label for each in account.sent] == ["create work order", "link property"]
    assert (made.property_id, made.unit_id) == ("100", "10001")


def test_a_stale_save_is_409_and_the_next_one_reads_anew(account: Account) -> None:
    made = account.write("work_order", "create", LEAK)
    send = writes_maintenance.write_work_order(made, replace(made, title="Big leak"), account.context())
    assert send is not None
    reads: list[str] = []

    class Meanwhile:
        """The line, on which a colleague saves between our read and our save."""

        options = account.line.options

        def read(self, request: Any) -> Any:
            answer = account.line.read(request)
            if request.method == "GET" and not reads:
                reads.append(request.path)
                account.pms.edit("ServiceManagerIssues", int(made.id), Resolution="Typed by a colleague")
            return answer

        def write(self, request: Any, *, timeout: float) -> Any:
            return account.line.write(request, timeout=timeout)

    with pytest.raises(Conflict):
        runner.run(Meanwhile(), send, CONNECTOR.manifest)
    runner.run(account.line, send, CONNECTOR.manifest)
    held = issue(account, made.id)
    assert (held["Title"], held["Resolution"]) == ("Big leak", "Typed by a colleague")


def test_a_save_empties_nothing_that_we_never_keep(account: Account) -> None:
    account.pms.edit("Contacts", 7_000_000 + 5, FederalTaxID="000-00-0000")
    resident = next(each for each in account.all("resident") if each.ref("rent_manager.contact") == "7000005")
    account.write("resident", "update", replace(resident, first_name="Ada"), resident)
    held = next(row for row in account.pms.truth("Contacts") if row["ContactID"] == 7_000_005)
    assert (held["FirstName"], held["FederalTaxID"]) == ("Ada", "000-00-0000")


def test_a_changed_description_keeps_the_marker_it_carries(account: Account) -> None:
    made = account.write("work_order", "create", LEAK)
    account.write("work_order", "update", replace(made, description="Worse now"), made, marker="#rt-other1")
    assert issue(account, made.id)["Description"] == f"Worse now {MARKER}"


def test_closing_says_when_and_how_and_what_is_closed_stays(account: Account) -> None:
    made = account.write("work_order", "create", LEAK)
    closed = account.write("work_order", "close", replace(made, completion_notes="New trap"), made)
    held = issue(account, made.id)
    assert (held["IsClosed"], held["StatusID"], held["Resolution"]) == (True, 7, "New trap")
    assert closed.status is WorkOrderStatus.CLOSED
    assert closed.completed_at is not None
    assert writes_maintenance.close_work_order(closed, LEAK, account.context()) is None


def test_a_word_of_the_accounts_own_that_already_means_it_stays(account: Account) -> None:
    made = account.write("work_order", "create", replace(LEAK, priority=Priority.ROUTINE))
    account.pms.edit("ServiceManagerIssues", int(made.id), PriorityID=2)
    low = account.get("work_order", made.id)
    account.write("work_order", "update", replace(low, title="Drip"), low)
    assert issue(account, made.id)["PriorityID"] == 2


def test_a_word_that_is_in_no_list_names_our_field(account: Account) -> None:
    with pytest.raises(InvalidInput, match="category 'Chimneys'") as caught:
        writes_maintenance.write_work_order(
            None, replace(LEAK, trade=Trade.UNKNOWN, category="Chimneys"), account.context()
        )
    assert caught.value.path == "category"
    with pytest.raises(InvalidInput, match="'Nickname'"):
        writes_maintenance.write_work_order(None, replace(LEAK, custom={"Nickname": "x"}), account.context())


def test_a_changed_contact_is_seen_though_its_account_did_not_move(account: Account) -> None:
    account.clock.advance(5 * 86_400)
    since = account.clock.now()
    account.pms.edit("Contacts", 7_000_005, Email="new@example.com")
    found = account.all("resident", Query(since=since))
    assert [each.emails for each in found] == [("new@example.com",)]


def test_a_vendor_gets_a_contact_once(account: Account) -> None:
    acme = Vendor(id="", company="Acme Gas", emails=("office@example.com",))
    made = account.write("vendor", "create", acme)
    account.write("vendor", "update", replace(made, emails=("desk@example.com",)), made)
    rows = [row for row in account.pms.truth("Contacts") if str(row["ParentID"]) == made.id]
    assert [row["Email"] for row in rows] == ["desk@example.com"]


def test_an_interrupted_upload_uses_the_note_it_left_behind(account: Account) -> None:
    made = account.write("work_order", "create", LEAK)
    photo = Attachment(id="", about="work_order", about_id=made.id, file_name="photo.jpg", content=b"jpeg")
    send = writes_words.upload_file(None, photo, account.context(MARKER))
    assert send is not None
    account.pms.faults.arm("error_before_commit", path="UploadAttachments")
    with pytest.raises(Exception, match="unexpected"):
        runner.run(account.line, send, CONNECTOR.manifest)
    runner.run(account.line, send, CONNECTOR.manifest)
    about = Query(parent=made.id)
    (file,) = account.all("attachment", about)
    assert len(account.all("note", about)) == 1
    assert (file.file_name, account.get("attachment", file.id).content) == ("photo.jpg", b"jpeg")
    assert "Token" not in file.raw


def test_notes_on_what_takes_none_are_refused_before_anything_is_sent(account: Account) -> None:
    with pytest.raises(InvalidInput, match="not of a unit"):
        writes_words.add_note(None, Note(id="", about="unit", about_id="1", text="x"), account.context())


def test_a_new_rent_holds_from_today_and_the_former_stays_told(account: Account) -> None:
    unit = account.get("unit", "10000")
    for amount in ("1500", "1600"):
        unit = account.write("unit", "update", replace(unit, market_rent=Money(amount=Decimal(amount))), unit)
    rents = [row for row in account.pms.truth("MarketRents") if row["UnitID"] == 10_000]
    assert [row["Amount"] for row in rents[1:]] == [1600.0]
    assert (rents[0]["FromDate"], rents[1]["FromDate"]) == ("2020-01-01T00:00:00", "2026-01-15T00:00:00")
    assert unit.market_rent == Money(amount=Decimal(1600))


def test_the_term_of_a_lease_is_its_renewal_made_once_and_then_changed(account: Account) -> None:
    wanted = Lease(
        id="", unit_id="10002", primary_resident_id="1000001", starts_on=date(2026, 2, 1), moved_in_on=date(2026, 2, 1)
    )
    made = account.write("lease", "create", wanted)
    account.write("lease", "update", replace(made, ends_on=date(2027, 1, 31)), made)
    terms = [row for row in account.pms.truth("LeaseRenewals") if str(row["ParentLeaseID"]) == made.id]
    assert [(row["StartDate"], row["EndDate"]) for row in terms] == [("2026-02-01T00:00:00", "2027-01-31T00:00:00")]


@pytest.mark.parametrize("name", ["username", "password", "location_id"])
def test_a_wrong_credential_asks_for_a_human(account: Account, name: str) -> None:
    line = open_line(
        CONNECTOR,
        base_url=CONNECTOR.manifest.base_urls["production"],
        credentials={**account.pms.credentials, name: "77"},
        clock=account.clock,
        http=outbound.client(transport=InProcess(account.pms)),
    )
    with pytest.raises(Unauthorized, match="API Access"):
        CONNECTOR.identify(line)


@pytest.mark.parametrize(("resource", "record", "status"), [("Vendors", "vendor", 403), ("Payments", "payment", 500)])
def test_a_missing_privilege_is_evidence_in_either_form_and_the_rest_works(
    resource: str, record: str, status: int
) -> None:
    account = open_account("rent_manager", denied=[resource, "LeadSources"])
    found = {(each.record, each.verb): each for each in probe(CONNECTOR, account.line, account.clock)}
    refused = found[record, "list"]
    assert (refused.ok, refused.status, found["property", "list"].ok) == (False, status, True)
    assert account.picks["lead_sources"] == {}


def test_an_unknown_property_is_refused_with_our_field_and_theirs(account: Account) -> None:
    send = writes_maintenance.write_work_order(None, replace(LEAK, property_id="9"), account.context(MARKER))
    assert send is not None
    with pytest.raises(Rejected, match=r"property_id \(their LinkedProperties\)"):
        runner.run(account.line, send, CONNECTOR.manifest)
    with pytest.raises(InvalidInput, match="numbers") as caught:
        writes_maintenance.write_work_order(None, replace(LEAK, property_id="Elm Court"), account.context())
    assert caught.value.path == "property_id"


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (httpx2.Response(400, json=payload("error_model")), Rejected, r"unit_id \(their LinkedUnits\)"),
        (httpx2.Response(400, json=payload("model_state")), Rejected, "'Colour' is not a field"),
        (httpx2.Response(404, json={"Message": "No HTTP resource was found."}), NotFound, "No HTTP resource"),
        (httpx2.Response(404), NotFound, "answered 404"),
        (httpx2.Response(200, text="<html>", headers={"content-type": "text/html"}), Unreadable, "web page"),
        (httpx2.Response(200, json={"LocationID": 1}), Unreadable, "no location"),
        (httpx2.Response(204), Unreadable, "no location"),
    ],
)
def test_each_bad_answer_is_its_type(answer: httpx2.Response, kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=said) as caught:
        CONNECTOR.identify(answering(answer))
    assert CREDENTIALS["password"] not in str(caught.value)


@pytest.mark.parametrize(("seconds", "waits"), [(7.0, 7.0), (0.0, 61.0)])
def test_a_429_says_how_long_with_and_without_retry_after(account: Account, seconds: float, waits: float) -> None:
    CONNECTOR.identify(account.line)
    account.pms.faults.arm("throttle", method="POST", times=9, seconds=seconds)
    send = writes_people.write_vendor(None, Vendor(id="", company="Acme"), account.context())
    assert send is not None
    with pytest.raises(RateLimited) as caught:
        runner.run(account.line, send, CONNECTOR.manifest)
    assert caught.value.retry_after == pytest.approx(waits, abs=1)


def test_a_page_that_fails_half_way_is_an_error_and_not_an_end(account: Account) -> None:
    account.pms.faults.arm("html", path="/Units", after=1)
    with pytest.raises(Unreadable):
        account.all("unit", Query(page_size=5))
