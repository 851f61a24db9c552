"""Leases, residents, charges and what is to let: each written or read as the account would hold it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import httpx2
import pytest
from tests.connectors.entrata.test_account import START, opened, row

from rooftree.connectors import writes
from rooftree.connectors.base import Context, Query
from rooftree.connectors.entrata.connector import CONNECTOR
from rooftree.connectors.entrata.shown import to_applicant, to_application, to_floorplan, to_listing
from rooftree.connectors.transport import Line
from rooftree.errors import InvalidInput, Rejected
from rooftree.model.base import Money, Record
from rooftree.model.leasing import Charge, Lease, Resident
from rooftree.model.portfolio import Listing
from rooftree.model.vocabulary import ApplicationStatus, LeaseStatus


def context(line: Line, **more: Any) -> Context:
    return Context(picks=CONNECTOR.picks(line), now=START, marker="#rt-7f3a9c", **more)


def read(line: Line, record: type[Record], place: str = "5000") -> list[Any]:
    page = row(record).verb("list")(line, Query(parent=place), None)
    return [row(record).read(wire, Context()) for wire in page.items]


def lease_that(line: Line, status: LeaseStatus) -> Lease:
    places = ("5000", "5001", "5002")
    found: Lease = next(each for place in places for each in read(line, Lease, place) if each.status is status)
    return found


def played(line: Line, record: type[Record], verb: str, current: Any, wanted: Any, **more: Any) -> Any:
    """Every call that the verb wants, and the record as it is read after them."""
    for _ in range(4):
        step = row(record).verb(verb).step(current, wanted, context(line, **more))
        if step is None:
            return current
        writes.run(line, step, CONNECTOR.manifest)
        current = row(record).read(row(record).verb("get")(line, current.id), Context())
    raise AssertionError("the steps do not end")


def test_closing_a_lease_gives_notice_first_and_then_moves_out() -> None:
    _simulator, _transport, line = opened(properties=8)
    current = lease_that(line, LeaseStatus.ACTIVE)
    out = date(2026, 5, 31)
    done = played(line, Lease, "close", current, Lease(id=current.id, scheduled_move_out_on=out))
    assert (done.status, done.moved_out_on) == (LeaseStatus.ENDED, out)


def test_a_lease_to_come_is_moved_in_or_cancelled() -> None:
    for status in (LeaseStatus.ACTIVE, LeaseStatus.CANCELLED):
        _simulator, _transport, line = opened(properties=8)
        current = lease_that(line, LeaseStatus.PENDING)
        assert played(line, Lease, "update", current, Lease(id=current.id, status=status)).status is status


def test_a_way_back_that_entrata_does_not_have_is_refused_before_anything_is_sent() -> None:
    simulator, _transport, line = opened(properties=8)
    current = lease_that(line, LeaseStatus.ENDED)
    ctx, before = context(line), len(simulator.calls)
    with pytest.raises(InvalidInput, match="do it in Entrata") as caught:
        row(Lease).update.step(current, Lease(id=current.id, status=LeaseStatus.ACTIVE), ctx)  # type: ignore[union-attr]
    assert (caught.value.path, len(simulator.calls)) == ("status", before)


def test_a_reason_to_move_out_that_the_client_does_not_have_names_the_option_and_the_list() -> None:
    _simulator, _transport, line = opened(properties=8)
    current = lease_that(line, LeaseStatus.ACTIVE)
    wanted = Lease(id=current.id, status=LeaseStatus.NOTICE, scheduled_move_out_on=date(2026, 5, 31))
    with pytest.raises(InvalidInput, match=r"moveOutReasonId.*Relocation") as caught:
        row(Lease).update.step(current, wanted, context(line, options={"move_out_reason": "Tired"}))  # type: ignore[union-attr]
    assert caught.value.path == "move_out_reason"


def test_a_resident_is_changed_in_what_differs_only() -> None:
    _simulator, _transport, line = opened()
    current = read(line, Resident)[0]
    done = played(line, Resident, "update", current, Resident(id=current.id, emails=("new@example.com",)))
    assert (done.emails, done.last_name, done.phones) == (("new@example.com",), current.last_name, current.phones)


def test_a_resident_that_entrata_refuses_is_a_refused_write_in_its_words() -> None:
    _simulator, _transport, line = opened()
    current = read(line, Resident)[0]
    step = row(Resident).update.step(current, Resident(id=current.id, emails=("nonsense",)), context(line))  # type: ignore[union-attr]
    assert step is not None
    with pytest.raises(Rejected, match=r"emails \(their email\) is invalid"):
        writes.run(line, step, CONNECTOR.manifest)


def charge(line: Line) -> Charge:
    lease = lease_that(line, LeaseStatus.ACTIVE)
    return Charge(id="", lease_id=lease.id, amount=Money(amount=Decimal("55.25")), charge_code="Late fee")


def test_a_charge_is_posted_once_under_an_id_of_ours() -> None:
    simulator, _transport, line = opened()
    step = row(Charge).create.step(None, charge(line), context(line))  # type: ignore[union-attr]
    assert step is not None
    id = step.id_of(writes.run(line, step, CONNECTOR.manifest))
    assert id is not None
    with pytest.raises(Rejected, match="transactionId"):
        writes.run(line, step, CONNECTOR.manifest)
    found = row(Charge).read(row(Charge).verb("get")(line, id), Context())
    assert (found.amount.amount, found.charge_code, found.amount_open.amount) == (55.25, "Late fee", 55.25)
    assert step.find is not None
    assert [(each.id, each.exact) for each in step.find(line, START)] == [(id, False)]
    assert len(simulator.truth("transactions")) == 1


def test_a_charge_without_a_code_of_the_client_says_which_there_are() -> None:
    _simulator, _transport, line = opened()
    wanted = Charge(id="", lease_id="5000:1000001", amount=Money(amount=Decimal(5)), charge_code="Fun")
    with pytest.raises(InvalidInput, match=r"arCodeId.*Late fee") as caught:
        row(Charge).create.step(None, wanted, context(line))  # type: ignore[union-attr]
    assert caught.value.path == "charge_code"


def test_a_price_is_joined_to_its_home_by_number() -> None:
    _simulator, _transport, line = opened()
    shown = read(line, Listing)
    assert len(shown) == 4
    assert all(each.unit_id and each.floorplan_id and each.rent for each in shown)


def test_a_price_whose_number_two_homes_share_is_not_guessed_at() -> None:
    _simulator, transport, line = opened()
    space = {"UnitSpace": {"UnitNumber": "1", "Availability": "Available"}}
    homes = [{"id": 1, "unitNumber": "1"}, {"id": 2, "unitNumber": "1"}]
    told: list[dict[str, Any]] = [
        {"PropertyUnits": {"PropertyUnit": space}},
        {"properties": {"property": {"propertyId": 5000, "units": {"unit": homes}}}},
    ]
    transport.answers = [httpx2.Response(200, json={"response": {"result": each}}) for each in told]
    (wire,) = row(Listing).verb("list")(line, Query(parent="5000"), None).items
    with pytest.raises(KeyError, match="unitId"):
        to_listing(wire, Context())


def test_a_floor_plan_reads_with_one_room_or_many() -> None:
    """Made up after the field list of contract section 13 (getFloorPlans)."""
    room = {"Count": "2", "@attributes": {"RoomType": "Bedroom"}}
    plan = {
        "propertyId": "1",
        "Identification": [{"IDValue": "7", "@attributes": {"IDType": "x"}}],
        "Name": "B1",
        "MarketRent": {"@attributes": {"Min": "1,200", "Max": ""}},
        "File": "",
    }
    for rooms in (room, [room]):
        found = to_floorplan({**plan, "Room": rooms}, Context())
        assert (found.id, found.bedrooms, found.rent_min, found.rent_max) == (
            "1:7",
            2,
            Money(amount=Decimal(1200)),
            None,
        )


def test_an_application_is_its_prospect_and_an_unknown_status_stays_readable() -> None:
    """Made up after the field list of contract section 13 (getLeads)."""
    person = {"customerId": "9", "firstName": "Ada", "lastName": "Example"}
    lead = {"propertyId": "1", "applicationId": "5", "customers": {"customer": person}}
    known = to_application({**lead, "status": "Application Approved"}, Context())
    odd = to_application({**lead, "status": "Application Odd"}, Context())
    assert (known.status, known.applicant_ids) == (ApplicationStatus.APPROVED, ("1:5:9",))
    assert (odd.status, odd.status_raw) == (ApplicationStatus.UNKNOWN, "Application Odd")
    assert to_applicant({**lead, **person}, Context()).application_ids == ("1:5",)
