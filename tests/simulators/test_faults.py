"""Each fault does to the client and to the truth what its name says, in process and on loopback alike."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import pytest
from tests.simulators.conftest import Connect, build, headers

from rooftree.simulators import serve
from rooftree.simulators.faults import KINDS, Faults, parse
from rooftree.simulators.kit import Simulator
from rooftree.simulators.transport import InProcess
from rooftree.simulators.wire import Request

PATH = "/v1/tasks/residentrequests"


@contextmanager
def doors(simulator: Simulator, door: str) -> Iterator[httpx2.Client]:
    if door == "in process":
        with httpx2.Client(transport=InProcess(simulator), base_url="http://x", headers=headers(simulator)) as client:
            yield client
        return
    running = serve.start(simulator)
    try:
        with httpx2.Client(base_url=running.url, headers=headers(simulator), timeout=0.5) as client:
            yield client
    finally:
        running.stop()


@pytest.mark.parametrize("door", ["in process", "loopback"])
@pytest.mark.parametrize(
    ("kind", "outcome", "committed"),
    [
        ("timeout_before_commit", httpx2.ReadTimeout, 0),
        ("timeout_after_commit", httpx2.ReadTimeout, 1),
        ("late_commit", httpx2.ReadTimeout, 0),
        ("reset_before_commit", httpx2.ReadError, 0),
        ("reset_after_commit", httpx2.ReadError, 1),
        ("error_before_commit", 500, 0),
        ("error_after_commit", 500, 1),
        ("duplicate_delivery", 201, 2),
        ("throttle", 429, 0),
        ("unavailable", 503, 0),
        ("expired_key", 401, 0),
        ("not_entitled", 403, 0),
        ("truncated", 201, 1),
        ("html", 201, 1),
    ],
)
def test_a_fault_on_a_write_has_its_outcome_and_its_effect(
    door: str, kind: str, outcome: int | type[Exception], committed: int, request_body: dict[str, Any]
) -> None:
    simulator = build()
    before = len(simulator.truth("tasks"))
    simulator.faults.arm(kind, seconds=60)
    with doors(simulator, door) as client:
        if isinstance(outcome, int):
            assert client.post(PATH, json=request_body).status_code == outcome
        else:
            with pytest.raises(outcome):
                client.post(PATH, json=request_body)
    assert len(simulator.truth("tasks")) - before == committed


def test_a_late_commit_takes_effect_once_its_time_has_come(
    simulator: Simulator, client: httpx2.Client, request_body: dict[str, Any]
) -> None:
    simulator.faults.arm("late_commit", seconds=30)
    with pytest.raises(httpx2.ReadTimeout):
        client.post(PATH, json=request_body)
    simulator.advance(29)
    assert client.get(PATH, params={"statuses": "New", "priorities": "High"}).json() == []
    simulator.advance(1)
    assert len(client.get(PATH, params={"statuses": "New", "priorities": "High"}).json()) == 1


def test_a_lagging_read_shows_neither_a_young_record_nor_a_young_change(
    simulator: Simulator, client: httpx2.Client, request_body: dict[str, Any]
) -> None:
    simulator.faults.arm("read_lag", seconds=10)
    task = client.post(PATH, json=request_body).json()["Id"]
    assert client.get(f"{PATH}/{task}").status_code == 404
    simulator.advance(10)
    simulator.edit("tasks", task, Title="Edited by staff")
    assert client.get(f"{PATH}/{task}").json()["Title"] == "Water under the sink"
    assert client.get("/v1/tasks", params={"lastupdatedfrom": "2026-03-05"}).json() == []
    simulator.faults.clear()
    assert client.get(f"{PATH}/{task}").json()["Title"] == "Edited by staff"


def test_a_truncated_answer_cannot_be_read(simulator: Simulator, client: httpx2.Client) -> None:
    simulator.faults.arm("truncated", path="/v1/vendors$")
    answer = client.get("/v1/vendors")
    assert answer.status_code == 200
    with pytest.raises(ValueError):
        answer.json()


def test_html_in_place_of_json_says_so(simulator: Simulator, client: httpx2.Client) -> None:
    simulator.faults.arm("html")
    assert client.get("/v1/vendors").headers["content-type"] == "text/html"


@pytest.mark.parametrize(("kind", "total"), [("empty_page", "3"), ("vanished", "0")])
def test_an_empty_page_keeps_the_true_total_and_a_vanished_one_does_not(
    simulator: Simulator, client: httpx2.Client, kind: str, total: str
) -> None:
    simulator.faults.arm(kind)
    answer = client.get("/v1/rentals")
    assert (answer.json(), answer.headers["x-total-count"]) == ([], total)


def test_throttling_names_a_wait_only_when_told_to(simulator: Simulator, client: httpx2.Client) -> None:
    simulator.faults.arm("throttle", seconds=2)
    simulator.faults.arm("throttle")
    assert client.get("/v1/rentals").headers["retry-after"] == "2"
    assert "retry-after" not in client.get("/v1/rentals").headers


def test_a_slow_answer_is_a_timeout_for_the_impatient_only(simulator: Simulator, connect: Connect) -> None:
    simulator.faults.arm("slow", seconds=3, times=2)
    client = connect(simulator)
    with pytest.raises(httpx2.ReadTimeout):
        client.get("/v1/rentals", timeout=1)
    assert client.get("/v1/rentals", timeout=10).status_code == 200


def test_an_expired_key_stays_expired_until_cleared(simulator: Simulator, client: httpx2.Client) -> None:
    simulator.faults.arm("expired_key")
    assert [client.get("/v1/rentals").status_code for _ in range(3)] == [401, 401, 401]
    simulator.faults.clear("expired_key")
    assert client.get("/v1/rentals").status_code == 200


def test_a_fault_waits_for_its_turn_and_strikes_as_often_as_told(simulator: Simulator, client: httpx2.Client) -> None:
    simulator.faults.arm("unavailable", method="GET", path="^/v1/rentals$", after=1, times=2)
    assert [client.get("/v1/rentals").status_code for _ in range(4)] == [200, 503, 503, 200]
    assert client.get("/v1/vendors").status_code == 200


def test_calls_are_logged_with_what_struck_them(simulator: Simulator, client: httpx2.Client) -> None:
    simulator.faults.arm("timeout_before_commit", method="GET")
    with pytest.raises(httpx2.ReadTimeout):
        client.get("/v1/rentals")
    client.get("/v1/rentals", params={"limit": 2})
    logged = [(call.method, call.path, call.query, call.status, call.fault) for call in simulator.calls]
    assert logged == [
        ("GET", "/v1/rentals", "", None, "timeout_before_commit"),
        ("GET", "/v1/rentals", "limit=2", 200, ""),
    ]


def test_faults_are_read_from_a_command_line() -> None:
    first, second = parse("timeout_after_commit:POST /v1/workorders:1,throttle:GET:3:2")
    assert (first.kind, first.method, first.path, first.times) == (
        "timeout_after_commit",
        "POST",
        "/v1/workorders",
        1,
    )
    assert (second.method, second.path, second.times, second.seconds) == ("GET", None, 3, 2.0)


@pytest.mark.parametrize("text", ["gremlins", "throttle:GET:often", "slow:GET:1:long"])
def test_a_fault_that_cannot_be_read_is_named(text: str) -> None:
    with pytest.raises(ValueError, match=text.split(":")[0]):
        parse(text)


@pytest.mark.parametrize("kind", KINDS)
def test_faults_about_commits_leave_reads_alone(kind: str) -> None:
    faults = Faults()
    fault = faults.arm(kind)
    reads = fault.matches(Request(method="GET", path="/v1/rentals"))
    assert reads is not (kind.endswith("_commit") or kind in ("duplicate_delivery", "read_only_key"))
