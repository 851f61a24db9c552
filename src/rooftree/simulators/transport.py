"""Driving a simulator in process: a sync httpx2 transport that signals timeouts without waiting for them."""

from __future__ import annotations

import httpx2

from rooftree.simulators.kit import Simulator
from rooftree.simulators.wire import Hang, Request, Reset


class InProcess(httpx2.BaseTransport):
    """`httpx2.Client(transport=InProcess(simulator), base_url=...)`; any host reaches the simulator."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Raises ReadTimeout for a hang or an answer later than the client's read timeout, ReadError for a reset."""
        try:
            response = self._simulator.handle(_plain(request))
        except Hang as hang:
            raise httpx2.ReadTimeout("the simulator did not answer", request=request) from hang
        except Reset as reset:
            raise httpx2.ReadError("the simulator reset the connection", request=request) from reset
        patience = request.extensions.get("timeout", {}).get("read")
        if patience is not None and response.delay > patience:
            raise httpx2.ReadTimeout("the simulator answers too late", request=request)
        headers = {**response.headers, "content-length": str(len(response.body))}
        return httpx2.Response(response.status, headers=headers, content=response.body, request=request)


def _plain(request: httpx2.Request) -> Request:
    return Request(
        method=request.method,
        path=request.url.path,
        query=request.url.query.decode("latin-1"),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=request.read(),
        client="127.0.0.1",
        base=f"{request.url.scheme}://{request.url.netloc.decode('ascii')}",
    )
