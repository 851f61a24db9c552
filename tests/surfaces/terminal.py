"""The command line as tests call it: in this process, in a home of its own, at no PMS's pace."""

from __future__ import annotations

import json
from typing import Any

from typer.testing import CliRunner, Result

from rooftree.simulators.serve import Running
from rooftree.surfaces.cli import operations
from rooftree.surfaces.cli.main import app

operations.add_to(app)
KEY = ("--credential", "client_id=simulated-client-1", "--credential", "client_secret=simulated-secret-1")
ANSWER = ["id", "priority", "call_911_first", "condition", "trade", "confidence", "why", "safety_reply"]


def rooftree(*words: str, input: str | None = None) -> Result:
    return CliRunner().invoke(app, list(words), input=input)


def told(*words: str) -> Any:
    done = rooftree(*words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def connected(buildium: Running, *more: str, input: str | None = None) -> Result:
    return rooftree("connect", "buildium", "--base-url", buildium.url, *KEY, *more, input=input)
