"""How Rentvine says no: `{"error": "..."}`, or an object of messages by field where values are refused.

Which of the two comes when is not documented; the simulator uses both, so that a connector must read both.
"""

from __future__ import annotations

from rooftree.simulators.wire import Response, json_response


class Refusal(Exception):
    """A request Rentvine does not accept; `fields` are messages by field."""

    def __init__(self, status: int, message: str, fields: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.fields = fields or {}

    def response(self) -> Response:
        if self.fields:
            return json_response({field: [message] for field, message in self.fields.items()}, self.status)
        return error_response(self.status, self.message)


def invalid(**fields: str) -> Refusal:
    """400 that names each refused field."""
    return Refusal(400, "; ".join(f"{field}: {message}" for field, message in fields.items()), fields)


def missing(what: str) -> Refusal:
    return Refusal(404, f"{what} not found.")


def error_response(status: int, message: str) -> Response:
    return json_response({"error": message}, status)
