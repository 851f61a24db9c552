"""Every verb of the embedded PMS, in process, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from rooftree.clock import ManualClock
from rooftree.connectors.base import Context, Local, Query, Request, Resource
from rooftree.connectors.embedded.connector import CONNECTOR
from rooftree.connectors.levels import level
from rooftree.connectors.registry import load
from rooftree.connectors.transport import Line, open_line
from rooftree.db import Database
from rooftree.errors import NotFound, Rejected
from rooftree.model.base import Money, Record
from rooftree.model.leasing import Balance, Charge, Lease, Payment
from rooftree.model.maintenance import WorkOrder
from rooftree.model.messages import Attachment
from rooftree.model.portfolio import Property
from rooftree.model.vocabulary import Priority, Trade, WorkOrderStatus
from rooftree.sealed import RootKey


@pytest.fixture
def line(database: Database, root_key: RootKey, clock: ManualClock) -> Line:
    return line_of(database, root_key, clock, "con_1")


def line_of(database: Database, root: RootKey, clock: ManualClock, account: str) -> Line:
    assert CONNECTOR.local
    answer = CONNECTOR.local(Local(database=database, root=root, clock=clock, account=account))
    return open_line(CONNECTOR, base_url="embedded://here", credentials={}, clock=clock, local=answer)


def row_of(record: type[Record]) -> Resource[Record]:
    row = CONNECTOR.resource(record)
    assert row
    return row


def put(line: Line, current: Record | None, desired: Record, verb: str = "create", marker: str = "") -> Record:
    """What sync/push does: ask for the next call, make it, read back."""
    send = row_of(type(desired)).verb(verb).step(current, desired, Context(marker=marker))
    if send is None:
        assert current
        return current
    answer = line.write(send.request, timeout=1)
    return read(line, type(desired), send.id_of(answer))


def read(line: Line, record: type[Record], id: str) -> Record:
    row = row_of(record)
    return row.read(row.get(line, id), Context())  # type: ignore[operator]


def listed(line: Line, record: type[Record], query: Query) -> list[Record]:
    row, found, cursor = row_of(record), [], None
    while True:
        page = row.list(line, query, cursor)  # type: ignore[operator]
        found += [row.read(item, Context()) for item in page.items]
        if (cursor := page.next) is None:
            return found


FULL = WorkOrder(
    id="",
    title="No heat (made up)",
    description="Está muy frío ☃",
    category="hvac",
    priority=Priority.URGENT,
    status=WorkOrderStatus.NEW,
    trade=Trade.HVAC,
    due_on=date(2026, 1, 16),
    scheduled_start=datetime(2026, 1, 16, 15, 0, tzinfo=UTC),
    not_to_exceed=Money(amount=Decimal("350.00")),
    custom={"gate": "4411"},
)


def test_the_registry_finds_it_and_its_level_is_four() -> None:
    assert load("embedded") is CONNECTOR
    assert level(CONNECTOR) == 4


def test_a_work_order_reads_back_as_it_was_written(line: Line) -> None:
    made = put(line, None, FULL)
    assert isinstance(made, WorkOrder)
    for name in ("title", "description", "priority", "status", "trade", "due_on", "scheduled_start", "not_to_exceed"):
        assert getattr(made, name) == getattr(FULL, name)
    assert made.custom == {"gate": "4411"}
    assert made.number


def test_creating_twice_under_one_marker_is_one_work_order(line: Line) -> None:
    first, second = (put(line, None, FULL, marker="#rt-7f3a9c") for _ in range(2))
    assert first == second
    assert len(listed(line, WorkOrder, Query())) == 1


def test_closing_twice_is_one_close(line: Line) -> None:
    closed = put(line, (made := put(line, None, FULL)), made, "close")
    assert isinstance(closed, WorkOrder)
    assert (closed.status, closed.completed_at is not None) == (WorkOrderStatus.CLOSED, True)
    assert put(line, closed, closed, "close") is closed


def test_since_brings_what_changed_and_nothing_else(line: Line, clock: ManualClock) -> None:
    old, changing = put(line, None, FULL), put(line, None, FULL)
    clock.advance(60)
    moment = clock.now()
    changed = put(line, changing, WorkOrder(id=changing.id, title="Still no heat"), "update")
    assert [record.id for record in listed(line, WorkOrder, Query(since=moment))] == [changed.id]
    assert [record.id for record in listed(line, WorkOrder, Query())] == [old.id, changing.id]


def test_pages_bring_each_record_once(line: Line) -> None:
    made = [put(line, None, Property(id="", name=f"House {n}")) for n in range(5)]
    assert [each.id for each in listed(line, Property, Query(page_size=2))] == [each.id for each in made]


def test_a_link_to_nothing_is_refused_with_its_field(line: Line) -> None:
    with pytest.raises(Rejected, match="unit_id: There is no unit"):
        put(line, None, WorkOrder(id="", title="Leak", unit_id="99"))


def test_one_account_never_sees_another(line: Line, database: Database, root_key: RootKey, clock: ManualClock) -> None:
    made, stranger = put(line, None, FULL), line_of(database, root_key, clock, "con_2")
    assert listed(stranger, WorkOrder, Query()) == []
    with pytest.raises(NotFound):
        read(stranger, WorkOrder, made.id)


def test_a_balance_is_charges_less_payments_by_age(line: Line) -> None:
    lease = put(line, None, Lease(id="", rent=Money(amount=Decimal(1000))))
    for due in (date(2025, 9, 1), date(2026, 1, 1)):
        put(line, None, Charge(id="", lease_id=lease.id, amount=Money(amount=Decimal(1000)), due_on=due))
    put(line, None, Payment(id="", lease_id=lease.id, amount=Money(amount=Decimal("250.50"))))
    balance = read(line, Balance, lease.id)
    assert isinstance(balance, Balance)
    assert balance.over_90 == Money(amount=Decimal("749.50"))
    assert balance.days_0_30 == Money(amount=Decimal("1000"))
    assert balance.total == Money(amount=Decimal("1749.50"))


def test_a_file_is_fetched_whole_and_listed_without_its_content(line: Line) -> None:
    order = put(line, None, FULL)
    file = put(
        line, None, Attachment(id="", about="work_order", about_id=order.id, file_name="a.jpg", content=b"\xff\xd8")
    )
    assert isinstance(file, Attachment)
    assert (file.content, file.size_bytes) == (b"\xff\xd8", 2)
    (seen,) = listed(line, Attachment, Query(parent=order.id))
    assert isinstance(seen, Attachment)
    assert seen.content is None


def test_an_unknown_path_is_not_found(line: Line) -> None:
    with pytest.raises(NotFound):
        line.read(Request(method="DELETE", path="/work_order/1"))
