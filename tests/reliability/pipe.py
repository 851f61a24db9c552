"""The wire and the clock of a process that will be killed: a pipe to the test, where the simulator lives on."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from typing import Any

import httpx2

from rooftree.simulators.kit import Simulator
from rooftree.simulators.wire import Hang, Request, Reset

SKEW = timedelta(seconds=-47)
"""Our machine's clock against the PMS's: wrong, as clocks are."""


class PipeTransport(httpx2.BaseTransport):
    """Sends each request down the pipe; a hang lets the client's own timeout pass."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        query = request.url.query.decode("latin-1")
        self._pipe.send(("request", request.method, request.url.path, query, headers, request.read()))
        kind, *answer = self._pipe.recv()
        if kind == "hang":
            self._pipe.send(("advance", request.extensions["timeout"]["read"]))
            self._pipe.recv()
            raise httpx2.ReadTimeout("no answer", request=request)
        if kind == "reset":
            raise httpx2.ReadError("connection reset", request=request)
        status, sent, body = answer
        return httpx2.Response(status, headers=sent, content=body, request=request)


class PipeClock:
    """The simulator's clock, seen by a machine whose own is off by SKEW; waiting moves it."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    def now(self) -> datetime:
        self._pipe.send(("now",))
        now: datetime = self._pipe.recv()
        return now + SKEW

    def wait(self, seconds: float) -> None:
        self._pipe.send(("advance", seconds))
        self._pipe.recv()


def serve(pipe: Connection, simulator: Simulator, heard: Callable[[int], None] = lambda _count: None) -> None:
    """Answer until the process at the other end is gone; `heard` is told how many messages have come."""
    try:
        for count in itertools.count():
            heard(count)
            pipe.send(_answer(simulator, *pipe.recv()))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return


def _answer(simulator: Simulator, kind: str, *rest: Any) -> Any:
    if kind == "now":
        return simulator.now()
    if kind == "advance":
        return simulator.advance(rest[0])
    method, path, query, headers, body = rest
    request = Request(method=method, path=path, query=query, headers=headers, body=body, client="127.0.0.1")
    try:
        response = simulator.handle(request)
    except Hang:
        return ("hang",)
    except Reset:
        return ("reset",)
    date = simulator.now().strftime("%a, %d %b %Y %H:%M:%S GMT")
    return ("answer", response.status, {"date": date, **response.headers}, response.body)
