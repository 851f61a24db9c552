"""Each way a PMS can fail is the error whose type says what to do; a write is made once."""

from __future__ import annotations

import pytest
from tests.contract.harness import MARKER, Account, open_account
from tests.contract.samples import full

from rooftree.connectors import writes
from rooftree.connectors.base import Connector, Gap, Query, Send
from rooftree.errors import ConnectorError, RateLimited, Unauthorized, Unreachable, Unreadable

pytestmark = pytest.mark.needs("http")
LASTING = 99
FAULTS = [
    ("expired_key", 0.0, Unauthorized),
    ("not_entitled", 0.0, Unauthorized),
    ("throttle", 0.0, RateLimited),
    ("throttle", 9.0, RateLimited),
    ("unavailable", 0.0, Unreachable),
    ("error_before_commit", 0.0, Unreachable),
    ("timeout_before_commit", 0.0, Unreachable),
    ("reset_before_commit", 0.0, Unreachable),
    ("slow", 900.0, Unreachable),
    ("html", 0.0, Unreadable),
    ("truncated", 0.0, Unreadable),
]
PASSING = ["throttle", "unavailable", "error_before_commit", "timeout_before_commit", "reset_before_commit", "slow"]
UNCLEAR = ["error_after_commit", "timeout_after_commit", "reset_after_commit", "unavailable", "late_commit"]


def _readable(connector: Connector) -> str:
    return next(row.name for row in connector.resources if not isinstance(row.list, Gap) and row.parent is None)


def _list(account: Account) -> int:
    name = _readable(account.connector)
    page = account.row(name).list(account.line, Query(), None)  # type: ignore[operator]
    return len(page.items)


def _some_write(account: Account) -> Send:
    """A create that is one plain request; one that reads before it writes where there is no other."""
    creates = [(row.name, row.create) for row in account.connector.resources if not isinstance(row.create, Gap)]
    sends = [write.step(None, full(account, name), account.context(MARKER)) for name, write in creates]
    found = sorted((send for send in sends if send is not None), key=lambda send: callable(send.request))
    assert found, f"{account.connector.name} creates nothing"
    return found[0]


def _arm(account: Account, send: Send, fault: str, seconds: float = 0.0) -> None:
    """Let the fault befall the write; where it reads first, not its reads."""
    account.pms.faults.arm(fault, method="POST" if callable(send.request) else None, times=LASTING, seconds=seconds)


@pytest.mark.needs("lists")
@pytest.mark.parametrize(("fault", "seconds", "kind"), FAULTS)
def test_a_read_that_keeps_failing_raises_its_type(
    account: Account, fault: str, seconds: float, kind: type[ConnectorError]
) -> None:
    account.pms.faults.arm(fault, method="GET", times=LASTING, seconds=seconds)
    with pytest.raises(ConnectorError) as caught:
        _list(account)
    assert type(caught.value) is kind
    assert caught.value.connection == account.connector.name


@pytest.mark.needs("lists")
@pytest.mark.parametrize("fault", PASSING)
def test_a_read_outlives_what_passes(account: Account, fault: str) -> None:
    expected = _list(account)
    account.pms.faults.arm(fault, method="GET", times=1, seconds=60.0)
    assert _list(account) == expected


@pytest.mark.needs("lists")
def test_a_read_waits_as_long_as_it_was_told(account: Account) -> None:
    account.pms.faults.arm("throttle", method="GET", times=1, seconds=40.0)
    before = account.clock.now()
    _list(account)
    assert (account.clock.now() - before).total_seconds() >= 40


@pytest.mark.needs("creates")
@pytest.mark.parametrize("fault", UNCLEAR)
def test_a_write_is_made_once_and_nobody_claims_to_know(account: Account, fault: str) -> None:
    send = _some_write(account)
    _arm(account, send, fault, seconds=5.0)
    with pytest.raises(Unreachable):
        writes.run(account.line, send, account.connector.manifest)
    assert [call.fault for call in account.pms.calls if call.fault] == [fault]
    assert account.pms.calls[-1].fault == fault


@pytest.mark.needs("creates")
@pytest.mark.parametrize(("fault", "status"), [("expired_key", 401), ("not_entitled", 403)])
def test_a_key_that_may_only_read_is_told_so_at_its_first_write(account: Account, fault: str, status: int) -> None:
    """No read shows it: the refusal is by type, with its status and with what to check, and certainly did nothing."""
    send = _some_write(account)
    _arm(account, send, fault)
    with pytest.raises(Unauthorized) as caught:
        writes.run(account.line, send, account.connector.manifest)
    assert caught.value.status == status
    assert account.connector.manifest.key_help in str(caught.value)


def test_a_refused_key_says_where_to_find_the_right_one(account: Account) -> None:
    account.pms.faults.arm("expired_key")
    with pytest.raises(Unauthorized) as caught:
        account.connector.identify(account.line)
    assert account.connector.manifest.key_help in str(caught.value)


@pytest.mark.needs("lists")
def test_an_answer_of_the_wrong_shape_is_an_error_of_ours(account: Account) -> None:
    """An emptied list is no error: only a total that disagrees can tell, and sync is the one to judge."""
    account.pms.faults.arm("empty_page", times=LASTING)
    assert _list(account) == 0


@pytest.mark.needs("lists")
def test_reading_everything_is_never_refused_for_its_pace(pms: str, connector: Connector) -> None:
    """The simulator takes as much as the manifest says the PMS takes (its option `budget`: calls a second)."""
    budget = connector.manifest.budget
    account = open_account(pms, budget=max(1, int(budget.calls / budget.seconds)))
    turns = 0
    while turns < 2 or len(account.pms.calls) <= 2 * budget.calls:
        turns += 1
        account.forget()
        for row in connector.resources:
            account.seen(row.name)
    statuses = [call.status for call in account.pms.calls]
    assert len(statuses) > 2 * budget.calls
    assert 429 not in statuses
