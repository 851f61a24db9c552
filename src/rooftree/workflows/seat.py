"""The name a worker process goes by: unlike any other living one's, and the same again after a restart.

It is the machine's name and the lowest free seat, held by a lock on a small file in the home folder; the lock ends
with the process, so whoever starts next takes the seat over and goes on with what was left unfinished under it.
"""

from __future__ import annotations

import fcntl
import platform
from pathlib import Path
from typing import IO

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
                self.name, self._file = each, held
                return
        raise ConfigurationError(f"A worker named {names[0]} runs already; set ROOFTREE_WORKER to another name.")

    def leave(self) -> None:
        self._file.close()


def _hold(path: Path) -> IO[str] | None:
    file = path.open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file
