"""Probing and grading connections from the command line, with a real write test where an operator names a unit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import typer

from rooftree.acts import write_test
from rooftree.acts.services import Services
from rooftree.connectors.environment import HARMLESS
from rooftree.errors import InvalidInput
from rooftree.operations.assessments import assessed
from rooftree.store.connections import PmsConnection
from rooftree.surfaces.cli.output import FAILED, in_words, show
from rooftree.surfaces.cli.reading import chosen
from rooftree.surfaces.console.pages import render
from rooftree.surfaces.home import local_caller, services
from rooftree.sync.freshness import span


def assess(connections: Sequence[str], *, html: Path | None, as_json: bool) -> None:
    """Probe and grade the chosen connections; several are compared."""
    with services(quiet=True) as ready:
        reports = [assessed(ready, found) for found in _all_chosen(ready, connections)]
    if html is not None:
        _write(html, render("assessment.html", reports=reports, at=reports[0]["at"]))
    if as_json:
        show({"items": reports}, True)
        return
    if len(reports) > 1:
        _compare(reports)
    for each in reports:
        for line in _lines(each):
            print(line)
    if html is not None:
        print(f"Written to {html}.")


def _write(file: Path, page: str) -> None:
    try:
        file.write_text(page, encoding="utf-8")
    except OSError as error:
        raise InvalidInput(f"{file} cannot be written ({error.strerror}).", path="html") from None


def _compare(reports: Sequence[dict[str, Any]]) -> None:
    print(f"{'connection':<28} level  proven  fresh    records  endpoints  link")
    for each in reports:
        met = sum(row["met"] for row in each["freshness"])
        fresh = f"{met}/{len(each['freshness'])}"
        kept = sum(each["data"]["records"].values())
        encrypted = each["link"]["encryption"].partition(":")[0].partition(",")[0]
        counts = f"{each['level']:>5}  {each['proven_level']:>6}  {fresh:<7} {kept:>8}  {len(each['endpoints']):>9}"
        print(f"{each['name'][:28]:<28} {counts}  {encrypted}")
    print()


def _lines(report: dict[str, Any]) -> Iterator[str]:
    """One report as lines, the levels first."""
    proven, level = report["proven_level"], report["level"]
    yield f"{report['name']} ({report['pms']}): Level {level}, of which {proven} is proven"
    if report["environment"]:
        yield f"  {report['environment']}: {HARMLESS}"
    for row in report["resources"]:
        yield f"  {row['record'].replace('_', ' ')}: Level {row['level']} (proven {row['proven_level']})"
        yield from (f"    {verb:<6} {_verb(found)}" for verb, found in row["verbs"].items())
    if report["missing"]:
        yield f"  Missing to Level {proven + 1}:"
        for each in report["missing"]:
            yield f"    {each['verb']}: {each['state'].replace('_', ' ')}. {each['why']} {each['instead']}".rstrip()
    yield "  Freshness:"
    for each in report["freshness"]:
        lag = "not read" if each["lag"] is None else f"{span(each['lag'])} old"
        met = "met" if each["met"] else "MISSED"
        name, target = each["record"].replace("_", " "), span(each["target"])
        yield f"    {name:<13} {lag}, target {target}: {met} {each['why']}".rstrip()
    yield f"  Endpoints called: {len(report['endpoints'])}"
    yield from (f"    {each['calls']:>7} x {each['endpoint']}" for each in report["endpoints"])
    link = report["link"]
    yield f"  Link: {link['encryption']}; signed: {link['signing']}; webhooks: {link['webhooks']}"
    counts = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in sorted(report["data"]["records"].items()))
    yield f"  Data kept, sealed: {counts or 'nothing'}"
    if report["data"]["never_kept"]:
        yield f"  Never kept: {', '.join(report['data']['never_kept'])}"


def _verb(found: dict[str, Any]) -> str:
    if found["state"] != "proven":
        return f"{found['state'].replace('_', ' ')}: {found['why']}"
    lag = f", seen after {found['lag']:.1f} s" if found["lag"] is not None else ""
    count = f", {found['count']} read" if found["count"] is not None else ""
    return f"proven {found['status'] or ''} in {found['seconds'] * 1000:.0f} ms{lag}{count}, {in_words(found['at'])}"


def try_writes(
    connections: Sequence[str], unit: str, *, guest_card: bool, occupied: bool, yes: bool, as_json: bool
) -> None:
    """Write for real on a unit; exit code 1 when something failed or was left behind."""
    with services(quiet=True) as ready:
        found = _all_chosen(ready, connections)
        if len(found) != 1:
            raise InvalidInput("A write test is made on one connection: name it.", path="connection")
        write_test.checked(ready, found[0], unit, guest_card=guest_card, occupied=occupied)
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
