"""Killed at a step and started again: the case goes on, nothing is doubled, nothing is lost. All steps: make soak."""

from __future__ import annotations

import pytest
from tests.reliability.soak_workflow import trial


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize(
    "where",
    ["text.routed#1", "turn.deciding#2", "turn.decided#2", "act.carried_out#4", "act.kept#5", "effect.sent#3"],
)
def test_a_killed_case_goes_on(where: str) -> None:
    told = trial(where)
    assert (told.lives, told.orders) == (2, 1)
    assert told.state == "closed" or told.flagged
