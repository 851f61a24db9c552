"""A credential is never shown: not in a repr, an error, a log line, a URL, or the evidence of a probe."""

from __future__ import annotations

import pytest
from tests.contract.harness import Account

from rooftree.connectors.base import Request
from rooftree.connectors.probe import probe
from rooftree.errors import ConnectorError
from rooftree.simulators.faults import KINDS

pytestmark = pytest.mark.needs("http")


def _secrets(account: Account) -> list[str]:
    """The secret ones by the manifest; what the simulator hands out is random enough to be found."""
    hidden = [each.name for each in account.connector.manifest.credentials if each.secret]
    values = [account.pms.credentials[name] for name in hidden]
    assert all(len(value) >= 8 for value in values)
    return values


def _told_by_failures(account: Account) -> str:
    told = []
    for fault in sorted(KINDS):
        account.pms.faults.clear()
        account.pms.faults.arm(fault, times=9, seconds=60.0)
        try:
            account.connector.identify(account.line)
        except ConnectorError as error:
            told.append(f"{error!r} {error} {error.__dict__}")
    account.pms.faults.clear()
    assert told
    return "".join(told)


def test_the_manifest_asks_for_just_what_the_pms_needs(account: Account) -> None:
    asked = {credential.name for credential in account.connector.manifest.credentials if credential.default is None}
    assert asked <= set(account.pms.credentials)


def test_no_secret_is_in_an_error_or_a_log_line(account: Account, capfd: pytest.CaptureFixture[str]) -> None:
    told = _told_by_failures(account)
    out, err = capfd.readouterr()
    assert [secret for secret in _secrets(account) if secret in told + out + err] == []


def test_no_secret_is_in_a_url(account: Account) -> None:
    for row in account.connector.resources:
        account.seen(row.name)
    asked = "".join(f"{call.path}?{call.query}" for call in account.pms.calls)
    assert [secret for secret in _secrets(account) if secret in asked] == []


def test_no_secret_is_in_a_repr(account: Account) -> None:
    evidence = probe(account.connector, account.line, account.clock)
    told = f"{account.line!r} {account.line} {account.connector!r} {evidence!r}"
    assert [secret for secret in _secrets(account) if secret in told] == []


def test_a_secret_that_the_pms_echoes_is_masked(account: Account) -> None:
    """Asking for a path that holds a secret is the crudest echo there is; of a list of keys, one of them."""
    for secret in (each.split()[-1] for each in _secrets(account)):
        with pytest.raises(ConnectorError) as caught:
            account.line.read(Request(method="GET", path=f"/no-such-thing/{secret}"))
        assert secret not in f"{caught.value!r} {caught.value.body}"
