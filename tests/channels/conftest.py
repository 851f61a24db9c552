"""A Twilio account that is a simulator, an organization, and our side of the channel over them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import httpx2
import pytest

from rooftree.channels import receive
from rooftree.channels.carrier import SMS_PATH, STATUS_PATH
from rooftree.channels.receive import Inbox
from rooftree.channels.send import Sent, send_text
from rooftree.channels.twilio_api import TwilioCarrier
from rooftree.clock import ManualClock
from rooftree.db import Database
from rooftree.errors import WebhookRefused
from rooftree.simulators.kit import Simulator
from rooftree.simulators.registry import build
from rooftree.simulators.transport import InProcess
from rooftree.store import messages
from rooftree.store.keys import Keys
from rooftree.store.messages import Text

PUBLIC = "https://pm.example.com"
PERSON = "+15550101234"


@dataclass
class House:
    """Our side: what came in is kept in `inbox`, what goes out goes through `carrier`."""

    simulator: Simulator
    inbox: Inbox
    carrier: TwilioCarrier
    clock: ManualClock

    @property
    def phones(self) -> Any:
        return self.simulator.behaviour

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """What the server does with a webhook."""
        take = receive.receive_sms if url == PUBLIC + SMS_PATH else receive.receive_status
        try:
            take(self.inbox, url=url, body=body, signature=headers["x-twilio-signature"])
        except WebhookRefused:
            return 401
        return 200

    def send(self, body: str = "Hello", **changes: Any) -> Sent:
        wish = {"op_key": "wish", "to": PERSON, "klass": "text", "body": body} | changes
        return send_text(
            self.inbox.database, self.inbox.keys, self.clock, self.carrier,
            organization_id=self.inbox.organization_id, connection_id="con_1", **wish,
        )  # fmt: skip

    def send_through(self, body: str = "Hello", **changes: Any) -> Sent:
        """Call again as often as asked to, letting time pass."""
        sent = self.send(body, **changes)
        while sent.state == "waiting":
            assert sent.due_at
            self.clock.advance(max((sent.due_at - self.clock.now()).total_seconds(), 0.0))
            sent = self.send(body, **changes)
        return sent

    def kept(self) -> list[Text]:
        with self.inbox.database.read() as conn:
            return messages.recent(conn, self.inbox.keys, self.inbox.organization_id)[::-1]

    def let_pass(self, seconds: float = 5) -> None:
        self.clock.advance(seconds)
        self.simulator.deliver()

    def with_token(self, *tokens: str) -> None:
        self.inbox = replace(self.inbox, tokens=tokens)


@pytest.fixture
def house(database: Database, keys: Keys, clock: ManualClock) -> House:
    return open_house(database, keys, clock)


def open_house(database: Database, keys: Keys, clock: ManualClock) -> House:
    """A house without texts over a fresh pretend account."""
    simulator = build("twilio", now=clock.now)
    account = simulator.credentials
    carrier = TwilioCarrier(
        httpx2.Client(transport=InProcess(simulator)),
        account_sid=account["account_sid"],
        token=account["auth_token"],
        number=account["number"],
        status_callback=PUBLIC + STATUS_PATH,
    )
    inbox = Inbox(database=database, keys=keys, clock=clock, organization_id="org_1", tokens=(account["auth_token"],))
    house = House(simulator, inbox, carrier, clock)
    simulator.subscribe(PUBLIC + SMS_PATH, "", house.post)
    return house
