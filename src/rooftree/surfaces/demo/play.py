"""`rooftree demo`: five tenants' texts at two in the morning become verified work orders, on simulators."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rooftree.connectors import levels, registry
from rooftree.connectors.base import Gap
from rooftree.errors import InvalidInput
from rooftree.model.leasing import Resident
from rooftree.model.maintenance import WorkOrder
from rooftree.model.vocabulary import ResidentStatus
from rooftree.simulators import registry as simulators
from rooftree.store import messages, records
from rooftree.surfaces.demo import steps
from rooftree.surfaces.demo.cast import ROLES, Phones, Role, http
from rooftree.surfaces.demo.proof import Proof, prove
from rooftree.surfaces.demo.stage import READ, Stage, confirm_zones, stage
from rooftree.sync import pull
from rooftree.workflows.facts import household_behind

_ZONE = ZoneInfo("America/New_York")
_PATIENCE = 300.0
_MORNING_SECONDS = 6 * 3600


def run(pms: str, *, fast: bool, keep: bool, units: int) -> int:
    """Play it; the exit code is 0 only when every step of every case happened and was verified.

    Raises InvalidInput for a property system at which no work order can be made.
    """
    _check_orders(pms)
    began = time.monotonic()
    print(f"Rooftree demo. Everybody in it is made up; {pms} and Twilio are simulators on this machine.\n")
    with stage(pms, units=units, pace=0.05 if fast else 1.0) as built:
        _sync(built)
        built.runner.start()
        tenants = _casting(built)
        phones = Phones(twilio=built.twilio_url, tenants=tenants, pause=0.0 if fast else 0.7)
        threading.Thread(target=phones.live, name="demo-phones", daemon=True).start()
        good = _play(built, phones)
        phones.stop.set()
        print(
            f"\n{'Everything is verified.' if good else 'NOT everything is verified.'} "
            f"{time.monotonic() - began:.0f} s in all."
        )
        if keep or (sys.stdout.isatty() and not fast):
            _stay(built)
    return 0 if good else 1


def _check_orders(pms: str) -> None:
    connector = registry.load(pms)
    orders = connector.resource(WorkOrder)
    if orders is None:
        return
    if isinstance(orders.create, Gap):
        raise InvalidInput(f"{connector.manifest.title} cannot be played: {orders.create.reason}", path="pms")
    if not levels.is_on(orders.create, "work_order.create", simulators.AGREED.get(pms, {})):
        raise InvalidInput(f"{connector.manifest.title} cannot be played: making work orders is off there.", path="pms")


def _sync(built: Stage) -> None:
    from rich.console import Console

    from rooftree.surfaces.cli.reading import progress_bars

    started = time.monotonic()
    console = Console(stderr=True)
    with progress_bars(console) as step:
        pulled = pull.backfill(built.services.lines.source(built.connection.id), READ, progress=step)
    confirm_zones(built)
    seen = {each.record: each.seen for each in pulled}
    print(
        f"Synced {seen.get('property', 0)} properties, {seen.get('unit', 0)} units and {seen.get('resident', 0)} "
        f"residents in {time.monotonic() - started:.1f} s.\n"
    )


def _casting(built: Stage) -> dict[str, Role]:
    """A phone number for each role: residents who live alone behind their number, in the Eastern zone."""
    services = built.services
    chosen: dict[str, Role] = {}
    homes: set[str] = set()
    with services.database.read() as conn:
        after = None
        while len(chosen) < len(ROLES):
            page = records.list_page(
                conn, services.keys, Resident, connection_id=built.connection.id, after=after, limit=200
            )
            if not page:
                raise SystemExit("The simulator has too few residents for the play; give it more units.")
            after = page[-1].id
            for found in page:
                phone = next((p.number for p in found.record.phones if p.number.startswith("+1")), None)
                if found.record.status is not ResidentStatus.CURRENT or phone is None or len(chosen) == len(ROLES):
                    continue
                known = household_behind(conn, services, built.connection.organization_id, phone)
                if len(known) == 1 and known[0].zone == _ZONE and known[0].property_id not in homes:
                    homes.add(known[0].property_id)
                    chosen[phone] = ROLES[len(chosen)]
    return chosen


def _play(built: Stage, phones: Phones) -> bool:
    print(f"It is {_wall(built.clock.now())}, a winter night. Five tenants text the office.\n")
    for phone, role in phones.tenants.items():
        print(f'  {role.name}: "{role.text}"')
        phones.text(phone, role.text)
    print()
    told: set[tuple[str, int]] = set()
    _watch(built, phones, told, until=lambda cases: all(_night_over(case) for case in cases.values()))
    built.clock.advance(_MORNING_SECONDS)
    built.runner.wake()
    print(f"\nNothing more may disturb anybody before 8 am. The clock moves on: it is {_wall(built.clock.now())}.\n")
    _watch(built, phones, told, until=lambda cases: all(_over(case) for case in cases.values()))
    return _verdict(built, phones)


def _watch(built: Stage, phones: Phones, told: set[tuple[str, int]], *, until: Any) -> None:
    """Print each step as it happens, until the condition holds or patience ends."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        found = _cases(built, phones)
        for phone, case in found.items():
            for step in steps.of_case(case):
                if (phone, step.number) not in told:
                    told.add((phone, step.number))
                    name = phones.tenants[phone].name
                    at = _wall(datetime.fromisoformat(step.at))
                    print(f"  {at}  {name:<21} {step.number}. {steps.NAMES[step.number - 1]}: {step.said}".rstrip(": "))
        if len(found) == len(phones.tenants) and until(found):
            return
        time.sleep(0.2)


