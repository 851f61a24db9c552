"""Webhooks at the door: whatever a forger tries is answered 401 and leaves no trace; a replay is kept once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from tests.contract.deliveries import PARTIES, SECRET, WRONG_SECRET, Delivery, delivered
from tests.contract.forging import confused, under_strange_keys
from tests.contract.harness import Account

from rooftree.acts.services import Services
from rooftree.channels.local import LocalInbox
from rooftree.config import Settings
from rooftree.db import Database
from rooftree.simulators.transport import InProcess
from rooftree.store import connections, deliveries
from rooftree.store.connections import PmsConnection
from rooftree.store.keys import Keys
from rooftree.surfaces import hooks
from rooftree.sync.lines import Lines

pytestmark = pytest.mark.needs("webhooks")
FLOOD = 50


@dataclass
class Door:
    """One connection's webhook address as the server has it."""

    database: Database
    keys: Keys
    connection: PmsConnection
    browser: TestClient

    def ring(self, delivery: Delivery, path: str | None = None) -> int:
        where = f"/webhooks/pms/{path or self.connection.webhook_path}"
        return int(self.browser.post(where, content=delivery.body, headers=delivery.headers).status_code)

    def trust(self, *secrets: str) -> None:
        """Add secrets; the last two are good."""
        with self.database.write() as conn:
            for secret in secrets:
                connections.add_webhook_secret(conn, self.keys, self.connection.id, secret, self.connection.created_at)

    def kept(self) -> int:
        with self.database.read() as conn:
            whose = self.connection.organization_id
            found = deliveries.listed(conn, whose, state=None, connection_id=None, before=None, limit=100)
            return len(found)


@pytest.fixture
def secrets(account: Account) -> list[str]:
    """What an administrator gives a connection: the PMS's secret, or who may speak where nothing is signed."""
    return [SECRET] if account.connector.manifest.webhooks_signed else [PARTIES[account.connector.name][0]]


@pytest.fixture
def door(account: Account, secrets: list[str], sqlite_database: Database, keys: Keys, tmp_path: Path) -> Door:
    pms, now = account.connector.name, account.clock.now()
    lines = Lines(
        sqlite_database, keys, account.clock, home=tmp_path, transport_for=lambda _url: InProcess(account.pms)
    )
    services = Services(
        settings=Settings(home=tmp_path),
        database=sqlite_database,
        keys=keys,
        clock=account.clock,
        carrier=LocalInbox(),
        lines=lines,
    )
    url = next(iter(account.connector.manifest.base_urls.values()))
    with sqlite_database.write() as conn:
        company = connections.create_organization(conn, "Acme Property Management (made up)", now)
        made = connections.create(
            conn, keys, organization_id=company.id, name=pms, pms=pms, base_url=url,
            credentials=account.pms.credentials, now=now, mode="live", webhook_secrets=secrets,
        )  # fmt: skip
    app = Starlette(routes=hooks.routes(services, lambda: None))
    return Door(sqlite_database, keys, made, TestClient(app))


@pytest.fixture
def delivery(account: Account) -> Delivery:
    return delivered(account)[0]


def test_a_replay_is_answered_like_the_first_and_kept_once(door: Door, delivery: Delivery) -> None:
    assert [door.ring(delivery) for _ in range(3)] == [200, 200, 200]
    assert door.kept() == 1


@pytest.mark.needs("undated")
def test_a_replay_without_a_time_is_known_by_its_number_for_a_month(
    account: Account, door: Door, delivery: Delivery
) -> None:
    door.ring(delivery)
    account.clock.advance(30 * 86_400)
    assert (door.ring(delivery), door.kept()) == (200, 1)


@pytest.mark.needs("dates")
def test_a_replay_after_five_minutes_is_refused(account: Account, door: Door, delivery: Delivery) -> None:
    account.clock.advance(301)
    assert (door.ring(delivery), door.kept()) == (401, 0)


@pytest.mark.needs("signatures")
def test_no_other_algorithm_and_no_other_writing_of_a_signature_is_taken(door: Door, delivery: Delivery) -> None:
    forged = dict(confused(delivery))
    assert forged
    taken = [label for label, headers in forged.items() if door.ring(replace(delivery, headers=headers)) != 401]
    assert (taken, door.kept()) == ([], 0)


@pytest.mark.needs("signatures")
def test_a_genuine_signature_over_other_words_is_refused(door: Door, delivery: Delivery) -> None:
    for body in (b"{}", delivery.body + b" x", delivery.body.replace(b":", b" :", 1) + b"}"):
        assert door.ring(replace(delivery, body=body)) == 401
    assert door.kept() == 0


@pytest.mark.needs("published")
def test_a_flood_of_unknown_keys_makes_one_look_at_the_key_set_a_minute(
    account: Account, door: Door, delivery: Delivery
) -> None:
    strange = under_strange_keys(delivery, FLOOD)
    assert len(strange) == FLOOD
    before = len(account.pms.calls)
    assert {door.ring(each) for each in strange} == {401}
    assert len(account.pms.calls) == before + 1
    account.clock.advance(61)
    assert {door.ring(each) for each in strange} == {401}
    assert len(account.pms.calls) == before + 2
    assert door.kept() == 0


def test_only_the_secret_path_leads_anywhere(door: Door, delivery: Delivery) -> None:
    own = door.connection.webhook_path
    for path in ("x", own[:-1], own[::-1], own.swapcase(), door.connection.id):
        assert door.ring(delivery, path) == 401
    assert door.kept() == 0


@pytest.mark.needs("unsigned")
def test_who_is_not_on_the_allow_list_is_refused(account: Account, door: Door, delivery: Delivery) -> None:
    allowed, stranger = PARTIES[account.connector.name]
    door.trust(stranger, stranger)
    assert (door.ring(delivery), door.kept()) == (401, 0)
    door.trust(allowed)
    assert (door.ring(delivery), door.kept()) == (200, 1)


@pytest.mark.needs("signatures")
def test_another_secret_at_the_right_door_is_refused(door: Door, delivery: Delivery) -> None:
    door.trust(WRONG_SECRET, WRONG_SECRET)
    assert (door.ring(delivery), door.kept()) == (401, 0)
