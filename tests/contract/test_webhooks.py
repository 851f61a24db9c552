"""Webhooks: a genuine delivery is taken, and nothing else is, whichever byte was touched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from tests.contract.harness import Account
from tests.contract.samples import full

from rooftree.connectors.base import Gap, Webhooks
from rooftree.errors import Unreadable, WebhookRefused
from rooftree.model.names import RECORDS

pytestmark = pytest.mark.needs("webhooks")
SECRET, OLD_SECRET, WRONG_SECRET = "current-secret-1", "former-secret-2", "somebody-else-3"


@dataclass
class Delivery:
    """What arrived, when, and who judges it."""

    hooks: Webhooks
    headers: Mapping[str, str]
    body: bytes
    now: datetime
    keys: Sequence[str] = ()
    """What the PMS publishes to check its webhooks by."""

    def verify(
        self,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        secrets: tuple[str, ...] = (SECRET,),
        late: float = 0.0,
    ) -> None:
        judged = self.body if body is None else body
        self.hooks.verify(judged, headers or self.headers, (*self.keys, *secrets), self.now + timedelta(seconds=late))

    def is_refused(self, **changes: object) -> bool:
        try:
            self.verify(**changes)  # type: ignore[arg-type]
        except WebhookRefused:
            return True
        return False


def _changed_records(account: Account) -> None:
    """Make what can be made, so that the PMS has something to tell."""
    for row in account.connector.resources:
        if not isinstance(row.create, Gap):
            account.write(row.name, "create", full(account, row.name))


def _delivered(account: Account) -> list[Delivery]:
    hooks, published, caught = account.connector.webhooks, account.connector.published_keys, []
    assert hooks is not None
    keys = published(account.line) if published else ()

    def post(_url: str, headers: Mapping[str, str], body: bytes) -> int:
        caught.append(Delivery(hooks, dict(headers), body, account.clock.now(), keys))
        return 200

    account.pms.subscribe("https://rooftree.example/webhooks/1", SECRET, post)
    _changed_records(account)
    account.pms.deliver()
    assert caught, "the simulator told of nothing"
    return caught


@pytest.fixture
def deliveries(account: Account) -> list[Delivery]:
    return _delivered(account)


@pytest.fixture
def delivery(deliveries: list[Delivery]) -> Delivery:
    return deliveries[0]


def _flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def _judged_headers(delivery: Delivery) -> list[str]:
    """The headers without which the delivery is refused."""
    names = list(delivery.headers)
    without = {name: {other: delivery.headers[other] for other in names if other != name} for name in names}
    return [name for name in names if delivery.is_refused(headers=without[name] or {"x": ""})]


def test_a_genuine_delivery_is_taken(deliveries: list[Delivery]) -> None:
    for each in deliveries:
        each.verify()


def test_header_names_may_be_of_any_case(delivery: Delivery) -> None:
    delivery.verify(headers={name.upper(): value for name, value in delivery.headers.items()})


@pytest.mark.needs("signatures")
def test_any_bit_changed_in_the_body_is_refused(delivery: Delivery) -> None:
    taken = [at for at in range(len(delivery.body)) if not delivery.is_refused(body=_flipped(delivery.body, at))]
    assert taken == []


@pytest.mark.needs("signatures")
def test_any_bit_changed_in_a_header_that_counts_is_refused(delivery: Delivery) -> None:
    judged = _judged_headers(delivery)
    assert judged
    for name in judged:
        value = delivery.headers[name].encode("latin-1")
        for at in range(len(value)):
            touched = {**delivery.headers, name: _flipped(value, at).decode("latin-1")}
            assert delivery.is_refused(headers=touched), f"{name}, byte {at}"


@pytest.mark.needs("signatures")
@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"\xff\xfe", b"null", b"[" * 5000])
def test_another_body_under_the_same_headers_is_refused(delivery: Delivery, body: bytes) -> None:
    assert delivery.is_refused(body=body)


@pytest.mark.needs("signatures")
@pytest.mark.parametrize("junk", ["", " ", "é", "0", "-1", "9" * 400, "1e9", "\x00"])
def test_junk_in_a_header_is_refused_and_never_a_crash(delivery: Delivery, junk: str) -> None:
    for name in _judged_headers(delivery):
        assert delivery.is_refused(headers={**delivery.headers, name: junk})


@pytest.mark.needs("signatures")
@pytest.mark.parametrize("late", [301.0, 86_400.0, -301.0])
def test_a_stale_or_future_delivery_is_refused(delivery: Delivery, late: float) -> None:
    assert delivery.is_refused(late=late)


@pytest.mark.parametrize("late", [0.0, 290.0, -290.0])
def test_a_clock_that_is_a_little_off_is_forgiven(delivery: Delivery, late: float) -> None:
    delivery.verify(late=late)


@pytest.mark.needs("signatures")
def test_another_secret_is_refused(delivery: Delivery) -> None:
    assert delivery.is_refused(secrets=(WRONG_SECRET,))


@pytest.mark.parametrize("secrets", [(), ("",)])
def test_no_secret_is_no_leave(delivery: Delivery, secrets: tuple[str, ...]) -> None:
    assert delivery.is_refused(secrets=secrets)


@pytest.mark.parametrize("secrets", [(SECRET, OLD_SECRET), (OLD_SECRET, SECRET)])
def test_either_of_two_secrets_will_do_while_rotating(delivery: Delivery, secrets: tuple[str, str]) -> None:
    delivery.verify(secrets=secrets)


@pytest.mark.needs("signatures")
def test_a_refusal_tells_no_secret(delivery: Delivery) -> None:
    with pytest.raises(WebhookRefused) as caught:
        delivery.verify(secrets=(WRONG_SECRET,))
    assert WRONG_SECRET not in str(caught.value)
    assert not any(value and len(value) > 8 and value in str(caught.value) for value in delivery.headers.values())


def test_an_event_names_a_record_of_the_model(deliveries: list[Delivery]) -> None:
    events = [event for each in deliveries for event in each.hooks.parse(each.body)]
    assert events
    assert {event.record for event in events} <= set(RECORDS)
    assert all(event.id and event.key for event in events)


def test_an_event_read_twice_has_one_key_and_two_events_have_two(deliveries: list[Delivery]) -> None:
    events = [event for each in deliveries for event in each.hooks.parse(each.body)]
    again = [event for each in deliveries for event in each.hooks.parse(each.body)]
    assert [event.key for event in events] == [event.key for event in again]
    assert len({event.key for event in events}) == len(set(events))


def test_what_an_event_names_can_be_fetched(account: Account) -> None:
    for each in _delivered(account):
        for event in each.hooks.parse(each.body):
            row = account.row(event.record)
            if event.change != "deleted" and not isinstance(row.get, Gap):
                assert row.get(account.line, event.id), f"{event.record} {event.id}"


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"null", b"7", b"\xff", b"[" * 5000])
def test_a_body_that_is_no_event_is_unreadable_and_never_a_crash(delivery: Delivery, body: bytes) -> None:
    with pytest.raises(Unreadable):
        delivery.hooks.parse(body)
