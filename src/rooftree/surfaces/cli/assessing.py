"""Probing and grading connections from the command line, with a real write test where an operator names a unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import typer

from rooftree.acts import write_test
from rooftree.acts.services import Services
from rooftree.connectors import levels, probe, registry
from rooftree.errors import InvalidInput
from rooftree.store import evidence
from rooftree.store.connections import PmsConnection
from rooftree.surfaces.cli.output import FAILED, show
from rooftree.surfaces.cli.reading import chosen
from rooftree.surfaces.home import local_caller, services


def assess(connections: Sequence[str], *, as_json: bool) -> None:
    """Probe and grade the chosen connections."""
    with services(quiet=True) as ready:
        reports = [_assessed(ready, found) for found in _all_chosen(ready, connections)]
    if as_json:
        show({"items": reports}, True)
        return
    for each in reports:
        print(f"{each['name']} ({each['pms']}): Level {each['level']}")
        for row in each["evidence"]:
            mark = {True: "yes", False: "NO ", None: "-  "}[row["ok"]]
            tried = f"{row['status'] or '':>3} {row['seconds']:5.2f} s {row['count'] or 0:>3} read" if row["ok"] else ""
            name = row["record"].replace("_", " ")
            print(f"  {mark} {row['verb']:<6} {name:<13} {tried} {row['why'] or ''}".rstrip())


def try_writes(
    connections: Sequence[str], unit: str, *, guest_card: bool, occupied: bool, yes: bool, as_json: bool
) -> None:
    """Write for real on a unit; exit code 1 when something failed or was left behind."""
    with services(quiet=True) as ready:
        found = _all_chosen(ready, connections)
        if len(found) != 1:
            raise InvalidInput("A write test is made on one connection: name it.", path="connection")
        write_test.checked(ready, found[0], unit, occupied=occupied)
        if not yes and not (not as_json and typer.confirm(_question(found[0], unit, guest_card))):
            raise InvalidInput("Nothing was written: say --yes, or answer y.", path="yes")
        who = local_caller(ready).name
        done = write_test.run(ready, found[0], unit, actor=who, guest_card=guest_card, occupied=occupied)
    show({"connection": found[0].id, **done}, True) if as_json else _report(found[0], done)
    if done["left"] or any(step["ok"] is False for step in done["steps"]):
        raise typer.Exit(FAILED)


def _question(found: PmsConnection, unit: str, guest_card: bool) -> str:
    also = " and a guest card of a made-up person" if guest_card else ""
    return f"Make a work order {write_test.TITLE!r} on unit {unit} of {found.name}{also}, change it and close it?"


def _report(found: PmsConnection, done: dict[str, Any]) -> None:
    print(f"{found.name}: write test on unit {done['unit']}")
    for step in done["steps"]:
        mark = {True: "yes", False: "NO ", None: "-  "}[step["ok"]]
        lag = f", seen after {step['lag']:.1f} s" if step["lag"] is not None else ""
        took = f" {step['seconds'] * 1000:.0f} ms{lag}" if step["ok"] else ""
        print(f"  {mark} {step['verb']:<6} {step['record'].replace('_', ' ')}{took} {step['why']}".rstrip())
        for name, pair in step["fields"].items():
            if not pair["equal"]:
                print(f"        {name}: wanted {pair['wanted']}, held {pair['held']}")
    for each in done["left"]:
        print(f"Left behind: {each['record'].replace('_', ' ')} {each['external_id']}. {each['why']} Close it by hand.")


def _all_chosen(ready: Services, connections: Sequence[str]) -> list[PmsConnection]:
    """The named connections in the order named, or all."""
    names: Sequence[str | None] = connections or [None]
    return [each for name in names for each in chosen(ready, name)]


def _assessed(ready: Services, found: PmsConnection) -> dict[str, Any]:
    connector = registry.load(found.pms)
    seen = probe.probe(connector, ready.lines.line(found.id), ready.clock)
    with ready.database.write() as conn:
        evidence.keep(conn, found.id, [asdict(each) for each in seen], ready.clock.now())
        rows = evidence.listed(conn, found.id)
    shown = [probe.Evidence(**{name: value for name, value in row.items() if name != "at"}) for row in rows]
    level = levels.level(connector, shown)
    return {"connection": found.id, "name": found.name, "pms": found.pms, "level": level, "evidence": rows}
