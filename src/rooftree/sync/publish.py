"""Webhooks out, by Standard Webhooks: events become messages, messages are signed and sent until they are accepted.

An event row is the durable outbox: it is written in the transaction of its cause. From there each endpoint gets
every event at least once and, unless one is tried again, in order; `webhook-id` tells repeats, `sequence` order.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx2

from rooftree import outbound
from rooftree.clock import Clock
from rooftree.connectors.transport import asked_wait
from rooftree.db import Database
from rooftree.errors import RooftreeError
from rooftree.store import endpoints, events, outbox
from rooftree.store.keys import Keys
from rooftree.store.outbox import Message

SCHEDULE = tuple(
    timedelta(seconds=seconds) for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""Waits after the first attempt, which is at once: ten attempts over three days and three hours at least."""
JITTER = 0.1
"""Each wait grows by up to this share, so that endpoints that failed together are not called together."""
GIVES_UP = timedelta(days=5)
"""An endpoint that accepted nothing for so long is disabled."""
_MOST_WAIT = 86_400.0
"""Seconds up to which Retry-After is honoured."""
_SILENT = timedelta(seconds=30)
"""Until the next message is tried at an endpoint that did not answer at all."""
_SECONDS = 15.0
_MOST_BYTES = 65_536
_AT_ONCE = 8
_BATCH = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What became of one attempt: a status, or why there is none."""

    status: int | None = None
    why: str = ""
    wait: timedelta = timedelta(0)

    @property
    def accepted(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class Publisher:
    """Sends what is due; several processes may do so at once. `seconds` is how long an endpoint may take."""

    def __init__(
        self,
        database: Database,
        keys: Keys,
        clock: Clock,
        http: httpx2.Client,
        *,
        seconds: float = _SECONDS,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._database = database
        self._keys = keys
        self._clock = clock
        self._http = http
        self._seconds = seconds
        self._jitter = jitter

    def run(self) -> None:
        """Make messages of all new events, then send what is due, endpoints side by side."""
        while self._tell():
            pass
        with self._database.read() as conn:
            due = outbox.endpoints_due(conn, self._clock.now())
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="webhooks") as threads:
            for finished in [threads.submit(self._send_all, each) for each in due]:
                finished.result()

    def _tell(self) -> int:
        """One batch of events into messages; how many events."""
        with self._database.read() as conn:
            if not endpoints.listed(conn):
                return 0
        now = self._clock.now()
        with self._database.write() as conn:
            active = [each for each in endpoints.listed(conn) if each.state == "active"]
            found = events.claim(conn, endpoints.READER, now=now)
            for event in found:
                outbox.tell(conn, active, event)
                events.done(conn, endpoints.READER, event.id, now)
        return len(found)

    def _send_all(self, endpoint_id: str) -> None:
        """Everything due at one endpoint, in order, until it stops answering."""
        while batch := self._claim(endpoint_id):
            for number, message in enumerate(batch):
                answer = self._send(message)
                self._keep(message, answer)
                if answer.status in (None, 410):
                    self._put_back(batch[number + 1 :])
                    return

    def _claim(self, endpoint_id: str) -> list[Message]:
        with self._database.write() as conn:
            if endpoints.get(conn, endpoint_id).state != "active":
                return []
            return outbox.claim(conn, endpoint_id, self._clock.now(), _BATCH)

    def _put_back(self, rest: Sequence[Message]) -> None:
        with self._database.write() as conn:
            outbox.put_back(conn, [each.id for each in rest], self._clock.now() + _SILENT)

    def _send(self, message: Message) -> _Answer:
        now = self._clock.now()
        with self._database.read() as conn:
            url = endpoints.get(conn, message.endpoint_id).url
            secrets = endpoints.signing_secrets(conn, self._keys, message.endpoint_id, now)
        body = message.body.encode()
        headers = {"content-type": "application/json", **signed(message.id, now, body, secrets)}
        request = self._http.build_request("POST", url, content=body, headers=headers)
        try:
            answer = outbound.fetch(self._http, request, most_bytes=_MOST_BYTES, seconds=self._seconds)
        except (RooftreeError, httpx2.HTTPError) as error:
            return _Answer(why=str(error) if isinstance(error, RooftreeError) else _said(error))
        wait = asked_wait(answer.headers, now, unsaid=0.0, most=_MOST_WAIT)
        return _Answer(
            status=answer.status_code, why=f"It answered {answer.status_code}.", wait=timedelta(seconds=wait)
        )

    def _keep(self, message: Message, answer: _Answer) -> None:
        now = self._clock.now()
        with self._database.write() as conn:
            if answer.accepted and answer.status is not None:
                outbox.delivered(conn, message.id, answer.status, now)
                endpoints.answered(conn, message.endpoint_id)
                return
            due_at = self._next(message, answer, now)
            if due_at is None:
                outbox.dead(conn, message.id, answer.status, answer.why, now)
            else:
                outbox.again(conn, message.id, answer.status, answer.why, due_at)
            since = endpoints.refused(conn, message.endpoint_id, now)
            if answer.status == 410:
                endpoints.disable(conn, message.endpoint_id, "It answered 410 Gone: nothing is to be sent there.")
            elif now - since >= GIVES_UP:
                days = GIVES_UP.days
                endpoints.disable(conn, message.endpoint_id, f"It accepted nothing for {days} days. {answer.why}")

    def _next(self, message: Message, answer: _Answer, now: datetime) -> datetime | None:
        """When to try again: by the schedule, later where the endpoint asked for that; None after the last."""
        if message.attempts >= len(SCHEDULE):
            return None
        planned = SCHEDULE[message.attempts] * (1 + JITTER * self._jitter())
        return now + max(planned, answer.wait)


def signed(message_id: str, now: datetime, body: bytes, secrets: Sequence[str]) -> dict[str, str]:
    """The three headers of Standard Webhooks: id, UNIX time, and one `v1` signature per secret.

    Signed is `id.time.body` by HMAC-SHA256 under the bytes that the base64 after `whsec_` stands for.
    """
    stamp = str(int(now.timestamp()))
    said = f"{message_id}.{stamp}.".encode() + body
    keys = [base64.b64decode(secret.removeprefix("whsec_")) for secret in secrets]
    signatures = [base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode() for key in keys]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(f"v1,{each}" for each in signatures),
    }


def _said(error: httpx2.HTTPError) -> str:
    return "It did not answer in time." if isinstance(error, httpx2.TimeoutException) else "It could not be reached."
