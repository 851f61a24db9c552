"""What a PMS refuses is told in both tongues, and a property that is not there is told by its id."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from tests.contract.harness import Account
from tests.contract.samples import fields_of, full
from tests.contract.spoiling import Spoiling, fields_in, gone, nobodys

from rooftree.connectors import writes
from rooftree.connectors.base import Connector, Gap, Page, Query, Resource, Send, Wire
from rooftree.db import Database
from rooftree.errors import ConnectorError, InvalidInput, NotFound, Rejected
from rooftree.store import connections, records
from rooftree.store.keys import Keys
from rooftree.sync import pull
from rooftree.sync.source import open_source

_WITHIN = ("unit_id", "lease_id")
"""Links that lie within a property, so that a PMS could take the property from them."""
_OWN_FILLING = {
    "buildium": {"ContactDetail", "IsManagedExternally", "SendWelcomeEmail", "SendEmailReceipt"}
    | {"SendRentalApplicationEmail"},
    "entrata": {"transactionId", "eventTypeId", "method", "version"},
    "propertyware": {"rentable", "vendorType"},
    "realpage": {"contacttype"},
    "rentvine": {"property"},
    "yardi_voyager": {"Prospect", "Customer"},
}
"""Fields of theirs that Rooftree fills by itself, so that no field of ours can be named for them."""


def nowhere(account: Account) -> str:
    """An id that a property could have and none has, as early in their order as can be."""
    known = sorted(each.id for each in account.seen("property"))
    return next(id for number in range(1000) if (id := f"{known[0][:-3] or 1}{number:03d}") not in known)


def _creates(account: Account) -> list[Resource[Any]]:
    return [row for row in account.connector.resources if not isinstance(row.create, Gap)]


def _per_property(connector: Connector) -> list[Resource[Any]]:
    return [row for row in connector.resources if row.parent == "property" and not isinstance(row.list, Gap)]


@pytest.mark.needs("properties")
def test_a_property_that_is_not_there_is_not_found_by_its_id(account: Account) -> None:
    place = nowhere(account)
    with pytest.raises(NotFound, match=re.escape(place)):
        account.row("property").get(account.line, place)  # type: ignore[operator]


@pytest.mark.needs("properties")
@pytest.mark.needs("http")
def test_a_list_under_a_property_that_is_not_there_is_refused_by_its_id(account: Account) -> None:
    place = nowhere(account)
    for row in _per_property(account.connector):
        with pytest.raises((NotFound, Rejected), match=re.escape(place)):
            row.list(account.line, Query(parent=place), None)  # type: ignore[operator]


@pytest.mark.needs("http")
@pytest.mark.needs("creates")
def test_a_write_under_a_property_that_is_not_there_is_refused_by_its_id(account: Account) -> None:
    place, tried = nowhere(account), []
    for row in _creates(account):
        send = _moved_to(place, account, row)
        if send is not None:
            tried.append(row.name)
            with pytest.raises((NotFound, Rejected), match=re.escape(place)):
                writes.run(account.line, send, account.connector.manifest)
    assert tried


def _moved_to(place: str, account: Account, row: Resource[Any]) -> Send | None:
    """The create of a record that names this property and nothing in another; None where it needs more to be made."""
    if "property_id" not in fields_of(row.record) or "property_id" in {*row.omits, *row.read_only}:
        return None
    links = {name: None for name in _WITHIN if name in fields_of(row.record)}
    try:
        return row.create.step(None, replace(full(account, row.name), property_id=place, **links), account.context())  # type: ignore[union-attr]
    except InvalidInput:
        return None


@pytest.mark.needs("properties")
@pytest.mark.needs("http")
def test_a_property_that_is_refused_stops_no_other(account: Account, sqlite_database: Database, keys: Keys) -> None:
    """The mirror holds one that this credential may not see (any more); it stands first."""
    place, pms, now = nowhere(account), account.connector.name, account.clock.now()
    with sqlite_database.write() as conn:
        company = connections.create_organization(conn, "Acme Property Management (made up)", now)
        made = connections.create(
            conn, keys, organization_id=company.id, name=pms, pms=pms, base_url="", credentials={}, now=now
        )
    tampered = _with_a_stranger(account, place)
    source = open_source(sqlite_database, keys, made, tampered, account.line, account.clock)
    names = [row.name for row in _per_property(account.connector)]
    for done in pull.full(source, ["property", *names]):
        with sqlite_database.read() as conn:
            kept = records.counts(conn, made.id).get(done.record, 0)
        strangers = done.record == "property"
        assert kept == len({each.id for each in account.all(done.record)}) + strangers
        assert done.error is None or place in done.error


def _with_a_stranger(account: Account, place: str) -> Connector:
    """The connector whose list of properties begins with one that the PMS does not have."""
    row = account.row("property")
    first = account.seen("property")[0].id

    def listed(wire: Wire, query: Query, cursor: str | None) -> Page:
        page = row.list(wire, query, cursor)  # type: ignore[operator]
        stranger = _renamed(page.items[0], first, place)
        return replace(page, items=[stranger, *page.items], total=None if page.total is None else page.total + 1)

    others = [each for each in account.connector.resources if each.name != "property"]
    return replace(account.connector, resources=[replace(row, list=listed), *others])


def _renamed(value: Any, id: str, other: str) -> Any:
    if isinstance(value, dict):
        return {key: _renamed(each, id, other) for key, each in value.items()}
    if isinstance(value, list):
        return [_renamed(each, id, other) for each in value]
    return type(value)(other) if str(value) == id else value


def _refusals(account: Account) -> Iterator[tuple[str, ConnectorError]]:
    """Each field that a create sends, by its name, and what the PMS says when it is missing or nobody's."""
    numbers = count(1)
    for row in _creates(account):
        wanted, heard = full(account, row.name), Spoiling(account.line)
        writes.run(heard, _send(account, row, wanted, numbers), account.connector.manifest)
        for name in dict.fromkeys(name for request in heard.sent for name in fields_in(request)):
            for wrong in (gone, nobodys):
                send = _send(account, row, wanted, numbers)
                try:
                    writes.run(Spoiling(account.line, name, wrong), send, account.connector.manifest)
                except ConnectorError as refusal:
                    yield name, refusal


def _send(account: Account, row: Resource[Any], wanted: Any, numbers: Iterator[int]) -> Send:
    """Under a marker of its own each time, as a PMS knows a write that it had."""
    send = row.create.step(None, wanted, account.context(f"#rt-{next(numbers):06d}"))  # type: ignore[union-attr]
    assert send is not None
    return send


@pytest.mark.needs("http")
@pytest.mark.needs("creates")
def test_a_refused_value_is_named_by_our_field_and_theirs(account: Account) -> None:
    named, unnamed = set(), set()
    for theirs, refusal in _refusals(account):
        text, ours = str(refusal), account.connector.fields.get(theirs)
        if not re.search(rf"\b{theirs}\b", text):
            continue
        if ours is None or not (f"{ours} (their " in text or ours == theirs):
            unnamed.add(theirs)
        elif isinstance(refusal, Rejected):
            named.add(theirs)
            assert refusal.field
            assert refusal.wire_field
    assert unnamed - _OWN_FILLING.get(account.connector.name, set()) == set()
    assert len(named) > 2


@pytest.mark.needs("creates")
def test_our_half_of_the_names_is_of_fields_and_settings_that_there_are(connector: Connector) -> None:
    ours = {name for row in connector.resources for name in fields_of(row.record)} | set(connector.manifest.settings)
    assert {each for names in connector.fields.values() for each in names.split(" or ")} <= ours
