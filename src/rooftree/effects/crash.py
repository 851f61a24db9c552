"""Places where a process may be told to die, so that a test can show nothing is lost or doubled there.

Set `ROOFTREE_CRASH_AT` to a label (or `label#2` for the second time it is passed) and the process ends there as
`kill -9` would end it: no clean-up, no buffers written. Unset, a point costs one look into the environment.
"""

from __future__ import annotations

import os
from collections import Counter

EXIT_STATUS = 137
VARIABLE = "ROOFTREE_CRASH_AT"
POINTS: dict[str, str] = {
    "push.asked": "nothing is written yet",
    "push.opened": "the push is durable, no call is prepared",
    "push.looked": "the record was read, the next call is not prepared",
    "effect.asked": "the call is known, its row is not written",
    "effect.prepared": "the row is durable, nobody holds the lease",
    "effect.leased": "the lease is held, nothing is sent",
    "effect.sent": "SENT is durable, the call has not begun",
    "effect.called": "the call came back, its end is not written",
    "effect.confirmed": "CONFIRMED is durable, nothing is read back",
    "effect.unknown": "UNKNOWN is durable, nothing is searched",
    "effect.searched": "the search came back, nothing is decided",
    "effect.ended": "a decision is durable, the lease still stands",
    "push.compared": "the read-back was compared, nothing is written of it",
    "push.verified": "VERIFIED is durable, the caller was not told",
}
_passed: Counter[str] = Counter()


def point(label: str) -> None:
    """Die here when the environment says so."""
    wanted = os.environ.get(VARIABLE)
    if not wanted:
        return
    _passed[label] += 1
    name, _, time = wanted.partition("#")
    if name == label and _passed[label] == int(time or 1):
        os._exit(EXIT_STATUS)
