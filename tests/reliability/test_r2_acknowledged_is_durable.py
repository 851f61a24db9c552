"""R2 and R15: what we acknowledged is on the disk, and what cannot be put there is not acknowledged."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.reliability.hook_server import SECRET

KILLS = 1_000 if os.environ.get("ROOFTREE_SOAK") else 50
CALLERS = 4


class Server:
    """The webhook doors in a process; `start` and `kill -9` it as often as wanted."""

    def __init__(self, home: Path) -> None:
        command = [sys.executable, "-m", "tests.reliability.hook_server", str(home)]
        self._running = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        told = self._told()
        self.path, self.database = told["path"], told["database"]
        self.port = self.pid = 0

    def _told(self) -> dict[str, str]:
        assert self._running.stdout is not None
        found: dict[str, str] = json.loads(self._running.stdout.readline())
        return found

    def start(self) -> None:
        assert self._running.stdin is not None
        self._running.stdin.write("\n")
        self._running.stdin.flush()
        told = self._told()
        self.port, self.pid = int(told["port"]), int(told["pid"])

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        self.pid = 0

    def close(self) -> None:
        if self.pid:
            self.kill()
        assert self._running.stdin is not None
        assert self._running.stdout is not None
        self._running.stdin.close()
        self._running.wait(timeout=20)
        self._running.stdout.close()

    def kept(self) -> set[str]:
        """The keys of what is in the database."""
        conn = sqlite3.connect(self.database)
        try:
            return {key for (key,) in conn.execute("SELECT key FROM delivery")}
        finally:
            conn.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path)
    yield made
    made.close()


def request(path: str, number: int) -> bytes:
    """One signed Buildium delivery, written out."""
    told = {"EventName": "WorkOrder.Updated", "EventDateTime": "2026-01-01T00:00:00Z", "AccountId": 1}
    body = json.dumps({**told, "WorkOrderId": number}, separators=(",", ":")).encode()
    stamp = str(int(time.time()))
    digest = hmac.new(SECRET.encode(), f"{stamp}.".encode() + body, hashlib.sha256).digest()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: here\r\nbuildium-webhook-timestamp: {stamp}\r\n"
        f"buildium-webhook-signature: {base64.b64encode(digest).decode()}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def key(number: int) -> str:
    return f"1/WorkOrder.Updated/work_order/work_order:{number}/2026-01-01T00:00:00Z"


def status(server: Server, number: int) -> int:
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        line.sendall(request(server.path, number))
        return int(line.recv(65_536).split(b" ")[1])


def ring(server: Server, numbers: Iterator[int], acknowledged: set[str]) -> None:
    """Send one delivery after another until the line breaks; note each that was answered 200."""
    try:
        with socket.create_connection(("127.0.0.1", server.port)) as line:
            for number in numbers:
                line.sendall(request(server.path, number))
                if not line.recv(65_536).startswith(b"HTTP/1.1 200"):
                    return
                acknowledged.add(key(number))
    except ConnectionError:
        return


@pytest.mark.timeout(1_800)  # a thousand kills in make soak
def test_kill_9_at_any_moment_loses_nothing_that_was_acknowledged(server: Server) -> None:
    acknowledged: set[str] = set()
    chance = random.Random(5)
    for kill in range(KILLS):
        server.start()
        before = len(acknowledged)
        shares = [iter(range(kill * 100_000 + caller, (kill + 1) * 100_000, CALLERS)) for caller in range(CALLERS)]
        threads = [threading.Thread(target=ring, args=(server, share, acknowledged)) for share in shares]
        for thread in threads:
            thread.start()
        give_up = time.monotonic() + 30
        while len(acknowledged) == before:
            assert time.monotonic() < give_up, "nothing is acknowledged"
            time.sleep(0.001)
        time.sleep(chance.uniform(0, 0.03))
        server.kill()
        for thread in threads:
            thread.join()
        assert len(acknowledged) > before
    lost = acknowledged - server.kept()
    assert not lost, f"{len(lost)} of {len(acknowledged)} lost"


@contextmanager
def strace(server: Server, log: Path, *options: str) -> Iterator[None]:
    """Strace upon the running server, until the block is left."""
    if shutil.which("strace") is None:
        pytest.skip("The program strace is not installed here.")
    command = ["strace", "-f", "-s", "64", "-o", str(log), *options, "-p", str(server.pid)]
    tracing = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert tracing.stderr is not None
    said = tracing.stderr.readline()
    if "attached" not in said:
        tracing.wait(timeout=20)
        pytest.skip(f"strace may not look at other processes here: {said.strip()}")
    try:
        yield
    finally:
        tracing.send_signal(signal.SIGINT)
        tracing.wait(timeout=20)
        tracing.stderr.close()


def test_the_disk_has_it_before_the_answer_is_written(server: Server, tmp_path: Path) -> None:
    server.start()
    assert status(server, 1) == 200
    log = tmp_path / "calls"
    with strace(server, log, "-e", "trace=fdatasync,fsync,recvfrom,sendto"):
        assert [status(server, number) for number in (2, 3, 4)] == [200] * 3
    kinds = [kind for line in log.read_text().splitlines() if (kind := _kind(line))]
    assert kinds == ["asked", "synced", "answered"] * 3


def _kind(line: str) -> str | None:
    if "POST /webhooks" in line:
        return "asked"
    if "HTTP/1.1 200" in line:
        return "answered"
    return "synced" if "sync" in line and line.endswith("= 0") else None


def test_a_disk_that_fails_to_sync_acknowledges_nothing_and_later_all_is_well(server: Server, tmp_path: Path) -> None:
    server.start()
    assert status(server, 1) == 200
    with strace(server, tmp_path / "calls", "-e", "trace=fdatasync", "-e", "inject=fdatasync,fsync:error=EIO"):
        assert status(server, 2) == 503
    assert status(server, 2) == 200
    assert key(2) in server.kept()


def test_a_locked_database_acknowledges_nothing(server: Server) -> None:
    server.start()
    assert status(server, 1) == 200
    other = sqlite3.connect(server.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert status(server, 2) == 503
    other.execute("ROLLBACK")
    other.close()
    assert key(2) not in server.kept()
    assert status(server, 2) == 200
