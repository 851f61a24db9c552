"""Serving a simulator on loopback, in a thread for tests or blocking for `rooftree simulate`."""

from __future__ import annotations

import json
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn
from uvicorn.protocols.http import h11_impl

from rooftree.simulators.kit import Simulator

HOST = "127.0.0.1"
_DELIVER_EVERY = 0.2


@dataclass(frozen=True, slots=True)
class Running:
    """A served simulator."""

    url: str
    _server: uvicorn.Server
    _threads: tuple[threading.Thread, ...]
    _stopped: threading.Event

    def stop(self) -> None:
        """Stop serving; calls still hanging are cut."""
        self._stopped.set()
        self._server.should_exit = True
        for thread in self._threads:
            thread.join(timeout=10)


def start(simulator: Simulator, port: int = 0) -> Running:
    """Serve `simulator` on 127.0.0.1 (port 0: a free one) and return once it listens."""
    listener = _listen(port)
    server = _server(simulator)
    stopped = threading.Event()
    threads = (
        threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True),
        threading.Thread(target=_deliver_until, args=(simulator, stopped), daemon=True),
    )
    for thread in threads:
        thread.start()
    return Running(_url(listener), server, threads, stopped)


def run(simulator: Simulator, port: int = 0) -> None:
    """Serve until Ctrl-C or SIGTERM; the first line on stdout says where, as JSON."""
    listener = _listen(port)
    stopped = threading.Event()
    deliverer = threading.Thread(target=_deliver_until, args=(simulator, stopped), daemon=True)
    deliverer.start()
    print(announcement(simulator, _url(listener)), flush=True)
    try:
        _server(simulator).run(sockets=[listener])
    finally:
        stopped.set()
        deliverer.join(timeout=10)
        simulator.close()


def announcement(simulator: Simulator, url: str) -> str:
    """Where the simulator is and what a connect needs, as one line of JSON; the credentials are made up."""
    return json.dumps({"pms": simulator.name, "base_url": url, "credentials": simulator.credentials, "simulator": True})


class _Server(uvicorn.Server):
    """Ends quietly on Ctrl-C and SIGTERM; uvicorn would raise the signal again once it has stopped."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((HOST, port))
    listener.listen(128)
    return listener


def _url(listener: socket.socket) -> str:
    return f"http://{HOST}:{listener.getsockname()[1]}"


def _server(simulator: Simulator) -> _Server:
    # A PMS may answer with a status of its own (AppFolio: 701), for which uvicorn has no phrase.
    h11_impl.STATUS_PHRASES.update(dict.fromkeys(range(600, 1000), b""))
    # h11 by name: a reset needs the transport that its request cycle holds.
    return _Server(
        uvicorn.Config(
            simulator.app,
            http="h11",
            lifespan="off",
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=1,
        )
    )


def _deliver_until(simulator: Simulator, stopped: threading.Event) -> None:
    while not stopped.wait(_DELIVER_EVERY):
        simulator.pump()
        simulator.deliver()
