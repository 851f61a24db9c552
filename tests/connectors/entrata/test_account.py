"""A client as it behaves on bad days: refused keys, missing grants, errors and refused items inside a 200."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from rooftree import outbound
from rooftree.clock import ManualClock
from rooftree.connectors import writes
from rooftree.connectors.base import Context, Query, Resource
from rooftree.connectors.entrata.client import call
from rooftree.connectors.entrata.connector import CONNECTOR
from rooftree.connectors.entrata.mapping import to_property, to_resident, to_unit
from rooftree.connectors.entrata.mapping_maintenance import to_work_order
from rooftree.connectors.entrata.wire import many, to_moment
from rooftree.connectors.never_keep import cut
from rooftree.connectors.probe import probe
from rooftree.connectors.transport import Line, open_line
from rooftree.errors import ConnectorError, InvalidInput, RateLimited, Rejected, Unauthorized, Unreachable, Unreadable
from rooftree.model.leasing import GuestCard
from rooftree.model.maintenance import Vendor, WorkOrder
from rooftree.model.portfolio import Property, Unit
from rooftree.model.vocabulary import ResidentStatus, WorkOrderStatus
from rooftree.simulators import registry
from rooftree.simulators.kit import Simulator
from rooftree.simulators.transport import InProcess

START = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


class Scripted(InProcess):
    """The way to the simulator; `answers` replaces the next answers."""

    def __init__(self, simulator: Simulator) -> None:
        super().__init__(simulator)
        self.answers: list[httpx2.Response] = []

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        return self.answers.pop(0) if self.answers else super().handle_request(request)


def opened(credentials: dict[str, str] | None = None, **options: Any) -> tuple[Simulator, Scripted, Line]:
    clock = ManualClock(START)
    simulator = registry.build("entrata", now=clock.now, **options)
    transport = Scripted(simulator)
    line = open_line(
        CONNECTOR,
        base_url="https://apis.entrata.com",
        credentials={**simulator.credentials, **(credentials or {})},
        clock=clock,
        http=outbound.client(transport=transport),
    )
    return simulator, transport, line


def row(record: type) -> Resource[Any]:
    found: Resource[Any] | None = CONNECTOR.resource(record)
    assert found is not None
    return found


def vendors(line: Line) -> list[Any]:
    found: list[Any] = row(Vendor).verb("list")(line, Query(), None).items
    return found


def error(code: int, message: str, status: int = 200) -> httpx2.Response:
    return httpx2.Response(status, json={"response": {"error": {"code": code, "message": message}}})


def order(**fields: Any) -> WorkOrder:
    place = {"property_id": "5000", "unit_id": "5000:100000", "resident_id": "5000:5000000"}
    return WorkOrder(id="", **{"title": "Kitchen leak", **place, **fields})


def send(line: Line, desired: WorkOrder) -> str:
    step = row(WorkOrder).create.step(None, desired, Context(picks=CONNECTOR.picks(line), now=START))  # type: ignore[union-attr]
    assert step is not None
    id = step.id_of(writes.run(line, step, CONNECTOR.manifest))
    assert id
    return id


def test_a_refused_key_inside_a_200_says_where_to_look() -> None:
    _simulator, _transport, line = opened({"api_key": "wrong"})
    with pytest.raises(Unauthorized, match="check the subdomain"):
        vendors(line)


def test_a_service_that_was_not_granted_is_evidence_of_that_service_alone() -> None:
    _simulator, _transport, line = opened(closed=["vendors"])
    found: dict[Any, Any] = {(each.record, each.verb): each for each in probe(CONNECTOR, line, ManualClock(START))}
    assert found["vendor", "list"].ok is False
    assert "does not have access" in found["vendor", "list"].why
    assert found["property", "list"].ok


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (error(301, "The rate limit was exceeded."), RateLimited),
        (error(301, "Something else is invalid.", 400), Rejected),
        (error(555, "Unexpected."), Unreachable),
        (httpx2.Response(502, text="Bad gateway"), Unreachable),
        (httpx2.Response(429, text=""), RateLimited),
        (httpx2.Response(200, headers={"content-type": "text/html"}, text="<html></html>"), Unreadable),
        (httpx2.Response(200, json={"response": {"code": 200}}), Unreadable),
        (httpx2.Response(200, headers={"content-type": "application/json"}, text='{"response": {"res'), Unreadable),
    ],
)
def test_each_bad_answer_is_the_error_that_says_what_to_do(answer: httpx2.Response, kind: type[ConnectorError]) -> None:
    _simulator, transport, line = opened()
    transport.answers = [httpx2.Response(answer.status_code, headers=answer.headers, content=answer.content)] * 4
    with pytest.raises(kind):
        vendors(line)


def test_a_refused_item_inside_a_200_is_a_refused_write_in_entratas_words() -> None:
    _simulator, transport, line = opened()
    card = GuestCard(id="", property_id="5000", first_name="Ada", last_name="Example")
    step = row(GuestCard).create.step(None, card, Context(now=START))  # type: ignore[union-attr]
    assert step is not None
    failed = {"prospects": {"prospect": [{"node": 0, "status": "Error", "message": "leadSource is invalid."}]}}
    transport.answers = [httpx2.Response(200, json={"response": {"code": 200, "result": failed}})]
    with pytest.raises(Rejected, match=r"source \(their leadSource\) is invalid"):
        writes.run(line, step, CONNECTOR.manifest)


def test_a_value_that_entrata_needs_is_named_in_our_word_and_theirs() -> None:
    card = GuestCard(id="", property_id="5000", first_name="Ada")
    with pytest.raises(InvalidInput, match="lastName") as caught:
        row(GuestCard).create.step(None, card, Context(now=START))  # type: ignore[union-attr]
    assert caught.value.path == "last_name"


def test_a_category_the_client_does_not_have_is_refused_before_anything_is_sent() -> None:
    simulator, _transport, line = opened()
    before = len(simulator.truth("work_orders"))
    with pytest.raises(InvalidInput, match="category"):
        send(line, order(category="Drain people"))
    assert len(simulator.truth("work_orders")) == before


def test_without_any_telephone_nothing_is_sent_and_the_option_is_named() -> None:
    simulator, _transport, line = opened()
    before = len(simulator.truth("work_orders"))
    with pytest.raises(Rejected, match="office_phone"):
        send(line, order(resident_id=None))
    assert len(simulator.truth("work_orders")) == before


def test_no_confirmation_goes_to_a_person_who_becomes_a_guest_card() -> None:
    simulator, _transport, line = opened()
    card = GuestCard(id="", property_id="5000", first_name="Ada", last_name="Example", emails=("ada@example.com",))
    step = row(GuestCard).create.step(None, card, Context(now=START))  # type: ignore[union-attr]
    assert step is not None
    writes.run(line, step, CONNECTOR.manifest)
    assert simulator.truth("mails") == []


def test_closing_sends_the_time_and_our_words_in_mountain_time() -> None:
    simulator, _transport, line = opened()
    id = send(line, order())
    ctx = Context(picks=CONNECTOR.picks(line), now=START)
    current = row(WorkOrder).read(row(WorkOrder).verb("get")(line, id), ctx)
    done = WorkOrder(id=id, title="", status=WorkOrderStatus.COMPLETED, completion_notes="Trap replaced.")
    writes.run(line, row(WorkOrder).close.step(current, done, ctx), CONNECTOR.manifest)  # type: ignore[union-attr, arg-type]
    held = next(each for each in simulator.truth("work_orders") if each["maintenanceRequestId"] == id.split(":")[1])
    assert (held["maintenanceStatus"], held["closingComments"]) == ("Completed", "Trap replaced.")
    assert held["completedOn"] == "03/04/2026T05:00:00"


@pytest.mark.parametrize("container", ["", None, [], {}, {"row": ""}, {"row": []}])
def test_an_empty_container_is_no_rows_however_it_is_written(container: Any) -> None:
    assert many(container, "row") == []


@pytest.mark.parametrize("container", [{"row": {"id": 1}}, {"row": [{"id": 1}]}, [{"id": 1}]])
def test_one_element_is_one_row_with_or_without_a_list(container: Any) -> None:
    assert many(container, "row") == [{"id": 1}]


@pytest.mark.parametrize("text", ["07/01/2026T10:15:00", "07/01/2026 10:15:00", "2026-07-01T10:15:00"])
def test_times_are_mountain_time_in_each_spelling(text: str) -> None:
    assert to_moment(text) == datetime(2026, 7, 1, 16, 15, tzinfo=UTC)


def test_a_day_nobody_can_read_and_a_record_without_id_are_misfits() -> None:
    with pytest.raises(ValueError, match="tomorrow"):
        to_moment("tomorrow")
    with pytest.raises(KeyError):
        to_property({"MarketingName": "Nameless"}, Context())
    with pytest.raises(KeyError):
        to_work_order({"propertyId": "1"}, Context())


def test_a_unit_keeps_the_ids_of_all_its_spaces() -> None:
    spaces = {"unitSpace": [{"unitSpaceId": 7}, {"unitSpaceId": 8}]}
    unit = to_unit({"propertyId": "1", "id": 5, "unitNumber": "4B", "unitSpaces": spaces}, Context())
    assert [ref.id for ref in unit.refs] == ["5", "7", "8"]


def test_tax_numbers_and_identity_papers_are_cut_from_what_is_kept() -> None:
    _simulator, _transport, line = opened()
    told = json.dumps([cut(wire, CONNECTOR.manifest.never_keep) for wire in vendors(line)])
    assert "12-3456789" not in told


def test_a_whole_portfolio_of_units_is_one_call_for_each_twenty_properties() -> None:
    simulator, _transport, line = opened(properties=41, units_per_property=2)
    seen, cursor = 0, None
    while True:
        page = row(Unit).verb("list")(line, Query(), cursor)
        seen, cursor = seen + len(page.items), page.next
        if cursor is None:
            break
    asked = [call for call in simulator.calls if call.path.endswith("/propertyunits")]
    assert (seen, len(asked)) == (82, 3)


def test_a_resident_is_read_with_its_leases_whether_they_come_as_one_or_as_many() -> None:
    lease = {"Identification": {"IDValue": "7", "@attributes": {"Status": "Current"}}, "CustomerType": "Primary"}
    person = {"propertyId": "1", "FirstName": "Ada", "@attributes": {"Id": "5"}}
    for said in (lease, [lease], [{**lease, "Identification": [lease["Identification"]]}]):
        resident = to_resident({**person, "LeaseId": said}, Context())
        assert (resident.lease_ids, resident.status) == (("1:7",), ResidentStatus.CURRENT)


def assigned(line: Line, simulator: Simulator) -> str:
    id = send(line, order())
    ctx = Context(picks=CONNECTOR.picks(line), now=START)
    current = row(WorkOrder).read(row(WorkOrder).verb("get")(line, id), ctx)
    wanted = WorkOrder(id=id, title="Kitchen leak", vendor_id="30001")
    writes.run(line, row(WorkOrder).update.step(current, wanted, ctx), CONNECTOR.manifest)  # type: ignore[union-attr, arg-type]
    return id


def held(line: Line, id: str) -> WorkOrder:
    return row(WorkOrder).read(row(WorkOrder).verb("get")(line, id), Context())  # type: ignore[no-any-return]


def test_a_vendor_is_told_to_entrata_and_read_back_by_asking_for_its_orders() -> None:
    simulator, _transport, line = opened()
    id = assigned(line, simulator)
    told = next(each for each in simulator.truth("work_orders") if each["maintenanceRequestId"] == id.split(":")[1])
    assert (told["vendorId"], held(line, id).vendor_id) == ("30001", "30001")
    assert held(line, id).title == "Kitchen leak"


def test_a_vendor_that_staff_took_off_again_is_not_believed_for_our_line_in_the_text() -> None:
    simulator, _transport, line = opened()
    id = assigned(line, simulator)
    simulator.edit("work_orders", int(id.split(":")[1]), vendorId="30002")
    assert held(line, id).vendor_id is None


def test_each_service_is_paced_by_itself_and_no_documented_window_is_exceeded() -> None:
    """The stated origin of the figures is the contract's section 3."""
    simulator, _transport, line = opened(limits=((1, 1.0),))
    began = simulator.now()
    for _ in range(3):
        vendors(line)
        row(Property).verb("list")(line, Query(), None)
    assert [call.status for call in simulator.calls] == [200] * 6
    assert (simulator.now() - began).total_seconds() == pytest.approx(2.0, abs=0.1)


