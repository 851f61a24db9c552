"""Group commit: what many callers bring while one commit runs goes into the next, and shares its fsync."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from starlette.concurrency import run_in_threadpool

from rooftree.errors import Unavailable

T = TypeVar("T")
R = TypeVar("R")
_MOST = 256
"""Items in one commit, so that no burst holds the database for long."""


class Committer(Generic[T, R]):
    """One commit at a time, in a thread; a caller goes on when the commit that held its item is durable.

    `commit` makes all items durable or none, and returns one result each. A lone caller waits for nobody.
    """

    def __init__(self, commit: Callable[[Sequence[T]], Sequence[R]]) -> None:
        self._commit = commit
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._running: asyncio.Task[None] | None = None

    async def add(self, item: T) -> R:
        """The item's result, once durable; raises what the commit raised, and then nothing was stored."""
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._running is None:
            self._running = asyncio.create_task(self._drain())
        return await future

    async def _drain(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
            await self._settle(batch)
        self._running = None

    async def _settle(self, batch: list[tuple[T, asyncio.Future[R]]]) -> None:
        try:
            results = await run_in_threadpool(self._commit, [item for item, _ in batch])
        except Exception as error:  # noqa: BLE001 - whoever waits gets it; the next batch must go on
            await self._failed(batch, error)
            return
        for (_, future), result in zip(batch, results, strict=True):
            if not future.done():  # its caller may have hung up meanwhile
                future.set_result(result)

    async def _failed(self, batch: list[tuple[T, asyncio.Future[R]]], error: Exception) -> None:
        """A database that is away fails all; anything else may be one item's fault, so each is tried alone."""
        if len(batch) > 1 and not isinstance(error, Unavailable):
            for each in batch:
                await self._settle([each])
            return
        for _, future in batch:
            if not future.done():
                future.set_exception(error)
