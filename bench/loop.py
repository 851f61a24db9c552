"""c: a text becomes a verified work order and an offered vendor, against the sum of the simulators' latencies."""

from __future__ import annotations

import time

from bench.figures import Measure
from rooftree.model.leasing import Resident
from rooftree.model.vocabulary import ResidentStatus
from rooftree.store import cases, records
from rooftree.surfaces.demo.stage import READ, Stage, stage
from rooftree.sync import pull
from rooftree.workflows.facts import household_behind

ROUNDS, LATENCY = 3, 0.2
TEXT = "The refrigerator stopped cooling since yesterday, food is going bad"


def measure() -> list[Measure]:
    """Seconds from a text's arrival to its work order read back: alone, and twenty at once."""
    with stage("buildium", units=400, pace=1.0) as built:
        pull.backfill(built.services.lines.source(built.connection.id), READ)
        built.runner.start()
        built.pms.latency = built.twilio.latency = LATENCY
        phones = _phones(built, 20 + ROUNDS + 3)
        alone = [_seconds(built, [phones.pop()]) for _ in range(ROUNDS + 1)][1:]
        calls = _calls_of_one(built, phones.pop())
        together = [_seconds(built, phones[:20])]
    floor = calls * LATENCY
    peer = f"{calls} calls one after another of {LATENCY:g} s"
    return [
        Measure(id="c1", title="text to verified work order, alone", unit="s", peer=peer, theirs=[floor] * len(alone),
                ours=alone, goal=None, note="the peer counts every PMS call until then; some ran side by side"),
        Measure(id="c2", title="the same, 20 at once: the last one", unit="s", peer=peer, theirs=[floor], ours=together,
                goal=None, note="Buildium's own limit of 10 calls a second binds"),
    ]  # fmt: skip


def _phones(built: Stage, count: int) -> list[str]:
    services, chosen = built.services, list[str]()
    with services.database.read() as conn:
        for found in records.list_page(conn, services.keys, Resident, connection_id=built.connection.id, limit=500):
            phone = next((p.number for p in found.record.phones if p.number.startswith("+1")), None)
            lives = found.record.status is ResidentStatus.CURRENT and phone and phone not in chosen
            if lives and len(household_behind(conn, services, built.connection.organization_id, str(phone))) == 1:
                chosen.append(str(phone))
    return chosen[:count]


def _seconds(built: Stage, phones: list[str]) -> float:
    """From the first text to the last verified work order."""
    began = time.perf_counter()
    for phone in phones:
        built.twilio.behaviour.inbound(phone, TEXT)  # type: ignore[attr-defined]
    built.twilio.pump()
    while not all(_created(built, phone) for phone in phones):
        if time.perf_counter() - began > 120:
            raise RuntimeError("The loop did not come to its end in two minutes.")
        time.sleep(0.01)
    return time.perf_counter() - began


def _created(built: Stage, phone: str) -> bool:
    services = built.services
    with services.database.read() as conn:
        open_ = cases.open_of_phone(conn, services.keys, built.connection.organization_id, phone)
        return any(case.work_order_id for case in open_)


def _calls_of_one(built: Stage, phone: str) -> int:
    """How many calls to the PMS one creation makes, one after another: counted in the simulator's own log."""
    before = len(built.pms.calls)
    _seconds(built, [phone])
    made = built.pms.calls[before:]
    first = next(number for number, call in enumerate(made) if call.method == "POST")
    words = ("task", "workorder", "lease")
    until = [call for call in made[: first + 2] if any(word in call.path for word in words)]
    return max(2, len(until))
