"""Webhooks in and out as a user meets them: over REST, and at the door a property system rings at."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from tests.surfaces.office import Office

from rooftree.store import connections
from rooftree.sync import ingest

SECRET = "whs-made-up"
HOOK = {"url": "https://93.184.216.34/hook", "events": ["write.*"]}


def ring(office: Office, body: bytes, secret: str = SECRET, age: int = 0) -> int:
    stamp = str(int(office.clock.now().timestamp()) - age)
    digest = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).digest()
    headers = {
        "buildium-webhook-timestamp": stamp,
        "buildium-webhook-signature": base64.b64encode(digest).decode(),
    }
    path = f"/webhooks/pms/{office.connection.webhook_path}"
    return office.browser.post(path, content=body, headers=headers).status_code


def ask(office: Office, method: str, path: str, **given: Any) -> Any:
    answer = office.browser.request(method, f"/v1/{path}", headers=office.signed, **given)
    return answer.json() | {"http": answer.status_code}


def arrivals(office: Office) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ask(office, "GET", "arrivals")["items"]
    return found


def test_forged_stale_and_huge_deliveries_are_refused_and_leave_no_trace(office: Office) -> None:
    assert ring(office, b"{}", secret="guess") == 401
    assert ring(office, b"{}", age=301) == 401
    assert ring(office, b" " * 1_000_001) == 413
    assert arrivals(office) == []


def test_a_secret_added_a_moment_ago_is_good_at_once(office: Office) -> None:
    assert ring(office, b'{"n": 1}') == 200
    with office.services.database.write() as conn:
        connections.add_webhook_secret(conn, office.services.keys, office.connection.id, "newer", office.clock.now())
    assert ring(office, b'{"n": 2}', secret="newer") == 200


def test_a_malformed_delivery_is_kept_given_up_shown_and_dealt_with_again(office: Office) -> None:
    def deal() -> tuple[str, str]:
        ingest.process(office.services.lines.source(office.connection.id))
        (shown,) = arrivals(office)
        return shown["state"], shown["error"]

    assert [ring(office, b'["not", "ours"]') for _ in range(3)] == [200] * 3
    assert deal() == ("failed", "Buildium webhook fits no known form: TypeError")
    (kept,) = arrivals(office)
    assert kept["repeats"] == 2
    assert ask(office, "POST", f"arrivals/{kept['id']}/replay")["state"] == "received"
    assert arrivals(office)[0]["state"] == "received"
    assert deal()[0] == "failed"


def test_only_what_was_given_up_can_be_dealt_with_again(office: Office) -> None:
    assert ask(office, "POST", "arrivals/delivery_x/replay")["http"] == 422


@pytest.mark.parametrize(
    "url", ["http://93.184.216.34/", "https://10.0.0.5/", "https://169.254.169.254/", "https://93.184.216.34:22/", "no"]
)
def test_an_address_that_must_not_be_called_is_refused_by_name(office: Office, url: str) -> None:
    refused = ask(office, "POST", "webhooks", json={"url": url})
    assert (refused["http"], refused["field"]) == (422, "url")


def test_a_wrong_event_name_is_refused(office: Office) -> None:
    refused = ask(office, "POST", "webhooks", json={**HOOK, "events": ["work_order.*", "Work Order"]})
    assert (refused["http"], refused["field"]) == (422, "events")


def test_a_secret_is_shown_when_it_is_made_and_never_again(office: Office) -> None:
    made = ask(office, "POST", "webhooks", json=HOOK)
    assert made["secret"].startswith("whsec_")
    turned = ask(office, "POST", f"webhooks/{made['id']}/rotate-secret")
    assert turned["secret"] not in ("", made["secret"])
    later = json.dumps([ask(office, "GET", "webhooks"), ask(office, "GET", f"webhooks/{made['id']}")])
    assert made["secret"] not in later
    assert turned["secret"] not in later


def test_a_test_message_waits_with_the_body_that_will_be_sent(office: Office) -> None:
    made = ask(office, "POST", "webhooks", json=HOOK)
    told = ask(office, "POST", f"webhooks/{made['id']}/test")
    body = json.loads(ask(office, "GET", f"webhook-messages/{told['id']}")["body"])
    assert (told["state"], body["type"], body["sequence"]) == ("pending", "webhook.test", 1)


def test_a_removed_endpoint_is_gone_with_its_messages(office: Office) -> None:
    made = ask(office, "POST", "webhooks", json=HOOK)
    ask(office, "POST", f"webhooks/{made['id']}/test")
    assert ask(office, "POST", f"webhooks/{made['id']}/remove")["removed"]
    assert ask(office, "GET", "webhooks")["items"] == []
    assert ask(office, "GET", "webhook-messages")["items"] == []
