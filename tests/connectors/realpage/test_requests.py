"""Service requests: golden bodies, answers under more than one name, words by list and pack, a number told later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from tests.connectors.golden import payload
from tests.connectors.realpage.account import CHICAGO, SITE, START, Office, answered, golden, row, sent

from rooftree.connectors import packs, soap
from rooftree.connectors.base import Context, Gap, Query, Send
from rooftree.connectors.realpage import client, discovery, requests
from rooftree.connectors.realpage.connector import CONNECTOR, identify
from rooftree.errors import InvalidInput
from rooftree.model.maintenance import Vendor, WorkOrder
from rooftree.model.vocabulary import EntryPermission, Priority, Trade, WorkOrderStatus
from rooftree.sync.picks import PickLists, renewed

MARKER = "#rt-7f3a9c"
LISTS = {
    f"locations:{SITE}": {"Kitchen": "1", "Whole home": "9"},
    f"issues:{SITE}": {"General - Other": "90", "Plumbing - Leak": "11"},
    f"priorities:{SITE}": {"High": "2"},
}
WANTED = WorkOrder(
    id="",
    unit_id=f"{SITE}:101",
    resident_id=f"{SITE}:6000001",
    requested_by="Ada Tester",
    title="Kitchen leak",
    description="Water <everywhere>",
    location="kitchen",
    trade=Trade.PLUMBING,
    priority=Priority.URGENT,
    entry_permission=EntryPermission.YES,
)
HELD = WorkOrder(id=f"{SITE}:3000007", title="Kitchen leak", status=WorkOrderStatus.NEW, status_raw="Open")


def _context(pack: str = "", learned: Mapping[str, str] | None = None, **more: Any) -> Context:
    taught = packs.read("realpage", pack)
    given = {"picks": LISTS, "marker": MARKER, "now": START, "zone_of": lambda _id: CHICAGO, **more}
    return Context(pack=taught, options=learned or {}, **given)


def _step(verb: str, current: WorkOrder | None, desired: WorkOrder, ctx: Context) -> Send:
    send = row(WorkOrder).verb(verb).step(current, desired, ctx)
    assert isinstance(send, Send)
    return send


def _made(ctx: Context, **changed: Any) -> str:
    request = _step("create", None, replace(WANTED, **changed), ctx).request
    assert not callable(request)
    return sent(request)


def _read(name: str) -> WorkOrder:
    wire = soap.one(answered(name), "GetServiceRequests/GetServiceRequest")
    found = row(WorkOrder).read({**wire, "siteid": SITE}, _context())
    assert isinstance(found, WorkOrder)
    return found


def test_the_bodies_are_the_golden_ones() -> None:
    wanted = requests.asked("2026-02-01", "2026-02-10T00:00:00")
    assert sent(client.call("getservicerequest", wanted, site=SITE)) == golden("getservicerequest")
    assert _made(_context()) == golden("addservicerequest")
    change = _step("update", HELD, replace(HELD, status=WorkOrderStatus.IN_PROGRESS), _context())
    assert change.idempotent
    assert not callable(change.request)
    assert sent(change.request) == golden("updateservicerequest")


def test_a_request_is_read_whole_and_without_our_token() -> None:
    order = _read("getservicerequest.ok")
    assert (order.id, order.unit_id, order.resident_id) == (f"{SITE}:3000007", f"{SITE}:101", f"{SITE}:6000001")
    assert (order.title, order.description, order.location) == ("Kitchen leak", "Water everywhere", "Kitchen")
    assert (order.status, order.priority, order.trade) == (WorkOrderStatus.NEW, Priority.URGENT, Trade.PLUMBING)
    assert (order.created_at, order.due_on) == (datetime(2026, 2, 1, 16, 15, tzinfo=UTC), date(2026, 2, 2))
    assert (order.entry_permission, order.completed_at) == (EntryPermission.YES, None)


def test_other_names_are_read_too_and_unknown_words_stay_readable() -> None:
    order = _read("getservicerequest-other-names.ok")
    assert (order.id, order.lease_id, order.requested_by) == (f"{SITE}:3000008", f"{SITE}:8000002", "Bo Tester")
    assert (order.category, order.trade, order.due_on) == ("Electrical - No power", Trade.ELECTRICAL, date(2026, 2, 3))
    assert (order.status, order.status_raw) == (WorkOrderStatus.UNKNOWN, "Waiting for parts")
    assert (order.priority, order.priority_raw, order.location) == (Priority.UNKNOWN, "Zz", "2")
    assert order.entry_permission is EntryPermission.UNKNOWN


def test_the_mapping_pack_says_words_days_access_and_field_names() -> None:
    pack = """
