"""How fresh each kind of record is to be, and what the PMS's call budget allows: arithmetic, no calls.

A reading of one kind costs calls; its target says how old the mirror may be at worst: the time between two readings,
that of one reading, and that until a worker looks, together. The budget is dealt out in order of heat: what people wait
for first. What does not fit is read as often as the rest of the budget allows, and the sum is said. What is cheap is
read more often than its target asks, and ever less often the longer nothing changes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from rooftree.connectors.base import Budget, Connector, Resource
from rooftree.connectors.budget import BACKFILL_SHARE
from rooftree.errors import InvalidInput
from rooftree.model.names import RECORDS, plural
from rooftree.store.cursors import Cursor
from rooftree.sync.source import parents_first

OPTION = "freshness"
"""The connection's setting that overrides targets: `work_order=60 vendor=3600`, in seconds."""
NIGHTLY = 86_400.0
TARGETS: Mapping[str, float] = {
    **dict.fromkeys(("work_order", "lead", "guest_card"), 120.0),
    **dict.fromkeys(("unit", "resident"), 900.0),
}
"""Seconds by record; whatever is not named is read by the night."""
_LEAST, _MOST = 30.0, 7 * NIGHTLY
_EAGER = 900.0
"""No kind is read more often than this beyond what its target asks."""
_EAGER_SHARE = 0.05
"""The part of the budget that one kind may take to be fresher than its target asks."""
_QUIET = 0.1
"""Read again after so much of the time for which nothing has changed."""
_LOOK, _LOOK_MOST = 0.1, 120.0
"""The part of a target, and the most seconds, that may pass until a worker looks what is due."""
_KEPT = 0.1
"""The part of the budget left for colder kinds, so that none is never read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One kind of record: how old it may be, and what a reading costs."""

    record: str
    target: float
    """Seconds."""
    calls: int
    under: str = ""
    """What it is listed under, in words: "100 properties"; empty where it is one list, or under one."""
    quiet: float | None = None
    """Seconds for which nothing has changed; None where that is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """How often a kind is read; `lag` is its age at worst, so that `met` says whether that is within the target."""

    record: str
    target: float
    calls: int
    every: float
    lag: float
    met: bool
    why: str = ""
    """The arithmetic, where the target cannot be met."""


def targets(said: str) -> dict[str, float]:
    """The targets in force, with what a connection's setting overrides; raises InvalidInput saying what is wrong."""
    found = {name: TARGETS.get(name, NIGHTLY) for name in RECORDS}
    for part in said.split():
        name, _, number = part.partition("=")
        if name not in RECORDS:
            raise InvalidInput(f"There is no record called {name!r} in {part!r}.", path="value")
        try:
            seconds = float(number)
        except ValueError:
            raise InvalidInput(f"{part!r} needs seconds, as in work_order=60.", path="value") from None
        if not _LEAST <= seconds <= _MOST:
            raise InvalidInput(f"{part!r} must be between {_LEAST:g} and {_MOST:g} seconds.", path="value")
        found[name] = seconds
    return found


def rate(budget: Budget) -> float:
    """Calls a second that reading in the background may spend for ever, in the narrowest of the budget's windows."""
    windows = ((budget.calls, budget.seconds), *budget.longer)
    return min(calls / seconds for calls, seconds in windows) * BACKFILL_SHARE


def needs(
    connector: Connector,
    wanted: Mapping[str, float],
    counts: Mapping[str, int],
    cursors: Mapping[str, Cursor],
    now: datetime,
) -> list[Need]:
    """What each kind that can be listed costs, from how many there are and, where known, from its last full reading."""
    return [_need(connector, row, wanted[row.name], counts, cursors, now) for row in parents_first(connector.resources)]


def _need(
    connector: Connector,
    row: Resource[Any],
    target: float,
    counts: Mapping[str, int],
    cursors: Mapping[str, Cursor],
    now: datetime,
) -> Need:
    cursor = cursors.get(row.name)
    parents = max(counts.get(row.parent, 0), 1) if row.parent else 1
    each = 1 if row.changes_by == "since" else math.ceil(counts.get(row.name, 0) / parents / _page(connector))
    calls = parents * max(each, 1)
    if row.changes_by == "full" and cursor is not None and cursor.full_at and cursor.scan is None:
        calls = max(cursor.pages, 1)
    return Need(
        record=row.name,
        target=target,
        calls=calls,
        under=f"{parents:,} {plural(row.parent)}" if row.parent and parents > 1 else "",
        quiet=(now - cursor.watermark).total_seconds() if cursor and cursor.watermark else None,
    )


