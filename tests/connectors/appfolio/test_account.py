"""A database as it behaves on bad days: refused keys, missing grants, refused data, 533, broken pages."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import httpx2
import pytest
from tests.connectors.appfolio.account import Account, opened
from tests.simulators import appfolio_spec

from rooftree.connectors import writes
from rooftree.connectors.appfolio.connector import CONNECTOR
from rooftree.connectors.appfolio.mapping_maintenance import SERVICE_REQUEST
from rooftree.connectors.base import Context, Query, Resource
from rooftree.connectors.probe import probe
from rooftree.errors import InvalidInput, NotFound, RateLimited, Rejected, Unauthorized, Unreachable, Unreadable
from rooftree.model.base import Record, Ref
from rooftree.model.leasing import Application, GuestCard
from rooftree.model.maintenance import Vendor, WorkOrder
from rooftree.model.portfolio import Property, Unit
from rooftree.model.vocabulary import ApplicationStatus, WorkOrderStatus
from rooftree.simulators.appfolio.words import uid


def row(record: type[Record]) -> Resource[Any]:
    found = CONNECTOR.resource(record)
    assert found is not None
    return found


def all_of(account: Account, record: type[Record], query: Query | None = None) -> list[Any]:
    cursor: str | None = None
    found: list[Any] = []
    while True:
        page = row(record).verb("list")(account.line, query or Query(), cursor)
        found += [row(record).read(wire, Context()) for wire in page.items]
        if (cursor := page.next) is None:
            return found


@pytest.mark.parametrize(
    ("wrong", "status"), [({"client_secret": "wrong-secret"}, 701), ({"client_id": "somebody"}, 401),
                          ({"developer_id": "nobody"}, 401)]
)  # fmt: skip
def test_a_refused_key_says_where_to_look(wrong: dict[str, str], status: int) -> None:
    account = opened(wrong)
    with pytest.raises(Unauthorized, match="check client ID") as caught:
        all_of(account, Unit)
    assert caught.value.status == status
    assert len(account.transport.heard) == 1


def test_a_missing_grant_is_evidence_of_that_resource_alone() -> None:
    account = opened(forbidden=["owners", "reports"], absent={"tenants": ["PhoneNumbers", "OccupancyId"]})
    found = {(each.record, each.verb): each for each in probe(CONNECTOR, account.line, account.clock)}
    assert (found["owner", "list"].ok, found["owner", "list"].status) == (False, 403)
    assert found["unit", "list"].ok
    assert found["resident", "list"].ok
    assert CONNECTOR.picks(account.line)["vendor_trades"] == {}


def test_without_a_reports_key_vendors_are_read_without_trades() -> None:
    account = opened({"reports_client_id": "", "reports_client_secret": ""})
    assert CONNECTOR.picks(account.line)["vendor_trades"] == {}
    assert all_of(account, Vendor)


def test_reports_are_asked_on_the_customers_own_host_with_their_own_key() -> None:
    account = opened({"reports_database": "acme"})
    assert CONNECTOR.picks(account.line)["vendor_trades"]["0"] == "Plumbing"
    report = next(request for request in account.transport.heard if "reports" in request.url.path)
    assert report.url.host == "acme.appfolio.com"
    assert "x-appfolio-developer-id" not in report.headers


@pytest.mark.parametrize("name", ["evil.example/", "a.b", "-x", "acme@evil"])
def test_a_database_name_cannot_name_another_host(name: str) -> None:
    account = opened({"reports_database": name})
    CONNECTOR.picks(account.line)
    assert {request.url.host for request in account.transport.heard} == {"api.appfolio.com"}


def test_a_database_too_large_for_one_question_is_read_year_by_year() -> None:
    account, plain = opened(too_big=True), opened()
    assert {order.id for order in all_of(account, WorkOrder)} == {order.id for order in all_of(plain, WorkOrder)}
    assert 533 in [call.status for call in account.simulator.calls]


def test_asked_for_changes_533_is_not_hidden() -> None:
    account = opened(too_big=True)
    with pytest.raises(Unreachable) as caught:
        all_of(account, WorkOrder, Query(since=account.clock.now() - timedelta(days=900)))
    assert caught.value.status == 533


@pytest.mark.parametrize("next_page", ["https://evil.example/api/v0/units?page[number]=2", "/api/v0/units?x=1"])
def test_the_next_page_is_on_our_host_whatever_it_says(next_page: str) -> None:
    account = opened()
    account.transport.answers = [httpx2.Response(200, json={"data": [], "next_page_path": next_page})]
    page = row(Unit).verb("list")(account.line, Query(), None)
    account.transport.answers = [httpx2.Response(200, json={"data": [], "next_page_path": None})]
    row(Unit).verb("list")(account.line, Query(), page.next)
    assert account.transport.heard[-1].url.host == "api.appfolio.com"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx2.Response(429, json={"code": 429, "message": "slow"}, headers={"retry-after": "7"}), RateLimited),
        (httpx2.Response(429, json={"code": 429, "message": "slow"}), RateLimited),
        (httpx2.Response(500, text="oops"), Unreachable),
        (httpx2.Response(503, json={"code": 503, "message": "down"}), Unreachable),
        (httpx2.Response(533, json={"code": 533, "message": "Data unavailable"}), Unreachable),
        (httpx2.Response(200, html="<html>"), Unreadable),
        (httpx2.Response(200, content=b'{"data": [{"Id"', headers={"content-type": "application/json"}), Unreadable),
        (httpx2.Response(200, json={"rows": []}), Unreadable),
        (httpx2.Response(404, json={"status": 404, "error": "Not Found"}), NotFound),
        (httpx2.Response(422, json={"code": 422, "message": "UnitId not found"}), Rejected),
    ],
)  # fmt: skip
def test_each_bad_answer_is_its_type(answer: httpx2.Response, kind: type[Exception]) -> None:
    account = opened()
    account.transport.answers = [answer] * 4
    with pytest.raises(kind):
        all_of(account, Unit)


def test_a_half_failed_scan_says_so_and_goes_on_from_its_page() -> None:
    account = opened()
    first = row(Unit).verb("list")(account.line, Query(page_size=5), None)
    account.transport.answers = [httpx2.Response(500)] * 4
    with pytest.raises(Unreachable):
        row(Unit).verb("list")(account.line, Query(page_size=5), first.next)
    second = row(Unit).verb("list")(account.line, Query(page_size=5), first.next)
    assert len(first.items) + len(second.items) == 10


def _sent(account: Account, record: type[Record], verb: str, desired: Any, current: Any = None) -> Any:
    ctx = Context(marker="#rt-7f3a9c", now=account.clock.now(), picks=CONNECTOR.picks(account.line))
    send = row(record).verb(verb).step(current, desired, ctx)
    assert send is not None
    return writes.run(account.line, send, CONNECTOR.manifest)


def test_a_refusal_names_our_field_and_theirs() -> None:
    account = opened()
    with pytest.raises(Rejected, match=r"unit_id \(their UnitId\) not found"):
        _sent(account, WorkOrder, "create", WorkOrder(id="", title="Leak", unit_id=uid("units", 99)))


def test_a_missing_field_names_ours() -> None:
    with pytest.raises(InvalidInput) as caught:
        row(WorkOrder).verb("create").step(None, WorkOrder(id="", title="Leak"), Context())
    assert caught.value.path == "unit_id"
    current = Application(id=uid("rental_applications", 0), status=ApplicationStatus.IN_REVIEW)
    with pytest.raises(InvalidInput) as caught:
        row(Application).verb("update").step(current, Application(id="", status=ApplicationStatus.DENIED), Context())
    assert caught.value.path == "notes"


def test_the_same_wish_is_sent_under_the_same_key_and_another_under_another() -> None:
    account = opened()
    for title in ("Leak", "Leak", "Other leak"):
        _sent(account, WorkOrder, "create", WorkOrder(id="", title=title, unit_id=uid("units", 1)))
    keys = [r.headers["idempotency-key"] for r in account.transport.heard if r.method == "POST" and "v0" in r.url.path]
    assert keys[0] == keys[1] != keys[2]
    assert len([order for order in account.simulator.truth("work_orders") if order["JobDescription"] == "Leak"]) == 1


def test_a_further_work_order_of_a_request_says_only_what_the_request_does_not() -> None:
    account = opened()
    request = Ref(system=SERVICE_REQUEST, id=uid("service_requests", 101))
    desired = WorkOrder(id="", title="Second visit", description="x", unit_id=uid("units", 1), refs=(request,))
    answer = _sent(account, WorkOrder, "create", desired)
    made = row(WorkOrder).read(row(WorkOrder).verb("get")(account.line, answer.data["Id"]), Context())
    assert (made.ref(SERVICE_REQUEST), made.title, made.unit_id) == (request.id, "Second visit", uid("units", 1))


def test_a_vendor_on_a_new_work_order_makes_it_assigned() -> None:
    account = opened()
    id = _sent(account, WorkOrder, "create", WorkOrder(id="", title="Leak", unit_id=uid("units", 1))).data["Id"]
    current = row(WorkOrder).read(row(WorkOrder).verb("get")(account.line, id), Context())
    _sent(account, WorkOrder, "update", WorkOrder(id=id, title="Leak", vendor_id=uid("vendors", 0)), current)
    assert json.loads(account.transport.heard[-1].content) == {"Status": "Assigned", "VendorId": uid("vendors", 0)}
    made = row(WorkOrder).read(row(WorkOrder).verb("get")(account.line, id), Context())
    assert made.status is WorkOrderStatus.ASSIGNED


def test_notes_of_work_orders_that_cannot_be_read_are_not_found() -> None:
    account = opened(notes_of_orders=False)
    with pytest.raises(NotFound):
        all_of(account, CONNECTOR.resources[-3].record, Query(parent=uid("work_orders", 1)))


def test_every_request_fits_the_rebuilt_document() -> None:
    account, made = opened(), datetime(2026, 3, 20, 10, 0).astimezone()
    for resource in CONNECTOR.resources:
        if resource.parent is None and callable(resource.list):
            all_of(account, resource.record)
    for place in all_of(account, Property)[:1]:
        for resource in CONNECTOR.resources:
            if resource.parent == "property":
                all_of(account, resource.record, Query(parent=place.id))
    order = WorkOrder(id="", title="Leak", description="drip", unit_id=uid("units", 1), scheduled_start=made)
    _sent(account, WorkOrder, "create", order)
    card = GuestCard(id="", first_name="Ada", last_name="Ortega", property_id=uid("properties", 0), message="Hello")
    _sent(account, GuestCard, "create", card)
    _sent(account, Vendor, "create", Vendor(id="", company="Old Mill"))
    faults = [fault for request in account.transport.heard for fault in _faults(request)]
    assert faults == []


def _faults(request: httpx2.Request) -> list[str]:
    if not request.url.path.startswith("/api/v0/"):
        return []
    body = json.loads(request.content) if request.content else None
    return appfolio_spec.request_faults(request.method, request.url.path, parse_qsl(request.url.query.decode()), body)
