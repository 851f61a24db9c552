"""Reconciliation from the command line: an audit with a report for the terminal, for machines, or as a page to send."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2
import typer

from rooftree.surfaces.cli.output import FAILED, show
from rooftree.surfaces.cli.reading import chosen, progress_of
from rooftree.surfaces.home import services
from rooftree.sync import audit
from rooftree.sync.reconcile import REPAIRS, Report, Wanted, reconcile


def run(connection: str | None, *, sample: int | None, release: bool, html: Path | None, as_json: bool) -> None:
    """Audit the chosen connections; exit code 1 when something is left to a person."""
    with services(quiet=True) as ready:
        reports = []
        for found in chosen(ready, connection):
            with progress_of(as_json) as progress:
                wanted = Wanted(sample=sample, release=release, progress=progress)
                reports.append(reconcile(ready.lines.source(found.id), wanted))
    if html is not None:
        html.write_text(page(reports), encoding="utf-8")
    if as_json:
        show({"items": [each.told() for each in reports]}, True)
    else:
        print("\n\n".join(text(each) for each in reports))
    if any(each.needs_a_person for each in reports):
        raise typer.Exit(FAILED)


def text(report: Report) -> str:
    """The report as plain lines, fit for a mail."""
    lines = [f"{report.name} ({report.pms}): {headline(report)}", cost(report)]
    for kind in report.kinds:
        words = kind.record.replace("_", " ")
        if kind.checked:
            lines.append(f"  {words}: {kind.agreed} of {kind.checked} agreed{_rest(kind)}")
        if kind.why_not:
            lines.append(f"  {words}: not judged. {kind.why_not}")
    lines += [f"  {name} differed in {count}" for name, count in list(report.fields.items())[:10]]
    lines += [f"  {count}: {audit.CAUSES[cause]}" for cause, count in report.causes.items()]
    lines += [f"  {count}: {REPAIRS[repair]}" for repair, count in report.repairs.items()]
    return "\n".join(lines)


def headline(report: Report) -> str:
    """What a manager wants to know first."""
    if report.agreed_share is None:
        return "nothing could be compared."
    looked = "every record" if report.kind == "full" else "a sample"
    agreed = sum(kind.agreed for kind in report.kinds)
    share = f"{100 * report.agreed_share:.2f} %" if agreed < report.checked else "100 %"
    return f"{share} of {report.checked} records agreed in every field ({looked} was looked at)."


def cost(report: Report) -> str:
    """When it was, how long it took and what it spent."""
    return (
        f"{report.started_at:%Y-%m-%d %H:%M %Z}, {report.seconds:.0f} s, {report.calls} calls to the property system."
    )


def _rest(kind: Any) -> str:
    told = {"repaired": kind.repaired, "left open": kind.open, "on their way": kind.on_the_way}
    return "".join(f", {count} {words}" for words, count in told.items() if count)


def page(reports: list[Report]) -> str:
    """The reports as one HTML file that needs nothing else."""
    shape = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(
        (files(__package__) / "drift.html").read_text(encoding="utf-8")
    )
    return shape.render(reports=reports, headline=headline, cost=cost, causes=audit.CAUSES, repairs=REPAIRS)
