"""The probe: one safe read per verb, writes declared and never tried, a refused key told and not raised."""

from __future__ import annotations

import pytest
from tests.contract.harness import Account

from rooftree.connectors import levels
from rooftree.connectors.base import VERBS, Gap
from rooftree.connectors.probe import READ_VERBS, probe


def test_there_is_evidence_for_each_verb_that_is_no_gap(account: Account) -> None:
    found = {(each.record, each.verb) for each in probe(account.connector, account.line, account.clock)}
    table = {
        (row.name, verb) for row in account.connector.resources for verb in VERBS if not isinstance(row.verb(verb), Gap)
    }
    assert found == table


def test_every_read_works_and_no_write_is_tried(account: Account) -> None:
    found = probe(account.connector, account.line, account.clock)
    assert [each for each in found if each.verb in READ_VERBS and each.ok is False] == []
    assert {each.ok for each in found if each.verb not in READ_VERBS} <= {None}
    if account.simulator is not None:
        assert not [call for call in account.simulator.calls if call.method in ("PUT", "PATCH", "DELETE")]


def test_the_level_of_a_probed_account_is_the_level_of_the_table(account: Account) -> None:
    evidence = probe(account.connector, account.line, account.clock)
    assert levels.level(account.connector, evidence) == levels.level(account.connector)


@pytest.mark.needs("lists")
@pytest.mark.needs("http")
def test_a_refused_key_is_evidence_and_takes_the_level(account: Account) -> None:
    account.pms.faults.arm("expired_key")
    evidence = probe(account.connector, account.line, account.clock)
    lists = [each for each in evidence if each.verb == "list" and each.ok is not None]
    assert lists
    assert {(each.ok, each.status) for each in lists} == {(False, 401)}
    assert levels.level(account.connector, evidence) < levels.level(account.connector)


@pytest.mark.needs("lists")
@pytest.mark.needs("http")
def test_a_read_that_works_shows_its_status_and_its_count(account: Account) -> None:
    shown = [each for each in probe(account.connector, account.line, account.clock) if each.ok]
    assert shown
    assert {each.status for each in shown} <= {200, 204}
    assert all(each.count is not None for each in shown)
