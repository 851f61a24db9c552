"""Rent Manager's token: made once, renewed before it is idle too long, once after a refusal; errors told as 500."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.contract.harness import Account, open_account

from rooftree.connectors.base import Query
from rooftree.errors import RateLimited, Unauthorized
from rooftree.simulators.rent_manager.simulator import RentManager
from rooftree.sync import health


@pytest.fixture
def account() -> Account:
    return open_account("rent_manager")


def logins(account: Account) -> int:
    return sum(call.path == "/Authentication/AuthorizeUser" for call in account.pms.calls)


def test_one_login_serves_many_reads(account: Account) -> None:
    for _ in range(5):
        account.all("unit")
    assert logins(account) == 1


def test_a_token_idle_too_long_is_renewed_without_a_refusal(account: Account) -> None:
    account.all("unit")
    account.clock.advance(timedelta(minutes=14).total_seconds())
    account.all("unit")
    assert logins(account) == 2
    assert 401 not in [call.status for call in account.pms.calls]


def test_a_token_that_died_early_is_renewed_once(account: Account) -> None:
    account.all("unit")
    behaviour = account.pms.behaviour
    assert isinstance(behaviour, RentManager)
    behaviour.sessions.end_all()
    assert account.all("unit")
    assert logins(account) == 2


def test_a_wrong_password_is_asked_about_and_not_tried_again_and_again(account: Account) -> None:
    account.pms.credentials["password"] = "changed meanwhile"
    with pytest.raises(Unauthorized):
        account.all("unit")
    assert logins(account) == 1


def test_a_forced_new_password_told_as_500_is_a_refused_key(account: Account) -> None:
    behaviour = account.pms.behaviour
    assert isinstance(behaviour, RentManager)
    behaviour.sessions.must_reset = True
    with pytest.raises(Unauthorized, match="reset"):
        account.all("unit")


@pytest.mark.parametrize(("resource", "record"), [("Vendors", "vendor"), ("Payments", "payment")])
def test_a_missing_privilege_told_as_403_or_500_is_of_that_resource_alone(resource: str, record: str) -> None:
    account = open_account("rent_manager", denied=[resource])
    assert account.all("unit")
    with pytest.raises(Unauthorized, match="Required privilege") as caught:
        account.all(record)
    assert not health.refused(caught.value)
    assert not health.concerns_all(caught.value)


def test_a_429_without_retry_after_waits_for_the_window_to_end() -> None:
    account = open_account("rent_manager", a_minute=2)
    account.all("unit")
    before = account.clock.now()
    account.pms.faults.arm("throttle", method="GET", times=9)
    with pytest.raises(RateLimited):
        account.row("unit").list(account.line, Query(), None)  # type: ignore[operator]
    assert (account.clock.now() - before).total_seconds() > 50
