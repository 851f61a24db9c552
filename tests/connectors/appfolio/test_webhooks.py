"""Webhooks under published keys: rotation, an unknown key, a confused algorithm, another customer's delivery."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.connectors.appfolio.account import Account, opened, payload

from rooftree.connectors.appfolio.connector import CONNECTOR
from rooftree.connectors.appfolio.manifest import JWKS, published_keys
from rooftree.connectors.appfolio.webhooks import SIGNATURE, AppFolioWebhooks
from rooftree.connectors.webhooks import UnknownKey
from rooftree.db import Database
from rooftree.errors import Unavailable, WebhookRefused
from rooftree.simulators.appfolio.signing import Signing
from rooftree.store import connections
from rooftree.store.keys import Keys
from rooftree.sync import ingest
from rooftree.sync.published import Published

NOW = datetime(2026, 7, 15, 18, 0, 3, tzinfo=UTC)
HOOKS = AppFolioWebhooks()


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _signed(signing: Signing, **changes: Any) -> tuple[bytes, dict[str, str]]:
    body = json.dumps({**payload("webhook_event"), **changes}).encode()
    return body, {"X-JWS-Signature": signing.signature(body)}


def _keys(signing: Signing) -> str:
    return json.dumps(signing.published())


def test_a_delivery_for_our_client_or_our_database_is_taken() -> None:
    signing = Signing()
    body, headers = _signed(signing)
    for own in ("client-1", "database-1"):
        HOOKS.verify(body, headers, [_keys(signing), own], NOW)


def test_a_delivery_that_appfolio_signed_for_another_customer_is_refused() -> None:
    signing = Signing()
    body, headers = _signed(signing, client_id="client-2", database_id="database-2")
    with pytest.raises(WebhookRefused, match="another database"):
        HOOKS.verify(body, headers, [_keys(signing), "client-1"], NOW)


def test_while_keys_rotate_both_are_good_and_afterwards_only_the_new_one() -> None:
    signing = Signing()
    before = _signed(signing)
    signing.rotate()
    after = _signed(signing)
    for body, headers in (before, after):
        HOOKS.verify(body, headers, [_keys(signing), "client-1"], NOW)
    signing.rotate(keep_old=False)
    with pytest.raises(UnknownKey):
        HOOKS.verify(*before, [_keys(signing), "client-1"], NOW)


@pytest.mark.parametrize("algorithm", ["none", "HS256", "RS256", "PS512", None, 7])
def test_the_sender_does_not_choose_the_algorithm(algorithm: Any) -> None:
    """HS256 is signed with the public key as its secret, as the classic confusion does."""
    signing = Signing()
    body, keys = json.dumps(payload("webhook_event")).encode(), _keys(signing)
    head = _text(json.dumps({"alg": algorithm, "kid": signing.published()["keys"][0]["kid"]}).encode())
    modulus = signing.published()["keys"][0]["n"]
    mac = hmac.new(modulus.encode(), f"{head}.{_text(body)}".encode(), hashlib.sha256).digest()
    for signature in (_text(mac), "AA", ""):
        with pytest.raises(WebhookRefused):
            HOOKS.verify(body, {SIGNATURE: f"{head}..{signature}"}, [keys, "client-1"], NOW)


def test_a_key_of_another_kind_is_not_used() -> None:
    signing = Signing()
    body, headers = _signed(signing)
    for change in ({"kty": "oct"}, {"alg": "RS256"}, {"use": "enc"}, {"n": "AQAB"}, {"n": "!"}):
        keys = {"keys": [{**signing.published()["keys"][0], **change}]}
        with pytest.raises(WebhookRefused):
            HOOKS.verify(body, headers, [json.dumps(keys), "client-1"], NOW)


@pytest.mark.parametrize("late", [302, -303, 86_400])
def test_a_replay_outside_five_minutes_is_refused(late: int) -> None:
    signing = Signing()
    body, headers = _signed(signing)
    with pytest.raises(WebhookRefused, match="too far"):
        HOOKS.verify(body, headers, [_keys(signing), "client-1"], NOW + timedelta(seconds=late))


def test_both_forms_of_an_event_and_a_batch_are_read() -> None:
    newer, older = payload("webhook_event"), payload("webhook_event_older")
    (event,) = HOOKS.parse(json.dumps(newer).encode())
    assert (event.record, event.id, event.change) == ("work_order", newer["resource_id"], "updated")
    (event,) = HOOKS.parse(json.dumps(older).encode())
    assert (event.record, event.id) == ("guest_card", older["entity_id"])
    assert len(HOOKS.parse(json.dumps({"batch_id": "b", "events": [newer, older]}).encode())) == 2
    assert HOOKS.parse(json.dumps({**newer, "topic": "journal_entries"}).encode()) == []


@pytest.fixture
def account() -> Account:
    return opened()


def _asked(account: Account) -> int:
    return sum(request.url.path == JWKS for request in account.transport.heard)


def test_keys_are_read_once_a_day_and_for_an_unknown_key_once_a_minute(account: Account) -> None:
    published, now = Published(CONNECTOR, lambda: account.line), account.clock.now()
    for _ in range(3):
        assert published.at(now) == published_keys(account.line)[:1]
    baseline = 3
    assert _asked(account) == 1 + baseline
    for _ in range(5):
        published.at(now + timedelta(seconds=10), fresh=True)
    assert _asked(account) == 1 + baseline
    published.at(now + timedelta(seconds=61), fresh=True)
    published.at(now + timedelta(seconds=62), fresh=True)
    assert _asked(account) == 2 + baseline
    published.at(now + timedelta(days=2))
    assert _asked(account) == 3 + baseline


def test_keys_are_asked_for_without_our_credential(account: Account) -> None:
    published_keys(account.line)
    assert "authorization" not in account.transport.heard[-1].headers


def test_without_keys_a_delivery_is_put_off_and_with_old_ones_it_is_judged(account: Account) -> None:
    published, now = Published(CONNECTOR, lambda: account.line), account.clock.now()
    account.simulator.faults.arm("unavailable", path="jwks", times=99)
    with pytest.raises(Unavailable):
        published.at(now)
    account.simulator.faults.clear()
    assert published.at(now + timedelta(seconds=61))
    account.simulator.faults.arm("html", path="jwks", times=99)
    assert published.at(now + timedelta(days=2))


def test_a_key_that_was_rotated_in_is_learned_while_a_delivery_is_taken(
    account: Account, sqlite_database: Database, keys: Keys
) -> None:
    simulator, clock = account.simulator, account.clock
    with sqlite_database.write() as conn:
        company = connections.create_organization(conn, "Acme Property Management (made up)", clock.now())
        connection = connections.create(
            conn, keys, organization_id=company.id, name="appfolio", pms="appfolio", base_url="", credentials={},
            now=clock.now(), mode="live", webhook_secrets=["client-9"],
        )  # fmt: skip
    published = Published(CONNECTOR, lambda: account.line)
    receipts: list[ingest.Receipt] = []

    def post(_url: str, headers: Mapping[str, str], body: bytes) -> int:
        where = (sqlite_database, keys, connection, CONNECTOR)
        receipts.append(ingest.receive(*where, body, headers, clock.now(), read))
        return 200

    def read(fresh: bool) -> Sequence[str]:
        return published.at(clock.now(), fresh=fresh)

    simulator.subscribe("https://rooftree.example/webhooks/1", "client-9", post)
    simulator.edit("work_orders", 1, Status="Waiting")
    simulator.deliver()
    simulator.behaviour.signing.rotate(keep_old=False)  # type: ignore[attr-defined]
    clock.advance(61)
    simulator.edit("work_orders", 1, Status="Assigned")
    simulator.deliver()
    assert [receipt.fresh for receipt in receipts] == [True, True]
    assert _asked(account) == 2
    body, forged = _signed(_strange())
    with pytest.raises(UnknownKey):
        post("", forged, body)
    assert _asked(account) == 2


def _strange() -> Signing:
    """A key set that AppFolio never published."""
    signing = Signing()
    for _ in range(3):
        signing.rotate()
    return signing
