"""Writes docs/assessments/: `python -m tests.docs.assessments [NAME ...]` assesses each connector on its simulator.

Real time and each PMS's real call budget, so it takes some minutes; the one without a simulator is Rooftree's own.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.docs.write import PLANNED, ROOT

from rooftree.acts import write_test
from rooftree.acts.services import Services
from rooftree.channels.local import LocalInbox
from rooftree.clock import SystemClock
from rooftree.config import Settings
from rooftree.connectors import levels, registry
from rooftree.connectors.base import VERBS
from rooftree.db import Database
from rooftree.errors import InvalidInput, Refused
from rooftree.model.portfolio import Unit
from rooftree.operations import books
from rooftree.operations.assessments import assessed
from rooftree.sealed import RootKey
from rooftree.simulators import registry as simulators
from rooftree.simulators.transport import InProcess
from rooftree.store import connections, records
from rooftree.store.connections import PmsConnection
from rooftree.store.keys import Keys
from rooftree.store.migrate import upgrade
from rooftree.surfaces.home import local_caller
from rooftree.sync import pull
from rooftree.sync.freshness import span
from rooftree.sync.lines import Lines

FOLDER = ROOT / "docs/assessments"
_OPTIONS = {"entrata": {"office_phone": "+15125550100"}, "propertyware": {"closing_vendor_id": "7000001"}}
_LABEL = (
    "Measured against our simulator on this machine, not the vendor's system: levels and evidence show what Rooftree "
    "does when the system behaves as its contract says; times are those of the simulator,\n"
    "with the waits that the call budget asks for."
)
_OWN_LABEL = "Measured on this machine: Rooftree's own system is the real thing, filled with made-up houses and people."


def page(name: str, home: Path) -> str:
    """One report as Markdown, from a fresh account: read in, written to on an empty unit, probed."""
    clock = SystemClock()
    database = Database(f"sqlite:///{home / 'rooftree.db'}")
    upgrade(database)
    keys = Keys(RootKey.from_file(home / "root.key"))
    pms = None if name == "embedded" else simulators.build(name, now=clock.now)
    lines = Lines(database, keys, clock, home=home, transport_for=lambda _url: InProcess(pms) if pms else None)
    settings = Settings(home=home)
    services = Services(settings=settings, database=database, keys=keys, clock=clock, carrier=LocalInbox(), lines=lines)
    found = _connected(services, name, pms.credentials if pms else {})
    pull.backfill(lines.source(found.id))
    tried = _tried(services, found)
    return "\n".join(_markdown(assessed(services, found), tried)) + "\n"


def _connected(services: Services, name: str, credentials: dict[str, str]) -> PmsConnection:
    caller = local_caller(services)
    if name == "embedded":
        return books.begin(caller, "Rooftree's own", live=True, with_sample=True)[0]
    connector = registry.load(name)
    base = next(iter(connector.manifest.base_urls.values()))
    turned_on = {levels.EXPERIMENTAL: ",".join(levels.experimental(connector))}
    with services.database.write() as conn:
        return connections.create(
            conn,
            services.keys,
            organization_id=caller.organization_id,
            name=f"Simulated {connector.manifest.title}",
            pms=name,
            base_url=base,
            credentials=credentials,
            options={**_OPTIONS.get(name, {}), **turned_on},
            mode="live",
            now=services.clock.now(),
        )


def _tried(services: Services, found: PmsConnection) -> str:
    """A sentence on the write test, made on the first empty unit."""
    with services.database.read() as conn:
        units = records.list_page(conn, services.keys, Unit, connection_id=found.id, limit=500)
    refusal = "no unit is empty"
    for unit in units:
        try:
            run = write_test.run(
                services, found, unit.record.id, actor="docs", guest_card=_has_cards(found), occupied=False
            )
        except Refused:
            continue
        except InvalidInput as error:
            refusal = str(error)
            break
        steps = ", ".join(f"{_words(each)} {each['verb']} {_WORD[each['ok']]}" for each in run["steps"])
        left = "; ".join(f"{_words(each)} left open: {each['why']}" for each in run["left"])
        return f"Write test on an empty unit: {steps}. {left or 'Nothing was left open.'}"
    return f"No write test: {refusal}"


def _words(row: Mapping[str, Any]) -> str:
    return str(row["record"].replace("_", " "))


_WORD = {True: "worked", False: "failed", None: "could not be tried"}


def _has_cards(found: PmsConnection) -> bool:
    row = next((each for each in registry.load(found.pms).resources if each.name == "guest_card"), None)
    return row is not None and hasattr(row.create, "step")


def _markdown(report: dict[str, Any], tried: str) -> Iterator[str]:
    connector = registry.load(report["pms"])
    yield f"# {report['title']}: assessment"
    yield f"{_OWN_LABEL if connector.manifest.native else _LABEL} {report['at']:%Y-%m-%d}, `rooftree assess`."
    yield f"\n**Level {report['level']}, of which Level {report['proven_level']} is proven.** {tried}"
    yield from _missing(report)
    yield "\n## Records\n| record | level | proven | " + " | ".join(VERBS) + " |\n|---|---|---|" + "---|" * len(VERBS)
    for row in report["resources"]:
        cells = " | ".join(_cell(row["verbs"][verb]) for verb in VERBS)
        yield f"| {_words(row)} | {row['level']} | {row['proven_level']} | {cells} |"
    failed = [
        f"- {_words(row)} {verb}: {found['why']}"
        for row in report["resources"]
        for verb, found in row["verbs"].items()
        if found["state"] == "failed"
    ]
    yield from (["\nFailed:", *failed] if failed else [])
    yield f"\nWhy a verb is missing stands on [its page](../connectors/{report['pms']}.md)."
    yield "\n## Freshness\n| record | target | read each | calls a reading | why not |\n|---|---|---|---|---|"
    for each in report["freshness"]:
        told = each["why"] if each["reason"] in ("budget", "error") else ""
        numbers = f"{span(each['target'])} | {span(each['every'])} | {each['calls']}"
        yield f"| {_words(each)} | {numbers} | {told} |"
    link, data = report["link"], report["data"]
    yield "\n## Link"
    yield f"- Encryption: {link['encryption']}; the simulator is reached inside the process, so none is measured here."
    yield f"- Signing: {link['signing']}\n- Webhooks: {link['webhooks']}"
    kept = ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in sorted(data["records"].items()))
    yield f"\n## Data kept\nRecords in this test: {kept}. Each is sealed under a key of its own."
    yield f"Never kept: {', '.join(f'`{each}`' for each in data['never_kept']) or 'nothing needs cutting'}."
    yield f"\n## Endpoints called\n{len(report['endpoints'])} in this run:\n"
    yield from (f"- `{each['endpoint']}`" for each in report["endpoints"])


def _missing(report: dict[str, Any]) -> Iterator[str]:
    if report["missing"]:
        yield f"\nMissing to Level {report['proven_level'] + 1}:"
    for each in report["missing"]:
        words = f"{each['why']} {each['instead']}".replace(report["connection"], "ID").strip()
        yield f"- {each['verb']} ({each['state'].replace('_', ' ')}): {words}"


def _cell(found: dict[str, Any]) -> str:
    if found["state"] != "proven":
        return str(found["state"].replace("_", " "))
    lag = f", seen {found['lag']:.1f} s later" if found["lag"] is not None else ""
    return f"proven, {found['seconds'] * 1000:.0f} ms{lag}"


def main(names: Sequence[str]) -> None:
    FOLDER.mkdir(exist_ok=True)
    for name in names or PLANNED:
        with tempfile.TemporaryDirectory() as home:
            (FOLDER / f"{name}.md").write_text(page(name, Path(home)))
        print(FOLDER / f"{name}.md", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
