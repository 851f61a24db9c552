"""Runs a write verb's call; only `sync/push.py` may import this module."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, cast

from rooftree.connectors.base import Answer, Manifest, Request, Send, Wire


class WritableWire(Wire, Protocol):
    """The same line for changing the PMS; the kit's wire is one, and a connector never sees this side of it."""

    def write(self, request: Request, *, timeout: float) -> Answer:
        """One call, made once, never retried; raises as `read` does."""
        ...


def run(wire: Wire, send: Send, manifest: Manifest) -> Answer:
    """Make the call of one Send, once, waiting longer for the answer than the PMS itself works on it.

    Raises Rejected, NotFound or Unauthorized when it certainly did nothing, RateLimited when the PMS refused it
    before doing anything, Conflict, Unreachable or Unreadable when nobody knows.
    """
    if isinstance(send.request, Request):
        return cast("WritableWire", wire).write(send.request, timeout=manifest.write_timeout)
    return send.request(_Once(cast("WritableWire", wire), manifest.write_timeout))


class _Once:
    """The line as a connector's own function gets it: reads may be repeated, whatever may change is made once."""

    def __init__(self, wire: WritableWire, timeout: float) -> None:
        self._wire = wire
        self._timeout = timeout

    @property
    def options(self) -> Mapping[str, str]:
        return self._wire.options

    def read(self, request: Request) -> Answer:
        if request.method == "GET" or request.reads:
            return self._wire.read(request)
        return self._wire.write(request, timeout=self._timeout)
