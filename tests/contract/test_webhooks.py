"""Webhooks: a genuine delivery is taken, and nothing else is, whichever byte was touched."""

from __future__ import annotations

import pytest
from tests.contract.deliveries import OLD_SECRET, SECRET, WRONG_SECRET, Delivery, delivered, flipped, judged_headers
from tests.contract.harness import Account

from rooftree.connectors.base import Gap
from rooftree.errors import Unreadable, WebhookRefused
from rooftree.model.names import RECORDS

pytestmark = pytest.mark.needs("webhooks")


@pytest.fixture
def deliveries(account: Account) -> list[Delivery]:
    return delivered(account)


@pytest.fixture
def delivery(deliveries: list[Delivery]) -> Delivery:
    return deliveries[0]


def test_a_genuine_delivery_is_taken(deliveries: list[Delivery]) -> None:
    for each in deliveries:
        each.verify()


def test_header_names_may_be_of_any_case(delivery: Delivery) -> None:
    delivery.verify(headers={name.upper(): value for name, value in delivery.headers.items()})


@pytest.mark.needs("signatures")
def test_any_bit_changed_in_the_body_is_refused(delivery: Delivery) -> None:
    taken = [at for at in range(len(delivery.body)) if not delivery.is_refused(body=flipped(delivery.body, at))]
    assert taken == []


@pytest.mark.needs("signatures")
def test_any_bit_changed_in_a_header_that_counts_is_refused(delivery: Delivery) -> None:
    judged = judged_headers(delivery)
    assert judged
    for name in judged:
        value = delivery.headers[name].encode("latin-1")
        for at in range(len(value)):
            touched = {**delivery.headers, name: flipped(value, at).decode("latin-1")}
            assert delivery.is_refused(headers=touched), f"{name}, byte {at}"


@pytest.mark.needs("signatures")
@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"\xff\xfe", b"null", b"[" * 5000])
def test_another_body_under_the_same_headers_is_refused(delivery: Delivery, body: bytes) -> None:
    assert delivery.is_refused(body=body)


@pytest.mark.needs("signatures")
@pytest.mark.parametrize("junk", ["", " ", "é", "0", "-1", "9" * 400, "1e9", "\x00"])
def test_junk_in_a_header_is_refused_and_never_a_crash(delivery: Delivery, junk: str) -> None:
    for name in judged_headers(delivery):
        assert delivery.is_refused(headers={**delivery.headers, name: junk})


@pytest.mark.needs("dates")
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
    for each in delivered(account):
        for event in each.hooks.parse(each.body):
            row = account.row(event.record)
            if event.change != "deleted" and not isinstance(row.get, Gap):
                assert row.get(account.line, event.id), f"{event.record} {event.id}"


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"null", b"7", b"\xff", b"[" * 5000])
def test_a_body_that_is_no_event_is_unreadable_and_never_a_crash(delivery: Delivery, body: bytes) -> None:
    with pytest.raises(Unreadable):
        delivery.hooks.parse(body)
