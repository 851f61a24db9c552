"""A customer's server on loopback, for webhooks out: keeps what it is sent, and answers as told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it came."""

    body: bytes
    headers: dict[str, str]


@dataclass(slots=True)
class Receiver:
    """`answers` are used up from the left, then 204; `silent` holds every answer back until it is unset."""

    url: str = ""
    got: list[Received] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    silent: bool = False
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def origin(self) -> str:
        return self.url.rpartition("/")[0]


@contextmanager
def receiver() -> Iterator[Receiver]:
    """Such a server, until the block is left."""
    told = Receiver()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            told.got.append(Received(body, {name.lower(): value for name, value in self.headers.items()}))
            if told.silent:
                told.over.wait(60)
            status, headers = told.answers.pop(0) if told.answers else (204, {})
            try:
                self.send_response(status)
                for name, value in {"content-length": "0", **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
            except ConnectionError:  # who asked has hung up, as a caller with a time limit does
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    told.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield told
    finally:
        told.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
