"""Our errors as RFC 9457 problem+json: what was wrong, where, and what to do."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from rooftree import errors

_STATUS: tuple[tuple[type[errors.RooftreeError], int, str], ...] = (
    (errors.InvalidInput, 422, "The input cannot be used"),
    (errors.NotAllowed, 404, "Not found"),
    (errors.Refused, 409, "Refused by policy"),
    (errors.FairHousingBlock, 409, "Stopped by the fair-housing guard"),
    (errors.Unsupported, 501, "This property system does not offer it"),
    (errors.WebhookRefused, 403, "Webhook refused"),
    (errors.Unavailable, 503, "Cannot store just now"),
    (errors.RateLimited, 503, "The property system asks us to wait"),
    (errors.Unauthorized, 502, "The property system refused our key"),
    (errors.NotFound, 404, "Not in the property system"),
    (errors.Conflict, 409, "Changed underneath"),
    (errors.Rejected, 422, "The property system refused the data"),
    (errors.ConnectorError, 502, "The property system did not answer as expected"),
)


def problem(status: int, title: str, detail: str, *, headers: dict[str, str] | None = None, **more: Any) -> Response:
    """One problem document."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    known = {key: value for key, value in body.items() if value is not None}
    return JSONResponse(known, status, headers=headers, media_type="application/problem+json")


def of_error(_request: Request, error: Exception) -> Response:
    """The problem an error of ours stands for."""
    for kind, status, title in _STATUS:
        if isinstance(error, kind):
            wait = getattr(error, "retry_after", None)
            headers = {"retry-after": str(max(1, round(wait)))} if wait else None
            where = getattr(error, "path", "") or getattr(error, "field", "") or None
            request_id = getattr(error, "request_id", None)
            return problem(status, title, str(error), headers=headers, field=where, pms_request_id=request_id)
    return problem(500, "Something went wrong on our side", "It was logged; please try again.")
