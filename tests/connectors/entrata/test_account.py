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
from rooftree.connectors.entrata.connector import CONNECTOR
from rooftree.connectors.entrata.mapping import to_property, to_unit
from rooftree.connectors.entrata.mapping_maintenance import to_work_order
from rooftree.connectors.entrata.wire import many, to_moment
from rooftree.connectors.never_keep import cut
from rooftree.connectors.probe import probe
from rooftree.connectors.transport import Line, open_line
from rooftree.errors import ConnectorError, InvalidInput, RateLimited, Rejected, Unauthorized, Unreachable, Unreadable
from rooftree.model.leasing import GuestCard
from rooftree.model.maintenance import Vendor, WorkOrder
from rooftree.model.vocabulary import WorkOrderStatus
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
    with pytest.raises(Rejected, match="leadSource is invalid"):
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
