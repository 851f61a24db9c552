"""Tokens for a user, a password and a location: dead after 15 minutes unused, and after a day (contract 2.2)."""

from __future__ import annotations

import json
import secrets
from datetime import datetime, timedelta

from rooftree.simulators.clock import Now
from rooftree.simulators.rent_manager.errors import AUTHENTICATION, RESET, bad_parameter, refused
from rooftree.simulators.wire import Request, Response, json_response

LOGIN = "/Authentication/AuthorizeUser"
IDLE, LIFETIME = timedelta(minutes=15), timedelta(hours=24)
_TOKEN_BYTES = 54


class Sessions:
    """The logins of one account. `must_reset` pretends that the office forced a new password on the user."""

    def __init__(self, credentials: dict[str, str], now: Now) -> None:
        self._credentials = credentials
        self._now = now
        self._tokens: dict[str, tuple[datetime, datetime]] = {}
        self.must_reset = False

    def login(self, request: Request) -> Response:
        """A quoted string of 108 characters."""
        try:
            given = json.loads(request.body)
            asked = (given["Username"], given["Password"], str(given.get("LocationID", 1)))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise bad_parameter("user", "Username and Password are required.") from None
        if self.must_reset:
            raise refused(500, RESET, "The password of this user must be reset.")
        if asked != tuple(self._credentials[name] for name in ("username", "password", "location_id")):
            raise refused(401, AUTHENTICATION, "The user name or password is incorrect.")
        token = secrets.token_hex(_TOKEN_BYTES)
        self._tokens[token] = (self._now(), self._now())
        return json_response(token)

    def check(self, request: Request) -> None:
        """Raises a 401 unless the call carries a living token, whose idle time begins anew."""
        token = request.headers.get("x-rm12api-apitoken")
        if not token:
            raise refused(401, AUTHENTICATION, "Missing ApiToken")
        now = self._now()
        made, used = self._tokens.get(token, (now - LIFETIME, now))
        if now - made >= LIFETIME or now - used >= IDLE:
            self._tokens.pop(token, None)
            raise refused(401, AUTHENTICATION, "The ApiToken could not be validated.")
        self._tokens[token] = (made, now)

    def end_all(self) -> None:
        """What any change of password or permission does."""
        self._tokens.clear()
