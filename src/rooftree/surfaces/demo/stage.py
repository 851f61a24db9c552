"""The stage: simulators of a PMS and a carrier, our server and worker, all on this machine, all thrown away after."""

from __future__ import annotations

import secrets
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn
from pydantic import SecretStr

from rooftree.acts.services import Services
from rooftree.clock import ShiftedClock
from rooftree.config import Settings
from rooftree.connectors import registry as connectors
from rooftree.connectors.base import Gap
from rooftree.model.maintenance import Vendor
from rooftree.operations import books
from rooftree.simulators import registry as simulators
from rooftree.simulators import serve
from rooftree.simulators.kit import Simulator
from rooftree.store import connections, zones
from rooftree.store.connections import PmsConnection
from rooftree.surfaces import server
from rooftree.surfaces.demo.cast import ON_CALL, VENDORS
from rooftree.surfaces.home import local_caller, services
from rooftree.surfaces.rest.app import Key
from rooftree.workflows.runner import Runner

NIGHT = datetime(2027, 1, 15, 7, 4, tzinfo=UTC)
"""Four minutes past two in the morning in New York, in winter."""

READ = ("property", "unit", "lease", "resident", "vendor", "staff", "work_order")
"""What the loop needs; ledgers, notes and files are read in the night."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What the play needs to know of the stage."""

    services: Services
    clock: ShiftedClock
    runner: Runner
    connection: PmsConnection
    pms: Simulator
    pms_url: str
    twilio: Simulator
    twilio_url: str
    url: str
    key: str


@contextmanager
def stage(pms: str, *, units: int, pace: float) -> Iterator[Stage]:
    """Build everything up; take everything down on leaving."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rooftree-demo-")))
        clock = ShiftedClock(NIGHT)
        properties = max(1, min(simulators.MOST_PROPERTIES.get(pms, 60), units // 20))
        agreed = simulators.AGREED.get(pms, {})
        pretended = simulators.build(
            pms,
            properties=properties,
            units_per_property=max(1, units // properties),
            now=clock.now,
            # An agreed budget is kept by the simulator too, so that the play shows that we keep it.
            **(simulators.DOCUMENTED_LIMITS[pms] if agreed else {}),
        )
        port = _free_port()
        url = f"http://127.0.0.1:{port}"
        twilio = simulators.build("twilio", now=clock.now, webhook_url=f"{url}/channels/twilio/sms")
        running = [_running(stack, pretended), _running(stack, twilio)]
        settings = _settings(home, url, running, twilio, pace)
        ready = stack.enter_context(services(settings, clock))
        connection = _connected(ready, pms, running[0], pretended)
        _give_vendors(ready, pms)
        mover = server.runner(ready)
        key = secrets.token_urlsafe(16)
        _serving(stack, server.build(ready, Key(key), mover.wake), port)
        yield Stage(
            services=ready,
            clock=clock,
            runner=mover,
            connection=connection,
            pms=pretended,
            pms_url=running[0],
            twilio=twilio,
            twilio_url=running[1],
            url=url,
            key=key,
        )
        mover.close()


def confirm_zones(stage_: Stage) -> None:
    """In the play somebody has confirmed every time zone beforehand."""
    now = stage_.clock.now()
    with stage_.services.database.write() as conn:
        for property_id, zone, _unsure in zones.unconfirmed(conn, stage_.connection.id):
            zones.confirm(conn, stage_.connection.id, property_id, zone, by="the demo", now=now)


def _running(stack: ExitStack, simulator: Simulator) -> str:
    found = serve.start(simulator)
    stack.callback(found.stop)
    return found.url


def _settings(home: Path, url: str, origins: list[str], twilio: Simulator, pace: float) -> Settings:
    account: Any = twilio.credentials
    return Settings(
        home=home,
        public_url=url,
        loopback_origins=origins,
        log_level="ERROR",
        pace=pace,
        open_demo=True,
        office_name="Elm Court Homes",
        page_numbers=[ON_CALL],
        twilio_account_sid=account["account_sid"],
        twilio_auth_token=SecretStr(account["auth_token"]),
        twilio_number=account["number"],
        twilio_base_url=origins[1],
    )


def _connected(ready: Services, pms: str, url: str, pretended: Simulator) -> PmsConnection:
    caller = local_caller(ready)
    with ready.database.write() as conn:
        return connections.create(
            conn,
            ready.keys,
            organization_id=caller.organization_id,
            name=f"{connectors.load(pms).manifest.title} (simulator)",
            pms=pms,
            base_url=url,
            credentials=pretended.credentials,
            options=simulators.AGREED.get(pms),
            now=ready.clock.now(),
            mode="live",
        )


def _give_vendors(ready: Services, pms: str) -> None:
    """The company's own vendor directory where the property system has no vendors."""
    row = connectors.load(pms).resource(Vendor)
    if row is None or isinstance(row.list, Gap):
        caller = local_caller(ready)
        own, _new = books.begin(caller, "Vendor directory")
        books.import_file(caller, own, "vendors", VENDORS.encode(), dry_run=False)


def _serving(stack: ExitStack, application: Any, port: int) -> None:
    config = uvicorn.Config(application, host="127.0.0.1", port=port, log_level="error", access_log=False)
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, name="demo-server", daemon=True)
    thread.start()
    while not running.started and thread.is_alive():
        threading.Event().wait(0.02)

    def stop() -> None:
        running.should_exit = True
        thread.join(timeout=10)

    stack.callback(stop)


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
