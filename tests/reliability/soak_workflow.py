"""Kill -9 at every step of the maintenance loop, and start again, until the case is quiet; then meet the truth.

Buildium and Twilio are pretended on loopback by this process, whose people answer by text; the loop runs in another
process with the real executor, dies where it is told, and is started again under the same name. All clocks run
thirty times too fast. `python -m tests.reliability.soak_workflow` walks every label and every time it is passed,
and writes its figures to docs/reliability-figures.json.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from datetime import time as day_time
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import select

from rooftree import outbound
from rooftree.acts.services import Services
from rooftree.channels.catch_up import catch_up
from rooftree.channels.twilio_api import TwilioCarrier
from rooftree.config import Settings
from rooftree.db import Database
from rooftree.effects import crash
from rooftree.errors import RooftreeError
from rooftree.model.cases import CaseState
from rooftree.policy.book import PolicyBook
from rooftree.sealed import RootKey
from rooftree.simulators import registry, serve
from rooftree.simulators.kit import Simulator
from rooftree.store import acts, cases, connections, messages
from rooftree.store.keys import Keys
from rooftree.store.migrate import upgrade
from rooftree.store.tables.effects import push as push_table
from rooftree.sync import pull, push
from rooftree.sync.lines import Lines
from rooftree.workflows.runner import Runner

FIGURES = Path(__file__).parents[2] / "docs" / "reliability-figures.json"
KEYS = Keys(RootKey(b"rooftree test key: 32 bytes long"))
LABELS = ("text.routing", "text.routed", "turn.deciding", "turn.decided", "act.judged", "act.carried_out", "act.kept",
          "push.opened", "effect.leased", "effect.sent", "effect.called", "effect.confirmed", "push.compared",
          "push.verified")  # fmt: skip
GAS = "hi theres a strong smell of gas in my kitchen"
ON_CALL = "+13125550199"
_SPEED = 30.0
_PATIENCE = 60.0
_MOST_LIVES = 4
_READ = ("property", "unit", "lease", "resident", "vendor", "staff", "work_order")


@dataclass(frozen=True)
class FastClock:
    """Time since `began` (Unix seconds), thirty times as fast: never behind the Date header of a served simulator."""

    began: float

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.began, UTC) + timedelta(seconds=(time.time() - self.began) * _SPEED)

    def wait(self, seconds: float) -> None:
        time.sleep(seconds / _SPEED)


@dataclass(frozen=True)
class Place:
    """Where a trial happens; goes to the other process."""

    home: str
    began: float
    pms_url: str
    twilio_url: str
    pms: dict[str, str]
    twilio: dict[str, str]


@dataclass(frozen=True)
class Told:
    """What a trial ended with."""

    state: str
    lives: int
    flagged: int
    safety: int
    orders: int


def services_of(place: Place) -> Services:
    """Our side of a trial, opened anew by each process."""
    clock, home = FastClock(place.began), Path(place.home)
    database = Database(f"sqlite:///{home / 'rooftree.db'}")
    origins = [place.pms_url, place.twilio_url]
    settings = Settings(
        home=home, page_numbers=[ON_CALL], worker="soak", pace=0.05, loopback_origins=origins, log_level="ERROR",
        twilio_auth_token=SecretStr(place.twilio["auth_token"]),
    )  # fmt: skip
    carrier = TwilioCarrier(
        outbound.client(origins), account_sid=place.twilio["account_sid"], token=place.twilio["auth_token"],
        number=place.twilio["number"], base_url=place.twilio_url, status_callback="",
    )  # fmt: skip
    never_quiet = replace(PolicyBook(), quiet_from=day_time(0), quiet_to=day_time(0))
    lines = Lines(database, KEYS, clock, home=home, loopback_origins=origins)
    return Services(
        settings=settings, database=database, keys=KEYS, clock=clock, carrier=carrier, lines=lines, policy=never_quiet
    )


def live(place: Place, crash_at: str, stop: Event) -> None:
    """One life of the worker: the real loop, dying where it is told or ended when all is quiet."""
    os.environ[crash.VARIABLE] = crash_at
    services = services_of(place)
    with services.database.read() as conn:
        (organization,) = connections.organizations(conn)
    runner = Runner(services)
    runner.start()
    while not stop.wait(0.1):
        try:
            push.recover(services.database, services.keys, services.clock, services.lines.door)
            catch_up(services.inbox(organization.id), services.carrier)
        except RooftreeError:
            continue  # the next look finds what this one missed
        runner.wake()
    os._exit(0)


def trial(crash_at: str) -> Told:
    """One gas smell from the first text to its end, with a death on the way; raises AssertionError."""
    folder = tempfile.mkdtemp(prefix="rooftree-soak-")
    began = time.time()
    clock = FastClock(began)
    pms, twilio = registry.build("buildium", now=clock.now), registry.build("twilio", now=clock.now)
    served = [serve.start(pms), serve.start(twilio)]
    place = Place(folder, began, served[0].url, served[1].url, pms.credentials, twilio.credentials)
    try:
        seeded = {task["Id"] for task in pms.truth("tasks")}
        resident = _set_up(place, pms)
        account: Any = twilio.behaviour
        account.inbound(resident, GAS)
        lives = _lives(place, twilio, crash_at)
        return _judged(place, pms, twilio, resident, seeded, lives)
    finally:
        for each in served:
            each.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _set_up(place: Place, pms: Simulator) -> str:
    services = services_of(place)
    upgrade(services.database)
    now = services.clock.now()
    with services.database.write() as conn:
        company = connections.create_organization(conn, "Elm Court Homes (made up)", now)
        made = connections.create(
            conn, KEYS, organization_id=company.id, name="Buildium (simulator)", pms="buildium",
            base_url=place.pms_url, credentials=place.pms, now=now, mode="live",
        )  # fmt: skip
    pull.backfill(services.lines.source(made.id), _READ)
    services.database.close()
    behaviour: Any = pms.behaviour
    return str(behaviour.account.seeds.portfolio.resident(0, 0).phone)


def _lives(place: Place, twilio: Simulator, crash_at: str) -> int:
    """Lives until quiet: the first dies where told, those after it go on."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.reliability.soak_workflow", "dbos"])
    people = _People(twilio)
    deadline = time.monotonic() + _PATIENCE
    for count in range(1, _MOST_LIVES + 1):
        stop = context.Event()
        process = context.Process(target=live, args=(place, crash_at if count == 1 else "", stop))
        process.start()
        while process.is_alive():
            people.answer()
            if _is_quiet(place):
                stop.set()
                process.join(10)
                return count
            if time.monotonic() > deadline:
                process.kill()
                raise AssertionError(f"not quiet after {_PATIENCE:g} s: {_state(place)}")
            time.sleep(0.05)
        assert process.exitcode == crash.EXIT_STATUS, process.exitcode
    raise AssertionError("it died without being told")


