"""The pick lists of one connection: kept for a while, and read again for a word that they lack."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

from rooftree import log
from rooftree.clock import Clock
from rooftree.connectors.base import Context
from rooftree.errors import ConnectorError

_logger = log.get("sync.picks")
_LAST = timedelta(minutes=15)
"""Lists older than this are read again at the next opening, and a word they lacked may be asked for again."""
_APART = timedelta(minutes=1)
"""However many words are unknown, the lists are read again no oftener than this."""

Lists = Mapping[str, Mapping[str, str]]


class PickLists(Mapping[str, Mapping[str, str]]):
    """List name -> {word: wire id}, as mappings look words up; each look in vain is noted.

    `renew` then reads the lists again, unless a word that was asked for before is all that is missing: one that the
    PMS itself lacks costs one reading and not one per record.
    """

    def __init__(self, read: Callable[[], Lists], clock: Clock) -> None:
        """Reads the lists; raises ConnectorError where they cannot be read."""
        self._read = read
        self._clock = clock
        self._lock = threading.Lock()
        self._missed: set[tuple[str, str]] = set()
        self._in_vain: set[tuple[str, str]] = set()
        self._lists, self._read_at = read(), clock.now()
        self._asked_at: datetime | None = None

    def __getitem__(self, name: str) -> Mapping[str, str]:
        return _PickList(self._lists[name], lambda word: self._missed.add((name, word)))

    def __iter__(self) -> Iterator[str]:
        return iter(self._lists)

    def __len__(self) -> int:
        return len(self._lists)

    def refresh(self) -> None:
        """Read them again when they are a quarter of an hour old; raises ConnectorError."""
        now = self._clock.now()
        if now - self._read_at > _LAST:
            self._lists, self._read_at = self._read(), now
            self._in_vain.clear()

    def renew(self) -> bool:
        """Read them again for words looked for in vain; True where that was done and another look is worth it."""
        with self._lock:
            new, self._missed = self._missed - self._in_vain, set()
            now = self._clock.now()
            if not new or (self._asked_at is not None and now - self._asked_at < _APART):
                return False
            self._in_vain |= new
            self._asked_at = now
            try:
                self._lists, self._read_at = self._read(), now
            except ConnectorError as error:
                _logger.warning("pick lists could not be read again", kind=type(error).__name__, status=error.status)
                return False
            return True


class _PickList(Mapping[str, str]):
    """One list; every look for a word it lacks is told. Whoever goes through all words looks for none."""

    def __init__(self, words: Mapping[str, str], missed: Callable[[str], object]) -> None:
        self._words = words
        self._missed = missed

    def __getitem__(self, word: str) -> str:
        if word not in self._words:
            self._missed(word)
        return self._words[word]

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)


def renewed(context: Context) -> bool:
    """Whether the pick lists were read again just now, for a word that the last mapping looked for in vain."""
    return isinstance(context.picks, PickLists) and context.picks.renew()
