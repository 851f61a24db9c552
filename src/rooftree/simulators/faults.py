"""Faults on demand: what may go wrong on the way to a PMS and back, armed for chosen calls."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rooftree.simulators.wire import Request

KINDS: dict[str, str] = {
    "timeout_before_commit": "the call is lost; the client times out",
    "timeout_after_commit": "the call takes effect; the client times out",
    "late_commit": "the client times out; the call takes effect `seconds` later",
    "error_before_commit": "500, nothing happened",
    "error_after_commit": "500, although it took effect",
    "reset_before_commit": "connection reset, nothing happened",
    "reset_after_commit": "connection reset, although it took effect",
    "duplicate_delivery": "the call takes effect twice, as behind a retrying proxy",
    "throttle": "429; with Retry-After where `seconds` is given",
    "unavailable": "503",
    "truncated": "200 with half a body",
    "html": "an HTML page in place of the answer",
    "empty_page": "200 with no rows although there are some; totals stay true",
    "vanished": "200 with no rows and a total of none, as if all were deleted",
    "slow": "the answer takes `seconds`",
    "expired_key": "401 until cleared",
    "not_entitled": "403: the key is good and has no right to this",
    "read_only_key": "403 for every write, until cleared: the key may only read",
    "read_lag": "reads do not show writes younger than `seconds`, until cleared",
    "webhook_duplicate": "one delivery is sent twice",
    "webhook_reorder": "one delivery is sent after its successors",
    "webhook_drop": "one delivery is never sent",
}
STANDING = frozenset({"expired_key", "read_only_key", "read_lag"})
"""These last until cleared, whatever `times` says."""
WRITES_ONLY = frozenset(kind for kind in KINDS if kind.endswith("_commit")) | {"duplicate_delivery", "read_only_key"}
READS_ONLY = frozenset({"empty_page", "vanished", "read_lag"})


@dataclass(slots=True)
class Fault:
    """One armed fault; `times` counts down as it strikes, `after` as it lets matching calls pass."""

    kind: str
    method: str | None = None
    path: str | None = None
    times: int = 1
    after: int = 0
    seconds: float = 0.0
    struck: int = 0

    def matches(self, request: Request) -> bool:
        if self.method is not None and self.method != request.method:
            return False
        if self.method is None and self.kind in WRITES_ONLY and not request.writes:
            return False
        if self.method is None and self.kind in READS_ONLY and request.writes:
            return False
        return self.path is None or re.search(self.path, request.path) is not None


class Faults:
    """The armed faults of one simulator."""

    def __init__(self, meant: Callable[[Request], Request] = lambda request: request) -> None:
        self.armed: list[Fault] = []
        self._meant = meant
        """How a call counts: on a wire that only knows POST, a call that reads counts as the GET it means."""

    def arm(
        self,
        kind: str,
        *,
        method: str | None = None,
        path: str | None = None,
        times: int = 1,
        after: int = 0,
        seconds: float = 0.0,
    ) -> Fault:
        """Let `kind` strike the next `times` calls that match, once `after` of them went through.

        `path` is a regular expression searched in the request's path. Without `method`, kinds about commits strike
        writes only and kinds about reading strike reads only. Raises ValueError for a kind not in KINDS.
        """
        if kind not in KINDS:
            raise ValueError(f"unknown fault {kind!r}; known are: {', '.join(KINDS)}")
        fault = Fault(kind, method.upper() if method else None, path, times, after, seconds)
        self.armed.append(fault)
        return fault

    def clear(self, kind: str | None = None) -> None:
        """Disarm all faults, or those of one kind."""
        self.armed = [fault for fault in self.armed if kind is not None and fault.kind != kind]

    def take(self, request: Request) -> Fault | None:
        """The fault that strikes this request, if any; it is counted."""
        request = self._meant(request)
        return next(
            self._striking(
                fault
                for fault in self.armed
                if fault.kind != "read_lag" and not fault.kind.startswith("webhook_") and fault.matches(request)
            ),
            None,
        )

    def take_webhook(self) -> str | None:
        """The kind of fault that strikes the next webhook delivery, if any; it is counted."""
        fault = next(self._striking(fault for fault in self.armed if fault.kind.startswith("webhook_")), None)
        return fault.kind if fault else None

    def lag(self, request: Request) -> float:
        """How many seconds behind the truth this request reads."""
        request = self._meant(request)
        return max((f.seconds for f in self.armed if f.kind == "read_lag" and f.matches(request)), default=0.0)

    def _striking(self, matching: Iterator[Fault]) -> Iterator[Fault]:
        for fault in matching:
            if fault.after > 0:
                fault.after -= 1
            elif fault.kind in STANDING or fault.struck < fault.times:
                fault.struck += 1
                yield fault
                return


def parse(text: str) -> list[Fault]:
    """Faults from a command line: `kind:METHOD path:times:seconds` joined by commas, all but the kind optional.

    `timeout_after_commit:POST /v1/workorders:1,throttle:GET:3`. Raises ValueError naming the part it cannot read.
    """
    faults = Faults()
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        kind, target, times, seconds = (*part.split(":"), "", "", "")[:4]
        method, _, path = target.partition(" ")
        try:
            faults.arm(
                kind, method=method or None, path=path or None, times=int(times or 1), seconds=float(seconds or 0)
            )
        except ValueError as problem:
            raise ValueError(f"cannot read the fault {part!r}: {problem}") from problem
    return faults.armed
