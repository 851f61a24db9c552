"""A key that must first be exchanged for a token: one for all threads, renewed before it dies, and once on 401."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from rooftree.clock import Clock
from rooftree.connectors.base import Answer, Session
from rooftree.errors import Unreadable


@dataclass(slots=True)
class _Token:
    text: str
    made: datetime
    used: datetime


class Tokens:
    """The token of one line. Threads that need a new one wait for the one that is fetching it."""

    def __init__(self, session: Session, exchange: Callable[[], Answer], clock: Clock) -> None:
        self._session = session
        self._exchange = exchange
        self._clock = clock
        self._lock = threading.Lock()
        self._token: _Token | None = None

    def __repr__(self) -> str:
        return "<Tokens>"

    def get(self) -> str:
        """The token to use now. Raises whatever the exchange raises, Unreadable for an answer without a token."""
        with self._lock:
            now = self._clock.now()
            if self._token is None or self._is_old(self._token, now):
                self._token = self._fetched(now)
            self._token.used = now
            return self._token.text

    def refused(self, text: str) -> None:
        """Forget the token called `text`, unless another thread has renewed it meanwhile."""
        with self._lock:
            if self._token is not None and self._token.text == text:
                self._token = None

    def known(self) -> tuple[str, ...]:
        """What must be masked."""
        token = self._token
        return (token.text,) if token else ()

    def _is_old(self, token: _Token, now: datetime) -> bool:
        idle, age = (now - token.used).total_seconds(), (now - token.made).total_seconds()
        return idle >= self._session.idle or age >= self._session.lifetime

    def _fetched(self, now: datetime) -> _Token:
        text = self._session.token_of(self._exchange())
        if not text:
            raise Unreadable("The PMS took the key and answered without a token.")
        return _Token(text, now, now)


def with_token(credentials: Mapping[str, str], token: str | None) -> Mapping[str, str]:
    """The credentials as `sign` gets them: the token stands beside them as `session`."""
    return credentials if token is None else {**credentials, "session": token}
