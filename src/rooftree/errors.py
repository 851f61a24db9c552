"""Exceptions whose type is the instruction: retry, wait, re-authorize, re-read, ask a human, give up.

RooftreeError
├─ ConfigurationError      stop at start-up; never swallowed
├─ ConnectorError          a PMS call failed
│  ├─ Unreachable          network, timeout, 5xx: a read is retried, a write becomes UNKNOWN
│  ├─ RateLimited          wait `retry_after` seconds
│  ├─ Unauthorized         the credential is refused: the connection asks a human
│  │  └─ Unlicensed        for this one call only: the others go on
│  ├─ NotFound, Conflict   gone or changed underneath: re-read, decide again
│  ├─ Rejected             the PMS refused the data: to a human, with the field
│  └─ Unreadable           the answer fits no mapping: raw kept, record skipped, alert
├─ Unsupported             a declared gap; its text is the gap's reason
├─ WebhookRefused          bad signature, stale or replayed
├─ InvalidInput            422 with the field path
├─ Stale                   412: it has changed since the caller read it; nothing was done
├─ UnderWay                409: the same request is being carried out just now
├─ NotAllowed              scope, or another organization's record
├─ Refused                 policy, kill switch or cap: the reason, and who may approve
├─ Unavailable             cannot store durably: 503, never acknowledged
└─ FairHousingBlock        the guard said no: to a human, in the ledger
"""

from __future__ import annotations


class RooftreeError(Exception):
    """Any failure Rooftree itself names; its text is safe to show (no secrets, no personal data)."""


class ConfigurationError(RooftreeError):
    """A setting is missing or wrong; the program stops and says which one and what to write."""


class ConnectorError(RooftreeError):
    """A call to a PMS failed; carries where and what, with secrets and personal data already masked."""

    def __init__(
        self,
        message: str,
        *,
        connection: str = "",
        record: str = "",
        verb: str = "",
        status: int | None = None,
        request_id: str | None = None,
        body: str = "",
    ) -> None:
        super().__init__(message)
        self.connection = connection
        self.record = record
        self.verb = verb
        self.status = status
        self.request_id = request_id
        self.body = body


class Unreachable(ConnectorError):
    """Network failure, timeout or 5xx; nobody knows whether a write took effect."""


class RateLimited(ConnectorError):
    """The PMS asked us to slow down before doing anything; wait `retry_after` seconds."""

    def __init__(self, message: str, *, retry_after: float = 1.0, **facts: object) -> None:
        super().__init__(message, **facts)  # type: ignore[arg-type]
        self.retry_after = retry_after


class Unauthorized(ConnectorError):
    """The PMS refused the credential, or the credential lacks this permission."""


class Unlicensed(Unauthorized):
    """The credential may not use this one call, whatever the status says; others may work."""


class NotFound(ConnectorError):
    """The record is not there (any more)."""


class Conflict(ConnectorError):
    """The record changed underneath; re-read and decide again."""


class Rejected(ConnectorError):
    """The PMS understood and refused the data; `field` is ours, `wire_field` theirs, where known."""

    def __init__(self, message: str, *, field: str = "", wire_field: str = "", **facts: object) -> None:
        super().__init__(message, **facts)  # type: ignore[arg-type]
        self.field = field
        self.wire_field = wire_field


class Unreadable(ConnectorError):
    """The answer fits no mapping: kept raw, shown, skipped."""


class Unsupported(RooftreeError):
    """A declared gap of a connector; the text is the reason a user can read."""

    def __init__(self, reason: str, *, record: str = "", verb: str = "", kind: str = "not_offered") -> None:
        super().__init__(reason)
        self.record = record
        self.verb = verb
        self.kind = kind


class WebhookRefused(RooftreeError):
    """A webhook with a bad signature, a stale timestamp, or seen before; counted, never explained outside."""


class InvalidInput(RooftreeError):
    """Input that cannot be used; `path` names the field, the text says what would be right."""

    def __init__(self, message: str, *, path: str = "") -> None:
        super().__init__(message)
        self.path = path


class Stale(RooftreeError):
    """The record is not as the caller last read it (its `etag` is another): read it again, then decide."""


class UnderWay(RooftreeError):
    """The first request under this Idempotency-Key has not ended; ask again in a moment."""


class NotAllowed(RooftreeError):
    """The caller lacks the scope, or the record belongs to another organization."""


class Refused(RooftreeError):
    """Policy, kill switch or a cap said no; `approver` names who may allow it."""

    def __init__(self, reason: str, *, approver: str = "") -> None:
        super().__init__(reason)
        self.approver = approver


class Unavailable(RooftreeError):
    """We cannot store durably just now; the caller must send again, nothing was acknowledged."""


class FairHousingBlock(RooftreeError):
    """The fair-housing guard stopped a text; a human decides."""
