"""What comes in is kept once, whatever it holds, and only when it is Twilio's."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

import pytest
from tests.channels.conftest import PERSON, PUBLIC, House

from rooftree.channels import opt_outs, receive, twilio
from rooftree.channels.carrier import SMS_PATH
from rooftree.db import Database
from rooftree.errors import Unavailable, Unreadable, WebhookRefused
from rooftree.store import messages

FORM = {"MessageSid": "SM1", "From": PERSON, "To": "+15550100000", "Body": "no heat"}


def bring(house: House, form: dict[str, str]) -> str:
    signed = twilio.signature(house.inbox.tokens[0], PUBLIC + SMS_PATH, list(form.items()))
    return receive.receive_sms(house.inbox, url=PUBLIC + SMS_PATH, body=urlencode(form).encode(), signature=signed)


def waiting(house: House) -> list[receive.Received]:
    with house.inbox.database.read() as conn:
        return receive.waiting(conn, house.inbox.keys)


@pytest.mark.parametrize("text", ["no heat", "", " ", "🔥🔥", "x" * 10_000, "a\0b", "¿Hay agua? ☃", "STOP texting"])
def test_a_text_is_kept_as_it_was_sent(house: House, text: str) -> None:
    house.phones.inbound(PERSON, text)
    house.let_pass()
    assert [(got.text, got.sender) for got in waiting(house)] == [(text, PERSON)]


def test_a_picture_without_words_is_kept(house: House) -> None:
    house.phones.inbound(PERSON, "", [{"content_type": "image/png", "content": ""}])
    house.let_pass()
    (got,) = waiting(house)
    assert (got.text, [item["content_type"] for item in got.media]) == ("", ["image/png"])


def test_the_answer_sends_nothing_back(house: House) -> None:
    assert bring(house, FORM) == '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'


def test_the_same_message_twice_is_acknowledged_and_kept_once(house: House) -> None:
    house.simulator.faults.arm("webhook_duplicate")
    house.phones.inbound(PERSON, "no heat")
    answers = [delivery.statuses for delivery in house.simulator.deliver()]
    assert answers == [[200], [200]]
    assert len(house.kept()) == 1


def test_a_replay_days_later_changes_nothing(house: House) -> None:
    bring(house, FORM)
    with house.inbox.database.write() as conn:
        assert messages.routed(conn, waiting(house)[0].message_id, house.clock.now())
    house.clock.advance(3 * 86_400)
    bring(house, FORM)
    assert waiting(house) == []
    assert len(house.kept()) == 1


def test_a_forged_webhook_is_refused_and_leaves_nothing(house: House) -> None:
    house.with_token("another token")
    house.phones.inbound(PERSON, "no heat")
    assert [delivery.statuses for delivery in house.simulator.deliver()] == [[401]]
    assert house.kept() == []


def test_a_genuine_signature_on_other_words_is_refused(house: House) -> None:
    signed = twilio.signature(house.inbox.tokens[0], PUBLIC + SMS_PATH, list(FORM.items()))
    forged = urlencode({**FORM, "From": "+15550109999"}).encode()
    with pytest.raises(WebhookRefused):
        receive.receive_sms(house.inbox, url=PUBLIC + SMS_PATH, body=forged, signature=signed)


def test_a_signed_webhook_that_names_no_message_is_unreadable(house: House) -> None:
    with pytest.raises(Unreadable):
        bring(house, {"Body": "no heat"})


def test_what_cannot_be_stored_is_not_acknowledged(house: House, sqlite_database: Database) -> None:
    with sqlite_database.engine.connect() as conn:
        conn.exec_driver_sql("DROP TABLE message")
        conn.commit()
    house.inbox = replace(house.inbox, database=sqlite_database)
    with pytest.raises(Unavailable):
        bring(house, FORM)


def test_numbers_and_words_stand_sealed_in_the_database(house: House) -> None:
    bring(house, {**FORM, "Body": "canary words"})
    with house.inbox.database.read() as conn:
        rows = conn.exec_driver_sql("SELECT * FROM message").mappings().all()
    assert PERSON not in str(rows)
    assert "canary" not in str(rows)


def test_a_text_waits_until_it_was_routed_once(house: House) -> None:
    bring(house, FORM)
    (got,) = waiting(house)
    with house.inbox.database.write() as conn:
        messages.set_case(conn, got.message_id, "cas_1")
        assert messages.routed(conn, got.message_id, house.clock.now())
        assert not messages.routed(conn, got.message_id, house.clock.now())
        assert [text.text for text in messages.of_case(conn, house.inbox.keys, "cas_1")] == ["no heat"]
    assert waiting(house) == []


@pytest.mark.parametrize(
    ("texts", "out", "choices"),
    [
        (["STOP"], True, ["out"]),
        (["stop texting me"], True, ["out"]),
        (["STOP", "START"], False, ["out", "in"]),
        (["STOP", "yes"], False, ["out", "in"]),
        (["stop texting me", "yes"], True, ["out", None]),
        (["stop texting me", "UNSTOP"], False, ["out", "in"]),
        (["yes"], False, [None]),
        (["please stop the leak"], False, [None]),
    ],
)
def test_opt_outs_stand_until_undone_and_the_text_still_reaches_the_router(
    house: House, texts: list[str], out: bool, choices: list[str | None]
) -> None:
    for text in texts:
        house.phones.inbound(PERSON, text)
        house.let_pass()
    assert [got.choice for got in waiting(house)] == choices
    with house.inbox.database.read() as conn:
        assert opt_outs.is_out(conn, house.inbox.keys, "org_1", PERSON) is out
        assert not opt_outs.is_out(conn, house.inbox.keys, "org_2", PERSON)


@pytest.mark.parametrize(
    ("text", "more"), [("STOP", False), (" start ", False), ("gas smell and stop texting me", True), ("no heat", True)]
)
def test_a_report_that_also_opts_out_still_says_more(house: House, text: str, more: bool) -> None:
    house.phones.inbound(PERSON, "STOP")
    house.phones.inbound(PERSON, text)
    house.let_pass()
    assert house.kept()[-1].says_more is more


def test_every_field_of_the_webhook_is_under_the_signature(house: House) -> None:
    seen: list[bytes] = []
    house.simulator.behaviour.outbox.subscriptions[0].post = (  # type: ignore[union-attr]
        lambda _url, headers, body: seen.extend((body, headers["x-twilio-signature"].encode())) or 200  # type: ignore[func-returns-value]
    )
    house.phones.inbound(PERSON, "no heat")
    house.simulator.deliver()
    body, signed = seen
    for name, _value in parse_qsl(body.decode(), keep_blank_values=True):
        changed = [(key, value + "x" * (key == name)) for key, value in twilio.fields(body)]
        with pytest.raises(WebhookRefused):
            twilio.verify(house.inbox.tokens, PUBLIC + SMS_PATH, changed, signed.decode())
