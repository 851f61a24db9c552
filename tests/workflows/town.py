"""A town in one process: our whole loop over a pretend Buildium and a pretend Twilio, on one clock moved by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx2
from pydantic import SecretStr

from rooftree.acts.services import Services
from rooftree.channels import receive
from rooftree.channels.carrier import SMS_PATH, STATUS_PATH, Carrier
from rooftree.channels.catch_up import catch_up
from rooftree.channels.twilio_api import TwilioCarrier
from rooftree.clock import ManualClock
from rooftree.config import Settings
from rooftree.connectors import registry as connectors
from rooftree.db import Database
from rooftree.model.cases import Case
from rooftree.policy.book import PolicyBook
from rooftree.simulators.kit import Simulator
from rooftree.simulators.registry import build
from rooftree.simulators.transport import InProcess
from rooftree.store import acts, cases, connections, offers, records, zones
from rooftree.store.keys import Keys
from rooftree.store.offers import Offer, Page
from rooftree.sync import ingest, pull, push
from rooftree.sync.lines import Lines
from rooftree.workflows import router
from rooftree.workflows.runner import Runner

T = TypeVar("T")
PUBLIC = "https://pm.example.com"
HOOK_SECRET = "hook secret of the town"
ON_CALL = ("+13125550198", "+13125550199")
STRANGER = "+12025550111"
READ = ("property", "unit", "lease", "resident", "vendor", "staff", "work_order")


class AtOnce:
    """An executor without memory: a workflow runs when it is started, once for its id."""

    def __init__(self) -> None:
        self._workflows: dict[str, Callable[[str], None]] = {}
        self._ran: set[str] = set()

    def launch(self, workflows: dict[str, Callable[[str], None]]) -> None:
        self._workflows = workflows

    def start(self, name: str, workflow_id: str, argument: str) -> None:
        if workflow_id not in self._ran:
            self._ran.add(workflow_id)
            self._workflows[name](argument)

    def step(self, _name: str, run: Callable[..., T], *arguments: Any) -> T:
        return run(*arguments)

    def close(self) -> None:
        return None


@dataclass
class Town:
    """Residents and vendors are known by their numbers; what happened is read from the simulators."""

    pms: Simulator
    twilio: Simulator
    services: Services
    clock: ManualClock
    runner: Runner
    connection_id: str
    organization_id: str
    read: set[str] = field(default_factory=set)

    # --- people ---------------------------------------------------------------------------------------------

    @property
    def resident(self) -> str:
        """Lives alone in the first unit."""
        return self._number_of(0)

    @property
    def neighbor(self) -> str:
        return self._number_of(1)

    @property
    def owner_of_two(self) -> str:
        """Lives in unit 202 and holds the lease of unit 203, too."""
        return self._number_of(4)

    def text(self, sender: str, body: str, media: list[dict[str, str]] | None = None) -> None:
        """Somebody texts the office; the loop runs until nothing is left to do just now."""
        account: Any = self.twilio.behaviour
        account.inbound(sender, body, media or [])
        self.twilio.deliver()
        self.go()

    def go(self, **time: float) -> None:
        """Let time pass (in steps, so that whatever falls due is done when it is due), then do all that is due."""
        end = self.clock.now() + timedelta(**time)
        while True:
            for _ in range(8):
                self.runner.tick()
                self.clock.advance(0.01)
            if self.clock.now() >= end:
                return
            left = (end - self.clock.now()).total_seconds()
            self.clock.advance(min(left, max(20.0, timedelta(**time).total_seconds() / 40)))

    # --- what arrived ---------------------------------------------------------------------------------------

    def inbox(self, number: str) -> list[str]:
        """All texts of ours that the carrier took for a number."""
        sent = self.twilio.truth("messages")
        return [m["body"] for m in sent if m["to"] == number and m["direction"].startswith("outbound")]

    def sent(self) -> int:
        return sum(m["direction"].startswith("outbound") for m in self.twilio.truth("messages"))

    def orders(self) -> list[dict[str, Any]]:
        """Requests that were not seeded, as Buildium holds them."""
        return [task for task in self.pms.truth("tasks") if task["Id"] not in self._seeded]

    def vendors_asked(self) -> list[str]:
        return [offer.vendor_id for offer in self.offers()]

    # --- what we hold ---------------------------------------------------------------------------------------

    def cases(self) -> list[Case]:
        """The oldest first."""
        with self.services.database.read() as conn:
            found = cases.recent(conn, self.services.keys, self.organization_id)
        return sorted(found, key=lambda case: case.opened_at)

    def case(self) -> Case:
        (only,) = self.cases()
        return only

    def offers(self, case: Case | None = None) -> list[Offer]:
        with self.services.database.read() as conn:
            return offers.offers_of_case(conn, (case or self.cases()[0]).id)

    def pages(self) -> list[Page]:
        with self.services.database.read() as conn:
            return [p for c in self.cases() for p in offers.pages_of_case(conn, self.services.keys, c.id)]

    def done(self, kind: str) -> list[acts.Act]:
        with self.services.database.read() as conn:
            return [a for c in self.cases() for a in acts.of_case(conn, self.services.keys, c.id)
                    if a.proposal.kind == kind]  # fmt: skip

    def remarks(self) -> str:
        with self.services.database.read() as conn:
            return "\n".join(h.remark for c in self.cases() for h in cases.history(conn, self.services.keys, c.id))

    # --- what others do -------------------------------------------------------------------------------------

    def phone_of(self, vendor_id: str) -> str:
        from rooftree.model.maintenance import Vendor

        with self.services.database.read() as conn:
            found = records.by_external_id(conn, self.services.keys, self.connection_id, Vendor, vendor_id)
        assert found
        return found.record.phones[0].number

    def answer(self, word: str, offer: Offer | None = None, sender: str | None = None) -> None:
        """A vendor answers an offer by text, from its own number unless another is given."""
        offer = offer or self.offers()[-1]
        self.text(sender or self.phone_of(offer.vendor_id), f"{word} {offer.code}")

    def tap(self, offer: Offer, answer: str) -> bool:
        """A vendor taps a button behind the link."""
        with self.services.database.write() as conn:
            counted = router.offer_answered(conn, self.services, offer, answer, "link")
        self.go()
        return counted

    def staff(self, **fields: Any) -> None:
        """Staff change the case's task in the PMS's own pages, and we hear of it."""
        self.pms.edit("tasks", self.orders()[0]["Id"], **fields)
        self.hear()

    def hear(self) -> None:
        """Take up the PMS's webhooks, then read what changed."""
        self.pms.deliver()
        source = self.services.lines.source(self.connection_id)
        told = ingest.process(source)
        if told.pull:
            pull.incremental(source, tuple(told.pull))
        pull.incremental(source, ("work_order",))
        self.go()

    def recover(self, **time: float) -> None:
        """What upkeep does for open writes and unclear texts, over a while."""
        end = self.clock.now() + timedelta(**time)
        while self.clock.now() < end:
            services = self.services
            push.recover(services.database, services.keys, services.clock, services.lines.door)
            catch_up(services.inbox(self.organization_id), services.carrier)
            self.go(seconds=min(31.0, (end - self.clock.now()).total_seconds()))

    def _number_of(self, unit: int) -> str:
        behaviour: Any = self.pms.behaviour
        number: str = behaviour.account.seeds.portfolio.resident(unit, 0).phone
        return number

    def __post_init__(self) -> None:
        self._seeded = {task["Id"] for task in self.pms.truth("tasks")}

    def take_webhook(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """What the server does with a webhook of Buildium."""
        with self.services.database.read() as conn:
            connection = connections.get(conn, self.connection_id)
        connector = connectors.load("buildium")
        lower = {name.lower(): value for name, value in headers.items()}
        ingest.receive(self.services.database, self.services.keys, connection, connector, body, lower, self.clock.now())
        return 200


def found(
    database: Database,
    keys: Keys,
    home: Path,
    start: datetime,
    *,
    mode: str = "live",
    policy: PolicyBook | None = None,
    mail: Callable[[ManualClock], Carrier] | None = None,
) -> Town:
    """Build a town: twelve units in three properties, read once, zones confirmed as New York."""
    clock = ManualClock(start)
    pms = build("buildium", now=clock.now)
    twilio = build("twilio", now=clock.now)
    account: Any = twilio.credentials
    settings = Settings(
        home=home, public_url=PUBLIC, page_numbers=list(ON_CALL), office_name="Elm Court Homes", worker="town",
        twilio_auth_token=SecretStr(account["auth_token"]), _env_file=None,
    )  # fmt: skip
    carrier = TwilioCarrier(
        httpx2.Client(transport=InProcess(twilio)), account_sid=account["account_sid"], token=account["auth_token"],
        number=account["number"], status_callback=PUBLIC + STATUS_PATH,
    )  # fmt: skip
    lines = Lines(database, keys, clock, home=home, transport_for=lambda _url: InProcess(pms))
    services = Services(
        settings=settings, database=database, keys=keys, clock=clock, carrier=carrier, lines=lines,
        policy=policy or PolicyBook(), mail=mail(clock) if mail else None,
    )  # fmt: skip
    organization_id, connection_id = _connected(services, pms, mode)
    runner = Runner(services, durable=AtOnce())
    runner.durable.launch({"turn": runner.maintenance.turn, "act": runner.maintenance.act})
    town = Town(
        pms=pms, twilio=twilio, services=services, clock=clock, runner=runner, connection_id=connection_id,
        organization_id=organization_id,
    )  # fmt: skip
    _wire(town)
    return town


def _connected(services: Services, pms: Simulator, mode: str) -> tuple[str, str]:
    now = services.clock.now()
    with services.database.write() as conn:
        company = connections.create_organization(conn, "Elm Court Homes (made up)", now)
        made = connections.create(
            conn, services.keys, organization_id=company.id, name="Buildium (simulator)", pms="buildium",
            base_url="https://sim.invalid", credentials=pms.credentials, webhook_secrets=[HOOK_SECRET], now=now,
            mode="live",
        )  # fmt: skip
    pull.backfill(services.lines.source(made.id), READ)
    with services.database.write() as conn:
        for property_id, _zone, _unsure in zones.unconfirmed(conn, made.id):
            zones.confirm(conn, made.id, property_id, "America/New_York", by="the test", now=now)
        if mode == "shadow":
            connections.set_mode(conn, made.id, "shadow", now)
    return company.id, made.id


def _wire(town: Town) -> None:
    """Webhooks go the way the server takes them."""

    def sms(url: str, headers: Mapping[str, str], body: bytes) -> int:
        inbox = town.services.inbox(town.organization_id)
        take = receive.receive_sms if url == PUBLIC + SMS_PATH else receive.receive_status
        take(inbox, url=url, body=body, signature=headers["x-twilio-signature"])
        return 200

    town.twilio.subscribe(PUBLIC + SMS_PATH, "", sms)
    town.pms.subscribe(f"{PUBLIC}/webhooks/pms/x", HOOK_SECRET, town.take_webhook)
