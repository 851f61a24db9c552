"""Deliveries as a simulator sends them, for the tests of webhooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.contract.harness import Account
from tests.contract.samples import full

from rooftree.connectors.base import Gap, Webhooks
from rooftree.errors import WebhookRefused

SECRET, OLD_SECRET, WRONG_SECRET = "current-secret-1", "former-secret-2", "somebody-else-3"

PARTIES = {"rent_manager": ("acme/1", "stranger/1")}
"""Where deliveries are unsigned: the entry of the allow-list that lets the simulator in, and one that does not."""


@dataclass
class Delivery:
    """What arrived, when, and who judges it."""

    hooks: Webhooks
    headers: Mapping[str, str]
    body: bytes
    now: datetime
    keys: Sequence[str] = ()
    """What the PMS publishes to check its webhooks by."""

    def verify(
        self,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        secrets: tuple[str, ...] = (SECRET,),
        late: float = 0.0,
    ) -> None:
        judged = self.body if body is None else body
        self.hooks.verify(judged, headers or self.headers, (*self.keys, *secrets), self.now + timedelta(seconds=late))

    def is_refused(self, **changes: object) -> bool:
        try:
            self.verify(**changes)  # type: ignore[arg-type]
        except WebhookRefused:
            return True
        return False


def _change_records(account: Account) -> None:
    """Make what can be made, so that the PMS has something to tell."""
    for row in account.connector.resources:
        if not isinstance(row.create, Gap):
            account.write(row.name, "create", full(account, row.name))


def delivered(account: Account) -> list[Delivery]:
    hooks, published, caught = account.connector.webhooks, account.connector.published_keys, []
    assert hooks is not None
    keys = published(account.line) if published else ()

    def post(_url: str, headers: Mapping[str, str], body: bytes) -> int:
        caught.append(Delivery(hooks, dict(headers), body, account.clock.now(), keys))
        return 200

    account.pms.subscribe("https://rooftree.example/webhooks/1", SECRET, post)
    _change_records(account)
    account.pms.deliver()
    assert caught, "the simulator told of nothing"
    return caught


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def judged_headers(delivery: Delivery) -> list[str]:
    """The headers without which the delivery is refused."""
    names = list(delivery.headers)
    without = {name: {other: delivery.headers[other] for other in names if other != name} for name in names}
    return [name for name in names if delivery.is_refused(headers=without[name] or {"x": ""})]
