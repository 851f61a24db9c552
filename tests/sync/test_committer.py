from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest

from rooftree.errors import Unavailable
from rooftree.sync.committer import Committer


class Slow:
    """A commit that is held until `go` is set, so that others come meanwhile; refuses what it is told to."""

    def __init__(self, *, away: bool = False) -> None:
        self.batches: list[list[int]] = []
        self.go = threading.Event()
        self.away = away

    def __call__(self, items: Sequence[int]) -> list[int]:
        self.batches.append(list(items))
        assert self.go.wait(10)
        if self.away:
            raise Unavailable("The database is full.")
        if -1 in items:
            raise ValueError("that cannot be kept")
        return [item * 10 for item in items]


async def _all(commit: Slow, items: Sequence[int], hung_up: Sequence[int] = ()) -> list[object]:
    """What each caller gets; all but the first come while the first commit runs."""
    committer = Committer(commit)
    callers = [asyncio.create_task(committer.add(items[0]))]
    while not commit.batches:
        await asyncio.sleep(0)
    callers += [asyncio.create_task(committer.add(item)) for item in items[1:]]
    await asyncio.sleep(0)
    for index in hung_up:
        callers[index].cancel()
    assert not any(caller.done() for caller in callers if not caller.cancelling())
    commit.go.set()
    return list(await asyncio.gather(*callers, return_exceptions=True))


def test_what_comes_while_one_commit_runs_shares_the_next_and_each_gets_its_own_answer() -> None:
    commit = Slow()
    assert asyncio.run(_all(commit, range(1, 33))) == [item * 10 for item in range(1, 33)]
    assert commit.batches == [[1], list(range(2, 33))]


def test_a_database_that_is_away_acknowledges_nobody_and_is_asked_once() -> None:
    commit = Slow(away=True)
    answers = asyncio.run(_all(commit, [1, 2, 3]))
    assert [type(answer) for answer in answers] == [Unavailable] * 3
    assert commit.batches == [[1], [2, 3]]


def test_one_that_cannot_be_kept_spoils_it_for_no_other() -> None:
    answers = asyncio.run(_all(Slow(), [1, -1, 3]))
    assert (answers[0], answers[2]) == (10, 30)
    assert isinstance(answers[1], ValueError)


def test_a_caller_that_hung_up_holds_up_nobody_and_its_item_is_kept() -> None:
    commit = Slow()
    answers = asyncio.run(_all(commit, [1, 2, 3], hung_up=[1]))
    assert (answers[0], answers[2]) == (10, 30)
    assert commit.batches[1] == [2, 3]


def test_a_burst_has_an_upper_limit_for_one_commit() -> None:
    commit = Slow()
    assert asyncio.run(_all(commit, range(600))) == [item * 10 for item in range(600)]
    assert [len(batch) for batch in commit.batches] == [1, 256, 256, 87]


@pytest.mark.parametrize("count", [1, 5])
def test_it_goes_on_after_it_was_idle(count: int) -> None:
    commit = Slow()
    commit.go.set()

    async def twice() -> list[int]:
        committer = Committer(commit)
        return [await committer.add(item) for item in range(count)]

    assert asyncio.run(twice()) == [item * 10 for item in range(count)]
