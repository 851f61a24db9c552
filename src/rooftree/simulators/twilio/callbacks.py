"""Twilio's webhooks: signed forms to the number's address and to each message's StatusCallback.

Twilio sends a message webhook once: where no answer can be had, the error is logged and nothing more is done
(https://www.twilio.com/en-us/blog/a-hidden-gem-fallback-urls-html). So there are no retries here, and what was
missed stands in the message list only.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import urlencode

from rooftree.simulators.clock import Now
from rooftree.simulators.faults import Faults
from rooftree.simulators.webhooks import Delivery, Outbox, Subscription, post_over_http
from rooftree.simulators.wire import Record


class Callbacks(Outbox):
    """The outbox of a Twilio account; an event is `{"url", "form"}`."""

    def __init__(self, now: Now, faults: Faults, token: str, progress: Callable[[], None]) -> None:
        super().__init__(now, faults, self._signed, retries=())
        self._token = token
        self._progress = progress

    def incoming(self, form: Mapping[str, str]) -> None:
        """Queue the webhook about an incoming message, as set up on the number; nothing where none is set up."""
        for subscription in self.subscriptions:
            self._queue(Delivery({"url": subscription.url, "form": dict(form)}, subscription, self._now()))

    def status(self, url: str, form: Mapping[str, str]) -> None:
        """Queue a status callback to the address the message was sent with, posted as the number's webhook is."""
        post = self.subscriptions[0].post if self.subscriptions else post_over_http
        self._queue(Delivery({"url": url, "form": dict(form)}, Subscription(url, "", post), self._now()))

    def deliver(self) -> list[Delivery]:
        """Let messages move on, then send what is due."""
        self._progress()
        return super().deliver()

    def _signed(self, event: Record, secret: str, sent_at: datetime) -> tuple[Mapping[str, str], bytes]:
        signed = event["url"] + "".join(name + value for name, value in sorted(event["form"].items()))
        digest = hmac.new(self._token.encode(), signed.encode(), hashlib.sha1).digest()
        headers = {
            "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
            "user-agent": "TwilioProxy/1.1 (simulator)",
            "x-twilio-signature": base64.b64encode(digest).decode(),
        }
        return headers, urlencode(event["form"]).encode()
