"""The pretend Twilio speaks Twilio's wire: judged by Twilio's own client and validator."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import httpx2
import pytest
from twilio.base.exceptions import TwilioRestException  # type: ignore[import-untyped]
from twilio.http import HttpClient  # type: ignore[import-untyped]
from twilio.http.response import Response  # type: ignore[import-untyped]
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from rooftree.simulators.kit import Simulator
from rooftree.simulators.registry import build
from rooftree.simulators.transport import InProcess

PERSON = "+15550101234"
HOOK = "https://pm.example.com/channels/twilio/sms"
CALLBACK = "https://pm.example.com/channels/twilio/status"


class Phonebook:
    """Keeps what was posted to us."""

    def __init__(self) -> None:
        self.posts: list[tuple[str, Mapping[str, str], dict[str, str]]] = []

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        self.posts.append((url, headers, dict(parse_qsl(body.decode(), keep_blank_values=True))))
        return 200


class OverTheSimulator(HttpClient):  # type: ignore[misc]
    """Twilio's client, its calls answered by the simulator."""

    def __init__(self, simulator: Simulator) -> None:
        self._http = httpx2.Client(transport=InProcess(simulator))

    def request(
        self, method: str, url: str, params: Any = None, data: Any = None, headers: Any = None, auth: Any = None,
        timeout: Any = None, allow_redirects: bool = False,
    ) -> Response:  # fmt: skip
        sent = {name: value for name, value in (data or {}).items() if value is not None}
        answer = self._http.request(method, url, params=params or None, data=sent or None, auth=auth)
        return Response(answer.status_code, answer.text)


@pytest.fixture
def simulator() -> Simulator:
    return build("twilio", now=lambda: datetime(2026, 1, 15, 8, 0, tzinfo=UTC))


@pytest.fixture
def client(simulator: Simulator) -> Any:
    account = simulator.credentials
    return Client(account["account_sid"], account["auth_token"], http_client=OverTheSimulator(simulator))


@pytest.fixture
def heard(simulator: Simulator) -> Phonebook:
    phonebook = Phonebook()
    simulator.subscribe(HOOK, "", phonebook.post)
    return phonebook


def send(client: Any, simulator: Simulator, **changes: str) -> Any:
    form = {"to": PERSON, "from_": simulator.credentials["number"], "body": "Hello", "status_callback": CALLBACK}
    return client.messages.create(**{**form, **changes})


def test_a_text_is_queued_then_sent_then_delivered(simulator: Simulator, client: Any, heard: Phonebook) -> None:
    message = send(client, simulator)
    simulator.advance(5)
    simulator.deliver()
    assert (message.status, len(message.sid), message.sid[:2]) == ("queued", 34, "SM")
    assert [form["MessageStatus"] for _url, _headers, form in heard.posts] == ["sent", "delivered"]
    assert client.messages(message.sid).fetch().status == "delivered"


def test_webhooks_carry_a_signature_that_twilio_s_validator_accepts(
    simulator: Simulator, client: Any, heard: Phonebook
) -> None:
    simulator.behaviour.inbound(PERSON, "No heat, ñ & ☃")  # type: ignore[attr-defined]
    send(client, simulator)
    simulator.advance(5)
    simulator.deliver()
    validator = RequestValidator(simulator.credentials["auth_token"])
    assert [url for url, _headers, _form in heard.posts] == [HOOK, CALLBACK, CALLBACK]
    assert all(validator.validate(url, form, headers["x-twilio-signature"]) for url, headers, form in heard.posts)


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"to": "5550101"}, 21211), ({"body": "x" * 1601}, 21617), ({"from_": "+15550999999"}, 21606),
     ({"body": ""}, 21602)],
)  # fmt: skip
def test_what_twilio_refuses(simulator: Simulator, client: Any, changes: dict[str, str], code: int) -> None:
    with pytest.raises(TwilioRestException) as refusal:
        send(client, simulator, **changes)
    assert (refusal.value.status, refusal.value.code) == (400, code)
    assert simulator.truth("messages") == []


def test_a_wrong_token_is_refused_with_20003(simulator: Simulator) -> None:
    http = OverTheSimulator(simulator)
    stranger = Client(simulator.credentials["account_sid"], "wrong", http_client=http)
    with pytest.raises(TwilioRestException) as refusal:
        send(stranger, simulator)
    assert (refusal.value.status, refusal.value.code) == (401, 20003)


def test_throttling_says_20429(simulator: Simulator, client: Any) -> None:
    simulator.faults.arm("throttle")
    with pytest.raises(TwilioRestException) as refusal:
        send(client, simulator)
    assert (refusal.value.status, refusal.value.code) == (429, 20429)


