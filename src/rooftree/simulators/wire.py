"""One HTTP request and its answer as plain values, so that a pretend PMS is a function from one to the other."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

Record: TypeAlias = dict[str, Any]


class Hang(Exception):
    """The answer never comes: the client's read timeout decides."""


class Reset(Exception):
    """The connection is torn down instead of an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What came in; header names are lower case, `base` is scheme and host as the client sees them."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    client: str = ""
    base: str = ""

    @property
    def params(self) -> list[tuple[str, str]]:
        """The query as pairs in the order given; repeated names stay repeated."""
        return parse_qsl(self.query, keep_blank_values=True)

    @property
    def writes(self) -> bool:
        return self.method not in ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What goes out; `delay` is how many seconds the client must wait for it."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    delay: float = 0.0


Handler: TypeAlias = Callable[[Request], Response]


def json_response(data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """`data` as UTF-8 JSON with its Content-Type."""
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(
        status=status, headers={"content-type": "application/json; charset=utf-8", **(headers or {})}, body=body
    )
