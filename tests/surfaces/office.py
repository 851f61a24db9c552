"""One company over a simulated Buildium, opened as the server opens it, driven without threads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import SecretStr
from starlette.testclient import TestClient

from rooftree.acts import gate
from rooftree.acts.services import Services
from rooftree.channels.local import LocalInbox, type_in
from rooftree.clock import ManualClock
from rooftree.config import Settings
from rooftree.db import Database
from rooftree.durable import Durable
from rooftree.model.base import Record
from rooftree.model.leasing import Resident
from rooftree.model.maintenance import Vendor
from rooftree.simulators import registry
from rooftree.simulators.kit import Simulator
from rooftree.simulators.transport import InProcess
from rooftree.store import cases, connections, records
from rooftree.store.connections import PmsConnection
from rooftree.store.keys import Keys
from rooftree.surfaces import server
from rooftree.surfaces.rest.app import Key
from rooftree.sync import pull
from rooftree.sync.lines import Lines
from rooftree.workflows import inbox
from rooftree.workflows.maintenance import Maintenance

R = TypeVar("R", bound=Record)
KEY = "a key made up for tests"
TWILIO_TOKEN = "made-up-token"
PUBLIC = "https://rooftree.test"
ON_CALL = "+15550109999"
READ = ("property", "unit", "lease", "resident", "vendor", "work_order")


class Straight(Durable):
    """Steps performed at once, without DBOS: what a turn does when nothing crashes."""

    def step(self, name: str, run: Callable[..., Any], *arguments: Any) -> Any:
        return run(*arguments)


@dataclass
class Office:
    """`browser` speaks to the whole application; `pms` is the truth on the other side."""

    services: Services
    connection: PmsConnection
    pms: Simulator
    browser: TestClient
    clock: ManualClock

    @property
    def signed(self) -> dict[str, str]:
        """The header of a caller with the key."""
        return {"authorization": f"Bearer {KEY}"}

    def all(self, kind: type[R]) -> list[R]:
        """In the order of the PMS's ids, which is the same in every run."""
        with self.services.database.read() as conn:
            page = records.list_page(conn, self.services.keys, kind, connection_id=self.connection.id, limit=500)
        return sorted((found.record for found in page), key=lambda record: record.id)

    def some(self, kind: type[R], fits: Callable[[R], bool] = lambda _record: True) -> R:
        return next(record for record in self.all(kind) if fits(record))

    def resident(self) -> Resident:
        """Somebody who lives here behind a number that is nobody else's."""
        numbers = [phone.number for person in self.all(Resident) for phone in person.phones]
        return self.some(
            Resident,
            lambda person: (
                person.status == "current" and bool(person.phones) and numbers.count(person.phones[0].number) == 1
            ),
        )

    def texted(self, words: str, sender: str | None = None) -> str:
        """A text comes in and all that follows at once is done; the id of its case."""
        services = self.services
        box = services.inbox(self.connection.organization_id)
        number = sender or self.resident().phones[0].number
        type_in(box, number, words)
        self.settle()
        with services.database.read() as conn:
            return cases.open_of_phone(conn, services.keys, box.organization_id, number)[0].id

    def settle(self) -> None:
        """Everything due now."""
        services = self.services
        inbox.take_in(services, self._perform)
        turns = Maintenance(services, Straight(services.database, executor_id="test"), worker="test")
        while True:
            with services.database.read() as conn:
                ready = cases.ready(conn, self.clock.now())
            if not ready:
                return
            for _event, case_id in ready:
                turns.turn(case_id)

    def _perform(self, act_id: str) -> None:
        gate.perform(self.services, act_id)

    def vendor(self, id: str) -> Vendor:
        return self.some(Vendor, lambda vendor: vendor.id == id)

    def sign_in(self) -> None:
        answer = self.browser.post("/sign-in", data={"key": KEY}, follow_redirects=False)
        assert answer.status_code == 303


def open_office(database: Database, keys: Keys, clock: ManualClock, home: Path, **settings: Any) -> Office:
    """An office whose mirror is read in and live."""
    pms = registry.build("buildium", now=clock.now)
    lines = Lines(database, keys, clock, home=home, transport_for=lambda _url: InProcess(pms))
    services = Services(
        settings=Settings(
            home=home,
            page_numbers=[ON_CALL],
            twilio_auth_token=SecretStr(TWILIO_TOKEN),
            public_url=PUBLIC,
            office_name="Made-Up Management",
            **settings,
        ),
        database=database,
        keys=keys,
        clock=clock,
        carrier=LocalInbox(),
        lines=lines,
    )
    with database.write() as conn:
        company = connections.create_organization(conn, "Made up", clock.now())
        made = connections.create(
            conn,
            keys,
            organization_id=company.id,
            name="Simulated Buildium",
            pms="buildium",
            base_url="https://buildium.test",
            credentials=pms.credentials,
            now=clock.now(),
            mode="live",
            webhook_secrets=["whs-made-up"],
        )
    pull.backfill(lines.source(made.id), READ)
    browser = TestClient(server.build(services, Key(KEY), lambda: None), base_url=PUBLIC, raise_server_exceptions=False)
    return Office(services, made, pms, browser, clock)
