"""Export and erasure from the command line."""

from __future__ import annotations

from dataclasses import asdict

import typer

from rooftree.errors import InvalidInput
from rooftree.privacy.erase import erase_resident
from rooftree.privacy.export import lines
from rooftree.store import connections
from rooftree.surfaces.cli.output import show, to_json
from rooftree.surfaces.home import local_caller, services


def export(connection: str | None) -> None:
    """JSON lines on stdout."""
    with services() as ready, ready.database.read() as conn:
        for line in lines(conn, ready.keys, local_caller(ready).organization_id, connection):
            print(to_json(line))


def erase(resident: str, connection: str | None, *, yes: bool, as_json: bool) -> None:
    """Ask, then destroy."""
    with services() as ready:
        caller = local_caller(ready)
        with ready.database.read() as conn:
            known = connections.listed(conn, caller.organization_id)
        chosen = [found for found in known if connection in (None, found.id, found.name)]
        if len(chosen) != 1:
            raise InvalidInput("Say which connection.", path="connection")
        if not yes and not typer.confirm(f"Make everything about resident {resident} unreadable for good?"):
            raise typer.Exit(1)
        with ready.database.write() as conn:
            done = erase_resident(conn, ready.keys, caller.organization_id, chosen[0].id, resident, ready.clock.now())
        show(asdict(done), as_json)
