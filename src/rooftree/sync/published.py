"""What a PMS publishes to check its webhooks by (a key set): read through the guarded line, kept in memory."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from rooftree.connectors.base import Connector, Wire
from rooftree.errors import ConnectorError, Unavailable

LASTS = timedelta(hours=24)
LEAST_PAUSE = timedelta(seconds=60)
"""Between two readings, so that forged deliveries cannot make us ask a PMS again and again."""


class Published:
    """The key set of one connection; readings are one at a time."""

    def __init__(self, connector: Connector, wire: Callable[[], Wire]) -> None:
        self._connector = connector
        self._wire = wire
        self._lock = threading.Lock()
        self._keys: Sequence[str] | None = None
        self._read_at: datetime | None = None
        self._tried_at: datetime | None = None

    def at(self, now: datetime, *, fresh: bool = False) -> Sequence[str]:
        """The keys as read within a day; with `fresh` read anew, but not twice within a minute.

        Keys that cannot be read anew stay good. Raises Unavailable where there are none at all.
        """
        if self._connector.published_keys is None:
            return ()
        with self._lock:
            stale = self._read_at is None or now - self._read_at > LASTS
            paused = self._tried_at is not None and now - self._tried_at < LEAST_PAUSE
            if (fresh or stale) and not paused:
                self._read(now)
            if self._keys is None:
                raise Unavailable(f"The keys of {self._connector.manifest.title}'s webhooks cannot be read just now.")
            return self._keys

    def _read(self, now: datetime) -> None:
        assert self._connector.published_keys is not None
        self._tried_at = now
        try:
            self._keys, self._read_at = self._connector.published_keys(self._wire()), now
        except ConnectorError:
            return  # the line has logged it; what was read before stays good
