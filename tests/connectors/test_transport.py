"""The line to a PMS: each failure has its type, reads are repeated, writes never, secrets are never told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import httpx2
import pytest

from rooftree import outbound
from rooftree.clock import ManualClock
from rooftree.connectors.base import Answer, Budget, Company, Connector, Manifest, Request
from rooftree.connectors.transport import Line, address_of, open_line
from rooftree.errors import (
    Conflict,
    ConnectorError,
    InvalidInput,
    NotFound,
    RateLimited,
    Rejected,
    Unauthorized,
    Unreachable,
    Unreadable,
)

KEY = "canary-5d41402abc4b2a76"
MANIFEST = Manifest(
    name="made_up",
    title="Made Up",
    wire="REST",
    base_urls={"production": "https://pms.example"},
    credentials=(),
    budget=Budget(calls=1000, seconds=1.0, concurrent=4),
    page_size=10,
    read_timeout=5.0,
    write_timeout=5.0,
    read_lag=0.0,
    late_commit=0.0,
)


def _sign(request: Request, credentials: Mapping[str, str]) -> Request:
    return replace(request, headers={**request.headers, "authorization": credentials["key"]})


def _explain(answer: Answer) -> str | None:
    return str(answer.data["error"]) if isinstance(answer.data, dict) and "error" in answer.data else None


CONNECTOR = Connector(
    manifest=MANIFEST, resources=(), sign=_sign, explain=_explain, identify=lambda _wire: Company(name="Made Up")
)
GET = Request(method="GET", path="/v1/things")
POST = Request(method="POST", path="/v1/things", json={"a": 1})


def line_to(clock: ManualClock, answer: Callable[[httpx2.Request], httpx2.Response]) -> Line:
    http = outbound.client(transport=httpx2.MockTransport(answer))
    return open_line(CONNECTOR, base_url="https://pms.example", credentials={"key": KEY}, clock=clock, http=http)


class Script:
    """Answers in the order given, the last for ever, and keeps what was asked."""

    def __init__(self, *answers: httpx2.Response | Exception) -> None:
        self._answers = list(answers)
        self.asked: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx2.Response(answer.status_code, headers=answer.headers, content=answer.content)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, Rejected), (401, Unauthorized), (403, Unauthorized), (404, NotFound), (408, Unreachable),
        (409, Conflict), (410, NotFound), (412, Conflict), (422, Rejected), (425, Unreachable), (429, RateLimited),
        (500, Unreachable), (503, Unreachable), (301, Rejected),
    ],
)  # fmt: skip
def test_a_status_is_an_error_of_its_type(clock: ManualClock, status: int, kind: type[ConnectorError]) -> None:
    script = Script(httpx2.Response(status, headers={"x-request-id": "r-1"}, json={"error": "Name is missing."}))
    with pytest.raises(ConnectorError, match=r"Name is missing\.") as caught:
        line_to(clock, script).write(POST, timeout=5)
    assert type(caught.value) is kind
    assert (caught.value.status, caught.value.request_id) == (status, "r-1")
    assert len(script.asked) == 1


def test_a_read_that_failed_in_passing_is_asked_again(clock: ManualClock) -> None:
    script = Script(httpx2.Response(503), httpx2.ReadError("reset"), httpx2.Response(200, json=[1]))
    assert line_to(clock, script).read(GET).data == [1]
    assert len(script.asked) == 3


@pytest.mark.parametrize("failure", [httpx2.ReadTimeout("late"), httpx2.ReadError("reset"), httpx2.Response(500)])
def test_a_write_is_made_once_whatever_comes_back(clock: ManualClock, failure: httpx2.Response | Exception) -> None:
    script = Script(failure)
    with pytest.raises(Unreachable):
        line_to(clock, script).write(POST, timeout=5)
    assert len(script.asked) == 1


def test_a_call_that_may_change_something_is_made_once_even_through_read(clock: ManualClock) -> None:
    script = Script(httpx2.ReadError("reset"))
    with pytest.raises(Unreachable):
        line_to(clock, script).read(replace(POST, method="PUT"))
    assert len(script.asked) == 1


def test_a_post_that_only_reads_is_repeated_like_a_get(clock: ManualClock) -> None:
    script = Script(httpx2.ReadError("reset"), httpx2.Response(200, json=[]))
    assert line_to(clock, script).read(replace(POST, reads=True)).data == []


@pytest.mark.parametrize("said", ["7", "Thu, 15 Jan 2026 08:00:07 GMT"])
def test_retry_after_is_waited_for_in_seconds_or_as_a_date(clock: ManualClock, said: str) -> None:
    started = clock.now()
    script = Script(httpx2.Response(429, headers={"retry-after": said}), httpx2.Response(200, json={}))
    line_to(clock, script).read(GET)
    assert (clock.now() - started).total_seconds() == pytest.approx(7, abs=0.5)


def test_an_error_inside_a_200_is_an_error(clock: ManualClock) -> None:
    with pytest.raises(Rejected, match="No such report"):
        line_to(clock, Script(httpx2.Response(200, json={"error": "No such report"}))).read(GET)


@pytest.mark.parametrize(
    "answer",
    [
        httpx2.Response(200, content=b'[{"Id": 1}, {"Id"', headers={"content-type": "application/json"}),
        httpx2.Response(200, html="<h1>Back soon</h1>"),
        httpx2.Response(200, content=b'{"a": NaN}', headers={"content-type": "application/json"}),
        httpx2.Response(200, content=b'{"a": 1, "a": 2}', headers={"content-type": "application/json"}),
    ],
)
def test_what_is_no_sound_json_is_unreadable(clock: ManualClock, answer: httpx2.Response) -> None:
    with pytest.raises(Unreadable):
        line_to(clock, Script(answer)).read(GET)


def test_neither_key_nor_person_is_in_an_error(clock: ManualClock) -> None:
    echo = httpx2.Response(422, json={"error": f"bad key {KEY} of ann.lee@example.com, 512-555-0142"})
    line = line_to(clock, Script(echo))
    with pytest.raises(Rejected) as caught:
        line.write(POST, timeout=5)
    told = f"{caught.value!r} {caught.value} {caught.value.body} {line!r}"
    assert not any(secret in told for secret in (KEY, "ann.lee", "555-0142"))


def test_a_presigned_upload_carries_no_key(clock: ManualClock) -> None:
    script = Script(httpx2.Response(200))
    upload = Request(method="PUT", path="https://files.example/upload", content=b"jpeg", auth=False)
    line_to(clock, script).write(upload, timeout=5)
    assert KEY not in str(script.asked[0].headers)


def test_backfill_shares_the_budget_of_the_line_it_came_from(clock: ManualClock) -> None:
    line = line_to(clock, Script(httpx2.Response(200, json=[])))
    assert line.in_background().read(GET).data == []


def test_a_name_that_does_not_resolve_says_which_connection_it_was(clock: ManualClock) -> None:
    def nowhere(_host: str, _port: int) -> list[str]:
        raise Unreachable("The name pms.example does not resolve.")

    http = outbound.client(transport=outbound.Guarded(find=nowhere))
    line = open_line(CONNECTOR, base_url="https://pms.example", credentials={"key": KEY}, clock=clock, http=http)
    with pytest.raises(Unreachable, match="does not resolve") as caught:
        line.write(POST, timeout=5)
    assert caught.value.connection == "made_up"


def test_the_account_of_a_credential_stands_in_the_address() -> None:
    assert address_of("https://{account}.pms.example", {"account": " acme-2 "}) == "https://acme-2.pms.example"


@pytest.mark.parametrize("word", ["", "evil.example/", "a@b", "-a", "a.b"])
def test_a_credential_cannot_name_another_host(word: str) -> None:
    with pytest.raises(InvalidInput, match="account"):
        address_of("https://{account}.pms.example", {"account": word})
