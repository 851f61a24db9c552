"""Served on loopback a simulator answers as in process, takes orders on its control door, and says where it is."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import httpx2
import pytest
from tests.simulators.conftest import build, headers

from rooftree.simulators import registry, serve
from rooftree.simulators.kit import Simulator
from rooftree.simulators.transport import InProcess
from rooftree.simulators.wire import Request


@pytest.fixture
def served(simulator: Simulator) -> Iterator[httpx2.Client]:
    running = serve.start(simulator)
    with httpx2.Client(base_url=running.url, headers=headers(simulator), timeout=5) as client:
        yield client
    running.stop()


@pytest.mark.parametrize(
    "path", ["/v1/rentals?limit=2&offset=1", "/v1/leases", "/v1/vendors/1", "/v1/rentals?Limit=1", "/nowhere"]
)
def test_both_doors_give_the_same_answer(served: httpx2.Client, path: str) -> None:
    with httpx2.Client(transport=InProcess(build()), base_url="http://x", headers=dict(served.headers)) as inside:
        outer, inner = served.get(path), inside.get(path)
    assert (outer.status_code, outer.json()) == (inner.status_code, inner.json())
    assert outer.headers.get("x-total-count") == inner.headers.get("x-total-count")


def test_faults_truth_clock_and_edits_are_in_reach_of_other_processes(served: httpx2.Client) -> None:
    served.post("/_simulator/faults", json={"kind": "unavailable", "path": "^/v1/rentals$"})
    assert served.get("/v1/rentals").status_code == 503
    edit = {"collection": "tasks", "id": 120000007, "fields": {"TaskStatus": "Closed", "Message": "Fixed"}}
    assert served.post("/_simulator/edit", json=edit).json()["TaskStatus"] == "Closed"
    truth = served.get("/_simulator/truth/tasks").json()
    assert [task["TaskStatus"] for task in truth] == ["Closed", "Closed"]
    assert served.post("/_simulator/advance", json={"seconds": 60}).json() == {"now": "2026-03-04T12:01:00+00:00"}
    assert [call["status"] for call in served.get("/_simulator/calls").json()] == [503]


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("faults", {"kind": "gremlins"}, 400),
        ("edit", {"collection": "castles", "id": 1, "fields": {}}, 404),
        ("edit", {"collection": "vendors", "id": 20000, "fields": {"Colour": "red"}}, 404),
        ("edit", {"collection": "tasks", "id": 120000001, "fields": {"AssignedToUserId": 1}}, 400),
        ("enter", {"place": "tasks/todorequests", "fields": {}}, 400),
        ("nothing", {}, 404),
    ],
)
def test_a_control_order_that_cannot_be_obeyed_is_answered_clearly(
    client: httpx2.Client, path: str, body: dict[str, object], expected: int
) -> None:
    answer = client.post(f"/_simulator/{path}", json=body)
    assert answer.status_code == expected
    assert answer.json()["error"]


def test_strangers_do_not_reach_the_control_door(simulator: Simulator) -> None:
    request = Request(method="GET", path="/_simulator/truth/tenants", client="127.0.0.1")
    assert simulator.handle(request).status == 200
    assert simulator.handle(replace(request, client="203.0.113.9")).status == 404


def test_webhooks_leave_a_served_simulator_by_themselves(simulator: Simulator, served: httpx2.Client) -> None:
    received: list[bytes] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = Thread(target=server.handle_request)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}/hook"
        served.post("/_simulator/subscribe", json={"url": url, "secret": "made-up"})
        edit = {"collection": "units", "id": 100000, "fields": {"Description": "x"}}
        served.post("/_simulator/edit", json=edit)
        thread.join(timeout=10)
    assert json.loads(received[0])["EventName"] == "RentalUnit.Updated"


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_a_simulator_run_alone_says_where_it_is_and_ends_when_told(stop: signal.Signals) -> None:
    program = "from rooftree.simulators import registry, serve; serve.run(registry.build('buildium'))"
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    said = json.loads(process.stdout.readline())
    assert (said["pms"], said["simulator"]) == ("buildium", True)
    keys = {f"x-buildium-{name.replace('_', '-')}": value for name, value in said["credentials"].items()}
    assert httpx2.get(f"{said['base_url']}/v1/rentals", headers=keys).status_code == 200
    process.send_signal(stop)
    assert process.wait(timeout=10) == 0
    process.stdout.close()


def test_an_unknown_simulator_is_named_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="buildium"):
        registry.build("excel")