def test_a_limit_told_without_a_time_is_waited_for_until_the_next_minute() -> None:
    simulator, transport, line = opened()
    transport.answers = [error(301, "The rate limit was exceeded.")]
    began = simulator.now()
    assert vendors(line)
    assert (simulator.now() - began).total_seconds() >= 60


def test_a_429_that_names_its_time_is_waited_for_so_long() -> None:
    simulator, transport, line = opened()
    transport.answers = [httpx2.Response(429, headers={"retry-after": "7"}, text="")]
    began = simulator.now()
    assert vendors(line)
    assert 7 <= (simulator.now() - began).total_seconds() < 10


def test_the_agreed_limits_are_an_option_of_the_connection() -> None:
    budget = CONNECTOR.budget_of({"call_limits": "5000/3600, 1000/60 10000/86400"})
    assert budget is not None
    assert (budget.calls, budget.seconds, budget.longer) == (1000, 60.0, ((5000, 3600.0), (10_000, 86_400.0)))


@pytest.mark.parametrize("text", ["lots", "1000", "0/60", "5/0", "5/60 x"])
def test_limits_nobody_can_read_are_refused_with_an_example(text: str) -> None:
    with pytest.raises(InvalidInput, match="1000/60") as caught:
        CONNECTOR.budget_of({"call_limits": text})
    assert caught.value.path == "call_limits"


def test_an_older_agreement_counts_each_property_by_itself() -> None:
    one, other = (call("leases/getLeases", {"propertyId": place}) for place in (5000, 5001))
    older = {"call_limits_per": "property"}
    assert CONNECTOR.lane(one, {}) == CONNECTOR.lane(other, {}) == "leases"
    assert CONNECTOR.lane(one, older) != CONNECTOR.lane(other, older)


def test_every_option_that_changes_a_call_can_be_set_by_its_name() -> None:
    wanted = {"office_phone", "call_limits", "call_limits_per", "move_out_type", "move_out_reason"}
    assert set(CONNECTOR.manifest.settings) == wanted
