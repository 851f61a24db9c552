"""On a simulated account, over the real line: Rentvine's traps, and what comes back when something is wrong.

The rows below are made up after the field lists of our contract; none is from an account.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx2
import pytest

from rooftree import outbound
from rooftree.clock import ManualClock
from rooftree.connectors import writes as runner
from rooftree.connectors.base import Answer, Context, Query, Request
from rooftree.connectors.probe import probe
from rooftree.connectors.rentvine import mapping, wire, writes
from rooftree.connectors.rentvine.client import residents_of
from rooftree.connectors.rentvine.connector import CONNECTOR
from rooftree.connectors.transport import Line, open_line
from rooftree.errors import NotFound, RateLimited, Rejected, Unauthorized, Unreadable
from rooftree.model.maintenance import Vendor, WorkOrder
from rooftree.model.names import RECORDS
from rooftree.model.vocabulary import Priority, ResidentStatus, Trade, WorkOrderStatus
from rooftree.simulators import registry
from rooftree.simulators.kit import Simulator
from rooftree.simulators.transport import InProcess

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
LEAK = WorkOrder(
    id="",
    property_id="5000",
    unit_id="400001",
    lease_id="10000004",
    resident_id="10000004:50000005",
    title="Leak under the sink",
    description="Water on the floor",
    priority=Priority.EMERGENCY,
    trade=Trade.PLUMBING,
    status=WorkOrderStatus.NEW,
)


@dataclass
class Account:
    """One account with our line to it."""

    simulator: Simulator
    line: Line

    def context(self, marker: str = "", **options: str) -> Context:
        return Context(picks=CONNECTOR.picks(self.line), options=options, marker=marker, now=NOW)

    def get(self, name: str, id: str) -> Any:
        row = CONNECTOR.resource(RECORDS[name])
        assert row is not None
        return row.read(row.get(self.line, id), self.context())  # type: ignore[operator]

    def all(self, name: str) -> list[Any]:
        row, cursor, found = CONNECTOR.resource(RECORDS[name]), None, []
        assert row is not None
        while True:
            page = row.list(self.line, Query(), cursor)  # type: ignore[operator]
            found += [row.read(each, self.context()) for each in page.items]
            if (cursor := page.next) is None:
                return found

    def make(self, wanted: WorkOrder, marker: str = "#rt-7f3a9c", **options: str) -> WorkOrder:
        """The work order, once nothing is left to write."""
        current: WorkOrder | None = None
        while (send := writes.write_work_order(current, wanted, self.context(marker, **options))) is not None:
            answer = runner.run(self.line, send, CONNECTOR.manifest)
            current = self.get("work_order", current.id if current else str(send.id_of(answer)))
        assert current is not None
        return current


def opened(**options: Any) -> Account:
    simulator = registry.build("rentvine", now=lambda: NOW, units_per_property=8, **options)
    return Account(simulator, line_to(simulator, simulator.credentials))


def line_to(simulator: Simulator, credentials: Mapping[str, str]) -> Line:
    http, clock = outbound.client(transport=InProcess(simulator)), ManualClock(NOW)
    return open_line(
        CONNECTOR,
        base_url=CONNECTOR.manifest.base_urls["production"],
        credentials=credentials,
        clock=clock,
        http=http,
    )


@pytest.fixture
def account() -> Account:
    return opened()


def answering(status: int, body: bytes, kind: str = "application/json") -> Line:
    """A line to a Rentvine that always answers this."""
    answer = httpx2.MockTransport(lambda _: httpx2.Response(status, content=body, headers={"content-type": kind}))
    key = {"account": "madeup", "access_key": "k" * 12, "secret": "s" * 12}
    http = outbound.client(transport=answer)
    return open_line(CONNECTOR, base_url="https://rv.example", credentials=key, clock=ManualClock(NOW), http=http)


def test_a_vendor_is_put_on_after_the_work_order_is_known_to_exist(account: Account) -> None:
    made = account.make(replace(LEAK, vendor_id="30000", vendor_notes="Ring twice."))
    assert (made.vendor_id, made.trade, made.category) == ("30000", Trade.PLUMBING, "Plumbing")
    (row,) = [row for row in account.simulator.truth("work_orders") if row["workOrderID"] == made.id]
    assert row["description"] == "Leak under the sink\n\nWater on the floor #rt-7f3a9c"
    assert (row["vendorInstructions"], row["priorityID"]) == ("Ring twice.", "3")
    posts = [call.path.rpartition("/")[2] for call in account.simulator.calls if call.method == "POST"]
    assert posts == ["work-orders", made.id]


def test_nobody_is_mailed_unless_the_connection_says_so(account: Account) -> None:
    account.make(replace(LEAK, vendor_id="30000"))
    assert account.simulator.truth("notices") == []
    account.make(replace(LEAK, vendor_id="30000"), who_notifies_vendors="pms")
    assert [notice["asked"] for notice in account.simulator.truth("notices")] == ["sendVendorNotification"]


def test_a_notice_to_a_vendor_is_searched_before_it_is_sent_again(account: Account) -> None:
    made = account.make(LEAK)
    send = writes.write_work_order(
        made, replace(made, vendor_id="30000"), account.context("#rt-1", who_notifies_vendors="pms")
    )
    assert send is not None
    assert send.find is not None
    assert not send.idempotent
    assert send.find(account.line, NOW) == []
    runner.run(account.line, send, CONNECTOR.manifest)
    assert [hit.exact for hit in send.find(account.line, NOW)] == [True]


def test_a_closed_status_is_rentvines_own_and_what_is_closed_stays(account: Account) -> None:
    made = account.make(LEAK)
    send = writes.close_work_order(made, LEAK, account.context())
    assert send is not None
    runner.run(account.line, send, CONNECTOR.manifest)
    closed = account.get("work_order", made.id)
    assert (closed.status, closed.raw["workOrder"]["workOrderStatusID"]) == (WorkOrderStatus.COMPLETED, "16")
    assert writes.close_work_order(closed, LEAK, account.context()) is None


def test_the_customer_may_choose_which_status_closes(account: Account) -> None:
    pack = {"work_order_statuses": {"closed": "Done, Invoice Pending"}}
    made = account.make(LEAK)
    send = writes.close_work_order(made, LEAK, replace(account.context(), pack=pack))
    assert send is not None
    assert isinstance(send.request, Request)
    assert send.request.json["workOrderStatusID"] == 15


def test_rich_text_of_staff_is_read_as_plain_lines(account: Account) -> None:
    order = account.all("work_order")[0]
    assert "<" not in f"{order.title}{order.description}"
    assert wire.to_title("<p>No&nbsp;heat</p><p>Since <b>Monday</b> &amp; cold<br>Unit 4</p>") == (
        "No heat",
        "Since Monday & cold\nUnit 4",
    )
    assert wire.to_title("5 < 6, no tags") == ("5 < 6, no tags", None)


def test_a_page_that_fails_half_way_is_an_error_and_not_an_end(account: Account) -> None:
    row = CONNECTOR.resource(WorkOrder)
    assert row is not None
    first = row.list(account.line, Query(page_size=1), None)  # type: ignore[operator]
    account.simulator.faults.arm("truncated", method="GET", times=9)
    with pytest.raises(Unreadable):
        row.list(account.line, Query(page_size=1), first.next)  # type: ignore[operator]


def test_a_lease_that_was_not_asked_for_is_not_taken(account: Account) -> None:
    """An ignored filter answers 200 with somebody else's lease."""
    rows = account.line.read(Request(method="GET", path="/api/manager/leases/export")).body
    row = CONNECTOR.resource(RECORDS["lease"])
    assert row is not None
    with pytest.raises(Unreadable, match="ignored"):
        row.get(answering(200, rows), "77")  # type: ignore[operator]


