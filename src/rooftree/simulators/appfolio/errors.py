"""How AppFolio says no (contract 5): code and message, the code mirroring the status."""

from __future__ import annotations

from rooftree.simulators.wire import Response, json_response


class Refusal(Exception):
    """A request AppFolio does not accept."""

    def __init__(self, status: int, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = headers or {}


def invalid(message: str) -> Refusal:
    """422: understood and refused; not to be sent again unchanged."""
    return Refusal(422, message)


def error_response(status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    """The body of every failure but some 404s, which have another."""
    if status == 404:
        return json_response({"status": 404, "error": "Not Found"}, 404, headers)
    return json_response({"code": status, "message": message}, status, headers)
