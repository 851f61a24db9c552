"""Webhooks: RealPage's published vector passes, whatever its capitals; forgers, replays and strange bodies do not."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from tests.connectors.golden import HERE

from rooftree.connectors.realpage.webhooks import RealPageWebhooks
from rooftree.errors import Unreadable, WebhookRefused
from rooftree.simulators.realpage.signing import sign

VECTOR = json.loads((HERE / "realpage" / "payloads" / "webhook-hmac-vector.json").read_text())["vector"]
HOOKS = RealPageWebhooks()
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
SECRET = "made-up-secret-1"
EVENT = {"Id": "0ec763de", "Topic": "prospect.changed", "Payload": {"Id": 9000001, "SiteId": 2000002}}


@pytest.mark.parametrize("hex", [VECTOR["hex_hmac_sha256"], VECTOR["hex_hmac_sha256"].upper()])
def test_the_published_vector_is_genuine_in_either_case(hex: str) -> None:
    HOOKS.verify(VECTOR["body"].encode(), {"Signature": hex}, [VECTOR["secret"]], NOW)


@pytest.mark.parametrize("given", ["", "zz", VECTOR["hex_hmac_sha256"][:-1], "00" * 32, f"{'é' * 32}"])
def test_any_other_signature_is_refused(given: str) -> None:
    with pytest.raises(WebhookRefused):
        HOOKS.verify(VECTOR["body"].encode(), {"signature": given}, [VECTOR["secret"]], NOW)


def test_an_empty_secret_lets_nobody_in() -> None:
    headers, body = sign(EVENT, "", NOW)
    with pytest.raises(WebhookRefused):
        HOOKS.verify(body, headers, [""], NOW)


def test_a_payload_names_the_card_and_the_number_is_the_key_against_replay() -> None:
    (event,) = HOOKS.parse(json.dumps(EVENT).encode())
    assert (event.key, event.record, event.id, event.change) == ("0ec763de", "guest_card", "2000002:9000001", "updated")


def test_realpages_own_sample_in_small_letters_and_without_a_site_is_read() -> None:
    sample = {"id": "0ec763de", "topic": "prospect.changed", "payload": {"id": 1234, "name": "somebody"}}
    (event,) = HOOKS.parse(json.dumps(sample).encode())
    assert (event.id, event.happened_at) == ("1234", None)
    assert HOOKS.parse(json.dumps({**sample, "topic": "Prospect.Changed"}).encode()) == [event]
    dated = {**sample, "CreatedAt": "2026-02-01T10:00:00Z"}
    assert HOOKS.parse(json.dumps(dated).encode())[0].happened_at == datetime(2026, 2, 1, 10, tzinfo=UTC)


def test_another_topic_names_nothing_and_one_without_a_card_is_kept_as_unreadable() -> None:
    assert list(HOOKS.parse(json.dumps({**EVENT, "Topic": "invoice.paid"}).encode())) == []
    for strange in ({**EVENT, "Payload": {"name": "x"}}, {**EVENT, "Payload": [1]}, {"Topic": "prospect.changed"}):
        with pytest.raises(Unreadable):
            HOOKS.parse(json.dumps(strange).encode())