class _People:
    """Everybody's telephones: vendors accept and report, the resident says yes, the person on call takes the page."""

    def __init__(self, twilio: Simulator) -> None:
        self._twilio = twilio
        self._seen: set[str] = set()

    def answer(self) -> None:
        for sent in self._twilio.truth("messages"):
            if sent["direction"].startswith("outbound") and sent["sid"] not in self._seen:
                self._seen.add(sent["sid"])
                if said := _reply(sent["body"]):
                    account: Any = self._twilio.behaviour
                    account.inbound(sent["to"], said)


def _reply(body: str) -> str:
    for hint, word in ((r"text (A \d+)", ""), (r"text (DONE \d+)", ""), (r"(OK \d+)", ""), (r"YES or NO", "YES")):
        if found := re.search(hint, body):
            return word or found[1]
    return ""


def _is_quiet(place: Place) -> bool:
    state, open_acts, pushes, flagged, due = _state(place)
    if state is None or open_acts or pushes or due:
        return False
    return state == CaseState.CLOSED or flagged > 0


def _state(place: Place) -> tuple[str | None, int, int, int, int]:
    """(case state, open acts, open pushes, acts flagged for people, events due)."""
    services = services_of(place)
    try:
        with services.database.read() as conn:
            (organization,) = connections.organizations(conn)
            found = cases.recent(conn, KEYS, organization.id)
            if not found:
                return None, 0, 0, 0, 0
            known = [act for case in found for act in acts.of_case(conn, KEYS, case.id)]
            open_pushes = len(conn.execute(select(push_table.c.op_key).where(push_table.c.state == "open")).all())
            due = len(cases.ready(conn, services.clock.now())) + len(messages.waiting(conn, KEYS))
            working = sum(act.state in acts.OPEN for act in known)
            flagged = sum(act.state in ("unsure", "needs_human", "failed") for act in known)
            return found[0].state, working, open_pushes, flagged, due
    finally:
        services.database.close()


def _judged(place: Place, pms: Simulator, twilio: Simulator, resident: str, seeded: set[int], lives: int) -> Told:
    state, _open, _pushes, flagged, _due = _state(place)
    orders = [task for task in pms.truth("tasks") if task["Id"] not in seeded]
    sent = [m for m in twilio.truth("messages") if m["direction"].startswith("outbound")]
    safety = sum(m["to"] == resident and m["body"].startswith("GAS") for m in sent)
    # "No longer open" may come by two acts: the offer's end, and the answer to a vendor who accepts after it.
    others = Counter((m["to"], m["body"]) for m in sent if not re.match("GAS|.* ON CALL|.* no longer open", m["body"]))
    assert len(orders) == 1, f"{len(orders)} work orders"
    assert safety >= 1, "no safety text"
    assert any("ON CALL" in m["body"] for m in sent), "nobody was paged"
    doubled = {body: count for (_to, body), count in others.items() if count > 1}
    assert not doubled, f"sent twice: {doubled}"
    assert state == CaseState.CLOSED or flagged, f"stands still in {state}"
    return Told(str(state), lives, flagged, safety, len(orders))


def main() -> None:
    """Every label, every time it is passed, until a life passes it no more; labels may be named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("labels", nargs="*", default=list(LABELS))
    parser.add_argument("--minutes", type=float, default=120.0, help="stop after so long and say so in the figures")
    asked = parser.parse_args()
    started, counts, failures = time.monotonic(), Counter[str](), list[str]()
    for label in asked.labels:
        for turn in range(1, 200):
            if time.monotonic() - started > asked.minutes * 60:
                counts["unfinished"] = 1
                break
            where = f"{label}#{turn}"
            try:
                told = trial(where)
            except AssertionError as error:
                counts["trials"] += 1
                failures.append(f"{where}: {error}")
                sys.stderr.write(f"FAILED {failures[-1]}\n")
                continue
            if told.lives == 1:
                break
            counts.update(trials=1, closed=told.state == "closed", flagged=told.flagged > 0, twice=told.safety > 1)
        sys.stderr.write(f"{label}: {dict(counts)}\n")
    figures = {
        "labels": asked.labels,
        "ran_out_of_time": bool(counts["unfinished"]),
        "trials": counts["trials"],
        "closed": counts["closed"],
        "flagged_for_a_person": counts["flagged"],
        "safety_text_sent_twice": counts["twice"],
        "failures": failures,
        "seconds": round(time.monotonic() - started, 1),
    }
    kept = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    FIGURES.write_text(json.dumps(kept | {"workflow_kill": figures}, indent=2) + "\n")
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
