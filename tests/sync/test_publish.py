"""Webhooks out, to real servers on loopback, with a clock moved by hand; judged by libraries that are not ours."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from shutil import which
from typing import Any

import pytest
import standardwebhooks
import svix.webhooks
from tests.sync.receiver import Received, Receiver, receiver

from rooftree import outbound
from rooftree.clock import ManualClock, SystemClock
from rooftree.db import Database
from rooftree.store import connections, endpoints, events, outbox
from rooftree.store.keys import Keys
from rooftree.sync.publish import GIVES_UP, JITTER, SCHEDULE, Publisher

OUTSIDE = "https://hooks.example/in"


@dataclass(slots=True)
class House:
    """An organization with one endpoint and what publishes to it."""

    database: Database
    keys: Keys
    clock: ManualClock | SystemClock
    there: Receiver
    organization: str
    endpoint: str = ""
    secret: str = ""
    jitter: float = 0.0
    seconds: float = 5.0
    origins: list[str] = field(default_factory=list)
    """Of servers on this machine that may be called."""

    def add(self, url: str, *names: str) -> tuple[str, str]:
        with self.database.write() as conn:
            made, secret = endpoints.create(
                conn, self.keys, organization_id=self.organization, url=url, events_wanted=names or ("*",),
                now=self.clock.now(),
            )  # fmt: skip
        return made.id, secret

    def happens(self, name: str = "work_order.updated", id: str = "mir_1") -> int | None:
        with self.database.write() as conn:
            return events.append(
                conn, organization_id=self.organization, name=name, at=self.clock.now(), record="work_order",
                record_id=id, external_id="7", data={"fields": ["status"]},
            )  # fmt: skip

    def publish(self) -> None:
        """One round by a publisher that knows nothing but the database, like one just started."""
        http = outbound.client([self.there.origin, *self.origins])
        try:
            Publisher(
                self.database, self.keys, self.clock, http, seconds=self.seconds, jitter=lambda: self.jitter
            ).run()
        finally:
            http.close()

    def messages(self) -> list[Any]:
        """Every message, by its number."""
        with self.database.read() as conn:
            found = outbox.listed(conn, self.organization, endpoint_id=None, state=None, before=None, limit=500)
        return sorted(found, key=lambda row: row.sequence)

    def state(self, id: str = "") -> tuple[str, str | None]:
        with self.database.read() as conn:
            found = endpoints.get(conn, id or self.endpoint)
        return found.state, found.state_why


def opened(database: Database, keys: Keys, clock: ManualClock | SystemClock, there: Receiver) -> House:
    with database.write() as conn:
        company = connections.create_organization(conn, "Made up", clock.now())
    house = House(database, keys, clock, there, company.id)
    house.endpoint, house.secret = house.add(there.url)
    return house


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver() as told:
        yield told


@pytest.fixture
def house(database: Database, keys: Keys, clock: ManualClock, there: Receiver) -> House:
    return opened(database, keys, clock, there)


@pytest.fixture
def house_now(sqlite_database: Database, keys: Keys, there: Receiver) -> House:
    """With the real time of day: the libraries that judge signatures refuse any other."""
    return opened(sqlite_database, keys, SystemClock(), there)


def told(there: Receiver) -> list[Any]:
    return [json.loads(one.body) for one in there.got]


def test_an_event_is_told_once_with_what_happened_and_its_number(house: House, there: Receiver) -> None:
    event = house.happens()
    house.publish()
    house.publish()
    assert told(there) == [
        {
            "type": "work_order.updated",
            "timestamp": "2026-01-15T08:00:00.000000Z",
            "sequence": 1,
            "data": {
                "event": event, "connection": None, "record": "work_order", "id": "mir_1", "external_id": "7",
                "fields": ["status"],
            },
        }
    ]  # fmt: skip
    assert [row.state for row in house.messages()] == ["delivered"]


def test_an_event_undone_with_its_cause_is_never_told(house: House, there: Receiver) -> None:
    with house.database.engine.connect() as conn:
        events.append(conn, organization_id=house.organization, name="lead.created", at=house.clock.now())
        conn.rollback()
    house.publish()
    assert there.got == []


def by_standardwebhooks(secret: str, one: Received) -> None:
    standardwebhooks.Webhook(secret).verify(one.body.decode(), one.headers)


def by_svix(secret: str, one: Received) -> None:
    svix.webhooks.Webhook(secret).verify(one.body, one.headers)


def by_openssl(secret: str, one: Received) -> None:
    said = f"{one.headers['webhook-id']}.{one.headers['webhook-timestamp']}.".encode() + one.body
    key = base64.b64decode(secret.removeprefix("whsec_")).hex()
    command = ["openssl", "dgst", "-sha256", "-mac", "HMAC", "-macopt", f"hexkey:{key}", "-binary"]
    digest = subprocess.run(command, input=said, capture_output=True, check=True).stdout
    assert f"v1,{base64.b64encode(digest).decode()}" in one.headers["webhook-signature"].split(" ")


JUDGES = {"standardwebhooks": by_standardwebhooks, "svix": by_svix, "openssl": by_openssl}


@pytest.mark.parametrize("judge", JUDGES)
def test_others_accept_our_signature_and_none_of_another_secret(house_now: House, there: Receiver, judge: str) -> None:
    if judge == "openssl" and which("openssl") is None:
        pytest.skip("The program openssl is not installed here.")
    house_now.happens()
    house_now.publish()
    JUDGES[judge](house_now.secret, there.got[0])
    other = "whsec_" + base64.b64encode(b"another secret of 32 bytes long.").decode()
    with pytest.raises(
        (standardwebhooks.WebhookVerificationError, svix.webhooks.WebhookVerificationError, AssertionError)
    ):
        JUDGES[judge](other, there.got[0])


@pytest.mark.parametrize("judge", ["standardwebhooks", "svix"])
def test_while_a_secret_is_rotated_both_old_and_new_one_fit(house_now: House, there: Receiver, judge: str) -> None:
    with house_now.database.write() as conn:
        fresh = endpoints.rotate(conn, house_now.keys, house_now.endpoint, house_now.clock.now())
    house_now.happens()
    house_now.publish()
    assert fresh != house_now.secret
    for secret in (house_now.secret, fresh):
        JUDGES[judge](secret, there.got[0])


def test_the_old_secret_signs_for_a_day_and_no_longer(house: House, clock: ManualClock) -> None:
    def signing() -> list[str]:
        with house.database.read() as conn:
            return endpoints.signing_secrets(conn, house.keys, house.endpoint, clock.now())

    with house.database.write() as conn:
        fresh = endpoints.rotate(conn, house.keys, house.endpoint, clock.now())
    assert signing() == [fresh, house.secret]
    clock.advance(86_401)
    assert signing() == [fresh]


@pytest.mark.parametrize("jitter", [0.0, 1.0])
def test_a_failing_endpoint_is_tried_ten_times_over_three_days_then_given_up(
    house: House, there: Receiver, clock: ManualClock, jitter: float
) -> None:
    house.jitter = jitter
    there.answers = [(500, {})] * 10
    house.happens()
    began, tried = clock.now(), []
    while (row := house.messages())[:1] == [] or row[0].state == "pending":
        before = len(there.got)
        if row and row[0].due_at > clock.now():
            clock.advance((row[0].due_at - clock.now()).total_seconds() - 1)
            house.publish()
            assert len(there.got) == before, "not a second too early"
            clock.advance(1)
        house.publish()
        assert len(there.got) == before + 1
        tried.append((clock.now() - began).total_seconds())
    waits = [later - earlier for earlier, later in pairwise(tried)]
    planned = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]
    assert waits == pytest.approx([each * (1 + 0.1 * jitter) for each in planned])
    assert sum(waits) >= 72 * 3600
    assert (row[0].state, row[0].attempts, row[0].status) == ("dead", 10, 500)


def test_jitter_only_makes_it_later() -> None:
    assert (SCHEDULE[0], JITTER) == (timedelta(seconds=5), 0.1)
    assert sum(SCHEDULE, timedelta()) >= timedelta(hours=72)


def test_an_endpoint_that_asks_for_more_time_gets_it(house: House, there: Receiver, clock: ManualClock) -> None:
    there.answers = [(503, {"retry-after": "120"})]
    house.happens()
    house.publish()
    clock.advance(119)
    house.publish()
    assert len(there.got) == 1
    clock.advance(1)
    house.publish()
    assert [row.state for row in house.messages()] == ["delivered"]
    assert there.got[0].headers["webhook-id"] == there.got[1].headers["webhook-id"]


def test_gone_means_that_nothing_more_is_sent(house: House, there: Receiver, clock: ManualClock) -> None:
    there.answers = [(410, {})]
    house.happens()
    house.happens()
    house.publish()
    clock.advance(90_000)
    house.happens()
    house.publish()
    assert len(there.got) == 1
    assert house.state() == ("disabled", "It answered 410 Gone: nothing is to be sent there.")


def test_an_endpoint_that_takes_nothing_for_five_days_is_disabled_and_one_yes_forgives(
    house: House, there: Receiver, clock: ManualClock
) -> None:
    def fail() -> None:
        there.answers = [(500, {})] * 50
        house.happens()
        house.publish()

    fail()
    clock.advance(GIVES_UP.total_seconds() - 60)
    fail()
    assert house.state()[0] == "active"
    there.answers = []
    house.happens()
    house.publish()
    clock.advance(120)
    fail()
    assert house.state()[0] == "active"
    clock.advance(GIVES_UP.total_seconds())
    fail()
    assert house.state() == ("disabled", "It accepted nothing for 5 days. It answered 500.")


def test_what_waited_while_disabled_goes_when_a_person_enables_it(
    house: House, there: Receiver, clock: ManualClock
) -> None:
    there.answers = [(410, {})]
    house.happens()
    house.publish()
    with house.database.write() as conn:
        endpoints.enable(conn, house.endpoint)
    clock.advance(6)
    house.publish()
    assert [row.state for row in house.messages()] == ["delivered"]


def test_a_given_up_message_is_sent_again_under_its_own_id(house: House, there: Receiver, clock: ManualClock) -> None:
    there.answers = [(400, {})] * 10
    house.happens()
    house.publish()
    while due_at := house.messages()[0].due_at:
        clock.advance((due_at - clock.now()).total_seconds())
        house.publish()
    assert [row.state for row in house.messages()] == ["dead"]
    with house.database.write() as conn:
        assert outbox.replay(conn, clock.now(), endpoint_id=house.endpoint) == 1
    house.publish()
    assert [row.state for row in house.messages()] == ["delivered"]
    assert len({one.headers["webhook-id"] for one in there.got}) == 1


def test_a_redirect_is_never_followed_to_the_inside(house: House, there: Receiver) -> None:
    with receiver() as inside:
        there.answers = [(307, {"location": inside.url})]
        house.happens()
        house.publish()
        assert inside.got == []
    assert [(row.state, row.status) for row in house.messages()] == [("pending", 307)]


def test_an_endpoint_that_answers_after_its_time_counts_as_silent_and_holds_nobody_up(
    house: House, there: Receiver
) -> None:
    with receiver() as other:
        there.silent = True
        house.seconds = 0.3
        house.origins = [other.origin]
        house.add(other.url)
        for _ in range(3):
            house.happens()
        house.publish()
        assert [(row.state, row.error) for row in house.messages() if row.endpoint_id == house.endpoint] == [
            ("pending", "It did not answer in time."), ("pending", None), ("pending", None),
        ]  # fmt: skip
        assert len(there.got) == 1, "one look shows that it is silent"
        assert len(other.got) == 3


def test_an_address_that_became_an_inside_one_is_not_called(house: House, there: Receiver) -> None:
    inside, _ = house.add("https://169.254.169.254/latest")
    house.happens()
    house.publish()
    blocked = [row for row in house.messages() if row.endpoint_id == inside]
    assert [(row.state, row.status) for row in blocked] == [("pending", None)]
    assert "private network" in blocked[0].error
    assert len(there.got) == 1, "the other endpoint is told all the same"


def test_each_endpoint_is_told_only_what_it_wants_numbered_without_a_gap(house: House, there: Receiver) -> None:
    wants, _ = house.add(there.url, "write.*", "lead.created")
    for name in ("work_order.updated", "write.verified", "lead.created", "lead.updated", "write.failed", "writes.odd"):
        house.happens(name)
    house.publish()
    picked = [(row.sequence, row.name) for row in house.messages() if row.endpoint_id == wants]
    assert sorted(picked) == [(1, "write.verified"), (2, "lead.created"), (3, "write.failed")]
    everything = [row.sequence for row in house.messages() if row.endpoint_id == house.endpoint]
    assert sorted(everything) == [1, 2, 3, 4, 5, 6]


def test_what_happened_before_an_endpoint_was_made_is_not_told_to_it(
    house: House, there: Receiver, clock: ManualClock
) -> None:
    house.happens()
    clock.advance(1)
    late, _ = house.add(there.url)
    house.publish()
    assert [row.endpoint_id for row in house.messages()] == [house.endpoint]
    assert late != house.endpoint


def test_another_organization_is_told_nothing(house: House, there: Receiver) -> None:
    with house.database.write() as conn:
        other = connections.create_organization(conn, "Somebody else", house.clock.now())
        events.append(conn, organization_id=other.id, name="lead.created", at=house.clock.now())
    house.publish()
    assert there.got == []


def test_a_process_that_dies_while_sending_loses_nothing(house: House, there: Receiver, clock: ManualClock) -> None:
    for _ in range(3):
        house.happens()
    with house.database.write() as conn:
        found = events.claim(conn, endpoints.READER, now=clock.now())
        outbox.tell(conn, endpoints.listed(conn), found[0])
        claimed = outbox.claim(conn, house.endpoint, clock.now(), 20)
    assert len(claimed) == 1
    clock.advance(outbox.LEASE.total_seconds())
    house.publish()
    assert [row.state for row in house.messages()] == ["delivered"] * 3
    assert sorted(one["sequence"] for one in told(there)) == [1, 2, 3]
