"""Our own books from the command line, for a company without a property system."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import typer

from rooftree.embedded.csv_import import Report
from rooftree.errors import InvalidInput
from rooftree.operations import books
from rooftree.surfaces.cli.output import FAILED, show
from rooftree.surfaces.home import local_caller, services


def init(name: str, *, sample: bool, live: bool, as_json: bool) -> None:
    """Begin the books, or say that they are there."""
    if live and not sample:
        raise InvalidInput("Only made-up books begin live: add --sample, or see `connections readiness`.", path="live")
    with services(quiet=True) as ready:
        found, new = books.begin(local_caller(ready), name, live=live, with_sample=sample)
    if as_json:
        show({"connection": found.id, "name": found.name, "mode": found.mode, "new": new}, True)
        return
    print(f"{'Begun' if new else 'There already'}: {found.name} ({found.id}), {found.mode}.")
    print("Next, in this order (each with --dry-run first, if you like):")
    for kind in ("properties", "units", "residents", "vendors"):
        print(f"  rooftree import-csv {kind} {kind}.csv")
    print('Then `rooftree serve`; try a text with `rooftree inbox type-in +12125550123 "no hot water"`.')


def import_csv(kind: str, file: str, connection: str | None, *, dry_run: bool, as_json: bool) -> None:
    """Import one file; exit code 1 when rows were left out."""
    try:
        content = Path(file).read_bytes()
    except OSError as error:
        raise InvalidInput(f"{file} cannot be read: {error.strerror}.", path="file") from None
    with services(quiet=True) as ready:
        caller = local_caller(ready)
        report = books.import_file(caller, books.chosen(caller, connection), kind, content, dry_run=dry_run)
    if as_json:
        show(asdict(report), True)
    else:
        _tell(report)
    if report.rejected:
        raise typer.Exit(FAILED)


def _tell(report: Report) -> None:
    would = "would be " if report.dry_run else ""
    print(
        f"{report.kind}: {would}{report.created} new, {report.updated} changed, {report.unchanged} as before, "
        f"{len(report.rejected)} left out."
    )
    for row in report.rejected:
        column = f", {row.column}" if row.column else ""
        print(f"  Row {row.row}{column}: {row.problem} {row.advice}")
    if report.unused:
        print(f"Columns that nothing was made of: {', '.join(report.unused)}.")
