"""Our errors as RFC 9457 problem documents: what was wrong, where, and what to do."""

from __future__ import annotations

from typing import Any

from rooftree import errors

_STATUS: tuple[tuple[type[errors.RooftreeError], int, str], ...] = (
    (errors.InvalidInput, 422, "The input cannot be used"),
    (errors.Stale, 412, "Changed since you read it"),
    (errors.UnderWay, 409, "Being carried out"),
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


def document(error: Exception) -> dict[str, Any]:
    """The problem an error of ours stands for; `status` is the HTTP status it has over REST."""
    for kind, status, title in _STATUS:
        if isinstance(error, kind):
            where = getattr(error, "path", "") or getattr(error, "field", "")
            told = {"field": where, "pms_request_id": getattr(error, "request_id", None)}
            known = {key: value for key, value in told.items() if value}
            return {"type": "about:blank", "title": title, "status": status, "detail": str(error), **known}
    title, detail = "Something went wrong on our side", "It was logged; please try again."
    return {"type": "about:blank", "title": title, "status": 500, "detail": detail}
