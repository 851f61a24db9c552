"""The probe: one safe read per verb, rights learned without writing, a refused key told and not raised."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from tests.contract.harness import Account

from rooftree.connectors import levels
from rooftree.connectors.base import VERBS, Connector, Gap
from rooftree.connectors.probe import READ_VERBS, Evidence, probe


def _probed(account: Account) -> list[Evidence]:
    return probe(account.connector, account.line, account.clock)


def _writes(evidence: list[Evidence]) -> dict[str, Evidence]:
    return {f"{each.record}.{each.verb}": each for each in evidence if each.verb not in READ_VERBS}


def _state(account: Account) -> Any:
    """Everything the PMS holds, and what waits to be told to anybody."""
    behaviour = account.pms.behaviour
    tables = {name: list(table.rows()) for name, table in behaviour.database.tables.items()}
    return copy.deepcopy((tables, behaviour.outbox.pending if behaviour.outbox else []))


def test_there_is_evidence_for_each_verb_that_is_no_gap(account: Account) -> None:
    found = {(each.record, each.verb) for each in _probed(account)}
    table = {
        (row.name, verb) for row in account.connector.resources for verb in VERBS if not isinstance(row.verb(verb), Gap)
    }
    assert found == table


def test_every_read_works_and_no_right_to_write_is_missing(account: Account) -> None:
    assert [each for each in _probed(account) if each.ok is False] == []


@pytest.mark.needs("http")
@pytest.mark.parametrize("fault", ["", "read_only_key"])
def test_a_probe_changes_nothing_and_tells_nobody_anything(account: Account, fault: str) -> None:
    if fault:
        account.pms.faults.arm(fault)
    before = _state(account)
    _probed(account)
    assert _state(account) == before


def test_the_level_of_a_probed_account_is_the_level_of_the_table(account: Account) -> None:
    assert levels.level(account.connector, _probed(account)) == levels.level(account.connector)


def test_each_trial_is_of_a_write_that_there_is(connector: Connector) -> None:
    rows = {row.name: row for row in connector.resources}
    for name in connector.trials:
        record, _, verb = name.partition(".")
        assert not isinstance(rows[record].verb(verb), Gap), name


@pytest.mark.needs("http")
def test_a_right_that_was_learned_is_shown_and_any_other_write_is_unproven(account: Account) -> None:
    for name, each in _writes(_probed(account)).items():
        assert each.proof == ("allowed" if name in account.connector.trials else "unproven"), (name, each.why)


@pytest.mark.needs("http")
def test_a_key_that_may_only_read_is_noticed_wherever_its_rights_can_be_learned(account: Account) -> None:
    account.pms.faults.arm("read_only_key")
    evidence = _probed(account)
    learned = {name: each for name, each in _writes(evidence).items() if name in account.connector.trials}
    assert {each.proof for each in learned.values()} <= {"refused"}
    assert {each.ok for each in evidence if each.verb in READ_VERBS} <= {True, None}
    assert levels.level(account.connector, evidence, proven=True) <= 1
    if "work_order.update" in learned:
        assert levels.level(account.connector, evidence) < 3


@pytest.mark.needs("lists")
@pytest.mark.needs("http")
def test_a_refused_key_is_evidence_and_takes_the_level(account: Account) -> None:
    account.pms.faults.arm("expired_key")
    evidence = _probed(account)
    lists = [each for each in evidence if each.verb == "list" and each.ok is not None]
    assert lists
    assert {(each.ok, each.status) for each in lists} == {(False, 401)}
    assert levels.level(account.connector, evidence) < levels.level(account.connector)
    assert levels.level(account.connector, evidence, proven=True) == 0


@pytest.mark.needs("lists")
@pytest.mark.needs("http")
def test_a_read_that_works_shows_its_status_and_its_count(account: Account) -> None:
    shown = [each for each in _probed(account) if each.ok and each.verb in READ_VERBS]
    assert shown
    assert {each.status for each in shown} <= {200, 204}
    assert all(each.count is not None for each in shown)