def _night_over(case: Mapping[str, Any]) -> bool:
    """An emergency is closed; anything else has its work order and waits for the morning."""
    if case["state"] == "new" or case["priority"] == "emergency":
        return _over(case)
    return any(row["kind"] == "act" and row["state"] == "waiting" for row in case["timeline"])


def _over(case: Mapping[str, Any]) -> bool:
    return len(steps.of_case(case)) == len(steps.NAMES)


def _cases(built: Stage, phones: Phones) -> dict[str, Mapping[str, Any]]:
    """Each tenant's case, by phone, as the REST API tells it."""
    signed = {"authorization": f"Bearer {built.key}"}
    found: dict[str, Mapping[str, Any]] = {}
    with built.services.database.read() as conn:
        for text in messages.recent(conn, built.services.keys, built.connection.organization_id, limit=500):
            if text.person in phones.tenants and text.case_id and text.person not in found:
                answer = http().get(f"{built.url}/v1/cases/{text.case_id}", headers=signed)
                found[text.person] = answer.raise_for_status().json()
    return found


def _verdict(built: Stage, phones: Phones) -> bool:
    """The proof, from the effect rows and from the simulator itself, case by case."""
    print("\nProof, from our effect ledger and from the simulator asked directly:")
    good = True
    found = _cases(built, phones)
    for phone, role in phones.tenants.items():
        case = found.get(phone)
        done = [step.number for step in steps.of_case(case)] if case else []
        missing = [number for number in range(1, 9) if number not in done]
        proof = prove(built, case) if case else Proof(line="no case", good=False)
        fine = proof.good and not missing
        good = good and fine
        gaps = f" (steps missing: {', '.join(map(str, missing))})" if missing else ""
        print(f"  {'ok ' if fine else 'BAD'} {role.name:<21} {proof.line}{gaps}")
    return good


def _stay(built: Stage) -> None:
    print(f"\nThe console is at {built.url} until you press Ctrl-C.", flush=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        print("\nGood bye.")


def _wall(moment: datetime) -> str:
    return moment.astimezone(_ZONE).strftime("%I:%M:%S %p")
