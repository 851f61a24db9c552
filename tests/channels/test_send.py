"""Texts of ours: once, or flagged; refused where they must be; their fate kept."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from tests.channels.conftest import PERSON, House

from rooftree import outbound
from rooftree.channels import opt_outs
from rooftree.channels.carrier import carrier_from
from rooftree.channels.catch_up import catch_up
from rooftree.channels.local import LocalInbox, type_in
from rooftree.channels.receive import record_status
from rooftree.channels.send import send_text
from rooftree.channels.twilio_api import TwilioCarrier
from rooftree.config import load
from rooftree.errors import ConfigurationError, Refused, Unreachable
from rooftree.simulators.transport import InProcess


def at_twilio(house: House) -> list[Any]:
    return [row for row in house.simulator.truth("messages") if row["direction"] == "outbound-api"]


def test_a_text_is_sent_once_and_its_delivery_kept(house: House) -> None:
    sent = house.send()
    house.let_pass()
    (kept,) = house.kept()
    assert (sent.state, kept.state, kept.sid) == ("sent", "delivered", at_twilio(house)[0]["sid"])
    assert house.send().state == "sent"
    assert len(at_twilio(house)) == 1


@pytest.mark.parametrize("klass", ["text", "safety"])
@pytest.mark.parametrize(
    "fault", ["timeout_after_commit", "error_after_commit", "reset_after_commit", "truncated", "html"]
)
def test_a_text_that_arrived_unanswered_is_found_and_not_sent_again(house: House, fault: str, klass: str) -> None:
    house.simulator.faults.arm(fault, method="POST")
    assert house.send(klass=klass).state == "waiting"
    assert house.kept()[0].state == "unsure"
    assert house.send_through(klass=klass).state == "sent"
    assert (len(at_twilio(house)), house.kept()[0].sid) == (1, at_twilio(house)[0]["sid"])


@pytest.mark.parametrize("fault", ["timeout_before_commit", "error_before_commit", "unavailable"])
def test_a_text_that_left_no_trace_is_flagged_and_a_safety_text_is_sent_again(house: House, fault: str) -> None:
    house.simulator.faults.arm(fault, method="POST", times=2)
    assert house.send_through().state == "unsure"
    assert (at_twilio(house), house.kept()[0].state) == ([], "unsure")
    assert house.send_through(op_key="other", body="Leave now", klass="safety").state == "sent"
    assert [row["body"] for row in at_twilio(house)] == ["Leave now"]


def test_a_safety_text_is_repeated_within_half_a_minute(house: House) -> None:
    started = house.clock.now()
    house.simulator.faults.arm("timeout_before_commit", method="POST")
    assert house.send_through(klass="safety").state == "sent"
    assert (house.clock.now() - started).total_seconds() <= 30


def test_throttling_waits_and_loses_nothing(house: House) -> None:
    house.simulator.faults.arm("throttle", method="POST", seconds=7)
    waiting = house.send()
    assert waiting.due_at
    assert (waiting.state, (waiting.due_at - house.clock.now()).total_seconds()) == ("waiting", 7)
    assert house.send_through().state == "sent"


def test_the_same_words_twice_are_two_texts(house: House) -> None:
    house.send_through(op_key="first")
    house.simulator.faults.arm("timeout_after_commit", method="POST")
    house.send_through(op_key="second")
    assert len(at_twilio(house)) == 2
    assert len({text.sid for text in house.kept()}) == 2


def test_the_same_words_lost_the_second_time_are_not_taken_for_the_first(house: House) -> None:
    house.send_through(op_key="first")
    house.simulator.faults.arm("timeout_before_commit", method="POST")
    assert house.send_through(op_key="second").state == "unsure"


@pytest.mark.parametrize("klass", ["text", "safety"])
def test_after_stop_nothing_is_sent_and_the_caller_is_told_to_call(house: House, klass: str) -> None:
    house.phones.inbound(PERSON, "STOP")
    house.let_pass()
    refused = house.send(klass=klass)
    assert (refused.state, "call them" in refused.reason) == ("refused", True)
    assert at_twilio(house) == []


def test_a_stop_that_only_twilio_knew_is_learned_from_its_refusal(house: House) -> None:
    house.simulator.faults.arm("webhook_drop")
    house.phones.inbound(PERSON, "STOP")
    assert house.send().state == "refused"
    with house.inbox.database.read() as conn:
        assert opt_outs.is_out(conn, house.inbox.keys, "org_1", PERSON)


def test_a_stop_between_two_tries_ends_them(house: House) -> None:
    house.simulator.faults.arm("throttle", method="POST")
    house.send()
    house.phones.inbound(PERSON, "stop texting me")
    house.let_pass(10)
    assert house.send().state == "refused"
    assert at_twilio(house) == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"to": "call me"}, "phone number"), ({"to": "12"}, "phone number"), ({"body": "  "}, "empty"),
     ({"body": "x" * 1601}, "1601 characters")],
)  # fmt: skip
def test_what_cannot_be_sent_says_why(house: House, changes: dict[str, str], reason: str) -> None:
    failed = house.send(**changes)
    assert (failed.state, reason in failed.reason) == ("failed", True)
    assert house.simulator.calls == []


def test_a_wrong_token_names_the_settings_and_not_the_token(house: House) -> None:
    account = house.simulator.credentials
    http = httpx2.Client(transport=InProcess(house.simulator))
    house.carrier = TwilioCarrier(http, account_sid=account["account_sid"], token="hush", number=account["number"])
    failed = house.send()
    assert failed.state == "failed"
    assert "ROOFTREE_TWILIO_AUTH_TOKEN" in failed.reason
    assert "hush" not in failed.reason


def test_a_national_number_is_read_as_american(house: House) -> None:
    house.send(to="(555) 010-1234")
    assert at_twilio(house)[0]["to"] == PERSON


def test_a_kill_switch_thrown_is_asked_before_the_send(house: House) -> None:
    def thrown() -> None:
        raise Refused("Texts are switched off.")

    refused = house.send(allowed=thrown)
    assert (refused.state, refused.reason) == ("refused", "Texts are switched off.")
    assert at_twilio(house) == []


def test_an_unreachable_phone_shows_as_undelivered_with_the_code(house: House) -> None:
    house.phones.unreachable[PERSON] = 30003
    house.send()
    house.let_pass()
    (kept,) = house.kept()
    assert (kept.state, kept.error) == ("undelivered", "30003")


@pytest.mark.parametrize("reports", [("sent", "delivered"), ("delivered", "sent"), ("delivered", "delivered")])
def test_reports_in_any_order_end_the_same(house: House, reports: tuple[str, str]) -> None:
    house.send()
    for report in reports:
        record_status(house.inbox, "twilio", house.kept()[0].sid or "", report)
    assert house.kept()[0].state == "delivered"


def test_catching_up_brings_what_no_webhook_brought_once(house: House) -> None:
    house.simulator.faults.arm("webhook_drop")
    house.phones.inbound(PERSON, "gas smell", [{"content_type": "image/png", "content": ""}])
    house.phones.inbound(PERSON, "and the dog is sick")
    house.let_pass()
    first, again = catch_up(house.inbox, house.carrier), catch_up(house.inbox, house.carrier)
    assert [got.text for got in first.received] == ["gas smell"]
    assert first.received[0].media[0]["content_type"] == "image/png"
    assert again.received == ()
    assert len(house.kept()) == 2


def test_catching_up_goes_back_over_every_minute_it_could_not_read(house: House) -> None:
    catch_up(house.inbox, house.carrier)
    house.simulator.faults.arm("webhook_drop")
    house.phones.inbound(PERSON, "no heat")
    for _minute in range(90):
        house.simulator.faults.arm("unavailable")
        house.clock.advance(60)
        with pytest.raises(Unreachable):
            catch_up(house.inbox, house.carrier)
    house.phones.inbound(PERSON, "hello?")
    house.let_pass()
    assert [got.text for got in catch_up(house.inbox, house.carrier).received] == ["no heat"]


def test_one_unreadable_text_in_the_list_keeps_no_other_from_being_taken_in(house: House) -> None:
    house.simulator.faults.arm("webhook_drop", times=2)
    house.phones.inbound(PERSON, "gas smell")
    house.phones.inbound("", "from nobody")
    assert [got.text for got in catch_up(house.inbox, house.carrier).received] == ["gas smell"]


def test_the_whole_list_is_read_page_by_page(house: House) -> None:
    house.simulator.faults.arm("webhook_drop", times=230)
    for number in range(230):
        house.phones.inbound(PERSON, str(number))
    assert [got.text for got in catch_up(house.inbox, house.carrier).received] == [str(n) for n in range(230)]


def test_a_missed_stop_is_heeded_when_caught_up(house: House) -> None:
    house.simulator.faults.arm("webhook_drop")
    house.phones.inbound(PERSON, "STOP")
    assert [got.choice for got in catch_up(house.inbox, house.carrier).received] == ["out"]
    assert house.send().state == "refused"


def test_catching_up_leaves_our_own_texts_and_old_ones_alone(house: House) -> None:
    house.phones.inbound(PERSON, "long ago")
    house.clock.advance(2 * 86_400)
    house.send()
    assert catch_up(house.inbox, house.carrier).received == ()


def test_catching_up_settles_a_send_nobody_followed_up_with_the_reports_that_came_meanwhile(house: House) -> None:
    house.simulator.faults.arm("timeout_after_commit", method="POST")
    house.send()
    house.let_pass(60)
    assert house.kept()[0].state == "unsure"
    assert catch_up(house.inbox, house.carrier).settled == 1
    assert house.kept()[0].state == "delivered"


def test_catching_up_sends_nothing_by_itself(house: House) -> None:
    house.simulator.faults.arm("throttle", method="POST")
    house.send()
    house.clock.advance(60)
    assert catch_up(house.inbox, house.carrier).settled == 0
    assert at_twilio(house) == []


def no_such_name(host: str, _port: int) -> list[str]:
    raise Unreachable(f"The name {host} does not resolve.") from OSError()


@pytest.mark.parametrize(
    ("base_url", "guard"),
    [("http://127.0.0.1:9", outbound.Guarded(["http://127.0.0.1:9"])),
     ("https://api.twilio.com", outbound.Guarded(find=no_such_name))],
)  # fmt: skip
def test_a_carrier_that_cannot_be_reached_was_sent_nothing(
    house: House, base_url: str, guard: outbound.Guarded
) -> None:
    http = outbound.client(transport=guard)
    house.carrier = TwilioCarrier(http, account_sid="AC1", token="t", number="+15550100000", base_url=base_url)
    waiting = house.send()
    assert (waiting.state, house.kept()[0].state) == ("waiting", "queued")


def test_an_address_inside_a_network_is_not_called(house: House) -> None:
    http = outbound.client()
    house.carrier = TwilioCarrier(http, account_sid="AC1", token="t", number="+1", base_url="http://10.0.0.1")
    failed = house.send()
    assert (failed.state, "may not be called" in failed.reason) == ("failed", True)


def test_a_text_flagged_unsure_that_shows_up_late_is_settled(house: House) -> None:
    house.simulator.faults.arm("late_commit", method="POST", seconds=600)
    assert house.send_through().state == "unsure"
    house.simulator.advance(0)
    house.clock.advance(600)
    house.simulator.pump()
    assert catch_up(house.inbox, house.carrier).settled == 1
    assert len(at_twilio(house)) == 1


def test_the_local_inbox_needs_nothing(house: House) -> None:
    local = carrier_from(load(), httpx2.Client())
    assert isinstance(local, LocalInbox)
    inbox = house.inbox
    sent = send_text(
        inbox.database, inbox.keys, house.clock, local, op_key="wish", organization_id="org_1", connection_id="con_1",
        to=PERSON, body="Hello", klass="text",
    )  # fmt: skip
    got = type_in(inbox, PERSON, "stop texting me")
    assert (sent.state, [text.state for text in house.kept()]) == ("sent", ["delivered", "received"])
    assert got.choice == "out"
    assert catch_up(inbox, local).received == ()


def test_twilio_set_up_in_part_is_said_and_not_guessed() -> None:
    with pytest.raises(ConfigurationError, match="ROOFTREE_TWILIO_AUTH_TOKEN, ROOFTREE_TWILIO_NUMBER"):
        carrier_from(load(twilio_account_sid="AC1"), httpx2.Client())
