"""b: a webhook verified and durable before it is acknowledged, against bare Starlette + HMAC + SQLite FULL."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlsplit

from bench.figures import Measure
from bench.places import OTHER_CORE, PROGRAM_CORE, pin, process

ROUNDS, ALONE, TOGETHER = 7, 300, 1_920
SECRET = "a secret made up for the bench"


def measure() -> list[Measure]:
    """Acknowledgements a second with one caller and with 32, ours and the bare one in turns."""
    pin(OTHER_CORE)
    samples: dict[tuple[str, int], list[float]] = {}
    slowest: dict[tuple[str, int], list[float]] = {}
    with process(PROGRAM_CORE, "bench.hooks", "ours") as ours, process(PROGRAM_CORE, "bench.hooks", "bare") as bare:
        for number in range(ROUNDS + 1):
            for callers, count in ((1, ALONE), (32, TOGETHER)):
                for name, url in (("bare", bare["url"]), ("ours", ours["url"])):
                    rate, took = _load(str(url), callers, count, f"{name}-{number}-{callers}")
                    if number:  # the first round warms up
                        samples.setdefault((name, callers), []).append(rate)
                        slowest.setdefault((name, callers), []).append(quantiles(took, n=100)[98] * 1000)
    peer = "Starlette + HMAC + SQLite FULL"
    return [
        Measure(id="b1", title="webhook durable, one caller", unit="acknowledgements/s", peer=peer,
                theirs=samples["bare", 1], ours=samples["ours", 1], goal=0.75, note="verified, deduplicated, sealed"),
        Measure(id="b2", title="webhook durable, 32 callers", unit="acknowledgements/s", peer=peer,
                theirs=samples["bare", 32], ours=samples["ours", 32], goal=1.5,
                note="group commit; fsync takes 0.2 ms here"),
        Measure(id="b2p", title="the same, slowest of a hundred", unit="ms", peer=peer, theirs=slowest["bare", 32],
                ours=slowest["ours", 32], goal=1.0, wanted="at most"),
    ]  # fmt: skip


def _load(url: str, callers: int, count: int, run: str) -> tuple[float, list[float]]:
    """Acknowledgements a second, and the seconds each took, over so many kept connections.

    The caller says the bytes it prepared and reads the status: a client library would cost more than either server.
    """
    requests = [_request(url, run, number) for number in range(count)]
    shares = [requests[caller::callers] for caller in range(callers)]
    with ThreadPoolExecutor(callers) as threads:
        began = time.perf_counter()
        took = [seconds for each in threads.map(lambda share: _call(url, share), shares) for seconds in each]
        return count / (time.perf_counter() - began), took


def _call(url: str, requests: list[bytes]) -> list[float]:
    parts = urlsplit(url)
    took = []
    with socket.create_connection((parts.hostname, parts.port)) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for request in requests:
            began = time.perf_counter()
            line.sendall(request)
            answer = line.recv(65_536)
            took.append(time.perf_counter() - began)
            assert answer.startswith(b"HTTP/1.1 200"), answer
            assert answer.endswith(b"\r\n\r\n"), answer
    return took


def _request(url: str, run: str, number: int) -> bytes:
    """One signed delivery, written out."""
    parts = urlsplit(url)
    told = {"EventName": "WorkOrder.Updated", "EventDateTime": f"2026-01-01T00:00:00.{run}", "AccountId": 1}
    body = json.dumps({**told, "WorkOrderId": number}, separators=(",", ":")).encode()
    stamp = str(int(time.time()))
    digest = hmac.new(SECRET.encode(), f"{stamp}.".encode() + body, hashlib.sha256).digest()
    head = (
        f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/json\r\n"
        f"buildium-webhook-timestamp: {stamp}\r\n"
        f"buildium-webhook-signature: {base64.b64encode(digest).decode()}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _serve(application: Callable[..., object], path: str) -> None:
    import uvicorn

    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(128)
    print(json.dumps({"url": f"http://127.0.0.1:{listener.getsockname()[1]}{path}"}), flush=True)
    server = uvicorn.Server(uvicorn.Config(application, log_level="error", access_log=False))
    server.run(sockets=[listener])


def _bare(home: Path) -> None:
    from starlette.applications import Starlette
    from starlette.concurrency import run_in_threadpool
    from starlette.requests import Request
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    database = sqlite3.connect(home / "bare.db", check_same_thread=False, isolation_level=None)
    for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "CREATE TABLE hook (body BLOB)"):
        database.execute(statement)
    lock = threading.Lock()

    def keep(body: bytes) -> None:
        with lock:
            database.execute("INSERT INTO hook VALUES (?)", (body,))

    async def hook(request: Request) -> PlainTextResponse:
        body = await request.body()
        stamp = request.headers["buildium-webhook-timestamp"]
        digest = hmac.new(SECRET.encode(), f"{stamp}.".encode() + body, hashlib.sha256).digest()
        if not hmac.compare_digest(base64.b64encode(digest).decode(), request.headers["buildium-webhook-signature"]):
            return PlainTextResponse("", 401)
        await run_in_threadpool(keep, body)
        return PlainTextResponse("")

    _serve(Starlette(routes=[Route("/hook", hook, methods=["POST"])]), "/hook")


def _ours(home: Path) -> None:
    from starlette.applications import Starlette

    from rooftree.config import Settings
    from rooftree.store import connections
    from rooftree.surfaces import hooks
    from rooftree.surfaces.home import local_caller, services

    with services(Settings(home=home, log_level="ERROR")) as ready:
        caller = local_caller(ready)
        with ready.database.write() as conn:
            made = connections.create(
                conn, ready.keys, organization_id=caller.organization_id, name="bench", pms="buildium",
                base_url="https://api.buildium.com", credentials={}, now=ready.clock.now(), webhook_secrets=[SECRET],
            )  # fmt: skip
        _serve(Starlette(routes=hooks.routes(ready, lambda: None)), f"/webhooks/pms/{made.webhook_path}")


if __name__ == "__main__":
    pin(int(sys.argv[1]))
    with tempfile.TemporaryDirectory() as folder:
        {"ours": _ours, "bare": _bare}[sys.argv[2]](Path(folder))
