"""Webhooks out of a pretend PMS: subscriptions, signed deliveries, retries by the simulated clock."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Protocol, TypeAlias

import httpx2

from rooftree.simulators.clock import Now
from rooftree.simulators.faults import Faults
from rooftree.simulators.wire import Record

Post: TypeAlias = Callable[[str, Mapping[str, str], bytes], int]


class Signer(Protocol):
    """How a PMS writes and signs one event."""

    def __call__(self, event: Record, secret: str, sent_at: datetime) -> tuple[Mapping[str, str], bytes]:
        """Headers and body of the delivery."""
        ...


@cache
def _trust() -> ssl.SSLContext:
    """Read once: reading all certificate authorities anew costs more than a delivery."""
    return ssl.create_default_context()


def post_over_http(url: str, headers: Mapping[str, str], body: bytes) -> int:
    """POST `body` and return the status; 0 where no answer came within ten seconds or the URL is none."""
    try:
        return httpx2.post(url, headers=dict(headers), content=body, timeout=10.0, verify=_trust()).status_code
    except (httpx2.HTTPError, httpx2.InvalidURL):
        return 0


@dataclass(slots=True)
class Subscription:
    """Where events go; suspended after too many failures in a row."""

    url: str
    secret: str
    post: Post = post_over_http
    failures: int = 0
    suspended: bool = False


@dataclass(slots=True)
class Delivery:
    """One event on its way to one subscription; `statuses` are the answers so far."""

    event: Record
    subscription: Subscription
    due: datetime
    statuses: list[int] = field(default_factory=list)

    @property
    def delivered(self) -> bool:
        return any(200 <= status < 300 for status in self.statuses)


class Outbox:
    """The events of one simulator and what became of them."""

    def __init__(
        self, now: Now, faults: Faults, sign: Signer, *, retries: Sequence[float], suspend_after: int = 0
    ) -> None:
        self._now = now
        self._faults = faults
        self._sign = sign
        self._retries = retries
        self._suspend_after = suspend_after
        self.subscriptions: list[Subscription] = []
        self.pending: list[Delivery] = []
        self.finished: list[Delivery] = []
        self._delivering = threading.Lock()

    def subscribe(self, url: str, secret: str, post: Post = post_over_http) -> Subscription:
        subscription = Subscription(url, secret, post)
        self.subscriptions.append(subscription)
        return subscription

    def emit(self, event: Record) -> None:
        """Queue `event` for every live subscription; a webhook fault strikes here."""
        for subscription in self.subscriptions:
            if not subscription.suspended:
                self._queue(Delivery(event, subscription, self._now()))

    def deliver(self) -> list[Delivery]:
        """Attempt all deliveries now due and return them."""
        with self._delivering:
            now = self._now()
            due = [delivery for delivery in self.pending if delivery.due <= now]
            for delivery in due:
                self._attempt(delivery)
            return due

    def _queue(self, delivery: Delivery) -> None:
        fault = self._faults.take_webhook()
        if fault == "webhook_drop":
            self.finished.append(delivery)
            return
        if fault == "webhook_reorder":
            delivery.due += timedelta(seconds=1)
        self.pending.append(delivery)
        if fault == "webhook_duplicate":
            self.pending.append(Delivery(delivery.event, delivery.subscription, delivery.due))

    def _attempt(self, delivery: Delivery) -> None:
        subscription = delivery.subscription
        if subscription.suspended:
            self._finish(delivery)
            return
        headers, body = self._sign(delivery.event, subscription.secret, self._now())
        delivery.statuses.append(subscription.post(subscription.url, headers, body))
        if delivery.delivered:
            subscription.failures = 0
            self._finish(delivery)
            return
        subscription.failures += 1
        subscription.suspended = 0 < self._suspend_after <= subscription.failures
        if len(delivery.statuses) > len(self._retries):
            self._finish(delivery)
            return
        delivery.due = self._now() + timedelta(seconds=self._retries[len(delivery.statuses) - 1])

    def _finish(self, delivery: Delivery) -> None:
        self.pending.remove(delivery)
        self.finished.append(delivery)
