"""What is settled before any key is asked for: plan and licence, and who tells vendors of their jobs."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any, cast, get_args

import typer

from rooftree.connectors.base import Connector
from rooftree.connectors.probe import READ_VERBS, UNPROVEN
from rooftree.errors import InvalidInput
from rooftree.operations.connections import check_notifier
from rooftree.store.connections import Notifier
from rooftree.surfaces.cli.output import FAILED


def settle_plan(connector: Connector, *, ask: bool) -> None:
    """Show what the PMS wants settled, and ask whether it is; exit code 1 on no. Without `ask` it is only shown."""
    manifest = connector.manifest
    if not manifest.plan_questions:
        return
    print(f"Before a key for {manifest.title} is of any use:", file=sys.stderr)
    for question in manifest.plan_questions:
        print(f"  - {question}", file=sys.stderr)
    if ask and not _confirmed("Is all of this settled?"):
        print(f"No key was asked for and nothing was kept. More: {manifest.docs}", file=sys.stderr)
        raise typer.Exit(FAILED)


def who_tells_vendors(connector: Connector, wanted: str, *, ask: bool) -> Notifier:
    """The one who tells vendors of their jobs: as wanted, else as answered, else Rooftree.

    Raises InvalidInput for another word, or where the PMS cannot.
    """
    notice = connector.manifest.vendor_notice
    if not wanted and ask and notice:
        print(f"{notice} Rooftree can tell vendors instead, and takes their answer.", file=sys.stderr)
        wanted = str(typer.prompt("Who tells vendors of their jobs, rooftree or pms?", default="rooftree", err=True))
    who = wanted or "rooftree"
    if who not in get_args(Notifier):
        raise InvalidInput(f"Say `rooftree` or `pms`, not {who!r}.", path="vendors-told-by")
    check_notifier(connector, cast(Notifier, who))
    return cast(Notifier, who)


def introduce_key(evidence: Sequence[Mapping[str, Any]]) -> None:
    """What this key was seen to be able to do, and each refusal with its status and reason."""
    reads = [row for row in evidence if row["verb"] in READ_VERBS and row["ok"] is not None]
    writes = [row for row in evidence if row["verb"] not in READ_VERBS]
    able, refused = ([row for row in writes if row["ok"] is ok] for ok in (True, False))
    waiting = len(writes) - len(able) - len(refused)
    print(f"  this key: {sum(row['ok'] for row in reads)} of {len(reads)} kinds of reading tried work")
    if refused and not able:
        print("  NOTE: this key seems to be read-only: every kind of writing that could be asked about is refused")
    told = (f"{len(able)} kinds it may", f"{len(refused)} it may not", f"{waiting} {UNPROVEN}")
    print(f"  writing: {', '.join(told)}")
    for row in (*reads, *refused):
        if not row["ok"]:
            told_status = f" {row['status']}" if row["status"] else ""
            print(f"    may not {row['verb']} {row['record'].replace('_', ' ')}:{told_status} {row['why']}")


def _confirmed(question: str) -> bool:
    try:
        return typer.confirm(question, err=True)
    except typer.Abort:
        print("\nNothing was kept. Where nobody can answer, add --yes.", file=sys.stderr)
        raise typer.Exit(FAILED) from None