@pytest.mark.parametrize("word", ["STOP", " stop ", "Unsubscribe", "QUIT", "revoke"])
def test_stop_blocks_the_pair_and_start_frees_it(simulator: Simulator, client: Any, word: str) -> None:
    simulator.behaviour.inbound(PERSON, word)  # type: ignore[attr-defined]
    with pytest.raises(TwilioRestException) as refusal:
        send(client, simulator)
    assert refusal.value.code == 21610
    send(client, simulator, to="+15550105678")
    simulator.behaviour.inbound(PERSON, "start")  # type: ignore[attr-defined]
    assert send(client, simulator).status == "queued"
    assert len(simulator.truth("replies")) == 2


@pytest.mark.parametrize("text", ["STOP please", "please stop the leak", "yes", "ok"])
def test_only_one_whole_word_blocks(simulator: Simulator, client: Any, text: str) -> None:
    simulator.behaviour.inbound(PERSON, text)  # type: ignore[attr-defined]
    assert send(client, simulator).status == "queued"
    assert simulator.truth("replies") == []


def test_the_list_pages_newest_first_and_loses_nothing_while_texts_come_in(simulator: Simulator, client: Any) -> None:
    first = [send(client, simulator, body=str(number)).sid for number in range(7)]
    listed = client.messages.stream(page_size=3)
    seen = [next(listed).sid]
    send(client, simulator, body="late")
    seen += [message.sid for message in listed]
    assert seen == first[::-1]


def test_the_list_filters_by_person_and_day(simulator: Simulator, client: Any) -> None:
    simulator.behaviour.inbound(PERSON, "one")  # type: ignore[attr-defined]
    simulator.advance(86_400)
    simulator.behaviour.inbound("+15550105678", "two")  # type: ignore[attr-defined]
    assert [m.body for m in client.messages.list(from_=PERSON)] == ["one"]
    assert [m.body for m in client.messages.list(date_sent_after=datetime(2026, 1, 16, tzinfo=UTC))] == ["two"]


def test_a_dropped_webhook_leaves_the_text_in_the_list(simulator: Simulator, client: Any, heard: Phonebook) -> None:
    simulator.faults.arm("webhook_drop")
    simulator.behaviour.inbound(PERSON, "no heat")  # type: ignore[attr-defined]
    simulator.deliver()
    assert heard.posts == []
    assert [message.body for message in client.messages.list()] == ["no heat"]


def test_a_picture_comes_with_its_address_and_can_be_fetched(simulator: Simulator, heard: Phonebook) -> None:
    picture = {"content_type": "image/png", "content": "aGVsbG8="}
    simulator.behaviour.inbound(PERSON, "", [picture])  # type: ignore[attr-defined]
    simulator.deliver()
    form = heard.posts[0][2]
    account = (simulator.credentials["account_sid"], simulator.credentials["auth_token"])
    fetched = httpx2.Client(transport=InProcess(simulator)).get(form["MediaUrl0"], auth=account)
    assert (form["NumMedia"], form["MediaContentType0"], fetched.content) == ("1", "image/png", b"hello")


@pytest.mark.parametrize(("fault", "sent"), [("timeout_before_commit", 0), ("timeout_after_commit", 1)])
def test_a_timeout_before_or_after_the_text_was_taken(simulator: Simulator, fault: str, sent: int) -> None:
    simulator.faults.arm(fault)
    account = simulator.credentials
    url = f"https://api.twilio.com/2010-04-01/Accounts/{account['account_sid']}/Messages.json"
    form = {"To": PERSON, "From": account["number"], "Body": "Hello"}
    with pytest.raises(httpx2.ReadTimeout):
        httpx2.Client(transport=InProcess(simulator)).post(
            url, data=form, auth=(account["account_sid"], account["auth_token"])
        )
    assert len(simulator.truth("messages")) == sent


def test_an_unreachable_phone_is_undelivered(simulator: Simulator, client: Any) -> None:
    control = httpx2.Client(transport=InProcess(simulator), base_url="http://127.0.0.1")
    control.post("/_simulator/unreachable", json={"number": PERSON})
    message = send(client, simulator)
    simulator.advance(5)
    shown = client.messages(message.sid).fetch()
    assert (shown.status, shown.error_code) == ("undelivered", 30003)


def test_phones_are_driven_from_another_process(simulator: Simulator) -> None:
    control = httpx2.Client(transport=InProcess(simulator), base_url="http://127.0.0.1")
    control.post("/_simulator/inbound", json={"from": PERSON, "body": "gas smell"})
    assert [row["body"] for row in control.get("/_simulator/messages").json()] == ["gas smell"]
