"""The four error shapes of WAPI12 (contract 2.6)."""

from __future__ import annotations

from rooftree.simulators.wire import Response, json_response

_HRESULT = -2146233088
AUTHENTICATION = "ApiAuthenticationException"
PRIVILEGE = "InsufficientPrivilegeException"
RESET = "AuthenticationForcePasswordResetException"
CONCURRENCY = "ConcurrencyException"
VALIDATION = "ValidationException"


class Refusal(Exception):
    """An answer that is no success."""

    def __init__(self, response: Response, message: str = "") -> None:
        super().__init__(message)
        self.response = response


def error_model(status: int, exception: str, message: str) -> Response:
    """Shape 1: branch on `Exception` and the status; `ErrorCode` is a .NET HRESULT."""
    body = {
        "DeveloperMessage": message,
        "UserMessage": message,
        "ErrorCode": _HRESULT,
        "Exception": exception,
        "MoreInfoUri": "",
    }
    return json_response(body, status)


def refused(status: int, exception: str, message: str) -> Refusal:
    return Refusal(error_model(status, exception, message), message)


def no_route(path: str) -> Refusal:
    """Shape 2."""
    text = f"No HTTP resource was found that matches the request URI '{path}'."
    return Refusal(json_response({"Message": text}, 404), text)


def bad_parameter(name: str, problem: str) -> Refusal:
    """Shape 3."""
    body = {"Message": "The request is invalid.", "ModelState": {name: [problem]}}
    return Refusal(json_response(body, 400), problem)


def no_such_id() -> Refusal:
    """Shape 4: an empty body."""
    return Refusal(Response(status=404), "there is no such record")
