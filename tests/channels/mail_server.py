"""A mail server of one thread on loopback: it keeps what it took, and answers or dies as a test says."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from rooftree.channels.email import EmailCarrier
from rooftree.clock import Clock


class MailServer(socketserver.TCPServer):
    """`answers` replaces the reply to a verb ("RCPT", "END" for the end of DATA); "die" hangs up instead."""

    allow_reuse_address = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Talk)
        self.answers: dict[str, str] = {}
        self.taken: list[EmailMessage] = []
        self.heard: list[str] = []

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def carrier(self, clock: Clock, **changes: Any) -> EmailCarrier:
        here: dict[str, Any] = {"host": "127.0.0.1", "port": self.port, "starttls": False}
        return EmailCarrier(clock, sender="office@example.com", **(here | changes))

    def handed_over(self) -> int:
        """How often an e-mail was sent in full, taken or not."""
        return self.heard.count("END")


class _Talk(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._say("220 here")
        while line := self.rfile.readline().decode().strip():
            verb = line.upper().split()[0]
            if not self._answer(verb, "354 go on" if verb == "DATA" else "250 ok") or verb == "QUIT":
                return
            if verb == "DATA" and "DATA" not in self.server.answers and not self._take():
                return

    def _take(self) -> bool:
        lines = list(iter(self.rfile.readline, b".\r\n"))
        if self.server.answers.get("END", "250")[0] == "2" or self.server.answers["END"] == "die":
            wire = b"".join(line.removeprefix(b".") for line in lines)
            self.server.taken.append(message_from_bytes(wire, policy=policy.default))
        return self._answer("END", "250 taken")

    def _answer(self, verb: str, usual: str) -> bool:
        self.server.heard.append(verb)
        answer = self.server.answers.get(verb, usual)
        if answer == "die":
            return False
        self._say(answer)
        return True

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def running(port: int = 0) -> Iterator[MailServer]:
    """The server, and at the end nothing of it."""
    with MailServer(port) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
