"""Which endpoints a connection really calls: counted by method and path without ids, or by SOAP operation.

Nothing of a record is in it: a part of a path that is no plain word is written `{id}`, parameters and bodies are left
out.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from rooftree.connectors.base import Request

_WORD = re.compile(r"(?:[A-Za-z][A-Za-z_.-]{0,48}|v\d{1,2})\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """How one endpoint was used since the last `drain`; `failed` are answers that were no 2xx."""

    endpoint: str
    calls: int = 0
    failed: int = 0
    last_status: int | None = None
    tls: str | None = None
    last_at: datetime


class Traffic:
    """The calls of one connection, counted by all its threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._uses: dict[str, Use] = {}
        self.written: int | None = None
        """The status of the last call that could change something."""

    def note(self, request: Request, status: int, at: datetime, tls: str | None = None) -> None:
        """One answer came."""
        name = endpoint(request)
        with self._lock:
            known = self._uses.get(name) or Use(endpoint=name, last_at=at)
            failed = known.failed + (not 200 <= status < 300)
            self._uses[name] = replace(
                known, calls=known.calls + 1, failed=failed, last_status=status, tls=tls, last_at=at
            )
            if request.method not in ("GET", "HEAD") and not request.reads:
                self.written = status

    def drain(self) -> list[Use]:
        """What was counted since the last time."""
        with self._lock:
            drained, self._uses = list(self._uses.values()), {}
        return drained


def endpoint(request: Request) -> str:
    """`"GET /v1/tasks/{id}"` of a call, `"SOAP GetUnits"` or `"POST /leases getLeases"` where the body names it."""
    if request.call is not None and hasattr(request.call, "operation"):
        return f"SOAP {request.call.operation}"
    parts = urlsplit(request.path)
    if parts.scheme:
        return f"{request.method} (a file's own address)"
    path = "/".join(part if not part or _WORD.match(part) else "{id}" for part in parts.path.split("/"))
    return f"{request.method} {path}{_named_in_body(request)}"


def _named_in_body(request: Request) -> str:
    """Entrata names the method in the body: `{"method": {"name": "getLeases"}}`."""
    method = request.json.get("method") if isinstance(request.json, dict) else None
    name = method.get("name") if isinstance(method, dict) else None
    return f" {name}" if isinstance(name, str) and _WORD.match(name) else ""
