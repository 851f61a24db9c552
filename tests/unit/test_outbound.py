"""The guarded way out refuses every spelling of an inside address."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx2
import pytest

from rooftree import outbound
from rooftree.errors import Unreachable

INSIDE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
    "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::",
    "64:ff9b::7f00:1", "64:ff9b::a00:1",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_an_inside_address_is_never_called_whatever_its_name(address: str) -> None:
    with pytest.raises(outbound.Forbidden):
        outbound.check_url(httpx2.URL("https://pms.example/"), find=lambda _host, _port: [address])


def test_one_inside_address_among_public_ones_is_enough_to_refuse() -> None:
    with pytest.raises(outbound.Forbidden):
        outbound.check_url(httpx2.URL("https://pms.example/"), find=lambda _h, _p: ["93.184.216.34", "10.0.0.1"])


def _numeric(host: str, port: int) -> list[str]:
    """Only what needs no name server, as the real resolver reads it."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except OSError as error:
        raise Unreachable("not numeric") from error
    return [str(entry[4][0]) for entry in found]


@pytest.mark.parametrize(
    "url",
    [
        "https://2130706433/", "https://0x7f000001/", "https://0177.0.0.1/", "https://127.1/", "https://0/",
        "https://[::]/", "https://[::ffff:7f00:1]/", "https://127.0.0.1./", "https://user@93.184.216.34/",
        "http://93.184.216.34/", "ftp://93.184.216.34/", "https://93.184.216.34:22/",
    ],
)  # fmt: skip
def test_odd_spellings_are_refused(url: str) -> None:
    with pytest.raises((outbound.Forbidden, Unreachable, httpx2.InvalidURL)):
        outbound.check_url(httpx2.URL(url), find=_numeric)


def test_a_public_host_is_called_at_the_address_that_was_checked() -> None:
    address = outbound.check_url(httpx2.URL("https://pms.example/v1"), find=lambda _h, _p: ["93.184.216.34"])
    assert address == "93.184.216.34"


def test_loopback_is_called_only_when_registered() -> None:
    url = httpx2.URL("http://127.0.0.1:9001/v1")
    assert outbound.check_url(url, ["http://127.0.0.1:9001"], _numeric) == "127.0.0.1"
    with pytest.raises(outbound.Forbidden):
        outbound.check_url(url, ["http://127.0.0.1:9002"], _numeric)


def test_a_registered_origin_that_resolves_elsewhere_is_refused() -> None:
    with pytest.raises(outbound.Forbidden):
        outbound.check_url(httpx2.URL("http://sim.local:1/"), ["http://sim.local:1"], lambda _h, _p: ["93.184.216.34"])


def test_an_answer_larger_than_allowed_is_cut_off() -> None:
    http = outbound.client(transport=httpx2.MockTransport(lambda _r: httpx2.Response(200, content=b"x" * 1000)))
    with pytest.raises(Unreachable, match="larger than 100 bytes"):
        outbound.fetch(http, httpx2.Request("GET", "https://pms.example/"), most_bytes=100, seconds=5)


def test_redirects_are_not_followed() -> None:
    moved = httpx2.Response(301, headers={"location": "http://169.254.169.254/"})
    http = outbound.client(transport=httpx2.MockTransport(lambda _r: moved))
    answer = outbound.fetch(http, httpx2.Request("GET", "https://pms.example/"), most_bytes=100, seconds=5)
    assert answer.status_code == 301


class _Here(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = (self.headers["host"] or "").encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), _Here)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_name_is_looked_up_once_and_the_call_goes_to_that_address(port: int) -> None:
    """A name server that answers differently a moment later (rebinding) is never asked again."""
    asked: list[str] = []

    def find(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    origin = f"http://simulator.test:{port}"
    with outbound.client(transport=outbound.Guarded([origin], find)) as http:
        answer = outbound.fetch(http, httpx2.Request("GET", f"{origin}/"), most_bytes=100, seconds=5)
    assert (answer.text, asked) == (f"simulator.test:{port}", ["simulator.test"])


def test_a_server_of_this_machine_is_not_called_unless_registered(port: int) -> None:
    with outbound.client() as http, pytest.raises(outbound.Forbidden):
        outbound.fetch(http, httpx2.Request("GET", f"http://127.0.0.1:{port}/"), most_bytes=100, seconds=5)
