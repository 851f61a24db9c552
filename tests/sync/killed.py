"""A process that backfills a pretend PMS and dies where ROOFTREE_CRASH_AT says.

`python -m tests.sync.killed <database URL> <file that counts reads>`
"""

from __future__ import annotations

import os
import sys

from tests.sync.pretend import PretendPms, connector, units

from rooftree.clock import SystemClock
from rooftree.db import Database
from rooftree.sealed import RootKey
from rooftree.store import connections
from rooftree.store.keys import Keys
from rooftree.sync import pull
from rooftree.sync.source import open_source

UNITS = 45
KEY = b"rooftree test key: 32 bytes long"


def main(url: str, log: str) -> None:
    """Backfill; each read of the PMS leaves a byte in `log`, which outlives the process."""
    database = Database(url)
    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    pms = PretendPms(
        tables={"units": units(UNITS)}, before_read=lambda _path, _n: (os.write(descriptor, b"."), None)[1]
    )
    with database.read() as conn:
        connection = connections.listed(conn)[0]
    source = open_source(database, Keys(RootKey(KEY)), connection, connector(pms), pms, SystemClock())
    pull.backfill(source, ["unit"])


if __name__ == "__main__":
    main(*sys.argv[1:])
