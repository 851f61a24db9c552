"""The command line's reference, written from the commands themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import typer

from rooftree.surfaces.cli import judgements
from rooftree.surfaces.cli import operations as operation_commands
from rooftree.surfaces.cli.main import app


def page() -> str:
    """docs/cli.md as a fresh run writes it."""
    judgements.add_to(app)
    operation_commands.add_to(app)
    head = (
        "# The command line\n"
        "`.venv/bin/rooftree`. Every command takes `--help`. Exit codes: 0 done, 1 it failed, 2 it was used wrongly. "
        "Commands with `--jsonl` read JSON lines and answer each, in order, with the same id; a line that cannot be "
        "used is answered with an `error`, and the exit code is then 1.\n"
    )
    return head + "\n".join(_commands(typer.main.get_command(app), "rooftree")) + "\n"


def _commands(command: Any, name: str) -> Iterator[str]:
    inner = getattr(command, "commands", None)
    if inner:
        for key in sorted(inner):
            yield from _commands(inner[key], f"{name} {key}")
        return
    yield f"\n## {name}\n{_plain(command.help)}\n"
    rows = [row for parameter in command.params if (row := _row(parameter))]
    if rows:
        yield from ("| | what it is |", "|---|---|", *rows)
    if command.epilog:
        yield f"\n{_plain(command.epilog)}"


def _row(parameter: Any) -> str | None:
    if parameter.name in ("help", "install_completion", "show_completion"):
        return None
    shown = ", ".join(parameter.opts) if parameter.param_type_name == "option" else parameter.name.upper()
    return f"| `{shown}` | {_plain(getattr(parameter, 'help', '') or '')} |"


def _plain(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "").strip().replace("|", "\\|")
