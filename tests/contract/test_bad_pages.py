"""What a PMS hands out broken is kept and shown: nothing is lost, nothing is buried, no cursor moves on."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.contract.harness import Account

from rooftree.connectors.base import Connector, Gap, ListVerb, Page, Query, Resource, Wire
from rooftree.db import Database
from rooftree.errors import Unreachable
from rooftree.model.base import Record
from rooftree.store import connections, cursors, records, unreadable
from rooftree.store.keys import Keys
from rooftree.sync import pull
from rooftree.sync.source import Misfit, Source, open_source, read

_DATE = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}/\d{1,2}/\d{4}")
NO_DATE = "someday"
Open = Callable[[Connector], Source]


@pytest.fixture
def open_it(account: Account, sqlite_database: Database, keys: Keys) -> Open:
    """Opens one connection for reading by this connector, or by one whose lists were tampered with."""
    now, pms = account.clock.now(), account.connector.name
    with sqlite_database.write() as conn:
        company = connections.create_organization(conn, "Acme Property Management (made up)", now)
        connection = connections.create(
            conn, keys, organization_id=company.id, name=pms, pms=pms, base_url="", credentials={}, now=now
        )

    def open_(connector: Connector) -> Source:
        return open_source(sqlite_database, keys, connection, connector, account.line, account.clock)

    return open_


def _top(connector: Connector) -> Resource[Any]:
    return next(row for row in connector.resources if not isinstance(row.list, Gap) and row.parent is None)


def _with_list(connector: Connector, verb: ListVerb) -> Connector:
    """The connector whose first list is `verb`."""
    top = _top(connector).name
    rows = [replace(row, list=verb) if row.name == top else row for row in connector.resources]
    return replace(connector, resources=rows)


def _count(source: Source, name: str) -> int:
    with source.database.read() as conn:
        return records.counts(conn, source.connection.id).get(name, 0)


@pytest.mark.needs("lists")
@pytest.mark.needs("http")
def test_a_scan_that_fails_half_way_loses_nothing_and_buries_nothing(account: Account, open_it: Open) -> None:
    """Its records in pages of one (some PMSs have but one page); the second fails. Unseen is not deleted."""
    row = _top(account.connector)
    found = account.wires(row.name)

    def small(wire: Wire, query: Query, cursor: str | None) -> Page:
        at = int(cursor or 0)
        return Page(items=found[at : at + 1], next=str(at + 1) if at + 1 < len(found) else None, total=len(found))

    def broken(wire: Wire, query: Query, cursor: str | None) -> Page:
        if cursor is not None:
            raise Unreachable("The connection failed half-way.")
        return small(wire, query, cursor)

    whole = open_it(_with_list(account.connector, small))
    pull.full(whole, [row.name])
    before, at = _count(whole, row.name), _cursor(whole, row.name)
    assert before > 1
    account.clock.advance(3600)
    (failed,) = pull.full(open_it(_with_list(account.connector, broken)), [row.name])
    assert failed.error
    assert _count(whole, row.name) == before
    assert (_cursor(whole, row.name).full_at, _cursor(whole, row.name).watermark) == (at.full_at, at.watermark)
    (again,) = pull.full(whole, [row.name])
    assert (again.error, again.deleted, _count(whole, row.name)) == (None, 0, before)


def _cursor(source: Source, name: str) -> cursors.Cursor:
    with source.database.read() as conn:
        return cursors.get(conn, source.connection.id, name)


@pytest.mark.needs("lists")
@pytest.mark.needs("http")
def test_a_record_without_an_id_is_kept_raw_and_shown_and_stops_no_other(account: Account, open_it: Open) -> None:
    row = _top(account.connector)

    def headless(wire: Wire, query: Query, cursor: str | None) -> Page:
        page = row.list(wire, query, cursor)  # type: ignore[operator]
        first = row.read(page.items[0], account.context()).id
        return replace(page, items=[_without(page.items[0], first), *page.items[1:]])

    source = open_it(_with_list(account.connector, headless))
    (done,) = pull.full(source, [row.name])
    assert (done.error, done.unreadable) == (None, 1)
    assert _count(source, row.name) == done.seen - 1
    with source.database.read() as conn:
        (shown,) = unreadable.listed(conn, source.connection.id, row.name)
        assert shown.error
        assert unreadable.raw(conn, source.keys, shown.id)


def _without(value: Any, id: str) -> Any:
    """The wire record with nothing in it that is its id, in whatever field the PMS keeps it."""
    if isinstance(value, dict):
        return {key: _without(each, id) for key, each in value.items() if str(each) != id}
    return [_without(each, id) for each in value] if isinstance(value, list) else value


@pytest.mark.rows("list")
def test_a_date_nobody_can_read_is_kept_in_the_raw_and_never_a_crash(account: Account, name: str) -> None:
    """Either the record is read without that date, or it is kept as unreadable with a reason."""
    row, context = account.row(name), account.context()
    for wire in account.wires(name)[:5]:
        strange = _undated(copy.deepcopy(wire))
        found = read(row, strange, context)
        if isinstance(found, Misfit):
            assert found.raw == strange
            assert found.error
            assert NO_DATE not in found.error
        else:
            assert isinstance(found, Record)
            assert found.id


def _undated(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _undated(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_undated(each) for each in value]
    return NO_DATE if isinstance(value, str) and _DATE.match(value) else value