@pytest.mark.parametrize("name", ["access_key", "secret"])
def test_a_wrong_key_asks_for_a_human(account: Account, name: str) -> None:
    line = line_to(account.simulator, {**account.simulator.credentials, name: "wrong-wrong-wrong"})
    with pytest.raises(Unauthorized, match="Users, Roles and API"):
        CONNECTOR.identify(line)


def test_a_role_without_vendors_is_evidence_and_the_rest_works() -> None:
    account = opened(closed=["/vendors", "/maintenance/vendor-trades"])
    found = {(each.record, each.verb): each for each in probe(CONNECTOR, account.line, ManualClock(NOW))}
    refused = found["vendor", "list"]
    assert (refused.ok, refused.status, found["property", "list"].ok) == (False, 403, True)
    assert account.context().picks["trades"] == {}


def test_a_refusal_names_our_field_and_theirs(account: Account) -> None:
    send = writes.write_work_order(None, replace(LEAK, unit_id="1"), account.context("#rt-1"))
    assert send is not None
    with pytest.raises(Rejected, match=r"unit_id \(their unitID\)"):
        runner.run(account.line, send, CONNECTOR.manifest)


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (400, b'{"error": "Nope."}', "Nope."),
        (400, b'{"priorityID": ["Too much.", "Really."]}', r"priority \(their priorityID\): Too much. Really."),
        (200, b'{"error": "Not today."}', "Not today."),
        (400, b"<html>sorry</html>", "answered 400"),
    ],
)
def test_each_form_of_refusal_is_read(status: int, body: bytes, said: str) -> None:
    with pytest.raises(Rejected, match=said):
        runner.run(
            answering(status, body),
            writes._update("change", "1", {}),
            CONNECTOR.manifest,
        )


