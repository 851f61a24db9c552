"""Writing a full record: each field survives or is declared, a false declaration fails, nothing is made twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.contract.compare import is_distinctive, says, survives
from tests.contract.harness import MARKER, Account
from tests.contract.samples import fields_of, full

from rooftree.connectors.base import Gap, Query

OTHER_MARKER = "#rt-9z9z9z"


def _made(account: Account, name: str) -> Any:
    """A record of ours where we can make one, else the first there is."""
    if isinstance(account.row(name).create, Gap):
        return account.seen(name)[0]
    return account.write(name, "create", full(account, name))


def _lost(wanted: Any, seen: Any, but: set[str]) -> list[str]:
    fields = [field for field in fields_of(type(wanted)) if field not in but and says(getattr(wanted, field))]
    return [
        f"{field}: {getattr(wanted, field)!r} became {getattr(seen, field)!r}"
        for field in fields
        if not survives(getattr(wanted, field), getattr(seen, field))
    ]


@pytest.mark.rows("create")
def test_each_field_of_a_full_record_survives_or_is_declared(account: Account, name: str) -> None:
    row, wanted = account.row(name), full(account, name)
    made = account.write(name, "create", wanted)
    assert _lost(wanted, made, {*row.omits, *row.read_only}) == []


@pytest.mark.rows("create")
def test_no_field_is_declared_lost_that_survives(account: Account, name: str) -> None:
    row, wanted = account.row(name), full(account, name)
    made = account.write(name, "create", wanted)
    false = [
        field
        for field in (*row.omits, *row.read_only)
        if is_distinctive(getattr(wanted, field)) and survives(getattr(wanted, field), getattr(made, field))
    ]
    assert false == []


@pytest.mark.rows("create")
def test_a_call_that_must_not_be_repeated_is_found_again_by_its_marker(account: Account, name: str) -> None:
    made = account.write(name, "create", full(account, name))
    for sent in account.sent:
        if sent.send.idempotent:
            continue
        assert sent.send.find is not None, sent.send.label
        found = sent.send.find(account.line, sent.at)
        assert found, sent.send.label
        if sent is account.sent[0] and account.row(name).create.marker_field:  # type: ignore[union-attr]
            assert made.id in [hit.id for hit in found if hit.exact], sent.send.label


@pytest.mark.rows("create")
def test_a_marker_of_another_write_finds_nothing(account: Account, name: str) -> None:
    wanted = full(account, name)
    account.write(name, "create", wanted)
    step = account.row(name).create.step  # type: ignore[union-attr]
    send = step(None, wanted, account.context(OTHER_MARKER))
    if send is not None and send.find is not None:
        assert [hit for hit in send.find(account.line, account.sent[0].at) if hit.exact] == []


@pytest.mark.rows("create", "list")
def test_what_we_made_is_listed(account: Account, name: str) -> None:
    made = account.write(name, "create", full(account, name))
    query = Query(parent=getattr(made, f"{account.row(name).parent}_id", None) or getattr(made, "about_id", None))
    listed = account.all(name, query if account.row(name).parent else None)
    assert made.id in [record.id for record in listed]


@pytest.mark.rows("list", "update")
def test_a_record_as_it_is_needs_no_call(account: Account, name: str) -> None:
    for current in account.seen(name)[:5]:
        assert account.row(name).update.step(current, current, account.context(MARKER)) is None  # type: ignore[union-attr]


@pytest.mark.rows("update")
def test_each_field_of_a_changed_record_survives_or_is_declared(account: Account, name: str) -> None:
    row, current = account.row(name), _made(account, name)
    fixed = {field: getattr(current, field) for field in row.fixed}
    wanted = replace(full(account, name, 1), id=current.id, **fixed)
    changed = account.write(name, "update", wanted, current)
    assert _lost(wanted, changed, {*row.omits, *row.read_only, *row.fixed}) == []
    assert changed.id == current.id


@pytest.mark.rows("update")
def test_a_change_of_one_field_leaves_the_others(account: Account, name: str) -> None:
    row, current = account.row(name), _made(account, name)
    declared = {*row.omits, *row.read_only, *row.fixed}
    other = full(account, name, 1)
    for field in fields_of(row.record):
        value = getattr(other, field)
        if field in declared or not says(value) or survives(value, getattr(current, field)):
            continue
        wanted = replace(current, **{field: value})
        changed = account.write(name, "update", wanted, current)
        assert _lost(wanted, changed, declared - {field}) == []
        return


@pytest.mark.rows("close")
def test_closing_twice_is_one_close(account: Account, name: str) -> None:
    current = _made(account, name)
    before = len(account.sent)
    wanted = replace(full(account, name, 1), id=current.id)
    closed = account.write(name, "close", wanted, current)
    assert len(account.sent) > before
    assert closed is None or closed != current
    if closed is not None:
        assert account.row(name).close.step(closed, wanted, account.context(MARKER)) is None  # type: ignore[union-attr]


@pytest.mark.rows("list", "create")
def test_a_change_is_seen_by_asking_what_changed_since(account: Account, name: str) -> None:
    if account.row(name).changes_by != "since":
        return
    account.clock.advance(timedelta(days=5).total_seconds())
    since = account.clock.now()
    made = account.write(name, "create", full(account, name))
    listed = account.all(name, Query(since=since))
    assert made.id in [record.id for record in listed]


@pytest.mark.rows("list", "update")
def test_an_edit_is_seen_by_asking_what_changed_since(account: Account, name: str) -> None:
    row = account.row(name)
    if row.changes_by != "since":
        return
    current = _made(account, name)
    account.clock.advance(timedelta(days=5).total_seconds())
    since = account.clock.now()
    fixed = {field: getattr(current, field) for field in row.fixed}
    account.write(name, "update", replace(full(account, name, 1), id=current.id, **fixed), current)
    listed = account.all(name, Query(since=since))
    assert current.id in [record.id for record in listed]
