"""How Buildium says no: one body for every failure, and the exception that carries it."""

from __future__ import annotations

from collections.abc import Sequence

from rooftree.simulators.wire import Response, json_response


class Refusal(Exception):
    """A request Buildium does not accept; `fields` are pairs of key and message."""

    def __init__(self, status: int, message: str, fields: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.fields = fields


def invalid(*fields: tuple[str, str]) -> Refusal:
    """422: the data could not be used; each field with its message."""
    return Refusal(422, "The request data could not be used to fulfill the request.", fields)


def missing(what: str) -> Refusal:
    """404 for a record."""
    return Refusal(404, f"No {what} found with the id.")


def error_response(status: int, message: str, fields: Sequence[tuple[str, str]] = ()) -> Response:
    """The documented error body; ErrorCode is null in every live error seen."""
    errors = [{"Key": key, "Value": value} for key, value in fields]
    return json_response({"UserMessage": message, "ErrorCode": None, "Errors": errors}, status)
