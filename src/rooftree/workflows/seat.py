"""The name a worker process goes by: unlike any other living one's, and the same again after a restart.

It is the machine's name and the lowest free seat, held by a lock on a small file in the home folder; the lock ends
with the process, so whoever starts next takes the seat over and goes on with what was left unfinished under it.
"""

from __future__ import annotations

import fcntl
import os
import platform
from pathlib import Path

from rooftree.errors import ConfigurationError

_SEATS = 64


class Seat:
    """A held name; `leave` gives it up."""

    def __init__(self, home: Path, name: str = "") -> None:
        """Take `name`, or the lowest free seat; raises ConfigurationError when it is taken by a living process."""
        folder = home / "workers"
        folder.mkdir(parents=True, exist_ok=True)
        names = [name] if name else [f"{platform.node()}-{number}" for number in range(1, _SEATS + 1)]
        for each in names:
            held = _hold(folder / f"{each}.lock")
            if held is not None:
                self.name, self._lock = each, held
                return
        raise ConfigurationError(f"A worker named {names[0]} runs already; set ROOFTREE_WORKER to another name.")

    def leave(self) -> None:
        os.close(self._lock)


def _hold(path: Path) -> int | None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor
