"""A network that fails: an asyncio TCP proxy on loopback that carries one HTTP request per connection, or fails to.

Kinds: `latency` (each way), `bandwidth` (bytes a second), `reset` and `truncate` (after so many bytes of the answer),
`black_hole` (nothing is carried), `half_open` (the request arrives, its answer does not), `duplicate` (the request
arrives twice), `slow_close` (the answer ends, the line does not).
"""

from __future__ import annotations

import asyncio
import re
import socket
import struct
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass

KINDS = ("latency", "bandwidth", "reset", "truncate", "black_hole", "half_open", "duplicate", "slow_close")
_NOW = struct.pack("ii", 1, 0)
"""SO_LINGER for a reset in place of a farewell."""


@dataclass
class Fault:
    """What happens to the next `times` requests of this method; `amount` is in seconds, bytes or bytes a second."""

    kind: str
    method: str = "GET"
    times: int = 1
    after: int = 0
    amount: float = 0.05


class Proxy:
    """Serves 127.0.0.1 in a thread of its own until closed."""

    def __init__(self, target: int) -> None:
        self.faults: list[Fault] = []
        self.hanging = threading.Event()
        """Set while a request hangs in a black hole."""
        self._target = target
        self._loop = asyncio.new_event_loop()
        self._lines: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._serve(), self._loop).result(10)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def release(self) -> None:
        """No more faults; what hangs is cut."""
        self.faults.clear()
        asyncio.run_coroutine_threadsafe(self._cut(), self._loop).result(10)

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _serve(self) -> asyncio.Server:
        return await asyncio.start_server(self._line, "127.0.0.1", 0)

    async def _end(self) -> None:
        self._server.close()
        await self._cut()

    async def _cut(self) -> None:
        cut = list(self._lines)
        for task in cut:
            task.cancel()
        await asyncio.gather(*cut, return_exceptions=True)

    async def _line(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._lines.add(task)
        try:
            await self._carry(await _request(reader), reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # whoever called has hung up, or the network is taken away
        finally:
            self._lines.discard(task)
            writer.close()

    async def _carry(self, request: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        fault = self._struck(request.partition(b" ")[0].decode())
        kind, amount = (fault.kind, fault.amount) if fault else ("", 0.0)
        if kind == "black_hole":
            self.hanging.set()
            await reader.read()
            self.hanging.clear()
            return
        if kind == "latency":
            await asyncio.sleep(amount)
        if kind == "duplicate":
            _ = [chunk async for chunk in self._answer(request)]
        left = int(amount) if kind in ("reset", "truncate") else None
        async for chunk in self._answer(request):
            if kind == "half_open":
                continue
            writer.write(chunk if left is None else chunk[:left])
            await writer.drain()
            left = None if left is None else left - len(chunk)
            if left is not None and left <= 0:
                if kind == "reset":
                    _reset(writer)
                return
            if kind == "bandwidth":
                await asyncio.sleep(len(chunk) / amount)
        if kind in ("half_open", "slow_close"):
            await reader.read()

    def _struck(self, method: str) -> Fault | None:
        for fault in self.faults:
            if fault.method == method and fault.times > 0:
                if fault.after > 0:
                    fault.after -= 1
                    return None
                fault.times -= 1
                return fault
        return None

    async def _answer(self, request: bytes) -> AsyncIterator[bytes]:
        """The server's answer to one request, over a line of its own, as it comes."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._target)
        try:
            writer.write(request)
            await writer.drain()
            while chunk := await reader.read(4_096):
                yield chunk
        finally:
            writer.close()


async def _request(reader: asyncio.StreamReader) -> bytes:
    """One request, asking the server to hang up behind its answer."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    body = await reader.readexactly(int(length[1])) if length else b""
    head = re.sub(rb"(?i)\r\nconnection:[^\r]*", b"", head)
    return head.removesuffix(b"\r\n\r\n") + b"\r\nConnection: close\r\n\r\n" + body


def _reset(writer: asyncio.StreamWriter) -> None:
    line: socket.socket = writer.get_extra_info("socket")
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NOW)
    writer.transport.abort()