@pytest.mark.parametrize("seconds", [0.0, 7.0])
def test_a_call_too_many_is_told_with_or_without_a_time(account: Account, seconds: float) -> None:
    account.simulator.faults.arm("throttle", times=9, seconds=seconds)
    with pytest.raises(RateLimited) as caught:
        CONNECTOR.identify(account.line)
    assert caught.value.retry_after == (seconds or 0.2)


def order_row(**fields: Any) -> dict[str, Any]:
    return {"workOrder": {"workOrderID": "7", "description": "x", "primaryWorkOrderStatusID": "2", **fields}}


def test_words_nobody_published_are_unknown_and_stay_readable() -> None:
    record = mapping.to_work_order(order_row(primaryWorkOrderStatusID="9", priorityID="4"), Context())
    assert (record.status, record.status_raw) == (WorkOrderStatus.UNKNOWN, "9")
    assert (record.priority, record.priority_raw) == (Priority.UNKNOWN, "4")


@pytest.mark.parametrize("row", [{"workOrder": {"description": "no id"}}, {}, order_row(scheduledStartDate="soon")])
def test_a_row_without_id_or_with_a_date_nobody_can_read_fits_no_mapping(row: dict[str, Any]) -> None:
    with pytest.raises((KeyError, ValueError)):
        mapping.to_work_order(row, Context())


def test_times_are_told_in_the_zone_of_the_setting() -> None:
    context = Context(options={"time_zone": "America/Denver"})
    record = mapping.to_work_order(order_row(scheduledStartDate="2026-03-04 09:00:00"), context)
    assert record.scheduled_start == datetime(2026, 3, 4, 16, 0, tzinfo=UTC)
    assert wire.from_instant(record.scheduled_start, context) == "2026-03-04 09:00:00"


@pytest.mark.parametrize(("value", "flag"), [("1", True), ("0", False), (True, True), (0, False), ("yes", None)])
def test_a_boolean_is_a_text(value: Any, flag: bool | None) -> None:
    assert wire.to_flag(value) is flag


def test_a_roommate_who_left_a_running_lease_is_past() -> None:
    lease = {"leaseID": "5", "primaryLeaseStatusID": "2", "moveOutStatusID": "1"}
    tenants = [{"contactID": "1", "name": "Ada Ortega", "isActive": "1"}, {"contactID": "2", "isActive": "0"}]
    found = [mapping.to_resident(each, Context()) for each in residents_of({"lease": {**lease, "tenants": tenants}})]
    assert [each.status for each in found] == [ResidentStatus.CURRENT, ResidentStatus.PAST]
    assert (found[0].id, found[0].first_name, found[0].last_name) == ("5:1", "Ada", "Ortega")
    assert "tenants" not in found[0].raw["lease"]


@pytest.mark.parametrize(
    ("fields", "pack", "trades"),
    [
        ({"vendorTrades": [{"vendorTradeID": 60, "name": "Plumber"}]}, {}, (Trade.PLUMBING,)),
        ({"vendorTradeIDs": ["61"]}, {}, (Trade.ELECTRICAL,)),
        ({"name": "Acme Plumbing"}, {}, (Trade.PLUMBING,)),
        ({"name": "Acme"}, {}, ()),
        ({"name": "Acme Plumbing"}, {"vendor_trades": {"9": ["gas"]}}, (Trade.GAS,)),
    ],
)
def test_a_vendors_trades_are_taught_told_or_in_the_name(
    fields: dict[str, Any], pack: dict[str, Any], trades: tuple[Trade, ...]
) -> None:
    context = Context(picks={"trades": {"Electrical": "61"}}, pack=pack)
    found: Vendor = mapping.to_vendor({"contact": {"contactID": "9", **fields}}, context)
    assert found.trades == trades


def test_charges_balances_and_owners_are_exact(account: Account) -> None:
    rent, fee = account.all("charge")[:2]
    owed = account.get("balance", rent.lease_id)
    assert owed.total.amount == rent.amount_open.amount + fee.amount_open.amount
    assert fee.amount.amount == Decimal("75.00")
    assert all(each.owner_ids for each in account.all("property"))
    with pytest.raises(NotFound):
        account.get("owner", "30000")


def test_an_answer_without_the_record_tells_no_id() -> None:
    assert writes._order_id(Answer(status=200, headers={}, body=b"", data=[])) is None
