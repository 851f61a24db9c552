"""Reading: each record of the PMS maps, lists and singles agree, pages cover everything once."""

from __future__ import annotations

import dataclasses
import itertools
from datetime import timedelta
from enum import Enum
from typing import Any

import pytest
from tests.contract.harness import Account
from tests.contract.samples import fields_of

from rooftree.connectors.base import Query
from rooftree.errors import NotFound
from rooftree.model.base import Money
from rooftree.model.names import RECORDS

UNHEARD = "Zz Unheard Of"
NOBODY = ("999999999", "no-such-record", "", "../admin", "1;2", "0")


def _items(account: Account, name: str, **query: Any) -> list[str]:
    row = account.row(name)
    if row.parent:
        query["parent"] = account.parents(row.parent)[0]
    return [record.id for record in account.all(name, Query(**query))]


@pytest.mark.rows("list")
def test_every_listed_record_maps_to_its_type(account: Account, name: str) -> None:
    for record in account.all(name):
        assert type(record) is RECORDS[name]
        assert record.id
        assert isinstance(record.id, str)
        assert record.raw
        assert all(ref.system and ref.id for ref in record.refs)


@pytest.mark.rows("list")
def test_values_are_of_our_types(account: Account, name: str) -> None:
    for record in account.all(name):
        for field in dataclasses.fields(record):
            value = getattr(record, field.name)
            if hasattr(value, "tzinfo") and hasattr(value, "astimezone"):
                assert value.tzinfo is not None, f"{field.name} is a time without a zone"
            if isinstance(value, Money):
                assert not isinstance(value.amount, float), f"{field.name} is a float"
            assert not isinstance(value, list), f"{field.name} is a list; records are frozen"


@pytest.mark.rows("list")
def test_links_are_ids_and_never_empty_text(account: Account, name: str) -> None:
    for record in account.all(name):
        for field in fields_of(type(record)):
            value = getattr(record, field)
            if field.endswith("_id"):
                assert value is None or (isinstance(value, str) and value), f"{field}: {value!r}"
            if field.endswith("_ids"):
                assert all(isinstance(each, str) and each for each in value), f"{field}: {value!r}"


@pytest.mark.rows("list")
def test_a_word_we_do_not_know_is_unknown_and_stays_readable(account: Account, name: str) -> None:
    """Every wire word behind a closed field is replaced by one no PMS ever said."""
    row, context = account.row(name), account.context()
    for wire in account.wires(name)[:10]:
        record = row.read(wire, context)
        for field in fields_of(row.record):
            value, raw = getattr(record, field), getattr(record, f"{field}_raw", None)
            if isinstance(value, Enum) and raw and not account.connector.manifest.native:
                strange = row.read(_replaced(wire, raw, UNHEARD), context)
                assert (getattr(strange, field).value, getattr(strange, f"{field}_raw")) == ("unknown", UNHEARD), field


def _replaced(value: Any, old: str, new: str) -> Any:
    if isinstance(value, dict):
        return {key: _replaced(each, old, new) for key, each in value.items()}
    if isinstance(value, list):
        return [_replaced(each, old, new) for each in value]
    return new if value == old else value


@pytest.mark.rows("list")
def test_nothing_that_must_not_be_kept_is_in_a_mapped_field(account: Account, name: str) -> None:
    """SSN, bank and birth date have no field; a mapper must not smuggle them into a free one."""
    for wire in account.wires(name):
        record = account.row(name).read(wire, account.context())
        told = repr(record)
        for path in account.connector.manifest.never_keep:
            for secret in _at(wire, path.split(".")):
                assert not isinstance(secret, str) or len(secret) < 6 or secret not in told, path


def _at(value: Any, path: list[str]) -> list[Any]:
    if isinstance(value, list):
        return [found for each in value for found in _at(each, path)]
    if not path:
        return [value] if value else []
    return _at(value.get(path[0]), path[1:]) if isinstance(value, dict) else []


@pytest.mark.rows("list", "get")
def test_a_record_alone_is_the_record_in_the_list(account: Account, name: str) -> None:
    for listed in account.all(name)[:5]:
        single = account.get(name, listed.id)
        if hasattr(listed, "content"):
            single = dataclasses.replace(single, content=listed.content)
        assert single == listed


@pytest.mark.rows("get")
@pytest.mark.parametrize("id", NOBODY)
def test_a_record_that_is_not_there_is_not_found(account: Account, name: str, id: str) -> None:
    row = account.row(name)
    with pytest.raises(NotFound):
        row.get(account.line, id)  # type: ignore[operator]


@pytest.mark.rows("list")
def test_no_record_is_listed_twice(account: Account, name: str) -> None:
    ids = [record.id for record in account.all(name)]
    assert len(ids) == len(set(ids))


@pytest.mark.rows("list")
@pytest.mark.parametrize("size", [1, 2, 3, "all", 10_000])
def test_the_page_size_changes_nothing_but_the_number_of_pages(account: Account, name: str, size: int | str) -> None:
    if account.row(name).parent and not account.parents(account.row(name).parent or ""):
        return
    whole = _items(account, name)
    pages = max(1, len(whole)) if size == "all" else int(size)
    assert sorted(_items(account, name, page_size=pages)) == sorted(whole)


@pytest.mark.rows("list")
def test_cursors_told_ahead_cover_everything_once(account: Account, name: str) -> None:
    row = account.row(name)
    query = Query(page_size=2, parent=account.parents(row.parent)[0] if row.parent else None)
    walked = list(account.pages(name, query))
    first = walked[0]
    if not first.ahead:
        return
    side_by_side = [row.list(account.line, query, cursor) for cursor in first.ahead]  # type: ignore[operator]
    fetched = itertools.chain(first.items, *(page.items for page in side_by_side))
    assert [str(item) for item in fetched] == [str(item) for page in walked for item in page.items]


@pytest.mark.rows("list")
def test_a_total_is_the_number_of_records(account: Account, name: str) -> None:
    row = account.row(name)
    query = Query(parent=account.parents(row.parent)[0] if row.parent else None)
    pages = list(account.pages(name, query))
    if pages[0].total is not None:
        assert sum(len(page.items) for page in pages) == pages[0].total


@pytest.mark.rows("list")
def test_what_changed_after_now_is_nothing_or_not_asked(account: Account, name: str) -> None:
    if account.row(name).changes_by == "since":
        tomorrow = account.clock.now() + timedelta(days=30)
        assert _items(account, name, since=tomorrow) == []


def test_the_company_behind_the_credential_has_a_name(account: Account) -> None:
    assert account.connector.identify(account.line).name


def test_reading_changes_nothing(account: Account) -> None:
    for row in account.connector.resources:
        account.seen(row.name)
    if account.simulator is not None:
        assert {call.method for call in account.simulator.calls} <= {"GET", "HEAD", "POST"}
        assert not [call for call in account.simulator.calls if call.method in ("PUT", "PATCH", "DELETE")]