def _page(connector: Connector) -> int:
    return max(connector.manifest.page_size, 1)


def plan(needs: Sequence[Need], rate: float) -> list[Planned]:
    """Deal out `rate` calls a second, hottest first; one kind after the other in the order of heat.

    All readings together never ask for more than `rate`.
    """
    hottest_first = sorted(needs, key=lambda need: (need.target, need.calls))
    left, found = rate, []
    for position, need in enumerate(hottest_first):
        planned = _planned(need, rate, left, last=position == len(needs) - 1)
        left -= planned.calls / planned.every
        found.append(planned)
    return _more_often(hottest_first, found, rate, left)


def _planned(need: Need, rate: float, left: float, *, last: bool) -> Planned:
    takes = need.calls / rate
    within = need.target - _look(need)
    every = max(within - takes, takes)
    most = left if last else left - rate * _KEPT
    fits = need.calls / every <= most and every + takes <= within
    if not fits:
        every = max(need.calls / (left if last else left / 2), takes)
    lag = every + takes + _look(need)
    why = "" if fits else _arithmetic(need, rate, left, every)
    return Planned(record=need.record, target=need.target, calls=need.calls, every=every, lag=lag, met=fits, why=why)


def _look(need: Need) -> float:
    return min(need.target * _LOOK, _LOOK_MOST)


def _more_often(needs: Sequence[Need], found: Sequence[Planned], rate: float, left: float) -> list[Planned]:
    """What is cheap and not quiet is read more often than its target asks, while the budget lasts."""
    done = []
    for need, planned in zip(needs, found, strict=True):
        takes = need.calls / rate
        wished = max(min(_EAGER, need.target / 2), takes / _EAGER_SHARE, (need.quiet or 0.0) * _QUIET)
        more = need.calls / wished - planned.calls / planned.every
        if planned.met and 0 < more <= left:
            left -= more
            planned = replace(planned, every=wished, lag=wished + takes + _look(need))
        done.append(planned)
    return done


def _arithmetic(need: Need, rate: float, left: float, every: float) -> str:
    whole, part = rate * 60, left * 60
    allowed = f"the budget of {whole:,.4g} calls a minute"
    if part < whole * 0.995:
        allowed += f", of which hotter records leave {part:,.4g},"
    of = f" of {need.under}" if need.under else ""
    return (
        f"{plural(need.record).capitalize()}{of} need {need.calls:,} call{'s' if need.calls > 1 else ''} per "
        f"reading; {allowed} allows one reading each {span(every)}."
    )


def due(plan: Sequence[Planned], cursors: Mapping[str, Cursor], now: datetime, pace: float = 1.0) -> list[str]:
    """What is to be read now, hottest first; a reading that was cut off goes on, a failed one waits its turn."""
    return [each.record for each in plan if _due_at(each, cursors.get(each.record), now, pace) <= now]


def _due_at(planned: Planned, cursor: Cursor | None, now: datetime, pace: float) -> datetime:
    if cursor is None or cursor.started_at is None:
        failed = cursor.last_error_at if cursor else None
        return failed + timedelta(seconds=min(planned.every, 60.0) * pace) if failed else now
    if cursor.last_error_at:  # a new scan forgets it
        return cursor.last_error_at + timedelta(seconds=min(planned.every, 60.0) * pace)
    return now if cursor.scan else cursor.started_at + timedelta(seconds=planned.every * pace)


def span(seconds: float) -> str:
    """Seconds as people say them: "90 s", "94 minutes", "3.5 hours", "2 days"; never rounded down."""
    if seconds < 120:
        return f"{math.ceil(seconds)} s"
    if seconds < 7_200:
        return f"{math.ceil(seconds / 60)} minutes"
    unit, words = (3_600, "hours") if seconds < 172_800 else (86_400, "days")
    return f"{math.ceil(seconds / unit * 10) / 10:g} {words}"
