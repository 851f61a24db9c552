"""Problem documents as answers (application/problem+json)."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from rooftree.operations.problems import document


def problem(status: int, title: str, detail: str, *, headers: dict[str, str] | None = None, **more: Any) -> Response:
    """One problem document."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return JSONResponse(body, status, headers=headers, media_type="application/problem+json")


def of_error(_request: Request, error: Exception) -> Response:
    """The problem an error of ours stands for."""
    body, wait = document(error), getattr(error, "retry_after", None)
    headers = {"retry-after": str(max(1, round(wait)))} if wait else None
    return JSONResponse(body, body["status"], headers=headers, media_type="application/problem+json")
