"""What time it is at a PMS: its `Date` headers are read as its answers pass, for its clock is never ours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from rooftree.clock import Clock
from rooftree.connectors.base import Answer, Request, Wire

_GRAIN = timedelta(seconds=2)
_FRESH = timedelta(minutes=10)
_offsets: dict[str, tuple[timedelta, datetime]] = {}
"""Connection -> (their clock minus ours, when measured); a measurement, not state: lost, it is taken again."""


class Listening:
    """A wire that notes the PMS's clock as answers pass."""

    def __init__(self, wire: Wire, connection_id: str, clock: Clock) -> None:
        self._wire = wire
        self._connection_id = connection_id
        self._clock = clock

    @property
    def options(self) -> Mapping[str, str]:
        return self._wire.options

    def read(self, request: Request) -> Answer:
        answer = self._wire.read(request)
        self.note(answer)
        return answer

    def note(self, answer: Answer) -> None:
        """Take the PMS's time from an answer, where it tells any."""
        header = answer.headers.get("date")
        if not header:
            return
        now = self._clock.now()
        try:
            theirs = parsedate_to_datetime(header)
        except ValueError:
            return  # a Date that is none tells nothing
        _offsets[self._connection_id] = ((theirs.replace(tzinfo=theirs.tzinfo or UTC)) - now, now)

    def since(self) -> datetime | None:
        """A moment by the PMS's clock that is surely before the next call; None when its clock is not known."""
        offset, measured = _offsets.get(self._connection_id, (timedelta(), None))
        now = self._clock.now()
        if measured is None or not timedelta() <= now - measured <= _FRESH:
            return None
        return now + offset - _GRAIN
