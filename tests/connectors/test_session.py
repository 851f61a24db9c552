"""A token is fetched once for all threads, renewed before it is too old, and once after a refusal."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from rooftree.clock import ManualClock
from rooftree.connectors.base import Answer, Request, Session
from rooftree.connectors.session import Tokens
from rooftree.errors import Unreadable

SESSION = Session(
    exchange=lambda _credentials: Request(method="POST", path="/login"),
    token_of=lambda answer: answer.data,
    idle=780.0,
    lifetime=80_000.0,
)


class Counter:
    """Hands out token-1, token-2, ..."""

    def __init__(self, answer: str = "token") -> None:
        self.calls = 0
        self.answer = answer

    def __call__(self) -> Answer:
        self.calls += 1
        return Answer(status=200, headers={}, body=b"", data=self.answer and f"{self.answer}-{self.calls}")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 1, 15, 16, 0, tzinfo=UTC))


def test_many_threads_ask_for_one_token(clock: ManualClock) -> None:
    fetch, barrier = Counter(), threading.Barrier(8)
    tokens = Tokens(SESSION, fetch, clock)

    def ask(_n: int) -> str:
        barrier.wait()
        return tokens.get()

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(ask, range(8))) == {"token-1"}
    assert fetch.calls == 1


def test_threads_refused_with_one_token_renew_it_once(clock: ManualClock) -> None:
    tokens = Tokens(SESSION, Counter(), clock)
    old = tokens.get()
    tokens.refused(old)
    assert tokens.get() == "token-2"
    tokens.refused(old)
    assert tokens.get() == "token-2"


def test_a_token_in_use_lives_and_an_idle_one_is_renewed(clock: ManualClock) -> None:
    tokens = Tokens(SESSION, Counter(), clock)
    for _ in range(3):
        assert tokens.get() == "token-1"
        clock.advance(700)
    assert tokens.get() == "token-1"
    clock.advance(780)
    assert tokens.get() == "token-2"


def test_even_a_token_in_use_ends_with_its_day(clock: ManualClock) -> None:
    tokens = Tokens(SESSION, Counter(), clock)
    seen = []
    for _ in range(120):
        seen.append(tokens.get())
        clock.advance(700)
    assert len(set(seen)) == 2


def test_an_answer_without_a_token_is_unreadable(clock: ManualClock) -> None:
    with pytest.raises(Unreadable):
        Tokens(SESSION, Counter(""), clock).get()