statuses: {Waiting for parts: on_hold}
due_days: {urgent: 3}
access: {yes: OK}
field_names: {duedate: needby, servicerequest: request}
unsaid: {location: Whole home}
"""
    body = _made(_context(pack), location=None)
    assert ":needby>2026-02-04T00:00:00<" in body
    assert ">OK<" in body
    assert ":request>" in body
    assert ">9<" in body
    wire = soap.one(answered("getservicerequest-other-names.ok"), "GetServiceRequests/GetServiceRequest")
    order = row(WorkOrder).read({**wire, "siteid": SITE}, _context(pack))
    assert order.status is WorkOrderStatus.ON_HOLD


@pytest.mark.parametrize(
    ("pack", "said"),
    [
        ("due_days: {urgent: soon}", "no number of days"),
        ("access: {maybe: X}", "no word of ours"),
        ("rooms: {}", "rooms"),
    ],
)
def test_a_wrong_pack_is_told_with_its_line(pack: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=f"line 1.*{said}"):
        packs.read("realpage", pack)


def test_a_pack_with_words_that_the_site_lacks_is_refused_when_connecting() -> None:
    good = Office({"mapping_pack": "unsaid: {location: Kitchen}\nissues: {Plumbing: plumbing}"})
    assert identify(good.line).name == "Made-up Management"
    with pytest.raises(InvalidInput, match="priorities: Yesterday; unsaid: Attic"):
        identify(Office({"mapping_pack": "unsaid: {location: Attic}\npriorities: {Yesterday: urgent}"}).line)


def test_what_a_request_cannot_be_made_without_is_named_with_what_there_is() -> None:
    with pytest.raises(InvalidInput, match="no location 'Attic'; it has: Kitchen, Whole home") as caught:
        _made(_context(), location="Attic")
    assert caught.value.path == "location"
    with pytest.raises(InvalidInput, match="for a unit only"):
        _made(_context(), unit_id=None)
    with pytest.raises(InvalidInput, match="key reads no locations"):
        _made(_context(picks={}))
    bare = {**LISTS, f"issues:{SITE}": {"Odd jobs": "5"}}
    with pytest.raises(InvalidInput, match=r"Set `unsaid: \{issue: \.\.\.\}`"):
        _made(_context(picks=bare))


def test_a_word_new_to_a_site_makes_its_list_be_read_again() -> None:
    office = Office()
    lists = PickLists(lambda: CONNECTOR.picks(office.line), office.clock)
    ctx = replace(_context(), picks=lists)
    wanted = {"unit_id": f"{SITE}:1", "resident_id": None, "location": "Garage"}
    with pytest.raises(InvalidInput, match="no location 'Garage'"):
        _made(ctx, **wanted)
    office.answer("getlocationlist", "getlocationlist-new.ok")
    assert renewed(ctx)
    assert ">7<" in _made(ctx, **wanted)
    asked = [method for method, _body in office.transport.sent]
    assert asked.count("getlocationlist") == 2
    _made(ctx, **wanted)
    assert len(office.transport.sent) == len(asked)


def test_only_four_words_are_set_and_the_nearest_stands_for_what_realpage_lacks() -> None:
    update = row(WorkOrder).verb("update").step
    for wanted in (WorkOrderStatus.ASSIGNED, WorkOrderStatus.SCHEDULED):
        change = _step("update", HELD, replace(HELD, status=wanted), _context())
        assert not callable(change.request)
        assert "In Progress" in sent(change.request)
    begun = replace(HELD, status=WorkOrderStatus.IN_PROGRESS, status_raw="in progress")
    assert update(begun, replace(begun, status=WorkOrderStatus.ASSIGNED), _context()) is None
    with pytest.raises(InvalidInput, match="sets no status new; it takes In Progress, On Hold, Canceled, Complete"):
        update(begun, replace(begun, status=WorkOrderStatus.NEW), _context())
    closed = _step("close", begun, begun, _context())
    assert not callable(closed.request)
    assert "Complete" in sent(closed.request)


def test_a_new_request_has_no_number_until_its_token_is_read() -> None:
    office = Office()
    ctx = replace(_context(), picks=CONNECTOR.picks(office.line))
    send = _step("create", None, replace(WANTED, unit_id=f"{SITE}:1", resident_id=f"{SITE}:6000000"), ctx)
    assert send.find is not None
    assert send.find(office.line, START) == []
    assert not callable(send.request)
    assert send.id_of(office.line.write(send.request, timeout=5.0)) is None
    (found,) = send.find(office.line, START)
    assert found.exact
    (order,) = [each for each in office.listed(WorkOrder, parent=SITE) if each.id == found.id]
    assert (order.title, order.location, order.lease_id) == ("Kitchen leak", "Kitchen", f"{SITE}:8000001")


def test_a_method_that_the_account_is_known_to_lack_is_not_called() -> None:
    with pytest.raises(InvalidInput, match="no addservicerequest"):
        _made(_context(learned={discovery.METHODS: "getsitelist getservicerequest"}))


def test_a_site_without_requests_answers_without_a_result_and_has_none() -> None:
    office = Office(properties=1, units_per_property=1)
    assert office.listed(WorkOrder, parent=SITE) == []
    office.transport.answers["getservicerequest"] = payload("realpage", "getservicerequest.ok.response")
    assert len(office.listed(WorkOrder, parent=SITE)) == 1


def test_requests_are_read_from_the_day_that_is_set_and_by_the_numbers_that_are_set() -> None:
    office = Office({"requests_from": "2026-01-20", "search_type": "2", "request_status": "0"})
    office.answer("getservicerequest", "getservicerequest.ok")
    row(WorkOrder).list(office.line, Query(parent=SITE), None)  # type: ignore[operator]
    body = office.transport.sent[-1][1]
    for said in (b"requestdatestart>2026-01-20T00:00:00<", b"searchtype>2<", b"requeststatus>0<"):
        assert said in body


def test_there_is_no_vendor_and_every_write_is_experimental() -> None:
    create = row(Vendor).create
    assert isinstance(create, Gap)
    assert (create.kind, "own vendor directory" in create.instead) == ("not_offered", True)
    assert all(row(WorkOrder).verb(verb).experimental for verb in ("create", "update", "close"))
