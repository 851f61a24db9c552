"""A fault of ours: no text is lost in it, and no case stands still."""

from __future__ import annotations

import pytest
from tests.workflows.town import ON_CALL, Town

from rooftree.model.cases import CaseState
from rooftree.workflows import maintenance, router

LEAK = "water is dripping under my kitchen sink"


def broken(*_arguments: object) -> None:
    raise ZeroDivisionError


def test_a_text_the_assistant_fails_on_brings_a_person_and_holds_up_nobody(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(router, "triage", broken)
    town.text(town.resident, LEAK)
    monkeypatch.undo()
    town.text(town.neighbor, LEAK)
    assert "failed on" in town.inbox(ON_CALL[0])[0]
    assert (town.cases()[0].state, len(town.orders())) == (CaseState.WITH_PERSON, 1)


def test_a_decision_the_assistant_fails_on_brings_a_person(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maintenance, "decide", broken)
    town.text(town.resident, LEAK)
    assert town.case().state is CaseState.WITH_PERSON
    assert "has a fault" in town.inbox(ON_CALL[0])[0]


def test_a_text_that_comes_before_any_connection_waits(town: Town) -> None:
    from rooftree.store import messages

    inbox = town.services.inbox("org_without_connection")
    from rooftree.channels import local

    local.type_in(inbox, town.resident, LEAK)
    town.go()
    with town.services.database.read() as conn:
        assert len(messages.waiting(conn, town.services.keys)) == 1
    assert town.cases() == []
